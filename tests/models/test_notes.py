"""A note's forward equations: which output, which variables, which format; what is said of lines that are not read."""

from __future__ import annotations

import json

import pytest

from derive.cli.main import run
from derive.models.notes import forward

DECLARED = r"Let $x \in \mathbb{R}^D$, $W \in \mathbb{R}^{K \times D}$, $b, y \in \mathbb{R}^K$ and $\lambda > 0$."
LINES = (r"z = W x + b", r"p = \sigma(z)", r"L = \frac{1}{2} \|p - y\|^2")
NOTE = "\n\n".join([DECLARED, *(f"$$ {line} $$" for line in LINES)])


@pytest.fixture
def note(tmp_path):
    def written(text: str, name: str = "note.md", *args: str) -> list[str]:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return ["note", str(path), "--no-cache", *args]

    return written


def printed(args, capsys):
    assert run(args) == 0, capsys.readouterr().err
    return capsys.readouterr().out.partition("\n\n")[2]


def test_the_formats_of_notes_give_one_page(note, capsys):
    tex = "\n".join([r"\documentclass{article}", r"\begin{document}", DECLARED, *(rf"\[ {x} \]" for x in LINES)])
    cells = [{"cell_type": "markdown", "source": [NOTE]}, {"cell_type": "code", "source": "L = 0"}]
    notebook = json.dumps({"cells": cells, "nbformat": 4, "nbformat_minor": 5, "metadata": {}})
    texts = {"a.md": NOTE, "a.tex": tex + "\n\\end{document}\n", "b.tex": tex, "a.ipynb": notebook}
    pages = {printed(note(text, name, "--wrt", "W,b"), capsys) for name, text in texts.items()}
    assert len(pages) == 1
    assert "∂L/∂W = δ_z xᵀ" in pages.pop()


@pytest.mark.parametrize("names", ["W,b", "W, b", "$W$,b", r"\mathrm{W}, b".replace(r"\mathrm", "")])
def test_ways_to_name_the_variables(note, capsys, names):
    assert "∂L/∂b = δ_z" in printed(note(NOTE, "note.md", "--wrt", names), capsys)


def test_variables_with_scripts(note, capsys):
    text = r"""Let $x \in \mathbb{R}^D$, $W^{(1)} \in \mathbb{R}^{D \times D}$, $\hat w_1 \in \mathbb{R}^D$.

$$ h^{(1)} = \tanh(W^{(1)} x) $$

$$ f = \hat w_1^\top h^{(1)} $$
"""
    out = printed(note(text, "note.md", "--wrt", "W1"), capsys)
    assert "∂f/∂W⁽¹⁾" in out
    assert printed(note(text, "note.md", "--wrt", "W^{(1)}"), capsys) == out


def test_an_intermediate_result_may_be_a_variable(note, capsys):
    out = printed(note(NOTE, "note.md", "--wrt", "z", "--only", "delta"), capsys)
    assert "∂L/∂z" in out
    assert "Gradients" not in out


def test_the_output_is_chosen(note, capsys):
    two = f"{NOTE}\n\n$$ J = L + \\lambda b^\\top b $$\n\n$$ R = \\lambda \\|W\\|_F^2 $$"
    assert "∂J/∂b" in printed(note(two, "note.md", "--wrt", "b"), capsys)  # R does not depend on b
    assert "∂L/∂b" in printed(note(two, "note.md", "--wrt", "b", "--of", "L"), capsys)
    assert run(note(two, "note.md", "--wrt", "W")) == 2
    err = capsys.readouterr().err
    assert "which scalar is meant? There is J (9:8), R (11:8). Try: --of R" in err


def test_lets_stand_in_the_order_of_the_note():
    text = r"Let $x \in \mathbb{R}^D$. $$ c = x^\top x, \quad a = 2 x^\top x, \quad L = a + c $$"
    assert [let.tensor.name for let in forward(text, "n.md").program(None)] == ["c", "a", "L"]


def test_what_is_not_needed_and_not_read_is_told(note, capsys):
    text = NOTE + "\n\n$$ q = \\frobnicate[x $$\n"
    assert run(note(text, "note.md", "--wrt", "W")) == 0
    out, err = capsys.readouterr()
    assert "∂L/∂W" in out
    assert "note: " in err
    assert ":9:" in err


def test_entries_are_printed_as_the_note_states_them(note, capsys):
    text = NOTE.replace("z = W x + b", r"z_i = \sum_j W_{ij} x_j + b_i")
    as_written = printed(note(text, "note.md", "--wrt", "W"), capsys)
    assert "z_i = Σ_d W_id x_d + b_i" in as_written
    assert "∂L/∂W_ij = δ_z,i x_j" in as_written
    assert "∂L/∂W = δ_z xᵀ" in printed(note(text, "note.md", "--wrt", "W", "--notation", "matrix"), capsys)


