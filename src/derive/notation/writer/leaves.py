"""Tensors, constant vectors, and what is not carried out: derivatives and sums over layers."""

from __future__ import annotations

from sympy import Expr

from derive.notation import forms
from derive.notation.forms import Const, Leaf
from derive.notation.style import ATOM, MUL, PREFIX, Piece, Style
from derive.notation.writer.dispatch import Rule, constant, write


def leaf(form: Leaf, style: Style, mark: str = "") -> Piece:
    """A tensor or a slice of it. X_{n,:} is a row, as everywhere: the vector is its transpose."""
    if _is_row(form) and mark in ("", style.transposed):
        mark = "" if mark else style.transposed
    return _named(form, style, mark)


def _is_row(form: Leaf) -> bool:
    return len(form.positions) == 2 and form.positions[0] is not None and form.positions[1] is None


def _named(form: Leaf, style: Style, mark: str = "") -> Piece:
    t = form.tensor
    if all(p is None or d == 1 for p, d in zip(form.positions, t.dims, strict=True)):
        return style.symbol(t.name, t.layer, (), mark)  # whole; or a column y of N x 1, a row r of 1 x N
    shown = tuple(":" if p is None else _position(p) for p in form.positions)
    if ":" in shown:
        shown = (",".join(shown),)
    return style.symbol(t.name, t.layer, shown, mark)


def _position(p: Expr) -> str:
    """A fixed position as it is read: counted from one; parameters by their name."""
    return str(int(p) + 1) if p.is_Integer else p.name


def _basis(form: forms.Basis, style: Style) -> Piece:
    return style.symbol("e", None, (_position(form.position),))


def partial(form: forms.Partial, style: Style, mark: str = "") -> Piece:
    """A derivative. That of a scalar in a row is a row, so the vector is its transpose."""
    if _is_row(form.wrt) and not form.body.shape:
        mark = "" if mark else style.transposed
    p = _derivative(form, style)
    return style.superscript(p, mark) if mark else p


def _derivative(form: forms.Partial, style: Style) -> Piece:
    body = form.body
    wrt = _named(form.wrt, style).text
    if isinstance(body, Leaf):
        return style.partial(_named(body, style).text, wrt)
    if isinstance(body, forms.Partial) and isinstance(body.body, Leaf) and not body.body.shape:
        first = _named(body.wrt, style).text
        return style.second_partial(_named(body.body, style).text, first, wrt, matrix=bool(form.wrt.shape))
    inside = write(body, style)
    inside = inside if inside.precedence == ATOM else style.bracket(inside)
    return Piece(f"{style.partial('', wrt).text} {inside.text}", PREFIX, True)


def _layer_total(form: forms.LayerTotal, style: Style) -> Piece:
    head = style.big_over(form.symbol, form.low, form.high)
    return Piece(f"{head} {style.tight(write(form.body, style), MUL).text}", PREFIX, True)


def _components(form: forms.Components, style: Style) -> Piece:
    from derive.notation.components import component_piece

    return component_piece(form.expr, style)


RULES: dict[type, Rule] = {
    Const: lambda form, style: constant(form.value, style),
    Leaf: leaf,
    forms.Named: lambda form, style: style.symbol(form.name),
    forms.Ones: lambda form, style: Piece("1" if form.dim == 1 else style.ones),
    forms.Zeros: lambda form, style: Piece("0"),
    forms.Eye: lambda form, style: Piece(style.identity),
    forms.Basis: _basis,
    forms.Partial: partial,
    forms.LayerTotal: _layer_total,
    forms.Components: _components,
}
