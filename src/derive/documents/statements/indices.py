"""Both sides of a relation over common indices; sizes that nothing determines get names."""

from __future__ import annotations

from sympy import Expr, S

from derive.documents.meaning.context import Context
from derive.documents.meaning.values import Value, is_unknown
from derive.documents.model import Side
from derive.documents.statements.pair import Pair
from derive.documents.trouble import Settle
from derive.evaluate.sampling import sizes_in
from derive.expr import Index, Size, free_indices, rename

AXES = "ijkmpqrsuv"
UNSIZED = ("?I@", "?ones@")


def over_common_indices(pair: Pair, c: Context) -> tuple[Side, Side]:
    """Both sides over the same letters: explicit indices by name, axes by position."""
    explicit = sorted(
        {i for v in (pair.left, pair.right) for i in free_indices(v.expr) if not i.name.startswith("@")}, key=str
    )
    taken = {i.name for i in explicit}
    letters = [x for x in AXES if x not in taken]
    letters += [f"{x}{n}" for n in range(1, 4) for x in AXES]  # of many indices
    return tuple(_side(v, explicit, letters) for v in (pair.left, pair.right))


def _side(v: Value, explicit: list[Index], letters: list[str]) -> Side:
    names: dict[Index, Expr] = {}
    axes: list[Index] = []
    for a in v.axes:
        if a.dim == 1:
            names[a] = S.Zero
            continue
        axes.append(Index(letters[len(axes)], a.dim))
        names[a] = axes[-1]
    return Side(rename(v.expr, names), (*explicit, *axes), v.shape)


def unbound(pair: Pair, labels: set[str]) -> tuple[str, ...]:
    """Explicit indices that only one side has."""
    left, right = (
        {i.name for i in free_indices(v.expr) if not i.name.startswith("@")} for v in (pair.left, pair.right)
    )
    constant = pair.left.expr.is_number or pair.right.expr.is_number
    return () if constant else tuple(sorted((left ^ right) - labels))


def unsized(c: Context) -> tuple[str, ...]:
    found = {name[1:].partition("@")[0] for name in c.local if name.startswith(UNSIZED)}
    return tuple(sorted({"ones": "1"}.get(name, name) for name in found - set(c.table.symbols)))


def settle(pair: Pair, c: Context) -> None:
    """Sizes that nothing determines get names."""
    program = c.program(pair.left.expr, pair.right.expr)
    things = [pair.left.expr, pair.right.expr, program]
    for v in (pair.left, pair.right):
        things += [a for a in v.axes]
        things += list(free_indices(v.expr))
    for size in sizes_in(things):
        if is_unknown(size):
            raise Settle(size, _named(size, [x for x in sizes_in(things) if x != size], c))


def _named(size: Size, others: list[Size], c: Context) -> Expr:
    """A name of its own; of I and of a vector of ones, the only size that the note has."""
    if size.name.startswith(UNSIZED) and len(others) == 1 and c.table.sizes.keys() == {others[0].name}:
        return others[0]
    taken = {x.name for x in others}
    ones = c.table.symbols.get("ones")
    if size.name.startswith("?ones@") and ones is not None and ones.dims:
        return c.dimension(ones.dims[0])
    stem = size.name.strip("?").split(".")[0].split("%")[0].split("$")[0].split("@")[0].strip("!")
    options = (
        [x for x in "nmkdpqrs" if x not in taken] if not stem.isalnum() else [f"n_{stem}", f"m_{stem}", f"k_{stem}"]
    )
    return Size(next((x for x in options if x not in taken), f"n_{len(taken)}"))
