"""Pages whose program is written out: reverse mode over it, as equations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from derive.calculus import Adjoint, adjoints
from derive.derivation import Equation, Witnessed, adjoint_equation, definition
from derive.expr import Index, Let, Program, Tensor


class Reverse:
    """The adjoints of a program and their equations; `indices` gives the free indices of every tensor."""

    def __init__(
        self,
        program: Program,
        wrt: Sequence[Tensor],
        indices: Mapping[Tensor, tuple[Index, ...]],
        names: Mapping[Tensor, Tensor] | None = None,
    ) -> None:
        self.program, self.wrt = program, tuple(wrt)
        self.adjoints: dict[Tensor, Adjoint] = adjoints(program, wrt, indices, names)

    def equation(self, u: Tensor) -> Equation:
        """The chain of dC/du."""
        used = {let.tensor for let in self.program.users[u]}
        known = {t: self.adjoints[t] for t in used if t in self.adjoints}
        users = [let for let in self.program if let.tensor in used]
        return adjoint_equation(self.adjoints[u], Program(tuple(users)), known)

    def witnessed(self, what: str) -> Witnessed:
        results = {u: (a.value, a.of.indices) for u, a in self.adjoints.items()}
        named = {u: a.name.tensor for u, a in self.adjoints.items() if a.name is not None}
        return Witnessed(self.program, results, named, what)


def statement(let: Let, reason: str = "") -> Equation:
    """A let as it is printed."""
    return definition(let.target, let.rhs, reason)
