"""Folding what is a name times something: where xhat = (x - mu) / sqrt(v + eps), (x - mu) / (v + eps)^(3/2) is
xhat / (v + eps).

`fold` puts a name where its right side stands. Here the right side may stand up to a factor: a quotient or a root with
other powers of the same bases, and a sum up to the number before it. So the sum over all x is N mu, and what cancels
then cancels: the derivative of a variance in its mean. A name is taken only where the result is shorter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import floor

from sympy import Add, Expr, Mul, Pow, Rational, S

from derive.calculus.simplify import size
from derive.expr import Index, Let, Size, Sum_, addends, factors, free_indices, open_binder, rebuild, rename, sum_over
from derive.expr.fold import assignments
from derive.expr.nodes import base_and_exponent, tensors

Powers = dict[Expr, Expr]


def fold_multiples(e: Expr, lets: Iterable[Let]) -> Expr:
    """`e` with names in place of multiples of the lets' right sides."""
    for let in lets:
        coefficient, powers = _powers(let.rhs)
        if _is_quotient(powers) or _is_multiple_of_a_sum(coefficient, powers):
            e = _folded(e, let)
    return e


def _powers(e: Expr) -> tuple[Expr, Powers]:
    """The number and sizes before a product, and the exponents of its bases; sums are made primitive."""
    coefficient, powers = S.One, {}
    for f in factors(e):
        base, exponent = base_and_exponent(f)
        if base.is_number or isinstance(base, Size):
            coefficient *= f
            continue
        if isinstance(base, Add) and exponent.is_Integer:
            content, base = base.primitive()
            coefficient *= content**exponent
        powers[base] = powers.get(base, S.Zero) + exponent
    return coefficient, powers


def _is_quotient(powers: Powers) -> bool:
    rational = all(p.is_Rational for p in powers.values())
    return rational and any(not (p.is_Integer and p.is_positive) for p in powers.values())


def _is_multiple_of_a_sum(coefficient: Expr, powers: Powers) -> bool:
    return coefficient != 1 and len(powers) == 1 and all(isinstance(b, Sum_) and p == 1 for b, p in powers.items())


def _folded(e: Expr, let: Let) -> Expr:
    """From the outside in: 1/sqrt(b) is 1/s before its b could become s^2."""
    needed = tensors(let.rhs)

    def go(u: Expr) -> Expr:
        if not needed <= tensors(u):
            return u
        whole = min((u, *_named(u, let), *_within(u, let)), key=size)  # the first of equals
        if whole != u:
            return go(whole)
        inner = rebuild(u, go)
        return min((inner, *_by_parts(inner, go)), key=size)

    return go(e)


def _named(u: Expr, let: Let) -> Iterator[Expr]:
    """`u` with a power of the name in it, for each way to read the indices."""
    if not isinstance(u, (Mul, Pow, Sum_)):
        return
    coefficient, there = _powers(u)
    for indices in assignments(u, let):
        scale, wanted = _powers(rename(let.rhs, indices))
        signs = _aligned(wanted, there)
        if signs is None or not (times := _times(wanted, signs, there)):
            continue
        rest = dict(there)
        number = coefficient * scale**-times
        for base, exponent in wanted.items():
            found = -base if signs[base] < 0 else base
            number *= signs[base] ** (exponent * times)
            rest[found] -= exponent * times
        name = rename(let.target, indices)
        yield Mul(number, Pow(name, times), *(Pow(b, p) for b, p in rest.items()))


def _aligned(wanted: Powers, there: Powers) -> dict[Expr, int] | None:
    """For each base whether it stands there as it is or with the other sign; None where one is missing."""
    signs: dict[Expr, int] = {}
    for base, exponent in wanted.items():
        if base in there:
            signs[base] = 1
        elif isinstance(base, Add) and exponent.is_Integer and there.get(-base, S.Half).is_Integer:
            signs[base] = -1
        else:
            return None
    return signs


def _times(wanted: Powers, signs: dict[Expr, int], there: Powers) -> int:
    """Which power of the right side divides what is there; a negative one only for a root, 1/sqrt(b) = 1/s."""
    ratios = [there[-b if signs[b] < 0 else b] / p for b, p in wanted.items()]
    if not all(r.is_Rational for r in ratios):
        return 0
    if all(r > 0 for r in ratios):
        return floor(min(Rational(r) for r in ratios))
    root = len(ratios) == 1 and ratios[0].is_Integer and not next(iter(wanted.values())).is_Integer
    return int(ratios[0]) if root else 0


def _within(u: Expr, let: Let) -> Iterator[Expr]:
    """The same for a product of a sum and what was taken out of it."""
    for f in factors(u) if isinstance(u, Mul) else ():
        if isinstance(f, Sum_):
            body, names = open_binder(f)
            yield from (sum_over(e, *names) for e in _named(Mul(body, *(x for x in factors(u) if x is not f)), let))


def _by_parts(u: Expr, go) -> Iterator[Expr]:
    """A sum of terms of which some do not depend on what is summed over: term by term, with names in each."""
    if not isinstance(u, Sum_):
        return
    body, names = open_binder(u)
    content, body = body.primitive() if isinstance(body, Add) else (S.One, body)
    terms = addends(body)
    if len(terms) > 1 and any(_lacks_one(t, names) for t in terms):
        yield content * Add(*(go(sum_over(t, *names)) for t in terms))


def _lacks_one(t: Expr, names: tuple[Index, ...]) -> bool:
    return not free_indices(t) >= set(names)
