"""Matrix notation as a closed set of records.

A form has a shape, the tuple of its dimensions: `()` scalar, `(N,)` vector, `(N, D)` matrix. Vectors are columns;
inside a `MatMul` chain `Transpose(v)` of a vector is a row. Sums, products, powers and functions act entry by entry,
and a scalar stands for itself in every entry: 1 - a. What has no matrix notation is a `Components`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from sympy import Expr

from derive.expr import Index, Tensor
from derive.expr.record import Record

Shape = tuple[Expr, ...]


class Form(Record):
    """Base class. What is asked of a form is computed once."""

    @cached_property
    def children(self) -> tuple[Form, ...]:
        """The forms directly inside."""
        return tuple(_forms(self.field_values))

    @cached_property
    def shape(self) -> Shape:
        """Entry by entry, unless a form says otherwise: the shape of what is inside, where a scalar takes any."""
        return max((c.shape for c in self.children), key=len, default=())

    @cached_property
    def weight(self) -> int:
        """Number of nodes: how much there is to read."""
        return 1 + sum(c.weight for c in self.children)

    @cached_property
    def tilts(self) -> int:
        """Number of transposes: what the choice between a form and its transpose keeps small."""
        return isinstance(self, Transpose) + sum(c.tilts for c in self.children)

    @cached_property
    def label(self) -> str:
        """A string that tells forms apart, for orders that do not depend on hashing."""
        return f"{type(self).__name__}({','.join(map(_label, self.field_values))})"

    @property
    def scalar(self) -> bool:
        return not self.shape


class ScalarForm(Form):
    """A form that is one number."""

    @cached_property
    def shape(self) -> Shape:
        return ()


def _forms(values: Any) -> Iterator[Form]:
    for value in values:
        if isinstance(value, Form):
            yield value
        elif isinstance(value, tuple):
            yield from _forms(value)


def _label(value: Any) -> str:
    if isinstance(value, Form):
        return value.label
    if isinstance(value, tuple):
        return f"[{','.join(map(_label, value))}]"
    return value.__name__ if isinstance(value, type) else str(value)


class Const(ScalarForm):
    """A scalar without tensors: a number, a size, 1/N, sqrt(d)."""

    value: Expr


class Leaf(Form):
    """A tensor, or a slice of it: `positions` has None where an axis runs, else a fixed position (Integer or Index)."""

    tensor: Tensor
    positions: tuple[Expr | None, ...]

    @cached_property
    def shape(self) -> Shape:
        return tuple(d for d, p in zip(self.tensor.dims, self.positions, strict=True) if p is None)

    @cached_property
    def label(self) -> str:
        fixed = "".join(f"_{p}" for p in self.positions if p is not None)
        layer = self.tensor.layer
        name = f"{self.tensor.name}^{int(layer):4}" if layer is not None and layer.is_Integer else self.tensor
        return f"{name}{fixed}"  # layer 9 comes before layer 10

    @property
    def whole(self) -> bool:
        return all(p is None for p in self.positions)


class Named(Form):
    """A name for a form that occurs several times: `P = softmax(Z)`."""

    name: str
    meaning: Form

    @cached_property
    def shape(self) -> Shape:
        return self.meaning.shape

    @cached_property
    def weight(self) -> int:
        return 1

    @cached_property
    def children(self) -> tuple[Form, ...]:
        return ()


class Ones(Form):
    """The vector of ones."""

    dim: Expr

    @cached_property
    def shape(self) -> Shape:
        return (self.dim,)


class Zeros(Form):
    """The zero vector or matrix."""

    dims: Shape

    @cached_property
    def shape(self) -> Shape:
        return self.dims


class Eye(Form):
    """The identity matrix."""

    dim: Expr

    @cached_property
    def shape(self) -> Shape:
        return (self.dim, self.dim)


class Basis(Form):
    """The unit vector with a one at `position`."""

    dim: Expr
    position: Expr

    @cached_property
    def shape(self) -> Shape:
        return (self.dim,)


class Partial(Form):
    """A derivative that is not carried out: axes of the numerator first, then those of the denominator."""

    body: Form
    wrt: Leaf

    @cached_property
    def shape(self) -> Shape:
        return self.body.shape + self.wrt.shape


class Add(Form):
    """Sum of forms of one shape; scalars among them count in every entry."""

    terms: tuple[Form, ...]


class Product(Form):
    """Entrywise product: scalar factors first, then arrays of one shape (Hadamard)."""

    factors: tuple[Form, ...]


class Power(Form):
    """Entrywise power; a negative exponent is a denominator."""

    base: Form
    exponent: Form


class Apply(Form):
    """A scalar function, entry by entry; `function` is the node class of the core or of SymPy."""

    function: type
    args: tuple[Form, ...]


class ApplyUnknown(Form):
    """A derivative of an unspecified scalar function, entry by entry: f'(z)."""

    name: str
    order: int
    argument: Form


