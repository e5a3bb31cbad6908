"""Odds, logit and the logistic function: ranges, slope, symmetry, limits, and the value at zero."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from sympy import Expr, Integer, Rational, S, exp, log, oo

from derive.calculus import simplify
from derive.calculus.derivative import expand_once
from derive.calculus.rewrite import isolate
from derive.derivation import Block, Context, Equation, Prose, Section, Step, definition
from derive.errors import VerificationError
from derive.evaluate.decimals import Point
from derive.expr import Diff, Elem, Let, Limit, Program, Tensor, sigmoid, substitute
from derive.prove.limits import limit

P, SCORE, ODDS = (
    Tensor("p", (), None, ("unit_interval",))(),
    Tensor("t")(),
    Tensor("odds", (), None, ("nonnegative",))(),
)
Z, SIGMOID = Tensor("z")(), Tensor("s")()
RATIO = P / (1 - P)
LOGISTIC = 1 / (1 + exp(-Z))


def odds_and_logit() -> Iterator[Section]:
    """The definitions; each solved for the probability, which says what values they take."""
    yield Section(
        "Odds and logit",
        (
            Prose(
                "A probability $p \\in (0, 1)$ is turned into odds, and the odds into a number on the whole line, "
                "the logit."
            ),
            definition(ODDS, RATIO),
            definition(SCORE, log(RATIO)),
            Prose("The model will be that this number is a score, linear in the input. Solve for the probability."),
            *solved(log(RATIO), SCORE, P),
        ),
        "forward",
    )
    yield Section("From odds to probabilities", tuple(_from_odds()), "forward")


def solved(left: Expr, right: Expr, unknown: Elem) -> Iterator[Equation]:
    """Every line of the solution of `left = right`, and the proof that it solves that."""
    rows = [row for row in isolate(left, right, unknown) if isinstance(left, log) or row[2] != "divide_through"]
    solution = Program((Let(unknown, rows[-1][1]),))
    for a, b, rule, reason in rows:
        steps = [Step(b, rule, reason)]
        if isinstance(left, log) and b == rows[-1][1]:
            steps.append(Step(sigmoid(right), "logistic", "the logistic function"))
        yield Equation(a, (), tuple(steps), context=Context(solution), literal=True)


def _from_odds() -> Iterator[Block]:
    """Every number that is not negative is the odds of a probability; and the worked odds of 4."""
    yield Prose("Odds are positive, and any number that is not negative is the odds of a probability in $[0, 1)$:")
    yield Equation(RATIO, (), (Step(S.Zero, "positive", relation=">"),), literal=True)
    rows = tuple(solved(RATIO, ODDS, P))
    yield from rows
    probability = rows[-1].result
    yield Equation(probability, (), (Step(S.Zero, "nonnegative", relation=">="),), literal=True)
    rest = (Step(1 / (1 + ODDS), "cancel", "the common denominator"), Step(S.Zero, "positive", relation=">"))
    yield Equation(1 - probability, (), rest, literal=True)
    yield Prose("Four to one, say:")
    yield from _worked(Integer(4), probability)


def _worked(number: Integer, probability: Expr) -> Iterator[Equation]:
    """The probability of these odds, with the number put in."""
    r = Tensor("r")()
    formula = substitute(probability, {ODDS.tensor: Let(ODDS, r)})
    given = Program((Let(r, number),))
    value = simplify(substitute(formula, {r.tensor: Let(r, number)}))
    steps = (
        Step(formula, "numbers", numbers={r.tensor: Decimal(int(number))}),
        Step(value, "arithmetic"),
    )
    yield definition(r, number)
    yield Equation(formula, (), steps, context=Context(given, point=Point(given, {})), literal=True)


# -- the logistic function -------------------------------------------------------------------------------------------


def facts() -> Iterator[Section]:
    """Slope, symmetry, limits and range of 1/(1 + exp(-z))."""
    says = Prose("As a function of a score $z \\in \\mathbb{R}$:")
    yield Section(
        "The slope of the logistic function", (says, definition(SIGMOID, LOGISTIC, literal=True), *_slope()), "forward"
    )
    yield Section("Facts about the logistic function", tuple(_facts()), "forward")


def _slope() -> Iterator[Equation]:
    """The derivative, rule by rule, and in terms of the function itself; that it is positive, and at most 1/4."""
    s, e, steps = SIGMOID, Diff(LOGISTIC, Z), []
    while True:
        e, rule = expand_once(e)
        if rule is None:
            break
        steps.append(Step(e, rule.name, rule.reason, key=not rule.trivial))
    steps.append(Step(simplify(e), "simplify", "simplify", key=False))
    steps.append(Step(s * (1 - s), "fold", "in terms of the function itself"))
    yield _of_s(Diff(s, Z), *steps)
    yield _of_s(s * (1 - s), Step(S.Zero, "positive", "it increases everywhere", relation=">"))
    quarter = Rational(1, 4)
    completed = Step(quarter - (s - Rational(1, 2)) ** 2, "square", "complete the square")
    yield _of_s(s * (1 - s), completed, Step(quarter, "square", "a square is not negative", relation="<="))


def _of_s(lhs: Expr, *steps: Step) -> Equation:
    return Equation(lhs, (), steps, context=Context(Program((Let(SIGMOID, LOGISTIC),))), literal=True)


def _facts() -> Iterator[Block]:
    half = Step(Rational(1, 2), "value", "the exponential of zero is one")
    yield _plain(sigmoid(S.Zero, evaluate=False), half)
    yield _plain(
        sigmoid(-Z),
        Step(1 / (1 + exp(Z)), "logistic", "its definition"),
        Step(exp(-Z) / (1 + exp(-Z)), "divide_through", "multiply above and below by the same"),
        Step(1 - LOGISTIC, "split", "one and minus one above"),
        Step(1 - sigmoid(Z), "logistic", "its definition"),
    )
    yield from _limits()
    yield Prose("It is positive, and so is what is missing to one. The logit undoes it: any number is a logit.")
    yield _plain(sigmoid(Z), Step(S.Zero, "positive", relation=">"))
    yield _plain(1 - sigmoid(Z), Step(sigmoid(-Z), "symmetric", "see above"), Step(S.Zero, "positive", relation=">"))
    yield _plain(log(sigmoid(Z) / (1 - sigmoid(Z))), Step(log(exp(Z)), "cancel"), Step(Z, "logarithm"))


def _plain(lhs: Expr, *steps: Step) -> Equation:
    return Equation(lhs, (), steps, literal=True)


def _limits() -> Iterator[Equation]:
    """Both limits, by the exponential that vanishes there."""
    for point, formula, vanishing in ((oo, LOGISTIC, exp(-Z)), (-oo, exp(Z) / (1 + exp(Z)), exp(Z))):
        yield _plain(Limit(vanishing, Z, point), Step(_known(vanishing, point), "limit"))
        written = Step(Limit(formula, Z, point), "logistic", "its definition")
        yield _plain(
            Limit(sigmoid(Z), Z, point), written, Step(_known(formula, point), "limit", "the exponential vanishes")
        )


def _known(e: Expr, point: Expr) -> Expr:
    value = limit(e, Z, point)
    if value is None:
        raise VerificationError(f"the limit of {e} is not known")
    return value
