"""Matrix notation from index expressions."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache

from sympy import Add, Expr, Function, Mul, Pow, exp, log

from derive.expr import (
    Delta,
    Det,
    Diff,
    Elem,
    Index,
    Inverse,
    LayerSum,
    LogDet,
    LogSumExp,
    Max_,
    Prod_,
    Sum_,
    Unknown,
    Where,
    Winner,
    free_indices,
    fresh,
    open_binder,
    rename,
    sigmoid,
    softplus,
    tensors,
)
from derive.expr.nodes import MEMO, Binder, factors
from derive.notation import forms, recognise
from derive.notation.chain import mat
from derive.notation.collect import add
from derive.notation.forms import Const, Eye, Form, Leaf, Ones
from derive.notation.graph import Graph, Stuck
from derive.notation.lower import lower
from derive.notation.make import apply, diag, diag_part, full, inverse, power, product, transpose
from derive.notation.units import along_units
from derive.notation.wide import opened_factor

Out = tuple[Index, ...]


def recover(e: Expr, out: Out = ()) -> Form:
    """The expression in matrix notation, a tensor over the indices `out` in that order.

    Free indices that are not in `out` are parameters: P[n, k] over (n,) is the k-th column of P. What has no
    matrix notation comes back as one `Components`.

    >>> from derive.expr import Index, Size, Tensor, sum_over
    >>> N = Size("N"); i, j = Index("i", N), Index("j", N)
    >>> A, x = Tensor("A", (N, N)), Tensor("x", (N,))
    >>> recover(sum_over(A(i, j) * x(j), j), (i,)).label
    'MatMul([A,x])'
    """
    if len(out) > 2:
        return _high_rank(e, out)
    for reading in dict.fromkeys((along_units(e, out), e)):
        with suppress(Stuck, RecursionError):
            return full(_recover(reading, out), tuple(i.dim for i in out))
    return forms.Components(e, out)


def _high_rank(e: Expr, out: Out) -> Form:
    """Rank 4 as a Kronecker product if the indices separate so; else components."""
    if len(out) == 4:
        i, j, k, m = out
        left = [f for f in factors(e) if not free_indices(f).isdisjoint((i, k))]
        right = [f for f in factors(e) if f not in left]
        if left and not any(free_indices(f) & {j, m} for f in left):
            sides = (recover(Mul(*left), (i, k)), recover(Mul(*right), (j, m)))
            if not any(isinstance(s, forms.Components) for s in sides):
                return forms.Kronecker(*sides)
    return forms.Components(e, out)


@lru_cache(MEMO)
def _recover(e: Expr, out: Out) -> Form:
    """Recover over the indices that occur, then spread along those that do not."""
    free = free_indices(e)
    used = tuple(i for i in out if i in free)
    if used == out:
        return _oriented(e, out) if len(out) == 2 else _node(e, out)
    f = _recover(e, used)
    if not used:
        return f
    missing = next(i for i in out if i not in free)
    ones = Ones(missing.dim)
    f = full(f, (used[0].dim,))
    return mat(f, transpose(ones)) if out[0] == used[0] else mat(ones, transpose(f))


def _oriented(e: Expr, out: Out) -> Form:
    """A matrix, read in the orientation that needs fewer transposes."""
    if isinstance(e, (Elem, Sum_, Inverse, Diff, Delta)):
        return _node(e, out)
    here, there = _node(e, out), _node(e, out[::-1])
    turned = transpose(there)
    return here if here.tilts <= turned.tilts else turned


def _node(e: Expr, out: Out) -> Form:
    rule = RULES.get(type(e))
    if rule is not None:
        return rule(e, out)
    if isinstance(e, Function):
        return apply(type(e), *(_recover(a, out) for a in e.args))
    if tensors(e) or not free_indices(e).isdisjoint(out):
        raise Stuck(f"no matrix notation for {type(e).__name__}")
    return Const(e)


# --- leaves


def _elem(e: Elem, out: Out) -> Form:
    running = [i for i in e.indices if i in out]
    leaf = Leaf(e.tensor, tuple(None if i in out else i for i in e.indices))
    if len(running) > 2:
        raise Stuck(f"{e.tensor} has {len(running)} running indices")
    if len(running) == 2 and running[0] == running[1]:
        return diag_part(leaf)
    if running and tuple(running) != out:
        return transpose(leaf)
    return leaf


def _delta(e: Delta, out: Out) -> Form:
    i, j = e.args
    if i in out and j in out:
        return Eye(i.dim)
    if i in out or j in out:
        running, fixed = (i, j) if i in out else (j, i)
        return forms.Basis(running.dim, fixed)
    return Const(e)


def _diff(e: Diff, out: Out) -> Form:
    wrt = e.wrt
    inside = tuple(i for i in out if i in free_indices(e.body))
    below = tuple(i for i in wrt.indices if i in out)
    natural = inside + below
    if len(set(natural)) != len(natural) or set(natural) != set(out):
        raise Stuck("a derivative with a repeated index")
    body = full(_recover(e.body, inside), tuple(i.dim for i in inside))
    if "symmetric" in wrt.tensor.properties and lower(body, inside) != e.body:
        raise Stuck("S for S^T, which are equal but have different derivatives")
    form = forms.Partial(body, Leaf(wrt.tensor, tuple(None if i in out else i for i in wrt.indices)))
    return form if natural == out else transpose(form)


# --- arithmetic and functions


def _add(e: Add, out: Out) -> Form:
    found = recognise.log_softmax_of(e)
    if found is not None and found[1] in out:
        return apply(log, _softmax(*found[:2], out))
    return add(*(_recover(t, out) for t in e.args))


def _pow(e: Pow, out: Out) -> Form:
    if not tensors(e) and not free_indices(e):
        return Const(e)
    z = recognise.logistic_denominator(e)
    if z is not None:
        return apply(sigmoid, _recover(-z, out))
    base, exponent = e.args
    return power(_recover(base, out), _recover(exponent, out))


def _exp(e: exp, out: Out) -> Form:
    pieces = recognise.normalised(e)
    if len(pieces) > 1:
        return contract(list(pieces), [], out)
    found = recognise.softmax_of(e)
    if found is not None and found[1] in out:
        return _softmax(*found[:2], out)
    if found is not None and len(out) < 2:
        z, k, _ = found  # the k-th entry or column of a softmax
        name = fresh(k.dim)
        return mat(_softmax(rename(z, {k: name}), name, (*out, name)), forms.Basis(k.dim, k))
    return apply(exp, _recover(e.args[0], out))


def _softmax(z: Expr, k: Index, out: Out) -> Form:
    last = (*(i for i in out if i != k), k)
    form = forms.Softmax(full(_recover(z, last), tuple(i.dim for i in last)))
    return form if last == out else transpose(form)


def _log(e: log, out: Out) -> Form:
    z = recognise.one_plus_exp(e.args[0])
    if z is not None:
        return apply(softplus, _recover(z, out))
    return apply(log, _recover(e.args[0], out))


def _where(e: Where, out: Out) -> Form:
    pieces = recognise.normalised(e)
    if len(pieces) > 1:
        return contract(list(pieces), [], out)
    return apply(Where, *(_recover(a, out) for a in e.args))


def _unknown(e: Unknown, out: Out) -> Form:
    return forms.ApplyUnknown(e.name, e.order, _recover(e.argument, out))


# --- binders


def _reduce(e: Binder, out: Out) -> Form:
    body, names = open_binder(e)
    if len(out) + len(names) > 2:
        raise Stuck("a reduction of a tensor of rank three")
    inner = out + names
    form = full(_recover(body, inner), tuple(i.dim for i in inner))
    return forms.Reduce(type(e), form, whole=len(names) == 2)


def _winner(e: Winner, out: Out) -> Form:
    body, names = open_binder(e)
    slot = e.slots[0]
    if slot not in out:
        raise Stuck("a winner at a fixed position")
    last = (*(i for i in out if i != slot), slot)
    inner = (*last[:-1], *names)
    form = forms.WinnerOf(full(_recover(body, inner), tuple(i.dim for i in inner)))
    return form if last == out else transpose(form)


def _matrix(e: Binder, out: Out) -> Form:
    body, names = open_binder(e)
    if not free_indices(body).isdisjoint(out):
        raise Stuck("a stack of matrices")
    return full(_recover(body, names), tuple(i.dim for i in names))


def _inverse(e: Inverse, out: Out) -> Form:
    matrix = inverse(_matrix(e, out))
    i, j = e.slots
    if i == j and i in out:
        return diag_part(matrix)
    if out == (i, j):
        return matrix
    if out == (j, i):
        return transpose(matrix)
    ends = [None if s in out else forms.Basis(d, s) for s, d in zip((i, j), matrix.shape, strict=True)]
    if ends[0] is None:
        return mat(matrix, ends[1])
    if ends[1] is None:
        return mat(transpose(matrix), ends[0])
    return mat(transpose(ends[0]), matrix, ends[1])


def _det(e: Det, out: Out) -> Form:
    return forms.Det(_matrix(e, out))


def _logdet(e: LogDet, out: Out) -> Form:
    return forms.LogDet(_matrix(e, out))


def _sum(e: Sum_, out: Out) -> Form:
    body, names = open_binder(e)
    return contract(list(recognise.normalised(body)), list(names), out)


def _mul(e: Mul, out: Out) -> Form:
    pieces = recognise.normalised(e)
    if not isinstance(e, Mul) or len(pieces) == 1:
        return _recover(pieces[0], out)
    return contract(list(pieces), [], out)


# --- products


def contract(pieces: list[Expr], bound: list[Index], out: Out) -> Form:
    """The sum over `bound` of a product, as a tensor over `out`."""
    live = {*bound, *out}
    if len(out) == 2:
        joined = next((f for f in pieces if isinstance(f, Delta) and set(f.args) == set(out)), None)
        if joined is not None:
            rest = [rename(f, {out[1]: out[0]}) for f in pieces if f is not joined]
            f = contract(rest, bound, out[:1])
            return diag(full(f, (out[0].dim,)))
    wide = next((n for n, f in enumerate(pieces) if len(free_indices(f) & live) > 2), None)
    if wide is not None:
        return _narrowed(pieces, wide, bound, out)
    graph = Graph()
    for f in pieces:
        _place(f, graph, tuple(i for i in (*out, *bound) if i in free_indices(f)))
    graph.eliminate(bound)
    return _assembled(graph, out)


def _place(f: Expr, graph: Graph, at: Out) -> None:
    if not at:
        graph.scalars.append(_recover(f, ()))
    elif len(at) == 1:
        graph.weigh(at[0], _recover(f, at))
    else:
        graph.join(*at, _recover(f, at))


def _assembled(graph: Graph, out: Out) -> Form:
    """What is left on the free indices: diag(u) M diag(v), u v^T, or a weight."""
    scalars = graph.scalars
    if not out:
        return product(*scalars)
    if len(out) == 1:
        u = graph.weight(out[0])
        return product(*scalars) if u is None else product(*scalars, u)
    edges = graph.edge(*out)
    u, v = (graph.weight(i) for i in out)
    if not edges and u is None and v is None:
        return product(*scalars)
    ends = [None if w is None else full(w, (i.dim,)) for w, i in zip((u, v), out, strict=True)]
    if not edges:
        left, right = (Ones(i.dim) if w is None else w for w, i in zip(ends, out, strict=True))
        return mat(*scalars, left, transpose(right))
    left, right = ((diag(w),) if w is not None else () for w in ends)
    return mat(*scalars, *left, product(*edges), *right)


# --- factors with more than two indices


def _narrowed(pieces: list[Expr], n: int, bound: list[Index], out: Out) -> Form:
    """Open up a factor that joins three indices or more, and distribute the product over it."""
    rest = pieces[:n] + pieces[n + 1 :]
    wide = pieces[n]
    opened = opened_factor(wide)
    if opened is None:
        raise Stuck("a factor joins three indices")
    if len(opened) == 1:
        inner, names = opened[0]
        return contract([*rest, *inner], [*bound, *names], out)
    terms = []
    for inner, names in opened:
        term = [*rest, *inner]
        used = [b for b in bound if any(b in free_indices(f) for f in term)]
        sizes = [Const(b.dim) for b in bound if b not in used]
        dims = tuple(i.dim for i in out)
        terms.append(product(*sizes, full(_contract_delta(term, [*used, *names], out), dims)))
    return add(*terms)


def _contract_delta(pieces: list[Expr], bound: list[Index], out: Out) -> Form:
    """As `contract`, after deltas on bound indices have been used up."""
    for f in pieces:
        if isinstance(f, Delta) and (i := next((i for i in f.args if i in bound), None)) is not None:
            other = next(a for a in f.args if a != i)
            rest = [rename(g, {i: other}) for g in pieces if g is not f]
            return _contract_delta(rest, [b for b in bound if b != i], out)
    return contract(pieces, bound, out)


def _layer_sum(e: LayerSum, out: Out) -> Form:
    body, symbol, low, high = e.args
    array = full(_recover(body, out), tuple(i.dim for i in out))
    return forms.LayerTotal(array, symbol, low, high)


RULES: dict[type, Callable[..., Form]] = {
    LayerSum: _layer_sum,
    Elem: _elem,
    Delta: _delta,
    Diff: _diff,
    Add: _add,
    Mul: _mul,
    Pow: _pow,
    exp: _exp,
    log: _log,
    Unknown: _unknown,
    Where: _where,
    LogSumExp: _reduce,
    Max_: _reduce,
    Prod_: _reduce,
    Winner: _winner,
    Inverse: _inverse,
    Det: _det,
    LogDet: _logdet,
    Sum_: _sum,
}
