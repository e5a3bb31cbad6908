"""The page of a model of one's own: derived, certified, and written in every format and as code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from derive.catalogue.custom import Custom
from derive.errors import OptionError
from derive.expr import Program, Tensor
from derive.expr.arrays import TensorExpr, array, require_tensor
from derive.models.build import Model
from derive.models.written import Written


@dataclass(frozen=True)
class Page(Written):
    """The page of a model: `code` writes it as a module, too."""

    model: Custom = field(kw_only=True)

    @cached_property
    def gradients(self) -> dict[str, TensorExpr]:
        """The derivative in each variable, by its name; it may mention intermediate results and their adjoints."""
        found = self.model.adjoints
        return {t.name: array(found[t].value, *found[t].of.indices) for t in self.model.wrt}

    def code(self, *, backend: str = "numpy") -> str:
        """The module with the functions `loss` and `loss_and_gradients`, run against autograd before it is returned."""
        from derive.codegen.programs import checked_program

        return checked_program(self.model, backend)[0]

    def compile(self, *, backend: str = "numpy") -> Any:
        """`loss_and_gradients` as a function of arrays: the output, and a tuple of the derivatives."""
        from derive.codegen.programs import compiled_program

        return compiled_program(self.model, backend)


def page(
    of: Model | Program,
    wrt: Sequence[TensorExpr | Tensor] | TensorExpr | Tensor,
    output: str | None = None,
    *,
    title: str = "A model",
    steps: str = "key",
    check: bool = True,
    seed: int = 0,
    witness: str = "autograd",
) -> Page:
    """Derive a model in some of its variables; everything on the page is verified before it is returned.

    of: the forward equations. wrt: declared tensors, or equations by name, as `net.z`. output: the name of the equation
    that is differentiated, the last one unless told otherwise. Raises OptionError where the output is no scalar or does
    not depend on a variable, and VerificationError where a step could not be established.

    >>> import derive
    >>> W, x = derive.tensor("W", "K", "D"), derive.tensor("x", "D")
    >>> net = derive.Model()
    >>> net.z = W @ x
    >>> net.C = (net.z * net.z).sum() / 2
    >>> derive.page(net, W).gradients["W"].latex()
    'z x^\\\\top'
    """
    from derive.notation.document.certified import certified

    if steps not in ("key", "full"):
        raise OptionError(f"steps: expected 'key' or 'full'; found {steps!r}")
    program = of.program if isinstance(of, Model) else of
    given = wrt if isinstance(wrt, Sequence) else (wrt,)
    tensors = tuple(t if isinstance(t, Tensor) else require_tensor(t, "wrt").tensor for t in given)
    model = Custom(_up_to(program, output), tensors)
    derived = model.page(title, local=steps == "full")
    return Page(certified(derived, check=check, engine=witness, seed=seed), steps, model=model)


def _up_to(program: Program, output: str | None) -> Program:
    """The lets that the output rests on."""
    names = [let.tensor.name for let in program]
    if output is not None and output not in names:
        raise OptionError(f"output: no equation is called {output!r}; there is {', '.join(names)}")
    last = program.output if output is None else program.lets[names.index(output)]
    return needed(program, last.tensor)


def needed(program: Program, output: Tensor) -> Program:
    """The lets that `output` rests on, in their order: the last one is the output itself."""
    from derive.catalogue.custom import upstream

    reach = upstream(output, program)
    return Program(tuple(let for let in program if let.tensor in reach))
