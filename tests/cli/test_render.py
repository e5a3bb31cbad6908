"""From options to text: what is verified is printed, what is not stays unprinted, and says so."""

from __future__ import annotations

import json

import pytest

from derive.cli.main import run
from derive.cli.render import summary
from derive.derivation import Certificate
from derive.verify import Verdict

EXPR = ["expr", "norm(X@w - y)**2", "--where", "X: N,D; y: N; w: D", "--wrt", "w", "--no-cache"]
FORMATS = ("text", "latex", "markdown", "html", "json")


def refuse(*args, **kwargs):
    return Verdict("refuted", "autograd", "W^(1)[0, 0]: claimed 1, autograd 2")


@pytest.mark.parametrize("args", [["mlp", "--no-cache"], ["logistic", "--no-cache"]])
def test_a_witness_that_disagrees_stops_the_page(args, monkeypatch, capsys):
    monkeypatch.setattr("derive.derivation.certify.witness_gradients", refuse)
    assert run(args) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "claimed 1, autograd 2" in err
    assert "bug of derive" in err


def test_a_witness_that_disagrees_stops_a_formula(monkeypatch, capsys):
    monkeypatch.setattr("derive.derivation.certify.witness_jacobian", refuse)
    assert run(EXPR) == 1
    assert capsys.readouterr().out == ""


def test_a_wrong_matrix_form_stops_the_page(monkeypatch, capsys):
    from derive.notation.document import check

    monkeypatch.setattr(check, "lower", lambda form, out: 2 * _lower(form, out))
    from derive.notation.lower import lower as _lower

    assert run(["linear", "--no-cache"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "the matrix form of" in err


def test_unverified_output_says_so(capsys):
    assert run(["mlp", "--no-check", "--no-cache"]) == 0
    out, err = capsys.readouterr()
    assert "Gradients" in out
    assert "not verified" in err


def test_what_cannot_be_settled_is_not_called_a_bug(capsys):
    assert run(["expr", "sum(x > 0)", "--where", "x: n", "--wrt", "x", "--no-cache"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "--no-check" in err
    assert "bug" not in err


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("args", [["neuron", "--no-cache"], EXPR], ids=["page", "formula"])
def test_formats(args, format, capsys):
    assert run([*args, "--format", format]) == 0
    assert capsys.readouterr().out


def test_fields_of_a_formula(capsys):
    assert run([*EXPR, "--format", "json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["latex"] == r"2 X^\top (X w - y)"
    assert data["numpy"] == "2 * (X.T @ (X @ w - y))"
    assert data["shape"] == ["D"]
    assert data["verdict"] in ("proved", "confirmed")
    assert data["assumptions"] == []
    assert r"\sum" in data["component_latex"]


def test_assumptions_are_named(capsys):
    args = ["expr", "x @ A @ x", "--where", "A: n,n symmetric; x: n", "--wrt", "x", "--no-cache"]
    assert run([*args, "--format", "json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["latex"] == "2 A x"
    assert data["assumptions"] == ["A symmetric"]


def test_full_steps_of_a_formula_show_every_rule(capsys):
    assert run([*EXPR, "--steps", "full"]) == 0
    full = capsys.readouterr().out
    assert run(EXPR) == 0
    assert len(full.splitlines()) > len(capsys.readouterr().out.splitlines())
    assert "power rule" in full


@pytest.mark.parametrize("part", ["forward", "delta", "gradients", "result"])
def test_only(part, capsys):
    assert run(["mlp", "--only", part, "--no-cache"]) == 0
    whole = ["Forward pass", "Output layer", "Gradients", "Update"]
    out = capsys.readouterr().out
    shown = [title for title in whole if title in out]
    assert shown == [whole[["forward", "delta", "gradients", "result"].index(part)]]


@pytest.mark.parametrize(
    ("certificate", "said"),
    [
        (Certificate(proved=2), "verified: 2 steps proved, 0 confirmed"),
        (
            Certificate(
                proved=1, compared=1, engine="autograd", seed=3, assumptions=("Sigma_1 symmetric", "yhat positive")
            ),
            "verified: 1 step proved, 0 confirmed; 1 derivative agrees with autograd (largest relative error 0e+00, "
            "seed 3); assuming Σ_1 symmetric, ŷ positive",
        ),
        (
            Certificate(assumptions=("tau^(l) in {-1, 1}",)),
            "verified: 0 steps proved, 0 confirmed; assuming τ⁽ˡ⁾ in {-1, 1}",
        ),
        (Certificate(checked=False), ""),
    ],
)
def test_the_summary_says_what_was_done_in_the_names_of_the_page(certificate, said):
    assert summary(certificate) == said
