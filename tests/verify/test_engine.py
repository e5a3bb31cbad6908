"""The engines behind their interface: derivatives, names, and what is said when one is missing."""

from __future__ import annotations

import importlib.util
import math

import numpy as np
import pytest

from derive.errors import OptionError
from derive.verify.engine import MODULES, engine

INSTALLED = [pytest.param(name, marks=() if importlib.util.find_spec(name) else pytest.mark.skip(
    reason=f"the extra derivecheck[{name}] is not installed")) for name in MODULES]  # fmt: skip


@pytest.mark.parametrize("name", INSTALLED)
def test_pullbacks_nest(name):
    tool = engine(name)
    with tool.session():
        x = tool.xp.asarray(np.array([0.5, -1.0, 2.0]))

        def cube(t):
            return tool.xp.sum(t**3)

        value, (slope,) = tool.gradient(cube, (x,))
        assert float(value) == pytest.approx(0.125 - 1 + 8)
        assert tool.to_array(slope) == pytest.approx([0.75, 3, 12])
        assert tool.to_array(slope).dtype == np.float64
        _, pullback = tool.vjp(lambda t: tool.gradient(cube, (t,))[1][0], (x,))
        assert tool.to_array(pullback(tool.xp.asarray(np.array([1.0, 0, 0])))[0]) == pytest.approx([3, 0, 0])


@pytest.mark.parametrize("name", INSTALLED)
def test_erf(name):
    tool = engine(name)
    with tool.session():
        x = tool.xp.asarray(np.array([0.3, -1.2]))
        value, (slope,) = tool.gradient(lambda t: tool.xp.sum(tool.xp.erf(t)), (x,))
        assert float(value) == pytest.approx(math.erf(0.3) + math.erf(-1.2))
        assert tool.to_array(slope) == pytest.approx(2 / math.sqrt(math.pi) * np.exp([-0.09, -1.44]))


def test_a_function_that_ignores_its_argument():
    tool = engine()
    _, (slope,) = tool.gradient(lambda t: np.float64(3), (np.ones(2),))
    assert slope.tolist() == [0, 0]


def test_unknown_and_missing_engines_are_named(monkeypatch):
    with pytest.raises(OptionError, match="known are autograd, jax, torch"):
        engine("theano")
    for name in ("jax", "torch"):
        if importlib.util.find_spec(name) is None:
            with pytest.raises(OptionError, match=rf"derivecheck\[{name}\]"):
                engine(name)
