"""Names that are words of the field: behind `\\mathrm{var}_n = \\dots`, where nothing follows it, var is a value."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from derive.documents.source.rows import relations
from derive.documents.source.tokens import Token, group_end

HEADS = frozenset(("=", "\\coloneq", "\\in", "<", ">", "\\le", "\\ge", "\\ne"))


@dataclass(frozen=True)
class Use:
    """A word of the field at `at`; `end` is behind its scripts, and `stop` behind the bracket that follows, if any."""

    word: str
    at: int
    end: int
    stop: int

    @property
    def is_plain(self) -> bool:
        return self.end == self.at + 1


@dataclass(frozen=True)
class Words:
    """The words that a note gives a value of their own, and those of them that are functions elsewhere in it."""

    names: frozenset[str]
    functions: frozenset[str]

    def applied(self, tokens: list[Token]) -> list[Token]:
        """The tokens with names in place of these words, but for where a word has an argument."""
        found = list(_uses(tokens, self.names)) if self.names else []
        named = {u.at for u in found if not self._is_applied(u, tokens)}
        return [replace(t, kind="letter") if n in named else t for n, t in enumerate(tokens)] if named else tokens

    def _is_applied(self, use: Use, tokens: list[Token]) -> bool:
        if use.word in self.functions:
            return (use.is_plain and _goes_on(tokens, use)) or _may_be_argument(use, tokens)
        return _is_argument(use, tokens)


def own_words(formulas: Sequence[list[list[Token]]], known: frozenset[str]) -> Words:
    """What the equations and the declarations of a note say of the `known` words; its formulas in pieces."""
    names = frozenset(name for pieces in formulas for name in _names(pieces, known))
    uses = [(u, tokens) for pieces in formulas for tokens in pieces for u in _uses(tokens, names)]
    return Words(names, frozenset(u.word for u, tokens in uses if u.is_plain and _may_be_argument(u, tokens)))


def _names(pieces: list[list[Token]], known: frozenset[str]) -> Iterator[str]:
    """var of `\\mathrm{var}_n = \\dots`, a and b of `a, b \\in \\mathbb R`; no word that counts from 1 to the last."""
    listed: list[str] = []
    for part in map(relations, pieces):
        head = _alone(part.sides[0], known)
        if part.relations and str(part.relations[0]) in HEADS:
            counting = any(t.is_("\\dots") for t in part.sides[1])
            yield from listed if str(part.relations[0]) == "\\in" else ()
            yield from [head] if head and part.sides[1] and not counting else ()
        listed = [*listed, head] if head and not part.relations else []


def _alone(tokens: list[Token], known: frozenset[str]) -> str:
    """The word, however it is capitalized, if it is all there is but for a subscript."""
    first = tokens[0] if tokens else None
    word = first.text if first is not None and first.kind == "word" and first.text.lower() in known else ""
    return word if _behind_scripts(tokens, 1) == len(tokens) and not any(t.is_("^", "'") for t in tokens[1:2]) else ""


def _uses(tokens: list[Token], words: frozenset[str]) -> Iterator[Use]:
    """These words in a formula; a word in a subscript, or alone in a superscript, is a label."""
    n = 0
    while n < len(tokens):
        t = tokens[n]
        stop = group_end(tokens, n + 1) if t.is_("_", "^") and n + 1 < len(tokens) else n + 1
        if t.is_("_") or (t.is_("^") and stop <= n + (4 if tokens[n + 1 : n + 2] and tokens[n + 1].is_("{") else 2)):
            n = max(stop, n + 1)
            continue
        if t.kind == "word" and t.text in words:
            end = _behind_scripts(tokens, n + 1)
            yield Use(t.text, n, end, _behind_bracket(tokens, end))
        n += 1


def _behind_scripts(tokens: list[Token], n: int) -> int:
    while n < len(tokens) and tokens[n].is_("_", "^", "'"):
        n = n + 1 if tokens[n].is_("'") else max(group_end(tokens, n + 1), n + 1)
    return n


def _behind_bracket(tokens: list[Token], n: int) -> int:
    """The place behind the bracket that opens at n; n where none does."""
    depth = 0
    for m in range(n, len(tokens)):
        depth += (tokens[m].kind == "open") - (tokens[m].kind == "close")
        if depth <= 0:
            return m + 1 if m > n else n
    return n


def _may_be_argument(use: Use, tokens: list[Token]) -> bool:
    """Whether a bracket follows that is no factor: m of `m (1 - m)` stands in it by itself."""
    inside = _uses(tokens[use.end : use.stop], frozenset((use.word,)))
    return use.stop > use.end and all(u.stop > u.end for u in inside)


def _is_argument(use: Use, tokens: list[Token]) -> bool:
    """Whether the bracket behind it has a name alone in it, as no factor does."""
    inside = tokens[use.end + 1 : use.stop - 1]
    return bool(inside) and not any(t.is_("+", "-", "/") or t.kind in ("open", "num") for t in inside)


def _goes_on(tokens: list[Token], use: Use) -> bool:
    """Whether what follows may be an argument without brackets."""
    following = tokens[use.end] if use.end < len(tokens) else None
    return following is not None and following.kind in ("letter", "num", "open", "bar", "bars", "cmd", "word")
