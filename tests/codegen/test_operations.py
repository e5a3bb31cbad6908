"""Operations for PyTorch and JAX: derived gradients of two orders, against autograd and the libraries' own checks."""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from sympy import Integer

from derive.cli.main import run
from derive.codegen import BACKENDS
from derive.codegen.custom import operation_module
from derive.codegen.execute import load
from derive.codegen.operation_check import checked_operation
from derive.codegen.operations import Operation, operation
from derive.errors import FormulaError, OptionError, VerificationError
from derive.evaluate.sampling import fine, sample_one, sizes_for
from derive.notation.forms import Const
from derive.notation.make import product

ENTRYWISE = [
    "x*sigmoid(x)", "tanh(x)", "exp(x)/y", "maximum(x, y)*z", "x + y", "lambda*x", "gelu(x)", "softplus(beta*x)/beta",
    "where(x > 0, 2, 3)*x", "abs(x)", "x", "3*x", "x**2*y**3", "sin(x)*log(1 + y**2)", "ctx*out*g*v_g",
    "inputs*output*saved",
]  # fmt: skip
DOMAINS = ["log(x)", "sqrt(x)", "x**1.5", "x**y", "log(x)*sqrt(y)", "log(-x)*sqrt(y)", "log(1 - x)", "sqrt(1 - x**2)"]
SHAPED = [
    ("A @ x", "A: m,n; x: n"),
    ("A @ B.T", "A: m,n; B: k,n"),
    ("sum(log(1 + exp(-y*(X@w))))/N", "X: N,D; y: N sign; w: D"),
    ("softmax(x)", "x: n"),
    ("softmax(X, axis=1)", "X: n,m"),
    ("logsumexp(X, axis=1)", "X: n,m"),
    ("inv(A) @ b", "A: n,n; b: n"),
    ("logdet(A)", "A: n,n invertible"),
    ("x.T @ A @ x", "A: n,n symmetric; x: n"),
    ("sum(x)", "x: n"),
    ("x*y", "x: n,1; y: m"),
    ("norm(A @ x - b)", "A: m,n; x: n; b: m"),
    ("A.T", "A: m,n"),
    ("x[0]*x", "x: n"),
    ("max(X, axis=1)", "X: n,m"),
    ("(x - mean(x))/sqrt(mean((x - mean(x))**2) + eps)", "x: n; eps: positive"),
    ("Y*log(P)", "Y: n,m one_hot; P: n,m positive"),
]
ALL = [*((f, "") for f in ENTRYWISE), *SHAPED]
every_library = pytest.mark.parametrize("library", ["torch", "jax"])


def _loaded(op: Operation, library: str) -> Any:
    """The operation, or a skip that says why."""
    if not importlib.util.find_spec(library):
        pytest.skip(f"{library} is not installed")
    return load(operation_module(op, library), BACKENDS[library])[op.name]


@pytest.mark.parametrize(("formula", "where"), ALL)
@every_library
def test_two_orders_are_those_of_autograd(formula, where, library):
    op = operation(formula, where, name="op")
    said = checked_operation(op, operation_module(op, library), library, seed=5)
    assert said.endswith("value, gradients and second derivatives agree with autograd at 3 random points")


@pytest.mark.parametrize("formula", DOMAINS)
@every_library
def test_points_are_sought_where_the_formula_has_values(formula, library):
    op = operation(formula, name="op")
    said = checked_operation(op, operation_module(op, library), library)
    assert "agree with autograd at 3 random points" in said


def test_no_values_anywhere_is_said_with_what_to_do():
    op = operation("log(-exp(x))", name="op")
    with pytest.raises(VerificationError, match=r'no random point has finite values\. Try: .*--where "x: n positive"'):
        checked_operation(op, operation_module(op, "torch"), "torch")


SHAPES = [(4,), (), (3, 1), (2, 1, 4), (1, 4)]


def _points(op: Operation) -> list[np.ndarray]:
    """Arrays of different shapes that broadcast; of the declared shapes and properties, where they are declared."""
    if op.elementwise:
        rng = np.random.default_rng(0)
        return [rng.uniform(0.5, 2.0, SHAPES[place]) for place in range(len(op.arguments))]
    sizes = sizes_for(op.arguments)
    return [np.array(sample_one(t, sizes, seed=1, drawn=fine), dtype=float) for t in op.arguments]


@pytest.mark.parametrize(("formula", "where"), ALL)
def test_gradcheck(formula, where):
    op = operation(formula, where, name="op")
    f = _loaded(op, "torch")
    import torch

    xs = [torch.tensor(a, requires_grad=t in op.gradients) for t, a in zip(op.arguments, _points(op), strict=True)]
    assert torch.autograd.gradcheck(f, xs)
    assert torch.autograd.gradgradcheck(f, xs)


@pytest.mark.parametrize(("formula", "where"), ALL)
def test_check_grads(formula, where):
    op = operation(formula, where, name="op")
    f = _loaded(op, "jax")
    import jax
    from jax.test_util import check_grads

    with jax.enable_x64(True):
        points = [jax.numpy.asarray(a) for a in _points(op)]
        varied = [n for n, t in enumerate(op.arguments) if t in op.gradients]

        def g(*xs):
            given = dict(zip(varied, xs, strict=True))
            return f(*(given.get(n, a) for n, a in enumerate(points)))

        check_grads(jax.jit(g), [points[n] for n in varied], order=2, modes=["rev"])


