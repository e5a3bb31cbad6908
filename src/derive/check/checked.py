"""`derive.check`: the findings on a note, in Python and in notebooks."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from os import PathLike

from derive.check.result import FileReport, Finding, Summary, summarised
from derive.check.run.sources import STDIN, SUFFIXES
from derive.errors import OptionError


@dataclass(frozen=True, repr=False)
class Checked:
    """What became of the claims: a sequence of findings in the order of the notes, printed as the command does."""

    files: tuple[FileReport, ...]

    @property
    def claims(self) -> tuple[Finding, ...]:
        return tuple(f for r in self.files for f in r.claims)

    @property
    def refuted(self) -> tuple[Finding, ...]:
        return tuple(f for f in self.claims if f.verdict == "refuted")

    @property
    def summary(self) -> Summary:
        """The counts, and how many claims were read."""
        return summarised(self.files)

    def __len__(self) -> int:
        return len(self.claims)

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.claims)

    def __getitem__(self, n: int) -> Finding:
        return self.claims[n]

    def __repr__(self) -> str:
        from derive.check.report import as_text

        return as_text(self.files) or "no notes were found"

    def _repr_html_(self) -> str:
        from derive.check.report import as_html

        return as_html(self.files)


def check(notes: str | PathLike[str], *, seconds: float = 5.0, hints: bool = True, jobs: int | None = None) -> Checked:
    """Check the claims in notes: the path of a file or of a folder, or the text itself, in Markdown or TeX.

    `seconds` is the time that one claim may take. Raises OptionError where a path leads nowhere, or to no text.

    >>> found = check(r"Let $x \\in \\mathbb{R}^n$. Then $\\nabla_x (x^\\top x) = x$ and $x^\\top x = \\sum_i x_i^2$.")
    >>> [(f.line, f.verdict) for f in found]
    [(1, 'refuted'), (1, 'proved')]
    >>> found.refuted[0].hint
    'likely cause: a factor $2$ is missing; right: 2 x'
    """
    from derive.check.run.runner import check_files, check_text

    if not _is_path(notes):
        return Checked((check_text(str(notes), seconds=seconds, hints=hints),))
    path = os.fspath(notes)
    if path == STDIN or not os.path.exists(path):
        raise OptionError(f"{path}: there is no such file or folder")
    files = tuple(check_files([path], seconds=seconds, jobs=jobs, hints=hints))
    if files and all(r.error for r in files):
        raise OptionError(f"{files[0].path}: {files[0].error}")
    return Checked(files)


def _is_path(notes: str | PathLike[str]) -> bool:
    """Text has lines or formulas; what has neither and ends as notes do, or is there, is a path."""
    if not isinstance(notes, str):
        return True
    if "\n" in notes or "$" in notes or "\\(" in notes or "\\[" in notes or "\0" in notes or not notes:
        return False
    return notes.lower().endswith(SUFFIXES) or os.path.exists(notes)
