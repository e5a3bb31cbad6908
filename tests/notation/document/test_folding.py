"""Formulas of plain text on several lines: nothing is lost, nothing is parted from what acts on it."""

import pytest

from derive.derivation import Derivation, Equation, Section, Step
from derive.expr import Index, Size, Tensor
from derive.notation.document import text
from derive.notation.document.folding import folded, width

ROWS = [
    ("a + b", 10, ["a + b"]),
    ("a b + c d - e f", 10, ["a b + c d", "  - e f"]),
    ("u ((a + b) - (c + d)) v + w", 22, ["u ((a + b) - (c + d))", "  v + w"]),
    ("diag(a) ∂/∂h (U h + b + c)", 14, ["diag(a)", "  ∂/∂h (U h", "    + b + c)"]),
    ("-Σ_k y_k log p_k - r", 9, ["-Σ_k y_k", "  log p_k", "  - r"]),
    ("‖a b + c‖ (d + e)", 10, ["‖a b + c‖", "  (d + e)"]),
    ("abcdefghijklmnop", 5, ["abcdefghijklmnop"]),
    ("", 5, [""]),
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_lines_begin_where_brackets_are_fewest(row):
    formula, room, lines = row
    assert folded(formula, room) == lines
    assert " ".join(line.strip() for line in folded(formula, room)) == formula


@pytest.mark.parametrize("room", range(12, 60, 7))
def test_nothing_is_lost_and_nothing_stands_out(room):
    formula = "Σ_i (a_i + b_i) (c_i - d_i) ⊙ ŷ + (e (f (g + h) + k) - m) × n/2 - (1 - p) q r^2 + s t u v w"
    lines = folded(formula, room)
    assert " ".join(line.strip() for line in lines) == formula
    assert max(map(width, lines)) <= room


def page(reason: str, terms: int) -> str:
    n = Size("n")
    i = Index("i", n)
    x = [Tensor(f"x_{k}", (n,)) for k in range(terms)]
    out = sum(t(i) for t in x)
    steps = (Step(out, "definition", ""), Step(2 * out - out, "simplify", reason), Step(3 * x[0](i), "put_in", reason))
    equation = Equation(Tensor("z", (n,))(i), (i,), steps)
    return text.document(Derivation("model", "A model", (Section("Forward", (equation,), "forward"),)))


@pytest.mark.parametrize("terms", [2, 20, 60])
def test_no_line_of_a_page_is_wider_than_the_page(terms):
    printed = page("a reason in many words, far too long for what is left of the line beside the formula", terms)
    assert max(map(width, printed.splitlines())) <= text.WIDTH
    assert all(f"x_{k}" in printed for k in range(terms))
    assert "beside the formula" in " ".join(printed.split())
