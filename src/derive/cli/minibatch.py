"""`derive minibatch`: why the gradient of a batch is right on average."""

from __future__ import annotations

from typing import Any

import click

from derive.catalogue.options import PageOptions
from derive.cli.options import page_options
from derive.cli.output import Rendering, choose_format, deliver
from derive.cli.table import BY_NAME

_EXAMPLES = """\b
Examples:
  derive minibatch
  derive minibatch --loss ce --samples 5 --batch-size 3
  derive minibatch --loss mse --notation component --latex --standalone -o page.tex
"""


@click.command("minibatch", help=BY_NAME["minibatch"].help, epilog=_EXAMPLES)
@click.option("--samples", type=int, metavar="N", default=4, help="Samples of the example. [4]")
@click.option("--batch-size", type=int, metavar="B", default=2, help="Samples in a batch of the example. [2]")
@page_options("output_activation", "loss", parts=("notation", "forward", "result"))
def minibatch(
    *, samples: int, batch_size: int, output: str | None, cache: bool, latex: bool, format: str | None, **given: Any
) -> int:
    options = PageOptions.parse(format=choose_format(format, latex, output), **given)
    request = {"page": "minibatch", "samples": samples, "batch size": batch_size, "options": vars(options)}
    return deliver(
        request, lambda: _render(options, samples, batch_size), output=output, cached=cache and options.check
    )


def _render(options: PageOptions, samples: int, size: int) -> Rendering:
    from derive.catalogue.pages.minibatch import minibatch as page
    from derive.cli.render import verified

    return verified(page(options, samples, size), options)
