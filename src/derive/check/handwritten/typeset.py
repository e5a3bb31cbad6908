r"""A hand-written NumPy function as a formula, typeset by latexify-py where that says what the function does.

latexify keeps what it does not know as it stands, so what it wrote is read back and evaluated: where the reading is not
what the function returns, there is no formula.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from derive.check.causes.writing import written
from derive.errors import DeriveError
from derive.formula import parse_formula, parse_where

if TYPE_CHECKING:
    from derive.documents.model import Side
    from derive.expr.arrays import TensorExpr

MODULES = {"np", "numpy", "np.linalg", "numpy.linalg", "math"}
CLOSED = {"outer", "inv", "norm"}  # what is written for these needs no brackets in a product
Function = Callable[..., Any]


def typeset(g: Function, where: str) -> tuple[str, Side] | None:
    """What latexify writes for the function, and how that reads under `where`; None where it does neither."""
    from derive.documents import read_expression

    try:
        latex = in_latex(g, parse_where(where))
        return latex, read_expression(latex, where)
    except (DeriveError, SyntaxError, ValueError, TypeError, LookupError, AttributeError, OSError, ImportError):
        return None  # latexify refuses much of Python, and is not there in every version of it


def in_latex(g: Function, declared: dict[str, TensorExpr]) -> str:
    """The value of a function whose body is assignments and a return, in LaTeX."""
    from latexify import transformers
    from latexify.exceptions import LatexifyError

    tree: Any = ast.parse(textwrap.dedent(inspect.getsource(g)))
    steps = (
        transformers.AugAssignReplacer(), _trimmer(), transformers.DocstringRemover(),
        transformers.AssignmentReducer(), Mathematics(declared),
    )  # fmt: skip
    try:
        for step in steps:
            tree = step.visit(tree)
        (returned,) = [node for node in ast.walk(tree) if isinstance(node, ast.Return)]
        latex = _codegen(declared).visit(returned.value)
    except LatexifyError as error:
        raise ValueError(str(error)) from error
    return latex.replace(r"\mathopen{}", "").replace(r" \mathclose{}", " ")


def _trimmer() -> Any:
    from latexify.transformers import PrefixTrimmer

    class Trimmer(PrefixTrimmer):
        """latexify's, which does not look for `np.` within `np.outer(a, b).T`."""

        def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
            found = super().visit_Attribute(node)
            return self.generic_visit(found) if isinstance(found, ast.Attribute) else found

    return Trimmer(MODULES)


class Mathematics(ast.NodeTransformer):
    """What NumPy says otherwise than mathematics does: `len(y)` is N, `a.dot(b)` is a b."""

    def __init__(self, declared: dict[str, TensorExpr]) -> None:
        self.shapes = {name: tuple(map(str, t.shape)) for name, t in declared.items()}

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        match node:
            case ast.Call(func=ast.Name("len"), args=[ast.Name(name)]):
                return self._size(node, name, 0)
            case (
                ast.Call(func=ast.Attribute(left, "dot"), args=[right])
                | ast.Call(func=ast.Name("dot"), args=[left, right])
            ):
                return ast.BinOp(left, ast.MatMult(), right)
        return node

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        match node:
            case ast.Subscript(ast.Attribute(ast.Name(name), "shape"), ast.Constant(int(axis))):
                return self._size(node, name, axis)
        return self.generic_visit(node)

    def _size(self, node: ast.AST, name: str, axis: int) -> ast.AST:
        shape = self.shapes.get(name, ())
        return ast.Name(shape[axis]) if -len(shape) <= axis < len(shape) else node


def _is_minus(node: ast.expr) -> bool:
    return isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub)


def _codegen(declared: dict[str, TensorExpr]) -> Any:
    from latexify.codegen import ExpressionCodegen

    names = {name: written(t.expr, t.indices) for name, t in declared.items()}  # lam is \\lambda, W1 is W_1

    class Codegen(ExpressionCodegen):
        """latexify's, with transposes, with products and powers of arrays entry by entry, and with what is known of
        arrays: a b^T of `outer(a, b)`, 1[a > b] of `a > b`."""

        def visit_Name(self, node: ast.Name) -> str:
            return names.get(node.id) or super().visit_Name(node)

        def visit_Attribute(self, node: ast.Attribute) -> str:
            if node.attr != "T":
                return super().visit_Attribute(node)
            return rf"{self.atom(node.value)}^{{\top}}"

        def visit_Call(self, node: ast.Call) -> str:
            match node:
                case ast.Call(func=ast.Name("outer"), args=[left, right]):
                    return rf"{self.factor(left)} {self.atom(right)}^{{\top}}"
                case ast.Call(func=ast.Name("inv"), args=[matrix]):
                    return rf"{self.atom(matrix)}^{{-1}}"
                case ast.Call(func=ast.Name("norm"), args=[vector], keywords=[]):
                    return rf"\left\lVert {self.visit(vector)} \right\rVert"
            return super().visit_Call(node)

        def visit_Compare(self, node: ast.Compare) -> str:
            return rf"\mathbf{{1}}\left[ {super().visit_Compare(node)} \right]"

        def visit_BinOp(self, node: ast.BinOp) -> str:
            if isinstance(node.op, ast.Mult) and self.is_array(node.left) and self.is_array(node.right):
                return rf"{self.atom(node.left)} \odot {self.atom(node.right)}"
            if isinstance(node.op, ast.Pow) and self.is_array(node.left):
                return rf"{self.atom(node.left)}^{{\odot {self.visit(node.right)}}}"
            if isinstance(node.op, ast.MatMult):  # latexify sets no brackets around a b ⊙ c in a product
                left = node.left.operand if (minus := _is_minus(node.left)) else node.left
                return rf"{'-' * minus}{self.factor(left)} {self.factor(node.right)}"
            return super().visit_BinOp(node)

        def is_array(self, node: ast.expr) -> bool:
            try:
                return parse_formula(ast.unparse(ast.fix_missing_locations(node)), declared).ndim > 0
            except DeriveError:
                return False

        def atom(self, node: ast.expr) -> str:
            inside = self.visit(node)
            return inside if isinstance(node, (ast.Name, ast.Constant, ast.Compare)) else rf"\left( {inside} \right)"

        def factor(self, node: ast.expr) -> str:
            plain = isinstance(node, (ast.Attribute, ast.Name, ast.Compare))
            if isinstance(node, ast.Call):
                plain = isinstance(node.func, ast.Name) and node.func.id in CLOSED
            if isinstance(node, ast.BinOp):
                scaled = isinstance(node.op, ast.Mult) and not self.is_array(node.left)
                plain = scaled or isinstance(node.op, ast.MatMult)
            return self.visit(node) if plain else self.atom(node)

    return Codegen(use_math_symbols=True)
