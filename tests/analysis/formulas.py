"""Random functions of z, as a formula and, independently of it, as a function of mpmath numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hypothesis import strategies as st
from mpmath import mp

Number = mp.mpf


@dataclass(frozen=True)
class Formula:
    """A formula of `derive`, and the same function in mpmath."""

    text: str
    at: Callable[[Number], Number]

    def __repr__(self) -> str:
        return self.text


def _sigmoid(x: Number) -> Number:
    return 1 / (1 + mp.exp(-x)) if x > 0 else mp.exp(x) / (1 + mp.exp(x))


def _softplus(x: Number) -> Number:
    return max(x, mp.mpf(0)) + mp.log1p(mp.exp(-abs(x)))


BOUNDED = [
    ("sigmoid({})", _sigmoid),
    ("tanh({})", mp.tanh),
    ("erf({})", mp.erf),
    ("arctan({})", mp.atan),
    ("exp(-({})**2)", lambda x: mp.exp(-(x**2))),
    ("1/(1 + ({})**2)", lambda x: 1 / (1 + x**2)),
    ("clip({}, -1, 2)", lambda x: min(max(x, mp.mpf(-1)), mp.mpf(2))),
]
GROWING = [
    ("softplus({})", _softplus),
    ("log(1 + exp({}))", _softplus),
    ("relu({})", lambda x: max(x, mp.mpf(0))),
    ("abs({})", abs),
    ("({})**2", lambda x: x**2),
    ("sqrt(1 + ({})**2)", lambda x: mp.sqrt(1 + x**2)),
    ("log(1 + ({})**2)", lambda x: mp.log(1 + x**2)),
]
ARGUMENTS = [
    ("z", lambda x: x),
    ("2*z", lambda x: 2 * x),
    ("-z", lambda x: -x),
    ("(z + 1)", lambda x: x + 1),
    ("(z/2 - 1)", lambda x: x / 2 - 1),
    ("1.702*z", lambda x: mp.mpf("1.702") * x),
]
PAIRS = [
    ("({} + {})", lambda a, b: a + b),
    ("({} - {})", lambda a, b: a - b),
    ("({} * {})", lambda a, b: a * b),
    ("maximum({}, {})", max),
    ("minimum({}, {})", min),
]


def _apply(outer: tuple, inner: Formula) -> Formula:
    text, f = outer
    return Formula(text.format(inner.text), lambda x: f(inner.at(x)))


def _pair(rule: tuple, a: Formula, b: Formula) -> Formula:
    text, f = rule
    return Formula(text.format(a.text, b.text), lambda x: f(a.at(x), b.at(x)))


def _where(a: Formula, b: Formula, c: Formula) -> Formula:
    return Formula(f"where({c.text} > 0, {a.text}, {b.text})", lambda x: a.at(x) if c.at(x) > 0 else b.at(x))


arguments = st.sampled_from([Formula(*a) for a in ARGUMENTS])
simple = arguments | st.builds(_apply, st.sampled_from(BOUNDED + GROWING), arguments)
nested = simple | st.builds(_apply, st.sampled_from(BOUNDED + GROWING), simple)
formulas = st.one_of(
    nested,
    st.builds(_pair, st.sampled_from(PAIRS), simple, simple),
    st.builds(_pair, st.sampled_from(PAIRS[:3]), arguments, nested),
    st.builds(_where, simple, simple, arguments),
).filter(lambda f: f.at(mp.mpf("0.3")) != f.at(mp.mpf("0.7")) or f.at(mp.mpf(-3)) != f.at(mp.mpf(-4)))
