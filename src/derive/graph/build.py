"""From a formula, or a program, to its graph; that the gates compute the formula is proved."""

from __future__ import annotations

import sympy

from derive.errors import OptionError, VerificationError
from derive.expr import Elem, Let, Program, Size, Tensor, rename, substitute, tensors, unfold
from derive.expr.arrays import TensorExpr, as_array
from derive.formula import parse_formula, parse_where
from derive.formula.parser import parse
from derive.formula.scalar import names_in
from derive.graph.model import Gate, Graph, Symbol
from derive.graph.naming import in_letters, letters_of, renamed, slot_of, whole
from derive.graph.recorder import MAX_GATES, Recorder, too_large
from derive.graph.symbols import operation

GATES = ("named", "elementary")
SMALL = 16  # an axis of more entries than this is derived for any size, and called by its number


def graph_of(formula: str, where: str = "", gates: str = "named") -> Graph:
    """The graph of a formula; without declarations, its names are numbers.

    `gates` is "named" (sigmoid is one gate) or "elementary" (1/(1 + exp(-t)) is four). Raises FormulaError with the
    place, and OptionError for a formula without operations or with more than `MAX_GATES`.
    """
    if gates not in GATES:
        raise OptionError(f"--gates: expected {' or '.join(GATES)}; found {gates[:60]!r}")
    tree = parse(formula)
    symbols = _declared(formula, where)
    meant = parse_formula(formula, symbols)
    graph = Recorder(formula, symbols, expand=gates == "elementary").graph(tree)
    _require_same(graph, meant)
    return graph


def graph_of_program(program: Program, title: str = "a program") -> Graph:
    """The graph of a program of named intermediates: each let is a gate."""
    if len(program.lets) > MAX_GATES:
        raise OptionError(too_large(len(program.lets)))
    gates = []
    for let in program:
        used = sorted(tensors(let.rhs), key=str)
        slots = tuple(slot_of(t, k) for k, t in enumerate(used))
        rule = substitute(let.rhs, {t: renamed(t, s) for t, s in zip(used, slots, strict=True)})
        plain = isinstance(let.rhs, sympy.Function) and all(isinstance(a, Elem) for a in let.rhs.args)
        symbol = operation(type(let.rhs).__name__.lower()) if plain else Symbol("f", "f", "function")
        gates.append(Gate(let, symbol, tuple(used), slots, Let(let.target, rule)))
    letters = letters_of((*program.inputs, *(g.tensor for g in gates)))
    return Graph(title, program.inputs, tuple(in_letters(g, letters) for g in gates), letters)


def _declared(formula: str, where: str) -> dict[str, TensorExpr]:
    if where.strip():
        return {name: _of_any_size(x) for name, x in parse_where(where).items()}
    return {name: as_array(Tensor(name)()) for name in names_in(formula)}


def _of_any_size(x: TensorExpr) -> TensorExpr:
    """The array with symbols in place of large numbers of entries: what holds for all sizes holds for 4096."""
    t = x.expr.tensor
    dims = tuple(Size(str(d)) if d.is_Integer and d > SMALL else d for d in t.dims)
    return whole(Tensor(t.name, dims, t.layer, t.properties)) if dims != t.dims else x


def _require_same(graph: Graph, meant: TensorExpr) -> None:
    """The gates compute what the formula says: proved, or nothing is drawn."""
    from derive.verify import decide

    target = graph.program.output.target
    axes = [i for i in meant.indices if i.dim != 1]
    composed = rename(unfold(target, graph.program), dict(zip(target.indices, axes, strict=True)))
    verdict = decide(composed, meant.expr)
    if not verdict.established:
        raise VerificationError(f"the gates do not compute the formula: {verdict}")
