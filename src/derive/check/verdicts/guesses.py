"""Refutations that rest on a guess: a symbol that the note never declared, whose meaning was inferred from its use.

If such a symbol stands on one side only, or the shapes clash, the reading is as likely to be wrong as the note. Then
nothing is claimed, and the report asks for the declaration.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from derive.verify import Verdict
from derive.verify.place import Claim

if TYPE_CHECKING:
    from derive.check.verdicts.claims import Case
    from derive.documents.model import Statement

GUESS = re.compile(r"(\S+) is taken as .*\(not declared\)")


def guessed(statement: Statement) -> frozenset[str]:
    """The names whose meaning was inferred."""
    return frozenset(found.group(1) for a in statement.assumptions if (found := GUESS.match(a)))


def doubted(statement: Statement, found: tuple[Case, ...], verdict: Verdict) -> Verdict:
    """The verdict; or `undecided`, where a refutation rests on a guess."""
    names = guessed(statement) if verdict.kind == "refuted" else frozenset()
    if not names:
        return verdict
    doubtful = names if verdict.method == "shapes" else names & frozenset().union(*map(lopsided, found))
    if not doubtful:
        return verdict
    which = ", ".join(sorted(doubtful))
    return Verdict(
        "undecided", verdict.method, f"declare {which}, which the note does not; as guessed: {verdict.detail}"
    )


def lopsided(case: Case) -> frozenset[str]:
    """The names of inputs that only one side rests on, the definitions put in."""
    claim = Claim(case.left.expr, case.right.expr, case.program)
    left, right = ({t.name for t in claim.inputs(e)} for e in (claim.left, claim.right))
    return frozenset(left ^ right)
