"""Formulas of numbers: activations such as "z*sigmoid(z)", losses such as "(yhat-y)**4"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sympy import Expr, preorder_traversal, sympify

from derive.errors import FormulaError
from derive.expr.arrays import TensorExpr, scalar
from derive.expr.nodes import Binder, Elem, Tensor, tensors
from derive.formula import syntax
from derive.formula.meaning import read
from derive.formula.parser import parse
from derive.formula.vocabulary import PREFIXES


@dataclass(frozen=True)
class ScalarFunction:
    """A function of named numbers; call it with expressions, which may have free indices.

    >>> f = parse_scalar_function("z*sigmoid(z)")
    >>> from derive.expr import Elem, Tensor
    >>> f(Elem(Tensor("u")))
    sigmoid(u)*u
    """

    text: str
    names: tuple[str, ...]
    expr: Expr  # over the scalar tensors `names`

    def __call__(self, *values: Expr | int) -> Expr:
        if len(values) != len(self.names):
            raise TypeError(f"{self.text!r} is a function of {', '.join(self.names)}; {len(values)} values given")
        given = (sympify(v, strict=True) for v in values)  # numbers become SymPy's, strings are refused
        places: dict[Expr, Expr] = {Elem(Tensor(n)): v for n, v in zip(self.names, given, strict=True)}
        return _replace(self.expr, places)


def parse_scalar_function(text: str, names: Sequence[str] | None = None) -> ScalarFunction:
    """A formula as a function of the numbers `names`; without `names`, of the one name that occurs in it.

    Raises FormulaError: as for all formulas, or when it does not depend on any of its names.
    """
    tree = parse(text)
    if names is None:
        names = _only_name(tree, text)
    result = read(tree, text, {n: scalar(n) for n in names})
    used = {t.name for t in tensors(result.expr)}
    if not used:
        raise FormulaError(f"the formula does not depend on {' or '.join(names)}", text, tree.offset)
    _require_scalar(result, tree, text)
    return ScalarFunction(text, tuple(names), result.expr)


def _require_scalar(result: TensorExpr, tree: syntax.Node, text: str) -> None:
    if result.indices or any(isinstance(node, Binder) for node in preorder_traversal(result.expr)):
        raise FormulaError("a formula of numbers is expected here, without vectors and matrices", text, tree.offset)


def _replace(e: Expr, places: dict[Expr, Expr]) -> Expr:
    if isinstance(e, Elem):
        return places[e]
    return e.func(*(_replace(a, places) for a in e.args)) if e.args else e


def names_in(text: str) -> tuple[str, ...]:
    """The names of a formula that stand for values, in the order in which they occur.

    >>> names_in("x*sigmoid(beta*x)")
    ('x', 'beta')
    """
    return tuple(_places(parse(text)))


def _places(tree: syntax.Node) -> dict[str, int]:
    found: dict[str, int] = {}
    for node in _names(tree):
        found.setdefault(node.name, node.offset)
    return found


def _only_name(tree: syntax.Node, text: str) -> tuple[str]:
    found = _places(tree)
    if not found:
        raise FormulaError("the formula has no variable", text, tree.offset, hint="write one such as z: z*sigmoid(z)")
    if len(found) > 1:
        first, second = list(found)[:2]
        message = f"the formula has more than one variable: {', '.join(found)}"
        hint = f"write it in {first} alone, with numbers for the others"
        raise FormulaError(message, text, found[second], hint=hint)
    return (next(iter(found)),)


def _names(node: syntax.Node) -> Iterator[syntax.Name]:
    """The names that stand for values, from left to right."""
    if isinstance(node, syntax.Name):
        if node.name not in PREFIXES and node.name != "pi":
            yield node
        return
    for child in _children(node):
        yield from _names(child)


def _children(node: syntax.Node) -> list[syntax.Node]:
    if isinstance(node, syntax.Binary):
        return [node.left, node.right]
    if isinstance(node, syntax.Unary):
        return [node.operand]
    if isinstance(node, syntax.Call):
        function = [] if isinstance(node.function, syntax.Name) else [node.function]
        return [*function, *node.args, *(item for _, _, item in node.keywords)]
    if isinstance(node, (syntax.Attribute, syntax.Subscript)):
        return [node.value]
    return list(node.items) if isinstance(node, syntax.Sequence) else []
