"""Sums of terms, and their order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sympy import Add, Expr, Mul

from derive.expr import Elem, LayerSum, Sum_, step, tensors
from derive.notation.components.conditions import condition
from derive.notation.layout import sum_of
from derive.notation.make import abs_, negative
from derive.notation.ordering import coefficient_order, degree, has_factor, transcendental
from derive.notation.style import Piece

if TYPE_CHECKING:
    from derive.notation.components.writer import Writer


def _add(w: Writer, e: Add) -> Piece:
    if len(e.args) == 2 and e.args[0] == 1 and isinstance(-e.args[1], step):
        return w.style.indicator(condition(w, (-e.args[1]).args[0], strict=False))  # 1 - step(c)
    e = Add(*map(sign_outside, e.args))
    pieces = {t: w.write(abs_(t)) for t in e.args}
    shown = pieces if w.by_name is w else {t: w.by_name.write(abs_(t)) for t in e.args}
    terms = sorted(pieces, key=lambda t: _order(w, t, e, shown[t].text))
    return sum_of(w.style, [(negative(t), pieces[t]) for t in terms])


def sign_outside(e: Expr) -> Expr:
    """A sum of terms that are all negative, with the sign before it: -sum (a + b)."""
    if isinstance(e, Mul):
        return Mul(*map(sign_outside, e.args))
    if isinstance(e, Sum_) and isinstance(e.body, Add) and all(map(negative, e.body.args)):
        return Mul(-1, Sum_(-e.body, *e.bound))
    return e


def _order(w: Writer, t: Expr, e: Expr, text: str) -> tuple:
    """In an update what is updated comes first, in any other sum its positive terms."""
    minus = negative(t)
    updated = () if w.updated is None else (minus, w.updated not in tensors(t))
    return (updated, *_usual_order(t, e, text, minus))


def _usual_order(t: Expr, e: Expr, text: str, minus: bool) -> tuple:
    """Positive terms first; a constant before functions (1 + e^z), last in a polynomial; by degree."""
    if not tensors(t):
        others = [s for s in e.args if tensors(s)]
        first = all(map(negative, others)) or any(map(transcendental, others))
        return (False, minus, 0 if first else 4, text)
    _, rest = t.as_coeff_Mul()
    total = has_factor(rest, Sum_) or has_factor(rest, LayerSum)
    scaled = isinstance(rest, Mul) and any(isinstance(g, Elem) and not g.indices for g in rest.args)
    penalty = scaled and total and not minus  # lambda times a sum comes after the loss, whatever its sign
    return (penalty, minus, 2, not total, *coefficient_order(rest), -degree(rest), len(text), text)


RULES = {Add: _add}
