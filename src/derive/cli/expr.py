"""`derive expr`: the gradient, Jacobian or Hessian of a formula that the user wrote."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import click

from derive.cli.options import formula_options
from derive.cli.output import Rendering, choose_format, deliver
from derive.cli.table import BY_NAME

_EXAMPLES = """\b
Examples:
  derive expr "sum(log(1 + exp(-y*(X@w))))/N" --where "X: N,D; y: N; w: D" --wrt w
  derive expr "a*x**3 + exp(-b*x)" --wrt x
  derive expr "x.T @ A @ x" --where "A: n,n symmetric; x: n" --wrt x --order 2
"""


@dataclass(frozen=True)
class ExprOptions:
    """A formula, the declarations of its names, the name to differentiate by, and how to print the result."""

    formula: str
    where: str = ""
    wrt: str = ""
    order: int = 1
    notation: str = "both"
    steps: str = "key"
    format: str = "text"
    standalone: bool = False
    only: str | None = None
    check: bool = True
    seed: int = 0
    witness: str = "autograd"


class FormulaCommand(click.Command):
    """A command whose argument may begin with a minus sign: `derive expr "-sum(log(p))" ...`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        formulas = [place for place in self._positional(args) if _is_negative(args[place])]
        if "--" not in args and len(formulas) == 1:
            args = [*args[: formulas[0]], *args[formulas[0] + 1 :], "--", args[formulas[0]]]
        return super().parse_args(ctx, args)

    def _positional(self, args: list[str]) -> list[int]:
        """The places of `args` that are not the value of an option."""
        valued = {name for option in self.params if not getattr(option, "is_flag", True) for name in option.opts}
        return [place for place in range(len(args)) if place == 0 or args[place - 1] not in valued]


def _is_negative(text: str) -> bool:
    """Whether this looks like a formula that begins with a minus sign rather than like an option."""
    if not text.startswith("-") or text.startswith("--") or text in ("-", "-o", "-h"):
        return False
    return not text.startswith("-o") or any(letter in "()[]@*+/ " for letter in text)


@click.command("expr", cls=FormulaCommand, help=BY_NAME["expr"].help, epilog=_EXAMPLES)
@click.argument("formula")
@click.option(
    "--where",
    default="",
    metavar="DECLARATIONS",
    help='Shapes and properties: "X: N,D; y: N binary; w: D". [all names are numbers]',
)
@click.option("--wrt", required=True, metavar="NAME", help="The name to differentiate by.")
@click.option(
    "--order",
    type=click.IntRange(1, 2),
    metavar="1|2",
    default=1,
    help="1 for gradient or Jacobian, 2 for the Hessian. [1]",
)
@formula_options
def expr(*, output: str | None, cache: bool, latex: bool, format: str | None, **given: Any) -> int:
    chosen = choose_format(format, latex, output)
    options = ExprOptions(format=chosen, **{name: value for name, value in given.items() if value is not None})
    request = {"expr": vars(options)}
    return deliver(request, lambda: _render(options), output=output, cached=cache and options.check)


def _render(options: ExprOptions) -> Rendering:
    from derive.cli.render import expression

    return expression(options)
