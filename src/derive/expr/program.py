"""Programs of named intermediates: z = W x + b; a = f(z); C = ...

Keeping names is what avoids expression swell: a derivative mentions a and delta, never their expansions.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from sympy import Expr

from derive.errors import ShapeError
from derive.expr.build import sum_over
from derive.expr.nodes import Elem, Index, Sum_, Tensor, free_indices, open_binder, rebuild, rename, tensors
from derive.expr.record import Record


class Let(Record):
    """`target = rhs`, entry by entry: the target's indices are the free indices of the right side."""

    target: Elem
    rhs: Expr

    def __post_init__(self) -> None:
        indices = self.target.indices
        if not all(isinstance(i, Index) for i in indices) or len(set(indices)) != len(indices):
            raise ShapeError(f"let {self.target}: the target's indices must be distinct indices")
        unbound = free_indices(self.rhs) - set(indices)
        if unbound:
            names = ", ".join(sorted(i.name for i in unbound))
            raise ShapeError(f"let {self.target}: the right side has an index that the target lacks: {names}")

    @property
    def tensor(self) -> Tensor:
        return self.target.tensor

    def at(self, *indices: Expr) -> Expr:
        """The right side at these indices."""
        return rename(self.rhs, dict(zip(self.target.indices, indices, strict=True)))


class Program(Record):
    """Lets in order of evaluation; the last one is the output (a scalar loss, as a rule)."""

    lets: tuple[Let, ...]

    def __post_init__(self) -> None:
        seen: set[Tensor] = set()
        for let in self.lets:
            if let.tensor in seen:
                raise ShapeError(f"{let.tensor} is defined twice")
            if let.tensor in tensors(let.rhs):
                raise ShapeError(f"{let.tensor} is defined by itself")
            seen.add(let.tensor)
        known: set[Tensor] = set()
        for let in self.lets:
            later = (tensors(let.rhs) & seen) - known
            if later:
                raise ShapeError(f"{let.tensor} uses {next(iter(later))} before it is defined")
            known.add(let.tensor)

    def __iter__(self) -> Iterator[Let]:
        return iter(self.lets)

    @property
    def output(self) -> Let:
        return self.lets[-1]

    @cached_property
    def by_tensor(self) -> dict[Tensor, Let]:
        return {let.tensor: let for let in self.lets}

    @cached_property
    def position(self) -> dict[Tensor, int]:
        """The place of each defined tensor in the order of evaluation."""
        return {let.tensor: n for n, let in enumerate(self.lets)}

    @cached_property
    def unfolded(self) -> dict[Expr, Expr]:
        """What `unfold` has written out so far."""
        return {}

    @cached_property
    def inputs(self) -> tuple[Tensor, ...]:
        """The tensors that are used and not defined, in order of first use."""
        out: dict[Tensor, None] = {}
        for let in self.lets:
            for t in sorted(tensors(let.rhs) - set(self.by_tensor), key=str):
                out.setdefault(t)
        return tuple(out)

    @cached_property
    def users(self) -> dict[Tensor, tuple[Let, ...]]:
        """For each tensor the lets whose right sides mention it, last first."""
        out: dict[Tensor, list[Let]] = {}
        for let in reversed(self.lets):
            for t in tensors(let.rhs):
                out.setdefault(t, []).append(let)
        return {t: tuple(lets) for t, lets in out.items()}

    def below(self, t: Tensor) -> frozenset[Tensor]:
        """The tensors on which the value of `t` rests, itself not among them."""
        return self._below.get(t, frozenset())

    @cached_property
    def _below(self) -> dict[Tensor, frozenset[Tensor]]:
        out: dict[Tensor, frozenset[Tensor]] = {}
        for let in self.lets:
            used = tensors(let.rhs)
            out[let.tensor] = used.union(*(out.get(t, frozenset()) for t in used))
        return out


def unfold(e: Expr, program: Program, keep: frozenset[Tensor] = frozenset()) -> Expr:
    """Replace names by their right sides, all the way down, except those in `keep`."""
    if keep:
        return substitute(e, {t: let for t, let in program.by_tensor.items() if t not in keep}, deep=True)
    if e not in program.unfolded:
        program.unfolded[e] = substitute(e, program.by_tensor, deep=True)
    return program.unfolded[e]


def substitute(e: Expr, lets: dict[Tensor, Let], *, deep: bool = False) -> Expr:
    """Replace elements of the tensors in `lets` by right sides; with `deep`, inside those as well."""
    put_in: dict[Tensor, Let] = {}

    def value(t: Tensor) -> Let:
        """The let with what is to be put in; each is worked out once."""
        if t not in put_in:
            put_in[t] = Let(lets[t].target, go(lets[t].rhs)) if deep else lets[t]
        return put_in[t]

    def go(x: Expr) -> Expr:
        if tensors(x).isdisjoint(lets):
            return x
        if isinstance(x, Elem):
            return value(x.tensor).at(*x.indices)
        if isinstance(x, Sum_):
            body, names = open_binder(x)
            return sum_over(go(body), *names)
        return rebuild(x, go)

    return go(e)


RANKS = 2  # definitions of definitions that `from_the_top` puts in


def from_the_top(sides: tuple[Expr, ...], program: Program, *, settled: bool = False) -> Iterator[tuple[Expr, ...]]:
    """The expressions with the names put in on which no other name in sight rests, and once more with those of these.

    What all of them are made of keeps its name; with `settled`, unless other names in sight settle its value. It ends
    before a derivative whose variables would be replaced.
    """
    from derive.expr.nodes import Diff, contains

    for _ in range(RANKS):
        used = frozenset().union(*map(tensors, sides))
        below = frozenset().union(*map(program.below, used))
        put_in = {t: program.by_tensor[t] for t in used - below if t in program.by_tensor}
        if not put_in:
            return
        while put_in:
            sides = tuple(substitute(e, put_in) for e in sides)
            used = frozenset().union(*map(tensors, sides)) if settled else frozenset()
            put_in = {t: let for t in used if (let := program.by_tensor.get(t)) and tensors(let.rhs) <= used}
        if any(contains(e, Diff) for e in sides):
            return
        yield sides
