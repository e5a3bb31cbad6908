"""Programs of named intermediates."""

from __future__ import annotations

import pytest
from sympy import exp

from derive.errors import ShapeError
from derive.expr import Index, Let, Program, Size, Sum_, Tensor, substitute, sum_over, unfold

N = Size("N")
i, j = Index("i", N), Index("j", N)
W, x, z, a, C = (Tensor(name, dims) for name, dims in (("W", (N, N)), ("x", (N,)), ("z", (N,)), ("a", (N,)), ("C", ())))
LETS = (Let(z(i), sum_over(W(i, j) * x(j), j)), Let(a(i), exp(z(i))), Let(C(), sum_over(a(i) ** 2, i)))
PROGRAM = Program(LETS)


def test_inputs_output_and_users() -> None:
    assert set(PROGRAM.inputs) == {W, x}
    assert PROGRAM.output.tensor == C
    assert PROGRAM.by_tensor[a].rhs == exp(z(i))
    assert [let.tensor for let in PROGRAM.users[z]] == [a]
    assert list(PROGRAM) == list(LETS)


def test_a_let_at_other_indices() -> None:
    assert LETS[0].at(j) == Sum_(W(j, i) * x(i), i)


def test_unfolding_captures_nothing() -> None:
    k = Index("k", N)
    wanted = sum_over(exp(2 * sum_over(W(i, k) * x(k), k)), i)
    assert unfold(C(), PROGRAM) == wanted
    assert unfold(C(), PROGRAM, keep=frozenset({z})) == sum_over(exp(2 * z(i)), i)
    assert unfold(sum_over(z(i) * W(i, j), i), PROGRAM) == sum_over(W(i, k) * x(k) * W(i, j), i, k)


def test_substitution_is_one_level_unless_deep() -> None:
    lets = PROGRAM.by_tensor
    assert substitute(a(j), lets) == exp(z(j))
    assert substitute(a(j), lets, deep=True) == exp(Sum_(W(j, i) * x(i), i))
    assert substitute(x(j), lets) == x(j)


ERRORS = [
    (lambda: Let(z(i), W(i, j)), "an index that the target lacks: j"),
    (lambda: Let(W(i, i), x(i)), "distinct indices"),
    (lambda: Let(z(0), x(0)), "distinct indices"),
    (lambda: Program((LETS[1], LETS[0])), "uses z before it is defined"),
    (lambda: Program((LETS[0], LETS[0])), "z is defined twice"),
    (lambda: Program((Let(z(i), z(i) + 1),)), "z is defined by itself"),
]


@pytest.mark.parametrize(("act", "words"), ERRORS)
def test_errors(act, words: str) -> None:
    with pytest.raises(ShapeError) as caught:
        act()
    assert words in str(caught.value)
