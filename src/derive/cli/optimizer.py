"""`derive optimizer NAME`: the page of an update rule."""

from __future__ import annotations

from typing import Any

import click

from derive.catalogue.options import PageOptions
from derive.cli.options import page_options
from derive.cli.output import Rendering, choose_format, deliver
from derive.cli.table import BY_NAME, TRAINING

NAMES = TRAINING["Optimisers"]


@click.command(
    "optimizer",
    help=BY_NAME["optimizer"].help,
    epilog="\b\nExamples:\n  derive optimizer adam\n  derive optimizer nesterov --latex --standalone -o page.tex",
)
@click.argument("name", type=click.Choice(NAMES), metavar="NAME")
@page_options(parts=("notation", "forward", "gradients", "result"))
def optimizer(*, name: str, output: str | None, cache: bool, latex: bool, format: str | None, **given: Any) -> int:
    options = PageOptions.parse(format=choose_format(format, latex, output), **given)
    request = {"optimizer": name, "options": vars(options)}
    return deliver(request, lambda: _render(name, options), output=output, cached=cache and options.check)


def _render(name: str, options: PageOptions) -> Rendering:
    from derive.catalogue.pages.newton import newton
    from derive.catalogue.pages.optimizer import optimizer
    from derive.cli.render import verified

    derived = newton(options) if name == "newton" else optimizer(name, options)  # it is no rule for one entry
    return verified(derived, options)
