r"""Sums up to another index: \sum_{j \le i} a_j, \sum_{i < j} k_{ij}, \sum_{1 \le i < j \le n}.

There is no order among the indices of an expression: where the note needs one they are numbers, and so are the sizes.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from derive.documents.meaning.cases import COMPARE
from derive.documents.names.mentions import free_letters
from derive.documents.names.scripts import letter_of, strip
from derive.documents.names.sizes import step_of
from derive.documents.names.symbols import Definition
from derive.documents.source.rows import relations
from derive.documents.syntax import tree as s
from derive.documents.syntax.tree import walk
from derive.documents.trouble import Unreadable

if TYPE_CHECKING:
    from derive.documents.meaning.context import Context

ORDERS = ("<", ">", "\\le", "\\ge")
Env = dict[str, int]


def places(node: s.Big, c: Context) -> list[Env] | None:
    """The numbers of the letters that the sign binds; None where it puts them in no order, or has no numbers for it."""
    chain = relations(list(strip(node.sub)))
    signs = [str(r) for r in chain.relations]
    known = (*ORDERS, "\\ne") if node.kind == "prod" else ORDERS  # a sum over j \ne i is one less a term
    if not c.placed or not signs or any(r not in known for r in signs):
        return None
    letters = [letter_of(tuple(side)) for side in chain.sides]
    bound = [x for x in letters if x is not None and not _is_given(x, node, c)]
    values = [None if x in bound else step_of(tuple(side), c) for x, side in zip(letters, chain.sides, strict=True)]
    if not bound or values.count(None) != len(bound) or len(set(bound)) != len(bound):
        return None
    ranges = [r for x in bound if (r := _range(x, node, c)) is not None]
    if len(ranges) < len(bound):
        return None
    found: list[Env] = []
    for numbers in product(*ranges):
        env = dict(zip(bound, numbers, strict=True))
        row = [env[x or ""] if value is None else value for x, value in zip(letters, values, strict=True)]
        if all(COMPARE[r](a, b) for r, a, b in zip(signs, row, row[1:], strict=False)):
            found.append(env)
    return found


def _is_given(letter: str, node: s.Big, c: Context) -> bool:
    """Whether a letter under the sign is there already: in a sum around it, or elsewhere in the formula."""
    known = letter in c.letters or letter in c.running or letter in c.table.labels or c.table.known(letter)
    return known or any(letter in free_letters(t, node) for t in c.trees)


def _range(letter: str, node: s.Big, c: Context) -> range | None:
    """All values of a letter: up to what stands above the sign, or those at the arrays below it."""
    from derive.documents.meaning import shifts

    try:
        full = shifts.range_of(letter, [node.body], c.env, c.table)
    except Unreadable:
        full = None
    if not node.sup:
        return full
    high = step_of(strip(node.sup), c)
    return None if high is None else range(full.start if full is not None else 1, high + 1)


def bounded_by(letters: tuple[str, ...], tree: s.Node) -> bool:
    """Whether a sum in the tree ends, or begins, at one of the letters."""
    signs = (n for n in walk(tree) if isinstance(n, s.Big))
    return any(t.text in letters for n in signs for t in (*n.sub, *n.sup))


def defines(d: Definition) -> bool:
    """Whether a definition is a sum up to its own index."""
    return bool(d.letters) and bounded_by(d.letters, d.rhs)
