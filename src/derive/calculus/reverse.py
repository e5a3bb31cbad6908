"""Reverse mode over a program of named intermediates.

For each name, last to first: the adjoint dC/du is the sum over the lets v that use u of dC/dv dv/du (chain rule),
with the local derivative folded so that it mentions names (a(1-a), p) instead of their definitions. Naming the adjoints
of the pre-activations *is* the delta recursion of backpropagation. Every stage is kept, since the stages are the
steps that are printed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sympy import Add, Expr, Mul, S

from derive.calculus.derivative import differentiate
from derive.calculus.multiples import fold_multiples
from derive.calculus.properties import use_properties
from derive.calculus.simplify import primitive, simplify
from derive.expr import Delta, Diff, Elem, Let, Program, Sum_, Tensor, factors, fresh, rename, sum_over, tensors
from derive.expr.fold import fold
from derive.expr.nodes import Index
from derive.expr.record import Record


class Path(Record):
    """One way in which `u` reaches the output: through the let `through`, at the summed indices `at`."""

    through: Elem
    at: tuple[Index, ...]
    shown: Expr  # the adjoint of `through` as the chain rule writes it: by name, or as a derivative
    upstream: Expr  # the adjoint of `through`: its name, or its formula
    rhs: Expr  # the right side of `through`
    local: Expr  # d through / d u, as differentiated
    folded: Expr  # the same with names put back


class Adjoint(Record):
    """dC/du with the stages of its derivation, each equal to the one before."""

    of: Elem
    output: Elem
    paths: tuple[Path, ...]
    chain: Expr  # chain rule, nothing carried out
    unfolded: Expr  # local derivatives put in, as differentiated
    local: Expr  # the same with names put back
    inserted: Expr  # upstream adjoints put in
    simplified: Expr  # arithmetic
    value: Expr  # properties of the inputs used
    assumptions: tuple[str, ...]
    name: Elem | None = None

    @property
    def symbol(self) -> Expr:
        """How later formulas refer to it: by name if it has one."""
        return self.value if self.name is None else self.name


Known = Mapping[Tensor, "Adjoint | Elem"]


def adjoint(
    u: Tensor,
    indices: Sequence[Index],
    program: Program,
    output: Elem,
    known: Known,
    name: Tensor | None = None,
) -> Adjoint:
    """The adjoint of `u` at `indices`, given the adjoints of the lets that use it.

    `program` need hold only the lets that use `u`; `known` maps those to their adjoints, or to the name of an
    adjoint that is taken as given. That is why the recursion at a symbolic layer is derived like any other.
    """
    target = Elem(u, *indices)
    paths = tuple(_path(v, target, output, program, known) for v in program.users.get(u, ()))
    chain = Add(*(_chain_term(p, target, output, alone=len(paths) == 1) for p in paths))
    unfolded = Add(*(primitive(_sum(p.shown * p.local, p.at)) for p in paths))
    local = Add(*(primitive(_sum(p.shown * p.folded, p.at)) for p in paths))
    inserted = Add(*(primitive(_sum(p.upstream * p.folded, p.at)) for p in paths))
    simplified = simplify(inserted)
    value, assumptions = use_properties(simplified)
    if assumptions:
        value = simplify(value)
    named = None if name is None else Elem(name, *indices)
    return Adjoint(target, output, paths, chain, unfolded, local, inserted, simplified, value, assumptions, named)


def _sum(e: Expr, at: tuple[Index, ...]) -> Expr:
    return S.Zero if e == 0 else sum_over(e, *at)


def _chain_term(p: Path, target: Elem, output: Elem, *, alone: bool) -> Expr:
    """dC/dv dv/du, summed; where u also enters the output directly, that term is the explicit partial derivative."""
    if p.through == output:
        return Diff(output, target) if alone else p.folded
    return Sum_(p.shown * Diff(p.through, target), *p.at)


def _path(v: Let, target: Elem, output: Elem, program: Program, known: Known) -> Path:
    at = tuple(fresh(d) for d in v.tensor.dims)
    through = Elem(v.tensor, *at)
    rhs = v.at(*at)
    local = differentiate(rhs, target)
    names = _names_for(local, v, program)
    folded = fold(local, names)
    if through != output:
        folded = fold_multiples(folded, names)
    folded = _deltas_outside(folded)
    if through == output:
        return Path(through, at, S.One, S.One, rhs, local, folded)
    given = known[v.tensor]
    if not isinstance(given, Adjoint):
        shown = upstream = Elem(given.tensor, *at)
    else:
        upstream = rename(given.symbol, dict(zip(given.of.indices, at, strict=True)))
        shown = Diff(output, through) if given.name is None else upstream
    return Path(through, at, shown, upstream, rhs, local, folded)


def _deltas_outside(e: Expr) -> Expr:
    """delta_ij a + delta_ij b as delta_ij (a + b): the contraction then leaves the bracket whole."""
    if not isinstance(e, Add):
        return e
    shared = set.intersection(*({f for f in factors(t) if isinstance(f, Delta)} for t in e.args))
    if not shared:
        return e
    return Mul(*shared, Add(*(Mul(*(f for f in factors(t) if f not in shared)) for t in e.args)))


def _names_for(e: Expr, v: Let, program: Program) -> list[Let]:
    """The lets whose right sides may re-appear in a derivative of `v`: v itself first, then others it could contain."""
    inside = tensors(e)
    near = {let for t in inside for let in program.users.get(t, ()) if let != v and tensors(let.rhs) <= inside}
    return [v, *sorted(near, key=lambda let: -program.position[let.tensor])]


def adjoints(
    program: Program,
    wrt: Sequence[Tensor],
    indices: Mapping[Tensor, Sequence[Index]],
    names: Mapping[Tensor, Tensor] | None = None,
) -> dict[Tensor, Adjoint]:
    """Reverse mode: the adjoints of every let and of the tensors `wrt`, last to first.

    `indices` gives the free indices of each tensor; `names` the adjoints that get a name (the deltas).
    """
    names = names or {}
    output = program.output.target
    out: dict[Tensor, Adjoint] = {}
    for let in reversed(program.lets[:-1]):
        out[let.tensor] = adjoint(let.tensor, indices[let.tensor], program, output, out, names.get(let.tensor))
    for t in wrt:
        if t not in out:
            out[t] = adjoint(t, indices[t], program, output, out, names.get(t))
    return out
