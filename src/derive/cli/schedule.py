"""`derive schedule NAME`: the page of a schedule of the learning rate."""

from __future__ import annotations

from math import isfinite
from typing import Any

import click

from derive.catalogue.options import PageOptions
from derive.cli.options import page_options
from derive.cli.output import Rendering, choose_format, deliver
from derive.cli.table import BY_NAME
from derive.errors import OptionError


@click.command(
    "schedule",
    help=BY_NAME["schedule"].help,
    epilog="\b\nExamples:\n  derive schedule cosine\n  derive schedule step:30:0.1 --epochs 90 --lr 0.5",
)
@click.argument("name", metavar="NAME[:X]")
@click.option("--epochs", type=click.IntRange(1, 10**6), metavar="N", default=100, help="Number of epochs. [100]")
@click.option(
    "--lr",
    type=click.FloatRange(0, 1e6, min_open=True),
    metavar="X",
    default=0.1,
    help="Learning rate before the schedule. [0.1]",
)
@page_options(parts=("notation", "result"))
def schedule(
    *, name: str, epochs: int, lr: float, output: str | None, cache: bool, latex: bool, format: str | None, **given: Any
) -> int:
    if not isfinite(lr):
        raise OptionError(f"--lr: expected a number above 0; found {lr}. Try: --lr 0.1")
    options = PageOptions.parse(format=choose_format(format, latex, output), **given)
    request = {"schedule": name, "epochs": epochs, "lr": lr, "options": vars(options)}
    return deliver(request, lambda: _render(name, options, epochs, lr), output=output, cached=cache and options.check)


def _render(name: str, options: PageOptions, epochs: int, lr: float) -> Rendering:
    from derive.catalogue.pages.schedule import schedule as page
    from derive.cli.render import verified

    return verified(page(name, options, epochs, lr), options)
