"""`derive.graph(...)`: a graph, checked, in every format. The command line is a thin coat over this."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from derive.derivation import Derivation
from derive.errors import OptionError, VerificationError
from derive.expr import Program, Tensor
from derive.graph.backward import Backward, backward
from derive.graph.build import graph_of, graph_of_program
from derive.graph.check import compare_at_point, prove_sums
from derive.graph.evidence import silent
from derive.graph.labels import SHOWN, Labels
from derive.graph.page import kink_remark, page_of
from derive.graph.point import read_point
from derive.graph.scene import scene_of
from derive.graph.staged import Staged, checked_code, staged
from derive.graph.structure import LAYOUTS
from derive.graph.text import text_name
from derive.graph.values import AtPoint, at_point

MAX_DIGITS = 15


@dataclass(frozen=True)
class Drawing:
    """The graph of a formula with its gradients; `labels.at` are its numbers, where a point was given."""

    back: Backward
    labels: Labels
    layout: str = "numerator"
    notes: tuple[str, ...] = ()

    def svg(self, legend: bool = True) -> str:
        """A standalone picture on a white background."""
        from derive.graph.svg import svg

        return svg(scene_of(self.back, self.labels), legend)

    def tikz(self, standalone: bool = False) -> str:
        """The same picture for LaTeX."""
        from derive.graph.tikz import tikz

        return tikz(scene_of(self.back, self.labels), standalone)

    def dot(self) -> str:
        """The graph for Graphviz."""
        from derive.graph.dot import dot

        return dot(scene_of(self.back, self.labels))

    def text(self) -> str:
        """Tables for a terminal."""
        from derive.graph.text import terminal

        return terminal(self.back, self.labels, self.layout)

    def json(self, verification: str = "") -> str:
        """Nodes and edges, with exact numbers."""
        from derive.graph.json import document

        return document(self.back, self.labels, verification)

    def code(self, function: str = "f") -> str:
        """Staged NumPy code of the forward and the backward pass."""
        return self.staged(function).source

    def staged(self, function: str = "f") -> Staged:
        return staged(self.back, function)

    @cached_property
    def page(self) -> Derivation:
        """The derivation of all that is drawn."""
        return page_of(self.back, self.labels, self.layout, self.quiet)

    @cached_property
    def quiet(self) -> frozenset[Tensor]:
        """The names that nothing comes back to at random points: they are compared gate by gate."""
        return silent(self.back)

    def checked(self, engine: str = "autograd", seed: int = 0, function: str | None = None) -> str:
        """What was established beyond the steps of the page, as a sentence. Raises VerificationError."""
        count = prove_sums(self.back, seed)
        said = [f"{count} sum{'s' * (count != 1)} over edges proved"]
        if self.quiet:
            names = ", ".join(text_name(t) for t in self.back.order if t in self.quiet)
            said.append(f"{names} never won at random points, so gates were compared one by one")
        if self.labels.at is not None:
            said.append(compare_at_point(self.back, self.labels.at, engine).sentence)
        if function is not None:
            said.append(checked_code(self.back, self.staged(function), engine, seed))
        return "; ".join(said)

    def _repr_svg_(self) -> str:
        return self.svg()


def drawing(
    formula: str | Program,
    where: str = "",
    at: str = "",
    *,
    gates: str = "named",
    show: str = "",
    digits: int = 3,
    fractions: bool = False,
    layout: str = "numerator",
) -> Drawing:
    """The graph of a formula, not yet checked. Raises FormulaError or OptionError for what cannot be drawn."""
    if layout not in LAYOUTS:
        raise OptionError(f"--layout: expected {' or '.join(LAYOUTS)}; found {layout[:60]!r}")
    if show not in ("", *SHOWN):
        raise OptionError(f"--show: expected one of {', '.join(SHOWN)}; found {show[:60]!r}")
    if not 1 <= digits <= MAX_DIGITS:
        raise OptionError(f"--digits: expected 1 to {MAX_DIGITS}; found {digits}")
    back = backward(graph_of(formula, where, gates) if isinstance(formula, str) else graph_of_program(formula))
    numbers: AtPoint | None = None
    if at.strip():
        numbers = at_point(back, read_point(at, back.graph.inputs, back.given))
    elif show in ("numbers", "both"):
        raise OptionError(f'--show {show}: the values of the inputs are needed for numbers. Try: --at "x=1"')
    labels = Labels(back, numbers, show or ("symbols" if numbers is None else "numbers"), digits, fractions)
    notes = (kink_remark(numbers.kinks),) if numbers is not None and numbers.kinks else ()
    return Drawing(back, labels, layout, notes)


def graph(formula: str | Program, where: str = "", at: str = "", **options: object) -> Drawing:
    """The computational graph of a formula: `.svg()`, `.text()`, `.code()` ... ; a notebook shows the picture.

    Of a program, each named intermediate is a gate.

    where: shapes, as in "x: N,D; w: D"; without it names are numbers. at: values, as in "x=2, y=1/3".
    Options are those of `derive graph`: gates, show, digits, fractions, layout. Everything is verified first:
    VerificationError says what could not be established.

    >>> print(graph("x*y", at="x=2, y=3").code().rpartition("def ")[2])
    f(x, y):
        \"\"\"The output L, and its gradients in the inputs.\"\"\"
        # forward pass: compute the output
        L = x * y  # mul gate
        # backward pass: compute the gradients
        grad_L = 1.0
        grad_x = grad_L * y  # mul gate swaps
        grad_y = grad_L * x  # mul gate swaps
        return L, (grad_x, grad_y)
    <BLANKLINE>
    """
    from derive.derivation.certify import certify

    found = drawing(formula, where, at, **options)
    certificate = certify(found.page).certificate
    if certificate is None or certificate.failures:
        raise VerificationError("; ".join(certificate.failures if certificate else ("nothing was verified",)))
    found.checked(function="f")
    return found
