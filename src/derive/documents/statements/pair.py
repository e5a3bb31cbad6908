"""What becomes of a relation: its two sides as values, and what is to be known of their reading."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from derive.documents.meaning.context import Context
from derive.documents.meaning.values import Value
from derive.documents.model import Instance, Side
from derive.documents.source.rows import Part
from derive.expr import Program


class Restrict(Protocol):
    """Conditions on a claim."""

    @property
    def places(self) -> tuple[Part, ...]: ...

    def __call__(self, pair: Pair, c: Context, /) -> Pair: ...


@dataclass(frozen=True)
class Unrestricted:
    """No condition."""

    places: tuple[Part, ...] = ()

    def __call__(self, pair: Pair, c: Context, /) -> Pair:
        return pair


UNRESTRICTED = Unrestricted()


@dataclass(frozen=True)
class Pair:
    """Both sides as values."""

    left: Value
    right: Value


@dataclass
class Reading:
    """What became of a relation."""

    sides: tuple[Side, Side] | None = None
    program: Program = field(default_factory=lambda: Program(()))
    instances: tuple[Instance, ...] = ()
    assumptions: tuple[str, ...] = ()
    clash: str = ""
    unbound: tuple[str, ...] = ()
    differential: bool = False
    undeclared: tuple[str, ...] = ()
    unspecified: tuple[str, ...] = ()
    gap: str = ""  # why it could not be read at some of the places
    unsized: tuple[str, ...] = ()  # I and 1, whose size neither the formula nor the note says
    notes: list[str] = field(default_factory=list)
