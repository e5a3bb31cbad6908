"""Formulas that are wider than the page are broken where a reader expects it, and say the same."""

from __future__ import annotations

import re

import pytest

from derive.check.examine import examine
from derive.documents import read
from derive.notation.document.breaking import PAGE, Row, fitted, terms
from derive.notation.document.widths import width

LONG = r"\sum_{n=1}^{N} \sum_{d=1}^{D} v_d \hat{y}_n (1 - \hat{y}_n) X_{nd}"

# a formula, and where its lines begin when it is twice as wide as the room
BROKEN = [
    (f"{LONG} + {LONG} - {LONG}", [r"\sum", "+ \\sum", "- \\sum"]),
    (rf"\frac{{1}}{{N}} \left( {LONG} + {LONG} \right)", [r"\frac{1}{N} \biggl( \sum", r"+ \sum"]),
    (rf"2 ({LONG} - {LONG}) x", [r"2 (\sum", r"- \sum"]),
    (rf"\left( {LONG} \right) \left( {LONG} \right)", [r"\left(", r"\cdot \left("]),
    (rf"\frac{{{LONG} + {LONG} + {LONG}}}{{2}}", [r"\frac"]),
    (rf"\left( {LONG} \right) \frac{{\partial}}{{\partial W_{{ij}}}} \left( {LONG} \right)", [r"\left("]),
    (rf"\left( {LONG} \right) \sum_{{j=1}}^{{n_{{l+1}}}} \left( {LONG} \right)", [r"\left(", r"\cdot \sum"]),
    (rf"\exp\left( {LONG} {LONG} {LONG} \right)", [r"\exp"]),
    (rf"\left( {LONG} \right) \odot \left( {LONG} \right)", [r"\left(", r"\odot \left("]),
    (rf"\left( {LONG} \right) \log \left( {LONG} \right)", [r"\left("]),
]


@pytest.mark.parametrize(("formula", "heads"), BROKEN)
def test_lines_begin_where_a_reader_expects_it(formula, heads):
    note = r"\text{a reason of some length that stands beside the formula}"
    rows = fitted([Row("a", "&=", formula, note)])
    assert len(rows) == len(heads)
    assert all(r.right.startswith(h) for r, h in zip(rows, heads, strict=True))
    assert [r.note for r in rows] == [""] * (len(rows) - 1) + [note]
    assert [r.relation for r in rows] == ["&=", *[r"&\quad"] * (len(rows) - 1)]
    said = re.sub(r"\\cdot |\\(biggl|biggr|left|right)(?![a-z])", "", " ".join(r.right for r in rows))
    assert said == re.sub(r"\\(left|right)(?![a-z])", "", formula)


@pytest.mark.parametrize("formula", ["a + b", r"\frac{a + b}{2}", f"{LONG} + {LONG}"])
def test_what_fits_is_left_alone(formula):
    rows = [Row("x", "&=", formula), Row("", "&=", "a", r"\text{why}")]
    assert fitted(rows) == rows


def test_a_wide_left_side_has_a_row_of_its_own():
    rows = fitted([Row(f"{LONG} + {LONG}", "&=", f"3 {LONG} - {LONG}"), Row("", "&=", LONG)])
    assert [(r.left, r.relation) for r in rows] == [("", "&"), ("", r"&\quad ="), ("", "&=")]


def test_nothing_to_break():
    assert fitted([]) == []


def test_terms_stand_outside_of_all_brackets():
    assert terms(r"-a + \left[ b - c \right] - \frac{d + e}{2} x^{n - 1}") == [
        "-a", r"+ \left[ b - c \right]", r"- \frac{d + e}{2} x^{n - 1}"
    ]  # fmt: skip


WIDTHS = [  # as LaTeX sets them at eleven points, in points
    (r"a + b", 23.9),
    (r"\frac{\partial J}{\partial W}", 20.7),
    (r"\sum_{n=1}^{N} x_n", 29.8),
    (r"\log(1 + e^{-z})", 58.0),
    (r"\text{derivative of the logistic function}", 158.0),
    (r"(X_{ni} - \mu_i) (X_{nj} - \mu_j)", 101.0),
]


@pytest.mark.parametrize(("latex", "points"), WIDTHS)
def test_widths_are_about_right(latex, points):
    assert width(latex) == pytest.approx(points, rel=0.15)


def test_a_broken_chain_is_read_as_one():
    term = r"(x + y)^2 (x - y)^2 \left( 1 + \frac{x^2 + y^2}{2} \right)"
    rows = fitted([Row(f"{term} + {term}", "&=", f"{term} + {term} + {term} - {term}"), Row("", "&=", f"2 {term}")])
    assert len(rows) > 3
    lines = " \\\\\n".join(f"{r.left} {r.relation} {r.right}" for r in rows)
    note = read(f"Let $x, y \\in \\mathbb{{R}}$.\n\\begin{{align*}}\n{lines}\n\\end{{align*}}\n", "page.tex")
    assert [examine(s, hints=False).verdict for s in note.claims] == ["proved", "proved"]


def test_the_page_is_as_wide_as_the_preamble_says():
    from derive.notation.document.latex import PREAMBLE

    (millimetres,) = re.findall(r"textwidth\}\{(\d+)mm\}", PREAMBLE)
    assert pytest.approx(float(millimetres) / 25.4 * 72.27, abs=1) == PAGE
