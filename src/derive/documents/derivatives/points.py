"""Functions at a point: f(w + tu), f'(0), \\nabla f(x_*), H(0). Names that depend on the parameter move along."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sympy import Expr

from derive.documents.meaning.domains import Bounds
from derive.documents.meaning.values import Value, broadcast, is_filled, is_unknown, make, same, scalar, show_shape
from derive.documents.names.mentions import mentioned, reachable
from derive.documents.names.scripts import base_of
from derive.documents.syntax import tree as s
from derive.documents.trouble import Clash, Unreadable
from derive.expr import Elem, Let, Program, Sum_, Tensor, fresh, open_binder, rebuild, rename, sum_over, tensors, unfold

if TYPE_CHECKING:
    from derive.documents.meaning.context import Context
    from derive.documents.names.symbols import Definition


NUMBERS = frozenset(("t", "s", "h", "tau", "epsilon", "varepsilon", "eta", "lambda", "alpha", "theta"))
"""Letters that are numbers along a curve, where the note does not say what they are."""


def carried(d: Definition, c: Context) -> tuple[str, ...]:
    """The parameters that names on the right of d depend on: w, where L(w) is a sum over p_i and p_i depends on w."""
    table = c.table
    between = [table.definitions[n] for n in sorted(reachable(d.name, table)) if n in table.definitions and n != d.name]
    return tuple(
        p
        for p in d.parameters
        if not unsuitable(p, c) and any(p not in b.parameters and p in reachable(b.name, table) for b in between)
    )


def unsuitable(p: str, c: Context) -> bool:
    """Whether the name is no input by itself: it has a definition, or stands for one of many."""
    symbol = c.table.symbols.get(p)
    return p in c.table.definitions or c.table.is_family(p) or (symbol is not None and bool(symbol.lead))


def is_of_number(parameter: str, argument: Value, c: Context) -> bool:
    """Whether a function takes a number, also where its values are arrays: a curve has a velocity."""
    symbol = c.table.symbols.get(parameter)
    if argument.axes or c.table.ranks.get(parameter, 0):
        return False
    if symbol is None:
        return parameter in NUMBERS and not c.table.known(parameter)
    return not (symbol.dims or symbol.lead or symbol.letter)


def at(value: Value, x: Tensor, argument: Value, place: int, c: Context) -> Value:
    """The value with the argument in place of x, in all definitions that depend on x as well."""
    if isinstance(argument.expr, Elem) and argument.expr.tensor == x and argument.rank == x.rank:
        return value
    argument = _fitting(argument, x, place)
    e = unfolded(value.expr, x, c)
    return Value(
        mapped(e, x, lambda u: rename(argument.expr, dict(zip(argument.axes, u.indices, strict=True)))), value.axes
    )


def unfolded(e: Expr, x: Tensor, c: Context) -> Expr:
    """The expression with all definitions put in that depend on x."""
    moving: dict[Tensor, Let] = {}
    for t, let in c.program(e).by_tensor.items():
        if t != x and tensors(let.rhs) & {x, *moving} and not isinstance(let, Bounds):
            moving[t] = let
    return unfold(e, Program(tuple(moving.values())))


def _fitting(argument: Value, x: Tensor, place: int) -> Value:
    if is_filled(argument):  # f(0) and f(\mathbf 0), where f takes a matrix
        return broadcast(scalar(argument.expr), x.dims)
    if argument.rank != x.rank or not all([same(a, b) for a, b in zip(argument.shape, x.dims, strict=True)]):
        raise Clash(f"{show_shape(argument.shape)} in place of {x.name}, which is {show_shape(x.dims)}", place)
    return argument


def moved(d: Definition, moving: tuple[str, ...], primes: int, args: list[Value], place: int, c: Context) -> Value:
    """The function as one of the inputs themselves, and then at the arguments."""
    from derive.documents.functions.inserted import by_name, derived
    from derive.documents.meaning.lower import lower

    values = dict(zip(d.parameters, args, strict=True))
    with c.unbound(*moving), c.bind({p: v for p, v in values.items() if p not in moving}):
        value = lower(d.rhs, c)
        inputs = {p: c.tensor_of(p, None, place) for p in moving}
    if primes:
        (x,) = inputs.values() if len(args) == 1 else (None,)
        if x is None or x.rank or (value.axes and not is_of_number(d.parameters[0], args[0], c)):
            raise Unreadable(place, f"{d.name} with a prime", "a function of one number before the prime")
        value = Value(derived(value.expr, x, primes, c), value.axes)
    if len(moving) > 1 and any(inputs[p] in tensors(values[q].expr) for p in moving for q in moving if p != q):
        raise Unreadable(place, f"{d.name} with its parameters in each other's places", "other names for the arguments")
    for p, x in inputs.items():
        value = at(value, x, values[p], place, c)
    return Value(by_name(value.expr), value.axes)


def mapped(e: Expr, tensor: Tensor, f: Callable[[Elem], Expr]) -> Expr:
    """The expression with f of each element of the tensor in its place, under binders as well."""

    def go(u: Expr) -> Expr:
        if tensor not in tensors(u):
            return u
        if isinstance(u, Elem):
            return f(u)
        if isinstance(u, Sum_):
            body, names = open_binder(u)
            return sum_over(go(body), *names)
        return rebuild(u, go)

    return go(e)


# -- derivatives -------------------------------------------------------------------------------------------------
def derivative_at(node: s.Derivative, c: Context) -> Value | None:
    """\\nabla f(x_*): the derivative of f in its parameter, then taken at the point. None if it is another one."""
    from derive.documents.derivatives.derivatives import derivative
    from derive.documents.meaning.lower import lower

    found = _applied(node, c)
    if found is None:
        return None
    f, p, argument = found
    name = s.Name(node.at, p)
    body = s.Juxtaposed(node.at, (("", f), ("", s.Bracket(node.at, "(", (name,)))))
    if unsuitable(p, c):
        return _beside_members(node, body, p, argument, c)
    place = lower(argument, c)
    if (own := taken(p, place, c)) is not None:
        return _of_other_sizes(body, own, p, node.order, place, c)
    with c.unbound(p):
        value = derivative(
            s.Derivative(node.at, body, (s.Variable(node.at, name),) * node.order, node.kind, node.order), c
        )
        x = c.tensor_of(p, None, node.at)
    return at(value, x, place, node.at, c)


def taken(p: str, place: Value, c: Context) -> Tensor | None:
    """What a function takes, where the letter is an array of other sizes elsewhere in the note."""
    with c.unbound(p):
        x = c.tensor_of(p)
    known = p in c.table.symbols and place.rank == x.rank and x.rank > 0 and not is_filled(place)
    if not known or all([a == b or is_unknown(a) or is_unknown(b) for a, b in zip(place.shape, x.dims, strict=True)]):
        return None
    return Tensor(f"{p}_taken", place.shape)


def _beside_members(node: s.Derivative, body: s.Juxtaposed, p: str, argument: s.Node, c: Context) -> Value | None:
    """\\nabla f(x - t g) of an f that takes x, where the note has x_k as well: f takes any such array.

    None where the argument is a name, which the gradient is taken in, or where something else is made of x.
    """
    from derive.documents.meaning.lower import lower

    between = reachable(body.factors[0][1].name, c.table) if isinstance(body.factors[0][1], s.Name) else None
    if node.variables or base_of(argument) is not None or between is None or p not in c.table.symbols:
        return None
    definitions = (c.table.definitions[x] for x in between - {p} if x in c.table.definitions)
    if any(p not in d.parameters and p in reachable(d.name, c.table) for d in definitions):
        return None
    place = lower(argument, c)
    return _of_other_sizes(body, Tensor(f"{p}_taken", place.shape), p, node.order, place, c) if place.axes else None


def _of_other_sizes(body: s.Node, x: Tensor, p: str, order: int, place: Value, c: Context) -> Value:
    """The derivatives of a number f(p), p an array of these sizes, taken at the place."""
    from derive.documents.derivatives.derivatives import total
    from derive.documents.meaning.lower import lower

    with c.bind({p: c.whole(x)}):
        value = lower(body, c)
    if value.axes:
        raise Unreadable(body.at, f"a derivative in {p}, which has other sizes elsewhere", f"a declaration of {p}")
    e, axes = value.expr, []
    for _ in range(order):
        axes.append(tuple(fresh(d) for d in x.dims))
        e = total(e, Elem(x, *axes[-1]), c)
    c.differential = True
    return at(make(e, *(a for each in axes for a in each)), x, place, body.at, c)


def _applied(node: s.Derivative, c: Context) -> tuple[s.Node, str, s.Node] | None:
    """The function, its parameter and the point; only where the derivative is in that parameter."""
    from derive.documents.functions.application import function_name

    tree = node.body
    if not isinstance(tree, s.Juxtaposed) or len(tree.factors) != 2 or any(op for op, _ in tree.factors):
        return None
    f, bracket = (x for _, x in tree.factors)
    if not isinstance(bracket, s.Bracket) or bracket.kind not in "([" or len(bracket.items) != 1:
        return None
    found = function_name(f, bracket, c)
    d = c.table.definitions.get(found[0]) if found is not None and found[0] and not found[1] else None
    if d is None or len(d.parameters) != 1:
        return None
    (p,), argument = d.parameters, bracket.items[0]
    if any(not isinstance(v.of, s.Name) or v.of.name != p or v.transposed for v in node.variables):
        return None
    plain = isinstance(argument, s.Name) and argument.name == p
    if (plain and p not in c.bindings) or (node.variables and p in mentioned(argument)):
        return None  # of f(x) in x itself; of f(Ax) in x, by the chain rule
    return f, p, argument
