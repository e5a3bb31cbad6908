"""What is said beside a verdict: values, the right form, and hints that the text of the claim bears out."""

from __future__ import annotations

import pytest

import derive
from derive.check.examine import decimal

HINTS = [
    (r"$0.37 \cdot 0.25 = 0.09$", "left 0.0925, right 0.09", r"likely cause: the number is rounded: write \approx"),
    (r"$0.37 \cdot 0.25 = 0.082$", "left 0.0925, right 0.082", "right: 0.0925"),
    (r"$\frac13 + \frac13 = \frac12$", "left 2/3, right 1/2", ""),
    (
        r"Let $z \in \mathbb{R}^K$. Then $\operatorname{softmax}(z)_k = \frac{e^{z_k}}{\sum_{j=1}^K e^{z_k}}$.",
        "entry k = 1",
        "possible cause: k cancels on one side; has an index the wrong name?",
    ),
    (
        r"Let $X \in \mathbb{R}^{N \times D}$, $W \in \mathbb{R}^{D \times M}$, $G \in \mathbb{R}^{N \times M}$ and "
        r"$C = \operatorname{tr}(G^\top X W)$. Then $\nabla_X C = G X^\top$.",
        "do not fit together",
        r"right: G W^\top",
    ),
    (
        r"Let $X \in \mathbb{R}^{N \times D}$, $w \in \mathbb{R}^D$ and let $x_n$ be the $n$-th row of $X$. With "
        r"$f = \sum_{n=1}^N (w^\top x_n)^2$ the slope is $\nabla_w f = X^\top w$.",
        "do not fit together",
        r"right: 2 X^\top X w",
    ),
]


@pytest.mark.parametrize(("note", "detail", "hint"), HINTS)
def test_hints(note: str, detail: str, hint: str) -> None:
    (found,) = derive.check(note).refuted
    assert detail in found.detail
    assert found.hint == hint


def test_a_counterexample_says_at_which_step() -> None:
    (found,) = derive.check(r"$\sum_{i=1}^{n} i = n$.").refuted
    assert found.detail == "n = 2: left 3, right 2"
    assert found.reading.endswith(", at n = 7")


def test_of_long_arrays_the_first_entries_are_told() -> None:
    (found,) = derive.check(r"Let $v \in \mathbb{R}^{100}$. Then $v = 2v$.").refuted
    assert "..." in found.detail
    assert len(found.detail) < 200
    assert found.counterexample is not None
    assert len(found.counterexample["values"]["v"]) == 100


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("1/4", "0.25"),
        ("-3/8", "-0.375"),
        ("1/3", "1/3"),
        ("2", "2"),
        ("1/1000000000000", "1/1000000000000"),
        ("e", "e"),
    ],
)
def test_decimals(number: str, shown: str) -> None:
    assert decimal(number) == shown
