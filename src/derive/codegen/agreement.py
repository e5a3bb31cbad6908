"""Generated code against an autodiff engine: the code is run, the engine sees only the forward program."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from derive.codegen.backends import BACKENDS, Backend
from derive.codegen.execute import load
from derive.codegen.module import formula_module, plan_module
from derive.codegen.plan import Formula, Plan
from derive.codegen.points import FORMULA, NETWORK, Compared, Subject, points
from derive.errors import VerificationError
from derive.evaluate.arrays import run
from derive.evaluate.sampling import sizes_for
from derive.expr import Let, Program, Tensor

DIGITS = 1e-12  # of the loss: what the witness may lose
UNKNOWN = float("nan")
FLOOR = 1e-4  # of what is compared: a gradient that vanishes on its way down is still compared digit by digit
SLACK = 100.0  # for differences of gradients
NUMPY = BACKENDS["numpy"]
Point = Mapping[Tensor, Any]
Sizes = Mapping[Any, int]
True_ = Callable[[Point, Sizes], list[Any]]
Call = tuple[Any, tuple[Tensor, ...], tuple[Tensor, ...], Callable[[Any], list[Any]], float]
TOLERANCE = {8: 1e-8, 4: 2e-3}  # by the bytes of a number


def program_of(plan: Plan) -> Program:
    """The forward pass and the loss, as they were stated: not the rewritten forms."""
    return Program(tuple(Let(s.target(*s.out), s.expr) for s in (*plan.forward, plan.loss)))


def checked_plan(plan: Plan, source: str, name: str, backend: Backend, seed: int = 0) -> str:
    """Run the function of loss and gradients at random points; a sentence on how it compares with autograd.

    Where the library is not installed, the same statements are run with NumPy. Raises VerificationError where a number
    differs, or where no point has finite values.
    """
    program = program_of(plan)
    what = (plan.loss.target, *plan.gradients)

    def true(point: Point, sizes: Sizes) -> list[Any]:
        value, gradients = witnessed(plan, program, point, sizes)
        if loses_digits(plan.loss.target, value, program, point, sizes):
            return [UNKNOWN]
        return [value, *gradients, *second_differences(plan, program, point, sizes)]

    def flat(found: Any) -> list[Any]:
        return [found[0], *found[1]]

    row, source = (backend, source) if runs(backend) else (NUMPY, plan_module(plan, NUMPY, name))
    functions = load(source, row, row.stand_in())
    calls: list[Call] = [(functions[name], plan.arguments, what, flat, 1.0)]
    if plan.second is not None:
        calls.append((functions["hessian"], plan.arguments, (plan.second.target,), lambda found: [found], SLACK))
    where = compare_at_points(calls, true, program, row, seed, NETWORK)
    said = f"{where_run(backend)}loss and gradients agree with autograd at {where}"
    if "MADE" not in functions:
        return said
    from derive.codegen.fast.check import same_as_plain

    return f"{said}, {same_as_plain(plan, functions, name, seed)}"


def checked_formulas(formulas: Sequence[Formula], source: str, backend: Backend, seed: int = 0) -> str:
    """The same for a formula and derivatives of it: the engine sees the first of them alone."""
    value = formulas[0]
    stated = Program(tuple(Let(s.target(*s.out), s.expr) for s in value.statements))

    def true(point: Point, sizes: Sizes) -> list[Any]:
        return [derivative_by_engine(stated, f.wrt, point, sizes) for f in formulas]

    row, source = (backend, source) if runs(backend) else (NUMPY, formula_module(formulas, NUMPY, ""))
    functions = load(source, row, row.stand_in())
    calls = [(functions[f.name], f.arguments, (f.result.target,), lambda found: [found], 1.0) for f in formulas]
    where = compare_at_points(calls, true, stated, row, seed)
    return f"{where_run(backend)}the value and its derivatives agree with autograd at {where}"


def runs(backend: Backend) -> bool:
    return backend.installed or backend.available is not None


def where_run(backend: Backend) -> str:
    if not runs(backend):
        return f"{backend.package} is not installed, so this was run with NumPy: "
    return "run on NumPy, for want of a GPU: " if backend.stand_in() else f"run with {backend.name}: "


def compare_at_points(
    calls: list[Call], true: True_, program: Program, row: Backend, seed: int, subject: Subject = FORMULA
) -> str:
    """Hold what is called against what is true; says at which points. VerificationError where a number differs."""
    import numpy as np

    sizes = sizes_for(program, seed)
    library = row.stand_in() or row.load()
    arguments = dict.fromkeys(t for _, of, *_ in calls for t in of)
    sizes |= {s: n for s, n in sizes_for([*arguments], seed).items() if s not in sizes}
    compared = Compared()
    for point, of_one_sign in points([*arguments], sizes, seed):
        with np.errstate(all="ignore"):
            expected = true(point, sizes)
            if not all(np.isfinite(e).all() for e in expected):
                continue
            found = []
            for function, of, _, flat, _ in calls:
                found += flat(function(*(getattr(library, row.asarray)(point[t]) for t in of)))
        names = [(t, slack) for _, _, names, _, slack in calls for t in names]
        for (name, slack), got, value in zip(names, found, expected, strict=True):
            compare(str(name), row.back(library, got), value, slack)
        if compared.count(of_one_sign):
            break
    return compared.told(subject)


def derivative_by_engine(program: Program, wrt: Sequence[Tensor], point: Point, sizes: Sizes) -> Any:
    """The output of a program, or its derivative in these inputs: axes of the output, then those of each input."""
    from derive.verify.engine import engine

    tool = engine("autograd")

    def differentiated(wrt: Sequence[Tensor], point: Point) -> Any:
        if not wrt:
            return run(program, dict(point), sizes, tool.xp)[program.output.tensor]
        *before, x = wrt
        value, pullback = tool.vjp(lambda moved: differentiated(before, {**point, x: moved}), (point[x],))
        rows = [pullback(unit)[0] for unit in _units(tool.xp.shape(value))]
        return tool.xp.reshape(tool.xp.stack(rows), (*tool.xp.shape(value), *tool.xp.shape(point[x])))

    return tool.to_array(differentiated(wrt, point))


def _units(shape: tuple[int, ...]) -> Any:
    """For each entry the array that is 1 there and 0 elsewhere."""
    import numpy as np

    size = int(np.prod(shape))
    return np.eye(size).reshape(size, *shape)


def witnessed(plan: Plan, program: Program, point: Mapping[Tensor, Any], sizes: Mapping) -> tuple[Any, list[Any]]:
    """The loss and its gradients by the engine."""
    from derive.verify.engine import engine

    tool = engine("autograd")

    def forward(*parameters: Any) -> Any:
        return run(program, {**point, **dict(zip(plan.parameters, parameters, strict=True))}, sizes, tool.xp)[
            plan.loss.target
        ]

    value, gradients = tool.gradient(forward, tuple(point[t] for t in plan.parameters))
    return tool.to_array(value), [tool.to_array(g) for g in gradients]


def loses_digits(output: Tensor, value: Any, program: Program, point: Point, sizes: Sizes) -> bool:
    """Whether the program, as it was stated, is worth little in double precision here: 1 - sigmoid(20), say.

    What the engine makes of it then says nothing about the code, which is written to be accurate.
    """
    import numpy as np

    with np.errstate(all="ignore"):
        precise = run(program, {t: a.astype(np.longdouble) for t, a in point.items()}, sizes, np)[output]
        return not abs(value - precise) <= DIGITS * (abs(precise) + FLOOR)


def second_differences(plan: Plan, program: Program, point: Point, sizes: Sizes) -> list[Any]:
    """The Hessian in the weights by central differences of the engine's gradient."""
    import numpy as np

    if plan.second is None:
        return []
    weights, step = plan.parameters[0], 1e-5
    rows = []
    for direction in np.eye(point[weights].size):
        ends = []
        for sign in (1, -1):
            moved = {**point, weights: point[weights] + sign * step * direction}
            ends.append(witnessed(plan, program, moved, sizes)[1][0])
        rows.append((ends[0] - ends[1]) / (2 * step))
    return [np.stack(rows)]


def compare(what: str, got: Any, true: Any, slack: float = 1.0, against: str = "autograd") -> None:
    import numpy as np

    got, true = np.asarray(got), np.asarray(true)
    if got.shape != true.shape:
        raise VerificationError(f"{what}: the code gives shape {got.shape}, {against} {true.shape}")
    allowed = slack * TOLERANCE[got.dtype.itemsize] * (float(np.abs(true).max(initial=0)) + FLOOR)
    if not float(np.abs(got - true).max(initial=0)) <= allowed:
        raise VerificationError(f"{what}: the code and {against} differ. This is a bug of derive; please report it.")
