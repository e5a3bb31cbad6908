"""Sums of forms: like terms merged, common factors collected, ordered for reading."""

from __future__ import annotations

from sympy import Add as SympyAdd
from sympy import Expr, S

from derive.expr import Size, Tensor
from derive.notation.chain import mat
from derive.notation.forms import (
    Add,
    Apply,
    Const,
    Diag,
    Eye,
    Form,
    Leaf,
    MatMul,
    Ones,
    Power,
    Trace,
    Transpose,
    is_column,
    is_row,
    walk,
)
from derive.notation.make import ZERO, abs_, is_coefficient, negative, parts, product, split_scalars, transpose

Rest = tuple[Form, ...]


def add(*forms: Form) -> Form:
    """Sum of forms. A x + A^T x becomes (A + A^T) x; 2 a - 2 b becomes 2 (a - b); p - y, never -y + p."""
    terms = _merged(forms)
    if not terms:
        return ZERO
    terms = _collected(terms)
    if len(terms) == 1:
        return _term(*terms[0])
    content = _content(terms)
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
        nested = inside[0].terms if len(inside) == 1 and isinstance(inside[0], Add) else None
        if nested and outer not in (1, -1) and not _meets(nested, f, forms):
            nested = None
        for t in nested or (f,):
            c, rest = parts(t)
            c = c * outer if nested else c
            coefficients[rest] = SympyAdd(coefficients.get(rest, S.Zero), c)
    return [(c, rest) for rest, c in coefficients.items() if c != 0]


def _meets(nested: tuple[Form, ...], f: Form, forms: tuple[Form, ...]) -> bool:
    """Whether a term inside c (a - b) has a like term outside."""
    outside = {rest for g in forms if g is not f for t in _terms_of(g) for rest in (parts(t)[1],)}
    return any(parts(t)[1] in outside for t in nested)


def _terms_of(g: Form) -> tuple[Form, ...]:
    _, rest = parts(g)
    return rest[0].terms if len(rest) == 1 and isinstance(rest[0], Add) else (g,)


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
        groups: dict[tuple[int, Form, int], list[int]] = {}
        for n, _, _, chain in chains:
            for side in (-1, 0):
                groups.setdefault((side, chain[side], _order_in(chain[side], chain)), []).append(n)
        best = max(groups, key=lambda g: len(groups[g]), default=None)
        if best is None or len(groups[best]) < 2:
            return _entrywise_collected(terms)
        members = set(groups[best])
        joined = _joined(best[:2], [(c, others, chain) for n, c, others, chain in chains if n in members])
        terms = [t for n, t in enumerate(terms) if n not in members] + [parts(joined)]
        terms = [(c, rest) for c, rest in terms if c != 0]
    return terms


def _order_in(vector: Form, chain: tuple[Form, ...]) -> int:
    """How often a scalar chain has this vector: x^T A x + b^T x is not written x^T (A x + b)."""
    if not (is_row(chain[0]) and is_column(chain[-1])):
        return 0
    return sum(f in (vector, transpose(vector)) for f in chain)


def _entrywise_collected(terms: list[tuple[Expr, Rest]]) -> list[tuple[Expr, Rest]]:
    """p * g - (p^T g) p as p * (g - p^T g 1), and G * P - diag(u) P as (G - u 1^T) * P."""
    groups: dict[Form, list[tuple[int, Form, bool]]] = {}
    for n, (c, rest) in enumerate(terms):
        for factor, left, strong in _cofactors(c, rest):
            groups.setdefault(factor, []).append((n, left, strong))
    for factor, members in groups.items():
        places = {n for n, _, _ in members}
        if len(places) == len(members) > 1 and any(strong for _, _, strong in members) and factor.weight < 400:
            joined = product(factor, add(*(left for _, left, _ in members)))
            rest = [t for n, t in enumerate(terms) if n not in places]
            return _entrywise_collected([*rest, parts(joined)])
    return terms


