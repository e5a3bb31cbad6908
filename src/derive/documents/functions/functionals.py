"""Functions of arrays that a note declares and does not define: f : R^D -> R, and then its gradient.

At one point the value and the gradient of such a function may be anything. So it is read as f(x) = h(<c, x>), with any
differentiable h and any array c: that is true to its first derivatives, and to nothing else. Second derivatives,
several points, inequalities and claims without a derivative say something of f that the note did not give, and are
not read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from derive.documents.meaning.entries import entry
from derive.documents.meaning.values import Value, dot, make, same
from derive.documents.syntax import tree as s
from derive.documents.trouble import Unreadable
from derive.expr import Elem, Tensor, Unknown, unfold

if TYPE_CHECKING:
    from derive.documents.meaning.context import Context
    from derive.documents.statements.pair import Reading


def value(name: str, primes: int, argument: Value, at: int, c: Context) -> Value:
    """f(x), for an f that was declared a function of arrays."""
    dims = c.table.functionals[name]
    if not dims:
        raise Unreadable(
            at, f"{name}, a function of arrays of which more is said than can be put in", f"a definition of {name}"
        )
    shape = tuple(map(c.dimension, dims))
    if (
        primes
        or len(shape) != argument.rank
        or not all([same(a, b) for a, b in zip(shape, argument.shape, strict=True)])
    ):
        raise Unreadable(at, f"{name}{chr(39) * primes} of this argument", f"{name} of an array as it was declared")
    c.unspecified.setdefault(name)
    c.assumed.setdefault(f"{name} is any differentiable function: {name}(x) = h(<c, x>) has any value and any gradient")
    return Value(Unknown(name, 0, dot(_direction(name, argument), argument, at).expr))


def _direction(name: str, argument: Value) -> Value:
    return make(Elem(Tensor(f"c_{name}", argument.shape), *argument.axes), *argument.axes)


def gradient(node: s.Derivative, c: Context) -> Value | None:
    """\\nabla f(A z): the gradient of f at a point; None for any other derivative."""
    from derive.documents.meaning.lower import lower

    tree = node.body
    if node.variables or node.order != 1 or not isinstance(tree, s.Juxtaposed) or len(tree.factors) != 2:
        return None
    (_, f), (op, bracket) = tree.factors
    if not isinstance(f, s.Name) or f.name not in c.table.functionals or op or not isinstance(bracket, s.Bracket):
        return None
    if len(bracket.items) != 1:
        return None
    argument = lower(bracket.items[0], c)
    at_point = value(f.name, 0, argument, node.at, c).expr
    c.differential = True
    assert isinstance(at_point, Unknown)
    slope, along = Unknown(f.name, 1, at_point.argument), _direction(f.name, argument)
    return make(slope * along.expr, *along.axes)


def partial(node: s.Derivative, bracket: s.Bracket, c: Context) -> Value | None:
    """\\frac{\\partial f}{\\partial x_i}(x): an entry of the gradient of f at x; None for any other derivative."""
    f, (variable, *more) = node.body, node.variables or (None,)
    of = variable.of if variable is not None and not more else None
    if (
        node.kind == "nabla"
        or not isinstance(f, s.Name)
        or f.name not in c.table.functionals
        or len(bracket.items) != 1
    ):
        return None
    argument = bracket.items[0]
    if not isinstance(of, s.Script) or not of.sub or of.sup or of.primes or not isinstance(of.base, s.Name):
        return None
    if not isinstance(argument, s.Name) or argument.name != of.base.name:
        raise Unreadable(node.at, f"a derivative of {f.name} at another place", f"an entry of the gradient of {f.name}")
    whole = gradient(s.Derivative(node.at, s.Juxtaposed(node.at, (("", f), ("", bracket))), (), "nabla"), c)
    return entry(whole, of.sub, node.at, c) if whole is not None else None


def check(reading: Reading, relation: str, at: int) -> None:
    """Raise Unreadable where a claim is about more than first derivatives."""
    if not reading.unspecified:
        return
    names = ", ".join(reading.unspecified)
    if not reading.differential or relation not in ("=", "\\equiv", "\\coloneq"):
        raise Unreadable(at, f"values of {names}, of which nothing is known", f"a definition of {names}")
    pairs = [(i.sides, i.program) for i in reading.instances] or [(reading.sides or (), reading.program)]
    for sides, program in pairs:
        exprs = [*(x.expr for x in sides), *(let.rhs for let in program)]
        found = {u for e in exprs for u in e.atoms(Unknown) if u.name in reading.unspecified}
        if any(u.order > 1 for u in found):
            raise Unreadable(at, f"a second derivative of {names}", f"a definition of {names}")
        if len({unfold(u.argument, program) for u in found}) > 1:
            raise Unreadable(at, f"{names} at several points", f"a definition of {names}")
