"""Definitions: a first equality with a fresh left side, `:=`, functions, and recursions over layers or steps."""

from __future__ import annotations

from typing import NamedTuple

from derive.documents.derivatives.operators import heads
from derive.documents.functions import composed
from derive.documents.functions.field import GREEK_FUNCTIONS
from derive.documents.functions.layers import at_any_layer
from derive.documents.functions.members import family_of, functions_of, index_letters
from derive.documents.functions.orders import is_of_members, numbered_head
from derive.documents.functions.overloads import name_beside
from derive.documents.functions.parameters import are_layers, parameters_of, squares_of
from derive.documents.names.bare import Named, bare_name, runs
from derive.documents.names.counting import first_of
from derive.documents.names.entries import has_such_entries, is_entry
from derive.documents.names.mentions import mentioned, reachable, reachable_from
from derive.documents.names.scripts import items, letter_of, strip, superscript, word_of
from derive.documents.names.symbols import Definition, Tokens
from derive.documents.names.table import Table
from derive.documents.statements.depths import at_depth
from derive.documents.statements.recursions import is_of_arrays, is_of_earlier, is_of_numbered
from derive.documents.statements.rowwise import with_index
from derive.documents.statements.settled import is_entry_of_function, rank_of, value_rank
from derive.documents.syntax import tree as s
from derive.documents.syntax.parser import parse
from derive.documents.syntax.tree import walk
from derive.documents.trouble import Unreadable

RESERVED = frozenset(("e", "pi"))
STANDARD = frozenset(
    ("log", "ln", "lg", "exp", "sin", "cos", "tan", "tanh", "sinh", "cosh", "det", "tr", "trace", "diag", "max", "min",
     "vec", "abs", "sqrt", "arctan", "arcsin", "arccos", "erf", "rank", "sum", "inv", "norm", "prod", "var", "mean",
     "cov", "std", "corr")
)  # fmt: skip
"""Functions with one meaning everywhere: an equality with one of them on the left is a claim."""


def definition(
    lhs: Tokens, rhs: s.Node, table: Table, *, forced: bool = False, scouting: bool = False
) -> Definition | None:
    """The definition that `lhs = rhs` is; None if it is a claim."""
    if lhs and lhs[0].text in ("ln", "log") and _is_new(lhs[1:], rhs, table):
        lhs, rhs = lhs[1:], s.Call(rhs.at, "exp", (rhs,), bracketed=True)  # ln L = ... says what L is
    tree = parse(lhs)
    if heads(tree, table) and not forced:
        return None  # J_f(x) = ... is a claim about f
    found = _function(tree, rhs, table, forced) or _value(lhs, tree, rhs, table, forced)
    if found is None:
        return None
    found = composed.defined(found, table)
    before = table.definitions.get(found.name)
    if before is not None and before.section != table.section and _kind(before) != _kind(found) and not scouting:
        table.forget(found.name)
    by_itself = not found.letter and found.name in reachable_from(found.rhs, table)
    members = is_of_numbered(found, table) or is_of_members(found.name, rhs, table)
    if by_itself and not _is_bound(found, rhs, table) and not members:
        return None
    if found.parameters and any(isinstance(n, s.Call) and n.function == found.name for n in walk(rhs)):
        return None  # softmax(a) = softmax(z) is a claim about a known function
    return found


def _is_new(lhs: Tokens, rhs: s.Node, table: Table) -> bool:
    """Whether L or L(w) is a name of which nothing is known yet, unlike those on the right."""
    if not lhs:
        return False
    named, used = bare_name(lhs, table), mentioned(rhs)
    applied, arguments = _head(parse(lhs))
    name = named.name if named is not None and not (named.lead or named.letter) else applied
    if name is None or name in RESERVED or name in STANDARD or name in used or name in table.indices | table.steps:
        return False
    of_it = arguments is not None and bool(mentioned(arguments) & used)  # log p(x) = -x^2
    return not table.known(name) and (of_it or any(table.known(x) for x in used))


