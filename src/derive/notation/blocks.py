"""Results of rank three and four as matrices with parameters: the block (i, k) of a Hessian is a matrix.

Two of the axes are written in matrix notation, the others stay as indices: delta_ik V^T diag(M_i) V.
"""

from __future__ import annotations

from sympy import Expr

from derive.expr import Index
from derive.notation.forms import Basis, Components, walk
from derive.notation.recover import recover
from derive.notation.style import LATEX
from derive.notation.writer import write

Out = tuple[Index, ...]

AXES = {3: ((1, 2), (0, 2), (0, 1)), 4: ((0, 2), (1, 3))}
"""By rank: pairs of axes that may become rows and columns; of a Hessian those at the same place of each factor."""


def block_axes(e: Expr, out: Out) -> Out | None:
    """The two axes over which a block of `e` reads best as a matrix, or None where no block has matrix notation.

    >>> from derive.expr import Delta, Size, Tensor
    >>> n = Size("n"); i, j, k = (Index(s, n) for s in "ijk")
    >>> block_axes(Delta(i, j) * Tensor("x", (n,))(k), (i, j, k))
    (i, j)
    """
    found = []
    for rows, columns in AXES.get(len(out), ()):
        axes = (out[rows], out[columns])
        form = recover(e, axes)
        inside = list(walk(form))
        if not any(isinstance(f, Components) for f in inside):
            units = sum(isinstance(f, Basis) for f in inside)  # e_i x^T is harder to read than x_k I
            found.append((units, len(write(form, LATEX).text), axes))
    return min(found, key=lambda f: f[:2])[2] if found else None
