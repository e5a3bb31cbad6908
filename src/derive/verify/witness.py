"""The independent witness: claimed derivatives against an autodiff engine run on the forward program.

The engine shares no derivative rule with `calculus`: it sees only what the program computes. Every tensor, input or
let, is moved by an offset that is zero; the derivative in the offset is the gradient, and for a let it is the
adjoint. A disagreement is a bug of `derive` (or a wrong claim), never rounding: it is relative to the largest entry.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sympy import Abs, Expr, S, sign

from derive.errors import ShapeError
from derive.expr.functions import Where, maximum, minimum, relu, step
from derive.expr.nodes import Diff, Index, Max_, Tensor, Winner, contains, tensors
from derive.expr.program import Program
from derive.verify.arbiter import Ruling, rule, with_adjoints
from derive.verify.comparison import Arbiter, Comparison
from derive.verify.engine import engine as load
from derive.verify.points import Point, Sizes, inputs_of, points
from derive.verify.verdict import Verdict

Claims = Mapping[Tensor, tuple[Expr, tuple[Index, ...]]]
EMPTY = Program(())
FEW = 40  # cotangents: a whole basis up to this many entries, else RANDOM ones
RANDOM = 8


def witness_gradients(
    program: Program,
    results: Claims,
    *,
    engine: str = "autograd",
    seed: int = 0,
    sizes: Sizes | None = None,
    adjoints: Mapping[Tensor, Tensor] | None = None,
) -> Verdict:
    """Compare claimed gradients of the last let, a scalar, with the engine's.

    results: {tensor: (claim, its indices)}, the gradient in an input, or for a let the adjoint. Claims may mention
    inputs, lets, and adjoints by the names that `adjoints` ({let: name of its adjoint}) gives.
    """
    import numpy as np

    if program.output.tensor.dims:
        raise ShapeError(f"a scalar is expected as the output of the program, {program.output.target} found")
    tool, adjoints = load(engine), adjoints or {}
    claims = {str(t): claim for t, (claim, _) in results.items()}
    comparison = Comparison(tool.name, seed, vanishes=lambda name: _vanishes(claims[name], program))
    wanted = tuple(dict.fromkeys((*results, *adjoints)))
    mentioned = set().union(*(tensors(claim) for claim, _ in results.values())) - set(adjoints.values())
    inputs = tuple(dict.fromkeys((*program.inputs, *inputs_of(mentioned, program), *inputs_of(wanted, program))))

    extended = with_adjoints(program, adjoints)

    def arbiter(point: Point, tensor: Tensor, claim: Expr, out: tuple[Index, ...]) -> Arbiter:
        def ruling(entry: tuple[int, ...]) -> Ruling:
            derivative, at = Diff(program.output.target, tensor(*out)), dict(zip(out, entry, strict=True))
            return rule(claim, derivative, at, point.plain, point.sizes, extended)

        return ruling

    def forward(point: Point) -> Callable[..., Any]:
        return lambda *offsets: point.forward(dict(zip(wanted, offsets, strict=True)))[program.output.tensor]

    for point in points(program, inputs, (program, *(c for c, _ in results.values())), tool, seed, sizes):
        try:
            _, gradients = tool.gradient(forward(point), tuple(point.zeros(t) for t in wanted))
        except np.linalg.LinAlgError:
            comparison.trouble = "a matrix that is inverted is singular"
            continue
        true = {t: tool.to_array(g) for t, g in zip(wanted, gradients, strict=True)}
        arrays = point.claims({name: true[let] for let, name in adjoints.items()})
        rows = (
            (str(t), arrays.compute(claim, out), true[t], arbiter(point, t, claim, out))
            for t, (claim, out) in results.items()
        )
        comparison.point(point.sizes, rows)
        if comparison.complete:
            break
    return comparison.verdict()


def witness_jacobian(
    e: Expr,
    wrt: Tensor,
    out: tuple[Index, ...],
    wrt_indices: tuple[Index, ...],
    claimed: Expr,
    *,
    program: Program = EMPTY,
    engine: str = "autograd",
    seed: int = 0,
    sizes: Sizes | None = None,
) -> Verdict:
    """Compare `claimed`, the derivative of e over `out` in the entry of `wrt` at `wrt_indices`, with the engine's.

    `e` may mention lets of the program; the derivative is the total one.
    """

    def function(point: Point) -> Callable[..., Any]:
        return lambda offset: point.compute(e, out, {wrt: offset})

    claim = _Claim(f"d({e})/d{wrt}", e, claimed, Diff(e, wrt(*wrt_indices)), wrt, (out, wrt_indices))
    return _compared(claim, function, program, engine, seed, sizes)


def witness_hessian(
    e: Expr | Program,
    wrt1: Tensor,
    wrt2: Tensor,
    claimed: Expr,
    indices: tuple[tuple[Index, ...], tuple[Index, ...]],
    *,
    out: tuple[Index, ...] = (),
    program: Program = EMPTY,
    engine: str = "autograd",
    seed: int = 0,
    sizes: Sizes | None = None,
) -> Verdict:
    """Compare claimed second derivatives of an expression (or of a program's output) with the engine's.

    `claimed` is free over `out`, the indices of the expression (none for a scalar), and both tuples of `indices`, which
    place the entries of `wrt1` and `wrt2`.
    """
    program = e if isinstance(e, Program) else program
    value: Expr = e.output.target if isinstance(e, Program) else e
    tool = load(engine)
    xp = tool.xp

    def function(point: Point) -> Callable[..., Any]:
        shape = point.shape(out)

        def gradients(second: Any) -> Any:
            def moved(first: Any) -> Any:
                offsets = {wrt2: second + first} if wrt1 == wrt2 else {wrt1: first, wrt2: second}
                return point.compute(value, out, offsets)

            _, pullback = tool.vjp(moved, (point.zeros(wrt1),))
            rows = [pullback(xp.asarray(c))[0] for c in basis(shape)]
            return xp.reshape(xp.stack(rows), shape + point.shape(wrt1.dims)) if out else rows[0]

        return gradients

    derivative = Diff(Diff(value, wrt1(*indices[0])), wrt2(*indices[1]))
    axes = (out + indices[0], indices[1])
    claim = _Claim(f"d2({value})/d{wrt1}d{wrt2}", value, claimed, derivative, wrt2, axes)
    return _compared(claim, function, program, engine, seed, sizes)


KINKED = (step, relu, sign, Abs, Where, maximum, minimum, Max_, Winner)


def _vanishes(claim: Expr, program: Program, *more: Expr) -> bool:
    """Whether a claim is zero everywhere and zeros of the engine at every point are no accident.

    A function without kinks whose derivative is zero around a point is constant; one with kinks may just be off there.
    """
    from derive.prove import prove

    forward = (*(let.rhs for let in program), *more)
    if any(contains(e, kind) for e in forward for kind in KINKED):
        return False
    return claim == 0 or prove(claim, S.Zero, program).proved


@dataclass(frozen=True)
class _Claim:
    """That `result`, free over both tuples of `axes`, is the derivative of `value`, over the first, in `wrt`."""

    name: str
    value: Expr
    result: Expr
    derivative: Expr
    wrt: Tensor
    axes: tuple[tuple[Index, ...], tuple[Index, ...]]


def _compared(
    claim: _Claim,
    function: Callable[[Point], Callable[..., Any]],
    program: Program,
    engine: str,
    seed: int,
    sizes: Sizes | None,
) -> Verdict:
    """Contract a claimed Jacobian with cotangents, and compare with the pullbacks of the function by these."""
    import numpy as np

    tool = load(engine)
    comparison = Comparison(tool.name, seed, vanishes=lambda _: _vanishes(claim.result, program, claim.value))
    said = (claim.value, claim.result)
    inputs = inputs_of(set().union({claim.wrt}, program.inputs, *map(tensors, said)), program)
    for point in points(program, inputs, (program, *said), tool, seed, sizes):
        try:
            if not np.isfinite(point.claims({})(claim.value).array).all():
                comparison.trouble = "what is differentiated has no finite value"
                continue
            _, pullback = tool.vjp(function(point), (point.zeros(claim.wrt),))
            claimed = point.claims({}).compute(claim.result, claim.axes[0] + claim.axes[1])
            rows = cotangents(point.shape(claim.axes[0]), seed)
            true = np.stack([tool.to_array(pullback(tool.xp.asarray(c))[0]) for c in rows])
        except np.linalg.LinAlgError:
            comparison.trouble = "a matrix that is inverted is singular"
            continue
        contracted = np.stack([np.tensordot(c, claimed, axes=c.ndim) for c in rows])
        comparison.point(point.sizes, [(claim.name, contracted, true, _arbiter(point, claim))])
        if comparison.complete:
            break
    return comparison.verdict()


def _arbiter(point: Point, claim: _Claim) -> Arbiter:
    """Ask about one entry of the contracted array: its first axis counts the cotangents."""
    import numpy as np

    out, wrt = claim.axes
    shape = point.shape(out)

    def ruling(entry: tuple[int, ...]) -> Ruling:
        if int(np.prod(shape, dtype=int)) > FEW:
            return "differ"  # random cotangents mix all entries: there is no single one to ask about
        places = tuple(int(k) for k in np.unravel_index(entry[0], shape)) + entry[1:] if shape else entry[1:]
        at = dict(zip(out + wrt, places, strict=True))
        return rule(claim.result, claim.derivative, at, point.plain, point.sizes, point.program)

    return ruling


def basis(shape: tuple[int, ...]) -> Any:
    """The unit arrays of this shape."""
    import numpy as np

    count = int(np.prod(shape, dtype=int))
    return np.eye(count).reshape((count, *shape))


def cotangents(shape: tuple[int, ...], seed: int) -> Any:
    """The unit arrays of this shape if they are few, else random ones."""
    import numpy as np

    if int(np.prod(shape, dtype=int)) <= FEW:
        return basis(shape)
    return np.random.default_rng(seed).standard_normal((RANDOM, *shape))
