"""Activations: each row states the function; its derivative is the engine's business."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce

from sympy import Expr, Rational, erf, exp, sqrt, tanh

from derive.expr import LogSumExp, Where, fresh, maximum, relu, rename, sigmoid, softplus
from derive.expr.nodes import Index
from derive.expr.record import Record


class Activation(Record):
    """A hidden or output activation.

    `title` is what its page is called, for which the name does where there is none. `function` acts on as many numbers
    as the unit has `pieces`; softmax, which has none, acts on the last index.
    """

    name: str
    function: Callable[..., Expr] | None
    title: str = ""
    pieces: int = 1

    def at(self, z: Expr, index: Index, *others: Expr) -> Expr:
        """The activation of the pre-activation `z` and those of the `others` pieces, whose units run over `index`."""
        if self.function is not None:
            return self.function(z, *others)
        other = fresh(index.dim)
        return exp(z - LogSumExp(rename(z, {index: other}), other))


_ROWS = (
    Activation("sigmoid", sigmoid, "the logistic sigmoid"),
    Activation("tanh", tanh, "the hyperbolic tangent"),
    Activation("relu", relu, "the rectified linear unit (ReLU)"),
    Activation("leaky_relu", lambda t: Where(t, t, t / 100), "the leaky rectified linear unit"),
    Activation("elu", lambda t: Where(t, t, exp(t) - 1), "the exponential linear unit (ELU)"),
    Activation("softplus", softplus, "softplus"),
    Activation("swish", lambda t: t * sigmoid(t), "swish, also called SiLU"),
    Activation("gelu", lambda t: t * (1 + erf(t / sqrt(2))) * Rational(1, 2), "the Gaussian error linear unit (GELU)"),
    Activation("identity", lambda t: t, "the identity"),
    Activation("softmax", None),
)

ACTIVATIONS = {row.name: row for row in _ROWS}


def maxout(pieces: int) -> Activation:
    """The largest of several pre-activations of a unit (Goodfellow 2013)."""
    return Activation("maxout", lambda *scores: reduce(maximum, scores), pieces=pieces)
