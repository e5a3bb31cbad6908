"""What the rules of composition say, against chords of functions that are put together at random."""

from __future__ import annotations

import math
import random

import pytest
from sympy import Abs, Integer, Rational, cosh, exp, log, sign, sin, sqrt

from derive.catalogue.convexity import AFFINE, CONCAVE, CONVEX, PIECES, WHOLE, analytic, curvature
from derive.evaluate.oracle import FLOAT, Evaluator
from derive.evaluate.refusals import OutsideDomain
from derive.expr import (
    Index,
    LogSumExp,
    Max_,
    Size,
    Tensor,
    Where,
    maximum,
    minimum,
    relu,
    sigmoid,
    softplus,
    step,
    sum_over,
)

N = Size("N")
i = Index("i", N)
X, A, P = Tensor("x"), Tensor("a"), Tensor("p", (), None, ("positive",))
V, Y, W = Tensor("v", (N,)), Tensor("y", (N,), None, ("one_hot",)), Tensor("w", (N,))
x, a, p = X(), A(), P()

SAID = [
    (a * x + 3, AFFINE),
    (2 * (x - a) ** 2, CONVEX),
    (-(x**2), CONCAVE),
    (x**3, None),
    (x**4 - x, CONVEX),
    (a * x**2, None),  # the sign of a is not known
    (p * x**2, CONVEX),
    (exp(x) * p, CONVEX),
    (exp(-(x**2)), None),
    (-log(x) + x**2, CONVEX),
    (log(1 + x**2), None),
    (x * exp(x), None),
    (Abs(x) ** 3, None),
    (maximum(Abs(x), x**2), CONVEX),
    (minimum(x, a), CONCAVE),
    (minimum(x**2, 1), None),
    (maximum(-(x**2), 0), None),
    (relu(x) - relu(-x), None),
    (softplus(x) + softplus(-x), CONVEX),
    (sigmoid(x), None),
    (sin(x), None),
    (cosh(x), None),
    (sqrt(x), None),
    (1 / x, None),
    (Where(p - Abs(x), x**2 / 2, p * (Abs(x) - p / 2)), CONVEX),
    (Where(p - Abs(x), x**2, p * (Abs(x) - p / 2)), None),  # values that do not meet
    (Where(p - Abs(x), x**2 / 2, p**2 / 2), None),  # slopes that do not meet
    (Where(x - a, x, a), None),  # convex, but with a kink: max(x, a)
    (Where(a - x, (x - a) ** 2, 0 * x), CONVEX),
    (sum_over((V(i) - W(i)) ** 2, i), CONVEX),
    (sqrt(sum_over((V(i) - W(i)) ** 2, i)), CONVEX),
    (sqrt(sum_over(W(i) * V(i) ** 2, i)), None),
    (sqrt(1 + sum_over(V(i) ** 2, i)), None),
    (LogSumExp(V(i), i) - sum_over(Y(i) * V(i), i), CONVEX),
    (LogSumExp(-(V(i) ** 2), i), None),
    (Max_(Abs(V(i) - a), i), CONVEX),
    (sum_over((1 - Y(i)) * maximum(0, V(i) - sum_over(Y(i) * V(i), i) + 1), i), CONVEX),
    (sum_over(W(i) * relu(V(i)), i), None),
]


@pytest.mark.parametrize(("e", "kind"), SAID, ids=lambda v: str(v))
def test_what_is_said(e, kind):
    found = curvature(e, V if V in e.atoms(Tensor) else X)
    assert (found and found.kind) == kind
    assert found is None or found.kind == AFFINE or found.reasons


def test_assumptions_are_passed_on():
    found = curvature(sum_over((1 - Y(i)) * relu(V(i)), i), V)
    assert found.assumptions == ("y one-hot",)


ANALYTIC = [
    (x**2, WHOLE),
    (log(1 + x**2), WHOLE),
    (cosh(x) / (1 + exp(x)), WHOLE),
    (log(sigmoid(x)), WHOLE),
    (sqrt(1 + x**2), WHOLE),
    (p**x, WHOLE),
    (sin(x) - 3, WHOLE),
    (1 / x, PIECES),
    (x**-2, PIECES),
    (log(x), PIECES),
    (log(x**2), PIECES),
    (1 / (1 - p), PIECES),
    (sqrt(x), None),
    (sqrt(x**4 + x**2), None),
    (a**x, None),
    (Abs(x), None),
    (relu(x), None),
    (sign(x) + x**2, None),
    (step(x), None),
    (Where(x, x, 0), None),
]


@pytest.mark.parametrize(("e", "where"), ANALYTIC, ids=str)
def test_where_functions_are_analytic(e, where):
    assert analytic(e) == where


ATOMS = [Abs, relu, softplus, exp, log, sigmoid, lambda u: u**2, lambda u: u**3, lambda u: -u, lambda u: sqrt(u)]
JOINS = [lambda u, v: u + v, maximum, minimum, lambda u, v: u * v, lambda u, v: Where(u, v, u), lambda u, v: u - 2 * v]


def composed(draw: random.Random, depth: int):
    if depth == 0:
        return draw.choice([x, a, p, x - a, a * x + 1, Integer(draw.randint(-2, 2)), Rational(1, 2) - x])
    if draw.random() < 0.5:
        return draw.choice(ATOMS)(composed(draw, depth - 1))
    return draw.choice(JOINS)(composed(draw, depth - 1), composed(draw, draw.randrange(depth)))


def value(e, at: float, constants: dict) -> float:
    try:
        return Evaluator({**constants, X: at}, {}, FLOAT).value(e)
    except (OutsideDomain, OverflowError):
        return math.nan


@pytest.mark.parametrize("seed", range(12))
def test_chords_of_random_functions(seed):
    """A function that is called convex has no chord below it; concave ones none above."""
    draw, claimed = random.Random(seed), 0
    for _ in range(60):
        e = composed(draw, draw.randint(1, 3))
        try:
            found = curvature(e, X)
        except RecursionError:
            continue
        if found is None:
            continue
        claimed += found.kind != AFFINE
        for _ in range(25):
            constants = {A: draw.uniform(-2, 2), P: draw.uniform(0.1, 2)}
            ends = sorted(draw.uniform(-3, 3) for _ in range(2))
            low, middle, high = (value(e, t, constants) for t in (ends[0], sum(ends) / 2, ends[1]))
            gap = (low + high) / 2 - middle
            slack = 1e-9 * (1 + abs(low) + abs(high))
            if math.isfinite(gap):
                assert found.kind == CONCAVE or gap >= -slack, (e, constants, ends)
                assert found.kind == CONVEX or gap <= slack, (e, constants, ends)
    assert claimed > 5
