"""Sample points: the declared properties hold, the others do not, and the seed says it all."""

from __future__ import annotations

from fractions import Fraction as Q
from itertools import pairwise

import pytest

from derive.errors import ShapeError
from derive.evaluate.oracle import EXACT, Evaluator
from derive.evaluate.sampling import admits, fine, is_discrete, sample, sample_one, simple, sizes_for, sizes_in
from derive.expr import Det, Index, Let, Program, Size, Tensor, sum_over

N, K, D = Size("N"), Size("K"), Size("D")
SEEDS = range(12)


def flat(value):
    return [x for v in value for x in flat(v)] if isinstance(value, tuple) else [value]


def drawn(*properties, dims=(4, 3), seed=0, **more):
    return sample_one(Tensor("v", dims, properties=properties), {}, seed, **more)


ENTRIES = {
    "positive": lambda x: x > 0,
    "nonnegative": lambda x: x >= 0,
    "binary": lambda x: x in (0, 1),
    "sign": lambda x: abs(x) == 1,
    "unit_interval": lambda x: 0 < x < 1,
    "integer": lambda x: x.denominator == 1,
    "nonzero": lambda x: x != 0,
}


@pytest.mark.parametrize("name", ENTRIES)
@pytest.mark.parametrize("scale", [Q(1, 16), 1, 10])
def test_properties_of_entries(name, scale):
    for seed in SEEDS:
        for values in (drawn(name, seed=seed, scale=scale), drawn(name, seed=seed, scale=scale, drawn=fine)):
            assert all(map(ENTRIES[name], flat(values)))
            assert all(isinstance(x, Q) for x in flat(values))
            assert len(set(flat(values))) > 1


def test_combined_properties_of_entries():
    for seed in SEEDS:
        assert all(x > 0 and x.denominator == 1 for x in flat(drawn("integer", "positive", seed=seed)))
        assert all(x > 0 for x in flat(drawn("positive", "sum_to_one", seed=seed)))


def test_rows():
    for seed in SEEDS:
        assert all(sum(row) == 1 for row in drawn("sum_to_one", seed=seed))
        assert not all(x in (0, 1) for x in flat(drawn("sum_to_one", seed=seed)))
        for row in drawn("one_hot", seed=seed):
            assert sorted(row) == [0, 0, 1]
        assert all(sum(row) == 1 and set(row) <= {0, 1} for row in drawn("binary", "sum_to_one", seed=seed))
    assert any(x < 0 for x in flat(drawn("sum_to_one")))
    assert sum(drawn("one_hot", dims=(5,))) == 1


def transposed(m):
    return tuple(zip(*m, strict=True))


def times(a, b):
    return tuple(tuple(sum(x * y for x, y in zip(r, c, strict=True)) for c in transposed(b)) for r in a)


@pytest.mark.parametrize("size", [2, 3, 5])
def test_properties_of_matrices(size):
    i, j, identity = (
        Index("i", size),
        Index("j", size),
        tuple(tuple(Q(a == b) for b in range(size)) for a in range(size)),
    )
    for seed in SEEDS:
        dims = (size, size)
        assert drawn("symmetric", dims=dims, seed=seed) == transposed(drawn("symmetric", dims=dims, seed=seed))
        q = drawn("orthogonal", dims=dims, seed=seed)
        assert times(q, transposed(q)) == identity
        assert q != transposed(q)
        mirror = drawn("orthogonal", "symmetric", dims=dims, seed=seed)
        assert times(mirror, mirror) == identity
        spd = drawn("positive_definite", dims=dims, seed=seed)
        assert spd == transposed(spd)
        for k in range(1, size + 1):
            minor = Tensor("m", (k, k))
            a, b = Index("a", k), Index("b", k)
            assert Evaluator({minor: spd}, {}, EXACT).value(Det(minor(a, b), a, b)) > 0
        t = Tensor("t", dims)
        regular = drawn("invertible", dims=dims, seed=seed)
        assert Evaluator({t: regular}, {}, EXACT).value(Det(t(i, j), i, j)) != 0
        assert drawn(dims=dims, seed=seed) != transposed(drawn(dims=dims, seed=seed))


def test_stacks_of_matrices_have_the_property_each():
    for m in drawn("symmetric", dims=(2, 3, 3)):
        assert m == transposed(m)


def test_both_signs_occur_and_scale_stretches():
    values = flat(drawn(dims=(6, 6)))
    assert min(values) < 0 < max(values)
    assert max(map(abs, flat(drawn(scale=Q(1, 100))))) <= Q(9, 100)


def test_the_seed_decides_and_the_order_does_not_matter():
    a, b = Tensor("a", (D,)), Tensor("b", (D, D))
    sizes = {D: 3}
    assert sample([a, b], sizes, 3) == sample([b, a], sizes, 3)
    assert sample([a], sizes, 3) != sample([a], sizes, 4)
    assert set(flat(sample_one(b, sizes, 0, drawn=simple))) <= {s * q for s in (1, -1) for q in (1, 2, 3, Q(1, 2))}


def test_sizes_are_distinct_and_change_with_the_seed():
    x, y = Tensor("x", (N, D)), Tensor("y", (N, K))
    i = Index("i", N)
    program = Program((Let(Tensor("C")(), sum_over(x(i, 0) * y(i, 1), i) / Size("M")),))
    assert [str(s) for s in sizes_in(program)] == ["D", "K", "M", "N"]
    previous = None
    for seed in range(20):
        sizes = sizes_for(program, seed)
        assert len(set(sizes.values())) == 4
        assert min(sizes.values()) >= 2
        assert min(sizes[N], sizes[K]) >= 3
        assert sizes != previous
        previous = sizes


def test_layers_are_distinct_as_far_as_possible():
    widths = [Size("n", k) for k in range(12)]
    sizes = sizes_for(Tensor("W", widths), 0)
    assert all(sizes[a] != sizes[b] for a, b in pairwise(widths))
    assert max(sizes.values()) <= 8
    assert len(set(sizes_for(Tensor("W", widths[:5]), 0).values())) == 5


def test_dimensions_that_are_expressions_or_numbers():
    assert sizes_for(Tensor("x", (2 * N + 1, 4)), 0).keys() == {N}
    assert len(sample_one(Tensor("x", (N + 1,)), {N: 3}, 0)) == 4
    with pytest.raises(ShapeError, match="size N"):
        sample_one(Tensor("x", (N,)), {}, 0)


def test_which_entries_may_be_replaced():
    assert admits(Tensor("x"), Q(0))
    assert not admits(Tensor("x", (), properties={"positive"}), Q(0))
    assert not admits(Tensor("x", (3, 3), properties={"symmetric"}), Q(1))
    assert is_discrete(Tensor("y", (), properties={"binary"}))
    assert not is_discrete(Tensor("y"))


def test_a_large_array_is_as_random_as_a_small_one() -> None:
    A = Tensor("A", (Size("n"), Size("m")))
    one, again = (sample([A], {Size("n"): 90, Size("m"): 100}, 3)[A] for _ in range(2))
    other = sample([A], {Size("n"): 90, Size("m"): 100}, 4)[A]
    assert one == again != other
    assert len(set(one)) == 90
    assert len(set(zip(*one, strict=True))) == 100
    assert {x > 0 for row in one for x in row} == {True, False}
