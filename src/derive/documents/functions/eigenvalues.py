"""Eigenvalues and their like applied to a matrix: \\lambda_{\\min}(A), \\sigma_{\\max}(X)^2, \\rho(A), no products."""

from __future__ import annotations

from typing import TYPE_CHECKING

from derive.documents.meaning import spectra
from derive.documents.meaning.powers import raised
from derive.documents.meaning.values import Value
from derive.documents.names.scripts import base_of, superscript, word_of
from derive.documents.syntax import tree as s
from derive.documents.trouble import Unreadable

if TYPE_CHECKING:
    from derive.documents.meaning.context import Context

LARGEST = {"min": False, "max": True}
OF_ENDS = frozenset(("lambda", "sigma", "s"))
"""With the subscript min or max; a lambda has other subscripts, too."""
ALONE = frozenset(("rho", "kappa", "varrho"))


def eigenvalue(f: s.Node, argument: s.Node, c: Context) -> Value | None:
    """The smallest or largest eigenvalue of a symmetric input matrix; None where f is no such sign.

    Of other matrices, and of eigenvalues in between, no value is known.
    """
    base, bracket = base_of(f), argument.base if isinstance(argument, s.Script) else argument
    if base is None or not isinstance(bracket, s.Bracket) or len(bracket.items) != 1:
        return None
    which = word_of(f.sub) if isinstance(f, s.Script) and f.sub else ""
    inside = bracket.items[0]
    if not _is_sign(base.name, which, isinstance(inside, s.Name), c) or not _is_matrix(inside, c):
        return None
    known = isinstance(inside, s.Name) and base.name == "lambda" and which in LARGEST
    primed = any(isinstance(x, s.Script) and x.primes for x in (f, argument))
    if not known or primed or not spectra.is_written(inside.name, c.table):
        name = f"{base.name}_{which}" if which else base.name
        raise Unreadable(f.at, f"{name}(...) of a matrix", "the largest or smallest eigenvalue of a symmetric input")
    value = Value(spectra.extreme_of(c.tensor_of(inside.name, at=inside.at), LARGEST[which], c.table))
    for script in (f, argument):
        value = raised(value, superscript(script.sup), f.at, c) if isinstance(script, s.Script) else value
    return value


def _is_sign(base: str, which: str, of_a_name: bool, c: Context) -> bool:
    """Whether a letter with its subscript is one of these, and the note has no other function of that name."""
    d = c.table.definitions
    if any(x in c.table.functions or (x in d and d[x].parameters) for x in (base, f"{base}_{which}")):
        return False
    if which in LARGEST:
        return base in OF_ENDS
    return of_a_name and (base == "lambda" if which else base in ALONE and not c.table.known(base))


def _is_matrix(tree: s.Node, c: Context) -> bool:
    from derive.documents.meaning.lower import lower

    return lower(tree, c).rank == 2
