"""The arbiter tells rounding from slips, adjoints included."""

from __future__ import annotations

import numpy as np
from sympy import Abs

from derive.evaluate.sampling import sample
from derive.expr import Diff, Tensor
from derive.verify.arbiter import rule, with_adjoints
from verify.models import ADJOINTS, PROGRAM, RESULTS, W1, C, D, H, K, N, d, h

SIZES = {N: 3, D: 2, H: 2, K: 3}
VALUES = sample(PROGRAM.inputs, SIZES, 1)


def test_right_and_wrong_gradients():
    program = with_adjoints(PROGRAM, ADJOINTS)
    claim, _ = RESULTS[W1]
    derivative, at = Diff(C(), W1(h, d)), {h: 1, d: 0}
    assert rule(claim, derivative, at, VALUES, SIZES, program) == "rounding"
    assert rule(claim * (1 + 1e-9), derivative, at, VALUES, SIZES, program) == "differ"


def test_a_kink_is_left_open():
    t = Tensor("t")
    assert rule(t(), Diff(Abs(t()), t()), {}, {t: np.array(0.0)}, {}, PROGRAM) == "open"
