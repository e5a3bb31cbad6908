"""`derive expr`: what is formula and what is option."""

from __future__ import annotations

import pytest

from derive.cli import expr
from derive.cli.main import run
from derive.cli.output import Rendering


@pytest.fixture
def seen(monkeypatch):
    requests = []
    monkeypatch.setattr(expr, "_render", lambda options: requests.append(options) or Rendering("done", "", True))
    return requests


@pytest.mark.parametrize(
    ("formula", "args"),
    [
        ("x.T @ A @ x", ["x.T @ A @ x", "--wrt", "x"]),
        ("-sum(log(p))", ["-sum(log(p))", "--wrt", "x"]),
        ("-sum(log(p))", ["--wrt", "x", "-sum(log(p))"]),
        ("-x", ["-x", "--wrt", "x"]),
        ("-outer(x, x)", ["--where", "x: n", "-outer(x, x)", "--wrt", "x"]),
        ("-x", ["--wrt", "x", "--", "-x"]),
        ("- x", ["--no-check", "- x", "--wrt", "x"]),
    ],
)
def test_formula(formula, args, seen):
    assert run(["expr", *args]) == 0
    assert seen[0].formula == formula


def test_options_arrive(seen):
    run(["expr", "x", "--where", "x: n", "--wrt", "x", "--order", "2", "--format", "json", "--seed", "3"])
    (options,) = seen
    assert (options.where, options.wrt, options.order) == ("x: n", "x", 2)
    assert (options.format, options.seed, options.notation) == ("json", 3, "both")


def test_value_that_begins_with_a_minus_sign_is_a_value(seen):
    run(["expr", "x", "--where", "-odd", "--wrt", "x"])
    assert (seen[0].formula, seen[0].where) == ("x", "-odd")


def test_misspelt_option_is_no_formula(seen, capsys):
    assert run(["expr", "x", "--wrtt", "x"]) == 2
    assert "No such option" in capsys.readouterr().err
