"""What a name with scripts stands for: a value, in the light of the symbol table and the letters in scope."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sympy import E, Expr, Integer, S, pi

from derive.documents import syntax as s
from derive.documents.members import functions_of, positions
from derive.documents.names import (
    COMMON,
    INDEX_LETTERS,
    Superscript,
    is_numeral,
    items,
    letter_of,
    strip,
    superscript,
    word_of,
)
from derive.documents.parser import WORDS
from derive.documents.sizes import step_of
from derive.documents.table import Tokens
from derive.documents.trouble import Clash, Unreadable
from derive.documents.values import Value, axis, eye, make, scalar
from derive.expr import Delta, Elem, Index, Size, rename

if TYPE_CHECKING:
    from derive.documents.context import Context

UNKNOWN_FUNCTIONS = frozenset(("f", "g", "h", "phi", "varphi", "psi"))
ACCENTED = ("hat", "bar", "tilde", "dot")


def name_value(node: s.Name, c: Context) -> Value:
    """A letter by itself."""
    return resolve(node, node.name, (), Superscript(), c)


def script_value(node: s.Script, c: Context) -> Value:
    """A letter with scripts, or scripts on any other factor."""
    from derive.documents.functions import bare_derivative
    from derive.documents.lower import lower
    from derive.documents.powers import raised

    sup = superscript(node.sup)
    base = node.base
    if isinstance(base, s.Name) and base.name in c.table.raised and (letter_of(sup.acts) or is_numeral(sup.acts)):
        sup = Superscript(layer=strip(sup.acts))  # x^i of x^1, ..., x^n
    if isinstance(base, s.Bracket) and base.kind == "{" and len(base.items) == 1 and not node.primes:
        base = base.items[0] if isinstance(base.items[0], s.Name) else base
    if isinstance(base, s.Num):
        sup = Superscript(acts=strip(node.sup))  # 10^{(a-b)/400}: numbers have no layers
    if not isinstance(base, s.Name):
        if sup.layer or sup.name:
            if isinstance(base, s.Script) and isinstance(base.base, s.Name) and not base.sup:
                return script_value(s.Script(node.at, base.base, base.sub, node.sup, node.primes), c)
            raise Unreadable(node.at, "a superscript on an expression", "a power or a transpose")
        value = lower(base, c)
        if sup.transposed and not sup.inverse and not node.sub and isinstance(base, s.Bracket) and len(base.items) > 1:
            return value  # (1, 2)^T: the way to write a column within a line
        if node.sub:
            value = subscripted(base, value, node, c)
        if node.primes:
            value = _primed_value(value, node, c)
        return raised(value, sup, node.at, c)
    if node.primes and name_with(node) in c.table.broken:
        raise Unreadable(
            node.at,
            f"{base.name}{chr(39) * node.primes}, whose definition could not be read",
            "a definition that is understood",
        )
    if node.primes:
        found = bare_derivative(node, c)
        if found is not None:
            return found
        if not (sup.layer or sup.name) and (value := _transposed(node, c)) is not None:
            return raised(value, sup, node.at, c)
        value = resolve(node, base.name + "prime" * node.primes, node.sub, sup, c)
        return raised(value, sup, node.at, c)
    if base.name == "e" and not node.sub and sup.layer and not c.table.known("e"):
        sup = Superscript(acts=strip(node.sup))  # e^{(a + b)}
    if (
        base.name == "e"
        and not node.sub
        and sup.acts
        and not sup.entrywise
        and (not c.table.known("e") or not is_numeral(sup.acts))
    ):
        from derive.documents.powers import exponential

        _refuse_other_e(node, c)
        return exponential(lower(c.tree(sup.acts, node.at), c), node.at, c)
    if base.name == "e" and not node.sub and sup.name and c.table.known(sup.name) and not c.table.known("e"):
        from derive.documents.powers import exponential

        return exponential(lower(c.tree(node.sup, node.at), c), node.at, c)  # e^{lv}, where lv is declared
    value = resolve(node, base.name, node.sub, sup, c)
    if sup.transposed and value.rank == 0 and _counts_steps(node.sup, c):
        return raised(value, replace(sup, transposed=False, acts=strip(node.sup)), node.at, c)
    return raised(value, sup, node.at, c)


def _refuse_other_e(node: s.Script, c: Context) -> None:
    """e^k, where e is declared a number or has one: of a vector, or of an error e = y - t, it is the exponential all the same."""
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
    from derive.documents.values import transpose

    assert isinstance(node.base, s.Name)
    name, table = node.base.name, c.table
    definition = table.definitions.get(name)
    if (
        node.primes > 1
        or table.known(name_with(node))
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
    from derive.documents.functions import derived
    from derive.documents.values import transpose
    from derive.expr import tensors

    scalars = [t for t in tensors(value.expr) if not t.rank] if value.rank == 0 else []
    if len(scalars) == 1 and not value.axes:
        return Value(derived(value.expr, scalars[0], node.primes, c))
    if value.rank == 0 or node.primes > 1:
        raise Unreadable(node.at, "a prime on an expression", "a function before the prime, or a matrix to transpose")
    return transpose(value, node.at)


def name_with(node: s.Script) -> str:
    assert isinstance(node.base, s.Name)
    return node.base.name + "prime" * node.primes


def subscripted(base: s.Node, value: Value, node: s.Script, c: Context) -> Value:
    """(A B)_{ij}; \\|x\\|_2 is a norm of its own kind."""
    if isinstance(base, s.Bracket) and base.kind in ("||", "|"):
        from derive.documents.wholes import norm

        return norm(base, node.sub, c)
    if isinstance(base, s.Bracket) and base.kind == "<" and word_of(node.sub) == "F":
        return value
    return entry(value, node.sub, node.at, c)


def entry(value: Value, sub: Tokens, at: int, c: Context) -> Value:
    """The entry, row or column of an array at indices."""
    parts = items(sub)
    if len(parts) == 1 and value.rank == 2 and 1 in value.shape:
        value = make(value.expr, value.axes[1])
    if len(parts) > value.rank:
        raise Unreadable(at, f"{len(parts)} indices", f"at most {value.rank} for an array with {value.rank} axes")
    names: dict[Index, Expr] = {}
    kept: list[Index] = []
    for part, ax in zip(parts, value.axes, strict=False):
        if _is_slice(part):
            kept.append(ax)
        else:
            names[ax] = position(part, ax.dim, at, c)
    # free letters may have the name of an axis still to be renamed: rename in one go
    rest = (*kept, *value.axes[len(parts) :])
    if len(parts) == value.rank == 2 and _is_slice(parts[1]) and not _is_slice(parts[0]):
        rest = (Index("~row", S.One), *rest)  # X_{n,:} is a row
    return make(rename(value.expr, names), *rest)


def _is_slice(part: Tokens) -> bool:
    return len(part) == 1 and part[0].is_(":", "\\cdot", "\\bullet", "*")


def position(part: Tokens, dim: Expr | None, at: int, c: Context) -> Expr:
    """An index letter, or a fixed position counted from one."""
    part = strip(part)
    letter = letter_of(part)
    if letter is None and len(part) > 1 and all(t.is_("'") for t in part[1:]) and part[0].kind == "letter":
        letter = part[0].text + "'" * (len(part) - 1)
    if letter is not None and letter not in c.env:
        return c.index(letter, dim, at)
    number = step_of(part, c)
    if number is None or number < 1:
        raise Unreadable(
            part[0].start if part else at, word_of(part) if part else "nothing", "an index letter or a position from 1"
        )
    if dim is not None and dim.is_Integer and number > dim:
        raise Unreadable(at, f"position {number}", f"a position up to {dim}")
    return Integer(number - 1)


# -- names -------------------------------------------------------------------------------------------------------
def resolve(node: s.Node, base: str, sub: Tokens, sup: Superscript, c: Context) -> Value:
    """The value of a name: bound parameter, step, known symbol, constant, size, or an input that is not declared."""
    at = node.at
    if sup.name:
        base = f"{base}_{sup.name}"
    if sup.layer:
        return layered(at, base, sub, sup.layer, c)
    if base in c.bindings:
        return entry(c.bindings[base], sub, at, c) if sub else c.bindings[base]
    if not sub:
        return bare(at, base, c)
    sub = strip(sub)
    if (full := full_name(base, sub, c)) is not None:
        return bare(at, full, c)
    parts = items(sub)
    for n in range(len(parts) - 1, 0, -1):  # W_{1,ij} is an entry of W_1
        name = f"{base}_{','.join(map(word_of, parts[:n]))}"
        if c.table.known(name) and not c.table.known(base):
            return _rest(bare(at, name, c), parts[n:], at, c)
    family = stepped(at, base, parts, c)
    if family is not None:
        return family
    if base in c.table.units and len(parts) == 1 and not c.table.known(base):
        return unit_vector(base, parts[0], at, c)
    if (member := functions_of(base, sub, c.table)) is not None:
        from derive.documents.functions import body_of

        with c.bound(positions(member, sub, at, c)):
            return body_of(base, at, c)
    if base == "delta" and len(parts) == 2 and _kronecker(base, parts, c):
        return kronecker(parts, at, c)
    return indexed(at, base, sub, parts, c)


def full_name(base: str, sub: Tokens, c: Context) -> str | None:
    """The name with its subscript, where that is a name the note knows, or words."""
    name = f"{base}_{word_of(sub)}"
    if c.table.is_family(base) and step_of(sub, c) is not None:
        return None
    number = _in_env(sub, c)
    if number is not None and c.table.known(f"{base}_{number}"):
        return f"{base}_{number}"
    if c.table.known(name) or name in c.bindings:
        return name
    first, *more = items(sub)
    if more and c.table.known(f"{base}_{word_of(first)}"):
        return None  # x_{in,j} is an entry of x_in
    return name if any(t.kind in ("word", "text") for t in sub) else None


def _in_env(sub: Tokens, c: Context) -> int | None:
    """The number that a subscript made of step letters has."""
    if not any(t.text in c.env for t in sub):
        return None
    return step_of(sub, c)


def bare(at: int, name: str, c: Context) -> Value:
    t = c.table
    if name in c.bindings:
        return c.bindings[name]
    if name in c.env and name not in t.definitions:
        c.used_steps.add(name)
        return scalar(Integer(c.env[name]))
    letter = c.letters.get(name)
    if letter is not None and not t.known(name):
        if isinstance(letter, Index):
            raise Unreadable(at, f"the index {name} as a number", "a symbol with a value")
        return scalar(letter)
    if name in t.definitions and t.definitions[name].parameters:
        from derive.documents.functions import body_of

        return body_of(name, at, c)
    if name in t.sizes and t.has_only_members(name):
        return scalar(c.resolved(Size(name)))  # N beside N_k
    if t.known(name) and name not in t.functions:
        if t.is_family(name):
            raise Unreadable(at, f"{name} without a layer or step", f"{name} with its layer or step")
        return c.whole(c.tensor_of(name, None, at))
    if name in CONSTANTS:
        return scalar(CONSTANTS[name])
    if name == "I" or (name.startswith("I_") and name != "I_"):
        return identity(name, at, c)
    if name in t.sizes:
        return scalar(c.resolved(Size(name)))
    if name in t.functions or name.lower() in WORDS:
        raise Unreadable(at, f"the function {name} without an argument", f"{name}(...)")
    return c.whole(c.tensor_of(name, None, at))


CONSTANTS: dict[str, Expr] = {"e": E, "pi": pi}


def identity(name: str, at: int, c: Context) -> Value:
    _, _, size = name.partition("_")
    if size.isdigit():
        return eye(Integer(size))
    if size and size in c.table.sizes:
        return eye(Size(size))
    return eye(c.resolved(Size(f"?I@{at}{c.suffix()}")))


def layered(at: int, base: str, sub: Tokens, layer: Tokens, c: Context) -> Value:
    """W^{(l)}, \\delta^{(l)}_j; or x^{(i)}, the i-th of a list of arrays."""
    name = base if not sub else full_name(base, sub, c)
    step = step_of(layer, c)
    if name is not None and name != base:
        sub = ()
    name = name or base
    if step is not None and (base in c.table.layered or name in c.table.layered):
        value = c.whole(c.tensor_of(name, step, at))
        return entry(value, sub, at, c) if sub else value
    letter = letter_of(layer)
    rank = len(items(sub)) if sub else 0
    tensor = c.tensor_of(name, None, at, None if c.table.known(name) else 1 + max(rank, c.table.ranks.get(name, 0)))
    if letter is None and step is None:
        raise Unreadable(at, word_of(layer), "a layer, or the index of a sample")
    if tensor.rank < 1:
        raise Unreadable(
            at, f"{name} with an index in brackets", f"a declaration of {name} as an array, or of the range of {letter}"
        )
    value = c.whole(tensor, (position(layer, tensor.dims[0], at, c),))
    return entry(value, sub, at, c) if sub else value


def stepped(at: int, base: str, parts: list[Tokens], c: Context) -> Value | None:
    """v_t, h_{l-1}, v_3: a member of a family that is indexed by steps."""
    t = c.table
    numbered = [f"{base}_0", f"{base}_1"]
    family = t.is_family(base) or (any(n in t.definitions or n in t.symbols for n in numbered) and len(parts) == 1)
    step = step_of(parts[0], c) if parts else None
    mentions = any(u.text in t.steps and u.text in c.env for u in parts[0]) if parts else False
    if step is None or not (family or mentions):
        return None
    if not t.is_family(base) and t.symbols.get(base) and t.symbols[base].dims and not mentions:
        return None
    value = c.whole(c.tensor_of(base, step, at))
    return _rest(value, parts[1:], at, c) if len(parts) > 1 else value


def _rest(value: Value, parts: list[Tokens], at: int, c: Context) -> Value:
    joined: list = []
    for p in parts:
        joined += [*p, _comma(p)]
    return entry(value, tuple(joined[:-1]), at, c)


def _comma(p: Tokens):
    from derive.documents.tokens import Token

    return Token("sym", ",", p[0].start, p[0].start)


def _kronecker(base: str, parts: list[Tokens], c: Context) -> bool:
    """Whether delta_{ij} is Kronecker's: what the note calls delta, if anything, has fewer than two indices."""
    t = c.table
    d, symbol = t.definitions.get(base), t.symbols.get(base)
    fewer = True
    if symbol is not None:
        fewer = len(symbol.dims) + len(symbol.lead) < 2
    elif d is not None:
        fewer = not d.parameters and len(d.letters) < 2 and (bool(d.letter) or c.tensor_of(base).rank < 2)
    some = any(_is_position(p, c) for p in parts)
    return fewer and base not in t.functions and some and all(_is_position(p, c) or _is_fresh(p, c) for p in parts)


