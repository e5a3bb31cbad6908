"""`derive.compile`, and the printer under `sympy.lambdify`."""

from __future__ import annotations

import numpy as np
import pytest
import sympy

import derive
from derive.codegen.printer import TensorPrinter, helper_functions
from derive.errors import DeriveError, OptionError
from derive.expr import Let, Program, Size, Tensor, softplus, sum_over
from derive.expr.symbols import Index

A, X = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([0.5, -1.0])


def test_an_expression():
    f = derive.compile(derive.expression("x @ A @ x", "A: n,n; x: n"))
    assert f.arguments == ("A", "x")
    assert f(A, X) == f(x=X, A=A) == X @ A @ X
    assert "return x @ A @ x" in f.source


def test_a_gradient():
    x = derive.tensor("x", "n")
    f = derive.compile(derive.grad((x**3).sum(), x))
    np.testing.assert_array_equal(f(X), 3 * X**2)


def test_a_program():
    n = Size("n")
    i, x, z = Index("i", n), Tensor("x", (n,)), Tensor("z", (n,))
    program = Program((Let(z(i), softplus(x(i))), Let(Tensor("c")(), sum_over(z(i) ** 2, i))))
    f = derive.compile(program)
    np.testing.assert_allclose(f(X), np.sum(np.logaddexp(0, X) ** 2))
    assert "    z = softplus(x)\n    return np.sum(z**2)\n" in f.source


def test_what_is_no_expression():
    with pytest.raises(OptionError, match="compile: expected an array expression or a program; found str"):
        derive.compile("x")


def test_a_size_that_no_argument_has():
    x = derive.tensor("x", "n")
    with pytest.raises(DeriveError, match="the size n is the length of no axis"):
        derive.compile(derive.grad((2 * x).sum(), x))


def test_unknown_backend():
    with pytest.raises(OptionError, match="expected one of numpy, cupy, jax, torch"):
        derive.compile(derive.scalar("x"), backend="tensorflow")


def test_lambdify_with_our_printer():
    e = derive.expression("sum(log(1 + exp(A @ x)))", "A: n,n; x: n")
    x = derive.tensor("x", "n")
    f = sympy.lambdify(
        ["A", "x"],
        [e.expr, derive.grad(e, x).expr, sympy.sqrt(2)],
        modules=[helper_functions(), "numpy"],
        printer=TensorPrinter,
    )
    value, gradient, root = f(np.diag([1.0, 1.0]), np.array([1000.0, -1000.0]))
    assert (value, root) == (1000.0, np.sqrt(2))
    np.testing.assert_array_equal(gradient, [1.0, 0.0])
