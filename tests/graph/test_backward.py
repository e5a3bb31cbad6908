"""Gradients of edges and names: against autograd, at the points of the cases and for random formulas."""

from __future__ import annotations

import random
from dataclasses import replace

import autograd
import autograd.numpy as anp
import numpy as np
import pytest

from derive.errors import FormulaError, VerificationError
from derive.evaluate.nested import entries
from derive.graph import check
from derive.graph.backward import backward
from derive.graph.build import graph_of
from derive.graph.draw import drawing
from derive.graph.point import read_point
from derive.graph.values import at_point, floats
from graph.cases import AT_A_POINT, NETWORK, SHARED, SIGMOID


def _numbers(case, gates="named"):
    formula, where, at = case
    back = backward(graph_of(formula, where, gates))
    return back, at_point(back, read_point(at, back.graph.inputs, back.given))


def _sigmoid(t):
    return 1 / (1 + anp.exp(-t))


INDEPENDENT = {
    SIGMOID[0]: lambda w0, x0, w1, x1, w2: _sigmoid(w0 * x0 + w1 * x1 + w2),
    "(x + y)*z": lambda x, y, z: (x + y) * z,
    "maximum(x*y, z) + 2*maximum(z, w)": lambda x, y, z, w: anp.maximum(x * y, z) + 2 * anp.maximum(z, w),
    SHARED[0]: lambda x, y: x * x + 2 * x - anp.maximum(x, y) / 3 + anp.exp(x) * y,
    "where(a > b, a*b, b)*c": lambda a, b, c: anp.where(a > b, a * b, b) * c,
    NETWORK[0]: lambda x, w1, b, w2, t: anp.sum((anp.maximum(0, x @ w1 + b) @ w2 - t) ** 2) / 3,
    "x@w": lambda x, w: anp.sum(anp.array([[1.0], [-1.0]]) * (x @ w)),
    "softmax(W@x)@t": lambda W, x, t: anp.exp(W @ x) @ t / anp.sum(anp.exp(W @ x)),
    "minimum(2 + x, x)*tanh(y)": lambda x, y: x * anp.tanh(y),
    "trace(A@A.T) + A[0, 1]": lambda A: anp.sum(A * A) + A[0, 1],
}


@pytest.mark.parametrize("gates", ["named", "elementary"])
@pytest.mark.parametrize("case", AT_A_POINT, ids=lambda case: case[0])
def test_gradients_at_the_point(case, gates):
    """A function written here by hand, differentiated by autograd: shares nothing with the graph."""
    back, at = _numbers(case, gates)
    f = INDEPENDENT[case[0]]
    names = {t.name: t for t in back.graph.inputs}
    order = f.__code__.co_varnames[: f.__code__.co_argcount]
    inputs = [floats(at.values[names[n]]) for n in order]
    for k, n in enumerate(order):
        expected = autograd.grad(f, k)(*inputs)
        assert floats(at.gradients[names[n]]) == pytest.approx(expected, abs=1e-12), n


def test_the_classic_numbers():
    _, at = _numbers(SIGMOID)
    values = {t.name: float(v) for t, v in at.values.items()}
    gradients = {t.name: float(v) for t, v in at.gradients.items()}
    assert round(values["L"], 2) == 0.73
    shown = {n: round(g, 1) for n, g in gradients.items()}
    assert shown == {
        "w0": -0.2, "x0": 0.4, "w1": -0.4, "x1": -0.6, "w2": 0.2, "s0": 0.2, "s1": 0.2, "s2": 0.2, "s3": 0.2, "L": 1.0,
    }  # fmt: skip


def test_the_product_of_the_lecture():
    _, at = _numbers(("(x + y)*z", "", "x=-2, y=5, z=-4"))
    exact = {t.name: (at.values[t].exact, at.gradients[t].exact) for t in at.values}
    assert exact == {"x": (-2, -4), "y": (5, -4), "z": (-4, 3), "s0": (3, -4), "L": (-12, 1)}


@pytest.mark.parametrize("case", AT_A_POINT, ids=lambda case: case[0])
def test_downstream_is_upstream_times_local(case):
    """Contracted here by NumPy, for every edge whose Jacobian was written out."""
    _, at = _numbers(case)
    seen = 0
    for edge, there in at.edges.items():
        if there.local is None:
            continue
        up, local = floats(there.upstream), floats(there.local)
        assert floats(there.downstream) == pytest.approx(np.tensordot(up, local, axes=up.ndim), abs=1e-12), edge
        seen += 1
    assert seen


