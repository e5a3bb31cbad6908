"""Expressions of the core as LaTeX for hints: matrix notation where there is one, components otherwise."""

from __future__ import annotations

from sympy import Expr

from derive.expr import Index, free_indices, rename
from derive.notation import component_latex, latex, recover

LONGEST = 400
LETTERS = "ijklmnpqrs"


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
        return component_latex(e)
    if explicit:
        names = [x for x in LETTERS if x not in {i.name for i in explicit}]
        return component_latex(rename(e, {i: Index(x, i.dim) for i, x in zip(axes, names, strict=False)}))
    return latex(recover(e, axes))


def part(e: Expr | None) -> str:
    """LaTeX of a part of a formula, whose indices are letters whatever the checker calls them."""
    if e is None:
        return ""
    free = sorted(free_indices(e), key=lambda i: i.name)
    taken = {i.name for i in free if len(i.name) == 1}
    names = iter([x for x in LETTERS if x not in taken])
    try:
        text = component_latex(rename(e, {i: Index(next(names), i.dim) for i in free if len(i.name) > 1}))
    except Exception:  # as above
        return ""
    return text if len(text) <= LONGEST // 4 else ""


__all__ = ["part", "written"]
