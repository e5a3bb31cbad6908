"""Every claim of the sample notes is read."""

from __future__ import annotations

import json

from derive.documents import read_file


def test_all_claims_are_read(examples):
    assert len(examples) >= 10
    for path in examples:
        expected = json.loads(path.with_name(f"{path.stem}.expected.json").read_text(encoding="utf-8"))
        note = read_file(path)
        assert [s.problem for s in note.claims if s.kind == "unreadable"] == []
        assert sorted(s.line for s in note.claims) == sorted(c["line"] for c in expected)
        assert all(s.sides is not None or s.clash for s in note.claims)
        assert note.diagnostics == ()
