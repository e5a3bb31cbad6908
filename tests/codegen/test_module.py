"""Generated modules as files: readable, complete, quiet, pure, lazy, and of the precision of their arguments."""

from __future__ import annotations

import ast
import importlib.util
import textwrap

import numpy as np
import pytest

from codegen.cases import data, every_backend, every_model, parsed, planned, usable
from derive.codegen import BACKENDS, code, layout, source_of, training
from derive.codegen.agreement import checked_formulas
from derive.codegen.execute import load
from derive.codegen.formulas import with_derivatives
from derive.codegen.layout import WIDTH
from derive.codegen.module import formula_module
from derive.errors import DeriveError, OptionError

SIZES = {"n0": 3, "n1": 4, "n2": 2, "N": 6, "D": 3, "K": 4}

TWO_LAYERS = '''
def loss_and_gradients(W1, b1, W2, b2, X, Y, lambda_):
    """The loss, and its gradients in the parameters, in their order.

        Δ⁽²⁾ = (Ŷ - Y)/N
        dW⁽²⁾ = Δ⁽²⁾ᵀ A⁽¹⁾ + λ W⁽²⁾
        db⁽²⁾ = Δ⁽²⁾ᵀ 1
        Δ⁽¹⁾ = (Δ⁽²⁾ W⁽²⁾) ⊙ (1 - A⁽¹⁾^(⊙2))
        dW⁽¹⁾ = Δ⁽¹⁾ᵀ X + λ W⁽¹⁾
        db⁽¹⁾ = Δ⁽¹⁾ᵀ 1

    Shapes:
        W1: (n1, n0)
        b1: (n1,)
        W2: (n2, n1)
        b2: (n2,)
        X: (N, n0)
        Y: (N, n2)
        lambda_: scalar
    """
    Z1, A1, Z2, Yhat = forward(W1, b1, W2, b2, X)
'''
STATEMENTS = """
    # Δ⁽²⁾ = (Ŷ - Y)/N
    Delta2 = (Yhat * (1 - Y) - Y * sigmoid(-Z2)) / X.shape[0]
    dW2 = Delta2.T @ A1 + lambda_ * W2
    db2 = np.sum(Delta2, axis=0)
    # Δ⁽¹⁾ = (Δ⁽²⁾ W⁽²⁾) ⊙ (1 - A⁽¹⁾^(⊙2))
    Delta1 = 4 * (Delta2 @ W2) * sigmoid_slope(2 * Z1)
    dW1 = Delta1.T @ X + lambda_ * W1
    db1 = np.sum(Delta1, axis=0)
    return J, (dW1, db1, dW2, db2)
"""


def test_what_a_module_looks_like():
    source = code(parsed({"activation": "tanh", "l2": "lambda"}))
    assert source.startswith('"""Multilayer perceptron, 2 weight layers: forward pass, loss and gradients.\n')
    assert TWO_LAYERS in source
    assert source.endswith(STATEMENTS[1:])
    functions = [f.name for f in ast.parse(source).body if isinstance(f, ast.FunctionDef)]
    assert functions == ["sigmoid", "sigmoid_slope", "softplus", "forward", "predict", "loss", "loss_and_gradients"]


@every_model
@pytest.mark.parametrize("name", list(BACKENDS))
def test_modules_stand_alone(page, options, name):
    """Lines of bounded length, no warning, no import but that of the library, no name that is not there."""
    source = source_of(planned(page, options), BACKENDS[name])
    tree = compile(source, "module.py", "exec", ast.PyCF_ONLY_AST)
    imports = [n for n in ast.walk(tree) if isinstance(n, (ast.Import, ast.ImportFrom))]
    assert {a.name for n in imports for a in n.names} <= {BACKENDS[name].module, "math"}
    assert max(map(len, source.splitlines())) <= WIDTH
    assert not any(line != line.rstrip() for line in source.splitlines())
    named = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
    stored = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    bound = {n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)} | stored
    bound |= {a.arg for n in ast.walk(tree) if isinstance(n, ast.FunctionDef) for a in n.args.args}
    assert named <= bound | {BACKENDS[name].alias, "math"}


@every_model
@pytest.mark.parametrize("width", [100, 40])
def test_text_is_the_tree(page, options, width, monkeypatch):
    """Brackets and line breaks of ours mean what the syntax tree says."""
    tree = ast.parse(source_of(planned(page, options), BACKENDS["numpy"]))
    monkeypatch.setattr(layout, "WIDTH", width)
    for node in ast.walk(tree):
        if isinstance(node, (ast.Assign, ast.Return)):
            (again,) = ast.parse(textwrap.dedent(layout.statement_text(node))).body
            assert ast.dump(again) == ast.dump(node)


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu", "leaky_relu", "elu", "softplus", "swish", "gelu"])
@every_backend
def test_single_precision_stays_single(activation, name):
    row = usable(name)
    model = load(code(parsed({"activation": activation, "l2": "mu"}), backend=name), row, row.stand_in())
    described = training(parsed({"activation": activation, "l2": "mu"}))
    params, X, Y = data(described, SIZES, dtype=np.float32)
    library = row.stand_in() or row.load()
    arrays = [getattr(library, row.asarray)(a) for a in (*params.values(), X, Y)]
    loss, gradients = model["loss_and_gradients"](*arrays, 0.5)
    for result in (loss, *gradients, *model["forward"](*arrays[:-1])):
        assert str(result.dtype).removeprefix("torch.") == "float32"


