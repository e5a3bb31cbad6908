"""Binders: alpha-equivalence is equality, names do not matter, nothing is captured; errors say what was expected."""

from __future__ import annotations

import pickle
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy import Add, Integer, Mul, exp

from derive.errors import ShapeError
from derive.expr import (
    Delta,
    Det,
    Elem,
    Index,
    Inverse,
    LogDet,
    LogSumExp,
    Max_,
    Prod_,
    Size,
    Sum_,
    Tensor,
    Where,
    Winner,
    contains,
    free_indices,
    fresh,
    height,
    maximum,
    minimum,
    open_binder,
    rebuild,
    relu,
    rename,
    softplus,
    step,
    tensors,
)
from derive.expr import binding as binding_module
from derive.expr import entries as entries_module
from derive.expr import nodes as nodes_module
from derive.expr import symbols as symbols_module

N, M = Size("N"), Size("M")
i, j, k, h = (Index(name, N) for name in "ijkh")
x, y, A, B = Tensor("x", (N,)), Tensor("y", (N,)), Tensor("A", (N, N)), Tensor("B", (N, N))
R = Tensor("R", (N, M))
m = Index("m", M)

BINDERS = [Sum_, Prod_, LogSumExp, Max_]


@pytest.mark.parametrize("binder", BINDERS)
def test_alpha_equivalence_is_equality(binder: type) -> None:
    assert binder(x(i) * y(k), i) == binder(x(j) * y(k), j)
    assert binder(A(i, j) * x(j), i, j) == binder(A(k, h) * x(h), h, k)
    assert binder(A(i, j) * x(j), i, j) != binder(A(i, j) * x(i), i, j)


def test_ordered_binders_tell_rows_from_columns() -> None:
    assert Det(A(i, j), i, j) == Det(A(k, h), k, h)
    assert Det(A(i, j), i, j) != Det(A(j, i), i, j)
    assert Inverse(A(i, j), i, j, k, h) != Inverse(A(i, j), i, j, h, k)
    assert LogDet(A(i, j), i, j) == LogDet(A(h, i), h, i)


def _monomial(pairs: list[tuple[int, int]], names: tuple[Index, ...]):
    return Mul(*(A(names[a], names[b]) for a, b in pairs))


PAIRS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=6)


@given(PAIRS, st.permutations(range(4)), st.permutations(range(4)))
def test_the_order_of_bound_names_is_canonical(pairs: list[tuple[int, int]], p: list[int], q: list[int]) -> None:
    names = (i, j, k, h)
    used = sorted({a for pair in pairs for a in pair})
    renamed = tuple(names[n] for n in p)
    order = [n for n in q if n in used]
    ours = Sum_(_monomial(pairs, names), *(names[n] for n in used))
    assert Sum_(_monomial(pairs, renamed), *(renamed[n] for n in order)) == ours


@given(st.lists(PAIRS, min_size=2, max_size=3), st.permutations(range(4)))
def test_the_order_is_canonical_in_sums_of_products(terms: list[list[tuple[int, int]]], p: list[int]) -> None:
    names = (i, j, k, h)
    used = sorted({a for pairs in terms for pair in pairs for a in pair})
    renamed = tuple(names[n] for n in p)

    def close(with_names: tuple[Index, ...]):
        body = exp(Add(*(_monomial(pairs, with_names) for pairs in terms)))
        return Sum_(body, *(with_names[n] for n in used))

    assert close(names) == close(renamed)


@pytest.mark.parametrize("n", [3, 4, 5])
def test_symmetric_bodies_are_canonical(n: int) -> None:
    names = [Index(f"s{a}", N) for a in range(n)]
    cycle = {Sum_(Mul(*(A(p[a - 1], p[a]) for a in range(n))), *p) for p in permutations(names)}
    assert len(cycle) == 1


