"""Limits of elementary functions of one scalar."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from typing import TYPE_CHECKING

from sympy import Abs, Expr, Float, Integer, Rational, S, Symbol, nan, oo, sign, together, zoo
from sympy import limit as sympy_limit

from derive.documents.declarations.bounds import is_below_one
from derive.documents.meaning.domains import bounded_by
from derive.documents.meaning.values import Value, scalar
from derive.documents.names.scripts import letter_of, strip
from derive.documents.names.symbols import Tokens
from derive.documents.source.rows import relations
from derive.documents.sums import recursive
from derive.documents.sums.slopes import slope
from derive.documents.syntax import tree as s
from derive.documents.trouble import Unreadable
from derive.expr import (
    Elem,
    Let,
    Tensor,
    Where,
    maximum,
    minimum,
    relu,
    sigmoid,
    softplus,
    step,
    substitute,
    tensors,
    unfold,
)
from derive.expr.nodes import Binder, contains
from derive.expr.symbols import ENDS

if TYPE_CHECKING:
    from derive.documents.meaning.context import Context

MAX_NODES = 60
NEAR = 1e-3
FAR = (2, 7, 20)  # powers of ten
INFINITIES = (oo, -oo)


def limit(node: s.Big, c: Context, *, infinite: bool = False) -> Value:
    """The limit of the body; both it and the point must be simple. `infinite`: it may be one of the infinities."""
    from derive.documents.meaning.lower import lower

    letter, point, side = _target(node, c)
    counts = letter in c.env or letter in c.table.sizes  # it goes on for ever, whatever number it has elsewhere
    own = {letter: Value(Tensor(letter, (), None, ("positive",))())} if counts else {}
    with c.apart({k: v for k, v in c.env.items() if k != letter}) if own else nullcontext(), c.bind(own):
        variable = lower(s.Name(node.at, letter), c)
        steps = recursive.members(node.body, letter, variable.expr, c) if isinstance(variable.expr, Elem) else {}
        with c.bind(steps):
            body = lower(node.body, c)
    if not isinstance(variable.expr, Elem) or variable.axes:
        raise Unreadable(node.at, "a limit in an array", "a limit in a scalar")
    known, tensor = c.program(body.expr), variable.expr.tensor
    e = unfold(body.expr, known, bounded_by(tensor, known) | {tensor})
    if point == 0 and (found := slope(e, variable.expr, c)) is not None:
        return Value(found, body.axes)
    if body.axes:
        raise Unreadable(node.at, "a limit of an array", "a limit of a scalar, or a derivative")
    if point == 0 and not side and variable.expr.is_nonnegative:
        side = "+"  # t > 0 goes to 0 from above only
    value = _computed(e, variable.expr, point, side or "+-", node)
    if value in INFINITIES:
        if not infinite:
            raise Unreadable(node.at, "a limit that is not finite", "a finite limit")
        return Value(value)
    return scalar(value)


def infinity(node: s.Node) -> Value | None:
    """\\infty and -\\infty, as the value of a limit."""
    sign = 1
    if isinstance(node, s.Sum) and len(node.terms) == 1:
        ((sign, node),) = node.terms
    return Value(sign * oo) if isinstance(node, s.Special) and node.name == "infty" else None


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
    if contains(e, Binder) or sum(1 for _ in _walk(e)) > MAX_NODES:
        raise Unreadable(node.at, "a limit of a sum or of a long expression", "a limit of an elementary function")
    if x.tensor not in tensors(e):
        return e
    if point in INFINITIES:
        e = _far_out(e, x, point)
        e = _decayed(e, x) if point == oo else e
    if x.tensor not in tensors(e):
        return e
    value = _of_tail(e, x, point) if tensors(e) == {x.tensor} else None
    if value is None:
        value = _by_sympy(e, x, point, side)
    if value is None:
        raise Unreadable(node.at, "a limit that could not be computed", "a simpler one")
    return value


def _far_out(e: Expr, x: Elem, point: Expr) -> Expr:
    """The expression as it is far out: of cases that x alone decides, the one that holds there."""
    if isinstance(e, Elem) or not e.args:
        return e
    args = [_far_out(a, x, point) for a in e.args]
    if type(e) in CHOSEN and (up := _is_up(args[0] - args[1], x, point)) is not None:
        return args[0 if up == (type(e) is maximum) else 1]
    if type(e) in DECIDED and (up := _is_up(args[0], x, point)) is not None:
        return DECIDED[type(e)](up, *args)
    return e.func(*args)


CHOSEN = (maximum, minimum)


def _is_up(e: Expr, x: Elem, point: Expr) -> bool | None:
    """Whether e is positive far out; None where that is not known, or does not depend on x, or where it is neither."""
    if x.tensor not in tensors(e):
        return None
    far = _of_tail(e, x, point) if tensors(e) == {x.tensor} else _of_line(e, x, point)
    if far is None or not (far.is_extended_positive or far.is_extended_negative):
        return None
    return bool(far.is_extended_positive)


def _of_line(e: Expr, x: Elem, point: Expr) -> Expr | None:
    """The limit at infinity of (alpha - 1) t + b, where the sign of the slope is known."""
    others = sorted((u for u in e.atoms(Elem) if u != x), key=str)
    if any(u.tensor.properties & ENDS for u in others):
        return None  # the slope may be zero
    t = Symbol("t")
    line = e.xreplace({x: t, **{u: _stand_in(u, n) for n, u in enumerate(others)}})
    slope = together(line.diff(t))
    if slope.has(t) or slope.atoms(Elem) or not (slope.is_positive or slope.is_negative):
        return None
    return point if slope.is_positive else -point


def _decayed(e: Expr, x: Elem) -> Expr:
    """The expression with zero for a^x, where 0 < a < 1: what is left of a function that is continuous there."""
    powers = [u for u in _walk(e) if u.is_Pow and _is_fraction(u.base) and _grows_with(u.exp, x)]
    rest = e.xreplace({u: Symbol(f"~{n}") for n, u in enumerate(powers)})
    if not powers or x.tensor in tensors(rest) or any(contains(e, kind) for kind in DECIDED):
        return e
    found = e.xreplace(dict.fromkeys(powers, S.Zero))
    return e if found.has(nan, zoo, oo, -oo) else found


def _is_fraction(a: Expr) -> bool:
    """Whether 0 <= a < 1."""
    return is_below_one(a.tensor) if isinstance(a, Elem) else bool(a.is_Rational and 0 < a < 1)


def _grows_with(e: Expr, x: Elem) -> bool:
    """Whether e is x times a positive number, and something else."""
    t = Symbol("t")
    slope = e.xreplace({x: t}).diff(t)
    return bool(slope.is_number and slope.is_positive)


DECIDED: dict[type, Callable[..., Expr]] = {
    Where: lambda up, _, yes, no: yes if up else no,
    relu: lambda up, t: t if up else S.Zero,
    step: lambda up, _: S.One if up else S.Zero,
    Abs: lambda up, t: t if up else -t,
    sign: lambda up, _: S.One if up else S.NegativeOne,
}
"""Functions with cases, far out: by whether their first argument is positive there."""


def _of_tail(e: Expr, x: Elem, point: Expr) -> Expr | None:
    """At infinity, of a function of this number alone: by its expansion, kinks and cases included."""
    from derive.analysis.expansions import mirrored, tail_from
    from derive.analysis.variable import z
    from derive.evaluate.refusals import NoValue

    if point not in (oo, -oo):
        return None
    f = substitute(e, {x.tensor: Let(x, z())})
    try:
        return tail_from(f if point == oo else mirrored(f)).limit()
    except NoValue:
        return None


def _by_sympy(e: Expr, x: Elem, point: Expr, side: str) -> Expr | None:
    """SymPy's limit, which is wrong at times: it is believed where numbers near the point come close to it."""
    symbol = Symbol("x", real=True, positive=True if x.is_positive else None)
    atoms: dict[Expr, Expr] = {x: symbol}
    plain = _plain(e, atoms)
    try:
        value = sympy_limit(plain, symbol, point, side)
        for u in plain.free_symbols - {symbol}:  # a number that may be zero: there it must be the same limit
            if not u.is_positive and u.is_nonnegative:
                at_zero = sympy_limit(plain.subs(u, 0), symbol, point, side)
                if at_zero != value and at_zero != value.subs(u, 0):
                    return None
        if value in INFINITIES:
            return value if _grows(plain, symbol, point, side, value) else None
        near = bool(value.is_finite) and _comes_near(plain, symbol, point, side, value)
    except (NotImplementedError, ValueError, TypeError, RecursionError, ArithmeticError):
        return None
    back = {v if v.is_Symbol else next(iter(v.free_symbols)): k if v.is_Symbol else 1 / k - 1 for k, v in atoms.items()}
    return value.xreplace(back) if near else None


