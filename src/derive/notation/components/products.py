"""Products, quotients and powers, and the order of factors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sympy import Add, Expr, Mul, Pow, Rational, S, log

from derive.expr import Delta, Diff, Elem, Index, factors, free_indices, sigmoid, tensors
from derive.expr.nodes import Binder
from derive.notation import recognise
from derive.notation.components.leaves import number
from derive.notation.components.sums import sign_outside
from derive.notation.layout import Fraction, is_root, negated, place_surd, scalar_product, surd
from derive.notation.make import abs_, negative
from derive.notation.ordering import chained, is_coefficient
from derive.notation.style import Piece
from derive.notation.vocabulary import GREEK, split_name

if TYPE_CHECKING:
    from derive.notation.components.writer import Writer


def mul(w: Writer, e: Expr) -> Piece:
    f = Fraction()
    pieces: list[Expr] = []
    for g in map(sign_outside, parted(w, e)):
        pieces += factors(g)
    roots = [g for g in pieces if g.is_Rational or (is_root(g) and g.is_number)]
    if (square := surd(Mul(*map(abs_, roots)))) is not None:
        place_surd(square, f, w.style, w.write)
        f.minus = sum(map(negative, roots)) % 2 == 1
        pieces = [g for g in pieces if g not in roots]
    for g in chained(sorted(pieces, key=lambda g: _order(w, g))):
        _place(w, g, f)
    p = scalar_product(w.style, f)
    return negated(w.style, p) if f.minus else p


def parted(w: Writer, e: Expr) -> tuple[Expr, ...]:
    """The factors of a product, with quotients of exponentials by name."""
    return factors(e) if w.literal else recognise.normalised(e)


def _place(w: Writer, g: Expr, f: Fraction) -> None:
    """Write a factor at its place in the fraction."""
    if g.is_Number and negative(g):
        f.minus = not f.minus
        g = -g
    constant = not tensors(g) and not isinstance(g, (Index, Delta)) and not free_indices(g)
    base, q = g.as_base_exp() if isinstance(g, Pow) else (g, S.One)
    if isinstance(g, Rational):
        top, bottom = Rational(g.p), Rational(g.q)
        f.front += [number(w, top)] if top != 1 else []
        f.under += [number(w, bottom)] if bottom != 1 else []
    elif q.is_number and negative(q) and _logistic(w, g) is None:
        (f.under if constant else f.below).append(w.write(base if q == -1 else Pow(base, -q)))
    else:
        simple = constant or is_coefficient(g) or (isinstance(g, Elem) and not g.indices)
        (f.front if simple else f.body).append(w.write(g))


def _logistic(w: Writer, e: Expr) -> Expr | None:
    """z if e is 1/(1 + exp(z)), which is written sigma(-z)."""
    return None if w.literal else recognise.logistic_denominator(e)


def _order(w: Writer, g: Expr) -> tuple:
    """Numbers, constants, dC/da before f'(z), entries by their number of indices; sums and functions last."""
    base = g.args[0] if isinstance(g, Pow) else g
    if not tensors(base) and not free_indices(base):
        return (0, 0 if isinstance(base, Rational) else 1 if base.is_Atom else 2, str(base))
    if isinstance(base, Diff) and not free_indices(base.body):
        return (0, 2, w.by_name.write(base).text)
    last = isinstance(base, (Binder, log, Diff))
    names = tensors(base) if isinstance(base, Elem) else ()
    greek = any(split_name(t.name).base in GREEK for t in names)
    kind = (2 if last else 1, len(free_indices(base)), not greek, not is_coefficient(base))
    return (*kind, isinstance(base, Add), _shown(w, base))


def _shown(w: Writer, base: Expr) -> tuple:
    """By what is shown, since fresh names of indices depend on what went before."""
    if isinstance(base, Elem):
        return (str(base.tensor), tuple(map(w.subscript, base.indices)))
    return ("~", w.by_name.write(base).text)


def _power(w: Writer, e: Pow) -> Piece:
    z = _logistic(w, e)
    if z is not None:
        return w.write(sigmoid(-z))
    base, q = e.args
    if q.is_number and negative(q):
        return mul(w, e)
    if q == S.Half:
        return w.style.root(w.write(base))
    mark = f"{q.p}/{q.q}" if isinstance(q, Rational) and q.q != 1 else w.write(q).text
    return w.style.superscript(w.write(base), mark)


RULES = {Mul: mul, Pow: _power}
