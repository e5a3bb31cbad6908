"""What gates do to gradients, found from their local derivatives; and the structure of Jacobians."""

from __future__ import annotations

import autograd
import autograd.numpy as anp
import numpy as np
import pytest

from derive.graph.backward import backward
from derive.graph.build import graph_of
from derive.graph.patterns import pattern
from derive.graph.structure import structure
from derive.graph.text import jacobians, sentence
from derive.notation import component_text

PATTERNS = [
    ("x + y", "", "distributes"),
    ("x + 1", "", "distributes"),
    ("x - y", "", "scales"),
    ("2*x", "", "scales"),
    ("-x", "", "scales"),
    ("x*y", "", "swaps"),
    ("x*x", "", "swaps"),
    ("x@w", "x: N,D; w: D,M", "swaps"),
    ("x@w", "x: D; w: D", "swaps"),
    ("x*y", "x: N; y: N", "swaps"),
    ("maximum(x, y)", "", "routes"),
    ("minimum(x, y)", "", "routes"),
    ("maximum(x, y)", "x: N,D; y: D", "routes"),
    ("where(a > b, x, y)", "", "routes"),
    ("relu(x)", "", "routes"),
    ("relu(x)", "x: N,D", "routes"),
    ("max(x)", "x: N", "routes"),
    ("sum(x)", "x: N", "distributes"),
    ("mean(x)", "x: N", "scales"),
    ("x/y", "", "multiplies"),
    ("sigmoid(x)", "", "multiplies"),
    ("abs(x)", "", "multiplies"),
    ("x**2", "", "multiplies"),
    ("softmax(x)", "x: N", "multiplies"),
]


@pytest.mark.parametrize(("formula", "where", "name"), PATTERNS)
def test_pattern(formula, where, name):
    back = backward(graph_of(formula, where))
    assert pattern(back, back.graph.gates[-1]).name == name


@pytest.mark.parametrize("formula", ["x + 2*y", "where(a > b, x, 2*y)", "maximum(x, y) + x"])
def test_no_pattern_is_named_for_its_symbol_alone(formula):
    """The same derivatives, the same pattern, whatever the gate is called: one gate that computes the formula."""
    from derive.expr import Let, Program, Tensor
    from derive.expr.arrays import scalar
    from derive.formula import parse_formula
    from derive.formula.scalar import names_in
    from derive.graph.build import graph_of_program

    f = parse_formula(formula, {n: scalar(n) for n in names_in(formula)})
    back = backward(graph_of_program(Program((Let(Tensor("f")(), f.expr),))))
    assert pattern(back, back.graph.gates[0]).name not in ("distributes", "routes", "swaps")


def test_relu_has_a_diagonal_jacobian_that_is_not_built():
    back = backward(graph_of("maximum(0, x)", "x: 4096"))
    (said,) = jacobians(back, "numerator")
    assert said.startswith("∂y/∂x is 4096 × 4096, diagonal with 1[x_i > 0] on it.")


def test_an_entry_of_x_touches_its_row_only():
    back = backward(graph_of("x@w", "x: N,D; w: D,M"))
    of_x, of_w = jacobians(back, "numerator")
    assert "is (N × M) × (N × D): x_nd touches y[n,:] only, ∂y_nm/∂x_nd = w_dm." in of_x
    assert "upstream · local is (∂L/∂y) wᵀ" in of_x
    assert "is (N × M) × (D × M): w_dm touches y[:,m] only" in of_w
    assert "upstream · local is xᵀ (∂L/∂y)" in of_w


def test_both_layouts():
    back = backward(graph_of("W@x", "W: m,n; x: n"))
    edge = next(e for e in back.flows if e.source.name == "x")
    assert sentence(back, edge, "numerator").startswith("∂y/∂x is m × n:")
    assert sentence(back, edge, "denominator").startswith("∂y/∂x is n × m:")


FUNCTIONS = {
    "maximum(0, x)": lambda x: anp.maximum(0, x),
    "softmax(x)": lambda x: anp.exp(x) / anp.sum(anp.exp(x), axis=-1, keepdims=True),
    "x@ones((3, 2))": lambda x: x @ np.ones((3, 2)),
    "sum(x, axis=0)": lambda x: anp.sum(x, axis=0),
    "x.T": lambda x: x.T,
    "x**2": lambda x: x**2,
}


@pytest.mark.parametrize("formula", FUNCTIONS)
def test_the_structure_is_that_of_autograd_s_jacobian(formula):
    """Where the deltas say that an entry touches nothing, the Jacobian of autograd is zero; elsewhere it is not."""
    back = backward(graph_of(formula, "x: 2,3"))
    (edge,) = (e for e in back.flows if e.source.name == "x")
    s = structure(back.flows[edge])
    x = np.array([[0.3, 1.2, -0.7], [2.0, 0.1, 0.4]])
    jacobian = autograd.jacobian(FUNCTIONS[formula])(x)
    places = {i: n for n, i in enumerate((*s.result_axes, *s.operand_axes))}
    for at in np.ndindex(jacobian.shape):
        if any(at[places[a]] != at[places[b]] for a, b in s.tied):
            assert jacobian[at] == 0
    assert s.diagonal == (formula in ("maximum(0, x)", "x**2"))
    assert component_text(s.coefficient)
