"""Verdicts are closed, frozen, and honest about what is established."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from typing import get_args

import pytest

from derive.verify.verdict import Kind, Verdict


def test_only_proved_and_confirmed_are_established():
    assert [k for k in get_args(Kind) if Verdict(k, "test").established] == ["proved", "confirmed"]


def test_verdicts_are_frozen_and_print():
    verdict = Verdict("refuted", "balls", "3 is not 4")
    assert str(verdict) == "refuted (balls): 3 is not 4"
    assert str(Verdict("proved", "normal form")) == "proved (normal form)"
    with pytest.raises(FrozenInstanceError):
        verdict.kind = "proved"
