"""Characters to tokens, each with its place."""

from __future__ import annotations

import re
from dataclasses import dataclass

from derive.errors import FormulaError

MAX_LENGTH = 20_000  # characters of a formula
MAX_TOKENS = 4_000
MAX_DEPTH = 60  # of brackets, powers, signs and chains of methods, each within the other
MAX_DIGITS = 100  # of a number
MAX_EXPONENT = 300  # of a number such as 1e-3


@dataclass(frozen=True)
class Token:
    kind: str  # "number", "name", "op", "end"
    text: str
    offset: int


SPACE = re.compile(r"\s+|#[^\n]*")
NUMBER = re.compile(r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
OPERATOR = re.compile(r"\*\*|//|<=|>=|==|!=|:=|->|<<|>>|\+=|-=|\*=|/=|@=|&&|\|\||\.\.\.|[-+*/@()\[\],.:<>=^&|~!%{};]")

REFUSED = {
    "^": "write ** for a power",
    "//": "whole-number division is not known; write / ",
    "%": "remainders are not known",
    "=": "write == for a comparison: a formula assigns nothing",
    ":=": "a formula assigns nothing",
    "&": "write a product of comparisons for `and`: (a > 0) * (b > 0)",
    "&&": "write a product of comparisons for `and`: (a > 0) * (b > 0)",
    "|": "write abs(x) for an absolute value, maximum(a, b) for `or`",
    "||": "write norm(x) for a norm",
    "~": "write 1 - c for `not`",
    "!": "factorials and `not` are not known; write 1 - c for `not`",
    "{": "write ( ) for brackets",
    "}": "write ( ) for brackets",
    ";": "one formula at a time",
    "->": "a formula is one expression",
    "<<": "shifts are not known",
    ">>": "shifts are not known",
} | dict.fromkeys(("+=", "-=", "*=", "/=", "@="), "a formula assigns nothing")

LOOKALIKES = {
    "×": "*", "·": "*", "⋅": "*", "∗": "*", "⊙": "*", "∘": "*", "÷": "/", "∕": "/", "−": "-", "–": "-", "—": "-",
    "≤": "<=", "≥": ">=", "≠": "!=", "²": "**2", "³": "**3", "⁻": "**-", "ᵀ": ".T", "⊤": ".T", "√": "sqrt()",
    "∑": "sum()", "Σ": "sum()", "∏": "prod()", "π": "pi", "σ": "sigmoid() or the name sigma", "λ": "lambda",
    "∞": "a finite number", "‖": "norm()", "“": "nothing: text is not known", "”": "nothing: text is not known",
    "’": ".T", "\u00a0": "a space", "，": ",", "（": "(", "）": ")",
}  # fmt: skip


def tokenize(source: str) -> list[Token]:
    """The tokens of a formula, ended by one of kind "end".

    >>> [t.text for t in tokenize("x**-2")]
    ['x', '**', '-', '2', '']
    """
    if len(source) > MAX_LENGTH:
        raise FormulaError(
            f"the formula has {len(source):,} characters; at most {MAX_LENGTH:,} are read", source[:100], 0
        )
    tokens: list[Token] = []
    place = depth = 0
    while place < len(source):
        if space := SPACE.match(source, place):
            place = space.end()
            continue
        token = _token(source, place)
        tokens.append(token)
        place += len(token.text)
        depth += (token.text in "([") - (token.text in ")]")
        if depth > MAX_DEPTH:
            raise FormulaError(f"nested too deeply: more than {MAX_DEPTH} brackets", source, token.offset)
        if len(tokens) > MAX_TOKENS:
            raise FormulaError(f"the formula has more than {MAX_TOKENS:,} tokens", source, place)
    if not tokens:
        raise FormulaError("the formula is empty", source, 0, hint='write one such as "sum(x**2)"')
    return [*tokens, Token("end", "", len(source.rstrip()))]


def _token(source: str, place: int) -> Token:
    if number := NUMBER.match(source, place):
        return _number(source, place, number.group())
    if name := NAME.match(source, place):
        return Token("name", name.group(), place)
    if operator := OPERATOR.match(source, place):
        text = operator.group()
        if text in REFUSED and text != "=":  # keyword arguments need it
            raise FormulaError(f"{text!r} has no meaning here", source, place, hint=REFUSED[text])
        return Token("op", text, place)
    raise _unknown(source, place)


def _number(source: str, place: int, text: str) -> Token:
    after = source[place + len(text) : place + len(text) + 1]
    if after.isalnum() or after == "_" or after == ".":
        raise FormulaError(_after_number(after), source, place + len(text), hint=_number_hint(text, after))
    digits, _, exponent = text.lower().partition("e")
    if len(digits) > MAX_DIGITS:
        raise FormulaError(f"the number has more than {MAX_DIGITS} digits", source, place)
    if exponent and (len(exponent) > 5 or abs(int(exponent)) > MAX_EXPONENT):
        raise FormulaError(f"the exponent of a number may not exceed {MAX_EXPONENT}", source, place)
    return Token("number", text, place)


def _after_number(after: str) -> str:
    return f"a number is followed by {after!r}"


def _number_hint(text: str, after: str) -> str:
    if after in ("j", "J"):
        return "complex numbers are not known"
    if after == ".":
        return "a number has one decimal point"
    if after == "_":
        return "write the digits without _"
    return f"write {text}*{after}... for a product" if after.isascii() else "only ASCII characters are read"


def _unknown(source: str, place: int) -> FormulaError:
    character = source[place]
    if character in "\"'`":
        return FormulaError("text has no meaning in a formula", source, place, hint="write .T for a transpose")
    if character in LOOKALIKES:
        hint = f"write {LOOKALIKES[character]} instead"
        return FormulaError(f"the character {character!r} is not ASCII", source, place, hint=hint)
    kind = "is not known" if character.isascii() else "is not ASCII"
    return FormulaError(f"the character {character!r} {kind}", source, place, hint="names are made of a-z, A-Z, 0-9, _")