def kronecker(parts: list[Tokens], at: int, c: Context) -> Value:
    """delta_{kj}: both letters run over the same range."""
    from derive.documents.values import same

    i, j = (position(p, None, at, c) for p in parts)
    if isinstance(i, Index) and isinstance(j, Index):
        same(i.dim, j.dim)
    return scalar(Delta(i, j))


def unit_vector(base: str, part: Tokens, at: int, c: Context) -> Value:
    """e_i, where the note says that it is a unit vector: one at position i, else zero."""
    i = axis(0, c.resolved(Size(f"?{base}@{at}{c.suffix()}")))
    return Value(Delta(i, position(part, i.dim, at, c)), (i,))


def _is_position(part: Tokens, c: Context) -> bool:
    part = strip(part)
    if len(part) == 1 and part[0].kind == "num" and part[0].text.isdigit():
        return True
    if len(part) > 1 and all(t.is_("'") for t in part[1:]):
        return part[0].kind == "letter"
    letter = letter_of(part)
    if letter is None:
        return step_of(part, c) is not None
    return letter in c.letters or letter in c.table.ranges or letter in c.table.indices or letter in INDEX_LETTERS


def indexed(at: int, base: str, sub: Tokens, parts: list[Tokens], c: Context) -> Value:
    """Entries of arrays; else the subscript is a part of the name."""
    from derive.documents import shifts

    t = c.table
    known = t.known(base)
    if not known and len(parts) == 2 and len(base) == 1 and base.islower() and all(_is_position(p, c) for p in parts):
        upper = base.upper()
        if t.known(upper) and not t.is_family(upper) and _rank(upper, at, c) == 2 and upper not in t.sizes:
            return _taken(c.whole(c.tensor_of(upper, None, at)), parts, at, c)  # x_{ij} are the entries of X
    if base == "I" and not known and len(parts) == 1:
        return identity(f"I_{word_of(sub)}", at, c)
    if (beyond := shifts.outside(base, parts, c)) is not None:
        return beyond
    rank = _rank(base, at, c)
    positions = all(_is_position(p, c) or _is_slice(p) for p in parts) or (
        known and rank == len(parts) > 1 and all(_is_fresh(p, c) or _is_position(p, c) for p in parts)
    )
    letters = any(letter_of(p) is not None and letter_of(p) not in t.symbols for p in parts)
    if known and rank >= 1 and positions:
        tensor = c.tensor_of(base, None, at)
        if len(parts) == 1 and len(parts[0]) == 1 and parts[0][0].kind == "num" and rank == len(parts[0][0].text) == 2:
            parts = [_digit(parts[0][0], k) for k in range(2)]
        return _taken(c.whole(tensor), parts, at, c)
    bound = any(letter_of(p) in c.letters or letter_of(p) in t.ranges for p in parts)
    common = all(
        (letter_of(p) or "?")[0] in COMMON or letter_of(p) in t.indices or letter_of(p) in c.letters for p in parts
    )
    if positions and letters and (bound or common) and not (known and rank == 0 and not bound):
        name = base if not known else f"{base}_each"
        extra = t.ranks.get(base, 0) if t.ranks.get(base, 0) > len(parts) else len(parts)
        tensor = c.tensor_of(name, None, at, None if t.known(name) else extra)
        return _taken(c.whole(tensor), parts, at, c)
    if (
        positions
        and not known
        and t.ranks.get(base, 0) >= len(parts)
        and f"{base}_{word_of(sub)}" not in t.symbols
        and letters
    ):
        return _taken(c.whole(c.tensor_of(base, None, at)), parts, at, c)
    if computed(sub) and not t.known(f"{base}_{word_of(sub)}"):
        raise Unreadable(at, f"the subscript {word_of(sub)}", "an index letter, a position, or a step that is numbered")
    return bare(at, f"{base}_{word_of(sub)}", c)