def _is_bound(d: Definition, rhs: s.Node, table: Table) -> bool:
    """Whether N_k is defined by what has only the size N in it, and no other N_j."""
    members = [n for n in walk(rhs) if isinstance(n, s.Script) and isinstance(n.base, s.Name) and n.base.name == d.name]
    return bool(d.letters) and d.name in table.sizes and not members


def _kind(d: Definition) -> tuple[bool, int, bool]:
    return bool(d.parameters), len(d.letters), bool(d.letter)


def _other_kind(name: str, d: Definition, table: Table) -> bool:
    """Whether an earlier section used the name for something else: p(x), and now p_i."""
    before = table.definitions.get(name)
    return before is not None and before.section != table.section and _kind(before) != _kind(d)


# -- functions ---------------------------------------------------------------------------------------------------
def _function(tree: s.Node, rhs: s.Node, table: Table, forced: bool) -> Definition | None:
    """f(t) = ..., F(W, b) = ..., \\operatorname{ReLU}(t) = ..., with names as arguments."""
    name, arguments = _head(tree)
    if name is None:
        name, arguments = numbered_head(tree, table)
    if name is None or arguments is None:
        return None
    if not forced and _is_instance(tree, table):
        return None
    if not forced and is_entry_of_function(tree, table):
        return None
    written, (name, letters) = name, _each(name, tree, rhs, table)
    if len(arguments) > 1 and are_layers(arguments, table) and (forced or not table.known(name)):
        return Definition(name, rhs, tree.at, told_with=arguments)
    arguments, rhs = at_any_layer(name, arguments, rhs, table)
    parameters = parameters_of(arguments, table)
    if any(p is None for p in parameters) or len(set(parameters)) != len(parameters):
        return None
    member = name != written and not letters  # f_1(x), where f_k(x) is known, in a later section as well
    anew = not member and _other_kind(name, Definition(name, rhs, tree.at, letters=letters, parameters=("x",)), table)
    before = table.definitions.get(name)
    others = before.parameters if before is not None and before.section == table.section else ()
    if others and len(others) != len(parameters):
        name = f"{name}/{len(parameters)}"  # H(p), and then H(p, q)
    elif before is not None and before.parameters:
        name = name_beside(before, parameters, rhs) or name
    known = name in table.definitions and not anew and not _other(name, parameters, table)
    if known and not forced:
        return None
    if name in GREEK_FUNCTIONS and not table.known(name) and is_value(rhs):
        return None  # sigma(z) = 0.56 says what z is, not what sigma is
    squares = squares_of(arguments, table)
    return Definition(
        name, rhs, tree.at, letters=letters, parameters=tuple(p for p in parameters if p), squares=squares
    )


def _each(name: str, tree: s.Node, rhs: s.Node, table: Table) -> tuple[str, tuple[str, ...]]:
    """delta and k, for delta_k(x) with a class k: one function for each; else the name as it is."""
    f = tree.factors[0][1] if isinstance(tree, s.Juxtaposed) else None
    if not isinstance(f, s.Script) or not isinstance(f.base, s.Name) or f.sup:
        return name, ()
    letters = index_letters(f.sub, rhs, table)
    member = not letters and functions_of(f.base.name, f.sub, table) is not None  # f_1(x), where f_k(x) is known
    return (f.base.name, letters) if letters or member else (name, ())


def _is_instance(tree: s.Node, table: Table) -> bool:
    """rho_{1 - tau}(r), where rho_tau(r) is defined; H_1(r) may be a function of its own."""
    f = tree.factors[0][1] if isinstance(tree, s.Juxtaposed) else None
    if not isinstance(f, s.Script) or not isinstance(f.base, s.Name) or word_of(f.sub).isdigit():
        return False
    return family_of(f.base.name, f.sub, table) is not None


def _other(name: str, parameters: list[str | None], table: Table) -> bool:
    """Whether the name has a value that does not depend on these: H, and then the entropy H(p)."""
    d = table.definitions[name]
    return not d.parameters and not set(parameters) & reachable(name, table)


