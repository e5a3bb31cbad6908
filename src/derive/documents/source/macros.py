"""The note's own macros: found, and expanded with the place of the call kept.

Bounded in number, depth and size, so that recursive or exponential macros end in a clear message.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from derive.documents.source.tokens import Token, moved, tokenize
from derive.documents.trouble import Unreadable

MAX_CALLS = 2_000  # expansions in one formula
MAX_TOKENS = 20_000  # after expansion
MAX_DEPTH = 40  # of macros that expand to macros

HEAD = re.compile(
    r"\\(?P<kind>newcommand|renewcommand|providecommand|def|gdef|DeclareMathOperator|DeclarePairedDelimiter"
    r"|newcommandx)\*?(?![a-zA-Z])"
)
NAME = re.compile(r"\s*(?:\{\s*\\([A-Za-z]+|.)\s*\}|\\([A-Za-z]+|.))")
COUNT = re.compile(r"\s*\[\s*([0-9])\s*\]")
DEFAULT = re.compile(r"\s*\[([^\[\]]{0,200})\]")
PARAMETERS = re.compile(r"((?:\s*#[0-9])*)\s*")


@dataclass(frozen=True)
class Macro:
    """A macro: how many arguments it takes, a default for the first one, and its body."""

    arguments: int
    body: tuple[Token, ...]
    default: tuple[Token, ...] | None = None
    text: str = ""  # the body as written


Macros = dict[str, Macro]


@dataclass(frozen=True)
class Definition:
    """A macro's definition in the source: its name, and where it begins and ends."""

    name: str
    macro: Macro
    start: int
    end: int


def definition_at(source: str, place: int) -> Definition | None:
    """The macro definition that begins here, if one does and it is understood."""
    head = HEAD.match(source, place)
    name = NAME.match(source, head.end()) if head else None
    if head is None or name is None:
        return None
    word, kind, at = name.group(1) or name.group(2), head["kind"], name.end()
    arguments, default = 0, None
    if kind in ("def", "gdef"):
        parameters = PARAMETERS.match(source, at)
        arguments, at = (parameters.group(1).count("#"), parameters.end()) if parameters else (0, at)
    elif count := COUNT.match(source, at):
        arguments, at = int(count.group(1)), count.end()
        if given := DEFAULT.match(source, at):
            default, at = tuple(tokenize(source, given.start(1), given.end(1))), given.end()
    body = group_end(source, at)
    if body is None:
        return None
    start = source.index("{", at) + 1
    if kind == "DeclarePairedDelimiter":
        return _paired(source, word, place, at)
    tokens = tuple(tokenize(source, start, body - 1))
    if kind == "DeclareMathOperator":
        name_ = Token("text", source[start : body - 1], start, body)
        tokens = (Token("cmd", "operatorname", start, start), name_)
    return Definition(word, Macro(arguments, tokens, default, source[start : body - 1]), place, body)


def _paired(source: str, word: str, place: int, at: int) -> Definition | None:
    """`\\DeclarePairedDelimiter\\norm{\\lVert}{\\rVert}`: a macro with one argument."""
    first = group_end(source, at)
    second = group_end(source, first) if first else None
    if first is None or second is None:
        return None
    left = tokenize(source, source.index("{", at) + 1, first - 1)
    right = tokenize(source, source.index("{", first) + 1, second - 1)
    parameter = (Token("sym", "#", at, at), Token("num", "1", at, at))
    return Definition(word, Macro(1, (*left, *parameter, *right)), place, second)


def group_end(source: str, place: int) -> int | None:
    """Where the group ends that begins at or after this place, blanks apart; None if there is none."""
    while place < len(source) and source[place].isspace():
        place += 1
    if place >= len(source) or source[place] != "{":
        return None
    depth = 0
    for stop in range(place, min(len(source), place + 5_000)):
        if source[stop] in "{}" and source[stop - 1] != "\\":
            depth += 1 if source[stop] == "{" else -1
            if depth == 0:
                return stop + 1
    return None


def collect(source: str) -> Macros:
    """All macros that a source defines, the last definition of a name prevailing."""
    macros: Macros = {}
    for head in HEAD.finditer(source):
        try:
            found = definition_at(source, head.start())
        except Unreadable:
            continue
        if found:
            macros[found.name] = found.macro
    return macros


