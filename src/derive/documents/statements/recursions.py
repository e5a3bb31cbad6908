"""What a recursion is a recursion of: its rank is the one with which its right side has that rank again."""

from __future__ import annotations

from derive.documents.meaning.context import Context
from derive.documents.meaning.lower import lower
from derive.documents.names.mentions import mentioned, reachable
from derive.documents.names.scripts import is_numeral, letter_of, strip, superscript
from derive.documents.names.symbols import Definition, Symbol, Tokens
from derive.documents.names.table import Table
from derive.documents.statements.instances import environments
from derive.documents.syntax import tree as s
from derive.documents.syntax.tree import walk
from derive.documents.trouble import Clash, Settle, Unify, Unreadable
from derive.errors import DeriveError

RATES = frozenset(("alpha", "beta", "eta", "gamma", "lambda", "mu", "rho"))
"""What multiplies a step is usually called so: eta_t of eta_t g_t."""


def rank_of(d: Definition, table: Table) -> int | None:
    """The rank of the family that `d` defines, where it refers to itself; None where that is not settled."""
    if d.name not in mentioned(d.rhs) or d.name in table.symbols:
        return None
    return _rank_with(d.name, d, table)


def partner(d: Definition, table: Table) -> tuple[str, int] | None:
    """h of `s_t = W h_{t-1} + b`, of which nothing was said yet, and its rank, if it is of the same as s."""
    scripts = [n for n in walk(d.rhs) if isinstance(n, s.Script) and isinstance(n.base, s.Name)]
    before = {
        n.base.name
        for n in scripts
        if isinstance(n.base, s.Name) and [t.text for t in strip(n.sub)] == [d.letter, "-", "1"]
    }
    names = sorted(n for n in before if not table.known(n) and n not in table.ranks.keys() - table.recursive)
    rank = _rank_with(names[0], d, table) if d.letter and len(names) == 1 else None
    return (names[0], rank) if rank is not None else None


def _rank_with(name: str, d: Definition, table: Table) -> int | None:
    """The rank of a name with which the right side has that rank, too."""
    env = environments([d.rhs], table)[0]
    kept = dict(table.definitions), dict(table.ranks), dict(table.solved)
    try:
        for n in [n for n in table.definitions if n == d.name or n.startswith((f"{d.name}_", f"{d.name}^("))]:
            table.definitions.pop(n)
        for rank in (0, 1, 2):
            table.ranks[name] = rank
            if _rank(d, table, {**env, d.letter: max(env.get(d.letter, 1), 2)}) == rank:
                return rank
    finally:
        table.definitions, table.ranks, table.solved = kept
    return None


def is_of_arrays(d: Definition, table: Table) -> bool:
    """Whether x_{k+1} = ..., where x is declared an array, gives the next of several arrays and no entry of x.

    x_0 stands somewhere, or is declared with the shape of x; or the right side has that shape and is no number.
    """
    whole, first = table.symbols[d.name], table.symbols.get(f"{d.name}_0")
    if whole.lead or not is_of_earlier(d):
        return False
    if first is not None:
        return [[t.text for t in x] for x in first.dims] == [[t.text for t in x] for x in whole.dims]
    if _has_entries_at_steps(d, table) or _ends_with(whole, d.letter, table):
        return False
    env = environments([d.rhs], table)[0]
    env = {**env, d.letter: max(env.get(d.letter, 1), 2)}
    kept = dict(table.solved), table.steps
    try:
        if _rank(d, table, env) != len(whole.dims):
            return False
        if _has_arrays_at_steps(d, table) or d.name in table.at_zero - table.from_zero:
            return True
        table.steps = table.steps - {d.letter}
        return _rank(d, table, {}) != 0
    finally:
        table.solved, table.steps = kept


def is_of_earlier(d: Definition) -> bool:
    """Whether x_t = ... speaks of x_{t-1}, and x_{t+1} = ... of x at any step."""
    scripts = [n for n in walk(d.rhs) if isinstance(n, s.Script) and isinstance(n.base, s.Name)]
    own = [[t.text for t in n.sub] for n in scripts if isinstance(n.base, s.Name) and n.base.name == d.name]
    return any(d.letter in sub and (d.shift > 0 or "-" in sub) for sub in own)


def _has_arrays_at_steps(d: Definition, table: Table) -> bool:
    """Whether another name in it is declared an array at each step: g_t in R^n."""
    others = [x for n in mentioned(d.rhs) - {d.name} if (x := table.symbols.get(n)) is not None]
    return any(x.dims and d.letter in {x.letter, *x.lead} for x in others)


def _ends_with(x: Symbol, letter: str, table: Table) -> bool:
    """Whether the letter runs up to the size of x: then x_t are its entries."""
    found = table.ranges.get(letter)
    high = [t.text for t in found.high] if found is not None else []
    return bool(high) and high in [[t.text for t in d] for d in x.dims]


def _has_entries_at_steps(d: Definition, table: Table) -> bool:
    """Whether it has u_t of a declared array u: then x_t may be an entry, too."""
    scripts = [n for n in walk(d.rhs) if isinstance(n, s.Script) and letter_of(n.sub) == d.letter]
    known = [table.symbols.get(n.base.name) for n in scripts if isinstance(n.base, s.Name)]
    return any(x is not None and x.dims and not (x.letter or x.lead) and x.name != d.name for x in known)


def companions(d: Definition, table: Table) -> list[str]:
    """g of `w_{t+1} = w_t - \\eta g_t`, of which the note says nothing: a vector like w, as a term of its own."""
    terms = [term for _, term in d.rhs.terms] if isinstance(d.rhs, s.Sum) else []
    out: list[str] = []
    for term in terms if d.name in mentioned(d.rhs) else []:
        factors = [f for _, f in term.factors] if isinstance(term, s.Juxtaposed) else [term]
        stepped = [f.base.name for f in factors if isinstance(f, s.Script) and isinstance(f.base, s.Name)
                   and letter_of(f.sub or superscript(f.sup).layer) == d.letter]  # fmt: skip
        stepped = [x for x in stepped if x not in RATES] or stepped
        plain = all(isinstance(f, (s.Num, s.Name, s.Script)) for f in factors)
        others = mentioned(term) - set(stepped) - {d.letter}
        arrays = any((x := table.symbols.get(n)) is not None and (x.dims or x.lead) for n in others)
        if plain and not arrays and len(stepped) == 1 and not table.known(stepped[0]):
            out += stepped
    return out


def dims_of_start(d: Definition, table: Table) -> tuple[Tokens, ...]:
    """The sizes that the note declares for the family, or for its first member."""
    names = (d.name, *(f"{d.name}_{k}" for k in (0, 1)), *(f"{d.name}^({k})" for k in (0, 1)))
    return next((x.dims for n in names if (x := table.symbols.get(n)) is not None), ())


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
