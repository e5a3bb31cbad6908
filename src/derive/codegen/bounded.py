"""Sums as polynomials in a bounded function, and the same in a basis in which nothing cancels.

For p between 0 and 1 that is Bernstein's: p^k (1 - p)^(n - k), each of which is small without a subtraction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from sympy import Add as SympyAdd
from sympy import Dummy, Expr, Mul, Poly, PolynomialError, S, binomial, cancel, gcd_list

from derive.notation import forms
from derive.notation.collect import add
from derive.notation.forms import Add, Const, Form, Leaf, Power, Product, Softmax, walk
from derive.notation.make import ONE, parts, power, product

DEGREE = 3  # of polynomials that are rewritten; derivatives of losses have less


class Entries:
    """Entrywise arithmetic of forms as a SymPy expression in one symbol for each part that is no arithmetic."""

    def __init__(self) -> None:
        self.symbols: dict[Form, Expr] = {}

    def expr(self, f: Form) -> Expr:
        if isinstance(f, Const):
            return f.value
        if isinstance(f, Add) and not is_rest(f):
            return SympyAdd(*map(self.expr, f.terms))
        if isinstance(f, Product):
            return Mul(*map(self.expr, f.factors))
        if isinstance(f, Power) and isinstance(f.exponent, Const) and f.exponent.value.is_Integer:
            return self.expr(f.base) ** f.exponent.value
        return self.symbols.setdefault(f, Dummy())

    def form(self, e: Expr) -> Form:
        named = {s: f for f, s in self.symbols.items()}
        return _form_of(e, named)


def _form_of(e: Expr, named: Mapping[Expr, Form]) -> Form:
    if e in named:
        return named[e]
    if e.is_Add:
        return add(*(_form_of(a, named) for a in e.args))
    if e.is_Mul:
        return product(*(_form_of(a, named) for a in e.args))
    if e.is_Pow and not e.free_symbols.isdisjoint(named):
        return power(_form_of(e.args[0], named), Const(e.args[1]))
    return Const(e)


def is_rest(f: Form) -> bool:
    """1 - softmax(z), which is one quantity: the sum of the other probabilities."""
    return isinstance(f, Add) and rest_of(f) is not None


def rest_of(f: Add) -> Softmax | None:
    """softmax(z) if the form is 1 - softmax(z)."""
    if len(f.terms) != 2 or f.terms[0] != ONE:
        return None
    c, factors = parts(f.terms[1])
    return factors[0] if c == -1 and len(factors) == 1 and isinstance(factors[0], Softmax) else None


Polynomial = tuple[Entries, Form, Expr, list[Expr], Expr]


def polynomials(f: Form, kind: Callable[[Form], bool]) -> Iterator[Polynomial]:
    """The sum as a polynomial in each function of that kind, where coefficients do not depend on its argument.

    Gives the symbols, the function, its symbol, the coefficients, constant first, and what they had in common.
    """
    if not isinstance(f, Add) or is_rest(f):
        return
    entries = Entries()
    e = entries.expr(f)
    for g, s in list(entries.symbols.items()):
        if not kind(g):
            continue
        inside = {h for h in walk(g) if isinstance(h, (Leaf, forms.Named))}
        others = {t for h, t in entries.symbols.items() if h != g and not inside.isdisjoint(walk(h))}
        try:
            poly = Poly(e, s)
        except PolynomialError:
            continue
        coefficients = poly.all_coeffs()[::-1]
        common = gcd_list(coefficients)
        coefficients = [cancel(c / common) for c in coefficients]
        free = all(c.free_symbols.isdisjoint({*others, s}) for c in coefficients)
        if free and 1 <= poly.degree() <= DEGREE:
            yield entries, g, s, coefficients, common


def bernstein(coefficients: list[Expr]) -> list[Expr]:
    """The coefficients of s^k (1 - s)^(n - k): no two of one sign cancel."""
    n = len(coefficients) - 1
    return [
        sum((binomial(k, i) / binomial(n, i) * coefficients[i] for i in range(k + 1)), S.Zero) * binomial(n, k)
        for k in range(n + 1)
    ]


def in_both(entries: Entries, coefficients: list[Expr], s: Form, q: Form) -> Form:
    n = len(coefficients) - 1
    terms = (
        product(entries.form(b.factor()), power(s, Const(S(k))), power(q, Const(S(n - k))))
        for k, b in enumerate(coefficients)
        if b != 0
    )
    return add(*terms)
