"""What the definitions of a note come to, kept from one statement to the next while the table says the same.

A definition is read away from the statement that uses it: what it comes to, and what is assumed on the way, depend on
the table alone. So it is worked out once, and entered into the contexts of the following statements as if they had.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from derive.documents.meaning.values import is_unknown
from derive.documents.names.table import Table, copied
from derive.expr import Index, Let, Size, Tensor
from derive.expr.nodes import MEMO

if TYPE_CHECKING:
    from derive.documents.meaning.context import Context

Key = tuple[str, "int | None"]
STATES = 4  # of the table that are remembered: numbers given for one passage come and go
NOTES = ("assumed", "unspecified", "used_undeclared", "members", "presumed")
"""What a context notes down on the way, in order and each once."""


@dataclass
class Worth:
    """The tensor behind a name, and all that a context knows once it has been worked out there."""

    tensor: Tensor
    notes: dict[str, dict[str, None]]
    differential: bool
    lets: dict[Tensor, Let]
    hidden: dict[Tensor, tuple[Index, ...]]
    below: dict[Key, Worth]  # the names that it rests on
    terms: int
    within: frozenset[str]  # recursions that ask for it: it is an input there, and has no value elsewhere
    lasting: bool  # nothing in it belongs to this statement alone
    solved: dict[str, Any]  # sizes that were known then


@dataclass
class Frame:
    """A name that is being worked out, with what has been noted down since."""

    name: str
    above: Frame | None
    lasting: bool
    below: dict[Key, Worth] = field(default_factory=dict)
    within: set[str] = field(default_factory=set)

    def rests_on(self, key: Key, worth: Worth) -> None:
        self.below |= {**worth.below, key: worth}
        self.within |= worth.within
        self.lasting = self.lasting and worth.lasting


class Kept:
    """What definitions came to, by the state of the table."""

    def __init__(self) -> None:
        self.states: list[tuple[Table, dict[Any, Worth]]] = []

    def of(self, table: Table) -> dict[Any, Worth]:
        """What is known while the table says what it says now."""
        for n, (state, known) in enumerate(self.states):
            if state == table:
                self.states.insert(0, self.states.pop(n))
                return known
        self.states.insert(0, (copied(table), {}))
        del self.states[STATES:]
        return self.states[0][1]


def recalled(key: Key, at: int, c: Context) -> Tensor | None:
    """The tensor behind a name that an earlier statement has worked out, entered into the context."""
    worth = None if c.local else c.known.get((*key, c.whole_arrays, c.placed, *c.given_env.items()))
    if worth is None or not worth.solved.items() <= c.table.solved.items():
        return None
    if any(c.memo.get(k, w.tensor) != w.tensor for k, w in worth.below.items()):
        return None  # the statement takes a name for something else
    for k, w in (*worth.below.items(), (key, worth)):
        c.memo.setdefault(k, w.tensor)
        c.worths.setdefault(k, w)
    for t, let in worth.lets.items():
        if t not in c.lets:
            c.enter(let, at)
    c.hidden |= worth.hidden
    c.terms += worth.terms
    _noted(worth, c)
    if c.frame is not None:
        c.frame.rests_on(key, worth)
    return worth.tensor


def reused(key: Key, c: Context) -> Tensor:
    """The tensor behind a name that this context has worked out already."""
    if c.frame is not None:
        worth = c.worths[key]
        _noted(worth, c)
        c.frame.rests_on(key, worth)
    return c.memo[key]


def worked_out(key: Key, c: Context, compute: Callable[[], Tensor], *, lasting: bool, defined: bool) -> Tensor:
    """Work the tensor behind a name out; if it is `defined`, the statements that follow will know it.

    `lasting`: it depends on the table alone.
    """
    before = {name: getattr(c, name) for name in NOTES}
    for name in NOTES:
        setattr(c, name, {})
    differential, c.differential = c.differential, False
    lets, hidden, terms = len(c.lets), len(c.hidden), c.terms
    frame = c.frame = Frame(key[0], c.frame, lasting and not c.local)
    c.computing.append(key)
    tensor = None
    try:
        tensor = compute()
    finally:
        c.computing.pop()
        c.frame = frame.above
        if tensor is None and c.frame is not None:
            c.frame.lasting = False
        notes = {name: getattr(c, name) for name in NOTES}
        for name in NOTES:
            setattr(c, name, before[name] | notes[name])
        own, c.differential = c.differential, c.differential or differential
    new = dict(list(c.lets.items())[lets:])
    worth = Worth(
        tensor,
        notes,
        own,
        {t: let for w in frame.below.values() for t, let in w.lets.items()} | new,
        {t: i for w in frame.below.values() for t, i in w.hidden.items()} | dict(list(c.hidden.items())[hidden:]),
        frame.below,
        c.terms - terms,
        frozenset(frame.within - {frame.name}),
        frame.lasting and not unsettled(tensor) and not any(unsettled(let.rhs) for let in new.values()),
        c.table.solved,
    )
    c.memo[key], c.worths[key] = tensor, worth
    if c.frame is not None:
        c.frame.rests_on(key, worth)
    if defined and worth.lasting and not worth.within:
        worth.solved = dict(c.table.solved)
        c.known[(*key, c.whole_arrays, c.placed, *c.given_env.items())] = worth
    return tensor


def asked_by(name: str, c: Context) -> None:
    """The start of a recursion is an input where the recursion asks for it, and has no value elsewhere."""
    if c.frame is not None and any(other == name for other, _ in c.computing):
        c.frame.within.add(name)


def _noted(worth: Worth, c: Context) -> None:
    for name, notes in worth.notes.items():
        if notes:
            setattr(c, name, getattr(c, name) | notes)
    c.differential = c.differential or worth.differential


@lru_cache(MEMO)
def unsettled(e: Any) -> bool:
    """Whether a size that is not known yet is part of an expression."""
    if isinstance(e, Size):
        return is_unknown(e)
    if isinstance(e, Index):
        return unsettled(e.dim)
    return any(map(unsettled, e.dims if isinstance(e, Tensor) else e.args))
