"""`derive code`: what a page derives as a module of NumPy, CuPy, JAX or PyTorch."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from derive.catalogue.options import PageOptions
from derive.cli.expr import FormulaCommand
from derive.cli.files import check_apart
from derive.cli.note import OF, WRT
from derive.cli.options import MODEL
from derive.cli.output import check_writable, say, write
from derive.cli.table import BY_NAME
from derive.errors import OptionError

if TYPE_CHECKING:
    from derive.codegen import Backend

_EXAMPLES = """\b
Examples:
  derive code mlp --sizes 784,128,10 --activation relu --loss ce -o network.py
  derive code logistic --l2 --backend torch
  derive code expr "sum(log(1 + exp(-y*(X@w))))/N" --where "X: N,D; y: N; w: D" --wrt w --backend jax
  derive code mlp --layers 2 --hessian product
  derive code expr "sum((U @ V.T - X)**2)" --where "U: n,k; V: m,k; X: n,m" --wrt U,V --hessian dense
  derive code --custom-op torch "x*sigmoid(x)" --function swish
  derive code note model.md --wrt W,b --backend jax
"""


class CodeGroup(click.Group):
    """`derive code --custom-op torch FORMULA` is short for `derive code expr FORMULA --custom-op torch`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        short = args and args[0].partition("=")[0] == "--custom-op"
        return super().parse_args(ctx, ["expr", *args] if short else args)


@click.group("code", cls=CodeGroup, help=BY_NAME["code"].help, epilog=_EXAMPLES, invoke_without_command=True)
@click.pass_context
def code(ctx: click.Context) -> None:
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


KINDS = ("pieces", "bias", "residual", "tied", "reduction")
"""What else a network may be made of, as on its page."""

_BACKEND = click.option("--backend", metavar="NAME", default="numpy", help="numpy, cupy, jax or torch. [numpy]")
_STYLE = "plain, for reading; fast, for speed. [plain]"
_STYLE_OF_FORMULAS = "plain; fast is for pages such as derive code mlp. [plain]"
_SHARED = (
    click.option("-o", "--output", metavar="FILE", help="Write to a file instead of standard output."),
    click.option("--check/--no-check", default=True, help="Run the code and compare it with autograd. [--check]"),
    click.option(
        "--seed", type=click.IntRange(0, 2**32 - 1), metavar="N", default=0, help="Seed of the random points. [0]"
    ),
)
_FORM = (
    click.option("--sample", "form", flag_value="sample", help="Code for one sample. [a batch, one row a sample]"),
    click.option("--batch", "form", flag_value="batch", help="Code for a batch."),
    click.option(
        "--function",
        metavar="NAME",
        default="loss_and_gradients",
        help="The name of its main function. [loss_and_gradients]",
    ),
    click.option(
        "--hessian", metavar="KIND", help="dense or product: second derivatives in all parameters, structure kept."
    ),
)


def _with(options: tuple[Callable[[Any], Any], ...], command: Any) -> Any:
    for option in reversed(options):
        command = option(command)
    return command


def _style(says: str) -> Callable[[Any], Any]:
    return click.option("--style", metavar="NAME", default="plain", help=says)


def _page_command(name: str, *model: str) -> click.Command:
    def command(**given: Any) -> None:
        _page(name, **given)

    options = (*(MODEL[m] for m in model), *_FORM, _BACKEND, _style(_STYLE), *_SHARED)
    return click.command(name, help=f"Code of the page `derive {name}`.")(_with(options, command))


def _page(
    name: str, *, backend: str, style: str, output: str | None, check: bool, seed: int, function: str,
    hessian: str | None, **given: Any,
) -> None:  # fmt: skip
    from derive.codegen import chosen, plan_of, source_of

    check_writable(output)
    row = chosen(backend, style)
    options = PageOptions.parse(**given)
    for note in options.notes:
        say(f"note: {note}")
    plan = plan_of(options, name)
    if hessian is not None:
        if function != "loss_and_gradients":
            raise OptionError("--function: with --hessian the functions are called hessian and hessian_product")
        from derive.codegen.hessian_module import checked_hessian, hessian_module

        source = hessian_module(plan, row, hessian, style)
        _deliver(source, output, checked_hessian(plan, source, hessian, row, seed, style) if check else "")
        return
    source = source_of(plan, row, function, style)
    summary = ""
    if check:
        from derive.codegen.agreement import checked_plan

        summary = checked_plan(plan, source, function, row, seed)
    _deliver(source, output, summary)


@code.command("expr", cls=FormulaCommand, help="Code of a formula of your own and its derivatives.")
@click.argument("formula")
@click.option(
    "--where",
    default="",
    metavar="DECLARATIONS",
    help='Shapes and properties: "X: N,D; y: N binary; w: D". [all names are numbers]',
)
@click.option("--wrt", metavar="NAMES", help="What to differentiate by: a name, or several: U,V.")
@click.option("--order", type=click.IntRange(1, 2), metavar="1|2", default=1, help="2 adds the Hessian. [1]")
@click.option("--hessian", metavar="KIND", help="dense or product: second derivatives with their structure kept.")
@click.option(
    "--custom-op",
    metavar="LIBRARY",
    help="torch or jax: an operation whose backward is derived, twice; without --where it acts entry by entry.",
)
@click.option("--function", metavar="NAME", help="The name of the operation. [operation]")
@click.pass_context
def expr(ctx: click.Context, custom_op: str | None, function: str | None, **given: Any) -> None:
    if custom_op is not None:
        refused = [f"--{name}" for name in ("order", "hessian", "backend", "style") if _was_given(ctx, name)]
        _operation(custom_op, function, refused, **given)
    elif function is not None:
        raise OptionError("--function: a formula has one with --custom-op. Try: --custom-op torch")
    elif given["wrt"] is None:
        raise click.MissingParameter(ctx=ctx, param=next(p for p in ctx.command.params if p.name == "wrt"))
    else:
        _expr(**given)


