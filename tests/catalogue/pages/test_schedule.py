"""Schedules: what the page prints against formulas by hand, and against what training takes."""

from __future__ import annotations

from math import cos, pi

import pytest

from derive.catalogue.options import PageOptions
from derive.catalogue.pages.schedule import schedule
from derive.catalogue.schedules import SCHEDULES, parse_schedule
from derive.cli.main import run
from derive.cli.table import TRAINING
from derive.derivation.certify import certify
from derive.evaluate.oracle import evaluate
from derive.expr import tensors
from derive.notation.document.check import unfaithful

BY_HAND = {
    "constant": lambda e, E: 1.0,
    "step:7:0.5": lambda e, E: 0.5 ** (e // 7),
    "step:2.5:0.1": lambda e, E: 0.1 ** int(e / 2.5),
    "exponential:0.9": lambda e, E: 0.9**e,
    "inverse-time:0.3": lambda e, E: 1 / (1 + 0.3 * e),
    "cosine": lambda e, E: (1 + cos(pi * e / E)) / 2,
    "warmup:4": lambda e, E: min(1.0, (e + 1) / 4),
    "warmup-cosine:4": lambda e, E: (e + 1) / 4 if e < 4 else (1 + cos(pi * (e - 4) / (E - 4))) / 2,
}


def test_every_schedule_is_written_by_hand():
    assert {text.split(":")[0] for text in BY_HAND} == set(SCHEDULES) == set(TRAINING["Schedules"])


@pytest.mark.parametrize("text", BY_HAND)
def test_the_numbers_that_are_printed(text):
    page = schedule(text, PageOptions.parse(), epochs=20, rate=0.4)
    found = [e for e in page.equations() if str(e.lhs).removeprefix("rho_").isdigit()]
    assert len(found) >= 5
    for e in found:
        epoch = int(str(e.lhs).removeprefix("rho_"))
        printed = float(next(iter((e.steps[-1].numbers or {"": e.result}).values())))
        assert printed == pytest.approx(0.4 * BY_HAND[text](epoch, 20), rel=6e-4)


#: In which epochs of 20 each formula of the factor is used: u while the rate rises, v after that.
USED = {"phi": range(1, 20), "u": range(3), "v": range(4, 20)}


@pytest.mark.parametrize("text", BY_HAND)
def test_laws_of_the_factor(text):
    """The right sides that are printed, evaluated at the factors of an epoch: they give those of another one."""
    page, (row, values) = schedule(text, PageOptions.parse()), parse_schedule(text)
    found = [e for e in page.equations() if str(e.lhs).endswith(("_next", "_mirror"))]
    assert len(found) == {"constant": 0, "warmup-cosine": 2}.get(row.name, 1)
    for e in found:
        name, where = str(e.lhs).split("_")
        for epoch in USED[name]:
            other = epoch + (values[0] if row.name == "step" else 1)
            if where == "mirror":
                other = 20 + (4 if name == "v" else 0) - epoch
            inputs = row.inputs(epoch, 20, values)
            here = BY_HAND[text](epoch, 20)
            given = {t: here if t.name == name else inputs[t] for t in tensors(e.result)}
            assert float(evaluate(e.result, given, {})) == pytest.approx(BY_HAND[text](other, 20))


@pytest.mark.parametrize("text", BY_HAND)
def test_bounds_of_the_factor(text):
    """Each factor is proved positive, or not negative; what is missing to one is not negative where that is printed."""
    page = certify(schedule(text, PageOptions.parse()))
    bounds = {str(e.lhs): e.steps[-1] for e in page.equations() if e.steps[-1].relation in (">", ">=")}
    assert all(step.verdict.kind == "proved" for step in bounds.values())
    wanted = {"constant": set(), "cosine": {"phi", "1 - phi"}, "warmup-cosine": {"u", "1 - u", "v", "1 - v"}}
    assert set(bounds) >= wanted.get(text.split(":")[0], {"phi"})


@pytest.mark.parametrize("text", BY_HAND)
def test_verified(text):
    page = certify(schedule(text, PageOptions.parse()))
    assert page.certificate.failures == ()
    assert list(unfaithful(page, "full")) == []
    assert page.certificate.confirmed >= 6
    assert page.certificate.proved >= 6
    assert "learning rate" in page.title


def test_a_run_takes_these_rates():
    from derive.train import train
    from derive.train.options import TrainOptions

    report = train(TrainOptions(model="softmax", epochs=8, schedule="warmup-cosine:4", lr=0.2))
    assert [row.rate for row in report.history] == pytest.approx(
        [0.2 * BY_HAND["warmup-cosine:4"](e, 8) for e in range(8)]
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["no-such"], "expected one of constant, step"),
        (["step:0"], "EVERY from 1"),
        (["warmup:0.5"], "EPOCHS from 1"),
        (["cosine:1"], "expected cosine with numbers"),
        (["cosine", "--epochs", "0"], "0 is not in the range"),
        (["cosine", "--lr", "nan"], "--lr: expected a number above 0"),
        ([], "Missing argument"),
    ],
)
def test_errors(arguments, message, capsys):
    assert run(["schedule", *arguments]) == 2
    assert message in capsys.readouterr().err
