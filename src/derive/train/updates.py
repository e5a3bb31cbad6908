"""The code of an optimiser: generated from the equations of its row, then run. No update is written by hand.

A step acts on each parameter by itself, entry by entry, so one function of arrays does for every shape.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from derive.catalogue.optimizers import NEXT, Optimizer

Arrays = dict[str, Any]
ALWAYS = ("theta", "g", "eta", "t")


@dataclass(frozen=True)
class Update:
    """The generated step of one optimiser with the values of its constants.

    >>> from derive.catalogue.optimizers import OPTIMIZERS
    >>> print(Update(OPTIMIZERS["momentum"]).source)
    def momentum(theta, g, eta, t, v, mu):
        \"\"\"One step of gradient descent with momentum: the parameter and the state after it.\"\"\"
        v_next = g + mu * v
        theta_next = theta - eta * v_next
        return theta_next, v_next
    """

    rule: Optimizer
    constants: tuple[tuple[str, float], ...] = ()

    @cached_property
    def source(self) -> str:
        """A Python function; `np` is the array namespace."""
        from derive.notation import recover
        from derive.notation.numpy import numpy

        rule = self.rule
        names = (*ALWAYS, *rule.state, *(name for name, _ in rule.constants))
        lets = [f"    {let.tensor.name} = {numpy(recover(let.rhs, ()))}" for let in rule.program]
        given = ", ".join(f"{name}{NEXT}" for name in ("theta", *rule.state))
        says = f'    """One step of {rule.title}: the parameter and the state after it."""'
        return "\n".join([f"def {rule.name}({', '.join(names)}):", says, *lets, f"    return {given}"])

    def function(self, xp: Any) -> Callable[..., Any]:
        """The step, compiled for this array namespace. Every name in the source comes from the table of optimisers."""
        from derive.codegen.backends import backend
        from derive.codegen.execute import load

        return load(f"import numpy as np\n\n\n{self.source}\n", backend("numpy"), xp)[self.rule.name]

    @cached_property
    def values(self) -> dict[str, float]:
        return dict(self.rule.constants) | dict(self.constants)

    def stepper(
        self, xp: Any, jit: Callable[[Any], Any] = lambda function: function
    ) -> Callable[[Arrays, Mapping[str, Any], dict[str, Arrays], float, int], None]:
        """`step(params, gradients, state, eta, t)` puts new arrays in place of the old ones in `params` and `state`."""
        f, rule, values = jit(self.function(xp)), self.rule, self.values

        def step(params: Arrays, gradients: Mapping[str, Any], state: dict[str, Arrays], eta: float, t: int) -> None:
            for name, theta in params.items():
                kept = {s: state[s][name] for s in rule.state}
                out = f(theta, gradients[name], eta, t, **kept, **values)
                if not rule.state:
                    params[name] = out
                    continue
                params[name], *new = out
                for s, array in zip(rule.state, new, strict=True):
                    state[s][name] = array

        return step

    def initial_state(self, params: Mapping[str, Any], xp: Any) -> dict[str, Arrays]:
        """Zeros of the shape of each parameter, for each thing that the rule remembers."""
        return {s: {name: xp.zeros_like(theta) for name, theta in params.items()} for s in self.rule.state}
