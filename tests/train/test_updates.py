"""The generated update rules against recurrences written out by hand, exactly or in fifty digits, and PyTorch."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import numpy as np
import pytest

from derive.catalogue.optimizers import NEXT, OPTIMIZERS
from derive.train.updates import Update

GRADIENTS = ([1, -2], [Fraction(1, 3), 5], [0, -1], [Fraction(-7, 2), Fraction(1, 1000)], [2, 2])
START = [Fraction(1, 2), -3]
RATE = Fraction(1, 10)


def run(name, start, gradients, rate, xp, **constants):
    """The parameter after each step of the generated code."""
    update = Update(OPTIMIZERS[name], tuple(constants.items()))
    f, values = update.function(xp), update.values
    theta, state, path = start, dict.fromkeys(update.rule.state, 0 * start), []
    for t, g in enumerate(gradients, start=1):
        out = f(theta, g, rate, t, **state, **values)
        theta, *new = out if update.rule.state else (out,)
        state = dict(zip(update.rule.state, new, strict=True))
        path.append(theta)
    return path


# -- without square roots: exact ---------------------------------------------------------------------------------------


def descend(gradients, theta):
    for g in gradients:
        theta = theta - RATE * g
        yield theta


def momentum(gradients, theta, mu=Fraction(9, 10)):
    v = 0
    for g in gradients:
        v = mu * v + g
        theta = theta - RATE * v
        yield theta


def nesterov(gradients, theta, mu=Fraction(9, 10)):
    """By its two sequences: the iterate that moves along the velocity, and the point that looks ahead of it."""
    v, x = Fraction(0), theta
    for g in gradients:  # the gradient at the point ahead
        v = mu * v + g
        x = x - RATE * v
        yield x - RATE * mu * v


EXACT = {"gd": descend, "sgd": descend, "momentum": momentum, "nesterov": nesterov}


@pytest.mark.parametrize("name", EXACT)
@pytest.mark.parametrize("entry", [0, 1])
def test_exact_recurrence(name, entry):
    gradients = [Fraction(g[entry]) for g in GRADIENTS]
    constants = {"mu": Fraction(9, 10)} if OPTIMIZERS[name].constants else {}
    start = Fraction(START[entry])
    assert run(name, start, gradients, RATE, None, **constants) == list(EXACT[name](gradients, start))


# -- with square roots: fifty digits -----------------------------------------------------------------------------------


def adagrad(gradients, theta, epsilon):
    for t in range(len(gradients)):
        theta -= RATE_50 * gradients[t] / (mpmath.sqrt(sum(g**2 for g in gradients[: t + 1])) + epsilon)
        yield theta


def weighted(values, decay):
    """(1 - decay) times the sum of decay^(t - i) values_i: a moving average, unrolled."""
    t = len(values)
    return sum((1 - decay) * decay ** (t - 1 - i) * v for i, v in enumerate(values))


def rmsprop(gradients, theta, rho, epsilon):
    for t in range(1, len(gradients) + 1):
        theta -= RATE_50 * gradients[t - 1] / (mpmath.sqrt(weighted([g**2 for g in gradients[:t]], rho)) + epsilon)
        yield theta


def adadelta(gradients, theta, rho, epsilon):
    moves = []
    for t in range(1, len(gradients) + 1):
        below = mpmath.sqrt(weighted([g**2 for g in gradients[:t]], rho) + epsilon)
        moves.append(mpmath.sqrt(weighted([d**2 for d in moves], rho) + epsilon) / below * gradients[t - 1])
        theta -= RATE_50 * moves[-1]
        yield theta


def adam(gradients, theta, beta_1, beta_2, epsilon, omega=0):
    """The corrected moments are weighted means: the weights are divided by their sum."""
    for t in range(1, len(gradients) + 1):
        first = mean(gradients[:t], beta_1)
        second = mean([g**2 for g in gradients[:t]], beta_2)
        theta = theta - RATE_50 * omega * theta - RATE_50 * first / (mpmath.sqrt(second) + epsilon)
        yield theta


def mean(values, decay):
    weights = [decay ** (len(values) - 1 - i) for i in range(len(values))]
    return sum(w * v for w, v in zip(weights, values, strict=True)) / sum(weights)


ROOTS = {"adagrad": adagrad, "rmsprop": rmsprop, "adadelta": adadelta, "adam": adam, "adamw": adam}
RATE_50 = mpmath.mpf(1) / 10


@pytest.mark.parametrize("name", ROOTS)
@pytest.mark.parametrize("entry", [0, 1])
def test_recurrence_in_fifty_digits(name, entry):
    with mpmath.workdps(60):
        constants = {k: mpmath.mpf(v) for k, v in OPTIMIZERS[name].constants}
        gradients = [mpmath.mpf(Fraction(g[entry]).numerator) / Fraction(g[entry]).denominator for g in GRADIENTS]
        start = mpmath.mpf(Fraction(START[entry]).numerator) / Fraction(START[entry]).denominator
        found = run(name, start, gradients, RATE_50, mpmath, **constants)
        expected = list(ROOTS[name](gradients, start, **constants))
        assert all(mpmath.almosteq(a, b, 1e-50) for a, b in zip(found, expected, strict=True))
        assert len({mpmath.nstr(a, 10) for a in found}) > 1


def test_every_optimiser_has_a_recurrence():
    assert set(EXACT) | set(ROOTS) == set(OPTIMIZERS)


# -- against PyTorch ---------------------------------------------------------------------------------------------------

TORCH = {
    "gd": ("SGD", {}),
    "sgd": ("SGD", {}),
    "momentum": ("SGD", {"momentum": 0.9}),
    "nesterov": ("SGD", {"momentum": 0.9, "nesterov": True}),
    "adagrad": ("Adagrad", {}),
    "adadelta": ("Adadelta", {}),
    "rmsprop": ("RMSprop", {}),
    "adam": ("Adam", {}),
    "adamw": ("AdamW", {}),
}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_same_path_as_torch(name):
    torch = pytest.importorskip("torch", reason="PyTorch is not installed: pip install 'derivecheck[torch]'")
    rng = np.random.default_rng(0)
    start, gradients = rng.normal(size=(3, 4)), rng.normal(size=(50, 3, 4))
    called, options = TORCH[name]
    theta = torch.tensor(start, requires_grad=True)
    peer = getattr(torch.optim, called)([theta], lr=0.05, **options)
    for g, found in zip(gradients, run(name, start, gradients, 0.05, np), strict=True):
        theta.grad = torch.tensor(g)
        peer.step()
        np.testing.assert_allclose(found, theta.detach().numpy(), rtol=1e-12, atol=1e-14)


# -- the code ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_code_states_the_equations(name):
    rule = OPTIMIZERS[name]
    source = Update(rule).source
    assert [line.split(" = ")[0].strip() for line in source.splitlines() if " = " in line] == [n for n, _ in rule.rows]
    assert f"{NEXT}" in source


def test_stepper_leaves_old_arrays_alone():
    """An older state must stay what it was: divergence and early stopping go back to it."""
    update = Update(OPTIMIZERS["adam"])
    params = {"W1": np.ones((2, 3))}
    state = update.initial_state(params, np)
    old, slots = params["W1"], state["m"]["W1"]
    update.stepper(np)(params, {"W1": np.full((2, 3), 2.0)}, state, 0.1, 1)
    assert np.array_equal(old, np.ones((2, 3)))
    assert np.array_equal(slots, np.zeros((2, 3)))
    assert not np.array_equal(params["W1"], old)
    np.testing.assert_allclose(state["m"]["W1"], 0.2)
