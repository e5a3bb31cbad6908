"""What a recursion is a recursion of: its rank is the one with which its right side has that rank again."""

from __future__ import annotations

from derive.documents.meaning.context import Context
from derive.documents.meaning.lower import lower
from derive.documents.names.hints import walk
from derive.documents.names.mentions import mentioned, reachable
from derive.documents.names.scripts import is_numeral, letter_of, strip, superscript
from derive.documents.names.table import Definition, Table
from derive.documents.statements.instances import environments
from derive.documents.syntax import tree as s
from derive.documents.trouble import Clash, Settle, Unify, Unreadable
from derive.errors import DeriveError


def rank_of(d: Definition, table: Table) -> int | None:
    """The rank of the family that `d` defines, where it refers to itself; None where that is not settled."""
    if d.name not in mentioned(d.rhs) or d.name in table.symbols:
        return None
    env = environments([d.rhs], table)[0]
    kept = dict(table.definitions), dict(table.ranks), dict(table.solved)
    try:
        for name in [n for n in table.definitions if n == d.name or n.startswith((f"{d.name}_", f"{d.name}^("))]:
            table.definitions.pop(name)
        for rank in (0, 1, 2):
            table.ranks[d.name] = rank
            if _rank(d, table, {**env, d.letter: max(env.get(d.letter, 1), 2)}) == rank:
                return rank
    finally:
        table.definitions, table.ranks, table.solved = kept
    return None


def is_of_arrays(d: Definition, table: Table) -> bool:
    """Whether x_{k+1} = ..., where x is declared an array, gives the next of several arrays and no entry of x.

    x_0 is declared with the shape of x, or the right side has that shape, and could not be a number.
    """
    whole, first = table.symbols[d.name], table.symbols.get(f"{d.name}_0")
    if whole.lead or d.shift <= 0 or d.name not in mentioned(d.rhs):
        return False
    if first is not None:
        return [[t.text for t in x] for x in first.dims] == [[t.text for t in x] for x in whole.dims]
    env = environments([d.rhs], table)[0]
    env = {**env, d.letter: max(env.get(d.letter, 1), 2)}
    kept = dict(table.solved), table.steps
    try:
        if _rank(d, table, env) != len(whole.dims):
            return False
        table.steps = table.steps - {d.letter}
        return _rank(d, table, {}) != 0
    finally:
        table.solved, table.steps = kept


def companions(d: Definition, rank: int, table: Table) -> list[str]:
    """g of `w_{t+1} = w_t - \\eta g_t`, of which the note says nothing: an array like w, as a term of its own."""
    terms = [term for _, term in d.rhs.terms] if isinstance(d.rhs, s.Sum) else []
    out: list[str] = []
    for term in terms if rank == 1 and d.name in mentioned(d.rhs) else []:
        factors = [f for _, f in term.factors] if isinstance(term, s.Juxtaposed) else [term]
        stepped = [f.base.name for f in factors if isinstance(f, s.Script) and isinstance(f.base, s.Name)
                   and letter_of(f.sub or superscript(f.sup).layer) == d.letter]  # fmt: skip
        plain = all(isinstance(f, (s.Num, s.Name, s.Script)) for f in factors)
        others = mentioned(term) - set(stepped) - {d.letter}
        arrays = any((x := table.symbols.get(n)) is not None and (x.dims or x.lead) for n in others)
        if plain and not arrays and len(stepped) == 1 and not table.known(stepped[0]):
            out += stepped
    return out


def rank_of_start(d: Definition, table: Table) -> int | None:
    """The rank that the note declares for the family, or for its first member."""
    names = (d.name, *(f"{d.name}_{k}" for k in (0, 1)), *(f"{d.name}^({k})" for k in (0, 1)))
    found = [x for n in names if (x := table.symbols.get(n)) is not None]
    return len(found[0].dims) if found else None


def _rank(d: Definition, table: Table, env: dict[str, int]) -> int | None:
    for _ in range(30):
        c = Context(table, env)
        c.scope = f"r{d.place}"
        try:
            return lower(d.rhs, c).rank
        except Settle:
            return None
        except Unify as found:
            table.solved[found.unknown.name] = found.known
        except (Clash, Unreadable, DeriveError):
            return None
    return None


def is_of_numbered(d: Definition, table: Table) -> bool:
    """Whether C is defined by C_0, a name of its own, and by nothing else that is called C."""
    names = [n for n in walk(d.rhs) if isinstance(n, s.Name) and n.name == d.name]
    members = [n for n in walk(d.rhs) if isinstance(n, s.Script) and n.base in names and is_numeral(strip(n.sub))]
    others = (mentioned(d.rhs) - {d.name}) & table.definitions.keys()
    apart = not any(d.name in reachable(n, table) for n in others)
    return bool(members) and len(members) == len(names) and apart and not (d.letters or d.parameters)


def starts_recursion(name: str, table: Table) -> bool:
    """Whether m_0 = 0 is where m_t = ... begins: that says what m_0 is, for the whole note."""
    base, _, number = name.partition("^(") if "^(" in name else name.rpartition("_")
    return base in table.recursive and number.strip(")") in ("0", "1") and base not in table.definitions
