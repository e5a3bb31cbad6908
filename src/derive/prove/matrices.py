"""Inverses and determinants: scalars, diagonals, products, transposes, inverses of inverses.

A matrix is a polynomial in which two names stand for row and column; all statements hold where the inverse exists.
"""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Expr

from derive.expr import Delta, Det, Elem, Index, Inverse, LogDet, Prod_, Sum_, free_indices, rename
from derive.prove.atoms import SymmetricInverse, Unordered, opened
from derive.prove.exponentials import exponential, log_abs, logarithm
from derive.prove.ledger import Undefined, use
from derive.prove.monomials import reduce
from derive.prove.normal import normal, rule
from derive.prove.polynomial import (
    ONE,
    Monomial,
    Number,
    Poly,
    add,
    atom,
    combine,
    common,
    expr,
    leading,
    mul,
    number,
    product,
    rational_content,
    scale,
)
from derive.prove.positivity import positive_atom
from derive.prove.powers import divided_by, raised
from derive.prove.sums import summed


@dataclass(frozen=True)
class Matrix:
    """The matrix body[row, column], and what it is made of."""

    body: Poly
    row: Index
    column: Index

    @property
    def names(self) -> frozenset[Index]:
        return frozenset((self.row, self.column))

    def at(self, i: Expr, j: Expr) -> Poly:
        return renamed(self.body, {self.row: i, self.column: j})

    def transposed(self) -> Matrix:
        return Matrix(renamed(self.body, {self.row: self.column, self.column: self.row}), self.row, self.column)

    def expr(self) -> Expr:
        return expr(self.body)


@dataclass(frozen=True)
class Parts:
    """scalar * diag(left) core diag(right): what all terms of a matrix share, taken out."""

    scalar: Poly
    left: Poly  # over the row index
    right: Poly  # over the column index
    core: Matrix


def renamed(p: Poly, names: dict[Index, Expr]) -> Poly:
    return normal(rename(expr(p), names))


def read(e: Inverse | Det | LogDet) -> Matrix:
    body, (a, b) = opened(e)
    return Matrix(normal(body), a, b)


def parts(m: Matrix) -> Parts:
    """Take out the content that does not join row and column; the leading coefficient of the core is positive."""
    c = rational_content(m.body) * (1 if m.body[leading(m.body)] > 0 else -1)
    scalar, left, right, content = number(c), ONE, ONE, {}
    for a, e in common(m.body).items():
        touched = free_indices(a) & m.names
        if isinstance(a, Delta) or len(touched) == 2:
            continue
        content[a] = e
        p = reduce({a: e})
        if not touched:
            scalar = mul(scalar, p)
        elif m.row in touched:
            left = mul(left, p)
        else:
            right = mul(right, p)
    return Parts(scalar, left, right, Matrix(divided_by(m.body, content, c), m.row, m.column))


def diagonal(m: Matrix) -> Poly | None:
    """d with m = diag(d), over the row index."""
    delta = Delta(m.row, m.column)
    if not all((delta, 1) in t for t in m.body):
        return None
    bare = {t - {(delta, 1)}: c for t, c in m.body.items()}
    return renamed(bare, {m.column: m.row})


def two_factors(m: Matrix) -> tuple[Matrix, Matrix] | None:
    """Square A, B with m = A B, if m is a sum over an index of the same dimension that separates row from column."""
    single = _only_atom(m)
    if not isinstance(single, Sum_):
        return None
    body, names = opened(single)
    inside = normal(body)
    if len(inside) != 1:
        return None
    ((t, c),) = inside.items()
    for k in names:
        sides = _separated(t, k, m, frozenset(names)) if k.dim == m.row.dim == m.column.dim else None
        if sides is not None:
            first, second = (summed({side: 1}, over) for side, over in sides)
            return Matrix(scale(first, c), m.row, k), Matrix(second, k, m.column)
    return None


def _only_atom(m: Matrix) -> Expr | None:
    if len(m.body) == 1:
        ((t, c),) = m.body.items()
        if c == 1 and len(t) == 1:
            ((a, e),) = t
            return a if e == 1 else None
    return None


Side = tuple[Monomial, frozenset[Index]]


def _separated(t: Monomial, k: Index, m: Matrix, bound: frozenset[Index]) -> tuple[Side, Side] | None:
    """The factors that are connected with the row, and the others, if they have but k in common."""
    reached, near = {m.row}, set()
    growing = True
    while growing:
        growing = False
        for f in t:
            joins = free_indices(f[0]) & (bound | m.names)
            if f not in near and (joins - {k}) & reached:
                near.add(f)
                reached |= joins - {k}
                growing = True
    far = frozenset(t) - near
    if m.column in reached or not far or not any(k in free_indices(a) for a, _ in near):
        return None
    if not any(m.column in free_indices(a) for a, _ in far) or not any(k in free_indices(a) for a, _ in far):
        return None
    inner = bound - {k}
    return (frozenset(near), inner & reached), (far, inner - reached)


# -- the inverse ------------------------------------------------------------------------------------------------


@rule(Inverse)
def _inverse(e: Inverse) -> Poly:
    i, j = e.slots
    return inverse(read(e), i, j)


def inverse(m: Matrix, i: Expr, j: Expr) -> Poly:
    """The entry (i, j) of the inverse."""
    if not m.body:
        raise Undefined
    d = diagonal(m)
    if d is not None:
        return mul(normal(Delta(i, j)), raised(renamed(d, {m.row: i}), -1))
    p = parts(m)
    outside = mul(raised(p.scalar, -1), raised(renamed(p.right, {m.column: i}), -1))
    outside = mul(outside, raised(renamed(p.left, {m.row: j}), -1))
    return mul(outside, _core_inverse(p.core, i, j))


