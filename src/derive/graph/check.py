"""The three ways in which a graph is checked before anything of it is printed.

Each edge: the sum of what its edges contribute is proved to be what reverse mode gives for the whole name. Each step of
the page is proved, and all gradients are compared with an autodiff engine at random points (`derivation.certify`). The
numbers at a point, which come from exact arithmetic and balls, are compared with the engine's at that point.
"""

from __future__ import annotations

from dataclasses import dataclass

from sympy import S

from derive.errors import VerificationError
from derive.expr import Let, substitute
from derive.graph.backward import Backward
from derive.graph.values import AtPoint, floats
from derive.verify import decide

TOLERANCE = 1e-9


def prove_sums(back: Backward, seed: int = 0) -> int:
    """The number of names whose gradient is proved to be the sum over its edges. Raises VerificationError."""
    one = {back.names[back.graph.output]: Let(back.gradient(back.graph.output), S.One)} if back.given is None else {}
    count = 0
    for t in back.order:
        if t == back.graph.output:
            continue
        total = substitute(back.total(t), one)
        verdict = decide(total, back.adjoints[t].value, back.program, almost_everywhere=True, seed=seed)
        if not verdict.established:
            raise VerificationError(f"the edges from {t} do not add up to its gradient: {verdict}")
        count += 1
    return count


@dataclass(frozen=True)
class Compared:
    """How the numbers at a point compare with the engine's: `count` arrays agree, or `why` there is no comparison."""

    count: int = 0
    engine: str = ""
    why: str = ""

    @property
    def sentence(self) -> str:
        if self.why:
            return f"at the point: {self.why}"
        return f"at the point: {self.count} values and gradients agree with {self.engine}"


def compare_at_point(back: Backward, at: AtPoint, engine: str = "autograd") -> Compared:
    """The values and gradients of all names at the point against the engine's.

    At a kink there is no derivative to compare, and where floating point overflows there are no numbers: `why` says so.
    Raises VerificationError where a number differs.
    """
    import numpy as np

    from derive.evaluate.arrays import run
    from derive.verify.engine import engine as load

    tool, graph = load(engine), back.graph
    sizes = at.point.sizes
    with tool.session(), np.errstate(all="ignore"):
        given = {t: tool.xp.asarray(floats(v)) for t, v in at.point.values.items()}
        zeros = tuple(tool.xp.zeros(np.shape(floats(at.values[t]))) for t in graph.tensors)

        def forward(*offsets: object) -> object:
            moved = dict(zip(graph.tensors, offsets, strict=True))
            inputs = {t: v + moved[t] if t in moved else v for t, v in given.items()}
            return run(back.program, inputs, sizes, tool.xp, moved)[back.loss.tensor]

        try:
            plain = run(back.program, {t: tool.to_array(v) for t, v in given.items()}, sizes, np)
            _, found = tool.gradient(forward, zeros)
        except np.linalg.LinAlgError:
            return Compared(why=f"{tool.name} takes a matrix there for singular, so there is nothing to compare")
        gradients = dict(zip(graph.tensors, map(tool.to_array, found), strict=True))
    pairs = [(f"the value of {t}", floats(at.values[t]), plain[t]) for t in graph.tensors]
    if not at.kinks:
        pairs += [(f"the gradient of {t}", floats(at.gradients[t]), gradients[t]) for t in graph.tensors]
    if not all(np.isfinite(a).all() and np.isfinite(b).all() for _, a, b in pairs):
        return Compared(why=f"floating point overflows there, so {tool.name} has nothing to compare")
    for what, ours, theirs in pairs:
        worst = float(np.abs(ours - theirs).max(initial=0.0))
        scale = max(1.0, float(np.abs(theirs).max(initial=0.0)))
        if worst > TOLERANCE * scale:
            raise VerificationError(f"{what} at the point differs from {tool.name}'s by {worst:.1e}")
    if at.kinks:
        return Compared(why="the values agree; the gradients at a kink are a convention, so they were not compared")
    return Compared(len(pairs), tool.name)
