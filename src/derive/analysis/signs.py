"""Where a kink-free function is positive, zero and negative on an interval: a sign chart, each entry proved.

The function is split into factors. The sign of a factor is read off its terms, or from its exact roots where it is a
polynomial of degree one or two in z or in an exponential; else by ball arithmetic on boxes, and by its tail beyond.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cmp_to_key
from itertools import pairwise

from sympy import Expr, Poly, S, Symbol, exp, log, oo, sqrt

from derive.analysis.algebra import NotRational, Rationals, X, factors, one_sign, rational
from derive.analysis.boxes import ball, jet, number, sign, value
from derive.analysis.expansions import mirrored, tail_from
from derive.analysis.growth import definite
from derive.analysis.points import Number, between, dyadic, exact_value, fraction, order, rational_expr, zero
from derive.analysis.variable import constant, z
from derive.calculus import differentiate
from derive.errors import VerificationError
from derive.evaluate.refusals import NoValue, Undecidable

SMALLEST = Fraction(1, 1 << 40)  # boxes are not split further
ROOT = Fraction(1, 1 << 100)  # how closely a root is enclosed
BOXES = 3_000
NARROW = Fraction(1, 8)  # boxes in which roots of higher multiplicity are looked for
MULTIPLE = 4  # the highest multiplicity of a root that is recognised


@dataclass(frozen=True)
class Chart:
    """`signs[k]` holds on the open interval before `gaps[k]`, the last one after the last gap.

    A gap is a place where the function is zero (exact), or a small ball outside of which it is not.
    """

    gaps: tuple[Number, ...]
    signs: tuple[int, ...]
    how: str = "its terms"

    @property
    def exact(self) -> bool:
        return all(g.exact is not None for g in self.gaps)


def chart(e: Expr, low: Expr = -oo, high: Expr = oo) -> Chart:
    """The sign chart of a kink-free `e` on the open interval from `low` to `high`.

    Raises NoValue where it cannot be had.
    """
    found = _chart(e, low, high)
    _compare(e, found, low, high)
    return found


def _compare(e: Expr, found: Chart, low: Expr, high: Expr) -> None:
    """See one value in each interval, by balls: a slip in the algebra would make everything wrong."""
    ends = [low, *(g.exact if g.exact is not None else dyadic(g.ball.mid()) for g in found.gaps), high]
    for a, b, s in zip(ends, ends[1:], found.signs, strict=False):
        try:
            seen = sign(value(e, ball(between(a, b))))
        except NoValue:
            continue
        if seen not in (None, s):
            raise VerificationError(
                f"the sign of {e} is {seen} between {a} and {b}, its chart says {s}; please report it"
            )


def _chart(e: Expr, low: Expr, high: Expr) -> Chart:
    try:
        (r,) = rational(e)
    except NotRational:
        return boxes_chart(e, low, high)
    if r.top == 0:
        return Chart((), (0,))
    content, above = factors(r.top)
    below_content, below = factors(r.bottom)
    out = Chart((), (1 if content / below_content > 0 else -1,))
    for part, power in above:
        out = _product(out, _factor_chart(part, r, low, high), power)
    for part, power in below:
        found = _factor_chart(part, r, low, high)
        if found.gaps:
            raise Undecidable("a denominator may be zero")
        out = _product(out, found, power)
    return out


def _product(a: Chart, b: Chart, power: int) -> Chart:
    """The chart of a b^power."""
    gaps = _merged([*a.gaps, *b.gaps])
    signs = [_sign_at(a, gaps[:k]) * _sign_at(b, gaps[:k]) ** power for k in range(len(gaps) + 1)]
    how = a.how if b.how == "its terms" else b.how
    return Chart(tuple(gaps), tuple(signs), how)


def _merged(gaps: list[Number]) -> list[Number]:
    """From left to right, with gaps that cannot be told apart as one."""
    out: list[Number] = []
    for g in gaps:
        for h in [h for h in out if not (h.below(g) or g.below(h))]:
            out.remove(h)
            g = _union(h, g)
        out.append(g)
    return sorted(out, key=cmp_to_key(lambda a, b: -1 if a.below(b) else 1))


def _sign_at(c: Chart, passed: list[Number]) -> int:
    """The sign of a chart behind these gaps, in some of which its own are."""
    return c.signs[sum(any(not (g.below(h) or h.below(g)) for h in passed) for g in c.gaps)]


# -- one factor --------------------------------------------------------------------------------------------------------


def _factor_chart(p: Expr, r: Rationals, low: Expr, high: Expr) -> Chart:
    positive = frozenset(_positive(p.free_symbols, r, low))
    negative = frozenset({X}) if order(high, S.Zero) <= 0 else frozenset()
    known = one_sign(p, positive, negative)
    if known:
        return Chart((), (known,))
    moving = p.free_symbols & r.of_z()
    if not moving:
        return Chart((), (definite(r.back(p)),))
    if len(moving) == 1:
        (symbol,) = moving
        roots = _roots(p, symbol, r)
        if roots is not None:
            return _between_roots(r.back(p), roots, low, high)
    return boxes_chart(r.back(p), low, high)


def _positive(symbols: set[Symbol], r: Rationals, low: Expr) -> Iterator[Symbol]:
    for s in symbols:
        kernel = r.kernels.get(s)
        if s == X:
            if order(low, S.Zero) >= 0:
                yield s
        elif s.is_positive or isinstance(kernel, exp) or (kernel is not None and _clearly_positive(kernel)):
            yield s


def _clearly_positive(kernel: Expr) -> bool:
    """A root of what is positive, the logarithm of what is more than one."""
    if constant(kernel):
        return bool(sign(number(kernel)) == 1)
    inside = kernel.args[0] - 1 if isinstance(kernel, log) else kernel.args[0] if kernel.is_Pow else None
    if inside is None:
        return False
    (r,) = rational(inside)
    exponentials = frozenset(s for s, k in r.kernels.items() if isinstance(k, exp))
    return one_sign(r.top, exponentials) * one_sign(r.bottom, exponentials) == 1


def _roots(p: Expr, symbol: Symbol, r: Rationals) -> list[Expr] | None:
    """The real z at which a polynomial of degree one or two in one kernel is zero; None where it is another case."""
    coefficients = [r.back(c) for c in Poly(p, symbol).all_coeffs()]
    if len(coefficients) > 3:
        return None
    values = _real_roots(coefficients)
    if symbol == X:
        return values
    kernel = r.kernels[symbol]
    if not isinstance(kernel, exp):
        return None
    slope = kernel.args[0] / z()
    if not constant(slope):
        return None
    return [log(v) / slope for v in values if order(v, S.Zero) > 0]


def _real_roots(coefficients: list[Expr]) -> list[Expr]:
    if len(coefficients) == 2:
        a, b = coefficients
        return [-b / a]
    a, b, c = coefficients
    inside = b**2 - 4 * a * c
    way = definite(inside)
    if way < 0:
        return []
    return list(dict.fromkeys((-b + s * sqrt(inside)) / (2 * a) for s in (-1, 1)))


def _between_roots(e: Expr, roots: list[Expr], low: Expr, high: Expr) -> Chart:
    """The signs between the roots, each seen at one place, since there are no other roots."""
    inside = _merged([Number.of(x) for x in roots if order(low, x) < 0 < order(high, x)])
    if any(g.exact is None for g in inside):
        raise Undecidable("two roots are too close to one another")
    ends = [low, *(g.exact for g in inside), high]
    signs = []
    for a, b in pairwise(ends):
        s = sign(value(e, ball(between(a, b))))
        if not s:
            raise Undecidable(f"the sign of {e} between its roots")
        signs.append(s)
    return Chart(tuple(inside), tuple(signs), "its roots")


# -- boxes -------------------------------------------------------------------------------------------------------------


def boxes_chart(e: Expr, low: Expr, high: Expr) -> Chart:
    """The chart by ball arithmetic on boxes, and by the tails where the interval is infinite."""
    a, before = _finite_end(e, low, -1)
    b, after = _finite_end(e, high, 1)
    found: list[Number | int] = [before] if before is not None else []
    if a < b:
        found += _Scan(e).run(a, b)
    found += [after] if after is not None else []
    return _joined(found)


def _finite_end(e: Expr, end: Expr, way: int) -> tuple[Fraction, int | None]:
    """Where the boxes begin or end, and the sign beyond."""
    if end not in (oo, -oo):
        if not end.is_Rational:
            raise Undecidable("boxes need a rational end")
        return fraction(end), None
    beyond = tail_from(e if way > 0 else mirrored(e))
    s = beyond.sign()
    if not s:
        raise Undecidable("the sign for large z is not known")
    return way * beyond.start, s


def _joined(found: list[Number | int]) -> Chart:
    """Neighbouring entries of one kind made one."""
    gaps: list[Number] = []
    signs: list[int] = []
    open_gap: Number | None = None
    for item in found:
        if isinstance(item, Number):
            open_gap = item if open_gap is None else _union(open_gap, item)
        elif open_gap is None:
            if signs and signs[-1] != item:
                raise Undecidable("a sign changes without a root")
            signs = signs or [item]
        else:
            if signs:
                gaps.append(open_gap)
                signs.append(item)
            else:  # at the end of the interval
                gaps, signs = [open_gap], [item, item]
            open_gap = None
    if not signs:
        raise Undecidable("no sign was seen")
    if open_gap is not None:
        gaps.append(open_gap)
        signs.append(signs[-1])
    return Chart(tuple(gaps), tuple(signs), "ball arithmetic on boxes and its leading term beyond")


def _union(a: Number, b: Number) -> Number:
    return a if a.same(b) else Number(None, a.ball.union(b.ball))


class _Scan:
    """The signs of an expression from left to right, and the balls in which it may be zero."""

    def __init__(self, e: Expr) -> None:
        self.e, self.left = e, BOXES

    def run(self, a: Fraction, b: Fraction) -> list[Number | int]:
        todo, out = [(a, b)], []
        while todo:
            low, high = todo.pop()
            self.left -= 1
            if self.left < 0:
                raise Undecidable("too many boxes")
            found = self._box(low, high)
            if found is not None:
                out += found
            elif high - low < SMALLEST:
                out.append(Number(None, ball(low, high)))
            else:
                middle = (low + high) / 2
                todo += [(middle, high), (low, middle)]
        return out

    def _box(self, a: Fraction, b: Fraction) -> list[Number | int] | None:
        try:
            s = sign(value(self.e, ball(a, b)))
            if s:
                return [s]
            slope = jet(self.e, ball(a, b), 1)[1]
            middle = ball((a + b) / 2)
            s = sign(value(self.e, middle) + slope * (ball(a, b) - middle))  # the mean value theorem
        except NoValue:
            return None
        if s:
            return [s]
        if not sign(slope):
            return self._multiple_root(a, b) if b - a < NARROW else None
        left, right = self.at(a), self.at(b)
        if left is None or right is None:
            return None
        if left == 0:
            return [Number.of(rational_expr(a)), right]
        if right == 0:
            return [left, Number.of(rational_expr(b))]
        return [left] if left == right else [left, self._root(a, b, left), right]

    def _multiple_root(self, a: Fraction, b: Fraction) -> list[Number | int] | None:
        """A root at a whole number at which n derivatives vanish, where the next has one sign s on the box.

        Then the function is s (z - root)^n times what is positive.
        """
        place = Fraction(round((a + b) / 2))
        if not a <= place <= b:
            return None
        try:
            higher = jet(self.e, ball(a, b), MULTIPLE)[2:]
        except NoValue:
            return None
        derivative = self.e
        for n, h in enumerate((None, None, *higher)):
            s = None if h is None else sign(h)
            if s:
                before, behind = [s * (-1) ** n] if a < place else [], [s] if place < b else []
                return [*before, Number.of(rational_expr(place)), *behind]
            if not zero(exact_value(derivative, rational_expr(place))):
                return None
            derivative = differentiate(derivative, z())
        return None

    def at(self, x: Fraction) -> int | None:
        """The sign at a place; 0 where the value is zero by algebra."""
        s = sign(value(self.e, ball(x)))
        if s is None and zero(exact_value(self.e, rational_expr(x))):
            return 0
        return s

    def _root(self, a: Fraction, b: Fraction, left: int) -> Number:
        """The one root between two signs: exact where it is a simple number, else in a small ball."""
        while b - a > ROOT:
            middle = (a + b) / 2
            s = self.at(middle)
            if s is None:
                break
            if s == 0:
                return Number.of(rational_expr(middle))
            a, b = (middle, b) if s == left else (a, middle)
        return self._simple(a, b) or Number(None, ball(a, b))

    def _simple(self, a: Fraction, b: Fraction) -> Number | None:
        guess = ((a + b) / 2).limit_denominator(12)
        if a <= guess <= b and zero(exact_value(self.e, rational_expr(guess))):
            return Number.of(rational_expr(guess))
        return None
