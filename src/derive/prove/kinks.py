"""Kinked functions through one of them: step(c), 1 where c > 0, else 0, with c of a fixed sign.

relu(x) = x step(x), |x| = 2 x step(x) - x, max(a, b) = b + relu(a - b), Where(c, a, b) = b + step(c) (a - b).
The argument is freed of positive factors and its leading coefficient made positive:
step(-c) = 1 - step(c) - [c = 0], where the last term is dropped almost everywhere, and vanishes times c.
"""

from __future__ import annotations

from sympy import Abs, Expr, Max, Min, sign

from derive.expr import Where, maximum, minimum, relu, step
from derive.prove.atoms import vanishes
from derive.prove.cases import by_cases
from derive.prove.ledger import Undefined, current
from derive.prove.normal import made, normal, rule
from derive.prove.polynomial import (
    ONE,
    ZERO,
    Number,
    Poly,
    add,
    atom,
    combine,
    common,
    constant,
    expr,
    leading,
    mul,
    rational_content,
    scale,
    sub,
)
from derive.prove.positivity import nonnegative, positive, positive_atom
from derive.prove.powers import absolute, clear, divided_by


def heaviside(p: Poly) -> Poly:
    """step(p)."""
    numerator, denominator = clear(p)
    if denominator and all(positive_atom(a) for a in denominator):
        p = numerator
    c = constant(p)
    if c is not None:
        return ONE if c > 0 else ZERO
    if positive(p):
        return ONE
    if nonnegative(scale(p, -1)):
        return ZERO
    split = by_cases(p, heaviside)
    return split if split is not None else _signed(_primitive(p))


def _primitive(p: Poly) -> Poly:
    """Without positive factors."""
    content: dict[Expr, Number] = {a: e for a, e in common(p).items() if positive_atom(a)}
    return divided_by(p, content, rational_content(p))


def _signed(p: Poly) -> Poly:
    if all(a.is_number for m in p for a, _ in m):
        return _of_number(expr(p))
    if p[leading(p)] > 0:
        return made(step, step(expr(p)))
    c = expr(scale(p, -1))
    out = sub(ONE, made(step, step(c)))
    never = len(p) == 1 and all(e < 0 for m in p for _, e in m)  # a reciprocal is not zero
    return out if never or current().almost_everywhere else sub(out, atom(vanishes(c)))


def _of_number(c: Expr) -> Poly:
    """The step of a number such as exp(1) - 2, whose sign SymPy finds numerically."""
    if c.is_positive:
        return ONE
    if c.is_negative:
        return ZERO
    raise Undefined


def positive_part(p: Poly) -> Poly:
    """max(0, p)."""
    return mul(p, heaviside(p))


@rule(step)
def _step(e: step) -> Poly:
    return heaviside(normal(e.args[0]))


@rule(vanishes)
def _vanishes(e: vanishes) -> Poly:
    return normal(e.meaning())


@rule(relu)
def _relu(e: relu) -> Poly:
    return positive_part(normal(e.args[0]))


@rule(Abs)
def _abs(e: Abs) -> Poly:
    return absolute(normal(e.args[0]))


@rule(sign)
def _sign(e: sign) -> Poly:
    p = normal(e.args[0])
    return sub(heaviside(p), heaviside(scale(p, -1)))


@rule(Where)
def _where(e: Where) -> Poly:
    c, a, b = map(normal, e.args)
    return add(b, mul(heaviside(c), sub(a, b)))


@rule(maximum, Max)
def _maximum(e: Expr) -> Poly:
    return _extreme(e, 1)


@rule(minimum, Min)
def _minimum(e: Expr) -> Poly:
    return _extreme(e, -1)


def _extreme(e: Expr, way: int) -> Poly:
    """max(a, b) = b + relu(a - b), min(a, b) = b - relu(b - a), one argument after another."""
    first, *rest = (normal(a) for a in e.args)
    for p in rest:
        first = combine((1, p), (way, positive_part(scale(sub(first, p), way))))
    return first
