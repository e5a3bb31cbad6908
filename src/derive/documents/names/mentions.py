"""The names that a tree mentions, as the symbol table would call them."""

from __future__ import annotations

from typing import Any

from derive.documents.names.depths import told_there
from derive.documents.names.scripts import is_numeral, items, superscript, word_of
from derive.documents.names.symbols import Tokens
from derive.documents.names.table import Table
from derive.documents.source.rows import relations
from derive.documents.source.tokens import Token
from derive.documents.syntax import tree as s
from derive.documents.syntax.parser import parse
from derive.documents.syntax.scan import is_transpose
from derive.documents.trouble import Unreadable


def free_letters(node: Any, without: s.Node | None = None) -> set[str]:
    """The letters that stand in a tree, outside of the sums that bind them; `without` is left out."""
    if node is without:
        return set()
    if isinstance(node, s.Big):
        bound = {t.text for t in node.sub if t.kind == "letter"}
        return (free_letters(node.body, without) | free_letters(node.sup)) - bound
    if isinstance(node, Token):
        return {node.text} if node.kind in ("letter", "cmd") else set()
    if isinstance(node, s.Node):
        own = {node.name} if isinstance(node, s.Name) else set()
        return own.union(*(free_letters(x, without) for x in s.parts(node)))
    if isinstance(node, tuple):
        return set().union(*(free_letters(x, without) for x in node))
    return set()


def exponent(node: s.Script) -> s.Node:
    """k of r^k; nothing, where the superscript is something else."""
    acts = superscript(node.sup).acts
    try:
        return parse(acts) if acts else s.Num(node.at, "1")
    except Unreadable:
        return s.Num(node.at, "1")


def is_exponential(node: Any) -> bool:
    """Whether a tree is e^{-t}; e^2 and e_n^2 may be squares of what is called e."""
    if not isinstance(node, s.Script) or not isinstance(node.base, s.Name) or node.base.name != "e" or node.sub:
        return False
    sup = superscript(node.sup)
    return bool(sup.acts) and not sup.entrywise and not is_numeral(sup.acts)


def mentioned(node: Any, table: Any = None) -> set[str]:
    """Letters with and without their subscripts."""
    out: set[str] = set()
    stack = [node]
    while stack:
        names, scripted = _letters(stack.pop())
        out |= names
        for u in scripted:
            full = f"{u.base.name}_{word_of(u.sub)}"
            if table is not None and table.known(full) and _apart(full, u.base.name, table):
                out.add(full)
            elif (member := _labelled(u, table)) is not None:
                out.add(member[0])
                stack += member[1]
            else:
                out.add(full)
                stack += s.parts(u)
    return out


Letters = tuple[frozenset[str], tuple[s.Script, ...]]
"""The letters of a tree, and its letters with subscripts, of which the table says what they are."""


def _letters(node: Any) -> Letters:
    """Those of a tree are looked for once: definitions are asked again for every claim that rests on them."""
    if not isinstance(node, s.Node):
        return _looked_for(node)
    if "letters" not in node.known:
        node.known["letters"] = _looked_for(node)
    return node.known["letters"]


def _looked_for(node: Any) -> Letters:
    out: set[str] = set()
    scripted: list[s.Script] = []
    stack = [node]
    while stack:
        u = stack.pop()
        if isinstance(u, s.Script) and isinstance(u.base, s.Name):
            if u.sup and (mark := superscript(u.sup).name):
                out.add(f"{u.base.name}_{mark}")  # w^+
            if u.sub:
                scripted.append(u)
                continue
        if is_exponential(u):
            stack.append(u.sup)  # the e of e^{-t} is no name
            continue
        if isinstance(u, s.Script) and isinstance(u.base, s.Bracket) and word_of(u.sub) == "F":
            stack += [u.base, u.sup]  # the F of a Frobenius norm is no name
            continue
        if isinstance(u, s.Name):
            out.add(u.name)
        if isinstance(u, s.Indicator):
            stack += _compared(u.condition)
        elif isinstance(u, s.Cases):
            stack += [x for value, condition in u.rows for x in (value, *_compared(condition))]
        elif isinstance(u, s.Script) and u.sup and superscript(u.sup).transposed:
            stack += [u.base, u.sub, tuple(t for t in u.sup if not is_transpose(t))]  # the T of x^T is no name
        elif isinstance(u, s.Node):
            stack += s.parts(u)
        elif isinstance(u, tuple):
            stack += [x for x in u if not isinstance(x, (str, int))]
        elif isinstance(u, Token) and u.kind in ("letter", "cmd"):
            out.add(u.text)
    return frozenset(out), tuple(scripted)


def _labelled(u: s.Script, table: Any) -> tuple[str, list[Any]] | None:
    """W_Q and the d, h of W_{Q,d,h}, where W_Q is a name of its own: Q is then a label, and no name."""
    if table is None or not isinstance(u.base, s.Name):
        return None
    first, *rest = items(u.sub) or [()]
    name = f"{u.base.name}_{word_of(first)}"
    return (name, [*rest, u.sup]) if rest and table.known(name) and _apart(name, u.base.name, table) else None


def _apart(name: str, base: str, table: Table) -> bool:
    """Whether a known name with a subscript is a name of its own, and no part of what its letter stands for."""
    return not table.known(base) or table.has_only_members(base) or table.stands_beside(name, base)


def _compared(condition: Tokens) -> Tokens | tuple[s.Node, ...]:
    """The sides of y \\hat y \\le 1, which say that the name is yhat; the tokens, where a side is no formula."""
    try:
        return tuple(parse(tuple(side)) for side in relations(list(condition)).sides)
    except Unreadable:
        return condition


def reachable(name: str, table: Table) -> set[str]:
    """The names that a definition mentions, directly or through others."""
    return _mentioned_through({name}, table)


def bare_names(trees: tuple[s.Node, ...]) -> list[str]:
    """The names that stand somewhere in the trees without an index."""
    nodes = [n for tree in trees for n in tree.nodes]
    indexed = {id(n.base) for n in nodes if isinstance(n, s.Script) and (n.sub or superscript(n.sup).layer)}
    return list(dict.fromkeys(n.name for n in nodes if isinstance(n, s.Name) and id(n) not in indexed))


def reachable_from(rhs: s.Node, table: Table) -> set[str]:
    """The names that a tree mentions, directly or through definitions."""
    names = mentioned(rhs, table)
    return names | _mentioned_through(names, table)


def _mentioned_through(names: set[str], table: Table) -> set[str]:
    """The names that the definitions of these names mention, and so on; each is looked at once."""
    seen: set[str] = set()
    done: set[str] = set()
    stack = list(names)
    while stack:
        name = stack.pop()
        d = table.definitions.get(name)
        if name in done:
            continue
        done.add(name)
        for x in (*([d] if d is not None else []), *told_there(name, table)):
            own = {p for p in x.parameters if not table.known(p)}
            new = mentioned(x.rhs, table) - own
            stack += new - seen
            seen |= new
    return seen
