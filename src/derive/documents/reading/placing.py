"""Sizes told in words beside names: `$W$ is a $q \\times p$ matrix`, `$b$ and $c$ have length $q$ and $r$`."""

from __future__ import annotations

import re
from dataclasses import replace

from derive.documents.names.bare import bare_name
from derive.documents.names.scripts import listed
from derive.documents.names.symbols import Definition, Symbol
from derive.documents.names.table import Table
from derive.documents.reading.adding import Adding
from derive.documents.reading.arrows import Item
from derive.documents.sentences import nouns, prose
from derive.documents.sentences.shapes import JOINED, Said, diagonal, told
from derive.documents.source.document import Segment
from derive.documents.source.rows import Part
from derive.documents.source.tokens import Token
from derive.documents.syntax import tree as s
from derive.documents.syntax.parser import parse

OF_ONES = re.compile(r"[\s~]*(?:ones|einsen)\b(?!\s+(?:and|or|und|oder)\s+(?:zeros?|nullen))", re.IGNORECASE)
"""Behind a number of entries."""
GENERIC = re.compile(
    r"\b(?:generic|typical|new|further|arbitrary|test) (?:observation|example|input|point|data point|sample|vector"
    r"|pattern)(?: (?:is |will be )?(?:called|denoted by|written(?: as)?))?[\s~,]*$",
    re.IGNORECASE,
)
WITH_ENTRIES = re.compile(
    r"\b(?:vectors?|columns?) (?:with|of|having) (?:the |its )?(?:entries|components)[\s~]*$", re.IGNORECASE
)
"""Behind a name that was just declared, and before the list of its entries."""


class Placing(Adding):
    """Declares the names whose shapes the words tell."""

    trail: tuple[Said, ...] = ()  # the formulas without relations that words just joined

    def placed(self, items: list[Item], segment: Segment) -> None:
        """`$x_1, x_2$ in $\\mathbb R^d$` and `$X$ is a real $n \\times p$ matrix`: the words declare."""
        if prose.ends_sentence(segment.before):
            self.trail = ()
        if segment.display or not items or any(i.part.relations for i in items):
            self.trail = ()
            return
        words = prose.sentence_before(segment.before)
        for item in items:
            self.trail = (*self.trail, Said(words, tuple(item.part.sides[0])))
            words = ","
        if (pair := diagonal(self.trail, lambda tokens: _is_member(tokens, self.table))) is not None:
            self.diagonal(*pair)
            return
        if self.another_size(segment) or self.collects(items, segment) or self.is_generic(items, segment):
            return
        for found in told(self.trail, segment.after, lambda tokens: _is_member(tokens, self.table)):
            at = found.of[0].start
            comma = Token("sym", ",", at, at)
            names = [t for name in found.names for t in (*name, comma)][:-1]
            self.membership(Part([names, list(found.of)], [Token("cmd", "in", at, at)]), listed(tuple(names)))
            self.spoken_of([name for x in found.names if (name := name_of(x, self.table))])
            if OF_ONES.match(segment.after):  # $e$ the vector of $n$ ones
                for x in found.names:
                    self.table.define(Definition(name_of(x, self.table), s.Num(at, "1"), at))
            elif nouns.are_ones(prose.sentence_after(segment.after)):  # $J$ the $n \\times n$ matrix of ones
                self.described([n for x in found.names if (n := name_of(x, self.table))], segment, understood=True)

    def spoken_of(self, names: list[str]) -> None:
        """`Let $X$ be an $n \\times p$ matrix with columns $a_1, \\dots, a_p$`: those of X, which was just declared."""
        self.lately |= set(names)
        self.subject = names[-1] if names else self.subject

    def collects(self, items: list[Item], segment: Segment) -> bool:
        """`Let $\\pi_k \\in \\mathbb R^m$ be the vector with the entries $p_{k1}, \\dots, p_{km}$` defines it."""
        symbol = self.table.symbols.get(self.subject)
        if segment.display or len(items) != 3 or symbol is None or not WITH_ENTRIES.search(segment.before):
            return False
        first, dots, last = (tuple(i.part.sides[0]) for i in items)
        if any(i.part.relations for i in items) or not (len(dots) == 1 and dots[0].is_("\\dots")):
            return False
        member = _numbered(first, last, self.table)
        last = [member[2].text] if member is not None and LIST_ENDS.match(segment.after) else None
        if member is None or len(symbol.dims) != 1 or [t.text for t in symbol.dims[0]] != last:
            self.table.vague[symbol.name] = f"the entries of {symbol.name}"
            return True
        tokens, letter, _ = member
        if not self.scouting:
            self.table.define(Definition(symbol.name, parse(tokens), first[0].start, letters=(*symbol.lead, letter)))
        return True

    def is_generic(self, items: list[Item], segment: Segment) -> bool:
        """`A generic observation is called $x$`, behind `x_1, \\dots, x_N \\in \\mathbb R^D`: one more of them."""
        x = self.table.symbols.get(name_of(tuple(items[0].part.sides[0]), self.table)) if len(items) == 1 else None
        if x is None or not GENERIC.search(segment.before) or not (x.numbered and len(x.dims) == 2) or x.lead:
            return False
        self.table.declare(Symbol(x.name, x.dims[1:], properties=x.properties))
        return True

    def another_size(self, segment: Segment) -> bool:
        """Whether a second size follows: of length $q$ and $r$."""
        return JOINED.fullmatch(segment.after) is not None and self.is_size_next(segment)

    def diagonal(self, name: tuple[Token, ...], entries: tuple[Token, ...]) -> None:
        """`$S$ is the diagonal matrix with the entries $p_n$` defines it."""
        named = bare_name(name, self.table)
        if named is None or named.lead or named.letter or self.scouting:
            return
        at = entries[0].start
        self.table.define(Definition(named.name, s.Call(at, "diag", (parse(entries),)), at))


def _is_member(tokens: tuple[Token, ...], table: Table) -> bool:
    """A name that has no definition, or the dots of a list."""
    if len(tokens) == 1 and tokens[0].is_("\\dots"):
        return True
    named = bare_name(tokens, table)
    return named is not None and named.name not in table.definitions and named.name not in table.functions


LIST_ENDS = re.compile(r"\s*(?:[.,;:]|$|and\b|where\b|which\b|with\b)")
"""Behind a list of entries of which no more is said."""


def _numbered(
    first: tuple[Token, ...], last: tuple[Token, ...], table: Table
) -> tuple[tuple[Token, ...], str, Token] | None:
    """p_{ki} of p_{k1}, ..., p_{km}: its tokens, its letter, and the last number."""
    apart = [n for n, (a, b) in enumerate(zip(first, last, strict=False)) if a.text != b.text]
    if len(first) != len(last) or len(apart) != 1 or first[at := apart[0]].text != "1":
        return None
    used = {t.text for t in first} | table.sizes.keys() | table.symbols.keys() | table.definitions.keys()
    letter = next((x for x in "ijlnrs" if x not in used), "")
    counted = replace(first[at], kind="letter", text=letter)
    return ((*first[:at], counted, *first[at + 1 :]), letter, last[at]) if letter else None


def name_of(tokens: tuple[Token, ...], table: Table) -> str:
    """The name of a bare one; empty for anything else."""
    named = bare_name(tokens, table)
    return named.name if named is not None else ""
