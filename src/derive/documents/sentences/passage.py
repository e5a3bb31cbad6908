"""What a passage takes as given: worked numbers and conditions, which hold for what follows and then no longer.

`For $x = 3$ we get ...` says nothing of x in general. How far a worked number reaches cannot be known from the words
alone, so a claim behind one is read twice: in general, and with the numbers put in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from derive.documents.names.counting import first_of
from derive.documents.names.mentions import mentioned, reachable_from
from derive.documents.names.scripts import letter_of
from derive.documents.names.symbols import Definition, Tokens
from derive.documents.names.table import Table
from derive.documents.sentences import prose
from derive.documents.sentences.conditions import Condition
from derive.documents.source.document import Segment
from derive.documents.syntax import tree as s
from derive.documents.syntax.tree import walk
from derive.expr import Size

FORMULAS = re.compile(r"\$[^$]*\$|\\\(.*?\\\)")
CONSTANTS = frozenset(("e", "pi", "top", "intercal", "T", "mathsf", "mathrm", "circ"))


@dataclass(frozen=True)
class Given:
    """`name = tree` for this passage. `number`: of a size, a step or an index letter."""

    name: str
    tree: s.Node
    text: str
    sentence: int
    number: int | None = None
    assumed: bool = False  # as in "suppose": it lasts as long as conclusions are drawn
    lasts: bool = False  # a size that was set: let d = 3
    defined: bool = False  # the name has a formula, so that what the formula is made of is no longer free
    sizes: tuple[tuple[str, int], ...] = ()  # sizes that follow from the array that is given
    equation: Tokens = ()  # as it is written
    claims: int = 0  # how many were made before it
    entries: Definition | None = None  # `g_k = c` for all k, of a declared g
    doubted: bool = False  # a later sentence speaks of other values: what follows may be about those


@dataclass(frozen=True)
class Passage:
    """The sentence that is read, and what it and the sentences before it take as given."""

    sentence: int = 0
    role: str = ""  # of the words that introduced the last equality
    given: tuple[Given, ...] = ()
    conditions: tuple[str, ...] = ()  # equations that cannot be put in: nothing is refuted without them
    guards: tuple[Condition, ...] = ()  # inequalities: nothing is refuted where they fail

    def taking(self, given: Given) -> Passage:
        return replace(self, given=(*(g for g in self.given if g.name != given.name), given))

    def under(self, text: str) -> Passage:
        return replace(self, conditions=(*self.conditions, text))

    def guarded(self, condition: Condition) -> Passage:
        return replace(self, guards=(*self.guards, condition))

    def freed(self) -> Passage:
        """Without the conditions of a sentence."""
        return replace(self, conditions=(), guards=tuple(g for g in self.guards if g.lasts))

    def without(self, *names: str) -> Passage:
        """The names have got another meaning."""
        return replace(self, given=tuple(g for g in self.given if g.name not in names))

    def value(self, name: str) -> Given | None:
        return next((g for g in self.given if g.name == name), None)

    def here(self) -> bool:
        """Whether this very sentence takes something as given, other than sizes: no values follow from these."""
        return any(g.sentence == self.sentence and g.number is None for g in self.given)

    def continued(self) -> Passage:
        """A conclusion in a sentence of its own."""
        return replace(self, given=tuple(replace(g, sentence=self.sentence) if g.assumed else g for g in self.given))

    def entering(self, segment: Segment, before: Segment | None, anew: bool) -> Passage:
        """The passage at a formula; `anew`: a sentence ended before it. `In general` ends what was given."""
        words = segment.before
        if before is None or segment.heading != before.heading:
            return Passage(self.sentence + 1)
        now = self
        if anew or (before.display and re.match(r"\s*[A-Z]", words)):
            now = replace(self, sentence=self.sentence + 1, role="")
            now = now.continued() if goes_on(words) else now.freed()
        general = [m.group() for m in prose.GENERAL.finditer(words)]
        if general and (anew or not all(prose.RANGING.fullmatch(x.lower()) for x in general)):
            return replace(now.freed(), given=())
        if now.given and prose.AWAY.search(prose.sentence_before(words)):
            others = tuple(left_out(g.text, g.equation) for g in now.given if g.equation)
            return replace(now, given=(), guards=(*now.guards, *others))
        if found := prose.OTHERWISE.search(prose.sentence_before(words)):
            return replace(now.freed(), given=(), conditions=(found.group().lower(),))
        return now

    def relevant(self, table: Table, *trees: s.Node) -> tuple[Given, ...]:
        """What is given of the names that the trees mention, directly or through definitions."""
        if not self.given:
            return ()
        used = set().union(*(reachable_from(t, table) for t in trees))
        used |= {x for name in used & table.definitions.keys() for x in table.definitions[name].parameters}
        for g in self.given:
            if g.name in used:
                used |= reachable_from(g.tree, table)
        arrays = {g.name: entry_of(g.name, table) or family_of(g.name, table) for g in self.given}
        always = {g.name for g in self.given if g.number is not None or size_in(g, table) is not None}
        return tuple(g for g in self.given if g.name in used | always or arrays[g.name] in used)


def left_out(said: str, equation: Tokens) -> Condition:
    """`At $m = 1$ there is a kink; away from it`: m is not 1."""
    tokens = tuple(replace(t, kind="cmd", text="ne") if t.is_("=") else t for t in equation)
    return Condition(f"not {said}", guard=tokens)


def goes_on(words: str) -> bool:
    """Whether a new sentence speaks of the same case: it draws a conclusion, in the same paragraph."""
    words = words.strip()
    return bool(prose.CONSEQUENCE.match(prose.sentence_before(words).lstrip())) and not apart(words)


def apart(words: str) -> bool:
    """Whether a paragraph ended."""
    return bool(re.search(r"\n\s*\n", words))


def only_formulas(text: str) -> bool:
    """Whether no words follow in this sentence, from within a formula on: nothing is given for any.

    >>> only_formulas("w = 1$. For"), only_formulas("w = 1$ and $v = 2$."), only_formulas("w = 1$ we have")
    (True, True, False)
    """
    rest = FORMULAS.sub(" ", f"${prose.sentence_after(text[:400])}")
    return prose.CONNECTIVE.fullmatch(rest.strip(" \\n.")) is not None


# -- values --------------------------------------------------------------------------------------------------------
def is_constant(tree: s.Node, table: Table) -> bool:
    """Whether the tree is made of numbers only; a vector of ones is as long as it has to be, and no number."""
    if any(isinstance(n, s.Special) and n.name in ("ones", "zeros", "dots") for n in walk(tree)):
        return False
    used = mentioned(tree)
    return used <= CONSTANTS and not any(table.known(name) for name in used & {"e", "pi"})


def whole(tree: s.Node) -> int | None:
    return int(tree.text) if isinstance(tree, s.Num) and tree.text.isdigit() and len(tree.text) < 7 else None


def size_in(given: Given, table: Table) -> Size | None:
    """The size that another one is said to be: of `$n = d$`."""
    tree = given.tree
    same = isinstance(tree, s.Name) and given.name in table.sizes and tree.name in table.sizes
    return Size(tree.name) if same and isinstance(tree, s.Name) else None


def sizes_of(name: str, tree: s.Node, table: Table) -> tuple[tuple[str, int], ...]:
    """x in R^n is given as (1, 2, 6): then n = 3. And g_1 = 3 of vectors g_t is an example with n = 1."""
    symbol = table.symbols.get(name)
    zero = isinstance(tree, s.Num) and tree.text == "0"
    if (family := family_of(name, table)) is not None and is_constant(tree, table) and not (zero or _shape(tree)):
        return tuple((letter, 1) for dim in table.symbols[family].dims if (letter := letter_of(dim)) is not None)
    if symbol is None or not symbol.dims:
        return ()
    found = []
    for tokens, number in zip(symbol.dims, _shape(tree), strict=False):
        letter = letter_of(tokens)
        if letter is not None:
            found.append((letter, number))
    return tuple(found)


OF_ARRAYS = re.compile(
    r"\b(?:element-?wise|entry-?wise|component-?wise|entr(?:y|ies)|components?|all ones|vectors?|dimension(?:s|al)?)\b"
    r"|벡터|차원|Vektor",
    re.IGNORECASE,
)
"""Such words say that there is more than one entry."""


def family_of(name: str, table: Table) -> str | None:
    """g of g_1, where there is a vector g_t at each step t."""
    base = name.rpartition("_")[0]
    symbol = table.symbols.get(base)
    return base if symbol is not None and symbol.letter and len(symbol.dims) == 1 else None


def _shape(tree: s.Node) -> tuple[int, ...]:
    if isinstance(tree, s.Script):
        tree = tree.base
    if isinstance(tree, s.Matrix):
        rows, columns = len(tree.rows), len(tree.rows[0])
        return (max(rows, columns),) if 1 in (rows, columns) else (rows, columns)
    return (len(tree.items),) if isinstance(tree, s.Bracket) and len(tree.items) > 1 else ()


# -- reading with them ---------------------------------------------------------------------------------------------
@contextmanager
def put_in(given: tuple[Given, ...], table: Table) -> Iterator[None]:
    """The table with what is given in place of what the note says in general."""
    kept = dict(table.definitions), dict(table.solved), dict(table.fixed), set(table.firm)
    try:
        for g in given:
            table.fixed |= dict(g.sizes)
            if g.number is not None:
                table.fixed[g.name] = g.number
            elif (size := size_in(g, table)) is not None:
                table.solved[g.name] = size
            else:
                here = g.entries or Definition(g.name, g.tree, g.tree.at, section=table.section)
                table.definitions[g.name] = replace(here, given=True)
        numbers = {Size(x): n for x, n in table.fixed.items() if x not in kept[2]}
        table.solved = {x: size.xreplace(numbers) for x, size in table.solved.items()}
        for name, tree in _written_out(given, table):
            table.definitions[name] = Definition(name, tree, tree.at, section=table.section, given=True)
        table.touch()
        yield
    finally:
        table.definitions, table.solved, table.fixed, table.firm = kept
        table.touch()


def _written_out(given: tuple[Given, ...], table: Table) -> Iterator[tuple[str, s.Node]]:
    """x in R^2, where x_1 and x_2 are given."""
    values = {g.name: g.tree for g in given}
    for base, names in _entries(given, table).items():
        trees = [values[name] for name in names if name in values]
        if base not in values and trees and len(trees) == len(names):
            yield base, s.Bracket(trees[0].at, "(", tuple(trees))


def partly(given: tuple[Given, ...], table: Table) -> tuple[str, ...]:
    """What is given of a vector some of whose entries are not."""
    names = {g.name for g in given}
    loose = {base for base, entries in _entries(given, table).items() if not entries or not names.issuperset(entries)}
    return tuple(g.text for g in given if entry_of(g.name, table) in loose)


def _entries(given: tuple[Given, ...], table: Table) -> dict[str, list[str]]:
    """The names of all entries, for each vector of which an entry is given; none where its length has no number."""
    fixed = {g.name: g.number for g in given if g.number is not None}
    out: dict[str, list[str]] = {}
    for base in {base for g in given if (base := entry_of(g.name, table)) is not None}:
        array = base if table.symbols[base].dims else f"{base}_each"
        length = "".join(t.text for t in table.symbols[array].dims[0])
        n = int(length) if length.isdigit() else fixed.get(length, 0)
        first = first_of(base, table)
        out[array] = [f"{base}_{k}" for k in range(first, n + first)]
    return out


def entry_of(name: str, table: Table) -> str | None:
    """x, where the name is x_2 and x is declared a vector."""
    base, _, position = name.rpartition("_")
    symbol = table.symbols.get(base)
    if symbol is not None and not (symbol.dims or symbol.lead):
        symbol = table.symbols.get(f"{base}_each")  # x_2 beside a number x
    vector = (
        symbol is not None
        and len(symbol.dims) == 1
        and not symbol.lead
        and not symbol.letter
        and (len(symbol.dims[0]) == 1 or base in table.from_zero)
    )
    counted = position.isdigit() and int(position) >= first_of(base, table)  # x_0 may be another x, and no entry
    return base if vector and counted and base not in table.definitions and name not in table.symbols else None


def role_of(words: str, inherited: str) -> str:
    """What the words before an equality make of it: "if" and "for" a condition, "let" an assignment, "so" a result."""
    words = prose.sentence_before(words.strip())
    if prose.CONNECTIVE.fullmatch(words):
        return inherited
    found = [(m.end(), -m.start(), role) for role, pattern in prose.ROLES for m in pattern.finditer(words)]
    if not found:
        return ""
    at, _, role = max(found)
    if role == "for" and not words[at:].strip():
        return "at"  # for $x = y$, but not: for the output $y = W x$
    return "so" if "," in words[at:] and role != "so" else role  # "if so, x = 1"
