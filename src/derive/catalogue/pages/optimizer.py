"""The page of an optimiser: its step, what it remembers, and why Adam corrects its moments."""

from __future__ import annotations

from collections.abc import Iterator

from sympy import Expr, Integer

from derive.catalogue.optimizers import GRADIENT, NEXT, OPTIMIZERS, RATE, STEP, THETA, Optimizer
from derive.catalogue.options import PageOptions
from derive.derivation import Context, Derivation, Equation, Prose, Section, Step, Table, definition
from derive.errors import OptionError, VerificationError
from derive.expr import Let, Program, Tensor, rebuild, substitute, tensors

MEANINGS = {
    "theta": "an entry of a parameter",
    "g": "the derivative of the cost in it",
    "eta": "learning rate",
    "t": "number of the step, from 1",
}


def optimizer(name: str, options: PageOptions) -> Derivation:
    """The page of `derive optimizer NAME`."""
    if name not in OPTIMIZERS:
        raise OptionError(f"optimizer: expected one of {', '.join(OPTIMIZERS)}; found {name[:60]!r}")
    rule = OPTIMIZERS[name]
    sections = [_notation(rule), Section("One step", tuple(_step(rule)), "result"), *_corrections(rule)]
    return Derivation("optimizer", rule.title[0].upper() + rule.title[1:], tuple(sections))


def _notation(rule: Optimizer) -> Section:
    used = {t for _, rhs in rule.rows for t in tensors(rhs)}
    rows = [(t(), MEANINGS[t.name]) for t in (THETA, GRADIENT, RATE, STEP) if t in used]
    rows += [(Tensor(name)(), "remembered from step to step, zero at first") for name in rule.state]
    rows += [(Tensor(name)(), f"constant, {_number(value)} by default") for name, value in rule.constants]
    says = f" ({rule.source})" if rule.source else ""
    prose = Prose(f"Each equation holds for each entry of each parameter{says}.")
    return Section("Notation", (prose, Table(("symbol", "meaning"), tuple(rows))), "notation")


def _number(value: float) -> str:
    """0.9, and a power of ten where the decimal would be long.

    >>> _number(0.999), _number(1e-8)
    ('0.999', '$10^{-8}$')
    """
    digits, _, exponent = f"{value:g}".partition("e")
    if not exponent:
        return digits
    power = f"10^{{{int(exponent)}}}"
    return f"${power}$" if digits == "1" else f"${digits} \\cdot {power}$"


def _step(rule: Optimizer) -> Iterator[Equation]:
    """The rows of the rule in order; an arrow says that a name has a new value from there on."""
    for name, rhs in rule.rows:
        target = Tensor(name.removesuffix(NEXT))()
        if name.endswith(NEXT):
            yield Equation(target, (), (Step(_current(rhs), "update", ""),), "<-")
        else:
            yield definition(target, _current(rhs))


def _current(rhs: Expr) -> Expr:
    """Names of new values without their mark."""
    new = [t for t in tensors(rhs) if t.name.endswith(NEXT)]
    return substitute(rhs, {t: Let(t(), Tensor(t.name.removesuffix(NEXT))()) for t in new})


# -- Adam --------------------------------------------------------------------------------------------------------------


def _corrections(rule: Optimizer) -> Iterator[Section]:
    """For each moment that has a corrected one: its mean after t steps, by induction, and that of the corrected one."""
    rows = dict(rule.rows)
    for name in rule.state:
        if f"{name}hat" in rows:
            yield _correction(name, rows[name + NEXT], rows[f"{name}hat"])


def _correction(name: str, average: Expr, corrected: Expr) -> Section:
    """The row of the average with means in place of terms gives the claim for step t from that for step t - 1."""
    (beta,) = (t for t in tensors(average) if t.name.startswith("beta"))
    averaged, symbol, says = MEANS[name]
    mean, of_average, of_corrected = (Tensor(n)() for n in (symbol, f"{name}bar", f"{name}tilde"))
    state, new = Tensor(name), Tensor(name + NEXT)
    claim = (1 - beta() ** STEP()) * mean
    if substitute(claim, {STEP: Let(STEP(), Integer(0))}) != 0:
        raise VerificationError(f"the mean of {name} before the first step is not zero")
    before = substitute(claim, {STEP: Let(STEP(), STEP() - 1)})
    induction = (
        Step(
            substitute(_replaced(average, averaged, mean), {state: Let(state(), before)}),
            "definition",
            "a mean of a sum; the claim for the step before",
        ),
        Step(claim, "collect", "the claim for this step"),
    )
    unbiased = (
        Step(substitute(corrected, {new: Let(new(), of_average)}), "definition", "the definition"),
        Step(mean, "cancel", "the claim put in"),
    )
    rows = (
        (mean, says),
        (of_average, f"mean of ${name}$ after $t$ steps"),
        (of_corrected, "mean of the corrected average"),
    )
    blocks = (
        Table(("symbol", "meaning"), rows),
        Prose(f"Before the first step ${name}$ is zero, as is claimed of its mean; by induction on the steps:"),
        Equation(of_average, (), induction, context=Context(Program(()))),
        Equation(of_corrected, (), unbiased, context=Context(Program((Let(of_average, claim),)))),
    )
    return Section(f"Why {name} is corrected", blocks, "result")


def _replaced(e: Expr, old: Expr, new: Expr) -> Expr:
    return new if e == old else rebuild(e, lambda part: _replaced(part, old, new))


#: What is averaged, the name of its mean, and what is assumed of that.
MEANS = {
    "m": (GRADIENT(), "gbar", "mean of the gradient, the same at every step"),
    "v": (GRADIENT() ** 2, "qbar", "mean of the squared gradient, the same at every step"),
}
