"""Sizes become numbers everywhere: in tensors, indices, bound ones too, and factors."""

from __future__ import annotations

from sympy import Integer

from derive.evaluate.oracle import evaluate
from derive.expr import Index, Size, Tensor, free_indices, sum_over
from derive.expr.concrete import at_sizes

N, M = Size("n", 1), Size("n", 2)
I, J = Index("i", N), Index("j", M)  # noqa: E741
A, X = Tensor("A", (N, M), 3, ("nonnegative",)), Tensor("x", (M,))


def test_sizes_become_numbers():
    e = sum_over(A(I, J) * X(J), J) / M
    concrete = at_sizes(e, {N: 2, M: 3})
    (i,) = free_indices(concrete)
    assert i == Index("i", 2)
    assert not concrete.atoms(Size)
    a = at_sizes(A, {N: 2, M: 3})
    assert (a.dims, a.layer, a.properties) == ((2, 3), 3, A.properties)
    rows, column = ((1, 2, 3), (4, 5, 6)), (1, 1, 2)
    by_number = evaluate(concrete, {a: rows, at_sizes(X, {M: 3}): column}, {}, {i: 1})
    assert by_number == evaluate(e, {A: rows, X: column}, {N: 2, M: 3}, {I: 1}) == 7


def test_other_sizes_stay():
    assert at_sizes(N * M, {M: 4}) == 4 * N
    assert at_sizes(Integer(3), {M: 4}) == 3
