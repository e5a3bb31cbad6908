"""From a place where a claim fails to one that a person can check by hand: few entries, small numbers.

A function that is not specified is a short polynomial there, if the claim fails for one, and is named with the numbers.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from random import Random
from typing import Any

from derive.evaluate import standin
from derive.evaluate.clock import now
from derive.evaluate.extent import extent
from derive.evaluate.nested import entry
from derive.evaluate.oracle import Evaluator
from derive.evaluate.refusals import NoValue, OutOfTime
from derive.evaluate.rings import EXACT
from derive.evaluate.sampling import admits, sample, simple
from derive.expr.functions import Unknown
from derive.expr.nodes import Index, Tensor, contains, tensors
from derive.verify.coverage import replaced
from derive.verify.place import Claim, Outcome, Place

SIMPLE = tuple(map(Fraction, ("1", "0", "2", "-1", "1/2")))
DRAWS = 4  # simple places that are tried at each set of sizes
SPARSE = 16  # places with many zeros that are tried with each easy function
SECONDS = 0.6
SHORT = 6  # characters: longer sides are worth other entries


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
            if not isinstance(t, Tensor):
                continue
            owner = next((let for let in program or () if t in tensors(let.rhs) and is_parameter(t, let.tensor)), None)
            if owner is None:
                yield _classes(t, value) if "one_hot" in t.properties else (str(t), value)
            elif owner.tensor not in told:
                told.add(owner.tensor)
                exact = Evaluator(values, self.place.sizes, EXACT, program)
                try:
                    yield str(owner.tensor), exact.array(owner.target, owner.target.indices)
                except NoValue:
                    yield str(t), value
        for name in functions_in(self.place.claim):
            yield f"{name}(t)", values.get(name) or standin.formula(name)

    def sentence(self) -> str:
        """The counterexample in one line."""
        shown = self.as_dict()
        parts = [f"{name} = {number}" for name, number in shown["sizes"].items()]
        parts += [f"{name} = {_joined(value)}" for name, value in shown["values"].items()]
        parts += [f"entry {name} = {place}" for name, place in shown["entry"].items()]
        where = f"at {', '.join(parts)}: " if parts else ""
        return f"{where}left {self.outcome.left}, right {self.outcome.right} ({self.outcome.why})"


def functions_in(claim: Claim) -> list[str]:
    """The names of the functions that a claim rests on and nothing specifies."""
    used = [claim.lets[t].rhs for t in claim.closure() if t in claim.lets]
    found = [e for e in (claim.left, claim.right, *used) if contains(e, Unknown)]
    return sorted({u.name for e in found for u in e.atoms(Unknown)})


def is_parameter(t: Tensor, owner: Tensor) -> bool:
    """Whether a tensor was made up to write `owner` within its bounds."""
    return t.name.rstrip("0123456789") in (f"{owner.name}_free", f"{owner.name}_basis", f"{owner.name}_digit")


def _classes(t: Tensor, value: Any) -> tuple[str, Any]:
    """The labels of which y_class is the one-hot matrix, counted from one; another one-hot array as it is."""
    name = str(t).removesuffix("_class")
    return (str(t), value) if name == str(t) else (name, _position(value))


def _position(rows: Any) -> Any:
    return tuple(map(_position, rows)) if isinstance(rows[0], tuple) else Fraction(rows.index(1) + 1)


def _text(value: Any) -> Any:
    return [_text(v) for v in value] if isinstance(value, (tuple, list)) else str(value)


def _joined(value: Any) -> str:
    return f"[{', '.join(map(_joined, value))}]" if isinstance(value, list) else value


def simplified(failure: Failure, kinks_allowed: bool) -> Failure:
    """A failure that is easier to read: smaller sizes, easy functions, then one entry after another made simple."""
    until = now() + SECONDS
    try:
        failure = next(_simple_failures(failure, kinks_allowed, until), failure)
        easy = any(isinstance(x, standin.Polynomial) for x in failure.place.values.values())
        if easy and not _length(failure):
            return failure  # a polynomial of a polynomial grows fast: its zeros are worth keeping
        return _with_simple_entries(failure, kinks_allowed, until)
    except OutOfTime:
        return failure


def _fails(claim: Claim, sizes: Mapping[Any, int], values: Any, kinks: bool, until: float, at: Any = None
           ) -> Failure | None:  # fmt: skip
    """The first entry that fails here; with `kinks` False, only if no comparison was at zero."""
    zeros: list[int] = []
    place = Place(claim, sizes, values, until, lambda node, sign, env: zeros.append(sign) if sign == 0 else None)
    for spot in place.entries() if at is None else [at]:
        outcome = place.compare(spot)
        if outcome.kind == "different" and (kinks or not zeros):
            return Failure(Place(claim, sizes, values), dict(spot), outcome)
    return None


def _simple_failures(failure: Failure, kinks: bool, until: float) -> Iterator[Failure]:
    """Failures at simple numbers: first with all sizes two, then at the sizes where it was found."""
    claim, sizes = failure.place.claim, failure.place.sizes
    for chosen in ({s: 2 for s in sizes}, sizes):
        if names := functions_in(claim):
            yield from _easy_failures(claim, names, chosen, kinks, until)
        for seed in range(DRAWS):
            found = _fails(claim, chosen, sample(claim.inputs(), chosen, seed, drawn=simple), kinks, until)
            if found:
                yield found


def _easy_failures(claim: Claim, names: list[str], sizes: Any, kinks: bool, until: float) -> Iterator[Failure]:
    """The shortest failure with a polynomial for each name and many zeros."""
    best: Failure | None = None
    for k, seed in product(range(len(standin.EASY)), range(SPARSE)):
        functions = {name: standin.EASY[(n + k) % len(standin.EASY)] for n, name in enumerate(names)}
        found = _fails(claim, sizes, {**_sparse(claim.inputs(), sizes, seed), **functions}, kinks, until)
        if found and (best is None or _length(found) < _length(best)):
            best = found
        if best and (not _length(best) or seed == SPARSE - 1):
            yield best
            return


def _sparse(inputs: Iterable[Tensor], sizes: Any, seed: int) -> dict[Tensor, Any]:
    """Entries 0, 1 and -1 where the tensors admit them."""
    rng = Random(seed)

    def thinned(t: Tensor, drawn: Any) -> Any:
        if isinstance(drawn, tuple):
            return tuple(thinned(t, x) for x in drawn)
        chosen = Fraction(rng.choice((0, 0, 1, 1, -1)))
        return chosen if admits(t, chosen) else drawn

    return {t: thinned(t, drawn) for t, drawn in sample(inputs, sizes, seed, drawn=simple).items()}


def _with_simple_entries(failure: Failure, kinks: bool, until: float) -> Failure:
    """Replace entries by 1, 0, 2, -1 or 1/2: by the first with which the claim fails and both sides are short."""
    place = failure.place
    for t in [t for t in place.values if isinstance(t, Tensor)]:
        for places in product(*(range(extent(d, place.sizes)) for d in t.dims)):
            best: Failure | None = None
            for x in (x for x in SIMPLE if admits(t, x)):
                if now() > until:
                    return best or failure
                values = failure.place.values
                if entry(values[t], places) == x:
                    found: Failure | None = failure
                else:
                    moved = {**values, t: replaced(values[t], places, x)}
                    found = _fails(place.claim, place.sizes, moved, kinks, until, failure.at)
                if found and (best is None or _length(found) < _length(best)):
                    best = found
                if best and not _length(best):
                    break
            failure = best or failure
    return failure


def _length(failure: Failure) -> float:
    """How long the sides are to a person; 0 where they are short."""
    return max(map(_digits, (failure.outcome.left, failure.outcome.right)))


def _digits(number: str) -> float:
    if "." in number or "e" in number:  # of a decimal, only the size
        return 0 if number == "0" or 1e-3 < abs(float(number)) < 1e4 else abs(math.log10(abs(float(number)) or 1e-99))
    return len(number) if len(number) > SHORT else 0


__all__ = ["Failure", "simplified"]
