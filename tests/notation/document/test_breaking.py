"""Formulas that are wider than the page are broken where a reader expects it, and say the same."""

from __future__ import annotations

import re

import pytest

from derive.check.examine import examine
from derive.documents import read
from derive.notation.document.breaking import PAGE, ROOM, Row, fitted, with_short_reasons
from derive.notation.document.cutting import lines, terms
from derive.notation.document.widths import width

LONG = r"\sum_{n=1}^{N} \sum_{d=1}^{D} v_d \hat{y}_n (1 - \hat{y}_n) X_{nd}"

WIDE = r"\sigma(W_z x_t + U_z h_{t-1} + b_z) \odot (1 - \sigma(W_z x_t + U_z h_{t-1} + b_z))"
ROW = r"0.17, 0.09, 0.54, 0.52, 0.27, 0.43, 0.57, 0.61"

# a formula, the room in parts of its width, and how its lines begin
CUT = [
    (f"{LONG} + {LONG} - {LONG}", 0.4, [r"\sum", r"+ \sum", r"- \sum"]),
    (rf"\frac{{1}}{{N}} \left( {LONG} + {LONG} \right)", 0.6, [r"\frac{1}{N} \biggl( \sum", r"+ \sum"]),
    (rf"2 ({LONG} - {LONG}) x", 0.65, [r"2 (\sum", r"- \sum"]),
    (rf"\left( {LONG} \right) \left( {LONG} \right)", 0.6, [r"\left(", r"\cdot \left("]),
    (rf"\frac{{{LONG} + {LONG} + {LONG}}}{{2}}", 0.5, [r"\frac"]),
    (rf"\left( {LONG} \right) \frac{{\partial}}{{\partial W_{{ij}}}} \left( {LONG} \right)", 0.7,
     [r"\left(", r"\cdot \frac{\partial}"]),
    (rf"\left( {LONG} \right) \sum_{{j=1}}^{{n_{{l+1}}}} \left( {LONG} \right)", 0.7, [r"\left(", r"\cdot \sum"]),
    (rf"\exp\left( {LONG} {LONG} {LONG} \right)", 0.45, [r"\exp\biggl( \sum", r"\cdot \sum", r"\cdot \sum"]),
    (rf"\left( {LONG} \right) \odot \left( {LONG} \right)", 0.6, [r"\left(", r"\odot \left("]),
    (rf"\left( {LONG} \right) \log \left( {LONG} \right)", 0.7, [r"\left(", r"\cdot \log"]),
    (rf"U_c^\top (\delta_c \odot {WIDE})", 0.7, [r"U_c^\top (\delta_c", r"\odot (1 -"]),
    (rf"x_j \, \mathrm{{diag}}({WIDE})", 0.7, [r"x_j \, \mathrm{diag}(", r"\odot (1 -"]),
    (rf"x_j \, \mathrm{{diag}}({WIDE})", 1.2, [r"x_j \, \mathrm{diag}("]),
    (rf"{WIDE} \, \mathrm{{diag}}({LONG})", 0.7, [r"\sigma(", r"\cdot \mathrm{diag}("]),
    (rf"\left\lVert {WIDE} - \frac{{y}}{{2}} \right\rVert^2", 0.9,
     [r"\biggl\lVert \sigma(", r"- \frac{y}{2} \biggr\rVert^2"]),
    (rf"a \left( b + c \left( {LONG} + {LONG} \right) \right)", 0.6,
     [r"a \biggl( b + c \biggl( \sum", r"+ \sum"]),
    (rf"\left( \frac{{a}}{{b}} + c \right) \left( {LONG} + {LONG} \right)", 0.6,
     [r"\left( \frac{a}{b} + c \right) \biggl( \sum", r"+ \sum"]),
    (f"({ROW})", 0.6, ["(0.17", "0."]),
    (r"\max_{j \ne k} \left( x_{jk} \right)", 0.9, [r"\max"]),
    (rf"\left( {LONG} \right) \, \mathrm{{tr}} W", 0.95, [r"\left(", r"\cdot \mathrm{tr} W"]),
]  # fmt: skip


@pytest.mark.parametrize(("formula", "part", "heads"), CUT)
def test_lines_begin_where_a_reader_expects_it(formula, part, heads):
    cut = [p.text for p in lines(formula, part * width(formula))]
    assert len(cut) == len(heads), cut
    assert all(line.startswith(h) for line, h in zip(cut, heads, strict=True)), cut
    assert _said(" ".join(cut)) == _said(formula)
    assert all(line.count(r"\left") == line.count(r"\right") for line in cut)


def _said(formula: str) -> str:
    """What is left where no line is cut: without signs of a product, spaces and sizes of brackets."""
    return re.sub(r"\\(?:cdot|biggl|biggr|left|right)(?![a-z])|\\,|\s", "", formula)


def test_the_room_is_kept_where_the_formula_can_be_cut():
    formula = rf"r \odot (U_c^\top (\delta_c \odot {WIDE})) + U_r^\top (\delta_r \odot {WIDE}) + \delta_h \odot (1 - z)"
    for room in (130.0, 180.0, 240.0, 320.0, 450.0):
        cut = lines(formula, room)
        assert all(width(p.text) <= room for p in cut)
        assert all(p.depth == 0 for p in cut if p.text.startswith("+ U_r"))
        assert all(p.depth > 0 for p in cut if p.text.startswith(r"\odot (1 - \sigma"))


