"""Rules for a product under a sum, each of which uses up a bound index.

A rule takes the product {atom: exponent} and the bound indices, and answers with polynomials and the indices
each is still to be summed over, or None. `CONTRACTIONS` is the table.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from sympy import Add, Expr, Mul

from derive.expr import Delta, Elem, Index, Inverse, Sum_, free_indices, rename
from derive.prove.atoms import SymmetricInverse, Unordered
from derive.prove.ledger import use
from derive.prove.matching import matches, unfolded
from derive.prove.monomials import Exponents, lead_of, reduce, without
from derive.prove.normal import normal
from derive.prove.polynomial import Monomial, Number, Poly, atom, combine, expr, leading, mul, sub

Found = tuple[tuple[Poly, frozenset[Index]], ...]  # sums to be added
Contraction = Callable[[Exponents, frozenset[Index]], Found | None]


def _elsewhere(exponents: Exponents, *atoms: Expr) -> frozenset[Index]:
    """The free indices of the other factors."""
    return frozenset().union(*(free_indices(a) for a in exponents if a not in atoms))


def row_sum(exponents: Exponents, bound: frozenset[Index]) -> Found | None:
    """sum_k y_nk = 1 where rows sum to one."""
    for a, e in exponents.items():
        if e != 1 or not isinstance(a, Elem) or not a.tensor.properties & {"sum_to_one", "one_hot"}:
            continue
        *others, k = a.indices
        if k in bound and k not in others and k not in _elsewhere(exponents, a):
            use(f"{a.tensor} sums to one")
            return ((without(exponents, a), bound - {k}),)
    return None


def orthogonal_pair(exponents: Exponents, bound: frozenset[Index]) -> Found | None:
    """sum_a Q_ab Q_ac = delta_bc and, where Q is square, sum_b Q_ab Q_cb = delta_ac."""
    elements = [a for a in exponents if isinstance(a, Elem) and a.tensor.rank == 2]
    turned = [a for a in elements if "orthogonal" in a.tensor.properties]
    for n, p in enumerate(turned):
        for q in turned[n:]:
            if p.tensor != q.tensor or (exponents[p], exponents[q]) != ((2, 2) if p is q else (1, 1)):
                continue
            found = _shared(exponents, bound, p, q)
            if found is not None:
                return found
    return None


def _shared(exponents: Exponents, bound: frozenset[Index], p: Elem, q: Elem) -> Found | None:
    orders = [(0, 0), (1, 1), (0, 1), (1, 0)] if isinstance(p, Unordered) else [(0, 0), (1, 1)]
    if p.tensor.dims[0] != p.tensor.dims[1]:
        orders = [(0, 0)]  # a tall matrix with orthonormal columns: only Q^T Q is the identity
    for s, t in orders:
        i, j, b, c = p.indices[s], q.indices[t], p.indices[1 - s], q.indices[1 - t]
        if i == j and i in bound and i not in (b, c) and i not in _elsewhere(exponents, p, q):
            use(f"{p.tensor} orthogonal")
            return ((mul(without(exponents, p, q), normal(Delta(b, c))), bound - {i}),)
    return None


def inverse_pair(exponents: Exponents, bound: frozenset[Index]) -> Found | None:
    """sum_j S^-1_ij S_jk = delta_ik, on both sides; of a sum S, its leading term is exchanged for the rest."""
    for a, e in exponents.items():
        if not isinstance(a, Inverse) or e != 1:
            continue
        for slot in (1, 0):
            for side in (0, 1) if isinstance(a, SymmetricInverse) else (1 - slot,):
                found = _contract_inverse(exponents, bound, a, slot, side)
                if found is not None:
                    return found
    return None


def _contract_inverse(exponents: Exponents, bound: frozenset[Index], a: Inverse, slot: int, side: int) -> Found | None:
    """Contract the inverse at `slot` with its body, whose index at `side` is the one summed over."""
    s, other = a.slots[slot], a.slots[1 - slot]
    if not isinstance(s, Index) or s not in bound or s == other or s in free_indices(a.body):
        return None
    free = Index("$t", a.bound[1 - side].dim)
    body = normal(rename(a.body, {a.bound[side]: s, a.bound[1 - side]: free}))
    candidates = [m for m in body if not any(isinstance(b, Delta) for b, _ in m)]
    if not candidates:
        return None
    lead = leading({m: body[m] for m in candidates})
    taken = bound.union(*map(free_indices, exponents))
    opened_lead = unfolded(lead, taken | {free})
    if opened_lead is None:
        return None
    pattern, inner = opened_lead
    others = {b: k for b, k in exponents.items() if b is not a}
    for binding in matches(pattern, others, inner | {free}):
        t, images = binding.get(free), [binding[i] for i in inner]
        left = _taken_out(others, pattern, binding)
        outside = frozenset().union(*map(free_indices, left))
        gone = frozenset((s, *images))
        if not free_indices(a).isdisjoint(images):
            continue
        if t is None or t in gone or len(gone) != 1 + len(inner) or not gone <= bound or gone & outside:
            continue
        rest = _renamed({m: c for m, c in body.items() if m != lead}, {free: t})
        scale = Fraction(1) / body[lead]
        contracted = combine((scale, mul(reduce(left), normal(Delta(other, t)))))
        return (
            (contracted, bound - gone),
            (combine((-scale, mul(mul(reduce(left), reduce({a: 1})), rest))), bound - gone | {s}),
        )
    return None


def _renamed(p: Poly, names: dict[Index, Expr]) -> Poly:
    return normal(rename(expr(p), names)) if p else p


def _taken_out(exponents: Exponents, pattern: list[tuple[Expr, Number]], binding: dict[Index, Expr]) -> Exponents:
    left = dict(exponents)
    for p, k in pattern:
        a = rename(p, binding)
        left[a] = left.get(a, 0) - k
        if not left[a]:
            del left[a]
    return left


def denominator(exponents: Exponents, bound: frozenset[Index]) -> Found | None:
    """P P^-1 = 1 where P, or its leading term, is a sum whose factors stand in the product (softmax sums to one)."""
    for a, e in exponents.items():
        if e >= 0 or not isinstance(a, (Sum_, Add, Mul)):
            continue
        p, lead = (atom(a), frozenset(((a, 1),))) if isinstance(a, Sum_) else lead_of(a)
        if any(isinstance(b, Sum_) for b, _ in lead):
            found = _contract_denominator(exponents, bound, a, p, lead)
            if found is not None:
                return found
    return None


def _contract_denominator(
    exponents: Exponents, bound: frozenset[Index], a: Expr, p: Poly, lead: Monomial
) -> Found | None:
    opened_lead = unfolded(lead, bound.union(*map(free_indices, exponents)))
    if opened_lead is None:
        return None
    pattern, inner = opened_lead
    others = {b: k for b, k in exponents.items() if b is not a}
    for binding in matches(pattern, others, inner):
        gone = frozenset(binding[i] for i in inner)
        left = _taken_out(others, pattern, binding)
        outside = free_indices(a).union(*map(free_indices, left))
        if len(gone) != len(inner) or not gone <= bound or gone & outside:
            continue
        e = exponents[a] + 1
        first = reduce({**left, a: e} if e else left)
        rest = {m: c for m, c in p.items() if m != lead}
        second = mul(reduce({**left, a: exponents[a]}), rest)
        return ((combine((Fraction(1) / p[lead], sub(first, second))), bound - gone),)
    return None


CONTRACTIONS: tuple[Contraction, ...] = (row_sum, orthogonal_pair, inverse_pair, denominator)
