"""Reports: what people and machines are told, word for word."""

from __future__ import annotations

import json
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from derive.check.report import annotations, as_json, as_junit, as_text
from derive.check.report.text import columns
from derive.check.result import FileReport, Finding, exit_code, summarised

SOURCE = ("# A note", "$$E = m, \\qquad F = p - y$$", "한국어 $G = 1 < 2$")
WRONG = Finding(
    2, 21, "F", "=", "p - y", "refuted", "ball arithmetic", "at p = 1, y = 0: left -1, right 1",
    "likely cause: the sign is wrong; right: y - p",
    {"sizes": {}, "values": {"p": "1", "y": "0"}, "entry": {}, "left": "-1", "right": "1"},
    ("y in {0, 1}",), "F = p - y",
)  # fmt: skip
FINE = Finding(2, 7, "E", "=", "m", "proved", "normal form", "identical", reading="E = m")
ODD = Finding(3, 10, "G", "=", "1 < 2", "unreadable", "reader", "expected a number; found <")
NAMED = Finding(1, 1, "z", "=", "w x", "definition", "definition")
REPORT = FileReport("note.md", (NAMED, FINE, WRONG, ODD), (), "", SOURCE, {"p": "a number"})
MISSING = FileReport("gone.md", error="there is no such file")

TEXT = """\
note.md:2:21: wrong (refuted, ball arithmetic)
    $$E = m, \\qquad F = p - y$$
                        ^~~~~
    at p = 1, y = 0: left -1, right 1
    likely cause: the sign is wrong
    right: y - p

note.md:3:10: not understood (unreadable, reader)
    한국어 $G = 1 < 2$
                ^~~~~
    expected a number; found <

note.md: 2 of 3 claims read (66.7%): 1 proved, 1 refuted, 1 unreadable"""

TABLE = """\
file                             claims   read  proved  confirmed  convention  refuted  undecided  unreadable
note.md                               3  66.7%       1          0           0        1          0           1
gone.md (there is no such file)       -      -       -          -           -        -          -           -
-------------------------------------------------------------------------------------------------------------
2 files                               3  66.7%       1          0           0        1          0           1"""


def test_text() -> None:
    assert as_text([REPORT]) == TEXT


LOST = replace(ODD, detail="line 3, column 5: expected a name; found $G", trouble=(3, 5))
ELSEWHERE = replace(LOST, rhs="not there")


def test_what_was_not_understood_has_the_caret_under_its_token() -> None:
    told = as_text([FileReport("note.md", (LOST,), (), "", SOURCE)]).splitlines()
    assert told[0] == "note.md:3:5: not understood (unreadable, reader)"
    assert told[1:4] == ["    한국어 $G = 1 < 2$", "           ^", "    expected a name; found $G"]
    assert annotations([FileReport("note.md", (LOST,))]).startswith("::warning file=note.md,line=3,col=5,")


def test_a_claim_that_the_file_does_not_show_there_is_shown_itself() -> None:
    told = as_text([FileReport("note.ipynb", (ELSEWHERE,), (), "", SOURCE)]).splitlines()
    assert told[0] == "note.ipynb:3:10: not understood (unreadable, reader)"
    assert told[1:3] == ["    G = not there", "        ^~~~~~~~~"]
    assert told[3] == "    line 3, column 5: expected a name; found $G"


def test_a_verdict_is_said_once() -> None:
    told = as_text([REPORT], explain=True)
    assert "note.md:2:7: proved (normal form)" in told.splitlines()


def test_the_closing_table() -> None:
    assert as_text([REPORT, MISSING]).endswith(TABLE)


def test_explain_shows_the_reading_of_every_claim() -> None:
    told = as_text([REPORT], explain=True)
    assert "read as: E = m" in told
    assert "assuming: y in {0, 1}" in told
    assert "p: a number" in told
    assert "line 1: z := w x" in told


def test_json_follows_the_schema() -> None:
    told = json.loads(as_json([REPORT]))
    assert told["version"] == 1
    claims = told["files"][0]["claims"]
    keys = "line column lhs relation rhs verdict method detail hint counterexample assumptions reading"
    assert list(claims[0]) == keys.split()
    assert [c["verdict"] for c in claims] == ["definition", "proved", "refuted", "unreadable"]
    assert told["summary"]["claims"] == 3
    assert told["summary"]["coverage"] == 66.7


def test_junit() -> None:
    root = ElementTree.fromstring(as_junit([REPORT, MISSING]))
    suite, gone = root
    assert suite.attrib == {"name": "note.md", "tests": "3", "failures": "1", "skipped": "1", "errors": "0"}
    assert [case.attrib["line"] for case in suite] == ["2", "2", "3"]
    assert [child.tag for case in suite for child in case] == ["failure", "skipped"]
    assert (gone.attrib["tests"], gone.attrib["errors"], gone[0][0].tag) == ("1", "1", "error")


def test_junit_survives_control_characters() -> None:
    odd = Finding(1, 1, "a\x00", "=", "<&\"'", "refuted", "m", "\x0b")
    ElementTree.fromstring(as_junit([FileReport("x", (odd,))]))


def test_annotations() -> None:
    assert annotations([REPORT, MISSING]).splitlines() == [
        "::error file=note.md,line=2,col=21,title=F = p - y::refuted: at p = 1, y = 0: left -1, right 1%0A"
        "likely cause: the sign is wrong; right: y - p",
        "::warning file=note.md,line=3,col=10,title=G = 1 < 2::unreadable: expected a number; found <",
        "derive check: note.md: 2 of 3 claims read (66.7%): 1 proved, 1 refuted, 1 unreadable",
        "::error file=gone.md::there is no such file",
    ]


def test_long_lines_are_shown_around_the_place() -> None:
    line = "x" * 5000 + " = y"
    found = Finding(1, 5004, "x", "=", "y", "refuted", "m", "d")
    excerpt = as_text([FileReport("n", (found,), (), "", (line,))]).splitlines()[1:3]
    assert len(excerpt[0]) <= 104
    assert excerpt[0][excerpt[1].index("^")] == "y"


CODES = [
    (("proved",), {}, 0),
    (("proved", "refuted"), {}, 1),
    (("proved", "undecided"), {}, 0),
    (("proved", "undecided"), {"strict": True}, 1),
    (("proved", "convention"), {}, 0),
    (("proved", "convention"), {"strict": True}, 1),
    (("proved", "undecided"), {"fail_under": 50}, 0),
    (("proved", "undecided"), {"fail_under": 51}, 1),
    (("proved", "unreadable"), {}, 0),
    (("proved", "unreadable", "unreadable"), {}, 1),
    ((), {}, 1),
    (("definition",), {}, 1),
]


@pytest.mark.parametrize(("verdicts", "options", "code"), CODES)
def test_exit_codes(verdicts: tuple[str, ...], options: dict[str, float], code: int) -> None:
    findings = tuple(Finding(1, 1, "a", "=", "b", v) for v in verdicts)
    assert exit_code([FileReport("n", findings)], **options) == code


def test_a_file_that_cannot_be_read_is_two() -> None:
    assert exit_code([REPORT, MISSING]) == 2
    assert summarised([REPORT, MISSING]).errors == 1


def test_columns() -> None:
    assert (columns("abc"), columns("한"), columns("e\u0301")) == (3, 2, 1)
