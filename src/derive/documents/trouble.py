"""Why a formula could not be read, or cannot hold: raised inside this room, turned into statements by the reader."""

from __future__ import annotations

from derive.errors import DeriveError

FAULTS = (ArithmeticError, ValueError, TypeError, LookupError, AttributeError, AssertionError, RecursionError)
"""What a fault of ours raises: the formula is then not understood, and the rest of the note is read all the same."""


class Unreadable(DeriveError):
    """A formula that is not understood: where (an offset in the source), what was found, what was expected."""

    def __init__(self, offset: int, found: str, expected: str) -> None:
        self.offset, self.found, self.expected = offset, found, expected
        super().__init__(f"expected {expected}; found {found}")


class Ordered(Unreadable):
    """Indices are put in an order: it can be read with numbers for them."""


class Blocks(Ordered):
    """An array is put together from others: it can be read with numbers for the sizes."""


class Rounded(Unreadable):
    """A formula is rounded: it can be read with numbers for its letters."""


class Clash(DeriveError):
    """Shapes that cannot fit together, at an offset of the source."""

    def __init__(self, message: str, offset: int = 0) -> None:
        self.offset = offset
        super().__init__(message)


class Unify(DeriveError):
    """An unknown size turned out to be another size: the statement is read again with it."""

    def __init__(self, unknown: object, known: object) -> None:
        self.unknown, self.known = unknown, known
        super().__init__(f"{unknown} is {known}")


class Settle(Unify):
    """A size that nothing determines got a name, for one statement."""
