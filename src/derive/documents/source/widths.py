"""Widths of layers: where `n_0, \\dots, n_L` is a list of numbers, the l of `\\sum_l n_l n_{l-1}` is an index of it.

The l of W^{(l)} is a layer, and what stands at a layer is read at one layer after the other; a sum over the list is
written with another letter.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from derive.documents.source.rows import relations
from derive.documents.source.tokens import Token
from derive.documents.source.uses import Use, is_letter, only, uses

INDICES = "ijkmpqrs"
NUMBERS = ("N", "R")


@dataclass(frozen=True)
class Widths:
    """The lists of numbers, the letter of their layers, and another letter that stands nowhere in the note."""

    names: frozenset[str] = frozenset()
    letter: str = ""
    index: str = ""
    last: str = ""  # L of n_L, where a sum runs over the list: no other number than the last of it

    def applied(self, tokens: list[Token]) -> list[Token]:
        tokens = self._without_last(tokens)
        if not self.covers(tokens):
            return tokens
        mine = set(self._places(tokens))
        return [replace(t, kind="letter", text=self.index) if n in mine else t for n, t in enumerate(tokens)]

    def _without_last(self, tokens: list[Token]) -> list[Token]:
        """With n_L as what is not understood, but where it is a size, or a bound."""
        if not self.last or any(str(r) == "\\in" for r in relations(tokens).relations):
            return tokens
        found = list(uses(tokens))
        mine = [x for x in found if x.name in self.names and any(t.text == self.last for t in x.sub)]
        free = {x.at for x in mine if not _is_script(tokens, x.first)}
        return [replace(t, kind="sym", text=f"the last {t.text}") if n in free else t for n, t in enumerate(tokens)]

    def covers(self, tokens: list[Token]) -> bool:
        """Whether the letter stands there, and nowhere but below these names and under sums."""
        mine = {n for n, t in enumerate(tokens) if t.text == self.letter and is_letter(t)}
        return bool(mine) and mine == set(self._places(tokens))

    def with_heads(self, pieces: Sequence[list[Token]]) -> Widths:
        """With p of p_l = n_l (n_{l-1} + 1)."""
        equations = [t for t in pieces if relations(t).relations]
        heads = [(x.name, t) for t in equations if (x := only(relations(t).sides[0])) is not None]
        grown = [(replace(self, names=self.names | {name}), t) for name, t in heads if name not in self.names]
        return replace(self, names=self.names.union(*(w.names for w, t in grown if self._uses(t) and w.covers(t))))

    def _uses(self, tokens: list[Token]) -> bool:
        return any(x.name in self.names and x.sub for x in uses(tokens))

    def _places(self, tokens: list[Token]) -> Iterator[int]:
        """Where the letter stands below a name of a list, or under a sum."""
        for x in uses(tokens):
            if x.name in self.names and x.sub and not x.sup:
                yield from (n for n in range(x.scripts, x.end) if tokens[n].text == self.letter)
        for n, t in enumerate(tokens[:-3]):
            if t.is_("\\sum", "\\prod", "\\max", "\\min") and tokens[n + 1].is_("_"):
                yield n + 3 if tokens[n + 2].is_("{") else n + 2


def widths(formulas: Sequence[Sequence[list[Token]]]) -> Widths | None:
    """The lists of numbers with an index that is the letter of a layer elsewhere; None where there are none."""
    pieces = [tokens for formula in formulas for tokens in formula]
    letters = {t.text for tokens in pieces for t in tokens if is_letter(t)}
    layers = {x.sup[1].text for tokens in pieces for x in uses(tokens) if _at_layer(x)}
    names = frozenset(name for formula in formulas for name, _ in _listed(formula))
    raised = {x.name for tokens in pieces for x in uses(tokens) if x.sup and x.sup[0].kind == "open"}
    free = next((x for x in INDICES if x not in letters), "")
    of = {u.text for tokens in pieces for x in uses(tokens) if x.name in names for u in x.sub[:1]}
    found = layers & of
    if len(found) != 1 or not names - raised or not free:
        return None
    here = Widths(names - raised, found.pop(), free).with_heads(pieces)
    ends = {last for formula in formulas for _, last in _listed(formula)}
    summed = any(t.is_("\\sum", "\\prod") for tokens in pieces if here.covers(tokens) for t in tokens)
    return replace(here, names=here.names - raised, last=ends.pop() if summed and len(ends) == 1 else "")


def _is_script(tokens: Sequence[Token], n: int) -> bool:
    """Whether a token stands above or below another."""
    depth = 0
    for m in range(n, 0, -1):
        depth += tokens[m].is_("}") - tokens[m].is_("{")
        if (m == n or depth < 0) and tokens[m - 1].is_("_", "^"):
            return True
        depth = max(depth, 0)  # beyond a brace that is still open
    return False


def _at_layer(x: Use) -> bool:
    """W^{(l)}, W^{[l]}."""
    return len(x.sup) >= 3 and x.sup[0].kind == "open" and is_letter(x.sup[1])


def _listed(formula: Sequence[list[Token]]) -> Iterator[tuple[str, str]]:
    """n and L of n_0, n_1, \\dots, n_L \\in \\mathbb N."""
    for n, tokens in enumerate(formula):
        part = relations(tokens)
        if n < 2 or [str(r) for r in part.relations] != ["\\in"] or not formula[n - 1] or len(formula[n - 1]) > 1:
            continue
        last, first = only(part.sides[0]), only(formula[n - 2])
        numbers = len(part.sides[1]) in (2, 4) and any(t.text in NUMBERS for t in part.sides[1])
        dots = formula[n - 1][0].is_("\\dots", "\\ldots", "\\cdots")
        if last is not None and first is not None and last.name == first.name and dots and numbers:
            yield last.name, last.sub[0].text if len(last.sub) == 1 else ""
