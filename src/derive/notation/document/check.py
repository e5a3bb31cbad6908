"""Is what will be printed what was derived? Every matrix form is lowered to indices again and compared."""

from __future__ import annotations

from collections.abc import Iterator

from derive.derivation import Derivation
from derive.expr import Diff, contains, lowest_layer, shifted
from derive.notation.document.lines import in_blocks, matrix_form
from derive.notation.lower import lower
from derive.verify.decide import decide


def unfaithful(page: Derivation, steps: str) -> Iterator[str]:
    """What the matrix forms say against what was derived: a line for each that differs. There should be none."""
    seen = set()
    for equation in map(in_blocks, page.equations()):
        for e in (equation.lhs, *(s.after for s in equation.shown(steps))):
            by = -lowest_layer(e)  # layers of the same shape have the same form
            key = tuple(shifted(part, by) for part in (e, *equation.out))
            if key in seen:
                continue
            seen.add(key)
            form = matrix_form(e, equation.out)
            if form is None:
                continue
            meaning = lower(form, equation.out)
            if meaning == e:
                continue
            verdict = decide(meaning, e, almost_everywhere=contains(e, Diff))
            if not verdict.established:
                yield f"the matrix form of {e} means {meaning}: {verdict.kind}, {verdict.detail}"
