"""How a claim was understood is told in both notations."""

from __future__ import annotations

import pytest

from derive.check import check_files
from derive.check.report import as_text
from derive.check.run.readings import in_matrices
from derive.documents import read

DECLARED = r"Let $A \in \mathbb R^{n \times n}$ be symmetric and $x \in \mathbb R^n$. "
READINGS = [
    (r"$\nabla_x\, (x^\top A x) = 2 A x$", "Σ_j A_ij x_j + Σ_j A_ji x_j = 2 Σ_j A_ij x_j", "2 A x = 2 A x"),
    (r"$\sum_j A_{ij} x_j = (A x)_i$", "Σ_j A_ij x_j = Σ_j A_ij x_j", "A x = A x"),
    (
        r"$x^\top A x \le \|x\| \|A x\|$",
        "Σ_i Σ_j x_i A_ij x_j ≤ √(Σ_i (Σ_j A_ij x_j)²) √(Σ_i x_i²)",
        "xᵀ A x ≤ ‖x‖ ‖A x‖",
    ),
]


@pytest.mark.parametrize(("claim", "entries", "matrices"), READINGS)
def test_reading(claim, entries, matrices):
    (statement,) = read(DECLARED + claim).claims
    assert statement.reading == entries
    assert in_matrices(statement) == matrices


def test_explain_tells_both_and_what_is_assumed(tmp_path):
    note = tmp_path / "note.md"
    note.write_text(DECLARED + READINGS[0][0], encoding="utf-8")
    text = as_text(check_files([str(note)], explain=True), explain=True)
    assert "read as: Σ_j A_ij x_j + Σ_j A_ji x_j = 2 Σ_j A_ij x_j" in text
    assert "in matrices: 2 A x = 2 A x" in text
    assert "assuming: A symmetric" in text
    assert "in matrices" not in as_text(check_files([str(note)]))
