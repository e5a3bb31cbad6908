"""`derive optimizer NAME`: the page of an update rule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from derive.cli.options import page_options
from derive.cli.page import show, verified
from derive.cli.table import BY_NAME, TRAINING

if TYPE_CHECKING:
    from derive.catalogue.options import PageOptions
    from derive.derivation import Derivation

NAMES = TRAINING["Optimisers"]


@click.command(
    "optimizer",
    help=BY_NAME["optimizer"].help,
    epilog="\b\nExamples:\n  derive optimizer adam\n  derive optimizer nesterov --latex --standalone -o page.tex",
)
@click.argument("name", type=click.Choice(NAMES), metavar="NAME")
@page_options(parts=("notation", "forward", "gradients", "result"))
def optimizer(*, name: str, **given: Any) -> int:
    def page(options: PageOptions) -> Derivation:
        from derive.catalogue.pages.newton import newton
        from derive.catalogue.pages.optimizer import optimizer

        return newton(options) if name == "newton" else optimizer(name, options)  # it is no rule for one entry

    return show("optimizer", verified(page), given, name=name)
