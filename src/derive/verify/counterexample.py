"""From a place where a claim fails to one that a person can check by hand: few entries, small numbers."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any

from derive.evaluate.oracle import Evaluator, extent
from derive.evaluate.refusals import NoValue, OutOfTime
from derive.evaluate.rings import EXACT
from derive.evaluate.sampling import admits, sample, simple
from derive.expr.nodes import Index, Tensor, tensors
from derive.verify.coverage import replaced
from derive.verify.place import Claim, Outcome, Place

SIMPLE = tuple(map(Fraction, ("1", "0", "2", "-1", "1/2")))
DRAWS = 4  # simple places that are tried at each set of sizes
SECONDS = 0.6


@dataclass(frozen=True)
class Failure:
    """An entry at a place where the two sides differ."""

    place: Place
    at: dict[Index, int]
    outcome: Outcome

    def as_dict(self) -> dict[str, Any]:
        """Names, numbers and strings only."""
        return {
            "sizes": {str(s): n for s, n in self.place.sizes.items()},
            "values": {name: _text(v) for name, v in self._named()},
            "entry": {i.name: k for i, k in self.at.items()},
            "left": self.outcome.left,
            "right": self.outcome.right,
        }

    def _named(self) -> Iterator[tuple[str, Any]]:
        """The values by the names of the note: a symbol with bounds rests on a parameter that is none of them."""
        values, program = self.place.values, self.place.claim.program
        told: set[Tensor] = set()
        for t, value in values.items():
            owner = next((let for let in program or () if t in tensors(let.rhs) and is_parameter(t, let.tensor)), None)
            if owner is None:
                yield str(t), value
            elif owner.tensor not in told:
                told.add(owner.tensor)
                exact = Evaluator(values, self.place.sizes, EXACT, program)
                try:
                    yield str(owner.tensor), exact.array(owner.target, owner.target.indices)  # type: ignore[arg-type]
                except NoValue:
                    yield str(t), value

    def sentence(self) -> str:
        """The counterexample in one line."""
        shown = self.as_dict()
        parts = [f"{name} = {number}" for name, number in shown["sizes"].items()]
        parts += [f"{name} = {_joined(value)}" for name, value in shown["values"].items()]
        parts += [f"entry {name} = {place}" for name, place in shown["entry"].items()]
        where = f"at {', '.join(parts)}: " if parts else ""
        return f"{where}left {self.outcome.left}, right {self.outcome.right} ({self.outcome.why})"


def is_parameter(t: Tensor, owner: Tensor) -> bool:
    """Whether a tensor was made up to write `owner` within its bounds."""
    return t.name in (f"{owner.name}_free", f"{owner.name}_basis")


def _text(value: Any) -> Any:
    return [_text(v) for v in value] if isinstance(value, (tuple, list)) else str(value)


def _joined(value: Any) -> str:
    return f"[{', '.join(map(_joined, value))}]" if isinstance(value, list) else value


def simplified(failure: Failure, kinks_allowed: bool) -> Failure:
    """A failure that is easier to read: smaller sizes, then one entry after another made simple."""
    until = time.monotonic() + SECONDS
    try:
        failure = next(_simple_failures(failure, kinks_allowed, until), failure)
        return _with_simple_entries(failure, kinks_allowed, until)
    except OutOfTime:
        return failure


def _fails(claim: Claim, sizes: Mapping[Any, int], values: Any, kinks: bool, until: float, at: Any = None
           ) -> Failure | None:  # fmt: skip
    """The first entry that fails here; with `kinks` False, only if no comparison was at zero."""
    zeros: list[int] = []
    place = Place(claim, sizes, values, until, lambda node, sign, env: zeros.append(sign) if sign == 0 else None)
    for entry in place.entries() if at is None else [at]:
        outcome = place.compare(entry)
        if outcome.kind == "different" and (kinks or not zeros):
            return Failure(Place(claim, sizes, values), dict(entry), outcome)
    return None


def _simple_failures(failure: Failure, kinks: bool, until: float) -> Iterator[Failure]:
    """Failures at simple numbers: first with all sizes two, then at the sizes where it was found."""
    claim, sizes = failure.place.claim, failure.place.sizes
    for chosen in ({s: 2 for s in sizes}, sizes):
        for seed in range(DRAWS):
            found = _fails(claim, chosen, sample(claim.inputs(), chosen, seed, drawn=simple), kinks, until)
            if found:
                yield found


def _with_simple_entries(failure: Failure, kinks: bool, until: float) -> Failure:
    """Replace entries by 1, 0, 2, -1 or 1/2 as long as the claim still fails."""
    place = failure.place
    for t in place.values:
        for places in product(*(range(extent(d, place.sizes)) for d in t.dims)):
            for x in SIMPLE:
                if time.monotonic() > until:
                    return failure
                if not admits(t, x):
                    continue
                values = failure.place.values
                if _entry(values[t], places) == x:
                    break
                found = _fails(
                    place.claim, place.sizes, {**values, t: replaced(values[t], places, x)}, kinks, until, failure.at
                )
                if found:
                    failure = found
                    break
    return failure


def _entry(value: Any, places: tuple[int, ...]) -> Any:
    for k in places:
        value = value[k]
    return value


__all__ = ["Failure", "simplified"]
