"""Second derivatives of a formula in one of its names, or in several at once: the Hessian over all their entries."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sympy import S

from derive.calculus import tangents
from derive.codegen.agreement import runs
from derive.codegen.backends import Backend
from derive.codegen.dense import Blocks
from derive.codegen.formulas import with_derivatives
from derive.codegen.hessian_module import FUNCTIONS, NUMPY, compared, known
from derive.codegen.module import ModuleWriter, shape_text
from derive.codegen.names import RESERVED, unique
from derive.codegen.plan import Formula, Statement, statement
from derive.codegen.products import needed
from derive.codegen.stable import stable_statement
from derive.derivation import Derivation
from derive.errors import OptionError
from derive.expr import Let, Program, Tensor
from derive.notation.code import name_of

Tensors = tuple[Tensor, ...]


@dataclass(frozen=True)
class Differentiated:
    """A formula, the arguments that it is differentiated by, its gradient in each, and the pages that derive them."""

    value: Formula
    wrt: Tensors
    gradients: tuple[Formula, ...]
    pages: tuple[Derivation, ...]

    @property
    def named(self) -> str:
        *names, last = map(name_of, self.wrt)
        return f"{', '.join(names)} and {last}" if names else last

    @property
    def lets(self) -> tuple[Let, ...]:
        return tuple(Let(s.target(*s.out), s.expr) for g in self.gradients for s in (g.result,))

    @property
    def taken(self) -> set[str]:
        return {*RESERVED, *map(name_of, self.value.arguments)}

    @property
    def directions(self) -> Tensors:
        """One of the shape of each argument."""
        return tuple(Tensor(unique(f"v{name_of(x)}", self.taken), x.dims) for x in self.wrt)


def differentiated(formula: str, where: str, wrt: str) -> Differentiated:
    """By each of the names in `wrt`, between which are commas."""
    names = [name.strip() for name in wrt.split(",") if name.strip()] or [wrt]
    if len(set(names)) < len(names):
        raise OptionError(f"--wrt: the same name twice in {wrt[:60]!r}")
    found = [with_derivatives(formula, where, name, 1) for name in names]
    value = found[0][0][0]
    gradients = tuple(functions[1] for functions, _ in found)
    x = tuple(g.wrt[0] for g in gradients)
    if len(x) > 1:
        gradients = tuple(map(_named, gradients, x))
    return Differentiated(value, x, gradients, tuple(page for _, page in found))


def _named(gradient: Formula, x: Tensor) -> Formula:
    """One gradient of several: gradient_U, with the result dU."""
    *before, s = gradient.statements
    taken = {*RESERVED, *map(name_of, gradient.arguments)}
    result = replace(s, target=Tensor(unique(f"d{name_of(x)}", taken), s.target.dims))
    return replace(gradient, name=f"{gradient.name}_{name_of(x)}", statements=(*before, result))


def formula_hessian(formula: str, where: str, wrt: str, backend: Backend, kind: str) -> str:
    """The module of a formula with its value, its gradients, and `hessian_product` or `hessian` in names of it."""
    known(kind)
    found = differentiated(formula, where, wrt)
    if not found.gradients[0].name.startswith("gradient"):
        shape = shape_text(found.value.result.target)
        raise OptionError(f"--hessian: a Hessian is taken of a scalar; this one has shape {shape}")
    writer = ModuleWriter(backend, found.value.arguments)
    for f in (found.value, *found.gradients):
        writer.function(f.name, f.arguments, [writer.returned(f.result)], f.title, f.statements)
    {"dense": _write_dense, "product": _write_product}[kind](writer, found)
    return writer.module(f"A formula: its value, its gradient and second derivatives in {found.named}.")


def _write_dense(writer: ModuleWriter, found: Differentiated) -> None:
    blocks = Blocks(writer, writer.arguments, {}, {name_of(t) for t in writer.arguments})
    program = Program(found.lets)
    parts = {
        (a, b): blocks.block(let, x, program)
        for a, let in enumerate(found.lets)
        for b, x in enumerate(found.wrt)
        if a <= b
    }
    says = (
        f"The Hessian in {found.named}, whose entries are taken row by row{', one after the other' * (len(parts) > 1)}."
    )
    writer.function(FUNCTIONS["dense"], found.value.arguments, [*blocks.lines(()), blocks.returned(parts)], says)


def _write_product(writer: ModuleWriter, found: Differentiated) -> None:
    results = _moved(found)
    forms = (*(g.result for g in found.gradients), *results)
    lines = [writer.line(s) for s in needed(forms, [r.target for r in results]) if s not in results]
    if len(results) == 1:
        lines.append(writer.returned(results[0]))
    else:
        lines += [writer.line(r) for r in results]
        lines.append(writer.text(f"return {', '.join(name_of(r.target) for r in results)}"))
    says = f"The Hessian in {found.named} times a direction of the shape of {found.named}."
    if len(results) > 1:
        says = f"The Hessian in {found.named} times a direction, which has a part for each; so has the product."
    writer.function(FUNCTIONS["product"], (*found.value.arguments, *found.directions), lines, says, results)


def _moved(found: Differentiated) -> tuple[Statement, ...]:
    """The derivative of each gradient along the directions."""
    along = dict(zip(found.wrt, found.directions, strict=True))
    out = []
    for x, let, gradient in zip(found.wrt, found.lets, found.gradients, strict=True):
        moved = tangents(Program((let,)), along, lambda t: Tensor(f"R{t.name}", t.dims))
        name = "Hv" if len(found.wrt) == 1 else unique(f"Hv{name_of(x)}", found.taken)
        result = statement(Tensor(name, x.dims), moved[0].rhs if moved else S.Zero, gradient.result.out)
        out.append(stable_statement(result, {}))
    return tuple(out)


def checked_formula(formula: str, where: str, wrt: str, source: str, kind: str, backend: Backend, seed: int = 0) -> str:
    """Run the code at random points; a sentence on how it compares with autograd."""
    found = differentiated(formula, where, wrt)
    s = found.value.result
    directions = found.directions if kind == "product" else ()
    instead = "" if runs(backend) else formula_hessian(formula, where, wrt, NUMPY, kind)
    program = Program((Let(s.target(*s.out), s.expr),))
    arguments = (*found.value.arguments, *directions)
    return compared(program, found.wrt, directions, arguments, instead or source, kind, backend, seed)