def _head(tree: s.Node) -> tuple[str | None, tuple[s.Node, ...] | None]:
    if isinstance(tree, s.Call) and tree.bracketed and not tree.sup and not tree.primes:
        if tree.function.lower() in STANDARD:
            return None, None
        name = f"{tree.function}_{word_of(tree.sub)}" if tree.sub else tree.function
        return name, tree.args
    if not isinstance(tree, s.Juxtaposed) or len(tree.factors) != 2 or tree.factors[1][0]:
        return None, None
    f, bracket = tree.factors[0][1], tree.factors[1][1]
    if not isinstance(bracket, s.Bracket) or bracket.kind not in "([":
        return None, None
    if isinstance(f, s.Name):
        return f.name, bracket.items
    if isinstance(f, s.Script) and isinstance(f.base, s.Name) and not f.primes:
        sup = superscript(f.sup)
        if sup.acts or sup.layer or sup.transposed:
            return None, None
        name = f.base.name + (f"_{word_of(f.sub)}" if f.sub else "") + (f"_{sup.name}" if sup.name else "")
        return name, bracket.items
    return None, None


# -- values ------------------------------------------------------------------------------------------------------
def _value(lhs: Tokens, tree: s.Node, rhs: s.Node, table: Table, forced: bool) -> Definition | None:
    if (last := at_depth(tree, rhs, table)) is not None:
        return last
    step = _step(tree, table)
    if step is not None and step.letter not in table.depths - table.ranges.keys():
        return _recursion(step, tree, rhs, table, forced)
    if step is not None and not forced and _runs(step.name, table):
        return None  # Delta_R, where Delta_r is known, in a later section as well
    if (square := _squared(tree, table)) is not None:
        return Definition(square, s.Root(rhs.at, rhs), tree.at)
    named = bare_name(lhs, table)
    if named is not None and named.name in RESERVED and not table.known(named.name) and not is_value(rhs):
        return Definition(named.name, rhs, tree.at, letters=named.lead)
    if named is not None:
        named = _labelled(named, tree, rhs, table) if named.lead else with_index(named, tree, rhs, table)
    if named is None or named.name in table.depths | table.steps:
        return None
    if (_is_entry_of_whole(tree, rhs, table) or _is_entry_of_member(tree, table)) and not forced:
        return None
    if is_entry(named, table) or has_such_entries(named, mentioned(rhs), table):
        return None
    if named.name in RESERVED and not table.known(named.name):
        return None
    explicit = named.name.rpartition("_")
    family = explicit[0] and explicit[2].isdigit() and _covered(explicit[0], int(explicit[2]), table)
    if explicit[2] in table.depths and _covered(explicit[0], 1, table):
        return None  # h_T, the last of a recursion
    name = named.name
    anew = _other_kind(name, Definition(name, rhs, tree.at, letters=named.lead), table)
    if "^(" in name and 0 < len(named.lead) <= value_rank(name, table):
        anew = False  # an entry of the delta of one layer, under the next heading as well
    if (
        named.lead
        and not anew
        and name in table.definitions
        and not table.definitions[name].letters
        and not table.definitions[name].letter
    ):
        if not forced and _leaves_entry(value_rank(name, table), len(named.lead), rhs, table):
            return None  # an entry of what is defined as a whole
        name = f"{name}_each"  # L is a total, L_n one of its terms
    if named.lead and name in table.symbols and not table.symbols[name].dims and not table.symbols[name].lead:
        name = f"{name}_each"
    if named.letter and named.explicit:
        return None
    counted = explicit[2].isdigit() and int(explicit[2]) >= first_of(explicit[0], table)
    numbered = counted and not forced and not table.known(name)
    if numbered and _leaves_entry(_rank_of_family(explicit[0], table), 1, rhs, table):
        return None  # z_1, where z is defined
    if (name in table.definitions or name in table.functions or family) and not forced and not anew:
        return None
    if _layer_instance(name, table) and not forced:
        return None
    return Definition(name, rhs, tree.at, letters=named.lead)


def _runs(name: str, table: Table) -> bool:
    """Whether the name is defined at each layer or step."""
    d = table.definitions.get(name)
    return d is not None and bool(d.letter)


