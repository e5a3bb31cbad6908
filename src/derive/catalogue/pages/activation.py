"""The page of an activation: its derivative, range, saturation, the bound of its slope, and its kinks.

The page states the function; everything else is found by the engine and by `analysis`, and what is not found is
called unknown.
"""

from __future__ import annotations

from collections.abc import Iterator

from sympy import Expr, FiniteSet, exp, log, oo, tanh

from derive.analysis import Facts, facts, parity
from derive.analysis.bounds import bound_of, context, derivative
from derive.analysis.facts import Course, infinite
from derive.analysis.outputs import KERNEL, OUTPUT, Solved, in_output, not_a_function
from derive.analysis.pieces import Kink
from derive.analysis.points import exact_value
from derive.analysis.variable import Z, at, of_z, replaced, z
from derive.analysis.variations import how, in_words, interval_of, number, table
from derive.calculus import differentiate, expand_once, simplify
from derive.catalogue.activations import ACTIVATIONS
from derive.catalogue.model import read_activation
from derive.catalogue.options import PageOptions
from derive.catalogue.words import notation
from derive.derivation import Block, Context, Derivation, Equation, Prose, Section, Step, Table, Witnessed, definition
from derive.derivation.model import Cell
from derive.errors import OptionError
from derive.expr import Diff, Let, Limit, Program, Tensor, Where, relu, sigmoid, softplus
from derive.formula import parse_scalar_function
from derive.verify.verdict import Verdict

PERCEPTRON = "step"
OF_SEVERAL = {"maxout": "mlp --activation maxout"}  # which are no rows of the table, and where they are derived
RULES = 60  # rules of differentiation that are shown one by one


def activation(text: str, options: PageOptions) -> Derivation:
    """The page of `derive activation NAME|FORMULA`."""
    f = function(text)
    page = Page(f)
    sections = (
        page.notation(),
        page.definition(),
        page.slope(),
        *page.by_output(),
        page.range(),
        page.bound(),
        *page.kinks(),
    )
    compared = Witnessed(Program((Let(OUTPUT(), f),)), {Z: (page.derivative, ())}, what="slope", jacobian=1)
    witnessed = () if page.derivative == 0 else (compared,)  # zero everywhere is no evidence: that is proved
    return Derivation("activation", _title(text), sections, witnessed)


def _title(text: str) -> str:
    named = "the step of the perceptron" if text == PERCEPTRON else ""
    title = named or (ACTIVATIONS[text].title if text in ACTIVATIONS else "") or f"the activation {text}"
    return title[0].upper() + title[1:]


def function(text: str) -> Expr:
    """The activation of that name, or of that formula in z, as an expression in z."""
    if text == PERCEPTRON:
        return of_z(parse_scalar_function("step(z)"))
    found = None if text in OF_SEVERAL else read_activation(text, "activation")
    if found is None or found.function is None:
        named = ", ".join(n for n, row in ACTIVATIONS.items() if row.function is not None)
        raise OptionError(
            f"activation: expected a function of one number ({named}, step, or a formula in z); found {text!r}, which "
            f"acts on several. Try: derive {OF_SEVERAL.get(text, text)}"
        )
    return of_z(found.function)


# -- what named functions are ------------------------------------------------------------------------------------------

WRITTEN_OUT = {
    sigmoid: lambda t: 1 / (1 + exp(-t)),
    tanh: lambda t: (exp(t) - exp(-t)) / (exp(t) + exp(-t)),
    softplus: lambda t: log(1 + exp(t)),
    relu: lambda t: Where(t, t, 0),
}
"""Functions that have a name, by their definitions."""


def written_out(e: Expr) -> Expr:
    """The expression with the definitions of named functions put in."""
    parts = [written_out(a) for a in e.args]
    if type(e) in WRITTEN_OUT:
        return WRITTEN_OUT[type(e)](*parts)
    return e.func(*parts) if parts and e.args != tuple(parts) else e


