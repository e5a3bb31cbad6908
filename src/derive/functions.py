"""NumPy-like functions of tensor expressions, for models that are composed in Python: softmax, relu, log, mean, ...

Every function of the formula language (`derive expr`) is here under its name; `activation` and `loss` take the names of
`derive list`, or a formula.
"""

from __future__ import annotations

from typing import Any

from derive.catalogue.losses import Loss
from derive.catalogue.model import read_activation, read_loss
from derive.errors import OptionError
from derive.expr import Index, fresh, rename
from derive.expr.arrays import TensorExpr, array, as_array, show
from derive.formula.vocabulary import FUNCTIONS


def activation(name: str, z: Any) -> TensorExpr:
    """An activation by its name or as a formula in one variable; softmax goes along the last axis.

    >>> from derive.expr.arrays import tensor
    >>> activation("t*sigmoid(t)", tensor("z", "n"))
    sigmoid(z[i])*z[i] over (i,)
    """
    row = read_activation(name, "activation")
    z = as_array(z)
    if row.function is not None:
        return TensorExpr(row.function(z.expr), z.indices)
    if not z.ndim:
        raise OptionError(f"activation: {name} acts on an array along its last axis; found a scalar")
    return array(row.at(z.expr, z.indices[-1]), *z.indices)


def loss(name: str, prediction: Any, target: Any) -> TensorExpr:
    """A loss by its name or as a formula in yhat and y: summed over the last axis, averaged over those before it.

    Properties of the target that the loss asks for, such as sum_to_one for ce, are those of the declared target: what
    needs them is derived where they are declared.

    >>> from derive.expr.arrays import tensor
    >>> loss("mse", tensor("p", "k"), tensor("y", "k"))
    Sum_[#1.0]((p[#1.0] - y[#1.0])**2)/2
    """
    row: Loss = read_loss(name)
    p, y = as_array(prediction), as_array(target)
    if p.shape != y.shape:
        raise OptionError(
            f"loss: prediction and target have one shape; found {show(p.shape)} and {show(y.shape)}. "
            "Try: a target declared like the prediction"
        )
    names = {i: fresh(i.dim) for i in p.indices}
    at = tuple(names[i] for i in p.indices if isinstance(i, Index))
    rows, units = at[:-1], at[-1:]
    total = row.at(rename(p.expr, names), rename(y.expr, names), rows, units)
    for i in rows:
        total = total / i.dim
    return TensorExpr(total)


def __getattr__(name: str) -> Any:
    if name not in FUNCTIONS:
        raise AttributeError(
            f"module 'derive.functions' has no function {name!r}; it has {', '.join(sorted(FUNCTIONS))}"
        )
    return FUNCTIONS[name].build


def __dir__() -> list[str]:
    return sorted((*FUNCTIONS, "activation", "loss"))
