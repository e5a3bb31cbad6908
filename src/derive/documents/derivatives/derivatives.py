"""Derivatives: what they are taken of, in which variables, and how they are carried out."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from sympy import Add, Expr, S

from derive.calculus import differentiate, fold
from derive.documents.derivatives.classes import at_class
from derive.documents.derivatives.indices import at_index
from derive.documents.derivatives.members import at_its_layer
from derive.documents.derivatives.operators import in_numbers
from derive.documents.derivatives.points import at, derivative_at
from derive.documents.derivatives.renamed import through_input
from derive.documents.derivatives.squares import in_squares, is_square
from derive.documents.functions.functionals import gradient
from derive.documents.meaning.domains import Bounds, bounded_by
from derive.documents.meaning.values import Link, Value, make, transpose
from derive.documents.names.mentions import mentioned
from derive.documents.names.scripts import superscript
from derive.documents.names.symbols import Tokens
from derive.documents.source.rows import relations
from derive.documents.syntax import tree as s
from derive.documents.trouble import Unreadable
from derive.expr import Elem, Index, Let, Tensor, free_indices, fresh, rename, sum_over, tensors, unfold
from derive.expr.checks import weight

if TYPE_CHECKING:
    from derive.documents.meaning.context import Context

MAX_WEIGHT = 60_000


def derivative(node: s.Derivative, c: Context) -> Value:
    """The derivative of the body in each variable, from the last to the first."""
    from derive.documents.meaning.lower import lower

    if node.body is None:
        raise Unreadable(node.at, "a derivative of nothing", "what is differentiated")
    c.differential = True
    node = _together(node)
    if any(is_square(v.of) for v in node.variables):
        return lower(in_squares(node, c), c)
    if (value := in_numbers(node, c)) is not None or (value := at_class(node, c)) is not None:
        return value
    if (row := _row(node)) is not None and not lower(row.base.body, c).axes:
        return lower(row, c)
    if (value := gradient(node, c) or derivative_at(node, c)) is not None:
        return value
    body = lower(node.body, c)
    body = body if not node.variables or body.rank == 0 else _as_column(body)
    variables = tuple(at_its_layer(_unprimed(v, c), node.body, c) for v in node.variables) or _implied(node, body, c)
    value = Value(body.expr, body.axes)
    for v in reversed(variables):
        value = _in(value, v, len(variables) == 1, c)
    value = _with_columns(value, body, variables)
    value = _layout(value, body, variables, c, nabla=node.kind == "nabla")
    return Value(value.expr, value.axes, _link(body, variables, value, c))


def _with_columns(value: Value, body: Value, variables: tuple[s.Variable, ...]) -> Value:
    """d^2 L / dx dy^T of a number: x runs over the rows, and y, which is transposed, over the columns."""
    if body.rank or value.rank != 2 or [v.transposed for v in variables] != [False, True]:
        return value
    return transpose(value, variables[0].at)


def _row(node: s.Derivative) -> s.Script | None:
    """\\nabla f(x)^T, where f has numbers for values: the gradient, and then in a row."""
    tree = node.body
    if node.kind != "nabla" or not isinstance(tree, s.Juxtaposed) or len(tree.factors) != 2:
        return None
    last = tree.factors[1][1]
    if not isinstance(last, s.Script) or not isinstance(last.base, s.Bracket) or last.sub or last.primes:
        return None
    if not superscript(last.sup).transposed:
        return None
    body = s.Juxtaposed(tree.at, (tree.factors[0], ("", last.base)))
    return s.Script(node.at, s.Derivative(node.at, body, node.variables, node.kind, node.order), (), last.sup)


def _together(node: s.Derivative) -> s.Derivative:
    """\\nabla\\nabla E as \\nabla^2 E: both are taken in the same, and then at a point."""
    inner = node.body
    if node.kind != "nabla" or node.variables or not isinstance(inner, s.Derivative) or inner.kind != "nabla":
        return node
    if node.order + inner.order > 2:
        raise Unreadable(node.at, "three gradients", r"\nabla or \nabla\nabla")
    return node if inner.variables else s.Derivative(node.at, inner.body, (), "nabla", 2)


def _unprimed(v: s.Variable, c: Context) -> s.Variable:
    """beta of \\partial\\beta': the prime only says that its entries stand in a row."""
    x = v.of
    if (
        not isinstance(x, s.Script)
        or x.primes != 1
        or not isinstance(x.base, s.Name)
        or c.table.known(f"{x.base.name}prime")
    ):
        return v
    return s.Variable(v.at, s.Script(x.at, x.base, x.sub, x.sup) if x.sub or x.sup else x.base, True)


