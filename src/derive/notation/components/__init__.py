"""Component notation straight from an index expression: \\sum_{n=1}^{N} (\\hat{y}_n - y_n) X_{nd}."""

from __future__ import annotations

from sympy import Expr

from derive.expr import Tensor
from derive.notation.components.writer import RULES, Writer
from derive.notation.style import LATEX, TEXT, Piece, Style

__all__ = ["RULES", "component_latex", "component_piece", "component_text", "scalar_piece"]


def component_latex(e: Expr) -> str:
    """The expression entry by entry, in LaTeX. Free indices show their names, bound ones get letters by their size.

    >>> from derive.expr import Index, Size, Tensor, sum_over
    >>> N, D = Size("N"), Size("D"); n, d = Index("n", N), Index("d", D)
    >>> component_latex(sum_over(Tensor("X", (N, D))(n, d) * Tensor("w", (D,))(d), d))
    '\\\\sum_{d=1}^{D} X_{nd} w_d'
    """
    return component_piece(e, LATEX).text


def component_text(e: Expr) -> str:
    """The expression entry by entry, in plain text."""
    return component_piece(e, TEXT).text


def component_piece(
    e: Expr,
    style: Style,
    *,
    literal: bool = False,
    taken: frozenset[str] = frozenset(),
    updated: Tensor | None = None,
) -> Piece:
    """The expression entry by entry; `literal` leaves 1/(1 + exp(-z)) as it stands instead of writing sigma(z).

    `taken` are letters that mean something else around it: no summed index is called so. Terms that have the tensor
    that is `updated` stand in front.
    """
    return Writer(style, e, literal, taken, updated).write(e)


def scalar_piece(e: Expr, style: Style) -> Piece:
    """An expression without indices, such as the size 1/(2N)."""
    return component_piece(e, style)
