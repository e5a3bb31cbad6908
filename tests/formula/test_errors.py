"""Errors are a specification: the place, and words that help. Nothing takes long, nothing is executed."""

from __future__ import annotations

import time
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derive.errors import DeriveError, FormulaError
from derive.formula import parse_formula, parse_scalar_function, parse_where
from formula.errors import DECLARATIONS, FORMULAS, SCALARS, UNPLACED
from formula.reference import SYMBOLS
from formula.table import formulas

SECONDS = 60  # of CPU: a guard against a hang, no measure of speed (that is benchmarks/)


def short(text: str) -> str:
    return text if len(text) < 40 else f"{text[:30]}...{len(text)}"


@pytest.mark.parametrize(("text", "column", "words"), FORMULAS, ids=lambda x: short(x) if isinstance(x, str) else "")
def test_bad_formulas(text: str, column: int, words: tuple[str, ...]) -> None:
    start = time.process_time()
    with pytest.raises(FormulaError) as caught:
        parse_formula(text, SYMBOLS)
    assert time.process_time() - start < SECONDS
    check(caught.value, column if text not in UNPLACED else None, words)


@pytest.mark.parametrize(
    ("text", "column", "words"), DECLARATIONS, ids=lambda x: short(x) if isinstance(x, str) else ""
)
def test_bad_declarations(text: str, column: int, words: tuple[str, ...]) -> None:
    with pytest.raises(FormulaError) as caught:
        parse_where(text)
    check(caught.value, column, words)


@pytest.mark.parametrize(("text", "names", "column", "words"), SCALARS)
def test_bad_scalar_formulas(text: str, names: tuple[str, ...] | None, column: int, words: tuple[str, ...]) -> None:
    with pytest.raises(FormulaError) as caught:
        parse_scalar_function(text, names)
    check(caught.value, column, words)


def check(error: FormulaError, column: int | None, words: tuple[str, ...]) -> None:
    if column is not None:
        assert error.offset + 1 == column, str(error)
    for word in words:
        assert word in f"{error.message}\n{error.hint}", str(error)
    lines = str(error).splitlines()
    if error.source:
        assert max(map(len, lines[1:3])) <= 84, "a megabyte of text is not echoed"
        assert lines[2].strip() == "^"


def test_the_place_counts_lines() -> None:
    with pytest.raises(FormulaError) as caught:
        parse_formula("x +\n  (z\n - unknown)", SYMBOLS)
    assert (caught.value.line, caught.value.column) == (3, 4)
    assert str(caught.value).splitlines()[1:3] == ["     - unknown)", "       ^"]


ALPHABET = "xzAXNnb012 ().,[]:+-*/@<>=!^'\"_{}é∑\n\t#.TesumxplgnparaxisNone=0np.linalg"


def survives(text: str) -> None:
    """Reading it gives a value or an error of ours, soon; never a crash, never a warning."""
    start = time.process_time()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for read in (
            lambda: parse_formula(text, SYMBOLS),
            lambda: parse_where(text),
            lambda: parse_scalar_function(text),
        ):
            try:
                read()
            except DeriveError as error:
                assert isinstance(error, FormulaError)
                assert str(error)
    assert time.process_time() - start < SECONDS


@given(st.text(max_size=60))
def test_survives_any_text(text: str) -> None:
    survives(text)


@given(st.text(alphabet=ALPHABET, max_size=60))
def test_survives_text_of_its_own_letters(text: str) -> None:
    survives(text)


TOKENS = (
    "x", "A", "X", "b", "N", "0", "1", "2.5", "1e9", "(", ")", "[", "]", ",", ":", ".", ".T", "+", "-", "*",
    "/", "**", "@", "<", ">=", "==", "=", "sum", "exp(", "log(", "axis=", "np.", "np.linalg.", "inv(", "where(",
    "None", "True", "lambda", "softmax(", "max(", "norm(", ".sum(", ".shape", "...", "eye(", "ones(",
    "slogdet(", "sqrt(", "-1", "det(", "pi",
)  # fmt: skip
PIECES = st.sampled_from(TOKENS)


@given(st.lists(PIECES, max_size=25).map("".join))
def test_survives_shuffled_pieces(text: str) -> None:
    survives(text)


@given(st.sampled_from(formulas()), st.integers(0, 100), st.integers(0, 3), st.text(alphabet=ALPHABET, max_size=3))
def test_survives_mutated_formulas(formula: str, place: int, cut: int, insert: str) -> None:
    place %= len(formula)
    survives(formula[:place] + insert + formula[place + cut :])


@given(st.recursive(PIECES, lambda inner: st.tuples(PIECES, inner).map("".join), max_leaves=30), st.integers(1, 400))
def test_survives_repetition(text: str, times: int) -> None:
    survives(text * times)
