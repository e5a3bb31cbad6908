"""Schedules at chosen epochs; initial weights have the spread that they promise; tables agree with the command line."""

from __future__ import annotations

import numpy as np
import pytest

from catalogue.pages.test_schedule import BY_HAND
from derive.catalogue.schedules import SCHEDULES, read_schedule
from derive.errors import OptionError
from derive.train.initial import INITS, default_init, initial

ROWS = [
    ("constant", [1, 1, 1, 1]),
    ("step:50:0.5", [1, 1, 0.5, 0.5]),
    ("step", [1, 1, 0.1, 0.001]),
    ("exponential:0.5", [1, 0.5, 0.5**50, 0.5**99]),
    ("inverse-time:1", [1, 0.5, 1 / 51, 1 / 100]),
    ("cosine", [1, (1 + np.cos(0.01 * np.pi)) / 2, 0.5, (1 - np.cos(0.01 * np.pi)) / 2]),
    ("warmup:100", [0.01, 0.02, 0.51, 1]),
    ("warmup-cosine:50", [0.02, 0.04, 1, (1 + np.cos(0.98 * np.pi)) / 2]),
]


@pytest.mark.parametrize(("text", "factors"), ROWS, ids=lambda value: str(value)[:20])
def test_factors(text, factors):
    schedule = read_schedule(text)
    np.testing.assert_allclose([schedule(e, 100) for e in (0, 1, 50, 99)], factors, rtol=1e-12)


@pytest.mark.parametrize("text", BY_HAND)
def test_every_schedule_is_the_one_written_by_hand(text):
    schedule = read_schedule(text)
    assert [schedule(e, 20) for e in range(20)] == pytest.approx([BY_HAND[text](e, 20) for e in range(20)])


@pytest.mark.parametrize("name", SCHEDULES)
@pytest.mark.parametrize("epochs", [1, 2, 7, 1000])
def test_factors_are_shares(name, epochs):
    schedule = read_schedule(name)
    assert all(0 <= schedule(e, epochs) <= 1 for e in range(epochs))


@pytest.mark.parametrize(
    "text", ["", "no-such", "step:x", "step:1:2:3", "cosine:1", "step:-1", "step:nan", "step:1e99"]
)
def test_refused(text):
    with pytest.raises(OptionError, match="--schedule: expected"):
        read_schedule(text)


@pytest.mark.parametrize("name", INITS)
def test_deviation(name):
    params = initial(INITS[name], {"W1": (300, 400), "b1": (300,), "W2": (2, 300), "b2": (2,)}, 0)
    assert {k: v.shape for k, v in params.items()} == {"W1": (300, 400), "b1": (300,), "W2": (2, 300), "b2": (2,)}
    expected = {"xavier": 2 / 700, "he": 2 / 400, "lecun": 1 / 400, "normal": 1e-4, "zeros": 0}[name]
    assert params["W1"].var() == pytest.approx(expected, rel=0.02)
    assert not params["b1"].any()


def test_default_init():
    assert default_init(("relu",), 3) == "he"
    assert default_init(("tanh",), 2) == "xavier"
    assert default_init(("relu",), 1) == "zeros"


def test_listed_names_are_those_of_the_tables():
    from derive.catalogue.optimizers import OPTIMIZERS
    from derive.cli.table import TRAINING

    assert list(TRAINING.values()) == [(*OPTIMIZERS, "newton"), tuple(SCHEDULES), tuple(INITS)]