def test_jax_functions_can_be_jitted():
    usable("jax")
    import jax

    model = training(parsed({"activation": "gelu"}), backend="jax")
    params, X, Y = data(model, SIZES, dtype=np.float32)
    plain, (first, *_) = model.functions["loss_and_gradients"](*params.values(), X, Y)
    loss, (jitted, *_) = jax.jit(model.functions["loss_and_gradients"])(*params.values(), X, Y)
    np.testing.assert_allclose([loss, plain], [plain] * 2, rtol=1e-5)
    np.testing.assert_allclose(jitted, first, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize(
    ("page", "options"),
    [("mlp", {"activation": a}) for a in ("tanh", "relu", "gelu", "elu")] + [("logistic", {}), ("softmax", {})],
)
def test_dask_runs_the_numpy_code_lazily(page, options):
    da = pytest.importorskip("dask.array", reason="dask is not installed")
    model = training(parsed(options), page=page)
    params, X, Y = data(model, {**SIZES, "N": 20})
    chunks = [da.from_array(a, chunks=(5, *a.shape[1:])) for a in (X, Y)]
    loss, gradients = model.loss_and_gradients(params, *chunks)
    expected, true = model.loss_and_gradients(params, X, Y)
    assert all(isinstance(lazy, da.Array) for lazy in (loss, *gradients.values()))
    np.testing.assert_allclose(loss.compute(), expected)
    for name, g in gradients.items():
        np.testing.assert_allclose(g.compute(), true[name])


def test_nothing_is_in_reach_of_the_code():
    row = BACKENDS["numpy"]
    with pytest.raises(ImportError, match="generated code imports 'os'"):
        load("import os", row)
    with pytest.raises(NameError, match="open"):
        load("open('x')", row)


def test_arguments_are_named_and_checked():
    model = training(parsed({"l2": "lambda"}))
    assert model.parameters == (("W1", ("n1", "n0")), ("b1", ("n1",)), ("W2", ("n2", "n1")), ("b2", ("n2",)))
    assert (model.inputs, model.target, model.factors) == (("X", ("N", "n0")), ("Y", ("N", "n2")), ("lambda_",))
    params, X, Y = data(model, SIZES)
    with pytest.raises(TypeError, match=r"expected the factors \['lambda_'\], found \[\]"):
        model.loss(params, X, Y)
    value, gradients = model.loss_and_gradients(params, X, Y, lambda_=0.1)
    assert value == model.loss(params, X, Y, lambda_=0.1)
    assert {name: g.shape for name, g in gradients.items()} == {name: p.shape for name, p in params.items()}
    assert model.predict(params, X).shape == (SIZES["N"], SIZES["n2"])


@pytest.mark.parametrize(
    ("options", "given", "said"),
    [
        ({}, {"backend": "numpi"}, "--backend: expected one of numpy, cupy, jax, torch; found 'numpi'. Did you mean"),
        ({}, {"style": "quick"}, "--style: expected one of plain, fast; found 'quick'"),
        ({"layers": "L"}, {}, "--layers L: code needs a number of layers"),
        ({}, {"page": "forest"}, "code: expected a model, one of mlp, linear"),
        ({"activation": "softmax"}, {"page": "neuron"}, "--activation: softmax of one neuron is 1"),
    ],
)
def test_refused(options, given, said):
    with pytest.raises(OptionError) as error:
        code(parsed(options), **given)
    assert str(error.value).startswith(said)


def test_unknown_functions_have_no_code():
    from derive.codegen import compiled
    from derive.expr import Tensor, Unknown

    with pytest.raises(DeriveError, match="the function f is not specified"):
        compiled(Unknown("f", 0, Tensor("x")()))


def test_cupy_is_a_choice_without_a_gpu():
    if importlib.util.find_spec("cupy"):
        pytest.skip("cupy is installed")
    with pytest.raises(OptionError, match="cupy is not installed"):
        training(parsed({}), backend="cupy")
    assert "import cupy as cp" in code(parsed({}), backend="cupy")


LOG_DETS = [
    ("log(det(A))", "log_det(A)"),
    ("log(1/det(A/2))", "-log_det(A / 2)"),
    ("log(sqrt(det(A)))", "log_det(A) / 2"),
    ("log(3*det(A)) + log(det(B))", "log_det(B) + (math.log(3) + log_det(A))"),
    ("log((2*pi)**n*det(A))", "math.log((2 * math.pi) ** A.shape[0]) + log_det(A)"),
]


@pytest.mark.parametrize(("formula", "written"), LOG_DETS)
@every_backend
def test_the_logarithm_of_a_determinant_is_not_taken_of_the_determinant(formula, written, name):
    functions, _ = with_derivatives(formula, "A: n,n; B: m,m", "A", 1)
    source = formula_module(functions, BACKENDS[name], "A formula.")
    assert "linalg.det" not in source
    assert f"return {written}\n" in source
    assert "agree with autograd" in checked_formulas(functions, source, usable(name))


def test_an_even_power_of_a_determinant_has_a_logarithm_where_it_is_negative():
    functions, _ = with_derivatives("log(det(A)**2)", "A: n,n", "A", 1)
    assert "log_det" not in formula_module(functions, BACKENDS["numpy"], "A formula.")
