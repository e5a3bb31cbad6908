"""What a rule for an inverse slip is given, and what it offers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sympy import Expr

from derive.check.causes.walk import Scope
from derive.expr import Elem, Index, Size, Tensor


@dataclass(frozen=True)
class Surroundings:
    """What the note offers for a correction: its tensors, its sizes, and the slopes of its activations."""

    tensors: tuple[Tensor, ...]
    sizes: tuple[Size, ...]
    slopes: tuple[Elem | Expr, ...]
    axes: tuple[Index, ...]
    scope: Scope = frozenset()  # indices that the other side has

    @property
    def scalars(self) -> tuple[Expr, ...]:
        return tuple(t() for t in self.tensors if not t.dims)


Offer = tuple[Expr, Expr | None]
Rule = Callable[[Expr, Scope, Surroundings], Iterable[Offer]]
