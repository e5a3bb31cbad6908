"""`sum_over` contracts without changing the value, at all sizes."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy import Add, Integer, Mul, S, exp

from derive.expr import (
    Delta,
    Index,
    Size,
    Sum_,
    Tensor,
    Where,
    contains,
    free_indices,
    open_binder,
    recontract,
    rename,
    sum_over,
)
from expr.brute import value

N, M = Size("N"), Size("M")
i, j, k, h = (Index(name, N) for name in "ijkh")
m = Index("m", M)
x, y, A, B = Tensor("x", (N,)), Tensor("y", (N,)), Tensor("A", (N, N)), Tensor("B", (N, N))
c = Tensor("c")

ROWS = [
    (sum_over(Delta(i, j) * x(j), j), x(i)),
    (sum_over(Delta(i, j) * A(i, j), i, j), Sum_(A(i, i), i)),
    (sum_over(Delta(i, j), i, j), N),
    (sum_over(Delta(i, j), j), S.One),
    (sum_over(Delta(i, j) * Delta(j, k), j), Delta(i, k)),
    (sum_over(S.One, i, m), N * M),
    (sum_over(x(i), i, m), M * Sum_(x(i), i)),
    (sum_over(c() * x(i), i), c() * Sum_(x(i), i)),
    (sum_over(x(i) * y(j), i, j), Sum_(x(i), i) * Sum_(y(j), j)),
    (sum_over(x(i) * Sum_(A(i, j) * y(j), j), i), Sum_(x(i) * A(i, j) * y(j), i, j)),
    (sum_over((Delta(i, j) - x(j)) * y(j), j), y(i) - x(i) * 0 - Sum_(x(j) * y(j), j)),
    (sum_over(S.Zero, i), S.Zero),
    (sum_over(x(i)), x(i)),
    (sum_over(Delta(i, Integer(0)) * x(i), i), x(0)),
    (sum_over((x(i) + y(i)) * A(i, j), i), Sum_((x(i) + y(i)) * A(i, j), i)),
    (sum_over(Where(y(j), x(j) * Delta(i, j), 2 * Delta(i, j)), j), Where(y(i), x(i), 2)),
    (sum_over(A(j, k) * Where(y(j), Delta(i, j), 0), j), A(i, k) * Where(y(i), 1, 0)),
    (sum_over(Where(y(j), Delta(i, j), x(j)), j), Sum_(Where(y(j), Delta(i, j), x(j)), j)),
]


@pytest.mark.parametrize(("ours", "wanted"), ROWS)
def test_contractions(ours: object, wanted: object) -> None:
    assert ours == wanted


FACTORS = st.sampled_from(
    [
        x(i),
        x(j),
        y(k),
        A(i, j),
        A(j, k),
        B(k, i),
        B(h, j),
        Delta(i, j),
        Delta(j, k),
        Delta(k, h),
        c(),
        Integer(2),
        A(i, i),
    ]
)
TERMS = st.lists(FACTORS, min_size=1, max_size=4).map(lambda fs: Mul(*fs))
NESTED = st.one_of(
    TERMS, TERMS.map(lambda t: sum_over(t, h)), st.lists(TERMS, min_size=2, max_size=3).map(lambda ts: Add(*ts))
)
BODIES = st.lists(NESTED, min_size=1, max_size=3).map(lambda ts: Mul(*ts))


@given(BODIES, st.sets(st.sampled_from([i, j, k, h]), max_size=4), st.integers(1, 3))
def test_contraction_keeps_the_value(body, bound: set[Index], n: int) -> None:
    """Against loops, at every value of what stays free."""
    names = sorted(bound, key=str)
    ours, sizes = sum_over(body, *names), {"N": n}
    assert free_indices(ours) <= free_indices(body) - bound
    free = sorted(free_indices(body) - bound, key=str)
    for place in product(range(n), repeat=len(free)):
        at = dict(zip(free, place, strict=True))
        wanted = sum(
            value(body, sizes, at | dict(zip(names, inner, strict=True)))
            for inner in product(range(n), repeat=len(names))
        )
        assert value(ours, sizes, at) == wanted


@given(TERMS, st.permutations([i, j, k, h]))
def test_contraction_leaves_no_delta_with_a_bound_index_in_a_product(body, names: list[Index]) -> None:
    ours = sum_over(body, *names)
    assert not contains(ours, Delta)


@given(TERMS, st.permutations([i, j, k, h]))
def test_names_and_their_order_do_not_matter(body, names: list[Index]) -> None:
    renamed = rename(body, dict(zip([i, j, k, h], names, strict=True)))
    assert sum_over(renamed, *names) == sum_over(body, i, j, k, h)


@given(TERMS)
def test_all_at_once_or_one_by_one(body) -> None:
    assert sum_over(sum_over(body, i), j, k, h) == sum_over(body, i, j, k, h)


def test_recontract_uses_new_deltas() -> None:
    e = Sum_(exp(x(i)) * A(i, j), i)
    inner, names = open_binder(e)
    changed = Sum_(Mul(inner, Delta(names[0], k)), *names)
    assert recontract(changed) == exp(x(k)) * A(k, j)
