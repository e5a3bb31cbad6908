"""Plain text and named parts."""

from __future__ import annotations

import pytest

from derive.notation import latex, recover, text
from notation.cases import CASES

TABLE = {
    "gradient of the logistic loss": "Xᵀ (σ(X w) - y)/N",
    "quadratic form": "xᵀ A x",
    "Hessian of the logistic loss": "Xᵀ diag(σ(X w) ⊙ (1 - σ(X w))) X/N",
    "squared error": "‖X w - y‖²",
    "gradient of log det": "X⁻ᵀ",
    "cosine similarity": "xᵀ y/(‖x‖ ‖y‖)",
    "two-layer network in W1": "((W⁽²⁾ᵀ (W⁽²⁾ relu(W⁽¹⁾ x) - y)) ⊙ 1[W⁽¹⁾ x > 0]) xᵀ",
    "gradient of the Huber loss": "Xᵀ (X w - y if |X w - y| < 1 else sign(X w - y))",
    "ridge solution": "(Xᵀ X + λ I)⁻¹ Xᵀ y",
}


@pytest.mark.parametrize("name", TABLE)
def test_text(name):
    assert text(recover(*CASES[name])) == TABLE[name]


@pytest.mark.parametrize("name", CASES)
def test_text_is_one_line_without_commands(name):
    found = text(recover(*CASES[name]))
    assert "\n" not in found
    assert "\\" not in found


def test_repeated_parts_get_names():
    main, names = latex(recover(*CASES["attention in Q"]), share=True)
    assert names == [("P", r"\mathrm{softmax}\left( \frac{1}{\sqrt{E}} Q K^\top \right)")]
    assert main == r"\frac{1}{\sqrt{E}} (P \odot (G V^\top - (G \odot (P V)) \mathbf{1} \mathbf{1}^\top)) K"


def test_definitions_come_before_their_use():
    main, names = latex(recover(*CASES["vjp of layer norm"]), share=True)
    assert [name for name, _ in names] == ["r", "t"]
    assert "r" in names[1][1]
    assert r"\mathbf{1}^\top x" not in main


def test_a_probability_gets_its_letter():
    expected = (r"\mathrm{diag}(p) - p p^\top", [("p", r"\mathrm{softmax}(z)")])
    assert latex(recover(*CASES["softmax Jacobian"]), share=True) == expected


def test_small_parts_are_left():
    assert latex(recover(*CASES["quadratic form"]), share=True) == (r"x^\top A x", [])
