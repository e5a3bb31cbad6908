"""Where a family over layers or steps begins: which values there are before the first step of its definition."""

from __future__ import annotations

from typing import TYPE_CHECKING

from derive.documents.names.mentions import mentioned, reachable
from derive.documents.names.scripts import strip, superscript
from derive.documents.names.sizes import step_of
from derive.documents.syntax import tree as s
from derive.documents.trouble import Unreadable

if TYPE_CHECKING:
    from derive.documents.meaning.context import Context
    from derive.documents.names.symbols import Definition


def extends(d: Definition, step: int, c: Context) -> bool:
    """Whether `d`, stated for later steps, gives the value here: B^{(0)} = (A^{(0)})^T, where A^{(0)} is given."""
    if d.since or d.name in mentioned(d.rhs):
        return False
    steps = _asked(d, step, c)
    return bool(steps) and all(n is not None and has_value(name, n, c) for name, n in steps)


def _asked(d: Definition, step: int, c: Context) -> list[tuple[str, int | None]]:
    """The families that the definition needs at this step, each with its step; None where that is open."""
    from derive.documents.syntax.tree import walk

    nodes = [n for n in walk(d.rhs) if isinstance(n, s.Script) and isinstance(n.base, s.Name)]
    families = [
        (n.base.name, strip(superscript(n.sup).layer or n.sub)) for n in nodes if c.table.is_family(n.base.name)
    ]
    env = c.env
    c.env = {**env, d.letter: step - d.shift}
    try:
        return [(name, step_of(tokens, c)) for name, tokens in families]
    finally:
        c.env = env


def _is_cut_off(name: str, step: int, c: Context) -> bool:
    """Whether what is given lies between a recursion and this value: of u_0 in u_s = W h_{s-1}, h_s = g(u_s), h_0."""
    seen: set[tuple[str, int]] = set()
    near = range(step + 1, step + 4)  # what is asked for further on is asked for here, and a recursion may go upwards
    stack = [(name, n) for n in near]
    while stack:
        at = stack.pop()
        if at == (name, step):
            return False
        d = c.table.definitions.get(at[0])
        if at in seen or d is None or not d.letter or is_given(*at, c) or at[1] not in near:
            continue
        seen.add(at)
        for other, n in _asked(d, at[1], c):
            if n is None:
                return False  # nobody knows
            stack.append((other, n))
    return True


def has_value(name: str, step: int, c: Context) -> bool:
    """Whether the family has a value at the step: by itself, by its definition, or as the start of a recursion."""
    if is_given(name, step, c):
        return True
    d = c.table.definitions.get(name)
    if d is None or not d.letter:
        return False
    low = 1 if d.low is None else d.low
    return step >= (low - 1 if name in mentioned(d.rhs) else low)


def is_given(name: str, step: int, c: Context) -> bool:
    return any(n in c.table.symbols or n in c.table.definitions for n in _names(name, step))


def is_listed(d: Definition, step: int, c: Context) -> bool:
    """Whether `h_0, h_1, h_2, h_3 \\in \\mathbb R^m` says only what h_2 is like, and h_t = ... which one it is.

    So it is where the list begins before the first step of a definition that goes back by one step at most: h_0 is the
    start. A number or an array with a property of its own is no such member.
    """
    low = 1 if d.low is None else d.low
    if step < low or d.letters or not is_given(d.name, low - 1, c) or _goes_far_back(d):
        return False
    symbol = next((x for n in _names(d.name, step) if (x := c.table.symbols.get(n)) is not None), None)
    start = next((x for n in _names(d.name, low - 1) if (x := c.table.symbols.get(n)) is not None), None)
    if symbol is None or symbol.properties or symbol.low or symbol.high or symbol.form or symbol.unit:
        return False
    return start is None or len(start.dims) == len(symbol.dims)


def _goes_far_back(d: Definition) -> bool:
    """Whether h_{t-2} stands in it, too."""
    scripts = [n for n in d.rhs.nodes if isinstance(n, s.Script)]
    back = [strip(superscript(n.sup).layer or n.sub) for n in scripts]
    steps = [x[2].text for x in back if len(x) == 3 and x[0].text == d.letter and x[1].is_("-")]
    return any(not n.isdigit() or int(n) + d.shift > 1 for n in steps)


def _names(name: str, step: int) -> tuple[str, str]:
    return f"{name}^({step})", f"{name}_{step}"


def check(name: str, step: int, at: int, c: Context) -> None:
    """Raise Unreadable where a defined family has no value: before step 0 or, without a recursion, its first step.

    The start of a recursion is an input; an earlier value is one if the recursion itself asks for it.
    """
    d, symbol = c.table.definitions.get(name), c.table.symbols.get(name)
    if d is None or not d.letter or is_given(name, step, c) or any(n == name for n, _ in c.computing):
        return
    derived = name not in reachable(name, c.table) and not (symbol is not None and symbol.letter)
    unlinked = name in mentioned(d.rhs) and step < (1 if d.low is None else d.low) - 1  # w_0, where w_1 is the start
    if step < 0 or derived or unlinked or _is_cut_off(name, step, c):
        raise Unreadable(at, f"{name} at {d.letter} = {step}", f"a value of {name} before its first step")
