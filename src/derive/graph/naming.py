"""Names for what has none: slots of operands, letters of axes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from derive.expr import Index, Let, Tensor, fresh
from derive.expr.arrays import TensorExpr, array
from derive.graph.model import Gate
from derive.notation.vocabulary import index_letters, split_name


def whole(t: Tensor) -> TensorExpr:
    """All of a tensor."""
    at = tuple(Index(f"_{k}", d) for k, d in enumerate(t.dims))
    return array(t(*at), *at)


def slot_of(t: Tensor, place: int) -> Tensor:
    """The operand number `place` of a gate, where t is put in."""
    return Tensor(f"slot{place} {t.name}", t.dims, t.layer, t.properties)  # no formula has a name with a space


def renamed(old: Tensor, new: Tensor) -> Let:
    """What puts one name in the place of another, for `substitute`."""
    at = tuple(fresh(d) for d in old.dims)
    return Let(old(*at), new(*at))


def in_letters(g: Gate, letters: Mapping[Tensor, tuple[Index, ...]]) -> Gate:
    """The gate with the letters of its result."""
    target = g.tensor(*letters[g.tensor])
    return replace(g, let=Let(target, g.let.at(*target.indices)), rule=Let(target, g.rule.at(*target.indices)))


def letters_of(all_: Iterable[Tensor]) -> dict[Tensor, tuple[Index, ...]]:
    """Letters for the axes of each tensor, by their sizes: n for N, d for D."""
    all_ = tuple(all_)
    taken = {split_name(t.name).base for t in all_} | {t.name for t in all_} | {str(d) for t in all_ for d in t.dims}
    found = {}
    for t in all_:
        letters: list[str] = []
        for d in t.dims:
            options = (c for c in index_letters(d) if c not in taken and c not in letters)
            letters.append(next(options, f"i{len(letters)}"))
        found[t] = tuple(Index(c, d) for c, d in zip(letters, t.dims, strict=True))
    return found
