"""Refutations that rest on a guess: a symbol that the note never declared, whose meaning was inferred from its use.

If such a symbol stands on one side only, or the shapes clash, the reading is as likely to be wrong as the note. Then
nothing is claimed, and the report asks for the declaration. Likewise where a claim holds if the x_n are the rows of X,
or its columns.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import reduce
from itertools import permutations
from typing import TYPE_CHECKING

from sympy import Expr

from derive.check.verdicts.exchange import exchanged, flipped
from derive.check.verdicts.shapes import aligned
from derive.documents.source.uses import EACH
from derive.expr import Let, Program
from derive.verify import Verdict, decide
from derive.verify.place import Claim

if TYPE_CHECKING:
    from derive.check.verdicts.claims import Case
    from derive.documents.model import Statement
    from derive.expr import Tensor

SECONDS = 1.0
MOST = 4  # pairs of vectors and a matrix with another letter that are tried

GUESS = re.compile(r"(?P<name>\S+) is taken as (?P<what>.*) \(not declared\)")


def guessed(statement: Statement) -> frozenset[str]:
    """The names whose meaning was inferred. That rows count as columns is doubted only where they stand in the claim:
    the definitions that it rests on have been read so."""
    found = [m for a in statement.assumptions if (m := GUESS.match(a))]
    return frozenset(m["name"] for m in found if m["what"] != "columns" or _occurs(m["name"], statement))


def _occurs(name: str, statement: Statement) -> bool:
    letter = re.compile(rf"(?<![A-Za-z\\]){re.escape(name)}(?![A-Za-z])")
    return any(map(letter.search, (statement.lhs_text, statement.rhs_text)))


def doubted(statement: Statement, found: tuple[Case, ...], verdict: Verdict) -> Verdict:
    """The verdict; or `undecided`, where a refutation rests on a guess."""
    if verdict.kind == "refuted" and (said := holds_for_rows(statement, found)):
        return Verdict("undecided", verdict.method, said)
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


def holds_for_rows(statement: Statement, found: tuple[Case, ...]) -> str:
    """That the claim holds if the x_n are the rows of X, which many a note leaves unsaid; empty if it does not."""
    if statement.relation != "=":
        return ""
    inputs = {t for case in found for t in Claim(case.left.expr, case.right.expr, case.program).inputs()}
    pairs = [
        (x, of)
        for x, of in permutations(sorted(inputs, key=str), 2)
        if len(x.dims) == 2 and x.dims in (of.dims, of.dims[::-1]) and x.name.islower() and of.name.isupper()
    ]
    named = [(x, of) for x, of in pairs if x.name.removesuffix(EACH).upper() == of.name]
    others = [p for p in pairs if p not in named][:MOST]
    for some in [*([p] for p in named), *([named] if len(named) > 1 else []), *([p] for p in others)]:
        for what, put in (("row", exchanged), ("column", flipped)):
            if _fits(some, what) and all(_holds_with(case, some, put) for case in found):
                lines = " and ".join(f"{x.name}_n is {what} n of {of.name}" for x, of in some)
                return f"it holds if {lines}, which the note does not say"
    return ""


def _fits(pairs: list[tuple[Tensor, Tensor]], what: str) -> bool:
    return all(x.dims == (of.dims if what == "row" else of.dims[::-1]) for x, of in pairs)


def _holds_with(case: Case, lines: list[tuple[Tensor, Tensor]], exchange: Callable[..., Expr]) -> bool:
    pair = aligned(case.left, case.right)
    if pair is None:
        return False

    def put(e: Expr) -> Expr:
        return reduce(lambda u, line: exchange(u, *line), lines, e)

    lets = tuple(Let(let.target, put(let.rhs)) for let in case.program)
    return decide(*map(put, pair[:2]), Program(lets), almost_everywhere=True, seconds=SECONDS).established


def lopsided(case: Case) -> frozenset[str]:
    """The names of inputs that only one side rests on, the definitions put in."""
    claim = Claim(case.left.expr, case.right.expr, case.program)
    left, right = ({t.name for t in claim.inputs(e)} for e in (claim.left, claim.right))
    return frozenset(left ^ right)
