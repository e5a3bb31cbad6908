"""NumPy code as code of another library, by its syntax tree and the row of the library.

It also keeps arrays at the precision of the arguments: constants are Python numbers, and a new array takes its type
from an argument.
"""

from __future__ import annotations

import ast
from collections.abc import Callable

from derive.codegen.backends import Backend
from derive.codegen.helpers import HELPERS
from derive.errors import DeriveError

CONSTANTS = {"pi", "e"}
NEW = {"eye", "ones", "zeros"}  # arrays that are made out of nothing
IN_MATH = {"sqrt", "exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh"}


class Dialect(ast.NodeTransformer):
    """Translates; afterwards `used` holds the helpers that the code calls, and "math" if it needs that."""

    def __init__(self, backend: Backend, like: str | None) -> None:
        self.backend, self.like = backend, like
        self.used: set[str] = set()

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id in HELPERS or node.id == "math":
            self.used.add(node.id)
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        name = _in_numpy(node)
        if name in CONSTANTS:
            return self.math(name)
        if name is not None:
            return _dotted(f"{self.backend.alias}.{name}")
        self.generic_visit(node)
        return node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        name = _in_numpy(node.func)
        if name in IN_MATH and all(map(_is_number, node.args)):
            self.generic_visit(node)
            node.func = self.math(name)
            return node
        if _is_erf(node.func):
            return self.visit(ast.Call(ast.Name("erf"), node.args, []))
        special = TO_HELPERS.get(name or "", lambda _: None)(node)
        if special is not None:
            return self.visit(special)
        node.args = [self.visit(a) for a in node.args]
        node.keywords = [ast.keyword(k.arg, self.visit(k.value)) for k in node.keywords]
        return self.numpy_call(node, name) if name is not None else self.other_call(node)

    def numpy_call(self, node: ast.Call, name: str) -> ast.expr:
        options = self.backend.options
        node.keywords = [ast.keyword(options.get(k.arg or "", k.arg), k.value) for k in node.keywords]
        if name in NEW:
            node.keywords += self.like_the_arguments()
        if name in self.backend.rewrites:
            return self.backend.rewrites[name](node)
        node.func = _dotted(f"{self.backend.alias}.{self.backend.functions.get(name, name)}")
        return node

    def other_call(self, node: ast.Call) -> ast.expr:
        node.func = self.visit(node.func)
        if isinstance(node.func, ast.Attribute):
            node.func.attr = self.backend.methods.get(node.func.attr, node.func.attr)
        return node

    def like_the_arguments(self) -> list[ast.keyword]:
        if self.like is None:
            raise DeriveError("code of a formula without an array: there is none whose type a new array could take")
        return [ast.keyword(a, _dotted(f"{self.like}.{a}")) for a in self.backend.new]

    def math(self, name: str) -> ast.expr:
        self.used.add("math")
        return _dotted(f"math.{name}")


def _in_numpy(node: ast.expr) -> str | None:
    """What stands behind the dot in np.linalg.norm; None for what is no name of NumPy."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join(reversed(parts)) if parts and isinstance(node, ast.Name) and node.id == "np" else None


def _is_erf(node: ast.expr) -> bool:
    """`np.vectorize(math.erf)`, as the notation says it for want of a function of NumPy's."""
    return isinstance(node, ast.Call) and _in_numpy(node.func) == "vectorize"


def _dotted(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def _is_number(node: ast.expr) -> bool:
    """A number that is known without the entries of an array: a constant, a size, arithmetic of such."""
    if isinstance(node, ast.Subscript):
        return isinstance(node.value, ast.Attribute) and node.value.attr == "shape"
    if isinstance(node, ast.Attribute):
        return _in_numpy(node) in CONSTANTS
    if isinstance(node, ast.Call):
        return _in_numpy(node.func) in IN_MATH and all(map(_is_number, node.args))
    if isinstance(node, ast.BinOp):
        return _is_number(node.left) and _is_number(node.right)
    if isinstance(node, ast.UnaryOp):
        return _is_number(node.operand)
    return isinstance(node, ast.Constant)


def _softplus(call: ast.Call) -> ast.expr | None:
    first, second = call.args
    zero = isinstance(first, ast.Constant) and first.value == 0
    return ast.Call(ast.Name("softplus"), [second], []) if zero else None


# functions of NumPy that some library lacks, or that lose digits
TO_HELPERS: dict[str, Callable[[ast.Call], ast.expr | None]] = {
    "heaviside": lambda call: ast.Call(ast.Name("heaviside"), call.args[:1], []),
    "logaddexp.reduce": lambda call: ast.Call(
        ast.Name("logsumexp"), call.args, [k for k in call.keywords if k.arg == "keepdims"]
    ),
    "logaddexp": _softplus,
}


def translate(text: str, backend: Backend, like: str | None = None) -> tuple[ast.Module, set[str]]:
    """The syntax tree of NumPy code in the words of a library, and what it uses: helpers, and "math".

    like: an argument whose type new arrays take.
    """
    dialect = Dialect(backend, like)
    tree = dialect.visit(ast.parse(text))
    return ast.fix_missing_locations(tree), dialect.used
