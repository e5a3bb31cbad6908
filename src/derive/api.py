"""The Python API: declare tensors, build expressions, derive, prove. Loaded when it is first used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from derive.errors import OptionError
from derive.expr.arrays import TensorExpr, array, as_array, register_writer, scalar, tensor

if TYPE_CHECKING:
    from sympy import Expr

    from derive.codegen import Function
    from derive.expr import Program
    from derive.verify import Verdict

__all__ = ["TensorExpr", "compile", "expression", "grad", "hessian", "jacobian", "prove", "scalar", "tensor"]


def expression(formula: str, where: str = "") -> TensorExpr:
    """Read a NumPy-like formula over declared names.

    >>> expression("X @ w", "X: N,D; w: D").shape
    (N,)
    """
    from derive.formula import parse_formula, parse_where

    return parse_formula(formula, parse_where(where))


def grad(f: TensorExpr, x: TensorExpr) -> TensorExpr:
    """The gradient of a scalar `f` in `x`: an array of the shape of x.

    >>> x = tensor("x", "n")
    >>> grad((x * x).sum(), x)
    2*x[i] over (i,)
    """
    if f.ndim:
        raise OptionError(f"grad: a scalar is expected, an array of shape {f.shape} found. Try: jacobian(f, x)")
    return _derivative(f, x, 1)


def jacobian(f: TensorExpr, x: TensorExpr) -> TensorExpr:
    """The derivative of every entry of `f` in every entry of `x`: axes of f first (rows belong to the numerator)."""
    return _derivative(f, x, 1)


def hessian(f: TensorExpr, x: TensorExpr) -> TensorExpr:
    """The second derivatives of a scalar `f` in `x`: the axes of x twice.

    >>> x = tensor("x", "n")
    >>> hessian((x**3).sum(), x).latex()
    '6 \\\\, \\\\mathrm{diag}(x)'
    """
    if f.ndim:
        raise OptionError(f"hessian: a scalar is expected, an array of shape {f.shape} found")
    return _derivative(f, x, 2)


def _derivative(f: TensorExpr, x: TensorExpr, order: int) -> TensorExpr:
    from derive.catalogue.pages.expression import derivative

    found = derivative(f, x, order)
    return array(found.value, *found.out)


def prove(a: TensorExpr | Any, b: TensorExpr | Any, *, seed: int = 0) -> Verdict:
    """Whether two expressions are equal: proved, confirmed, refuted with a counterexample, or undecided.

    >>> A, B = tensor("A", "n", "n"), tensor("B", "n", "n")
    >>> prove((A @ B).T, B.T @ A.T).kind
    'proved'
    """
    from derive.verify import Verdict, decide

    left, right = as_array(a), as_array(b)
    if left.shape != right.shape:
        return Verdict("refuted", "shapes", f"the left side has shape {left.shape}, the right side {right.shape}")
    return decide(left.expr, right.expr, seed=seed)


def compile(f: TensorExpr | Program | Expr, *, backend: str = "numpy") -> Function:
    """An expression, or the output of a program, as a function of arrays, with its module as `source`.

    Arguments are the tensors that occur, by name and in alphabetical order (for a program, in the order of use).
    Raises OptionError for a backend that there is not, or that is not installed.

    >>> x = tensor("x", "n")
    >>> import numpy
    >>> float(compile((x * x).sum())(numpy.array([1.0, 2.0])))
    5.0
    """
    from derive.codegen import compiled

    return compiled(f, backend=backend)


def _writers() -> None:
    from derive import notation

    register_writer("latex", lambda t: notation.latex(notation.recover(t.expr, t.indices)))
    register_writer("component_latex", lambda t: notation.component_latex(t.expr))
    register_writer("numpy", lambda t: notation.numpy(notation.recover(t.expr, t.indices)))


_writers()