@pytest.mark.parametrize("n", [8, 12, 16])
def test_long_chains_are_canonical(n: int) -> None:
    """What tells indices apart at once costs no trial."""

    def chain(names: list[Index]):
        return Sum_(Mul(x(names[0]), y(names[-1]), *(A(*names[a : a + 2]) for a in range(n - 1))), *names)

    names = [Index(f"s{a}", N) for a in range(n)]
    assert chain(names) == chain(names[::-1]) == chain(names[n // 2 :] + names[: n // 2])


def test_renaming_captures_nothing() -> None:
    inner = Sum_(A(i, j) * x(j), j)  # over i
    assert rename(inner, {i: j}) == Sum_(A(j, k) * x(k), k)
    bound = inner.bound[0]
    assert free_indices(rename(inner, {i: k})) == {k}
    assert rename(inner, {bound: k}) == inner, "a bound name is nobody's business"
    outer = Sum_(inner * A(i, k), i)
    assert rename(outer, {k: i}) == Sum_(Sum_(A(h, j) * x(j), j) * A(h, i), h)


def test_renaming_is_simultaneous() -> None:
    assert rename(A(i, j), {i: j, j: i}) == A(j, i)
    assert rename(Sum_(A(i, k) * A(k, j), k), {i: j, j: i}) == Sum_(A(j, k) * A(k, i), k)


def test_renaming_to_a_fixed_position() -> None:
    assert rename(A(i, j), {j: Integer(0)}) == A(i, 0)
    assert rename(Delta(i, j), {i: Integer(1), j: Integer(1)}) == 1
    assert rename(Delta(i, j), {i: Integer(1), j: Integer(0)}) == 0


def test_nested_binders_get_names_of_their_height() -> None:
    e = Sum_(x(i) * exp(Sum_(A(i, j) * y(j), j)), i)
    assert height(e) == 2
    assert free_indices(e) == set()
    body, names = open_binder(e)
    assert free_indices(body) == set(names)
    assert Sum_(body, *names) == e


@given(PAIRS)
def test_opening_and_closing_is_the_identity(pairs: list[tuple[int, int]]) -> None:
    names = (i, j, k, h)
    used = sorted({a for pair in pairs for a in pair})
    e = LogSumExp(_monomial(pairs, names), *(names[n] for n in used))
    body, opened = open_binder(e)
    assert LogSumExp(body, *opened) == e
    assert rebuild(e, lambda u: u) == e


def test_slots_are_free() -> None:
    e = Inverse(A(i, j), i, j, k, h)
    assert free_indices(e) == {k, h}
    assert free_indices(Winner(A(i, j), i, k)) == {j, k}
    assert rename(e, {k: h, h: k}) == Inverse(A(i, j), i, j, h, k)


def test_a_binder_without_names_is_its_body() -> None:
    assert Sum_(x(i)) == x(i)


def test_rebuild_maps_children_and_shares_what_is_unchanged() -> None:
    e = Sum_(exp(x(i)), i)
    assert rebuild(e, lambda u: u) is e
    assert rebuild(e, lambda u: 2 * u) == Sum_(2 * exp(x(i)), i)
    assert rebuild(x(i), lambda u: 2 * u) == x(i)


def test_deltas() -> None:
    assert Delta(i, i) == 1
    assert Delta(i, j) == Delta(j, i)
    assert Delta(i, j) ** 2 == Delta(i, j)
    assert Delta(Integer(0), Integer(1)) == 0


def test_names_sizes_and_properties_tell_tensors_apart() -> None:
    assert Tensor("x", (N,)) is Tensor("x", (N,))
    assert (
        len(
            {
                Tensor("x", (N,)),
                Tensor("x", (M,)),
                Tensor("x", (N,), 1),
                Tensor("x", (N,), 0),
                Tensor("x", (N,), properties=("positive",)),
            }
        )
        == 5
    )
    assert len({Size("n"), Size("n", 0), Size("n", 1)}) == 3
    assert Index("i", N) != Index("i", M)


def test_properties_reach_the_assumptions() -> None:
    assert Elem(Tensor("p", (N,), properties=("positive",)), i).is_positive
    assert Elem(Tensor("y", (N,), properties=("binary",)), i).is_integer
    assert Elem(Tensor("s", (N,), properties=("sign",)), i).is_zero is False
    assert Elem(x, i).is_positive is None


def test_queries() -> None:
    e = Sum_(A(i, j) * Delta(j, k), j) + x(i)
    assert tensors(e) == {A, x}
    assert contains(e, Delta)
    assert not contains(e, Det)
    assert fresh(N) != fresh(N)


@pytest.mark.parametrize(
    "e", [A(i, j), Sum_(A(i, j) * x(j), j), Inverse(A(i, j), i, j, k, h), Tensor("W", (N, M), 2)(i, m)]
)
def test_pickling(e: object) -> None:
    assert pickle.loads(pickle.dumps(e)) == e


ERRORS = [
    (lambda: A(i), "A has 2 indices, 1 given"),
    (lambda: x(m), "index of size N expected, m of size M found"),
    (lambda: Tensor("v", (3,))(3), "position 3 is not within 0 .. 3 - 1"),
    (lambda: x(-1), "position -1"),
    (lambda: Delta(i, m), "size N and one of size M"),
    (lambda: Sum_(x(i), i, i), "distinct indices"),
    (lambda: Sum_(x(i), N), "distinct indices"),
    (lambda: Tensor("x", (N,), properties=("shiny",)), "unknown property 'shiny'; known are"),
]


@pytest.mark.parametrize(("act", "words"), ERRORS)
def test_errors_say_what_was_expected(act, words: str) -> None:
    with pytest.raises(ShapeError) as caught:
        act()
    assert words in str(caught.value)


def test_memo_tables_are_bounded() -> None:
    modules = (nodes_module, binding_module, entries_module, symbols_module)
    tables = {f for module in modules for f in vars(module).values() if hasattr(f, "cache_info")}
    assert len(tables) >= 8
    assert all(f.cache_info().maxsize == nodes_module.MEMO for f in tables)


def test_numbers_are_compared_only_where_their_order_is_known() -> None:
    """softplus(2) is a number that SymPy cannot evaluate: a comparison with it stays as it is."""
    unknown = 3 - softplus(Integer(2))
    assert isinstance(step(unknown), step)
    assert isinstance(relu(unknown), relu)
    assert isinstance(Where(unknown, x(i), y(i)), Where)
    assert maximum(Integer(3), softplus(Integer(2))) not in (3, softplus(Integer(2)))
    assert minimum(Integer(3), softplus(Integer(2))) not in (3, softplus(Integer(2)))
    assert (step(Integer(2)), step(Integer(0)), step(Integer(-2))) == (1, 0, 0)
    assert (maximum(Integer(2), Integer(3)), minimum(Integer(2), Integer(3))) == (3, 2)
    assert (relu(Integer(-2)), relu(Integer(2)), Where(Integer(0), x(i), y(i))) == (0, 2, y(i))
