"""The writer of index expressions, with the letters of the indices in scope."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sympy import Expr, Function

from derive.expr import Index, Size, Tensor, free_indices, open_binder, tensors
from derive.expr.nodes import Binder
from derive.notation.components import binders, functions, leaves, products, sums
from derive.notation.layout import called
from derive.notation.style import Piece, Style
from derive.notation.vocabulary import GREEK, index_letters, split_name


class Writer:
    """Writes the parts of one expression: what it has called an index, it calls so throughout."""

    def __init__(
        self,
        style: Style,
        e: Expr,
        literal: bool = False,
        taken: frozenset[str] = frozenset(),
        updated: Tensor | None = None,
    ) -> None:
        self.style, self.literal, self.updated = style, literal, updated
        self.by_name = self if style.names is style else Writer(style.names, e, literal, taken)
        self.names: dict[Expr, str] = {}
        self._written: dict[tuple[Any, ...], Piece] = {}
        self.taken = taken | {split_name(t.name).base for t in tensors(e)}
        self.taken |= {s.name for t in tensors(e) for d in t.dims for s in d.atoms(Size)}
        if any(t.layer is not None for t in tensors(e)):
            self.taken |= {"l", "L"}  # the letters of the layers
        for i in sorted(free_indices(e), key=str):
            self.letter(i)

    def write(self, e: Expr) -> Piece:
        """The expression, written once for the letters in scope: terms are put in order by how they are written."""
        key = (e, *self.names.items())
        if key not in self._written:
            self._written[key] = self._by_rule(e)
        return self._written[key]

    def _by_rule(self, e: Expr) -> Piece:
        rule = RULES.get(type(e))
        if rule is not None:
            return rule(self, e)
        if isinstance(e, Function):
            return called(self.style, type(e).__name__, [self.write(a) for a in e.args])
        return Piece(str(e))

    def letter(self, i: Index) -> str:
        """The letter of an index; a new one if it has none yet."""
        if i not in self.names:
            shown = set(self.names.values())
            own = not i.name.startswith(("~", "#"))
            options = (i.name,) if own else (s for s in index_letters(i.dim) if s not in shown | self.taken)
            fallback = (f"i{n}" for n in range(1, 1000) if f"i{n}" not in shown)
            self.names[i] = next(iter(options), None) or next(fallback)
        return self.names[i]

    def subscript(self, p: Expr) -> str:
        """An index or position as a subscript; positions are read from one."""
        if isinstance(p, Index):
            word = self.letter(p)
            return ("\\" if self.style.column == 0 else "") + word if word in GREEK else word
        return str(int(p) + 1) if p.is_Integer else str(p)

    @contextmanager
    def opened(self, e: Binder) -> Iterator[tuple[Expr, tuple[Index, ...]]]:
        """The body and its bound indices, which have letters while it is written."""
        body, names = open_binder(e)
        for i in names:
            self.letter(i)
        yield body, names
        for i in names:
            del self.names[i]


RULES: dict[type, Callable[[Writer, Any], Piece]] = {
    **leaves.RULES,
    **sums.RULES,
    **products.RULES,
    **functions.RULES,
    **binders.RULES,
}
