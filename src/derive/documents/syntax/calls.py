"""What a function word or a sum sign takes along: scripts, and its argument with or without brackets."""

from __future__ import annotations

from abc import abstractmethod

from derive.documents.source.tokens import Token
from derive.documents.syntax import tree as s
from derive.documents.syntax.cursor import ACCENTS, STYLES
from derive.documents.syntax.scan import comma_separated
from derive.documents.syntax.styles import Styles
from derive.documents.syntax.words import BIG, FUNCTIONS, GREEDY, LETTERLIKE, WORDS
from derive.documents.trouble import Unreadable

BRACKETS = frozenset(("(", "[", "{"))
"""Around the arguments of a function; bars and angles, as in log|x|, belong to the one argument."""


class Calls(Styles):
    """The part of the parser that reads functions and sums. Factors and products are the parser's."""

    @abstractmethod
    def entrywise(self) -> s.Node: ...

    def big(self, t: Token) -> s.Node:
        r"""\sum_{n=1}^N and the term that follows: everything up to a + or - at this level."""
        sub: tuple[Token, ...] = ()
        sup: tuple[Token, ...] = ()
        while self.looks("_", "^"):
            if self.next().text == "_":
                sub = self.group()
            else:
                sup = self.group()
        return s.Big(t.start, t.text, sub, sup, self.entrywise())

    def call(self, t: Token) -> s.Node:
        name = t.text
        sub: tuple[Token, ...] = ()
        sup: tuple[Token, ...] = ()
        primes = 0
        while self.looks("_", "^", "'"):
            u = self.next()
            if u.text == "'":
                primes += 1
            elif u.text == "_":
                sub = self.group()
            else:
                sup = self.group()
                if sup and all(u.is_("'") for u in sup):
                    primes, sup = primes + len(sup), ()
        while self.looks("{") and (empty := self.peek(1)) is not None and empty.is_("}"):
            self.n += 2  # \\exp{}(x)
        if name in ("max", "min") and sub:
            return s.Big(t.start, name, sub, (), self.entrywise())
        u = self.peek()
        if u is not None and u.kind == "open" and u.text in BRACKETS:
            self.n += 1
            items = comma_separated(self.bracketed(u), u.text)
            args = tuple(self.inner(i, "an argument") for i in items)
            return s.Call(t.start, name, args, sub, sup, primes, True)
        if name not in GREEDY and name.lower() not in WORDS and name not in FUNCTIONS:
            return s.Name(t.start, name, word=True)
        if u is None or not self.begins_factor(u) or u.is_("/", "*"):
            if t.kind == "word" and not (sub or sup or primes):
                return s.Name(t.start, name, word=True)  # \\mathrm{var} = ...: a name, if the note gives it a value
            return s.Call(t.start, name, (), sub, sup, primes)  # the function itself
        argument = self.argument()
        following = self.peek()
        trailing = None
        if (
            isinstance(argument, (s.Name, s.Script))
            and following is not None
            and following.kind == "open"
            and following.text == "("
        ):
            trailing = self.factor()
        return s.Call(t.start, name, (argument,), sub, sup, primes, False, trailing)

    def argument(self) -> s.Node:
        """The argument of a function without brackets: factors up to a sign, a space, a bracket or another function."""
        factors: list[tuple[str, s.Node]] = []
        while (t := self.peek()) is not None and self.begins_factor(t):
            if factors and (t.spaced or not self.continues_argument(t)):
                break
            if not factors and t.kind == "cmd" and t.text in BIG:
                return self.big(self.next())
            factors.append(("", self.factor()))
            if t.kind in ("open", "bar", "bars", "begin", "nullopen") or t.is_("\\frac", "\\sqrt"):
                break
        if not factors:
            t = self.peek()
            raise Unreadable(t.start, str(t), "an argument") if t else self.ended("an argument")
        return factors[0][1] if len(factors) == 1 else s.Juxtaposed(factors[0][1].at, tuple(factors))

    def continues_argument(self, t: Token) -> bool:
        if t.kind in ("num", "letter"):
            return True
        return t.kind == "cmd" and (t.text in LETTERLIKE or t.text in STYLES or t.text in ACCENTS)
