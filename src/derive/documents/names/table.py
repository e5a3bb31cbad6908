"""The symbol table: what is declared, what is defined, and what the note's letters are used for."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from typing import Any

from sympy import Expr

from derive.documents.names.symbols import (
    FORMS,
    IMPLIED,
    OF_ENTRIES,
    SOME,
    Beyond,
    Chance,
    Definition,
    Doubt,
    Range,
    Spectra,
    Symbol,
    Tokens,
    bare,
    is_one_of,
    is_only_nonzero,
    qualified,
)
from derive.documents.syntax import tree as s


@dataclass
class Table:
    """Everything that the note said so far."""

    symbols: dict[str, Symbol] = field(default_factory=dict)
    definitions: dict[str, Definition] = field(default_factory=dict)
    functions: dict[str, int] = field(default_factory=dict)  # declared f : R -> R, by name
    functionals: dict[str, tuple[Tokens, ...]] = field(
        default_factory=dict
    )  # of them, f : R^D -> R: the sizes; () if special
    ranges: dict[str, Range] = field(default_factory=dict)  # as far as the note was read, or from further down
    ranged: dict[int, dict[str, Range]] = field(default_factory=dict)  # those read so far, by section
    foretold: dict[int, set[str]] = field(default_factory=dict)  # letters to which a section gives a range somewhere
    sizes: dict[str, str] = field(default_factory=dict)  # names that are sizes, and why
    made_of: list[tuple[str, s.Node]] = field(default_factory=list)  # what may be sizes: sums and products of letters
    ranks: dict[str, int] = field(default_factory=dict)  # of names that are not declared, by how they are used
    steps: set[str] = field(default_factory=set)  # letters of layers and of steps
    at_zero: set[str] = field(default_factory=set)  # x, where x_0 stands somewhere
    recursive: set[str] = field(default_factory=set)  # names that an equation gives from their earlier members
    depths: set[str] = field(default_factory=set)  # the last layer or step: L, T
    layered: set[str] = field(default_factory=set)  # names that carry a layer in brackets
    indexed: set[str] = field(default_factory=set)  # names that carry an index letter somewhere
    bold: set[str] = field(default_factory=set)
    plain: set[str] = field(default_factory=set)
    plain_bare: set[str] = field(default_factory=set)  # set in plain letters and without a subscript
    indices: set[str] = field(default_factory=set)  # letters used as an index of a sum
    paired: set[str] = field(default_factory=set)  # b of \\pi_b beside \\pi_a: an index of arrays
    gates: set[str] = field(default_factory=set)  # i, where the note gives i_t: W_i is no entry of W
    from_zero: set[str] = field(default_factory=set)  # arrays whose first entry is x_0
    intercepts: set[str] = field(
        default_factory=set
    )  # of size n + 1, whose first entry, or that of each of them, is x_0
    from_either: set[str] = field(default_factory=set)  # of which the note says both
    given: dict[str, tuple[Tokens, ...]] = field(default_factory=dict)  # arrays, entry by entry: x_1 = 1, x_2 = 2
    counts: dict[str, Tokens] = field(default_factory=dict)  # how many members a list has that is not declared
    beyond: dict[str, Beyond] = field(default_factory=dict)  # what an array is at other indices, where it is said
    sets: set[str] = field(default_factory=set)  # names of sets of indices that a sum runs over
    each_absolute: bool = False  # the note says that absolute values of matrices are those of their entries
    entrywise: bool = False  # the note says that functions of matrices act entry by entry
    softmax_of: str = "rows"  # of a matrix: "rows", "columns", or "either" where the note leaves it open
    circle: bool = False  # a pi without an index is the number, beside weights pi_k
    identities: set[str] = field(default_factory=set)  # I, where the note says that I_{ij} are entries of the identity
    units: set[str] = field(default_factory=set)  # e, where the note says that e_i is a unit vector
    subscripts: set[str] = field(default_factory=set)  # letters that stand alone as a subscript
    labels: set[str] = field(default_factory=set)  # of them, those declared a class: y \in \{1, ..., K\}, and then p_y
    equated: set[str] = field(default_factory=set)  # names that stand alone on a side of an equation
    counted: set[str] = field(default_factory=set)  # index letters of which 1/N before a sum says how far they run
    first: dict[str, int] = field(default_factory=dict)  # where each letter stands for the first time
    varied: set[str] = field(default_factory=set)  # X, where a differential dX stands somewhere
    raised: set[str] = field(default_factory=set)  # x, where x^1, \\dots, x^n are several and no powers
    solved: dict[str, Expr] = field(default_factory=dict, compare=False)  # sizes that were inferred
    fixed: dict[str, int] = field(default_factory=dict)  # sizes, steps and indices that have a number in this passage
    whole: frozenset[str] = frozenset()  # letters told to be whole numbers; "" where words speak of such
    anyone: set[str] = field(default_factory=set)  # names declared as any such array
    iterates: bool = False  # or of functions that are applied again and again, or are one for each player
    far: bool = False  # the claim that is read says more the later the step: w_t >= 1/16
    all_ones: set[str] = field(default_factory=set)  # e, of any size, where words say that all its entries are one
    single: set[str] = field(default_factory=set)  # lists whose bare name is one more of them: `meaning.generic`
    fitted: set[str] = field(default_factory=set)  # undeclared names that can have no other shape where they are used
    firm: set[str] = field(default_factory=set)  # those of them that a definition says
    operators: frozenset[str] = frozenset()  # J, H and D, where the words speak of such derivatives
    domains: dict[str, tuple[str, tuple[Tokens, ...]]] = field(default_factory=dict)  # what g takes: x, and its sizes
    nabla: Tokens = ()  # what a bare \\nabla is taken in, where the note says so
    lines: dict[str, str] = field(default_factory=dict)  # a, where words call it a row or a column of A
    chances: dict[str, Chance] = field(default_factory=dict)  # m, where words say how probable m_i = 1 is
    random: set[str] = field(default_factory=set)  # names with another distribution, x \\sim \\mathcal N(0, 1)
    spectra: Spectra = field(default_factory=Spectra)  # names of eigenvalues
    drawn: tuple[str, ...] = ()  # index letters that the words draw uniformly
    layout: str | None = None
    transposes_matrices: bool = False  # so has the derivative of a number in a matrix the shape of its transpose
    keeps_shapes: bool = False  # or the shape of the matrix, whatever the layout of Jacobians is
    held: bool = False  # Sigma stays as it is where a derivative is taken in Lambda = Sigma^{-1}, for one reading
    rows: bool = False  # the derivatives of numbers are rows, for one reading of a statement
    future: dict[int, dict[str, Symbol]] = field(default_factory=dict)  # declarations by section
    vague: dict[str, str] = field(default_factory=dict)  # names of which the words say more than was understood
    doubted: dict[str, Doubt] = field(default_factory=dict)  # names of which the words may have taken something back
    twice_ranged: set[str] = field(default_factory=set)  # letters that run from 1 here, and from 0 there
    broken: set[str] = field(default_factory=set)  # names whose definition could not be read
    retired: dict[str, str] = field(default_factory=dict)  # of them, those defined with another meaning of this name
    renewed: list[str] = field(default_factory=list)  # names that were just declared with another shape
    inherited: set[str] = field(default_factory=set)  # names that an earlier section declared
    version: int = field(default=0, compare=False)
    section: int = 0
    kept: Any = field(default=None, compare=False, repr=False)  # what definitions came to: `meaning.kept`

    def touch(self) -> None:
        """Something changed: what was computed from the table is stale."""
        self.version += 1

    def define(self, d: Definition) -> None:
        self.definitions[d.name] = replace(d, section=self.section)
        if not d.letters:
            self.single.discard(d.name)
        self.broken.discard(d.name)
        self.retired.pop(d.name, None)
        self.vague.pop(d.name, None)
        self.doubted.pop(d.name, None)
        self.touch()

    def give_range(self, letter: str, found: Range) -> None:
        """The letter runs so from here on, and in this section."""
        self.ranges[letter] = found
        self.ranged.setdefault(self.section, {})[letter] = found
        self.touch()

    def ranges_in(self, section: int) -> dict[str, Range]:
        """The ranges with which a definition of this section is read, whatever its letters do further down."""
        return {**self.ranges, **self.ranged.get(section, {})}

    @property
    def stepping(self) -> set[str]:
        """The letters of steps, and those of definitions that run on without end: `w_t = x^t` for $t \\ge 0$."""
        endless = {x for x, found in self.ranges.items() if not found.high and x not in self.symbols}
        return self.steps | endless & {x for d in self.definitions.values() for x in d.letters}

    def picks(self, letter: str, found: Range) -> bool:
        """Whether a range, `t = 3, 4`, is of some steps only, or of some places of what has a definition at each."""
        defined = found.is_numeral and any(letter in d.letters for d in self.definitions.values())
        return letter in self.stepping or defined

    def runs_later(self, letter: str) -> bool:
        """Whether only a later section says how far the letter runs."""
        here = any(letter in x for x in self.ranged.values()) or letter in self.foretold.get(self.section, ())
        return not here

    def forget(self, name: str) -> None:
        """The name gets a new meaning: its definition, and those of its first steps, are dropped."""
        for known in [n for n in self.definitions if n == name or n.startswith((f"{name}^(", f"{name}_"))]:
            rest = known.removeprefix(name).strip("_^()")
            if not rest or rest.isdigit() or rest == "each" or known.startswith(f"{name}^("):
                del self.definitions[known]
        self.broken.discard(name)
        self.touch()

    @contextmanager
    def taking(self, functions: Iterable[str]) -> Iterator[None]:
        """Where these functions are spoken of, a letter is what they take: x of g : R^3 \\to R, beside x in R^n."""
        found = {self.domains[f] for f in functions if f in self.domains and f in self.definitions}
        letters = [p for p, _ in found]
        kept = {p: self.symbols[p] for p in letters if p in self.symbols and letters.count(p) == 1}
        for p, dims in found if kept else ():
            if p in kept:
                self.symbols[p] = Symbol(p, dims, section=self.section)
        if kept:
            self.touch()
        try:
            yield
        finally:
            self.symbols |= kept
            if kept:
                self.touch()

    def is_stale(self, name: str) -> bool:
        """Whether the definition of the name is of an earlier section."""
        d = self.definitions.get(name)
        return d is not None and d.section != self.section

    def enter_section(self, number: int) -> None:
        """What the section declares further down is known, but binds nothing yet."""
        self.section = number
        self.inherited = set(self.symbols)
        for name, symbol in self.future.get(number, {}).items():
            if name in self.definitions and is_only_nonzero(symbol):
                continue  # assume that g is not zero: it may be the g above
            if (each := self.symbols.get(name)) is not None and self.lists(symbol, each):
                continue  # the vector of numbers that are known one by one
            if name not in self.symbols or self.symbols[name].section != number:
                self._renew(symbol)
                self.symbols[name] = replace(symbol, ahead=True, awaited=True, section=number)
        self.touch()

    def _renew(self, symbol: Symbol) -> None:
        """A section that declares another shape begins anew: what the name was defined as no longer holds."""
        before = self.symbols.get(symbol.name)
        if before is None or before.ahead or _shape(before) == _shape(symbol) or self.lists(symbol, before):
            return
        self.renewed.append(symbol.name)
        if before.section != self.section:
            self.forget(symbol.name)

    def lists(self, symbol: Symbol, before: Symbol) -> bool:
        """Whether it is all of what was declared for each index: y \\in R^m behind y^{(i)} \\in R, i = 1, ..., m."""
        count = len(before.lead)
        if before.letter or symbol.lead or not count or _shape(symbol)[count:] != _shape(before):
            return False
        ranges = [self.ranges[x].high if x in self.ranges else () for x in before.lead]
        sizes = _shape(symbol)[:count]
        return len(sizes) == count and all(
            not r or tuple(t.text for t in r) == n for r, n in zip(ranges, sizes, strict=True)
        )

    def declare(self, symbol: Symbol) -> None:
        before = self.symbols.get(symbol.name)
        if before is not None and is_one_of(symbol, before):
            self.symbols[f"{symbol.name}_each"] = replace(before, name=f"{symbol.name}_each")
        else:
            self._renew(symbol)
        symbol.section = self.section
        self.symbols[symbol.name] = symbol
        self.single.discard(symbol.name)
        if (doubt := self.doubted.pop(symbol.name, None)) is not None and doubt.ahead:
            self.doubted[symbol.name] = replace(doubt, ahead=False)
        self.broken.discard(symbol.name)
        self.retired.pop(symbol.name, None)
        self.touch()

    def begin(self, name: str) -> None:
        """The note begins to speak of a name: what it says further down is not so yet."""
        symbol = self.symbols.get(name)
        if symbol is not None and symbol.awaited:
            self.symbols[name] = bare(symbol)

    def add_properties(self, name: str, *properties: str) -> bool:
        self.begin(name)
        symbol = self.symbols.get(name)
        if symbol is None:
            return False
        qualified(symbol, frozenset(properties))
        if (doubt := self.doubted.pop(name, None)) is not None and (rest := doubt.properties - {*properties}):
            self.doubted[name] = Doubt(rest, doubt.said)
        forms = frozenset(properties) & FORMS
        of_entries = symbol.form in SOME or symbol.form == "joint" or symbol.form.endswith("_columns")
        beside = symbol.properties - (OF_ENTRIES if of_entries else IMPLIED)
        if symbol.form and (forms - {symbol.form} or beside):
            self.vague[name] = f"{name} is {symbol.form.replace('_', ' ')}, and more"
            symbol.form = ""
        self.touch()
        return True

    def known(self, name: str) -> bool:
        return name in self.symbols or name in self.definitions or name in self.functions

    def stands_beside(self, name: str, base: str) -> bool:
        """Whether a name with a subscript, h_0, is declared beside h as an array of its rank: it is no entry of it."""
        own, whole = self.symbols.get(name), self.symbols.get(base)
        if own is None or whole is None or own.lead or whole.lead:
            return False
        numbers = own.alone and whole.alone and not whole.dims  # L_1 and L, each a number
        return numbers or (bool(own.dims) and len(own.dims) >= len(whole.dims))

    def has_only_members(self, name: str) -> bool:
        """Whether the name was declared or defined for each value of an index, and never by itself."""
        symbol, definition = self.symbols.get(name), self.definitions.get(name)
        given = [x for x in (symbol and symbol.lead, definition and definition.letters) if x is not None]
        return bool(given) and all(given)

    def is_circle(self) -> bool:
        """Whether pi without an index is the number of the circle: a list pi_1, ..., pi_K leaves it that."""
        symbol = self.symbols.get("pi")
        listed = symbol is not None and symbol.numbered and "pi" not in self.definitions
        return not self.known("pi") or (self.circle and (listed or self.has_only_members("pi")))

    def is_family(self, name: str) -> bool:
        """Whether the name has a value at each layer or step."""
        symbol = self.symbols.get(name)
        definition = self.definitions.get(name)
        if symbol and symbol.ahead and definition and not definition.letter:
            return False  # g = A w - b, and further down g_1, g_2, ...
        return bool((symbol and symbol.letter) or (definition and definition.letter))

    def stands_alone(self, name: str) -> bool:
        """Whether a name without a step is one of its own: x in R^n, beside x_{k+1} = x_k - g(x_k), and eta > 0."""
        symbol, definition = self.symbols.get(name), self.definitions.get(name)
        if symbol is None or symbol.letter or symbol.lead:
            return False
        if not (symbol.dims or symbol.alone or symbol.properties or symbol.low or symbol.high):
            return False
        return definition is None or bool(definition.letter)


def copied(table: Table) -> Table:
    """A table that can change without changing this one."""
    return Table(**{f.name: _own(getattr(table, f.name)) for f in fields(table)})


def _own(value: object) -> Any:
    if isinstance(value, dict):
        return {name: _own(x) for name, x in value.items()}
    if isinstance(value, (set, list, Symbol)):
        return copy.copy(value)
    return value


def _shape(symbol: Symbol) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(t.text for t in d) for d in symbol.dims)
