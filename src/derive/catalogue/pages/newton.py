"""Newton's method: the step to where the quadratic model of the cost is flat, and what it promises."""

from __future__ import annotations

from collections.abc import Iterator

from sympy import Expr, Rational, S

from derive.calculus import differentiate, simplify, use_properties
from derive.catalogue.optimizers import RATE
from derive.catalogue.options import PageOptions
from derive.catalogue.words import described, notation, symbols
from derive.derivation import (
    Block,
    Context,
    Derivation,
    Equation,
    Prose,
    Section,
    Step,
    Witnessed,
    definition,
)
from derive.expr import Diff, Index, Inverse, Let, Program, Size, Tensor, rename, substitute, sum_over

DIM = Size("n")
I, J, A, B = (Index(name, DIM) for name in "ijkm")  # noqa: E741  (the letters of the notes)
X, G, D, BEST = (Tensor(name, (DIM,)) for name in ("theta", "g", "d", "dhat"))
H = Tensor("H", (DIM, DIM), None, ("symmetric", "invertible"))
F, MODEL = Tensor("f"), Tensor("m")
ROOT, NONE = Tensor("R", (DIM, DIM)), Tensor("o", (DIM,))
HALF = Rational(1, 2)
QUADRATIC, CURVED = Tensor("q"), Tensor("A", (DIM, DIM), None, ("symmetric", "invertible"))
LINEAR, END = Tensor("b", (DIM,)), Tensor("c", (DIM,))
COST = Let(QUADRATIC(), HALF * sum_over(X(I) * CURVED(I, J) * X(J), I, J) - sum_over(LINEAR(I) * X(I), I))


def newton(options: PageOptions) -> Derivation:
    """The page of `derive optimizer newton`."""
    sections = (
        _notation(),
        Section("The quadratic model", tuple(_quadratic()), "forward"),
        Section("Where the model is flat", tuple(_flat()), "gradients"),
        Section("What the step promises", tuple(_promise()), "result"),
        Section("A quadratic cost: one step is enough", tuple(_one_step()), "result"),
        Section("One step", tuple(_step()), "result"),
    )
    witnessed = (
        Witnessed(Program((Let(MODEL(), _model(D)),)), {D: (_gradient(D), (I,))}, {}, "the quadratic model"),
        Witnessed(Program((COST,)), {X: (_cost_slope(X), (I,))}, {}, "the quadratic cost"),
    )
    return Derivation("newton", "Newton's method", sections, witnessed)


def _notation() -> Section:
    rows = (
        (X, "the parameters, all in one vector"),
        (F, "the cost there"),
        (G, "its gradient there"),
        (H, described(H, "its Hessian there")),
        (D, "a step"),
        (NONE, "no step: the zero vector"),
        (MODEL, "the quadratic model of the cost after the step"),
        (BEST, "the step of Newton's method"),
        (RATE, "learning rate, 1 for the whole step"),
    )
    return notation(rows)


def _quadratic() -> Iterator[Block]:
    """The model, and that it agrees with the cost to second order where no step is taken."""
    yield Prose(
        "Near where we are, the cost after a step $d$ is about the quadratic function that has the value, the gradient "
        "and the Hessian of the cost where no step is taken:"
    )
    yield definition(MODEL(), _model(D), around=D)
    yield _slope()
    context = Context(Program((Let(MODEL(), _model(D)),)))
    bend = (Step(H(I, J), "derivative", "derivative of a linear function"),)
    yield Equation(Diff(Diff(MODEL(), D(I)), D(J)), (I, J), bend, context=context)
    yield definition(NONE(I), S.Zero)
    context = Context(Program((Let(NONE(I), S.Zero),)))
    yield Equation(_model(NONE), (), (Step(F(), "insert", "the value of the cost"),), context=context, around=NONE)
    yield Equation(_gradient(NONE), (I,), (Step(G(I), "insert", "its gradient"),), context=context, around=NONE)


def _model(d: Tensor) -> Expr:
    return F() + sum_over(G(I) * d(I), I) + HALF * sum_over(d(I) * H(I, J) * d(J), I, J)


def _gradient(d: Tensor) -> Expr:
    value, _ = use_properties(simplify(differentiate(_model(d), d(I))))
    return simplify(value)


