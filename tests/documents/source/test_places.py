"""Places: line and column of the right side, through macros, rows, quotes and notebooks; slices of the source."""

from __future__ import annotations

import json

import pytest

from derive.documents import read
from derive.documents.source.document import decode


def claims(text: str, path: str = "note.md"):
    return [
        (s.line, s.column, s.lhs_text, s.relation, s.rhs_text) for s in read(text, path).statements if s.kind == "claim"
    ]


BE = "\\newcommand{\\be}{\\begin{equation}}\\newcommand{\\ee}{\\end{equation}}"
X = "$x \\in \\mathbb{R}$ "
MARK = "¦"  # stands before the right sides of claims, where they are expected to be found

PLACES = [
    (X + "$x = ¦x$", "note.md", ["x = x"]),
    (X + "\n\n$$\nx\n=\n  ¦2x\n$$", "note.md", ["x = 2x"]),
    (X + "\\[ 2x \\approx ¦2.50 \\]", "note.tex", ["2x \\approx 2.50"]),
    (X + "\n```math\nx^2 = ¦x\n```", "note.md", ["x^2 = x"]),
    (X + "\n```\n$x = 3x$\n```", "note.md", []),
    (X + "and `$x = 3x$` in code", "note.md", []),
    (X + "\n> quoted $x = ¦3x$", "note.md", ["x = 3x"]),
    (X + "it costs $5 and $10. Then $x = ¦3x$", "note.md", ["x = 3x"]),
    (X + "\\(x=¦3x\\)", "note.md", ["x = 3x"]),
    (X + "% $x = 4x$\n$x = ¦3x$", "note.tex", ["x = 3x"]),
    (X + "\\begin{verbatim}$x = 4x$\\end{verbatim} $x = ¦3x$", "note.tex", ["x = 3x"]),
    (X + "\\verb|$x = 4x$| $x = ¦3x$", "note.tex", ["x = 3x"]),
    (X + "$x = ¦2x = ¦3x$", "note.md", ["x = 2x", "2x = 3x"]),
    (X + "$$\\begin{aligned} 2x &= ¦3x \\\\ &= ¦4x\\end{aligned}$$", "note.md", ["2x = 3x", "3x = 4x"]),
    (
        X + "\\begin{eqnarray*}2x &=& ¦3x\\nonumber\\\\ &\\le& ¦4x\\end{eqnarray*}",
        "note.tex",
        ["2x = 3x", "3x \\le 4x"],
    ),
    (X + "\\begin{align}2x &= ¦3x, & x &= ¦4x.\\end{align}", "note.tex", ["2x = 3x", "x = 4x"]),
    (X + "\\begin{gather*}2x = ¦3x\\label{a}\\tag{1}\\\\ x = ¦4x\\end{gather*}", "note.tex", ["2x = 3x", "x = 4x"]),
    (X + "\\newcommand{\\two}[1]{2#1} $\\two{x} = ¦3\\two{x}$", "note.tex", ["\\two{x} = 3\\two{x}"]),
    (X + "\\def\\y{x} $2\\y = ¦\\y$", "note.tex", ["2\\y = \\y"]),
    (BE + X + "\n\\be 2x = ¦x \\ee", "note.tex", ["2x = x"]),
    (X + "$2x = ¦x \\quad\\Longrightarrow\\quad 3x = ¦x$", "note.md", ["2x = x", "3x = x"]),
    (X + "$2x = ¦x,\\; 3x=¦x\\text{ and }4x=¦x.$", "note.md", ["2x = x", "3x = x", "4x = x"]),
    (X + "\\begin{multline} 2x = ¦x \\\\ + x \\end{multline}", "note.tex", ["2x = x \\\\ + x"]),
    (X + "$x \\leftarrow x - 1 = ¦x - 2$", "note.md", ["x - 1 = x - 2"]),
]


@pytest.mark.parametrize(("text", "path", "expected"), PLACES)
def test_place(text, path, expected):
    found = [s for s in read(text.replace(MARK, ""), path).statements if s.kind == "claim"]
    assert [f"{s.lhs_text} {s.relation} {s.rhs_text}" for s in found] == expected
    pieces = text.split(MARK)
    for n, statement in enumerate(found):
        before = "".join(pieces[: n + 1])
        assert (statement.line, statement.column) == (before.count("\n") + 1, len(before) - before.rfind("\n"))


def test_a_claim_within_a_macro_is_placed_at_its_call():
    ((line, column, *_),) = claims(X + "\\def\\eq{2x = x}\n $\\eq$", "note.tex")
    assert (line, column) == (2, 3)


def test_notebook_lines_are_lines_of_the_file():
    cells = [
        {"cell_type": "code", "source": ["x = 1"]},
        {"cell_type": "markdown", "source": ["Let\n", "$x \\in \\mathbb R$ and\n", "$x = 2x$"]},
    ]
    text = json.dumps({"cells": cells}, indent=1)
    ((line, column, *_),) = claims(text, "note.ipynb")
    assert "$x = 2x$" in text.split("\n")[line - 1]
    assert column == 6


def test_carriage_returns_and_byte_order_mark():
    assert claims("\ufeff" + X + "\r\n\r\n$$x\r\n= 2x$$") == [(4, 3, "x", "=", "2x")]
    text, problems = decode(b"\xef\xbb\xbfa\r\nb\xff")
    assert text.startswith("a\nb")
    assert len(problems) == 1
