"""Letters in a style of their own: bold, calligraphic and blackboard letters, hats and bars."""

from __future__ import annotations

from dataclasses import replace

from derive.documents.source.tokens import Token
from derive.documents.syntax import tree as s
from derive.documents.syntax.cursor import ACCENTS, STYLES
from derive.documents.syntax.differentials import Differentials
from derive.documents.syntax.scan import compares, unwrapped
from derive.documents.trouble import Unreadable


class Styles(Differentials):
    """The part of the parser that reads styled letters."""

    def styled(self, t: Token) -> s.Node:
        """\\mathbf x, \\hat{\\bm y}, \\mathcal L, \\mathbb E, \\mathbf 1."""
        inside = self.group()
        style = STYLES.get(t.text)
        if len(inside) == 1 and inside[0].kind == "num" and style in ("bold", "bb"):
            return (
                self.ones(t)
                if inside[0].text == "1"
                else s.Special(t.start, {"0": "zeros"}.get(inside[0].text, inside[0].text))
            )
        if style == "bb":
            return self.blackboard(t, inside)
        tree = self.inner(inside, "a symbol")
        accent = ACCENTS.get(t.text)
        if isinstance(tree, s.Script) and isinstance(tree.base, s.Name):
            power = "".join(u.text for u in tree.sup if not u.is_("{", "}"))
            if accent and power.isdigit():  # the mean of x^2 is a name, and no square
                mean = self.named(t, replace(tree.base, name=f"{tree.base.name}{power}"), style, accent)
                return s.Script(t.start, mean, tree.sub) if tree.sub else mean
            return s.Script(t.start, self.named(t, tree.base, style, accent), tree.sub, tree.sup, tree.primes)
        if isinstance(tree, s.Name):
            return self.named(t, tree, style, accent)
        if style == "bold" and isinstance(tree, s.Special):
            return tree
        if accent == "bar" and t.text == "bar":
            raise Unreadable(t.start, "a bar over an expression", "a symbol under the bar")
        raise Unreadable(t.start, f"{t} over an expression", "a single symbol")

    def ones(self, t: Token) -> s.Node:
        r"""\mathbf 1 is a vector of ones, \mathbb 1[x > 0] an indicator."""
        return self.indicated(t) or s.Special(t.start, "ones")

    def indicated(self, t: Token) -> s.Indicator | None:
        r"""1\{y = k\}, 1[y = k] and 1(y = k), in whatever letters the 1 is set: a comparison in brackets behind it."""
        u = self.peek()
        if u is None or u.kind != "open" or (t.kind == "num" and t.text != "1"):
            return None
        start = self.n
        self.n += 1
        inside = unwrapped(self.bracketed(u))
        if compares(inside):
            return s.Indicator(t.start, tuple(inside))
        self.n = start
        return None

    def named(self, t: Token, name: s.Name, style: str | None, accent: str | None) -> s.Name:
        text = name.name + (accent or "")
        if style in ("cal", "frak"):
            text = style + text
        return s.Name(t.start, text, name.bold or style == "bold", name.word)

    def blackboard(self, t: Token, inside: tuple[Token, ...]) -> s.Node:
        letter = "".join(u.text for u in inside)
        if letter in ("E",):
            return self.expectation(t)
        if letter in ("R", "N", "Z", "Q", "C"):
            return s.Special(t.start, letter)
        if letter in ("1", "I"):
            return self.ones(t)
        raise Unreadable(t.start, f"\\mathbb{{{letter}}}", r"\mathbb R, \mathbb E or \mathbb 1")

    def expectation(self, t: Token) -> s.Node:
        sub = self.subscript()
        u = self.peek()
        if u is None or u.kind != "open":
            raise Unreadable(t.start, r"\mathbb E without brackets", r"\mathbb E_n[...]")
        self.n += 1
        return s.Big(t.start, "E", sub, (), self.inner(self.bracketed(u)))
