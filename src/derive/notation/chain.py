"""Chains of matrix products: scalars in front, neighbours that combine, scalars u^T ... v in one reading direction."""

from __future__ import annotations

from sympy import S

from derive.notation.forms import (
    Add,
    Basis,
    Const,
    Diag,
    Eye,
    Form,
    MatMul,
    Norm,
    Ones,
    Power,
    Product,
    Transpose,
    Zeros,
    is_column,
    is_row,
)
from derive.notation.make import (
    ONE,
    TWO,
    ZERO,
    diag,
    difference,
    full,
    inverse,
    is_ones,
    power,
    product,
    split_scalars,
    transpose,
)


def _product(factors: tuple[Form, ...]) -> Form:
    """Factors that are in order already."""
    return factors[0] if len(factors) == 1 else Product(factors)


def mat(*factors: Form) -> Form:
    """Product of a chain: scalars in front, chains flattened, diagonals and identities absorbed."""
    if any(isinstance(f.body if is_row(f) else f, Zeros) for f in factors):
        return ZERO
    scalars: list[Form] = []
    chain: list[Form] = []
    for f in factors:
        _into_chain(f, scalars, chain)
    chain = _absorb(chain)
    for segment in _scalar_segments(chain):
        scalars.append(inner(segment))
        chain = _remove(chain, segment)
    if not chain:
        return product(*scalars)
    place, twin = _opposites(chain)
    if twin is not None:
        return product(Const(S.NegativeOne), *scalars, mat(*chain[:place], transpose(twin), *chain[place + 1 :]))
    if len(chain) > 2 and isinstance(chain[0], Diag) and is_column(chain[-1]):  # diag(u) A x is u * (A x)
        return product(*scalars, chain[0].body, mat(*chain[1:]))
    body = _distributed(chain)
    if body is None:
        body = inner(chain) if is_row(chain[0]) and is_column(chain[-1]) else _chain(chain)
    return product(*scalars, body) if scalars else body


def _opposites(chain: list[Form]) -> tuple[int, Form | None]:
    """The place of b - a in (b - a)^T ... (a - b), which reads better as a square with a minus sign; and a - b."""
    for n, last in enumerate(chain):
        turned = difference(last) if n else None
        first = None if turned is None else transpose(turned)
        if first in chain[:n]:
            return chain.index(first), last
    return 0, None


def _chain(chain: list[Form]) -> Form:
    return chain[0] if len(chain) == 1 else MatMul(tuple(chain))


def _into_chain(f: Form, scalars: list[Form], chain: list[Form]) -> None:
    if is_row(f):
        outside, inside = split_scalars(f.body)
        scalars += outside
        row = transpose(_product(inside))
    elif f.scalar:
        scalars.append(f)
        return
    else:
        outside, inside = split_scalars(f)
        scalars += outside
        row = _product(inside)
    if isinstance(row, MatMul):
        for g in row.factors:
            _into_chain(g, scalars, chain)
    else:
        chain.append(row)


def _absorb(chain: list[Form]) -> list[Form]:
    """Neighbours that combine: identities, diagonals, an inverse beside its matrix."""
    out: list[Form] = []
    for f in chain:
        while out:
            merged = _neighbours(out[-1], f)
            if merged is None:
                break
            out.pop()
            f = merged
        out.append(f)
    return out


def _neighbours(a: Form, b: Form) -> Form | None:
    if isinstance(b, Eye) and not is_column(a):
        return a
    if isinstance(a, Eye) and not is_row(b):
        return b
    if isinstance(a, Diag) and isinstance(b, Diag):
        return _clean(diag(_entrywise(a.body, b.body)))
    if isinstance(a, Diag) and is_column(b):
        return _clean(_entrywise(a.body, b))
    if is_row(a) and isinstance(b, Diag):
        return _row(_clean(_entrywise(a.body, b.body)))
    if len(a.shape) == 2 and len(b.shape) == 2 and (inverse(a) == b or inverse(b) == a):
        return Eye(a.shape[0])
    return None


