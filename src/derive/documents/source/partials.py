"""\\partial_i for a derivative in x_i: written out where a note says that it stands for \\partial/\\partial x_i."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from derive.documents.source.gradients import STANDS_FOR
from derive.documents.source.tokens import Token


@dataclass(frozen=True)
class Partials:
    """\\partial_i is the derivative in the entry i of this array."""

    of: tuple[Token, ...]

    def applied(self, tokens: list[Token]) -> list[Token]:
        """The tokens with the array in each \\partial_i and \\partial_{i}."""
        out: list[Token] = []
        n = 0
        while n < len(tokens):
            out.append(tokens[n])
            found = _index(tokens, n)
            if found is not None:
                index, end = found
                at = tokens[n]
                around = [Token("sym", x, at.start, at.end) for x in ("_", "{")]
                inside = [*self.of, Token("sym", "_", at.start, at.end), index, Token("sym", "}", at.start, at.end)]
                out += [*around, *inside]
                n = end
            else:
                n += 1
        return out


def partials(formulas: Sequence[tuple[list[list[Token]], str]]) -> Partials | None:
    """What the note says of \\partial_i; of each formula its pieces, and the words before it."""
    for (first, _), (second, words) in pairwise(formulas):
        if len(first) == len(second) == 1 and STANDS_FOR.fullmatch(words):
            short, long = first[0], [t for t in second[0] if not t.is_("{", "}", "\\frac", "/")]
            found = _index(short, 0) if short else None
            if found is None or found[1] != len(short) or len(long) < 4:
                continue
            index = found[0]
            signs = long[0].is_("\\partial") and long[1].is_("\\partial")
            if signs and long[-2].is_("_") and long[-1].text == index.text and len(long) == 5:
                return Partials(tuple(long[2:-2]))
    return None


def _index(tokens: Sequence[Token], n: int) -> tuple[Token, int] | None:
    """i, and the place behind it, of \\partial_i or \\partial_{i} at n."""
    if not tokens[n].is_("\\partial") or n + 2 >= len(tokens) or not tokens[n + 1].is_("_"):
        return None
    if tokens[n + 2].is_("{"):
        braced = n + 4 < len(tokens) and tokens[n + 4].is_("}")
        return (tokens[n + 3], n + 5) if braced and _is_index(tokens[n + 3]) else None
    return (tokens[n + 2], n + 3) if _is_index(tokens[n + 2]) else None


def _is_index(t: Token) -> bool:
    return t.kind == "num" or (t.kind == "letter" and t.text in "hijklmnpqrs")
