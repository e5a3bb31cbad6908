"""Binding: what is free in an expression, what is bound, and the names of both.

Bound names are canonical, so that alpha-equivalence is structural equality: a binder closes its body as it is made,
and whoever looks inside opens it with fresh names.
"""

from __future__ import annotations

from collections import Counter
from functools import cmp_to_key, lru_cache
from typing import Any, ClassVar

from sympy import Add, Basic, Expr, Mul, S, exp, log

from derive.errors import ShapeError
from derive.expr.entries import Delta, Elem, entry
from derive.expr.functions import Where, relu, sigmoid, softplus, step
from derive.expr.symbols import MEMO, Index, fresh


class Binder(Expr):
    """A node that binds indices in its body: args are (body, *bound, *slots).

    Bound names are `#h.k` with h the height of the node, so alpha-equivalence is structural
    equality; whoever looks inside opens the binder with fresh names (`open_binder`).
    """

    is_real = True
    is_commutative = True
    n_bound: ClassVar[int | None] = None  # None: all but the body
    ordered: ClassVar[bool] = False  # True: the bound indices are not interchangeable

    def __new__(cls, body: Expr, *rest: Any) -> Expr:
        n = len(rest) if cls.n_bound is None else cls.n_bound
        bound, slots = rest[:n], tuple(S(s) if isinstance(s, int) else s for s in rest[n:])
        if not bound:
            return body
        if not all(isinstance(b, Index) for b in bound) or len(set(bound)) != len(bound):
            raise ShapeError(f"{cls.__name__}: the bound indices must be distinct indices, {bound} given")
        body, bound = _close(body, bound, cls.ordered)
        return Expr.__new__(cls, body, *bound, *slots)

    @property
    def body(self) -> Expr:
        return self.args[0]

    @property
    def bound(self) -> tuple[Index, ...]:
        n = type(self).n_bound
        return self.args[1:] if n is None else self.args[1 : 1 + n]

    @property
    def slots(self) -> tuple[Expr, ...]:
        n = type(self).n_bound
        return () if n is None else self.args[1 + n :]

    def _sympystr(self, printer: Any) -> str:
        bound, slots = (",".join(map(str, x)) for x in (self.bound, self.slots))
        return f"{type(self).__name__}[{bound}]({printer._print(self.body)}){f'[{slots}]' if slots else ''}"


NOTHING: frozenset[Any] = frozenset()


@lru_cache(MEMO)
def free_indices(e: Expr) -> frozenset[Index]:
    """The indices that occur free: what the expression is a tensor over."""
    if isinstance(e, Index):
        return frozenset((e,))
    if not e.args:
        return NOTHING
    if isinstance(e, Binder):
        slots = frozenset(s for s in e.slots if isinstance(s, Index))
        return (free_indices(e.body) - frozenset(e.bound)) | slots
    return NOTHING.union(*map(free_indices, e.args))


@lru_cache(MEMO)
def height(e: Expr) -> int:
    """How deeply binders are nested."""
    below = max(map(height, e.args), default=0)
    return below + isinstance(e, Binder)


def rename(e: Expr, names: dict[Index, Expr]) -> Expr:
    """Replace free indices by indices (or fixed positions); subtrees without them are shared."""
    free = free_indices(e)
    touched = free.intersection(names)
    if not touched:
        return e
    images = {names[i] for i in touched}
    apart = len(images) == len(touched) and images.isdisjoint(free - touched)
    if apart and all(isinstance(names[i], Index) and names[i].dim == i.dim for i in touched):
        return _relabelled(e, names, touched)
    if isinstance(e, Index):
        return names[e]
    if isinstance(e, Binder):
        body = rename(e.body, names)
        return e.func(body, *e.bound, *(names.get(s, s) for s in e.slots))
    return e.func(*(rename(a, names) for a in e.args))


def _relabelled(e: Expr, names: dict[Index, Expr], touched: frozenset[Index]) -> Expr:
    """`rename` where different indices stay different: nothing new can cancel, merge or be evaluated.

    Only the order of terms and factors depends on names, and, in functions that are not listed here, what SymPy takes
    for the sign of an argument: sin(x_i - x_j) and -sin(x_j - x_i).
    """
    if free_indices(e).isdisjoint(touched):
        return e
    kind = type(e)
    if kind is Index:
        return names[e]
    if kind is Elem:
        return entry(Elem, e.args[0], *[names.get(i, i) for i in e.args[1:]])
    args = [_relabelled(a, names, touched) for a in e.args]
    if any([type(a) is not type(b) for a, b in zip(args, e.args, strict=True)]):
        return e.func(*args)  # -sin(...) in place of sin(...)
    if kind is Mul or kind is Add:
        return _in_order(e, args)
    if kind in SIGNLESS:
        image = Basic.__new__(kind, *args)
        image.nargs = e.nargs
        return image
    if kind.__new__ is Binder.__new__ and (kind.ordered or len(e.bound) == 1):
        return Expr.__new__(kind, *args)  # its own names are canonical as they are
    return e.func(*args)


