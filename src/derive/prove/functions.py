"""The other functions: products over an index, maxima, odd and even functions, unspecified ones."""

from __future__ import annotations

from sympy import Expr, Pow, acos, asin, atan, cos, erf, sin, tan

from derive.expr import Index, Max_, Prod_, Unknown, Winner, free_indices
from derive.prove.atoms import opened
from derive.prove.cases import by_cases
from derive.prove.exponentials import exponential, logarithm
from derive.prove.ledger import Undefined
from derive.prove.monomials import reduce
from derive.prove.normal import normal, rule
from derive.prove.polynomial import (
    Number,
    Poly,
    add,
    atom,
    common,
    constant,
    expr,
    leading,
    mul,
    number,
    product,
    rational_content,
    scale,
)
from derive.prove.positivity import positive
from derive.prove.powers import divided_by, raised
from derive.prove.sums import summed

PARITY = {sin: -1, tan: -1, erf: -1, atan: -1, asin: -1, cos: 1}
TOTAL = (sin, cos, erf, atan)  # have a value everywhere, so that cases on two-valued atoms are safe


@rule(*PARITY, acos)
def _parity(e: Expr) -> Poly:
    return apply(e.func, normal(e.args[0]))


def apply(f: type, p: Poly) -> Poly:
    """f(p), the leading coefficient of p made positive where f is odd or even."""
    if f in TOTAL:
        split = by_cases(p, lambda q: apply(f, q))
        if split is not None:
            return split
    way = PARITY.get(f, 0)
    if way and p and p[leading(p)] < 0:
        return scale(apply(f, scale(p, -1)), way)
    return _evaluated(f, f(expr(p)))


def _evaluated(f: type, value: Expr) -> Poly:
    """What SymPy made of f(...): itself up to a sign of its own choosing, or a known value."""
    c, inner = value.as_coeff_Mul()
    return scale(atom(inner), -1 if c == -1 else 1) if isinstance(inner, f) and c in (1, -1) else normal(value)


@rule(Unknown)
def _unknown(e: Unknown) -> Poly:
    return unknown(e, normal(e.argument))


def unknown(e: Unknown, p: Poly) -> Poly:
    split = by_cases(p, lambda q: unknown(e, q))
    return split if split is not None else atom(Unknown(e.args[0], e.args[1], expr(p)))


# -- products over an index -------------------------------------------------------------------------------------


@rule(Prod_)
def _prod(e: Prod_) -> Poly:
    body, names = opened(e)
    return product_over(normal(body), names)


def product_over(p: Poly, names: tuple[Index, ...]) -> Poly:
    """The product of p over the indices: factor by factor, with what is left primitive."""
    if not p:
        return p
    c = rational_content(p)
    content = common(p)
    rest = divided_by(p, content, c)
    factors = [_constant_over(number(c), names)]
    factors += [_power_over(a, e, names) for a, e in content.items()]
    return product([*factors, _rest_over(rest, names)])


def _constant_over(p: Poly, names: tuple[Index, ...]) -> Poly:
    """p^(number of places), for a p that does not depend on them."""
    if constant(p) == 1:
        return p
    places = product(normal(i.dim) for i in names)
    n = constant(places)
    if n is not None:
        return raised(p, n)
    if positive(p):
        return exponential(mul(places, logarithm(p)))
    return atom(Pow(expr(p), expr(places)))


def _power_over(a: Expr, e: Number, names: tuple[Index, ...]) -> Poly:
    touched = tuple(i for i in names if i in free_indices(a))
    unused = tuple(i for i in names if i not in touched)
    p = reduce({a: e})
    if not touched:
        return _constant_over(p, names)
    if a.is_positive or positive({frozenset(((a, 1),)): 1}):
        return exponential(summed(logarithm(p), names))
    inner = reduce({Prod_(a, *touched): e})
    return _constant_over(inner, unused) if unused else inner


def _rest_over(p: Poly, names: tuple[Index, ...]) -> Poly:
    touched = tuple(i for i in names if any(i in free_indices(a) for m in p for a, _ in m))
    unused = tuple(i for i in names if i not in touched)
    if not touched:
        return _constant_over(p, names)
    inner = atom(Prod_(expr(p), *touched))
    return _constant_over(inner, unused) if unused else inner


# -- maxima -----------------------------------------------------------------------------------------------------


@rule(Max_)
def _max(e: Max_) -> Poly:
    """max(c + s f) = c + s max(f) for what does not depend on the bound indices, s a positive number."""
    body, names = opened(e)
    inside, outside = _split(normal(body), frozenset(names))
    if not inside:
        return outside
    c = rational_content(inside)
    core = expr(scale(inside, 1 / c))
    touched = [i for i in names if i in free_indices(core)]
    return add(outside, scale(atom(Max_(core, *touched)), c))


@rule(Winner)
def _winner(e: Winner) -> Poly:
    body, (i,) = opened(e)
    inside, _ = _split(normal(body), frozenset((i,)))
    if not inside:
        raise Undefined
    return atom(Winner(expr(scale(inside, 1 / rational_content(inside))), i, *e.slots))


def _split(p: Poly, names: frozenset[Index]) -> tuple[Poly, Poly]:
    """The terms that depend on the indices, and the others."""
    inside = {m: c for m, c in p.items() if any(not free_indices(a).isdisjoint(names) for a, _ in m)}
    return inside, {m: c for m, c in p.items() if m not in inside}
