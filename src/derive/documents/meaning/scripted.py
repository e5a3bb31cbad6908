"""Scripts on a letter or on any other factor: indices, layers, powers, transposes, primes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from derive.documents.meaning.entries import entry
from derive.documents.meaning.powers import exponential, raised
from derive.documents.meaning.refer import resolve
from derive.documents.meaning.values import Value, entrywise
from derive.documents.names.depths import told_there
from derive.documents.names.scripts import Superscript, is_numeral, letter_of, strip, superscript, word_of
from derive.documents.names.symbols import Tokens
from derive.documents.syntax import tree as s
from derive.documents.trouble import Unreadable
from derive.expr.functions import relu

if TYPE_CHECKING:
    from derive.documents.meaning.context import Context


def name_value(node: s.Name, c: Context) -> Value:
    """A letter by itself."""
    return resolve(node, node.name, (), Superscript(), c)


@dataclass(frozen=True)
class Use:
    """A factor with scripts, in its context; `sup` is what the superscript says of this base."""

    node: s.Script
    base: s.Node
    sup: Superscript
    c: Context

    @property
    def at(self) -> int:
        return self.node.at

    @property
    def name(self) -> str:
        """The letter, where the base is one."""
        return self.base.name if isinstance(self.base, s.Name) else ""

    @property
    def is_e(self) -> bool:
        return self.name == "e" and not self.node.sub


def script_value(node: s.Script, c: Context) -> Value:
    """A letter with scripts, or scripts on any other factor."""
    use = _understood(node, c)
    return next(value for reading in READINGS if (value := reading(use)) is not None)


def _understood(node: s.Script, c: Context) -> Use:
    sup, base = superscript(node.sup), node.base
    if isinstance(base, s.Name) and base.name in c.table.raised and (letter_of(sup.acts) or is_numeral(sup.acts)):
        sup = Superscript(layer=strip(sup.acts))  # x^i of x^1, ..., x^n
    if isinstance(base, s.Bracket) and base.kind == "{" and len(base.items) == 1 and not node.primes:
        base = base.items[0] if isinstance(base.items[0], s.Name) else base
    if isinstance(base, s.Num):
        sup = Superscript(acts=strip(node.sup))  # 10^{(a-b)/400}: numbers have no layers
    return Use(node, base, sup, c)


def _of_an_expression(use: Use) -> Value | None:
    """(A B)^T, (1, 2)^T, \\|x\\|_2, (ln x)'."""
    from derive.documents.meaning.lower import lower

    node, base, sup, c = use.node, use.base, use.sup, use.c
    if isinstance(base, s.Name):
        return None
    if sup.layer or sup.name:
        if isinstance(base, s.Script) and isinstance(base.base, s.Name) and not base.sup:
            return script_value(s.Script(node.at, base.base, base.sub, node.sup, node.primes), c)
        raise Unreadable(node.at, "a superscript on an expression", "a power or a transpose")
    value = lower(base, c)
    tupled = isinstance(base, s.Bracket) and len(base.items) > 1 and value.rank < 2
    flipped = (sup.transposed and not sup.inverse) or (node.primes == 1 and not node.sup)  # (x_1, x_2)' is a column
    if flipped and not node.sub and tupled:
        return value  # (1, 2)^T: the way to write a column within a line
    if node.sub:
        value = subscripted(base, value, node, c)
    if node.primes:
        value = _primed_value(value, node, c)
    return raised(value, sup, node.at, c)


def _with_primes(use: Use) -> Value | None:
    """f' of a function, X' of a matrix, or a name of its own."""
    from derive.documents.functions.application import bare_derivative

    node, sup, c = use.node, use.sup, use.c
    if not node.primes:
        return None
    if _name_with(node) in c.table.broken:
        written = use.name + "'" * node.primes
        raise Unreadable(use.at, f"{written}, whose definition could not be read", "a definition that is understood")
    if (found := bare_derivative(node, c)) is not None:
        return found
    value = None if sup.layer or sup.name else _transposed(node, c)
    if value is None and use.name in c.table.definitions and not (c.table.known(_name_with(node)) or node.sub):
        written = use.name + "'" * node.primes
        raise Unreadable(use.at, f"{written} beside {use.name}, which is defined", f"a definition of {written}")
    if value is None:
        value = resolve(node, _name_with(node), node.sub, sup, c)
    return raised(value, sup, use.at, c)