@pytest.mark.parametrize("case", AT_A_POINT, ids=lambda case: case[0])
def test_what_comes_back_to_a_copy_is_added(case):
    back, at = _numbers(case)
    for t, uses in back.graph.uses.items():
        if uses:
            total = sum(floats(at.edges[e].downstream) for e in uses)
            assert floats(at.gradients[t]) == pytest.approx(total, abs=1e-12)


FUNCTIONS = ("sigmoid", "tanh", "exp", "relu", "softplus", "sin", "cos", "square", "silu", "arctan", "erf", "negative")
OPERATORS = ("+", "-", "*", "maximum", "minimum", "/")


def _formula(r: random.Random, depth: int) -> str:
    if depth == 0 or r.random() < 0.15:
        return r.choice(("x", "y", "z", "2", "0.5"))
    if r.random() < 0.4:
        return f"{r.choice(FUNCTIONS)}({_formula(r, depth - 1)})"
    a, b, op = _formula(r, depth - 1), _formula(r, depth - 1), r.choice(OPERATORS)
    return f"{op}({a}, {b})" if op.isalpha() else f"({a} {op} (3 + {b}**2))" if op == "/" else f"({a} {op} {b})"


def _value(formula: str, x: float, y: float, z: float) -> float:
    """The formula in plain floats, by Python itself."""
    import math

    known = {
        "sigmoid": lambda t: 1 / (1 + math.exp(-t)), "relu": lambda t: max(t, 0.0), "square": lambda t: t * t,
        "softplus": lambda t: math.log1p(math.exp(t)), "silu": lambda t: t / (1 + math.exp(-t)),
        "arctan": math.atan, "negative": lambda t: -t, "maximum": max, "minimum": min,
        **{n: getattr(math, n) for n in ("tanh", "exp", "sin", "cos", "erf")},
    }  # fmt: skip
    return eval(formula, {"__builtins__": {}}, {**known, "x": x, "y": y, "z": z})  # written by this test


@pytest.mark.parametrize("seed", range(24))
def test_random_formulas_against_differences(seed):
    """Central differences of the formula as Python computes it: no autodiff engine, no rule of ours."""
    r = random.Random(seed)
    formula = _formula(r, 3)
    point = {n: r.randint(-12, 12) / 8 + r.random() / 16 for n in "xyz"}
    used = [n for n in "xyz" if n in formula.replace("exp", "").replace("maximum", "").replace("relu", "")]
    try:
        found = drawing(
            formula, at=", ".join(f"{n}={point[n]!r}" for n in used), gates=r.choice(["named", "elementary"])
        )
    except FormulaError as error:
        assert "no graph" in error.message or "no variable" in error.message
        return
    at = found.labels.at
    assert at is not None
    output = float(at.values[found.back.graph.output])
    assert output == pytest.approx(_value(formula, **point), rel=1e-9, abs=1e-9)
    for t in found.back.graph.inputs:
        h = 1e-6
        up, down = (_value(formula, **{**point, t.name: point[t.name] + s * h}) for s in (1, -1))
        numeric = (up - down) / (2 * h)
        assert float(at.gradients[t]) == pytest.approx(numeric, rel=1e-4, abs=1e-4 * max(1.0, abs(output))), t
    check.prove_sums(found.back)
    check.compare_at_point(found.back, at)


def test_wrong_edge_is_found():
    """Each check can fail: an edge with the wrong sign is refused by the sum and by the comparison at the point."""
    back, _ = _numbers(SHARED)
    edge = next(e for e in back.flows if e.source.name == "y")
    flow = back.flows[edge]
    mutant = replace(back, flows={**back.flows, edge: replace(flow, downstream=-flow.downstream)})
    with pytest.raises(VerificationError, match="do not add up"):
        check.prove_sums(mutant)
    at = at_point(mutant, read_point(SHARED[2], mutant.graph.inputs))
    with pytest.raises(VerificationError, match="differs"):
        check.compare_at_point(mutant, at)


def test_nothing_flows_back_through_a_condition():
    back = backward(graph_of("where(sin(a) > 0, b, c)*b"))
    assert {t.name for t in back.dead} == {"a", "s0"}


def test_the_upstream_gradient_of_an_array_is_an_input():
    back = backward(graph_of("x@w", "x: N,D; w: D,M"))
    assert back.given is not None
    assert back.given.dims == back.graph.output.dims
    assert back.given in back.lets().inputs


def test_kinks_are_said():
    _, at = _numbers(("relu(x)*y + abs(z)", "", "x=0, y=1, z=2"))
    assert [t.name for t in at.kinks] == ["s0"]
    assert all(x.exact is not None for a in at.gradients.values() for x in entries(a))
