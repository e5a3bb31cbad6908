"""Losses: each row states the loss of one sample in the prediction and the target."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sympy import Abs, Expr, Integer, Rational, log, sqrt

from derive.errors import OptionError
from derive.expr import Index, Tensor, Where, maximum, sum_over
from derive.expr.record import Record


class Loss(Record):
    """The loss of a sample: `per_output(yhat, y)` summed over the outputs, or `together(yhat, y, unit)`.

    `output` is the activation that goes with it by default. `constants` are further arguments, each a name and the
    value that it has unless a page keeps it symbolic.
    """

    name: str
    per_output: Callable[..., Expr] | None
    output: str = "identity"
    target: tuple[str, ...] = ()  # properties of y
    title: str = ""
    norm: bool = False  # a sum of squares, which matrix notation writes best
    together: Callable[[Expr, Expr, Index], Expr] | None = None  # outputs that are compared with one another
    constants: tuple[tuple[str, Expr], ...] = ()

    def at(self, yhat: Expr, y: Expr, samples: Sequence[Index], units: Sequence[Index], symbolic: bool = False) -> Expr:
        """Summed over the outputs `units` (none, where there is one number) and over the samples.

        Raises OptionError for one number where classes have to be compared.
        """
        if not units and "one_hot" in self.target:
            raise OptionError(
                f"--loss {self.name}: compares the scores of classes, of which there is one here. Try: --loss hinge"
            )
        if self.together is not None:
            unit = units[0] if units else Index("k", 1)
            return sum_over(self.together(yhat, y, unit), *samples)
        more = (constant(name)() if symbolic else value for name, value in self.constants)
        each = self.per_output(yhat, y, *more)  # type: ignore[misc]
        at = (*samples, *units)
        return sum_over(each, *at) if at else each


def constant(name: str) -> Tensor:
    """A constant of a loss that is kept symbolic: a positive number."""
    return Tensor(name, (), None, ("positive",))


def _huber(p: Expr, y: Expr, kappa: Expr) -> Expr:
    error = p - y
    return Where(kappa - Abs(error), error**2 / 2, kappa * (Abs(error) - kappa / 2))


def _svm(s: Expr, y: Expr, unit: Index) -> Expr:
    """sum over the wrong classes j of max(0, s_j - s_right + 1), where the one-hot y says which class is right."""
    right = sum_over(y * s, unit)
    return sum_over((1 - y) * maximum(0, s - right + 1), unit)


_ROWS = (
    Loss(
        "bce",
        lambda p, y: -(y * log(p) + (1 - y) * log(1 - p)),
        output="sigmoid",
        title="binary cross-entropy",
    ),
    Loss("ce", lambda p, y: -y * log(p), output="softmax", target=("sum_to_one",), title="categorical cross-entropy"),
    Loss("mse", lambda p, y: Rational(1, 2) * (p - y) ** 2, title="squared error", norm=True),
    Loss("sse", lambda p, y: (p - y) ** 2, title="sum of squared errors", norm=True),
    Loss(
        "mse_mean",
        None,
        title="mean squared error over the outputs",
        norm=True,
        together=lambda p, y, i: sum_over((p - y) ** 2, i) / i.dim,
    ),
    Loss("mae", lambda p, y: Abs(p - y), title="absolute error"),
    Loss("norm", None, title="norm of the error", together=lambda p, y, i: sqrt(sum_over((p - y) ** 2, i))),
    Loss("huber", _huber, title="Huber loss", constants=(("kappa", Integer(1)),)),
    Loss("hinge", lambda p, y: maximum(0, 1 - y * p), target=("sign",), title="hinge loss"),
    Loss("svm", None, target=("one_hot",), title="multiclass hinge loss", together=_svm),
)

LOSSES = {row.name: row for row in _ROWS}