def _stand_in(e: Elem, number: int) -> Expr:
    """A symbol; of a number between 0 and 1 the fraction 1/(1 + r) with r > 0, which SymPy knows to be below 1."""
    if is_below_one(e.tensor):
        return 1 / (1 + Symbol(f"r{number}", positive=True))
    if e.is_positive and e.tensor.properties & ENDS:
        return Symbol(f"u{number}", nonnegative=True)
    return Symbol(f"u{number}", real=True, positive=True if e.is_positive else None)


def _comes_near(e: Expr, x: Symbol, point: Expr, side: str, value: Expr) -> bool:
    """Whether, at places ever nearer to the point, the expression is ever nearer to the value, and near at last."""
    others = sorted((e.free_symbols | value.free_symbols) - {x}, key=str)
    for first in (Rational(7, 5), Rational(3, 4)):
        at = {u: first + Rational(k, 7) for k, u in enumerate(others)}
        for way in (-1, 1) if side == "+-" and point.is_finite else (-1 if side == "-" else 1,):
            gaps = [_gap(e, value, {**at, x: place}) for place in _places(point, way)]
            if gaps[-1] is None or gaps[0] is None or gaps[-1] > NEAR or gaps[-1] > max(gaps[0], NEAR**3):
                return False
    return True


def _grows(e: Expr, x: Symbol, point: Expr, side: str, value: Expr) -> bool:
    """Whether, at places ever nearer to the point, the expression grows and goes on to grow, with the sign of it."""
    others = sorted(e.free_symbols - {x}, key=str)
    for way in (-1, 1) if side == "+-" and point.is_finite else (-1 if side == "-" else 1,):
        at = {u: Rational(7, 5) + Rational(k, 7) for k, u in enumerate(others)}
        found = [_gap(e if value == oo else -e, S.Zero, {**at, x: p}, signed=True) for p in _places(point, way, FAR)]
        numbers = [n for n in found if n is not None]
        if len(numbers) < len(FAR) or not numbers[0] < numbers[1] < numbers[2]:
            return False
        if numbers[2] < 1 or 2 * (numbers[2] - numbers[1]) < numbers[1] - numbers[0]:
            return False
    return True


