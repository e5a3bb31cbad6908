"""Lists with dots: x_1, \\dots, x_N (or x^{(1)}, \\dots) is one array; g_1, g_2, \\dots has a member at each step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from derive.documents.names.counting import number_up_to
from derive.documents.names.scripts import letter_of, strip, superscript
from derive.documents.names.symbols import DIMENSION, FINITE, Symbol, Tokens
from derive.documents.names.table import Table
from derive.documents.source.tokens import Token
from derive.documents.syntax import tree as s
from derive.documents.syntax.parser import parse
from derive.documents.trouble import Unreadable


@dataclass(frozen=True)
class Enumeration:
    """The name that is numbered, and the last number; none where the list goes on for ever."""

    name: str
    last: Tokens
    raised: bool = False  # the numbers are superscripts without brackets: x^1, ..., x^n
    first: int = 1  # of a list that ends

    @property
    def count(self) -> Tokens:
        """How many members there are."""
        return self.last if self.first else number_up_to(self.last)


def enumeration(names: Sequence[Tokens], table: Table) -> Enumeration | None:
    """What a list with dots numbers; None where it is no such list.

    The first member has the number 1, or 0: iterates w_0, \\dots, w_T are members of a recursion, and no array.
    """
    if len(names) < 3 or not any(n and n[0].is_("\\dots") for n in names):
        return None
    endless = names[-1][0].is_("\\dots") if names[-1] else True
    members = [_member(n) for n in (names[0], names[0] if endless else names[-1])]
    if any(m is None for m in members):
        return None
    first, last = members
    assert first is not None
    assert last is not None
    low = "".join(t.text for t in first.last)
    if first.name != last.name or first.raised != last.raised or low not in ("0", "1"):
        return None
    if low == "0" and not endless and _is_recursive(last, table):
        return None
    return Enumeration(first.name, () if endless else last.last, first.raised, 1 if endless else int(low))


def parted(names: Sequence[Tokens], table: Table) -> list[list[Tokens]]:
    """The lists with dots among names, and the names beside them, each by itself: a, b, c_1, \\dots, c_K.

    [] where the dots of one of them are not understood, and where nothing stands beside a list.
    """
    out: list[list[Tokens]] = []
    for n, name in enumerate(names):
        behind = names[n + 1 : n + 2]
        if name and name[0].is_("\\dots"):
            start = len(out)
            while start and (member := _member(out[start - 1][0])) is not None and _follows(member, behind):
                start -= 1
            out[start:] = [[x for group in out[start:] for x in group] + [name]]
        elif out and len(out[-1]) > 1 and out[-1][-1][0].is_("\\dots"):
            out[-1].append(name)
        else:
            out.append([name])
    whole = all(len(group) == 1 or enumeration(group, table) is not None for group in out)
    return out if whole and len(out) > 1 and any(len(group) > 1 for group in out) else []


def _follows(member: Enumeration, last: Sequence[Tokens]) -> bool:
    """Whether x_1 and x_N are of one list."""
    end = _member(last[0]) if last else None
    return end is not None and (member.name, member.raised) == (end.name, end.raised)


def general_member(names: Sequence[Tokens], table: Table) -> Tokens | None:
    """u_k^{(i)} for the list u_1^{(i)}, ..., u_K^{(i)}, whose members have another index beside their number."""
    if len(names) < 3 or not any(n and n[0].is_("\\dots") for n in names):
        return None
    first, last = scripted_name(names[0]), scripted_name(names[-1])
    if first is None or last is None or first[0] != last[0] or not (first[1].sub and first[1].sup):
        return None
    (_, one), (_, end) = first, last
    same = [t.text for t in one.sup] == [t.text for t in end.sup] and bool(superscript(one.sup).layer)
    number, high = strip(one.sub), letter_of(end.sub)
    if not same or high is None or [t.text for t in number] != ["1"]:
        return None
    used = {t.text for t in one.sup}
    letter = next((x for x in "kjmlnrs" if x not in used and x in table.indices), None)
    if letter is None:
        return None
    return tuple(replace(t, kind="letter", text=letter) if t == number[0] else t for t in names[0])


def _is_recursive(last: Enumeration, table: Table) -> bool:
    """Whether the members from 0 on are those of steps."""
    return last.raised or last.name in table.recursive | table.layered or any(t.text in table.depths for t in last.last)


def scripted_name(tokens: Sequence[Token]) -> tuple[str, s.Script] | None:
    """A name with scripts and without primes, and its tree."""
    try:
        tree = parse(tokens)
    except Unreadable:
        return None
    plain = isinstance(tree, s.Script) and isinstance(tree.base, s.Name) and not tree.primes
    return (tree.base.name, tree) if plain else None


def _member(tokens: Tokens) -> Enumeration | None:
    """x_3, x^{(3)} or x^3: the name and its number."""
    found = scripted_name(tokens)
    if found is None:
        return None
    name, tree = found
    sup = superscript(tree.sup)
    if tree.sub and not tree.sup:
        return Enumeration(name, strip(tree.sub))
    if sup.layer and not (sup.transposed or sup.acts or tree.sub):
        return Enumeration(name, strip(sup.layer))
    if sup.acts and not (tree.sub or sup.entrywise):
        return Enumeration(name, strip(sup.acts), raised=True)
    return None


def declare_all(found: Enumeration, of: Symbol, table: Table) -> str:
    """Enter the array, or the family where the members are steps. `of` says what each member is."""
    if found.raised:
        table.raised.add(found.name)
    letter = _step_letter(found, table)
    if letter:
        table.declare(Symbol(found.name, of.dims, properties=of.properties, letter=letter, values=of.values))
    else:
        if not found.first:
            table.from_zero.add(found.name)
        dims = (found.count, *of.dims)
        for last in filter(None, map(letter_of, (found.last, found.count))):  # N of x_N, and of x_{N-1} behind x_0
            if not table.known(last) and last not in table.depths:
                table.sizes.setdefault(last, DIMENSION)
        named = Symbol(found.name, dims, properties=of.properties, numbered=True, ordered=of.ordered, values=of.values)
        named.classes = of.classes
        table.declare(named)
    return found.name


def count_members(found: Enumeration, table: Table) -> None:
    """`The inputs are x_1, ..., x_N`: whatever each of them is, there are N."""
    last = letter_of(found.last) if found.last else None
    if last is None or found.raised or found.first != 1 or table.known(last) or last in table.steps | table.depths:
        return
    table.sizes.setdefault(last, DIMENSION)
    table.counts[found.name] = found.last


def declare_like(found: Enumeration, table: Table) -> None:
    """`Let x_1, ..., x_N be observations`, where x is a vector of another length: they are several such vectors.

    So are labels y_1, ..., y_N, where y is in {-1, 1}.
    """
    symbol, own = table.symbols.get(found.name), [t.text for t in found.last]
    if symbol is None or found.raised or found.name in table.definitions or not own:
        return
    labels = not symbol.dims and bool(symbol.values or symbol.classes or symbol.properties & FINITE)
    entries = not found.first or len(symbol.dims) != 1 or [t.text for t in symbol.dims[0]] == own
    entries = entries and not labels
    if not (entries or symbol.lead or symbol.letter or symbol.numbered or symbol.row):
        dims = (found.last, *symbol.dims)
        each = Symbol(f"{found.name}_each", dims, properties=symbol.properties, numbered=True, values=symbol.values)
        each.classes = symbol.classes
        if (last := letter_of(found.last)) is not None and not table.known(last) and last not in table.depths:
            table.sizes.setdefault(last, DIMENSION)
        table.declare(each)


def _step_letter(found: Enumeration, table: Table) -> str:
    """The letter of the steps that the members stand at: those of a list without end, or up to the last step."""
    if not found.last:
        return next((x for x in ("t", "k", "n", *sorted(table.steps)) if x in table.steps), "t")
    last = letter_of(found.last)
    if last not in table.depths:
        return ""
    ends = {x: {letter_of(r.high) for r in (table.ranges.get(x), table.ranges.get(f"{x}!")) if r} for x in table.steps}
    return next((x for x in sorted(ends) if last in ends[x]), "")