def _is_entry_of_whole(tree: s.Node, rhs: s.Node, table: Table) -> bool:
    """O_{ib}, where O is defined as a matrix and both letters are indices on the right side: an entry of it."""
    if not isinstance(tree, s.Script) or not isinstance(tree.base, s.Name) or tree.sup or tree.primes:
        return False
    letters = [letter_of(p) or "" for p in items(tree.sub)] if tree.sub else []
    if len(letters) < 2 or len(set(letters)) < len(letters) or any(table.known(x) or not x.islower() for x in letters):
        return False
    lowered = {t.text for n in walk(rhs) if isinstance(n, s.Script) for t in n.sub if t.kind == "letter"}
    return set(letters) <= lowered and value_rank(tree.base.name, table) == len(letters)


def _is_entry_of_member(tree: s.Node, table: Table) -> bool:
    """h_{1,j}, where each h_t is defined as a vector."""
    if not isinstance(tree, s.Script) or not isinstance(tree.base, s.Name) or tree.sup or tree.primes:
        return False
    first, *rest = items(tree.sub) if tree.sub else [()]
    d = table.definitions.get(tree.base.name)
    if d is None or not rest or len(first) != 1 or not first[0].text.isdigit():
        return False
    given = _covered(d.name, int(first[0].text), table) or (len(d.letters) == 1 and not d.letter)
    return given and all(runs(letter_of(p) or "", table) for p in rest)


def _labelled(named: Named, tree: s.Node, rhs: s.Node, table: Table) -> Named:
    """G_k = G + k I, where k is a declared number: k is a part of the name, and no index."""
    letter = named.lead[0]
    symbol = table.symbols.get(letter)
    if len(named.lead) > 1 or symbol is None or symbol.dims or symbol.lead or symbol.letter:
        return named
    runs = letter in table.indices or letter in table.ranges or "integer" in symbol.properties
    if runs or (symbol.ahead and letter not in table.inherited):
        return named
    names = mentioned(rhs)
    alone = any(isinstance(n, s.Name) and n.name == letter for n in walk(rhs))
    of_it = any(n.endswith(f"_{letter}") and table.known(n) for n in names)
    return Named(f"{named.name}_{letter}") if alone or of_it else named


def _leaves_entry(rank: int, indices: int, rhs: s.Node, table: Table) -> bool:
    """Whether so many indices on an array of this rank leave what the right side is: a number, or a row.

    theta_1 = theta - eta g is no entry of theta, but the next of several.
    """
    return rank >= indices and (rank_of(rhs, table) or 0) <= rank - indices


def _rank_of_family(name: str, table: Table) -> int:
    """The rank of what is defined, its index letters included."""
    d = table.definitions.get(name)
    if d is None or not d.letters:
        return value_rank(name, table)
    return len(d.letters) + (rank_of(d.rhs, table) or 0)


def is_value(rhs: s.Node) -> bool:
    """A number: e = 2.718 speaks of Euler's number."""
    return isinstance(rhs, (s.Num, s.Sum)) and not any(isinstance(n, (s.Name, s.Script)) for n in walk(rhs))


def _squared(tree: s.Node, table: Table) -> str | None:
    """sigma, if the left side is sigma^2 and nothing is known of sigma: what is defined is a variance."""
    if not isinstance(tree, s.Script) or not isinstance(tree.base, s.Name) or tree.primes or tree.base.name in RESERVED:
        return None
    if len(tree.sup) == 0 or "".join(t.text for t in strip(tree.sup)) != "2":
        return None
    name = f"{tree.base.name}_{word_of(tree.sub)}" if tree.sub else tree.base.name
    parts = items(tree.sub) if tree.sub else []
    if (
        any(t.text in table.indices | table.steps | set(table.ranges) for p in parts for t in p)
        or tree.base.name in table.definitions
    ):
        return None
    known = [x for x in (table.symbols.get(name), table.symbols.get(tree.base.name)) if x is not None]
    later = all(x.ahead and not (x.dims or x.lead or x.letter) for x in known)  # `by our assumption s > 0`
    return name if later and name not in table.definitions and name not in table.functions else None


