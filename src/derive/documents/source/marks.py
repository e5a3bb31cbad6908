"""Marks that tell names apart: bold letters beside plain ones, upright labels, steps that say "new" and "previous"."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from derive.documents.source.abbreviations import abbreviated
from derive.documents.source.angles import Angles
from derive.documents.source.clean import BIG
from derive.documents.source.fixed import Fixed
from derive.documents.source.flowing import Flowing
from derive.documents.source.gradients import Gradients
from derive.documents.source.labels import Labels
from derive.documents.source.layers import bracketed
from derive.documents.source.levels import Levels
from derive.documents.source.named import as_names
from derive.documents.source.offsets import Offsets
from derive.documents.source.partials import Partials
from derive.documents.source.primed import Primed
from derive.documents.source.ranked import unread
from derive.documents.source.sampled import with_indices
from derive.documents.source.samples import Samples
from derive.documents.source.several import told_from_members
from derive.documents.source.steps import labelled, subscripts
from derive.documents.source.tokens import Token
from derive.documents.source.totals import told_apart
from derive.documents.source.widths import Widths
from derive.documents.source.worded import Words
from derive.documents.source.zeroth import as_zeroth


@dataclass(frozen=True)
class Marks:
    """What the letters of a note turn out to be, when all of it is looked at."""

    abbreviations: frozenset[str] = frozenset()  # LL, which is one name
    bold: frozenset[str] = frozenset()  # letters whose bold form is another name than their plain one
    indices: frozenset[str] = frozenset()  # upright letters that a sum runs over: those are no labels
    steps: frozenset[str] = (
        frozenset()
    )  # t of x_t and h_{t-1}, where nothing runs over t: labels of the new and the old
    layers: frozenset[str] = frozenset()  # a of a^1 and a^2, which are several
    gradients: Gradients | None = None  # what dV is short for
    named: frozenset[str] = frozenset()  # W, where dW is a name of its own
    below: frozenset[str] = frozenset()  # and where it is one in v_{dW}
    partials: Partials | None = None  # and \partial_i
    samples: Samples | None = None  # x of x^\mu, where the superscript is an index
    several: frozenset[str] = frozenset()  # x of x^{(i)}, beside any input x
    fixed: Fixed | None = None  # i of x_i, one sample
    widths: Widths | None = None  # l of \sum_l n_l, which is no layer there
    totals: frozenset[str] = frozenset()  # L, beside its terms L_n
    offsets: Offsets | None = None  # w of w_{k0}, the bias beside w_{ki}
    angles: Angles | None = None  # what averages in brackets are
    levels: Levels | None = None  # l and l - 1, where a note looks at one layer
    labels: Labels | None = None  # ir of W_{ir}, which are no indices
    primed: Primed | None = None  # Sigma of \Sigma', which is no derivative
    zeroth: frozenset[str] = frozenset()  # h of h = h^{(0)}
    flowing: Flowing | None = None  # t of \eta'(t), in another section than that of m_{t-1}
    sampled: frozenset[str] = frozenset()  # J of J^{(i)}(theta), a function of each sample
    ranked: frozenset[str] = frozenset()  # x of x_{(i)}, which is no entry of x
    words: Words | None = None  # var of var_n = ..., which is no function there

    def applied(self, tokens: list[Token]) -> list[Token]:
        tokens = unread(tokens, self.ranked)
        if self.flowing is not None:
            tokens = self.flowing.applied(tokens)
        tokens = with_indices(as_zeroth(abbreviated(tokens, self.abbreviations), self.zeroth), self.sampled)
        if self.levels is not None:
            tokens = self.levels.applied(tokens)
        if self.labels is not None:
            tokens = self.labels.applied(tokens)
        if self.angles is not None:
            tokens = self.angles.applied(tokens)
        if self.primed is not None:
            tokens = self.primed.applied(tokens)
        tokens = bracketed(tokens, self.layers)
        tokens = told_from_members(tokens, self.several)
        if self.samples is not None:
            tokens = self.samples.applied(tokens)
        if self.widths is not None:
            tokens = self.widths.applied(tokens)
        if self.fixed is not None:
            tokens = self.fixed.applied(tokens)
        tokens = told_apart(tokens, self.totals)
        if self.offsets is not None:
            tokens = self.offsets.applied(tokens)
        tokens = as_names(tokens, self.named, self.below)
        if self.gradients is not None:
            tokens = self.gradients.applied(tokens)
        if self.partials is not None:
            tokens = self.partials.applied(tokens)
        if self.words is not None:
            tokens = self.words.applied(tokens)
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
