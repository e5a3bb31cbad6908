"""Forms as accurate NumPy code that keeps the precision of its arguments.

The writer of `notation` does the matrices; what is said here differently is what would lose digits or change the type.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sympy import Rational, S, erf, exp, log, sqrt

from derive.errors import DeriveError
from derive.expr import Where, sigmoid, softplus, step
from derive.notation import forms
from derive.notation.code import ADD, MUL, Code, call
from derive.notation.collect import add
from derive.notation.forms import Add, Apply, Const, Form, Power, Product, Softmax
from derive.notation.make import TWO, apply, negative, parts, product
from derive.notation.numpy import Writer as FormWriter

ONE = Const(S.One)


class Slope(Form):
    """sigmoid(z) sigmoid(-z): exists only while it is written."""

    body: Form


class NormalCdf(Form):
    """(1 + erf(z / sqrt 2)) / 2: exists only while it is written."""

    body: Form


class LogOfDet(forms.ScalarForm):
    """log det: exists only while it is written."""

    body: Form


class Writer(FormWriter):
    """`write` is where the writer comes back to for every part, so what is in `OWN` is said here throughout."""

    def write(self, form: Form) -> Code:
        rule = OWN.get(type(form))
        return super().write(form) if rule is None else rule(self, form)

    def special(self, factors: tuple[Form, ...]) -> Code | None:
        """A sum of diagonal matrices is one, and never an array with a zero beside the diagonal."""
        return super().special(tuple(map(_one_diagonal, factors)))

    # --- functions

    def apply(self, form: Apply) -> Code:
        rule = FUNCTIONS.get(form.function)
        return super().apply(form) if rule is None else rule(self, *form.args)

    def sigmoid(self, z: Form) -> Code:
        return call("sigmoid", self.write(z))

    def slope(self, form: Slope) -> Code:
        return call("sigmoid_slope", self.write(form.body))

    def normal_cdf(self, form: NormalCdf) -> Code:
        return call("normal_cdf", self.write(form.body))

    def erf(self, z: Form) -> Code:
        return call("erf", self.write(z))

    def exp(self, z: Form) -> Code:
        """exp(-z^2 / 2) and exp(-z^2) by a square that is not rounded."""
        c, rest = parts(z)
        name = {-S.Half: "gauss", S.NegativeOne: "exp_minus_square"}.get(c)
        base = rest[0].base if len(rest) == 1 and isinstance(rest[0], Power) and rest[0].exponent == TWO else None
        return call("np.exp", self.write(z)) if name is None or base is None else call(name, self.write(base))

    def logaddexp(self, z: Form) -> Code:
        return call("softplus", self.write(z))

    def log(self, z: Form) -> Code:
        if isinstance(z, Add) and len(z.terms) == 2 and all(is_exp(t) for t in z.terms):
            return call("np.logaddexp", *(self.write(t.args[0]) for t in z.terms))
        if isinstance(z, Add) and ONE in z.terms and self.complement(z) is None:
            return call("np.log1p", self.write(add(*(t for t in z.terms if t != ONE))))
        expanded = _with_log_det(z)
        return super().log(z) if expanded is None else self.write(expanded)

    def log_det(self, form: LogOfDet) -> Code:
        return call("log_det", self.exact(form.body))

    def step(self, z: Form) -> Code:
        return call("heaviside", self.write(z))

    def where(self, c: Form, a: Form, b: Form) -> Code:
        """A choice between Python numbers alone would have a type of its own; the divisor at a kink is a function."""
        if c == a and b == ONE:
            return call("or_one", self.write(c))
        first = self.write(a)
        if a.scalar and b.scalar and not c.scalar:
            first = call("np.full_like", self.write(c), first)
        return call("np.where", f"{self.write(c).tight(ADD)} > 0", first, self.write(b))

    def softmax(self, form: Softmax) -> Code:
        return call("softmax", self.exact(form.body))

    def log_softmax(self, form: Softmax) -> Code:
        return call("log_softmax", self.exact(form.body))

    def winner(self, form: forms.WinnerOf) -> Code:
        return call("winner", self.exact(form.body))

    def unknown(self, form: forms.ApplyUnknown) -> Code:
        raise DeriveError(f"the function {form.name} is not specified, so it has no code. Try: write it out")

    # --- sums and products in which digits would be lost

    def complement(self, form: Add) -> Code | None:
        """1 and a function that it cancels with, by one function that is their difference."""
        for one, other, rest in _with_one(form):
            found = self.joined_with_one(one, other)
            if found is not None:
                return Code(f"{found.tight(MUL)} + {self.write(add(*rest)).tight(MUL)}", ADD) if rest else found
        return None

    def joined_with_one(self, one: int, f: Form) -> Code | None:
        """one + f."""
        c, rest = parts(f)
        g = rest[0] if len(rest) == 1 else None
        if (one, c) == (-1, 1) and isinstance(g, Apply) and g.function is exp:
            return call("np.expm1", self.write(g.args[0]))
        if (one, c) == (1, -1) and isinstance(g, Softmax):
            return call("softmax_rest", self.exact(g.body))
        if one == 1 and abs(c) == 1 and isinstance(g, Apply) and g.function is erf:
            return self._one_and_erf(product(Const(c), g.args[0]))
        return None

    def _one_and_erf(self, x: Form) -> Code:
        """1 + erf(x)."""
        z = product(Const(sqrt(2)), x)
        if parts(z)[0].is_Rational and not parts(x)[0].is_Rational:
            return Code(f"2 * {self.write(NormalCdf(z)).text}", MUL)
        return call("erfc", self.write(product(Const(S.NegativeOne), x)))

    def product(self, form: Form) -> Code:
        """sigmoid(z) sigmoid(-z) takes one exponential; (1 + erf(z / sqrt 2)) / 2 is one function."""
        return super().product(_with_cdfs(_with_slopes(form)))


def _one_diagonal(f: Form) -> Form:
    u = _diagonal_of(f) if isinstance(f, (Add, Product)) else None
    return f if u is None else forms.Diag(u)


def _diagonal_of(f: Form) -> Form | None:
    """u if the form is diag(u), added up from parts perhaps."""
    if isinstance(f, forms.Diag):
        return f.body
    if isinstance(f, forms.Eye):
        return forms.Ones(f.dim)
    if isinstance(f, Add):
        bodies = [_diagonal_of(t) for t in f.terms]
        return None if None in bodies else add(*bodies)
    if isinstance(f, Product):
        arrays = [g for g in f.factors if not g.scalar]
        u = _diagonal_of(arrays[0]) if len(arrays) == 1 else None
        return u and product(*(g for g in f.factors if g.scalar), u)
    return None


def is_exp(f: Form) -> bool:
    return isinstance(f, Apply) and f.function is exp


def _with_one(form: Add) -> Iterator[tuple[int, Form, tuple[Form, ...]]]:
    """Each way to take 1 or -1, and another term, out of a sum."""
    ones = [t for t in form.terms if isinstance(t, Const) and t.value in (1, -1)]
    for one in ones:
        for f in form.terms:
            if f is not one:
                yield int(one.value), f, tuple(t for t in form.terms if t is not one and t is not f)


def _with_log_det(z: Form) -> Form | None:
    """log z, where z is a determinant, which may overflow, to an odd power and times a positive number."""
    factors = z.factors if isinstance(z, Product) else (z,)
    found = {f: power for f in factors if (power := _power_of_det(f)) is not None}
    rest = [f for f in factors if f not in found]
    if len(found) != 1 or not all(isinstance(f, Const) and f.value.is_positive for f in rest):
        return None
    ((matrix, power),) = found.values()
    logarithm = product(Const(power), LogOfDet(matrix))
    return add(logarithm, apply(log, product(*rest))) if rest else logarithm


def _power_of_det(f: Form) -> tuple[Form, Rational] | None:
    """The matrix and the power: an odd one, or a root of such, whose logarithm has the domain of log det."""
    base, power = (f.base, f.exponent) if isinstance(f, Power) else (f, ONE)
    if not (isinstance(base, forms.Det) and isinstance(power, Const)):
        return None
    c = power.value
    return (base.body, c) if isinstance(c, Rational) and c.p % 2 else None


def _with_slopes(form: Form) -> Form:
    if not isinstance(form, Product):
        return form
    factors = list(form.factors)
    for f in form.factors:
        if not (isinstance(f, Apply) and f.function is sigmoid and f in factors):
            continue
        mirrored = Apply(sigmoid, (product(Const(S.NegativeOne), f.args[0]),))
        if mirrored in factors:
            positive = mirrored if negative(parts(f.args[0])[0]) else f
            factors = [Slope(positive.args[0]) if g is f else g for g in factors if g != mirrored]
    return factors[0] if len(factors) == 1 else Product(tuple(factors))


def _with_cdfs(form: Form) -> Form:
    factors = form.factors if isinstance(form, Product) else (form,)
    found = {f: z for f in factors if isinstance(f, Add) and (z := cdf_of(f)) is not None}
    if not found:
        return form
    return product(Const(S(2) ** len(found)), *(NormalCdf(found[f]) if f in found else f for f in factors))


def cdf_of(form: Add) -> Form | None:
    """z if the form is 1 + erf(z / sqrt 2)."""
    if len(form.terms) != 2 or ONE not in form.terms:
        return None
    c, rest = parts(next(t for t in form.terms if t != ONE))
    g = rest[0] if len(rest) == 1 else None
    if c != 1 or not (isinstance(g, Apply) and g.function is erf):
        return None
    z = product(Const(sqrt(2)), g.args[0])
    return z if parts(z)[0].is_Rational else None


FUNCTIONS: dict[type, Callable[..., Code]] = {
    sigmoid: Writer.sigmoid,
    softplus: Writer.logaddexp,
    step: Writer.step,
    Where: Writer.where,
    log: Writer.log,
    exp: Writer.exp,
    erf: Writer.erf,
}

OWN: dict[type, Callable[..., Code]] = {
    Apply: Writer.apply,
    Product: Writer.product,
    Slope: Writer.slope,
    LogOfDet: Writer.log_det,
    NormalCdf: Writer.normal_cdf,
    forms.ApplyUnknown: Writer.unknown,
    Softmax: Writer.softmax,
    forms.WinnerOf: Writer.winner,
}
