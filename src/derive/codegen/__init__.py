"""Code generation: what was derived, as readable modules for NumPy, CuPy, JAX and PyTorch, and as functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from derive.codegen.backends import BACKENDS, Backend, backend
from derive.codegen.compiled import Compiled, Function
from derive.errors import OptionError

if TYPE_CHECKING:
    from sympy import Expr

    from derive.catalogue.network import Network
    from derive.catalogue.options import PageOptions
    from derive.catalogue.regression import Regression
    from derive.codegen.plan import Plan
    from derive.expr import Program
    from derive.expr.arrays import TensorExpr

__all__ = ["BACKENDS", "STYLES", "Compiled", "Function", "code", "compiled", "hessian", "training"]

STYLES = ("plain", "fast")
MAIN = "loss_and_gradients"  # what the main function is called


def training(
    of: PageOptions | Network | Regression, *, page: str = "mlp", backend: str = "numpy", style: str = "plain"
) -> Compiled:
    """The functions that training needs: loss and gradients, loss, prediction.

    `of` is a model of the catalogue, or the options of a `page`. Style fast works in arrays that are kept: gradients
    are overwritten by the next call; `functions` then has `step` too, which changes the parameters in place. Raises
    OptionError for what cannot be generated, and for a backend that is not installed.
    """
    row = chosen(backend, style)
    row.load()
    plan = plan_of(of, page)
    return _ready(plan, source_of(plan, row, style=style), row)


def hessian(
    of: PageOptions | Network | Regression,
    *,
    page: str = "mlp",
    backend: str = "numpy",
    kind: str = "dense",
    style: str = "plain",
) -> Compiled:
    """The second derivatives of the loss in all parameters, as functions of a backend.

    `functions["hessian"]` takes what the loss takes and gives the (P, P) matrix, parameters flattened row by row, one
    after the other. With the kind "product", `functions["hessian_product"]` takes a direction for each parameter
    besides, and gives the Hessian times that direction, a part for each parameter. Dense ones have the style fast too,
    which works in arrays that are kept: the next call overwrites the result. Raises OptionError as `training`.
    """
    from derive.codegen.hessian_module import hessian_module

    row = chosen(backend, style)
    row.load()
    plan = plan_of(of, page)
    return _ready(plan, hessian_module(plan, row, kind, style), row)


def _ready(plan: Plan, source: str, row: Backend) -> Compiled:
    from derive.codegen.execute import load
    from derive.codegen.module import shape_names
    from derive.notation.code import name_of

    *parameters, inputs, target = ((name_of(t), shape_names(t)) for t in (*plan.parameters, plan.inputs, plan.target))
    factors = tuple(map(name_of, plan.factors))
    return Compiled(source, row.name, tuple(parameters), factors, inputs, target, load(source, row))


def code(
    of: PageOptions | Network | Regression,
    *,
    page: str = "mlp",
    backend: str = "numpy",
    style: str = "plain",
    function: str = MAIN,
) -> str:
    """The source of a module for a model; the library need not be installed."""
    return source_of(plan_of(of, page), chosen(backend, style), function, style)


def compiled(f: TensorExpr | Program | Expr, *, backend: str = "numpy") -> Function:
    """An expression, or the output of a program, as a function of arrays; `source` is its module."""
    from derive.codegen.execute import load
    from derive.codegen.formulas import of_any
    from derive.codegen.module import formula_module
    from derive.notation.code import name_of

    row = chosen(backend, "plain")
    row.load()
    formula = of_any(f)
    source = formula_module([formula], row, "A compiled expression.")
    return Function(source, row.name, tuple(map(name_of, formula.arguments)), load(source, row)[formula.name])


def chosen(name: str, style: str) -> Backend:
    """The row of a backend, for a style that there is."""
    row = backend(name)
    if style not in STYLES:
        raise OptionError(f"--style: expected one of {', '.join(STYLES)}; found {style[:60]!r}")
    if style == "fast" and row.name != "numpy":
        raise OptionError(f"--style fast is written for numpy; found --backend {row.name}. Try: --style plain")
    return row


def plan_of(of: PageOptions | Network | Regression, page: str = "mlp") -> Plan:
    """The statements of a model, which every style renders."""
    from derive.catalogue.options import PageOptions
    from derive.codegen.models import model, plan

    return plan(model(page, of) if isinstance(of, PageOptions) else of)


def source_of(plan: Plan, backend: Backend, function: str = MAIN, style: str = "plain") -> str:
    """The module of a plan in a style."""
    from derive.codegen.module import plan_module

    if style == "fast":
        from derive.codegen.fast import fast_module

        return fast_module(plan, backend, function)
    return plan_module(plan, backend, function)
