"""Inverse slips: for each kind of mistake, the expressions that its correction could lead to.

A row of `SLIPS` is (class, sentence, where): `whole` offers images of the whole right side, `node` images of one node
of it. Nothing here is a judgement: `causes` keeps what makes the claim right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, combinations
from typing import NamedTuple

from sympy import Abs, Add, Expr, Integer, Mul, Pow, Rational, S, Tuple, log, sign, sqrt, tanh

from derive.check.walk import Scope, chained, ends, everywhere, placed, single_factors, spots, without
from derive.expr import (
    Delta,
    Elem,
    Index,
    LogSumExp,
    Size,
    Sum_,
    Tensor,
    Unknown,
    free_indices,
    fresh,
    open_binder,
    rename,
    sum_over,
)


@dataclass(frozen=True)
class Surroundings:
    """What the note offers for a correction: its tensors, its sizes, and the slopes of its activations."""

    tensors: tuple[Tensor, ...]
    sizes: tuple[Size, ...]
    slopes: tuple[Elem | Expr, ...]
    axes: tuple[Index, ...]
    scope: Scope = frozenset()  # indices that the other side has

    @property
    def scalars(self) -> tuple[Expr, ...]:
        return tuple(t() for t in self.tensors if not t.dims)


class Candidate(NamedTuple):
    """A corrected right side, the class of the slip, and what one says about it ({} is the part in question)."""

    kind: str
    sentence: str
    expr: Expr
    part: Expr | None = None


Offer = tuple[Expr, Expr | None]
Row = tuple[str, str, Callable[[Expr, Scope, Surroundings], Iterable[Offer]]]


def candidates(e: Expr, around: Surroundings, *, late: bool = False) -> Iterator[Candidate]:
    """Everything that one inverse slip makes of e, likelier slips first; `late`: those that take long to undo."""
    seen = {e}
    scope = free_indices(e) | around.scope
    whole, node = (LATE, LATE_NODE) if late else (WHOLE, NODE)
    for found in chain(_of_whole(whole, e, scope, around), _of_nodes(node, e, scope, around)):
        if found.expr not in seen:  # two descriptions of one correction: the likelier one
            seen.add(found.expr)
            yield found


def _of_whole(rows: tuple[Row, ...], e: Expr, scope: Scope, around: Surroundings) -> Iterator[Candidate]:
    for kind, sentence, rule in rows:
        for image, part in rule(e, scope, around):
            yield Candidate(kind, sentence, image, part)


def _of_nodes(rows: tuple[Row, ...], e: Expr, scope: Scope, around: Surroundings) -> Iterator[Candidate]:
    found = list(spots(e, scope))
    for kind, sentence, rule in rows:
        for node, inner, put in found:
            for image, part in rule(node, inner, around):
                yield Candidate(kind, sentence, put(image), part)


# -- the whole side --------------------------------------------------------------------------------------------


def opposite(e: Expr, scope: Scope, around: Surroundings) -> Iterator[Offer]:
    yield -e, None


def two(e: Expr, scope: Scope, around: Surroundings) -> Iterator[Offer]:
    for c in (Integer(2), Rational(1, 2)):
        yield c * e, c


def size(e: Expr, scope: Scope, around: Surroundings) -> Iterator[Offer]:
    for n in around.sizes:
        yield e / n, 1 / n
        yield e * n, n


def one_off(e: Expr, scope: Scope, around: Surroundings) -> Iterator[Offer]:
    if not scope:
        yield e - 1, None
        yield e + 1, None


def scalar(e: Expr, scope: Scope, around: Surroundings) -> Iterator[Offer]:
    for x in around.scalars:
        yield e * x, x
        if x not in single_factors(e):  # else it is one too many
            yield e / x, 1 / x


def slope(e: Expr, scope: Scope, around: Surroundings) -> Iterator[Offer]:
    for s in around.slopes:
        for image in placed(s, scope):
            yield e * image, image


def moved_slope(e: Expr, scope: Scope, around: Surroundings) -> Iterator[Offer]:
    """The slope of another activation, outside the sums: f'(z) of the wrong layer."""

    def dropped(x: Expr, inner: Scope) -> Iterator[Expr]:
        if x.is_Mul:
            for k, f in enumerate(x.args):
                if isinstance(f, Unknown) and f.order:
                    yield Mul(*without(x.args, k))

    for image in everywhere(e, dropped, scope):
        for s in around.slopes:
            for factor in placed(s, scope):
                yield image * factor, factor


def squared(e: Expr, scope: Scope, around: Surroundings) -> Iterator[Offer]:
    yield e**2, None
    yield sqrt(e), None


