"""Records beside the frozen dataclasses that they stand in for."""

from __future__ import annotations

import pickle
from dataclasses import FrozenInstanceError, dataclass, field, fields, is_dataclass, replace
from functools import cached_property

import pytest

from derive.expr.record import Record


class Pair(Record):
    """Two values."""

    first: int
    second: tuple[int, ...] = field(default_factory=tuple)

    @cached_property
    def total(self) -> int:
        return self.first + sum(self.second)


class Triple(Pair):
    """A value more."""

    third: int = 3


class Empty(Record):
    """Nothing."""


@dataclass(frozen=True)
class Twin:
    first: int
    second: tuple[int, ...] = field(default_factory=tuple)


def test_they_are_dataclasses() -> None:
    assert is_dataclass(Pair)
    assert [f.name for f in fields(Triple)] == ["first", "second", "third"]
    assert Triple(1, (2,)).field_values == (1, (2,), 3)
    assert replace(Pair(1), second=(2,)) == Pair(1, (2,))
    match Pair(4, (5,)):
        case Pair(first, second):
            assert (first, second) == (4, (5,))


@pytest.mark.parametrize("a", [(1,), (1, (2,)), (2, (2,))])
@pytest.mark.parametrize("b", [(1,), (1, (2,)), (2, (2,))])
def test_they_are_equal_as_frozen_dataclasses_are(a: tuple, b: tuple) -> None:
    assert (Pair(*a) == Pair(*b)) == (Twin(*a) == Twin(*b))
    assert hash(Pair(*a)) == hash(Twin(*a))
    assert repr(Pair(*a)) == repr(Twin(*a)).replace("Twin", "Pair")


def test_what_is_computed_once_is_no_part_of_them() -> None:
    pair = Pair(1, (2,))
    assert pair.total == 3
    assert pair == Pair(1, (2,))
    assert hash(pair) == hash(Pair(1, (2,)))


def test_records_of_different_classes_differ() -> None:
    assert Pair(1) != Triple(1)
    assert Pair(1) != (1, ())
    assert Empty() == Empty()
    assert Empty() != Pair(1)


def test_a_field_is_set_once() -> None:
    pair = Pair(1)
    with pytest.raises(FrozenInstanceError):
        pair.first = 2  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        del pair.first
    assert pair == Pair(1)


def test_they_are_pickled() -> None:
    triple = Triple(1, (2,), 4)
    assert pickle.loads(pickle.dumps(triple)) == triple
