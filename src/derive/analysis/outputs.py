"""The derivative in terms of the output, by elimination: a = u/(1 + u) is solved for u, which is put into the slope.

Nothing is stored: what the kernel is, whether the equation can be solved for it, and what comes out, is found for each
function; and each result is proved before it is handed out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from sympy import (
    Dummy,
    Expr,
    Mul,
    Poly,
    S,
    Symbol,
    cancel,
    exp,
    expand,
    factor,
    log,
    preorder_traversal,
    resultant,
    together,
)
from sympy.functions.elementary.trigonometric import atan, tan

from derive.analysis.algebra import NotRational, Rationals, X, factors, put, rational
from derive.analysis.extremes import greatest, least
from derive.analysis.facts import Facts
from derive.analysis.pieces import Piece
from derive.analysis.points import exact_value, order
from derive.analysis.variable import at, constant, z
from derive.calculus import differentiate
from derive.calculus.simplify import oriented
from derive.evaluate.refusals import NoValue
from derive.expr import Let, Program, Tensor, Where, sigmoid, step
from derive.verify.decide import decide

OUTPUT = Tensor("a")
KERNEL = Tensor("u")
_A = Dummy("a")
INVERSES: dict[type, Callable[[Expr], Expr]] = {log: exp, atan: tan}
DEGREE = 4  # of polynomials that are eliminated


@dataclass(frozen=True)
class Solved:
    """The slope of one kink-free piece in terms of its output.

    With a kernel: `value` = `in_kernel` is solved as kernel = `kernel_of_output`; `slope_in_kernel` is what it enters.
    """

    piece: Piece
    slope: Expr  # in the output
    kernel: Expr | None = None  # as a function of z
    in_kernel: Expr = S.Zero  # the output, or what it is the logarithm of, in the kernel
    inner: Expr | None = None  # exp(a) where a is a logarithm: what equals `in_kernel` then
    kernel_of_output: Expr = S.Zero
    slope_in_kernel: Expr = S.Zero


@dataclass(frozen=True)
class InOutput:
    """The slope in terms of the output `a`; `also` says which other quantity it mentions ("" for none).

    `at_kinks`: it takes the value of the derivative at the kinks too, where that is a convention.
    """

    slope: Expr
    parts: tuple[Solved, ...] = ()
    also: str = ""
    at_kinks: bool = True


@lru_cache(64)
def in_output(f: Facts) -> InOutput | None:
    """The derivative in terms of the output, proved; None where none was found."""
    rates = {p.expr for p in f.slope.pieces}
    if len(rates) == 1 and constant(*rates):
        return InOutput(*rates)
    if not f.value.pieces or f.jumps or any(p.zone for p in f.value.pieces):
        return None
    try:
        found = _joined(f, [s for p in f.value.pieces for s in (_solved(p),)])
    except (NotRational, NoValue):
        return None
    if found is None and len(f.value.pieces) == 1:
        found = _with_logistic(f.value.pieces[0])
    if found is None or not _holds(f.function, found.slope):
        return None
    smooth = len(f.value.pieces) == 1
    return replace(found, at_kinks=smooth or _holds(f.function, found.slope, almost_everywhere=False))


def _holds(function: Expr, slope: Expr, *, almost_everywhere: bool = True) -> bool:
    """Whether the slope of the function is this expression in its output; off the kinks, or at them too."""
    program = Program((Let(OUTPUT(), function),))
    claim = differentiate(function, z())
    return decide(claim, slope, program, almost_everywhere=almost_everywhere).established


def not_a_function(f: Facts, parity: str) -> str:
    """Why the slope cannot be a function of the output alone, where that is proved; else an empty text."""
    low, high = f.slope.least(), f.slope.greatest()
    if low is None or high is None or not (order(low.high, S.Zero) < 0 < order(high.low, S.Zero)):
        return ""
    if parity == "even":
        return (
            "the function is even: at z and at -z it has the same output, and slopes of opposite sign that are not zero"
        )
    if not f.differentiable:
        return ""
    return (
        "the slope is negative at some places and positive at others, so the output takes values on the way down that "
        "it takes on the way up again, with another slope"
    )


# -- one piece ---------------------------------------------------------------------------------------------------------


def _solved(piece: Piece) -> Solved | None:
    slope = differentiate(piece.expr, z())
    if constant(slope):
        return Solved(piece, exact_value(slope, S.Zero))
    value, rate = rational(piece.expr, slope)
    moving = value.value.free_symbols & value.of_z()
    if len(moving) != 1:
        return None
    (symbol,) = moving
    kernel = value.back(symbol)
    if type(kernel) in INVERSES:
        return _through_inverse(piece, value, rate, symbol, kernel)
    if (rate.value.free_symbols & rate.of_z()) - {symbol}:
        return None
    return _eliminated(piece, value, rate, symbol, value.value, _A, None)


def _through_inverse(piece: Piece, value: Rationals, rate: Rationals, symbol: Symbol, kernel: Expr) -> Solved | None:
    """a = c0 + c1 log g(u): exp((a - c0)/c1) = g(u) is solved for u."""
    p = Poly(value.top, symbol)
    if p.degree() != 1 or symbol in value.bottom.free_symbols:
        return None
    c1, c0 = (c / value.bottom for c in p.all_coeffs())
    if (c1.free_symbols | c0.free_symbols) & value.of_z():
        return None
    inner = INVERSES[type(kernel)]((_A - value.back(c0)) / value.back(c1))
    inside, rates = rational(kernel.args[0], rate.back(rate.value))
    moving = (inside.value.free_symbols | rates.value.free_symbols) & inside.of_z()
    if len(moving) != 1:
        return None
    (s,) = moving
    return _eliminated(piece, inside, rates, s, inside.value, inner, inner)


def _eliminated(
    piece: Piece, r: Rationals, rate: Rationals, s: Symbol, in_kernel: Expr, output: Expr, inner: Expr | None
) -> Solved | None:
    """The kernel s from `output` = `in_kernel`, put into the slope."""
    y = Dummy("y")  # stands for the output, or for exp of it
    equation = Poly(together(y * r.bottom - r.top), s)
    if equation.degree() == 1:
        a, b = equation.all_coeffs()
        solution = cancel(-b / a)
        slope = factor(cancel(together(rate.value.subs(s, solution))))
    else:
        solution = None
        slope = _by_resultant(equation, rate, s, y)
        if slope is None:
            return None
    back = {_A: OUTPUT()}

    def finished(e: Expr) -> Expr:
        return put(r.back(e.subs(y, output)), back)

    kernel = KERNEL() if r.back(s) != z() else z()
    places = {s: kernel}
    return Solved(
        piece,
        tidy(finished(slope)),
        None if solution is None else r.back(s),
        r.back(put(in_kernel, places)),
        None if inner is None else put(inner, back),
        S.Zero if solution is None else tidy(finished(solution)),
        tidy(rate.back(put(factor(rate.value), places))),
    )


def _by_resultant(equation: Poly, rate: Rationals, s: Symbol, y: Symbol) -> Expr | None:
    """The slope d from the resultant of both equations in the kernel, where a factor is linear in d."""
    d = Dummy("d")
    other = Poly(together(d * rate.bottom - rate.top), s)
    if max(equation.degree(), other.degree()) > DEGREE:
        return None
    _, found = factors(resultant(equation.as_expr(), other.as_expr(), s))
    linear = [Poly(p, d) for p, _ in found if d in p.free_symbols and Poly(p, d).degree() == 1]
    if len(linear) != 1:
        return None
    a, b = linear[0].all_coeffs()
    return factor(cancel(-b / a))


def tidy(e: Expr) -> Expr:
    """The shorter of the factored and the expanded form, with signs as on the blackboard: a (1 - a)."""
    if not (e.is_Add or e.is_Mul or e.is_Pow):
        return e
    plain, back = _masked(e)
    forms = (oriented(factor(plain)), expand(plain))
    return put(min(forms, key=lambda f: f.count_ops()), back)


def _masked(e: Expr) -> tuple[Expr, dict]:
    """The arithmetic of `e` with a symbol for everything else."""
    names: dict[Expr, Expr] = {}

    def go(u: Expr) -> Expr:
        if u.is_number:
            return u
        if u.is_Add or u.is_Mul or (u.is_Pow and u.args[1].is_Integer):
            return u.func(*map(go, u.args))
        if isinstance(u, exp) and u.args[0].could_extract_minus_sign():
            return 1 / go(exp(-u.args[0]))
        return names.setdefault(u, Dummy(positive=isinstance(u, exp) or None))

    masked = go(e)
    return masked, {s: u for u, s in names.items()}


# -- all pieces --------------------------------------------------------------------------------------------------------


def _joined(f: Facts, parts: list[Solved | None]) -> InOutput | None:
    """One expression for all pieces: from left to right, told apart by whether the output is above that at the kink."""
    if any(p is None for p in parts):
        return None
    solved: list[Solved] = [p for p in parts if p is not None]
    slope = solved[0].slope
    for n in range(1, len(solved)):
        if solved[n].slope == slope:
            continue
        place = solved[n].piece.low
        level = exact_value(at(f.function, place), place)
        test = _told_apart(f, n, level)
        if test is None:
            return None
        right_if_positive, c = test
        slope = _either(c, solved[n].slope, slope) if right_if_positive else _either(c, slope, solved[n].slope)
    return InOutput(slope, tuple(solved))


def _either(c: Expr, positive: Expr, otherwise: Expr) -> Expr:
    """One expression where c > 0 and another elsewhere; 1 or 0 is a step, and so is a product of steps or 0."""
    steps = all(isinstance(g, step) for g in Mul.make_args(positive)) or positive == 1
    return step(c) * positive if steps and otherwise == 0 else Where(c, positive, otherwise)


def _told_apart(f: Facts, n: int, level: Expr) -> tuple[bool, Expr] | None:
    """A number in the output that is positive on piece n and not on those before, or the other way round."""
    if len(f.value.variations) != len(f.value.pieces):
        return None
    right = f.value.variations[n].candidates
    left = [c for v in f.value.variations[:n] for c in v.candidates]
    a = OUTPUT()
    for way in (1, -1):
        above, below = (right, left) if way > 0 else (left, right)
        for side in (1, -1):
            low = least(above) if side > 0 else greatest(above).negated()
            high = greatest(below) if side > 0 else least(below).negated()
            bound = side * level
            if None in (low.exact, high.exact):
                continue
            strictly = (low.exact == bound and low.attained is False) or (low.exact - bound).is_positive
            if strictly and (high.exact == bound or (high.exact - bound).is_negative):
                return way > 0, side * (a - level)
    return None


# -- with the logistic function of z -----------------------------------------------------------------------------------


def _with_logistic(piece: Piece) -> InOutput | None:
    """z from a = z g(u), put into the slope, and exp(t) = s/(1 - s) with s = sigmoid(t), where sigmoid(t) occurs."""
    inner = {e.args[0] for e in preorder_traversal(piece.expr) if isinstance(e, sigmoid)}
    if len(inner) != 1:
        return None
    (t,) = inner
    try:
        value, rate, logistic = rational(piece.expr, differentiate(piece.expr, z()), sigmoid(t))
    except NotRational:
        return None
    moving = logistic.value.free_symbols & logistic.of_z()
    if len(moving) != 1 or X in moving or (value.value.free_symbols & value.of_z()) != moving | {X}:
        return None
    (u,) = moving
    equation = Poly(value.top - _A * value.bottom, X)
    if equation.degree() != 1:
        return None
    c1, c0 = equation.all_coeffs()
    s = Dummy("s")
    of_s = [p for p in _solutions(logistic, u, s)]
    if len(of_s) != 1:
        return None
    slope = cancel(together(rate.value.subs(X, -c0 / c1).subs(u, of_s[0])))
    if slope.free_symbols & (value.of_z() | {X}):
        return None
    slope = put(value.back(slope), {_A: OUTPUT(), s: sigmoid(t)})
    return InOutput(tidy(slope), (), f"the logistic function of {'z' if t == z() else 'a multiple of z'}")


def _solutions(r: Rationals, u: Symbol, s: Symbol) -> Iterator[Expr]:
    p = Poly(r.top - s * r.bottom, u)
    if p.degree() == 1:
        a, b = p.all_coeffs()
        yield cancel(-b / a)