def _as_column(v: Value) -> Value:
    """A row that is differentiated counts as a column: d(x^T A)/dx has the shape of d(A^T x)/dx."""
    if v.rank == 2 and v.axes[0].dim == 1:
        return make(v.expr, v.axes[1])
    return v


def _implied(node: s.Derivative, body: Value, c: Context) -> tuple[s.Variable, ...]:
    """The variable of a bare \\nabla: the argument of f(x), or of the definition of f."""
    from derive.documents.names.scripts import base_of, word_of

    tree = node.body
    if isinstance(tree, s.Derivative) and tree.kind == "nabla" and tree.variables:  # \nabla\nabla_w E
        return tree.variables[-1:] * node.order
    if isinstance(tree, s.Juxtaposed) and len(tree.factors) == 2 and isinstance(tree.factors[1][1], s.Bracket):
        inside = tree.factors[1][1].items
        if len(inside) == 1 and base_of(inside[0]) is not None:
            return (s.Variable(node.at, inside[0]),) * node.order
    base = base_of(tree) if tree is not None else None
    sub = tree.sub if isinstance(tree, s.Script) else ()
    names = (f"{base.name}_{word_of(sub)}", base.name) if base is not None else ()
    d = next((c.table.definitions[x] for x in names if x in c.table.definitions), None)
    if d is not None and len(d.parameters) == 1:
        return (s.Variable(node.at, s.Name(node.at, d.parameters[0])),) * node.order
    if c.table.nabla:
        return (s.Variable(node.at, c.tree(c.table.nabla, node.at)),) * node.order
    if (name := _only_variable(body, c)) is not None:
        return (s.Variable(node.at, s.Name(node.at, name)),) * node.order
    raise Unreadable(node.at, r"\nabla without a variable", r"\nabla_w, with what the gradient is taken in")


def _only_variable(body: Value, c: Context) -> str | None:
    """The one vector of x^T A x, or the one input there is. Beside a matrix, which may vary as well, it is presumed."""
    if isinstance(body.expr, Elem) and body.expr.tensor not in c.lets:
        return None  # \nabla a, where a is not said to depend on anything
    bounded = frozenset(t for t in c.lets if t.name in c.table.symbols and t.name not in c.table.definitions)
    whole = tensors(unfold(body.expr, c.program(body.expr), bounded))
    inputs = sorted({t for t in whole if t in bounded or t not in c.lets}, key=str)
    if any(t.name not in c.table.symbols or t.name in c.table.definitions for t in inputs):
        return None
    vectors = [t for t in inputs if t.rank == 1] or inputs
    if len(vectors) != 1 or vectors[0].layer is not None or c.table.symbols[vectors[0].name].lead:
        return None
    if any(t.rank > 1 for t in inputs if t != vectors[0]):
        c.presumed.setdefault(vectors[0].name)
    return vectors[0].name


def variable_of(v: s.Variable, c: Context) -> tuple[Elem, tuple[Index, ...]]:
    """The element that is varied, over fresh indices for the axes of a whole array."""
    from derive.documents.meaning.lower import lower

    if isinstance(v.of, s.Name) and not c.table.known(v.of.name) and v.of.name in {*c.table.indices, *c.table.ranges}:
        said = r"what it is short for, as in: \partial_i stands for \partial/\partial x_i"
        raise Unreadable(v.at, f"a derivative in the index {v.of.name}", said)
    value = lower(v.of, c)
    if not isinstance(value.expr, Elem):
        raise Unreadable(v.at, "an expression as the variable of a derivative", "a name or an entry of one")
    axes = tuple(fresh(a.dim) for a in value.axes)
    x = rename(value.expr, dict(zip(value.axes, axes, strict=True)))
    return _in_whole(x, c), axes


def _in_whole(x: Elem, c: Context) -> Elem:
    """An entry of p_i, the i-th row of P, is one of P: what depends on P varies with it."""
    let, d = c.lets.get(x.tensor), c.table.definitions.get(x.tensor.name)
    if d is None or not d.letters:  # where x = a, f(x, a) varies with x alone
        return x
    if let is None or not isinstance(let.rhs, Elem) or set(let.rhs.indices) != set(let.target.indices):
        return x
    return let.at(*x.indices)


def _in(value: Value, v: s.Variable, alone: bool, c: Context) -> Value:
    x, axes = variable_of(v, c)
    e = total(value.expr, x, c)
    if e == 0:
        _meant_to_vanish(value.expr, x, v, c)
    shown = axes
    if alone and v.transposed and len(axes) == 1 and not value.axes:
        return make(e, Index("~row", S.One), *axes)
    if value.axes:  # of a vector in a row: the row counts as a vector
        thin = [a for a in axes if a.dim == 1]
        e, shown = rename(e, dict.fromkeys(thin, S.Zero)), tuple(a for a in axes if a not in thin)
    return make(e, *value.axes, *shown)