ERRORS = [
    ("nothing to differentiate in", NOTE, (), "--wrt: expected the variables", "Try: --wrt W"),
    ("an unknown variable", NOTE, ("--wrt", "Q"), "'Q' is not what L depends on", "Known names: "),
    ("a slip in a name", NOTE, ("--wrt", "W,bb"), "Did you mean b?", "Known names"),
    ("an empty name", NOTE, ("--wrt", "W,"), "'' is not what L depends on", "Known names"),
    ("an unknown output", NOTE, ("--wrt", "W", "--of", "M"), "--of: 'M' is not defined in the note", "L"),
    ("an output that is no scalar", NOTE, ("--wrt", "W", "--of", "z"), "z: a scalar is expected", "(K,) found"),
    ("the output itself", NOTE, ("--wrt", "L"), "L is what is differentiated", "Try"),
    ("what the output does not use", NOTE, ("--wrt", r"\lambda"), "is not what L depends on", "Known names"),
    ("a note without equations", "Let $x \\in \\mathbb{R}^D$.", ("--wrt", "x"), "no definition of a scalar", "Try"),
    ("an empty note", "", ("--wrt", "x"), "no definition of a scalar", "Try"),
    ("no scalar", DECLARED + "\n$$ z = W x $$", ("--wrt", "W"), "no definition of a scalar", "Try"),
    ("shapes that do not fit", NOTE.replace("W x", "W b"), ("--wrt", "W"), "note.md:3:", "do not fit"),
    ("a step that is not declared", NOTE.replace("+ b", "+ h_t"), ("--wrt", "W"), "a declaration of h_t", "index t"),
    ("a line that is not read", NOTE.replace("W x + b", r"W x + \foo{"), ("--wrt", "W"), "note.md:3:", "expected"),
    (
        "a network of any depth",
        r"Let $x \in \mathbb{R}^D$, $W \in \mathbb{R}^{D \times D}$, $h_0 = x$."
        "\n$$ h_t = \\tanh(W h_{t-1}) $$ for $t = 1, \\dots, T$.\n$$ L = h_T^\\top h_T $$",
        ("--wrt", "W"),
        "note.md:",
        "Try",
    ),
    (
        "arithmetic among indices",
        r"Let $x \in \mathbb{R}^n$, $w \in \mathbb{R}^k$, $m = n - k + 1$ and $y \in \mathbb{R}^m$."
        "\n\n$$ z_i = \\sum_{a=1}^k w_a x_{i+a-1} $$ for $i = 1, \\dots, m$.\n\n$$ L = \\sum_{i=1}^m (z_i - y_i)^2 $$",
        ("--wrt", "w"),
        "note.md:3:10: z_i adds to an index",
        "Try: an array that picks entries",
    ),
    ("a part that there is not", NOTE, ("--wrt", "z", "--only", "gradients"), "--only gradients", "Try"),
]


@pytest.mark.parametrize(("text", "args", "said", "also"), [e[1:] for e in ERRORS], ids=[e[0] for e in ERRORS])
def test_bad_notes(note, capsys, text, args, said, also):
    assert run(note(text, "note.md", *args)) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("error: ")
    assert said in err
    assert also in err
    assert "Traceback" not in err
    assert len(err) < 1000


@pytest.mark.parametrize("args", [["missing.md"], ["."], ["/dev/null/x.md"]])
def test_files_that_cannot_be_read(args, capsys):
    assert run(["note", *args, "--wrt", "x"]) == 2
    assert capsys.readouterr().err.startswith("error: ")


def test_a_notebook_that_is_none(note, capsys):
    assert run(note("{", "note.ipynb", "--wrt", "W")) == 2
    assert capsys.readouterr().err.startswith("error: ")


def test_code(note, capsys):
    args = note(NOTE)
    assert run(["code", "note", args[1], "--wrt", "W,b", "--function", "step"]) == 0
    out, err = capsys.readouterr()
    assert "def step(W, b, x, y):" in out
    assert "return L, (dW, db)" in out
    assert "the output and its derivatives agree with autograd" in err


@pytest.mark.parametrize("backend", ["cupy", "jax", "torch"])
def test_code_of_other_libraries(note, capsys, backend):
    args = note(NOTE)
    assert run(["code", "note", args[1], "--wrt", "W", "--backend", backend]) == 0
    out, err = capsys.readouterr()
    assert f"import {backend}" in out
    assert "agree with autograd" in err
