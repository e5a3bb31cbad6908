"""A page in Python: a derivation that was certified, in every format."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from derive.derivation import Certificate, Derivation


@dataclass(frozen=True)
class Written:
    """A derivation that was certified; `text`, `latex`, `markdown`, `html` and `json` write it.

    Each takes `notation`: "matrix", "component" or "both".
    """

    derivation: Derivation
    steps: str = "key"

    @property
    def certificate(self) -> Certificate | None:
        """What was proved, what was confirmed, and by whom."""
        return self.derivation.certificate

    def text(self, **options: Any) -> str:
        return self._written("text", **options)

    def latex(self, *, standalone: bool = False, **options: Any) -> str:
        """LaTeX; `standalone` is a whole document."""
        return self._written("latex", standalone=standalone, **options)

    def markdown(self, **options: Any) -> str:
        return self._written("markdown", **options)

    def html(self, **options: Any) -> str:
        return self._written("html", **options)

    def json(self, **options: Any) -> str:
        return self._written("json", **options)

    def _written(self, format: str, *, notation: str = "matrix", **options: Any) -> str:
        from derive.notation.document import render

        return render(self.derivation, format, notation=notation, steps=self.steps, **options)

    def __str__(self) -> str:
        return self.text()

    def _repr_markdown_(self) -> str:
        return self.markdown()
