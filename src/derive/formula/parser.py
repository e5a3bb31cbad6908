"""A Pratt parser with Python's precedence and associativity, and bounded depth."""

from __future__ import annotations

import keyword
from collections.abc import Callable

from derive.errors import FormulaError
from derive.formula.syntax import (
    Attribute,
    Binary,
    Call,
    Constant,
    Name,
    Node,
    Number,
    Range,
    Sequence,
    Subscript,
    Unary,
)
from derive.formula.tokens import MAX_DEPTH, REFUSED, Token, tokenize

COMPARISONS = ("<", ">", "<=", ">=", "==", "!=")
BINDING = dict.fromkeys(COMPARISONS, 10) | {"+": 20, "-": 20, "*": 30, "/": 30, "@": 30, "**": 50}
SIGN = 40  # binds tighter than *, looser than **
Reader = Callable[[], Node | None]  # of one item between brackets
CLOSERS = {"(": ")", "[": "]"}
CONSTANTS: dict[str, object] = {"None": None, "True": True, "False": False}
KEYWORDS = {
    "lambda": "functions cannot be defined in a formula; declare the name `lambda` to use it as a number",
    "if": "write where(a > b, x, y)",
    "else": "write where(a > b, x, y)",
    "for": "write sum(x, axis=0), or a product of arrays",
    "and": "write a product of comparisons: (a > 0) * (b > 0)",
    "or": "write maximum of comparisons: maximum(a > 0, b > 0)",
    "not": "write 1 - c",
    "in": "membership is not known",
    "is": "write == for a comparison",
}
STATEMENT = "a formula is one expression, not a program"


def is_nameable(word: str) -> bool:
    """Whether a word may be the name of a value: keywords of statements may, those of expressions may not.

    Code calls the value otherwise: class_ for class.
    """
    return not keyword.iskeyword(word) or word == "lambda" or word not in (*KEYWORDS, *CONSTANTS)


def parse(source: str) -> Node:
    """The syntax tree of a formula.

    Raises FormulaError with the place: unbalanced brackets, a missing operand, nesting too deep.
    """
    return Parser(source).whole()


