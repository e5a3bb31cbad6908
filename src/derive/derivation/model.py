"""What a derivation is: sections of equations, each equation a chain of steps that the engine took.

Nothing here is text of a result: an `Equation` holds expressions, and the writers turn them into LaTeX or plain text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from typing import TYPE_CHECKING, Any

from sympy import Expr, Set

from derive.expr import Index, Program, Tensor
from derive.expr.record import Record

if TYPE_CHECKING:
    from derive.evaluate.decimals import Point
    from derive.verify import Verdict


class Step(Record):
    """One more right-hand side of a chain: by which rule it follows from the one before, and why.

    `relation` is "=", or one of <, <=, >, >= where the chain goes on with a bound: v^T H v = |X v|^2 >= 0; "~" where
    a number is rounded. `short` is the reason in the short form, which leaves out the steps before it. `numbers` are
    decimals written in place of the entries of tensors, as nested tuples.
    A step that comes with its `verdict` was established where it was derived; the others get one when it is certified.
    """

    after: Expr
    rule: str
    reason: str = ""
    key: bool = True  # shown in the short form (`--steps key`)
    assumptions: tuple[str, ...] = ()
    verdict: Verdict | None = None
    relation: str = "="
    numbers: Mapping[Tensor, Any] | None = None
    short: str = ""


class Context(Record):
    """What the names in an equation mean: the lets in force, and the values of the derivatives left unevaluated.

    `adjoints` are derivatives of the output, `jacobians` those of one name in another: (of, in).
    `point` has the numbers at which an example is worked.
    """

    program: Program
    output: Expr | None = None
    adjoints: Mapping[Tensor, tuple[tuple[Index, ...], Expr]] = field(default_factory=dict)
    jacobians: Mapping[tuple[Tensor, Tensor], tuple[tuple[Index, ...], Expr]] = field(default_factory=dict)
    point: Point | None = None


class Equation(Record):
    """`lhs = step = step = ...`, a tensor over the ordered free indices `out`.

    `relation` is "=" or "<-" (an update). A definition has a single step with rule "definition".
    `where` says for which layers it holds, e.g. "1 <= l < L". `around`: sums are expansions in this tensor, whose
    terms stand in the order of their degree in matrix notation.
    """

    lhs: Expr
    out: tuple[Index, ...]
    steps: tuple[Step, ...]
    relation: str = "="
    where: tuple[str, ...] = ()
    context: Context | None = None
    in_components: bool = False  # a sum over samples reads better with its indices
    literal: bool = False  # written as it stands: 1/(1 + exp(-z)) is not yet sigma(z) here
    around: Tensor | None = None

    @property
    def result(self) -> Expr:
        return self.steps[-1].after

    def shown(self, steps: str) -> tuple[Step, ...]:
        """The steps of the short form ("key") or all of them ("full")."""
        if steps == "full":
            return self.steps
        return tuple(replace(s, reason=s.short or s.reason) for s in self.steps if s.key)


class Prose(Record):
    """A sentence; `$...$` in it holds names of the notation, never results."""

    text: str


Cell = str | Expr | Tensor | Set


class Table(Record):
    """Rows of cells; a cell is text, a tensor with the set that it lies in, an expression, or an interval.

    Text of a cell or of the header has names in `$...$`, as prose has; so has the reason of a step.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


class Code(Record):
    """A line of code that evaluates a result."""

    text: str
    language: str = "python"


Block = Equation | Prose | Table | Code


class Section(Record):
    """A titled part of a page; `part` is the name that `--only` knows it by, `form` sample or batch or both."""

    title: str
    blocks: tuple[Block, ...]
    part: str = ""
    form: str = ""


class SecondDerivative(Record):
    """A claimed second derivative of a scalar in two tensors, free over the indices of both."""

    first: Tensor
    second: Tensor
    claim: Expr
    indices: tuple[tuple[Index, ...], tuple[Index, ...]]


class Witnessed(Record):
    """Derivatives to be compared with an autodiff engine on the forward program.

    `results` maps a tensor to its claimed gradient; `named` maps lets to the names of their adjoints that the
    claims may mention. `hessians` are second derivatives of the output. With `jacobian`, the program is one let and
    the only result is its derivative of that order, axes of the let first.
    """

    program: Program
    results: Mapping[Tensor, tuple[Expr, tuple[Index, ...]]]
    named: Mapping[Tensor, Tensor] = field(default_factory=dict)
    what: str = ""
    hessians: tuple[SecondDerivative, ...] = ()
    jacobian: int = 0


class Worked(Record):
    """Numbers to be compared with an autodiff engine that runs the forward program at the same place.

    `inputs` maps the inputs of the program to floats, row by row; so do `values` for lets, and `gradients` for the
    derivative of the output in inputs and lets.
    """

    program: Program
    inputs: Mapping[Tensor, list[float]]
    values: Mapping[Tensor, list[float]]
    gradients: Mapping[Tensor, list[float]]
    what: str = "the numbers"


class Certificate(Record):
    """What was established, and how."""

    proved: int = 0
    confirmed: int = 0
    engine: str = ""
    compared: int = 0  # results that the engine agrees with
    worst: float = 0.0  # the largest relative error among them
    witness: tuple[str, ...] = ()  # what was compared, at which sizes
    seed: int = 0
    assumptions: tuple[str, ...] = ()
    failures: tuple[str, ...] = ()
    checked: bool = True

    @property
    def established(self) -> bool:
        return self.checked and not self.failures


class Derivation(Record):
    """A page: sections in reading order, what has to be witnessed, and the certificate once it is verified."""

    name: str
    title: str
    sections: tuple[Section, ...]
    witnessed: tuple[Witnessed, ...] = ()
    certificate: Certificate | None = None
    worked: tuple[Worked, ...] = ()

    def equations(self) -> Iterator[Equation]:
        for section in self.sections:
            for block in section.blocks:
                if isinstance(block, Equation):
                    yield block

    def only(self, part: str) -> Derivation:
        """The sections of one part (`--only`)."""
        return replace(self, sections=tuple(s for s in self.sections if s.part == part))

    def parts(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(s.part for s in self.sections if s.part))
