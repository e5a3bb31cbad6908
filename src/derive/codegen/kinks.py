"""Gradients at the kink of a norm: e / |e| is 0 where e is 0, a subgradient, as those of |x| and relu are there.

The derivative has no value there, and 0/0 in the code would end a training run whose error is zero. What the norm is
divided by is the norm where that is positive, so nothing else changes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from sympy import S

from derive.codegen.plan import Statement
from derive.codegen.stable import Meanings
from derive.codegen.traverse import mapped
from derive.expr import Where
from derive.notation.forms import Apply, Const, Diag, Form, MatMul, Norm, Ones, Power, Product, Transpose
from derive.notation.make import ONE, TWO, power


def subgradient(s: Statement, meanings: Meanings) -> Statement:
    """A derivative, 0 at the kinks of norms."""
    return replace(s, form=_at_kinks(s.form, meanings))


def _at_kinks(form: Form, meanings: Meanings) -> Form:
    factors = form.factors if isinstance(form, (Product, MatMul)) else ()
    return mapped(form, lambda f: _divided(f, factors, meanings) or _at_kinks(f, meanings))


def _divided(f: Form, factors: Iterable[Form], meanings: Meanings) -> Form | None:
    """A factor 1/|e|, safe to work out at e = 0, if another factor is 0 there; |e| may be one number or one a row."""
    if isinstance(f, Diag):
        found = _divided(f.body, factors, meanings)
        return found and Diag(found)
    if not (isinstance(f, Power) and isinstance(f.exponent, Const)):
        return None
    e = _normed(meanings.get(f.base, f.base), f.exponent.value)
    if e is None or not any(_vanishes(g, e) for g in factors):
        return None
    return power(Apply(Where, (f.base, f.base, ONE)), f.exponent)


def _normed(base: Form, exponent: object) -> Form | None:
    """e, if this power of the base is 1/|e|: of a norm, or of a sum of squares over rows or columns."""
    if isinstance(base, Norm) and base.order == 2 and exponent == -1:
        return base.body
    if isinstance(base, MatMul) and len(base.factors) == 2 and exponent == -S.Half:
        ones, squares = sorted((_upright(f) for f in base.factors), key=lambda f: not isinstance(f, Ones))
        if isinstance(ones, Ones) and isinstance(squares, Power) and squares.exponent == TWO:
            return squares.base
    return None


def _upright(f: Form) -> Form:
    return f.body if isinstance(f, Transpose) else f


def _vanishes(f: Form, e: Form) -> bool:
    """Whether f is 0 where e is."""
    if f == e:
        return True
    if isinstance(f, (Transpose, Diag)):
        return _vanishes(f.body, e)
    return isinstance(f, (Product, MatMul)) and any(_vanishes(g, e) for g in f.factors)
