"""The independent witness: claimed derivatives against an autodiff engine run on the forward program.

The engine shares no derivative rule with `calculus`: it sees only what the program computes. Every tensor, input or
let, is moved by an offset that is zero; the derivative in the offset is the gradient, and for a let it is the
adjoint. A disagreement is a bug of `derive` (or a wrong claim), never rounding: it is relative to the largest entry.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sympy import Abs, Expr, S, sign

from derive.errors import ShapeError
from derive.evaluate.arrays import Arrays, run
from derive.evaluate.oracle import extent
from derive.evaluate.sampling import fine, sample_one, sizes_for
from derive.expr.functions import Where, maximum, minimum, relu, step
from derive.expr.nodes import Diff, Index, Max_, Tensor, Winner, contains, tensors
from derive.expr.program import Program
from derive.verify.arbiter import Ruling, rule, with_adjoints
from derive.verify.comparison import Comparison
from derive.verify.engine import Engine, engine
from derive.verify.verdict import Verdict

Claims = Mapping[Tensor, tuple[Expr, tuple[Index, ...]]]
Sizes = Mapping[Any, int]
EMPTY = Program(())
TRIES = 96  # points that are drawn; the comparison takes the first few where everything is finite
MANNERS = ("signed", "positive", "unit", "uneven")  # logarithms and roots of undeclared entries need the later ones
LATER = ("signed", "wide", "uneven", "wide")  # of what is still to be seen after two rounds: rare sides of kinks
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
    inputs = tuple(dict.fromkeys((*program.inputs, *_inputs(mentioned, program), *_inputs(wanted, program))))

    extended = with_adjoints(program, adjoints)

    def arbiter(point: Point, tensor: Tensor, claim: Expr, out: tuple[Index, ...]) -> Any:
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

    name, derivative, axes = f"d({e})/d{wrt}", Diff(e, wrt(*wrt_indices)), (out, wrt_indices)
    return _derivative(name, function, (e, claimed), derivative, wrt, axes, program, engine, seed, sizes)


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
    name = f"d2({value})/d{wrt1}d{wrt2}"
    axes = (out + indices[0], indices[1])
    return _derivative(name, function, (value, claimed), derivative, wrt2, axes, program, engine, seed, sizes)


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


def _derivative(
    name: str,
    function: Callable[[Point], Callable[..., Any]],
    exprs: tuple[Expr, Expr],
    derivative: Expr,
    wrt: Tensor,
    indices: tuple[tuple[Index, ...], tuple[Index, ...]],
    program: Program,
    engine: str,
    seed: int,
    sizes: Sizes | None,
) -> Verdict:
    """Contract a claimed Jacobian with cotangents, and compare with the pullbacks of these."""
    import numpy as np

    tool = load(engine)
    comparison = Comparison(tool.name, seed, vanishes=lambda _: _vanishes(exprs[1], program, exprs[0]))
    inputs = _inputs(set().union({wrt}, program.inputs, *map(tensors, exprs)), program)
    for point in points(program, inputs, (program, *exprs), tool, seed, sizes):
        try:
            if not np.isfinite(point.claims({})(exprs[0]).array).all():
                comparison.trouble = "what is differentiated has no finite value"
                continue
            _, pullback = tool.vjp(function(point), (point.zeros(wrt),))
            claimed = point.claims({}).compute(exprs[1], indices[0] + indices[1])
            rows = cotangents(point.shape(indices[0]), seed)
            true = np.stack([tool.to_array(pullback(tool.xp.asarray(c))[0]) for c in rows])
        except np.linalg.LinAlgError:
            comparison.trouble = "a matrix that is inverted is singular"
            continue
        contracted = np.stack([np.tensordot(c, claimed, axes=c.ndim) for c in rows])
        comparison.point(point.sizes, [(name, contracted, true, _arbiter(point, derivative, exprs[1], indices))])
        if comparison.complete:
            break
    return comparison.verdict()


def _arbiter(point: Point, derivative: Expr, claim: Expr, indices: tuple[tuple[Index, ...], tuple[Index, ...]]) -> Any:
    """Ask about one entry of the contracted array: its first axis counts the cotangents."""
    import numpy as np

    shape = point.shape(indices[0])

    def ruling(entry: tuple[int, ...]) -> Ruling:
        if int(np.prod(shape, dtype=int)) > FEW:
            return "differ"  # random cotangents mix all entries: there is no single one to ask about
        places = tuple(int(k) for k in np.unravel_index(entry[0], shape)) + entry[1:] if shape else entry[1:]
        at = dict(zip(indices[0] + indices[1], places, strict=True))
        return rule(claim, derivative, at, point.plain, point.sizes, point.program)

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


# -- sample points ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Point:
    """Values of all inputs at certain sizes; everything is computed as offsets from there."""

    program: Program
    inputs: Mapping[Tensor, Any]
    values: Mapping[Tensor, Any]  # inputs and lets
    sizes: Sizes
    tool: Engine

    @property
    def plain(self) -> dict[Tensor, Any]:
        """The inputs as NumPy arrays."""
        return {t: self.values[t] for t in self.inputs}

    def shape(self, axes: Iterable[Any]) -> tuple[int, ...]:
        return tuple(extent(i.dim if isinstance(i, Index) else i, self.sizes) for i in axes)

    def zeros(self, tensor: Tensor) -> Any:
        return self.tool.xp.zeros(self.shape(tensor.dims))

    def forward(self, offsets: Mapping[Tensor, Any]) -> Any:
        """All tensors where some are moved."""
        inputs = {t: v + offsets[t] if t in offsets else v for t, v in self.inputs.items()}
        return run(self.program, inputs, self.sizes, self.tool.xp, offsets)

    def compute(self, e: Expr, out: tuple[Index, ...], offsets: Mapping[Tensor, Any]) -> Any:
        return Arrays(self.forward(offsets), self.sizes, self.tool.xp).compute(e, out)

    def claims(self, more: Mapping[Tensor, Any]) -> Arrays:
        """Where claims are evaluated: by NumPy, at the plain values."""
        import numpy as np

        return Arrays({**self.values, **more}, self.sizes, np)


def points(
    program: Program, inputs: tuple[Tensor, ...], things: Any, tool: Engine, seed: int, sizes: Sizes | None
) -> Iterator[Point]:
    """Random points of the declared domain, each with sizes of its own, where the program has finite values."""
    import numpy as np

    with tool.session(), np.errstate(all="ignore"):
        for n in range(TRIES):
            chosen = sizes or sizes_for((things, *inputs), seed + n)
            manner = (MANNERS if n < 4 * len(MANNERS) else LATER)[n // 2 % 4]
            drawn = {t: draw(t, chosen, seed + n, manner) for t in inputs}
            try:
                values = run(program, drawn, chosen, np)
            except np.linalg.LinAlgError:  # an inverse of a singular matrix: not a point of the domain
                continue
            if all(np.isfinite(v).all() for v in values.values()):
                yield Point(program, {t: tool.xp.asarray(v) for t, v in drawn.items()}, values, chosen, tool)


def draw(tensor: Tensor, sizes: Sizes, seed: int, manner: str = "signed") -> Any:
    """A random float64 array with the properties of the tensor; without properties, drawn in this manner."""
    import numpy as np

    rng = np.random.default_rng([seed, *map(ord, str(tensor))])
    scale = Fraction(int(rng.integers(1, 64)), 32) ** 2 if manner == "uneven" else 1  # log(b - A x) needs a large b
    if tensor.properties:
        return np.array(sample_one(tensor, sizes, seed, scale, drawn=fine), dtype=float)
    shape = tuple(extent(d, sizes) for d in tensor.dims)
    if manner == "unit":
        return rng.uniform(0.05, 0.95, shape)
    values = rng.standard_normal(shape) / max(1, shape[-1] if len(shape) > 1 else 1) ** 0.5  # keeps nets unsaturated
    signed = {"signed": 1.0, "wide": 4.0}
    return signed[manner] * values if manner in signed else float(scale) * abs(values)


def _inputs(mentioned: Iterable[Tensor], program: Program) -> tuple[Tensor, ...]:
    return tuple(sorted((t for t in mentioned if t not in program.by_tensor), key=str))


load = engine
