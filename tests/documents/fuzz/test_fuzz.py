"""Broken notes: no traceback, no hang, places inside the file, slices of the source, no verdict on nonsense.

A short look at each run of the tests, a longer one with `-m slow`; `python -m documents.fuzz SECONDS` in tests/ for as long
as one likes, always at new notes. What was found stays in `FOUND`.
"""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings

from documents.fuzz.deaf import deaf
from documents.fuzz.latex import notes
from documents.fuzz.mutate import case, seeds
from documents.fuzz.properties import troubles

X = "$x \\in \\mathbb{R}$, $A \\in \\mathbb{R}^{n\\times n}$. "
FOUND = {
    "an index of a thousand digits": X + "$g_t = t x$ and $g_{" + "9" * 9 + "9" * 4400 + "} = x$",
    "a product of large numbers as an index": X + "$g_t = t x$ and $g_{" + " ".join(["999999999"] * 500) + "} = x$",
    "half a number": X + "$\\frac.5x = x$ and $x^2.5 = x$",
    "a product of sixty matrices": X + "$" + "2A" * 60 + " = A$",
    "a bound that is nonsense": X + "$\\sum_{k=1@}^n A_{kk} = \\operatorname{tr} A$",
    "an index that is nonsense": "$X_@ = X_@$",
    "an entry that small sizes lack": "$y, p \\in \\mathbb{R}^N$. $p_n y_6 n = p_n y_n$ and $y_6 = y_7$",
    "a bound that is missing": X + "$\\sum_{k=}^n A_{kk} = \\operatorname{tr} A$",
}


@pytest.mark.parametrize("text", FOUND.values(), ids=list(FOUND))
def test_what_was_found(text: str) -> None:
    assert troubles(text.encode(), "note.md") == []


def _mutants(numbers: range) -> None:
    paths = seeds()
    for number in numbers:
        data, name = case(paths, Random(number))
        assert troubles(data, name) == [], f"case(seeds(), Random({number}))"


def test_mutated_notes() -> None:
    _mutants(range(12))


def test_no_token_is_passed_over() -> None:
    rng = Random(0)
    for path in rng.sample(seeds(), 3):
        assert deaf(path.read_text(encoding="utf-8"), path.name, rng, 4) == []


@settings(max_examples=25)
@given(notes())
def test_generated_notes(text: str) -> None:
    assert troubles(text.encode(), "note.md", judge=1) == []


@pytest.mark.slow
def test_many_mutated_notes() -> None:
    _mutants(range(12, 120))


@pytest.mark.slow
@settings(max_examples=200, derandomize=True)
@given(notes())
def test_many_generated_notes(text: str) -> None:
    assert troubles(text.encode(), "note.tex", judge=1) == []