def _entrywise(u: Form, v: Form) -> Form:
    """u * v, a vector also where all of it cancels."""
    return full(product(u, v), u.shape)


def _clean(f: Form) -> Form | None:
    """A merged factor may stay in the chain only if it brings no scalar with it."""
    return None if isinstance(f, Product) and f.factors[0].scalar else f


def _row(f: Form | None) -> Form | None:
    return None if f is None or isinstance(f, MatMul) else Transpose(f)


def _scalar_segments(chain: list[Form]) -> list[list[Form]]:
    """Runs u^T ... v inside a longer chain: scalars."""
    segments: list[list[Form]] = [[]]
    for f in chain:
        if segments[-1] and is_row(f) and is_column(segments[-1][-1]):
            segments.append([])
        segments[-1].append(f)
    if len(segments) == 1:
        return []
    return [s for s in segments if is_row(s[0]) and is_column(s[-1])]


def _remove(chain: list[Form], segment: list[Form]) -> list[Form]:
    n = len(segment)
    k = next(k for k in range(len(chain) - n + 1) if chain[k : k + n] == segment)
    return chain[:k] + chain[k + n :]


def _distributed(chain: list[Form]) -> Form | None:
    """(A + u 1^T) 1 and (A + diag(u)) v, term by term: what a sum over rows of a sum comes to."""
    from derive.notation.collect import add

    for k, f in enumerate(chain):
        turned = isinstance(f, Transpose) and isinstance(f.body, Add)
        total = f.body if turned else f
        if not isinstance(total, Add) or len(total.shape) != 2 or len(chain) < 2:
            continue
        beside = [g for g in chain[max(k - 1, 0) : k + 2] if isinstance(g, Ones) or (is_row(g) and is_ones(g.body))]
        diagonal = any(isinstance(g, Diag) for g in chain[max(k - 1, 0) : k + 2])
        if (beside and any(_sums_easily(t) for t in total.terms)) or (diagonal and any(map(_is_diagonal, total.terms))):
            terms = [full(t, total.shape) for t in total.terms]
            return add(*(mat(*chain[:k], transpose(t) if turned else t, *chain[k + 1 :]) for t in terms))
    return None


def _is_diagonal(t: Form) -> bool:
    return not t.scalar and any(isinstance(f, (Diag, Eye)) for f in split_scalars(t)[1])


def _sums_easily(t: Form) -> bool:
    """Whether the row or column sums of a term are simpler than the term."""
    if t.scalar:
        return False
    _, arrays = split_scalars(t)
    f = arrays[0]
    if len(arrays) > 1 or not isinstance(f, (MatMul, Diag, Eye)):
        return False
    return not isinstance(f, MatMul) or any(len(g.shape) == 1 or isinstance(g, Diag) for g in f.factors)


def inner(chain: list[Form]) -> Form:
    """The scalar u^T ... v: read in the direction with fewer transposes; a palindrome is a squared norm."""
    back = [transpose(f) for f in reversed(chain)]
    if chain == back:
        return square_of(chain)
    if len(chain) == 3 and isinstance(chain[-1], Ones) and is_ones(chain[0].body):
        from derive.notation.total import total

        if isinstance(chain[1], Product) or (isinstance(chain[1], Power) and chain[1].exponent == TWO):
            return total(chain[1])
    options = [chain, back]
    return MatMul(tuple(min(options, key=lambda c: (sum(f.tilts for f in c), [(f.weight, f.label) for f in c]))))


def square_of(chain: list[Form]) -> Form:
    half = len(chain) // 2
    if len(chain) % 2:
        return MatMul(tuple(chain))
    body = mat(*chain[half:])
    if isinstance(body, Ones):
        return Const(body.dim)
    if isinstance(body, Basis):
        return ONE
    return norm_squared(body)


def norm_squared(f: Form) -> Form:
    """|f|^2, Frobenius for a matrix; scalars outside."""
    scalars, arrays = split_scalars(f)
    body = _product(arrays)
    body = body.body if isinstance(body, Transpose) else body
    return product(*(power(s, TWO) for s in scalars), Power(Norm(body), TWO))
