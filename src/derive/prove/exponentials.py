"""exp and log, and what is made of them: sigmoid, tanh, softplus, log-sum-exp.

exp(sum c m) is the product of exp(m)^c, so that sums of exponents and products of exponentials are one thing.
Logarithms of products are split for factors that are provably positive, never otherwise.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import sympy
from sympy import Expr, Integer, S, cosh, exp, log, sinh, tanh

from derive.expr import Det, Elem, LogDet, LogSumExp, Prod_, Sum_, sigmoid, softplus
from derive.prove.atoms import opened
from derive.prove.cases import by_cases, indicator, note, values_of
from derive.prove.ledger import Undefined, use
from derive.prove.monomials import reduce
from derive.prove.normal import made, normal, rule
from derive.prove.polynomial import (
    ONE,
    Monomial,
    Number,
    Poly,
    add,
    atom,
    combine,
    common,
    constant,
    expr,
    monomial_expr,
    mul,
    product,
    rational_content,
    scale,
)
from derive.prove.positivity import positive, positive_atom
from derive.prove.powers import absolute, clear, divided_by, primes, raised


def exponential(p: Poly) -> Poly:
    """exp(p)."""
    return product(_exp_term(m, c) for m, c in p.items())


def _exp_term(m: Monomial, c: Number) -> Poly:
    """exp(c m): by cases on the two-valued atoms of m; exp(c log u) = u^c."""
    if not m:
        return reduce({S.Exp1: c})
    flags = [a for a, e in m if e > 0 and e == int(e) and values_of(a) is not None]
    if flags:
        return _exp_cases(m, c, flags)
    if len(m) == 1:
        ((a, e),) = m
        if e == 1 and isinstance(a, log):
            return raised(normal(a.args[0]), c)
        if e == 1 and isinstance(a, Sum_):
            chosen = of_one_hot(a, lambda p: exponential(scale(p, c)))
            if chosen is not None:
                return chosen
        if e == 1 and isinstance(a, LogDet):
            det = _determinant(a)
            if positive_atom(det):
                return raised(normal(det), c)
    return reduce({exp(monomial_expr(m)): c})


def _exp_cases(m: Monomial, c: Number, flags: list[Expr]) -> Poly:
    """exp(c y r) = y exp(c r) + 1 - y, and exp(c s r) = (1 + s)/2 exp(c r) + (1 - s)/2 exp(-c r)."""
    for a in flags:
        note(a)
    signs = [a for a in flags if values_of(a) == (1, -1)]
    if signs:
        rest = m - {(signs[0], 1)}
        cases = ((v, _exp_term(rest, v * c)) for v in (1, -1))
        return combine(*((1, mul(indicator(signs[0], v), p)) for v, p in cases))
    both = product(atom(a) for a in flags)
    rest = frozenset((a, e) for a, e in m if a not in flags)
    return add(mul(both, _exp_term(rest, c)), combine((1, ONE), (-1, both)))


def logarithm(p: Poly) -> Poly:
    """log(p)."""
    c = constant(p)
    if c is not None:
        if c <= 0:
            raise Undefined
        return _log_rational(Fraction(c))
    numerator, denominator = clear(p)
    if denominator and all(positive_atom(a) for a in denominator):
        below = ((k, logarithm(normal(a))) for a, k in denominator.items())
        return combine((1, logarithm(numerator)), *((-k, q) for k, q in below))
    for sign in (1, -1) if denominator else ():
        if positive(scale(numerator, sign)):  # then so is the denominator, where the logarithm has a value
            under = product(raised(normal(a), k) for a, k in denominator.items())
            return combine((1, logarithm(scale(numerator, sign))), (-1, logarithm(scale(under, sign))))
    split = by_cases(p, logarithm)
    return split if split is not None else _log_of_content(p)


def _log_of_content(p: Poly) -> Poly:
    c = rational_content(p)
    content = {a: e for a, e in common(p).items() if positive_atom(a)}
    rest = divided_by(p, content, c)
    outside = combine((1, _log_rational(c)), *((e, _log_atom(a)) for a, e in content.items()))
    c = constant(rest)
    if c is not None and c <= 0:
        raise Undefined
    if c is not None:
        return outside
    return add(outside, _log_rest(rest))


def _log_rest(p: Poly) -> Poly:
    """log of what has no positive content left."""
    if len(p) == 1:
        ((m, c),) = p.items()
        if c == 1 and len(m) == 1:
            ((a, e),) = m
            if isinstance(a, Det):
                return scale(normal(_log_determinant(a)), e)
            chosen = of_one_hot(a, logarithm) if isinstance(a, Sum_) and e == 1 else None
            if chosen is not None:
                return chosen
            if e != int(e) or int(e) % 2:
                return scale(atom(log(a)), e)  # an odd or broken power is positive only where its base is
            return scale(_log_abs(atom(a)), e)
    return made(log, log(expr(p)))


def _log_rational(c: Fraction) -> Poly:
    """log of a positive number, over the primes."""
    out: dict[Monomial, Number] = {}
    for sign, part in ((1, c.numerator), (-1, c.denominator)):
        for prime, k in primes(part):
            if prime != 1:
                out[frozenset(((log(Integer(prime)), 1),))] = sign * k
    return out


def _log_atom(a: Expr) -> Poly:
    """log of a positive atom."""
    if a is S.Exp1:
        return ONE
    if isinstance(a, exp):
        return normal(a.args[0])
    if isinstance(a, Det):
        return normal(_log_determinant(a))
    if isinstance(a, Prod_):
        body, names = opened(a)
        from derive.prove.sums import summed

        return summed(logarithm(normal(body)), names)
    if a.is_Add:
        return logarithm(normal(a))
    if a.is_Pow:  # an opaque power of a positive base
        return mul(normal(a.args[1]), logarithm(normal(a.args[0])))
    return atom(log(a))


def of_one_hot(a: Sum_, f: Callable[[Poly], Poly]) -> Poly | None:
    """f(sum_k h_k g_k) = sum_k h_k f(g_k) for a row h that is a unit vector."""
    from derive.prove.sums import summed

    body, names = opened(a)
    inside = normal(body)
    if len(names) != 1 or len(inside) != 1:
        return None
    ((m, c),) = inside.items()
    for h, e in m:
        if e == 1 and isinstance(h, Elem) and "one_hot" in h.tensor.properties and h.indices[-1] == names[0]:
            if names[0] in h.indices[:-1]:
                continue
            use(f"{h.tensor} one-hot")
            return summed(mul(atom(h), f({m - {(h, 1)}: c})), names)
    return None


def _determinant(a: LogDet) -> Expr:
    return Det(*_body_and_names(a))


def _log_determinant(a: Det) -> Expr:
    return LogDet(*_body_and_names(a))


def _body_and_names(a: Det | LogDet) -> tuple[Expr, ...]:
    body, names = opened(a)
    return body, *names


# -- functions made of exp and log --------------------------------------------------------------------------------


@rule(exp)
def _exp(e: exp) -> Poly:
    return exponential(normal(e.args[0]))


@rule(log)
def _log(e: log) -> Poly:
    argument = e.args[0]
    if isinstance(argument, sympy.Abs):
        return _log_abs(normal(argument.args[0]))
    return logarithm(normal(argument))


def _log_abs(p: Poly) -> Poly:
    """log|p|, by the cases of |p|; of a determinant, its own node."""
    if len(p) == 1:
        ((m, c),) = p.items()
        if len(m) == 1:
            ((a, e),) = m
            if isinstance(a, Det):
                return add(_log_rational(Fraction(abs(c))), scale(normal(_log_determinant(a)), e))
    return logarithm(absolute(p))


def log_abs(p: Poly) -> Poly:
    return _log_abs(p) if not positive(p) else logarithm(p)


@rule(sigmoid)
def _sigmoid(e: sigmoid) -> Poly:
    return raised(_one_plus_exp(scale(normal(e.args[0]), -1)), -1)


@rule(softplus)
def _softplus(e: softplus) -> Poly:
    return logarithm(_one_plus_exp(normal(e.args[0])))


@rule(tanh)
def _tanh(e: tanh) -> Poly:
    """1 - 2 / (1 + exp(2 t))."""
    return combine((1, ONE), (-2, raised(_one_plus_exp(scale(normal(e.args[0]), 2)), -1)))


@rule(sinh, cosh)
def _hyperbolic(e: Expr) -> Poly:
    p = normal(e.args[0])
    sign = 1 if isinstance(e, cosh) else -1
    half = Fraction(1, 2)
    return combine((half, exponential(p)), (sign * half, exponential(scale(p, -1))))


def _one_plus_exp(p: Poly) -> Poly:
    return add(ONE, exponential(p))


@rule(LogSumExp)
def _log_sum_exp(e: LogSumExp) -> Poly:
    from derive.prove.sums import summed

    body, names = opened(e)
    return logarithm(summed(exponential(normal(body)), names))
