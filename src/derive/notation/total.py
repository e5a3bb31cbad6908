"""Sums of all entries and traces: 1^T u, u^T v, |r|^2, tr(A^T B)."""

from __future__ import annotations

from sympy import Abs

from derive.notation.chain import mat, norm_squared
from derive.notation.collect import add
from derive.notation.forms import (
    Add,
    Apply,
    Const,
    Diag,
    DiagPart,
    Eye,
    Form,
    MatMul,
    Norm,
    Ones,
    Power,
    Trace,
    Transpose,
    is_column,
    is_row,
)
from derive.notation.make import TWO, full, is_ones, negative, parts, product, split_scalars, transpose


def total(f: Form) -> Form:
    """The sum of all entries of a vector or matrix."""
    scalars, arrays = split_scalars(f)
    if len(arrays) > 1:
        body = _pairing(arrays)
    elif isinstance(arrays[0], Add):
        body = _of_sum(arrays[0])
    else:
        body = _total(arrays[0])
    return product(*scalars, body)


def _of_sum(f: Add) -> Form:
    """Term by term if that gives inner products or cancels: 1^T (x - mean) = 0; else 1^T (a - b)."""
    apart = add(*(total(_spread(t, f)) for t in f.terms))
    if any(map(_is_pairing, f.terms)):
        return apart
    _, rest = parts(apart)
    shorter = not rest or not isinstance(rest[-1], Add) or len(rest[-1].terms) < len(f.terms)
    return apart if shorter and not isinstance(rest[-1] if rest else None, MatMul) else _total(f)


def _spread(t: Form, like: Form) -> Form:
    return full(t, like.shape)


def _total(f: Form) -> Form:
    if isinstance(f, Transpose):
        return _total(f.body)
    if isinstance(f, Power) and f.exponent == TWO:
        return norm_squared(f.base)
    if isinstance(f, Apply) and f.function is Abs and len(f.shape) == 1:
        return Norm(f.args[0], 1)
    if isinstance(f, Diag):
        return total(f.body)
    if isinstance(f, DiagPart):
        return trace(f.body)
    left = Transpose(Ones(f.shape[0]))
    return mat(left, f) if len(f.shape) == 1 else mat(left, f, Ones(f.shape[1]))


def _is_pairing(t: Form) -> bool:
    """Whether the sum of the entries of this term is an inner product or a squared norm."""
    _, arrays = split_scalars(t)
    if len(arrays) == 1 and isinstance(arrays[0], Power):
        return arrays[0].exponent == TWO
    if len(arrays) == 1 and isinstance(arrays[0], MatMul) and isinstance(arrays[0].factors[-1], Ones):
        return True
    return len(arrays) > 1 or (len(arrays) == 1 and is_ones(arrays[0]))


def _pairing(arrays: tuple[Form, ...]) -> Form:
    """The sum of an entrywise product: u^T v, |u * v|^2, tr(A^T B)."""
    roots = [_root(f) for f in arrays]
    if all(r is not None for r in roots):
        return norm_squared(product(*roots))
    dyads = [f for f in arrays if isinstance(f, MatMul) and is_column(f.factors[0])]
    if dyads:  # sum of (u v^T) * M is u^T M v
        k = next(k for k, g in enumerate(dyads[0].factors) if is_column(g))
        u, row = mat(*dyads[0].factors[: k + 1]), dyads[0].factors[k + 1 :]
        rest = product(*(f for f in arrays if f is not dyads[0]))
        return mat(transpose(u), rest, transpose(row[0] if len(row) == 1 else MatMul(row)))
    first, rest = arrays[0], product(*arrays[1:])
    if len(first.shape) == 1 and any(map(_is_reciprocal, arrays)):  # 1^T (x / y)
        return MatMul((Transpose(Ones(first.shape[0])), product(*arrays)))
    if len(first.shape) == 1:
        return mat(transpose(first), rest)
    return trace(transpose(first), rest)


def _is_reciprocal(f: Form) -> bool:
    return isinstance(f, Power) and isinstance(f.exponent, Const) and negative(f.exponent.value)


def _root(f: Form) -> Form | None:
    """The base of an entrywise square."""
    if isinstance(f, Transpose):
        inside = _root(f.body)
        return None if inside is None else transpose(inside)
    return f.base if isinstance(f, Power) and f.exponent == TWO else None


def trace(*factors: Form) -> Form:
    """tr of a chain: scalars outside, rotated to the fewest transposes; tr(A^T A) is |A|^2."""
    chain = mat(*factors)
    scalars, arrays = split_scalars(chain)
    if len(arrays) != 1:
        return product(*scalars, Trace(product(*arrays)))
    return product(*scalars, _trace(arrays[0]))


def _trace(f: Form) -> Form:
    if isinstance(f, Transpose):
        return _trace(f.body)
    if isinstance(f, Diag):
        return total(f.body)
    if isinstance(f, Eye):
        return Const(f.dim)
    if not isinstance(f, MatMul):
        return Trace(f)
    cut = next((k for k, g in enumerate(f.factors) if is_row(g)), None)
    if cut is not None:
        return mat(*f.factors[cut:], *f.factors[:cut])
    return _rotated(f.factors)


def _rotated(chain: tuple[Form, ...]) -> Form:
    back = tuple(transpose(f) for f in reversed(chain))
    turns = [c[k:] + c[:k] for c in (chain, back) for k in range(len(c))]
    half = len(chain) // 2
    for c in turns:
        if len(c) == 2 * half and c[:half] == tuple(transpose(f) for f in reversed(c[half:])):
            return norm_squared(mat(*c[half:]))
    return Trace(MatMul(min(turns, key=_turn_order)))


def _turn_order(chain: tuple[Form, ...]) -> tuple:
    """Few transposes; tr(A^T X) rather than tr(A X^T); names in order."""
    names = [(f.body if isinstance(f, Transpose) else f).label for f in chain]
    tilted = len(chain) <= 3 and not isinstance(chain[0], Transpose)
    return (sum(f.tilts for f in chain), tilted, names)
