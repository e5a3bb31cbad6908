"""The names that a tree mentions, as the symbol table would call them."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from derive.documents import syntax as s
from derive.documents.names import word_of
from derive.documents.tokens import Token


def mentioned(node: Any, table: Any = None) -> set[str]:
    """Letters with and without their subscripts."""
    out: set[str] = set()
    stack = [node]
    while stack:
        u = stack.pop()
        if isinstance(u, s.Script) and isinstance(u.base, s.Name) and u.sub:
            full = f"{u.base.name}_{word_of(u.sub)}"
            if table is not None and table.known(full) and not table.known(u.base.name):
                out.add(full)
                continue
            out.add(full)
        if isinstance(u, s.Name):
            out.add(u.name)
        if isinstance(u, s.Node):
            stack += [getattr(u, f.name) for f in fields(u)]
        elif isinstance(u, tuple):
            stack += [x for x in u if not isinstance(x, (str, int))]
        elif isinstance(u, Token) and u.kind in ("letter", "cmd"):
            out.add(u.text)
    return out
