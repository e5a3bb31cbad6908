"""Data in chunks of rows: dask arrays, computed by threads here or by the workers of a cluster.

The generated NumPy code runs on them unchanged. It only describes the work: chunks are read, multiplied and summed
where they lie when a step asks for its loss and gradients, so that no machine ever holds the data as a whole, and a
worker that is lost is made up for by the others. Parameters and what an optimiser remembers stay with the caller.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from derive.train.samples import Samples

CHUNK_BYTES = 32 * 2**20


def chunked(array: Any) -> Any:
    """The array in chunks of rows; one that is in chunks stays as it is."""
    import dask.array as da  # pyright: ignore[reportMissingImports]

    if isinstance(array, da.Array):
        return array
    row = max(array.nbytes // max(len(array), 1), 1)
    return da.from_array(array, chunks=(max(CHUNK_BYTES // row, 1), *(-1,) * (array.ndim - 1)))


def together(values: Any) -> Any:
    """Arrays of arrays as NumPy has them, computed in one go: what they share is computed once."""
    from dask.base import compute  # pyright: ignore[reportMissingImports]

    return compute(values)[0]


def gathered(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function with its results computed."""
    return lambda *args, **named: together(function(*args, **named))


def hessian_of_chunks(source: str, params: Sequence[Any], X: Any, Y: Any, factors: Sequence[float]) -> np.ndarray:
    """`hessian` of a generated module, which is a mean over rows, as the mean of what it is for each chunk.

    Its code changes arrays in place, which arrays in chunks do not allow.
    """
    import dask.array as da  # pyright: ignore[reportMissingImports]
    from dask.delayed import delayed  # pyright: ignore[reportMissingImports]

    size = sum(p.size for p in params)
    part = delayed(_part, pure=True)
    rows = zip(X.chunks[0], X.to_delayed().ravel(), Y.to_delayed().ravel(), strict=True)
    parts = [part(source, n / len(X), params, x, y, factors) for n, x, y in rows]
    return together(da.stack([da.from_delayed(p, (size, size), float) for p in parts]).sum(axis=0))


def _part(source: str, share: float, params: Any, X: np.ndarray, Y: np.ndarray, factors: Any) -> np.ndarray:
    return share * _hessian(source)(*params, X, Y, *factors)


@lru_cache(maxsize=8)
def _hessian(source: str) -> Callable[..., np.ndarray]:
    """Loaded once in each process that computes."""
    from derive.codegen.backends import BACKENDS
    from derive.codegen.execute import load

    return load(source, BACKENDS["numpy"])["hessian"]


@dataclass(frozen=True)
class ChunkedSamples(Samples):
    """Chunks are taken in an order drawn anew, each is read once an epoch.

    A batch of several chunks is computed where they lie; smaller ones are cut from one chunk after the other, here.
    """

    @classmethod
    def of(cls, X: Any, Y: Any) -> ChunkedSamples:
        """Targets in the chunks of their inputs."""
        X = chunked(X)
        return cls(X, chunked(Y).rechunk({0: X.chunks[0]}))

    def batches(self, size: int | None, rng: np.random.Generator) -> Iterator[Samples]:
        if size is None or size >= len(self):
            yield self
            return
        rows = self.X.chunks[0]
        order = rng.permutation(len(rows))
        whole = size // max(rows)
        for first in range(0, len(order), max(whole, 1)):
            chosen = np.sort(order[first : first + max(whole, 1)])
            X, Y = (array.blocks[chosen] for array in (self.X, self.Y))
            if whole:
                yield ChunkedSamples(X, Y)
            else:
                yield from Samples(*together((X, Y))).batches(size, rng)