def _cofactors(c: Expr, rest: Rest) -> list[tuple[Form, Form, bool]]:
    """(array factor, what multiplies it entry by entry, whether that is an array) for one term."""
    scalars = tuple(f for f in rest if f.scalar)
    arrays = tuple(f for f in rest if not f.scalar)
    if len(arrays) > 1:
        return [(f, product(Const(c), *scalars, *(g for g in arrays if g is not f)), True) for f in arrays]
    if len(arrays) != 1:
        return []
    f = arrays[0]
    if isinstance(f, MatMul) and len(f.factors) == 2:
        a, b = f.factors
        if isinstance(a, Diag) and len(b.shape) == 2:
            return [(b, product(Const(c), *scalars, mat(a.body, transpose(Ones(b.shape[1])))), True)]
        if isinstance(b, Diag) and len(a.shape) == 2:
            return [(a, product(Const(c), *scalars, mat(Ones(a.shape[0]), transpose(b.body))), True)]
    if scalars and not isinstance(f, (Ones, MatMul, Eye, Diag)):
        return [(f, product(Const(c), *scalars), False)]
    return []


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


def _content(terms: list[tuple[Expr, Rest]]) -> Expr:
    """What to pull out of a sum, so that least is left to write: 2 (a - b), 1/N (p - y), but X^T r + 2 lambda w."""
    coefficients = [abs_(c) for c, _ in terms]
    if len(terms) == 1 or any(c.is_Add for c in coefficients):
        return S.One
    arrays = any(f.shape for _, rest in terms for f in rest)
    if not arrays and len(terms) > 2 and len(set(coefficients)) > 1:  # a loss and its penalties
        return S.One
    penalised = any(len(rest) > 1 and any(isinstance(g, Leaf) and g.scalar for g in rest) for _, rest in terms)
    best, least = S.One, sum(map(_cost, coefficients))
    for c in dict.fromkeys(coefficients):
        quotients = [q / c for q in coefficients]
        if not c.is_number and any(_cancels(c, q) for q in quotients):
            continue
        cost = _cost(c) + sum(map(_cost, quotients))
        if cost < least and not (penalised and c.is_Integer):
            best, least = c, cost
    falls = all(negative(c) for c, _ in terms)
    return -best if falls and (best != 1 or arrays) else best


def _cancels(c: Expr, q: Expr) -> bool:
    """Whether a size stands under c and above in q: 1/n (n x) is x."""
    return not c.as_numer_denom()[1].atoms(Size).isdisjoint(q.as_numer_denom()[0].atoms(Size))


def _cost(c: Expr) -> int:
    """How much there is to write of a positive coefficient."""
    if c.is_Atom:
        return 0 if c == 1 else 2 if c.is_Rational and not c.is_Integer else 1
    return (1 if c.is_Pow and c.args[1] == -1 else 0) + sum(_cost(a) for a in c.args if a != -1)


# --- order


def _order(summands: list[Form]):
    """Positive terms first; chains before others; terms with a scalar in front (a penalty) after those without.

    A constant of the method comes last, sqrt(v) + epsilon; of two terms the one with the shorter coefficient first.
    """
    functions = any(_has_function(f) for f in summands)
    others_negative = all(negative(parts(f)[0]) for f in summands if not isinstance(f, Const))

    def key(f: Form) -> tuple:
        c, rest = parts(f)
        if isinstance(f, Const):
            place = (0,) if functions or others_negative else (4,)
        else:
            chain = any(isinstance(g, (MatMul, Trace)) for g in rest)
            coefficients = [g.weight for g in rest if is_coefficient(g)]
            scalars = sum(isinstance(g, Leaf) and g.scalar and not is_coefficient(g) for g in rest)
            scaled = scalars + bool(coefficients) if len(rest) > 1 else 0
            alone = bool(coefficients) and len(rest) == 1
            place = (1, scaled, not chain, alone, min(coefficients, default=0), -_degree(rest), f.weight, f.label)
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


def ascending(form: Form, tensor: Tensor) -> Form:
    """A sum with its terms in the order of their degree in this tensor, as Taylor's formula has them."""
    if not isinstance(form, Add):
        return form
    return Add(
        tuple(sorted(form.terms, key=lambda f: sum(isinstance(g, Leaf) and g.tensor == tensor for g in walk(f))))
    )


def leading(form: Form, tensor: Tensor) -> Form:
    """A sum with the terms in front that have this tensor: what an update moves, theta - eta g; signs stay in order."""
    if not isinstance(form, Add):
        return form

    def key(f: Form) -> tuple[bool, bool]:
        return negative(parts(f)[0]), not any(isinstance(g, Leaf) and g.tensor == tensor for g in walk(f))

    return Add(tuple(sorted(form.terms, key=key)))
