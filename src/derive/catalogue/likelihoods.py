"""Likelihoods: each row states the probability of one target, given the prediction; the loss is derived from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches

from sympy import Expr, exp, gamma, pi, sqrt

from derive.errors import OptionError
from derive.expr import Index, Prod_, Tensor, tensors
from derive.formula import parse_scalar_function


@dataclass(frozen=True)
class Likelihood:
    """`probability(yhat, y, unit)` of one target, with `unit` the index of the classes where there are classes.

    `link` is the activation that goes with it by default, `loss` a row of the losses that it leads to, times `scale`.
    `constants` are named numbers in it: the name, and what it stands for.
    """

    name: str
    title: str
    probability: Callable[[Expr, Expr, Index], Expr]
    link: str = "identity"
    prediction: tuple[str, ...] = ()  # properties of yhat
    target: tuple[str, ...] = ()  # properties of y
    loss: str | None = None
    scale: Callable[[], Expr] | None = None
    constants: tuple[tuple[Tensor, Expr | None, str], ...] = ()
    classes: bool = False
    normalised: bool = True  # a probability or density: not known of a formula that is given


SPREAD = Tensor("s", (), None, ("positive",))
NORMALISER = Tensor("c")


def _gaussian(p: Expr, y: Expr, unit: Index) -> Expr:
    return exp(-((y - p) ** 2) / (2 * SPREAD() ** 2)) / NORMALISER()


_ROWS = (
    Likelihood(
        "gaussian",
        "Gaussian",
        _gaussian,
        loss="mse",
        scale=lambda: 1 / SPREAD() ** 2,
        constants=(
            (SPREAD, None, "standard deviation, the same for all targets"),
            (NORMALISER, sqrt(2 * pi) * SPREAD(), "normalising constant"),
        ),
    ),
    Likelihood(
        "bernoulli",
        "Bernoulli",
        lambda p, y, unit: p**y * (1 - p) ** (1 - y),
        link="sigmoid",
        prediction=("unit_interval",),
        target=("binary",),
        loss="bce",
    ),
    Likelihood(
        "categorical",
        "Categorical",
        lambda p, y, unit: Prod_(p**y, unit),
        link="softmax",
        prediction=("positive", "sum_to_one"),
        target=("one_hot",),
        loss="ce",
        classes=True,
    ),
    Likelihood(
        "poisson",
        "Poisson",
        lambda p, y, unit: p**y * exp(-p) / gamma(y + 1),
        link="exp",
        prediction=("positive",),
        target=("integer", "nonnegative"),
    ),
)

LIKELIHOODS = {row.name: row for row in _ROWS}


def read_likelihood(text: str) -> Likelihood:
    """A named likelihood, or a formula in `yhat` and `y`: a probability or density that is positive."""
    if text in LIKELIHOODS:
        return LIKELIHOODS[text]
    if text.isidentifier() and text not in ("yhat", "y"):
        close = get_close_matches(text, LIKELIHOODS, n=1)
        guess = f" Did you mean {close[0]}?" if close else ""
        expected = f"one of {', '.join(LIKELIHOODS)}, or a formula in yhat and y such as exp(-abs(y - yhat))/2"
        raise OptionError(f"likelihood: unknown name {text[:60]!r}.{guess} Expected {expected}.")
    function = parse_scalar_function(text, ("yhat", "y"))
    if {t.name for t in tensors(function.expr)} != {"yhat", "y"}:
        raise OptionError(
            f"likelihood: the formula {text[:60]!r} has to depend on yhat and on y. Try: exp(-abs(y - yhat))/2"
        )
    return Likelihood("formula", "Your own", lambda p, y, unit: function(p, y), normalised=False)