def diagonal(e: Expr, scope: Scope, around: Surroundings) -> Iterator[Offer]:
    """diag(v) is missing: of a Jacobian only what lies off the diagonal was written."""
    if len(around.axes) == 2 and around.axes[0].dim == around.axes[1].dim:
        i, j = around.axes
        for t in around.tensors:
            if t.dims == (i.dim,):
                yield e + Delta(i, j) * t(i), Delta(i, j) * t(i)


# -- one node --------------------------------------------------------------------------------------------------


def term_sign(e: Expr, scope: Scope, around: Surroundings) -> Iterator[Offer]:
    if e.is_Add:
        for k, term in enumerate(e.args):
            yield Add(*without(e.args, k), -term), term


def argument_sign(e: Expr, scope: Scope, around: Surroundings) -> Iterator[Offer]:
    if e.is_Function and len(e.args) == 1:
        yield e.func(-e.args[0]), e


def argument_factor(e: Expr, scope: Scope, around: Surroundings) -> Iterator[Offer]:
    """2 s(2x) - 1 and 2 s(x) - 1."""
    if e.is_Function and len(e.args) == 1:
        for c in (Integer(2), Rational(1, 2)):
            yield e.func(c * e.args[0]), Tuple(c, e)


def log_of_sum(e: Expr, scope: Scope, around: Surroundings) -> Iterator[Offer]:
    """log sum x and sum log x."""
    if isinstance(e, (Sum_, LogSumExp)):
        body, names = open_binder(e)
        if isinstance(e, LogSumExp):
            yield sum_over(body, *names), None
        elif isinstance(body, log):
            yield log(sum_over(body.args[0], *names)), None
        else:
            yield LogSumExp(body, *names), None
    elif isinstance(e, log) and isinstance(e.args[0], Sum_):
        body, names = open_binder(e.args[0])
        yield sum_over(log(body), *names), None


def operand(e: Expr, scope: Scope, around: Surroundings) -> Iterator[Offer]:
    """An entry that a product lacks, as a factor or as a divisor."""
    for t in around.tensors:
        if t.dims and len(t.dims) <= 2:
            own = tuple(fresh(d) for d in t.dims)
            for entry in placed(t(*own), scope):
                yield e * entry, entry
                if entry not in single_factors(e):
                    yield e / entry, 1 / entry


def term_factor(rule: Callable) -> Callable:
    """A factor that one term of a sum lacks."""

    def offers(e: Expr, scope: Scope, around: Surroundings) -> Iterator[Offer]:
        if e.is_Add:
            for k, term in enumerate(e.args):
                for image, part in rule(term, scope, around):
                    yield Add(*without(e.args, k), image), part

    return offers


def summand(rule: Callable) -> Callable:
    """A factor that the body of a sum over indices lacks."""

    def offers(e: Expr, scope: Scope, around: Surroundings) -> Iterator[Offer]:
        if isinstance(e, Sum_):
            body, names = open_binder(e)
            for image, part in rule(body, scope | set(names), around):
                yield sum_over(image, *names), part

    return offers


def extra_factor(e: Expr, scope: Scope, around: Surroundings) -> Iterator[Offer]:
    """One factor, or two (such as p (1 - p)), that should not be there."""
    parts = single_factors(e)
    if 1 < len(parts) <= 7:
        for k, part in enumerate(parts):
            yield Mul(*without(parts, k)), part
        for k, m in combinations(range(len(parts)), 2):
            if {isinstance(parts[k], Elem), isinstance(parts[m], Elem)} == {True, False} and any(
                parts[x].is_Add for x in (k, m)
            ):
                yield Mul(*without(parts, k, m)), parts[k] * parts[m]


def extra_term(e: Expr, scope: Scope, around: Surroundings) -> Iterator[Offer]:
    if e.is_Add and len(e.args) <= 8:
        for k, term in enumerate(e.args):
            yield Add(*without(e.args, k)), term


def index(e: Expr, scope: Scope, around: Surroundings) -> Iterator[Offer]:
    """One occurrence of an entry at another index."""
    if isinstance(e, Pow) and e.exp.is_Integer and 2 <= e.exp <= 4 and isinstance(e.base, Elem):
        for image, part in index(e.base, scope, around):
            yield e.base ** (e.exp - 1) * image, part
    if isinstance(e, Elem):
        for k, i in enumerate(e.indices):
            for j in scope:
                if isinstance(i, Index) and j != i and j.dim == i.dim:
                    yield Elem(e.tensor, *e.indices[:k], j, *e.indices[k + 1 :]), e


