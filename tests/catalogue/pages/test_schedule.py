"""Schedules: what the page prints against formulas by hand, and against what training takes."""

from __future__ import annotations

from math import cos, pi

import pytest

from derive.catalogue.options import PageOptions
from derive.catalogue.pages.schedule import schedule
from derive.catalogue.schedules import EPOCH, SCHEDULES, parse_schedule
from derive.cli.main import run
from derive.cli.table import TRAINING
from derive.derivation import Table
from derive.derivation.certify import certify
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


def test_every_schedule_is_here():
    assert {text.split(":")[0] for text in BY_HAND} == set(SCHEDULES) == set(TRAINING["Schedules"])


@pytest.mark.parametrize("text", BY_HAND)
def test_the_numbers_that_are_printed(text):
    page = schedule(text, PageOptions.parse(), epochs=20, rate=0.4)
    (table,) = (b for s in page.sections for b in s.blocks if isinstance(b, Table) and b.header[0] == "epoch t")
    assert len(table.rows) >= 5
    for epoch, factor, rate in table.rows:
        by_hand = BY_HAND[text](int(epoch), 20)
        assert float(factor) == pytest.approx(by_hand, rel=6e-4)
        assert float(rate) == pytest.approx(0.4 * by_hand, rel=6e-4)


@pytest.mark.parametrize("text", BY_HAND)
def test_verified(text):
    page = certify(schedule(text, PageOptions.parse()))
    assert page.certificate.failures == ()
    assert list(unfaithful(page, "full")) == []
    row, _ = parse_schedule(text)
    assert page.certificate.proved == (2 if EPOCH in tensors(row.factor) else 0)
    assert row.name in page.title


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
        (["linear"], "expected one of constant, step"),
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
