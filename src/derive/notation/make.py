"""Constructors of forms that keep them in readable shape.

They pull scalars out of products, flatten chains, push transposes to the leaves and cancel them, merge equal factors,
and never change the meaning. The dataclasses of `forms` only store; recovery goes through here.
"""

from __future__ import annotations

from sympy import Abs, Expr, S, asinh, atan, cos, cosh, erf, log, sign, sin, sinh, tanh

from derive.expr import Size, relu, step
from derive.notation.forms import (
    Add,
    Apply,
    ApplyUnknown,
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
    Partial,
    Power,
    Product,
    Transpose,
    Zeros,
)
from derive.notation.vocabulary import GREEK, split_name

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
    places = [n for n, f in enumerate(factors) if difference(f) is not None]
    if len(places) != 1:
        return None
    n = places[0]
    if len(factors) > 1 and _is_natural(factors[n]):
        return None
    return [*factors[:n], difference(factors[n]), *factors[n + 1 :]]


def _is_natural(f: Form) -> bool:
    """Whether a difference has the larger part in front already: sigma(X w) - y."""
    f = f.body if isinstance(f, Transpose) else f
    if not isinstance(f, Add):
        return False
    if isinstance(f.terms[0], Const):  # 1 - a
        return True
    return f.terms[0].weight > sum(g.weight for g in parts(f.terms[1])[1])


def difference(f: Form) -> Form | None:
    """b - a for a - b, also as the one difference in a chain; None for anything else."""
    if isinstance(f, Transpose):
        inside = difference(f.body)
        return None if inside is None else transpose(inside)
    if isinstance(f, (MatMul, Product)):
        turned = _turned(list(f.factors))
        from derive.notation.chain import mat

        return None if turned is None else (mat if isinstance(f, MatMul) else product)(*turned)
    if (
        isinstance(f, Add)
        and len(f.terms) == 2
        and negative(parts(f.terms[1])[0])
        and not negative(parts(f.terms[0])[0])
    ):
        from derive.notation.collect import add

        return add(*(product(Const(S.NegativeOne), t) for t in f.terms))
    return None


def _base(g: Form) -> tuple[Form, Expr]:
    if isinstance(g, Power) and isinstance(g.exponent, Const):
        return g.base, g.exponent.value
    return g, S.One


def _scalar_order(f: Form) -> tuple:
    """eta dC/db, (1 - beta) g, dC/da f'(z), p (1 - p) (x - a)^2: constants of the method, derivatives, the rest."""
    greek = isinstance(f, Leaf) and f.tensor.name in GREEK
    constant = is_coefficient(f)
    return (0 if constant else _place(f), not greek, not constant, not isinstance(f, Partial), f.weight, f.label)


def _place(f: Form) -> int:
    """Brackets after names, then inner products and powers of brackets, and logarithms, with none behind, last."""
    if isinstance(f, Apply) and f.function is log:
        return 3
    if isinstance(f, MatMul) or (isinstance(f, Power) and isinstance(f.base, (MatMul, Add))):
        return 2
    return int(isinstance(f, Add))


def is_coefficient(f: Form) -> bool:
    """Whether a scalar is made of numbers and Greek letters alone: a constant of the method, beta or 1 - beta^t."""
    if isinstance(f, (Leaf, Const)):
        return f.scalar and (isinstance(f, Const) or split_name(f.tensor.name).base in GREEK)
    if isinstance(f, Power):
        return is_coefficient(f.base)
    return isinstance(f, (Add, Product)) and all(map(is_coefficient, f.children))


def _array_order(f: Form) -> tuple[int, int, str]:
    """dC/da * f'(z), (W^T delta) * a * (1 - a), but y * (X w)."""
    return (not isinstance(f, (MatMul, Partial)), f.weight, f.label)


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
        return [Transpose(product(*(f.body for f in kept)))]
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
    if isinstance(base, Power) and isinstance(base.exponent, Const) and (q.is_Integer or isinstance(base.base, Norm)):
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
        return _symmetric(f.body) or _balanced(f.body)
    tensor = getattr(f, "tensor", None)
    return tensor is not None and "symmetric" in tensor.properties


def _balanced(f: Form) -> bool:
    """X^T X, diag(d), A + A^T and their sums: what is inverted reads the same in both directions."""
    if isinstance(f, (Diag, Eye)):
        return True
    if isinstance(f, MatMul):
        return tuple(transpose(g) for g in reversed(f.factors)) == f.factors
    if isinstance(f, Product):
        return all(g.scalar or transpose(g) == g or _balanced(g) for g in f.factors)
    if isinstance(f, Add):
        return all(t.scalar or _balanced(t) for t in f.terms) or {transpose(t) for t in f.terms} == set(f.terms)
    return transpose(f) == f


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
            return difference(f)
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
