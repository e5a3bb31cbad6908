"""Forms taken apart and put together again, by the constructors that keep them in readable shape."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, replace

from sympy import S

from derive.notation.chain import mat
from derive.notation.collect import add
from derive.notation.forms import Add, Const, Form, MatMul, Power, Product, Trace, Transpose
from derive.notation.make import negative, parts, power, product, transpose

MINUS = Const(S.NegativeOne)


def replaced(form: Form, changes: Mapping[Form, Form]) -> Form:
    """The form with other forms in the place of those in `changes`."""
    return changes[form] if form in changes else mapped(form, lambda f: replaced(f, changes))


def mapped(form: Form, f: Callable[[Form], Form]) -> Form:
    """The form over the images of the forms inside it."""
    if not form.children:
        return form
    images = {c: f(c) for c in form.children}
    if all(c == image for c, image in images.items()):
        return form
    if isinstance(form, Add):
        return _sum([images[t] for t in form.terms])
    if isinstance(form, Product):
        return product(*(images[t] for t in form.factors))
    if isinstance(form, Power):
        return power(images[form.base], images[form.exponent])
    if isinstance(form, MatMul):
        return mat(*(images[t] for t in form.factors))
    if isinstance(form, Transpose):
        return transpose(images[form.body])
    if isinstance(form, Trace):
        return _trace(images[form.body])
    return replace(form, **{x.name: _image(getattr(form, x.name), images) for x in fields(form)})


def _sum(terms: list[Form]) -> Form:
    """The sum; -a - b as -(a + b), for the minus to meet another one."""
    found = add(*terms)
    if isinstance(found, Add) and all(negative(parts(t)[0]) for t in found.terms):
        return Product((MINUS, add(*map(negated, found.terms))))
    return found


def _trace(f: Form) -> Form:
    c, rest = parts(f)
    return product(Const(c), Trace(product(*rest)))


def _image(value, images: Mapping[Form, Form]):
    if isinstance(value, Form):
        return images[value]
    if isinstance(value, tuple):
        return tuple(_image(v, images) for v in value)
    return value


def negated(z: Form) -> Form:
    return product(MINUS, z)
