"""What a page prints, each shape once: in a deep network nearly all layers look alike."""

from __future__ import annotations

from collections.abc import Iterator

from sympy import Expr

from derive.derivation import Derivation
from derive.expr import Index, grounded
from derive.notation.document.lines import in_blocks


def shapes(page: Derivation, steps: str) -> Iterator[tuple[Expr, tuple[Index, ...]]]:
    """Both sides of every line, over their indices; of those that differ in the layer alone, the first."""
    seen = set()
    for equation in map(in_blocks, page.equations()):
        for e in (equation.lhs, *(s.after for s in equation.shown(steps))):
            shape, _ = grounded(e, *equation.out)
            if shape not in seen:
                seen.add(shape)
                yield e, equation.out
