"""Second derivatives of every page and of formulas: against autograd, with their structure kept."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from codegen.cases import every_backend, every_model, parsed, planned, usable
from derive.cli.main import run
from derive.codegen import BACKENDS, hessian, training
from derive.codegen.formula_hessian import checked_formula, formula_hessian
from derive.codegen.hessian_module import checked_hessian, hessian_module
from derive.errors import OptionError, VerificationError

NUMPY = BACKENDS["numpy"]
DENSE = [
    ("logistic", {}),
    ("logistic", {"l2": "mu"}),
    ("logistic", {"form": "sample"}),
    ("linear", {"l2": "mu"}),
    ("softmax", {}),
    ("softmax", {"l2": "mu"}),
    ("softmax", {"form": "sample"}),
    ("neuron", {"activation": "tanh", "loss": "mse"}),
    ("mlp", {"activation": "tanh", "loss": "mse"}),
    ("mlp", {"activation": "sigmoid", "loss": "ce", "l2": "mu"}),
    ("mlp", {"activation": "gelu", "loss": "ce", "form": "sample"}),
    ("mlp", {"activation": "relu", "loss": "mse", "layers": "3"}),
    ("neuron", {"activation": "softplus", "loss": "mse"}),  # a sum of two diagonal matrices, as long as the rows
]
every_dense = pytest.mark.parametrize(("page", "options"), DENSE)
FORMULAS = [
    ("sum((U @ V.T - X)**2)", "U: n,k; V: m,k; X: n,m", "U"),
    ("sum(log(1 + exp(-y*(X@w))))/N", "X: N,D; y: N sign; w: D", "w"),
    ("x.T @ A @ x", "A: n,n; x: n", "x"),
    ("logsumexp(x)", "x: n", "x"),
    ("logdet(A)", "A: n,n invertible", "A"),
    ("sum(sigmoid(x))", "x: n", "x"),
    ("sum(x)", "x: n", "x"),
    ("lambda**3", "lambda: scalar", "lambda"),
    ("norm(A @ x - b)", "A: m,n; x: n; b: m", "x"),
    ("sum((U @ V.T - X)**2)", "U: n,k; V: m,k; X: n,m", "U,V"),
    ("sum((A @ x - b)**2) + lambda*sum(x**2)/2", "A: m,n; x: n; b: m; lambda: scalar", "x, A, lambda"),
    ("x.T @ A @ y", "A: n,m; x: n; y: m; dx: n", "x,y"),
]


@every_model
def test_products_of_every_page(page, options):
    plan = planned(page, options)
    said = checked_hessian(plan, hessian_module(plan, NUMPY, "product"), "product", NUMPY, seed=3)
    assert said.endswith("products with the Hessian agree with autograd at 3 random points")


def test_diagonals_of_a_product_are_one_column():
    source = hessian(parsed({"layers": "1", "output_activation": "softmax", "loss": "mse"}), kind="product").source
    assert "np.diag(" not in source


@every_dense
@every_backend
def test_dense(page, options, name):
    row, plan = usable(name), planned(page, options)
    source = hessian_module(plan, row, "dense")
    said = checked_hessian(plan, source, "dense", row, seed=2)
    assert said.endswith("the Hessian agrees with autograd at 3 random points")
    code = [line for line in source.splitlines() if not line.lstrip().startswith("#")]
    for slow in ("kron(", "einsum(", "diag("):
        assert not any(slow in line for line in code)


@pytest.mark.parametrize("kind", ["dense", "product"])
@pytest.mark.parametrize(("formula", "where", "wrt"), FORMULAS)
@every_backend
def test_formulas(formula, where, wrt, name, kind):
    row = usable(name)
    source = formula_hessian(formula, where, wrt, row, kind)
    assert "agree" in checked_formula(formula, where, wrt, source, kind, row, seed=1)


def _hessian_lines(page: str, **options: str) -> str:
    source = hessian(parsed(options), page=page).source
    return source[source.index("def hessian(") :]


def test_structure_is_kept():
    """A^T A of one array, which BLAS does with half of the work; identities are never multiplied with."""
    logistic = _hessian_lines("logistic")
    assert "    A1 = np.sqrt(s1)[:, None] * X\n    H_w_w = (A1.T @ A1) / N\n" in logistic
    assert "yhat" not in logistic.split('"""')[-1].replace("ŷ", "")
    softmax = _hessian_lines("softmax")
    assert "    A1 = (X[:, :, None] * Yhat[:, None, :]).reshape(N, -1)\n    M1 = A1.T @ A1\n" in softmax
    factors = formula_hessian(*FORMULAS[0], NUMPY, "dense")
    assert "    H1[at1, :, at1, :] += 2 * (V.T @ V)\n" in factors
    assert "    return 2 * (vU @ V.T @ V)\n" in formula_hessian(*FORMULAS[0], NUMPY, "product")


def test_dense_and_product_agree_and_arguments_are_left_alone():
    rng = np.random.default_rng(0)
    dense, product = (hessian(parsed({}), page="softmax", kind=k) for k in ("dense", "product"))
    W, b, X, Y = rng.normal(size=(3, 4)), rng.normal(size=4), rng.normal(size=(7, 3)), np.eye(4)[rng.integers(0, 4, 7)]
    vW, vb = rng.normal(size=(3, 4)), rng.normal(size=4)
    kept = [a.copy() for a in (W, b, X, Y)]
    H = dense.functions["hessian"](W, b, X, Y)
    again = dense.functions["hessian"](W, b, X, Y)
    found = product.functions["hessian_product"](W, b, X, Y, vW, vb)
    np.testing.assert_array_equal(H, again)
    np.testing.assert_allclose(H, H.T, atol=1e-15)
    np.testing.assert_allclose(H @ np.concatenate([vW.ravel(), vb]), np.concatenate([p.ravel() for p in found]))
    for a, before in zip((W, b, X, Y), kept, strict=True):
        np.testing.assert_array_equal(a, before)


