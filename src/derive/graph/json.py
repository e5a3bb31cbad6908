"""A graph as JSON: nodes and edges, formulas in LaTeX and text, numbers exactly where they are rational."""

from __future__ import annotations

import json as standard
from typing import Any

from sympy import Expr

from derive.expr import Index, Tensor
from derive.graph.backward import Backward
from derive.graph.labels import Labels
from derive.graph.model import Edge
from derive.graph.numbers import Number, shown
from derive.graph.patterns import pattern
from derive.graph.structure import structure
from derive.graph.values import Array
from derive.notation import component_latex, component_text, latex, text
from derive.notation.code import name_of
from derive.notation.document.lines import matrix_form

VERSION = 1


def document(back: Backward, labels: Labels, verification: str = "") -> str:
    """The graph; `verification` is the summary that the command line prints."""
    graph = back.graph
    data = {
        "version": VERSION,
        "formula": graph.formula,
        "loss": name_of(back.loss.tensor),
        "output": name_of(graph.output),
        "given": None if back.given is None else name_of(back.given),
        "nodes": [_node(back, labels, t) for t in graph.tensors],
        "edges": [_edge(back, labels, e) for e in back.flows],
        "verification": verification,
    }
    return standard.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _node(back: Backward, labels: Labels, t: Tensor) -> dict[str, Any]:
    gate, at = back.graph.by_tensor.get(t), labels.at
    out = back.graph.indices[t]
    found = None if gate is None else pattern(back, gate)
    return {
        "name": name_of(t),
        "kind": "input" if gate is None else "gate",
        "shape": [str(d) for d in t.dims],
        "gate": None if gate is None else gate.symbol.word,
        "operands": [] if gate is None else [name_of(u) for u in gate.operands],
        "definition": None if gate is None else _formula(gate.let.rhs, out),
        "pattern": None if found is None else {"name": found.name, "says": found.says},
        "uses": len(back.graph.uses[t]),
        "gradient": _formula(back.shown(back.total(t)), out),
        "value": None if at is None else _numbers(labels, at.values[t]),
        "gradient_value": None if at is None else _numbers(labels, at.gradients[t]),
    }


def _edge(back: Backward, labels: Labels, e: Edge) -> dict[str, Any]:
    flow, at = back.flows[e], labels.at
    s = structure(flow)
    there = None if at is None else at.edges[e]
    return {
        "from": name_of(e.source),
        "to": name_of(e.target),
        "operand": e.place,
        "local": _formula(flow.local, ()),
        "diagonal": s.diagonal,
        "downstream": _formula(back.shown(flow.downstream), back.graph.indices[e.source]),
        "local_value": None if there is None or there.local is None else _numbers(labels, there.local),
        "upstream_value": None if there is None else _numbers(labels, there.upstream),
        "downstream_value": None if there is None else _numbers(labels, there.downstream),
    }


def _formula(e: Expr, out: tuple[Index, ...]) -> dict[str, str]:
    form = None if not out else matrix_form(e, out)
    if form is None:
        return {"text": component_text(e), "latex": component_latex(e)}
    return {"text": text(form), "latex": latex(form)}


def _numbers(labels: Labels, a: Array) -> Any:
    if isinstance(a, tuple):
        return [_numbers(labels, part) for part in a]
    assert isinstance(a, Number)
    said = shown(a, labels.digits, labels.fractions)
    exact = None if a.exact is None else str(a.exact)
    return {"shown": said.text.replace("−", "-"), "rounded": said.rounded, "exact": exact, "float": float(a)}
