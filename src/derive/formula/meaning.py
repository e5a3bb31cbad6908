"""From the syntax tree to the expression: names, functions, attributes and indices are looked up in tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from difflib import get_close_matches
from typing import Any, NoReturn

from sympy import Rational

from derive.errors import DeriveError, FormulaError
from derive.expr.arrays import TensorExpr
from derive.expr.checks import weight
from derive.expr.elementwise import ELEMENTWISE
from derive.expr.linear import SlogDet
from derive.expr.nodes import Size
from derive.expr.reductions import size
from derive.formula import syntax, vocabulary
from derive.formula.parser import parse
from derive.formula.vocabulary import CONSTANTS, FUNCTIONS, METHODS, MODULES, PREFIXES, REFUSED, Function

OPERATORS: dict[str, Callable[[TensorExpr, TensorExpr], TensorExpr]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "@": lambda a, b: a @ b,
    "**": lambda a, b: a**b,
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
    "==": ELEMENTWISE["equal"],
    "!=": ELEMENTWISE["not_equal"],
}

MAX_WORK = 250_000  # nodes that the operations of a formula may make, written out
LITERALS = frozenset(("axis", "axis1", "axis2", "axes", "keepdims", "ord", "ddof"))  # parameters that take literals
SIZES = frozenset(("N", "shape"))  # parameters that take sizes


def parse_formula(text: str, symbols: Mapping[str, TensorExpr]) -> TensorExpr:
    """The expression that a NumPy-like formula stands for.

    `symbols`: the declared tensors by name; their sizes may be used as numbers. Nothing is executed.
    Raises FormulaError, with the place of the trouble.

    >>> from derive.formula import parse_where
    >>> parse_formula("X @ w / N", parse_where("X: N,D; w: D"))
    Sum_[#1.0](w[#1.0]*X[i,#1.0])/N over (i,)
    """
    return read(parse(text), text, symbols)


def read(tree: syntax.Node, text: str, symbols: Mapping[str, TensorExpr]) -> TensorExpr:
    """The expression that a syntax tree stands for."""
    try:
        return Reader(text, symbols).array(tree)
    except RecursionError:
        raise FormulaError("the formula is nested too deeply", text, 0) from None


def sizes_of(symbols: Mapping[str, TensorExpr]) -> dict[str, Size]:
    """The named sizes of the declared tensors."""
    return {d.name: d for x in symbols.values() for d in x.shape if isinstance(d, Size) and d.layer is None}


class Reader:
    """Reads syntax trees in the light of declarations; `rules` finds the method for a node by its class."""

    def __init__(self, source: str, symbols: Mapping[str, TensorExpr]) -> None:
        self.source = source
        self.symbols = symbols
        self.sizes = sizes_of(symbols)
        self.spent = 0

    def fail(self, message: str, offset: int, hint: str = "") -> NoReturn:
        raise FormulaError(message, self.source, offset, hint=hint)

    @contextmanager
    def at(self, offset: int) -> Iterator[None]:
        """Errors of the array room get a place."""
        try:
            yield
        except FormulaError:
            raise
        except DeriveError as error:
            raise FormulaError(str(error), self.source, offset) from None

    def pay(self, value: Any, offset: int) -> Any:
        """The value, unless the formula has become too large to work with: softmax of softmax of ..."""
        self.spent += weight(value.expr) if isinstance(value, TensorExpr) else 1
        if self.spent > MAX_WORK:
            hint = "name its parts as tensors, or shorten its products and sums"
            self.fail("the formula is too large when it is written out in entries", offset, hint)
        return value

    # -- values --------------------------------------------------------------------------------------------------
    def array(self, node: syntax.Node) -> TensorExpr:
        value = self.value(node)
        if isinstance(value, tuple) and not isinstance(value, SlogDet):
            self.fail("an array is expected, a list of sizes or axes found", node.offset)
        if value is None or isinstance(value, bool) or value is Ellipsis:
            self.fail(f"{value} is no number", node.offset)
        with self.at(node.offset):
            return vocabulary.require_array(value)

    def value(self, node: syntax.Node) -> Any:
        return RULES[type(node)](self, node)

    def number(self, node: syntax.Number) -> Any:
        with self.at(node.offset):
            return TensorExpr(Rational(node.text))

    def constant(self, node: syntax.Constant) -> Any:
        return node.value

    def name(self, node: syntax.Name) -> Any:
        if node.name in self.symbols:
            return self.symbols[node.name]
        if node.name in self.sizes:
            return TensorExpr(self.sizes[node.name])
        if node.name == "pi":
            return TensorExpr(CONSTANTS["pi"])
        return self.unknown_name(node)

    def unary(self, node: syntax.Unary) -> Any:
        operand = self.array(node.operand)
        return -operand if node.op == "-" else operand

    def binary(self, node: syntax.Binary) -> Any:
        """Left-leaning chains are walked in a loop: a sum of a thousand terms is not deep."""
        spine = [node]
        while isinstance(spine[-1].left, syntax.Binary):
            spine.append(spine[-1].left)
        left = self.array(spine[-1].left)
        for link in reversed(spine):
            right = self.array(link.right)
            with self.at(link.offset):
                left = self.pay(OPERATORS[link.op](left, right), link.offset)
        return left

    def sequence(self, node: syntax.Sequence) -> Any:
        return tuple(self.value(item) for item in node.items)

    def range(self, node: syntax.Range) -> Any:
        if any(part is not None for part in node.parts):
            self.fail("only the full slice `:` is known; ranges such as 1:3 are not", node.offset)
        return slice(None)

    def subscript(self, node: syntax.Subscript) -> Any:
        value = self.value(node.value)
        keys = tuple(self.key(item) for item in node.items)
        if isinstance(value, tuple):
            if len(keys) == 1 and isinstance(keys[0], int) and -len(value) <= keys[0] < len(value):
                return value[keys[0]]
            self.fail(f"one position out of {len(value)} is expected", node.offset)
        value = self.array(node.value)
        with self.at(node.offset):
            return value[keys]

    def key(self, item: syntax.Node) -> Any:
        if self.is_newaxis(item):
            return None
        if isinstance(item, (syntax.Range, syntax.Constant)):
            return self.value(item)
        number = self.literal(item)
        if isinstance(number, int) and not isinstance(number, bool):
            return number
        hint = "write a comparison as a factor: sum(x * (y > 0))" if isinstance(item, syntax.Binary) else ""
        self.fail("an index must be a whole number, `:`, `...` or None", item.offset, hint)

    def is_newaxis(self, item: syntax.Node) -> bool:
        """`newaxis` or `np.newaxis`."""
        if isinstance(item, syntax.Attribute):
            return item.name == "newaxis" and self.prefix(item.value) is not None
        return isinstance(item, syntax.Name) and item.name == "newaxis"

    # -- attributes and calls ----------------------------------------------------------------------------------------
    def prefix(self, node: syntax.Node) -> str | None:
        """`np.linalg` and the like, None for anything else."""
        if isinstance(node, syntax.Name) and node.name in PREFIXES and node.name not in self.symbols:
            return node.name
        if isinstance(node, syntax.Attribute):
            before = self.prefix(node.value)
            if before is not None and node.name in MODULES:
                return f"{before}.{node.name}"
        return None

    def attribute(self, node: syntax.Attribute) -> Any:
        prefix = self.prefix(node.value)
        if prefix is not None:
            if node.name in CONSTANTS:
                return TensorExpr(CONSTANTS[node.name])
            if node.name in FUNCTIONS:
                self.fail(f"{prefix}.{node.name} is a function: call it", node.offset, f"write {node.name}(...)")
            self.unknown_function(node.name, node.offset, f"{prefix}.")
        if node.name not in vocabulary.methods():
            self.unknown_attribute(node)
        value = self.array(node.value)
        if node.name in METHODS:
            self.fail(f".{node.name} is a method: call it", node.offset, f"write .{node.name}()")
        with self.at(node.offset):
            return ATTRIBUTES[node.name](value)

    def call(self, node: syntax.Call) -> Any:
        if isinstance(node.function, syntax.Attribute):
            name, first = node.function.name, node.function.value
            prefix = self.prefix(first)
            if prefix is None:
                return self.method(node, name, first)
            return self.apply(self.function(name, node.offset, f"{prefix}."), f"{prefix}.{name}", node)
        assert isinstance(node.function, syntax.Name)
        name = node.function.name
        if name in ("max", "min") and len(node.args) > 1:
            name = self.extreme_of_two(name, node)
        return self.apply(self.function(name, node.offset, ""), name, node)

    def extreme_of_two(self, name: str, node: syntax.Call) -> str:
        """max(a, b) in the manner of Python, where the first argument has no axis to reduce."""
        if isinstance(self.literal(node.args[1]), int) and self.array(node.args[0]).indices:
            hint = f"write {name}(x, axis=...) or {name}imum(x, y)"
            self.fail(f"{name} with two arguments: is the second an axis or an operand?", node.offset, hint)
        return f"{name}imum"

    def method(self, node: syntax.Call, name: str, owner: syntax.Node) -> Any:
        if name not in METHODS:
            self.unknown_attribute(node.function)
        args = (owner, *node.args)
        if name == "transpose" and len(node.args) > 1:
            args = (owner, syntax.Sequence(node.offset, node.args))
        return self.apply(FUNCTIONS[name], f".{name}", syntax.Call(node.offset, node.function, args, node.keywords))

    def function(self, name: str, offset: int, prefix: str) -> Function:
        if not prefix and (name in self.symbols or name in self.sizes):
            kind = "a tensor" if name in self.symbols else "a size"
            hint = f"write {name}*(...) for a product, {name}[...] for an entry"
            self.fail(f"{name} is {kind}, not a function", offset, hint)
        if name not in FUNCTIONS:
            self.unknown_function(name, offset, prefix)
        return FUNCTIONS[name]

    def apply(self, function: Function, name: str, node: syntax.Call) -> Any:
        given = self.bind(function, name, node)
        values = {p: self.argument(p, item) for p, item in given.items()}
        with self.at(node.offset):
            positional = [values.pop(p) for p in function.parameters[: function.required]]
            return self.pay(function.build(*positional, **values), node.offset)

    def bind(self, function: Function, name: str, node: syntax.Call) -> dict[str, syntax.Node]:
        """Arguments to parameters."""
        wanted = f"use it as {name}({', '.join(function.parameters)})"
        if len(node.args) > len(function.parameters):
            n = len(function.parameters)
            self.fail(f"{name} takes at most {n} argument{'s' * (n != 1)}, {len(node.args)} given", node.offset, wanted)
        given = dict(zip(function.parameters, node.args, strict=False))
        for keyword, offset, item in node.keywords:
            if keyword not in function.parameters:
                self.fail(f"{name} has no argument {keyword!r}", offset, wanted)
            if keyword in given:
                self.fail(f"{name}: {keyword} is given twice", offset, wanted)
            given[keyword] = item
        missing = [p for p in function.parameters[: function.required] if p not in given]
        if missing:
            self.fail(f"{name} is given too few arguments: {', '.join(missing)} missing", node.offset, wanted)
        return given

    def argument(self, parameter: str, item: syntax.Node) -> Any:
        if parameter in LITERALS:
            value = self.literal(item)
            if value is NotImplemented or (parameter == "keepdims") != isinstance(value, bool):
                kind = "True or False" if parameter == "keepdims" else "a whole number"
                self.fail(f"{parameter} must be {kind}", item.offset)
            return value
        if parameter in SIZES:
            return tuple(map(self.size, item.items)) if isinstance(item, syntax.Sequence) else self.size(item)
        return self.array(item)

    def size(self, item: syntax.Node) -> Any:
        value = self.value(item)
        if isinstance(value, tuple):
            return value
        expr = self.array(item).expr
        if not (expr.is_integer and expr.is_positive and not self.array(item).indices):
            self.fail("a size is expected: a positive whole number or the name of a size", item.offset)
        return expr

    def literal(self, item: syntax.Node) -> Any:
        """A whole number, a constant, or a tuple of them; NotImplemented for anything else."""
        if isinstance(item, syntax.Constant):
            return item.value
        if isinstance(item, syntax.Number) and item.text.isdigit():
            return int(item.text)
        if isinstance(item, syntax.Unary) and isinstance(value := self.literal(item.operand), int):
            return -value if item.op == "-" else value
        if isinstance(item, syntax.Sequence):
            values = tuple(map(self.literal, item.items))
            return values if all(type(v) is int for v in values) else NotImplemented
        return NotImplemented

    # -- unknown things ------------------------------------------------------------------------------------------------
    def unknown_name(self, node: syntax.Name) -> NoReturn:
        declared = sorted({*self.symbols, *self.sizes})
        listed = f"declared are {', '.join(declared)}" if declared else "nothing is declared"
        if node.name in FUNCTIONS:
            self.fail(f"{node.name} is a function: call it", node.offset, f"write {node.name}(...)")
        if node.name in PREFIXES:
            self.fail(f"{node.name} is a prefix: a function must follow", node.offset, f"write {node.name}.exp(...)")
        if node.name == "e":
            self.fail("unknown name 'e'", node.offset, f"write np.e for 2.718..., exp(x) for its powers; {listed}")
        self.fail(f"unknown name {node.name!r}", node.offset, _guess(node.name, declared) + listed)

    def unknown_function(self, name: str, offset: int, prefix: str) -> NoReturn:
        if name in REFUSED:
            self.fail(f"{prefix}{name} is not supported", offset, REFUSED[name])
        if prefix and name in MODULES:
            self.fail(f"{prefix}{name} is a module: a function must follow", offset)
        guess = _guess(name, [*FUNCTIONS, *self.symbols])
        self.fail(f"unknown function {prefix}{name}" if prefix else f"unknown function {name!r}", offset, guess.strip())

    def unknown_attribute(self, node: syntax.Attribute) -> NoReturn:
        owner = node.value
        if isinstance(owner, syntax.Attribute) and (prefix := self.prefix(owner.value)):
            self.unknown_function(owner.name, owner.offset, f"{prefix}.")
        known = sorted(vocabulary.methods())
        hint = f"{_guess(node.name, known)}after a dot may stand {', '.join(known)}"
        if node.name in FUNCTIONS:
            hint = f"write {node.name}(x) instead of x.{node.name}()"
        self.fail(f"the attribute .{node.name} is not allowed", node.offset, hint)


def _guess(name: str, known: list[str]) -> str:
    close = get_close_matches(name, known, n=1) or get_close_matches(name.lower(), known, n=1)
    return f"did you mean {close[0]}? " if close else ""


ATTRIBUTES: dict[str, Callable[[TensorExpr], Any]] = {
    "T": lambda x: x.T,
    "mT": lambda x: x.mT,
    "shape": lambda x: tuple(TensorExpr(d) for d in x.shape),
    "size": size,
}


RULES: dict[type[syntax.Node], Callable[[Reader, Any], Any]] = {
    syntax.Attribute: Reader.attribute,
    syntax.Binary: Reader.binary,
    syntax.Call: Reader.call,
    syntax.Constant: Reader.constant,
    syntax.Name: Reader.name,
    syntax.Number: Reader.number,
    syntax.Range: Reader.range,
    syntax.Sequence: Reader.sequence,
    syntax.Subscript: Reader.subscript,
    syntax.Unary: Reader.unary,
}
