"""Is what will be printed what was derived? Every matrix form is lowered to indices again and compared."""

from __future__ import annotations

from collections.abc import Iterator

from derive.derivation import Derivation
from derive.expr import Diff, contains
from derive.notation.document.lines import matrix_form
from derive.notation.document.shapes import shapes
from derive.notation.lower import lower
from derive.verify.decide import decide


def unfaithful(page: Derivation, steps: str) -> Iterator[str]:
    """What the matrix forms say against what was derived: a line for each shape that differs. There should be none."""
    for e, out in shapes(page, steps):
        form = matrix_form(e, out)
        if form is None:
            continue
        meaning = lower(form, out)
        if meaning == e:
            continue
        verdict = decide(meaning, e, almost_everywhere=contains(e, Diff), derived=True)
        if not verdict.established:
            yield f"the matrix form of {e} means {meaning}: {verdict.kind}, {verdict.detail}"