def _meant_to_vanish(body: Expr, x: Elem, v: s.Variable, c: Context) -> None:
    """A derivative that is zero only because the note did not say what depends on what is no reading."""
    inputs = {t.name for t in {*tensors(body), *(t for let in _needed(body, c).values() for t in tensors(let.rhs))}}
    if isinstance(body, Elem) and body.tensor not in {x.tensor, *_needed(body, c)} and not _is_given(body.tensor, c):
        name = body.tensor.name  # C in dC/df, where all that is said of C is that it is a number
    elif vague := sorted(inputs & set(c.used_undeclared) - {x.tensor.name}):
        name = vague[0]
    elif x.tensor in c.lets and inputs & {t.name for let in _needed(x, c).values() for t in tensors(let.rhs)}:
        name = str(body.tensor.name) if isinstance(body, Elem) else "an expression"  # both depend on the same inputs
    elif (row := _rows_of(x.tensor, inputs, c)) is not None:
        raise Unreadable(v.at, f"a derivative in {x.tensor.name}, on which nothing depends", f"{row}_n as row n of it")
    else:
        return
    raise Unreadable(
        v.at, f"a derivative of {name}, which is not defined in {x.tensor.name}", f"a definition of {name}"
    )


def _rows_of(t: Tensor, inputs: set[str], c: Context) -> str | None:
    """k, where the derivative is taken in K, and the vectors k_i might be the rows of it."""
    small = t.name.lower()
    symbol = c.table.symbols.get(small)
    apart = t.rank == 2 and small != t.name and small in inputs and symbol is not None
    return small if apart and symbol is not None and len((*symbol.lead, *symbol.dims)) == 2 else None


def _is_given(t: Tensor, c: Context) -> bool:
    """Whether it is one of several independent quantities, as W_2 beside W_1: an array that others are made of."""
    return t.rank > 0 and any(t.name in mentioned(d.rhs, c.table) for d in c.table.definitions.values())


def _layout(value: Value, body: Value, variables: tuple[s.Variable, ...], c: Context, *, nabla: bool) -> Value:
    """In denominator layout the Jacobian of a vector is transposed; that of a number may be a row, or a transpose."""
    if c.table.transposes_matrices and not nabla and len(variables) == 1 and body.rank == 0 and value.rank == 2:
        return transpose(value, 0)
    if c.table.rows and not nabla and len(variables) == 1 and body.rank == 0 and value.rank == 1:
        return transpose(value, 0)
    if c.table.layout == "denominator" and len(variables) == 1 and body.rank == 1 and value.rank == 2:
        return transpose(value, 0)
    return value


def _link(body: Value, variables: tuple[s.Variable, ...], value: Value, c: Context) -> Link | None:
    """What a chain of derivatives is linked by: the bare names above and below."""
    if len(variables) != 1 or c.table.layout == "denominator":
        return None
    x, axes = variable_of(variables[0], c)
    whole = len(axes) == x.tensor.rank
    if not whole or variables[0].transposed:
        return None
    own = body.expr.tensor if isinstance(body.expr, Elem) and len(body.axes) == body.expr.tensor.rank else None
    return Link(own, x.tensor, body.rank)


# -- carrying out ------------------------------------------------------------------------------------------------
def total(e: Expr, x: Elem, c: Context) -> Expr:
    """d e / d x through the definitions in force, except that of x itself; names are kept."""
    lets = {t: let for t, let in _needed(e, c).items() if t != x.tensor and not isinstance(let, Bounds)}
    depends = _depending(x.tensor, lets)
    if x.tensor not in tensors(e) and not (tensors(e) & depends):
        e, lets, depends = _introduced(e, x, c)
    known = tuple(lets.values())
    slope = _slope(e, x, known)
    if slope != 0 and c.table.held:
        return slope
    return slope + through_input(x, c, lambda u: _slope(e, u, known))


def _slope(e: Expr, x: Elem, known: tuple[Let, ...]) -> Expr:
    free = free_indices(e)
    if not all(isinstance(i, Index) and i.name.startswith("~") and i not in free for i in x.indices):
        return _through(e, x, known)
    slope, axes = _in_array(e, x.tensor, known)
    return rename(slope, dict(zip(axes, x.indices, strict=True)))


