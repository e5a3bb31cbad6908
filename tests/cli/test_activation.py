"""`derive activation`: its plots, and what it refuses."""

from __future__ import annotations

import pytest

from derive.cli.main import run

ERRORS = [
    (["softmax"], "acts on several"),
    (["maxout"], "Try: derive mlp --activation maxout"),
    (["sigmiod"], "Did you mean sigmoid?"),
    (["x*y"], "more than one variable"),
    (["2"], "no variable"),
    (["z*"], "ends too early"),
    (["z.__class__"], "error: "),
    (["sigmoid", "--plot", "x.pdf"], "ends in .svg or .png"),
    (["sigmoid", "--plot", "/no/such/folder/x.svg"], "does not exist"),
    (["sigmoid", "--range", "5,-5"], "LOW < HIGH"),
    (["sigmoid", "--range", "a"], "expected two numbers"),
]


@pytest.mark.parametrize(("args", "says"), ERRORS, ids=[" ".join(args) for args, _ in ERRORS])
def test_errors(args, says, capsys):
    assert run(["activation", *args]) == 2
    shown = capsys.readouterr()
    assert says in shown.err and shown.err.startswith("error: ") and not shown.out


def test_a_formula_may_begin_with_a_minus_sign(capsys):
    assert run(["activation", "-z*sigmoid(z)", "--only", "forward"]) == 0
    assert "a = -z σ(z)" in capsys.readouterr().out


def test_the_plot_stands_in_the_text_and_in_a_file(tmp_path, capsys):
    path = tmp_path / "tanh.svg"
    assert run(["activation", "tanh", "--plot", str(path), "--range", "-3,3"]) == 0
    assert "slope da/dz" in capsys.readouterr().out
    assert path.read_text(encoding="utf-8").count("<polyline") == 2


def test_latex_has_no_letters_that_it_cannot_set(capsys):
    for name in ("step", "gelu", "leaky_relu"):
        assert run(["activation", name, "--latex", "--steps", "full"]) == 0
        assert capsys.readouterr().out.isascii()


def test_help_has_examples(capsys):
    assert run(["activation", "--help"]) == 0
    assert 'derive activation "z*sigmoid(z)" --steps full' in capsys.readouterr().out
