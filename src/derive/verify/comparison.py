"""Comparing claimed arrays with an engine's: relative to the largest entry, and 0 = 0 is no agreement."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from derive.verify.arbiter import Ruling
from derive.verify.verdict import Verdict

Arbiter = Callable[[tuple[int, ...]], Ruling]


@dataclass
class Comparison:
    """Collects the comparisons of one witness and turns them into a verdict."""

    engine: str
    seed: int
    rtol: float = 1e-7
    wanted: int = 2  # points, each with sizes of its own
    points: list[str] = field(default_factory=list)
    worst: float = 0.0
    seen: dict[str, bool] = field(default_factory=dict)  # by name: whether it ever was different from zero
    vanishes: Callable[[str], bool] = lambda name: False  # whether a claim is proved to be zero everywhere
    refusal: Verdict | None = None
    trouble: str = ""

    @property
    def complete(self) -> bool:
        """Whether more points would not change the verdict: one at which all units of a net are off would."""
        return self.refusal is not None or (len(self.points) >= self.wanted and all(self.seen.values()))

    def point(self, sizes: Mapping[Any, int], rows: Iterable[tuple[str, Any, Any, Arbiter]]) -> None:
        """Compare (name, claimed, true, arbiter) at one point; it counts if all of them agree.

        The arbiter is asked about the worst entry when two arrays differ: rounding, or a slip?
        """
        where = ", ".join(f"{s}={n}" for s, n in sizes.items())
        counts = True
        for name, claimed, true, arbiter in rows:
            counts &= self._compare(name, claimed, true, where, arbiter)
            if self.refusal:
                return
        if counts:
            self.points.append(where)

    def _compare(self, name: str, claimed: Any, true: Any, where: str, arbiter: Arbiter) -> bool:
        """Whether the two agree."""
        import numpy as np

        if claimed.shape != true.shape:
            return self._refuse(name, f"shape {true.shape} expected, {claimed.shape} claimed", where, {})
        if not (np.isfinite(claimed).all() and np.isfinite(true).all()):
            self.trouble = f"{name} is not finite in floating point"
            return False

        scale = float(np.abs(true).max(initial=0.0))
        difference = np.abs(claimed - true)
        error = float(difference.max(initial=0.0))
        self.seen[name] = self.seen.get(name, False) or scale > 0
        relative = error / scale if scale else float(error > 0)
        if relative <= self.rtol:
            self.worst = max(self.worst, relative)
            return True
        place = np.unravel_index(int(difference.argmax()), difference.shape)
        entry = tuple(int(k) for k in place)
        ruling = arbiter(entry)
        if ruling != "differ":
            lost = "too much is lost to rounding" if ruling == "rounding" else "balls do not decide the difference"
            self.trouble = f"{name}: {lost}"
            return False
        values = {"entry": entry, "claimed": float(claimed[place]), self.engine: float(true[place])}
        at = f"[{', '.join(map(str, entry))}]" if entry else ""
        said = f"{name}{at}: claimed {values['claimed']:.10g}, {self.engine} {values[self.engine]:.10g}"
        return self._refuse(name, said, where, values)

    def _refuse(self, name: str, said: str, where: str, values: dict[str, Any]) -> bool:
        found = {"tensor": name, "sizes": where, "seed": self.seed, **values}
        said = f"{said} ({where})" if where else said
        self.refusal = Verdict("refuted", self.engine, said, counterexample=found)
        return False

    def verdict(self) -> Verdict:
        """What the comparisons amount to."""
        if self.refusal:
            return self.refusal
        if len(self.points) < self.wanted:
            why = f"{len(self.points)} of {self.wanted} points could be compared"
            return Verdict("undecided", self.engine, f"{why}: {self.trouble or 'no finite values were found'}")
        empty = [name for name, nonzero in self.seen.items() if not nonzero and not self.vanishes(name)]
        if empty or not self.seen:
            why = f"zero at every sample point: {', '.join(empty)}" if empty else "nothing was compared"
            return Verdict("undecided", self.engine, why)
        count = f"{len(self.seen)} result{'s' if len(self.seen) > 1 else ''}"
        shown = list(filter(None, dict.fromkeys(self.points)))
        sizes = "; ".join(shown[: self.wanted]) + (" ..." if len(shown) > self.wanted else "") or "scalars"
        detail = f"{count}, largest relative error {self.worst:.1e}, sizes {sizes}, seed {self.seed}"
        return Verdict("confirmed", self.engine, detail, compared=len(self.seen), worst=self.worst)
