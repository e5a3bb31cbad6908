"""A name without scripts: a bound letter, a known symbol, a constant, a size, or an input that is not declared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sympy import E, Expr, Integer, pi

from derive.documents.meaning.values import Value, eye, scalar
from derive.documents.source.uses import one_more
from derive.documents.syntax.words import WORDS
from derive.documents.trouble import Ordered, Unreadable
from derive.expr import Elem, Index, Size, Tensor

if TYPE_CHECKING:
    from derive.documents.meaning.context import Context


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
            raise Ordered(at, f"the index {name} as a number", "a symbol with a value")
        return scalar(letter)
    if name in t.definitions and t.definitions[name].parameters:
        from derive.documents.functions.defined import body_of
        from derive.documents.functions.members import of_all

        d = t.definitions[name]
        return of_all(d, at, c, lambda: body_of(name, at, c)) if d.letters else body_of(name, at, c)
    if name in t.sizes and t.has_only_members(name):
        return scalar(c.resolved(Size(name)))  # N beside N_k
    if (symbol := t.symbols.get(name)) is not None and symbol.ordered and name not in t.definitions:
        return scalar(Elem(Tensor(one_more(name))))
    if name in t.single:
        return c.whole(c.tensor_of(one_more(name), None, at))
    if name == "pi" and t.is_circle():
        return scalar(CONSTANTS[name])
    if t.known(name) and name not in t.functions:
        if t.is_family(name) and not t.stands_alone(name):
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
