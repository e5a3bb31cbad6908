"""What stands at the vertices and wires: names, values, gradients, as text for pictures and as LaTeX."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sympy import Expr

from derive.evaluate.nested import entries
from derive.expr import Diff, Index, Tensor
from derive.graph.backward import Backward
from derive.graph.model import Edge, Symbol
from derive.graph.numbers import shown
from derive.graph.values import Array, AtPoint
from derive.notation.components import component_piece
from derive.notation.document.lines import matrix_form
from derive.notation.style import MUL, Latex, Piece, Style, Text, join_subscripts, raised
from derive.notation.vocabulary import split_name, text_base, text_word
from derive.notation.writer import write

SHOWN = ("numbers", "symbols", "both")
DOWN, UP = "\ue000", "\ue001"  # around a subscript: letters that no formula has
FEW = 4  # entries of an array whose numbers are written out
NARROW = frozenset(" .,:;il|()[]'!fjtrI/·−-")
SIZE = 14.0


@dataclass(frozen=True)
class Label:
    """A piece of text in both notations, and the room that it needs."""

    text: str
    latex: str
    width: float


class Marked(Text):
    """Text with its subscripts marked, so that a picture can lower them."""

    def symbol(self, name: str, layer: Expr | None = None, subscripts: tuple[str, ...] = (), mark: str = "") -> Piece:
        parts = split_name(name)
        own = (*((text_word(parts.subscript),) if parts.subscript else ()), *subscripts)
        lower = join_subscripts(own, "," if parts.subscript and subscripts else "")
        piece = super().symbol(name, layer, (), mark)
        body = text_base(parts) + (f"{DOWN}{lower}{UP}" if lower else "") + (raised(mark) if mark else "")
        return (
            Piece(body, piece.precedence, piece.tall, piece.raised)
            if layer is None
            else super().symbol(name, layer, subscripts, mark)
        )

    def delta_of(self, i: str, j: str) -> Piece:
        return Piece(f"δ{DOWN}{i}{j}{UP}")


class Inline(Latex):
    """LaTeX for small labels: derivatives with a slash rather than as fractions."""

    def partial(self, body: str, wrt: str) -> Piece:
        return Piece(rf"\partial {body}/\partial {wrt}", MUL)


MARKED, INLINE = Marked(), Inline()


def measure(text: str, size: float = SIZE) -> float:
    """The room that a text needs in an ordinary sans-serif font, rather too much than too little."""
    total, scale = 0.0, 1.0
    for c in text:
        if c in (DOWN, UP):
            scale = 0.72 if c == DOWN else 1.0
        else:
            total += scale * (0.36 if c in NARROW else 0.9 if c in "mwMWΣ⊙" else 0.62)
    return total * size


def labelled(text: str, latex: str, size: float = SIZE) -> Label:
    return Label(text, latex, measure(text, size))


@dataclass(frozen=True)
class Labels:
    """Writes the labels of a graph; `at` are the numbers, where there are any, and `show` says what to write."""

    back: Backward
    at: AtPoint | None = None
    show: str = "numbers"
    digits: int = 3
    fractions: bool = False

    # -- pieces --------------------------------------------------------------------------------------------------
    def formula(self, e: Expr, out: tuple[Index, ...]) -> Label:
        """A formula: in matrix notation where there is one."""
        form = matrix_form(e, out)

        def piece(style: Style) -> str:
            return (component_piece(e, style) if form is None else write(form, style)).text

        return labelled(piece(MARKED).replace("-", "−"), piece(INLINE))

    def name(self, t: Tensor) -> Label:
        return labelled(MARKED.symbol(t.name, t.layer).text, INLINE.symbol(t.name, t.layer).text, 16)

    def symbol(self, s: Symbol) -> Label:
        return labelled(s.text, s.latex, 16)

    def small(self, text: str) -> float:
        return measure(text, 11)

    def shape(self, t: Tensor) -> Label:
        sizes = [self.formula(d, ()) for d in t.dims]
        return labelled(" × ".join(s.text for s in sizes), r" \times ".join(s.latex for s in sizes))

    def numbers(self, a: Array) -> Label | None:
        """A number, or a short array of them; None for a long one."""
        if not isinstance(a, tuple):
            found = shown(a, self.digits, self.fractions)
            return labelled(found.text, found.latex)
        if len(entries(a)) > FEW:
            return None
        parts = [self.numbers(part) for part in a]
        inside = [p for p in parts if p is not None]
        text, latex = ", ".join(p.text for p in inside), ", ".join(p.latex for p in inside)
        return labelled(f"[{text}]", f"[{latex}]")

    # -- labels --------------------------------------------------------------------------------------------------
    def value(self, t: Tensor) -> Label:
        """Above a wire: the value, or the shape; intermediate results by name."""
        number = None if self.at is None or self.show == "symbols" else self.numbers(self.at.values[t])
        says = number or (self.shape(t) if t.rank else None)
        name = self.name(t)
        if t in self.back.graph.by_tensor and t != self.back.graph.output:
            if says is None:
                return labelled(name.text, name.latex)
            sign, typeset = ("=", "=") if number else (":", r":\;")
            return labelled(f"{name.text} {sign} {says.text}", f"{name.latex} {typeset} {says.latex}")
        return says or labelled(name.text, name.latex)

    def edge(self, e: Edge) -> tuple[Label, ...]:
        """Below a wire: what flows back through it, and what that is made of: upstream times local."""
        flow = self.back.flows[e]
        out = self.back.graph.indices[e.source]
        lines: list[Label] = []
        if self.at is not None and self.show != "symbols":
            there = self.at.edges[e]
            down = self.numbers(there.downstream)
            lines.append(down or self.derivative(e.source))
            if not isinstance(there.downstream, tuple) and not isinstance(there.upstream, tuple):
                up, local = self.numbers(there.upstream), self.numbers(there.local)
                assert up is not None
                assert local is not None
                parts = (there.downstream, there.upstream, there.local)
                close = any(shown(x, self.digits, self.fractions).rounded for x in parts)
                sign, typeset = ("≈", r"\approx") if close else ("=", "=")
                text = f"{sign} {up.text} · {_signed(local.text)}"
                lines.append(labelled(text, rf"{typeset} {up.latex} \cdot {_signed(local.latex)}"))
            elif self.show == "numbers":
                lines.append(self._is(self.formula(self.back.shown(flow.downstream), out)))
        if self.at is None or self.show != "numbers":
            lines.append(self._is(self.formula(self.back.shown(flow.downstream), out)))
        if self.at is None or self.show == "symbols":
            lines.insert(0, self.derivative(e.source) if len(self.back.graph.uses[e.source]) == 1 else self.part(e))
        return tuple(lines)

    def total(self, t: Tensor) -> tuple[Label, ...]:
        """Below the wire of a whole value: its gradient."""
        number = None if self.at is None or self.show == "symbols" else self.numbers(self.at.gradients[t])
        return (number or self.derivative(t),)

    def derivative(self, t: Tensor) -> Label:
        """dL/dt by name."""
        loss = self.back.loss
        if self.back.graph.entry(t) == loss:
            return labelled("1", "1")
        return self.formula(Diff(loss, self.back.graph.entry(t)), self.back.graph.indices[t])

    def part(self, e: Edge) -> Label:
        """Of a value that is copied: this use's part of its gradient."""
        whole = self.derivative(e.source)
        return labelled(f"part of {whole.text}", rf"\text{{part of }} {whole.latex}")

    def _is(self, label: Label) -> Label:
        return replace(label, text=f"= {label.text}", latex=f"= {label.latex}", width=label.width + measure("= "))

    def rounded(self) -> bool:
        if self.at is None or self.show == "symbols":
            return False
        arrays = [*self.at.values.values(), *self.at.gradients.values()]
        edges = [a for n in self.at.edges.values() for a in (n.local, n.downstream) if a is not None]
        return any(shown(x, self.digits, self.fractions).rounded for a in (*arrays, *edges) for x in entries(a))

    def legend(self) -> tuple[Label, ...]:
        """What the colours mean: value, gradient, and a remark on rounding."""
        loss = self.name(self.back.loss.tensor)
        above = labelled("above: value", r"\text{above: value}", 12)
        below = labelled(
            f"below: gradient of {loss.text} = upstream · local",
            rf"\text{{below: gradient of }} {loss.latex} = \text{{upstream}} \cdot \text{{local}}",
            12,
        )
        said = f"rounded to {self.digits} significant digits" if self.rounded() else ""
        return (above, below, labelled(said, rf"\text{{{said}}}" if said else "", 12))


def _signed(text: str) -> str:
    return f"({text})" if text.startswith(("-", "−")) else text
