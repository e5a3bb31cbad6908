"""What was defined before and is now factored: `Let $S = U D U^\\top$`, where the note has $S = X^\\top X$.

Both hold, and tie U and D to X. From there on S is what its factors make it, and of what it was made of nothing is
refuted: a claim of X and U together need hold for these U only.
"""

from __future__ import annotations

from derive.documents.names.mentions import mentioned, reachable_from
from derive.documents.names.symbols import Definition
from derive.documents.names.table import Table
from derive.documents.syntax import tree as s


def tie(before: Definition, now: Definition, table: Table) -> None:
    """Put in doubt the inputs of an earlier definition, where a later one gives factors of the same matrix."""
    if before.parameters or before.letters or before.letter or not _factors(now.rhs, table):
        return
    earlier, later = (_inputs(d.rhs, table) for d in (before, now))
    table.vague |= {
        x: f"{now.name}, which is made of {x}, is factored" for x in earlier - later if x not in table.vague
    }


def _factors(rhs: s.Node, table: Table) -> bool:
    """Whether it is a product of names that factors a matrix: U D U^T, L L^T, or with an orthogonal factor, U S V^T."""
    if not isinstance(rhs, s.Juxtaposed) or any(operator for operator, _ in rhs.factors):
        return False
    bases = [f.base if isinstance(f, s.Script) else f for _, f in rhs.factors]
    names = [b.name for b in bases if isinstance(b, s.Name)]
    symbols = [table.symbols.get(x) for x in names]
    orthogonal = any(x is not None and "orthogonal" in x.properties for x in symbols)
    return len(names) == len(bases) and (names[0] == names[-1] or orthogonal)


def _inputs(rhs: s.Node, table: Table) -> set[str]:
    found = mentioned(rhs) | reachable_from(rhs, table)
    return {x for x in found if x in table.symbols and x not in table.definitions}
