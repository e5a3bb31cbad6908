"""Steps of learning: `w := w - \\eta \\nabla_w J` is the next value of an input, and no definition."""

from __future__ import annotations

import re

from derive.documents.names.bare import Named, bare_name
from derive.documents.names.mentions import reachable_from
from derive.documents.names.scope import same
from derive.documents.names.table import Table
from derive.documents.source.rows import Part
from derive.documents.syntax import tree as s
from derive.documents.syntax.parser import parse
from derive.documents.syntax.tree import walk

LEARNING = re.compile(
    r"\b(?:descent|ascent|updat\w+|repeat\w*|iterat\w+|(?:learning|step|lms|widrow) ?-?(?:rate|rule|size|hoff)|steps?"
    r"|abstieg\w*|aufstieg\w*|gradientenverfahren\w*|wiederhol\w+|schritt\w*|lernrate\w*|lernregel\w*|aktualisier\w+)\b"
    r"|경사\s*(?:하강|상승)|갱신|업데이트|반복|학습률",
    re.IGNORECASE,
)


def updated(part: Part, table: Table) -> str:
    """The name whose next value the formula gives; empty where it gives none."""
    named = _head(part, table) if str(part.relations[0]) == "\\coloneq" else None
    if named is None or named.name in table.functions:
        return ""
    head = parse(part.sides[0])
    head = head.factors[0][1] if isinstance(head, s.Juxtaposed) else head
    return named.name if any(same(head, n) for n in walk(parse(part.sides[1]))) else ""


def _head(part: Part, table: Table) -> Named | None:
    """\\theta_j, and J of J(\\theta)."""
    side = tuple(part.sides[0])
    opening = next(
        (n for n, t in enumerate(side) if t.kind == "open" and not side[n - 1].is_("^", "_", "{")), len(side)
    )
    return bare_name(side[:opening], table)


def is_learning(part: Part, said: str, table: Table) -> bool:
    """Whether words or a derivative show that the name is any parameter still, and not data that are centred."""
    tree = parse(part.sides[1])
    names = reachable_from(tree, table) & table.definitions.keys()
    trees = [tree, *(table.definitions[name].rhs for name in names)]
    return bool(LEARNING.search(said)) or any(isinstance(n, s.Derivative) for x in trees for n in walk(x))
