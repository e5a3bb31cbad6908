"""Formulas of one's own as functions: an expression, its derivatives, or a program of named intermediates."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from sympy import Expr

from derive.catalogue.pages.expression import declarations, from_text
from derive.codegen.kinks import subgradient
from derive.codegen.names import Names
from derive.codegen.plan import Formula, statement
from derive.codegen.stable import meanings_of, stable_statement
from derive.derivation import Derivation
from derive.errors import OptionError
from derive.expr import Index, Program, Tensor, free_indices, tensors
from derive.expr.arrays import TensorExpr

NAMES = {0: "value", 1: "gradient", 2: "hessian"}


def of_program(program: Program, name: str = "value") -> Formula:
    """The output of a program as a function of its inputs."""
    return _formula(name, program.inputs, [(let.tensor, let.rhs, let.target.indices) for let in program])


def of_expression(
    e: Expr,
    out: tuple[Index, ...],
    name: str = "value",
    arguments: Iterable[Tensor] = (),
    target: str = "value",
    title: str = "The value.",
) -> Formula:
    """One expression over ordered indices; `arguments` come first, in their order, then what else occurs in it."""
    declared = tuple(arguments)
    occurring = (*declared, *sorted(tensors(e) - set(declared), key=str))
    result = Tensor(target, tuple(i.dim for i in out))
    return _formula(name, occurring, [(result, e, out)], title)


def of_any(f: TensorExpr | Program | Expr) -> Formula:
    """What `derive.compile` takes; the axes of a bare expression are its free indices, by name."""
    if isinstance(f, Program):
        return of_program(f)
    if isinstance(f, TensorExpr):
        return of_expression(f.expr, f.indices)
    if isinstance(f, Expr):
        return of_expression(f, tuple(sorted(free_indices(f), key=lambda i: i.name)))
    raise OptionError(f"compile: expected an array expression or a program; found {type(f).__name__}")


def with_derivatives(formula: str, where: str, wrt: str, order: int) -> tuple[list[Formula], Derivation]:
    """A formula and its derivatives in a declared name, up to that order, and the page that derives the last."""
    from derive.formula import parse_formula

    derived = [from_text(formula, where, wrt, n) for n in range(1, order + 1)]
    declared = derived[0].declared
    place = [t.name for t in declared].index(wrt)
    f = parse_formula(formula, declarations(formula, where))
    functions = [of_expression(f.expr, f.indices, arguments=declared, target="f")]
    for n, found in enumerate(derived, start=1):
        name = "jacobian" if f.ndim else NAMES[n]
        says = f"The {name.capitalize() if name != 'gradient' else name} in {wrt}."
        target = f"d{'2' * (n == 2)}f"
        derivative = of_expression(found.value, found.out, name, declared, target, says)
        if n == 1:
            derivative = replace(derivative, statements=tuple(subgradient(s, {}) for s in derivative.statements))
        functions.append(replace(derivative, wrt=(derivative.arguments[place],) * n))
    return functions, derived[-1].page


def _formula(
    name: str,
    arguments: Iterable[Tensor],
    results: Iterable[tuple[Tensor, Expr, tuple[Index, ...]]],
    title: str = "The value.",
) -> Formula:
    results, arguments = tuple(results), tuple(arguments)
    names = Names([*arguments, *(t for t, _, _ in results)])
    statements = tuple(statement(*names.result(*r)) for r in results)
    meanings = meanings_of(statements)
    return Formula(name, title, names.all(arguments), tuple(stable_statement(s, meanings) for s in statements))