def expand(tokens: list[Token], macros: Macros) -> list[Token]:
    """The tokens with macros expanded; what a macro's body contributes is placed at its call."""
    if not any(t.kind == "cmd" and t.text in macros for t in tokens):
        return tokens
    return Expander(macros).expand(tokens, 0)


class Expander:
    def __init__(self, macros: Macros) -> None:
        self.macros = macros
        self.calls = self.made = 0

    def expand(self, tokens: list[Token], depth: int) -> list[Token]:
        out: list[Token] = []
        n = 0
        while n < len(tokens):
            t = tokens[n]
            macro = self.macros.get(t.text) if t.kind == "cmd" else None
            if macro is None:
                out.append(t)
                n += 1
                continue
            arguments, n = self.arguments(tokens, n + 1, macro, t)
            out += self.call(t, macro, arguments, tokens[n - 1].end, depth)
        self.made += len(out)
        self.check(tokens[0] if tokens else None, depth)
        return out

    def check(self, t: Token | None, depth: int) -> None:
        place, name = (t.start, str(t)) if t else (0, "a macro")
        if depth > MAX_DEPTH or self.calls > MAX_CALLS:
            raise Unreadable(place, f"{name}, which expands again and again", "a macro that does not contain itself")
        if self.made > MAX_TOKENS:
            raise Unreadable(place, f"more than {MAX_TOKENS:,} tokens after expanding {name}", "a smaller formula")

    def call(self, t: Token, macro: Macro, arguments: list[list[Token]], end: int, depth: int) -> list[Token]:
        self.calls += 1
        self.check(t, depth)
        out: list[Token] = []
        body, n = macro.body, 0
        while n < len(body):
            if body[n].text == "#" and n + 1 < len(body) and body[n + 1].kind == "num":
                which = int(body[n + 1].text[0])  # "#12" is the first argument and a 2
                out += _placed(arguments[which - 1]) if 1 <= which <= len(arguments) else []
                if len(body[n + 1].text) > 1:
                    out.append(Token("num", body[n + 1].text[1:], t.start, end))
                n += 2
            else:
                out.append(moved(body[n], t.start, end))
                n += 1
        self.made += len(out)
        self.check(t, depth)
        return self.expand(out, depth + 1)

    def arguments(self, tokens: list[Token], n: int, macro: Macro, t: Token) -> tuple[list[list[Token]], int]:
        """The arguments that follow, and the place behind them."""
        given: list[list[Token]] = []
        if macro.default is not None:
            optional, n = _optional(tokens, n)
            given.append(list(macro.default) if optional is None else optional)
        while len(given) < macro.arguments:
            if n >= len(tokens):
                raise Unreadable(t.start, f"{t} with {len(given)} of them", f"{macro.arguments} arguments")
            argument, n = _argument(tokens, n)
            given.append(argument)
        return given, n


def _optional(tokens: list[Token], n: int) -> tuple[list[Token] | None, int]:
    if n < len(tokens) and tokens[n].is_("["):
        for stop in range(n + 1, len(tokens)):
            if tokens[stop].is_("]"):
                return tokens[n + 1 : stop], stop + 1
    return None, n


def _placed(argument: list[Token]) -> list[Token]:
    """An argument within the body. No group holds one that begins with ^ or _, a script of what stands there, nor the
    variables x \\, \\partial y of a derivative."""
    if len(argument) < 3 or not argument[0].is_("{"):
        return argument
    inside = argument[1:-1]
    goes_on = inside[0].is_("^", "_") or any(t.is_("\\partial") for t in inside[1:])
    return inside if goes_on else argument


def _argument(tokens: list[Token], n: int) -> tuple[list[Token], int]:
    """One argument: a token, or a group; the braces of the group are kept so that it stays together."""
    if not tokens[n].is_("{"):
        return [tokens[n]], n + 1
    depth = 0
    for stop in range(n, len(tokens)):
        depth += tokens[stop].is_("{") - tokens[stop].is_("}")
        if depth == 0:
            return tokens[n : stop + 1], stop + 1
    raise Unreadable(tokens[n].start, "the end of the formula", "a closing brace }")
