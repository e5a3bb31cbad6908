"""Sums that stand in several places get names: a long square is not opened where both sides have it."""

import pytest

from derive.expr import Index, Let, Program, Size, Sum_, Tensor, sigmoid
from derive.prove.prover import attempts, prove
from derive.prove.shared import by_names

n, m, d = Size("n"), Size("m"), Size("d")
i, j, k = Index("i", n), Index("j", m), Index("k", d)
s, y = Tensor("s", (n,)), Tensor("y", (m,))
a, b, c, e, f, g = (Tensor(name, (dim,)) for name, dim in zip("abcefg", (m, m, m, d, d, d), strict=True))
W, V = Tensor("W", (n, m)), Tensor("V", (m, d))
LONG = (a(j) + b(j) + c(j)) * (a(j) - 2 * b(j)) * (e(k) + f(k) + g(k)) * (e(k) - g(k)) * W(i, j) * V(j, k)
u = Sum_(LONG, j, k)
total, part, rest = Sum_(u**2, i), Sum_(s(i) ** 2 * u**2, i), Sum_((1 - s(i) ** 2) * u**2, i)

EQUAL = [
    ("a square split by weights", part + rest, total),
    ("weights on both sides", 2 * part + rest, total + part),
    ("a name for each of two sums", part * Sum_(u * y(j), i, j), (total - rest) * Sum_(y(j) * u, i, j)),
]
DIFFERENT = [
    ("a part is not all", part, total),
    ("a weight is lost", part + rest, 2 * total),
    ("another sum of the same form", part + rest, Sum_(Sum_(LONG + W(i, j) * V(j, k), j, k) ** 2, i)),
]


@pytest.mark.parametrize("row", EQUAL, ids=lambda row: row[0])
def test_what_holds_for_any_sum_is_proved_in_few_steps(row):
    _, left, right = row
    proof = prove(left, right, budget=1000)
    assert proof.proved
    assert "sums by name" in proof.reason


@pytest.mark.parametrize("row", DIFFERENT, ids=lambda row: row[0])
def test_what_does_not_hold_is_not_proved(row):
    assert not any(proof.proved for proof in attempts(*row[1:], budget=1000))


def test_one_name_stands_for_one_sum_whatever_its_indices_are_called():
    p, q, A = Index("p", n), Index("q", n), Tensor("A", (n, n))
    columns, rows = Sum_(A(p, i) ** 2, p), Sum_(A(i, p) ** 2, p)
    named = by_names(Sum_(columns**2 * rows, i), Sum_(Sum_(A(i, q) ** 2, i) ** 3, q))
    name = Tensor("*shared_1", (n,))
    assert named == (Sum_(name(i) ** 2 * rows, i), Sum_(name(q) ** 3, q))


def test_a_sum_without_free_indices_is_never_opened_and_gets_no_name():
    assert by_names(Sum_(s(i), i), Sum_(s(i), i) ** 2) is None


def test_a_function_that_one_side_writes_out_gets_its_name():
    """`o` is below the name `w`, so it is not put in with it: the right side has to meet it by its value."""
    z = Sum_(W(i, j) * y(j), j)
    o, w = Tensor("o", (n,)), Tensor("w", (n,))
    program = Program((Let(o(i), sigmoid(z)), Let(w(i), s(i) * o(i) ** 2)))
    proofs = list(attempts(s(i) * o(i) ** 3, sigmoid(z) * w(i), program))
    assert proofs[-1].proved
    assert "names put back" in proofs[-1].reason
    assert not any(p.proved for p in attempts(s(i) * o(i) ** 2, sigmoid(z) * w(i), program))
