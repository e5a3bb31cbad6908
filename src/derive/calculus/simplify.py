"""Pointwise simplification: the arithmetic of an expression, with everything else as symbols.

Turns (-y/p + (1-y)/(1-p)) p (1-p) into p - y with no rule for it: non-arithmetic subterms become symbols, then the
smallest of {e, e in lowest terms, the factors of that} is kept.
"""

from __future__ import annotations

from functools import lru_cache

from sympy import Add, Expr, Mul, Pow, S, Symbol, cancel

from derive.calculus.factors import Quotient
from derive.expr import Sum_, open_binder, rebuild, step, sum_over
from derive.expr.nodes import MEMO, Binder

SYMBOLS = tuple(Symbol(f"u{k}", real=True) for k in range(64))


def simplify(e: Expr) -> Expr:
    """`e` simplified as a rational function of its non-arithmetic subterms, inside sums as well.

    >>> from derive.expr import Tensor
    >>> p, y = Tensor("p")(), Tensor("y")()
    >>> simplify((-y/p + (1 - y)/(1 - p)) * p * (1 - p))
    p - y
    """
    return _simplify(e)


@lru_cache(MEMO)
def _simplify(e: Expr) -> Expr:
    if isinstance(e, Sum_):
        body, names = open_binder(e)
        return sum_over(_simplify(body), *names)
    if isinstance(e, Binder) or not isinstance(e, (Add, Mul, Pow)):
        return e
    atoms: dict[Expr, Symbol] = {}
    skeleton = _skeleton(e, atoms)
    if skeleton is None:
        return rebuild(e, _simplify)
    best = _smallest(skeleton)
    back = {s: _simplify(a) if isinstance(a, Binder) else a for a, s in atoms.items()}
    if best is skeleton and all(s is a for s, a in back.items()):
        return e
    return best.xreplace(back)  # safe: `best` holds plain symbols only, no binders


def _skeleton(e: Expr, atoms: dict[Expr, Symbol]) -> Expr | None:
    """`e` with a symbol for every subterm that is not a sum, product, integer power or number."""
    if e.is_Number:
        return e
    indicator = isinstance(e, Add) and e.args[0] == 1 and isinstance(1 - e, step)  # 1 - step(c) is read as one thing
    if (isinstance(e, (Add, Mul)) and not indicator) or (isinstance(e, Pow) and e.args[1].is_Integer):
        parts = []
        for a in e.args:
            part = _skeleton(a, atoms)
            if part is None:
                return None
            parts.append(part)
        return e.func(*parts)
    if e not in atoms:
        if len(atoms) == len(SYMBOLS):
            return None
        atoms[e] = SYMBOLS[len(atoms)]
    return atoms[e]


def primitive(e: Expr) -> Expr:
    """Numbers out of the sums in a product, so that they can cancel: (2 p - 2 y)/(2 N) is (p - y)/N."""
    if not isinstance(e, Mul):
        return e
    number, parts = S.One, []
    for f in e.args:
        if isinstance(f, Add):
            content, f = f.primitive()
            number *= content
        parts.append(f)
    return e if number == 1 else Mul(number, *parts)


@lru_cache(MEMO)
def _smallest(e: Expr) -> Expr:
    """The smallest of three ways to write a rational function; only where an Add could cancel something."""
    e = primitive(e)
    if not _could_cancel(e):
        return e
    found = Quotient.of(e)
    ways = (cancel(e),) if found is None else (found.factored, found.expanded)
    return min((e, *map(oriented, ways)), key=size)  # the first of equals


def oriented(e: Expr) -> Expr:
    """Signs as on the blackboard: 1 - a rather than a - 1, and p - y rather than -(y - p)."""
    if not isinstance(e, Mul):
        return e
    sign, parts = 1, []
    for f in e.args:
        base, power = f.as_base_exp()
        if isinstance(base, Add) and power.is_Integer and base.as_coeff_Add()[0].is_negative:
            sign, f = sign * (-1) ** power, Pow(-base, power)
        parts.append(f)
    if (sign * e.as_coeff_Mul()[0]).is_negative:
        flip = next((n for n, f in enumerate(parts) if isinstance(f, Add) and f.as_coeff_Add()[0] == 0), None)
        if flip is not None:
            sign, parts[flip] = -sign, -parts[flip]
    return Mul(sign, *parts)


def _could_cancel(e: Expr) -> bool:
    """A sum among other things: a lone sum of products of symbols has nothing to cancel."""
    if isinstance(e, Add):
        return any(not (t.is_Atom or (isinstance(t, Mul) and all(f.is_Atom for f in t.args))) for t in e.args) or (
            len(e.args) > 1 and _shares_a_factor(e)
        )
    return any(isinstance(a, Add) or _could_cancel(a) for a in e.args) and isinstance(e, (Mul, Pow))


def _shares_a_factor(e: Add) -> bool:
    symbol_sets = [t.free_symbols for t in e.args]
    return bool(set.intersection(*map(set, symbol_sets)))


def size(e: Expr) -> int:
    """Number of symbols and numbers written; a fraction bar counts one."""
    if isinstance(e, Pow):
        base, power = e.args
        return size(base) + (0 if power in (1, -1) else 1)
    if isinstance(e, Mul):
        bar = any(isinstance(f, Pow) and f.args[1].is_negative for f in e.args)
        return bar + sum(map(size, e.args))
    return sum(map(size, e.args)) if e.args else 1
