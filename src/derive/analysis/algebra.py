"""A kink-free function of z as a rational function of kernels: z itself, u = exp(c z), and what is neither.

sigmoid, tanh, sinh and cosh are rational in exponentials; exponentials of multiples of one thing are powers of one
kernel. In this form factors, roots and eliminations are matters of polynomials.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from math import gcd, lcm

from sympy import (
    Add,
    Dummy,
    E,
    Expr,
    Mul,
    Poly,
    Pow,
    Rational,
    S,
    Symbol,
    cancel,
    cosh,
    exp,
    expand,
    factor_list,
    fraction,
    log,
    rem,
    sinh,
    tanh,
    together,
)

from derive.analysis.boxes import ball, value
from derive.analysis.variable import constant, z
from derive.errors import VerificationError
from derive.evaluate.refusals import NoValue
from derive.expr import sigmoid, softplus
from derive.expr.nodes import Elem

X = Symbol("x", real=True)
"""The variable z among the kernels."""


@dataclass(frozen=True)
class Rationals:
    """`top / bottom` in X and the symbols of `kernels`, each with the function of z that it stands for."""

    top: Expr
    bottom: Expr
    kernels: dict[Symbol, Expr] = field(hash=False, compare=False)

    def back(self, e: Expr) -> Expr:
        """An expression in kernels as a function of z."""
        return put(e, {X: z(), **self.kernels})

    @property
    def value(self) -> Expr:
        return self.top / self.bottom

    def of_z(self) -> frozenset[Symbol]:
        """The kernels that are no constants."""
        return frozenset(s for s, k in {X: z(), **self.kernels}.items() if not constant(k))


class NotRational(Exception):
    """The expression has a node that no kernel is made of."""


def put(e: Expr, places: dict[Expr, Expr]) -> Expr:
    """The expression with others in the places of some of its parts."""
    if e in places:
        return places[e]
    return e.func(*(put(a, places) for a in e.args)) if e.args else e


class Kernels:
    """The kernels found so far; exponentials by what is multiplied in their exponents."""

    def __init__(self) -> None:
        self.exponentials: dict[Expr, Symbol] = {}
        self.others: dict[Expr, Symbol] = {}

    def exponential(self, exponent: Expr) -> Expr:
        """exp of an expression in kernels, term by term."""
        out: Expr = S.One
        for term in Add.make_args(expand(exponent)):
            c, rest = term.as_coeff_Mul()
            inside = self.logarithm_of(rest)
            if inside is not None and c.is_Integer:
                out *= inside**c
            elif rest == 1:
                out *= self.other(E) ** c
            else:
                out *= self.exponentials.setdefault(rest, Dummy("u", positive=True)) ** c
        return out

    def logarithm_of(self, symbol: Expr) -> Expr | None:
        kernel = next((k for k, s in self.others.items() if s == symbol), None)
        return kernel.args[0] if isinstance(kernel, log) else None

    def other(self, kernel: Expr) -> Symbol:
        """A symbol for a function of kernels, the same one for the same function."""
        if kernel not in self.others:
            self.others[kernel] = Dummy("v", positive=True) if kernel in (E, S.Pi) or _root(kernel) else Dummy("v")
        return self.others[kernel]


def _root(kernel: Expr) -> bool:
    return kernel.is_Pow and kernel.args[0].is_Integer


def _sigmoid(t: Expr, k: Kernels) -> Expr:
    return 1 / (1 + k.exponential(-t))


def _log(t: Expr, k: Kernels) -> Expr:
    return k.other(log(cancel(together(t))))


FUNCTIONS: dict[type, Callable[[Expr, Kernels], Expr]] = {
    exp: lambda t, k: k.exponential(t),
    sigmoid: _sigmoid,
    tanh: lambda t, k: 2 * _sigmoid(2 * t, k) - 1,
    sinh: lambda t, k: (k.exponential(t) - k.exponential(-t)) / 2,
    cosh: lambda t, k: (k.exponential(t) + k.exponential(-t)) / 2,
    log: _log,
    softplus: lambda t, k: _log(1 + k.exponential(t), k),
}


def _translated(e: Expr, k: Kernels) -> Expr:
    if e.is_Rational:
        return e
    if isinstance(e, Elem):
        return X
    if isinstance(e, (Add, Mul)):
        return e.func(*(_translated(a, k) for a in e.args))
    if isinstance(e, Pow):
        base, exponent = e.args
        if exponent.is_Integer:
            return _translated(base, k) ** exponent
        if exponent.is_Rational:
            inner = cancel(together(_translated(base, k)))
            return k.other(Pow(inner, Rational(1, exponent.q))) ** exponent.p
        raise NotRational
    if isinstance(e, exp) or type(e) in FUNCTIONS:
        return FUNCTIONS[type(e)](cancel(together(_translated(e.args[0], k))), k)
    if e.is_Atom:
        return k.other(e)
    if len(e.args) == 1:
        return k.other(e.func(cancel(together(_translated(e.args[0], k)))))
    raise NotRational


@lru_cache(256)
def rational(*es: Expr) -> tuple[Rationals, ...]:
    """These functions of z over the same kernels. Raises NotRational."""
    k = Kernels()
    found = [_translated(e, k) for e in es]
    whole, kernels, others = _whole_powers(found, k)
    out = []
    for e in whole:
        top, bottom = fraction(cancel(together(e)))
        if any(k.is_Pow and not k.args[1].is_Integer for k in others):
            top, bottom = fraction(cancel(_rooted(top, others) / _rooted(bottom, others)))
        out.append(Rationals(top, bottom, kernels))
    for e, r in zip(es, out, strict=True):
        _compare(e, r)
    return tuple(out)


PROBES = tuple(map(Fraction, ("-7/5", "1/3", "12/7")))


def _compare(e: Expr, r: Rationals) -> None:
    """See that what was translated has the values of the function: a slip here would make everything wrong."""
    back = r.back(r.value)
    for place in PROBES:
        try:
            a, b = value(e, ball(place)), value(back, ball(place))
        except NoValue:
            continue
        if not a.overlaps(b):
            raise VerificationError(f"{e} is {a} at {place}, its form in kernels {b}; please report it")


def _rooted(p: Expr, others: dict[Expr, Symbol]) -> Expr:
    """The polynomial with v^q replaced by what v is the q-th root of, where that is a polynomial itself."""
    for kernel, v in others.items():
        if kernel.is_Pow and v in p.free_symbols:
            base, exponent = kernel.args
            if exponent.is_Rational and not exponent.is_Integer and base.is_polynomial():
                p = rem(p, v**exponent.q - base, v)
    return p


def _whole_powers(found: list[Expr], k: Kernels) -> tuple[list[Expr], dict[Symbol, Expr], dict[Expr, Symbol]]:
    """Fractional powers of an exponential as whole powers of one that grows more slowly."""
    kernels: dict[Symbol, Expr] = {}
    everywhere = [*found, *k.others]
    steps = {}
    for exponent, symbol in k.exponentials.items():
        powers = [p.args[1] for e in everywhere for p in e.atoms(Pow) if p.args[0] == symbol]
        plain = any(symbol in e.free_symbols for e in everywhere)
        rationals = [*powers, *([S.One] if plain and not powers else [])]
        step = _common(rationals) if rationals else S.One
        if any(_alone(e, symbol) for e in everywhere):
            step = _common([*rationals, S.One])
        steps[symbol] = step
        kernels[symbol] = exponent
    change = {s: s ** (1 / step) for s, step in steps.items() if step != 1}

    def changed(e: Expr) -> Expr:
        return _raised(e, change) if change else e

    others = {s: changed(kernel) for kernel, s in k.others.items()}
    kernels = {s: exp(steps[s] * changed(exponent)) for s, exponent in kernels.items()}
    places: dict[Symbol, Expr] = {X: z()}
    for s, kernel in (*kernels.items(), *others.items()):
        places[s] = _closed(kernel, {**kernels, **others})
    places.pop(X)
    return [changed(e) for e in found], places, {kernel: s for s, kernel in others.items()}


def _closed(kernel: Expr, kernels: dict[Symbol, Expr]) -> Expr:
    """A kernel as a function of z alone: kernels within kernels put in."""
    while any(s in kernel.free_symbols for s in kernels):
        kernel = put(kernel, kernels)
    return put(kernel, {X: z()})


def _alone(e: Expr, symbol: Symbol) -> bool:
    """Whether the symbol stands somewhere without a power."""
    if e == symbol:
        return True
    if isinstance(e, Pow) and e.args[0] == symbol:
        return False
    return any(_alone(a, symbol) for a in e.args)


def _raised(e: Expr, change: dict[Symbol, Expr]) -> Expr:
    """Powers of a kernel in terms of its root: u^(3/2) is v^3 where v^2 = u."""
    if isinstance(e, Pow) and e.args[0] in change:
        symbol = e.args[0]
        return symbol ** (e.args[1] * change[symbol].args[1])
    if e in change:
        return change[e]
    return e.func(*(_raised(a, change) for a in e.args)) if e.args else e


def _common(powers: list[Expr]) -> Expr:
    """The largest number of which all these are multiples."""
    bottom = lcm(*(int(p.q) for p in powers))
    return Rational(gcd(*(int(p * bottom) for p in powers)), bottom)


def factors(e: Expr) -> tuple[Expr, list[tuple[Expr, int]]]:
    """A polynomial in kernels as a number times irreducible factors with their powers."""
    content, found = factor_list(e) if e.free_symbols else (e, [])
    return content, [(f, int(n)) for f, n in found]


def one_sign(p: Expr, positive: frozenset[Symbol], negative: frozenset[Symbol] = frozenset()) -> int:
    """The sign of a polynomial whose terms all have the same one; 0 if that is not seen.

    Symbols in `positive` stand for positive numbers, those in `negative` for negative ones; of others even powers may
    stand beside a term that is a positive number.
    """
    symbols = sorted(p.free_symbols, key=str)
    if not symbols:
        return _number_sign(p)
    signs, strict = set(), False
    for powers, c in Poly(p, *symbols).terms():
        s = _number_sign(c)
        sure = True
        for symbol, n in zip(symbols, powers, strict=True):
            if n and symbol in negative:
                s *= (-1) ** n
            elif n and symbol not in positive:
                if n % 2:
                    return 0
                sure = False
        signs.add(s)
        strict = strict or sure
    return signs.pop() if len(signs) == 1 and strict else 0


def _number_sign(c: Expr) -> int:
    return 1 if c.is_positive else -1 if c.is_negative else 0
