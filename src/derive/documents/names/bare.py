"""A name by itself, on the left of a declaration or a definition: W^{(l)}, x_n, \\beta_1, a^{(0)}."""

from __future__ import annotations

from dataclasses import dataclass

from derive.documents.names.scripts import is_multiple, items, letter_of, strip, superscript, word_of
from derive.documents.names.symbols import Tokens
from derive.documents.names.table import Table
from derive.documents.source.tokens import Token
from derive.documents.syntax import tree as s
from derive.documents.syntax.parser import parse
from derive.documents.trouble import Unreadable


@dataclass(frozen=True)
class Named:
    """A name on the left of a declaration: W^{(l)}, x_n, \\beta_1, a^{(0)}."""

    name: str
    lead: tuple[str, ...] = ()
    letter: str = ""
    explicit: bool = False


def bare_name(tokens: Tokens, table: Table, beside: frozenset[str] = frozenset()) -> Named | None:
    """The name, if the tokens are a single one with scripts that belong to it; `beside` are names in the same list."""
    tokens = strip(_without_words(tokens))
    if not tokens or len(tokens) > 16:
        return None
    try:
        tree = parse(tokens)
    except Unreadable:
        return None
    if isinstance(tree, s.Name):
        return Named(tree.name)
    if isinstance(tree, s.Special) and tree.name in ("ones", "zeros"):
        return Named(tree.name)
    if not isinstance(tree, s.Script) or not isinstance(tree.base, s.Name):
        return None
    if tree.primes:
        return _primed(tree.base.name, tree, table, beside)
    sup = superscript(tree.sup)
    if sup.acts or sup.transposed or sup.inverse:
        return None
    base = f"{tree.base.name}_{sup.name}" if sup.name else tree.base.name
    if sup.layer:
        return _layered(base, tree.sub, sup.layer, table)
    if is_multiple(tree.sub) and table.known(base):
        return None  # x_{2i} is an entry
    return _subscripted(base, tree.sub, table) if tree.sub else Named(base)


def _without_words(tokens: Tokens) -> Tokens:
    """The tokens without the words between them; those within braces, as in L_{\\text{NCE}}, are kept."""
    out: list[Token] = []
    depth = 0
    for t in tokens:
        depth += t.is_("{") - t.is_("}")
        if t.kind != "text" or depth:
            out.append(t)
    return tuple(out)


def _primed(base: str, tree: s.Script, table: Table, beside: frozenset[str]) -> Named | None:
    """w' of a declared vector or number is another one: a row does not stand alone. X' of a matrix is its transpose,
    unless both are declared at once."""
    if base in beside and tree.primes == 1 and not (tree.sub or tree.sup):
        return Named(f"{base}prime")
    symbol = table.symbols.get(base)
    if tree.primes > 1 or tree.sub or tree.sup or symbol is None or len(symbol.dims) > 1 or symbol.lead:
        return None
    return Named(f"{base}prime") if base not in table.definitions and base not in table.functions else None


def _layered(base: str, sub: Tokens, layer: Tokens, table: Table) -> Named | None:
    entries: tuple[str, ...] = ()
    if sub and not any(t.kind in ("word", "text") for t in sub):
        named = _subscripted(base, sub, table)  # z^{(l)}_j, x^{(n)}_d: entries at a layer, or of a sample
        if named.letter or not (named.lead or letter_of(sub)):
            return None
        entries, sub = named.lead, () if named.lead else sub  # the h of \\delta^{(2)}_h is a part of the name
    name = f"{base}_{word_of(sub)}" if sub else base
    letter = letter_of(layer)
    if letter in table.depths:
        return Named(name, letter=letter or "", explicit=True) if not entries else None
    if letter and (letter in table.steps or name in table.layered):
        return Named(name, letter=letter) if not entries else None
    if letter:
        return Named(name, lead=(letter, *entries))
    if len(layer) == 1 and layer[0].kind == "num":
        return Named(f"{name}^({layer[0].text})", lead=entries)
    return None


def _is_entry_of(base: str, sub: Tokens, letters: tuple[str, ...], table: Table) -> bool:
    """G_{ndk}, where G is declared with three sizes and the letters mean nothing else."""
    symbol = table.symbols.get(base)
    if symbol is None or len(letters) < 2 or len(symbol.dims) != len(letters) or symbol.lead or symbol.letter:
        return False
    single = all(len(x) == 1 and not table.known(x) for x in letters) and len(set(letters)) == len(letters)
    return single and not table.known(f"{base}_{word_of(sub)}")


def runs(letter: str, table: Table) -> bool:
    """Whether the letter is one that runs over a range, as far as the note or custom says."""
    return letter in table.ranges or letter in table.indices or (len(letter) == 1 and letter in "ijklmn")


def _subscripted(base: str, sub: Tokens, table: Table) -> Named:
    parts = items(sub)
    letters = tuple(letter_of(p) or "" for p in parts)
    for n in range(len(parts) - 1, 0, -1):  # delta_{1,i} is an entry of delta_1, delta_{z,i} of delta_z
        name = f"{base}_{','.join(map(word_of, parts[:n]))}"
        rest = tuple(letter_of((t,)) or "" for p in parts[n:] for t in p)
        if table.known(name) and not table.known(base) and all(runs(x, table) for x in rest):
            return Named(name, lead=rest)
    if len(parts) == 1 and letters[0] in table.steps:
        return Named(base, letter=letters[0])
    indices = all(runs(x, table) for x in letters)
    indices = indices and letters[0] not in table.gates
    indices = indices or _is_entry_of(base, sub, letters, table)
    if indices and not any(t.kind in ("word", "text") for t in sub):
        return Named(base, lead=letters)
    return Named(f"{base}_{word_of(sub)}")
