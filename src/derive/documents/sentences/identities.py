"""Entries of the identity: `where $I_{kj}$ are the elements of the identity matrix`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from derive.documents.names.table import Table
from derive.documents.source.tokens import Token
from derive.documents.source.uses import uses

NAME = r"\$\s*(?:\\math\w+\s*)?\{{?(?P<{}>[A-Z])\}}?\s*_\s*\{{?\s*[A-Za-z]\s*,?\s*[A-Za-z]\s*\}}?\s*\$"
ENTRIES = (
    r"(?:(?:elements?|entry|entries|components?|coefficients?) of (?:the|an) (?:\w+ ){0,2}?(?:identity|unit matrix)"
    r"|(?:Elemente?n?|Eintr[aä]ge?n?|Komponenten?|Koeffizienten?) der (?:Einheits|Identit)"
    r"|(?:단위|항등)\s*행렬[^.;$]{0,8}의\s*(?:\S+\s+)?(?:원소|성분|요소|항))"
)
SAID = re.compile(
    rf"{NAME.format('before')}(?P<between>[^.;$]{{0,50}}?){ENTRIES}|{ENTRIES}(?P<by>[^.;$]{{0,30}}){NAME.format('behind')}"
)
ZERO = re.compile(
    r"\$\s*(?:\\math\w+\s*)?\{?(?P<before>[A-Z])\}?\s*\$[^.;$]{0,20}?(?:(?:zero|null) matrix|Nullmatrix|영\s*행렬)"
    r"|(?:(?:zero|null) matrix|Nullmatrix|영\s*행렬)[^.;$]{0,14}\$\s*(?:\\math\w+\s*)?\{?(?P<behind>[A-Z])\}?\s*\$"
)
DENIED = re.compile(r"\b(?:not|no|nicht|keine?)\b|아니")


def zero_matrices(text: str) -> dict[str, str]:
    """The names that words call a zero matrix, and these words: of them nothing is refuted."""
    return {m["before"] or m["behind"]: " ".join(m.group().split()) for m in ZERO.finditer(text)}


def identities(text: str, formulas: Sequence[list[Token]], table: Table) -> set[str]:
    """The names whose entries are those of the identity, by the words of a note.

    And I, where the note has it without indices as well, and it is no set and no function: a bare I that nothing
    declares is the identity.
    """
    found = {
        m["before"] or m["behind"]
        for m in SAID.finditer(text)
        if not DENIED.search(f"{m['between'] or ''} {m['by'] or ''}")
    }
    behind = [(x.sub, tokens[x.end : x.end + 1]) for tokens in formulas for x in uses(tokens) if x.name == "I"]
    bare = any(not sub for sub, _ in behind) and not any(t.kind == "open" for _, rest in behind for t in rest)
    return found | {"I"} if bare and "I" not in table.sets else found
