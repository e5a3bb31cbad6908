r"""What lies behind a limit over steps: v_t at any t, where v_t = a v_{t-1} + b. (Otherwise t is a number.)

With L = b / (1 - a) it is a^t (v_0 - L) + L.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sympy import Expr, Integer, S, expand

from derive.documents.declarations.bounds import is_below_one
from derive.documents.meaning.values import Value, scalar
from derive.documents.names.scripts import letter_of, strip, superscript, word_of
from derive.documents.names.symbols import Definition
from derive.documents.source.tokens import Token
from derive.documents.syntax import tree as s
from derive.documents.syntax.tree import walk
from derive.documents.trouble import Unreadable
from derive.expr import Elem, Let, Tensor, substitute, tensors, unfold

if TYPE_CHECKING:
    from derive.documents.meaning.context import Context

MAX_DEPTH = 8  # of definitions, one behind the other


def members(node: s.Node, letter: str, t: Elem, c: Context, depth: int = 0) -> dict[str, Value]:
    """The values of the names that belong to step `letter` in a tree, as functions of the number t of the step.

    Raises Unreadable for those of which no formula is found.
    """
    found: dict[str, Value] = {}
    for n in walk(node):
        if not isinstance(n, s.Script) or not isinstance(n.base, s.Name) or not c.table.is_family(n.base.name):
            continue
        layer = superscript(n.sup).layer if n.sup else ()
        if letter not in {x.text for x in (*n.sub, *layer)} or _name(n) in c.bindings:
            continue
        if layer or letter_of(n.sub) != letter or depth > MAX_DEPTH:
            raise _unsolved(n, n.base.name)
        if _name(n) not in found:
            found[_name(n)] = _at_step(n, n.base.name, t, c, depth)
    return found


def _unsolved(node: s.Node, name: str) -> Unreadable:
    return Unreadable(node.at, f"a limit of the recursion {name}", "a limit of its closed form")


def _name(n: s.Script) -> str:
    return f"{n.base.name}_{word_of(strip(n.sub))}" if isinstance(n.base, s.Name) else ""


def _at_step(node: s.Node, base: str, t: Elem, c: Context, depth: int) -> Value:
    from derive.documents.meaning.lower import lower

    d = c.table.definitions.get(base)
    if d is None or d.letters or d.parameters:
        raise _unsolved(node, base)
    previous = _previous(d)
    if not any(isinstance(n, s.Script) and _name(n) in previous for n in walk(d.rhs)):
        if d.shift:
            raise _unsolved(node, base)
        with c.apart({}), c.bind({d.letter: scalar(t), **members(d.rhs, d.letter, t, c, depth + 1)}):
            return lower(d.rhs, c)
    p = Tensor(f"~{base}", (), None, frozenset())()
    known = {d.letter: scalar(t), **dict.fromkeys(previous, scalar(p))}
    with c.apart({}), c.bind(known), c.bind(members(d.rhs, d.letter, t, c, depth + 1)):
        value = lower(d.rhs, c)
    if value.axes:
        raise _unsolved(node, base)
    e = unfold(value.expr, c.program(value.expr), frozenset((p.tensor, t.tensor)))
    solved = _solved(e, p, t, _start(node, d, c), c)
    if solved is None:
        raise _unsolved(node, base)
    return scalar(solved)


def _previous(d: Definition) -> tuple[str, ...]:
    """What the member one step before is called in the definition: v_{t-1} of v_t = ..., v_t of v_{t+1} = ...."""
    return (f"{d.name}_{d.letter}-1",) if not d.shift else (f"{d.name}_{d.letter}",)


def _start(node: s.Node, d: Definition, c: Context) -> tuple[int, Expr]:
    """The number of the first member, and its value."""
    from derive.documents.meaning.lower import lower

    for number in (0, 1):
        if c.table.known(f"{d.name}_{number}"):
            value = lower(s.Script(node.at, s.Name(node.at, d.name), (Token("num", str(number), node.at, node.at),)), c)
            if not value.axes:
                return number, value.expr
    raise _unsolved(node, d.name)


def _solved(e: Expr, p: Elem, t: Elem, start: tuple[int, Expr], c: Context) -> Expr | None:
    """The member number t, where each is the same linear function of the one before."""
    from derive.prove import prove

    b = substitute(e, {p.tensor: Let(p, S.Zero)})
    a = substitute(e, {p.tensor: Let(p, S.One)}) - b
    if t.tensor in tensors(e) or not prove(e, a * p + b, c.program(e)).proved:
        return None
    a, (first, value) = expand(a), start
    if a == 1:
        return value + b * (t - first)
    if not ((isinstance(a, Elem) and is_below_one(a.tensor)) or (a.is_Rational and a != 1)):
        return None
    limit = b / (1 - a)
    return a ** (t - Integer(first)) * (value - limit) + limit
