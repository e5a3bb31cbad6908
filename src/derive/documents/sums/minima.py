r"""The least value of a quadratic over all numbers: \min_{t \in \mathbb R} q(t) = q(0) - q'(0)^2 / (2 q''), q'' > 0."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from typing import TYPE_CHECKING

from sympy import Abs, Add, Expr, Mul, Pow, S

from derive.documents.derivatives.derivatives import total
from derive.documents.functions.inserted import replaced
from derive.documents.meaning.lower import lower
from derive.documents.meaning.values import Value, scalar
from derive.documents.names.scripts import letter_of, strip
from derive.documents.names.symbols import Tokens
from derive.documents.source.rows import relations
from derive.documents.syntax import tree as s
from derive.documents.trouble import Unreadable
from derive.expr import Elem, Index, Sum_, Tensor, free_indices, rename, tensors
from derive.prove import prove

if TYPE_CHECKING:
    from derive.documents.meaning.context import Context

EXPECTED = "a quadratic whose leading coefficient has a sign that can be proved"


def number_under(sub: Tokens) -> str | None:
    r"""t of t \in \mathbb R."""
    chain = relations(list(strip(sub)))
    if [str(r) for r in chain.relations] != ["\\in"] or [str(t) for t in chain.sides[1]] != ["\\mathbb", "{", "R", "}"]:
        return None
    return letter_of(tuple(chain.sides[0]))


def over(letter: str, node: s.Big, c: Context) -> Value:
    """The extremum of the body over all values of the letter. Raises Unreadable where the body is no such quadratic."""
    t = Elem(Tensor(f"{letter}~{node.at}", ()))
    with c.bind({letter: Value(t)}):
        body = lower(node.body, c)
    if body.axes:
        raise Unreadable(node.at, f"a {node.kind} of an array", "a number")
    if any(t.tensor in tensors(let.rhs) for let in c.program(body.expr)):
        raise Unreadable(node.at, f"a {node.kind} over what definitions hide", EXPECTED)
    slope = total(body.expr, t, c)
    curvature = total(slope, t, c)
    sign = 1 if node.kind == "min" else -1
    if not is_straight(slope, curvature, t, c):
        raise Unreadable(node.at, f"a {node.kind} of what has kinks", EXPECTED)
    if t.tensor in tensors(curvature) or curvature == 0 or not is_nonnegative(sign * curvature, c):
        raise Unreadable(node.at, f"a {node.kind} over all {letter}", EXPECTED)
    start, steepness = (replaced(e, {t.tensor: S.Zero}) for e in (body.expr, slope))
    return scalar(start - steepness**2 / (2 * curvature))


def is_straight(slope: Expr, curvature: Expr, t: Elem, c: Context) -> bool:
    """Whether the slope is that of a quadratic: that of |t| is not, though it is constant on both sides of the kink."""
    line = replaced(slope, {t.tensor: S.Zero}) + curvature * t
    return t.tensor in tensors(curvature) or prove(slope, line, c.program(slope)).proved


def is_nonnegative(e: Expr, c: Context) -> bool:
    """Proved; where it is zero all the same, the extremum is 0 / 0, which claims nothing."""
    return all(_is_form(term, c) or prove(Abs(term), term, c.program(term)).proved for term in Add.make_args(e))


def _is_form(term: Expr, c: Context) -> bool:
    """v^T A v with a definite A, or |F v|^2: a sum that is the same with two of its indices exchanged."""
    factors = Mul.make_args(term)
    sums = [f for f in factors if isinstance(f, Sum_)]
    if len(sums) != 1 or not all(_is_positive(f) for f in factors if f is not sums[0]):
        return False
    body = Counter(Mul.make_args(sums[0].body))
    return any(i.dim == j.dim and _is_exchanged(body, i, j, c) for i, j in combinations(sums[0].bound, 2))


def _is_exchanged(body: Counter[Expr], i: Index, j: Index, c: Context) -> bool:
    """Whether the factors with i are those with j, and what couples the two is definite."""
    mine, other, both, rest = (Counter[Expr]() for _ in range(4))
    for f, n in body.items():
        free = free_indices(f)
        (both if {i, j} <= free else mine if i in free else other if j in free else rest)[f] = n
    mirrored = Counter({rename(f, {i: j}): n for f, n in mine.items()})
    return (
        mirrored == other
        and all(_is_definite(f, c) for f in both)
        and sum(both.values()) < 2
        and all(map(_is_positive, rest))
    )


def _is_positive(f: Expr) -> bool:
    if isinstance(f, Pow) and f.exp.is_Integer and f.exp % 2 == 0:
        return True
    return bool(f.is_Number and f.is_positive) or (
        isinstance(f, Elem) and bool(f.tensor.properties & {"positive", "unit_interval"})
    )


def _is_definite(f: Expr, c: Context) -> bool:
    """An entry of a matrix that is declared positive definite, or whose eigenvalues are declared to lie above zero."""
    if not isinstance(f, Elem) or f.tensor.rank != 2:
        return False
    symbol = c.table.symbols.get(f.tensor.name)
    bound = symbol.spectrum[0] if symbol is not None and symbol.spectrum is not None else None
    return "positive_definite" in f.tensor.properties or (bound is not None and _is_positive(lower(bound, c).expr))