SIGNLESS = frozenset((exp, log, sigmoid, softplus, relu, step, Where))
ORDER = cmp_to_key(Basic.compare)


def _in_order(e: Expr, args: list[Expr]) -> Expr:
    """A sum or product over these arguments in SymPy's order: its number first."""
    numbers = 1 if args[0].is_Number else 0
    if numbers and len(args) == 2 and args[1].is_Add:
        return e.func(*args)  # 2 (x + y), which SymPy writes without the bracket
    rest = sorted(args[numbers:], key=ORDER)
    return e._from_args((*args[:numbers], *rest), e.is_commutative)


def open_binder(e: Binder) -> tuple[Expr, tuple[Index, ...]]:
    """The body with fresh names for the bound indices, and those names."""
    names = tuple(fresh(b.dim) for b in e.bound)
    return rename(e.body, dict(zip(e.bound, names, strict=True))), names


def rebuild(e: Expr, f: Any) -> Expr:
    """The same node over the images of its scalar children; binders are opened for `f` and closed again."""
    if isinstance(e, Binder):
        body, names = open_binder(e)
        image = f(body)
        return e if image is body else e.func(image, *names, *e.slots)
    if not e.args or isinstance(e, (Elem, Delta)):
        return e
    images = [f(a) for a in e.args]
    return e if all(a is b for a, b in zip(images, e.args, strict=True)) else e.func(*images)


def _close(body: Expr, bound: tuple[Index, ...], ordered: bool) -> tuple[Expr, tuple[Index, ...]]:
    """Canonical names for bound indices: `#h.k`, in an order that does not depend on their names."""
    if not ordered and len(bound) > 1:
        bound = _canonical_order(body, bound)
    h = height(body) + 1
    names = tuple(Index(f"#{h}.{k}", b.dim) for k, b in enumerate(bound))
    if names != bound:
        body = rename(body, dict(zip(bound, names, strict=True)))
    return body, names


def _canonical_order(body: Expr, bound: tuple[Index, ...]) -> tuple[Index, ...]:
    """An order that depends on the places where the indices stand, not on their names."""
    if len({i.dim for i in bound}) == len(bound):
        return tuple(sorted(bound, key=lambda i: ORDER(i.dim)))
    return _Refinement(body, bound).ordered(bound, ())


class _Refinement:
    """Individualisation-refinement: order by how the body looks from each index; break ties by trying each.

    A fully symmetric body of k indices would try k! orders; past the budget any order will do: it can cost a proof
    (two equal sums may look different), never make a wrong one.
    """

    def __init__(self, body: Expr, bound: tuple[Index, ...]) -> None:
        self.body, self.bound = body, bound
        self.budget = 64

    def ordered(self, rest: tuple[Index, ...], fixed: tuple[Index, ...]) -> tuple[Index, ...]:
        """`fixed` and then the rest, in order."""
        if not rest:
            return fixed
        views = sorted(((self._seen(i, fixed), i) for i in rest), key=cmp_to_key(_compared))
        looks = Counter(view for view, _ in views)
        alone = tuple(i for view, i in views if looks[view] == 1)
        if len(alone) == len(rest) or self.budget <= 0:
            return fixed + tuple(i for _, i in views)
        if alone:  # what can be told apart needs no trying, and helps to tell the others apart
            return self.ordered(_without(rest, alone), fixed + alone)
        return self._least(rest, fixed, [i for view, i in views if view == views[0][0]])

    def _least(self, rest: tuple[Index, ...], fixed: tuple[Index, ...], tied: list[Index]) -> tuple[Index, ...]:
        """Of the orders that begin with each of the tied indices, one under which the body comes first."""
        orders = []
        for i in tied:
            self.budget -= 1
            orders.append(self.ordered(_without(rest, (i,)), (*fixed, i)))
            if self.budget <= 0:
                break
        return min(orders, key=lambda order: ORDER(rename(self.body, self._numbered(order))))

    def _seen(self, i: Index, fixed: tuple[Index, ...]) -> tuple[Expr, Expr]:
        """The body as it looks from this index, where those that are fixed have numbers and the others no names."""
        names: dict[Index, Expr] = {j: Index("_", j.dim) for j in self.bound}
        return i.dim, rename(self.body, names | self._numbered(fixed) | {i: Index("*", i.dim)})

    def _numbered(self, indices: tuple[Index, ...]) -> dict[Index, Expr]:
        return {j: Index(f"_{k}", j.dim) for k, j in enumerate(indices)}


def _compared(a: tuple[tuple[Expr, Expr], Index], b: tuple[tuple[Expr, Expr], Index]) -> int:
    (dim, body), (other_dim, other) = a[0], b[0]
    return dim.compare(other_dim) or body.compare(other)


def _without(indices: tuple[Index, ...], gone: tuple[Index, ...]) -> tuple[Index, ...]:
    return tuple(i for i in indices if i not in gone)
