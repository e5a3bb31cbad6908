"""What a function takes: the names between its brackets; n_1, \\dots, n_K are one, the array n."""

from __future__ import annotations

from itertools import pairwise

from derive.documents.functions.squares import squared_parameter
from derive.documents.names.scripts import strip, superscript, word_of
from derive.documents.names.table import Table
from derive.documents.syntax import tree as s


def parameters_of(arguments: tuple[s.Node, ...], table: Table) -> list[str | None]:
    """The names of the arguments; None for one that is no name."""
    out: list[str | None] = []
    n = 0
    while n < len(arguments):
        last = _end_of_list(arguments, n)
        name = _parameter(arguments[n], table) if last is None else _listed_name(arguments[n])
        out.append(f"{name}_each" if last is not None and f"{name}_each" in table.symbols else name)
        n = (n if last is None else last) + 1
    return out


def are_own(name: str, arguments: tuple[s.Node, ...], table: Table) -> bool:
    """Whether these are what the function was defined with, lists with dots among them, and each list is whole."""
    d = table.definitions.get(name)
    last = [b for a, b in pairwise(arguments) if is_dots(a)]
    if not last or d is None or list(d.parameters) != parameters_of(arguments, table):
        return False
    return all(_is_last(node, table) for node in last)


def are_layers(arguments: tuple[s.Node, ...], table: Table) -> bool:
    """Whether the arguments are what the note has at some layers, W^{(1)} and W^{(2)}, perhaps beside other names.

    What depends on these is one value: it takes nothing else for them.
    """
    names = [x for x in arguments if not is_dots(x)]
    layers = [superscript(x.sup) if isinstance(x, s.Script) else None for x in names]
    bases = [x.base if isinstance(x, s.Script) else x for x in names]
    plain = all(isinstance(b, s.Name) for b in bases) and not any(x.primes for x in names if isinstance(x, s.Script))
    if not plain or not any(x is not None and x.layer for x in layers):
        return False
    if any(x is not None and (x.acts or x.transposed or x.name) for x in layers):
        return False
    known = {name.partition("^(")[0] for name in table.symbols}
    return all(isinstance(b, s.Name) and b.name in known for b in bases)


def is_dots(node: s.Node) -> bool:
    return isinstance(node, s.Special) and node.name == "dots"


def _is_last(node: s.Node, table: Table) -> bool:
    """n_K, where the note declares n_1, \\dots, n_K."""
    name = _listed_name(node)
    symbol = table.symbols.get(f"{name}_each") or table.symbols.get(name or "")
    return symbol is not None and bool(symbol.dims) and word_of(strip(symbol.dims[0])) == _number(node)


def _end_of_list(arguments: tuple[s.Node, ...], n: int) -> int | None:
    """The place of n_K, where n_1, n_2, \\dots, n_K begins at n."""
    name, k = _listed_name(arguments[n]), n
    while name is not None and k < len(arguments) and _listed_name(arguments[k]) == name:
        if _number(arguments[k]) != str(k - n + 1):
            return None
        k += 1
    dots = arguments[k] if n < k < len(arguments) - 1 else None
    ends = dots is not None and is_dots(dots) and _listed_name(arguments[k + 1]) == name
    return k + 1 if ends else None


def _listed_name(node: s.Node) -> str | None:
    """n of n_1."""
    if not isinstance(node, s.Script) or not isinstance(node.base, s.Name) or node.sup or node.primes or not node.sub:
        return None
    return node.base.name


def _number(node: s.Node) -> str:
    """1 of n_1."""
    return word_of(strip(node.sub)) if isinstance(node, s.Script) else ""


def squares_of(arguments: tuple[s.Node, ...], table: Table) -> tuple[tuple[str, bool], ...]:
    """The parameters that are written squared, and whether an identity follows."""
    found = (squared_parameter(x, table) for x in arguments)
    return tuple(x for x in found if x is not None)


def _parameter(node: s.Node, table: Table) -> str | None:
    if isinstance(node, s.Name):
        return node.name
    if (squared := squared_parameter(node, table)) is not None:
        return squared[0]
    if not isinstance(node, s.Script) or not isinstance(node.base, s.Name) or node.sup:
        return None
    if node.primes:
        return None if node.sub else node.base.name + "prime" * node.primes
    return f"{node.base.name}_{word_of(node.sub)}"