def _exponential(use: Use) -> Value | None:
    """e^x, e^{(a + b)}."""
    from derive.documents.meaning.lower import lower

    node, sup, c = use.node, use.sup, use.c
    if not use.is_e:
        return None
    known = c.table.known("e") or any(told_there("e", c.table))
    if sup.layer and not known:
        sup = Superscript(acts=strip(node.sup))  # e^{(a + b)}
    if sup.acts and not sup.entrywise and not (known and is_numeral(sup.acts)):
        _refuse_other_e(node, c)
        return exponential(lower(c.tree(sup.acts, use.at), c), use.at, c)
    if sup.name and c.table.known(sup.name) and not known:
        return exponential(lower(c.tree(node.sup, use.at), c), use.at, c)  # e^{lv}, where lv is declared
    return None


def _of_a_letter(use: Use) -> Value:
    node, sup, c = use.node, use.sup, use.c
    value = resolve(node, use.name, node.sub, sup, c)
    if sup.transposed and value.rank == 0 and _counts_steps(node.sup, c):
        sup = replace(sup, transposed=False, acts=strip(node.sup))
    return raised(value, sup, use.at, c)


READINGS: tuple[Callable[[Use], Value | None], ...] = (_of_an_expression, _with_primes, _exponential, _of_a_letter)
"""What a factor with scripts can be; the first that fits, and the last fits every letter."""


def _refuse_other_e(node: s.Script, c: Context) -> None:
    """Raise Unreadable for e^k, where e is a number of the note. Of a vector, or an error e = y - t, e^k is exp(k)."""
    t = c.table
    if not t.known("e") or t.is_family("e") or t.has_only_members("e"):
        return
    d, symbol = t.definitions.get("e"), t.symbols.get("e")
    if isinstance(d.rhs, (s.Num, s.Fraction)) if d is not None else symbol is not None and not symbol.dims:
        raise Unreadable(
            node.at,
            "e with an exponent, where e is a number of the note",
            r"\exp(...), or another letter for this number",
        )


def _counts_steps(sup: Tokens, c: Context) -> bool:
    """a^T, where a is a number and T is one too."""
    letter = letter_of(sup)
    return letter is not None and (letter in c.env or letter in c.table.sizes or c.table.known(letter))


def _transposed(node: s.Script, c: Context) -> Value | None:
    """X' as in statistics: a transpose, where X is an array and X' is no name of its own."""
    from derive.documents.meaning.values import transpose

    assert isinstance(node.base, s.Name)
    name, table = node.base.name, c.table
    definition = table.definitions.get(name)
    if (
        node.primes > 1
        or table.known(_name_with(node))
        or _name_with(node) in c.bindings
        or name in table.functions
        or (definition and definition.parameters)
    ):
        return None
    if not table.known(name) and name not in c.bindings and not table.ranks.get(name, 0):
        return None
    value = resolve(node, name, node.sub, Superscript(), c)
    return transpose(value, node.at) if value.rank else None


def _primed_value(value: Value, node: s.Script, c: Context) -> Value:
    """(A B)' is a transpose, (ln x)' a derivative in the only variable."""
    from derive.documents.functions.inserted import derived
    from derive.documents.meaning.values import transpose
    from derive.expr import tensors

    scalars = [t for t in tensors(value.expr) if not t.rank] if value.rank == 0 else []
    if len(scalars) == 1 and not value.axes:
        return Value(derived(value.expr, scalars[0], node.primes, c))
    if value.rank == 0 or node.primes > 1:
        raise Unreadable(node.at, "a prime on an expression", "a function before the prime, or a matrix to transpose")
    return transpose(value, node.at)


def _name_with(node: s.Script) -> str:
    assert isinstance(node.base, s.Name)
    return node.base.name + "prime" * node.primes


def subscripted(base: s.Node, value: Value, node: s.Script, c: Context) -> Value:
    """(A B)_{ij}; (1 - t)_+ is the positive part; \\|x\\|_2 is a norm of its own kind."""
    if isinstance(base, s.Bracket) and base.kind in "([{" and [t.text for t in strip(node.sub)] == ["+"]:
        return entrywise(relu, "the positive part", node.at, value)
    if isinstance(base, s.Bracket) and base.kind in ("||", "|"):
        from derive.documents.functions.wholes import norm

        return norm(base, node.sub, c)
    if isinstance(base, s.Bracket) and base.kind == "<" and word_of(node.sub) == "F":
        return value
    return entry(value, node.sub, node.at, c)
