"""`derive loss NAME`: the page of a loss, and its value where numbers are given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from derive.cli.expr import FormulaCommand
from derive.cli.options import VALUES, all_of, digits, page_options
from derive.cli.page import show, verified
from derive.cli.table import BY_NAME

if TYPE_CHECKING:
    from derive.catalogue.options import PageOptions
    from derive.derivation import Derivation

_EXAMPLES = """\b
Examples:
  derive loss ce --steps full
  derive loss mse --output-activation sigmoid
  derive loss "log(1 + (yhat - y)**2)" --l2 --latex --standalone -o page.tex
  derive loss ce --set y=0,0,1,0,0 --set yhat=0.1,0.3,0.4,0.1,0.1

\b
With --set or --at, the loss and its derivatives are worked out at numbers: y, and either the prediction yhat or the
scores z.
"""


@click.command("loss", cls=FormulaCommand, help=BY_NAME["loss"].help, epilog=_EXAMPLES)
@click.argument("loss", metavar="NAME|FORMULA")
@all_of(*VALUES, digits(4))
@page_options("output_activation", "l2", parts=("notation", "forward", "delta", "gradients", "result"))
def loss(*, settings: tuple[str, ...], at: str | None, digits: int, **given: Any) -> int:
    from derive.catalogue.numbers import read_settings

    numbers = read_settings(settings, at)

    def page(options: PageOptions) -> Derivation:
        from derive.catalogue.pages.loss import loss

        return loss(options, numbers, digits)

    return show("loss", verified(page), given, numbers=repr(sorted(numbers.items())), digits=digits)
