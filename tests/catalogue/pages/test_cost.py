"""Formulas of costs against runs of generated code with arrays that count, and against counting by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from derive.catalogue.costs import Costs
from derive.catalogue.model import network
from derive.catalogue.optimizers import OPTIMIZERS
from derive.catalogue.options import PageOptions
from derive.catalogue.pages.cost import BYTES, Shown, cost
from derive.cli.main import run
from derive.codegen import instrumented
from derive.codegen.instrumented import measured
from derive.derivation import Table
from derive.errors import VerificationError
from derive.expr.costs import matrix_products
from derive.train.updates import Update

SIZES = {"mse": (3, 5, 4, 2), "bce": (4, 3), "ce": (3, 4, 5), "hinge": (2, 5, 3), "(yhat-y)**4": (3, 2, 4, 6, 2)}
ACTIVATIONS = ("sigmoid", "tanh", "relu", "leaky_relu", "gelu", "identity", "z*sigmoid(z)")


def options(**given):
    return PageOptions.parse(**given)


@pytest.mark.parametrize(
    ("activation", "loss", "dtype"),
    [*((a, x, "float64") for a in ACTIVATIONS for x in ("mse", "ce")), *(("relu", x, "float32") for x in SIZES)],
)
def test_formulas_equal_a_run_that_counts(activation, loss, dtype):
    sizes, batch = SIZES[loss], 7
    given = options(sizes=",".join(map(str, sizes)), activation=activation, loss=loss)
    costs = Costs.of(given)
    show = Shown(costs, sizes, batch, BYTES[dtype])
    found = measured(network(given, batch=True), sizes, batch, dtype)
    assert found.forward == show.number(costs.forward)
    assert found.backward == show.number(costs.backward)
    assert found.tangent == show.number(costs.tangent)
    assert found.kept == BYTES[dtype] * show.number(costs.kept_entries)
    assert found.parameters == found.gradients == BYTES[dtype] * show.number(costs.parameters)


#: Lists as mlp takes them: one activation for each hidden layer, or the output's at the end; several pieces.
LISTS = (
    ({"sizes": "3,5,4,2", "activation": "tanh,relu"}, "float64"),
    ({"sizes": "3,5,4,2", "activation": "relu,z*sigmoid(z),tanh", "loss": "mse"}, "float32"),
    ({"sizes": "5,4,3,6,2", "activation": "relu,tanh,maxout"}, "float64"),
    ({"sizes": "5,4,3,6,2", "activation": "maxout,gelu,maxout", "pieces": "3", "loss": "ce"}, "float32"),
    ({"sizes": "5,4,3,6,2", "activation": "maxout", "pieces": "4"}, "float64"),
    ({"sizes": "4,3", "activation": "maxout"}, "float64"),
)


@pytest.mark.parametrize(("given", "dtype"), LISTS, ids=lambda x: str(x))
def test_formulas_of_a_list_equal_a_run_that_counts(given, dtype):
    chosen = options(**given)
    sizes, batch = tuple(map(int, given["sizes"].split(","))), 7
    costs = Costs.of(chosen)
    show = Shown(costs, sizes, batch, BYTES[dtype])
    found = measured(network(chosen, batch=True), sizes, batch, dtype)
    assert found.forward == show.number(costs.forward)
    assert found.backward == show.number(costs.backward)
    assert found.tangent == show.number(costs.tangent)
    assert found.kept == BYTES[dtype] * show.number(costs.kept_entries)
    assert found.parameters == BYTES[dtype] * show.number(costs.parameters)


def test_each_layer_keeps_what_its_activation_needs():
    """The derivative of tanh is made of its output, which is kept as the next input; that of ReLU is not."""
    n, batch = (7, 5, 6, 3), 32
    show = Shown(costs := Costs.of(options(sizes="7,5,6,3", activation="tanh,relu")), n, batch, 4)
    assert show.number(costs.kept_entries) == batch * (7 + 5 + 6 + 3 + 6)
    assert [str(t) for t, _ in costs.kept_by_layer(3)] == ["A^(0)", "A^(1)", "A^(2)", "Z^(2)", "Yhat"]


def test_a_list_without_sizes_is_a_depth(capsys):
    assert run(["cost", "--activation", "tanh,relu", "--no-cache"]) == 0
    out, err = capsys.readouterr()
    assert "1 ≤ l ≤ 3" in out
    assert "2 N n_2 + N n_0 + N n_1 + N n_3" in out
    assert "instrumented runs" in err


def test_what_is_kept_depends_on_the_activation():
    sizes = (784, 100, 10)
    kept = {a: Shown(Costs.of(options(activation=a)), sizes, 32, 4) for a in ("sigmoid", "relu")}
    assert kept["sigmoid"].number(kept["sigmoid"].costs.kept_entries) == 32 * (784 + 100 + 10)
    assert kept["relu"].number(kept["relu"].costs.kept_entries) == 32 * (784 + 2 * 100 + 10)


def test_numbers_by_loops():
    """Each count by adding up layer by layer."""
    n, batch = (7, 5, 6, 3, 2), 11
    costs = Costs.of(options())
    show = Shown(costs, n, batch, 4)
    layers = range(1, len(n))
    assert show.number(costs.forward) == batch * sum(n[m - 1] * n[m] for m in layers)
    assert show.number(costs.deltas) == batch * sum(n[m] * n[m + 1] for m in layers[:-1])
    assert show.number(costs.deltas_anew) == batch * sum(
        n[m] * n[m + 1] for bottom in layers[:-1] for m in layers[:-1] if m >= bottom
    )
    one_by_one = 0
    for m in layers:
        one_by_one += n[m - 1] * n[m] * batch  # a weight times its input, for each sample; a bias has no product
        for _ in range(n[m - 1] * n[m] + n[m]):
            one_by_one += batch * sum(n[k - 1] * n[k] for k in layers if k > m)
    assert show.number(costs.tangents) == one_by_one
    assert show.number(costs.parameters) == sum((n[m - 1] + 1) * n[m] for m in layers)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_state_of_optimisers(name):
    """As many bytes as training allocates."""
    params = {"W1": np.zeros((3, 4), "float32"), "b1": np.zeros(3, "float32")}
    state = Update(OPTIMIZERS[name]).initial_state(params, np)
    allocated = sum(a.nbytes for arrays in state.values() for a in arrays.values())
    page = cost(options(sizes="4,3"), optimizer=name)
    (table,) = (b for s in page.sections for b in s.blocks if isinstance(b, Table) and b.header[0] == "optimiser")
    (row,) = (r for r in table.rows if r[0] == name)
    assert row[2] == str(allocated // sum(p.nbytes for p in params.values()))
    assert row[3].split()[0] == f"{allocated:,}"


@pytest.mark.parametrize("what", ["forward", "backward", "tangent", "kept", "parameters", "gradients"])
def test_a_formula_that_differs_from_the_run_stops_the_page(what, monkeypatch, capsys):
    def wrong(*args):
        found = measured(*args)
        return replace(found, **{what: getattr(found, what) + 1})

    monkeypatch.setattr(instrumented, "measured", wrong)
    with pytest.raises(VerificationError, match=f"the formula for {what}"):
        instrumented.counted(options(), 3, "float32")
    assert run(["cost", "--no-cache"]) == 1
    assert "a run of the generated code counted" in capsys.readouterr().err


def test_products_are_counted_under_sums_only():
    from derive.expr import Index, Size, Tensor, sum_over

    n, m = Size("n"), Size("m")
    i, j = Index("i", n), Index("j", m)
    w, x, v = Tensor("W", (n, m)), Tensor("x", (m,)), Tensor("v", (n,))
    product = sum_over(w(i, j) * x(j), j)
    assert matrix_products(v(i) * product) == n * m
    assert matrix_products(product, 2 * product) == n * m
    assert matrix_products(v(i) ** 2 * v(i), sum_over(x(j), j)) == 0
    assert matrix_products(sum_over(v(i) * w(i, j) * x(j), i, j)) == 2 * n * m


def test_page(capsys):
    assert run(["cost", "--sizes", "16384,4,1", "--batch-size", "1", "--no-cache"]) == 0
    out, err = capsys.readouterr()
    assert "65,545" in out  # 16384 * 4 + 4 + 4 + 1
    assert "instrumented runs" in err
    assert "16384,4,1" in err


def test_page_without_biases(capsys):
    """The count of the notes for weights alone; the instrumented run has no biases either."""
    assert run(["cost", "--sizes", "16384,4,1", "--batch-size", "1", "--no-bias", "--no-cache"]) == 0
    out, err = capsys.readouterr()
    assert "65,540" in out and "65,545" not in out
    assert "bias" not in out
    assert "16384,4,1" in err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["--activation", "tanh,relu", "--sizes", "2,3,4,2,3"],
            "expected 1, 3 (hidden layers) or 4 (all layers) entries",
        ),
        (["--optimizer", "newton"], "is not one of"),
        (["--batch-size", "0"], "0 is not in the range"),
        (["--dtype", "int8"], "is not one of"),
        (["--sizes", "3"], "at least two entries"),
    ],
)
def test_errors(arguments, message, capsys):
    assert run(["cost", *arguments]) == 2
    out, err = capsys.readouterr()
    assert message in err
    assert out == ""
