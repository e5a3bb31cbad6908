"""The fast style against the plain one: both are run, on batches of changing size, in one block and in many."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from derive.codegen.agreement import NUMPY, Sizes, compare, program_of
from derive.codegen.execute import load
from derive.codegen.module import plan_module
from derive.codegen.plan import Plan
from derive.codegen.points import NETWORK
from derive.errors import VerificationError
from derive.evaluate.sampling import fine, sample_one, sizes_for
from derive.verify.points import draw

BATCHES = (5, 1, 7, 5)
SETTINGS = ({}, {"BLOCK": 3, "PART": 40}, {"BLOCK": 1, "PART": 1})  # as they are; several rows, one row at a time
RATE = 0.5
HESSIAN_SETTINGS = (  # as they are; products of both kinds, in parts of one row or column, and of several
    {},
    {"FEW": 0, "ROWS": 3, "PANEL": 1},
    {"FEW": 0, "ROWS": 2, "PANEL": 6},
    {"FEW": 99, "SMALL": 1},
    {"FEW": 99, "PART": 12, "PANEL": 10},
)
SAID = "and with the plain style on batches of changing size, in single and double precision"


def same_as_plain(plan: Plan, fast: dict[str, Any], name: str, seed: int) -> str:
    """Compare loss, gradients, scaled gradients and the step; a sentence on it. VerificationError where one differs."""
    import numpy as np

    plain = load(plan_module(plan, NUMPY, name), NUMPY)[name]
    sizes = sizes_for([program_of(plan), *plan.arguments], seed)
    rows = plan.inputs.dims[0] if plan.inputs.rank > 1 else None
    as_written, compared = {k: fast[k] for k in ("BLOCK", "PART")}, 0
    for settings in SETTINGS:
        fast.update(settings)
        fast["MADE"].clear()
        for n, size in enumerate(BATCHES if rows is not None else BATCHES[:1]):
            here = sizes if rows is None else {**sizes, rows: size}
            for dtype in (np.float64, np.float32):
                with np.errstate(all="ignore"):
                    for point in _drawn(plan, here, seed + n, dtype):
                        if _compared(plan, plain, fast, name, point):
                            compared += 1
                            break
    fast.update(as_written)
    fast["MADE"].clear()
    return _said(compared)


def same_hessian_as_plain(plan: Plan, plain: Any, fast: dict[str, Any], name: str, seed: int) -> str:
    """Compare the dense Hessians: `plain`, and the function of this name in the module of style fast."""
    import numpy as np

    sizes = sizes_for([program_of(plan), *plan.arguments], seed)
    rows = plan.inputs.dims[0] if plan.inputs.rank > 1 else None
    as_written, compared = dict(fast), 0
    for settings in HESSIAN_SETTINGS:
        fast.update({**as_written, **settings})
        for dtype in (np.float64, np.float32):
            for n, size in enumerate(BATCHES if rows is not None else BATCHES[:1]):
                here = sizes if rows is None else {**sizes, rows: size}
                with np.errstate(all="ignore"):
                    for point in _drawn(plan, here, seed + n, dtype):
                        expected = plain(*point)
                        if np.isfinite(expected).all():
                            compare("H", fast[name](*point), expected, against="the plain style")
                            compared += 1
                            break
    fast.update(as_written)
    return _said(compared)


def _drawn(plan: Plan, sizes: Sizes, seed: int, dtype: Any) -> Iterator[list[Any]]:
    """A point with entries of both signs, and one of positive entries for where the first has no finite values."""
    import numpy as np

    yield [np.array(sample_one(t, sizes, seed, drawn=fine), float).astype(dtype) for t in plan.arguments]
    yield [draw(t, sizes, seed, "positive").astype(dtype) for t in plan.arguments]


def _said(compared: int) -> str:
    if not compared:
        found = "the styles could not be compared: no random point has finite values"
        raise VerificationError(f"{found}. Try: {NETWORK.hint}")
    return SAID


def _compared(plan: Plan, plain: Any, fast: dict[str, Any], name: str, point: list[Any]) -> bool:
    """Whether the point has finite values, at which the two then agree."""
    import numpy as np

    value, gradients = plain(*point)
    if not all(np.isfinite(a).all() for a in (value, *gradients)):
        return False
    names = [str(t) for t in (plan.loss.target, *plan.gradients)]

    def compare_all(found: Any, factor: float, names: list[str] = names) -> None:
        for what, got, true in zip(names, found, (value, *(factor * g for g in gradients)), strict=True):
            compare(what, got, true, against="the plain style")

    for options, factor in ((), 1.0), ((RATE,), RATE):
        found, slopes = fast[name](*point, *options)
        compare_all((found, *slopes), factor)
    moved = [a.copy() for a in point]
    found = fast["step"](*moved, RATE)
    count = len(plan.parameters)
    steps = [before - after for before, after in zip(point[:count], moved[:count], strict=True)]
    for p, got, g in zip(point, steps, gradients, strict=False):
        scale = float(np.abs(p).max(initial=0))  # the digits of a difference are those of the parameter
        compare("the step", got + scale, RATE * g + scale, against="the plain style")
    compare(names[0], found, value, against="the plain style")
    return True
