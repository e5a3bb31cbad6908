"""Limits of elementary functions of one scalar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sympy import Expr, Symbol, oo
from sympy import limit as sympy_limit

from derive.documents.meaning.values import Value, scalar
from derive.documents.names.scripts import letter_of, strip
from derive.documents.names.table import Tokens
from derive.documents.source.rows import relations
from derive.documents.syntax import tree as s
from derive.documents.trouble import Unreadable
from derive.expr import Elem, Tensor, sigmoid, softplus, tensors, unfold
from derive.expr.nodes import Binder, contains

if TYPE_CHECKING:
    from derive.documents.meaning.context import Context

MAX_NODES = 60


def limit(node: s.Big, c: Context) -> Value:
    """The limit of the body; both it and the point must be simple."""
    from derive.documents.meaning.lower import lower

    letter, point, side = _target(node, c)
    variable = lower(s.Name(node.at, letter), c)
    body = lower(node.body, c)
    if not isinstance(variable.expr, Elem) or variable.axes or body.axes:
        raise Unreadable(node.at, "a limit of an array", "a limit of a scalar in a scalar")
    e = unfold(body.expr, c.program(body.expr), frozenset((variable.expr.tensor,)))
    if point == 0 and not side and variable.expr.is_nonnegative:
        side = "+"  # t > 0 goes to 0 from above only
    value = _computed(e, variable.expr, point, side or "+-", node)
    return scalar(value)


def _target(node: s.Big, c: Context) -> tuple[str, Expr, str]:
    """The letter, the point, and the side that the letter comes from: "+", "-" or none."""
    chain = relations(list(strip(node.sub)))
    letter = letter_of(tuple(chain.sides[0])) if len(chain.relations) == 1 else None
    if letter is None or str(chain.relations[0]) != "\\to":
        raise Unreadable(node.at, "a limit without a point", r"\lim_{t \to \infty}")
    tokens = tuple(chain.sides[1])
    raised = next((n for n, t in enumerate(tokens) if t.is_("^")), len(tokens))
    side = "".join(t.text for t in strip(tokens[raised + 1 :]))
    if side in ("+", "-"):
        return letter, _point(tokens[:raised], c, node.at), side
    return letter, _point(tokens[:raised] if side == "pm" else tokens, c, node.at), ""


def _point(tokens: Tokens, c: Context, at: int) -> Expr:
    from derive.documents.meaning.lower import lower

    bare = [t for t in tokens if not t.is_("+", "-")]
    if len(bare) == 1 and bare[0].is_("\\infty"):
        return -oo if tokens[0].is_("-") else oo
    value = lower(c.tree(tokens, at), c)
    if value.axes or tensors(value.expr):
        raise Unreadable(at, "this point of a limit", r"a number or \infty")
    return value.expr


def _computed(e: Expr, x: Elem, point: Expr, side: str, node: s.Big) -> Expr:
    atoms: dict[Expr, Symbol] = {}
    if contains(e, Binder) or sum(1 for _ in _walk(e)) > MAX_NODES:
        raise Unreadable(node.at, "a limit of a sum or of a long expression", "a limit of an elementary function")
    plain = _plain(e, atoms)
    symbol = atoms.get(x)
    if symbol is None:
        return e
    try:
        value = sympy_limit(plain, symbol, point, side)
    except (NotImplementedError, ValueError, TypeError, RecursionError):
        raise Unreadable(node.at, "a limit that could not be computed", "a simpler one") from None
    if not value.is_finite:
        raise Unreadable(node.at, "a limit that is not finite", "a finite limit")
    return value.xreplace({v: k for k, v in atoms.items()})


def _walk(e: Expr):
    yield e
    for a in () if isinstance(e, (Elem, Tensor)) else e.args:
        yield from _walk(a)  # type: ignore[arg-type]


def _plain(e: Expr, atoms: dict[Expr, Symbol]) -> Expr:
    """Elements as symbols, functions of the field as SymPy's."""
    from sympy import exp, log

    if isinstance(e, Elem):
        positive = True if e.is_positive else None
        return atoms.setdefault(e, Symbol(f"u{len(atoms)}", real=True, positive=positive))
    if not e.args:
        return e
    args = [_plain(a, atoms) for a in e.args]  # type: ignore[arg-type]
    if isinstance(e, sigmoid):
        return 1 / (1 + exp(-args[0]))
    if isinstance(e, softplus):
        return log(1 + exp(args[0]))
    return e.func(*args)
