"""Values at the last layer: `\\delta^{(L)} = ...` and `\\delta^{(L-1)} = ...` say nothing of the layers before."""

from __future__ import annotations

from derive.documents.names.scripts import base_of, items, letter_of, superscript, word_of
from derive.documents.names.symbols import Definition, Tokens
from derive.documents.names.table import Table
from derive.documents.syntax import tree as s
from derive.documents.syntax.tree import walk

NEAR = 150  # characters between a definition and its range


def at_depth(tree: s.Node, rhs: s.Node, table: Table) -> Definition | None:
    """What a new name is at the layer L, or L - 1, of which nothing tells that it runs."""
    if not isinstance(tree, s.Script) or not isinstance(tree.base, s.Name) or tree.primes:
        return None
    sup, name = superscript(tree.sup), tree.base.name
    letter = letter_of(sup.layer[:1])
    if sup.acts or sup.transposed or letter not in table.depths - table.ranges.keys() or not _is_near(sup.layer):
        return None
    entries = tuple(letter_of(i) or "" for i in items(tree.sub)) if tree.sub else ()
    fresh = name not in table.definitions and (name not in table.symbols or bool(table.symbols[name].letter))
    fresh = fresh or _is_other_unit(name, sup.layer, rhs, table) or _is_beyond(name, letter, sup.layer, table)
    if not fresh or not all(entries) or len(set(entries)) < len(entries):
        return None
    full = f"{name}^({word_of(sup.layer)})"
    return Definition(full, rhs, tree.at, letters=entries) if full not in table.definitions else None


def _is_other_unit(name: str, layer: Tokens, rhs: s.Node, table: Table) -> bool:
    """Whether `a^{(L)} = z^{(L)}`, or s(z^{(L)}), stands behind `a^{(l)} = g(z^{(l)})`: what units do in this layer."""
    d = table.definitions.get(name)
    if d is None or not d.letter or d.letters:
        return False
    hidden, here = applied(d.rhs), applied(rhs)
    there = f"{d.letter}{d.shift:+d}" if d.shift else d.letter
    same = hidden[1:] == (here[1], there) and here[2] == word_of(layer)
    return same and bool(hidden[0] and hidden[1]) and hidden[0] != here[0]


def _is_beyond(name: str, depth: str, layer: Tokens, table: Table) -> bool:
    """Whether the layers of the definition end before this one: `a^{(l)} = ... for l = 1, \\dots, L-1`; derivatives
    are what they are at each layer."""
    d = table.definitions.get(name)
    if d is None or not d.letter or len(layer) > 1 or any(isinstance(n, s.Derivative) for n in walk(d.rhs)):
        return False
    highs = [r.high for x in (d.letter, f"{d.letter}!") if (r := table.ranges.get(x)) is not None and r.high]
    return any([t.text for t in h] == [depth, "-", "1"] and abs(h[0].start - d.place) < NEAR for h in highs)


def applied(tree: s.Node) -> tuple[str, str, str]:
    """The function, the name and the layer of g(z^{(l)}); no function for z^{(l)}; nothing for what is neither."""
    function, argument = "", tree
    if isinstance(tree, s.Call) and len(tree.args) == 1 and not (tree.sup or tree.primes):
        function, argument = tree.function, tree.args[0]
    elif isinstance(tree, s.Juxtaposed) and len(tree.factors) == 2 and not tree.factors[1][0]:
        (_, f), (_, bracket) = tree.factors
        base = base_of(f)
        if base is not None and isinstance(bracket, s.Bracket) and len(bracket.items) == 1:
            function, argument = base.name, bracket.items[0]
    if isinstance(argument, s.Script) and isinstance(argument.base, s.Name) and not (argument.sub or argument.primes):
        sup = superscript(argument.sup)
        if sup.layer and not (sup.acts or sup.transposed or sup.name):
            return function, argument.base.name, word_of(sup.layer)
    return "", "", ""


def _is_near(layer: Tokens) -> bool:
    """L, and L - 1."""
    return len(layer) == 1 or (len(layer) == 3 and layer[1].is_("-") and layer[2].text.isdigit())
