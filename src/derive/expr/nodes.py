"""The closed set of nodes: SymPy scalars with typed free indices and explicit binders.

A tensor expression *is* a scalar expression whose free `Index` symbols say what it is a tensor of:
`Elem(W, i, j) * Elem(x, j)` is the matrix of summands W_ij x_j, and summing over j binds j.
Hadamard products, diagonals and broadcasting are therefore no special cases.

Names of the classes differ from SymPy's (`Sum_`, `Prod_`), since its printers dispatch by class name.
Constructors validate and canonicalise names; they never simplify. Simplifying builders are in `build`.
"""

from __future__ import annotations

from collections import Counter
from functools import cmp_to_key, lru_cache
from typing import Any, ClassVar

from sympy import Add, Basic, Expr, Mul, Pow, S, exp, log

from derive.errors import ShapeError
from derive.expr.functions import Where, relu, sigmoid, softplus, step
from derive.expr.symbols import MEMO, PROPERTIES, Index, Printed, Size, Tensor, fresh

__all__ = [
    "MEMO", "PROPERTIES", "Binder", "Delta", "Det", "Diff", "Elem", "Index", "Inverse", "Limit", "LogDet",
    "LogSumExp", "Max_", "Prod_", "Size", "Sum_", "Tensor", "Winner", "addends", "base_and_exponent", "contains",
    "dim_of", "factors", "free_indices", "fresh", "height", "open_binder", "rebuild", "rename", "tensors",
]  # fmt: skip


def dim_of(position: Expr) -> Expr | None:
    """The dimension an index runs over; None for a fixed position (an Integer)."""
    return position.dim if isinstance(position, Index) else None


def _as_position(index: Any, dim: Expr, what: Tensor) -> Expr:
    if isinstance(index, Index):
        if index.dim != dim:
            raise ShapeError(f"{what}: index of size {dim} expected, {index} of size {index.dim} found")
        return index
    position = S(index) if isinstance(index, int) else index
    if not (position.is_Integer and position >= 0 and not (dim.is_Integer and position >= dim)):
        raise ShapeError(f"{what}: position {index} is not within 0 .. {dim} - 1")
    return position


@lru_cache(MEMO)
def _facts(cls: type, properties: frozenset[str]) -> Any:
    """What SymPy finds out about entries depends on their properties alone: they share one base of facts."""
    return cls.default_assumptions.copy()  # type: ignore[attr-defined]


class Elem(Printed, Expr):
    """The entry of a tensor at given indices (`Index` nodes, or Integers counted from 0)."""

    is_real = True
    is_commutative = True

    def __new__(cls, tensor: Tensor, *indices: Any) -> Elem:
        if len(indices) != len(tensor.dims):
            raise ShapeError(f"{tensor} has {len(tensor.dims)} indices, {len(indices)} given")
        return _elem(cls, tensor, *[_as_position(i, d, tensor) for i, d in zip(indices, tensor.dims, strict=True)])

    @property
    def tensor(self) -> Tensor:
        return self.args[0]  # type: ignore[return-value]

    @property
    def indices(self) -> tuple[Expr, ...]:
        return self.args[1:]  # type: ignore[return-value]

    def _eval_is_positive(self) -> bool | None:
        return True if self.tensor.properties & {"positive", "unit_interval"} else None

    def _eval_is_nonnegative(self) -> bool | None:
        known = {"positive", "unit_interval", "nonnegative", "binary", "one_hot"}
        return True if self.tensor.properties & known else None

    def _eval_is_zero(self) -> bool | None:
        nonzero = {"positive", "unit_interval", "nonzero", "sign"}
        return False if self.tensor.properties & nonzero else None

    def _eval_is_integer(self) -> bool | None:
        return True if self.tensor.properties & {"binary", "one_hot", "sign", "integer"} else None

    def _sympystr(self, printer: Any) -> str:
        inner = ",".join(map(str, self.indices))
        return f"{self.tensor}[{inner}]" if inner else str(self.tensor)


@lru_cache(MEMO)
def _elem(cls: type[Elem], tensor: Tensor, *positions: Expr) -> Elem:
    """Equal entries are one object, like sizes, indices and tensors: they are compared all the time."""
    self = Expr.__new__(cls, tensor, *positions)
    self._assumptions = _facts(cls, tensor.properties)
    return self


