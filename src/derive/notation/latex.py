"""Forms as LaTeX for MathJax, KaTeX and pdfLaTeX: plain italic letters, no \\operatorname."""

from __future__ import annotations

from typing import Literal, overload

from derive.notation.forms import Form
from derive.notation.share import shared
from derive.notation.style import LATEX
from derive.notation.writer import write


@overload
def latex(form: Form, share: Literal[False] = ...) -> str: ...
@overload
def latex(form: Form, share: Literal[True]) -> tuple[str, list[tuple[str, str]]]: ...
def latex(form: Form, share: bool = False) -> str | tuple[str, list[tuple[str, str]]]:
    """The form in LaTeX. With `share`, large parts that repeat get names: (main, [(name, definition)])."""
    if not share:
        return write(form, LATEX).text
    main, names = shared(form)
    return write(main, LATEX).text, [(write(n, LATEX).text, write(n.meaning, LATEX).text) for n in names]
