"""Layers without brackets: `a^1 = W^1 x` and `a^l = W^l a^{l-1}` number what they name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from derive.documents.source.rows import relations
from derive.documents.source.tokens import Token, group_end
from derive.documents.source.uses import uses

LETTERS = frozenset(("l", "ell"))
LAST = "L"
EULER = "e"
NEVER = frozenset(("R", "pi", "top", "infty", "partial", "nabla", "sum", "prod", "int", "odot", "circ", "prime"))
HEADS = frozenset(("=", "\\coloneq", "\\in"))


@dataclass(frozen=True)
class Raised:
    """A name and its superscript: the tokens from `at` to `end`, without braces."""

    name: str
    at: int
    end: int
    inner: tuple[Token, ...]

    @property
    def text(self) -> str:
        return "".join(t.text for t in self.inner)


def layers(formulas: Sequence[list[Token]]) -> frozenset[str]:
    """The names whose superscripts are numbers of layers; none where no equation says what some a^1 is."""
    found = [x for tokens in formulas for x in _raised(tokens)]
    heads = {(x.name, x.text) for tokens in formulas if (x := _head(tokens)) is not None}
    before = {(x.name, x.inner[0].text) for x in found if x.text in {f"{y}-1" for y in LETTERS}}
    letters = {text for name, text in heads & before if text in LETTERS and name != EULER}
    if not letters and not any(text == "1" for name, text in heads if name != EULER):
        return frozenset()
    of_letters = {x.name for x in found if x.inner[0].text in letters and len(x.inner) in (1, 3)}
    bare = {x.name for tokens in formulas for x in uses(tokens) if not x.sup}
    of_letters |= {name for name, text in heads if letters and text == LAST} - bare  # no gamma^L of gamma
    names = of_letters | {x.name for x in found if x.text == "1"} | {n for n, text in heads if text == "0"}
    return frozenset(
        names if heads & {(EULER, text) for text in (*letters, LAST)} else names - {EULER}
    )  # e^l = y - a^l


def bracketed(tokens: list[Token], names: frozenset[str]) -> list[Token]:
    """a^1 as a^{(1)}, for these names."""
    if not names:
        return tokens
    out: list[Token] = []
    n = 0
    for x in _raised(tokens):
        number = x.text.isdigit() or x.inner[0].text in (*LETTERS, LAST)
        if x.name in names and number and len(x.inner) in (1, 3):
            first, last = x.inner[0], x.inner[-1]
            out += tokens[n : x.at]
            out += [replace(first, kind="sym", text="{"), replace(first, kind="open", text="("), *x.inner]
            out += [replace(last, kind="close", text=")"), replace(last, kind="sym", text="}")]
            n = x.end
    return [*out, *tokens[n:]]


def _raised(tokens: list[Token]) -> Iterator[Raised]:
    """The letters of a formula that have a superscript, subscripts passed over."""
    for n, t in enumerate(tokens):
        if not t.is_("^") or n + 1 >= len(tokens):
            continue
        base = _base(tokens, n - 1)
        if base is None or base.kind not in ("letter", "cmd") or base.text in NEVER or not base.text.isalpha():
            continue
        end = group_end(tokens, n + 1)
        inner = tokens[n + 2 : end - 1] if tokens[n + 1].is_("{") else tokens[n + 1 : end]
        if inner:
            yield Raised(base.text, n + 1, end, tuple(inner))


def _base(tokens: list[Token], n: int) -> Token | None:
    """The letter before a superscript, behind its subscript; None behind a bracket, and of a blackboard letter."""
    if n >= 0 and tokens[n].is_("}"):
        depth = 0
        while n >= 0:
            depth += tokens[n].is_("}") - tokens[n].is_("{")
            if depth == 0:
                break
            n -= 1
        if n < 2 or not tokens[n - 1].is_("_"):
            return None
        n -= 2
    elif n >= 2 and tokens[n - 1].is_("_"):
        n -= 2
    if n < 0 or (n > 0 and tokens[n - 1].is_("\\mathbb")):
        return None
    return tokens[n]


def _head(tokens: list[Token]) -> Raised | None:
    """a^1, where it stands alone or on the left of an equation."""
    part = relations(tokens)
    if part.relations and str(part.relations[0]) not in HEADS:
        return None
    found = list(_raised(part.sides[0]))
    if len(found) != 1 or not _only(part.sides[0]):
        return None
    end, side = found[0].end, part.sides[0]
    end = group_end(side, end + 1) if end + 1 < len(side) and side[end].is_("_") else end  # a^l_j
    return found[0] if end == len(side) else None


def _only(side: list[Token]) -> bool:
    """Whether one name with scripts is all there is."""
    base = 1 + (len(side) > 1 and side[0].kind == "cmd" and not side[1].is_("^", "_"))
    return len(side) > base and side[base].is_("^", "_")