@lru_cache(1 << 10)
def _in_array(e: Expr, t: Tensor, lets: tuple[Let, ...]) -> tuple[Expr, tuple[Index, ...]]:
    """The derivative in a whole array, which notes take again and again, and the indices of its entry."""
    axes = tuple(fresh(d) for d in t.dims)
    return _through(e, Elem(t, *axes), lets), axes


def _through(e: Expr, x: Elem, known: tuple[Let, ...]) -> Expr:
    """d e / d x, by the chain rule for what depends on x."""
    lets = {let.tensor: let for let in known}
    depends = _depending(x.tensor, lets)
    memo: dict[Tensor, tuple[tuple[Index, ...], Expr]] = {}

    def of_let(t: Tensor, at: tuple[Index, ...]) -> Expr:
        if t not in memo:
            let = lets[t]
            indices = tuple(fresh(d) for d in t.dims)
            memo[t] = indices, go(let.at(*indices), (let,))
        indices, value = memo[t]
        return rename(value, dict(zip(indices, at, strict=True)))

    def go(u: Expr, names: tuple[Let, ...]) -> Expr:
        if weight(u) > MAX_WEIGHT:
            raise Unreadable(0, "an expression that is too large to be differentiated", "named parts")
        terms = [_folded(differentiate(u, x), names)]
        for t in sorted(tensors(u) & depends, key=str):
            at = tuple(fresh(d) for d in t.dims)
            slope = _folded(differentiate(u, Elem(t, *at)), names)
            if slope != 0:
                inner = of_let(t, at)
                if inner != 0:
                    terms.append(sum_over(slope * inner, *at))
        return Add(*terms)

    return go(e, ())


def _folded(e: Expr, names: tuple[Let, ...]) -> Expr:
    return fold(e, names) if names and e != 0 else e


def _needed(e: Expr, c: Context) -> dict[Tensor, Let]:
    return dict(c.program(e).by_tensor)


def _depending(x: Tensor, lets: dict[Tensor, Let]) -> frozenset[Tensor]:
    out: set[Tensor] = set()
    for t, let in lets.items():
        used = tensors(let.rhs)
        if x in used or used & out:
            out.add(t)
    return frozenset(out)


def _introduced(e: Expr, x: Elem, c: Context) -> tuple[Expr, dict[Tensor, Let], frozenset[Tensor]]:
    """E = |Xw - y|^2 in r = Xw - y, which E does not mention by name: the name is put in where its value occurs."""
    let = c.lets.get(x.tensor)
    if let is None or isinstance(let.rhs, Elem) or not let.rhs.args:
        return e, {}, frozenset()
    lets = {t: u for t, u in _needed(e, c).items() if t != x.tensor and not isinstance(u, Bounds)}
    changed = {t: Let(u.target, fold(u.rhs, [let])) for t, u in lets.items() if tensors(let.rhs) <= tensors(u.rhs)}
    lets |= changed
    return fold(e, [let]), lets, _depending(x.tensor, lets)


def evaluated(node: s.Evaluated, c: Context) -> Value:
    """An expression at x = value."""
    from derive.documents.functions.inserted import substituted
    from derive.documents.meaning.lower import lower

    body = lower(node.body, c)
    values: dict[Tensor, Value] = {}
    for part in _equations(node.conditions):
        chain = relations(list(part))
        if len(chain.relations) != 1 or str(chain.relations[0]) != "=":
            raise Unreadable(node.at, "this condition behind a bar", "x = value")
        if (there := at_index(body, chain.sides, node.at, c)) is not None:
            body = there
            continue
        x = lower(c.tree(tuple(chain.sides[0]), node.at), c)
        if not isinstance(x.expr, Elem) or len(x.axes) != x.expr.tensor.rank:
            raise Unreadable(node.at, "this condition behind a bar", "a name on the left")
        values[x.expr.tensor] = lower(c.tree(tuple(chain.sides[1]), node.at), c)
    if any(v.axes and not x.rank for x, v in values.items()):
        if body.axes:
            raise Unreadable(node.at, "an array as the value behind a bar", "a scalar")
        known = c.program(body.expr)
        kept = frozenset(values).union(*(bounded_by(x, known) for x in values))
        return substituted(Value(unfold(body.expr, known, kept)), values)  # entry by entry
    if len(values) > 1 and any(tensors(v.expr) & set(values) for v in values.values()):
        raise Unreadable(node.at, "values behind a bar that depend on each other", "values without these names")
    for x, v in values.items():
        body = at(body, x, v, node.at, c)
    return body


def _equations(conditions: Tokens) -> list[Tokens]:
    from derive.documents.names.scripts import items, strip

    conditions = strip(conditions)
    return items(conditions) if any(t.is_(",") for t in conditions) else [conditions]
