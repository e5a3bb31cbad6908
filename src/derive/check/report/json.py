"""The report as JSON; the schema is fixed by the interface of the command line."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from derive.check.result import FileReport, Finding, summarised

VERSION = 1


def as_json(reports: Sequence[FileReport]) -> str:
    document = {"version": VERSION, "files": [_file(r) for r in reports], "summary": summarised(reports).as_dict()}
    return json.dumps(document, ensure_ascii=False, indent=1)


def _file(report: FileReport) -> dict[str, Any]:
    fields: dict[str, Any] = {"path": report.path, "claims": [_claim(f) for f in report.findings]}
    if report.error:
        fields["error"] = report.error
    if report.remarks:
        fields["remarks"] = list(report.remarks)
    return fields


def _claim(f: Finding) -> dict[str, Any]:
    return {
        "line": f.line,
        "column": f.column,
        "lhs": f.lhs,
        "relation": f.relation,
        "rhs": f.rhs,
        "verdict": f.verdict,
        "method": f.method,
        "detail": f.detail,
        "hint": f.hint,
        "counterexample": f.counterexample,
        "assumptions": list(f.assumptions),
        "reading": f.reading,
    }
