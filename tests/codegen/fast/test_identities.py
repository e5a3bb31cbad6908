"""Each identity of the graph, bit by bit: the numbers are those of NumPy's own evaluation."""

from __future__ import annotations

import ast
import math
from typing import Any

import numpy as np
import pytest

from derive.codegen.fast.graph import Graph, Unreadable, Value
from derive.codegen.fast.read import Reader
from derive.codegen.helpers import HELPERS
from derive.codegen.printer import helper_functions
from derive.expr import Size

N, K = Size("N"), Size("K")
NAMES = {"z": (N, K), "y": (N, K), "v": (N,)}
SPECIAL = [0.0, -0.0, 1e-320, -1e-320, 1e-8, 40.0, -40.0, 709.0, -709.0, 745.0, -745.0, 1000.0, -1000.0]


def values(v: Value, env: dict[str, np.ndarray]) -> Any:
    """A value as NumPy evaluates it, operation by operation."""
    args = [values(a, env) for a in v.args]
    match v.op:
        case "input":
            return env[v.text]
        case "number":
            return float(eval(v.text, {"math": math}))
        case "sum" | "max":
            axis, keep = v.note or (None, False)
            return getattr(np, v.op)(*args, axis=axis, keepdims=keep)
        case "inner":
            return np.sum(args[0] * args[1])
        case "transpose":
            return args[0].T
        case "call":
            return helper_functions()[v.text](*args)
    out = getattr(np, v.op)(*args)
    return out.astype(args[0].dtype) if v.note == "numbers" else out


def read(*texts: str) -> tuple[list[Value], Graph]:
    """The texts one after the other, in one graph."""
    graph = Graph()
    names = {n: graph.value("input", (), s, n) for n, s in NAMES.items()}
    reader = Reader(graph, frozenset())
    return [reader.read(ast.parse(t, mode="eval").body, names) for t in texts], graph


def data(dtype: Any) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    z = np.concatenate([np.array(SPECIAL), rng.normal(size=500) * 30, rng.normal(size=511)])
    z = np.concatenate([z, -z]).astype(dtype)
    return {"z": z.reshape(-1, 4), "y": rng.integers(0, 2, size=z.size).astype(dtype).reshape(-1, 4), "v": z[:8]}


#: what is read (the last is compared), and operations that must not be left
EXACT = [
    (["-(-z)"], {"negative"}),
    (["np.abs(-z)"], {"negative"}),
    (["np.abs(2*z)"], set()),
    (["-(2*z)"], {"negative"}),
    (["z + -y"], {"negative"}),
    (["z**2"], {"power"}),
    (["np.maximum(-z, 0)"], {"maximum"}),
    (["np.minimum(-z, 0)"], {"negative"}),
    (["np.maximum(z, 0)", "(z > 0).astype(z.dtype)*y"], set()),
    (["(-z > 0).astype(z.dtype)"], {"negative"}),
    (["(2*z > 0).astype(z.dtype)"], {"multiply"}),
    (["np.exp(np.minimum(z, 0))", "np.exp(-np.abs(z))"], {"abs"}),
    (["np.exp(np.minimum(z, 0))", "1 + np.exp(-np.abs(z))"], {"abs", "minimum_of_exp"}),
    (["np.exp(-np.abs(z))", "np.exp(np.minimum(z, 0))"], {"minimum"}),
    (["sigmoid(z)"], {"abs"}),
    (["sigmoid(z)", "sigmoid(-z)"], {"abs", "negative"}),
    (["sigmoid(z)", "softplus(z)"], {"abs", "maximum"}),
    (["sigmoid(z)", "softplus(-z)"], {"abs", "negative"}),
    (["4*sigmoid_slope(2*z)"], {"negative"}),
    (["softmax(z)"], set()),
]


@pytest.mark.parametrize("dtype", [np.float64, np.float32], ids=lambda t: t.__name__)
@pytest.mark.parametrize(("texts", "gone"), EXACT, ids=lambda x: " then ".join(x) if isinstance(x, list) else "")
def test_the_same_bits(texts, gone, dtype):
    found, _ = read(*texts)
    env = data(dtype)
    with np.errstate(all="ignore"):
        expected = eval(texts[-1], {"np": np, **helper_functions(), **env})
        got = values(found[-1], env)
    assert got.dtype == expected.dtype == dtype
    np.testing.assert_array_equal(got, expected)
    left = {v.op for v in _inside(found[-1])}
    assert left.isdisjoint(gone)


