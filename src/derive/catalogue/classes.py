"""The number of classes of a page: a whole number, or the symbol K."""

from __future__ import annotations

import re

from derive.errors import OptionError

SYMBOLIC = "K"
LEAST, MOST = 2, 9


def parse_classes(text: str) -> int | str:
    """The number of classes: 2 to 9, written out, or the symbol K for any number.

    >>> parse_classes("3"), parse_classes("K")
    (3, 'K')
    """
    given = text.strip()
    if given == SYMBOLIC:
        return SYMBOLIC
    if re.fullmatch(r"[0-9]{1,9}", given) and LEAST <= int(given) <= MOST:
        return int(given)
    shown = text if len(text) <= 60 else text[:57] + "..."
    expected = f"a whole number from {LEAST} to {MOST}, or {SYMBOLIC} for any number of classes"
    hint = f"--classes {SYMBOLIC}" if given.isdecimal() and int(given[:9]) > MOST else f"--classes {LEAST}"
    raise OptionError(f"--classes: expected {expected}; found {shown!r}. Try: {hint}")
