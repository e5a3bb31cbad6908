"""Why an expression has no value at a point. All of them mean "ask elsewhere", none means "wrong"."""

from __future__ import annotations

from derive.errors import DeriveError


class NoValue(DeriveError):
    """The expression could not be evaluated at this point in this ring."""


class OutsideDomain(NoValue):
    """Division by zero, logarithm of a number that is not positive, tie of a Winner: nothing is defined here."""


class Undecidable(NoValue):
    """A comparison of balls that overlap, or a derivative that the ring cannot take."""


class NotExact(NoValue):
    """The value is no rational number, so exact arithmetic has nothing to say."""


class OutOfTime(NoValue):
    """The deadline that was given has passed."""
