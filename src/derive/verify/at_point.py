"""The witness of a worked example: an autodiff engine runs the forward program at the numbers of the example."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from derive.evaluate.arrays import run
from derive.evaluate.extent import extent
from derive.expr.nodes import Tensor
from derive.expr.program import Program
from derive.verify.comparison import Comparison
from derive.verify.engine import engine as load
from derive.verify.verdict import Verdict

Numbers = Mapping[Tensor, Sequence[float]]


def witness_numbers(
    program: Program, inputs: Numbers, values: Numbers, gradients: Numbers, *, engine: str = "autograd"
) -> Verdict:
    """Compare numbers, row by row, with those of the engine at the same inputs.

    values: what lets are worth; gradients: the derivative of the last let, a scalar, in inputs and lets. All sizes are
    numbers. Nothing is compared up to more than rounding in double precision.
    """
    import numpy as np

    tool = load(engine)
    shaped = {t: np.array(v, dtype=float).reshape(_shape(t)) for t, v in inputs.items()}
    wanted = tuple(gradients)
    with tool.session(), np.errstate(all="ignore"):
        given = {t: tool.xp.asarray(v) for t, v in shaped.items()}

        def output(*offsets: Any) -> Any:
            moved = dict(zip(wanted, offsets, strict=True))
            start = {t: v + moved[t] if t in moved else v for t, v in given.items()}
            return run(program, start, {}, tool.xp, moved)[program.output.tensor]

        _, found = tool.gradient(output, tuple(tool.xp.zeros(_shape(t)) for t in wanted))
        true = {t: tool.to_array(g) for t, g in zip(wanted, found, strict=True)}
    forward = run(program, shaped, {}, np)
    rows = [(str(t), _as(v, t), np.asarray(forward[t]), _differ) for t, v in values.items()]
    rows += [(f"derivative in {t}", _as(v, t), true[t], _differ) for t, v in gradients.items()]
    comparison = Comparison(tool.name, 0, wanted=1, vanishes=lambda name: True)  # 0 = 0 is said of one place only
    comparison.point({}, rows)
    return comparison.verdict()


def _differ(entry: tuple[int, ...]) -> Any:
    return "differ"


def _as(values: Sequence[float], tensor: Tensor) -> Any:
    import numpy as np

    return np.array(values, dtype=float).reshape(_shape(tensor))


def _shape(tensor: Tensor) -> tuple[int, ...]:
    return tuple(extent(d, {}) for d in tensor.dims)
