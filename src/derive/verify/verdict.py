"""The closed set of answers, and what each of them honestly claims."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["proved", "confirmed", "refuted", "undecided", "definition", "convention", "unreadable"]


@dataclass(frozen=True)
class Verdict:
    """An answer, how it was found, and what it rests on.

    proved: the normal forms agree, at all sizes, where both sides are defined; `assumptions` are those used.
    confirmed: equal to more than 30 digits at random points and several sizes; no proof. From an autodiff engine:
    equal within rounding.
    refuted: two numbers that differ for certain, with the point where they do in `counterexample`.
    undecided: none of these within the budget; `detail` says why. Never a success.
    definition, convention, unreadable: answers of the checker about a line of notes.
    """

    kind: Kind
    method: str
    detail: str = ""
    assumptions: tuple[str, ...] = ()
    counterexample: Mapping[str, Any] | None = None
    compared: int = 0  # by an autodiff engine: how many results, and
    worst: float = 0.0  # the largest relative error among them
    valueless: bool = False  # undecided, as the sides had values together nowhere

    @property
    def established(self) -> bool:
        """Whether the claim may be relied upon."""
        return self.kind in ("proved", "confirmed")

    def __str__(self) -> str:
        rest = f": {self.detail}" if self.detail else ""
        return f"{self.kind} ({self.method}){rest}"
