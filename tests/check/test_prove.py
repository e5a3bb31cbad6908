"""`derive prove`: one claim on the command line."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from derive.cli.prove import prove
from derive.errors import FormulaError

ROWS = [
    (("(A @ B).T", "B.T @ A.T", "--where", "A: n,m; B: m,k"), 0, "proved"),
    (("A @ B", "B @ A", "--where", "A, B: n,n"), 1, "refuted"),
    (("-x", "-(x)", "--where", "x: scalar"), 0, "proved"),
    (("-x", "y", "--where", "x, y: scalar"), 1, "left -1, right 1"),
    (("y", "-x", "--where", "x, y: scalar"), 1, "left 1, right -1"),
    (("p*(1 - p)", "1/4", "--relation", "<=", "--where", "p: scalar"), 0, "proved"),
    (("x", "x.T @ x", "--where", "x: n"), 1, "shapes"),
]


@pytest.mark.parametrize(("args", "code", "said"), ROWS)
def test_prove(args: tuple[str, ...], code: int, said: str) -> None:
    done = CliRunner().invoke(prove, args, standalone_mode=False)
    assert (done.return_value, said in done.output) == (code, True), done.output


def test_json() -> None:
    done = CliRunner().invoke(prove, ["x", "y", "--where", "x, y: scalar", "--format", "json"], standalone_mode=False)
    told = json.loads(done.output)
    assert told["verdict"] == "refuted"
    assert told["counterexample"]["left"] != told["counterexample"]["right"]


def test_a_formula_that_cannot_be_read() -> None:
    done = CliRunner().invoke(prove, ["x +", "y", "--where", "x, y: scalar"], standalone_mode=False)
    assert isinstance(done.exception, FormulaError)
