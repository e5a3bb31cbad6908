"""Renaming says the same as building the expression anew with the other indices, whatever way it takes."""

from __future__ import annotations

import pytest
from sympy import Abs, Expr, Integer, cos, exp, log, sin, tanh

from derive.expr import (
    Delta,
    Index,
    Inverse,
    LogSumExp,
    Max_,
    Size,
    Tensor,
    Unknown,
    Where,
    free_indices,
    relu,
    rename,
    sigmoid,
    sum_over,
)
from derive.expr.nodes import Binder
from derive.prove.atoms import SymmetricInverse, Unordered

N, K = Size("N"), Size("K")
i, j, m, k = Index("i", N), Index("j", N), Index("m", N), Index("k", K)
x, y, t = Tensor("x", (N,)), Tensor("y", (N,)), Tensor("t")
W, A = Tensor("W", (N, K)), Tensor("A", (N, N))
p, q = Index("p", N), Index("q", N)

EXPRESSIONS = [
    2 * x(i) * y(j) - x(j) ** 2 + 3,
    2 * (x(i) + y(j)) * W(i, k),
    sin(x(i) - x(j)) * y(i) + tanh(y(j) - y(i)) / (x(i) - x(j)),
    cos(x(i) - y(j)) * Abs(x(i) - x(j)),
    exp(x(i) - x(j)) * sigmoid(t() * x(i)) * log(1 + y(j) ** 2),
    Where(x(i) - x(j), x(i), relu(y(j) - y(i))),
    Delta(i, j) * x(i) + Unknown("f", 1, x(i) * x(j)),
    sum_over(x(m) * A(m, i) * W(j, k), m),
    sum_over(A(m, p) * x(m) * y(p) * A(i, m) * A(p, j), m, p),
    sum_over(exp(A(i, m) - A(m, j)) * W(m, k), m, k),
    LogSumExp(A(i, m) + x(m), m) - Max_(A(j, m), m),
    Inverse(A(m, p), m, p, i, j) * x(j),
    SymmetricInverse(A(m, p), m, p, i, j) * x(i) * y(j),
    Unordered(A, i, j) * x(i),
]
NAMES = [
    {i: p, j: q},
    {i: j, j: i},
    {i: Index("z", N), j: Index("a", N)},
    {i: Index("~12", N)},
    {i: j},
    {j: i},
    {i: Integer(1), j: Integer(0)},
    {i: p, j: p},
]


def anew(e: Expr, names: dict[Index, Expr]) -> Expr:
    """The same expression, built from the leaves up."""
    if free_indices(e).isdisjoint(names):
        return e
    if isinstance(e, Index):
        return names.get(e, e)
    if isinstance(e, Binder):
        return e.func(anew(e.body, names), *e.bound, *(names.get(s, s) for s in e.slots))
    return e.func(*(anew(a, names) for a in e.args))


@pytest.mark.parametrize("names", NAMES, ids=str)
@pytest.mark.parametrize("e", EXPRESSIONS, ids=str)
def test_renamed_is_built_anew(e, names):
    assert rename(e, names) == anew(e, names)


@pytest.mark.parametrize("e", EXPRESSIONS, ids=str)
def test_there_and_back(e):
    back = rename(rename(e, {i: p, j: q}), {p: i, q: j})
    assert (back, hash(back), str(back)) == (e, hash(e), str(e))


def test_a_fixed_sign_goes_into_the_product_around_it():
    e = rename(2 * tanh(x(i) - x(j)) * y(i), {i: j, j: i})
    assert e == 2 * tanh(x(j) - x(i)) * y(j)


def test_equal_entries_are_one_object():
    assert x(i) is x(i)
    assert type(Unordered(A, i, j)) is Unordered
