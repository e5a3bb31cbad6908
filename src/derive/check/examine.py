"""A statement of a note becomes a finding: the verdict, and for what is refuted the likely cause and the right form."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING, Any, TypeVar

from derive.check.causes.causes import SECONDS as LONGEST
from derive.check.causes.causes import Cause, explain
from derive.check.causes.retype import undone
from derive.check.result import Finding
from derive.check.verdicts.claims import SECONDS, SHAPES, judge
from derive.documents.source.uses import as_noted
from derive.errors import DeriveError
from derive.evaluate.clock import now
from derive.verify import Verdict

if TYPE_CHECKING:
    from derive.documents.model import Statement


DECIMAL = re.compile(r"-?\d+\.\d+(?:e[+-]?\d+)?")
FRACTION = re.compile(r"-?\d{1,20}/\d{1,20}")
LABEL = re.compile(r"(?P<label>\S+ = \d+(?:, \S+ = \d+)*): (?:at|left|entry)\b")  # the layer or the step
LONG = 12  # entries of an array that are told
MORE, SOONEST = 1.0, 0.5  # seconds for the cause after a claim that took all its time, and at least
Found = TypeVar("Found")
Again = Callable[[str], "Statement | None"]


def examine(
    statement: Statement, *, seconds: float = SECONDS, hints: bool = True, again: Again | None = None
) -> Finding:
    """The finding for one statement; whatever goes wrong inside is a verdict, never an exception.

    `again` reads the statement once more with another right side, in its place in the note.
    """
    until = now() + seconds + MORE
    try:
        verdict = judge(statement, seconds=seconds)
    except RecursionError:
        verdict = Verdict("undecided", "checker", "the claim is nested too deeply")
    except (DeriveError, ArithmeticError, ValueError, TypeError, LookupError, AttributeError, AssertionError) as error:
        verdict = Verdict("undecided", "checker", f"{type(error).__name__}: {str(error)[:200]}")
    return finding(statement, verdict, hint(statement, verdict, again, until - now()) if hints else "")


def finding(statement: Statement, verdict: Verdict, said: str = "") -> Finding:
    return Finding(
        statement.line,
        statement.column,
        statement.lhs_text,
        statement.relation,
        statement.rhs_text,
        verdict.kind,
        verdict.method,
        detail(verdict, decimals=bool(DECIMAL.search(statement.rhs_text))),
        said,
        counted_from_one(verdict.counterexample),
        tuple(dict.fromkeys((*statement.assumptions, *verdict.assumptions))),
        reading(statement),
        trouble=statement.trouble and (statement.trouble.line, statement.trouble.column),
    )


def reading(statement: Statement) -> str:
    """How the claim was read; of several layers or steps, at the last one."""
    label = statement.instances[-1].label if statement.instances and not statement.clash else ""
    shown = as_noted(statement.reading)
    return f"{shown}, at {label}" if label and shown else shown


def hint(statement: Statement, verdict: Verdict, again: Again | None = None, left: float = LONGEST) -> str:
    """What to do about it; empty where there is nothing to say. `left`: seconds for the search for a cause."""
    if verdict.kind == "convention" and statement.derivative_kind == "mixed":
        return r"write \partial x \partial y^\top for rows of x and columns of y"
    if verdict.kind == "convention":
        return "declare the layout in a comment: derive: numerator layout, or denominator layout"
    if verdict.kind != "refuted":
        return ""
    if statement.image is not None:
        from derive.check.verdicts.images import right_form

        found = right_form(verdict)
        return f"right: {statement.lhs_text} = {found}" if found else ""
    cause = _carefully(lambda: explain(statement, seconds=max(SOONEST, min(LONGEST, left))))
    if again and (statement.clash or (verdict.method == SHAPES and (cause is None or not cause.sentence))):
        cause = _carefully(lambda: undone(statement.rhs_text, again)) or cause
    said = in_words(cause) if cause else ""
    if statement.unbound and not said:
        return unbound(statement)
    if not said and statement.clash and again:
        return _carefully(lambda: derived_form(again)) or ""
    return said or decimal_form(statement, verdict)


def unbound(statement: Statement) -> str:
    """What may be wrong where an index is free on one side only."""
    alone = [x for x in statement.unbound if not (_occurs(x, statement.lhs_text) and _occurs(x, statement.rhs_text))]
    if alone:
        return f"possible cause: {', '.join(alone)} occurs on one side only; is a sum or a bracket missing?"
    return f"possible cause: {', '.join(statement.unbound)} cancels on one side; has an index the wrong name?"


def _occurs(name: str, text: str) -> bool:
    return re.search(rf"(?<![A-Za-z\\]){re.escape(name)}(?![A-Za-z])", text) is not None


def derived_form(again: Again) -> str:
    """The derivative on the left side, where the right side as it stands has no meaning."""
    read = again("0")
    if read is None or read.sides is None or read.derivative_kind is None:
        return ""
    found = explain(read)
    return f"right: {found.correction}" if found and found.correction else ""


def decimal_form(statement: Statement, verdict: Verdict) -> str:
    """The number on the left side, where a decimal on the right side is another one."""
    found = verdict.counterexample
    if not found or found["values"] or found["sizes"] or not DECIMAL.fullmatch(statement.rhs_text.strip()):
        return ""
    left = decimal(found["left"])
    return f"right: {left}" if left != found["left"] else ""


def _carefully(look: Callable[[], Found | None]) -> Found | None:
    try:
        return look()
    except Exception:  # a hint is never worth a failure
        return None


def in_words(cause: Cause) -> str:
    said = []
    if cause.sentence:
        said.append(f"{'likely' if cause.certain else 'possible'} cause: {cause.sentence}")
    if cause.correction:
        said.append(f"right: {cause.correction}")
    return "; ".join(said)


# -- counterexamples -------------------------------------------------------------------------------------------


def counted_from_one(found: Any) -> dict[str, Any] | None:
    """A counterexample with its entry counted from 1 and its names as notes have them."""
    if found is None:
        return None
    entry = {name: place + 1 for name, place in found.get("entry", {}).items()}
    shown = as_noted(" ".join(found["values"])).split()
    return {**found, "entry": entry, "values": dict(zip(shown, found["values"].values(), strict=True))}


def detail(verdict: Verdict, *, decimals: bool = False) -> str:
    """The verdict's sentence; a counterexample is told with entries counted from 1.

    `decimals`: the note writes its numbers so.
    """
    found = counted_from_one(verdict.counterexample)
    if found is None:
        return verdict.detail
    label = named["label"] if (named := LABEL.match(verdict.detail)) else ""
    parts = [f"{name} = {n}" for name, n in found["sizes"].items()]
    parts += [f"{name} = {_joined(value)}" for name, value in found["values"].items()]
    where = f"at {', '.join(parts)}" if parts else ""
    entry = _entry(found["entry"])
    place = "; ".join(x for x in (label, where, entry) if x)
    left, right = apart(*(decimal(x) if decimals else x for x in (found["left"], found["right"])))
    return f"{place}{': ' if place else ''}left {left}, right {right}"


def apart(left: str, right: str) -> tuple[str, str]:
    """Two numbers with no more digits than tell them apart; fractions stay as they are.

    >>> apart("4.00000000000", "-0.609485021701")
    ('4', '-0.609485')
    """
    for digits in range(6, 12):
        shown = _rounded(left, digits), _rounded(right, digits)
        if shown[0] != shown[1]:
            return shown
    return left, right


def decimal(number: str) -> str:
    """A fraction as a decimal, where a short one says it exactly.

    >>> decimal("999/20000"), decimal("1/3")
    ('0.04995', '1/3')
    """
    if not FRACTION.fullmatch(number):
        return number
    value = Fraction(number)
    shown = f"{float(value):.10f}".rstrip("0")
    return shown if Fraction(shown) == value else number


def _rounded(number: str, digits: int) -> str:
    return f"{float(number):.{digits}g}" if DECIMAL.fullmatch(number) else number


def _entry(entry: dict[str, int]) -> str:
    if not entry:
        return ""
    if set(entry) <= {"row", "column", "entry"}:
        return f"entry ({', '.join(str(entry[k]) for k in ('entry', 'row', 'column') if k in entry)})"
    return "entry " + ", ".join(f"{name} = {place}" for name, place in entry.items())


def _joined(value: Any) -> str:
    """A value as it is told; of long arrays the first entries, while the report for machines has them all.

    >>> _joined(["1/2", ["3", "4"], *("0" * 97), "7"])
    '[1/2, [3, 4], 0, 0, ..., 7]'
    """
    if not isinstance(value, list):
        return str(value)
    told = list(map(_joined, value if len(value) <= LONG else [*value[:4], value[-1]]))
    return f"[{', '.join(told if len(value) <= LONG else [*told[:-1], '...', told[-1]])}]"
