"""`derive descent`: why to go against the gradient, and how many steps that takes."""

from __future__ import annotations

from typing import Any

import click

from derive.catalogue.options import PageOptions
from derive.cli.options import page_options
from derive.cli.output import Rendering, choose_format, deliver
from derive.cli.table import BY_NAME
from derive.errors import OptionError

COUNT = click.IntRange(1, 10**12)


@click.command(
    "descent",
    help=BY_NAME["descent"].help,
    epilog="\b\nExamples:\n  derive descent --steps full\n  derive descent --samples 60000 --batch-size 128",
)
@click.option("--samples", type=COUNT, metavar="N", default=10**6, help="Samples to learn from. [1000000]")
@click.option("--batch-size", type=COUNT, metavar="B", default=10, help="Samples in a step. [10]")
@click.option("--epochs", type=COUNT, metavar="E", default=1, help="Passes over the samples. [1]")
@page_options(parts=("notation", "gradients", "result"))
def descent(
    *,
    samples: int,
    batch_size: int,
    epochs: int,
    output: str | None,
    cache: bool,
    latex: bool,
    format: str | None,
    **given: Any,
) -> int:
    if batch_size > samples:
        raise OptionError(f"--batch-size: expected at most the {samples} samples; found {batch_size}. Try: {samples}")
    options = PageOptions.parse(format=choose_format(format, latex, output), **given)
    counts = (samples, batch_size, epochs)
    request = {"page": "descent", "counts": counts, "options": vars(options)}
    return deliver(request, lambda: _render(options, counts), output=output, cached=cache and options.check)


def _render(options: PageOptions, counts: tuple[int, int, int]) -> Rendering:
    from derive.catalogue.pages.descent import descent as page
    from derive.cli.render import verified

    return verified(page(options, *counts), options)
