"""Vanishing gradients: how far the deltas can shrink or grow from layer to layer, and over many layers.

The recursion is the derived one; the bound on the slope comes from `analysis`; each inequality is proved from a sum of
squares, or of terms that are not negative, which an equality before it has split off.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from functools import cached_property

from sympy import Expr, Integer, Rational, S, oo, sqrt

from derive.analysis import Bound, slope_bound
from derive.analysis.letters import lettered
from derive.calculus import differentiate, fold
from derive.catalogue import layered
from derive.catalogue.backpropagation import Backpropagation
from derive.catalogue.model import network
from derive.catalogue.network import Network
from derive.catalogue.options import PageOptions
from derive.catalogue.words import notation
from derive.derivation import Block, Context, Derivation, Equation, Prose, Section, Step, Table, definition
from derive.errors import OptionError
from derive.evaluate.decimals import Point
from derive.expr import DEPTH, LAYER, Diff, Index, Let, Program, Tensor, sum_over

BETA = Tensor("beta", (), None, ("positive",))
OMEGA = Tensor("omega", (), None, ("positive",))
TIMES = Tensor("k")
INPUT, OUTPUT = Tensor("t"), Tensor("g")  # of one unit
DIGITS = 4
BELOW = ("1", "l", "L", "<")


def vanishing(options: PageOptions, layers: int = 10, norm: Fraction = Fraction(1)) -> Derivation:
    """The page of `derive vanishing`: for one hidden activation, at any depth."""
    if len(options.hidden) > 1:
        raise OptionError(f"--activation: expected one entry; found {','.join(options.hidden)[:60]!r}. Try: the first")
    if options.hidden[0] == "maxout":
        raise OptionError("--activation: expected a function of one number; found 'maxout'. Try: --activation relu")
    net = network(replace(options, layers="L", sizes=None))
    page = Vanishing(net)
    bound = page.bound
    known = bound.kind != "unknown" and bound.value not in (None, oo)
    sections = [
        page.notation(known),
        Section("Model", tuple(layered.equations(net)), "forward"),
        Section("The recursion", tuple(page.recursion()), "delta"),
        Section("The slope of the activation", _one_unit(net, bound), "delta"),
    ]
    if known:
        sections += [
            Section("One layer", tuple(page.one_layer()), "result"),
            Section("Many layers", tuple(page.many_layers()), "result"),
            Section("In numbers", tuple(page.numbers(layers, norm)), "result"),
        ]
    return Derivation(
        "vanishing", "Vanishing gradients: how deltas shrink with depth", tuple(sections), tuple(page.back.witnessed())
    )


def _one_unit(net: Network, bound: Bound) -> tuple[Block, ...]:
    """The bound for one unit, in letters that mean nothing else on the page."""
    function = net.activation(LAYER).function
    assert function is not None
    return (
        Prose("For one unit, whatever its layer, with the pre-activation $t$ and the activation $g$:"),
        definition(OUTPUT(), function(INPUT())),
        *(lettered(block, INPUT, OUTPUT) for block in bound.proof),
        Prose(_verdict(bound)),
    )


def _verdict(bound: Bound) -> str:
    if bound.kind == "unknown":
        return f"No bound on the slope is known: {bound.why}. So nothing is said of the deltas."
    if bound.value == oo:
        return "The slope is not bounded, so that the deltas of a layer are not bounded by those of the layer above."
    taken = "the least there is" if bound.kind == "exact" else "rounded up"
    return f"So this is a bound of the absolute value of the slope, {taken}."


class Vanishing:
    """The equations of the page, at the symbols l and L."""

    def __init__(self, net: Network) -> None:
        self.net = net
        self.back = Backpropagation(net)
        self.i = net.index("i", LAYER)
        self.j, self.k = (net.index(name, LAYER + 1) for name in "jk")
        dims = (net.width(LAYER),)
        self.slope, self.passed = (Tensor(name, dims, LAYER) for name in "su")
        self.short = Tensor("r", dims, LAYER, ("nonnegative",))
        self.sign = Tensor("tau", dims, LAYER, ("sign",))
        self.lack = Tensor("q", (), LAYER)
        self.delta, self.above = net.delta(LAYER), net.delta(LAYER + 1)
        self.weights = net.weights(LAYER + 1)

    @cached_property
    def bound(self) -> Bound:
        function = self.net.activation(LAYER).function
        assert function is not None
        return slope_bound(function)

    # -- names -----------------------------------------------------------------------------------------------------

    @cached_property
    def let_slope(self) -> Let:
        let = self.net.lets(LAYER)[-1]
        (at,) = let.target.indices
        value = fold(differentiate(let.rhs, self.net.z(LAYER)(at)), (let,))
        return Let(self.slope(at), value)

    @cached_property
    def let_passed(self) -> Let:
        return Let(self.passed(self.i), sum_over(self.weights(self.j, self.i) * self.above(self.j), self.j))

    @cached_property
    def let_delta(self) -> Let:
        return Let(self.delta(self.i), self.passed(self.i) * self.slope(self.i))

    @cached_property
    def let_lack(self) -> Let:
        """The sum of squares of Lagrange's identity, for every column of the weights."""
        w, d, (i, j, k) = self.weights, self.above, (self.i, self.j, self.k)
        return Let(self.lack(), Rational(1, 2) * sum_over((w(j, i) * d(k) - w(k, i) * d(j)) ** 2, i, j, k))

    @cached_property
    def lets(self) -> Program:
        """The names of the bound. Slopes are what squares to the squared bound less a number that is not negative:

        that is what the bound says of them, and all that is used.
        """
        let_slope = Let(self.slope(self.i), self.sign(self.i) * sqrt(BETA() ** 2 - self.short(self.i)))
        return Program((let_slope, self.let_passed, self.let_delta, self.let_lack))

    @cached_property
    def slack(self) -> Expr:
        """What the slopes take away."""
        return sum_over(self.passed(self.i) ** 2 * self.short(self.i), self.i)

    @cached_property
    def norms(self) -> Expr:
        return self.squared(self.weights) * self.squared(self.above)

    def squared(self, t: Tensor) -> Expr:
        """The squared length of a vector, the sum of the squares of a matrix."""
        at = tuple(Index(f"{name}", d) for name, d in zip("pq", t.dims, strict=False))
        return sum_over(t(*at) ** 2, *at)

    def share(self, layer: Expr) -> Tensor:
        return Tensor("c", (), layer)

    # -- sections --------------------------------------------------------------------------------------------------

    def notation(self, known: bool) -> Section:
        rows = [
            *layered.symbols(self.net),
            (self.slope, "slopes of the activation in layer $l$"),
            (self.passed, "what the layer above passes down"),
        ]
        if known:
            rows += [
                (self.short, "how far the squared slopes stay below the squared bound"),
                (self.sign, "signs of the slopes"),
                (self.lack, "how far what is passed stays below the product of the lengths, squared"),
                (self.share(LAYER), "squared length of the deltas, relative to that in layer $L$"),
            ]
        first = Prose("The layers are $1 \\le l \\le L$.")
        return notation(rows, first)

    def recursion(self) -> Iterator[Block]:
        """The derived delta of layer l, by the names of its two factors."""
        yield definition(self.let_slope.target, self.let_slope.rhs, where=BELOW)
        yield definition(self.let_passed.target, self.let_passed.rhs, where=BELOW)
        a = self.back.found[self.net.z(LAYER)]
        steps = (
            Step(a.value, "chain_rule", "backpropagation"),
            Step(self.passed(a.of.indices[0]) * self.slope(a.of.indices[0]), "fold", "by name"),
        )
        context = Context(Program((*self.net.lets(LAYER), self.let_slope, self.let_passed)), self.back.output)
        yield Equation(Diff(self.back.output, a.of), a.of.indices, steps, where=BELOW, context=context)

    def one_layer(self) -> Iterator[Block]:
        """The slopes take away at most the bound; Cauchy and Schwarz say what the weights add at most."""
        assert self.bound.value is not None
        yield definition(BETA(), self.bound.value)
        yield definition(self.short(self.i), BETA() ** 2 - self.slope(self.i) ** 2, where=BELOW)
        yield Prose(
            "Since no slope exceeds the bound in absolute value, none of these is negative, and each slope is its "
            "sign, an entry of $\\tau^{(l)}$, times the root of what they leave of the squared bound. The length of a "
            "matrix is that of all its entries (Frobenius). What the weights pass down is no longer than the weights "
            "times the deltas above:"
        )
        let = self.let_lack
        yield definition(let.target, let.rhs, where=BELOW, in_components=True)
        steps = (
            Step(self.norms - self.lack(), "squares", "Lagrange's identity"),
            Step(self.norms, "bound", "a sum of squares left out", relation="<="),
        )
        context = Context(Program((self.let_passed, let)))
        yield Equation(self.squared(self.passed), (), steps, where=BELOW, context=context)
        yield Prose("Both together:")
        beta, passed = BETA() ** 2, self.squared(self.passed)
        steps = (
            Step(sum_over(self.passed(self.i) ** 2 * self.slope(self.i) ** 2, self.i), "insert", "the recursion"),
            Step(beta * passed - self.slack, "squares", "squared slopes by what they lack", key=False),
            Step(beta * passed, "bound", "no slope exceeds the bound", relation="<="),
            Step(beta * self.norms - beta * self.lack(), "squares", "Lagrange's identity", key=False),
            Step(beta * self.norms, "bound", "a sum of squares left out", relation="<="),
        )
        yield Equation(self.squared(self.delta), (), steps, where=BELOW, context=Context(self.lets))

    def many_layers(self) -> Iterator[Block]:
        """Squared lengths relative to that of the top: each is at most what one layer does, times the one above."""
        top, beta = self.squared(self.net.delta(DEPTH)), BETA() ** 2
        here, above = (Let(self.share(at)(), self.squared(self.net.delta(at)) / top) for at in (LAYER, LAYER + 1))
        at_top = Program((Let(self.share(DEPTH)(), top / top),))
        yield Prose("The squared lengths relative to that of the deltas of layer $L$, where those are not zero:")
        yield definition(here.target, here.rhs, where=("1", "l", "L", "<="))
        yield Equation(self.share(DEPTH)(), (), (Step(S.One, "cancel", "equal lengths"),), context=Context(at_top))
        yield Prose("By the bound of one layer, each is at most the next one, times what one layer does:")
        whole = beta * self.norms / top - self.slack / top - beta * self.lack() / top
        steps = (
            Step(self.squared(self.delta) / top, "insert", "by definition", key=False),
            Step(whole, "squares", "by what is left out", key=False),
            Step(beta * self.norms / top, "bound", "the bound of one layer", relation="<="),
            Step(beta * self.squared(self.weights) * self.share(LAYER + 1)(), "fold", "by name"),
        )
        context = Context(Program((*self.lets, here, above)))
        yield Equation(here.target, (), steps, where=BELOW, context=context)
        yield Prose(
            "From layer $L$ down, where it is one, each layer multiplies by no more than the squared bound times the "
            "squared length of its weights: over many layers by no more than the product of these."
        )

    def numbers(self, layers: int, norm: Fraction) -> Iterator[Block]:
        """Powers of the bound, for weights of a given length."""
        value = self.bound.value
        assert value is not None
        yield Prose(
            "If the weights of no layer are longer than the length at the head of a column, the deltas are, k layers "
            "further down, at most so many times as long:"
        )
        point = Point(Program((Let(BETA(), value),)), {OMEGA: norm, TIMES: Fraction(0)})
        shown, exact = point.rounded(BETA(), DIGITS)
        rows = []
        for k in _steps(layers):
            numbers = [point.rounded(e ** Integer(k), DIGITS)[0] for e in (BETA(), BETA() * OMEGA())]
            rows.append((str(k), *(f"{float(x):.{DIGITS}g}" for x in numbers)))
        columns = ("length 1", f"length {float(norm):g}")[: 1 + (norm != 1)]
        yield Table(("k", *columns), tuple(row[: 1 + len(columns)] for row in rows))
        above, _ = point.rounded(1 / BETA(), DIGITS)
        about = "" if exact else "about "
        yield Prose(
            f"The bound of the slope is {about}{float(shown):g}. The factors stay below one where the weights of every "
            f"layer are shorter than its inverse, about {float(above):g}; longer weights may keep the deltas from "
            "shrinking, or let them grow."
        )


def _steps(layers: int) -> list[int]:
    """1, 2, 5, 10, ... and the number itself."""
    marks = [m * 10**e for e in range(5) for m in (1, 2, 5)]
    return sorted({k for k in marks if k < layers} | {layers})
