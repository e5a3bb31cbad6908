"""Symbols and what they mean: the table with which a page begins, and words for what no set says."""

from __future__ import annotations

from collections.abc import Iterable

from sympy import Expr

from derive.derivation import Block, Section, Table
from derive.expr import Tensor

WORDS = {
    "one_hot": "one-hot",
    "sum_to_one": "sums to one",
    "symmetric": "symmetric",
    "positive_definite": "positive definite",
    "invertible": "invertible",
    "orthogonal": "orthogonal",
    "nonzero": "nonzero",
}


def described(tensor: Tensor, what: str) -> str:
    """What a symbol is, with the properties that a formula may rely on.

    >>> described(Tensor("y", (), None, ("sum_to_one",)), "target")
    'target, sums to one'
    """
    rows = "each row " if tensor.rank == 2 and "sum_to_one" in tensor.properties else ""
    said = [(rows if p == "sum_to_one" else "") + words for p, words in WORDS.items() if p in tensor.properties]
    return ", ".join([what, *said])


Row = tuple[Tensor | Expr, str]

RATE = Tensor("eta", (), None, ("positive",))
STEP_SIZE: Row = (RATE, "learning rate")
"""The row of what every update has a factor of."""


def symbols(rows: Iterable[Row]) -> Table:
    """A row for each symbol: the set that it lies in, and what it means."""
    return Table(("symbol", "meaning"), tuple(rows))


def notation(rows: Iterable[Row], *before: Block, title: str = "Notation", form: str = "") -> Section:
    """The section of the symbols of a page; `before` are sentences above the table."""
    return Section(title, (*before, symbols(rows)), "notation", form)