def _core_inverse(m: Matrix, i: Expr, j: Expr) -> Poly:
    if diagonal(m) is not None:
        return inverse(m, i, j)
    only = _only_atom(m)
    if isinstance(only, Inverse) and frozenset(only.slots) == m.names:
        inner = read(only)
        return inner.at(i, j) if only.slots == (m.row, m.column) else inner.at(j, i)
    if isinstance(only, Elem) and "orthogonal" in only.tensor.properties and set(only.indices) == m.names:
        use(f"{only.tensor} orthogonal")
        return normal(rename(only, {m.row: j, m.column: i}))
    factors = two_factors(m)
    if factors is not None:
        a, b = factors
        k = Index("$m", m.row.dim)
        while k in free_indices(m.expr()) | {i, j}:
            k = Index(k.name + "'", m.row.dim)
        return summed(mul(inverse(b, i, k), inverse(a, k, j)), (k,))
    return _inverse_atom(m, i, j)


def _inverse_atom(m: Matrix, i: Expr, j: Expr) -> Poly:
    """Of a matrix and its transpose one is chosen; if they are equal, the inverse is symmetric."""
    straight = Inverse(m.expr(), m.row, m.column, i, j)
    turned = Inverse(m.transposed().expr(), m.row, m.column, j, i)
    order = straight.args[0].compare(turned.args[0])
    if order == 0:
        return atom(SymmetricInverse(m.expr(), m.row, m.column, i, j))
    return atom(straight if order < 0 else turned)


# -- determinants -----------------------------------------------------------------------------------------------


@rule(Det)
def _det(e: Det) -> Poly:
    return determinant(read(e))


def determinant(m: Matrix) -> Poly:
    if not m.body:
        return {}
    d = diagonal(m)
    if d is not None:
        return normal(Prod_(expr(d), m.row))
    p = parts(m)
    scalar, sign = _positive_part_of(p.scalar)
    core = _core_determinant(p.core, sign)
    sides = mul(normal(Prod_(expr(p.left), m.row)), normal(Prod_(expr(p.right), m.column)))
    return product([_to_the_dimension(scalar, m.row), sides, core])


def _positive_part_of(p: Poly) -> tuple[Poly, Poly]:
    """A scalar as its positive factors, which come out of a determinant, and the others, which stay."""
    ((t, c),) = p.items()
    out = {(a, e) for a, e in t if positive_atom(a)}
    sign: Number = 1 if c > 0 else -1
    return {frozenset(out): abs(c)}, {t - out: sign}


def _to_the_dimension(p: Poly, i: Index) -> Poly:
    return exponential(mul(normal(i.dim), logarithm(p)))


def _core_determinant(m: Matrix, scalar: Poly) -> Poly:
    """The determinant of scalar * core, for a core without content."""
    if scalar == ONE:
        only = _only_atom(m)
        if isinstance(only, Inverse) and frozenset(only.slots) == m.names:
            return raised(determinant(read(only)), -1)
        factors = two_factors(m)
        if factors is not None:
            return mul(determinant(factors[0]), determinant(factors[1]))
    return atom(Det(_least(Matrix(mul(scalar, m.body), m.row, m.column)), m.row, m.column))


def _least(m: Matrix) -> Expr:
    """The body, or the transposed body, whichever comes first."""
    straight, turned = m.expr(), m.transposed().expr()
    first, second = (Det(b, m.row, m.column) for b in (straight, turned))
    return straight if first.compare(second) <= 0 else turned


@rule(LogDet)
def _logdet(e: LogDet) -> Poly:
    return log_determinant(read(e))


def log_determinant(m: Matrix) -> Poly:
    """log |det m|: every factor comes out."""
    if not m.body:
        raise Undefined
    d = diagonal(m)
    if d is not None:
        return summed(log_abs(d), (m.row,))
    p = parts(m)
    scalar = mul(normal(m.row.dim), log_abs(p.scalar))
    sides = (summed(log_abs(q), (i,)) for q, i in ((p.left, m.row), (p.right, m.column)) if q != ONE)
    return combine((1, scalar), *((1, s) for s in sides), (1, _core_logdet(p.core)))


def _core_logdet(m: Matrix) -> Poly:
    if diagonal(m) is not None:
        return log_determinant(m)
    only = _only_atom(m)
    if isinstance(only, Inverse) and frozenset(only.slots) == m.names:
        return scale(log_determinant(read(only)), -1)
    if isinstance(only, Elem) and "orthogonal" in only.tensor.properties and set(only.indices) == m.names:
        use(f"{only.tensor} orthogonal")
        return {}
    factors = two_factors(m)
    if factors is not None:
        return add(log_determinant(factors[0]), log_determinant(factors[1]))
    return atom(LogDet(_least(m), m.row, m.column))


def definite(a: Det) -> bool:
    """Whether the determinant is that of a tensor declared positive definite."""
    only = _only_atom(read(a))
    if not isinstance(only, Elem) or "positive_definite" not in only.tensor.properties:
        return False
    if frozenset(only.indices[-2:]) != read(a).names:
        return False
    use(f"{only.tensor} positive definite")
    return True


# -- entries of symmetric matrices ------------------------------------------------------------------------------


@rule(Elem)
def _elem(e: Elem) -> Poly:
    """Entries of a symmetric matrix have no order of indices."""
    t = e.tensor
    if t.rank < 2 or not t.properties & {"symmetric", "positive_definite"} or t.dims[-1] != t.dims[-2]:
        return atom(e)
    use(f"{t} {'symmetric' if 'symmetric' in t.properties else 'positive definite'}")
    return atom(Unordered(*e.args))
