"""The eigenvalues of a symmetric matrix: it is written with them, and so are the names of the smallest and largest."""

from __future__ import annotations

from collections.abc import Callable, Set
from typing import TYPE_CHECKING

from sympy import Expr

from derive.documents.names.mentions import mentioned
from derive.documents.names.symbols import Symbol
from derive.documents.names.table import Table
from derive.documents.syntax import tree as s
from derive.expr import Elem, Index, Let, Max_, Tensor, fresh, sum_over
from derive.expr.symbols import ENDS

if TYPE_CHECKING:
    from derive.documents.meaning.context import Context


def written(tensor: Tensor, c: Context) -> Let | None:
    """A = Q diag(e) Q^T, where the note has names for the smallest or the largest e; such a name is that e."""
    table = c.table
    extreme = table.spectra.extremes.get(tensor.name)
    matrix = tensor.name if extreme is None else extreme.matrix
    if not is_written(matrix, table):
        return None
    if extreme is None:
        e = _values(tensor, table)
        return turned(tensor, lambda k: e(k)) if tensor.rank == 2 else None
    of = c.tensor_of(matrix)
    return Let(Elem(tensor), extreme_of(of, extreme.largest, table))


def extreme_of(matrix: Tensor, largest: bool, table: Table) -> Expr:
    """The largest or smallest eigenvalue of a matrix that is written with them."""
    e = _values(matrix, table)
    k = fresh(e.dims[0])
    return Max_(e(k), k) if largest else -Max_(-e(k), k)


def turned(tensor: Tensor, value: Callable[[Index], Expr]) -> Let:
    """A = Q diag(value) Q^T, Q orthogonal."""
    i, j, k = (fresh(tensor.dims[0]) for _ in range(3))
    basis = Tensor(f"{tensor.name}_basis", tensor.dims, None, ("orthogonal",))
    return Let(Elem(tensor, i, j), sum_over(basis(i, k) * value(k) * basis(j, k), k))


def is_written(matrix: str, table: Table) -> bool:
    """Whether a matrix of which the note names eigenvalues can be written with them: a symmetric input.

    Nothing else may be known of the numbers but their signs and their order.
    """
    symbol = table.symbols.get(matrix)
    names = table.spectra.of(matrix)
    plain = symbol is not None and len(symbol.dims) == 2 and not (symbol.lead or symbol.letter or symbol.form)
    spoken_of = names or matrix in table.spectra.applied
    if symbol is None or not plain or "symmetric" not in symbol.properties or not spoken_of:
        return False
    if symbol.spectrum is not None or matrix in table.definitions or any(x in table.definitions for x in names):
        return False
    sign = _sign(symbol.properties, matrix, table)
    known = [(table.symbols[x], table.spectra.extremes[x].section) for x in names if x in table.symbols]
    return all(x.section <= section and _is_free(x, sign, table) for x, section in known)


def unread(used: Set[str], given: Set[str], table: Table) -> list[str]:
    """Eigenvalues in a claim about a matrix that is not written with them, or which are numbers in this passage."""
    matrices = {x: symbol for x in used if (symbol := table.symbols.get(x)) is not None and len(symbol.dims) == 2}
    names = table.spectra.names - table.definitions.keys() - matrices.keys()
    out = [x for x in used & names if not _is_known(x, table)] + sorted(given & names)
    loose = [x for x in table.spectra.bounded & matrices.keys() if not _is_settled(x, matrices[x], table)]
    told = [f"the eigenvalues of {x} are as said" for x in loose]
    return told + [f"{x} is a bound on eigenvalues" for x in out] if matrices else []


def _is_settled(matrix: str, symbol: Symbol, table: Table) -> bool:
    """Whether what the words say of eigenvalues is written out, or bounds what is definite in any case."""
    if "symmetric" not in symbol.properties:
        return True  # of its eigenvalues nothing but long-term behaviour follows
    definite = "positive_definite" in symbol.properties or symbol.form or symbol.spectrum is not None
    return bool(definite) or matrix in table.definitions or is_written(matrix, table)


def _is_known(name: str, table: Table) -> bool:
    """Whether matrices are written with the name: one of its two eigenvalues, or of two bounds in order."""
    extreme = table.spectra.extremes.get(name)
    if extreme is not None and is_written(extreme.matrix, table):
        return True
    intervals = (x.spectrum for x in table.symbols.values() if x.spectrum is not None)
    return any(name in mentioned(i) and _in_order(*i, table) for i in intervals)


def _in_order(low: s.Node, high: s.Node, table: Table) -> bool:
    """Whether it is said that the one is no larger than the other."""
    a, b = (table.symbols.get(x.name) if isinstance(x, s.Name) else None for x in (low, high))
    below = a is not None and isinstance(a.high, s.Name) and isinstance(high, s.Name) and a.high.name == high.name
    above = b is not None and isinstance(b.low, s.Name) and isinstance(low, s.Name) and b.low.name == low.name
    return below or above or not (isinstance(low, s.Name) and isinstance(high, s.Name))


def _values(matrix: Tensor, table: Table) -> Tensor:
    sign = _sign(matrix.properties, matrix.name, table)
    return Tensor(f"{matrix.name}_free", matrix.dims[:1], None, (sign,) if sign else ())


def _sign(properties: Set[str], matrix: str, table: Table) -> str:
    """The sign of all eigenvalues: that of the matrix, or of the smallest one."""
    smallest = (table.symbols.get(x) for x in table.spectra.of(matrix) if not table.spectra.extremes[x].largest)
    known = properties.union(*(x.properties for x in smallest if x is not None))
    return "positive" if known & {"positive", "positive_definite"} else "nonnegative" if "nonnegative" in known else ""


def _is_free(symbol: Symbol, sign: str, table: Table) -> bool:
    """Whether no more is said of the name of an eigenvalue than the sign of all, and its order among the two."""
    bounds = [b for b in (symbol.low, symbol.high) if b is not None]
    others = all(isinstance(b, s.Name) and b.name in table.spectra.extremes for b in bounds)
    closed = not bounds or bool(symbol.properties & ENDS)
    signs = {"positive": {"positive", "nonnegative", "nonzero"}, "nonnegative": {"nonnegative"}}.get(sign, set())
    return others and closed and symbol.properties <= ENDS | signs and not (symbol.dims or symbol.lead)
