"""Definitions: a first equality with a fresh left side, `:=`, functions, and recursions over layers or steps."""

from __future__ import annotations

from derive.documents import syntax as s
from derive.documents.declare import bare_name
from derive.documents.functions import reachable
from derive.documents.hints import walk
from derive.documents.mentions import mentioned
from derive.documents.names import items, strip, superscript, word_of
from derive.documents.parser import parse
from derive.documents.table import Definition, Table, Tokens

RESERVED = frozenset(("e", "pi"))
STANDARD = frozenset(
    ("log", "ln", "lg", "exp", "sin", "cos", "tan", "tanh", "sinh", "cosh", "det", "tr", "trace", "diag", "max", "min", "vec", "abs",
     "sqrt", "arctan", "arcsin", "arccos", "erf", "rank", "sum", "inv", "norm", "prod")
)  # fmt: skip
"""Functions with one meaning everywhere: an equality with one of them on the left is a claim."""


def definition(
    lhs: Tokens, rhs: s.Node, table: Table, *, forced: bool = False, scouting: bool = False
) -> Definition | None:
    """The definition that `lhs = rhs` is; None if it is a claim."""
    tree = parse(lhs)
    found = _function(tree, rhs, table, forced) or _value(lhs, tree, rhs, table, forced)
    if found is None:
        return None
    before = table.definitions.get(found.name)
    if before is not None and before.section != table.section and _kind(before) != _kind(found) and not scouting:
        table.forget(found.name)
    recursive = found.name in reachable_from(rhs, table)
    if recursive and not found.letter:
        return None
    return found


def _kind(d: Definition) -> tuple[bool, int, bool]:
    return bool(d.parameters), len(d.letters), bool(d.letter)


def _other_kind(name: str, d: Definition, table: Table) -> bool:
    """Whether an earlier section used the name for something else: p(x), and now p_i."""
    before = table.definitions.get(name)
    return before is not None and before.section != table.section and _kind(before) != _kind(d)


def reachable_from(rhs: s.Node, table: Table) -> set[str]:
    """The names that a tree mentions, directly or through definitions."""
    names = mentioned(rhs, table)
    return names.union(*(reachable(n, table) for n in names if n in table.definitions))


# -- functions ---------------------------------------------------------------------------------------------------
def _function(tree: s.Node, rhs: s.Node, table: Table, forced: bool) -> Definition | None:
    """f(t) = ..., F(W, b) = ..., \\operatorname{ReLU}(t) = ..., with names as arguments."""
    name, arguments = _head(tree)
    if name is None or arguments is None:
        return None
    parameters = [_parameter(a) for a in arguments]
    if any(p is None for p in parameters) or len(set(parameters)) != len(parameters):
        return None
    anew = _other_kind(name, Definition(name, rhs, tree.at, parameters=("x",)), table)
    before = table.definitions.get(name)
    if (
        before is not None
        and before.parameters
        and len(before.parameters) != len(parameters)
        and before.section == table.section
    ):
        name = f"{name}/{len(parameters)}"  # H(p), and then H(p, q)
    known = name in table.definitions and not anew and not _other(name, parameters, table)
    if known and not forced:
        return None
    return Definition(name, rhs, tree.at, parameters=tuple(p for p in parameters if p))


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


def _parameter(node: s.Node) -> str | None:
    if isinstance(node, s.Name):
        return node.name
    if isinstance(node, s.Script) and isinstance(node.base, s.Name) and not node.sup and not node.primes:
        return f"{node.base.name}_{word_of(node.sub)}"
    return None


# -- values ------------------------------------------------------------------------------------------------------
def _value(lhs: Tokens, tree: s.Node, rhs: s.Node, table: Table, forced: bool) -> Definition | None:
    step = _step(tree, table)
    if step is not None:
        return _recursion(*step, tree, rhs, table, forced)
    if (square := _squared(tree, table)) is not None:
        return Definition(square, s.Root(rhs.at, rhs), tree.at)
    named = bare_name(lhs, table)
    if named is not None and named.name == "e" and not table.known("e") and not _constant(rhs):
        return Definition("e", rhs, tree.at, letters=named.lead)
    if named is None or named.name in RESERVED or named.name in table.depths | table.steps:
        return None
    explicit = named.name.rpartition("_")
    family = explicit[0] and explicit[2].isdigit() and _covered(explicit[0], int(explicit[2]), table)
    name = named.name
    anew = _other_kind(name, Definition(name, rhs, tree.at, letters=named.lead), table)
    if (
        named.lead
        and not anew
        and name in table.definitions
        and not table.definitions[name].letters
        and not table.definitions[name].letter
    ):
        name = f"{name}_each"  # L is a total, L_n one of its terms
    if named.lead and name in table.symbols and not table.symbols[name].dims and not table.symbols[name].lead:
        name = f"{name}_each"
    if named.letter and named.explicit:
        return None
    if (name in table.definitions or name in table.functions or family) and not forced and not anew:
        return None
    if _layer_instance(name, table) and not forced:
        return None
    return Definition(name, rhs, tree.at, letters=named.lead)


def _constant(rhs: s.Node) -> bool:
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
    if (
        name in table.symbols
        or name in table.definitions
        or name in table.functions
        or table.symbols.get(tree.base.name)
    ):
        return None
    return name


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


def _step(tree: s.Node, table: Table) -> tuple[str, str, int] | None:
    """(name, letter, shift) of z^{(l)}, v_t, h_{t+1}."""
    if not isinstance(tree, s.Script) or not isinstance(tree.base, s.Name) or tree.primes:
        return None
    sup = superscript(tree.sup)
    if sup.acts or sup.transposed:
        return None
    name = tree.base.name + (f"_{sup.name}" if sup.name else "")
    if sup.layer:
        worded = any(t.kind in ("word", "text") for t in tree.sub)
        if tree.sub and not worded:
            return None
        found = _shifted(sup.layer, table)
        return (f"{name}_{word_of(tree.sub)}" if worded else name, *found) if found else None
    parts = items(tree.sub) if tree.sub else []
    found = _shifted(parts[0], table) if len(parts) == 1 else None
    return (name, *found) if found else None


def _shifted(tokens: Tokens, table: Table) -> tuple[str, int] | None:
    tokens = strip(tokens)
    if not tokens or tokens[0].text not in table.steps:
        return None
    if len(tokens) == 1:
        return tokens[0].text, 0
    if len(tokens) == 3 and tokens[1].is_("+", "-") and tokens[2].text.isdigit():
        return tokens[0].text, int(tokens[2].text) * (1 if tokens[1].text == "+" else -1)
    return None


def _recursion(
    name: str, letter: str, shift: int, tree: s.Node, rhs: s.Node, table: Table, forced: bool
) -> Definition | None:
    anew = _other_kind(name, Definition(name, rhs, tree.at, letter=letter), table)
    if name in table.definitions and not forced and not anew:
        return None
    symbol = table.symbols.get(name)
    if symbol is not None and symbol.dims and not symbol.letter and not forced:
        return None  # an array whose index has the letter of a step
    known = table.ranges.get(letter)
    starts_at_zero = any(n in table.definitions or n in table.symbols for n in (f"{name}_0", f"{name}^(0)"))
    low = known.low if known is not None else 0 if shift > 0 and starts_at_zero else 1
    return Definition(name, rhs, tree.at, letter=letter, shift=shift, low=low + shift)
