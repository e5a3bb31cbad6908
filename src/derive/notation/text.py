"""Forms as plain Unicode text, for terminals."""

from __future__ import annotations

from derive.notation.forms import Form
from derive.notation.style import TEXT
from derive.notation.writer import write


def text(form: Form) -> str:
    """The form in one line of text: Xᵀ (p - y)/N."""
    return write(form, TEXT).text
