"""LaTeX line by line: what it is read as."""

from __future__ import annotations

import pytest

from derive.documents import read_expression
from derive.errors import FormulaError
from derive.notation import component_text
from documents.syntax.lines import LINES, WHERE
from documents.syntax.unreadable import UNREADABLE


@pytest.mark.parametrize(("latex", "shape", "reading"), LINES, ids=[row[0] for row in LINES])
def test_reads_as(latex: str, shape: str, reading: str):
    side = read_expression(latex, WHERE)
    assert component_text(side.expr) == reading
    assert (" x ".join(map(str, side.shape)) or "scalar") == shape


@pytest.mark.parametrize(("latex", "expected"), UNREADABLE, ids=[row[0] for row in UNREADABLE])
def test_says_what_was_expected(latex: str, expected: str):
    with pytest.raises(FormulaError) as error:
        read_expression(latex, WHERE)
    assert expected in str(error.value)