def computed(sub: Tokens) -> bool:
    """Whether a subscript is a sum or a difference, as in x_{i+a-1}, and so no part of a name."""
    return any(t.is_("+", "-") for t in strip(sub)[1:-1])


def _is_fresh(part: Tokens, c: Context) -> bool:
    """A letter without a value: as many of them as a declared array has axes are its indices."""
    letter = letter_of(part)
    return letter is not None and not c.table.known(letter) and letter not in c.table.sizes


def _digit(t, k: int):
    from derive.documents.tokens import Token

    return (Token("num", t.text[k], t.start + k, t.start + k + 1),)


def _rank(base: str, at: int, c: Context) -> int:
    t = c.table
    if not t.known(base) or base in t.functions or t.is_family(base):
        return -1
    if base in t.definitions and t.definitions[base].parameters:
        return -1
    return c.rank_of(c.tensor_of(base, None, at))


def _taken(value: Value, parts: list[Tokens], at: int, c: Context) -> Value:
    if len(parts) > value.rank and is_numeral(parts[0]) and not is_numeral(parts[1]):
        raise Unreadable(
            at, "a multiple of an index", "an index letter, or as many indices as the array has axes"
        )  # u_{2i}
    if len(parts) > value.rank:
        raise Clash(f"{len(parts)} indices on an array with {value.rank} axes", at)
    return _rest(value, parts, at, c)


def is_elem(value: Value) -> Elem | None:
    """The element, if a value is a plain name or entry."""
    return value.expr if isinstance(value.expr, Elem) else None
