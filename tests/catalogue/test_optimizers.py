"""The table of optimisers, and the page of each: steps that are proved, corrections that are derived."""

from __future__ import annotations

import pytest

from derive.catalogue.optimizers import OPTIMIZERS, STEP
from derive.catalogue.options import PageOptions
from derive.catalogue.pages.optimizer import optimizer
from derive.cli.main import run
from derive.derivation import Equation
from derive.derivation.certify import certify
from derive.evaluate.oracle import evaluate
from derive.expr import Tensor, tensors


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
    assert page.certificate.proved >= {"adam": 9, "adamw": 9, "adadelta": 1}.get(name, 2)


BLACKBOARD = {
    "gd": ["θ ← θ - η g"],
    "momentum": ["v ← μ v + g", "θ ← θ - η v"],
    "nesterov": ["v ← μ v + g", "θ ← θ - η (g + μ v)"],
    "adagrad": ["s ← s + g²", "θ ← θ - η g/(√s + ε)"],
    "adadelta": ["s ← ρ s + (1 - ρ) g²", "u ← ρ u + (1 - ρ) d²", "θ ← θ - η d"],
    "rmsprop": ["s ← ρ s + (1 - ρ) g²", "θ ← θ - η g/(√s + ε)"],
    "adam": ["m ← β_1 m + (1 - β_1) g", "v ← β_2 v + (1 - β_2) g²", "m̂ = m/(1 - β_1^t)", "θ ← θ - η m̂/(√v̂ + ε)"],
    "adamw": ["θ ← θ - η ω θ - η m̂/(√v̂ + ε)"],
}


@pytest.mark.parametrize("notation", ["matrix", "component"])
@pytest.mark.parametrize("name", BLACKBOARD)
def test_terms_stand_as_on_a_blackboard(name, notation, capsys):
    """What is updated first, then the new part; coefficients before what they multiply; epsilon last."""
    assert run(["optimizer", name, "--notation", notation, "--no-cache"]) == 0
    lines = {line.strip() for line in capsys.readouterr().out.splitlines()}
    assert set(BLACKBOARD[name]) <= lines


@pytest.mark.parametrize("name", [n for n in OPTIMIZERS if OPTIMIZERS[n].state])
def test_the_same_gradient_at_every_step(name):
    """The closed forms against the rule, run step by step."""
    rule, gradient, rate = OPTIMIZERS[name], -1.7, 0.3
    given = {"g": gradient, "eta": rate, "theta": 2.0, **dict(rule.constants), **dict.fromkeys(rule.state, 0.0)}
    claims = {str(e.lhs): e.result for e in optimizer(name, PageOptions()).equations() if str(e.lhs).endswith("_t")}
    assert claims
    for t in range(1, 5):
        values = given | {"t": float(t)}
        for row, rhs in rule.rows:
            values[row] = _value(rhs, values)
        after = {f"{row.removesuffix('_next')}_t": values[row] for row, _ in rule.rows}
        after["Delta_t"] = values["theta_next"] - values["theta"]
        for claimed, e in claims.items():
            assert _value(e, values) == pytest.approx(after[claimed], rel=1e-9), (claimed, t)
        given |= {s: values[f"{s}_next"] for s in rule.state}


def _value(e, values):
    return float(evaluate(e, {t: values[t.name] for t in tensors(e)}, {}))


@pytest.mark.parametrize("name", ["gd", "sgd"])
def test_a_parabola_step_by_step(name):
    (claim,) = [e.result for e in optimizer(name, PageOptions()).equations() if str(e.lhs) == "theta_t"]
    theta, rate, curvature = 1.5, 0.3, 2.0
    for t in range(1, 6):
        theta -= rate * curvature * theta
        values = {"theta_0": 1.5, "eta": rate, "lambda": curvature, "t": float(t)}
        assert _value(claim, values) == pytest.approx(theta)


@pytest.mark.parametrize(("row", "beta", "mean"), [("m", "beta_1", "gbar"), ("v", "beta_2", "qbar")])
def test_bias_of_adam(row, beta, mean):
    """After t steps from zero a share beta^t of the weight is missing."""
    b = Tensor(beta, (), None, ("unit_interval",))()
    (claim,) = [e for e in optimizer("adam", PageOptions()).equations() if e.lhs == Tensor(f"{row}bar")()]
    assert isinstance(claim, Equation)
    assert claim.result == (1 - b ** STEP()) * Tensor(mean)()


@pytest.mark.parametrize("change", [lambda row: row.replace("beta_2", "beta_1"), lambda row: row])
def test_another_decay_in_the_correction_is_refuted(change, monkeypatch):
    """With the factor of the other moment the mean does not come out: the check can fail."""
    from dataclasses import replace

    rule = OPTIMIZERS["adam"]
    rows = dict(rule.rows)
    wrong = change("beta_2") == "beta_1"
    if wrong:
        b = Tensor("beta_1", (), None, ("unit_interval",))()
        rows["vhat"] = Tensor("v_next")() / (1 - b ** STEP())
    monkeypatch.setitem(OPTIMIZERS, "adam", replace(rule, rows=tuple(rows.items())))
    assert certify(optimizer("adam", PageOptions())).certificate.established != wrong


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("format", ["text", "latex", "markdown", "html", "json"])
def test_every_format(name, format, capsys):
    assert run(["optimizer", name, "--format", format]) == 0
    assert "_next" not in capsys.readouterr().out


def test_unknown_name(capsys):
    assert run(["optimizer", "newtons"]) == 2
    assert "'newtons' is not one of " in capsys.readouterr().err