def _was_given(ctx: click.Context, name: str) -> bool:
    return ctx.get_parameter_source(name) is ParameterSource.COMMANDLINE


def _operation(
    library: str, function: str | None, refused: list[str], *, formula: str, where: str, wrt: str | None,
    output: str | None, check: bool, seed: int, **_: Any,
) -> None:  # fmt: skip
    from derive.codegen.custom import operation_module
    from derive.codegen.operations import operation

    check_writable(output)
    if refused:
        raise OptionError(f"{refused[0]}: not with --custom-op {library}, which has derivatives of both orders")
    op = operation(formula, where, wrt or "", function or "operation")
    source = operation_module(op, library)
    summary = ""
    if check:
        from derive.codegen.operation_check import checked_operation

        summary = checked_operation(op, source, library, seed)
    _deliver(source, output, summary)


@code.command("note", help="Code of a note's forward equations and of their derivatives.")
@click.argument("path", metavar="FILE")
@WRT
@OF
@click.option("--function", metavar="NAME", default="loss_and_gradients", help="The name of its main function.")
@_BACKEND
@click.option("-o", "--output", metavar="FILE", help="Write to a file instead of standard output.")
@click.option("--check/--no-check", default=True, help="Run the code and compare it with autograd. [--check]")
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), metavar="N", default=0, help="Seed of the points. [0]")
def note(
    *, path: str, wrt: str | None, of: str | None, function: str, backend: str, output: str | None, check: bool,
    seed: int,
) -> None:  # fmt: skip
    from derive.cli.note import model, source, title
    from derive.codegen.programs import checked_program

    check_writable(output)
    check_apart([("-o", output)], [("the note", path)])
    text, name = source(path)
    made, remarks = model(text, name, wrt, of)
    for remark in remarks:
        say(f"note: {remark}")
    written, summary = checked_program(
        made, backend, function=function, title=title(text, name), seed=seed, check=check
    )
    _deliver(written, output, summary)


expr.params += click.command()(_with((_BACKEND, _style(_STYLE_OF_FORMULAS), *_SHARED), lambda: None)).params


def _expr(
    *, formula: str, where: str, wrt: str, order: int, hessian: str | None, backend: str, style: str,
    output: str | None, check: bool, seed: int,
) -> None:  # fmt: skip
    from derive.codegen import chosen

    check_writable(output)
    row = chosen(backend, style)
    if hessian is not None:
        _without_style(style)
        if order != 1:
            raise OptionError("--order: --hessian has second derivatives already. Try: leave --order out")
        _formula_hessian(formula, where, wrt, hessian, row, output, check, seed)
        return
    if order == 2 and "," in wrt:
        raise OptionError("--order 2 is for one name. Try: --hessian dense")
    if style == "fast":
        raise OptionError("--style fast is for the pages; found it with a formula. Try: --style plain")
    from derive.codegen.formula_hessian import differentiated
    from derive.codegen.formulas import with_derivatives
    from derive.codegen.module import formula_module

    if order == 2:
        functions, page = with_derivatives(formula, where, wrt, order)
        pages = (page,)
    else:
        found = differentiated(formula, where, wrt)
        functions, pages = [found.value, *found.gradients], found.pages
    source = formula_module(functions, row, f"A formula: its value, and its derivatives in {wrt}.")
    summary = ""
    if check:
        from derive.cli.render import certified
        from derive.codegen.agreement import checked_formulas

        for page in pages:
            certified(page, check=True, engine="autograd", seed=seed)
        summary = checked_formulas(functions, source, row, seed)
    _deliver(source, output, summary)


def _without_style(style: str) -> None:
    if style != "plain":
        found = f"--hessian of a formula is written in the style plain; found --style {style}"
        raise OptionError(f"{found}. Try: --style plain, or a page such as derive code logistic --hessian dense")


def _formula_hessian(
    formula: str, where: str, wrt: str, kind: str, row: Backend, output: str | None, check: bool, seed: int
) -> None:
    from derive.codegen.formula_hessian import checked_formula, formula_hessian

    source = formula_hessian(formula, where, wrt, row, kind)
    _deliver(source, output, checked_formula(formula, where, wrt, source, kind, row, seed) if check else "")


def _deliver(source: str, output: str | None, summary: str) -> None:
    write(source, output)
    say(summary or "warning: this code was not run", colour=None if summary else "yellow")


for _row in (
    _page_command("mlp", "layers", "sizes", "activation", "output_activation", "loss", *KINDS, "l2"),
    _page_command("linear", "bias", "l2"),
    _page_command("logistic", "bias", "l2"),
    _page_command("softmax", "bias", "l2"),
    _page_command("svm", "bias", "l2"),
    _page_command("neuron", "activation", "loss", "bias", "l2"),
):
    code.add_command(_row)
