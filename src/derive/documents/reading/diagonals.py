"""Diagonal matrices told by their entries: `the diagonal matrix with $W_{ii} = w_i$` defines W."""

from __future__ import annotations

import re

from derive.documents.declarations.enumerations import scripted_name
from derive.documents.names.mentions import free_letters
from derive.documents.names.scripts import items, letter_of
from derive.documents.names.symbols import Definition, Symbol
from derive.documents.reading.arrows import Item
from derive.documents.reading.equations import Equations
from derive.documents.sentences import constants, prose
from derive.documents.sentences.owners import LETTER
from derive.documents.source.document import Segment
from derive.documents.source.rows import EQUALS, Part
from derive.documents.syntax import tree as s
from derive.documents.syntax.parser import parse
from derive.documents.trouble import Unreadable

FORMULA = re.compile(r"(?:\$|\\\()(?P<formula>[^$]*?)(?:\$|\\\))")
NAMED = re.compile(r"\bdiagonal matri(?:x|ces)[\s~]*$|\bdiagonalmatri\w*[\s~]*$|대각 ?행렬\s*$", re.IGNORECASE)
IS_ONE = re.compile(
    r"\s*,?\s*(?:(?:be|is|denotes?|for|as|sei|ist)\s+)?(?:(?:an?|the|eine?|die)\s+)?(?:(?!not\b|off-?|non-?|block)[\w-]+\s+)?"
    r"diagonal(?:e|matrix)?\b(?! (?:entr|elem|part|of))",
    re.IGNORECASE,
)
SUPPOSING = re.compile(
    r"\b(?:if|when|whenever|unless|suppose|assum\w+|not|non|no|never|cannot|falls|wenn|nicht|kein\w*|then|hence|thus"
    r"|therefore|so|follows|dann|also|somit)\b",
    re.IGNORECASE,
)
"""Words of cases and of conclusions: what they speak of is not said to be so here."""
LETTING = re.compile(r"\b(?:let|define|denote|introduce|sei(?:en)?)\b", re.IGNORECASE)
SOMETIMES = re.compile(
    r"[\s$\\)]*,?\s*(?:(?:for|if|when|whenever|unless|except|otherwise|falls|für|wenn)\b"
    r"(?!\s+(?:all|each|every|any|alle|jedes)\b)(?!\s*(?:\$|\\\()\s*\w\s*=\s*1\s*,)"
    r"|where\s*(?:\$|\\\()\s*[a-z]\s*(?:\\le|\\ge|\\lt|\\gt|\\in|\\ne|<|>))",
    re.IGNORECASE,
)
"""Behind the entries: they may be so at some places only."""
ORDERS = frozenset(("<", ">", "\\le", "\\ge", "\\ne", "\\in"))


class Diagonals(Equations):
    """The part of the reader of statements that hears the entries of diagonal matrices."""

    def diagonal_entries(self, item: Item, items: list[Item], segment: Segment) -> bool:
        """Whether the equation says of a diagonal matrix, which is an input, what stands on its diagonal."""
        found = _on_diagonal(item.part)
        if found is None:
            return False
        name, letter = found
        symbol = self.table.symbols.get(name)
        if name in self.table.definitions:
            return False
        sometimes = SOMETIMES.match(self.document.text[segment.end : segment.until + 30]) is not None
        sometimes = sometimes or self.table.known(letter) or _is_restricted(letter, items)
        if sometimes or not self.is_diagonal(name, symbol, segment):
            self.caution(name, item.part, symbol)
            return False
        if not self.scouting:
            self.define_diagonal(name, letter, item.part, symbol)
        return True

    def caution(self, name: str, part: Part, symbol: Symbol | None) -> None:
        """Of an input matrix whose diagonal the note gives in some other way nothing is refuted."""
        if self.scouting or symbol is None or len(symbol.dims) != 2 or symbol.form not in ("", "diagonal"):
            return
        if any(self.table.known(x) for x in free_letters(parse(part.sides[1]))):
            self.table.vague.setdefault(name, self.text(part.sides[0], part.sides[1]))

    def is_diagonal(self, name: str, symbol: Symbol | None, segment: Segment) -> bool:
        """Whether the words of the sentence, or what was said of the matrix before, make it a diagonal one."""
        if SUPPOSING.search(LETTING.split(self.spoken)[-1]):
            return False
        if symbol is not None and (symbol.lead or symbol.letter or len(symbol.dims) != 2):
            return False
        if symbol is not None and symbol.form == "diagonal":
            return True
        before = self.document.text[max(0, segment.start - 250) : segment.start]
        sentence = prose.sentence_before(before).rstrip("$( \\")
        formulas = [m for m in FORMULA.finditer(sentence) if (x := LETTER.match(m["formula"])) and x["name"] == name]
        if not formulas:
            return False
        ahead, behind = sentence[: formulas[-1].start()], FORMULA.sub(" ", sentence[formulas[-1].end() :])
        return NAMED.search(ahead) is not None or IS_ONE.match(" ".join(behind.split())) is not None

    def define_diagonal(self, name: str, letter: str, part: Part, symbol: Symbol | None) -> None:
        rhs = parse(part.sides[1])
        at = rhs.at
        if letter in free_letters(rhs):
            tree: s.Node = s.Call(at, "diag", (rhs,), bracketed=True)
        elif symbol is not None and (identity := constants.value("the identity", symbol, at)) is not None:
            tree = s.Juxtaposed(at, (("", s.Bracket(at, "(", (rhs,))), ("", identity)))
        else:
            raise Unreadable(at, f"the diagonal of {name}", "its size")
        found = Definition(name, tree, at)
        self.table.define(found)
        if (problem := self.check(found)) is not None:
            del self.table.definitions[name]
            self.table.broken.add(name)
            raise problem
        self.declared(part, "the entries of a diagonal matrix", (name,))


def _is_restricted(letter: str, items: list[Item]) -> bool:
    """Whether the rest of the formula keeps the index to some places: i \\le k."""
    parts = [x.part for x in items]
    sides = [side for p in parts if any(str(r) in ORDERS for r in p.relations) for side in p.sides]
    return any(letter_of(tuple(side)) == letter for side in sides)


def _on_diagonal(part: Part) -> tuple[str, str] | None:
    """W and i of W_{ii} = ..."""
    if [str(r) in EQUALS for r in part.relations] != [True] or not all(part.sides):
        return None
    found = scripted_name(part.sides[0])
    if found is None or found[1].sup:
        return None
    letters = [letter_of(x) for x in items(found[1].sub)]
    if len(letters) != 2 or letters[0] is None or letters[0] != letters[1]:
        return None
    return found[0], letters[0]
