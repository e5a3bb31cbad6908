"""What binds indices: sums and products over them, maxima, and the matrices inside inverses and determinants."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sympy import Expr

from derive.expr import (
    Det,
    Elem,
    Index,
    Inverse,
    LayerSum,
    LogDet,
    LogSumExp,
    Max_,
    Prod_,
    Sum_,
    Winner,
    free_indices,
    open_binder,
)
from derive.expr.nodes import Binder
from derive.notation.components.products import mul
from derive.notation.components.sums import sign_outside
from derive.notation.forms import Components
from derive.notation.layout import called
from derive.notation.style import ADD, ATOM, MUL, PREFIX, Piece

if TYPE_CHECKING:
    from derive.notation.components.writer import Writer


def _sum(w: Writer, e: Sum_) -> Piece:
    signed = sign_outside(e)
    return _big(w, "sum", e) if signed is e else mul(w, signed)


def _big(w: Writer, operator: str, e: Binder) -> Piece:
    with w.opened(e) as (body, names):
        head, inside = _heads(w, operator, names), w.style.tight(w.write(body), MUL)
    return Piece(f"{head} {inside.text}", PREFIX, True)


def _heads(w: Writer, operator: str, names: Iterable[Index]) -> str:
    return " ".join(w.style.big(operator, w.subscript(i), w.write(i.dim)) for i in names)


def _layer_sum(w: Writer, e: LayerSum) -> Piece:
    body, symbol, low, high = e.args
    inside = w.style.tight(w.write(body), MUL)
    return Piece(f"{w.style.big_over(symbol, low, high)} {inside.text}", PREFIX, True)


def exp_sum(w: Writer, lse: Binder) -> Piece:
    """The sum of exponentials inside a log-sum-exp."""
    with w.opened(lse) as (body, names):
        head = _heads(w, "sum", names)
        inside = w.style.tight(w.style.exponential(w.write(body)), MUL)
    return Piece(f"{head} {inside.text}", PREFIX, True)


def _logsumexp(w: Writer, e: LogSumExp) -> Piece:
    return Piece(f"{w.style.function('log')} {exp_sum(w, e).text}", PREFIX, True)


def _max(w: Writer, e: Max_) -> Piece:
    with w.opened(e) as (body, names):
        index = ",".join(map(w.subscript, names))
        inside = w.style.tight(w.write(body), MUL)
    return Piece(f"{w.style.under('max', index)} {inside.text}", PREFIX, inside.tall)


def _winner(w: Writer, e: Winner) -> Piece:
    with w.opened(e) as (body, names):
        inside = w.style.tight(w.write(body), MUL)
        top = f"{w.style.argmax(w.subscript(names[0]))} {inside.text}"
    return w.style.indicator(Piece(f"{w.subscript(e.slots[0])} = {top}", ADD, inside.tall))


def _matrix(w: Writer, e: Binder) -> Piece:
    """The matrix inside an inverse or determinant: in matrix notation if it has one, else by its entry."""
    from derive.notation.recover import recover
    from derive.notation.writer import write

    body, names = open_binder(e)
    if isinstance(body, Elem) and body.tensor.rank > 2 and body.indices[-2:] == names:  # one matrix of a stack
        return w.style.symbol(body.tensor.name, body.tensor.layer, tuple(map(w.subscript, body.indices[:-2])))
    form = recover(body, names) if free_indices(body) <= set(names) else None
    if form is not None and not isinstance(form, Components):
        return write(form, w.style)
    with w.opened(e) as (body, names):
        inside = w.write(body)
        shown = "".join(map(w.subscript, names))
    return Piece(w.style.bracket(inside, "[", "]").text + f"_{{{shown}}}", ATOM, inside.tall)


def _inverse(w: Writer, e: Inverse) -> Piece:
    inside = w.style.superscript(_matrix(w, e), w.style.inverted)
    return Piece(w.style.bracket(inside).text + _below(w, e.slots))


def _below(w: Writer, slots: tuple[Expr, ...]) -> str:
    shown = tuple(map(w.subscript, slots))
    joined = ("" if all(len(s) == 1 and not s.isdigit() for s in shown) else ",").join(shown)
    return f"_{{{joined}}}" if w.style.column == 0 else f"_{joined}"


def _det(w: Writer, e: Det | LogDet) -> Piece:
    return called(w.style, "det", [_matrix(w, e)])


def _logdet(w: Writer, e: LogDet) -> Piece:
    det = w.style.absolute(_det(w, e))
    return Piece(f"{w.style.function('log')} {det.text}", PREFIX, det.tall)


RULES = {
    Sum_: _sum,
    LayerSum: _layer_sum,
    Prod_: lambda w, e: _big(w, "prod", e),
    LogSumExp: _logsumexp,
    Max_: _max,
    Winner: _winner,
    Inverse: _inverse,
    Det: _det,
    LogDet: _logdet,
}
