"""Staged code: it runs, it is right at points that it never saw, and it reads like the notes."""

from __future__ import annotations

import autograd
import numpy as np
import pytest

from derive.codegen.backends import BACKENDS
from derive.codegen.execute import load
from derive.errors import OptionError, VerificationError
from derive.graph.draw import drawing
from derive.graph.staged import Staged, checked_code
from graph.cases import ALL, NETWORK, SIGMOID


def test_reads_like_the_notes():
    body = drawing(SIGMOID[0]).code().partition("def f(")[2]
    lines = [line.partition("#")[0].strip() for line in body.splitlines()]
    wanted = ["s0 = w0 * x0", "s1 = w1 * x1", "s2 = s0 + s1", "s3 = s2 + w2", "L = sigmoid(s3)", "grad_L = 1.0",
              "grad_s2 = grad_s3", "grad_s1 = grad_s2", "grad_s0 = grad_s2", "grad_w0 = grad_s0 * x0",
              "grad_x0 = grad_s0 * w0", "grad_w1 = grad_s1 * x1",
              "grad_x1 = grad_s1 * w1", "grad_w2 = grad_s3"]  # fmt: skip
    assert [line for line in lines if line in wanted] == wanted


@pytest.mark.parametrize("gates", ["named", "elementary"])
@pytest.mark.parametrize("case", ALL, ids=lambda case: case[0])
def test_agrees_with_autograd(case, gates):
    found = drawing(case[0], case[1], gates=gates)
    assert "agree with autograd at 3 random points" in checked_code(found.back, found.staged())


def test_network_against_a_function_written_by_hand():
    import autograd.numpy as anp

    code = drawing(NETWORK[0], NETWORK[1]).staged("network")
    f = load(code.source, BACKENDS["numpy"])["network"]
    rng = np.random.default_rng(1)
    x, w1, b, w2, t = (rng.standard_normal(s) for s in ((5, 3), (3, 4), (4,), (4, 2), (5, 2)))

    def loss(x, w1, b, w2, t):
        return anp.sum((anp.maximum(0, x @ w1 + b) @ w2 - t) ** 2) / 5

    value, gradients = f(x, w1, b, w2, t)
    assert value == pytest.approx(loss(x, w1, b, w2, t))
    for k, g in enumerate(gradients):
        assert g == pytest.approx(autograd.grad(loss, k)(x, w1, b, w2, t))


@pytest.mark.parametrize(("old", "new"), [("grad_w0 = grad_s0 * x0", "grad_w0 = grad_s0 * w0"), ("s0 + s1", "s0 - s1")])
def test_wrong_code_is_found(old, new):
    found = drawing(SIGMOID[0])
    code = found.staged()
    assert old in code.source
    with pytest.raises(VerificationError, match="wrong in"):
        checked_code(found.back, Staged(code.source.replace(old, new), code.function, code.arguments))


@pytest.mark.parametrize("name", ["1a", "x1", "w0", "np", "class", "f g"])
def test_names_that_cannot_be(name):
    with pytest.raises(OptionError, match="--function"):
        drawing(SIGMOID[0]).staged(name)