def _inside(v: Value) -> list[Value]:
    return [v, *(w for a in v.args for w in _inside(a))]


#: what rounds in another order: equal up to a few units
ROUNDED = [
    ["z / 7"],
    ["sigmoid(z)*(1 - y) - y*sigmoid(-z)"],
    ["sigmoid(z)", "sigmoid_slope(z)"],
    ["softmax(z)*(1 - y) - y*softmax_rest(z)"],
    ["3 * (z / np.sum(1 + np.abs(z), axis=-1, keepdims=True))"],
    ["2 * (3 * z)"],
    ["np.sum(z*y)"],
    ["np.sum(y*softplus(-z)) + np.sum(softplus(z)*(1 - y))"],
]


@pytest.mark.parametrize("texts", ROUNDED, ids=lambda x: x[-1])
def test_nearly_the_same(texts):
    found, _ = read(*texts)
    env = data(np.float64)
    expected = eval(texts[-1], {"np": np, **helper_functions(), **env})
    np.testing.assert_allclose(values(found[-1], env), expected, rtol=4 * np.finfo(float).eps, atol=1e-13)


def test_one_divisor_for_both():
    (delta,), _ = read("sigmoid(z)*(1 - y) - y*sigmoid(-z)")
    assert [v.op for v in _inside(delta)].count("divide") == 1


def test_one_logarithm_for_both_labels():
    """Its terms have one sign each: where the label is right, the loss keeps its digits in the tail."""
    (loss,), _ = read("np.sum(y*softplus(-z)) + np.sum(softplus(z)*(1 - y))")
    assert [v.args[0].op for v in _inside(loss) if v.op == "sum"] == ["log1p"]
    for label in (0.0, 1.0):
        z = np.full((1, 1), 30.0 if label else -30.0)
        got = values(loss, {"z": z, "y": np.full((1, 1), label)})
        np.testing.assert_allclose(got, np.log1p(np.exp(-30.0)), rtol=4 * np.finfo(float).eps)


#: other logarithms, labels that are not opposite, and arrays that may be above zero
APART = [
    "np.sum(y*softplus(-z)) + np.sum(softplus(z)*(2 - y))",
    "np.sum(y*softplus(-z)) + np.sum(softplus(y)*(1 - y))",
    "np.sum(y*(np.log1p(z) - z)) + np.sum((np.log1p(z) - np.minimum(z, 0))*(1 - y))",
]


@pytest.mark.parametrize("text", APART)
def test_logarithms_that_stay_apart(text):
    (loss,), _ = read(text)
    assert not [v for v in _inside(loss) if v.op == "sum"]


def test_numbers_are_multiplied_with_sums_over_the_rows():
    graph = Graph(N)
    names = {"X": graph.value("input", (), (N, K), "X"), "v": graph.value("input", (), (N,), "v")}
    reader = Reader(graph, frozenset({"c"}))
    for text in ("X.T @ (c*v)", "np.sum(c*v)"):
        found = reader.read(ast.parse(text, mode="eval").body, names)
        assert (found.op, found.args[0].text) == ("multiply", "c")
    names["u"] = graph.value("input", (), (K,), "u")
    assert reader.read(ast.parse("X @ (c*u)", mode="eval").body, names).op == "dot"


def test_equal_operations_are_one():
    (a, b), graph = read("np.exp(z)*y", "np.exp(z)*y")
    assert a is b
    assert sum(v.op == "exp" for v in graph.made.values()) == 1


UNREADABLE = ["z @ z", "z + v", "np.linalg.inv(z)", "np.sum(z, axis=2)", "z[..., 0]", "logsumexp(z, keepdims=True)"]


@pytest.mark.parametrize("text", UNREADABLE)
def test_what_cannot_be_read(text):
    with pytest.raises(Unreadable):
        read(text)


@pytest.mark.parametrize("name", sorted(set(HELPERS) - {"logsumexp", "from_top", "log_det"}))
def test_helpers_are_opened(name):
    """What their statements compute, read one by one; those with a loop, and of matrices, are called."""
    (found,), _ = read(f"{name}(z)")
    env = data(np.float64)
    with np.errstate(all="ignore"):
        expected = helper_functions()[name](env["z"])
        np.testing.assert_allclose(values(found, env), expected, rtol=1e-15, atol=1e-320)
