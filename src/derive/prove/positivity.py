"""Whether a polynomial is provably positive, wherever it is defined."""

from __future__ import annotations

from sympy import Expr, Integer, S, exp, gamma

from derive.expr import Det, Elem, Prod_, Size, Sum_
from derive.prove.atoms import opened
from derive.prove.cases import LIMIT, at_value, deciding, note, values_of
from derive.prove.ledger import Undefined, remembered, tentative, tick, use
from derive.prove.normal import normal
from derive.prove.polynomial import Number, Poly, constant


@remembered
def positive_atom(a: Expr) -> bool:
    """Whether an atom is positive; enters the property that says so."""
    if isinstance(a, (exp, Size, Integer)) or a in (S.Exp1, S.Pi):
        return True
    if isinstance(a, Elem):
        return _declared(a, ("positive", "unit_interval"))
    if isinstance(a, (Sum_, Prod_)):
        return positive(normal(opened(a)[0]))
    if isinstance(a, gamma):
        return positive(normal(a.args[0]))
    if isinstance(a, Det):
        from derive.prove.matrices import definite

        return definite(a)
    if a.is_Add:
        p = normal(a)
        return not (len(p) == 1 and any((a, 1) in m for m in p)) and positive(p)
    if a.is_Pow:
        return positive(normal(a.args[0]))
    return bool(a.is_Symbol and a.is_positive)


def _declared(a: Elem, properties: tuple[str, ...]) -> bool:
    known = [p for p in properties if p in a.tensor.properties]
    if known:
        use(f"{a.tensor} {'in (0, 1)' if known[0] == 'unit_interval' else known[0]}")
    return bool(known)


def nonnegative_power(a: Expr, e: Number) -> bool:
    if e == int(e) and int(e) % 2 == 0:
        return True
    if e != int(e) or positive_atom(a):
        return True  # a broken power has a value only where its base is not negative
    if values_of(a) == (1, 0):
        note(a)
        return True
    if isinstance(a, (Sum_, Prod_)):
        return nonnegative(normal(opened(a)[0]))
    return isinstance(a, Elem) and _declared(a, ("nonnegative",))


def _nonzero_power(a: Expr, e: Number) -> bool:
    """Whether a power known to be nonnegative is positive: a denominator is not zero where it has a value."""
    return e < 0 or positive_atom(a)


def positive(p: Poly) -> bool:
    """Whether p > 0 wherever it is defined."""
    return _attempt(p, strict=True)


def nonnegative(p: Poly) -> bool:
    return not p or _attempt(p, strict=False)


def _attempt(p: Poly, strict: bool) -> bool:
    with tentative() as used:
        found = _sign(p, strict)
    if found:
        use(*used)
    return found


def _sign(p: Poly, strict: bool) -> bool:
    tick()
    c = constant(p)
    if c is not None:
        return c > 0 or (not strict and c == 0)
    return _termwise(p, strict) or _cases(p, strict) or _interval(p, strict) or _cleared(p, strict)


def _termwise(p: Poly, strict: bool) -> bool:
    """All terms nonnegative, one of them positive."""
    if not all(c > 0 and all(nonnegative_power(a, e) for a, e in m) for m, c in p.items()):
        return False
    return not strict or any(all(_nonzero_power(a, e) for a, e in m) for m in p)


def _cases(p: Poly, strict: bool) -> bool:
    """Every value of a two-valued atom."""
    atoms = deciding(p)
    if not 0 < len(atoms) <= LIMIT:
        return False
    try:
        found = all(_attempt(at_value(p, atoms[0], v), strict) for v in values_of(atoms[0]) or ())
    except Undefined:
        return False
    if found:
        note(atoms[0])
    return found


def _interval(p: Poly, strict: bool) -> bool:
    """Linear in an x within (0, 1): nonnegative at both ends, and positive at one of them."""
    inside = {a for m in p for a, _ in m if isinstance(a, Elem) and "unit_interval" in a.tensor.properties}
    for a in sorted(inside, key=str):  # in a fixed order: which of them is used is told
        if any(b == a and e != 1 for m in p for b, e in m):
            continue
        ends = [at_value(p, a, 1), at_value(p, a, 0)]
        if all(nonnegative(q) for q in ends) and (not strict or any(q and positive(q) for q in ends)):
            use(f"{a.tensor} in (0, 1)")
            return True
    return False


def _cleared(p: Poly, strict: bool) -> bool:
    """After multiplication by denominators, which are positive themselves."""
    from derive.prove.powers import clear

    numerator, denominator = clear(p)
    if not denominator:
        return False
    return all(positive_atom(a) for a in denominator) and _attempt(numerator, strict)
