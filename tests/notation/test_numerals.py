"""Numbers in place of names: signs, brackets, powers of ten, arrays, and names that keep their place in a sum."""

from __future__ import annotations

from decimal import Decimal as D

import pytest

from derive.expr import Index, Tensor, sigmoid, sum_over
from derive.notation import recover
from derive.notation.components import component_piece
from derive.notation.numerals import with_numbers
from derive.notation.style import LATEX, TEXT
from derive.notation.writer import write

W, X, S = Tensor("W", (2, 2), 1), Tensor("x", (2,)), Tensor("s")
I, J = Index("i", 2), Index("j", 2)  # noqa: E741
NUMBERS = {W: ((D("0.1"), D("-3")), (D("0"), D("2E-9"))), X: (D("0.50"), D("1.2E+11")), S: D("-4")}


@pytest.mark.parametrize(
    ("e", "text", "latex"),
    [
        (W(0, 0) * X(0), "0.1 · 0.50", r"0.1 \cdot 0.50"),
        (W(0, 1) * X(0), "(-3) · 0.50", r"(-3) \cdot 0.50"),
        (W(0, 0) + W(0, 1), "0.1 + (-3)", "0.1 + (-3)"),
        (W(0, 0) - S(), "0.1 - (-4)", "0.1 - (-4)"),
        (W(1, 0), "0", "0"),
        (W(1, 1), "2 · 10⁻⁹", r"2 \cdot 10^{-9}"),
        (X(1) ** 2, "(1.2 · 10¹¹)²", r"(1.2 \cdot 10^{11})^2"),
        (S() ** 2, "(-4)²", "(-4)^2"),
        (sigmoid(S()), "σ(-4)", r"\sigma(-4)"),
        (sigmoid(X(0)) / W(0, 0), "σ(0.50)/0.1", r"\frac{\sigma(0.50)}{0.1}"),
    ],
    ids=str,
)
def test_entries(e, text, latex):
    assert component_piece(e, with_numbers(TEXT, NUMBERS)).text == text
    assert component_piece(e, with_numbers(LATEX, NUMBERS)).text == latex


def test_arrays():
    product, turned = sum_over(W(I, J) * X(J), J), sum_over(W(J, I) * X(J), J)
    style = with_numbers(TEXT, NUMBERS)
    assert write(recover(product, (I,)), style).text == "[0.1, -3; 0, 2 · 10⁻⁹] [0.50; 1.2 · 10¹¹]"
    assert write(recover(turned, (I,)), style).text == "[0.1, -3; 0, 2 · 10⁻⁹]ᵀ [0.50; 1.2 · 10¹¹]"
    latex = write(recover(turned, (I,)), with_numbers(LATEX, NUMBERS)).text
    assert latex.startswith(r"\begin{bmatrix} 0.1 & -3 \\ 0 & 2 \cdot 10^{-9} \end{bmatrix}^\top \begin{bmatrix}")


def test_axes_of_size_one_have_no_subscript():
    column = Tensor("v", (1, 2))
    assert component_piece(column(0, 1), with_numbers(TEXT, {column: ((D(5), D(7)),)})).text == "7"
    only = Tensor("u", (1,))
    assert component_piece(only(0), with_numbers(TEXT, {only: (D(5),)})).text == "5"


@pytest.mark.parametrize(
    ("w", "x", "text"),
    [((9, 1), (111111, 2), "9 · 111111 + 1 · 2"), ((1, 9), (2, 111111), "1 · 2 + 9 · 111111"),
     ((-1, 9), (2, -3), "(-1) · 2 + 9 · (-3)")],
)  # fmt: skip
def test_the_order_is_that_of_the_names(w, x, text):
    """Whatever the numbers are, they stand where the names stood."""
    e = W(0, 0) * X(0) + W(0, 1) * X(1)
    assert component_piece(e, TEXT).text == "W⁽¹⁾_1,1 x_1 + W⁽¹⁾_1,2 x_2"
    numbers = {W: (tuple(map(D, w)), (D(0), D(0))), X: tuple(map(D, x))}
    assert component_piece(e, with_numbers(TEXT, numbers)).text == text


def test_without_numbers_a_style_is_itself():
    assert with_numbers(TEXT, None) is TEXT
    other = Tensor("z", (2,))
    assert component_piece(other(0), with_numbers(TEXT, NUMBERS)).text == "z_1"
