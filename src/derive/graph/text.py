"""A graph for the terminal: one table of the forward and the backward pass, one of the edges."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import fill, wrap

from derive.evaluate.nested import entries
from derive.expr import Index, Tensor, rename
from derive.graph.backward import Backward
from derive.graph.labels import Labels
from derive.graph.model import Edge
from derive.graph.numbers import shown
from derive.graph.patterns import COPY, pattern
from derive.graph.structure import structure
from derive.graph.values import Array
from derive.notation import component_text, text
from derive.notation.document.lines import matrix_form
from derive.notation.document.text import WIDTH, filled, width
from derive.notation.style import TEXT

MINUS = str.maketrans("−", "-")


def terminal(back: Backward, labels: Labels, layout: str = "numerator") -> str:
    """The graph as text."""
    title = " ".join(back.graph.formula.split())
    parts = [f"{title}\n{'=' * min(width(title), 100)}", _forward(back, labels), _edges(back, labels)]
    parts.append(_patterns(back))
    if said := jacobians(back, layout):
        parts.append("Local gradients between arrays\n" + "\n".join(map(_filled, said)))
    return "\n\n".join(parts) + "\n"


def _filled(words: str) -> str:
    return fill(words, WIDTH, initial_indent="  ", subsequent_indent="      ")


def formula(back: Backward, e: object, t: Tensor | None = None) -> str:
    """An expression over the axes of a tensor, in matrix notation where there is one."""
    out = () if t is None else back.graph.indices[t]
    form = matrix_form(e, out)
    return component_text(e) if form is None else text(form)


def numbers(labels: Labels, a: Array, mark: str = "≈ ") -> str:
    """A number, or an array of them; with a mark where it is rounded."""
    close = any(shown(x, labels.digits, labels.fractions).rounded for x in entries(a))
    return (mark if close else "") + _written(labels, a).translate(MINUS)


def _written(labels: Labels, a: Array) -> str:
    if isinstance(a, tuple):
        return f"[{', '.join(_written(labels, part) for part in a)}]"
    return shown(a, labels.digits, labels.fractions).text


def text_name(t: Tensor) -> str:
    return TEXT.symbol(t.name, t.layer).text


def _shape(t: Tensor) -> str:
    return " × ".join(component_text(d) for d in t.dims)


def _forward(back: Backward, labels: Labels) -> str:
    graph, at = back.graph, labels.at
    loss = text_name(back.loss.tensor)
    with_shapes = any(t.rank for t in graph.tensors)
    header = ["", "", *(["shape"] if with_shapes else []), *([] if at is None else ["value"]), f"gradient of {loss}"]
    rows = [header]
    for t in graph.tensors:
        gate = graph.by_tensor.get(t)
        row = [text_name(t), "" if gate is None else f"= {formula(back, gate.let.rhs, t)}"]
        row += [_shape(t)] if with_shapes else []
        if at is not None:
            row += [numbers(labels, at.values[t]), numbers(labels, at.gradients[t])]
        else:
            row.append(_gradient(back, t))
        rows.append(row)
    return "Forward pass, and what comes back\n" + table(rows)


def _gradient(back: Backward, t: Tensor) -> str:
    if t == back.graph.output:
        return "1" if back.given is None else "given"
    return formula(back, back.shown(back.total(t)), t)


def _edges(back: Backward, labels: Labels) -> str:
    at = labels.at
    header = ["edge", "local", "downstream = upstream · local", *([] if at is None else ["in numbers"])]
    rows = [header]
    for e, flow in back.flows.items():
        local = f"∂{_entry(back, e)} = {component_text(flow.local)}"
        rows.append(
            [
                f"{text_name(e.source)} → {text_name(e.target)}",
                local,
                formula(back, back.shown(flow.downstream), e.source),
            ]
        )
        if at is not None:
            rows[-1].append(_in_numbers(labels, e))
    return "Edges, from an operand to its gate\n" + table(rows)


def _entry(back: Backward, e: Edge) -> str:
    target = component_text(back.graph.entry(e.target))
    return f"{target}/∂{component_text(back.flows[e].of)}"


def _in_numbers(labels: Labels, e: Edge) -> str:
    assert labels.at is not None
    there = labels.at.edges[e]
    down = numbers(labels, there.downstream, mark="")
    if isinstance(there.upstream, tuple) or isinstance(there.local, tuple) or there.local is None:
        return numbers(labels, there.downstream)
    parts = (there.downstream, there.upstream, there.local)
    close = any(shown(x, labels.digits, labels.fractions).rounded for x in parts)
    up, local = (numbers(labels, x, mark="") for x in (there.upstream, there.local))
    return f"{down} {'≈' if close else '='} {up} · {f'({local})' if local.startswith('-') else local}"


def _patterns(back: Backward) -> str:
    """One line for each pattern that occurs, with the gates that show it."""
    found: dict[tuple[str, str], list[str]] = {}
    for g in back.graph.gates:
        p = pattern(back, g)
        found.setdefault((p.name, p.says), []).append(f"{g.symbol.word} ({text_name(g.tensor)})")
    copied = [text_name(t) for t in back.graph.tensors if len(back.graph.uses[t]) > 1]
    if copied:
        found[COPY.name, COPY.says] = [f"copy ({name})" for name in copied]
    rows = [f"{name}: {', '.join(gates)}" for (name, _), gates in found.items()]
    said = [wrap(says, WIDTH - 6) for _, says in found]
    lines = [
        line for row, words in zip(rows, said, strict=True) for line in (f"  {row}", *(f"      {w}" for w in words))
    ]
    return "Gates\n" + "\n".join(lines)


def jacobians(back: Backward, layout: str) -> list[str]:
    """Sentences on the Jacobians of edges between arrays: their shapes, what an entry touches, what is built."""
    return [sentence(back, e, layout) for e in back.flows if e.source.rank and e.target.rank]


def sentence(back: Backward, e: Edge, layout: str) -> str:
    """What the local derivative of an edge between arrays looks like."""
    flow, s = back.flows[e], structure(back.flows[e])
    v, u = text_name(e.target), text_name(e.source)
    said = f"∂{v}/∂{u} is {shape_of_jacobian(e, layout)}"
    if s.diagonal:
        made = formula(back, back.shown(flow.downstream), e.source)
        return (
            f"{said}, diagonal with {component_text(s.coefficient)} on it. It is not built: upstream · local is {made}"
        )
    same = {i: k for k, i in s.tied}
    entry = component_text(rename(flow.of, same))
    by = f"{_quotient(back, e, same)} = {component_text(s.coefficient)}"
    if s.tied:
        inside = ",".join(i.name if i in same.values() else ":" for i in s.result_axes)
        made = formula(back, back.shown(flow.downstream), e.source)
        return f"{said}: {entry} touches {v}[{inside}] only, {by}. It is not built: upstream · local is {made}"
    return f"{said}: {entry} touches every entry of {v}, {by}"


def shape_of_jacobian(e: Edge, layout: str) -> str:
    """Rows belong to the result in numerator layout, to the operand in denominator layout."""
    shapes = [_shape(t) if t.rank == 1 else f"({_shape(t)})" for t in (e.target, e.source)]
    return " × ".join(shapes if layout == "numerator" else shapes[::-1])


def _quotient(back: Backward, e: Edge, same: dict[Index, Index]) -> str:
    of = rename(back.flows[e].of, same)
    return f"∂{component_text(back.graph.entry(e.target))}/∂{component_text(of)}"


def table(rows: Sequence[Sequence[str]]) -> str:
    """Columns of equal width, two spaces before each line."""
    widths = [max(width(row[k]) for row in rows) for k in range(len(rows[0]))]
    return "\n".join("  " + "   ".join(filled(c, w) for c, w in zip(row, widths, strict=True)).rstrip() for row in rows)
