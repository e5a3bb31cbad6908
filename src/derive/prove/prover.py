"""`prove`: whether two expressions are equal, by the normal form of their difference."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from sympy import Expr, Function, Mul, igcd

from derive.expr import Binder, Diff, Limit, Program, Sum_, contains, open_binder, rebuild, rename, substitute, unfold
from derive.expr.fold import fold
from derive.expr.program import from_the_top
from derive.expr.symbols import RESTRICTED
from derive.prove.atoms import plain
from derive.prove.bodies import vanishes_by_bodies
from derive.prove.clearing import vanishes_when_cleared
from derive.prove.concrete import written_out
from derive.prove.ledger import Exhausted, Undefined, working
from derive.prove.normal import normal
from derive.prove.polynomial import Poly, expr, sub
from derive.prove.shared import by_names
from derive.prove.swell import swells
from derive.prove.table import READY as READY  # enters the rules

BUDGET = 20_000
TOO_DEEP = "not decided: the expression is nested too deeply"


@dataclass(frozen=True)
class Proof:
    """What came of an attempt; `proved=False` means that nothing is known, never that the equality is false."""

    proved: bool
    assumptions: tuple[str, ...] = ()
    reason: str = ""

    def __bool__(self) -> bool:
        return self.proved


def prove(
    a: Expr,
    b: Expr,
    program: Program | None = None,
    *,
    almost_everywhere: bool = False,
    budget: int = BUDGET,
) -> Proof:
    """Try to prove that a = b at all sizes and all values at which both sides are defined.

    With a program, its lets are first names of which nothing is known, then the pointwise ones are put in, then all.
    `almost_everywhere` lets the points go at which a kinked function's argument is zero.

    >>> from derive.expr import Index, Size, Tensor, sigmoid
    >>> i = Index("i", Size("n")); z = Tensor("z", (i.dim,))
    >>> prove(sigmoid(z(i)) + sigmoid(-z(i)), 1 + 0 * z(i)).proved
    True
    """
    proof = Proof(False)
    for proof in attempts(a, b, program, almost_everywhere=almost_everywhere, budget=budget):
        if proof.proved:
            break
    return proof


def attempts(
    a: Expr, b: Expr, program: Program | None = None, *, almost_everywhere: bool = False, budget: int = BUDGET
) -> Iterator[Proof]:
    """What `prove` tries, one after another, the cheapest first; it ends after a proof."""
    try:
        yield from _proofs(a, b, program, almost_everywhere, budget)
    except RecursionError:
        yield Proof(False, (), TOO_DEEP)


def _proofs(a: Expr, b: Expr, program: Program | None, almost_everywhere: bool, budget: int) -> Iterator[Proof]:
    if a == b:
        yield Proof(True, (), "identical")
        return
    if isinstance(a, Limit) and isinstance(b, Limit) and a.args[1:] == b.args[1:]:
        a, b = a.body, b.body  # equal functions have equal limits
    reason = ""
    for words, left, right in _short_first(_stages(a, b, program)):
        found, reason = _attempt(left, right, almost_everywhere, budget)
        if found is not None:
            yield Proof(True, tuple(sorted(found)), reason + words)
            return
        yield Proof(False, (), reason)
    if contains(a, Diff) and contains(b, Diff):
        used: set[str] = set()
        found, _ = _attempt(_inside_derivatives(a, used), _inside_derivatives(b, used), almost_everywhere, budget)
        if found is not None:
            yield Proof(True, tuple(sorted(found | used)), "equal functions under derivatives")
            return
    yield Proof(False, (), reason)


def _stages(a: Expr, b: Expr, program: Program | None) -> Iterator[tuple[str, Expr, Expr]]:
    """The pairs to compare, the cheapest first."""
    yield "", a, b
    pair = a, b
    if program is not None:
        for words, left, right in _unfolded(a, b, program):
            pair = left, right
            yield words, left, right
    explicit = written_out(*pair)
    if explicit is not None:
        yield ", sums over sizes that are numbers written out", *explicit


def _short_first(stages: Iterator[tuple[str, Expr, Expr]]) -> Iterator[tuple[str, Expr, Expr]]:
    """Where sums that are long are in several places they get names first; without names they come at the end."""
    long = []
    for words, left, right in stages:
        named = by_names(left, right) if swells(left) or swells(right) else None
        if named is None:
            yield words, left, right
        else:
            long.append((words, left, right))
            yield f"{words}, sums by name", *named
    yield from long


def _unfolded(a: Expr, b: Expr, program: Program) -> Iterator[tuple[str, Expr, Expr]]:
    if contains(a, Diff) or contains(b, Diff):
        return  # a partial derivative means something else once its variables are replaced
    seen = {(a, b)}
    for words, left, right in chain(_by_ranks(a, b, program), _all_the_way(a, b, program)):
        if (left, right) not in seen:
            seen.add((left, right))
            yield words, left, right


def _by_ranks(a: Expr, b: Expr, program: Program) -> Iterator[tuple[str, Expr, Expr]]:
    """Also with names for functions that one side writes out: what sums and products are is seen anyway."""
    functions = [let for let in program if isinstance(let.rhs, Function)]
    for left, right in from_the_top((a, b), program):
        yield ", definitions put in from the top, names put back", fold(left, functions), fold(right, functions)
        yield ", definitions put in from the top", left, right


def _all_the_way(a: Expr, b: Expr, program: Program) -> Iterator[tuple[str, Expr, Expr]]:
    lets = program.by_tensor
    pointwise = {t: let for t, let in lets.items() if not contains(let.rhs, Binder) and not contains(let.rhs, Diff)}
    yield (
        ", pointwise definitions put in",
        substitute(a, pointwise, deep=True),
        substitute(b, pointwise, deep=True),
    )
    yield ", all definitions put in", unfold(a, program), unfold(b, program)


def _inside_derivatives(e: Expr, used: set[str]) -> Expr:
    """What is differentiated, in normal form: equal functions have equal derivatives.

    A body that rests on properties is left as it is where the derivative is taken in a tensor of restricted values.
    """
    if not contains(e, Diff):
        return e
    if not isinstance(e, Diff):
        return rebuild(e, lambda u: _inside_derivatives(u, used))
    with working(BUDGET) as ledger:
        try:
            body = plain(expr(normal(e.body)))
        except (Exhausted, Undefined):
            return e
    if ledger.used and e.wrt.tensor.properties & RESTRICTED:
        return e
    used |= ledger.used
    return Diff(body, e.wrt)


def _attempt(a: Expr, b: Expr, almost_everywhere: bool, budget: int) -> tuple[set[str] | None, str]:
    with working(budget, almost_everywhere) as ledger:
        try:
            return _compare(a, b, ledger.used)
        except Exhausted:
            return None, f"not decided within {budget} steps"
        except RecursionError:
            return None, TOO_DEEP
        except Undefined:
            return None, "not decided: a part has no finite real value"


def _compare(a: Expr, b: Expr, used: set[str]) -> tuple[set[str] | None, str]:
    if a - b == 0:
        return used, "the difference cancels"
    inner = _peeled(a, b)
    if inner != (a, b):
        if not sub(*map(normal, inner)):
            return used, "equal normal forms under a square"
        if swells(a) or swells(b):
            return None, "not decided: the squares are too long to be multiplied out"
    difference = sub(normal(a), normal(b))
    if not difference:
        return used, "equal normal forms"
    if vanishes_when_cleared(difference):
        return used, "equal normal forms after clearing denominators"
    if vanishes_by_bodies(difference):
        return used, "equal sums, body by body"
    return None, "the normal forms differ"


def _peeled(a: Expr, b: Expr) -> tuple[Expr, Expr]:
    """What is raised to the same power on both sides, in sums over the same indices: norms of what may be equal."""
    first, second = a, b
    while isinstance(first, Sum_) and isinstance(second, Sum_):
        (first, names), (other, own) = open_binder(first), open_binder(second)
        if [i.dim for i in names] != [i.dim for i in own]:
            return a, b
        second = rename(other, dict(zip(own, names, strict=True)))
    if first.is_Pow and second.is_Pow and first.args[1] == second.args[1]:
        return first.args[0], second.args[0]  # type: ignore[return-value]
    return _roots(first, second) or (a, b)


def _roots(a: Expr, b: Expr) -> tuple[Expr, Expr] | None:
    """x^2 y and z of x^4 y^2 and z^2: the same root of both, where their factors are such powers."""
    powers = [f.as_base_exp() for e in (a, b) for f in Mul.make_args(e)]
    if not all(n.is_Integer for _, n in powers) or (common := igcd(*(n for _, n in powers))) == 1:
        return None
    first = len(Mul.make_args(a))
    return Mul(*(x ** (n / common) for x, n in powers[:first])), Mul(*(x ** (n / common) for x, n in powers[first:]))


def normal_form(e: Expr, *, almost_everywhere: bool = False, budget: int = BUDGET) -> Poly:
    """The polynomial {frozenset((atom, exponent)): coefficient} of an expression.

    Raises `Exhausted` past the budget and `Undefined` for what has no finite real value.
    """
    with working(budget, almost_everywhere):
        return dict(normal(e))


def as_expr(p: Poly) -> Expr:
    """The expression that a normal form stands for, in nodes of the core."""
    with working(1 << 30):
        return plain(expr(p))
