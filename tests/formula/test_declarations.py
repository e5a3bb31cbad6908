"""Declarations: names, sizes and properties."""

from __future__ import annotations

import pytest

from derive.errors import FormulaError
from derive.expr.arrays import show
from derive.formula import parse_formula, parse_where

GOOD = [
    ("X: N,D", {"X": ("(N, D)", "")}),
    ("X: N, D;", {"X": ("(N, D)", "")}),
    ("X: (N, D); w: D", {"X": ("(N, D)", ""), "w": ("(D,)", "")}),
    ("w: (D,)", {"w": ("(D,)", "")}),
    ("X: [N, 3]", {"X": ("(N, 3)", "")}),
    ("b: scalar", {"b": ("()", "")}),
    ("b:", {"b": ("()", "")}),
    ("b: positive", {"b": ("()", "positive")}),
    ("b: scalar positive", {"b": ("()", "positive")}),
    ("lambda: scalar positive", {"lambda": ("()", "positive")}),
    ("y: N binary", {"y": ("(N,)", "binary")}),
    ("Y: N,K one-hot", {"Y": ("(N, K)", "one_hot")}),
    ("p: K sum-to-one, positive", {"p": ("(K,)", "positive sum_to_one")}),
    ("S: n,n symmetric", {"S": ("(n, n)", "symmetric")}),
    ("S: n,n spd", {"S": ("(n, n)", "positive_definite symmetric")}),
    ("S: n,n Positive-Definite", {"S": ("(n, n)", "positive_definite symmetric")}),
    ("A: n,n invertible", {"A": ("(n, n)", "invertible")}),
    ("A: n,n real", {"A": ("(n, n)", "")}),
    ("u, v: D", {"u": ("(D,)", ""), "v": ("(D,)", "")}),
    ("x: n positive\ny: n", {"x": ("(n,)", "positive"), "y": ("(n,)", "")}),
    ("T: a,b,c", {"T": ("(a, b, c)", "")}),
    ("W_1: n_1,n_0", {"W_1": ("(n_1, n_0)", "")}),
    (" ; ", {}),
    ("", {}),
]


@pytest.mark.parametrize(("text", "wanted"), GOOD)
def test_declarations(text: str, wanted: dict[str, tuple[str, str]]) -> None:
    found = {name: (show(x.shape), " ".join(sorted(x.expr.tensor.properties))) for name, x in parse_where(text).items()}
    assert found == wanted


def test_sizes_are_numbers_in_formulas() -> None:
    symbols = parse_where("X: N,D")
    assert parse_formula("X.shape[0]", symbols) == parse_formula("N", symbols) == parse_formula("len(X)", symbols)


@pytest.mark.parametrize("word", ["class", "from", "import", "return", "yield", "del"])
def test_keywords_of_statements_are_names(word: str) -> None:
    assert str(parse_formula(f"2*{word}", parse_where(f"{word}: scalar"))) == f"2*{word}"


@pytest.mark.parametrize("text", ["class x", "import os", "return 2", "class: pass", "if", "not", "2 if 3 else 4"])
def test_statements_are_no_formulas(text: str) -> None:
    with pytest.raises(FormulaError):
        parse_formula(text, parse_where("class, return: scalar"))


def test_lambda_is_a_name_where_it_is_declared() -> None:
    symbols = parse_where("lambda: scalar positive; w: D")
    assert str(parse_formula("lambda/2*w@w", symbols)) == "lambda*Sum_[#1.0](w[#1.0]**2)/2"
