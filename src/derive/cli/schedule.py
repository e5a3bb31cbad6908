"""`derive schedule NAME`: the page of a schedule of the learning rate."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any

import click

from derive.cli.options import page_options
from derive.cli.page import show, verified
from derive.cli.table import BY_NAME
from derive.errors import OptionError

if TYPE_CHECKING:
    from derive.catalogue.options import PageOptions
    from derive.derivation import Derivation


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
def schedule(*, name: str, epochs: int, lr: float, **given: Any) -> int:
    if not isfinite(lr):
        raise OptionError(f"--lr: expected a number above 0; found {lr}. Try: --lr 0.1")

    def page(options: PageOptions) -> Derivation:
        from derive.catalogue.pages.schedule import schedule

        return schedule(name, options, epochs, lr)

    return show("schedule", verified(page), given, name=name, epochs=epochs, lr=lr)
