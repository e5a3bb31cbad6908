"""Functions of numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sympy import Abs, exp, gamma, log

from derive.expr import Unknown, Where, softplus, step
from derive.notation import recognise
from derive.notation.components.binders import exp_sum
from derive.notation.components.conditions import condition
from derive.notation.components.products import mul, parted
from derive.notation.layout import called, softplus_of
from derive.notation.style import ATOM, POW, Piece

if TYPE_CHECKING:
    from derive.notation.components.writer import Writer


def _exp(w: Writer, e: exp) -> Piece:
    if len(parted(w, e)) > 1:
        return mul(w, e)
    found = recognise.softmax_of(e)
    if found is None:
        return w.style.exponential(w.write(e.args[0]))
    z, _, lse = found
    return w.style.fraction(w.style.exponential(w.write(z)), exp_sum(w, lse))


def _log(w: Writer, e: log) -> Piece:
    z = None if w.literal else recognise.one_plus_exp(e.args[0])
    return called(w.style, "log", [w.write(e.args[0])]) if z is None else softplus_of(w.style, w.write(z))


def _gamma(w: Writer, e: gamma) -> Piece:
    """n! where the argument is one more than a whole number."""
    n = e.args[0] - 1
    if not n.is_integer:
        return called(w.style, "gamma", [w.write(e.args[0])])
    return Piece(w.style.tight(w.write(n), ATOM).text + "!", POW)


def _where(w: Writer, e: Where) -> Piece:
    c, a, b = e.args
    return w.style.cases(condition(w, c), w.write(a), w.write(b))


def _unknown(w: Writer, e: Unknown) -> Piece:
    return w.style.call(w.style.primes(e.name, e.order), w.write(e.argument))


RULES = {
    exp: _exp,
    log: _log,
    softplus: lambda w, e: softplus_of(w.style, w.write(e.args[0])),
    Abs: lambda w, e: w.style.absolute(w.write(e.args[0])),
    gamma: _gamma,
    step: lambda w, e: w.style.indicator(condition(w, e.args[0])),
    Where: _where,
    Unknown: _unknown,
}
