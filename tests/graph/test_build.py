"""Formulas to graphs: which gates there are, which names they share, and that they compute the formula."""

from __future__ import annotations

from fractions import Fraction

import pytest
from sympy import log

from derive.errors import FormulaError, OptionError
from derive.evaluate.oracle import EXACT, Evaluator
from derive.expr import Let, Program, Tensor
from derive.expr.arrays import tensor
from derive.formula import parse_formula
from derive.graph.build import MAX_GATES, graph_of, graph_of_program
from derive.graph.expansions import EXPANSIONS
from derive.verify import decide

GATES = [
    ("sigmoid(w0*x0 + w1*x1 + w2)", "", "named", "mul mul add add sigmoid"),
    ("sigmoid(w0*x0 + w1*x1 + w2)", "", "elementary", "mul mul add add negate exp add divide"),
    ("(x + y)*z", "", "named", "add mul"),
    ("x*x", "", "named", "mul"),
    ("(x + y)*(x + y)", "", "named", "add mul"),
    ("(x + y)*(y + x)", "", "named", "add mul"),
    ("+x*2 + 0", "", "named", "mul"),
    ("max(x, y) - min(x, 0)", "", "named", "max min subtract"),
    ("maximum(0, x@w1)@w2", "x: N,D; w1: D,H; w2: H,C", "named", "matmul relu matmul"),
    ("x.T @ x", "x: n,m", "named", "transpose matmul"),
    ("x.sum(axis=0)[1]", "x: n,m", "named", "sum select"),
    ("where(a > 0, a, b)", "", "named", "where"),
    ("softmax(x)", "x: n", "elementary", "exp sum divide"),
    ("tanh(x)", "", "elementary", "exp negate exp subtract add divide"),
    ("1/x", "", "named", "divide"),
    ("np.exp(x)", "", "named", "exp"),
]


@pytest.mark.parametrize(("formula", "where", "gates", "words"), GATES)
def test_gates(formula, where, gates, words):
    assert " ".join(g.symbol.word for g in graph_of(formula, where, gates).gates) == words


def test_names_are_those_of_the_notes():
    graph = graph_of("sigmoid(w0*x0 + w1*x1 + w2)")
    assert [str(let.target) + " = " + str(let.rhs) for let in graph.program] == [
        "s0 = w0*x0",
        "s1 = w1*x1",
        "s2 = s0 + s1",
        "s3 = s2 + w2",
        "L = sigmoid(s3)",
    ]
    assert [t.name for t in graph.inputs] == ["w0", "x0", "w1", "x1", "w2"]


@pytest.mark.parametrize("formula", ["s0*x + s1", "L*L", "f + L", "y*2", "grad_x*x", "u1*s2*v3"])
def test_names_of_the_user_stay_his(formula):
    graph = graph_of(formula)
    assert len({t.name for t in graph.tensors}) == len(graph.tensors)
    assert {t.name for t in graph.inputs} <= set(formula.replace("*", " ").replace("+", " ").split())


def test_each_use_is_an_edge():
    graph = graph_of("x*x + exp(x)")
    (x,) = graph.inputs
    assert [(e.target.name, e.place) for e in graph.uses[x]] == [("s0", 0), ("s0", 1), ("s1", 0)]


def test_a_large_axis_is_of_any_size():
    (x,) = graph_of("maximum(0, x)", "x: 4096").inputs
    assert not x.dims[0].is_Integer
    assert str(x.dims[0]) == "4096"


@pytest.mark.parametrize("name", EXPANSIONS)
def test_expansion_is_the_function(name):
    row = EXPANSIONS[name]
    symbols = {p: tensor(p, "n") for p in row.parameters}
    short = parse_formula(f"{name}({', '.join(row.parameters)})", symbols)
    long = parse_formula(row.formula, symbols)
    assert short.shape == long.shape
    assert decide(short.expr, long.expr).established


def test_program():
    x, y, z = Tensor("x"), Tensor("y"), Tensor("z")
    graph = graph_of_program(Program((Let(y(), x() ** 2), Let(z(), log(y()) + x()))))
    assert [g.operands for g in graph.gates] == [(x,), (x, y)]
    assert graph.output == z


@pytest.mark.parametrize("gates", ["named", "elementary"])
def test_exact_value_of_the_graph_is_that_of_the_formula(gates):
    formula = "(x + y)*(x - 2*y)**2/(1 + x*x) - maximum(x, y)*abs(y)"
    graph = graph_of(formula, gates=gates)
    values = dict(zip(graph.inputs, (Fraction(3, 7), Fraction(-5, 2)), strict=True))
    x, y = values.values()
    expected = (x + y) * (x - 2 * y) ** 2 / (1 + x * x) - max(x, y) * abs(y)
    assert Evaluator(values, {}, EXACT, graph.program).value(graph.program.output.target) == expected


@pytest.mark.parametrize("formula", ["x", "3 + 4", "x + 0", "1*x", "+x"])
def test_no_operation_no_graph(formula):
    with pytest.raises(FormulaError, match=r"no graph|no variable"):
        graph_of(formula)


def test_limit_of_size():
    terms = "*".join(f"x{k}" for k in range(MAX_GATES + 1))
    assert len(graph_of(terms).gates) == MAX_GATES
    with pytest.raises(FormulaError, match=f"at most {MAX_GATES}"):
        graph_of(f"{terms}*y")
    with pytest.raises(OptionError, match="named or elementary"):
        graph_of("x*y", gates="all")


def test_a_network_of_the_catalogue():
    """A program with layers: names with a layer are told apart in every format."""
    from derive.catalogue.options import PageOptions
    from derive.codegen import plan_of
    from derive.codegen.agreement import program_of
    from derive.graph.draw import graph

    found = graph(program_of(plan_of(PageOptions.parse(layers="3", activation="relu"))))
    names = {g.tensor.name for g in found.back.graph.gates}
    assert names == {"Z", "A", "Yhat", "J"}
    assert "grad_W3 = grad_Z3.T @ A2" in found.code()
    assert found.dot().count("[shape=box") == len(found.back.graph.inputs)
    assert found.svg()