class Delta(Expr):
    """Kronecker delta: 1 where the two indices agree, else 0."""

    is_integer = True
    is_nonnegative = True
    is_commutative = True

    def __new__(cls, i: Any, j: Any) -> Expr:
        i, j = (S(k) if isinstance(k, int) else k for k in (i, j))
        if i == j:
            return S.One
        if i.is_Integer and j.is_Integer:
            return S.Zero
        di, dj = dim_of(i), dim_of(j)
        if di is not None and dj is not None and di != dj:
            raise ShapeError(f"Kronecker delta between an index of size {di} and one of size {dj}")
        if i.compare(j) > 0:
            i, j = j, i
        return Expr.__new__(cls, i, j)

    def _eval_power(self, exponent: Expr) -> Expr | None:
        return self if exponent.is_positive else None

    def _sympystr(self, printer: Any) -> str:
        return f"delta({self.args[0]},{self.args[1]})"


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
        return self.args[0]  # type: ignore[return-value]

    @property
    def bound(self) -> tuple[Index, ...]:
        n = type(self).n_bound
        return self.args[1:] if n is None else self.args[1 : 1 + n]  # type: ignore[return-value]

    @property
    def slots(self) -> tuple[Expr, ...]:
        n = type(self).n_bound
        return () if n is None else self.args[1 + n :]  # type: ignore[return-value]

    def _sympystr(self, printer: Any) -> str:
        bound, slots = (",".join(map(str, x)) for x in (self.bound, self.slots))
        return f"{type(self).__name__}[{bound}]({printer._print(self.body)}){f'[{slots}]' if slots else ''}"


class Sum_(Binder):
    """Sum of the body over the bound indices."""

    def _eval_is_positive(self) -> bool | None:
        return True if self.body.is_positive else None

    def _eval_is_nonnegative(self) -> bool | None:
        return True if self.body.is_nonnegative else None


class Prod_(Binder):
    """Product of the body over the bound indices."""

    def _eval_is_positive(self) -> bool | None:
        return True if self.body.is_positive else None


class LogSumExp(Binder):
    """log of the sum of exp(body) over the bound indices."""


class Max_(Binder):
    """Largest value of the body over the bound indices."""


class Winner(Binder):
    """1 where the bound index at slot is the (unique) place of the body's maximum, else 0.

    args: (body, bound, slot). Derivatives of a maximum flow through it; undefined at ties.
    """

    n_bound = 1
    is_integer = True
    is_nonnegative = True


class Inverse(Binder):
    """Entry (i, j) of the inverse of the matrix body[a, b]: args (body, a, b, i, j)."""

    n_bound = 2
    ordered = True


class Det(Binder):
    """Determinant of the matrix body[a, b]: args (body, a, b)."""

    n_bound = 2
    ordered = True


class LogDet(Binder):
    """log |det| of the matrix body[a, b] (slogdet's second value): args (body, a, b)."""

    n_bound = 2
    ordered = True


class Diff(Expr):
    """The derivative of an expression in an element, not yet carried out: args (body, elem).

    `Diff(z_n, w_d)` prints as a partial derivative. `calculus.derivative` carries it out.
    """

    is_real = True
    is_commutative = True

    @property
    def body(self) -> Expr:
        return self.args[0]  # type: ignore[return-value]

    @property
    def wrt(self) -> Elem:
        return self.args[1]  # type: ignore[return-value]

    def _sympystr(self, printer: Any) -> str:
        return f"d({printer._print(self.body)})/d({printer._print(self.wrt)})"


class Limit(Expr):
    """The limit of an expression as a number goes to infinity or minus infinity, not yet taken: (body, elem, point)."""

    is_real = True
    is_commutative = True

    @property
    def body(self) -> Expr:
        return self.args[0]  # type: ignore[return-value]

    @property
    def variable(self) -> Elem:
        return self.args[1]  # type: ignore[return-value]

    @property
    def point(self) -> Expr:
        return self.args[2]  # type: ignore[return-value]

    def _sympystr(self, printer: Any) -> str:
        return f"lim[{printer._print(self.variable)} -> {self.point}]({printer._print(self.body)})"


EMPTY: frozenset[Any] = frozenset()


@lru_cache(MEMO)
def free_indices(e: Expr) -> frozenset[Index]:
    """The indices that occur free: what the expression is a tensor over."""
    if isinstance(e, Index):
        return frozenset((e,))
    if not e.args:
        return EMPTY
    if isinstance(e, Binder):
        slots = frozenset(s for s in e.slots if isinstance(s, Index))
        return (free_indices(e.body) - frozenset(e.bound)) | slots
    return EMPTY.union(*map(free_indices, e.args))