def test_weights_far_out_do_not_cancel():
    """The curvature of the logistic loss at |z| = 40 has all its digits: exp(-40), not 0."""
    f = hessian(parsed({}), page="logistic").functions["hessian"]
    H = f(np.array([1.0]), np.array(0.0), np.array([[40.0]]), np.array([1.0]))
    np.testing.assert_allclose(H[1, 1], np.exp(-40.0), rtol=1e-15)


def test_chunks_of_rows_add_up():
    """Gradient and Hessian of logistic regression are means over rows: dask sums them over chunks, lazily."""
    da = pytest.importorskip("dask.array", reason="dask is not installed")
    rng = np.random.default_rng(0)
    X, y, w, b = rng.normal(size=(60, 4)), rng.integers(0, 2, 60).astype(float), rng.normal(size=4), np.array(0.3)
    second, first = hessian(parsed({}), page="logistic"), training(parsed({}), page="logistic")
    lazy = (w, b, da.from_array(X, chunks=(20, 4)), da.from_array(y, chunks=20))
    found = second.functions["hessian"](*lazy)
    assert isinstance(found, da.Array)
    np.testing.assert_allclose(found.compute(), second.functions["hessian"](w, b, X, y))
    _, (dw, db) = first.functions["loss_and_gradients"](*lazy)
    _, (true_w, true_b) = first.functions["loss_and_gradients"](w, b, X, y)
    np.testing.assert_allclose(dw.compute(), true_w)
    np.testing.assert_allclose(db.compute(), true_b)


@pytest.mark.parametrize("kind", ["dense", "product"])
def test_a_wrong_hessian_is_caught(kind):
    plan = planned("logistic", {})
    source = hessian_module(plan, NUMPY, kind)
    head, body = source.split("def hessian", 1)
    assert "sigmoid_slope(z)" in body
    wrong = f"{head}def hessian{body.replace('sigmoid_slope(z)', '2 * sigmoid_slope(z)')}"
    with pytest.raises(VerificationError, match="the code and autograd differ"):
        checked_hessian(plan, wrong, kind, NUMPY)


def test_a_wrong_statement_is_caught():
    """The engine sees the forward pass alone, not the deltas."""
    plan = planned("mlp", {})
    s = plan.backward[0]
    plan = replace(plan, backward=(replace(s, expr=2 * s.expr), *plan.backward[1:]))
    with pytest.raises(VerificationError, match="the code and autograd differ"):
        checked_hessian(plan, hessian_module(plan, NUMPY, "product"), "product", NUMPY)


def test_the_command(capsys):
    assert run(["code", "logistic", "--hessian", "dense"]) == 0
    out, err = capsys.readouterr()
    assert "def hessian(w, b, X, y):" in out
    assert err == "run with numpy: the Hessian agrees with autograd at 3 random points\n"
    assert run(["code", "expr", "logsumexp(x)", "--where", "x: n", "--wrt", "x", "--hessian", "product"]) == 0
    assert "    df = softmax(x)\n    return df * (vx - df @ vx)\n" in capsys.readouterr().out


def test_what_is_refused(capsys):
    assert run(["code", "logistic", "--hessian", "sparse"]) == 2
    assert "--hessian: expected one of product, dense; found 'sparse'" in capsys.readouterr().err
    assert run(["code", "logistic", "--hessian", "product", "--style", "fast"]) == 2
    assert "--hessian product is written in the style plain" in capsys.readouterr().err
    assert run(["code", "logistic", "--hessian", "dense", "--function", "f"]) == 2
    assert run(["code", "expr", "x.T@x", "--where", "x: n", "--wrt", "x", "--hessian", "dense", "--order", "2"]) == 2
    capsys.readouterr()
    with pytest.raises(OptionError, match="a Hessian is taken of a scalar"):
        formula_hessian("A @ x", "A: n,n; x: n", "x", NUMPY, "dense")


def test_the_joint_hessian_of_a_factorisation_keeps_its_blocks():
    """I (x) 2 V^T V, the same of U, and the mixed block, which is symmetric to the one below it."""
    source = formula_hessian("sum((U @ V.T - X)**2)", "U: n,k; V: m,k; X: n,m", "U,V", NUMPY, "dense")
    assert "at1, :, at1, :] += 2 * (V.T @ V)" in source
    assert "np.block([[H_U_U, H_U_V], [H_U_V.T, H_V_V]])" in source
    assert not any(slow in source for slow in ("kron(", "einsum(", "diag(", "eye("))


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--wrt", "U,U"], "--wrt: the same name twice"),
        (["--wrt", "U,W"], "'W' is not declared"),
        (["--wrt", "U,V", "--order", "2"], "--order 2 is for one name. Try: --hessian dense"),
    ],
)
def test_names_that_do_not_fit(options, says, capsys):
    assert run(["code", "expr", "sum((U @ V.T)**2)", "--where", "U: n,k; V: m,k", *options]) == 2
    assert says in capsys.readouterr().err


def test_gradients_in_several_names(capsys):
    assert run(["code", "expr", "U @ V.T", "--where", "U: n,k; V: m,k", "--wrt", "U,V"]) == 0
    shown = capsys.readouterr()
    assert "def jacobian_U(U, V):" in shown.out and "def jacobian_V(U, V):" in shown.out
    assert "the value and its derivatives agree with autograd" in shown.err
