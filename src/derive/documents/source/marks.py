"""Marks that tell names apart: bold letters beside plain ones, upright labels, steps that say "new" and "previous"."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from derive.documents.source.clean import BIG
from derive.documents.source.gradients import Gradients
from derive.documents.source.partials import Partials
from derive.documents.source.rows import relations
from derive.documents.source.tokens import Token


@dataclass(frozen=True)
class Marks:
    """What the letters of a note turn out to be, when all of it is looked at."""

    bold: frozenset[str] = frozenset()  # letters whose bold form is another name than their plain one
    indices: frozenset[str] = frozenset()  # upright letters that a sum runs over: those are no labels
    steps: frozenset[str] = (
        frozenset()
    )  # t of x_t and h_{t-1}, where nothing runs over t: labels of the new and the old
    gradients: Gradients | None = None  # what dV is short for
    partials: Partials | None = None  # and \\partial_i

    def applied(self, tokens: list[Token]) -> list[Token]:
        if self.gradients is not None:
            tokens = self.gradients.applied(tokens)
        if self.partials is not None:
            tokens = self.partials.applied(tokens)
        if self.indices:
            tokens = [replace(t, kind="letter") if t.kind == "word" and t.text in self.indices else t for t in tokens]
        return bold_apart(_labelled(tokens, self.steps), self.bold)


def bold_apart(tokens: list[Token], names: Iterable[str]) -> list[Token]:
    """Bold letters that also occur in plain: \\mathbf h is the vector h_vec beside the number h."""
    out: list[Token] = []
    n = 0
    while names and n < len(tokens):
        t = tokens[n]
        braced = n + 3 < len(tokens) and tokens[n + 1].is_("{") and tokens[n + 3].is_("}")
        letter = tokens[n + 2] if braced else tokens[n + 1] if n + 1 < len(tokens) else None
        if t.is_("\\mathbf") and letter is not None and letter.kind in ("letter", "cmd") and letter.text in names:
            end = tokens[n + 3].end if braced else letter.end
            out.append(Token("letter", f"{letter.text}_vec", t.start, max(end, t.end), t.spaced))
            n += 4 if braced else 2
        else:
            out.append(t)
            n += 1
    return out if names else tokens


def upright_indices(formulas: Iterable[list[Token]]) -> frozenset[str]:
    """Upright letters under a sum: `\\sum_{\\mathrm i = 1}^n`. An upright letter takes more than one character."""
    return frozenset(
        t.text
        for tokens in formulas
        for base, sub in _subscripts(tokens)
        if base is not None and base.is_(*BIG)
        for t in sub
        if t.kind == "letter" and t.end - t.start > 1
    )


def single_steps(formulas: list[list[Token]]) -> frozenset[str]:
    """The letters t that stand only in x_t and h_{t-1}, where each h_{t-1} is declared: one step, not a recursion."""
    subscripts = [(base, sub) for tokens in formulas for base, sub in _subscripts(tokens) if base is not None]
    found = frozenset(sub[0].text for _, sub in subscripts if len(sub) == 3 and _is_previous(sub, sub[0].text))
    return frozenset(t for t in found if _is_single(t, formulas, subscripts))


def _is_single(t: str, formulas: list[list[Token]], subscripts: list[tuple[Token, list[Token]]]) -> bool:
    mine = [(base.text, sub) for base, sub in subscripts if any(u.text == t for u in sub)]
    everywhere = sum(u.text == t and u.kind == "letter" for tokens in formulas for u in tokens)
    if len(mine) != everywhere or not all(len(sub) == 1 or _is_previous(sub, t) for _, sub in mine):
        return False
    names = {name for name, _ in mine}
    if any(base.text in names and sub[0].kind == "num" for base, sub in subscripts if sub):
        return False
    return {name for name, sub in mine if len(sub) == 3} <= set(_declared_before(t, formulas))


def _declared_before(t: str, formulas: list[list[Token]]) -> Iterator[str]:
    """h of h_{t-1} \\in \\mathbb R^H."""
    for part in map(relations, formulas):
        if [str(r) for r in part.relations] == ["\\in"]:
            yield from (b.text for b, sub in _subscripts(part.sides[0]) if b is not None and _is_previous(sub, t))


def _is_previous(sub: list[Token], t: str) -> bool:
    return len(sub) == 3 and sub[0].kind == "letter" and sub[0].text == t and str(sub[1]) == "-" and sub[2].text == "1"


def _subscripts(tokens: list[Token]) -> Iterator[tuple[Token | None, list[Token]]]:
    """What carries a subscript (None for a bracket), and the tokens of the subscript."""
    for n, t in enumerate(tokens[:-1]):
        if not t.is_("_"):
            continue
        before = n - 1
        while before > 0 and tokens[before].is_("}"):
            before -= 1  # \mathbf{h}_t
        base = tokens[before] if n and tokens[before].kind in ("letter", "cmd", "word") else None
        yield base, tokens[n + 2 : _end(tokens, n + 1)] if tokens[n + 1].is_("{") else [tokens[n + 1]]


def _end(tokens: list[Token], start: int) -> int:
    """The brace that closes the one at `start`."""
    depth = 0
    for n in range(start, len(tokens)):
        depth += tokens[n].is_("{") - tokens[n].is_("}")
        if depth == 0:
            return n
    return len(tokens)


def _labelled(tokens: list[Token], steps: frozenset[str]) -> list[Token]:
    """x_t and h_{t-1} with words for subscripts."""
    out: list[Token] = []
    n = 0
    while n < len(tokens):
        t = tokens[n]
        if t.kind == "letter" and t.text in steps:
            last = tokens[n + 2] if _is_previous(tokens[n : n + 3], t.text) else t
            out.append(Token("word", t.text if last is t else f"{t.text}-1", t.start, last.end))
            n += 1 if last is t else 3
        else:
            out.append(t)
            n += 1
    return out