@lru_cache(MEMO)
def height(e: Expr) -> int:
    """How deeply binders are nested."""
    below = max(map(height, e.args), default=0)
    return below + isinstance(e, Binder)


@lru_cache(MEMO)
def tensors(e: Expr) -> frozenset[Tensor]:
    """The tensors that occur."""
    if isinstance(e, Tensor):
        return frozenset((e,))
    return EMPTY.union(*map(tensors, e.args)) if e.args else EMPTY


@lru_cache(MEMO)
def contains(e: Expr, kind: type) -> bool:
    """Whether a node of this class occurs."""
    return isinstance(e, kind) or any(contains(a, kind) for a in e.args)


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
        return e.func(body, *e.bound, *(names.get(s, s) for s in e.slots))  # type: ignore[arg-type]
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
        return names[e]  # type: ignore[index]
    if kind is Elem:
        return _elem(Elem, e.args[0], *[names.get(i, i) for i in e.args[1:]])  # type: ignore[arg-type]
    args = [_relabelled(a, names, touched) for a in e.args]  # type: ignore[arg-type]
    if any([type(a) is not type(b) for a, b in zip(args, e.args, strict=True)]):
        return e.func(*args)  # -sin(...) in place of sin(...)
    if kind is Mul or kind is Add:
        return _in_order(e, args)
    if kind in SIGNLESS:
        image = Basic.__new__(kind, *args)
        image.nargs = e.nargs  # type: ignore[attr-defined]
        return image  # type: ignore[return-value]
    if kind.__new__ is Binder.__new__ and (kind.ordered or len(e.bound) == 1):  # type: ignore[attr-defined]
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
    return e._from_args((*args[:numbers], *rest), e.is_commutative)  # type: ignore[attr-defined]


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
    """Individualisation-refinement: order by how the body looks from each index; break ties by trying each."""

    if len({i.dim for i in bound}) == len(bound):
        return tuple(sorted(bound, key=lambda i: ORDER(i.dim)))  # type: ignore[arg-type]

    def seen(i: Index, fixed: tuple[Index, ...]) -> tuple[Expr, Expr]:
        names: dict[Index, Expr] = {j: Index("_", j.dim) for j in bound}
        names |= {j: Index(f"_{k}", j.dim) for k, j in enumerate(fixed)}
        return i.dim, rename(body, names | {i: Index("*", i.dim)})

    def compare(a: tuple[Expr, Expr], b: tuple[Expr, Expr]) -> int:
        return a[0].compare(b[0]) or a[1].compare(b[1])

    def order(rest: tuple[Index, ...], fixed: tuple[Index, ...], budget: list[int]) -> tuple[Index, ...]:
        if not rest:
            return fixed
        views = sorted(((seen(i, fixed), i) for i in rest), key=cmp_to_key(lambda a, b: compare(a[0], b[0])))
        looks = Counter(view for view, _ in views)
        alone = tuple(i for view, i in views if looks[view] == 1)
        if len(alone) == len(rest) or budget[0] <= 0:
            return fixed + tuple(i for _, i in views)
        if alone:  # what can be told apart needs no trying, and helps to tell the others apart
            return order(tuple(j for j in rest if j not in alone), fixed + alone, budget)
        tied = [i for view, i in views if view == views[0][0]]
        candidates = []
        for i in tied:
            budget[0] -= 1
            candidates.append(order(tuple(j for j in rest if j != i), (*fixed, i), budget))
            if budget[0] <= 0:
                break

        def closed(o: tuple[Index, ...]) -> Expr:
            return rename(body, {j: Index(f"_{k}", j.dim) for k, j in enumerate(o)})

        return min(candidates, key=cmp_to_key(lambda a, b: closed(a).compare(closed(b))))

    # A fully symmetric body of k indices would try k! orders; past the budget any order will do: it can
    # cost a proof (two equal sums may look different), never make a wrong one.
    return order(bound, (), [64])


def addends(e: Expr) -> tuple[Expr, ...]:
    return e.args if isinstance(e, Add) else (e,)


def factors(e: Expr) -> tuple[Expr, ...]:
    return e.args if isinstance(e, Mul) else (e,)


def base_and_exponent(e: Expr) -> tuple[Expr, Expr]:
    return (e.args[0], e.args[1]) if isinstance(e, Pow) else (e, S.One)
