"""Sums of products as matrix products: each bound index is summed by one product of two matrices with a row for each.

The factors fall into two groups. Where both are the same matrix, up to weights that are nowhere negative, the product
is A^T A of one array with itself, which BLAS does with half of the work.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from sympy import Add as SympyAdd
from sympy import Expr, Mul, S, exp

from derive.codegen.names import unique
from derive.codegen.plan import Statement, statement
from derive.codegen.stable import stable_statement
from derive.expr import (
    Elem,
    Index,
    Sum_,
    Tensor,
    free_indices,
    open_binder,
    rebuild,
    relu,
    rename,
    sigmoid,
    softplus,
    step,
    tensors,
)
from derive.expr.arrays import axis_index
from derive.expr.nodes import contains
from derive.notation import forms
from derive.notation.code import ATOM, MATMUL, MUL, UNARY, Code, Sizes, abs_, call, name_of, quotient, sum_of
from derive.notation.einsum import Array, Axes, aligned
from derive.notation.forms import Add, Apply, Const, Form, Leaf, Power, Product, Softmax

Line = Statement | tuple  # a statement; a name and its code; or what is added to a name in places


@dataclass
class Contraction:
    """Writes lines, as statements or as a name and its code, and remembers what they compute."""

    sizes: Sizes
    meanings: Mapping[Form, Form]
    taken: set[str]

    def __post_init__(self) -> None:
        self.lines: list[Line] = []
        self.known: dict[object, str] = {}
        self.signs: dict[str, bool] = {}
        self.owner: dict[str, str] = {}  # of a product of matrices in another shape, the name of the product

    def given_up(self, name: str) -> None:
        """What had this name is about to be overwritten: the next to ask for it computes it anew."""
        self.known = {code: n for code, n in self.known.items() if n != name}

    # --- names

    def named(self, wanted: str, code: Code) -> Code:
        """A name for this code, the same for the same code."""
        if code.text.isidentifier():
            return code
        if code.text not in self.known:
            name = self.known[code.text] = self._free(wanted)
            self.lines.append((name, code))
        return Code(self.known[code.text])

    def named_as(self, name: str, code: Code) -> Code:
        """A new name for this code."""
        name = unique(name, self.taken)
        self.taken.add(name)
        self.lines.append((name, code))
        return Code(name)

    def named_new(self, wanted: str, code: Code) -> Code:
        """A name of its own."""
        name = self._free(wanted)
        self.lines.append((name, code))
        return Code(name)

    def _free(self, wanted: str) -> str:
        name = next(n for k in range(1, len(self.taken) + 2) if (n := f"{wanted}{k}") not in self.taken)
        self.taken.add(name)
        return name

    def entries(self, e: Expr, axes: Axes) -> Array:
        """An expression over these axes: accurate, by name; sums inside it have names of their own."""
        if isinstance(e, Elem) and len(set(e.indices)) == len(e.indices) and set(e.indices) <= set(axes):
            return Array(Code(name_of(e.tensor)), e.indices)
        if contains(e, Sum_):
            e = self._sums_by_name(e, axes)
        if isinstance(e, Mul) and len({self._axes(f, axes) for f in e.args}) > 1:
            return self._product_of(e, axes)
        if isinstance(e, SympyAdd) and len(axes) > 2:
            return self._sum_of(e, axes)
        plain = tuple(axis_index(n, i.dim) for n, i in enumerate(axes))  # the same whatever the indices are called
        target = Tensor(f"s{next(k for k in count(1) if f's{k}' not in self.taken)}", tuple(i.dim for i in axes))
        e = rename(e, dict(zip(axes, plain, strict=True)))
        s = stable_statement(statement(target, e, plain), self.meanings)
        if s.form not in self.known:
            self.known[s.form] = target.name
            self.taken.add(target.name)
            self.signs[target.name] = nonnegative(s.form, self.meanings)
            self.lines.append(s)
        return Array(Code(self.known[s.form]), axes)

    def _axes(self, e: Expr, order: Axes) -> Axes:
        return tuple(i for i in order if i in free_indices(e))

    def _product_of(self, e: Mul, order: Axes) -> Array:
        """Factors over different axes, those over the same ones together."""
        groups: dict[Axes, Expr] = {}
        for f in e.args:
            axes = self._axes(f, order)
            groups[axes] = groups.get(axes, S.One) * f
        number = Mul(*(f for f in Mul.make_args(groups.pop((), S.One)) if not tensors(f)))
        scalar = Mul(*(f for f in e.args if not self._axes(f, order) and tensors(f)))
        arrays = [self.entries(f, axes) for axes, f in groups.items()]
        if scalar != 1:
            arrays.insert(0, self.entries(scalar, ()))
        found = self.product(arrays, order)
        top, bottom = abs_(number).as_numer_denom()
        code = quotient([*self.sizes._factors(top), found.code], self.sizes._factors(bottom))
        if number.could_extract_minus_sign():
            code = Code(f"-{code.tight(UNARY)}", UNARY)
        return Array(self.named("c", code), found.axes)

    def _sum_of(self, e: SympyAdd, order: Axes) -> Array:
        terms = [(t.could_extract_minus_sign(), self.entries(abs_(t), self._axes(t, order))) for t in e.args]
        axes = tuple(i for i in order if any(i in a.axes for _, a in terms))
        code = sum_of(sorted(((m, aligned(a, axes)) for m, a in terms), key=lambda t: t[0]))
        return Array(self.named("c", code), axes)

    def _sums_by_name(self, e: Expr, axes: Axes) -> Expr:
        if isinstance(e, Sum_):
            inner = tuple(i for i in axes if i in free_indices(e))
            found = self.sum(e, inner, {})
            name = self.named("c", aligned(found, inner)).text
            return Tensor(name, tuple(i.dim for i in inner))(*inner)
        return rebuild(e, lambda a: self._sums_by_name(a, axes))

    # --- sums

    def sum(self, e: Sum_, order: Axes, mirror: Mapping[Index, Index]) -> Array:
        """The sum, an array over those of `order` that occur in it; `mirror` maps the rows to the columns."""
        body, names = open_binder(e)
        arrays = self._by_axes(Mul.make_args(body), names, order)
        left = list(names)
        while left:
            k = min(left, key=lambda k: (len(_axes_with(arrays, k)), names.index(k)))
            left.remove(k)
            here = [a for a in arrays if k in a.axes]
            arrays = [a for a in arrays if k not in a.axes]
            arrays.append(self._eliminated(here, k, (*left, *order), {} if left else mirror))
        return self.product(arrays, order)

    def _by_axes(self, factors: Iterable[Expr], names: Axes, order: Axes) -> list[Array]:
        """The factors, those over the same axes as one."""
        groups: dict[Axes, Expr] = {}
        for f in factors:
            free = free_indices(f)
            axes = tuple(i for i in (*names, *order) if i in free)
            groups[axes] = groups.get(axes, S.One) * f
        return [self.entries(e, axes) for axes, e in groups.items()]

    def _eliminated(self, arrays: list[Array], k: Index, order: Axes, mirror: Mapping[Index, Index]) -> Array:
        """The sum over k of a product: a product of two matrices, or of a matrix and a vector, or a plain sum."""
        weights = [a for a in arrays if a.axes == (k,)]
        first, second = _groups([a for a in arrays if a.axes != (k,)], k, mirror)
        rows, columns = (_union(g, k, order) for g in (first, second))
        if not second and (not weights or not first):
            return Array(call("np.sum", self.product(arrays, (k, *rows)).code, axis="0"), rows)
        if not second:
            a, vector = self._matrix(first, k, rows), self.product(weights, (k,)).code
            return self._shaped(Code(f"{transposed(a)} @ {vector.tight(ATOM)}", MATMUL), rows, ())
        if self._same(first, second, mirror) and all(self.signs.get(w.code.text) for w in weights):
            return self._shaped(self.gram(weights, first, k, rows), rows, columns)
        a, b = self._operand([*first, *weights], k, rows), self._operand(second, k, columns)
        return self._shaped(Code(f"{transposed(a)} @ {b}", MATMUL), rows, columns)

    def gram(self, weights: list[Array], factors: list[Array], k: Index, axes: Axes) -> Code:
        """The product of a matrix with itself, weighted by what is nowhere negative: A^T A, its roots being in A."""
        roots = [Array(call("np.sqrt", w.code), w.axes) for w in weights]
        a = self.named("A", self._matrix([*roots, *factors], k, axes))
        return Code(f"{a}.T @ {a}", MATMUL)

    def _operand(self, arrays: list[Array], k: Index, axes: Axes) -> Code:
        code = self._matrix(arrays, k, axes)
        return code if code.text.removesuffix(".T").isidentifier() else self.named("A", code)

    def _same(self, first: list[Array], second: list[Array], mirror: Mapping[Index, Index]) -> bool:
        """Whether the second group is the first at the mirrored indices."""
        there = {(a.code.text, tuple(mirror.get(i, i) for i in a.axes)) for a in first}
        return there == {(a.code.text, a.axes) for a in second}

    def _matrix(self, arrays: list[Array], k: Index, axes: Axes) -> Code:
        """The products as a matrix with a row for each k; its columns run over these axes."""
        whole = self.product(sorted(arrays, key=lambda a: len(a.axes)), (k, *axes)).code
        if len(axes) < 2:
            return whole
        return Code(f"{whole.tight(ATOM)}.reshape({self.sizes.constant(k.dim)}, -1)")

    def _shaped(self, code: Code, rows: Axes, columns: Axes) -> Array:
        axes = (*rows, *columns)
        if len(rows) > 1 or len(columns) > 1:
            code = self.named("M", code)
            shape = ", ".join(self.sizes.constant(i.dim).text for i in axes)
            name, code = code.text, Code(f"{code.tight(ATOM)}.reshape({shape})")
            self.owner[code.text] = name
        return Array(code, axes)

    def product(self, arrays: Sequence[Array], order: Axes) -> Array:
        """The entrywise product over the axes that occur, in this order."""
        groups: dict[frozenset[Index], list[Array]] = {}
        for a in arrays:
            groups.setdefault(frozenset(a.axes), []).append(a)
        first = [_times(members, order) for members in groups.values()]  # those over the same axes, which are smaller
        return first[0] if len(first) == 1 else _times(first, order)


def _times(arrays: Sequence[Array], order: Axes) -> Array:
    axes = tuple(i for i in order if any(i in a.axes for a in arrays))
    if len(arrays) == 1:
        return Array(aligned(arrays[0], axes), axes)
    return Array(Code(" * ".join(aligned(a, axes).tight(UNARY) for a in arrays), MUL), axes)


def _groups(arrays: list[Array], k: Index, mirror: Mapping[Index, Index]) -> tuple[list[Array], list[Array]]:
    """Two groups without a common axis: rows and columns where nothing joins them, else what is joined and the rest."""
    columns = set(mirror.values())
    parts: list[tuple[set[Index], list[Array]]] = []
    for a in arrays:
        axes, members = set(a.axes) - {k}, [a]
        for part in [p for p in parts if p[0] & axes]:
            parts.remove(part)
            axes, members = axes | part[0], part[1] + members
        parts.append((axes, members))
    pure = [p for p in parts if p[0] <= columns]
    mixed = [p for p in parts if p[0] & columns and not p[0] <= columns]
    rest = [p for p in parts if not p[0] & columns]
    first, second = (mixed, [*rest, *pure]) if mixed else (rest, pure)
    if not second and len(first) > 1:
        first, second = first[:1], first[1:]
    if not first and len(second) > 1:
        first, second = second[:1], second[1:]
    elif not first:
        first, second = second, []
    return [a for _, m in first for a in m], [a for _, m in second for a in m]


def _union(arrays: list[Array], k: Index, order: Axes) -> Axes:
    return tuple(i for i in order if i != k and any(i in a.axes for a in arrays))


def _axes_with(arrays: list[Array], k: Index) -> set[Index]:
    return set().union(*(a.axes for a in arrays if k in a.axes))


def transposed(code: Code) -> str:
    """The transpose of a matrix."""
    return (
        code.text.removesuffix(".T")
        if code.text.endswith(".T") and code.text[:-2].isidentifier()
        else f"{code.tight(ATOM)}.T"
    )


# --- signs


NONNEGATIVE = (sigmoid, softplus, relu, step, exp)
PROPERTIES = frozenset(("positive", "nonnegative", "unit_interval", "binary", "one_hot"))


def nonnegative(f: Form, meanings: Mapping[Form, Form]) -> bool:
    """Whether no entry is negative, as far as the form shows it."""
    if isinstance(f, Const):
        return bool(f.value.is_nonnegative)
    if isinstance(f, Leaf):
        return bool(f.tensor.properties & PROPERTIES) or (f in meanings and nonnegative(meanings[f], meanings))
    if isinstance(f, (Softmax, forms.WinnerOf)):
        return True
    if isinstance(f, Apply):
        return f.function in NONNEGATIVE
    if isinstance(f, Power):
        even = isinstance(f.exponent, Const) and f.exponent.value.is_even
        return bool(even) or nonnegative(f.base, meanings)
    return isinstance(f, (Product, Add)) and all(nonnegative(c, meanings) for c in f.children)
