"""Index sets: the letter and the set of n \\in B under a sum."""

from __future__ import annotations

from derive.documents.names.scripts import letter_of, strip
from derive.documents.names.symbols import Tokens
from derive.documents.source.rows import relations
from derive.documents.syntax import tree as s
from derive.documents.syntax.parser import parse
from derive.documents.trouble import Unreadable


def set_name(tokens: Tokens) -> str | None:
    """B, \\mathcal B: the name of a set; None for a set that is written out, or one of several by an index."""
    try:
        tree = parse(tokens)
    except Unreadable:
        return None
    return tree.name if isinstance(tree, s.Name) else None


def set_under(sub: Tokens) -> tuple[str, str] | None:
    """(n, B) of n \\in B."""
    chain = relations(list(strip(sub)))
    if len(chain.relations) != 1 or str(chain.relations[0]) != "\\in":
        return None
    letter, name = letter_of(tuple(chain.sides[0])), set_name(tuple(chain.sides[1]))
    return (letter, name) if letter and name else None
