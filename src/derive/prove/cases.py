"""Atoms that take two values only, and functions of them by cases: f(y) = y f(1) + (1 - y) f(0)."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache

from sympy import Expr

from derive.expr import Delta, Elem, Winner, step
from derive.prove.atoms import vanishes
from derive.prove.ledger import Undefined, tentative, use
from derive.prove.polynomial import Number, Poly, accumulate, atom, combine, mul, number

_HALF = Fraction(1, 2)
LIMIT = 3  # a function of more two-valued atoms than this stays as it is


@lru_cache(1 << 13)
def values_of(a: Expr) -> tuple[int, int] | None:
    """The two values of an atom: (1, 0), (1, -1), or None."""
    if isinstance(a, (Delta, step, vanishes, Winner)):
        return (1, 0)
    if isinstance(a, Elem):
        if a.tensor.properties & {"binary", "one_hot"}:
            return (1, 0)
        if "sign" in a.tensor.properties:
            return (1, -1)
    return None


def note(a: Expr) -> None:
    """Enter the property that makes the atom two-valued."""
    if isinstance(a, Elem):
        known = a.tensor.properties
        what = "binary" if "binary" in known else "one-hot" if "one_hot" in known else "in {-1, 1}"
        use(f"{a.tensor} {what}")


def indicator(a: Expr, value: int) -> Poly:
    """The polynomial that is 1 where the atom has this value, else 0."""
    _, second = values_of(a) or (1, 0)
    if second == 0:
        return atom(a) if value == 1 else combine((1, number(1)), (-1, atom(a)))
    half = 1 if value == 1 else -1
    return combine((_HALF, number(1)), (half * _HALF, atom(a)))


def at_value(p: Poly, a: Expr, value: int) -> Poly:
    """The polynomial where the atom has this value."""
    out: dict[frozenset[tuple[Expr, Number]], Number] = {}
    for m, c in p.items():
        exponent = next((e for b, e in m if b is a or b == a), 0)
        if not exponent:
            accumulate(out, {m: c})
            continue
        if exponent < 0 and value == 0:
            raise Undefined
        factor = 1 if value == 1 else 0 if value == 0 else (-1) ** int(exponent)
        if factor:
            accumulate(out, {m - {(a, exponent)}: c * factor})
    return out


def deciding(p: Poly) -> list[Expr]:
    """The two-valued atoms in a polynomial, in a fixed order."""
    found = {a for m in p for a, e in m if values_of(a) is not None and e == int(e)}
    return sorted(found, key=lambda a: a.sort_key()) if len(found) > 1 else list(found)


def by_cases(p: Poly, f: Callable[[Poly], Poly]) -> Poly | None:
    """f(p) by cases on one two-valued atom of p; None if there is none, or a case has no value."""
    atoms = deciding(p)
    if not 0 < len(atoms) <= LIMIT:
        return None
    a = atoms[0]
    try:
        with tentative() as used:
            out = combine(*((1, mul(indicator(a, v), f(at_value(p, a, v)))) for v in values_of(a) or ()))
    except Undefined:
        return None
    note(a)
    use(*used)
    return out
