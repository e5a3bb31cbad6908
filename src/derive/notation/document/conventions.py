"""What a reader has to know of the notation beside the symbols: a sentence for each convention that a page uses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from derive.derivation import Derivation, Prose, Section
from derive.notation.document.lines import matrix_form
from derive.notation.document.shapes import shapes
from derive.notation.forms import Apply, Basis, Const, Form, Power, WinnerOf, walk


def _series(f: Form) -> bool:
    """Whether a function of a square matrix could be taken for a series."""
    root = isinstance(f, Power) and isinstance(f.exponent, Const) and not f.exponent.value.is_Integer
    return (isinstance(f, Apply) or root) and len(f.shape) == 2 and f.shape[0] == f.shape[1]


SAYINGS: tuple[tuple[Callable[[Form], bool], str], ...] = (
    (lambda f: isinstance(f, Basis), "Here $e_i$ is the unit vector with a one at position $i$."),
    (
        lambda f: isinstance(f, WinnerOf),
        "The hardmax of a vector, or of each row of a matrix, is one at the largest entry and else zero.",
    ),
    (_series, "Functions of a matrix act entry by entry."),
)


def explained(page: Derivation, *, notation: str = "matrix", steps: str = "key") -> Derivation:
    """The page with its conventions said at the end of the section on notation."""
    used = [] if notation == "component" else [f for form in _forms(page, steps) for f in walk(form)]
    said = tuple(Prose(text) for applies, text in SAYINGS if any(map(applies, used)))
    if not said:
        return page
    at = next((n for n, s in enumerate(page.sections) if s.part == "notation"), None)
    if at is None:
        return replace(page, sections=(Section("Notation", said, "notation"), *page.sections))
    section = replace(page.sections[at], blocks=(*page.sections[at].blocks, *said))
    return replace(page, sections=(*page.sections[:at], section, *page.sections[at + 1 :]))


def _forms(page: Derivation, steps: str) -> Iterator[Form]:
    """A convention is used by all layers of a shape, or by none."""
    return filter(None, (matrix_form(e, out) for e, out in shapes(page, steps)))
