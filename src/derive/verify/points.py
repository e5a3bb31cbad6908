"""Sample points: values of all inputs of a program where everything it computes is finite, and offsets from there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sympy import Expr

from derive.evaluate.arrays import Arrays, run
from derive.evaluate.extent import extent
from derive.evaluate.sampling import fine, sample_one, sizes_for
from derive.expr.nodes import Index, Tensor
from derive.expr.program import Program
from derive.verify.engine import Engine

Sizes = Mapping[Any, int]
TRIES = 96  # points that are drawn; the comparison takes the first few where everything is finite
MANNERS = ("signed", "positive", "unit", "uneven")  # logarithms and roots of undeclared entries need the later ones
LATER = ("signed", "wide", "uneven", "wide")  # of what is still to be seen after two rounds: rare sides of kinks


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


def inputs_of(mentioned: Iterable[Tensor], program: Program) -> tuple[Tensor, ...]:
    """Those of the tensors that the program does not define."""
    return tuple(sorted((t for t in mentioned if t not in program.by_tensor), key=str))
