"""Lines with numbers in them: formula, numbers in, value out; entry by entry, as arrays, or both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sympy import Expr, Integer

from derive.derivation import Context, Equation, Step
from derive.derivation.numerals import value_elem
from derive.evaluate.decimals import Point, places
from derive.evaluate.refusals import NoValue
from derive.expr import Index, Program, Tensor, rename, tensors
from derive.prove.concrete import explicit

MORE_DIGITS = 9  # of the numbers that are put in, at most, until they give the value that is shown


@dataclass(frozen=True)
class NumberLines:
    """Equations of an example, whose context has the point with its numbers; values have so many digits."""

    context: Context
    point: Point
    digits: int
    entries: bool
    arrays: bool

    def given(self, t: Tensor) -> Equation:
        axes = tuple(Index(x, d) for x, d in zip("ij", t.dims, strict=False))
        return Equation(t(*axes), axes, (self._value(t(*axes), axes, self.digits),), context=self.context)

    def lines(
        self, lhs: Expr, rhs: Expr, out: tuple[Index, ...], relation: str = "=", numbers_in: Expr | None = None
    ) -> Iterator[Equation]:
        """`lhs = rhs = numbers = value`; `numbers_in` is what numbers are put into, if that is not `rhs`."""
        numbers_in = rhs if numbers_in is None else numbers_in
        if self.arrays and out:
            yield self._chain(lhs, rhs, out, relation, numbers_in)
        for place in places(out) if self.entries or not out else ():
            spot = {i: Integer(k) for i, k in zip(out, place, strict=True)}
            parts = (rename(lhs, spot), *(explicit(rename(e, spot)) for e in (rhs, numbers_in)))
            yield self._chain(parts[0], parts[1], (), relation, parts[2])

    def _chain(self, lhs: Expr, rhs: Expr, out: tuple[Index, ...], relation: str, numbers_in: Expr) -> Equation:
        first = Step(rhs, "update" if relation == "<-" else "formula")
        value = self._value(numbers_in, out, self.digits)
        steps = [first, self._numbers(numbers_in, out, value), value] if tensors(rhs) else [first]
        return Equation(lhs, out, tuple(steps), relation, context=self.context, literal=not out)

    def _value(self, e: Expr, out: tuple[Index, ...], digits: int) -> Step:
        decimals, exact = self.point.array(e, out, digits)
        stand_in = value_elem(out)
        return Step(stand_in, "value", relation="=" if exact else "~", numbers={stand_in.tensor: decimals})

    def _numbers(self, e: Expr, out: tuple[Index, ...], value: Step) -> Step:
        """The formula with numbers in it that give the value that is shown."""
        (wanted,) = (value.numbers or {}).values()
        point, digits = self.point, self.digits
        for more in range(MORE_DIGITS + 1):
            found = {t: point.tensor(t, digits + more) for t in sorted(tensors(e), key=str)}
            numbers = {t: decimals for t, (decimals, _) in found.items()}
            try:
                if Point(Program(()), _as_fractions(numbers)).array(e, out, digits)[0] == wanted:
                    break
            except NoValue:  # log(1 - 1.000), where the number is rounded
                continue
        exact = all(itself for _, itself in found.values())
        return Step(e, "numbers", relation="=" if exact else "~", numbers=numbers)


def _as_fractions(value: Any) -> Any:
    if isinstance(value, dict):
        return {t: _as_fractions(v) for t, v in value.items()}
    return tuple(map(_as_fractions, value)) if isinstance(value, tuple) else Fraction(value)
