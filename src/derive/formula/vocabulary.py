"""The functions, methods, prefixes and constants that a formula may use: one row each.

A row is the builder and its parameters as Python writes them; the name of a parameter says how its argument is read
(`axis` and `keepdims` are literals, `shape` and `N` are sizes, all others are arrays).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sympy import E, Expr, pi

from derive.errors import ShapeError
from derive.expr import linear, reductions
from derive.expr.arrays import TensorExpr
from derive.expr.elementwise import BINARY, ELEMENTWISE, UNARY, clip, where


@dataclass(frozen=True)
class Function:
    """A function of the formula language: how to build it, its parameters, and how many of them are required."""

    build: Callable[..., Any]
    parameters: tuple[str, ...]
    required: int


def _row(build: Callable[..., Any], parameters: str) -> Function:
    """`parameters` as in "x axis? keepdims?", where a question mark says optional."""
    words = parameters.split()
    names = tuple(w.rstrip("?") for w in words)
    return Function(build, names, sum(not w.endswith("?") for w in words))


FUNCTIONS: dict[str, Function] = {
    **{name: _row(ELEMENTWISE[name], "x") for name in UNARY},
    **{name: _row(ELEMENTWISE[name], "a b") for name in BINARY},
    "add": _row(lambda a, b: a + b, "a b"),
    "clip": _row(clip, "x a_min a_max"),
    "det": _row(linear.det, "x"),
    "diag": _row(linear.diag, "x"),
    "diagonal": _row(linear.diagonal, "x"),
    "divide": _row(lambda a, b: a / b, "a b"),
    "dot": _row(linear.dot, "a b"),
    "eye": _row(linear.eye, "N"),
    "full": _row(linear.full, "shape value"),
    "greater": _row(lambda a, b: a > b, "a b"),
    "greater_equal": _row(lambda a, b: a >= b, "a b"),
    "inner": _row(linear.inner, "a b"),
    "inv": _row(linear.inv, "x"),
    "len": _row(lambda x: x.shape[0], "x"),
    "less": _row(lambda a, b: a < b, "a b"),
    "less_equal": _row(lambda a, b: a <= b, "a b"),
    "log_softmax": _row(reductions.log_softmax, "x axis?"),
    "logdet": _row(linear.logdet, "x"),
    "logsumexp": _row(reductions.logsumexp, "x axis? keepdims?"),
    "matmul": _row(linear.matmul, "a b"),
    "max": _row(reductions.max, "x axis? keepdims?"),
    "mean": _row(reductions.mean, "x axis? keepdims?"),
    "min": _row(reductions.min, "x axis? keepdims?"),
    "multiply": _row(lambda a, b: a * b, "a b"),
    "norm": _row(reductions.norm, "x ord? axis? keepdims?"),
    "ones": _row(linear.ones, "shape"),
    "ones_like": _row(linear.ones_like, "x"),
    "outer": _row(linear.outer, "a b"),
    "power": _row(lambda a, b: a**b, "a b"),
    "prod": _row(reductions.prod, "x axis? keepdims?"),
    "slogdet": _row(linear.slogdet, "x"),
    "softmax": _row(reductions.softmax, "x axis?"),
    "solve": _row(lambda a, b: linear.inv(a) @ b, "a b"),
    "std": _row(reductions.std, "x axis? ddof? keepdims?"),
    "subtract": _row(lambda a, b: a - b, "a b"),
    "sum": _row(reductions.sum, "x axis? keepdims?"),
    "swapaxes": _row(linear.swapaxes, "x axis1 axis2"),
    "trace": _row(linear.trace, "x"),
    "transpose": _row(linear.transpose, "x axes?"),
    "var": _row(reductions.var, "x axis? ddof? keepdims?"),
    "vdot": _row(linear.vdot, "a b"),
    "where": _row(where, "condition x y"),
    "zeros": _row(linear.zeros, "shape"),
    "zeros_like": _row(linear.zeros_like, "x"),
}

ALIASES = {
    "absolute": "abs", "amax": "max", "amin": "min", "atan": "arctan", "expit": "sigmoid", "fabs": "abs",
    "heaviside": "step", "identity": "eye", "ln": "log", "logaddexp": "logaddexp", "log_expit": "logsigmoid",
    "mul": "multiply", "pow": "power", "swish": "silu", "tr": "trace",
}  # fmt: skip
FUNCTIONS |= {alias: FUNCTIONS[name] for alias, name in ALIASES.items()}

METHODS = frozenset(
    ("clip", "diagonal", "dot", "max", "mean", "min", "prod", "std", "sum", "swapaxes", "trace", "transpose", "var")
)  # of arrays, as in NumPy

PREFIXES = frozenset(("np", "numpy", "jnp", "math", "scipy", "torch"))
MODULES = frozenset(("linalg", "special", "nn", "functional", "numpy"))  # may stand between a prefix and a function

CONSTANTS: dict[str, Expr] = {"pi": pi, "e": E}

REFUSED = {
    "arange": "build index vectors outside the formula",
    "argmax": "the place of a maximum is not a smooth quantity; max(x) is its value",
    "concatenate": "declare the parts apart, or the whole as one array",
    "cumsum": "running sums are not known; write a product with a triangular matrix declared as a tensor",
    "cumprod": "running products are not known",
    "einsum": "write products with *, @, sum(..., axis=...) and None axes",
    "exec": "nothing is executed",
    "eval": "nothing is executed",
    "kron": "Kronecker products are not known; write A[:, None, :, None] * B[None, :, None, :]",
    "inf": "a finite number is expected",
    "nan": "a finite number is expected",
    "open": "nothing is executed",
    "reshape": "shapes are fixed by the declarations",
    "stack": "declare the parts apart, or the whole as one array",
    "cross": "cross products are not known",
    "round": "rounding is not known",
    "floor": "rounding is not known",
    "ceil": "rounding is not known",
    "median": "order statistics are not known",
    "cholesky": "write inv, det and logdet of the matrix itself",
    "eig": "eigenvalues are not known; trace, det and logdet are",
    "svd": "singular values are not known; trace, det and norm are",
    "pinv": "write inv(X.T @ X) @ X.T for a matrix of full column rank",
    "vec": "write the matrix itself; derivatives in a matrix have its shape",
}


def methods() -> frozenset[str]:
    """All names that may follow a dot behind an array."""
    return METHODS | {"T", "mT", "shape", "size"}


def require_array(value: Any) -> TensorExpr:
    """A slogdet that is used as a number means its second value, log |det|."""
    if isinstance(value, linear.SlogDet):
        return value.logabsdet
    if isinstance(value, Expr):
        return TensorExpr(value)
    if isinstance(value, TensorExpr):
        return value
    raise ShapeError("an array or a number is expected")
