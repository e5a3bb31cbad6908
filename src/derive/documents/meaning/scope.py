"""What is in scope while a formula is read: the letters of sums, numbers for letters, the parameters of functions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sympy import Expr

from derive.documents.trouble import Clash, Unreadable
from derive.expr import Index, Size

if TYPE_CHECKING:
    from derive.documents.meaning.values import Value


class Scope:
    """Letters and names with a meaning for a while."""

    def __init__(self, env: Mapping[str, int]) -> None:
        self.env: dict[str, int] = dict(env)  # numbers of layers, steps and sizes
        self.running: frozenset[str] = frozenset()  # letters that got their numbers from a sum or a definition
        self.letters: dict[str, Expr] = {}  # the indices that sums bind
        self.free: dict[str, Index] = {}  # the indices that stand for themselves
        self.firsts: dict[str, int] = {}  # the first values of letters that stand at arrays
        self.bindings: dict[str, Value] = {}  # the parameters of functions
        self.scope = ""  # which statement, definition or call is being read: part of the names of unknown sizes

    def resolved(self, dim: Expr) -> Expr:
        """A size with what was found out about it."""
        return dim

    def suffix(self) -> str:
        """What tells unknown sizes of one reading from those of another: the place, and the step."""
        env = ",".join(f"{k}{v}" for k, v in sorted(self.env.items()))
        return f"{self.scope}{env}"

    @contextmanager
    def within(self, scope: str) -> Iterator[None]:
        before, self.scope = self.scope, scope
        try:
            yield
        finally:
            self.scope = before

    @contextmanager
    def bound(self, values: Mapping[str, Expr]) -> Iterator[None]:
        """Letters bound by a sum, while its body is read."""
        before = dict(self.letters), self.env, self.firsts
        self.letters.update(values)
        self.firsts = {letter: first for letter, first in self.firsts.items() if letter not in values}
        self.env = {letter: n for letter, n in self.env.items() if letter not in values}
        try:
            yield
        finally:
            self.letters, self.env, self.firsts = before

    @contextmanager
    def numbered(self, place: Mapping[str, int]) -> Iterator[None]:
        """Numbers for the letters of a sum or a definition, while what is behind it is read."""
        before = self.env, self.running
        self.env, self.running = {**self.env, **place}, self.running | place.keys()
        try:
            yield
        finally:
            self.env, self.running = before

    @contextmanager
    def bind(self, values: Mapping[str, Value]) -> Iterator[None]:
        """Parameters of a function, while its body is read."""
        before = self.bindings
        self.bindings = {**before, **values}
        try:
            yield
        finally:
            self.bindings = before

    @contextmanager
    def unbound(self, *names: str) -> Iterator[None]:
        """Parameters that stand for themselves for a while."""
        before = self.bindings
        self.bindings = {n: v for n, v in before.items() if n not in names}
        try:
            yield
        finally:
            self.bindings = before

    def begins(self, letter: str, first: int, at: int) -> None:
        """Refuse a letter that stands at an array that begins with 0, and at one that begins with 1."""
        if self.firsts.setdefault(letter, first) != first:
            raise Unreadable(at, f"the index {letter} of arrays that begin at 0 and at 1", "one way to count")

    def index(self, letter: str, dim: Expr | None, at: int) -> Expr:
        """The index that a letter stands for, running over `dim` where that is known."""
        from derive.documents.meaning.values import same

        found = self.letters.get(letter)
        if found is None:
            found = self.free.get(letter)
        if found is None:
            own = self.resolved(Size(f"?{letter}%{self.suffix()}"))
            found = self.free[letter] = Index(letter, own)
        if isinstance(found, Index) and dim is not None and not same(found.dim, dim):
            raise Clash(f"the index {letter} runs over {found.dim} and is used in place of one over {dim}", at)
        return found

    @contextmanager
    def apart(self, env: Mapping[str, int]) -> Iterator[None]:
        """Away from the letters and parameters in scope, while a definition is read."""
        before = self.env, self.letters, self.free, self.firsts, self.bindings, self.running
        self.env, self.letters, self.free, self.firsts, self.bindings = dict(env), {}, {}, {}, {}
        self.running = frozenset()
        try:
            yield
        finally:
            self.env, self.letters, self.free, self.firsts, self.bindings, self.running = before
