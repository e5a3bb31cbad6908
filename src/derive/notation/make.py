"""Constructors of forms that keep them in readable shape.

They pull scalars out of products, flatten chains, push transposes to the leaves and cancel them, merge equal factors,
and never change the meaning. The dataclasses of `forms` only store; recovery goes through here.
"""

from __future__ import annotations

from sympy import Abs, Expr, Mul, Rational, S, asinh, atan, cos, cosh, erf, sign, sin, sinh, tanh

from derive.expr import Size, relu, step
from derive.notation.forms import (
    Add,
    Apply,
    ApplyUnknown,
    Basis,
    Const,
    Diag,
    DiagPart,
    Eye,
    Form,
    Inverse,
    Leaf,
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

ONE, ZERO, TWO = Const(S.One), Const(S.Zero), Const(S(2))


def parts(f: Form) -> tuple[Expr, tuple[Form, ...]]:
    """A form as constant coefficient times other factors."""
    if isinstance(f, Const):
        return f.value, ()
    if isinstance(f, Zeros):
        return S.Zero, ()
    if isinstance(f, Product):
        first = f.factors[0]
        return (first.value, f.factors[1:]) if isinstance(first, Const) else (S.One, f.factors)
    return S.One, (f,)


def split_scalars(f: Form) -> tuple[tuple[Form, ...], tuple[Form, ...]]:
    """The scalar and the array factors."""
    factors = f.factors if isinstance(f, Product) else (f,)
    return tuple(g for g in factors if g.scalar), tuple(g for g in factors if not g.scalar)


def negative(c: Expr) -> bool:
    return bool(c.could_extract_minus_sign())


def abs_(c: Expr) -> Expr:
    return -c if negative(c) else c


def product(*forms: Form) -> Form:
    """Entrywise product, scalars first; equal bases merged; a sign goes into a lone sum."""
    coefficient, powers = S.One, {}
    for f in forms:
        c, rest = parts(f)
        coefficient *= c
        for g in rest:
            base, exponent = _base(g)
            powers[base] = powers.get(base, S.Zero) + exponent
    if coefficient == 0:
        return ZERO
    factors = [power(b, Const(q)) for b, q in powers.items() if q != 0]
    if any(isinstance(f, (Const, Product)) for f in factors):  # merging made a number: once more
        return product(Const(coefficient), *factors)
    arrays = _entrywise([f for f in factors if not f.scalar])
    scalars = sorted((f for f in factors if f.scalar), key=_scalar_order)
    if negative(coefficient):
        turned = _turned([*scalars, *arrays])
        if turned is not None:
            return product(Const(-coefficient), *turned)
    lone = [*scalars, *arrays]
    if len(lone) == 1 and isinstance(lone[0], Add) and _shares_size(coefficient, lone[0]):
        from derive.notation.collect import add

        return add(*(product(Const(coefficient), t) for t in lone[0].terms))
    head = [] if coefficient == 1 else [Const(coefficient)]
    return _product((*head, *scalars, *arrays))


def _product(factors: tuple[Form, ...]) -> Form:
    if not factors:
        return ONE
    return factors[0] if len(factors) == 1 else Product(factors)


def _shares_size(c: Expr, f: Add) -> bool:
    """Whether a denominator of the coefficient cancels in a term: (2 n x - ...) / n^2."""
    if c.is_number:
        return False
    below = c.as_numer_denom()[1].atoms(Size)
    return any(not below.isdisjoint(parts(t)[0].as_numer_denom()[0].atoms(Size)) for t in f.terms)


def _turned(factors: list[Form]) -> list[Form] | None:
    """The factors with one difference turned round, so that a minus sign in front disappears."""
    places = [n for n, f in enumerate(factors) if _difference(f) is not None]
    if len(places) != 1:
        return None
    n = places[0]
    if len(factors) > 1 and _is_natural(factors[n]):
        return None
    return [*factors[:n], _difference(factors[n]), *factors[n + 1 :]]  # type: ignore[list-item]


def _is_natural(f: Form) -> bool:
    """Whether a difference has the larger part in front already: sigma(X w) - y."""
    f = f.body if isinstance(f, Transpose) else f
    if not isinstance(f, Add):
        return False
    if isinstance(f.terms[0], Const):  # 1 - a
        return True
    return f.terms[0].weight > sum(g.weight for g in parts(f.terms[1])[1])


def _difference(f: Form) -> Form | None:
    """b - a for a - b, also as the one difference in a chain; None for anything else."""
    if isinstance(f, Transpose):
        inside = _difference(f.body)
        return None if inside is None else transpose(inside)
    if isinstance(f, (MatMul, Product)):
        turned = _turned(list(f.factors))
        return None if turned is None else (mat if isinstance(f, MatMul) else product)(*turned)
    if isinstance(f, Add) and len(f.terms) == 2 and negative(parts(f.terms[1])[0]) and not negative(parts(f.terms[0])[0]):
        from derive.notation.collect import add

        return add(*(product(Const(S.NegativeOne), t) for t in f.terms))
    return None


def _base(g: Form) -> tuple[Form, Expr]:
    if isinstance(g, Power) and isinstance(g.exponent, Const):
        return g.base, g.exponent.value
    return g, S.One


def _scalar_order(f: Form) -> tuple[bool, int, str]:
    return (isinstance(f, (MatMul, Add)), f.weight, f.label)


def _array_order(f: Form) -> tuple[int, int, str]:
    """(W^T delta) * a * (1 - a), but y * (X w)."""
    return (not isinstance(f, MatMul), f.weight, f.label)


def _entrywise(arrays: list[Form]) -> list[Form]:
    """Array factors of an entrywise product: ones dropped, diagonals merged, a common transpose outside."""
    if len(arrays) < 2:
        return arrays
    kept = [f for f in arrays if not is_ones(f)] or arrays[:1]
    diagonals = [f for f in kept if isinstance(f, (Diag, Eye))]
    if diagonals and len(kept) > 1:
        return [diag(product(*(diag_part(f) for f in kept)))]
    kinked = {f.args for f in kept if isinstance(f, Apply) and f.function is relu}
    if kinked:  # relu(z) step(z) is relu(z)
        kept = [f for f in kept if not (isinstance(f, Apply) and f.function is step and f.args in kinked)]
    if len(kept) > 1 and all(isinstance(f, Transpose) for f in kept):
        return [Transpose(product(*(f.body for f in kept)))]  # type: ignore[attr-defined]
    if all(isinstance(f, (Leaf, MatMul)) for f in kept):
        return sorted(kept, key=lambda f: (isinstance(f, MatMul), f.weight, f.label))
    return sorted(kept, key=_array_order)


def is_ones(f: Form) -> bool:
    """The vector or the matrix of ones."""
    if isinstance(f, MatMul):
        return len(f.factors) == 2 and isinstance(f.factors[0], Ones) and is_ones(transpose(f.factors[1]))
    return isinstance(f, Ones)


def power(base: Form, exponent: Form) -> Form:
    """Entrywise power; the square root of a sum of squares is a norm."""
    if not isinstance(exponent, Const):
        return Power(base, exponent)
    q = exponent.value
    if q == 1:
        return base
    if q == 0 or base == ONE:
        return ONE
    if isinstance(base, Const):
        return Const(base.value**q)
    if isinstance(base, Power) and isinstance(base.exponent, Const):
        if q.is_Integer or isinstance(base.base, Norm):
            return power(base.base, Const(base.exponent.value * q))
    if isinstance(base, Product) and (q.is_Integer or _splits(base)):
        return product(*(power(f, exponent) for f in base.factors))
    if isinstance(base, Transpose) and len(base.shape) == 2:
        return Transpose(power(base.body, exponent))
    return Power(base, exponent)


def _splits(f: Product) -> bool:
    """Whether every factor is known to be nonnegative, so that roots split."""
    return all(
        (isinstance(g, Const) and g.value.is_positive) or (isinstance(g, Power) and isinstance(g.base, Norm))
        for g in f.factors
    )


def transpose(f: Form) -> Form:
    """The transpose, pushed to the leaves; of a vector, a row for use in a chain."""
    if f.scalar:
        return f
    if isinstance(f, Transpose):
        return f.body
    if isinstance(f, MatMul):
        return MatMul(tuple(transpose(g) for g in reversed(f.factors)))
    if len(f.shape) == 1:
        return Transpose(f)
    if isinstance(f, (Diag, Eye)) or _symmetric(f):
        return f
    if isinstance(f, Product) and f.factors[0].scalar:
        scalars, arrays = split_scalars(f)
        return product(*scalars, transpose(_product(arrays)))
    if isinstance(f, (Add, Product, Apply, ApplyUnknown, Power)):
        pushed = _push(f)
        return pushed if pushed.tilts <= f.tilts else Transpose(f)
    return Transpose(f)


def _symmetric(f: Form) -> bool:
    if isinstance(f, Inverse):
        return _symmetric(f.body)
    tensor = getattr(f, "tensor", None)
    return tensor is not None and "symmetric" in tensor.properties


def _push(f: Form) -> Form:
    """Transpose of an entrywise form, by its parts."""
    from derive.notation.collect import add

    if isinstance(f, Add):
        return add(*map(transpose, f.terms))
    if isinstance(f, Product):
        return product(*map(transpose, f.factors))
    if isinstance(f, Power):
        return power(transpose(f.base), transpose(f.exponent))
    if isinstance(f, ApplyUnknown):
        return ApplyUnknown(f.name, f.order, transpose(f.argument))
    assert isinstance(f, Apply)
    return Apply(f.function, tuple(map(transpose, f.args)))


EVEN = frozenset({Abs, cosh, cos})
ODD = frozenset({sign, tanh, sinh, erf, sin, atan, asinh})


def apply(function: type, *args: Form) -> Form:
    """A function entry by entry; a transpose that all arguments share goes outside."""
    if function in EVEN | ODD and (turned := _settled(args[0])) is not None:
        out = apply(function, turned)
        return out if function in EVEN else product(Const(S.NegativeOne), out)
    arrays = [a for a in args if not a.scalar]
    if arrays and all(isinstance(a, Transpose) for a in arrays):
        return Transpose(Apply(function, tuple(map(transpose, args))))
    return Apply(function, args)


def _settled(f: Form) -> Form | None:
    """X w - y for y - X w: in |.| and sign(.) the direction is free, and products come first."""
    if isinstance(f, Add) and len(f.terms) == 2 and isinstance(f.terms[0], Leaf) and not isinstance(f.terms[1], Leaf):
        c, rest = parts(f.terms[1])
        if negative(c) and any(isinstance(g, MatMul) for g in rest):
            return _difference(f)
    return None


def diag(f: Form) -> Form:
    """The diagonal matrix of a vector, scalars outside."""
    if isinstance(f, Ones):
        return Eye(f.dim)
    scalars, arrays = split_scalars(f)
    inner = _product(arrays)
    return product(*scalars, Eye(inner.dim) if isinstance(inner, Ones) else Diag(inner))


def diag_part(f: Form) -> Form:
    if isinstance(f, Transpose):
        return diag_part(f.body)
    if isinstance(f, Diag):
        return f.body
    if isinstance(f, Eye):
        return Ones(f.dim)
    if isinstance(f, Product):
        return product(*(g if g.scalar else diag_part(g) for g in f.factors))
    return DiagPart(f)


def inverse(f: Form) -> Form:
    """The inverse, with a transpose outside: A^-T."""
    if isinstance(f, Transpose):
        return Transpose(inverse(f.body))
    if isinstance(f, Inverse):
        return f.body
    if isinstance(f, Eye):
        return f
    if isinstance(f, Diag):
        return diag(power(f.body, Const(S.NegativeOne)))
    scalars, arrays = split_scalars(f)
    if scalars:
        return product(power(_product(scalars), Const(S.NegativeOne)), inverse(_product(arrays)))
    return Inverse(f)


def ones(dims: tuple[Expr, ...]) -> Form:
    return Ones(dims[0]) if len(dims) == 1 else MatMul((Ones(dims[0]), Transpose(Ones(dims[1]))))


def full(f: Form, dims: tuple[Expr, ...]) -> Form:
    """A scalar spread out over an array of this shape."""
    if not dims or not f.scalar:
        return f
    return Zeros(dims) if f == ZERO else product(f, ones(dims))


def mat(*factors: Form) -> Form:
    """Product of a chain: scalars in front, chains flattened, diagonals and identities absorbed."""
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
    if len(chain) > 2 and isinstance(chain[0], Diag) and is_column(chain[-1]):  # diag(u) A x is u * (A x)
        return product(*scalars, chain[0].body, mat(*chain[1:]))
    body = _distributed(chain)
    if body is None:
        body = inner(chain) if is_row(chain[0]) and is_column(chain[-1]) else _chain(chain)
    return product(*scalars, body) if scalars else body


def _chain(chain: list[Form]) -> Form:
    return chain[0] if len(chain) == 1 else MatMul(tuple(chain))


def _into_chain(f: Form, scalars: list[Form], chain: list[Form]) -> None:
    if is_row(f):
        outside, inside = split_scalars(f.body)  # type: ignore[attr-defined]
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
        return _clean(diag(product(a.body, b.body)))
    if isinstance(a, Diag) and is_column(b):
        return _clean(product(a.body, b))
    if is_row(a) and isinstance(b, Diag):
        return _row(_clean(product(a.body, b.body)))  # type: ignore[attr-defined]
    if len(a.shape) == 2 and len(b.shape) == 2 and (inverse(a) == b or inverse(b) == a):
        return Eye(a.shape[0])
    return None


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
        total = f.body if turned else f  # type: ignore[attr-defined]
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
    if len(chain) == 3 and isinstance(chain[-1], Ones) and is_ones(chain[0].body):  # type: ignore[attr-defined]
        from derive.notation.total import total

        if isinstance(chain[1], (Product, Power)):
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


def number(p: int, q: int = 1) -> Const:
    return Const(Rational(p, q))


def times(c: Expr, f: Form) -> Form:
    return product(Const(Mul(c)), f)
