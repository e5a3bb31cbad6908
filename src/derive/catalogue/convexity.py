"""Whether an expression is convex in a tensor, by the rules of composition; None where they do not say.

Each rule is a theorem about convex functions; what it asks of its parts (affine, nonnegative, equal) is itself proved.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from sympy import (
    Abs,
    Add,
    Expr,
    Mul,
    Number,
    NumberSymbol,
    Pow,
    Rational,
    cos,
    cosh,
    erf,
    exp,
    log,
    sin,
    sinh,
    tan,
    tanh,
)  # fmt: skip
from sympy.functions.elementary.hyperbolic import asinh, atanh
from sympy.functions.elementary.trigonometric import atan

from derive.calculus import differentiate
from derive.catalogue.kinks import replaced, solved
from derive.expr import (
    Binder,
    Delta,
    Elem,
    LogSumExp,
    Max_,
    Size,
    Sum_,
    Tensor,
    Where,
    maximum,
    minimum,
    open_binder,
    relu,
    sigmoid,
    softplus,
    tensors,
)
from derive.expr.nodes import factors
from derive.prove import prove
from derive.verify.squares import proof_of_sign

AFFINE, CONVEX, CONCAVE = "affine", "convex", "concave"
FLIPPED = {AFFINE: AFFINE, CONVEX: CONCAVE, CONCAVE: CONVEX}


@dataclass(frozen=True)
class Curvature:
    """What a function is, by which theorems, and what was assumed."""

    kind: str
    reasons: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()

    def because(self, kind: str, reason: str) -> Curvature:
        return Curvature(kind, (*self.reasons, reason), self.assumptions)


def curvature(e: Expr, x: Tensor) -> Curvature | None:
    """Affine, convex or concave in the entries of `x`, or None where the rules do not say.

    >>> from sympy import Abs
    >>> x, a = Tensor("x"), Tensor("a")
    >>> curvature(Abs(x() - a()) + x() ** 2, x).kind
    'convex'
    """
    if x not in tensors(e) or (isinstance(e, Elem) and e.tensor == x):
        return Curvature(AFFINE)
    rule = RULES.get(type(e))
    return None if rule is None else rule(e, x)


def _joined(parts: list[Curvature | None]) -> Curvature | None:
    """A sum of functions that bend the same way."""
    known = [p for p in parts if p is not None]
    kinds = {p.kind for p in known} - {AFFINE}
    if len(known) < len(parts) or len(kinds) > 1:
        return None
    reasons = dict.fromkeys(r for p in known for r in p.reasons)
    assumptions = dict.fromkeys(a for p in known for a in p.assumptions)
    return Curvature(kinds.pop() if kinds else AFFINE, tuple(reasons), tuple(assumptions))


def _add(e: Expr, x: Tensor) -> Curvature | None:
    found = _joined([curvature(a, x) for a in e.args])
    return found and _said(found, f"a sum of {found.kind} functions is {found.kind}")


def _sum_over(e: Expr, x: Tensor) -> Curvature | None:
    found = curvature(open_binder(e)[0], x)
    return found and _said(found, f"a sum of {found.kind} functions is {found.kind}")


def _said(found: Curvature, reason: str) -> Curvature:
    """With a reason, which what is affine needs none of."""
    if found.kind == AFFINE or reason in found.reasons:
        return found
    return found.because(found.kind, reason)


def _mul(e: Expr, x: Tensor) -> Curvature | None:
    moving = [f for f in e.args if x in tensors(f)]
    inner = curvature(moving[0], x) if len(moving) == 1 else None
    if inner is None or inner.kind == AFFINE:
        return inner
    factor = Mul(*(f for f in e.args if f is not moving[0]))
    for sign, kind in ((1, inner.kind), (-1, FLIPPED[inner.kind])):
        proof = proof_of_sign(sign * factor, None, strict=False)
        if proof is not None:
            return replace(inner, kind=kind, assumptions=(*inner.assumptions, *proof.assumptions))
    return None


def _pow(e: Expr, x: Tensor) -> Curvature | None:
    base, n = e.args
    if n == Rational(1, 2):
        return _norm(base, x)
    inner = curvature(base, x)
    if inner is None or inner.kind != AFFINE or not (n.is_Integer and n.is_positive and n % 2 == 0):
        return None
    return inner.because(CONVEX, f"the {'square' if n == 2 else 'even power'} of an affine function is convex")


def _norm(total: Expr, x: Tensor) -> Curvature | None:
    """sqrt(sum of squares of affine functions)."""
    body = open_binder(total)[0] if isinstance(total, Sum_) else total
    for f in factors(body):
        if f.is_Pow and f.args[1] == 2:
            inner = curvature(f.args[0], x)
            rest = body / f
            if inner is not None and inner.kind == AFFINE and rest == 1:
                return inner.because(CONVEX, "a norm of an affine function is convex")
    return None


def _composed(kind: str, takes: frozenset[str], reason: str) -> Callable[[Expr, Tensor], Curvature | None]:
    """A function of what has one of these curvatures."""

    def rule(e: Expr, x: Tensor) -> Curvature | None:
        parts = (open_binder(e)[0],) if isinstance(e, Binder) else e.args
        inner = _joined([curvature(a, x) for a in parts])
        return inner.because(kind, reason) if inner is not None and inner.kind in takes else None

    return rule


def _where(e: Expr, x: Tensor) -> Curvature | None:
    """Two convex pieces whose values and slopes agree where they meet, which is the boundary of a convex set.

    Along a line that boundary is crossed at most twice, so the slope is continuous and never falls.
    """
    condition, *pieces = e.args
    border = curvature(condition, x)
    found = _joined([curvature(a, x) for a in pieces])
    if border is None or found is None or found.kind == CONCAVE or not _smoothly(condition, pieces, x):
        return None
    return found.because(CONVEX, "convex pieces that meet with equal values and slopes make a convex function")


def _smoothly(condition: Expr, pieces: list[Expr], x: Tensor) -> bool:
    """Whether both pieces have the same value and slope wherever the condition is zero."""
    entries = {a for e in (condition, *pieces) for a in e.atoms(Elem) if a.tensor == x}
    meeting = solved(condition)
    if meeting is None or len(entries) != 1:
        return False
    (entry,) = entries
    for sides in (pieces, [differentiate(p, entry) for p in pieces]):
        left, right = (replaced(e, *meeting) for e in sides)
        if not prove(left, right).proved:
            return False
    return True


_UP = frozenset({AFFINE, CONVEX})
_LEVEL = frozenset({AFFINE})
_MAXIMUM = _composed(CONVEX, _UP, "a maximum of convex functions is convex")
RULES: dict[type, Callable[[Expr, Tensor], Curvature | None]] = {
    Add: _add,
    Mul: _mul,
    Pow: _pow,
    Sum_: _sum_over,
    Abs: _composed(CONVEX, _LEVEL, "the absolute value of an affine function is convex"),
    relu: _composed(CONVEX, _UP, "the positive part of a convex function is convex"),
    softplus: _composed(CONVEX, _UP, "softplus is convex and increasing"),
    exp: _composed(CONVEX, _UP, "the exponential is convex and increasing"),
    log: _composed(CONCAVE, frozenset({AFFINE, CONCAVE}), "the logarithm is concave and increasing"),
    maximum: _MAXIMUM,
    Max_: _MAXIMUM,
    LogSumExp: _composed(CONVEX, _UP, "log-sum-exp is convex and increasing"),
    minimum: _composed(CONCAVE, frozenset({AFFINE, CONCAVE}), "a minimum of concave functions is concave"),
    Where: _where,
}


ENTIRE = (Add, Mul, Sum_, LogSumExp, Elem, Delta, Number, NumberSymbol, Size, exp, sigmoid, softplus, tanh, sin, cos)
ENTIRE += (sinh, cosh, asinh, atan, erf)
WHOLE, PIECES = "everywhere", "where it is defined"


def analytic(e: Expr) -> str | None:
    """Where `e` is analytic in its tensors: WHOLE, or PIECES if it may have poles or edges; None if it may have kinks.

    Only of such functions does a second derivative that is nowhere negative say that they are convex, and only on
    each interval on which they are defined: 1/x^2 has two of them.

    >>> x = Tensor("x")()
    >>> analytic(log(1 + x**2)), analytic(1 / x**2), analytic(Abs(x))
    ('everywhere', 'where it is defined', None)
    """
    own = _analytic_here(e)
    parts = (open_binder(e)[0],) if isinstance(e, Binder) else () if isinstance(e, (Elem, Delta)) else e.args
    found = {own, *map(analytic, parts)} if own else {None}
    return None if None in found else PIECES if PIECES in found else WHOLE


def _analytic_here(e: Expr) -> str | None:
    """The same of the outermost function alone."""
    if isinstance(e, (log, Pow)) and _positive(e.args[0]):
        return WHOLE
    if isinstance(e, (log, tan, atanh)):
        return PIECES
    if isinstance(e, Pow):
        base, n = e.args
        if not n.is_Integer:
            return None
        return WHOLE if n.is_nonnegative or _positive(-base) else PIECES
    return WHOLE if isinstance(e, ENTIRE) else None


def _positive(e: Expr) -> bool:
    return proof_of_sign(e, None, strict=True) is not None
