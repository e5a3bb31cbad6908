"""Arrays put together from others: (w; b), [X, 1], a matrix of matrices. An index of the whole is not one of its parts,
so that sizes have numbers here: the whole is written out, entry by entry."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sympy import Add, Expr, Integer, S

from derive.documents.meaning.values import Value, axis, is_unknown, make, same
from derive.documents.trouble import Blocks, Unreadable
from derive.expr import Delta, rename

if TYPE_CHECKING:
    from derive.documents.meaning.context import Context

MAX_ENTRIES = 100
FITTING = "blocks that are as high as the others in their row, and as wide as those in their column"
Block = tuple[Value, Expr | None, Expr | None]  # with its height and width; None: as its place asks


def put_together(rows: Sequence[Sequence[Value]], at: int, c: Context) -> Value:
    """The array of these blocks: rows of columns side by side. A single column of blocks without width is a vector.

    Raises Blocks where sizes are no numbers, Unreadable where the blocks do not fit.
    """
    blocks = [[_block(v, at) for v in row] for row in rows]
    heights = _lengths([[h for _, h, _ in row] for row in blocks], at)
    widths = _lengths([[w for _, _, w in column] for column in zip(*blocks, strict=True)], at)
    if not all(isinstance(d, Integer) for d in (*heights, *widths)):
        raise Blocks(at, "a matrix written out in blocks", "sizes that can be numbers")
    height, width = int(Add(*heights)), int(Add(*widths))
    if height * width > MAX_ENTRIES:
        raise Unreadable(at, f"blocks of more than {MAX_ENTRIES} entries in all", "smaller ones")
    i, j = axis(0, Integer(height)), axis(1, Integer(width))
    terms: list[Expr] = []
    top = 0
    for row, h in zip(blocks, heights, strict=True):
        left = 0
        for (value, _, _), w in zip(row, widths, strict=True):
            terms += [
                _entry(value, p, q) * Delta(i, top + p) * (Delta(j, left + q) if width > 1 else S.One)
                for p in range(int(h))
                for q in range(int(w))
            ]
            left += int(w)
        top += int(h)
    return make(Add(*terms), i, j)


def _block(value: Value, at: int) -> Block:
    """A number is one entry, but zero fills its place."""
    if value.rank > 2:
        raise Unreadable(at, f"a block with {value.rank} axes", "a matrix, a vector or a number")
    if not value.axes and value.expr == 0:
        return value, None, None
    shape = (*value.shape, S.One, S.One)[:2]
    return value, *shape


def _lengths(lines: Sequence[Sequence[Expr | None]], at: int) -> list[Expr]:
    """How high the rows are, or how wide the columns. A line of zeros is one entry wide if all others are.

    Beside blocks that are wider, as in [R; 0], the zeros may be as wide as they like.
    """
    found = [_common(dims, at) for dims in lines]
    if None in found and any(d not in (None, 1) for d in found):
        raise Unreadable(at, "a line of zeros among blocks", "zeros whose size is said, as $0_{m \\times n}$")
    return [S.One if d is None else d for d in found]


def _common(dims: Sequence[Expr | None], at: int) -> Expr | None:
    """What all blocks in a line have: the known ones first, which say what the others are; None for zeros."""
    told = sorted((d for d in dims if d is not None), key=is_unknown)
    if not all([same(told[0], d) for d in told]):
        raise Unreadable(at, "blocks that do not fit together", FITTING)
    return told[0] if told else None


def _entry(value: Value, p: int, q: int) -> Expr:
    names = dict(zip(value.axes, (Integer(p), Integer(q)), strict=False))
    return rename(value.expr, {a: S.Zero if a.dim == 1 else n for a, n in names.items()}) if names else value.expr


def tuple_of(items: Sequence[Value], kind: str, at: int, c: Context) -> Value:
    """(w, b) as one vector, (1, x^T) as one row, [A, b] as one matrix.

    Raises Unreadable where (A, b) is perhaps a pair, and [x, y] two columns, or one below the other.
    """
    ranks = [v.rank for v in items]
    rows = [v.rank == 2 and v.shape[0] == 1 for v in items]
    if any(rows) and all(r or v.rank == 0 for r, v in zip(rows, items, strict=True)):
        return put_together([items], at, c)
    vectors = [v.shape[0] for v in items if v.rank == 1]
    if max(ranks) == 1:
        if len(vectors) == len(items) and not all(map(is_unknown, vectors)) and len(set(vectors)) < len(vectors):
            raise Unreadable(at, "vectors of one length in brackets", "a matrix, with & or \\\\ between them")
        return put_together([[v] for v in items], at, c)
    if kind != "[":
        raise Unreadable(at, "matrices in round brackets", "a matrix environment, or square brackets")
    return put_together([items], at, c)
