"""Tensor expressions: SymPy scalars with typed free indices and explicit binders."""

from derive.expr.build import recontract, sum_over
from derive.expr.functions import Unknown, Where, maximum, minimum, relu, sigmoid, softplus, step
from derive.expr.layers import DEPTH, LAYER, LayerSum, at_layers, generic, lowest_layer, shifted
from derive.expr.nodes import (
    Binder,
    Delta,
    Det,
    Diff,
    Elem,
    Index,
    Inverse,
    LogDet,
    LogSumExp,
    Max_,
    Prod_,
    Size,
    Sum_,
    Tensor,
    Winner,
    addends,
    contains,
    factors,
    free_indices,
    fresh,
    height,
    open_binder,
    rebuild,
    rename,
    tensors,
)
from derive.expr.program import Let, Program, substitute, unfold

__all__ = [
    "DEPTH", "LAYER", "Binder", "Delta", "Det", "Diff", "Elem", "Index", "Inverse", "Let", "LayerSum", "LogDet", "LogSumExp", "Max_",
    "Prod_", "Program", "Size", "Sum_", "Tensor", "Unknown", "Where", "Winner", "addends", "at_layers", "contains",
    "factors", "free_indices", "fresh", "generic", "height", "lowest_layer", "maximum", "minimum", "open_binder", "rebuild",
    "recontract", "relu", "rename", "shifted", "sigmoid", "softplus", "step", "substitute", "sum_over", "tensors", "unfold",
]  # fmt: skip
