"""Newton's method: the step to where the quadratic model of the cost is flat, and what it promises."""

from __future__ import annotations

from collections.abc import Iterator

from sympy import Expr, Rational, S

from derive.calculus import differentiate, simplify, use_properties
from derive.catalogue.optimizers import RATE
from derive.catalogue.options import PageOptions
from derive.catalogue.words import described
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
    definition,
)
from derive.expr import Diff, Index, Inverse, Let, Program, Size, Tensor, sum_over

DIM = Size("n")
I, J, A, B = (Index(name, DIM) for name in "ijkm")  # noqa: E741  (the letters of the notes)
X, G, D, BEST = (Tensor(name, (DIM,)) for name in ("theta", "g", "d", "dhat"))
H = Tensor("H", (DIM, DIM), None, ("symmetric", "invertible"))
F, MODEL = Tensor("f"), Tensor("m")
HALF = Rational(1, 2)


def newton(options: PageOptions) -> Derivation:
    """The page of `derive optimizer newton`."""
    sections = (
        _notation(),
        Section("The quadratic model", (Prose(SAYS), definition(MODEL(), _model(D))), "forward"),
        Section("Where the model is flat", tuple(_flat()), "gradients"),
        Section("What the step promises", tuple(_promise()), "result"),
        Section("One step", tuple(_step()), "result"),
    )
    witnessed = Witnessed(Program((Let(MODEL(), _model(D)),)), {D: (_gradient(D), (I,))}, {}, "the quadratic model")
    return Derivation("newton", "Newton's method", sections, (witnessed,))


SAYS = (
    "Near where we are, the cost after a step $d$ is about the quadratic function that has its value and derivatives:"
)


def _notation() -> Section:
    rows = (
        (X, "the parameters, all in one vector"),
        (F, "the cost there"),
        (G, "its gradient there"),
        (H, described(H, "its Hessian there")),
        (D, "a step"),
        (MODEL, "the quadratic model of the cost after the step"),
        (BEST, "the step of Newton's method"),
        (RATE, "learning rate, 1 for the whole step"),
    )
    return Section("Notation", (Table(("symbol", "meaning"), rows),), "notation")


def _model(d: Tensor) -> Expr:
    return F() + sum_over(G(I) * d(I), I) + HALF * sum_over(d(I) * H(I, J) * d(J), I, J)


def _gradient(d: Tensor) -> Expr:
    value, _ = use_properties(simplify(differentiate(_model(d), d(I))))
    return simplify(value)


def _flat() -> Iterator[Block]:
    raw = simplify(differentiate(_model(D), D(I)))
    value, assumptions = use_properties(raw)
    steps = (
        Step(raw, "derivative", "derivatives of a linear and of a quadratic form"),
        Step(
            simplify(value), "property", "; ".join(assumptions) or "the Hessian is symmetric", assumptions=assumptions
        ),
    )
    context = Context(Program((Let(MODEL(), _model(D)),)))
    yield Equation(Diff(MODEL(), D(I)), (I,), steps, context=context)
    best = -sum_over(Inverse(H(A, B), A, B, I, J) * G(J), J)
    yield Prose("This is zero for the step")
    yield definition(BEST(I), best)
    yield Prose("which is seen by putting it in:")
    zero = (Step(S.Zero, "cancel", "the inverse cancels"),)
    yield Equation(_gradient(BEST), (I,), zero, context=Context(Program((Let(BEST(I), best),))))


def _promise() -> Iterator[Block]:
    """How the model compares with its value at the flat place; the gradient by what makes it flat there."""
    flat = Let(G(I), -sum_over(H(I, J) * BEST(J), J))
    off = sum_over((D(I) - BEST(I)) * H(I, J) * (D(J) - BEST(J)), I, J)
    context = Context(Program((flat,)))
    yield Prose("Where the model is flat, it differs from its value after any other step by a quadratic form:")
    yield Equation(_model(D) - _model(BEST), (), (Step(HALF * off, "squares", "flat there"),), context=context)
    yield Prose(
        "If the Hessian is positive definite, this is positive for every other step: the flat place is the minimum of "
        "the model. The decrease that the step promises is:"
    )
    promised = -HALF * sum_over(G(I) * BEST(I), I)
    yield Equation(F() - _model(BEST), (), (Step(promised, "squares", "flat there"),), context=context)
    yield Prose(
        "A cost that is itself quadratic equals its model, and one step reaches its minimum. For any other the model "
        "is good near by only, so the step is shortened until the cost falls."
    )


def _step() -> Iterator[Block]:
    rhs = X(I) + RATE() * BEST(I)
    yield Equation(X(I), (I,), (Step(rhs, "update", "damped step"),), "<-")
    yield Prose(
        "The Hessian has as many entries as there are pairs of parameters, so the method is for models with few of "
        "them; it remembers nothing from step to step."
    )
