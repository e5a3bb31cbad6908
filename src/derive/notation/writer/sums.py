"""Sums, and conditions: two sums that are compared."""

from __future__ import annotations

from sympy import S

from derive.expr import step
from derive.notation import forms
from derive.notation.forms import Const, Form, Leaf
from derive.notation.layout import related, sum_of
from derive.notation.make import full, negative, parts
from derive.notation.style import Piece, Style
from derive.notation.writer.dispatch import Rule, write
from derive.notation.writer.products import flipped, product


def _add(form: forms.Add, style: Style) -> Piece:
    if (c := _step_complement(form)) is not None:
        return style.indicator(condition(c, style, strict=False))
    terms = []
    entrywise = not any(map(_is_operator, form.terms))  # I - 1/n would read as a multiple of I
    for f in form.terms:
        if f.scalar and form.shape and not (entrywise and _plain_scalar(f)):
            f = full(f, form.shape)
        minus = negative(parts(f)[0])
        terms.append((minus, product(flipped(f), style) if minus else write(f, style)))
    return sum_of(style, terms)


def _step_complement(form: forms.Add) -> Form | None:
    """c if the form is 1 - step(c): one where c is not positive."""
    if len(form.terms) == 2 and form.terms[0] == Const(S.One):
        c, rest = parts(form.terms[1])
        if c == -1 and len(rest) == 1 and isinstance(rest[0], forms.Apply) and rest[0].function is step:
            return rest[0].args[0]
    return None


def _is_operator(f: Form) -> bool:
    return any(isinstance(g, (forms.Eye, forms.Diag, forms.Inverse)) for g in parts(f)[1])


def _plain_scalar(f: Form) -> bool:
    """A scalar that may stand for itself beside arrays: 1 - a, x - mu, but not x - (1^T x / N)."""
    _, rest = parts(f)
    return all(isinstance(g, (Leaf, forms.Named)) for g in rest)


def condition(c: Form, style: Style, strict: bool = True) -> Piece:
    """c > 0, with the negative terms of a sum on the other side: |r| > 1. Not strict: c <= 0."""
    terms = c.terms if isinstance(c, forms.Add) else (c,)
    left = [t for t in terms if not negative(parts(t)[0])]
    right = [t for t in terms if negative(parts(t)[0])]
    sides = [_side(left, False, style), _side(right, True, style)]
    if all(isinstance(t, Const) for t in left) and right:
        return related(sides[1], "<" if strict else style.at_least, sides[0])
    return related(sides[0], ">" if strict else style.at_most, sides[1])


def _side(terms: list[Form], flip: bool, style: Style) -> Piece:
    pieces = [(False, product(flipped(t), style) if flip else write(t, style)) for t in terms]
    return sum_of(style, pieces) if pieces else Piece("0")


RULES: dict[type, Rule] = {forms.Add: _add}
