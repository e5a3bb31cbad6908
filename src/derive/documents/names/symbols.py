"""What a note says of one name: what it declares of it, what it defines it as, where its index runs."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction

from derive.documents.source.tokens import Token
from derive.documents.syntax import tree as s
from derive.expr.symbols import ENDS

Tokens = tuple[Token, ...]
OBLONG = frozenset(("orthonormal_rows", "one_hot_columns", "stochastic_columns", "joint"))
SOME = frozenset(("some_in_rows", "some_in_columns"))
"""Of zeros and ones: no row, or no column, is zero."""
INTERCEPT = "intercept"  # the form of x in R^{n+1} with x_0 = 1
FORMS = OBLONG | SOME | {"skew", "projection", "semidefinite", "negative_definite", "diagonal"}
"""What a matrix is written as: tensors have no such properties."""
IMPLIED = frozenset(("symmetric",))  # by most of them
OF_ENTRIES = frozenset(("binary", "nonnegative", "positive", "unit_interval"))
SIGNS = ENDS | {"positive", "nonnegative", "unit_interval", "negative", "nonpositive"}
FINITE = frozenset(("binary", "sign"))
"""In {0, 1}, or {-1, 1}."""
DIMENSION = "it is a dimension"
"""Why a letter is a size: an array has it."""


@dataclass
class Symbol:
    """A name of the note. `dims` are the sizes of its axes, as tokens (they may mention a layer), outermost first.

    `lead`: index letters that are part of the declaration: x_n \\in R^D has the dims (N, D), N from the range of n.
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
    ordered: bool = False  # numbers in a list, by their size: without an index, the name is any number
    centred: bool = False  # what it lists sums to zero
    numbered: bool = False  # declared as a list: x_1, ..., x_N
    alone: bool = False  # the note says in which set it lies, by its bare name
    ahead: bool = False  # declared further down in the same section
    awaited: bool = False  # so is what it says of the name, of which nothing has been said yet
    section: int = 0
    form: str = ""  # of a matrix, one of FORMS
    spectrum: tuple[s.Node, s.Node] | None = None  # bounds of the eigenvalues of a symmetric matrix
    values: tuple[Fraction, ...] = ()  # of a number in a finite set, or of each entry
    classes: Tokens = ()  # K, of a label out of 1, ..., K
    cased: Symbol | None = None  # bounds of a case in which it came up first: those of another case would undo them
    passing: Symbol | None = None  # bounds of the sentence that mentioned it first, `for x < 0`: how far is not said


def is_one_of(x: Symbol, several: Symbol) -> bool:
    """`x \\in \\mathbb{R}^D` behind `x_1, \\dots, x_N \\in \\mathbb{R}^D`: one more of them; or numbers x_i."""
    if x.lead or x.letter or x.numbered or several.letter or several.awaited:
        return False
    if several.lead:
        return len(several.lead) == 1 and not (several.dims or x.dims)
    texts = [["".join(t.text for t in d) for d in dims] for dims in (x.dims, several.dims)]
    return several.numbered and 0 < len(several.dims) < 3 and texts[0] == texts[1][1:] and texts[0] != texts[1][:1]


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
    since: bool = False  # beside the definition the note says that this is the first step
    section: int = 0
    upright: bool = False  # rows are taken for columns, though the note may mean them as they lie
    squares: tuple[tuple[str, bool], ...] = ()  # parameters written squared, sigma^2, and whether before an identity
    given: bool = False  # for one passage: what solves an equation, a worked number
    told_with: tuple[s.Node, ...] = ()  # J(W^{(1)}, W^{(2)}): a value, and the arguments that it depends on


@dataclass(frozen=True)
class Chance:
    """Entries that are drawn at random, each the first of two values with this probability, and else the second."""

    probability: s.Node
    values: tuple[s.Node, s.Node]
    independent: bool  # no entry depends on another
    section: int = 0


@dataclass(frozen=True)
class Doubt:
    """Properties that a name may no longer have, and the words that say so: claims must hold without them, too."""

    properties: frozenset[str]
    said: str
    ahead: bool = False  # of the declaration that follows


@dataclass(frozen=True)
class Beyond:
    """What the entries of an array count as beyond its range: below it (-1 among the sides), above it (1)."""

    value: s.Node
    sides: frozenset[int] = frozenset((-1, 1))


@dataclass(frozen=True)
class Extreme:
    """The smallest or the largest eigenvalue of a matrix, as this section has it."""

    matrix: str
    largest: bool
    section: int = 0


@dataclass
class Spectra:
    """Names of eigenvalues, or of bounds on them; of some it is known which they are."""

    names: set[str] = field(default_factory=set)
    extremes: dict[str, Extreme] = field(default_factory=dict)
    applied: set[str] = field(default_factory=set)  # A of \\lambda_{\\min}(A)
    bounded: set[str] = field(default_factory=set)  # matrices of whose eigenvalues these names are said

    def of(self, matrix: str) -> list[str]:
        return [name for name, x in self.extremes.items() if x.matrix == matrix]


@dataclass
class Range:
    """The range of an index letter: from `low` to `high` (tokens), or open above."""

    low: int
    high: Tokens = ()
    strict: bool = False  # below high only

    @property
    def is_numeral(self) -> bool:
        """Whether the last one is told as a number."""
        return len(self.high) == 1 and self.high[0].text.isdigit()


def qualified(symbol: Symbol, found: frozenset[str]) -> Symbol:
    """The same symbol, with what words say of it; a sign takes the place of another sign."""
    signs, forms = found & SIGNS, sorted(found & FORMS)
    symbol.properties |= found - FORMS - {"negative", "nonpositive"}
    symbol.form = forms[0] if forms else symbol.form
    if found & {"negative", "nonpositive"}:
        symbol.properties -= SIGNS
        symbol.low, symbol.high = None, s.Num(0, "0")
    elif signs and is_zero(symbol.high):
        symbol.high = None
    return symbol


def is_only_nonzero(symbol: Symbol) -> bool:
    """Whether nothing is said of the name but that it is not zero, here or in some case."""
    said = symbol.properties | (symbol.passing.properties if symbol.passing is not None else frozenset())
    return said == {"nonzero"} and not (symbol.dims or symbol.lead or symbol.letter or symbol.low or symbol.high)


def bare(symbol: Symbol) -> Symbol:
    """The symbol without what was said of its values."""
    return replace(
        symbol,
        properties=frozenset(),
        unit=False,
        low=None,
        high=None,
        values=(),
        form="",
        spectrum=None,
        awaited=False,
    )


def is_zero(tree: s.Node | None) -> bool:
    return isinstance(tree, s.Num) and tree.text == "0"
