"""The gap between the sides of an inequality at many points at once, in floats: for searches, never for verdicts."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from sympy import Expr

from derive.evaluate.arrays import Arrays
from derive.evaluate.extent import extent
from derive.expr import Elem, Index, Size, Tensor, rebuild, tensors
from derive.verify.place import Claim


class Points:
    """left <= right where the entries of `movable` are a vector of numbers; all other inputs are as in `base`."""

    def __init__(
        self, claim: Claim, movable: tuple[Tensor, ...], base: Mapping[Tensor, Any], sizes: Mapping[Any, int]
    ) -> None:
        import numpy as np

        self.np, self.sizes = np, sizes
        self.count = Size("#points")
        self.point = Index("#point", self.count)
        self.shapes = {t: tuple(extent(d, sizes) for d in t.dims) for t in movable}
        self.moved = {t: self._stacked(t) for t in movable}
        self.fixed = {t: np.array(v, dtype=float) for t, v in base.items() if t not in self.moved}
        needed = set(claim.closure())
        self.lets: list[tuple[Tensor, tuple[Any, ...], Expr]] = []
        for let in claim.program or ():
            if let.tensor in needed and let.tensor not in base:
                depends = not tensors(let.rhs).isdisjoint(self.moved)
                rhs, indices = self._at_each(let.rhs), let.target.indices
                if depends:
                    self.moved[let.tensor] = self._stacked(let.tensor)
                    self.lets.append((self.moved[let.tensor], (self.point, *indices), rhs))
                else:
                    self.lets.append((let.tensor, indices, rhs))
        self.left, self.right = self._at_each(claim.left), self._at_each(claim.right)
        self.axes = (self.point, *claim.indices)

    def _stacked(self, t: Tensor) -> Tensor:
        return Tensor(f"#{t.name}", (self.count, *t.dims), t.layer)

    def _at_each(self, e: Expr) -> Expr:
        """The expression with the index of the point on every tensor that moves."""
        if tensors(e).isdisjoint(self.moved):
            return e
        if isinstance(e, Elem):
            return self.moved[e.tensor](self.point, *e.indices)
        return rebuild(e, self._at_each)

    def __call__(self, points: Any) -> Any:
        """The least of (right - left) over the entries, relative to their size; infinite where it is not defined.

        points: (number of points, number of entries that move).
        """
        np = self.np
        try:
            return self._gaps(points)
        except np.linalg.LinAlgError:  # an inverse of a singular matrix at one of them
            each = [self(points[k : k + 1]) for k in range(len(points))] if len(points) > 1 else [np.full(1, np.inf)]
            return np.concatenate(each)

    def _gaps(self, points: Any) -> Any:
        np = self.np
        env, start = dict(self.fixed), 0
        for t, shape in self.shapes.items():
            stop = start + math.prod(shape)
            env[self.moved[t]] = points[:, start:stop].reshape(-1, *shape)
            start = stop
        with np.errstate(all="ignore"):
            arrays = Arrays(env, {**self.sizes, self.count: len(points)}, np)
            for tensor, indices, rhs in self.lets:
                env[tensor] = arrays.compute(rhs, indices)
            a, b = (arrays.compute(e, self.axes).reshape(len(points), -1) for e in (self.left, self.right))
            gaps = (b - a) / np.maximum(1.0, np.maximum(np.abs(a), np.abs(b)))
        return np.where(np.isnan(gaps), np.inf, gaps).min(axis=1) if gaps.shape[1] else np.full(len(points), np.inf)
