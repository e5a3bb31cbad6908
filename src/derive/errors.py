"""The errors that a user can meet, in one place.

Every message says what was asked, where, what was expected, what was found and what to try.
The command line prints `str(error)` and leaves with `error.exit_code`.
"""

from __future__ import annotations


class DeriveError(Exception):
    """Base of all errors that `derive` raises on purpose."""

    exit_code = 2


class ShapeError(DeriveError):
    """Operands whose shapes or index types do not fit together."""


class UndefinedError(DeriveError):
    """A value that is no real number, or an exact number without bound: 1/0, log(0), sqrt(-1), 10**10**10."""


class NotDifferentiable(DeriveError):
    """A derivative was asked of something that has none known to the rule table."""


class OptionError(DeriveError):
    """A command-line option or API argument with a value that cannot be used."""


class VerificationError(DeriveError):
    """A step was refuted or a witness disagrees: a bug of `derive`, never of the user."""

    exit_code = 1


class FormulaError(DeriveError):
    """A formula that cannot be read: says where, with a caret under the place.

    `source` is the text that was read, `offset` the 0-based position of the trouble.
    """

    def __init__(self, message: str, source: str = "", offset: int = 0, *, hint: str = "") -> None:
        self.message, self.source, self.offset, self.hint = message, source, offset, hint
        super().__init__(message)

    @property
    def line(self) -> int:
        return self.source.count("\n", 0, self.offset) + 1

    @property
    def column(self) -> int:
        return self.offset - (self.source.rfind("\n", 0, self.offset) + 1) + 1

    def __str__(self) -> str:
        lines = self.source.splitlines() or [""]
        text = lines[min(self.line, len(lines)) - 1]
        first = max(0, self.column - 41)  # a window: the line may be a megabyte long
        window = text[first : first + 80].replace("\t", " ")
        caret = " " * (self.column - 1 - first) + "^"
        where = f"line {self.line}, column {self.column}: "
        shown = f"\n    {window}\n    {caret}" if self.source else ""
        hint = f"\n{self.hint}" if self.hint else ""
        return f"{where if self.source else ''}{self.message}{shown}{hint}"