def symbol(e: Expr, scope: Scope, around: Surroundings) -> Iterator[Offer]:
    """Another name at the same place."""
    if isinstance(e, Elem):
        for t in around.tensors:
            if t != e.tensor and t.dims == e.tensor.dims:
                yield t(*e.indices), Tuple(e, t(*e.indices))


def transpose(e: Expr, scope: Scope, around: Surroundings) -> Iterator[Offer]:
    pair = ends(e)
    if pair and pair[0].dim == pair[1].dim:
        yield rename(e, {pair[0]: pair[1], pair[1]: pair[0]}), e


def order(e: Expr, scope: Scope, around: Surroundings) -> Iterator[Offer]:
    """Two matrices, transposed or not, that are multiplied: exchanged."""
    parts = single_factors(e)
    matrices = [(n, f, pair) for n, f in enumerate(parts) if (pair := ends(f))]
    for (m, f, a), (n, g, b) in combinations(matrices, 2):
        if len({*a, *b}) == 3:
            (k,) = {*a} & {*b}
            i, j = (next(x for x in pair if x != k) for pair in (a, b))
            if i.dim == k.dim == j.dim:
                yield Mul(*without(parts, m, n), rename(f, {i: k, k: j}), rename(g, {k: i, j: k})), f * g


def crossed(e: Expr, scope: Scope, around: Surroundings) -> Iterator[Offer]:
    """v u^T where u v^T belongs: two vectors, each at the index of the other."""
    parts = single_factors(e)
    vectors = [(n, f) for n, f in enumerate(parts) if isinstance(f, Elem) and len(f.indices) == 1]
    for (m, f), (n, g) in combinations(vectors, 2):
        (i,), (j,) = f.indices, g.indices
        if i != j and f.tensor != g.tensor and f.tensor.dims == g.tensor.dims:
            yield Mul(*without(parts, m, n), f.tensor(j), g.tensor(i)), f * g


def hadamard(e: Expr, scope: Scope, around: Surroundings) -> Iterator[Offer]:
    """A matrix product where an entrywise one belongs."""
    if isinstance(e, Sum_):
        body, names = open_binder(e)
        for (m, f), (n, g) in chained(body):
            (i, k), (_, j) = ends(f), ends(g)  # type: ignore[misc]
            if k in names and i.dim == k.dim == j.dim:
                rest = without(single_factors(body), m, n)
                image = Mul(*rest, rename(f, {k: j}), rename(g, {k: i}))
                yield sum_over(image, *(x for x in names if x != k)), None


def product(e: Expr, scope: Scope, around: Surroundings) -> Iterator[Offer]:
    """An entrywise product where a matrix product belongs."""
    parts = single_factors(e)
    for m, n in combinations(range(len(parts)), 2):
        f, g = ends(parts[m]), ends(parts[n])
        if f and f == g and f[0].dim == f[1].dim:
            k, rest = fresh(f[0].dim), without(parts, m, n)
            for left, right in ((m, n), (n, m)):
                summed = sum_over(rename(parts[left], {f[1]: k}) * rename(parts[right], {f[0]: k}), k)
                yield Mul(*rest, summed), None


def exponent(e: Expr, scope: Scope, around: Surroundings) -> Iterator[Offer]:
    if isinstance(e, Pow) and not isinstance(e.base, Integer):
        for n in (e.exp + 1, e.exp - 1, 2 * e.exp, e.exp / 2, 3 * e.exp):
            yield Pow(e.base, n), e
    elif isinstance(e, (Elem, tanh, Sum_, Abs)):
        yield e**2, e
        if isinstance(e, Elem) and not e.indices:
            for n in around.sizes:
                yield Pow(e, n), e


def split_power(e: Expr, scope: Scope, around: Surroundings) -> Iterator[Offer]:
    """(1 - b)^n and 1 - b^n."""
    if isinstance(e, Pow) and e.base.is_Add:
        for k, term in enumerate(e.base.args):
            c, rest = term.as_coeff_Mul()
            yield Add(*without(e.base.args, k), c * rest**e.exp), e
    if e.is_Add:
        for k, term in enumerate(e.args):
            c, rest = term.as_coeff_Mul()
            if isinstance(rest, Pow):
                yield Pow(Add(*without(e.args, k), c * rest.base), rest.exp), e


def bracket(e: Expr, scope: Scope, around: Surroundings) -> Iterator[Offer]:
    """c (A + B), written as c A + B."""
    if e.is_Add:
        for k, term in enumerate(e.args):
            for c in Mul.make_args(term):
                if not any(c in Mul.make_args(t) for t in without(e.args, k)):
                    yield Add(term, *(c * t for t in without(e.args, k))), c


