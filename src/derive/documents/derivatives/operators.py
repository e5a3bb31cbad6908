"""Derivatives by the name of an operator: J_f(x), \\operatorname{Hess} f(x), \\operatorname{grad} f(x), D_v f(x)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sympy import Add, Expr, S

from derive.documents.functions import composed, functionals
from derive.documents.meaning.entries import entry
from derive.documents.meaning.powers import raised
from derive.documents.meaning.values import Value, dot, make, multiply, transpose
from derive.documents.names.mentions import mentioned
from derive.documents.names.scripts import superscript
from derive.documents.names.table import Table
from derive.documents.syntax import tree as s
from derive.documents.syntax.parser import parse
from derive.documents.trouble import Unreadable
from derive.expr import Delta, Index, Tensor, fresh

if TYPE_CHECKING:
    from derive.documents.meaning.context import Context

Factors = tuple[tuple[str, s.Node], ...]
Names = tuple[s.Name, ...]
ORDERS = {"Hess": 2, "grad": 1}


def operator(factors: Factors, c: Context) -> tuple[Value, int] | None:
    """The derivative that the factors begin with, and how many of them it takes; None where they begin with none."""
    kind = kind_of(factors, c.table)
    if not kind:
        return None
    head, at = factors[0][1], factors[0][1].at
    sub = parse(head.sub) if isinstance(head, s.Script) else None
    if kind in ORDERS and sub is None:
        return _of_a_value(factors, ORDERS[kind], c)
    if kind == "D":
        names, bracket = composed.functions(factors[1][1], c.table), factors[2][1]
        assert isinstance(bracket, s.Bracket)
        assert sub is not None
        return _along(names, bracket, sub, at, c), 3
    bracket = _place(factors[1][1])
    assert bracket is not None
    assert sub is not None
    names = composed.functions(sub, c.table)
    if kind == "J":
        return _scripted(jacobian(names, bracket, at, c), factors[1][1], c), 2
    node = s.Derivative(at, composed.applied(names, bracket.items, at, c.table), (), "nabla", ORDERS.get(kind, 2))
    return _scripted(_whole(node, names, bracket, c), factors[1][1], c), 2


def _place(node: s.Node) -> s.Bracket | None:
    """(x) of (x), (x)^T and (x)_{ij}."""
    inner = node.base if isinstance(node, s.Script) and not node.primes else node
    return inner if isinstance(inner, s.Bracket) and inner.kind in ("(", "[") else None


def _scripted(value: Value, behind: s.Node, c: Context) -> Value:
    """J_F(x)^T, J_F(x)_{ij}."""
    if not isinstance(behind, s.Script):
        return value
    value = entry(value, behind.sub, behind.at, c) if behind.sub else value
    return raised(value, superscript(behind.sup), behind.at, c)


def kind_of(factors: Factors, table: Table) -> str:
    """Which operator the factors begin with: the note has it, and what follows is a function."""
    head = factors[0][1] if factors else None
    base = head.base if isinstance(head, s.Script) and not (head.sup or head.primes) else head
    if not isinstance(base, s.Name) or table.known(base.name) or len(factors) < 2 or any(op for op, _ in factors[1:2]):
        return ""
    behind = factors[1][1]
    if not isinstance(head, s.Script):
        return base.name if base.name in ORDERS and not isinstance(behind, s.Num) else ""
    try:
        sub = parse(head.sub)
    except Unreadable:
        return ""
    if base.name in table.operators & {"J", "H"} or base.name in ORDERS:
        named = not isinstance(sub, s.Name) or not table.known(f"{base.name}_{sub.name}")
        return base.name if named and _place(behind) is not None and composed.functions(sub, table) else ""
    if base.name == "D" and len(factors) > 2 and not factors[2][0] and composed.functions(behind, table):
        known = isinstance(sub, s.Name) and table.known(f"D_{sub.name}")
        place = factors[2][1]
        return "D" if isinstance(place, s.Bracket) and place.kind in "([" and not known else ""
    return ""


def heads(tree: s.Node, table: Table) -> str:
    """Which operator a side of an equation is, by itself."""
    if not isinstance(tree, s.Juxtaposed):
        return ""
    kind = kind_of(tree.factors, table)
    length = 2 if isinstance(tree.factors[0][1], s.Script) and kind != "D" else 3
    return kind if len(tree.factors) == length else ""


def gradient(node: s.Derivative, bracket: s.Bracket, c: Context) -> Value | None:
    """\\nabla(q \\circ \\Phi)(r, t): a column; None of anything else."""
    if node.kind != "nabla" or node.variables or node.order != 1 or not isinstance(node.body, s.Bracket):
        return None
    if not composed.is_composition(node.body, c.table):
        return None
    return _gradient(composed.functions(node.body, c.table), bracket, node.at, c)


def jacobian(names: Names, bracket: s.Bracket, at: int, c: Context) -> Value:
    """A row for each entry of the value and a column for each of the argument, unless the note says otherwise."""
    body, slopes = _slopes(names, bracket, at, c)
    if body and c.table.layout == "denominator":
        return transpose(slopes, at)
    if not body:
        if c.table.layout is None:
            c.presumed.setdefault(ROW)
        return slopes if c.table.layout == "denominator" else transpose(slopes, at)
    return slopes


ROW = "the Jacobian of a number as a row"


def in_numbers(node: s.Derivative, c: Context) -> Value | None:
    """\\nabla g(u, v) and \\nabla^2 g(u, v), where g takes several numbers; None of anything else."""
    tree = node.body
    if node.kind != "nabla" or node.variables or not isinstance(tree, s.Juxtaposed) or len(tree.factors) != 2:
        return None
    (_, f), (op, bracket) = tree.factors
    names = composed.functions(f, c.table) if isinstance(f, s.Name) and not op else ()
    if not names or not isinstance(bracket, s.Bracket) or len(bracket.items) < 2:
        return None
    return _gradient(names, bracket, node.at, c, node.order)


def _gradient(names: Names, bracket: s.Bracket, at: int, c: Context, order: int = 1) -> Value:
    body, slopes = _slopes(names, bracket, at, c, order)
    if body:
        raise Unreadable(at, "the gradient of a function whose values are arrays", "a function with numbers for values")
    return slopes


def _along(names: Names, bracket: s.Bracket, direction: s.Node, at: int, c: Context) -> Value:
    """D_v f(x): the slope of f(x + tv) in t."""
    from derive.documents.meaning.lower import lower

    if "D" not in c.table.operators:
        raise Unreadable(at, "D before a function", "words that say what it is, such as: the directional derivative")
    if isinstance(direction, s.Name) and any(direction.name in mentioned(x) for x in bracket.items):
        raise Unreadable(at, f"D with {direction.name} below it", "a gradient, or a direction with another name")
    along = lower(direction, c)
    body, slopes = _slopes(names, bracket, at, c)
    if along.rank != 1 or slopes.rank != body + 1:
        raise Unreadable(at, "D with this below it", "the vector along which the derivative is taken")
    return multiply(slopes, along, at) if body else dot(slopes, along, at)


def _of_a_value(factors: Factors, order: int, c: Context) -> tuple[Value, int]:
    """\\operatorname{Hess} f(x), \\operatorname{Hess} f."""
    body, at = factors[1][1], factors[0][1].at
    bracket = factors[2][1] if len(factors) > 2 and not factors[2][0] else None
    if not isinstance(bracket, s.Bracket) or bracket.kind not in "([":
        bracket = None
    names = composed.functions(body, c.table)
    if bracket is not None and names:
        node = s.Derivative(at, composed.applied(names, bracket.items, at, c.table), (), "nabla", order)
        return _whole(node, names, bracket, c), 3
    if bracket is not None and isinstance(body, (s.Name, s.Script)):
        body = s.Juxtaposed(body.at, (("", body), ("", bracket)))
    from derive.documents.derivatives.derivatives import derivative

    return derivative(s.Derivative(at, body, (), "nabla", order), c), 2 if bracket is None else 3


def _whole(node: s.Derivative, names: Names, bracket: s.Bracket, c: Context) -> Value:
    """The gradient or the Hessian of f at (x), or at several numbers (r, t)."""
    from derive.documents.derivatives.derivatives import derivative

    if len(names) == 1 and len(bracket.items) == 1:
        return derivative(node, c)
    return _gradient(names, bracket, node.at, c, node.order)


def _slopes(names: Names, bracket: s.Bracket, at: int, c: Context, order: int = 1) -> tuple[int, Value]:
    """How many axes the value has, and all its derivatives, those in one argument beside those in the next."""
    from derive.documents.derivatives import points
    from derive.documents.derivatives.derivatives import total
    from derive.documents.meaning.lower import lower

    c.differential = True
    if len(names) == order == 1 and names[0].name in c.table.functionals:
        node = s.Derivative(at, composed.applied(names, bracket.items, at, c.table), (), "nabla")
        if (found := functionals.gradient(node, c)) is not None:
            return 0, found
    d = c.table.definitions.get(names[-1].name)
    if d is None or len(d.parameters) != len(bracket.items):
        raise Unreadable(at, f"a derivative of {names[-1].name}", f"a definition of {names[-1].name}")
    own = d.parameters
    if any(points.unsuitable(p, c) for p in own):
        raise Unreadable(at, f"a derivative in {', '.join(own)}", "a function of inputs")
    given = [lower(x, c) for x in bracket.items]
    with c.unbound(*own):
        inputs = [points.taken(p, x, c) or c.tensor_of(p, None, at) for p, x in zip(own, given, strict=True)]
        with c.bind({p: c.whole(x) for p, x in zip(own, inputs, strict=True) if x.name != p}):
            body = lower(composed.applied(names, tuple(s.Name(at, p) for p in own), at, c.table), c)
        if body.rank > 1 or max(x.rank for x in inputs) > (1 if len(inputs) == 1 else 0):
            raise Unreadable(at, "a Jacobian with more than two axes", "a function of a vector or of numbers")
        value = body
        for _ in range(order):
            axes = tuple(fresh(a) for a in inputs[0].dims)
            one = value if len(inputs) > 1 else make(total(value.expr, inputs[0](*axes), c), *value.axes, *axes)
            value = _in_numbers(value, inputs, c) if len(inputs) > 1 else one
    places = list(zip(own, bracket.items, strict=True))
    moved = [(p, x) for p, x in places if not (isinstance(x, s.Name) and x.name == p and p not in c.bindings)]
    if any(p in mentioned(x) and p != q for p, _ in places for q, x in moved):
        raise Unreadable(at, "parameters in each other's places", "other names for the arguments")
    for p, _ in moved:
        value = points.at(value, inputs[own.index(p)], given[own.index(p)], at, c)
    return body.rank, value


def _in_numbers(body: Value, inputs: list[Tensor], c: Context) -> Value:
    """Derivatives in several numbers, one beside the other."""
    from derive.documents.derivatives.derivatives import total

    last = Index("~argument", S(len(inputs)))
    terms: list[Expr] = [total(body.expr, x(), c) * Delta(last, k) for k, x in enumerate(inputs)]
    return make(Add(*terms), *body.axes, last)
