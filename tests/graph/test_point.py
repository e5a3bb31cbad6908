"""The values of `--at`: what is read, and one clear error for all else."""

from __future__ import annotations

from fractions import Fraction

import pytest

from derive.errors import DeriveError
from derive.expr import Size, Tensor
from derive.graph.point import read_point

N, D = Size("N"), Size("D")
X, V, A, B = Tensor("x", (N, D)), Tensor("v", (D,)), Tensor("a"), Tensor("b")


@pytest.mark.parametrize(
    ("text", "value"),
    [("a=2", 2), ("a = -0.5", Fraction(-1, 2)), ("a=1/3", Fraction(1, 3)), ("a=1e-3", Fraction(1, 1000)),
     ("a=.5", Fraction(1, 2)), ("a=+7.", 7), (";a=2,", 2), ("a = 3 / 4", Fraction(3, 4))],
)  # fmt: skip
def test_numbers(text, value):
    assert read_point(text, [A]).values[A] == value


def test_arrays_give_the_sizes():
    point = read_point("x=[[1, 2], [3, 4], [5, 6]], v=[1/2, -1]", [X, V])
    assert point.sizes == {N: 3, D: 2}
    assert point.values[X][2] == (5, 6)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "values are expected"),
        ("a", "'=' and a value"),
        ("a=", "a number is expected"),
        ("a=x", "a number is expected"),
        ("a=1 2", "a comma is expected"),
        ("a=1/0", "division by zero"),
        ("a=1, a=2", "given twice"),
        ("a=1, c=2", "no input"),
        ("=1", "a name is expected"),
        ("a=1e999", "exponent"),
        ("a=nan", "a number is expected"),
        ("a=__import__('os')", "a number is expected"),
        ("a=[1", "a comma or ']'"),
        ("a=[]", "a number is expected"),
        ("a=" + "[" * 50, "nested"),
        ("a=" + "9" * 200, "more than"),
        ("b=1" + " " * 30_000, "characters"),
        ("b=1", "no value for a"),
        ("a=[1, 2], b=1", "declared as a number"),
    ],
    ids=lambda value: value[:20],
)
def test_refused(text, said):
    with pytest.raises(DeriveError) as error:
        read_point(text, [A, B])
    assert said in str(error.value)
    assert len(str(error.value)) < 500


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x=[[1, 2], [3]], v=[1, 2]", "rows of x differ"),
        ("x=[[1, 2]], v=[1, 2, 3]", "D is 2 in x and 3 in v"),
        ("x=[1, 2], v=[1, 2]", "declared as (N, D)"),
        ("x=[[" + ",".join(["1"] * 500) + "]], v=[1]", "at most 400"),
    ],
)
def test_shapes_that_do_not_fit(text, said):
    with pytest.raises(DeriveError) as error:
        read_point(text, [X, V])
    assert said in str(error.value)


PROPERTIES = [
    ("binary", "[0, 1]", "[0, 2]"), ("sign", "[-1, 1]", "[0, 1]"), ("positive", "[1, 2]", "[0, 1]"),
    ("nonnegative", "[0, 1]", "[-1, 0]"), ("unit_interval", "[0.5, 0.1]", "[1, 0.5]"),
    ("integer", "[1, 2]", "[1.5, 1]"),
    ("nonzero", "[1, -1]", "[0, 1]"), ("one_hot", "[0, 1]", "[1, 1]"), ("sum_to_one", "[0.5, 0.5]", "[1, 1]"),
    ("symmetric", "[[1, 2], [2, 1]]", "[[1, 2], [3, 1]]"), ("orthogonal", "[[0, 1], [-1, 0]]", "[[1, 1], [0, 1]]"),
    ("positive_definite", "[[2, 1], [1, 2]]", "[[1, 2], [2, 1]]"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "good", "bad"), PROPERTIES, ids=lambda value: value)
def test_declared_properties_hold(name, good, bad):
    t = Tensor("t", (N, N) if "[[" in good else (N,), properties=(name,))
    read_point(f"t={good}", [t])
    with pytest.raises(DeriveError, match="the value given is not"):
        read_point(f"t={bad}", [t])


def test_upstream_gradient_of_an_array_is_asked_for():
    g = Tensor("grad_y", (N,))
    with pytest.raises(DeriveError, match="upstream gradient grad_y is needed"):
        read_point("a=1", [A], g)