class Parser:
    def __init__(self, source: str) -> None:
        self.source = source
        self.tokens = tokenize(source)
        self.place = 0
        self.depth = 0
        self.open: list[Token] = []

    @property
    def token(self) -> Token:
        return self.tokens[self.place]

    def whole(self) -> Node:
        tree = self.expression(0)
        if self.token.kind != "end":
            raise self.unexpected("an operator or the end of the formula")
        return tree

    def advance(self) -> Token:
        token = self.token
        self.place += 1
        return token

    def at(self, *texts: str) -> bool:
        return self.token.kind == "op" and self.token.text in texts

    def fail(self, message: str, offset: int, hint: str = "") -> FormulaError:
        return FormulaError(message, self.source, offset, hint=hint)

    # -- expressions -----------------------------------------------------------------------------------------
    def expression(self, power: int) -> Node:
        """An operand and all operators that bind tighter than `power`."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.fail(f"nested too deeply: more than {MAX_DEPTH} levels", self.token.offset)
        left = self.operand()
        while self.token.kind == "op" and BINDING.get(self.token.text, 0) > power:
            left = self.infix(left, self.advance())
        self.depth -= 1
        return left

    def infix(self, left: Node, op: Token) -> Node:
        binding = BINDING[op.text]
        right = self.expression(binding - 1 if op.text == "**" else binding)
        if op.text in COMPARISONS and self.at(*COMPARISONS):
            hint = "write a product of comparisons: (a < b) * (b < c)"
            raise self.fail("comparisons cannot be chained", self.token.offset, hint)
        return Binary(op.offset, op.text, left, right)

    def operand(self) -> Node:
        if self.at("-", "+"):
            sign = self.advance()
            return Unary(sign.offset, sign.text, self.expression(SIGN))
        return self.postfix(self.atom())

    def atom(self) -> Node:
        token = self.token
        if token.kind == "number":
            self.advance()
            return Number(token.offset, token.text)
        if token.kind == "name":
            return self.name(self.advance())
        if self.at("(", "["):
            return self.group(self.advance())
        if self.at("..."):
            self.advance()
            return Constant(token.offset, ...)
        raise self.unexpected("a number, a name or an opening bracket")

    def name(self, token: Token) -> Node:
        if token.text in CONSTANTS:
            return Constant(token.offset, CONSTANTS[token.text])
        alone = self.token.kind not in ("name", "number") and not self.at(":")
        if keyword.iskeyword(token.text) and not (is_nameable(token.text) and alone):
            hint = KEYWORDS.get(token.text, STATEMENT)
            raise self.fail(f"{token.text!r} has no meaning in a formula", token.offset, hint)
        return Name(token.offset, token.text)

    def group(self, opener: Token) -> Node:
        """A bracketed expression, or a sequence of them."""
        items, comma = self.items(opener, self.plain_item)
        if opener.text == "(" and len(items) == 1 and not comma:
            return items[0]
        if not items:
            raise self.fail("empty brackets", opener.offset)
        return Sequence(opener.offset, tuple(items))

    # -- what may follow an operand ------------------------------------------------------------------------
    def postfix(self, node: Node) -> Node:
        length = 0
        while self.at("(", "[", "."):
            length += 1
            if self.depth + length > MAX_DEPTH:
                raise self.fail(f"nested too deeply: more than {MAX_DEPTH} levels", self.token.offset)
            node = self.suffix(node, self.advance())
        return node

    def suffix(self, node: Node, token: Token) -> Node:
        if token.text == ".":
            if self.token.kind != "name":
                raise self.unexpected("the name of a method, or T")
            name = self.advance()
            return Attribute(name.offset, node, name.text)
        if token.text == "[":
            items, _ = self.items(token, self.slice_item)
            if not items:
                raise self.fail("empty index", token.offset)
            return Subscript(token.offset, node, tuple(items))
        if not isinstance(node, (Name, Attribute)):
            raise self.fail("only functions can be called", token.offset, "write * for a product")
        return self.call(node, token)

    def call(self, function: Node, opener: Token) -> Node:
        keywords: list[tuple[str, int, Node]] = []

        def argument() -> Node | None:
            token = self.token
            if token.kind == "name" and self.is_keyword():
                self.place += 2
                keywords.append((token.text, token.offset, self.expression(0)))
                return None
            if keywords:
                raise self.fail("a positional argument follows a keyword argument", token.offset)
            return self.plain_item()

        items, _ = self.items(opener, argument)
        return Call(function.offset, function, tuple(items), tuple(keywords))

    def is_keyword(self) -> bool:
        following = self.tokens[self.place + 1]
        return following.kind == "op" and following.text == "="

    # -- brackets --------------------------------------------------------------------------------------------
    def items(self, opener: Token, read: Reader) -> tuple[list[Node], bool]:
        """What stands between brackets, separated by commas; whether there was a comma."""
        closer, items, comma = CLOSERS[opener.text], [], False
        self.open.append(opener)
        while not self.at(closer):
            item = read()
            if item is not None:
                items.append(item)
            if self.at(","):
                self.advance()
                comma = True
            elif not self.at(closer):
                raise self.unexpected(f"{closer!r} or a comma")
        self.advance()
        self.open.pop()
        return items, comma

    def plain_item(self) -> Node:
        return self.expression(0)

    def slice_item(self) -> Node:
        """An index: a position, or `start:stop:step`."""
        start = self.token.offset
        parts: list[Node | None] = [None]
        while not self.at("]", ","):
            if self.at(":"):
                self.advance()
                parts.append(None)
            elif parts[-1] is None and self.token.kind != "end":
                parts[-1] = self.expression(0)
            else:
                raise self.unexpected("']', a comma or ':'")
        if len(parts) == 1 and parts[0] is not None:
            return parts[0]
        if len(parts) == 1 or len(parts) > 3:
            raise self.fail("an index is missing" if len(parts) == 1 else "too many ':' in an index", start)
        return Range(start, tuple(parts))

    # -- errors ------------------------------------------------------------------------------------------------
    def unexpected(self, expected: str) -> FormulaError:
        token = self.token
        if token.kind == "end" and self.open:
            opener = self.open[-1]
            return self.fail(f"the bracket {opener.text!r} is never closed", opener.offset)
        if token.kind == "end":
            return self.fail(f"the formula ends too early: {expected} is expected", token.offset)
        if token.text in (")", "]"):
            return self.stray(token, expected)
        return self.fail(f"{expected} is expected, {token.text!r} found", token.offset, self.advice(token))

    def stray(self, token: Token, expected: str) -> FormulaError:
        if not self.open:
            return self.fail(f"the bracket {token.text!r} was never opened", token.offset)
        opener = self.open[-1]
        if CLOSERS[opener.text] != token.text:
            column = opener.offset + 1
            message = f"{token.text!r} does not close the bracket {opener.text!r} opened at position {column}"
            return self.fail(message, token.offset)
        return self.fail(f"{expected} is expected before {token.text!r}", token.offset)

    def advice(self, token: Token) -> str:
        before = self.tokens[self.place - 1] if self.place else None
        if token.text in REFUSED:
            return REFUSED[token.text]
        if token.kind in ("name", "number") and before and (before.kind != "op" or before.text in (")", "]")):
            return KEYWORDS.get(token.text, "write * for a product")
        return ""
