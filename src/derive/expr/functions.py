"""Scalar functions of the field that SymPy lacks, or defines differently from what is needed here.

`step(0) = 0` (SymPy's Heaviside(0) is 1/2); `Where(c, a, b)` is a where c > 0, else b. Kinked functions
are `Where` or `relu`, so that one derivative rule serves them all. Numbers in, numbers out; nothing else
is evaluated. Derivatives live in the rule table of `calculus`, and `fdiff` is deliberately absent.
"""

from __future__ import annotations

from typing import Any

from sympy import Expr, Function, Rational, S


class sigmoid(Function):
    """Logistic function 1 / (1 + exp(-t)), onto (0, 1)."""

    nargs = 1
    is_real = True
    is_positive = True

    @classmethod
    def eval(cls, t: Expr) -> Expr | None:
        return Rational(1, 2) if t.is_zero else None


class softplus(Function):
    """log(1 + exp(t)), onto (0, oo)."""

    nargs = 1
    is_real = True
    is_positive = True


def _chosen(t: Expr, positive: Expr, otherwise: Expr) -> Expr | None:
    """The first where the number t is positive, the second where it is not, None where that is not known."""
    if not (t.is_number and t.is_real):
        return None
    return positive if t.is_positive else otherwise if t.is_nonpositive else None


class relu(Function):
    """max(0, t)."""

    nargs = 1
    is_real = True
    is_nonnegative = True

    @classmethod
    def eval(cls, t: Expr) -> Expr | None:
        return _chosen(t, t, S.Zero)


class step(Function):
    """1 where t > 0, else 0: the derivative of relu off its kink, with the convention step(0) = 0."""

    nargs = 1
    is_integer = True
    is_nonnegative = True

    @classmethod
    def eval(cls, t: Expr) -> Expr | None:
        return _chosen(t, S.One, S.Zero)

    def _eval_power(self, exponent: Expr) -> Expr | None:
        return self if exponent.is_positive else None


class Where(Function):
    """`Where(c, a, b)`: a where c > 0, else b."""

    nargs = 3
    is_real = True

    @classmethod
    def eval(cls, c: Expr, a: Expr, b: Expr) -> Expr | None:
        if a == b:
            return a
        return _chosen(c, a, b)


class maximum(Function):
    """The larger of two numbers."""

    nargs = 2
    is_real = True

    @classmethod
    def eval(cls, a: Expr, b: Expr) -> Expr | None:
        if a == b:
            return a
        return _chosen(a - b, a, b)


class minimum(Function):
    """The smaller of two numbers."""

    nargs = 2
    is_real = True

    @classmethod
    def eval(cls, a: Expr, b: Expr) -> Expr | None:
        if a == b:
            return a
        return _chosen(a - b, b, a)


class Unknown(Expr):
    """A differentiable scalar function that is not specified: args (name, order of derivative, argument)."""

    is_real = True
    is_commutative = True

    def __new__(cls, name: Any, order: Any, argument: Expr) -> Unknown:
        from sympy.core.symbol import Str

        return Expr.__new__(cls, name if isinstance(name, Str) else Str(name), S(order), argument)

    @property
    def name(self) -> str:
        return self.args[0].name

    @property
    def order(self) -> int:
        return int(self.args[1])

    @property
    def argument(self) -> Expr:
        return self.args[2]

    def _sympystr(self, printer: Any) -> str:
        return f"{self.name}{chr(39) * self.order}({printer._print(self.argument)})"
