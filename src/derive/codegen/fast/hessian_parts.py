"""What fast modules of dense Hessians are written with: functions on arrays that are kept from call to call."""

from __future__ import annotations

import re

from derive.codegen.fast.workspace import EMPTY

WORKSPACE = f'''FEW = 48  # columns of which BLAS is quicker with a whole product than with half of A^T A
SMALL = 10**6  # multiplications of a product that BLAS does without rearranging its matrices
PART = 2**17  # entries of the rows that are taken at a time: what the second cache holds
ROWS = 500  # rows of many columns that are taken at a time
PANEL = 120  # columns of a square that are taken at a time
KEPT = {{}}


{EMPTY.strip()}


def kept(name, shape, dtype):
    """The array of this name, which the next call works in again."""
    found = KEPT.get(name)
    if found is None or found.shape != shape or found.dtype != dtype:
        found = KEPT[name] = empty(shape, dtype)
    return found


def one_type(*arrays):
    """The type of the numbers of all these arrays."""
    dtype = arrays[0].dtype
    for a in arrays:
        if a.dtype != dtype or dtype.kind != "f":
            found = f"{{dtype.str}} and {{a.dtype.str}}"
            raise ValueError(f"expected arrays of one floating-point type, found {{found}}")
    return dtype'''

#: each is defined where it is called
PARTS = {
    "product": '''def product(name, A, B):
    """A^T B, in the array of this name; (B^T A)^T where B is narrow, for BLAS is quicker so."""
    swapped = B.ndim > 1 and B.shape[1] < A.shape[1]
    if swapped:
        A, B = B, A
    found = np.dot(A.T, B, out=kept(name, (A.shape[1], *B.shape[1:]), A.dtype))
    return found.T if swapped else found''',
    "times": '''def times(name, a, b):
    """The products of the entries, as a matrix of as many rows, in the array of this name.

    It lies on its side there: rows are many, and are what products with it sum over.
    """
    a, b = (np.ascontiguousarray(np.moveaxis(x, 0, -1)) for x in (a, b))
    whole = np.multiply(a, b, out=kept(name, np.broadcast(a, b).shape, a.dtype))
    return whole.reshape(-1, whole.shape[-1]).T''',
    "gram": '''def gram(name, s, X):
    """X^T diag(s) X for s >= 0, in the array of this name, added up over rows that fit the cache.

    For few columns it is (s X)^T X, for BLAS multiplies small matrices as they lie; for more it is
    A^T A with A = sqrt(s) X, of which BLAS does half. Measured: they meet at FEW columns.
    """
    N, D = X.shape
    few = D <= FEW
    rows = max(1, min(SMALL // max(1, D * D), PART // max(1, D))) if few else ROWS
    s = s if few else np.sqrt(s)
    room = kept(f"rows of {name}", (min(rows, N), D), X.dtype)
    total = kept(name, (D, D), X.dtype)
    if N <= rows:
        return weighted(s, X, few, room, total)
    part = kept(f"part of {name}", (D, D), X.dtype)
    total[...] = 0
    for first in range(0, N, rows):
        here = X[first : first + rows]
        total += weighted(s[first : first + rows], here, few, room[: len(here)], part)
    return total


def weighted(s, X, once, A, out):
    """A^T X if the weights are to count once, else A^T A, where A = s X, row by row."""
    np.copyto(A, s[:, None])  # quicker than a product that spreads s
    A *= X
    return np.dot(A.T, X if once else A, out=out)''',
    "square": '''def square(out, A, factor):
    """A^T A times factors, in `out`: each is for as many rows and columns, and they are symmetric.

    Half of it is computed, in panels that stay in the cache, and mirrored.
    """
    m, P = len(factor), A.shape[1]
    k = P // max(1, m)
    step = max(1, PANEL // max(1, k))
    room = kept("panel", (min(step, m) * k * P,), A.dtype)
    for first in range(0, m, step):
        here = factor[first : first + step, None, first:, None]
        a, b = first * k, first * k + len(here) * k
        panel = np.dot(A[:, a:b].T, A[:, a:], out=room[: (b - a) * (P - a)].reshape(b - a, P - a))
        entries = panel.reshape(len(here), k, m - first, k)
        entries *= here
        out[a:b, a:] = panel
        out[b:, a:b] = panel[:, b - a :].T
    return out''',
}

#: what all these define
NAMES = frozenset(re.findall(r"^(?:def )?(\w+)(?= = |\()", "\n".join([WORKSPACE, *PARTS.values()]), re.MULTILINE))