def narrow(e: Expr, scope: Scope, around: Surroundings) -> Iterator[Offer]:
    """c A + B, written as c (A + B)."""
    if e.is_Mul:
        for k, f in enumerate(e.args):
            if f.is_Add:
                for m, c in enumerate(e.args):
                    for n, t in enumerate(f.args):
                        if m != k:
                            inner = Add(c * t, *without(f.args, n))
                            yield Mul(*without(e.args, k, m), inner), c


def only_diagonal(e: Expr, scope: Scope, around: Surroundings) -> Iterator[Offer]:
    """diag(p (1 - p)) where diag(p) - p p^T belongs."""
    delta = next((f for f in Mul.make_args(e) if isinstance(f, Delta)), None)
    if delta is None or not all(isinstance(k, Index) for k in delta.args):
        return
    i, j = delta.args
    rest = [f for f in Mul.make_args(e) if f != delta]
    for f in rest:
        for g in rest:
            if isinstance(f, Elem) and g == 1 - f:
                others = Mul(*(h for h in rest if h not in (f, g)))
                (k,) = free_indices(f) & {i, j} or (i,)
                far = rename(f, {k: j if k == i else i})  # type: ignore[dict-item]
                yield others * f * (delta - far), None


def absolute(e: Expr, scope: Scope, around: Surroundings) -> Iterator[Offer]:
    if isinstance(e, Elem):
        yield Abs(e), e


def signed(e: Expr, scope: Scope, around: Surroundings) -> Iterator[Offer]:
    if isinstance(e, Elem) and not e.indices:
        for x in around.scalars:
            yield e * sign(x), x


def base(e: Expr, scope: Scope, around: Surroundings) -> Iterator[Offer]:
    if isinstance(e, log):
        for n in (2, 10):
            yield e / log(n), Integer(n)
            yield e * log(n), Integer(n)


def branch(e: Expr, scope: Scope, around: Surroundings) -> Iterator[Offer]:
    """1 where a parameter belongs, as in a formula that was copied for a special case."""
    if e.is_Add and S.One in e.args:
        for x in around.scalars:
            yield Add(e - 1, x), x


WHOLE: tuple[Row, ...] = (
    ("sign", "the sign is wrong", opposite),
    ("factor", "a factor {} is missing", two),
    ("size", "a factor {} is missing", size),
    ("slope", "the slope {} is missing", slope),
    ("exponent", "the exponent is wrong", squared),
    ("diagonal", "the diagonal part {} is missing", diagonal),
    ("scalar", "a factor {} is missing", scalar),
    ("one off", "the number is off by one", one_off),
)

NODE: tuple[Row, ...] = (
    ("sign", "the sign of {} is wrong", term_sign),
    ("special case", "1 stands where {} belongs", branch),
    ("factor", "a factor {} is missing in one term", term_factor(two)),
    ("bracket", "a bracket is missing: the factor {} belongs to all terms", bracket),
    ("bracket", "the factor {} belongs to one term only", narrow),
    ("size", "a factor {} is missing in one term", term_factor(size)),
    ("extra", "the factor {} is one too many", extra_factor),
    ("index", "{} stands at the wrong index", index),
    ("transpose", "{} must be transposed", transpose),
    ("order", "the order of the product is wrong", order),
    ("order", "two factors of {} are exchanged", crossed),
    ("bracket", "the power is in the wrong place", split_power),
    ("diagonal", "only the diagonal was written", only_diagonal),
    ("product", "a matrix product stands where an entrywise one belongs", hadamard),
    ("product", "an entrywise product stands where a matrix product belongs", product),
    ("exponent", "the exponent of {} is wrong", exponent),
    ("symbol", "{} stands where {} belongs", symbol),
    ("slope", "the slope {} is missing", slope),
    ("scalar", "a factor {} is missing in one term", term_factor(scalar)),
    ("extra term", "the term {} is one too many", extra_term),
    ("sign", "the sign of the argument of {} is wrong", argument_sign),
    ("argument", "a factor {} is missing in the argument of {}", argument_factor),
    ("log and sum", "the logarithm and the sum are exchanged", log_of_sum),
    ("absolute", "the absolute value of {} is needed", absolute),
    ("absolute", "the sign of {} is needed", signed),
    ("log base", "the base of the logarithm is wrong", base),
)

# Slips that take long to undo: tried only where no other one explains the claim.
LATE: tuple[Row, ...] = (
    ("slope", "the slope must be {}, outside the product", moved_slope),
    ("operand", "a factor {} is missing", operand),
)
LATE_NODE: tuple[Row, ...] = (
    ("operand", "a factor {} is missing under the sum", summand(operand)),
    ("operand", "a factor {} is missing in one term", term_factor(operand)),
)
