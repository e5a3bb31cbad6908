"""`f^{(3)}(x)`: the third derivative of a function of the note, or the third of several functions."""

from __future__ import annotations

from derive.documents.names.scripts import Superscript, is_numeral, superscript, word_of
from derive.documents.names.table import Table
from derive.documents.syntax import tree as s
from derive.documents.syntax.tree import walk
from derive.documents.trouble import Unreadable

LETTERS = frozenset(("f", "g", "h", "F", "G", "phi", "varphi", "psi"))
"""Letters of functions, of which `f^{(1)}(x)` is no product where nothing else is known of them."""
LARGEST = 9


def numbered_head(tree: s.Node, table: Table) -> tuple[str | None, tuple[s.Node, ...] | None]:
    """f^(2) and its arguments for `f^{(2)}(x) = ...`, where f is a letter of functions, and no function by itself."""
    factors = tree.factors if isinstance(tree, s.Juxtaposed) else ()
    f, bracket = (factors[0][1], factors[1][1]) if len(factors) == 2 and not factors[1][0] else (None, None)
    if not isinstance(f, s.Script) or not isinstance(f.base, s.Name) or f.sub or f.primes:
        return None, None
    sup, base = superscript(f.sup), f.base.name
    plain = is_numeral(sup.layer) and not (sup.acts or sup.transposed or sup.inverse or sup.name)
    if not plain or base not in LETTERS or table.known(base) or base in table.functions:
        return None, None
    if not isinstance(bracket, s.Bracket) or bracket.kind not in "([":
        return None, None
    return f"{base}^({word_of(sup.layer)})", bracket.items


def is_of_members(name: str, rhs: s.Node, table: Table) -> bool:
    """Whether f is made of functions f^{(1)}, f^{(2)} and of no other f."""
    names = [n for n in walk(rhs) if isinstance(n, s.Name) and n.name == name]
    members = [n for n in walk(rhs) if isinstance(n, s.Script) and n.base in names and superscript(n.sup).layer]
    known = [table.definitions.get(f"{name}^({word_of(superscript(n.sup).layer)})") for n in members]
    return bool(members) and len(members) == len(names) and all(d is not None and d.parameters for d in known)


def raised_in_brackets(
    f: s.Node, name: str, sup: Superscript, bracket: s.Bracket, table: Table
) -> tuple[str, int, Superscript] | None:
    """The function, and the order of its derivative; None where it is an array and the bracket a factor.

    Raises Unreadable where it is neither a function of the note nor an array.
    """
    number = is_numeral(sup.layer)
    member, rest = f"{name}^({word_of(sup.layer)})", Superscript(acts=sup.acts)
    if (d := table.definitions.get(member)) is not None and d.parameters:
        return member, 0, rest
    d = table.definitions.get(name)
    if ((d is not None and d.parameters) or name in table.functions) and not table.known(member):
        order = int(word_of(sup.layer)) if number else 0
        of_one = table.functions.get(name) == 1 if d is None else len(d.parameters) == 1
        if (
            of_one
            and not table.iterates
            and 0 < order <= LARGEST
            and not any(n.startswith(f"{name}^(") for n in (*table.definitions, *table.symbols))
        ):
            return name, order, rest
        raise Unreadable(
            f.at, f"{member}, beside the function {name}", "the order of a derivative, of a function of one number"
        )
    inside = {n.name for n in walk(bracket.items) if isinstance(n, s.Name)}
    if name in LETTERS and not (table.known(name) or table.known(member) or name in inside):
        raise Unreadable(f.at, f"{member} before a bracket", f"a definition of {name}, or of {member}")
    return None
