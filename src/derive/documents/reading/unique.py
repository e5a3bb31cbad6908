"""Whether an equation has one solution at most: it is linear in the name, and what multiplies it can be divided by."""

from __future__ import annotations

from collections.abc import Iterator

from sympy import Add, Expr, Mul, S

from derive.documents.meaning.domains import Bounds
from derive.documents.statements.pair import Reading
from derive.expr import (
    Delta,
    Elem,
    Index,
    Inverse,
    Program,
    Size,
    Sum_,
    free_indices,
    open_binder,
    rename,
    tensors,
    unfold,
)
from derive.verify import decide
from derive.verify.squares import proof_of_sign

SECONDS = 1.0


def one_solution(equation: Reading, name: str, solution: Expr | None) -> bool:
    """Whether the equation determines the name; `solution`: what the note says it is, which may divide by the slope.

    A number is determined where the slope has a sign; a vector where the matrix of slopes is definite, or where the
    note itself inverts it.
    """
    from derive.calculus import differentiate

    if equation.sides is None or equation.instances or _bounds(name, equation.program):
        return False
    left, right = equation.sides
    e = unfold(left.expr - right.expr, equation.program)
    found = [t for t in tensors(e) if t.name == name]
    axes = left.indices or right.indices
    if len(found) != 1 or {left.indices, right.indices} - {axes, ()} or len(axes) != found[0].rank or len(axes) > 1:
        return False
    (x,) = found
    if not axes:
        slope = differentiate(e, Elem(x))
        return x not in tensors(slope) and any(_is_positive(c * slope, strict=True) for c in (1, -1))
    row, column = axes[0], Index(f"{axes[0].name}_", x.dims[0])
    slope = differentiate(e, x(column))
    if x in tensors(slope) or row.dim != column.dim:
        return False
    if any(_is_definite(c * slope, row, column) for c in (1, -1)):
        return True
    inverted = _inverted(unfold(solution, equation.program), row, column) if solution is not None else ()
    return any(_is_multiple(slope, matrix) for matrix in inverted)


def _bounds(name: str, program: Program) -> bool:
    """Whether other inputs have the name among their bounds: they would seem to vary with it."""
    return any(t.name == name for let in program if isinstance(let, Bounds) for t in tensors(unfold(let.rhs, program)))


def is_bowl(slope: Reading, name: str, sign: int) -> bool:
    """Whether a function with this slope is convex, or concave with the sign -1, and so extreme where it is flat.

    Of an array, its second derivatives are a sum of squares: sums of a_ni a_nj, and multiples of the identity.
    """
    from derive.calculus import differentiate

    if slope.sides is None or slope.instances or _bounds(name, slope.program):
        return False
    e = unfold(slope.sides[0].expr, slope.program)
    found = [t for t in tensors(e) if t.name == name]
    rows = slope.sides[0].indices
    if len(found) != 1 or len(rows) != found[0].rank:
        return False
    (x,) = found
    columns = tuple(Index(f"{i.name}_", d) for i, d in zip(rows, x.dims, strict=True))
    second = sign * differentiate(e, Elem(x, *columns))
    if not rows:
        return _is_positive(second)
    return all(_is_form(term, rows, columns) for term in Add.make_args(second.expand(deep=False)))


def _is_form(term: Expr, rows: tuple[Index, ...], columns: tuple[Index, ...]) -> bool:
    """Whether sum_ij v_i term_ij v_j is nowhere negative: an identity for some of the axes, a square for the others."""
    pairs = list(zip(rows, columns, strict=True))
    rest = list(Mul.make_args(term))
    for pair in tuple(pairs):
        if Delta(*pair) in rest:
            rest.remove(Delta(*pair))
            pairs.remove(pair)
    if len(pairs) == 1:
        return _is_square(Mul(*rest), *pairs[0])
    return not pairs and _is_positive(Mul(*rest))


def _is_definite(matrix: Expr, row: Index, column: Index) -> bool:
    """Whether it is a positive multiple of the identity, and products A^T diag(c) A whose c is nowhere negative."""
    whole, rest = S.Zero, []
    for term in Add.make_args(matrix.expand(deep=False)):
        scale, square = term.as_independent(Delta(row, column), as_Add=False)
        if square == Delta(row, column) and not free_indices(scale):
            whole += scale
        else:
            rest.append(term)
    return bool(whole) and _is_positive(whole, strict=True) and all(_is_square(t, row, column) for t in rest)


def _is_square(term: Expr, row: Index, column: Index) -> bool:
    """Whether sum_n c_n a_ni a_nj: the quadratic form is the sum of c_n (sum_i a_ni v_i)^2."""
    factors = list(Mul.make_args(term))
    for k, f in enumerate(factors):
        if isinstance(f, Sum_):
            body = open_binder(f)[0]
            return _is_square(Mul(*factors[:k], *factors[k + 1 :], body), row, column)
    left = Mul(*(f for f in factors if row in free_indices(f)))
    right = Mul(*(f for f in factors if column in free_indices(f)))
    weight = Mul(*(f for f in factors if not free_indices(f) & {row, column}))
    return column not in free_indices(left) and rename(left, {row: column}) == right and _is_positive(weight)


def _is_positive(e: Expr, *, strict: bool = False) -> bool:
    return proof_of_sign(e, None, strict=strict) is not None


def _inverted(e: Expr, row: Index, column: Index) -> Iterator[Expr]:
    """The entries of each matrix of this size that is inverted somewhere, as it stands there by itself."""
    for node in sorted(e.atoms(Inverse), key=str):
        body, a, b = node.args[:3]
        if a.dim == row.dim and free_indices(body) <= {a, b}:
            yield rename(body, {a: row, b: column})


def _is_multiple(slope: Expr, matrix: Expr) -> bool:
    """Whether the slopes are the matrix times a number other than zero, or times or over a size."""
    sizes = sorted(slope.free_symbols | matrix.free_symbols, key=str)
    positive = [S.One, *(n for n in sizes if isinstance(n, Size))]
    factors = [c * r for n in positive for r in dict.fromkeys((n, 1 / n)) for c in (1, -1, 2, -2)]
    return any(decide(slope, Mul(c, matrix), seconds=SECONDS).kind == "proved" for c in factors)
