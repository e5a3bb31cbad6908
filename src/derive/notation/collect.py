"""Sums of forms: like terms merged, common factors collected, ordered for reading."""

from __future__ import annotations

from math import gcd, lcm

from sympy import Add as SympyAdd
from sympy import Expr, Rational, S

from derive.notation.forms import (
    Add,
    Apply,
    Const,
    Form,
    Leaf,
    MatMul,
    Power,
    Product,
    Trace,
    Transpose,
    is_column,
    is_row,
)
from derive.notation.make import ZERO, mat, negative, parts, product, split_scalars, transpose

Rest = tuple[Form, ...]


def add(*forms: Form) -> Form:
    """Sum of forms. A x + A^T x becomes (A + A^T) x; 2 a - 2 b becomes 2 (a - b); p - y, never -y + p."""
    terms = _merged(forms)
    if not terms:
        return ZERO
    terms = _collected(terms)
    if len(terms) == 1:
        return _term(*terms[0])
    content = _content([c for c, _ in terms])
    summands = [_term(c / content, rest) for c, rest in terms]
    arrays = [f for f in summands if not f.scalar]
    if arrays and all(isinstance(f, Transpose) for f in map(_body, arrays)) and len(arrays[0].shape) == 2:
        body: Form = Transpose(_sum([f if f.scalar else _untilted(f) for f in summands]))
    else:
        body = _sum(summands)
    return body if content == 1 else product(Const(content), body)


def _sum(summands: list[Form]) -> Form:
    return Add(tuple(sorted(summands, key=_order(summands))))


def _term(c: Expr, rest: Rest) -> Form:
    return product(Const(c), *rest)


def _body(f: Form) -> Form:
    """The array factor of a term, if there is only one."""
    _, arrays = split_scalars(f)
    return arrays[0] if len(arrays) == 1 else f


def _untilted(f: Form) -> Form:
    scalars, arrays = split_scalars(f)
    return product(*scalars, transpose(arrays[0]))


def _merged(forms: tuple[Form, ...]) -> list[tuple[Expr, Rest]]:
    coefficients: dict[Rest, Expr] = {}
    for f in forms:
        outer, inside = parts(f)
        nested = inside[0].terms if len(inside) == 1 and isinstance(inside[0], Add) and outer in (1, -1) else None
        for t in nested or (f,):
            c, rest = parts(t)
            c = c * outer if nested else c
            coefficients[rest] = SympyAdd(coefficients.get(rest, S.Zero), c)
    return [(c, rest) for rest, c in coefficients.items() if c != 0]


# --- common factors of chains


def _chain(rest: Rest) -> tuple[Rest, tuple[Form, ...]] | None:
    """The other factors and the chain, for a term with one chain in it."""
    arrays = [f for f in rest if not f.scalar]
    if len(arrays) > 1:
        return None
    found = arrays or [f for f in rest if isinstance(f, MatMul)]
    if len(found) != 1 or not isinstance(found[0], MatMul):
        return None
    return tuple(f for f in rest if f is not found[0]), found[0].factors


def _collected(terms: list[tuple[Expr, Rest]]) -> list[tuple[Expr, Rest]]:
    """Repeatedly replace the largest group of chains that share their first or last factor by one chain."""
    while len(terms) > 1:
        chains = [(n, c, *ch) for n, (c, rest) in enumerate(terms) if (ch := _chain(rest)) is not None]
        groups: dict[tuple[int, Form], list[int]] = {}
        for n, _, _, chain in chains:
            for side in (-1, 0):
                groups.setdefault((side, chain[side]), []).append(n)
        best = max(groups, key=lambda g: len(groups[g]), default=None)
        if best is None or len(groups[best]) < 2:
            return terms
        members = set(groups[best])
        joined = _joined(best, [(c, others, chain) for n, c, others, chain in chains if n in members])
        terms = [t for n, t in enumerate(terms) if n not in members] + [parts(joined)]
        terms = [(c, rest) for c, rest in terms if c != 0]
    return terms


def _joined(shared: tuple[int, Form], members: list[tuple[Expr, Rest, tuple[Form, ...]]]) -> Form:
    side, factor = shared
    rests = [(c, others, chain[:-1] if side else chain[1:]) for c, others, chain in members]
    rows = _is_row(rests[0][2])
    terms = []
    for c, others, chain in rests:
        body = _plain(chain)
        terms.append(product(Const(c), *others, transpose(body) if rows else body))
    total = add(*terms)
    total = transpose(total) if rows else total
    return mat(total, factor) if side else mat(factor, total)


def _is_row(chain: tuple[Form, ...]) -> bool:
    return is_row(chain[0]) and not is_column(chain[-1])


def _plain(chain: tuple[Form, ...]) -> Form:
    return chain[0] if len(chain) == 1 else MatMul(chain)


# --- common coefficient


def _content(coefficients: list[Expr]) -> Expr:
    """What to pull out of a sum: a coefficient that all share; the sign too if all are negative."""
    if any(not c.is_number and c.is_Add for c in coefficients):
        return S.One
    sign = S.NegativeOne if all(negative(c) for c in coefficients) else S.One
    pairs = [c.as_coeff_Mul() for c in coefficients]
    symbolic = pairs[0][1]
    rationals = [r for r, _ in pairs]
    if any(s != symbolic for _, s in pairs) or not all(isinstance(r, Rational) for r in rationals):
        return sign
    top = gcd(*(abs(int(r.p)) for r in rationals))
    bottom = lcm(*(int(r.q) for r in rationals))
    common = Rational(top, bottom)
    if symbolic == 1 and common < 2 and len({abs(r) for r in rationals}) > 1:
        return sign
    return sign * common * symbolic


# --- order


def _order(summands: list[Form]):
    """Positive terms first; chains before others; terms with a scalar in front (a penalty) after those without."""
    functions = any(_has_function(f) for f in summands)
    others_negative = all(negative(parts(f)[0]) for f in summands if not isinstance(f, Const))

    def key(f: Form) -> tuple:
        c, rest = parts(f)
        if isinstance(f, Const):
            place = (0,) if functions or others_negative else (4,)
        else:
            chain = any(isinstance(g, (MatMul, Trace)) for g in rest)
            scaled = sum(isinstance(g, Leaf) and g.scalar for g in rest) if len(rest) > 1 else 0
            place = (1 if chain else 2, scaled, -_degree(rest), f.weight, f.label)
        return (negative(c), *place)

    return key


def _has_function(f: Form) -> bool:
    _, rest = parts(f)
    return any(isinstance(g.base if isinstance(g, Power) else g, (Apply, MatMul)) for g in rest) or any(
        isinstance(g, Power) and not isinstance(g.base, Leaf) for g in rest
    )


def _degree(rest: Rest) -> int:
    degree = 0
    for g in rest:
        exponent = g.exponent.value if isinstance(g, Power) and isinstance(g.exponent, Const) else S.One
        degree += int(exponent) if exponent.is_Integer else 1
    return degree


__all__ = ["Product", "add"]
