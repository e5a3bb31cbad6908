"""Operations for autodiff libraries: a formula, its vector-Jacobian products, and theirs, by reverse mode.

A gradient is an operation itself: what it maps the cotangent g and the arguments to is differentiated once more. Names
of intermediate results are limited to the value of the formula, which is the only one that a library can keep without
losing track of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sympy import Add, Expr, S

from derive.calculus import adjoints, recognise, simplify
from derive.catalogue.pages.expression import declared_name
from derive.codegen.kinks import subgradient
from derive.codegen.names import Names, function_name, unique
from derive.codegen.plan import Statement, statement
from derive.codegen.printer import tensors_of
from derive.codegen.stable import meanings_of, stable_statement
from derive.errors import FormulaError, OptionError
from derive.expr import Delta, Elem, Index, Let, Program, Size, Tensor, sum_over, tensors, unfold
from derive.expr.arrays import TensorExpr, array, axis_index
from derive.expr.nodes import Binder
from derive.expr.symbols import RESTRICTED
from derive.formula import parse_formula, parse_where

ENTRIES = Size("*")  # how many entries there are, where every function acts entry by entry: no formula can name it
LOCALS = ("ctx", "inputs", "output", "saved", "sum_to_shape", "once_differentiable", "Undifferentiated")


@dataclass(frozen=True)
class Gradient:
    """The gradient in `of`, given the cotangent of the value; `second` are the gradients of that, given `cotangent`.

    It is a function of what its code mentions. Where that is the value of the operation, `second` has a gradient in the
    value as well, which goes on to the arguments through the operation itself.
    """

    of: Tensor
    statement: Statement
    cotangent: Tensor
    second: Mapping[Tensor, Statement]


@dataclass(frozen=True)
class Operation:
    """A formula with derivatives of two orders; where it is `elementwise`, its arguments are of any shapes.

    A tensor that is missing among the gradients has none, or is not differentiated in.
    """

    name: str
    formula: str
    elementwise: bool
    arguments: tuple[Tensor, ...]
    value: Statement
    cotangent: Tensor
    gradients: Mapping[Tensor, Gradient]


def operation(formula: str, where: str = "", wrt: str = "", name: str = "operation") -> Operation:
    """The operation that a formula stands for, with gradients in the names `wrt` ("x" or "x,y").

    Without `where`, the names of the formula are arrays of any shapes, and its functions act entry by entry. Without
    `wrt`, gradients are taken in all names but those whose properties leave no room, such as labels that are 0 or 1.
    """
    declared = parse_where(where) if where.strip() else _entrywise(formula)
    chosen = [n.strip() for n in wrt.split(",")] if wrt.strip() else _free(declared)
    for n in chosen:
        declared_name(declared, n)
    for n in chosen:
        declared[n] = _without_properties(declared[n])
    f = parse_formula(formula, declared)
    elementwise = not where.strip()
    if elementwise:
        _require_entrywise(f, formula)
    used = [_tensor(x) for x in declared.values() if _tensor(x) in tensors(f.expr)]
    if not used:
        raise OptionError("--custom-op: the formula depends on none of its names")
    missing = next((n for n in chosen if _tensor(declared[n]) not in used), None)
    if missing is not None and wrt.strip():
        raise OptionError(f"--wrt: the formula does not depend on {missing}")
    function_name(name, (t.name for t in used))
    varied = tuple(t for t in used if t.name in chosen)
    return _derived(f, tuple(used), varied, name, formula, elementwise)


def _derived(
    f: TensorExpr, used: tuple[Tensor, ...], varied: tuple[Tensor, ...], name: str, formula: str, elementwise: bool
) -> Operation:
    taken = {t.name for t in used}
    out, g = (Tensor(unique(n, taken), f.shape) for n in ("out", "g"))
    value = Let(out(*f.indices), f.expr)
    first = _pullback((value,), {out: g}, varied, out)
    v = {x: Tensor(unique(f"v_{x.name}", taken), x.dims) for x in first}
    d = {x: Tensor(f"d{x.name}", x.dims) for x in (g, *varied, out)}
    reserved = (*LOCALS, name, *operation_names(name, [x.name for x in first]))
    names = Names([*used, out, g, *d.values(), *v.values()], reserved=reserved)
    forward = statement(*names.result(out, f.expr, f.indices))
    meanings = meanings_of((forward,))

    def stated(x: Tensor, e: Expr) -> Statement:
        return subgradient(stable_statement(statement(*names.result(d[x], e, _axes(x))), meanings), meanings)

    def gradient(x: Tensor, e: Expr) -> Gradient:
        s = stated(x, e)
        result = Let(d[x](*_axes(x)), e)
        known = (result,) if names[out] in tensors_of(s.form) else (value, result)
        second = _pullback(known, {d[x]: v[x]}, (g, *varied, *(() if value in known else (out,))), out)
        return Gradient(names[x], s, names[v[x]], {names[u]: stated(u, e) for u, e in second.items()})

    gradients = {names[x]: gradient(x, e) for x, e in first.items()}
    return Operation(name, formula, elementwise, names.all(used), stable_statement(forward, {}), names[g], gradients)


def operation_names(name: str, gradients: Sequence[str]) -> tuple[str, ...]:
    """The names that the module defines for the operation and for its gradients, of classes and of functions."""
    kind = class_name(name)
    return (kind, *(f"{n}_d{x}" for n in (kind, name) for x in gradients))


def class_name(name: str) -> str:
    found = "".join(part[:1].upper() + part[1:] for part in name.split("_")) or name
    return f"{found}Function" if found == name else found


def _pullback(
    lets: tuple[Let, ...], cotangents: Mapping[Tensor, Tensor], wrt: Sequence[Tensor], keep: Tensor
) -> dict[Tensor, Expr]:
    """The gradients of the sum of cotangents times results, in no names but `keep`; without those that are 0."""
    results = [let.target for let in lets if let.tensor in cotangents]
    terms = [sum_over(cotangents[t.tensor](*t.indices) * t, *t.indices) for t in results]
    total = Tensor(unique("s", {t.name for let in lets for t in tensors(let.rhs)}))
    program = Program((*lets, Let(total(), Add(*terms))))
    at = {t: _position(t) for t in wrt} | {let.tensor: let.target.indices for let in lets}
    found = adjoints(program, wrt, at)
    return {
        t: simplify(recognise(unfold(found[t].value, program, frozenset({keep})))) for t in wrt if found[t].value != 0
    }


def _axes(t: Tensor) -> tuple[Index, ...]:
    return tuple(axis_index(k, d) for k, d in enumerate(t.dims))


def _position(t: Tensor) -> tuple[Expr, ...]:
    """Where its entries are: an axis of size one has the position 0."""
    return tuple(S.Zero if i.dim == 1 else i for i in _axes(t))


def _tensor(x: TensorExpr) -> Tensor:
    return x.expr.tensor


def _without_properties(x: TensorExpr) -> TensorExpr:
    """The array without the properties that a derivative may not use: y^2 = y does not make 2 y = 1."""
    t = _tensor(x)
    return _named(Tensor(t.name, t.dims, t.layer, t.properties - RESTRICTED))


def _named(t: Tensor) -> TensorExpr:
    return array(t(*_axes(t)), *_axes(t))


def _free(declared: Mapping[str, TensorExpr]) -> list[str]:
    found = [n for n, x in declared.items() if not _tensor(x).properties & RESTRICTED]
    if not found:
        raise OptionError("--custom-op: no declared name is free to vary. Try: --wrt NAME")
    return found


# --- formulas whose functions act entry by entry


def _entrywise(formula: str) -> dict[str, TensorExpr]:
    from derive.formula.scalar import names_in

    found = names_in(formula)
    if not found:
        raise FormulaError("the formula has no variable", formula, 0, hint="write one such as x: x*sigmoid(x)")
    return {n: _named(Tensor(n, (ENTRIES,))) for n in found}


def _require_entrywise(f: TensorExpr, formula: str) -> None:
    """Each entry of the value depends on that entry of the arguments, and on nothing else."""
    (i,) = _axes(Tensor("x", (ENTRIES,)))

    def fits(e: Expr) -> bool:
        if isinstance(e, Elem):
            return e.indices == (i,)
        return not isinstance(e, (Binder, Delta, Index, Size)) and all(map(fits, e.args))

    if f.indices != (i,) or not fits(f.expr):
        hint = 'declare the shapes, as in --where "X: N,D; w: D"'
        raise FormulaError("without shapes, every function must act entry by entry", formula, 0, hint=hint)
