"""`y = (y_1, \\dots, y_N)^\\top`: how the members of an array are written, which says nothing of their values."""

from __future__ import annotations

from derive.documents.declarations.enumerations import Enumeration, declare_all, enumeration, scripted_name
from derive.documents.names.bare import bare_name
from derive.documents.names.scripts import letter_of, strip, superscript
from derive.documents.names.scripts import listed as listed_tokens
from derive.documents.names.symbols import Symbol, Tokens
from derive.documents.names.table import Table
from derive.documents.source.rows import Part
from derive.documents.syntax import tree as s
from derive.documents.syntax.dotted import listed
from derive.documents.syntax.parser import parse
from derive.documents.trouble import Unreadable


def spelled_out(part: Part, table: Table) -> bool:
    """Whether the equation gives an array by its own numbers. It is declared then, unless it is known.

    Raises Unreadable where the members are no numbers: x = (x_1, \\dots, x_N) is no longer the x that x_n is one of.
    """
    named = bare_name(tuple(part.sides[0]), table) if len(part.relations) == 1 else None
    tree = parse(part.sides[1]) if named is not None and not (named.lead or named.letter) else None
    if isinstance(tree, s.Script) and not tree.sub and (superscript(tree.sup).transposed or tree.primes == 1):
        tree = tree.base
    found = listed(_items(tree)) if tree is not None else None
    if named is not None and tree is not None and found is None:
        return _from_zero(named.name, tuple(part.sides[1]), table)
    if named is None or found is None:
        return False
    letter, run = found
    term = run.term
    last = letter_of(run.last)
    if not isinstance(term, s.Script) or not isinstance(term.base, s.Name) or term.primes or last is None:
        return False
    sup = superscript(term.sup)
    index = strip(term.sub or sup.layer)
    if term.base.name != named.name or letter_of(index) != letter or sup.acts or sup.name or sup.transposed:
        return False
    if term.sub and term.sup:
        return False
    if last in table.steps | table.depths:
        return False
    symbol, d = table.symbols.get(named.name), table.definitions.get(named.name)
    if symbol is not None and (len(symbol.dims) + len(symbol.lead) > 1 or symbol.letter):
        raise Unreadable(term.at, f"{named.name}, which is known as another array", "members that are numbers")
    if symbol is None and d is None:
        declare_all(Enumeration(named.name, run.last), Symbol(named.name), table)
    return True


def _from_zero(name: str, side: Tokens, table: Table) -> bool:
    """Whether it is `x = (x_0, x_1, \\dots, x_{N-1})`, N numbers of which the first is x_0."""
    closing = next((n for n in range(len(side) - 1, 0, -1) if side[n].kind == "close"), 0)
    if not closing or side[0].kind != "open" or side[0].text not in "([":
        return False
    names = listed_tokens(side[1:closing])
    found = enumeration(names, table)
    if found is None or found.name != name or found.first or not found.last or found.raised or len(names) > 4:
        return False
    if len(names) == 4 and not _is_second(names[1], name):
        return False
    symbol, d = table.symbols.get(name), table.definitions.get(name)
    if symbol is None and d is None:
        declare_all(found, Symbol(name), table)
        return True
    one = symbol is not None and d is None and not (symbol.letter or symbol.lead) and len(symbol.dims) == 1
    if not one or symbol is None or _text(symbol.dims[0]) != _text(found.count):
        return False
    table.from_zero.add(name)
    return True


def declare_members(part: Part, table: Table) -> None:
    """`X = [x_1, \\dots, x_N] \\in \\mathbb R^{D \\times N}`, where nothing else is said of x: columns, or rows."""
    named = bare_name(tuple(part.sides[0]), table) if len(part.sides) > 1 else None
    symbol = table.symbols.get(named.name) if named is not None else None
    if symbol is None or len(symbol.dims) != 2 or symbol.lead or symbol.letter or symbol.name in table.definitions:
        return
    tree, by_row = parse(part.sides[1]), False
    if isinstance(tree, s.Script) and not tree.sub and superscript(tree.sup).transposed:
        tree, by_row = tree.base, True
    found = listed(_items(tree))
    term = found[1].term if found is not None else None
    if found is None or not isinstance(term, s.Script) or not isinstance(term.base, s.Name) or term.primes:
        return
    sup, name = superscript(term.sup), term.base.name
    index = letter_of(strip(term.sub or sup.layer or sup.acts))
    if index != found[0] or (term.sub and term.sup) or table.known(name) or name == symbol.name:
        return
    count, size = symbol.dims if by_row else symbol.dims[::-1]
    if [t.text for t in count] == [t.text for t in found[1].last]:
        declare_all(Enumeration(name, found[1].last, bool(sup.acts)), Symbol(name, (size,)), table)


def _is_second(tokens: Tokens, name: str) -> bool:
    """x_1, behind x_0."""
    found = scripted_name(tokens)
    return found is not None and found[0] == name and not found[1].sup and _text(strip(found[1].sub)) == "1"


def _text(tokens: Tokens) -> str:
    return "".join(t.text for t in tokens)


def _items(tree: s.Node) -> tuple[s.Node, ...]:
    """What stands between the brackets, side by side or one below the other."""
    if isinstance(tree, s.Matrix):
        columns = list(zip(*tree.rows, strict=True))
        return tree.rows[0] if len(tree.rows) == 1 else columns[0] if len(columns) == 1 else ()
    return tree.items if isinstance(tree, s.Bracket) and tree.kind in ("(", "[") else ()
