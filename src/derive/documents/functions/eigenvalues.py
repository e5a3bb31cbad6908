"""Eigenvalues and their like applied to a matrix: \\lambda_{\\min}(A), \\sigma_{\\max}(X), \\rho(A), no products."""

from __future__ import annotations

from typing import TYPE_CHECKING

from derive.documents.meaning import spectra
from derive.documents.meaning.values import Value
from derive.documents.names.scripts import base_of, word_of
from derive.documents.syntax import tree as s
from derive.documents.trouble import Unreadable

if TYPE_CHECKING:
    from derive.documents.meaning.context import Context

WITH_SUBSCRIPT = frozenset(("lambda", "sigma", "s", "mu"))
ALONE = frozenset(("rho", "kappa", "lambda", "varrho"))
ENDS = {"min": False, "max": True}


def eigenvalue(f: s.Node, bracket: s.Bracket, c: Context) -> Value | None:
    """The smallest or largest eigenvalue of a symmetric input matrix; None where f is no such sign.

    Of other matrices, and of eigenvalues in between, no value is known.
    """
    base = base_of(f)
    if base is None or len(bracket.items) != 1 or (isinstance(f, s.Script) and (f.sup or f.primes)):
        return None
    which = word_of(f.sub) if isinstance(f, s.Script) else ""
    name = f"{base.name}_{which}" if which else base.name
    if base.name not in (WITH_SUBSCRIPT if which else ALONE) or any(map(c.table.known, {name, base.name})):
        return None
    inside = bracket.items[0]
    if not _is_matrix(inside, c):
        return None
    known = isinstance(inside, s.Name) and base.name == "lambda" and which in ENDS
    if not known or not spectra.is_written(inside.name, c.table):
        raise Unreadable(f.at, f"{name}(...) of a matrix", "the largest or smallest eigenvalue of a symmetric input")
    return Value(spectra.extreme_of(c.tensor_of(inside.name, at=inside.at), ENDS[which], c.table))


def _is_matrix(tree: s.Node, c: Context) -> bool:
    from derive.documents.meaning.lower import lower

    return lower(tree, c).rank == 2
