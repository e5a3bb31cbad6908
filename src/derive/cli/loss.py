"""`derive loss NAME`: the page of a loss, and its value where numbers are given."""

from __future__ import annotations

from typing import Any

import click

from derive.catalogue.options import PageOptions
from derive.cli.expr import FormulaCommand
from derive.cli.options import page_options
from derive.cli.output import Rendering, choose_format, deliver
from derive.cli.table import BY_NAME

_EXAMPLES = """\b
Examples:
  derive loss ce --steps full
  derive loss mse --output-activation sigmoid
  derive loss "log(1 + (yhat - y)**2)" --l2 --latex --standalone -o page.tex
  derive loss ce --set y=0,0,1,0,0 --set yhat=0.1,0.3,0.4,0.1,0.1

\b
With --set, the loss and its derivatives are worked out at numbers: y, and either the prediction yhat or the scores z.
"""


@click.command("loss", cls=FormulaCommand, help=BY_NAME["loss"].help, epilog=_EXAMPLES)
@click.argument("loss", metavar="NAME|FORMULA")
@click.option("--set", "settings", metavar="NAME=NUMBERS", multiple=True, help="Numbers for y, and for yhat or z.")
@click.option("--digits", type=click.IntRange(1, 12), metavar="N", default=4, help="Digits of rounded numbers. [4]")
@page_options("output_activation", "l2", parts=("notation", "forward", "delta", "gradients", "result"))
def loss(
    *,
    settings: tuple[str, ...],
    digits: int,
    output: str | None,
    cache: bool,
    latex: bool,
    format: str | None,
    **given: Any,
) -> int:
    from derive.catalogue.numbers import read_settings

    options = PageOptions.parse(format=choose_format(format, latex, output), **given)
    numbers = read_settings(settings)
    request = {"page": "loss", "numbers": repr(sorted(numbers.items())), "digits": digits, "options": vars(options)}
    return deliver(request, lambda: _render(options, numbers, digits), output=output, cached=cache and options.check)


def _render(options: PageOptions, numbers: dict[str, Any], digits: int) -> Rendering:
    from derive.catalogue.pages.loss import loss as page
    from derive.cli.render import verified

    return verified(page(options, numbers, digits), options)
