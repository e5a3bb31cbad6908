"""What a formula means to NumPy: the independent witness of the parser. Nothing of `derive.expr` is used for it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from derive.evaluate.arrays import compute
from derive.evaluate.extent import extent
from derive.evaluate.oracle import evaluate
from derive.expr import Elem, Size
from derive.expr.arrays import TensorExpr
from derive.formula import parse_formula, parse_where

WHERE = (
    "X: N,D; V: N,D; w: D; v: D; y: N binary; W: D,K; A: n,n; S: n,n symmetric; P: n,n spd; x: n; z: n; p: n positive; "
    "q: n unit_interval; Y: N,K one-hot; b: scalar; c: scalar positive; T3: B,n,n; r: 1,D; B1: N,1"
)
SIZES = {"N": 5, "D": 3, "K": 4, "n": 2, "B": 6}


def _positive_definite(rng: np.random.Generator, n: int) -> np.ndarray:
    root = rng.normal(size=(n, n))
    return root @ root.T + np.eye(n)


def _array(rng: np.random.Generator, shape: tuple[int, ...], properties: frozenset[str]) -> Any:
    if "positive_definite" in properties:
        return _positive_definite(rng, shape[0])
    if "one_hot" in properties:
        return np.eye(shape[-1])[rng.integers(shape[-1], size=shape[:-1])]
    if "binary" in properties:
        return rng.integers(2, size=shape).astype(float)
    if "unit_interval" in properties:
        return rng.uniform(0.1, 0.9, size=shape)
    value = rng.normal(size=shape)
    if "symmetric" in properties:
        return value + value.T
    return np.abs(value) + 0.1 if "positive" in properties else value


SYMBOLS = parse_where(WHERE)
TENSORS = {name: x.expr.tensor for name, x in SYMBOLS.items() if isinstance(x.expr, Elem)}


def sample(seed: int) -> dict[str, Any]:
    """An array for each declared name."""
    rng = np.random.default_rng(seed)
    shapes = {name: tuple(SIZES.get(str(d), 1) for d in t.dims) for name, t in TENSORS.items()}
    return {name: _array(rng, shapes[name], t.properties) for name, t in TENSORS.items()}


def _where(condition: Any, a: Any, b: Any) -> Any:
    return np.where(condition, a, b)


def _softmax(x: Any, axis: int = -1) -> Any:
    e = np.exp(x - np.max(x, axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def _logsumexp(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    return np.log(np.sum(np.exp(x), axis=axis, keepdims=keepdims))


def _number(comparison: Any) -> Any:
    """NumPy's truth values add up differently from numbers."""

    def compare(*operands: Any) -> Any:
        return 1.0 * comparison(*operands)

    return compare


SAME = (
    "abs", "add", "arctan", "clip", "cos", "cosh", "diag", "diagonal", "divide", "dot", "exp", "expm1", "eye",
    "full", "inner", "log", "log10", "log1p", "log2", "logaddexp", "matmul", "max", "maximum", "mean", "min",
    "minimum", "multiply", "negative", "ones", "ones_like", "outer", "pi", "power", "prod", "reciprocal",
    "sign", "sin", "sinh", "sqrt", "square", "std", "subtract", "sum", "swapaxes", "tan", "tanh", "trace",
    "transpose", "var", "vdot", "zeros", "zeros_like",
)  # fmt: skip
COMPARISONS = ("equal", "greater", "greater_equal", "less", "less_equal", "not_equal")

NAMESPACE: dict[str, Any] = {
    **{name: getattr(np, name) for name in SAME},
    **{name: _number(getattr(np, name)) for name in COMPARISONS},
    "det": np.linalg.det,
    "erf": np.vectorize(math.erf, otypes=[float]),
    "gelu": lambda x: x * (1 + np.vectorize(math.erf, otypes=[float])(x / np.sqrt(2))) / 2,
    "inv": np.linalg.inv,
    "len": len,
    "log_softmax": lambda x, axis=-1: np.log(_softmax(x, axis)),
    "logdet": lambda x: np.linalg.slogdet(x)[1],
    "logit": lambda x: np.log(x / (1 - x)),
    "logsigmoid": lambda x: -np.log1p(np.exp(-x)),
    "logsumexp": _logsumexp,
    "newaxis": None,
    "norm": np.linalg.norm,
    "np": np,
    "numpy": np,
    "relu": lambda x: np.maximum(x, 0),
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "expit": lambda x: 1 / (1 + np.exp(-x)),
    "silu": lambda x: x / (1 + np.exp(-x)),
    "slogdet": np.linalg.slogdet,
    "softmax": _softmax,
    "softplus": lambda x: np.log1p(np.exp(x)),
    "solve": np.linalg.solve,
    "step": lambda x: 1.0 * (x > 0),
    "where": _where,
}


def numpy_value(formula: str, arrays: dict[str, Any]) -> Any:
    """The value that NumPy gives to the text of a formula: this test's own `eval`, on texts that tests wrote."""
    with np.errstate(all="ignore"):
        return np.asarray(eval(formula, NAMESPACE | SIZES | arrays), dtype=float)


def parsed(formula: str) -> TensorExpr:
    return parse_formula(formula, SYMBOLS)


def sizes() -> dict[Any, int]:
    return {Size(name): value for name, value in SIZES.items()}


def our_value(x: TensorExpr, arrays: dict[str, Any]) -> Any:
    """The value of an expression, by the vectorised evaluator."""
    env = {TENSORS[name]: np.asarray(value, dtype=float) for name, value in arrays.items()}
    with np.errstate(all="ignore"):
        return np.asarray(compute(x.expr, x.indices, env, sizes(), np), dtype=float)


def oracle_value(x: TensorExpr, arrays: dict[str, Any]) -> Any:
    """The same by the slow evaluator, entry by entry."""
    env = {TENSORS[name]: value for name, value in arrays.items()}
    shape = tuple(extent(d, sizes()) for d in x.shape)
    out = np.empty(shape)
    for place in np.ndindex(*shape):
        out[place] = float(evaluate(x.expr, env, sizes(), dict(zip(x.indices, place, strict=True))))
    return out
