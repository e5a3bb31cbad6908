"""Comparisons without factors of known sign: the boundary of max(a t, t) with 0 < a < 1 is the place t = 0.

step(k c) = step(c), relu(k c) = k relu(c) and |k c| = k |c| for k > 0: with the factor gone, a proof sees equal terms,
and a search knows where the boundary is, or that a declaration excludes it.
"""

from __future__ import annotations

from sympy import Abs, Expr, Integer, Mul, S, Symbol, sign

from derive.calculus.factors import factored
from derive.expr import Elem, Program, Where, maximum, minimum, rebuild, relu, step, unfold
from derive.expr.nodes import contains
from derive.verify.squares import proof_of_sign

KINDS = (Abs, sign, relu, step, Where, maximum, minimum)


def settled(e: Expr, program: Program | None = None) -> Expr:
    """The same values, with positive factors taken out of comparisons, the definitions put in.

    >>> from derive.expr import Tensor
    >>> a, t = Tensor("a", properties=("unit_interval",))(), Tensor("t")()
    >>> settled(step(a * t - t))
    step(-t)
    """
    if program is not None:
        e = unfold(e, program)
    return _settled(e) if any(contains(e, kind) for kind in KINDS) else e


def _settled(e: Expr) -> Expr:
    e = rebuild(e, _settled)
    if isinstance(e, maximum):
        a, b = e.args
        return b + _settled(relu(a - b)) if _positive_part(a - b)[0] != 1 else e
    if isinstance(e, minimum):
        a, b = e.args
        return b - _settled(relu(b - a)) if _positive_part(b - a)[0] != 1 else e
    if not isinstance(e, KINDS):
        return e
    k, rest = _positive_part(e.args[0])
    if k == 1:
        return e
    if isinstance(e, (step, sign, Where)):
        return e.func(rest, *e.args[1:])
    return k * e.func(rest)


def _positive_part(c: Expr) -> tuple[Expr, Expr]:
    """c = k rest with a positive k, as large as can be told."""
    k, rest = [], []
    for f in _factors(c):
        if f.is_positive or proof_of_sign(f, None, strict=True):
            k.append(f)
        elif f.is_negative or (not f.is_Number and proof_of_sign(-f, None, strict=True)):
            k.append(-f)
            rest.append(Integer(-1))
        else:
            rest.append(f)
    return (Mul(*k), Mul(*rest)) if any(not f.is_Number for f in k) else (S.One, c)


def _factors(c: Expr) -> tuple[Expr, ...]:
    """The factors of a polynomial in scalar entries; anything else is left whole."""
    entries = {a: Symbol(f"u{n}", real=True) for n, a in enumerate(sorted(c.atoms(Elem), key=str))}
    names = {s: a for a, s in entries.items()}
    if not entries or len(entries) > 8:
        return Mul.make_args(c)
    plain = _with_symbols(c, entries)
    if plain is None:
        return Mul.make_args(c)
    return tuple(f.xreplace(names) for f in Mul.make_args(factored(plain)))


def _with_symbols(c: Expr, entries: dict[Elem, Symbol]) -> Expr | None:
    if c in entries:
        return entries[c]
    if c.is_Number:
        return c
    if c.is_Add or c.is_Mul or (c.is_Pow and c.args[1].is_Integer):
        parts = [_with_symbols(a, entries) for a in c.args]
        return None if None in parts else c.func(*parts)
    return None
