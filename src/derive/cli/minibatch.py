"""`derive minibatch`: why the gradient of a batch is right on average."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from derive.cli.options import page_options
from derive.cli.page import show, verified
from derive.cli.table import BY_NAME

if TYPE_CHECKING:
    from derive.catalogue.options import PageOptions
    from derive.derivation import Derivation

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
def minibatch(*, samples: int, batch_size: int, **given: Any) -> int:
    def page(options: PageOptions) -> Derivation:
        from derive.catalogue.pages.minibatch import minibatch

        return minibatch(options, samples, batch_size)

    return show("minibatch", verified(page), given, samples=samples, batch_size=batch_size)
