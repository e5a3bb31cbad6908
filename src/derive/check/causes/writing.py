"""Expressions of the core as LaTeX for hints: matrix notation where there is one, components otherwise."""

from __future__ import annotations

from sympy import Expr

from derive.documents.meaning.classes import CLASS
from derive.documents.source.uses import ANY, EACH
from derive.expr import Index, free_indices, rename, tensors
from derive.notation import recover
from derive.notation.components import component_piece
from derive.notation.style import Latex, Piece
from derive.notation.writer import write

LONGEST = 400
LETTERS = "ijklmnpqrs"


class Noted(Latex):
    """Names that the reader made up, as notes have them: `1[y_i = k]` for an entry of a one-hot matrix."""

    def symbol(self, name: str, layer: Expr | None = None, subscripts: tuple[str, ...] = (), mark: str = "") -> Piece:
        if name.endswith(CLASS) and subscripts:
            label = super().symbol(name.removesuffix(CLASS), layer, subscripts[:-1], mark)
            return self.indicator(Piece(f"{label.text} = {subscripts[-1]}"))
        return super().symbol(name.removesuffix(EACH).removesuffix(ANY), layer, subscripts, mark)


NOTED = Noted()


def written(e: Expr, axes: tuple[Index, ...] = ()) -> str:
    """LaTeX over the axes of a value; empty where it is too long to help, or has no notation.

    >>> from derive.expr import Size, Tensor
    >>> written(Tensor("p")() - Tensor("y")())
    'p - y'
    """
    try:
        text = _over(e, axes)
    except Exception:  # a hint is never worth a failure
        return ""
    return text if len(text) <= LONGEST and "~" not in text else ""


def _over(e: Expr, axes: tuple[Index, ...]) -> str:
    explicit = free_indices(e) - set(axes)
    if explicit and not axes:
        return _entry(e)
    if explicit or _made_up(e):
        names = [x for x in LETTERS if x not in {i.name for i in explicit}]
        return _entry(rename(e, {i: Index(x, i.dim) for i, x in zip(axes, names, strict=False)}))
    return write(recover(e, axes), NOTED).text


def _entry(e: Expr) -> str:
    return component_piece(e, NOTED).text


def _made_up(e: Expr) -> bool:
    """Whether a name in it has no matrix notation that a reader of the note would know."""
    return any(t.name.endswith((CLASS, EACH)) for t in tensors(e))


def part(e: Expr | None) -> str:
    """LaTeX of a part of a formula, whose indices are letters whatever the checker calls them."""
    if e is None:
        return ""
    free = sorted(free_indices(e), key=lambda i: i.name)
    taken = {i.name for i in free if len(i.name) == 1}
    names = iter([x for x in LETTERS if x not in taken])
    try:
        text = _entry(rename(e, {i: Index(next(names), i.dim) for i in free if len(i.name) > 1}))
    except Exception:  # as above
        return ""
    return text if len(text) <= LONGEST // 4 else ""


__all__ = ["part", "written"]
