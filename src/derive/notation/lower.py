"""The meaning of a form as an index expression: one rule a form, written from its definition.

Recovery is proved right by lowering what it found. Nothing here is shared with it.
"""

from __future__ import annotations

from collections.abc import Callable

from sympy import Add, Expr, Mul, Pow, S, exp, sqrt

from derive.expr import (
    Delta,
    Det,
    Diff,
    Elem,
    Inverse,
    LayerSum,
    LogDet,
    LogSumExp,
    Unknown,
    Winner,
    fresh,
    rename,
    sum_over,
)
from derive.notation import forms as f

Out = tuple[Expr, ...]


def lower(form: f.Form, out: Out = ()) -> Expr:
    """The entry of `form` at the indices `out`, one for each axis.

    >>> from derive.expr import Index, Size, Tensor
    >>> from derive.notation.forms import Leaf, Transpose
    >>> N = Size("N"); i, j = Index("i", N), Index("j", N); A = Tensor("A", (N, N))
    >>> lower(Transpose(Leaf(A, (None, None))), (i, j))
    A[j,i]
    """
    return RULES[type(form)](form, out)


def _entry(form: f.Form, out: Out) -> Expr:
    """The entry of an operand of an entrywise form: scalars are the same everywhere."""
    return lower(form, () if form.scalar else out)


def _leaf(form: f.Leaf, out: Out) -> Expr:
    running = iter(out)
    return Elem(form.tensor, *(next(running) if p is None else p for p in form.positions))


def _partial(form: f.Partial, out: Out) -> Expr:
    n = len(form.body.shape)
    return Diff(lower(form.body, out[:n]), _leaf(form.wrt, out[n:]))


def _softmax(form: f.Softmax, out: Out) -> Expr:
    k = fresh(form.shape[-1])
    return exp(lower(form.body, out) - LogSumExp(lower(form.body, (*out[:-1], k)), k))


def _winner(form: f.WinnerOf, out: Out) -> Expr:
    k = fresh(form.shape[-1])
    return Winner(lower(form.body, (*out[:-1], k)), k, out[-1])


def _reduce(form: f.Reduce, out: Out) -> Expr:
    names = tuple(fresh(d) for d in (form.body.shape if form.whole else form.body.shape[-1:]))
    return form.kind(lower(form.body, (*out, *names)), *names)


def _matmul(form: f.MatMul, out: Out) -> Expr:
    left = [*out]
    first, last = form.factors[0], form.factors[-1]
    row: Expr | None = None if f.is_row(first) else left.pop(0)
    end: Expr | None = None if f.is_column(last) else left.pop()
    entries, bound = [], []
    for g in form.factors:
        column = end if g is last else None if f.is_column(g) else fresh(g.shape[-1])
        if g is not last and column is not None:
            bound.append(column)
        entries.append(_factor(g, row, column))
        row = column
    return sum_over(Mul(*entries), *bound)


def _factor(g: f.Form, row: Expr | None, column: Expr | None) -> Expr:
    if f.is_row(g):
        return lower(g.body, (column,))
    return lower(g, (row,) if f.is_column(g) else (row, column))


def _trace(form: f.Trace, out: Out) -> Expr:
    i = fresh(form.body.shape[0])
    return sum_over(lower(form.body, (i, i)), i)


def _norm(form: f.Norm, out: Out) -> Expr:
    names = tuple(fresh(d) for d in form.body.shape)
    body = lower(form.body, names)
    return sqrt(sum_over(body**2, *names)) if form.order == 2 else sum_over(abs(body), *names)


def _matrix(kind: type) -> Callable[[f.Form, Out], Expr]:
    def rule(form: f.Form, out: Out) -> Expr:
        a, b = (fresh(d) for d in form.body.shape)
        return kind(lower(form.body, (a, b)), a, b, *out)

    return rule


def _components(form: f.Components, out: Out) -> Expr:
    return rename(form.expr, dict(zip(form.out, out, strict=True)))


def _layer_total(form: f.LayerTotal, out: Out) -> Expr:
    return LayerSum(lower(form.body, out), form.symbol, form.low, form.high)


RULES: dict[type, Callable[..., Expr]] = {
    f.LayerTotal: _layer_total,
    f.Const: lambda form, out: form.value,
    f.Leaf: _leaf,
    f.Named: lambda form, out: lower(form.meaning, out),
    f.Ones: lambda form, out: S.One,
    f.Zeros: lambda form, out: S.Zero,
    f.Eye: lambda form, out: Delta(*out),
    f.Basis: lambda form, out: Delta(form.position, *out),
    f.Partial: _partial,
    f.Add: lambda form, out: Add(*(_entry(t, out) for t in form.terms)),
    f.Product: lambda form, out: Mul(*(_entry(t, out) for t in form.factors)),
    f.Power: lambda form, out: Pow(_entry(form.base, out), _entry(form.exponent, out)),
    f.Apply: lambda form, out: form.function(*(_entry(a, out) for a in form.args)),
    f.ApplyUnknown: lambda form, out: Unknown(form.name, form.order, lower(form.argument, out)),
    f.Softmax: _softmax,
    f.WinnerOf: _winner,
    f.Reduce: _reduce,
    f.Transpose: lambda form, out: lower(form.body, out[::-1]),
    f.MatMul: _matmul,
    f.Diag: lambda form, out: Delta(*out) * lower(form.body, out[:1]),
    f.DiagPart: lambda form, out: lower(form.body, (out[0], out[0])),
    f.Trace: _trace,
    f.Norm: _norm,
    f.Inverse: _matrix(Inverse),
    f.Det: _matrix(Det),
    f.LogDet: _matrix(LogDet),
    f.Kronecker: lambda form, out: lower(form.left, (out[0], out[2])) * lower(form.right, (out[1], out[3])),
    f.Components: _components,
}