def _slope() -> Equation:
    raw = simplify(differentiate(_model(D), D(I)))
    value, assumptions = use_properties(raw)
    reason = "; ".join(assumptions) or "the Hessian is symmetric"
    steps = (
        Step(raw, "derivative", "derivatives of a linear and of a quadratic form"),
        Step(simplify(value), "property", reason, assumptions=assumptions),
    )
    return Equation(Diff(MODEL(), D(I)), (I,), steps, context=Context(Program((Let(MODEL(), _model(D)),))), around=D)


def _flat() -> Iterator[Block]:
    best = -sum_over(Inverse(H(A, B), A, B, I, J) * G(J), J)
    yield Prose("The gradient of the model is zero for the step")
    yield definition(BEST(I), best)
    yield Prose("which is seen by putting it in:")
    zero = (Step(S.Zero, "cancel", "the inverse cancels"),)
    yield Equation(_gradient(BEST), (I,), zero, context=Context(Program((Let(BEST(I), best),))))


def _promise() -> Iterator[Block]:
    """How the model compares with its value at the flat place; the gradient by what makes it flat there."""
    flat = Let(G(I), -sum_over(H(I, J) * BEST(J), J))
    context = Context(Program((flat,)))
    yield Prose("Where the model is flat, it differs from its value after any other step by a quadratic form:")
    gap = HALF * _form(H)
    yield Equation(_model(D) - _model(BEST), (), (Step(gap, "squares", "flat there"),), context=context)
    yield Prose(
        "If the Hessian is positive definite, it is $R^\\top R$ for a matrix $R$ (Cholesky), and this is a square. So "
        "the flat place is the minimum of the model:"
    )
    root = Let(H(I, J), sum_over(ROOT(A, I) * ROOT(A, J), A))
    squares = HALF * sum_over(sum_over(ROOT(A, I) * (D(I) - BEST(I)), I) ** 2, A)
    steps = (
        Step(squares, "squares", "the product by its factors"),
        Step(S.Zero, "nonnegative", "a sum of squares", relation=">="),
    )
    yield definition(root.target, root.rhs)
    yield Equation(gap, (), steps, context=Context(Program((root,))))
    yield Prose("The decrease that the step promises is:")
    promised = -HALF * sum_over(G(I) * BEST(I), I)
    yield Equation(F() - _model(BEST), (), (Step(promised, "squares", "flat there"),), context=context)


def _form(matrix: Tensor) -> Expr:
    """The quadratic form of a matrix in how far a step is from the best one."""
    return sum_over((D(I) - BEST(I)) * matrix(I, J) * (D(J) - BEST(J)), I, J)


def _cost_slope(at: Tensor) -> Expr:
    value, _ = use_properties(simplify(differentiate(COST.rhs, X(I))))
    return simplify(substitute(value, {X: Let(X(I), at(I))}))


def _one_step() -> Iterator[Block]:
    """A cost that is quadratic: wherever the step begins, it ends where the gradient is zero."""
    rows = (
        (QUADRATIC, "a quadratic cost"),
        (CURVED, described(CURVED, "its Hessian")),
        (LINEAR, "its linear part"),
        (END, "where the step leads"),
    )
    yield symbols(rows)
    yield definition(COST.target, COST.rhs)
    known = Context(Program((COST,)))
    slope = Step(_cost_slope(X), "derivative", "a quadratic and a linear form")
    yield Equation(Diff(QUADRATIC(), X(I)), (I,), (slope,), context=known)
    bend = Step(CURVED(I, J), "derivative", "derivative of a linear function")
    yield Equation(Diff(Diff(QUADRATIC(), X(I)), X(J)), (I, J), (bend,), context=known)
    inverse = Inverse(CURVED(A, B), A, B, I, J)
    after = X(I) - sum_over(inverse * rename(_cost_slope(X), {I: J}), J)
    reached = sum_over(inverse * LINEAR(J), J)
    steps = (Step(after, "definition"), Step(reached, "cancel", "the inverse cancels"))
    yield Equation(END(I), (I,), steps, context=Context(Program(())))
    zero = Step(S.Zero, "cancel", "the gradient there")
    yield Equation(_cost_slope(END), (I,), (zero,), context=Context(Program((Let(END(I), reached),))))
    yield Prose("For any other cost the model is good near by only, so the step is shortened until the cost falls.")


def _step() -> Iterator[Block]:
    rhs = X(I) + RATE() * BEST(I)
    yield Equation(X(I), (I,), (Step(rhs, "update", "damped step"),), "<-")
    yield Prose(
        "The Hessian has as many entries as there are pairs of parameters, so the method is for models with few of "
        "them; it remembers nothing from step to step."
    )
