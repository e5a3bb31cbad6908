"""Inputs and targets of a part, and the minibatches that an epoch takes of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Samples:
    """Inputs and targets on the backend, one row a sample."""

    X: Any
    Y: Any

    def __len__(self) -> int:
        return len(self.X)

    def batches(self, size: int | None, rng: np.random.Generator) -> Iterator[Samples]:
        """All rows once, in an order drawn anew; `size` None is one batch of all of them."""
        if size is None or size >= len(self):
            yield self
            return
        order = rng.permutation(len(self))
        for first in range(0, len(order), size):
            rows = order[first : first + size]
            yield Samples(self.X[rows], self.Y[rows])