def test_rows_of_a_display():
    note = "a reason of some length that stands beside the formula"
    first, *_, last = rows = fitted([Row("a", "&=", f"{LONG} + {LONG} - {LONG}", note)]).rows
    assert [r.relation for r in rows] == ["&=", *[r"&\quad"] * (len(rows) - 1)]
    assert (first.left, first.note) == ("a", "")
    assert last.note == note
    within = fitted([Row("a", "&=", rf"\left( {LONG} + {LONG} + {LONG} + {LONG} \right)")]).rows
    assert [r.relation for r in within] == ["&=", r"&\qquad"]


@pytest.mark.parametrize("formula", ["a + b", r"\frac{a + b}{2}", f"{LONG} + {LONG}"])
def test_what_fits_is_left_alone(formula):
    rows = (Row("x", "&=", formula), Row("", "&=", "a", "why"))
    assert fitted(list(rows)).rows == rows


def test_a_long_reason_makes_way_for_the_formula():
    """The reason takes two lines rather than every formula beside it."""
    note = "derivatives of the hyperbolic tangent and of the logistic function"
    rows = [Row("", "&=", WIDE, "by name") for _ in range(5)]
    display = fitted([*rows, Row("", "&=", "z", note)])
    assert display.rows == (*rows, Row("", "&=", "z", note))
    assert display.beside(display.rows[-1]) == rf"\parbox[t]{{{display.reasons:.0f}pt}}{{\raggedright {note}}}"
    assert display.beside(rows[0]) == r"\text{by name}"
    assert width(WIDE) + display.reasons < ROOM


def test_a_wide_left_side_has_a_row_of_its_own():
    rows = fitted([Row(f"{LONG} + {LONG}", "&=", f"3 {LONG} - {LONG}"), Row("", "&=", LONG)]).rows
    assert [(r.left, r.relation) for r in rows] == [("", "&"), ("", r"&\quad ="), ("", r"&\quad =")]


def test_nothing_to_break():
    assert fitted([]).rows == ()


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
    rows = fitted(
        [Row(f"{term} + {term}", "&=", f"{term} + {term} + {term} - {term}"), Row("", "&=", f"2 {term}")]
    ).rows
    assert len(rows) > 3
    lines = " \\\\\n".join(f"{r.left} {r.relation} {r.right}" for r in rows)
    note = read(f"Let $x, y \\in \\mathbb{{R}}$.\n\\begin{{align*}}\n{lines}\n\\end{{align*}}\n", "page.tex")
    assert [examine(s, hints=False).verdict for s in note.claims] == ["proved", "proved"]


def test_what_is_cut_within_brackets_is_read_as_one():
    """Signs of products at the beginning of a line, indentation within brackets, reasons in boxes."""
    inner = r"\left( x - \frac{y}{3} + x y - 2 x^2 - 3 x y^2 + 4 y^2 - 5 x^2 y \right)"
    factor = rf"\left( \frac{{x}}{{2}} + y {inner} + x^2 y^2 - x^3 y + 2 y^3 \right)"
    note = r"a reason in words, with the name $x$ in it, that is far too long for a single line beside the formula"
    short = r"\left( \frac{x}{2} + x^2 y^2 - x^3 y + 2 y^3 \right)"
    display = fitted([Row(f"2 {factor} {short} (x - y) {short}", "&=", f"2 {factor} {short}^2 (x - y)", note)] * 2)
    shown = [(r.left, r.relation, r.right, display.beside(r)) for r in display.rows]
    assert any(r"\qquad" in relation for _, relation, _, _ in shown)
    assert any(right.startswith(r"\cdot") for _, _, right, _ in shown)
    assert any(r"\parbox" in beside for *_, beside in shown)
    body = " \\\\\n".join(f"{a} {b} {c} && {d}" if d else f"{a} {b} {c}" for a, b, c, d in shown)
    note = read(f"Let $x, y \\in \\mathbb{{R}}$.\n\\begin{{align*}}\n{body}\n\\end{{align*}}\n", "page.tex")
    assert [examine(s, hints=False).verdict for s in note.claims] == ["proved", "proved"]


def test_a_reason_that_is_wider_than_the_page_goes_on_in_rows_of_its_own():
    """For KaTeX, which has no boxes: what is between dollars stays together, the range stands at the end."""
    said = "a reason in many words with $x_1 + y_1$ in it, " * 5
    rows = list(with_short_reasons(Row("z", "&=", "2 x", said.strip(), r"1 \le l")))
    assert len(rows) > 1
    assert " ".join(r.note for r in rows) == said.strip()
    assert all(width(rf"\text{{{r.note}}}") <= ROOM and r.note.count("$") % 2 == 0 for r in rows)
    assert [(r.left, r.right, r.where) for r in rows[1:-1]] == [("", "", "")] * (len(rows) - 2)
    assert (rows[0].right, rows[-1].where) == ("2 x", r"1 \le l")
    short = Row("z", "&=", "2 x", "put in", r"1 \le l")
    assert list(with_short_reasons(short)) == [short]


def test_the_page_is_as_wide_as_the_preamble_says():
    from derive.notation.document.latex import PREAMBLE

    (millimetres,) = re.findall(r"textwidth\}\{(\d+)mm\}", PREAMBLE)
    assert pytest.approx(float(millimetres) / 25.4 * 72.27, abs=1) == PAGE
