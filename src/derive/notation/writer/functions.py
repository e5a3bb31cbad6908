"""Functions of numbers, entry by entry, and of rows."""

from __future__ import annotations

from collections.abc import Callable

from sympy import Abs, exp

from derive.expr import Where, relu, sigmoid, softplus, step
from derive.notation import forms
from derive.notation.layout import called, softplus_of
from derive.notation.style import Piece, Style
from derive.notation.writer.dispatch import Rule, write
from derive.notation.writer.sums import condition


def _apply(form: forms.Apply, style: Style) -> Piece:
    rule = APPLY.get(form.function)
    pieces = [write(a, style) for a in form.args]
    return rule(pieces, form, style) if rule else called(style, form.function.__name__, pieces)


def _step(pieces: list[Piece], form: forms.Apply, style: Style) -> Piece:
    return style.indicator(condition(form.args[0], style))


def _where(pieces: list[Piece], form: forms.Apply, style: Style) -> Piece:
    return style.cases(condition(form.args[0], style), *pieces[1:])


def _absolute(p: Piece, form: forms.Apply, style: Style) -> Piece:
    """Bars around a matrix are a determinant."""
    return style.call(style.function("Abs"), p) if len(form.shape) == 2 else style.absolute(p)


APPLY: dict[type, Callable[[list[Piece], forms.Apply, Style], Piece]] = {
    exp: lambda p, form, style: style.exponential(p[0]),
    softplus: lambda p, form, style: softplus_of(style, p[0]),
    Abs: lambda p, form, style: _absolute(p[0], form, style),
    step: _step,
    Where: _where,
    sigmoid: lambda p, form, style: style.call(style.function("sigmoid"), p[0]),
    relu: lambda p, form, style: style.call(style.function("relu"), p[0]),
}


def _unknown(form: forms.ApplyUnknown, style: Style) -> Piece:
    return style.call(style.primes(form.name, form.order), write(form.argument, style))


def _reduce(form: forms.Reduce, style: Style) -> Piece:
    inside = write(form.body, style)
    if form.whole:
        inside = style.call(style.function("vec"), inside)
    by_row = len(form.body.shape) == 2 and not form.whole
    name = form.kind.__name__
    return style.call(style.function(BY_ROW.get(name, name) if by_row else name), inside)


BY_ROW = {"Max_": "rowmax", "Prod_": "rowprod"}  # softmax and logsumexp of a matrix are by row anyway


RULES: dict[type, Rule] = {
    forms.Apply: _apply,
    forms.ApplyUnknown: _unknown,
    forms.Softmax: lambda form, style: called(style, "softmax", [write(form.body, style)]),
    forms.WinnerOf: lambda form, style: called(style, "hardmax", [write(form.body, style)]),
    forms.Reduce: _reduce,
}
