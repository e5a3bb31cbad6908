"""Notes that mean no good: a clear message each, the rest still read, in bounded time."""

from __future__ import annotations

import random
import time

import pytest

from derive.documents import read, read_file
from derive.documents.reading import formulas

GOOD = " $x \\in \\mathbb{R}$ and $x = 2x$ "
ANCHOR = "\n\n" + GOOD

BOMB = "".join(f"\\newcommand{{\\{chr(97 + k)}x}}{{\\{chr(98 + k)}x\\{chr(98 + k)}x}}" for k in range(24))

HOSTILE = {
    "a condition on arrays of other shapes": r"Let $X \in \mathbb{R}^{N \times D}$, $A \in \mathbb{R}^{D \times D}$. $X = X$ where $X \ne A$.",
    "empty items below a gradient": r"Let $x \in \mathbb{R}^n$. Then $\nabla_{,x} \|x\|^2 = 2x$.",
    "unbalanced braces": "$$x = {{1$$",
    "stray brace": "$y = 2}$",
    "unclosed bracket": "$(z = 3$",
    "brackets": "$$y = " + "(" * 10_000 + "1" + ")" * 10_000 + "$$",
    "braces": "$$y = " + "{" * 10_000 + "1" + "}" * 10_000 + "$$",
    "left and right": "$$y = " + "\\left(" * 2_000 + "1" + "\\right)" * 2_000 + "$$",
    "fractions": "Let $t > 0$. $$" + "\\frac{1}{1+" * 60 + "t" + "}" * 60 + " = t$$",
    "prose": "word " * 400_000,
    "towers": "$$y = " + "a^{" * 5_000 + "1" + "}" * 5_000 + "$$",
    "bars": "$y = " + "|" * 1_000 + "$",
    "long line": "$y = " + "1+" * 1_000_000 + "1$",
    "recursive macros": "\\newcommand{\\aa}{\\bb}\\newcommand{\\bb}{\\aa} $\\aa = 1$",
    "exponential macros": BOMB + "$\\ax = 1$",
    "macro without arguments": "\\newcommand{\\two}[2]{#1#2} $\\two = 1$",
    "input": "$y = \\input{/etc/passwd}$ \\input{/etc/passwd}",
    "python": "$y = \\operatorname{__import__('os')}$ $\\mathrm{eval}(1) = 2$ $y.__class__ = 3$",
    "division by zero": "$y = 1/0$ $z = \\log 0$ $1/0 = 2$",
    "enormous powers": "$y = 10^{10^{10}}$ $2^{99999999} = 1$ $z = " + "9" * 5_000 + "$",
    "own definition": "$y = y + 1$ $f(t) = f(t)$ $g(t) = h(t)$ $h(t) = g(t)$ $g(2) = 1$",
    "long sums": "$\\sum_{i=1}^{1000000} i = 3$ $\\sum_{i=1}^{200}\\sum_{j=1}^{200}\\sum_{k=1}^{200} ijk = 1$",
    "nested softmax": "$z \\in \\mathbb{R}^K$ $p = " + "\\operatorname{softmax}(" * 40 + "z" + ")" * 40 + "$",
    "large matrix": "$\\det\\begin{pmatrix}" + "\\\\".join(["1&" * 30 + "1"] * 30) + "\\end{pmatrix} = 1$",
    "unknown environment": "$\\begin{foo} 1 \\end{foo} = 1$",
    "end before begin": "$\\end{cases} y = 1 \\begin{cases}$",
    "indices missing": "Let $W \\in \\mathbb{R}^{n\\times n}$. $W_{i,} = W_{,i}$ and $\\delta_{,} = \\delta_{i,}$ or $W_{,}^2 = 1$.",
    "relations only": "$= = = $ $<$ $\\in$ $y = = 2$",
    "control characters": "$y = \x00\x01\x7f$",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_the_rest_is_read(name):
    started = time.process_time()
    note = read(HOSTILE[name] + ANCHOR)
    assert time.process_time() - started < 60
    assert note.statements[-1].rhs_text == "2x"
    assert note.statements[-1].kind == "claim"


@pytest.mark.parametrize(
    "text", ["", "\n", "$", "$$", "$$$$", "\\", "\\[", "```math", "<!--", "% derive:", "$" * 100_000, "\\" * 100_000]
)
@pytest.mark.parametrize("path", ["a.md", "a.tex", "a.ipynb"])
def test_nothing_to_read(text, path):
    assert read(text, path).statements == ()


def test_a_formula_that_takes_too_long_costs_itself_only(monkeypatch):
    understood, started = formulas.Reader.understood, []

    def endless(self, segment, pieces):
        while "42" in self.document.text[segment.start : segment.end]:
            started.append(segment.start)
            sum(range(10_000))
        understood(self, segment, pieces)

    monkeypatch.setattr(formulas, "SECONDS", 0.2)
    monkeypatch.setattr(formulas.Reader, "understood", endless)
    note = read("Let $x \\in \\mathbb{R}$, and $x = 42$." + ANCHOR)
    assert started
    assert [s.kind for s in note.statements] == ["declaration", "unreadable", "declaration", "claim"]
    assert "too long to read" in note.statements[1].problem


def test_unclosed_formulas_are_told():
    found = read("$$x = 1", "a.md").diagnostics
    assert "never closed" in found[0].message
    assert "no \\end{align}" in read("\\begin{align} x = 1", "a.tex").diagnostics[0].message


def test_invalid_bytes(tmp_path):
    path = tmp_path / "note.md"
    path.write_bytes(b"\xff\xfe\xfa bad" + GOOD.encode())
    path.write_bytes(GOOD.encode() + b"\xe9\xff")
    note = read_file(path)
    assert "not UTF-8" in note.diagnostics[0].message
    assert [s.kind for s in note.statements] == ["declaration", "claim"]


def test_mutated_notes_never_break_the_reader(examples):
    rng = random.Random(7)
    for path in examples:
        text = path.read_text(encoding="utf-8")
        for _ in range(2):
            letters = list(text)
            for _ in range(12):
                at = rng.randrange(len(letters))
                letters[at : at + rng.randint(0, 3)] = rng.choice(
                    ["", "{", "}", "$", "\\", "^", "_", "&", "\\\\", "(", "|", "=", "x"]
                )
            read("".join(letters), path.name)
