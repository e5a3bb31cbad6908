"""Statements as graphs: the NumPy code of the plain style, operation by operation, its helper functions opened."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from functools import cache

from derive.codegen.fast.graph import BINARY, ONE, UNARY, Graph, Unreadable, Value, as_numbers
from derive.codegen.helpers import HELPERS
from derive.codegen.layout import expression

OPERATORS: dict[type, str] = {
    ast.Add: "add",
    ast.Sub: "subtract",
    ast.Mult: "multiply",
    ast.Div: "divide",
    ast.Pow: "power",
    ast.Gt: "greater",
    ast.Lt: "less",
    ast.Eq: "equal",
}
Meanings = Mapping[str, Value | tuple[Value, ...]]


class Reader:
    """Reads expressions of NumPy; `numbers` are the names of arguments without axes."""

    def __init__(self, graph: Graph, numbers: frozenset[str]) -> None:
        self.graph, self.numbers = graph, numbers

    def read(self, node: ast.expr, names: Meanings) -> Value:
        found = self.any(node, names)
        if isinstance(found, tuple):
            raise Unreadable("several values where one is expected")
        return found

    def any(self, node: ast.expr, names: Meanings) -> Value | tuple[Value, ...]:
        if self.is_number(node, names):
            return self.graph.number(expression(node))
        rule = RULES.get(type(node))
        if rule is None:
            raise Unreadable(ast.dump(node)[:80])
        return rule(self, node, names)

    def is_number(self, node: ast.expr, names: Meanings) -> bool:
        """Known without the entries of an array: constants, sizes, arguments without axes, arithmetic of such."""
        if isinstance(node, ast.Constant):
            return isinstance(node.value, (int, float))
        if isinstance(node, ast.Attribute):
            return expression(node) in ("math.pi", "math.e")
        if isinstance(node, ast.Name):
            return node.id in self.numbers and node.id not in names
        if isinstance(node, ast.Subscript):
            return isinstance(node.value, ast.Attribute) and node.value.attr == "shape" and _is_name(node.value.value)
        if isinstance(node, ast.BinOp):
            return self.is_number(node.left, names) and self.is_number(node.right, names)
        if isinstance(node, ast.UnaryOp):
            return self.is_number(node.operand, names)
        if isinstance(node, ast.Call):
            return expression(node.func).startswith("math.") and all(self.is_number(a, names) for a in node.args)
        return False

    def name(self, node: ast.Name, names: Meanings) -> Value | tuple[Value, ...]:
        return names[node.id]

    def binary(self, node: ast.BinOp, names: Meanings) -> Value:
        left, right = self.read(node.left, names), self.read(node.right, names)
        if isinstance(node.op, ast.MatMult):
            return self.graph.dot(left, right)
        return self.graph.entrywise(OPERATORS[type(node.op)], left, right)

    def sign(self, node: ast.UnaryOp, names: Meanings) -> Value:
        return self.graph.entrywise("negative", self.read(node.operand, names))

    def compare(self, node: ast.Compare, names: Meanings) -> Value:
        left, right = self.read(node.left, names), self.read(node.comparators[0], names)
        return self.graph.entrywise(OPERATORS[type(node.ops[0])], left, right)

    def attribute(self, node: ast.Attribute, names: Meanings) -> Value:
        if node.attr != "T":
            raise Unreadable(node.attr)
        return self.graph.transpose(self.read(node.value, names))

    def subscript(self, node: ast.Subscript, names: Meanings) -> Value:
        if expression(node.slice) != ":, None":
            raise Unreadable(expression(node.slice))
        return self.column(self.read(node.value, names))

    def column(self, a: Value) -> Value:
        if len(a.shape) != 1:
            raise Unreadable("a column of what is no vector")
        return self.graph.value("column", (a,), (*a.shape, ONE))

    def call(self, node: ast.Call, names: Meanings) -> Value | tuple[Value, ...]:
        function = expression(node.func)
        if isinstance(node.func, ast.Attribute) and node.func.attr == "astype":
            return self.numbers_of(node, names)
        if function in HELPERS:
            return self.helper(function, node, names)
        module, _, name = function.partition(".")
        options = {k.arg: expression(k.value) for k in node.keywords}
        if module != "np":
            raise Unreadable(function)
        args = [self.read(a, names) for a in node.args] if name != "where" else []
        if name in UNARY | BINARY and not options:
            return self.graph.entrywise(name, *args)
        if name == "where":
            return self.where(node, names)
        if name in ("sum", "max"):
            return self.reduction(name, args[0], options)
        if name == "full_like" and args[1].op == "number":
            return args[1]
        if name == "outer" and not options:
            return self.graph.entrywise("multiply", self.column(args[0]), args[1])
        raise Unreadable(function)

    def where(self, node: ast.Call, names: Meanings) -> Value:
        return self.graph.entrywise("where", *(self.read(a, names) for a in node.args))

    def numbers_of(self, node: ast.Call, names: Meanings) -> Value:
        assert isinstance(node.func, ast.Attribute)
        truth = self.read(node.func.value, names)
        if not truth.truth:
            raise Unreadable("astype")
        return as_numbers(self.graph, truth)

    def reduction(self, name: str, a: Value, options: Mapping[str | None, str]) -> Value:
        if not options and name == "sum":
            return self.graph.total(a)
        axis = options.get("axis")
        if axis not in ("-1", "0", "1") or not options.keys() <= {"axis", "keepdims"}:
            raise Unreadable(name)
        place = int(axis) % len(a.shape)
        if place >= len(a.shape):
            raise Unreadable(name)
        return self.graph.reduce(name, a, place, options.get("keepdims") == "True")

    def helper(self, name: str, node: ast.Call, names: Meanings) -> Value | tuple[Value, ...]:
        """What the function computes; one with a loop in it is called."""
        args = [self.read(a, names) for a in node.args]
        body = opened(name)
        if node.keywords or len(args) != 1:
            raise Unreadable(name)
        if body is None:
            return self.graph.entrywise("call", *args, note=name)
        parameter, *statements = body
        known: dict[str, Value | tuple[Value, ...]] = {parameter.arg: args[0]}
        for s in statements:
            if isinstance(s, ast.Return):
                assert s.value is not None
                return self.any(s.value, known)
            assert isinstance(s, ast.Assign)
            value = self.any(s.value, known)
            target = s.targets[0]
            if isinstance(target, ast.Name):
                known[target.id] = value
            else:
                known.update(zip((t.id for t in target.elts), value, strict=True))
        raise Unreadable(name)

    def tuple(self, node: ast.Tuple, names: Meanings) -> tuple[Value, ...]:
        return tuple(self.read(e, names) for e in node.elts)


@cache
def opened(name: str) -> tuple[ast.AST, ...] | None:
    """The parameter and the statements of a helper, if they are assignments and a return."""
    function = ast.parse(HELPERS[name].source).body[0]
    assert isinstance(function, ast.FunctionDef)
    body = function.body[1:]
    plain = all(isinstance(s, (ast.Assign, ast.Return)) for s in body)
    return (function.args.args[0], *body) if plain and len(function.args.args) == 1 else None


def _is_name(node: ast.expr) -> bool:
    return isinstance(node, ast.Name)


RULES = {
    ast.Name: Reader.name,
    ast.BinOp: Reader.binary,
    ast.UnaryOp: Reader.sign,
    ast.Compare: Reader.compare,
    ast.Attribute: Reader.attribute,
    ast.Subscript: Reader.subscript,
    ast.Call: Reader.call,
    ast.Tuple: Reader.tuple,
}
