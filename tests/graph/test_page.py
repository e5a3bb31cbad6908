"""The page of a graph: certified, read back line by line by the checker, and set by LaTeX."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from derive.check.examine import examine
from derive.cli.render import certified
from derive.documents import read
from derive.graph.draw import drawing
from derive.notation.document import render
from graph.cases import ALL, CASES, NETWORK, SHARED, SIGMOID, SOFTMAX

#: Components of numbered arrays, s_{0,k}, are ambiguous on paper too: they are left out here.
READ = [(case, kind, notation, steps) for kind in ("latex", "markdown")
        for case, notation, steps in ((SIGMOID, "both", "full"), (SHARED, "both", "full"), (NETWORK, "matrix", "key"),
                                      (NETWORK, "matrix", "full"), (SOFTMAX, "matrix", "full"))]  # fmt: skip


def written(case, kind: str, notation: str = "matrix", steps: str = "key", layout: str = "numerator") -> str:
    page = drawing(*case, layout=layout).page
    more = {"standalone": True} if kind == "latex" else {}
    return render(page, kind, notation=notation, steps=steps, **more)


@pytest.mark.parametrize("gates", ["named", "elementary"])
@pytest.mark.parametrize("case", ALL, ids=lambda case: case[0])
def test_every_step_is_established(case, gates):
    page = certified(drawing(*case, gates=gates).page, check=True, engine="autograd", seed=0)
    c = page.certificate
    assert c is not None
    assert c.established
    assert c.proved
    assert c.compared >= 1


@pytest.mark.parametrize(("case", "kind", "notation", "steps"), READ, ids=str)
def test_every_line_is_read_back_and_holds(case, kind, notation, steps):
    note = read(written(case, kind, notation, steps), "page.tex" if kind == "latex" else "page.md")
    findings = [examine(s, seconds=60.0, hints=False) for s in note.statements]
    assert not note.diagnostics
    assert len(note.claims) >= 9
    assert [f for f in findings if f.verdict not in ("definition", "proved", "confirmed")] == []


@pytest.mark.parametrize("case", [SHARED, NETWORK, CASES], ids=lambda case: case[0])
@pytest.mark.parametrize("layout", ["numerator", "denominator"])
def test_latex_compiles(case, layout, tmp_path):
    source = written(case, "latex", "both", "full", layout)
    if shutil.which("pdflatex") is None:
        pytest.skip("pdflatex is not installed")
    (tmp_path / "page.tex").write_text(source, encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "page.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:]


def test_denominator_layout_turns_jacobians():
    case = ("W@x", "W: m,n; x: n", "")
    assert "∂y/∂x = W" in render(drawing(*case).page, "text")
    assert "(∂y/∂x)ᵀ = Wᵀ" in render(drawing(*case, layout="denominator").page, "text")


def test_conditions_get_nothing_back_and_that_is_said():
    text = render(drawing("where(sin(a) > 0, b, c)*b").page, "text")
    assert "Nothing flows back to s_0, a" in text
    assert "∂L/∂a" not in text


def test_a_local_gradient_holds_the_other_operands_fixed():
    """x acts on s_0 = exp(x) too: the derivative of L = x s_0 in x is no local gradient."""
    text = render(drawing("x*exp(x)").page, "text", steps="full")
    assert "∂/∂u (s_0 u) = s_0" in text
    assert text.count("∂L/∂x =") == 1


def test_an_array_ends_in_a_number_that_the_page_defines():
    text = render(drawing("G*x", "x: n; G: n").page, "text")
    assert "L = gᵀ y" in text
    assert "∂L/∂y = g " in text
    assert "∂L/∂x = (∂L/∂y) ⊙ G" in text
