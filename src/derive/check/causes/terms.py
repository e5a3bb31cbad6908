"""Inverse slips of one node: signs, factors, terms, brackets, powers and functions."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from sympy import Abs, Add, Expr, Integer, Mul, Pow, Rational, S, Tuple, log, sign, tanh

from derive.check.causes.offers import Offer, Rule, Surroundings
from derive.check.causes.walk import Scope, placed, single_factors, without
from derive.expr import Elem, LogSumExp, Sum_, fresh, open_binder, sum_over


def term_sign(e: Expr, scope: Scope, around: Surroundings) -> Iterator[Offer]:
    if e.is_Add:
        for k, term in enumerate(e.args):
            yield Add(*without(e.args, k), -term), term


def argument_sign(e: Expr, scope: Scope, around: Surroundings) -> Iterator[Offer]:
    if e.is_Function and len(e.args) == 1:
        yield e.func(-e.args[0]), e


def argument_factor(e: Expr, scope: Scope, around: Surroundings) -> Iterator[Offer]:
    """2 s(2x) - 1 and 2 s(x) - 1."""
    if e.is_Function and len(e.args) == 1:
        for c in (Integer(2), Rational(1, 2)):
            yield e.func(c * e.args[0]), Tuple(c, e)


def log_of_sum(e: Expr, scope: Scope, around: Surroundings) -> Iterator[Offer]:
    """log sum x and sum log x."""
    if isinstance(e, (Sum_, LogSumExp)):
        body, names = open_binder(e)
        if isinstance(e, LogSumExp):
            yield sum_over(body, *names), None
        elif isinstance(body, log):
            yield log(sum_over(body.args[0], *names)), None
        else:
            yield LogSumExp(body, *names), None
    elif isinstance(e, log) and isinstance(e.args[0], Sum_):
        body, names = open_binder(e.args[0])
        yield sum_over(log(body), *names), None


def operand(e: Expr, scope: Scope, around: Surroundings) -> Iterator[Offer]:
    """An entry that a product lacks, as a factor or as a divisor."""
    for t in around.tensors:
        if t.dims and len(t.dims) <= 2:
            own = tuple(fresh(d) for d in t.dims)
            for entry in placed(t(*own), scope):
                yield e * entry, entry
                if entry not in single_factors(e):
                    yield e / entry, 1 / entry


def term_factor(rule: Rule) -> Rule:
    """A factor that one term of a sum lacks."""

    def offers(e: Expr, scope: Scope, around: Surroundings) -> Iterator[Offer]:
        if e.is_Add:
            for k, term in enumerate(e.args):
                for image, part in rule(term, scope, around):
                    yield Add(*without(e.args, k), image), part

    return offers


def summand(rule: Rule) -> Rule:
    """A factor that the body of a sum over indices lacks."""

    def offers(e: Expr, scope: Scope, around: Surroundings) -> Iterator[Offer]:
        if isinstance(e, Sum_):
            body, names = open_binder(e)
            for image, part in rule(body, scope | set(names), around):
                yield sum_over(image, *names), part

    return offers


def extra_factor(e: Expr, scope: Scope, around: Surroundings) -> Iterator[Offer]:
    """One factor, or two (such as p (1 - p)), that should not be there."""
    parts = single_factors(e)
    if 1 < len(parts) <= 7:
        for k, part in enumerate(parts):
            yield Mul(*without(parts, k)), part
        for k, m in combinations(range(len(parts)), 2):
            if {isinstance(parts[k], Elem), isinstance(parts[m], Elem)} == {True, False} and any(
                parts[x].is_Add for x in (k, m)
            ):
                yield Mul(*without(parts, k, m)), parts[k] * parts[m]


def extra_term(e: Expr, scope: Scope, around: Surroundings) -> Iterator[Offer]:
    if e.is_Add and len(e.args) <= 8:
        for k, term in enumerate(e.args):
            yield Add(*without(e.args, k)), term


def exponent(e: Expr, scope: Scope, around: Surroundings) -> Iterator[Offer]:
    if isinstance(e, Pow) and not isinstance(e.base, Integer):
        for n in (e.exp + 1, e.exp - 1, 2 * e.exp, e.exp / 2, 3 * e.exp):
            yield Pow(e.base, n), e
    elif isinstance(e, (Elem, tanh, Sum_, Abs)):
        yield e**2, e
        if isinstance(e, Elem) and not e.indices:
            for n in around.sizes:
                yield Pow(e, n), e


def split_power(e: Expr, scope: Scope, around: Surroundings) -> Iterator[Offer]:
    """(1 - b)^n and 1 - b^n."""
    if isinstance(e, Pow) and e.base.is_Add:
        for k, term in enumerate(e.base.args):
            c, rest = term.as_coeff_Mul()
            yield Add(*without(e.base.args, k), c * rest**e.exp), e
    if e.is_Add:
        for k, term in enumerate(e.args):
            c, rest = term.as_coeff_Mul()
            if isinstance(rest, Pow):
                yield Pow(Add(*without(e.args, k), c * rest.base), rest.exp), e


def bracket(e: Expr, scope: Scope, around: Surroundings) -> Iterator[Offer]:
    """c (A + B), written as c A + B."""
    if e.is_Add:
        for k, term in enumerate(e.args):
            for c in Mul.make_args(term):
                if not any(c in Mul.make_args(t) for t in without(e.args, k)):
                    yield Add(term, *(c * t for t in without(e.args, k))), c


def narrow(e: Expr, scope: Scope, around: Surroundings) -> Iterator[Offer]:
    """c A + B, written as c (A + B)."""
    if e.is_Mul:
        for k, f in enumerate(e.args):
            if f.is_Add:
                for m, c in enumerate(e.args):
                    for n, t in enumerate(f.args):
                        if m != k:
                            inner = Add(c * t, *without(f.args, n))
                            yield Mul(*without(e.args, k, m), inner), c


def absolute(e: Expr, scope: Scope, around: Surroundings) -> Iterator[Offer]:
    if isinstance(e, Elem):
        yield Abs(e), e


def signed(e: Expr, scope: Scope, around: Surroundings) -> Iterator[Offer]:
    if isinstance(e, Elem) and not e.indices:
        for x in around.scalars:
            yield e * sign(x), x


def base(e: Expr, scope: Scope, around: Surroundings) -> Iterator[Offer]:
    if isinstance(e, log):
        for n in (2, 10):
            yield e / log(n), Integer(n)
            yield e * log(n), Integer(n)


def branch(e: Expr, scope: Scope, around: Surroundings) -> Iterator[Offer]:
    """1 where a parameter belongs, as in a formula that was copied for a special case."""
    if e.is_Add and S.One in e.args:
        for x in around.scalars:
            yield Add(e - 1, x), x
