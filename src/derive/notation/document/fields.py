"""The fields of `derive expr --format json`: the result in every notation."""

from __future__ import annotations

from typing import Any

from sympy import Expr

from derive.derivation import Code, Derivation, Section
from derive.expr import Index, Tensor
from derive.notation.blocks import block_axes
from derive.notation.components import component_latex
from derive.notation.forms import Components
from derive.notation.latex import latex
from derive.notation.numpy import numpy
from derive.notation.recover import recover


def in_numpy(value: Expr, out: tuple[Index, ...], declared: tuple[Tensor, ...] = ()) -> Section:
    """The result as a NumPy expression in the declared names."""
    return Section("In NumPy", (Code(numpy(recover(value, out), declared)),), "result")


def result_fields(
    value: Expr, out: tuple[Index, ...], page: Derivation, declared: tuple[Tensor, ...] = ()
) -> dict[str, Any]:
    """latex, component_latex, numpy, shape, verdict, assumptions. Sizes in `numpy` are read off `declared` arrays."""
    form = recover(value, out)
    axes = block_axes(value, out) if isinstance(form, Components) else None
    c = page.certificate
    return {
        "latex": latex(form if axes is None else recover(value, axes)),
        "component_latex": component_latex(value),
        "numpy": numpy(form, declared),
        "shape": [str(i.dim) for i in out],
        "verdict": "unchecked" if c is None or not c.checked else "proved" if not c.confirmed else "confirmed",
        "assumptions": [] if c is None else list(c.assumptions),
    }
