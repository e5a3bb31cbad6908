"""Reports of a check: text for people, JSON, JUnit XML and annotations for machines."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from derive.check.report.annotations import annotations
from derive.check.report.html import as_html
from derive.check.report.json import as_json
from derive.check.report.junit import as_junit
from derive.check.report.text import as_text
from derive.check.result import FileReport

FORMATS: dict[str, Callable[[Sequence[FileReport]], str]] = {
    "json": as_json,
    "junit": as_junit,
    "github": annotations,
}

__all__ = ["FORMATS", "annotations", "as_html", "as_json", "as_junit", "as_text"]
