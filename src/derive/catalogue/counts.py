"""What a network costs: parameters, multiplications, memory; counted on the equations that were derived."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sympy import Add, Expr, Integer

from derive.catalogue.backpropagation import Backpropagation
from derive.catalogue.network import Network
from derive.derivation import Section, Table
from derive.expr import DEPTH, LAYER, LayerSum, Size, Tensor, generic, rebuild, tensors
from derive.expr.costs import entries, multiplications

OfLayer = Callable[[Expr], Expr]
Row = tuple[str, Expr]


def counts(back: Backpropagation, sizes: tuple[int, ...] | None) -> Section:
    """Formulas in the sizes, and numbers where the sizes are given."""
    rows = (*_parameters(back.net), *_work(back))
    if sizes is None:
        return Section("Counts", (Table(("quantity", "formula"), rows),), "counts")
    values = {back.net.width(Integer(m)): Integer(n) for m, n in enumerate(sizes)}
    numbered = tuple((what, formula, _value(formula, values)) for what, formula in rows)
    return Section("Counts", (Table(("quantity", "formula", "here"), numbered),), "counts")


def _parameters(net: Network) -> Iterable[Row]:
    yield "parameters", _once(net, lambda m: _entries(t for t, _ in net.parameters(m)))
    if net.has_bias:
        yield "parameters without the biases", _once(net, lambda m: _entries(_weights(net, m)))
    first = LAYER if net.depth == DEPTH else Integer(1)
    several = net.pieces(first)
    if len(several) > 1:
        yield f"parameters of layer {first}", _entries(t for t, _ in net.parameters(first))
        one = (t for t, _ in net.parameters(first)[: len(net.parameters(first)) // len(several)])
        yield "the same for one piece", _entries(one)


def _work(back: Backpropagation) -> Iterable[Row]:
    """Multiplications and what is kept, per sample."""
    net, found = back.net, back.found
    forward = _total(net, lambda m: multiplications(*(let.rhs for let in net.lets(m) if _is_score(net, m, let.tensor))))

    def gradients(layer: Expr) -> Expr:
        return multiplications(*(found[u].value for u in _weights(net, layer)))

    def deltas(layer: Expr) -> Expr:
        named = (found[u] for u in (net.a(layer), *net.inside(layer)))
        return multiplications(*(a.value for a in named if a.name is not None))

    backward = _once(net, gradients)
    if back.below:
        backward = backward + _total(net, deltas, net.depth - 1)
    yield "multiplications of the forward pass, per sample", forward
    yield "multiplications of the backward pass, per sample", backward
    yield "numbers kept from the forward pass, per sample", _kept(back)


def _kept(back: Backpropagation) -> Expr:
    """What the derivatives mention of the forward pass: the input of every layer, and what else their slopes need."""
    net = back.net
    used = {t for a in back.found.values() for t in tensors(a.value)}

    def inside(layer: Expr) -> Expr:
        within = {*(net.z(layer, p) for p in net.pieces(layer)), *((net.h(layer),) if net.residual else ())}
        return net.width(layer) * len(within & used)

    top = net.width(net.depth) * len({net.z(net.depth), net.prediction} & used)
    hidden = _total(net, inside, net.depth - 1) if back.below else Integer(0)
    return _total(net, lambda m: net.width(m - 1)) + hidden + top


def _is_score(net: Network, layer: Expr, u: Tensor) -> bool:
    return u in {net.z(layer, p) for p in net.pieces(layer)}


def _weights(net: Network, layer: Expr) -> Iterable[Tensor]:
    return (t for t, _ in net.parameters(layer) if t.rank == 2)


def _entries(of: Iterable[Tensor]) -> Expr:
    return Add(*(entries(t.dims) for t in of))


def _once(net: Network, f: OfLayer) -> Expr:
    """The sum over the layers of what belongs to parameters: those that layers share are counted once."""
    return f(Integer(1) if net.depth.is_Integer else LAYER) + f(net.depth) if net.tied else _total(net, f)


def _total(net: Network, f: OfLayer, last: Expr | None = None) -> Expr:
    """The sum of f over the layers 1 .. last: written out for a few layers, with a sum sign for many."""
    last = net.depth if last is None else last
    if net.depth.is_Integer and (net.depth <= 3 or len(net.hidden) > 1):
        return Add(*(f(Integer(m)) for m in range(1, int(last) + 1)))
    each = generic(f(Integer(1)), 1) if net.depth.is_Integer else f(LAYER)
    if net.top_differs:
        return _times(each, last - 1) + f(last)
    return _times(each, last)


def _times(each: Expr, last: Expr) -> Expr:
    """The sum of `each` over the layers 1 .. last."""
    same = all(s.layer is None for s in each.atoms(Size))
    return last * each if same else LayerSum(each, LAYER, 1, last)


def _value(formula: Expr, sizes: dict[Size, Integer]) -> str:
    def go(u: Expr) -> Expr:
        if isinstance(u, LayerSum):
            return go(u.written_out())
        return sizes.get(u, u) if isinstance(u, Size) else rebuild(u, go)

    return f"{int(go(formula)):,}"