def rules(e: Expr) -> Iterator[Step]:
    """The derivative of `e`, rule by rule."""
    e = Diff(e, z())
    yield Step(e, "definition", "", key=False)
    for _ in range(RULES):
        e, rule = expand_once(e)
        if rule is None:
            return
        yield Step(e, "local_derivative", rule.reason, key=False)


def distinct(steps: list[Step]) -> tuple[Step, ...]:
    """Each line once; the first and the last are key steps."""
    out: list[Step] = []
    for s in steps:
        if not out or s.after != out[-1].after:
            out.append(s)
    last = out[-1]
    out[-1] = Step(last.after, last.rule, last.reason, True, last.assumptions)
    return tuple(out)


# -- the page ----------------------------------------------------------------------------------------------------------


class Page:
    """The sections of the page of one function."""

    def __init__(self, f: Expr) -> None:
        self.f, self.facts, self.parity = f, facts(f), parity(f)
        self.raw = differentiate(f, z())
        self.derivative = simplify(self.raw)
        self.context: Context = context(self.facts)

    def notation(self) -> Section:
        rows = ((Z, "input: the pre-activation"), (OUTPUT, "output: the activation"))
        return notation(rows)

    def definition(self) -> Section:
        explicit = written_out(self.f)
        equation = definition(OUTPUT(), self.f)
        blocks: list[Block] = [equation]
        if explicit != self.f:
            steps = (equation.steps[0], Step(explicit, "written_out", "by definition"))
            blocks = [Equation(OUTPUT(), (), steps, context=self.context, literal=True)]
        if not self.facts.value.pieces:
            blocks.append(Prose(f"It is not known that this has a value for every z ({self.facts.value.trouble})."))
        return Section("Definition", tuple(blocks), "forward")

    def slope(self) -> Section:
        explicit = written_out(self.f)
        named = type(self.f) in WRITTEN_OUT
        start = explicit if named else self.f
        carried = differentiate(start, z())
        steps = [*rules(start), Step(carried, "local_derivative", "derivative, rule by rule", key=named)]
        if named:
            steps.append(Step(self.derivative, "local_derivative", "by name"))
        else:
            steps.append(Step(self.derivative, "simplify", "simplify"))
        first = Step(steps[0].after, "definition", "", key=named)
        chain = distinct([first, *steps[1:]])
        equation = Equation(derivative(), (), chain, context=self.context, literal=named)
        return Section("Derivative", (equation,), "gradients")

    # -- in terms of the output ----------------------------------------------------------------------------------------

    def by_output(self) -> Iterator[Section]:
        found = in_output(self.facts)
        title = "Derivative in terms of the output"
        why = not_a_function(self.facts, self.parity)
        blocks: list[Block] = []
        if found is None or found.also:
            blocks.append(Prose(
                f"The slope is no function of the output alone: {why}." if why else
                "No expression of the slope in the output alone was found by elimination; there may be one."
            ))  # fmt: skip
        if found is not None:
            if found.slope.is_number:
                yield Section(
                    title, (Prose("The slope is one number wherever it exists; no output is needed."),), "gradients"
                )
                return
            if found.also:
                blocks.append(Prose(f"In terms of the output and of {found.also}:"))
            elif len(found.parts) > 1:
                blocks += self._parts(found.parts)
            elif found.parts[0].kernel is not None:
                yield Section(title, tuple(self._solved(found.parts[0])), "gradients")
                return
            above = Step(self.derivative, "local_derivative", "the derivative above")
            put_in = Step(found.slope, "insert", "put in" if found.at_kinks else "put in, off the kinks")
            steps = [above, put_in] if found.at_kinks else [put_in]
            blocks.append(Equation(derivative(), (), distinct(steps), context=self.context))
        yield Section(title, tuple(blocks), "gradients")

    def _solved(self, s: Solved, name: Tensor = OUTPUT) -> Iterator[Block]:
        """The output in the kernel, solved for the kernel, and what it enters."""
        if s.kernel is None:
            return
        lets: tuple[Let, ...] = (Let(name(), s.piece.expr),)
        u = z()
        if s.kernel != z():
            u = KERNEL()
            lets = (Let(u, s.kernel), *lets)
            yield definition(u, s.kernel)
        inside = Context(Program(lets))

        def named(e: Expr) -> Expr:
            return replaced(e, OUTPUT(), name())

        left = name() if s.inner is None else named(s.inner)
        letter = f"${u}$"
        why = f"the output in {letter}" if s.inner is None else f"{_outermost(left)} of both sides, in {letter}"
        yield Equation(left, (), (Step(s.in_kernel, "kernel", why),), context=inside)
        if left != named(s.kernel_of_output) or u != s.in_kernel:
            yield Equation(u, (), (Step(named(s.kernel_of_output), "solve", f"solved for {letter}"),), context=inside)
        slope = Diff(name(), z())
        steps = (
            Step(s.slope_in_kernel, "local_derivative", f"the slope in {letter}"),
            Step(named(s.slope), "insert", f"{letter} put in"),
        )
        yield Equation(slope, (), distinct(list(steps)), context=inside)

    def _parts(self, parts: tuple[Solved, ...]) -> Iterator[Block]:
        """Each piece as a function of its own."""
        yield Prose("The pieces of the function, from left to right, each with its slope:")
        for n, s in enumerate(parts, 1):
            name = Tensor(f"a_{n}")
            yield definition(name(), s.piece.expr)
            program = Context(Program((Let(name(), s.piece.expr),)))
            slope = differentiate(s.piece.expr, z())
            steps = [
                Step(slope, "local_derivative", "its slope"),
                Step(replaced(s.slope, OUTPUT(), name()), "insert", "in terms of its output"),
            ]
            yield Equation(Diff(name(), z()), (), distinct(steps), context=program)
        yield Prose(
            "Which piece it is can be seen from the output, since all values on the one are above those on the other:"
        )

    # -- range ---------------------------------------------------------------------------------------------------------

    def range(self) -> Section:
        f = self.facts
        blocks: list[Block] = [*self._limits(OUTPUT(), f.value), *self._variation(f)]
        rows: list[tuple[Cell, ...]] = [("range", self._range())]
        equation, says = self._symmetry()
        rows.append(("zero-centred", says))
        if equation is not None:
            blocks.append(equation)
        blocks.append(Table(("property", "found"), tuple(rows)))
        return Section("Range", tuple(blocks), "result")

    def _limits(self, of: Expr, course: Course) -> Iterator[Block]:
        for way in (-1, 1):
            found = course.limit(way)
            if found is None:
                side = "minus infinity" if way < 0 else "infinity"
                yield Prose(f"The limit at {side} was not found; there may be none.")
                continue
            verdict = Verdict("proved", "leading term", "the expansion for large arguments, with bounds of the rest")
            leading, body = course.leading(way), course.pieces[-1 if way > 0 else 0].expr
            steps = [Step(found, "limit", "", verdict=verdict)]
            if leading is not None and leading not in (found, body):
                terms = Limit(leading, z(), oo * way)
                steps.insert(0, Step(terms, "leading", "the terms that matter far out", verdict=verdict))
            yield Equation(Limit(of, z(), oo * way), (), tuple(steps), context=self.context)

    def _variation(self, f: Facts) -> Iterator[Block]:
        if f.value.variations:
            if all(v.constant for v in f.value.variations):
                yield Prose("The function is constant on each piece:")
            else:
                yield Prose(f"The sign of the slope, seen from {how(f.value)}, says how the value runs:")
            yield table(f.value, "value")
            if not f.jumps:
                yield Prose("The function is continuous, so it takes every value in between.")
        elif f.value.known:
            yield Prose("The value was enclosed by ball arithmetic on boxes, and by its growth beyond them.")

    def _range(self) -> Cell:
        f = self.facts
        low, high = f.value.least(), f.value.greatest()
        if low is None or high is None:
            return f"unknown: {f.value.trouble}"
        if f.value.variations and all(v.constant for v in f.value.variations):
            values = [c.value.exact for c in f.value.candidates]
            return FiniteSet(*values) if all(v is not None for v in values) else "unknown"
        if f.jumps:
            return f"{in_words(low, high)}, with jumps"
        return interval_of(low, high)

    def _symmetry(self) -> tuple[Block | None, str]:
        """Whether the outputs are as often negative as positive, with what shows it."""
        low, high = self.facts.value.least(), self.facts.value.greatest()
        mirror = at(written_out(self.f), -z())
        if self.parity == "odd":
            steps = (Step(-OUTPUT(), "odd", "the function at $-z$"),)
            equation = Equation(mirror, (), steps, context=self.context, literal=mirror != at(self.f, -z()))
            return equation, "yes: the function is odd"
        if low is not None and _order(low.low) >= 0:
            return None, "no: the outputs are never negative"
        if high is not None and _order(high.high) <= 0:
            return None, "no: the outputs are never positive"
        if self.parity in ("neither", "even"):
            signs = None not in (low, high) and _order(low.high) < 0 < _order(high.low)  # type: ignore[union-attr]
            return None, f"no: the function is not odd{', though outputs of both signs occur' if signs else ''}"
        return None, "unknown"

    # -- slope ---------------------------------------------------------------------------------------------------------

    def bound(self) -> Section:
        f = self.facts
        found = bound_of(f)
        blocks: list[Block] = [*self._limits(derivative(), f.slope), *found.proof]
        rows: list[tuple[Cell, ...]] = [("saturates", self._saturates())]
        if found.kind == "exact":
            name = "supremum of slopes" if found.attained is False else "steepest slope"
            rows.append((name, "none" if found.value == oo else found.value))
        blocks.append(Table(("property", "found"), tuple(rows)))
        return Section("Slope", tuple(blocks), "result")

    def _saturates(self) -> str:
        value, slope = self.facts.value, self.facts.slope
        ends = {way: (value.limit(way), slope.limit(way)) for way in (-1, 1)}
        if any(None in pair for pair in ends.values()):
            return "unknown: a limit was not found"
        flat = {way: not infinite(v) and s == 0 for way, (v, s) in ends.items()}
        if all(flat.values()):
            return "on both sides: there the slope goes to 0"
        if not any(flat.values()):
            return "on neither side"
        return f"for large {'negative' if flat[-1] else 'positive'} inputs only: there the slope goes to 0"

    # -- kinks ---------------------------------------------------------------------------------------------------------

    def kinks(self) -> Iterator[Section]:
        f = self.facts
        blocks: list[Block] = []
        if f.kinks:
            rows = tuple((*map(number, kink), self._taken(kink)) for kink in f.kinks)
            header = ("kink at", "slope from the left", "slope from the right", "taken there")
            blocks += [
                Prose(
                    "At a kink there is no derivative, but training needs a number. What is taken follows from two "
                    "conventions: a step is 0 at 0, and the sign of 0 is 0."
                ),
                Table(header, rows),
            ]
        if f.jumps:
            blocks.append(Prose("At a jump the function is not continuous, and there is no derivative."))
            blocks.append(Table(("jump at", "value there"), tuple((x, exact_value(at(self.f, x), x)) for x in f.jumps)))
        if self._flat() and f.jumps:
            blocks.append(Prose(
                "The slope is zero wherever it exists, so by the chain rule every gradient that goes through this "
                "function is zero: gradient descent never changes the weights below it. That is why a perceptron, "
                "whose output is a step, cannot be trained by gradients."
            ))  # fmt: skip
        if blocks:
            yield Section("Kinks" if f.kinks else "Jumps" if f.jumps else "Slope zero", tuple(blocks), "result")

    def _taken(self, kink: Kink) -> Cell:
        place = kink.place.exact
        return "one of both" if place is None else exact_value(at(self.raw, place), place)

    def _flat(self) -> bool:
        size = self.facts.slope.size()
        return size is not None and size.exact == 0


def _outermost(e: Expr) -> str:
    """The name of the function that was applied to both sides."""
    return type(e).__name__


def _order(e: Expr) -> int:
    return 0 if e == 0 else 1 if e == oo or e.is_positive else -1
