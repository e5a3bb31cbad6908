"""Sides whose shapes do not fit: what is said of them, or why they may have been read wrongly."""

from __future__ import annotations

from collections.abc import Iterator

from sympy import Expr

from derive.documents.derivatives.operators import ROW
from derive.documents.meaning.context import Context
from derive.documents.meaning.values import is_unknown, show_shape
from derive.documents.names.scripts import base_of, superscript
from derive.documents.statements.pair import Pair, Reading
from derive.documents.syntax import tree as s
from derive.documents.syntax.tree import walk
from derive.documents.trouble import Unify, Unreadable
from derive.expr import Program, Size


def clashing(message: str, c: Context) -> Reading:
    if any(not _settled(n, c) for n in c.used_undeclared):
        names = ", ".join(c.used_undeclared)
        raise Unreadable(0, message, f"a declaration of the shape of {names}")
    refuse_presumed(message, c)
    return Reading(None, Program(()), (), tuple(c.assumed), message, (), c.differential)


def refuse_presumed(message: str, c: Context) -> None:
    """Shapes do not fit: a bare \\nabla is then perhaps taken in something else."""
    if ROW in c.presumed:
        raise Unreadable(0, message, f"the layout of Jacobians ({ROW})")
    if c.presumed:
        raise Unreadable(0, message, rf"\nabla_w, with what the gradient is taken in, not {', '.join(c.presumed)}")


def refuse_perhaps_arrays(message: str, c: Context) -> None:
    """Nor need W^{(l)} and the x of A x, which the note does not declare, be the numbers they were taken for."""
    t = c.table
    behind = set(_behind_others(c.trees))
    guessed = [
        x
        for x in c.used_undeclared
        if not t.ranks.get(x, 0)
        and (x in t.layered or x in behind or x[0].isupper() or x.rpartition("_")[0] in t.symbols)  # u_o beside u_w
    ]
    if guessed:
        raise Unreadable(0, message, f"a declaration of the shape of {', '.join(guessed)}")


def _behind_others(trees: tuple[s.Node, ...]) -> Iterator[str]:
    """The names that stand last in a product without signs: x of A x, and w of X^T X w; and a side by themselves."""
    yield from (n.name for n in trees if isinstance(n, s.Name))
    for n in walk(trees):
        if isinstance(n, s.Juxtaposed) and not n.factors[-1][0] and (base := base_of(n.factors[-1][1])) is not None:
            mark = superscript(n.factors[-1][1].sup).name if isinstance(n.factors[-1][1], s.Script) else ""
            yield f"{base.name}_{mark}" if mark else base.name


def _settled(name: str, c: Context) -> bool:
    """Whether the definitions of the note say what shape an undeclared name has."""
    rank, d = c.table.ranks.get(name, 0), c.table.definitions.get(name)
    if d is not None and d.letter and d.letters:
        return True  # a^l_j = \\sigma(z^l_j): so long are they at each layer, and the first one is like the others
    return (
        bool(rank)
        and not c.env
        and all(
            f"?{name}.{k}" in c.table.firm and not is_unknown(c.resolved(Size(f"?{name}.{k}"))) for k in range(rank)
        )
    )


def shape_problem(pair: Pair) -> str:
    """Why the sides cannot be equal; sizes that are not known yet may raise Unify."""
    a, b = pair.left.shape, pair.right.shape
    if a == b or (not b and pair.right.expr.is_number) or (not a and pair.left.expr.is_number):
        return ""
    if (a == () or b == ()) and _squeezed(a) == _squeezed(b):
        return ""  # a vector of length one, and a number
    if len(a) == len(b):
        unknown = [(x, y) for x, y in zip(a, b, strict=True) if x != y]
        for x, y in unknown:
            if is_unknown(x) or is_unknown(y):
                raise Unify(*((x, y) if is_unknown(x) else (y, x)))
    if _squeezed(a) == _squeezed(b) and len(_squeezed(a)) == 1:
        return f"the left side is {_orientation(a)} and the right side is {_orientation(b)}"
    return f"the left side is {show_shape(a)} and the right side is {show_shape(b)}"


def _squeezed(shape: tuple[Expr, ...]) -> tuple[Expr, ...]:
    return tuple(d for d in shape if d != 1)


def _orientation(shape: tuple[Expr, ...]) -> str:
    return "a row" if len(shape) == 2 and shape[0] == 1 else "a column"
