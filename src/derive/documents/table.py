"""The symbol table: what is declared, what is defined, and what the note's letters are used for."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from sympy import Expr

from derive.documents import syntax as s
from derive.documents.tokens import Token

Tokens = tuple[Token, ...]


@dataclass
class Symbol:
    """A name of the note. `dims` are the sizes of its axes, as tokens (they may mention a layer), outermost first.

    `lead`: index letters that were part of the declaration: x_n \\in R^D has the dims (N, D) with N from the range of n.
    """

    name: str
    dims: tuple[Tokens, ...] = ()
    lead: tuple[str, ...] = ()
    row: bool = False
    properties: frozenset[str] = frozenset()
    low: s.Node | None = None  # bounds that are no property: low < x < high
    high: s.Node | None = None
    letter: str = ""  # of a family that was declared for all layers or steps
    unit: bool = False  # a vector of norm one
    ahead: bool = False  # declared further down in the same section
    section: int = 0


@dataclass
class Definition:
    """`name = rhs`: for all indices `letters`, or as a function of `parameters`, or at each step `letter` + `shift`."""

    name: str
    rhs: s.Node
    place: int
    letters: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()
    letter: str = ""
    shift: int = 0
    low: int | None = None  # the first step it holds for
    section: int = 0


@dataclass
class Range:
    """The range of an index letter: from `low` to `high` (tokens), or open above."""

    low: int
    high: Tokens = ()
    strict: bool = False  # below high only


@dataclass
class Table:
    """Everything that the note said so far."""

    symbols: dict[str, Symbol] = field(default_factory=dict)
    definitions: dict[str, Definition] = field(default_factory=dict)
    functions: dict[str, int] = field(default_factory=dict)  # declared f : R -> R, by name
    ranges: dict[str, Range] = field(default_factory=dict)
    sizes: dict[str, str] = field(default_factory=dict)  # names that are sizes, and why
    ranks: dict[str, int] = field(default_factory=dict)  # of names that are not declared, by how they are used
    steps: set[str] = field(default_factory=set)  # letters of layers and of steps
    depths: set[str] = field(default_factory=set)  # the last layer or step: L, T
    layered: set[str] = field(default_factory=set)  # names that carry a layer in brackets
    bold: set[str] = field(default_factory=set)
    plain: set[str] = field(default_factory=set)
    plain_bare: set[str] = field(default_factory=set)  # set in plain letters and without a subscript
    indices: set[str] = field(default_factory=set)  # letters used as an index of a sum
    solved: dict[str, Expr] = field(default_factory=dict)  # sizes that were inferred
    firm: set[str] = field(default_factory=set)  # those of them that a definition says
    layout: str | None = None
    future: dict[int, dict[str, Symbol]] = field(default_factory=dict)  # declarations by section
    broken: set[str] = field(default_factory=set)  # names whose definition could not be read
    version: int = 0
    section: int = 0

    def touch(self) -> None:
        """Something changed: what was computed from the table is stale."""
        self.version += 1

    def define(self, d: Definition) -> None:
        self.definitions[d.name] = replace(d, section=self.section)
        self.broken.discard(d.name)
        self.touch()

    def forget(self, name: str) -> None:
        """The name gets a new meaning: its definition, and those of its first steps, are dropped."""
        for known in [n for n in self.definitions if n == name or n.startswith((f"{name}^(", f"{name}_"))]:
            rest = known.removeprefix(name).strip("_^()")
            if not rest or rest.isdigit() or rest == "each":
                del self.definitions[known]
        self.broken.discard(name)
        self.touch()

    def is_stale(self, name: str) -> bool:
        """Whether the definition of the name is of an earlier section."""
        d = self.definitions.get(name)
        return d is not None and d.section != self.section

    def enter_section(self, number: int) -> None:
        """What the section declares further down is known, but binds nothing yet."""
        self.section = number
        for name, symbol in self.future.get(number, {}).items():
            if name not in self.symbols or self.symbols[name].section != number:
                symbol.ahead, symbol.section = True, number
                self.symbols[name] = symbol
        self.touch()

    def declare(self, symbol: Symbol) -> None:
        symbol.section = self.section
        self.symbols[symbol.name] = symbol
        self.broken.discard(symbol.name)
        self.touch()

    def add_properties(self, name: str, *properties: str) -> bool:
        symbol = self.symbols.get(name)
        if symbol is None:
            return False
        symbol.properties |= set(properties)
        self.touch()
        return True

    def known(self, name: str) -> bool:
        return name in self.symbols or name in self.definitions or name in self.functions

    def is_family(self, name: str) -> bool:
        """Whether the name has a value at each layer or step."""
        symbol = self.symbols.get(name)
        definition = self.definitions.get(name)
        return bool((symbol and symbol.letter) or (definition and definition.letter))
