"""Pages set by LaTeX: every line and every table stays within the text. Without LaTeX the widths are only estimated."""

from __future__ import annotations

import pathlib
import re
import shutil
import subprocess

import pytest

from derive.cli.main import run

MODELS = pathlib.Path(__file__).parents[2] / "derivations" / "models"
GRU = ["note", str(MODELS / "gru.md"), "--wrt", "W_z,U_z,b_z,W_r,U_r,b_r,W_c,U_c,b_c,V,h_0"]
LSTM = ["note", str(MODELS / "lstm.md"), "--wrt", "W_f,U_f,b_f,W_i,W_o,W_g,c_0"]
ATTENTION = ["note", str(MODELS / "attention.md"), "--wrt", "X,W_Q,W_K,W_V", "--notation", "both"]

PAGES = {
    "products in brackets": GRU,
    "a table longer than a page": LSTM,
    "both notations": ATTENTION,
    "wide left sides": ["logistic"],
    "fractions that cannot be cut": ["activation", "tanh"],
    "sums": ["gaussian", "--covariance", "own"],
    "any depth": ["mlp", "--layers", "L", "--residual"],
    "a loss in cases": ["loss", "huber"],
    "numbers": ["worked"],
}

MOST = 5.0  # points beyond the margin that nobody sees

latex = pytest.mark.skipif(shutil.which("pdflatex") is None, reason="LaTeX is not installed")


def too_wide(source: str, folder: pathlib.Path) -> list[float]:
    """How far lines stand out, and pages, in points."""
    (folder / "page.tex").write_text(source, encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "page.tex"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, errors="replace", check=False)
    assert done.returncode == 0, done.stdout[-2000:]
    log = (folder / "page.log").read_text(encoding="utf-8", errors="replace")
    return [float(n) for n in re.findall(r"Overfull \\[hv]box \(([0-9.]+)pt too (?:wide|high)\)", log)]


@latex
@pytest.mark.slow
@pytest.mark.parametrize("steps", ["key", "full"])
@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_nothing_runs_off_the_page(page, steps, tmp_path, capsys):
    assert run([*page, "--steps", steps, "--latex", "--standalone", "--no-cache"]) == 0
    assert max(too_wide(capsys.readouterr().out, tmp_path), default=0.0) <= MOST


@latex
@pytest.mark.slow
def test_what_runs_off_the_page_is_noticed(tmp_path):
    from derive.notation.document.latex import PREAMBLE

    wide = " + ".join(["x"] * 60)
    assert max(too_wide(f"{PREAMBLE}\\begin{{align*}} y &= {wide} \\end{{align*}}\n\\end{{document}}", tmp_path)) > MOST
