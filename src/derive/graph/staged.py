"""Staged code: the forward pass one gate a line, the backward pass one gradient a line, as it is written by hand.

The code is NumPy and independent of derive. It is run before anybody sees it: at random points its value and gradients
are compared with an autodiff engine that sees the forward program alone.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sympy import Expr

from derive.codegen.backends import BACKENDS
from derive.codegen.execute import load
from derive.codegen.layout import INDENT, expression, paragraph, signature
from derive.codegen.module import ModuleWriter, plain, shape_text
from derive.codegen.names import Names, function_name
from derive.codegen.plan import statement
from derive.errors import VerificationError
from derive.expr import Tensor
from derive.graph.backward import Backward
from derive.graph.patterns import pattern
from derive.notation.code import name_of

if TYPE_CHECKING:
    from derive.verify.engine import Engine
    from derive.verify.points import Point

NUMPY = BACKENDS["numpy"]
POINTS, TOLERANCE = 3, 1e-8
NUDGE, SENSITIVE = 1e-14, 1e-9  # where so small a step changes so much, numbers are not to be trusted


@dataclass(frozen=True)
class Staged:
    """A module whose function takes `arguments`, and gives the output and the gradients in the inputs."""

    source: str
    function: str
    arguments: tuple[Tensor, ...]


def staged(back: Backward, function: str = "f") -> Staged:
    """The code of a graph. Raises OptionError for a name that is no name of a function."""
    graph = back.graph
    arguments = (*graph.inputs, *(() if back.given is None else (back.given,)))
    names = Names([*arguments, *graph.tensors, *back.names.values()], reserved=(function,))
    function_name(function, map(name_of, arguments))
    writer = ModuleWriter(NUMPY, names.all(arguments))

    def line(t: Tensor, e: Expr, out: Any, remark: str = "") -> tuple[str, str]:
        s = statement(*names.result(t, e, out))
        return f"{name_of(s.target)} = {expression(writer.value(s))}", remark

    forward = [line(g.tensor, g.let.rhs, g.let.target.indices, f"{g.symbol.word} gate") for g in graph.gates]
    backward: list[tuple[str, str]] = []
    if back.given is None:
        backward.append((f"{name_of(names[back.names[graph.output]])} = 1.0", ""))
    for t in back.order[1:]:
        remark = " and ".join(dict.fromkeys(_remark(back, e.target) for e in graph.uses[t]))
        copied = f"{remark}; the copies add" if len(graph.uses[t]) > 1 else remark
        backward.append(line(back.names[t], back.total(t), graph.indices[t], copied))
    results = ", ".join(name_of(names[back.names[t]]) for t in graph.inputs)
    one = "," if len(graph.inputs) == 1 else ""
    body = [
        f"{INDENT}# forward pass: compute the output",
        *_aligned(forward),
        f"{INDENT}# backward pass: compute the gradients",
        *_aligned(backward),
        f"{INDENT}return {name_of(names[graph.output])}, ({results}{one})",
    ]
    head = [signature(function, map(name_of, names.all(arguments))), *_doc(back, names, arguments)]
    writer.functions.append("\n".join([*head, *body]))
    title = f"The graph of {' '.join(graph.formula.split())}: forward and backward pass, one gate a line."
    source = writer.module(plain(title))
    ast.parse(source)
    return Staged(source, function, names.all(arguments))


def _remark(back: Backward, t: Tensor) -> str:
    gate = back.graph.by_tensor[t]
    return f"{gate.symbol.word} gate {pattern(back, gate).name}"


def _doc(back: Backward, names: Names, arguments: tuple[Tensor, ...]) -> list[str]:
    out = name_of(names[back.graph.output])
    gradients = "its gradients in the inputs" if back.given is None else "the gradients in the inputs, given its own"
    doc = [f'{INDENT}"""The output {out}, and {gradients}.']
    if not any(t.rank for t in arguments):
        return [f'{doc[0]}"""']
    shapes = [paragraph(f"{name_of(t)}: {shape_text(t)}", INDENT * 2) for t in names.all(arguments)]
    return [*doc, "", f"{INDENT}Shapes:", *shapes, f'{INDENT}"""']


def _aligned(lines: list[tuple[str, str]]) -> list[str]:
    """Remarks in a column of their own, where the lines are not too long for it."""
    column = max((len(code) for code, remark in lines if remark and len(code) <= 48), default=0)
    return [f"{INDENT}{code.ljust(column)}  # {remark}" if remark else f"{INDENT}{code}" for code, remark in lines]


def checked_code(back: Backward, code: Staged, engine: str = "autograd", seed: int = 0) -> str:
    """Run the code at random points; a sentence on how it compares with the engine.

    Raises VerificationError where a number differs, or where no point has finite values.
    """
    from derive.verify.engine import engine as load_engine
    from derive.verify.points import points

    tool = load_engine(engine)
    run = load(code.source, NUMPY)[code.function]
    inputs = (*back.graph.inputs, *(() if back.given is None else (back.given,)))
    passed = 0
    for point in points(back.program, inputs, (back.program, *inputs), tool, seed, None):
        expected = _by_engine(back, point, tool)
        if expected is None:
            continue
        output, found = run(*(point.plain[t] for t in inputs))
        for what, got, wanted in zip((back.graph.output, *back.graph.inputs), (output, *found), expected, strict=True):
            _agree(str(what), got, wanted)
        passed += 1
        if passed == POINTS:
            return f"the code was run: its value and gradients agree with {tool.name} at {POINTS} random points"
    raise VerificationError("the code could not be compared: no random point has finite values. Try: --no-check")


def _by_engine(back: Backward, point: Point, tool: Engine) -> list[Any] | None:
    """The output and the gradients in the inputs; None at a place where numbers are not to be trusted."""
    import numpy as np

    inputs = back.graph.inputs

    def loss(*offsets: Any) -> Any:
        return point.forward(dict(zip(inputs, offsets, strict=True)))[back.loss.tensor]

    zeros = tuple(point.zeros(t) for t in inputs)
    try:
        value, true = tool.gradient(loss, zeros)
        nearby, moved = tool.gradient(loss, tuple(z + NUDGE for z in zeros))
    except np.linalg.LinAlgError:
        return None
    found = [*map(tool.to_array, true)]
    pairs = [(tool.to_array(value), tool.to_array(nearby)), *zip(found, map(tool.to_array, moved), strict=True)]
    if not all(_close(a, b, SENSITIVE) for a, b in pairs):
        return None
    return [np.asarray(point.values[back.graph.output]), *found]


def _close(a: Any, b: Any, tolerance: float) -> bool:
    """Equal, relative to the largest entry; false where an entry is not finite."""
    import numpy as np

    scale = max(1.0, float(np.abs(b).max(initial=0.0)))
    return bool(float(np.abs(a - b).max(initial=0.0)) <= tolerance * scale)


def _agree(what: str, got: Any, wanted: Any) -> None:
    import numpy as np

    got, wanted = (np.asarray(a, dtype=float) for a in (got, wanted))
    if got.shape != wanted.shape and got.ndim:
        raise VerificationError(f"the code gives {what} the shape {got.shape}, {wanted.shape} is right")
    if not _close(got, wanted, TOLERANCE):
        worst = float(np.abs(got - wanted).max(initial=0.0))
        raise VerificationError(
            f"the code is wrong in {what} by {worst:.1e}. This is a bug of derive; please report it."
        )
