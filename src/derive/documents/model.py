"""What reading a note gives: its statements in document order, each with its place, its reading and its two sides.

A statement is immutable. `claim`s carry `sides`, or say in `problem` why their shapes cannot fit (`clash`); claims
about any layer l or any step t carry `instances` instead: the same claim at concrete layers or steps.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from sympy import Expr

from derive.expr import Index, Program

Kind = Literal["definition", "declaration", "claim", "unreadable"]


@dataclass(frozen=True, order=True)
class Place:
    """A place in the source, both counted from 1."""

    line: int
    column: int


@dataclass(frozen=True)
class Side:
    """One side of a relation: an expression over ordered free indices.

    `indices` are the explicit component indices first (`x_{nj}` is over n and j), in the order of their names, and then
    the axes of the value. `shape` is the shape of the axes only: a row vector has shape (1, D), a column (D,).
    """

    expr: Expr
    indices: tuple[Index, ...] = ()
    shape: tuple[Expr, ...] = ()


@dataclass(frozen=True)
class Instance:
    """A claim at a concrete depth, layer or step: `label` says which, as in "L = 3, l = 2"."""

    label: str
    sides: tuple[Side, Side]
    program: Program


@dataclass(frozen=True)
class Rounded:
    """A decimal inside a formula: a letter that stands for what rounds to it; `exact`: the note gives this number."""

    name: str
    value: Fraction
    half: Fraction  # of a unit of the last digit
    exact: bool = False


@dataclass(frozen=True)
class Image:
    """All values of a function of one number, and the interval that they are said to be."""

    value: Expr
    argument: str  # the name of the number that runs over the real line
    interval: tuple[Expr, Expr, bool, bool]  # its ends, and whether each is left out


@dataclass(frozen=True)
class Statement:
    """One relation of the note. `lhs_text` and `rhs_text` are slices of the source with macros unexpanded."""

    kind: Kind
    place: Place  # where the right side starts
    lhs_text: str
    relation: str  # "=", ":=", "\\approx", "\\le", "\\ge", "<", ">", "\\ne", "\\leftarrow", "\\in"
    rhs_text: str
    reading: str = ""
    problem: str = ""  # unreadable: expected and found; claim: why the shapes cannot match
    trouble: Place | None = None  # unreadable: where the token is that was not expected
    assumptions: tuple[str, ...] = ()
    sides: tuple[Side, Side] | None = None
    program: Program = field(default_factory=lambda: Program(()))
    layout: str | None = None  # where the note says so: "numerator", "denominator"; of derivatives in matrices as well,
    # "transposed" and "shaped"
    derivative_kind: Literal["gradient", "jacobian", "mixed", "other"] | None = None
    variable: str = ""  # of the derivative on the left
    instances: tuple[Instance, ...] = ()
    digits: int | None = None  # digits after the point of a number after \approx
    rounded: tuple[Rounded, ...] = ()  # decimals in a formula after \\approx, which stand for themselves in `sides`
    printed: bool = False  # the formula is an array of such numbers and nothing else
    clash: bool = False  # the shapes cannot match: the claim is wrong for general sizes
    lhs_place: Place | None = None
    unbound: tuple[str, ...] = ()  # explicit indices that are free on one side only
    definite: tuple[str, ...] = ()  # names given by this definition or declaration
    differential: bool = False  # a derivative occurs somewhere: compare almost everywhere
    gap: str = ""  # why it could not be read at some of its places: it cannot be accepted
    given: Statement | None = None  # the same with the worked numbers above put in
    decisive: bool = False  # `given` is what the sentence says, or a claim about numbers
    multiple: bool = False  # of an equivalence: the sides are the differences of two equations
    strict: tuple[bool, bool] | None = None  # of an equivalence of inequalities: the sides are what is > 0, or >= 0
    image: Image | None = None  # the claim is about all values of a function
    conditions: tuple[str, ...] = ()  # what it is stated under and could not be put in: it cannot be refuted

    @property
    def line(self) -> int:
        return self.place.line

    @property
    def column(self) -> int:
        return self.place.column


Edited = Callable[[int, Statement, str], "Statement | None"]  # its number, the statement, the right side


@dataclass(frozen=True)
class Diagnostic:
    """Something about the document that a reader of the report should know: an unclosed `$`, bad bytes."""

    place: Place
    message: str


@dataclass(frozen=True)
class Note:
    """A note that was read."""

    path: str
    statements: tuple[Statement, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    declared: dict[str, str] = field(default_factory=dict)  # name -> what was declared or inferred
    edited: Edited | None = field(default=None, repr=False, compare=False)  # reads a statement with another right side

    @property
    def claims(self) -> tuple[Statement, ...]:
        """Everything that has to be judged: claims, and what could not be read."""
        return tuple(s for s in self.statements if s.kind in ("claim", "unreadable"))
