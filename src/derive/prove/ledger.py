"""What a proof has spent and what it has used: the step budget, the properties, the memo tables.

A ledger is current while a proof runs. Rewriting ticks it, so that whatever loops or swells ends in
`Exhausted`, which the prover reports as unknown. A property that a rewriting rests on is entered with `use`;
memo tables keep the entries with the value, so that a second proof lists them as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any

MEMO = 1 << 13


class Exhausted(Exception):
    """The step budget is spent: the question stays open."""


class Undefined(Exception):
    """A value that is not a real number (log 0, 1/0, nan): nothing is claimed about it."""


class Ledger:
    """Steps left, properties used, and whether points on kinks may be ignored."""

    __slots__ = ("almost_everywhere", "left", "used")

    def __init__(self, budget: int, almost_everywhere: bool = False) -> None:
        self.left, self.almost_everywhere = budget, almost_everywhere
        self.used: set[str] = set()


_current: ContextVar[Ledger] = ContextVar("ledger")


def current() -> Ledger:
    return _current.get()


@contextmanager
def working(budget: int, almost_everywhere: bool = False) -> Iterator[Ledger]:
    """Make a fresh ledger the current one."""
    ledger = Ledger(budget, almost_everywhere)
    token = _current.set(ledger)
    try:
        yield ledger
    finally:
        _current.reset(token)


def tick(steps: int = 1) -> None:
    ledger = _current.get()
    ledger.left -= steps
    if ledger.left < 0:
        raise Exhausted


def use(*properties: str) -> None:
    """Enter properties that the rewriting at hand rests on."""
    _current.get().used.update(properties)


@contextmanager
def tentative() -> Iterator[set[str]]:
    """Properties used inside are collected apart: the caller enters them if the attempt succeeds."""
    ledger = _current.get()
    outer, ledger.used = ledger.used, set()
    try:
        yield ledger.used
    finally:
        ledger.used = outer


def remembered(f: Callable[..., Any]) -> Callable[..., Any]:
    """A bounded memo that replays the properties which the value rests on."""
    table: dict[Any, tuple[Any, frozenset[str]]] = {}

    @wraps(f)
    def lookup(*key: Any) -> Any:
        ledger = _current.get()
        entry = (ledger.almost_everywhere, key)
        hit = table.get(entry)
        if hit is None:
            outer, ledger.used = ledger.used, set()
            try:
                value = f(*key)
                hit = (value, frozenset(ledger.used))
            finally:
                ledger.used = outer
            if len(table) >= MEMO:
                for old in list(table)[: MEMO // 4]:
                    table.pop(old, None)
            table[entry] = hit
        ledger.used |= hit[1]
        return hit[0]

    return lookup
