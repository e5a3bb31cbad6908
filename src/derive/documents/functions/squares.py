"""Parameters that are written squared: sigma of `\\mathcal N(x \\mid \\mu, \\sigma^2)`, and of `\\sigma^2 I`.

The function takes the standard deviation. What stands in its place is a square, `\\sigma_k^2`, or a variance v, of
which the root is taken; of `\\sigma^2 I` it is what multiplies the identity.
"""

from __future__ import annotations

from derive.documents.names.scripts import strip
from derive.documents.names.symbols import Definition
from derive.documents.names.table import Table
from derive.documents.syntax import tree as s
from derive.documents.trouble import Unreadable

DEVIATIONS = frozenset(("sigma", "tau"))


def squared_parameter(node: s.Node, table: Table) -> tuple[str, bool] | None:
    """sigma, of sigma^2 and sigma^2 I, and whether an identity follows; None for other parameters."""
    inner, isotropic = _without_identity(node, table)
    base = root(inner)
    return (base.name, isotropic) if isinstance(base, s.Name) and is_deviation(base, table) else None


def is_deviation(node: s.Node, table: Table) -> bool:
    """Whether it is no surprise that the square of a name is a thing of its own: it has a sign, or is a sigma."""
    base = node.base if isinstance(node, s.Script) else node
    symbol = table.symbols.get(base.name) if isinstance(base, s.Name) else None
    positive = symbol is not None and "positive" in symbol.properties and not symbol.dims
    return positive or (isinstance(base, s.Name) and base.name in DEVIATIONS)


def taken(items: tuple[s.Node, ...], d: Definition | None, table: Table) -> tuple[s.Node, ...]:
    """The arguments of a function, where some of its parameters were written squared: their roots."""
    if d is None or not d.squares or len(items) != len(d.parameters):
        return items
    squares = dict(d.squares)
    return tuple(
        _rooted(x, squares[p], d, table) if p in squares else x for x, p in zip(items, d.parameters, strict=True)
    )


def root(node: s.Node) -> s.Node | None:
    """sigma_k of sigma_k^2; None for what is no square."""
    if isinstance(node, s.Bracket) and len(node.items) == 1 and node.kind in ("(", "{"):
        return root(node.items[0])
    if not isinstance(node, s.Script) or [t.text for t in strip(node.sup)] != ["2"] or node.primes:
        return None
    if not isinstance(node.base, s.Name):
        return None
    return s.Script(node.at, node.base, node.sub) if node.sub else node.base


def _rooted(node: s.Node, isotropic: bool, d: Definition, table: Table) -> s.Node:
    inner, identity = _without_identity(node, table)
    if identity != isotropic:
        asked = "a multiple of the identity" if isotropic else "a number"
        raise Unreadable(node.at, f"{d.name} with another variance", f"{asked}, as in its definition")
    base = root(inner)
    return base if base is not None and is_deviation(base, table) else s.Root(node.at, inner)


def _without_identity(node: s.Node, table: Table) -> tuple[s.Node, bool]:
    """sigma^2 of sigma^2 I, and whether there is an identity; 1 of I."""
    if _is_identity(node, table):
        return s.Num(node.at, "1"), True
    if not isinstance(node, s.Juxtaposed) or not _is_identity(node.factors[-1][1], table) or node.factors[-1][0]:
        return node, False
    rest = node.factors[:-1]
    return (rest[0][1] if len(rest) == 1 else s.Juxtaposed(node.at, rest)), True


def _is_identity(node: s.Node, table: Table) -> bool:
    base = node.base if isinstance(node, s.Script) and not (node.sup or node.primes) else node
    return isinstance(base, s.Name) and base.name == "I" and not table.known("I")
