"""Modules of second derivatives, checked against autograd: products with a direction, and dense Hessians in blocks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from derive.codegen.agreement import Point, Sizes, compare_at_points, program_of, runs, where_run
from derive.codegen.backends import BACKENDS, Backend
from derive.codegen.dense import dense_lines
from derive.codegen.execute import load
from derive.codegen.module import AGAIN, ModuleWriter, data_text, plan_functions
from derive.codegen.plan import Plan
from derive.codegen.points import FORMULA, NETWORK, Subject
from derive.codegen.products import product_of
from derive.errors import OptionError
from derive.evaluate.arrays import run
from derive.expr import Program, Tensor
from derive.notation.code import name_of

Tensors = tuple[Tensor, ...]
NUMPY = BACKENDS["numpy"]
FUNCTIONS = {"product": "hessian_product", "dense": "hessian"}
DENSE = "The Hessian in all parameters, each of them flattened row by row, one after the other."


def hessian_module(plan: Plan, backend: Backend, kind: str, style: str = "plain") -> str:
    """The module of a model with `hessian_product` or `hessian`, in all parameters; fast is a style of the latter."""
    writer = ModuleWriter(backend, plan.arguments)
    plan_functions(writer, plan)
    writer_of(kind, style)(writer, plan)
    words = {"product": "products of the Hessian with a direction", "dense": "the Hessian"}
    more = f"{data_text(plan)} {AGAIN}" if style == "fast" else data_text(plan)
    return writer.module(f"{plan.title}: forward pass, loss and {words[kind]}.", more)


def write_product(writer: ModuleWriter, plan: Plan) -> None:
    product = product_of(plan)
    lines = [line for s in product.statements for line in (*writer.remark(s), writer.line(s))]
    zeros = [f"{writer.backend.alias}.zeros_like({name_of(p)})" for p in plan.parameters]
    results = [z if r is None else name_of(r) for r, z in zip(product.results, zeros, strict=True)]
    writer.function(
        FUNCTIONS["product"],
        (*plan.arguments, *product.directions),
        [*lines, writer.text(f"return {', '.join(results)}{',' * (len(results) == 1)}")],
        "The Hessian times a direction, which has a part for each parameter; so has the product.",
        product.statements,
    )


def write_dense(writer: ModuleWriter, plan: Plan) -> None:
    writer.function(
        FUNCTIONS["dense"],
        plan.arguments,
        dense_lines(writer, plan),
        DENSE,
    )


def write_fast_dense(writer: ModuleWriter, plan: Plan) -> None:
    from derive.codegen.fast.hessian import write_fast_dense

    write_fast_dense(writer, plan, FUNCTIONS["dense"], DENSE)


WRITERS = {
    ("product", "plain"): write_product,
    ("dense", "plain"): write_dense,
    ("dense", "fast"): write_fast_dense,
}


def writer_of(kind: str, style: str) -> Callable[[ModuleWriter, Plan], None]:
    """What writes this kind of second derivatives; OptionError where there is no such kind, or not in this style."""
    found = WRITERS.get((known(kind), style))
    if found is None:
        raise OptionError(f"--hessian {kind} is written in the style plain; found --style {style}. Try: --style plain")
    return found


def known(kind: str) -> str:
    if kind not in FUNCTIONS:
        raise OptionError(f"--hessian: expected one of {', '.join(FUNCTIONS)}; found {kind[:60]!r}")
    return kind


# --- against autograd


def checked_hessian(plan: Plan, source: str, kind: str, backend: Backend, seed: int = 0, style: str = "plain") -> str:
    """Run the code at random points; a sentence on how it compares with autograd, which sees the forward pass alone.

    The style fast is compared with the plain one too, at more sizes.
    """
    directions = product_of(plan).directions if kind == "product" else ()
    instead = "" if runs(backend) else hessian_module(plan, NUMPY, kind)
    arguments = (*plan.arguments, *directions)
    said = compared(
        program_of(plan), plan.parameters, directions, arguments, instead or source, kind, backend, seed, NETWORK
    )
    if style != "fast":
        return said
    from derive.codegen.fast.check import same_hessian_as_plain

    name = FUNCTIONS[kind]
    plain = load(hessian_module(plan, NUMPY, kind), NUMPY)[name]
    return f"{said}, {same_hessian_as_plain(plan, plain, load(source, NUMPY), name, seed)}"


def compared(
    program: Program, parameters: Tensors, directions: Tensors, arguments: Tensors, source: str, kind: str,
    backend: Backend, seed: int, subject: Subject = FORMULA,
) -> str:  # fmt: skip
    """The same for any code of second derivatives of the output of a program."""
    row = backend if runs(backend) else NUMPY
    function = load(source, row, row.stand_in())[FUNCTIONS[kind]]

    def true(point: Point, sizes: Sizes) -> list[Any]:
        if kind == "product":
            return products(program, parameters, point, sizes, [point[v] for v in directions])
        return [full(program, parameters, point, sizes)]

    def flat(found: Any) -> list[Any]:
        return list(found) if isinstance(found, tuple) else [found]

    what = parameters if kind == "product" else (Tensor("H"),)
    where = compare_at_points([(function, arguments, what, flat, 1.0)], true, program, row, seed, subject)
    said = "products with the Hessian agree" if kind == "product" else "the Hessian agrees"
    return f"{where_run(backend)}{said} with autograd at {where}"


def products(program: Program, parameters: Tensors, point: Point, sizes: Sizes, directions: list[Any]) -> list[Any]:
    """The gradient of the gradient's product with the directions."""
    from autograd.builtins import tuple as together

    from derive.verify.engine import engine

    tool = engine("autograd")

    def value(*given: Any) -> Any:
        return run(program, {**point, **dict(zip(parameters, given, strict=True))}, sizes, tool.xp)[
            program.output.tensor
        ]

    def gradient(*given: Any) -> Any:
        return together(tool.vjp(value, given)[1](tool.xp.asarray(1.0)))

    found = tool.vjp(gradient, tuple(point[t] for t in parameters))[1](tuple(directions))
    return [tool.to_array(a) for a in found]


def full(program: Program, parameters: Tensors, point: Point, sizes: Sizes) -> Any:
    """The Hessian, a column for each entry of the parameters."""
    import numpy as np

    shapes = [np.shape(point[t]) for t in parameters]
    ends = np.cumsum([0, *(int(np.prod(s)) for s in shapes)])
    columns = []
    for unit in np.eye(ends[-1]):
        parts = [unit[a:b].reshape(s) for a, b, s in zip(ends[:-1], ends[1:], shapes, strict=True)]
        columns.append(np.concatenate([np.ravel(p) for p in products(program, parameters, point, sizes, parts)]))
    return np.stack(columns, axis=1)