def test_what_is_kept():
    """Only what the way back mentions; the value, where its gradient is said with it."""
    torch = operation_module(operation("exp(x)", name="op"), "torch")
    assert "        ctx.save_for_backward(output)\n" in torch
    assert "def forward(g, out):\n        return g * out\n" in torch
    torch = operation_module(operation("A @ x", "A: m,n; x: n", wrt="x", name="op"), "torch")
    assert "        A, _ = inputs\n        ctx.save_for_backward(A)\n" in torch
    assert "        return None, Op_dx.apply(g, A) if needed[1] else None\n" in torch


def test_no_gradient_where_there_is_none():
    op = operation("sum(y*log(p))", "y: n binary; p: n positive")
    assert [t.name for t in op.gradients] == ["p"]
    assert "Differentiable twice in p, not in y." in operation_module(op, "jax")


def test_an_asked_for_gradient_forgets_properties():
    """y^2 is not y where y varies."""
    op = operation("sum(y**2)", "y: n binary", wrt="y")
    assert "2 * g * y" in operation_module(op, "jax")


@every_library
def test_at_zero_second_derivatives_are_those_of_the_function(library):
    """softplus is computed from max(z, 0) and |z|, which have kinks at 0; softplus has none."""
    f = _loaded(operation("softplus(x)", name="op"), library)
    if library == "torch":
        import torch

        x = torch.zeros(1, requires_grad=True)
        first = torch.autograd.grad(f(x), x, create_graph=True)[0]
        second = torch.autograd.grad(first, x)[0]
        first = first.detach()
    else:
        import jax

        first, second = jax.grad(f)(0.0), jax.grad(jax.grad(f))(0.0)
    assert float(first) == 0.5
    assert float(second) == 0.25


@every_library
def test_a_third_derivative_is_refused(library):
    f = _loaded(operation("x*sigmoid(x)", name="op"), library)
    if library == "torch":
        import torch

        x = torch.zeros((), requires_grad=True)
        first = torch.autograd.grad(f(x), x, create_graph=True)[0]
        second = torch.autograd.grad(first, x, create_graph=True)[0]
        with pytest.raises(NotImplementedError, match="order three"):
            second.backward()
    else:
        import jax

        with pytest.raises(NotImplementedError, match="order three"):
            jax.grad(jax.grad(jax.grad(f)))(0.0)


@pytest.mark.parametrize("order", [1, 2])
@every_library
def test_a_wrong_statement_is_caught(order, library):
    op = operation("x*sigmoid(x)", name="op")
    (x, g), *_ = op.gradients.items()
    s = g.statement if order == 1 else g.second[x]
    wrong = replace(s, form=product(Const(Integer(2)), s.form))
    changed = replace(g, statement=wrong) if order == 1 else replace(g, second={**g.second, x: wrong})
    op = replace(op, gradients={x: changed})
    with pytest.raises(VerificationError, match="the code and autograd differ"):
        checked_operation(op, operation_module(op, library), library)


@pytest.mark.parametrize(
    ("formula", "where", "wrt", "says"),
    [
        ("x/sum(x)", "", "", "every function must act entry by entry"),
        ("x[0]*x", "", "", "every function must act entry by entry"),
        ("x.T @ x", "", "", "every function must act entry by entry"),
        ("softmax(x)", "", "", "every function must act entry by entry"),
        ("3", "", "", "the formula has no variable"),
        ("0*x", "", "", "depends on none of its names"),
        ("x", "", "z", "--wrt: 'z' is not declared"),
        ("x", "x: n; y: n", "y", "the formula does not depend on y"),
        ("sum(y)", "y: n binary", "", "no declared name is free to vary"),
        ("x.T @ x; import os", "x: n", "", "no meaning"),
    ],
)
def test_what_is_refused(formula, where, wrt, says):
    with pytest.raises((OptionError, FormulaError), match=says):
        operation(formula, where, wrt)


@pytest.mark.parametrize("name", ["a b", "class", "x", "torch", "sigmoid", "é", "", "x" * 61, "print"])
def test_names_are_validated(name):
    with pytest.raises(OptionError, match="--function"):
        operation("x*2", name=name)


def test_the_command(capsys):
    assert run(["code", "--custom-op", "torch", "x*sigmoid(x)", "--function", "swish"]) == 0
    short = capsys.readouterr()
    assert short.out.endswith("\n\nswish = Swish.apply\n")
    assert short.err.endswith("agree with autograd at 3 random points\n")
    assert run(["code", "expr", "x*sigmoid(x)", "--custom-op", "torch", "--function", "swish"]) == 0
    assert capsys.readouterr().out == short.out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--custom-op", "tf", "x"], "expected one of torch, jax; found 'tf'"),
        (["--custom-op", "torch", "x", "--backend", "jax"], "--backend: not with --custom-op torch"),
        (["--custom-op", "torch", "x", "--order", "2"], "--order: not with --custom-op torch"),
        (["expr", "x", "--where", "x: n", "--wrt", "x", "--function", "f"], "--function: a formula has one with"),
        (["expr", "x", "--where", "x: n"], "Missing option '--wrt'"),
    ],
)
def test_bad_options(arguments, says, capsys):
    assert run(["code", *arguments]) == 2
    assert says in capsys.readouterr().err
