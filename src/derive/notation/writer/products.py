"""Products, quotients and powers, entry by entry."""

from __future__ import annotations

from sympy import Expr, Mul, Rational, S

from derive.notation import forms
from derive.notation.forms import Const, Form, Leaf
from derive.notation.layout import Fraction, before, negated, place_surd, scalar_product, side_by_side, surd
from derive.notation.make import is_coefficient, negative, parts
from derive.notation.style import MUL, POW, PREFIX, Piece, Style
from derive.notation.writer.dispatch import Rule, constant, write


def product(form: Form, style: Style) -> Piece:
    scalars, top, bottom = _placed(form, style)
    p = _over_scalars(scalars, top, bottom, style) or _after_scalars(scalars, top, bottom, style)
    return negated(style, p) if scalars.minus else p


def _placed(form: Form, style: Style) -> tuple[Fraction, list[Form], list[Form]]:
    """The scalar factors by where they are written; the arrays above and below the fraction bar."""
    factors = form.factors if isinstance(form, forms.Product) else (form,)
    scalars, top, bottom = Fraction(), [], []
    for f in factors:
        base, reciprocal = _reciprocal(f)
        if isinstance(f, Const):
            _place_constant(f.value, scalars, style)
        elif not f.scalar:
            (bottom if reciprocal else top).append(base)
        elif reciprocal:
            scalars.below.append(write(base, style))
        else:
            (scalars.front if _leads(f, factors) else scalars.body).append(write(base, style))
    return scalars, top, bottom


def _over_scalars(scalars: Fraction, top: list[Form], bottom: list[Form], style: Style) -> Piece | None:
    """(x - a) / |x - a|: arrays above scalars alone, where they are low enough to stand above a bar."""
    if not top or bottom or scalars.front or scalars.body or not scalars.below:
        return None
    above = _hadamard(top, style)
    return None if above.tall else style.fraction(above, side_by_side(style, scalars.under + scalars.below))


def _after_scalars(scalars: Fraction, top: list[Form], bottom: list[Form], style: Style) -> Piece:
    if not (top or bottom):
        return scalar_product(style, scalars)
    if scalars.body and scalars.under:
        scalars.below, scalars.under = scalars.under + scalars.below, []
    if scalars.body and not scalars.below:
        scalars.body = [style.tight(p, POW) for p in scalars.body]
    arrays = _arrays(top, bottom, style)
    return before(style, scalar_product(style, scalars), arrays) if _any(scalars) else arrays


def _leads(f: Form, factors: tuple[Form, ...]) -> bool:
    """Whether a scalar stands in front: a symbol does, but beside a derivative only one of the method (eta dC/db)."""
    derivative = any(isinstance(g, forms.Partial) for g in factors)
    return isinstance(f, forms.Named) or is_coefficient(f) or (isinstance(f, Leaf) and not derivative)


def _any(scalars: Fraction) -> bool:
    return bool(scalars.front or scalars.under or scalars.body or scalars.below)


def _place_constant(c: Expr, f: Fraction, style: Style) -> None:
    if negative(c):
        f.minus, c = True, -c
    if (square := surd(c)) is not None:
        place_surd(square, f, style, lambda e: constant(e, style))
        return
    top, bottom = c.as_numer_denom()
    if top != 1:
        f.front.append(style.tight(constant(top, style), MUL))
    for g in Mul.make_args(bottom) if bottom != 1 else ():
        f.under.append(constant(g, style))


def _reciprocal(f: Form) -> tuple[Form, bool]:
    """The base to write, and whether it goes under the bar."""
    if isinstance(f, forms.Power) and isinstance(f.exponent, Const):
        q = f.exponent.value
        if q.is_number and negative(q):
            return (f.base if q == -1 else forms.Power(f.base, Const(-q))), True
    return f, False


def flipped(f: Form) -> Form:
    c, rest = parts(f)
    return forms.Product((Const(-c), *rest)) if c != -1 or not rest else forms.Product(rest)


def _arrays(top: list[Form], bottom: list[Form], style: Style) -> Piece:
    if not bottom:
        return _hadamard(top, style)
    above = _hadamard(top, style) if top else Piece(style.ones if style.column else "1")
    return style.fraction(above, _hadamard(bottom, style))


def _hadamard(arrays: list[Form], style: Style) -> Piece:
    if len(arrays) == 1:
        return write(arrays[0], style)
    pieces = [style.tight(write(f, style), POW if n + 1 < len(arrays) else PREFIX) for n, f in enumerate(arrays)]
    return Piece(style.hadamard.join(p.text for p in pieces), MUL, any(p.tall for p in pieces))


def _power(form: forms.Power, style: Style) -> Piece:
    exponent = form.exponent
    if not isinstance(exponent, Const):
        mark = write(exponent, style).text
        return style.superscript(write(form.base, style), style.entrywise(mark) if form.base.shape else mark)
    q = exponent.value
    if q.is_number and negative(q):
        return product(form, style)
    base = write(form.base, style)
    if q == S.Half:
        return style.root(base)
    mark = constant(q, style).text if not isinstance(q, Rational) or q.is_Integer else f"{q.p}/{q.q}"
    return style.superscript(base, style.entrywise(mark) if form.shape else mark)


RULES: dict[type, Rule] = {forms.Product: product, forms.Power: _power}