def _places(point: Expr, sign: int, tens: tuple[int, ...] = (2, 7)) -> tuple[Expr, ...]:
    if point in INFINITIES:
        return tuple(Integer(10**n) * (1 if point == oo else -1) for n in tens)
    return tuple(point + sign * Rational(1, 10**n) for n in tens)


def _gap(e: Expr, value: Expr, at: dict[Symbol, Expr], *, signed: bool = False) -> Float | None:
    """How far they are from each other there; None where there is no real number."""
    found = (e - value).evalf(30, subs=at, maxn=400)
    if not (found.is_real and found.is_number):
        return None
    return Float(found if signed else abs(found), 30)


def _walk(e: Expr):
    yield e
    for a in () if isinstance(e, (Elem, Tensor)) else e.args:
        yield from _walk(a)


def _plain(e: Expr, atoms: dict[Expr, Expr]) -> Expr:
    """Elements as what stands for them, functions of the field as SymPy's."""
    from sympy import exp, log

    if isinstance(e, Elem):
        if e not in atoms:
            atoms[e] = _stand_in(e, len(atoms))
        return atoms[e]
    if not e.args:
        return e
    args = [_plain(a, atoms) for a in e.args]
    if isinstance(e, sigmoid):
        return 1 / (1 + exp(-args[0]))
    if isinstance(e, softplus):
        return log(1 + exp(args[0]))
    return e.func(*args)
