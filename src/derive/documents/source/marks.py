"""Marks that tell names apart: bold letters beside plain ones, upright labels, steps that say "new" and "previous"."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from derive.documents.source.clean import BIG
from derive.documents.source.gradients import Gradients
from derive.documents.source.layers import bracketed
from derive.documents.source.partials import Partials
from derive.documents.source.steps import labelled, subscripts
from derive.documents.source.tokens import Token


@dataclass(frozen=True)
class Marks:
    """What the letters of a note turn out to be, when all of it is looked at."""

    bold: frozenset[str] = frozenset()  # letters whose bold form is another name than their plain one
    indices: frozenset[str] = frozenset()  # upright letters that a sum runs over: those are no labels
    steps: frozenset[str] = (
        frozenset()
    )  # t of x_t and h_{t-1}, where nothing runs over t: labels of the new and the old
    layers: frozenset[str] = frozenset()  # a of a^1 and a^2, which are several
    gradients: Gradients | None = None  # what dV is short for
    partials: Partials | None = None  # and \\partial_i

    def applied(self, tokens: list[Token]) -> list[Token]:
        tokens = bracketed(tokens, self.layers)
        if self.gradients is not None:
            tokens = self.gradients.applied(tokens)
        if self.partials is not None:
            tokens = self.partials.applied(tokens)
        if self.indices:
            tokens = [replace(t, kind="letter") if t.kind == "word" and t.text in self.indices else t for t in tokens]
        return bold_apart(labelled(tokens, self.steps), self.bold)


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
        for base, sub in subscripts(tokens)
        if base is not None and base.is_(*BIG)
        for t in sub
        if t.kind == "letter" and t.end - t.start > 1
    )
