"""Mean and covariance of a sample from a Gaussian, by maximum likelihood."""

from __future__ import annotations

from sympy import Expr, Integer, Rational, log, pi

from derive.catalogue.reverse import Reverse
from derive.catalogue.words import described, symbols
from derive.derivation import Context, Prose, Section, Step, Witnessed, definition
from derive.derivation.model import Equation
from derive.expr import Index, Inverse, Let, LogDet, Program, Size, Tensor, substitute, sum_over

N, D = Size("N"), Size("D")
SAMPLE = Index("n", N)
ROW, COLUMN, A, B = (Index(name, D) for name in ("d", "e", "f", "g"))
HALF = Rational(1, 2)
MATRIX = ("symmetric", "positive_definite")
DATA, MEAN, COVARIANCE = Tensor("X", (N, D)), Tensor("mu", (D,)), Tensor("Sigma", (D, D), None, MATRIX)
AVERAGE, SCATTER, LOGLIK = Tensor("m", (D,)), Tensor("S", (D, D), None, ("symmetric", "invertible")), Tensor("loglik")


def loglik() -> Expr:
    """The logarithm of the product of the densities of all samples."""
    error = (
        Inverse(COVARIANCE(A, B), A, B, ROW, COLUMN)
        * (DATA(SAMPLE, ROW) - MEAN(ROW))
        * (DATA(SAMPLE, COLUMN) - MEAN(COLUMN))
    )
    constant = -N * D * HALF * log(2 * pi) - N * HALF * LogDet(COVARIANCE(A, B), A, B)
    return constant - HALF * sum_over(error, SAMPLE, ROW, COLUMN)


def estimates() -> tuple[Section, Witnessed]:
    """The section, and its gradients for the witness."""
    program = Program((Let(LOGLIK(), loglik()),))
    reverse = Reverse(program, (MEAN, COVARIANCE), {MEAN: (ROW,), COVARIANCE: (ROW, COLUMN)})
    average = Let(AVERAGE(ROW), sum_over(DATA(SAMPLE, ROW), SAMPLE) / N)
    error = (DATA(SAMPLE, ROW) - AVERAGE(ROW)) * (DATA(SAMPLE, COLUMN) - AVERAGE(COLUMN))
    scatter = Let(SCATTER(ROW, COLUMN), sum_over(error, SAMPLE) / N)
    estimated = Program((average, scatter))
    rows = (
        (DATA, "a sample of one class, one input a row"),
        (MEAN, "mean of the class"),
        (COVARIANCE, described(COVARIANCE, "covariance of the class")),
        (AVERAGE, "average of the sample"),
        (SCATTER, described(SCATTER, "average square of the deviations from it")),
    )
    by_mean, by_covariance = (_at(reverse.adjoints[t].value, average, scatter) for t in (MEAN, COVARIANCE))
    blocks = (
        symbols(rows),
        Prose("The log-likelihood of independent inputs, the rows of the sample:"),
        definition(LOGLIK(), loglik()),
        Prose("Its derivatives, where the entries of the covariance are treated as independent:"),
        reverse.equation(MEAN),
        reverse.equation(COVARIANCE),
        Prose("Both vanish at the average and the scatter of the sample:"),
        definition(average.target, average.rhs),
        definition(scatter.target, scatter.rhs),
        Equation(by_mean, (ROW,), (Step(Integer(0), "insert", "by the average"),), context=Context(estimated)),
        Equation(
            by_covariance, (ROW, COLUMN), (Step(Integer(0), "insert", "by the scatter"),), context=Context(estimated)
        ),
    )
    return Section("Estimates by maximum likelihood", blocks, "result"), reverse.witnessed("estimates")


def _at(gradient: Expr, average: Let, scatter: Let) -> Expr:
    """A gradient at the estimates."""
    names = {MEAN: Let(MEAN(ROW), average.target), COVARIANCE: Let(COVARIANCE(ROW, COLUMN), scatter.target)}
    return substitute(gradient, names)
