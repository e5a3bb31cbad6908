"""Code of a model of one's own: the forward equations, and the way back as reverse mode derived it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from derive.calculus import Adjoint
from derive.catalogue.custom import Custom
from derive.codegen.agreement import NUMPY, Call, Sizes, compare_at_points, runs, where_run
from derive.codegen.backends import Backend, backend
from derive.codegen.compiled import Function
from derive.codegen.execute import load
from derive.codegen.kinks import subgradient
from derive.codegen.models import gradient_of
from derive.codegen.module import ModuleWriter
from derive.codegen.names import MAIN, Names, function_name
from derive.codegen.plan import Statement, statement
from derive.codegen.stable import meanings_of, stable_statement
from derive.evaluate.arrays import run
from derive.expr import Let, Program, Tensor
from derive.notation.code import name_of


@dataclass(frozen=True)
class ProgramPlan:
    """What the module computes: arguments in order, lets, the way back, and which names are the derivatives."""

    arguments: tuple[Tensor, ...]
    variables: tuple[Tensor, ...]
    forward: tuple[Statement, ...]
    backward: tuple[Statement, ...]
    gradients: tuple[Tensor, ...]

    @property
    def output(self) -> Statement:
        return self.forward[-1]


def plan(model: Custom) -> ProgramPlan:
    """The statements of a model, rewritten to be accurate."""
    found = {u: (_called(u, a), a) for u, a in model.adjoints.items() if a.name is not None or u in model.wrt}
    program = model.program
    inputs = program.inputs
    names = Names([*inputs, *(let.tensor for let in program), *(name for name, _ in found.values())])
    forward = tuple(statement(*names.result(let.tensor, let.rhs, let.target.indices)) for let in program)
    backward = tuple(statement(*names.result(name, a.value, a.of.indices)) for name, a in found.values())
    meanings = meanings_of(forward[:-1])
    return ProgramPlan(
        names.all(inputs),
        names.all(model.wrt),
        tuple(stable_statement(s, meanings) for s in forward),
        tuple(subgradient(stable_statement(s, meanings), meanings) for s in backward),
        names.all(found[t][0] for t in model.wrt),
    )


def _called(u: Tensor, a: Adjoint) -> Tensor:
    return gradient_of(u) if a.name is None else a.name.tensor


def program_source(of: ProgramPlan, row: Backend, function: str = MAIN, title: str = "A model") -> str:
    """The module: `loss`, and the function of the loss and its derivatives under this name."""
    function_name(function, (name_of(t) for t in (*of.arguments, *(s.target for s in (*of.forward, *of.backward)))))
    writer = ModuleWriter(row, of.arguments)
    lines = [line for s in of.forward for line in (*writer.remark(s), writer.line(s))]
    output = name_of(of.output.target)
    value = [*lines[:-1], writer.returned(of.output)]
    writer.function("loss", of.arguments, value, "The output.", of.forward)
    back = [line for s in of.backward for line in (*writer.remark(s), writer.line(s))]
    returned = writer.text(f"return {output}, ({', '.join(map(name_of, of.gradients))},)")
    says = f"The output, and its derivatives in {', '.join(map(name_of, of.variables))}."
    writer.function(function, of.arguments, [*lines, *back, returned], says, of.backward)
    return writer.module(f"{title}: the output and its derivatives.")


def checked_program(
    model: Custom, name: str, *, function: str = MAIN, title: str = "A model", seed: int = 0, check: bool = True
) -> tuple[str, str]:
    """The module for a backend, and a sentence on how what it computes compares with autograd on the forward program.

    Where the library is not installed, the same statements are run with NumPy. Raises VerificationError where a number
    differs; without `check` the sentence is empty.
    """
    row, made = backend(name), plan(model)
    source = program_source(made, row, function, title)
    if not check:
        return source, ""
    program = Program(tuple(Let(s.target(*s.out), s.expr) for s in made.forward))

    def true(point: Mapping[Tensor, Any], sizes: Sizes) -> list[Any]:
        value, gradients = _by_engine(made, program, point, sizes)
        return [value, *gradients]

    run_by, ran = (row, source) if runs(row) else (NUMPY, program_source(made, NUMPY, function, title))
    functions = load(ran, run_by, run_by.stand_in())
    what = (made.output.target, *made.gradients)
    calls: list[Call] = [(functions[function], made.arguments, what, lambda found: [found[0], *found[1]], 1.0)]
    where = compare_at_points(calls, true, program, run_by, seed)
    return source, f"{where_run(row)}the output and its derivatives agree with autograd at {where}"


def compiled_program(model: Custom, name: str = "numpy") -> Function:
    """`loss_and_gradients` of a model as a function of arrays: positional in the order of `arguments`, or by name."""
    row = backend(name)
    row.load()
    made = plan(model)
    source = program_source(made, row)
    return Function(source, row.name, tuple(map(name_of, made.arguments)), load(source, row)[MAIN])


def _by_engine(of: ProgramPlan, program: Program, point: Mapping[Tensor, Any], sizes: Sizes) -> tuple[Any, list[Any]]:
    """The output and its derivatives by the engine, which sees the forward program alone; lets are moved by zeros."""
    import numpy as np

    from derive.verify.engine import engine

    tool = engine("autograd")
    offsets = tuple(np.zeros(tuple(sizes.get(d, d) for d in t.dims), dtype=float) for t in of.variables)

    def forward(*moved: Any) -> Any:
        by = dict(zip(of.variables, moved, strict=True))
        inputs = {t: v + by[t] if t in by else v for t, v in point.items()}
        return run(program, inputs, sizes, tool.xp, by)[of.output.target]

    value, gradients = tool.gradient(forward, offsets)
    return tool.to_array(value), [tool.to_array(g) for g in gradients]
