"""Numbers for expressions, forms and NumPy strings, through the slow oracle."""

from __future__ import annotations

import math
from itertools import product
from typing import Any

import numpy as np
from sympy import Expr

from derive.evaluate.extent import extent
from derive.evaluate.oracle import evaluate
from derive.evaluate.sampling import sample, sizes_for
from derive.expr import Index, Tensor, tensors
from derive.notation.code import name_of

Out = tuple[Index, ...]
CLOSE = {"rtol": 1e-9, "atol": 1e-10}


class World:
    """Sizes and entries for the tensors of an expression and those declared beside it."""

    def __init__(self, e: Expr, out: Out, declared: tuple[Tensor, ...] = (), seed: int = 0) -> None:
        self.declared = tuple(sorted(tensors(e), key=str)) + tuple(t for t in declared if t not in tensors(e))
        self.sizes = sizes_for([e, *out, *self.declared], seed)
        drawn = sample(self.declared, self.sizes, seed)
        self.values = {t: np.array(drawn[t], dtype=float) for t in self.declared}

    def table(self, e: Expr, out: Out) -> np.ndarray:
        """The array over `out`, entry by entry."""
        shape = tuple(extent(i.dim, self.sizes) for i in out)
        entries = np.zeros(shape)
        for at in product(*map(range, shape)):
            entries[at] = evaluate(e, self.values, self.sizes, dict(zip(out, at, strict=True)))
        return entries

    def run(self, code: str, **names: Any) -> np.ndarray:
        """The value of a NumPy string in the declared arrays."""
        arrays = {name_of(t): v for t, v in self.values.items()}
        return np.asarray(eval(code, {"np": np, "math": math, **arrays, **names}))