def _covered(base: str, step: int, table: Table) -> bool:
    """Whether a recursion gives the value at this step."""
    d = table.definitions.get(base)
    return d is not None and bool(d.letter) and step >= (1 if d.low is None else d.low)


def _layer_instance(name: str, table: Table) -> bool:
    """Whether a^{(1)} belongs to a family whose definition gives it a value."""
    base, _, rest = name.partition("^(")
    d = table.definitions.get(base) if rest else None
    if d is None or not d.letter:
        return False
    return name not in table.symbols and int(rest[:-1]) >= (1 if d.low is None else d.low)


class _Step(NamedTuple):
    """z^{(l)}, v_t, h_{t+1}, z^{(l)}_j: a name at a layer or step, and the letters of its entries."""

    name: str
    letter: str
    shift: int
    entries: tuple[str, ...] = ()


def _step(tree: s.Node, table: Table) -> _Step | None:
    if not isinstance(tree, s.Script) or not isinstance(tree.base, s.Name) or tree.primes:
        return None
    sup = superscript(tree.sup)
    if sup.acts or sup.transposed:
        return None
    name = tree.base.name + (f"_{sup.name}" if sup.name else "")
    if sup.layer:
        found = _shifted(sup.layer, table)
        if found is None or any(t.kind in ("word", "text") for t in tree.sub):
            return _Step(f"{name}_{word_of(tree.sub)}", *found) if found else None
        letters = [letter_of(i) or "" for i in items(tree.sub)] if tree.sub else []
        return _Step(name, *found, tuple(letters)) if all(letters) and len(set(letters)) == len(letters) else None
    parts = items(tree.sub) if tree.sub else []
    found = _shifted(parts[0], table) if len(parts) == 1 else None
    return _Step(name, *found) if found else None


def _shifted(tokens: Tokens, table: Table) -> tuple[str, int] | None:
    tokens = strip(tokens)
    if not tokens or tokens[0].text not in table.steps:
        return None
    if len(tokens) == 1:
        return tokens[0].text, 0
    if len(tokens) == 3 and tokens[1].is_("+", "-") and tokens[2].text.isdigit():
        return tokens[0].text, int(tokens[2].text) * (1 if tokens[1].text == "+" else -1)
    return None


def _recursion(step: _Step, tree: s.Node, rhs: s.Node, table: Table, forced: bool) -> Definition | None:
    name, letter, shift, entries = step
    if entries and name in table.definitions and not forced:
        return None
    before = table.definitions.get(name)
    of_entries = before is not None and bool(before.letter)  # delta^l, where an earlier section gives delta^l_j
    anew = not of_entries and _other_kind(name, Definition(name, rhs, tree.at, letter=letter), table)
    if before is not None and not forced and not anew:
        return None
    known = table.ranges.get(f"{letter}!") or table.ranges.get(letter)  # the first range: later ones are of claims
    first = (f"{name}_0", f"{name}^(0)")
    starts_at_zero = name in table.at_zero or any(n in table.definitions or n in table.symbols for n in first)
    last = table.ranges.get(letter)
    if known is not None and last is not None and starts_at_zero and known.low + shift > 1 >= last.low + shift:
        known = last  # b_{k+1} = r b_k for k = 0, ..., where another recursion began with k = 1
    begun = letter in table.ranged.get(table.section, {})  # else only what stands further down says where it begins
    if shift > 0 and starts_at_zero and not begun:
        known = None  # for t = 1, 2, 3, of a claim: w_{t+1} = w_t / 2 goes on from w_0
    low = known.low if known is not None else 0 if shift > 0 and starts_at_zero else 1
    found = Definition(name, rhs, tree.at, letters=entries, letter=letter, shift=shift, low=low + shift)
    symbol = table.symbols.get(name)
    if symbol is not None and symbol.dims and not symbol.letter and not forced and not is_of_arrays(found, table):
        if is_of_earlier(found) and not entries:
            raise Unreadable(
                tree.at, f"{name}_{letter}, a member of a sequence or an entry", f"{name}_0, where a sequence begins"
            )
        return None  # an array whose index has the letter of a step
    return found
