"""Entries, numbers, symbols, and what is not carried out: derivatives and limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sympy import Integer, Rational, Symbol
from sympy.core.numbers import Exp1, Half, Infinity, NegativeInfinity, NegativeOne, One, Pi, Zero

from derive.expr import Delta, Diff, Elem, Index, Limit, Size, Tensor
from derive.notation.style import ADD, ATOM, MUL, PREFIX, Piece, layer_text

if TYPE_CHECKING:
    from derive.notation.components.writer import Writer


def elem(w: Writer, e: Elem) -> Piece:
    """An entry; an axis of size one has no index: a column y of N x 1 has the entries y_n."""
    t = e.tensor
    shown = tuple(w.subscript(i) for i, d in zip(e.indices, t.dims, strict=True) if d != 1)
    return w.style.symbol(t.name, t.layer, shown)


def number(w: Writer, e: Rational) -> Piece:
    if e < 0:
        return Piece("-" + number(w, -e).text, ADD)
    return Piece(str(e.p)) if e.q == 1 else w.style.fraction(Piece(str(e.p)), Piece(str(e.q)))


def _size(w: Writer, e: Size) -> Piece:
    return w.style.symbol(e.name, None, () if e.layer is None else (layer_text(e.layer),))


def _delta(w: Writer, e: Delta) -> Piece:
    return w.style.delta_of(*map(w.subscript, e.args))


def _diff(w: Writer, e: Diff) -> Piece:
    wrt = elem(w, e.wrt).text
    if isinstance(e.body, Elem):
        return w.style.partial(elem(w, e.body).text, wrt)
    if isinstance(e.body, Diff) and isinstance(e.body.body, Elem):
        first, whole = elem(w, e.body.wrt).text, elem(w, e.body.body).text
        return w.style.second_partial(whole, first, wrt, matrix=False)
    body = w.write(e.body)
    body = body if body.precedence == ATOM else w.style.bracket(body)
    return Piece(f"{w.style.partial('', wrt).text} {body.text}", PREFIX, True)


def _limit(w: Writer, e: Limit) -> Piece:
    inside = w.style.tight(w.write(e.body), MUL)
    return Piece(f"{w.style.tends(elem(w, e.variable).text, e.point)} {inside.text}", PREFIX, True)


RULES = {
    Elem: elem,
    Tensor: lambda w, e: w.style.symbol(e.name, e.layer),
    Size: _size,
    Symbol: lambda w, e: w.style.symbol(e.name),
    Index: lambda w, e: Piece(w.subscript(e)),
    **dict.fromkeys((Rational, Integer, Half, Zero, One, NegativeOne), number),
    Pi: lambda w, e: w.style.symbol("pi"),
    Exp1: lambda w, e: Piece("e"),
    Infinity: lambda w, e: Piece(w.style.infinity),
    NegativeInfinity: lambda w, e: Piece(f"-{w.style.infinity}", ADD),
    Delta: _delta,
    Diff: _diff,
    Limit: _limit,
}
