"""Gradient descent: the directional derivative, why the steepest way down is against the gradient, and minibatches.

The function is any smooth one; the chain rule is witnessed on one that has no symmetry. Inequalities are proved from
sums of squares that are derived equal to what they bound.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sympy import Expr, Rational, S, sqrt

from derive.calculus import adjoint
from derive.catalogue.options import PageOptions
from derive.catalogue.pages.expression import declarations, declared_name, from_text
from derive.catalogue.words import RATE, STEP_SIZE, notation, symbols
from derive.derivation import (
    Block,
    Context,
    Derivation,
    Equation,
    Prose,
    Section,
    Step,
    Table,
    Witnessed,
    adjoint_equation,
    definition,
    local_equation,
)
from derive.errors import OptionError
from derive.expr import Diff, Index, Let, LogSumExp, Program, Size, Tensor, fresh, sum_over

DIM = Size("n")
I, J = Index("i", DIM), Index("j", DIM)  # noqa: E741  (the letters of the notes)
X, V, Y, G, BEST, STEP = (Tensor(name, (DIM,)) for name in "xvygus")
T, F, HERE = Tensor("t"), Tensor("f"), Tensor("b")
COSINE = Tensor("c")
MOVED = Let(Y(I), X(I) + T() * V(I))
SLOPE = sum_over(G(I) * V(I), I)
GG, VV = sum_over(G(I) ** 2, I), sum_over(V(I) ** 2, I)


def descent(options: PageOptions, samples: int = 10**6, batch: int = 10, epochs: int = 1) -> Derivation:
    """The page of `derive descent`, for any function."""
    found = adjoint(T, (), Program((MOVED,)), F(), {Y: G(I)})
    full = options.steps == "full"
    chain = adjoint_equation(found, Program((MOVED,)), {})
    links = (local_equation(found, 0, Program((MOVED,))),) if full else ()
    sections = (
        _notation(),
        Section("The derivative in a direction", (*_definitions(), *links, chain, Prose(AT_ZERO)), "gradients"),
        Section("The inequality of Cauchy and Schwarz", tuple(_cauchy_schwarz()), "result"),
        Section("The steepest way down", tuple(_steepest()), "result"),
        Section("Gradient descent", tuple(_descent()), "result"),
        Section("Minibatches, iterations, epochs", tuple(_minibatches(samples, batch, epochs)), "result"),
        Section("When to stop", (Prose(STOPPING),), "result"),
    )
    return Derivation("descent", "Gradient descent", sections, (_witnessed(found.value),))


def descent_on(formula: str, where: str, wrt: str) -> Derivation:
    """The page of `derive descent FORMULA`: the gradient of this function, and the step against it."""
    found = from_text(formula, where, wrt)
    x = declared_name(declarations(formula, where), wrt).expr
    tensor = x.tensor
    if len(found.out) != tensor.rank:
        raise OptionError("descent: a scalar is expected, one number to make small. Try: its sum, or its mean")
    (stated,) = (e for e in found.page.equations() if not isinstance(e.lhs, Diff))
    f, at = stated.lhs, found.out
    taken = {t.name for t in (*found.declared, f.tensor)}
    g, s = (Tensor(next(n for n in names if n not in taken), tensor.dims) for names in (("g", "G", "gamma"), "spqrz"))
    rate = Tensor(next(n for n in ("eta", "alpha", "rate") if n not in taken), (), None, ("positive",))
    named = (definition(g(*at), Diff(f, tensor(*at))), definition(s(*at), -g(*at)))
    steps = (
        Step(-sum_over(g(*at) ** 2, *at), "insert", "put in"),
        Step(S.Zero, "bound", "minus a sum of squares", relation="<="),
    )
    context = Context(Program((Let(s(*at), -g(*at)),)))
    against = Equation(sum_over(g(*at) * s(*at), *at), (), steps, context=context)
    step = Equation(tensor(*at), at, (Step(tensor(*at) - rate() * found.value, "update", "gradient descent"),), "<-")
    symbols_of_step = symbols(((g, "the gradient"), (s, "the direction against it"), (rate, "learning rate")))
    section = Section("Against the gradient", (symbols_of_step, *named, Prose(SLOPE_THERE), against), "result")
    parts = {"forward": "notation", "result": "gradients"}
    derived = (replace(s, part=parts.get(s.part, s.part)) for s in found.page.sections)
    sections = (*derived, section, Section("One step", (step,), "result"))
    return Derivation("descent", "Gradient descent on a function", sections, found.page.witnessed)


SLOPE_THERE = (
    "In a direction the derivative is its inner product with the gradient, as `derive descent` shows of any function. "
    "Against the gradient:"
)
AT_ZERO = (
    "At $t = 0$ the point $y$ is $x$: the derivative of $f$ at $x$ in the direction $v$ is the inner product of the "
    "gradient at $x$ with $v$."
)
STOPPING = (
    "The loss on the training samples goes on falling after the network has begun to fit their noise. So part of the "
    "samples is held back: after each epoch the loss on these validation samples is measured, the weights with the "
    "lowest one are kept, and training stops when it has not been lower for a number of epochs. How good the kept "
    "weights are is measured on a third part, the test samples, which had no say in any choice."
)


def _notation() -> Section:
    rows = (
        (F, "a differentiable function of n variables, to first order around x, at the point y"),
        (X, "where we are"),
        (HERE, "the value of the function at x"),
        (V, "a direction"),
        (T, "how far we go"),
        (Y, "where that leads"),
        (G, "the gradient of the function at x"),
        (COSINE, "the cosine of the angle between two vectors"),
        (BEST, "the direction against the gradient, of length one"),
        (STEP, "the step of gradient descent, for a learning rate of one"),
        STEP_SIZE,
    )
    return notation(rows)


def _definitions() -> tuple[Equation, ...]:
    return definition(MOVED.target, MOVED.rhs), definition(F(), HERE() + sum_over(G(I) * (Y(I) - X(I)), I))


def _witnessed(value: Expr) -> Witnessed:
    """The chain rule on a function that is neither linear nor a sum over the variables."""
    k = fresh(DIM)
    some = LogSumExp(Y(k), k) + sum_over(Y(I) ** 3, I) * sum_over(Y(I), I)
    return Witnessed(Program((MOVED, Let(F(), some))), {T: (value, ())}, {Y: G}, "a function of several variables")


def _cauchy_schwarz() -> Iterator[Block]:
    gap = GG * VV - SLOPE**2
    squares = Rational(1, 2) * sum_over((G(I) * V(J) - G(J) * V(I)) ** 2, I, J)
    yield Prose("For any two vectors, by multiplying out:")
    steps = (
        Step(squares, "squares", "Lagrange's identity"),
        Step(S.Zero, "bound", "a sum of squares", relation=">="),
    )
    yield Equation(gap, (), steps, context=Context(Program(())), in_components=True)
    yield Prose("So the inner product is at most the product of the lengths, whatever its sign:")
    steps = (
        Step(GG * VV - squares, "squares", "Lagrange's identity", key=False),
        Step(GG * VV, "bound", "a sum of squares left out", relation="<="),
    )
    yield Equation(SLOPE**2, (), steps, context=Context(Program(())))
    yield from _cosine(squares)


def _cosine(squares: Expr) -> Iterator[Block]:
    """The cosine of the angle between two vectors that are not zero, and that it is one."""
    cosine = Let(COSINE(), SLOPE / (sqrt(GG) * sqrt(VV)))
    known = Context(Program((cosine,)))
    yield Prose(
        "The cosine of the angle between two vectors that are not zero is their inner product, by their lengths:"
    )
    yield definition(cosine.target, cosine.rhs)
    steps = (
        Step(1 - SLOPE**2 / (GG * VV), "insert", "put in", key=False),
        Step(squares / (GG * VV), "squares", "Lagrange's identity"),
        Step(S.Zero, "bound", "a sum of squares", relation=">="),
    )
    yield Equation(1 - COSINE() ** 2, (), steps, context=known, in_components=True)
    yield Prose("So it is never below -1 or above 1, and the derivative in a direction is this share of the lengths:")
    yield Equation(SLOPE, (), (Step(sqrt(GG) * sqrt(VV) * COSINE(), "fold", "by name"),), context=known)


def _steepest() -> Iterator[Block]:
    """Lower bound with equality at -g, both for vectors that are not zero."""
    length, size = sqrt(GG), sqrt(VV)
    square = sum_over((size * G(I) + length * V(I)) ** 2, I) / (2 * length * size)
    yield Prose("How far above its lowest value the derivative in a direction is, for a gradient that is not zero:")
    steps = (
        Step(square, "squares", "a square"),
        Step(S.Zero, "bound", "not negative", relation=">="),
    )
    yield Equation(SLOPE + length * size, (), steps, context=Context(Program(())))
    yield Prose("So among directions of length one the derivative is never below minus the length of the gradient.")
    best = -G(I) / length
    yield Prose("The direction against the gradient has length one and reaches this value:")
    context = Context(Program((Let(BEST(I), best),)))
    yield definition(BEST(I), best)
    yield Equation(sum_over(BEST(I) ** 2, I), (), (Step(S.One, "insert", "put in"),), context=context)
    at_best = Step(sum_over(G(I) * best, I), "insert", "put in", key=False)
    reached = Step(-length, "simplify", "put in")
    yield Equation(sum_over(G(I) * BEST(I), I), (), (at_best, reached), context=context)


def _descent() -> Iterator[Block]:
    yield Prose("Each step goes against the gradient. The derivative in that direction is:")
    context = Context(Program((Let(STEP(I), -G(I)),)))
    yield definition(STEP(I), -G(I))
    steps = (
        Step(-GG, "insert", "put in"),
        Step(S.Zero, "bound", "minus a sum of squares", relation="<="),
    )
    yield Equation(sum_over(G(I) * STEP(I), I), (), steps, context=context)
    update = Step(X(I) - RATE() * G(I), "update", "gradient descent")
    yield Equation(X(I), (I,), (update,), "<-")
    yield Prose(
        "Where the gradient is not zero the derivative is negative, so the function falls if the step is short enough: "
        "the learning rate says how short."
    )


def _minibatches(samples: int, batch: int, epochs: int) -> Iterator[Block]:
    """Counts: an iteration is one step on one batch, an epoch one pass over all samples."""
    whole = -(-samples // batch)
    rows = (
        ("N", "samples", f"{samples:,}"),
        ("B", "batch size: samples in a step", f"{batch:,}"),
        ("E", "epochs: passes over all samples", f"{epochs:,}"),
        ("N/B, rounded up", "iterations in an epoch, a step each", f"{whole:,}"),
        ("E times that", "iterations in all", f"{epochs * whole:,}"),
        ("what is left of N", "samples in the last batch of an epoch", f"{samples - (whole - 1) * batch:,}"),
    )
    yield Prose(
        "The cost is a mean over samples. Gradient descent takes all of them for each step; stochastic gradient "
        "descent takes a batch of them, drawn in a new order in each epoch, and steps against its mean gradient."
    )
    yield Table(("count", "meaning", "here"), rows)
