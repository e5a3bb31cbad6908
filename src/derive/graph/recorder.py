"""A reader of formulas that names whatever an operation gives, so that each operation is applied to names alone.

Each use of a name is a slot of its own; equal operations on the same names are one gate.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from sympy import Expr

from derive.errors import FormulaError
from derive.expr import Elem, Let, Tensor, substitute, tensors
from derive.expr.arrays import TensorExpr
from derive.formula import syntax
from derive.formula.meaning import OPERATORS, RULES, Reader
from derive.formula.parser import COMPARISONS, parse
from derive.formula.vocabulary import Function
from derive.graph.expansions import EXPANSIONS
from derive.graph.model import Gate, Graph, Symbol
from derive.graph.naming import in_letters, letters_of, renamed, slot_of
from derive.graph.symbols import NEGATIVE, bounded, operation, with_constant

MAX_GATES = 60


def too_large(count: int) -> str:
    return (
        f"the graph has {count} gates or more; at most {MAX_GATES} are drawn. Try: vectors and matrices (--where) in "
        "place of single numbers, or --gates named"
    )


class Row(NamedTuple):
    """A gate as it is met: over the slots of its operands, `value` is what `let` says over their names."""

    let: Let
    symbol: Symbol
    slots: tuple[Tensor, ...]
    value: Expr


class Recorder(Reader):
    """A reader that names the result of each operation."""

    def __init__(self, source: str, symbols: Mapping[str, TensorExpr], *, expand: bool) -> None:
        super().__init__(source, symbols)
        self.expand = expand
        self.known: dict[Tensor, Tensor] = {}  # slot in use -> what it stands for
        self.lets: list[Row] = []
        self.by_value: dict[tuple[Expr, tuple[Expr, ...]], Tensor] = {}
        taken = {*symbols, *self.sizes}
        letters = (c for c in "suvhqtabcdefgklmnoprwxyz" if not any(_numbered(n, c) for n in taken))
        self.letter = next(letters, "node")

    # -- reading -----------------------------------------------------------------------------------------------
    def value(self, node: syntax.Node) -> Any:
        return OWN.get(type(node), RULES[type(node)])(self, node)

    def name(self, node: syntax.Name) -> Any:
        found = RULES[syntax.Name](self, node)
        return self.use(found) if isinstance(found, TensorExpr) and isinstance(found.expr, Elem) else found

    def use(self, x: TensorExpr) -> TensorExpr:
        """One more use of a tensor, as a slot of its own."""
        e: Any = x.expr
        t = self.known.get(e.tensor, e.tensor)
        slot = Tensor(f"use{len(self.known)} {t.name}", t.dims, t.layer, t.properties)
        self.known[slot] = t
        return TensorExpr(slot(*e.indices), x.indices)

    def unary(self, node: syntax.Unary) -> Any:
        x = self.array(node.operand)
        return self.gate(-x, (x,), NEGATIVE, node.offset) if node.op == "-" else x

    def binary(self, node: syntax.Binary) -> Any:
        spine = [node]
        while isinstance(spine[-1].left, syntax.Binary):
            spine.append(spine[-1].left)
        left = self.array(spine[-1].left)
        for link in reversed(spine):
            right = self.array(link.right)
            with self.at(link.offset):
                value = self.pay(OPERATORS[link.op](left, right), link.offset)
            if link.op in COMPARISONS:  # no gate of its own: nothing flows back through it
                left = value
                continue
            symbol = self.infix(link.op, left, right)
            left = self.gate(value, (left, right), symbol, link.offset)
        return left

    def infix(self, op: str, left: TensorExpr, right: TensorExpr) -> Symbol:
        if not tensors(right.expr) and op != "@":
            return with_constant(op, right.expr, right=True)
        if not tensors(left.expr) and op != "@":
            return with_constant(op, left.expr, right=False)
        return operation(op)

    def attribute(self, node: syntax.Attribute) -> Any:
        if self.prefix(node.value) is not None:
            return RULES[syntax.Attribute](self, node)
        x = self.array(node.value)
        held = Held(self, x, node.value.offset)
        value = RULES[syntax.Attribute](held, syntax.Attribute(node.offset, held.stand_in, node.name))
        return self.gate(value, (x,), operation(node.name), node.offset) if node.name in ("T", "mT") else value

    def subscript(self, node: syntax.Subscript) -> Any:
        x = self.value(node.value)
        if isinstance(x, tuple):
            return RULES[syntax.Subscript](self, node)
        x = self.array(node.value) if not isinstance(x, TensorExpr) else x
        held = Held(self, x, node.value.offset)
        value = RULES[syntax.Subscript](held, syntax.Subscript(node.offset, held.stand_in, node.items))
        label = "".join(self.source[node.offset : self.source.find("]", node.offset) + 1].split())
        return self.gate(value, (x,), Symbol(label, rf"\mathrm{{{label}}}", "select"), node.offset)

    def apply(self, function: Function, name: str, node: syntax.Call) -> Any:
        bare = name.rpartition(".")[2]
        row = EXPANSIONS.get(bare) if self.expand else None
        given = self.bind(function, name, node)
        if row is not None and len(given) == len(row.parameters):
            return self.expanded(bare, row.parameters, row.formula, [self.array(item) for item in given.values()], node)
        values = {p: self.argument(p, item) for p, item in given.items()}
        arrays = tuple(v for v in values.values() if isinstance(v, TensorExpr))
        with self.at(node.offset):
            rest = dict(values)
            positional = [rest.pop(p) for p in function.parameters[: function.required]]
            value = self.pay(function.build(*positional, **rest), node.offset)
        if not isinstance(value, TensorExpr):
            return value
        return self.gate(value, arrays, self.called(bare, arrays), node.offset)

    def called(self, name: str, arrays: tuple[TensorExpr, ...]) -> Symbol:
        """max(0, x) is ReLU, by whichever name it is called."""
        if name == "maximum" and any(a.expr == 0 for a in arrays):
            return operation("relu")
        constants = [a for a in arrays if not tensors(a.expr)]
        if name in ("maximum", "minimum") and constants:
            return bounded(name, constants[0].expr)
        return operation(name)

    def expanded(
        self, name: str, parameters: tuple[str, ...], formula: str, given: list[TensorExpr], node: syntax.Call
    ) -> Any:
        """The formula of a function, with the arguments for its parameters, in elementary gates."""
        within = dict(zip(parameters, given, strict=True))
        outer_source, outer_symbols = self.source, self.symbols
        self.source, self.symbols = formula, within
        try:
            return self.array(parse(formula))
        except FormulaError as error:
            raise FormulaError(f"{name}: {error.message}", outer_source, node.offset) from None
        finally:
            self.source, self.symbols = outer_source, outer_symbols

    # -- gates ---------------------------------------------------------------------------------------------------
    def plain(self, x: TensorExpr) -> Tensor | None:
        """The slot, if this is one use of a tensor, all of it, and nothing else but axes of size one."""
        e = x.expr
        if not isinstance(e, Elem):
            return None
        running = [i for i, d in zip(e.indices, e.tensor.dims, strict=True) if d != 1]
        return e.tensor if running == [i for i in x.indices if i.dim != 1] else None

    def gate(self, value: TensorExpr, operands: Iterable[TensorExpr], symbol: Symbol, offset: int) -> TensorExpr:
        """A use of the gate that computes `value`; what is constant, or already has a name, is no gate.

        The axes of size one of a result are no axes of its tensor.
        """
        if not tensors(value.expr) or self.plain(value) is not None:
            return value
        slots = self.ordered(value, operands)
        meaning = self.meaning(value.expr)
        running = tuple(i for i in value.indices if i.dim != 1)
        key = (meaning, running)
        if key not in self.by_value:
            if len(self.lets) >= MAX_GATES:
                self.fail(too_large(MAX_GATES), offset)
            t = Tensor(f"{self.letter}{len(self.lets)}", tuple(i.dim for i in running))
            self.by_value[key] = t
            self.lets.append(Row(Let(t(*running), meaning), symbol, slots, value.expr))
        return self.use(TensorExpr(self.by_value[key](*running), value.indices))

    def ordered(self, value: TensorExpr, operands: Iterable[TensorExpr]) -> tuple[Tensor, ...]:
        """The slots in the order of the operands."""
        place = {slot: n for n, slot in enumerate(self.known)}
        found = [s for x in operands for s in sorted(tensors(x.expr), key=place.__getitem__)]
        return tuple(dict.fromkeys(s for s in found if s in tensors(value.expr)))

    def meaning(self, e: Expr) -> Expr:
        return substitute(e, {s: renamed(s, self.known[s]) for s in tensors(e)})

    # -- the graph -------------------------------------------------------------------------------------------------
    def graph(self, tree: syntax.Node) -> Graph:
        """The graph of a formula. Raises FormulaError where it has no operation."""
        result = self.array(tree)
        last = self.plain(result)
        output = None if last is None else self.known[last]
        if output is None or output not in {row.let.tensor for row in self.lets}:
            hint = "write one such as sigmoid(w0*x0 + w1)"
            raise FormulaError(
                "the formula has no operation on its names, so it has no graph", self.source, 0, hint=hint
            )
        rows = self.needed(output)
        names = self.final_names([row.let for row in rows])
        gates = tuple(self.named_gate(row, names) for row in rows)
        computed = {g.tensor for g in gates}
        inputs = tuple(dict.fromkeys(t for g in gates for t in g.operands if t not in computed))
        letters = letters_of((*inputs, *(g.tensor for g in gates)))
        return Graph(self.source, inputs, tuple(in_letters(g, letters) for g in gates), letters)

    def needed(self, output: Tensor) -> list[Row]:
        """The gates that the output rests on."""
        wanted, rows = {output}, []
        for row in reversed(self.lets):
            if row.let.tensor in wanted:
                rows.append(row)
                wanted |= {self.known[s] for s in row.slots}
        return rows[::-1]

    def final_names(self, lets: list[Let]) -> dict[Tensor, Tensor]:
        """s0, s1, ... and a name for the output: L for a number, y for an array."""
        taken = {*self.symbols, *self.sizes}
        options = ("L", "f", "out") if not lets[-1].tensor.dims else ("y", "Y", "f", "out")
        last = next((n for n in options if n not in taken), f"{self.letter}{len(lets) - 1}")
        called = [f"{self.letter}{k}" for k in range(len(lets) - 1)] + [last]
        return {let.tensor: Tensor(n, let.tensor.dims) for let, n in zip(lets, called, strict=True)}

    def named_gate(self, row: Row, names: Mapping[Tensor, Tensor]) -> Gate:
        changed = {old: renamed(old, new) for old, new in names.items()}
        target = names[row.let.tensor](*row.let.target.indices)
        operands = tuple(names.get(self.known[s], self.known[s]) for s in row.slots)
        own = tuple(slot_of(t, k) for k, t in enumerate(operands))
        rule = substitute(row.value, {s: renamed(s, o) for s, o in zip(row.slots, own, strict=True)})
        return Gate(Let(target, substitute(row.let.rhs, changed)), row.symbol, operands, own, Let(target, rule))


class Held(Reader):
    """A reader in whose formula one part has been read already."""

    def __init__(self, outer: Recorder, x: TensorExpr, offset: int) -> None:
        super().__init__(outer.source, outer.symbols)
        self.outer, self.x, self.stand_in = outer, x, Held.Part(offset)

    class Part(syntax.Node):
        """The part that has been read."""

    def value(self, node: syntax.Node) -> Any:
        return self.x if isinstance(node, Held.Part) else self.outer.value(node)


def _numbered(name: str, letter: str) -> bool:
    return name[:1] == letter and name[1:].isdigit()


OWN: dict[type[syntax.Node], Callable[[Recorder, Any], Any]] = {
    syntax.Attribute: Recorder.attribute,
    syntax.Binary: Recorder.binary,
    syntax.Name: Recorder.name,
    syntax.Subscript: Recorder.subscript,
    syntax.Unary: Recorder.unary,
}
