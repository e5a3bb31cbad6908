"""A place in a list of tokens: looking ahead, groups and brackets."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

from derive.documents.source.tokens import MAX_DEPTH, Token
from derive.documents.syntax import tree as s
from derive.documents.trouble import Unreadable

ACCENTS = {"hat": "hat", "bar": "bar", "tilde": "tilde", "dot": "dot", "ddot": "ddot", "acute": "acute", "check":
           "check", "breve": "breve"}  # fmt: skip
STYLES = {"mathbf": "bold", "mathcal": "cal", "mathscr": "cal", "mathfrak": "frak", "mathbb": "bb", "cal": "cal"}


class Cursor(ABC):
    """What the parser stands on. `expression` is the parser's."""

    def __init__(self, tokens: Sequence[Token], depth: int = 0) -> None:
        self.tokens = list(tokens)
        self.n = 0
        self.depth = depth
        self.bars: list[str] = []  # of the |...| that are open at this level of brackets

    # -- tokens ------------------------------------------------------------------------------------------------
    def peek(self, ahead: int = 0) -> Token | None:
        return self.tokens[self.n + ahead] if self.n + ahead < len(self.tokens) else None

    def next(self) -> Token:
        t = self.peek()
        if t is None:
            raise self.ended("a factor")
        self.n += 1
        return t

    def ended(self, expected: str) -> Unreadable:
        at = self.tokens[-1].end if self.tokens else 0
        return Unreadable(max(at - 1, 0), "the end of the formula", expected)

    def looks(self, *texts: str) -> bool:
        t = self.peek()
        return t is not None and t.is_(*texts)

    def inner(self, tokens: Sequence[Token], what: str = "an expression") -> s.Node:
        """The tree of a group's tokens."""
        if not tokens:
            at = self.tokens[max(self.n - 1, 0)].start if self.tokens else 0
            raise Unreadable(at, "an empty group", what)
        if self.depth > MAX_DEPTH:
            raise Unreadable(tokens[0].start, f"more than {MAX_DEPTH} brackets within each other", "a flatter formula")
        parser = type(self)(tokens, self.depth + 1)
        tree = parser.expression()
        if parser.n < len(parser.tokens):
            t = parser.tokens[parser.n]
            raise Unreadable(t.start, str(t), "an operator, a factor or the end of the group")
        return tree

    def group(self) -> tuple[Token, ...]:
        """The tokens of a group {...}, or the single token that stands for one."""
        t = self.next()
        if not t.is_("{"):
            return self.single(t)
        depth, start = 1, self.n
        while depth:
            u = self.peek()
            if u is None:
                raise Unreadable(t.start, "the end of the formula", "a closing brace }")
            depth += u.is_("{") - u.is_("}")
            self.n += 1
        return tuple(self.tokens[start : self.n - 1])

    def single(self, t: Token) -> tuple[Token, ...]:
        """An unbraced argument: one token; a command takes its own argument along. Of a number, only one digit."""
        if t.kind == "num" and "." in t.text[:2]:  # in x^2.5 only the 2 is raised; was 2.5 meant?
            raise Unreadable(t.start, t.text, "braces around a number with a point")
        if t.kind == "num" and len(t.text) > 1:
            rest = Token("num", t.text[1:], t.start + 1, t.end)
            self.tokens.insert(self.n, rest)
            return (Token("num", t.text[0], t.start, t.start + 1),)
        if t.kind == "cmd" and (t.text in STYLES or t.text in ACCENTS or t.text in ("sqrt",)):
            start = self.n
            self.group()
            return (t, *self.tokens[start : self.n])
        if t.kind == "cmd" and t.text == "frac":
            start = self.n
            self.group()
            self.group()
            return (t, *self.tokens[start : self.n])
        return (t,)

    def bracketed(self, t: Token) -> list[Token]:
        """The tokens up to the delimiter that closes `t`."""
        depth, start = 1, self.n
        while self.n < len(self.tokens):
            u = self.tokens[self.n]
            depth += (u.kind in ("open", "nullopen") or u.is_("{")) - (u.kind == "close" or u.is_("}"))
            self.n += 1
            if depth == 0:
                if u.kind != "close":
                    raise Unreadable(u.start, str(u), f"the delimiter that closes {t.text}")
                return self.tokens[start : self.n - 1]
        raise Unreadable(t.start, f"{t.text} and no delimiter that closes it", "a closing delimiter")

    def subscript(self) -> tuple[Token, ...]:
        if self.looks("_"):
            self.n += 1
            return self.group()
        return ()

    @abstractmethod
    def expression(self) -> s.Node: ...
