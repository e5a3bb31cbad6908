"""The page of an optimiser: its step for one entry of a parameter, what steps add up to, and Adam's correction.

The rule is the row of the table. What it comes to where the gradient is the same at every step, or that of a parabola,
is a linear recursion; its solution is found from the rule, and proved by induction on the steps.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sympy import Expr, Integer, Rational, S

from derive.calculus import differentiate, simplify
from derive.catalogue.kinks import replaced
from derive.catalogue.optimizers import GRADIENT, NEXT, OPTIMIZERS, RATE, STEP, THETA, Optimizer
from derive.catalogue.options import PageOptions
from derive.catalogue.words import notation, symbols
from derive.derivation import Block, Context, Derivation, Equation, Prose, Section, Step, definition
from derive.errors import OptionError, VerificationError
from derive.expr import Diff, Let, Program, Tensor, substitute, tensors

MEANINGS = {
    "theta": "an entry of a parameter",
    "g": "the derivative of the cost in it",
    "eta": "learning rate",
    "t": "number of the step, from 1",
}
MOVE, MOVES = Tensor("Delta_t"), "change of $\\theta$ in step $t$"


def optimizer(name: str, options: PageOptions) -> Derivation:
    """The page of `derive optimizer NAME`."""
    if name not in OPTIMIZERS:
        raise OptionError(f"optimizer: expected one of {', '.join(OPTIMIZERS)}; found {name[:60]!r}")
    rule = OPTIMIZERS[name]
    one = Section("One step", tuple(_step(rule)), "result")
    many = _repeated(rule) if rule.state else _on_a_parabola(rule)
    sections = (_notation(rule), one, many, *_corrections(rule))
    return Derivation("optimizer", rule.title[0].upper() + rule.title[1:], sections)


def _notation(rule: Optimizer) -> Section:
    used = {t for _, rhs in rule.rows for t in tensors(rhs)}
    rows: list[tuple[Tensor | Expr, str]] = [(t, MEANINGS[t.name]) for t in (THETA, GRADIENT, RATE) if t in used]
    rows += [(STEP, MEANINGS["t"])]
    rows += [(Tensor(name), "remembered from step to step, zero at first") for name in rule.state]
    rows += [(Tensor(name), "intermediate result") for name, _ in rule.rows if not name.endswith(NEXT)]
    rows += [(_constant(rule, name), f"constant, {_number(value)} by default") for name, value in rule.constants]
    says = f" ({rule.source})" if rule.source else ""
    prose = Prose(f"{rule.idea} Each equation holds for each entry of each parameter{says}.".lstrip())
    return notation(rows, prose)


def _constant(rule: Optimizer, name: str) -> Tensor:
    """The constant as the rule has it, with what is known of it."""
    return next(t for t in rule.program.inputs if t.name == name)


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
    return _renamed(rhs, {t: Tensor(t.name.removesuffix(NEXT))() for t in tensors(rhs) if t.name.endswith(NEXT)})


def _renamed(e: Expr, values: Mapping[Tensor, Expr]) -> Expr:
    return substitute(e, {t: Let(t(), value) for t, value in values.items()})


def _earlier(e: Expr) -> Expr:
    """What is said of step t, said of step t - 1."""
    return _renamed(e, {STEP: STEP() - 1})


# -- linear recursions -------------------------------------------------------------------------------------------------


def _solution(name: Tensor, rhs: Expr, start: Expr) -> Expr | None:
    """The value after t steps of a state with the rule a name + b and this start; None where it is no such rule."""
    a = simplify(differentiate(rhs, name()))
    b = simplify(rhs - a * name())
    if name in tensors(a) | tensors(b):
        return None
    if a == 1:
        return start + b * STEP()
    return a ** STEP() * start + b * (1 - a ** STEP()) / (1 - a)


def _induction(name: Tensor, after: Tensor, rhs: Expr, claim: Expr, start: Expr) -> Equation:
    """The rule with the claim for step t - 1 put in gives the claim for step t; that for step 0 is checked here."""
    if simplify(_renamed(claim, {STEP: Integer(0)}) - start) != 0:
        raise VerificationError(f"the claim about {name} does not hold before the first step")
    steps = (
        Step(_renamed(rhs, {name: _earlier(claim)}), "definition", "the rule; the claim for the step before"),
        Step(claim, "collect", "the claim for this step"),
    )
    return Equation(after(), (), steps, context=Context(Program(())))


def _repeated(rule: Optimizer) -> Section:
    """What is remembered, and the change of the parameter, where the gradient is the same at every step."""
    values: dict[Tensor, Expr] = {}  # of the names of the rule, after t steps
    lines: list[Equation] = []
    rows: list[tuple[Tensor, str]] = []
    for name, rhs in rule.rows:
        plain = Tensor(name.removesuffix(NEXT))
        after = MOVE if plain == THETA else Tensor(f"{plain}_t")
        e = rhs - THETA() if plain == THETA else rhs
        known = {GRADIENT, RATE, STEP, THETA, *(_constant(rule, c) for c, _ in rule.constants), *values}
        if plain.name in rule.state:
            claim = _solution(plain, rhs, S.Zero) if tensors(rhs) <= known | {plain} else None
            if claim is None:
                break
            lines.append(_induction(plain, after, rhs, claim, S.Zero))
            rows.append((after, f"${plain}$ after $t$ steps"))
            values[Tensor(name)] = claim
        elif tensors(e) <= known:
            named = {t: _after(t) for t in values}
            claim = _renamed(e, values)
            context = Context(Program(tuple(Let(_after(t), value) for t, value in values.items())))
            steps = (Step(_renamed(e, named), "definition"), Step(claim, "insert", "put in"))
            lines.append(Equation(after(), (), steps, context=context))
            rows.append((after, MOVES if after == MOVE else "value in step $t$"))
            values[Tensor(name)] = claim
    says = Prose("What is remembered is zero at first, as the claims say of step zero; by induction on the steps:")
    return Section("The same gradient at every step", (symbols(rows), says, *lines), "result")


def _after(t: Tensor) -> Expr:
    return Tensor(f"{t.name.removesuffix(NEXT)}_t")()


def _on_a_parabola(rule: Optimizer) -> Section:
    """A rule without memory on f = lambda theta^2 / 2, whose minimum is at zero."""
    f, start, after = (Tensor(name) for name in ("f", "theta_0", "theta_t"))
    bend = Tensor("lambda", (), None, ("positive",))
    cost = Rational(1, 2) * bend() * THETA() ** 2
    slope = simplify(differentiate(cost, THETA()))
    rhs = simplify(_renamed(dict(rule.rows)[THETA.name + NEXT], {GRADIENT: slope}))
    claim = _solution(THETA, rhs, start())
    if claim is None:
        raise VerificationError(f"{rule.name}: no linear recursion on a parabola")
    factor = simplify(differentiate(rhs, THETA()))
    shrunk = Equation(
        1 - factor**2,
        (),
        (Step(RATE() * bend() * (2 - RATE() * bend()), "factor", "factored"),),
        context=Context(Program(())),
    )
    rows = ((f, "the cost"), (bend, "its curvature"), (start, "the parameter at first"), (after, "after t steps"))
    gradient = Equation(
        Diff(f(), THETA()),
        (),
        (Step(slope, "derivative", "power rule"),),
        context=Context(Program((Let(f(), cost),))),
    )
    blocks: tuple[Block, ...] = (
        symbols(rows),
        definition(f(), cost),
        gradient,
        Prose("Each step multiplies the parameter by the same number; by induction on the steps:"),
        _induction(THETA, after, rhs, claim, start()),
        Prose("So it goes to the minimum, which is at zero, if that number is less than one in size:"),
        shrunk,
        Prose(
            "This is positive while $\\eta \\lambda$ is less than 2. With a larger rate every step leads further away."
        ),
    )
    return Section("On a parabola", blocks, "result")


# -- Adam --------------------------------------------------------------------------------------------------------------


def _corrections(rule: Optimizer) -> Iterator[Section]:
    """For each moment that has a corrected one: its mean after t steps, by induction, and that of the corrected one."""
    rows = dict(rule.rows)
    for name in rule.state:
        if f"{name}hat" in rows:
            yield _correction(name, rows[name + NEXT], rows[f"{name}hat"])


def _correction(name: str, average: Expr, corrected: Expr) -> Section:
    """The row of the average with means in place of terms gives the claim for step t from that for step t - 1."""
    averaged, symbol, says = MEANS[name]
    mean, of_average, of_corrected = (Tensor(n) for n in (symbol, f"{name}bar", f"{name}tilde"))
    state, new = Tensor(name), Tensor(name + NEXT)
    of_means = replaced(average, averaged, mean())
    claim = _solution(state, of_means, S.Zero)
    if claim is None:
        raise VerificationError(f"the rule of {name} is no moving average")
    unbiased = (
        Step(_renamed(corrected, {new: of_average()}), "definition", "the definition"),
        Step(mean(), "cancel", "the claim put in"),
    )
    rows = (
        (mean, says),
        (of_average, f"mean of ${name}$ after $t$ steps"),
        (of_corrected, "mean of the corrected average"),
    )
    blocks = (
        symbols(rows),
        Prose(
            "Now the gradients are drawn at random, and a mean of a sum is the sum of the means. Before the first step "
            f"${name}$ is zero, as is claimed of its mean; by induction on the steps:"
        ),
        _induction(state, of_average, of_means, claim, S.Zero),
        Equation(of_corrected(), (), unbiased, context=Context(Program((Let(of_average(), claim),)))),
    )
    return Section(f"Why {name} is corrected", blocks, "result")


#: What is averaged, the name of its mean, and what is assumed of that.
MEANS = {
    "m": (GRADIENT(), "gbar", "mean of the gradient, the same at every step"),
    "v": (GRADIENT() ** 2, "qbar", "mean of the squared gradient, the same at every step"),
}
