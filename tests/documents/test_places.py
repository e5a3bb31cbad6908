"""Places: line and column of the right side, through macros, rows, quotes and notebooks; slices of the source."""

from __future__ import annotations

import json

import pytest

from derive.documents import read
from derive.documents.source import decode


def claims(text: str, path: str = "note.md"):
    return [(s.line, s.column, s.lhs_text, s.relation, s.rhs_text) for s in read(text, path).statements if s.kind == "claim"]


X = "$x \\in \\mathbb{R}$ "

PLACES = [
    (X + "$x = x$", "note.md", [(1, 24, "x", "=", "x")]),
    (X + "\n\n$$\nx\n=\n  2x\n$$", "note.md", [(6, 3, "x", "=", "2x")]),
    (X + "\\[ x \\approx 2.50 \\]", "note.tex", [(1, 34, "x", "\\approx", "2.50")]),
    (X + "```math\nx^2 = x\n```", "note.md", []),
    (X + "\n```math\nx^2 = x\n```", "note.md", [(3, 7, "x^2", "=", "x")]),
    (X + "\n```\n$x = 3x$\n```", "note.md", []),
    (X + "and `$x = 3x$` in code", "note.md", []),
    (X + "\n> quoted $x = 3x$", "note.md", [(2, 15, "x", "=", "3x")]),
    (X + "it costs $5 and $10. Then $x = 3x$", "note.md", [(1, 50, "x", "=", "3x")]),
    (X + "\\(x=3x\\)", "note.md", [(1, 24, "x", "=", "3x")]),
    (X + "% $x = 4x$\n$x = 3x$", "note.tex", [(2, 6, "x", "=", "3x")]),
    (X + "\\begin{verbatim}$x = 4x$\\end{verbatim} $x = 3x$", "note.tex", [(1, 65, "x", "=", "3x")]),
    (X + "\\verb|$x = 4x$| $x = 3x$", "note.tex", [(1, 41, "x", "=", "3x")]),
    (X + "$x = 2x = 3x$", "note.md", [(1, 24, "x", "=", "2x"), (1, 29, "2x", "=", "3x")]),
    (X + "$$\\begin{aligned} 2x &= 3x \\\\ &= 4x\\end{aligned}$$", "note.md",
     [(1, 44, "2x", "=", "3x"), (1, 54, "3x", "=", "4x")]),
    (X + "\\begin{eqnarray*}2x &=& 3x\\nonumber\\\\ &\\le& 4x\\end{eqnarray*}", "note.tex",
     [(1, 43, "2x", "=", "3x"), (1, 64, "3x", "\\le", "4x")]),
    (X + "\\newcommand{\\two}[1]{2#1} $\\two{x} = 3\\two{x}$", "note.tex", [(1, 56, "\\two{x}", "=", "3\\two{x}")]),
    (X + "\\def\\y{x} $2\\y = \\y$", "note.tex", [(1, 37, "2\\y", "=", "\\y")]),
    ("\\newcommand{\\be}{\\begin{equation}}\\newcommand{\\ee}{\\end{equation}}" + X + "\n\\be 2x = x \\ee", "n.tex",
     [(2, 10, "2x", "=", "x")]),
    (X + "$2x = x \\quad\\Longrightarrow\\quad 3x = x$", "note.md", [(1, 25, "2x", "=", "x"), (1, 58, "3x", "=", "x")]),
    (X + "$2x = x,\\; 3x=x\\text{ and }4x=x.$", "note.md",
     [(1, 25, "2x", "=", "x"), (1, 34, "3x", "=", "x"), (1, 49, "4x", "=", "x")]),
    (X + "\\begin{multline} 2x = x \\\\ + x \\end{multline}", "note.tex", [(1, 41, "2x", "=", "x \\\\ + x")]),
    (X + "$x \\leftarrow x - 1 = x - 2$", "note.md", [(1, 40, "x - 1", "=", "x - 2")]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "path", "expected"), PLACES)
def test_place(text, path, expected):
    assert claims(text, path) == expected


def test_notebook_lines_are_lines_of_the_file():
    cells = [{"cell_type": "code", "source": ["x = 1"]}, {"cell_type": "markdown", "source": ["Let\n", "$x \\in \\mathbb R$ and\n", "$x = 2x$"]}]
    text = json.dumps({"cells": cells}, indent=1)
    (line, column, *_), = claims(text, "note.ipynb")
    assert '$x = 2x$' in text.split("\n")[line - 1]
    assert column == 6


def test_carriage_returns_and_byte_order_mark():
    assert claims("\ufeff" + X + "\r\n\r\n$$x\r\n= 2x$$") == [(4, 3, "x", "=", "2x")]
    text, problems = decode(b"\xef\xbb\xbfa\r\nb\xff")
    assert text.startswith("a\nb")
    assert len(problems) == 1