class Softmax(Form):
    """Softmax over the last axis: of a vector, or of each row of a matrix."""

    body: Form


class WinnerOf(Form):
    """One at the largest entry of a vector (of each row of a matrix), else zero."""

    body: Form


class Reduce(Form):
    """`kind` is LogSumExp, Max_ or Prod_: over the last axis, or over all entries of a matrix if `whole`."""

    kind: type
    body: Form
    whole: bool = False

    @cached_property
    def shape(self) -> Shape:
        return () if self.whole else self.body.shape[:-1]


class Transpose(Form):
    """Transpose of a matrix; of a vector, a row: only inside a `MatMul`."""

    body: Form

    @cached_property
    def shape(self) -> Shape:
        return self.body.shape[::-1]


class MatMul(Form):
    """A chain of matrix products. Vectors are columns, `Transpose(vector)` is a row: u v^T, u^T M v, M v."""

    factors: tuple[Form, ...]

    @cached_property
    def shape(self) -> Shape:
        first, last = self.factors[0], self.factors[-1]
        rows = () if is_row(first) else first.shape[:1]
        columns = () if is_column(last) else last.shape[-1:]
        return rows + columns


def is_row(f: Form) -> bool:
    return isinstance(f, Transpose) and len(f.body.shape) == 1


def is_column(f: Form) -> bool:
    return len(f.shape) == 1 and not is_row(f)


class Diag(Form):
    """The diagonal matrix of a vector."""

    body: Form

    @cached_property
    def shape(self) -> Shape:
        return self.body.shape * 2


class DiagPart(Form):
    """The vector of the diagonal of a matrix."""

    body: Form

    @cached_property
    def shape(self) -> Shape:
        return self.body.shape[:1]


class Trace(ScalarForm):
    """The sum of the diagonal of a matrix."""

    body: Form


class Norm(ScalarForm):
    """Euclidean norm of a vector, Frobenius norm of a matrix; with order 1 the sum of absolute values of a vector."""

    body: Form
    order: int = 2


class Inverse(Form):
    """The inverse of a matrix."""

    body: Form


class Det(ScalarForm):
    """The determinant of a matrix."""

    body: Form


class LogDet(ScalarForm):
    """log |det|."""

    body: Form


class Kronecker(Form):
    """Rank 4: entry (i, j, k, l) is left[i, k] right[j, l]; as a matrix of row-major vec's, the Kronecker product."""

    left: Form
    right: Form

    @cached_property
    def shape(self) -> Shape:
        (m, n), (p, q) = self.left.shape, self.right.shape
        return (m, p, n, q)


class LayerTotal(Form):
    """An array of the same shape at every layer, summed over the layers low .. high."""

    body: Form
    symbol: Expr
    low: Expr
    high: Expr


class Components(Form):
    """The fallback: an index expression over ordered free indices, without matrix notation."""

    expr: Expr
    out: tuple[Index, ...]

    @cached_property
    def shape(self) -> Shape:
        return tuple(i.dim for i in self.out)


LEAVES = (Const, Leaf, Named, Ones, Zeros, Eye, Basis)
ALL: tuple[type[Form], ...] = (
    *LEAVES, Partial, Add, Product, Power, Apply, ApplyUnknown, Softmax, WinnerOf, Reduce, Transpose, MatMul, Diag,
    DiagPart, Trace, Norm, Inverse, Det, LogDet, Kronecker, LayerTotal, Components,
)  # fmt: skip


def walk(form: Form) -> Iterator[Form]:
    """All forms inside, outermost first."""
    yield form
    for child in form.children:
        yield from walk(child)
