"""The table of optimisers, and the page of each: steps that are proved, corrections that are derived."""

from __future__ import annotations

import pytest

from derive.catalogue.optimizers import OPTIMIZERS
from derive.catalogue.options import PageOptions
from derive.catalogue.pages.optimizer import optimizer
from derive.cli.main import run
from derive.derivation import Equation
from derive.derivation.certify import certify
from derive.expr import Tensor


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_rule_is_complete(name):
    """Every name in the equations is given, remembered, a constant or defined before; theta is moved, last."""
    rule = OPTIMIZERS[name]
    given = {"theta", "g", "eta", "t", *rule.state, *(c for c, _ in rule.constants)}
    assert {t.name for t in rule.program.inputs} <= given
    assert {c for c, _ in rule.constants} <= {t.name for t in rule.program.inputs}
    assert rule.rows[-1][0] == "theta_next"
    assert rule.counts_steps == (name in ("adam", "adamw"))


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("gd", 0),
        ("sgd", 0),
        ("momentum", 1),
        ("nesterov", 1),
        ("adagrad", 1),
        ("rmsprop", 1),
        ("adadelta", 2),
        ("adam", 2),
    ],
)
def test_arrays_remembered_for_each_parameter(name, state):
    assert len(OPTIMIZERS[name].state) == state


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_page_is_verified(name):
    page = certify(optimizer(name, PageOptions()))
    assert page.certificate is not None
    assert page.certificate.established
    assert page.certificate.proved == (4 if name in ("adam", "adamw") else 0)


@pytest.mark.parametrize(("row", "beta", "mean"), [("m", "beta_1", "gbar"), ("v", "beta_2", "qbar")])
def test_bias_of_adam(row, beta, mean):
    """After t steps from zero a share beta^t of the weight is missing."""
    b = Tensor(beta, (), None, ("unit_interval",))()
    (claim,) = [e for e in optimizer("adam", PageOptions()).equations() if e.lhs == Tensor(f"{row}bar")()]
    assert isinstance(claim, Equation)
    assert claim.result == (1 - b ** Tensor("t")()) * Tensor(mean)()


@pytest.mark.parametrize("change", [lambda row: row.replace("beta_2", "beta_1"), lambda row: row])
def test_another_decay_in_the_correction_is_refuted(change, monkeypatch):
    """With the factor of the other moment the mean does not come out: the check can fail."""
    from dataclasses import replace

    rule = OPTIMIZERS["adam"]
    rows = dict(rule.rows)
    wrong = change("beta_2") == "beta_1"
    if wrong:
        b = Tensor("beta_1", (), None, ("unit_interval",))()
        rows["vhat"] = Tensor("v_next")() / (1 - b ** Tensor("t")())
    monkeypatch.setitem(OPTIMIZERS, "adam", replace(rule, rows=tuple(rows.items())))
    assert certify(optimizer("adam", PageOptions())).certificate.established != wrong


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("format", ["text", "latex", "markdown", "html", "json"])
def test_every_format(name, format, capsys):
    assert run(["optimizer", name, "--format", format]) == 0
    assert "_next" not in capsys.readouterr().out


def test_unknown_name(capsys):
    assert run(["optimizer", "newtons"]) == 2
    assert "'newtons' is not one of 'gd'" in capsys.readouterr().err
