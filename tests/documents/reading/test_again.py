"""A statement read once more with another right side is what the note with that right side says."""

from __future__ import annotations

import pytest

from derive.documents import read

NOTE = r"""Let $X \in \mathbb{R}^{N \times D}$, $w \in \mathbb{R}^D$ and $r = Xw$.

\begin{align}
  f &= r^\top r \\
  \nabla_w f &= X r \\
  \nabla_w f &= 2 w^\top X^\top X
\end{align}
"""


@pytest.mark.parametrize("rhs", ["2 X^\\top r", "X^\\top X w", "2 X r", "2 r^\\top X"])
def test_as_in_the_edited_note(rhs: str) -> None:
    note = read(NOTE, "note.tex")
    number = next(n for n, s in enumerate(note.statements) if s.rhs_text == "X r")
    assert note.edited is not None
    again = note.edited(number, note.statements[number], rhs)
    whole = read(NOTE.replace("= X r", f"= {rhs}"), "note.tex").statements[number]
    assert again is not None
    assert (again.rhs_text, again.clash, again.problem) == (whole.rhs_text, whole.clash, whole.problem)
    assert (again.sides is None) == (whole.sides is None)
    assert again.sides is None or str(again.sides[1].expr) == str(whole.sides[1].expr)


def test_the_note_itself_is_left_as_it_was() -> None:
    note = read(NOTE, "note.tex")
    before = note.statements
    assert note.edited is not None
    for n, s in enumerate(note.statements):
        note.edited(n, s, "0")
    assert note.statements == before
    assert read(NOTE, "note.tex").statements == before
