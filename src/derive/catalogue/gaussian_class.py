"""One Gaussian class: what is given of it, its density, its score, and how the score splits up."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from sympy import Expr, Integer, Rational, exp, log, pi, sqrt

from derive.derivation import Context, Equation, Step
from derive.expr import Det, Elem, Index, Inverse, Let, LogDet, Program, Size, Tensor, sum_over

D = Size("D")
ROW, COLUMN, A, B = (Index(name, D) for name in ("d", "e", "f", "g"))
HALF = Rational(1, 2)
MATRIX = ("symmetric", "positive_definite")
X = Tensor("x", (D,))
COMMON = Tensor("q")()


@dataclass(frozen=True)
class Class:
    """One class: what is given of it and what is derived. `suffix` ends its names, `at` is its index if it has one."""

    suffix: str
    at: tuple[Index, ...]
    shared: bool

    def tensor(self, name: str, *dims: Expr, properties: tuple[str, ...] = ()) -> Tensor:
        return Tensor(name + self.suffix, (*(k.dim for k in self.at), *dims), None, properties)

    def number(self, name: str, properties: tuple[str, ...] = ()) -> Elem:
        return self.tensor(name, properties=properties)(*self.at)

    @cached_property
    def means(self) -> Tensor:
        return self.tensor("M" if self.at else "mu", D)

    @cached_property
    def covariance(self) -> Tensor:
        return Tensor("Sigma", (D, D), None, MATRIX) if self.shared else self.tensor("Sigma", D, D, properties=MATRIX)

    @property
    def prior(self) -> Elem:
        return self.number("rho", ("positive",))

    @property
    def density(self) -> Elem:
        return self.number("f")

    @property
    def score(self) -> Elem:
        return self.number("a")

    @property
    def weights(self) -> Tensor:
        return self.tensor("W", D) if self.at else Tensor({"_1": "u", "_2": "v"}[self.suffix], (D,))

    @property
    def bias(self) -> Elem:
        return self.number("c")

    # -- formulas ----------------------------------------------------------------------------------------------------

    def mean(self, i: Index) -> Expr:
        return self.means(*self.at, i)

    def entry(self, i: Index, j: Index) -> Expr:
        return self.covariance(i, j) if self.shared else self.covariance(*self.at, i, j)

    def inverse(self, i: Index, j: Index) -> Expr:
        return Inverse(self.entry(A, B), A, B, i, j)

    @property
    def logdet(self) -> Expr:
        return LogDet(self.entry(A, B), A, B)

    @property
    def distance(self) -> Expr:
        """(x - mu)^T S^-1 (x - mu)."""
        return sum_over(
            (X(ROW) - self.mean(ROW)) * self.inverse(ROW, COLUMN) * (X(COLUMN) - self.mean(COLUMN)), ROW, COLUMN
        )

    @property
    def quadratic(self) -> Expr:
        return sum_over(X(ROW) * self.inverse(ROW, COLUMN) * X(COLUMN), ROW, COLUMN)

    @property
    def product(self) -> Expr:
        """mu^T S^-1 x."""
        return sum_over(self.mean(ROW) * self.inverse(ROW, COLUMN) * X(COLUMN), ROW, COLUMN)

    @property
    def own(self) -> Expr:
        """mu^T S^-1 mu."""
        return sum_over(self.mean(ROW) * self.inverse(ROW, COLUMN) * self.mean(COLUMN), ROW, COLUMN)

    @property
    def gaussian(self) -> Expr:
        return exp(-self.distance * HALF) / ((2 * pi) ** (D * HALF) * sqrt(Det(self.entry(A, B), A, B)))

    @property
    def common(self) -> Expr:
        """What the scores of all classes share."""
        constant = -D * HALF * log(2 * pi)
        return constant - HALF * self.logdet - HALF * self.quadratic if self.shared else constant

    @property
    def linear(self) -> Expr:
        """The weights: S^-1 mu."""
        return sum_over(self.inverse(ROW, COLUMN) * self.mean(COLUMN), COLUMN)

    @property
    def constant(self) -> Expr:
        """The rest of the score: neither in the input nor shared."""
        rest = log(self.prior) - HALF * self.own
        return rest if self.shared else rest - HALF * self.logdet

    @property
    def curved(self) -> Expr:
        """The quadratic term that is left where the covariance is the class's own."""
        return Integer(0) if self.shared else -HALF * self.quadratic

    # -- equations ---------------------------------------------------------------------------------------------------

    @cached_property
    def program(self) -> Program:
        """All that the names of this class stand for."""
        return Program(
            (
                Let(self.density, self.gaussian),
                Let(self.score, log(self.density * self.prior)),
                Let(COMMON, self.common),
                Let(self.weights(*self.at, ROW), self.linear),
                Let(self.bias, self.constant),
            )
        )

    def equation(self, lhs: Expr, *steps: Step) -> Equation:
        return Equation(lhs, self.at, steps, context=Context(self.program))

    def scored(self) -> Equation:
        """From the density to the score, and the square multiplied out."""
        taken = log(self.prior) - D * HALF * log(2 * pi) - HALF * self.logdet - HALF * self.distance
        named = COMMON + self.bias if self.at else self.common + self.constant  # in components all of it is too long
        out = self.curved + self.product + named
        weighted = sum_over(self.weights(*self.at, ROW) * X(ROW), ROW)
        return self.equation(
            self.score,
            Step(log(self.density * self.prior), "definition"),
            Step(taken, "logarithm", "logarithm of the density"),
            Step(out, "multiply_out", "multiply out"),
            Step(COMMON + self.curved + weighted + self.bias, "fold", "by name"),
        )

    def rows(self, of: str) -> tuple[tuple[Tensor, str], ...]:
        return (
            (self.means, f"mean of {of}"),
            (self.covariance, "covariance" if self.shared else f"covariance of {of}"),
            (self.prior.tensor, f"prior of {of}"),
            (self.density.tensor, f"density of {of} at the input"),
            (self.score.tensor, f"logarithm of the joint density of the input and {of}"),
        )
