"""`derive cost`: what a network costs in time and memory."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import click

from derive.catalogue.options import PageOptions, split_list
from derive.cli.options import page_options
from derive.cli.output import Rendering
from derive.cli.page import show
from derive.cli.table import BY_NAME, TRAINING

RULES = tuple(name for name in TRAINING["Optimisers"] if name != "newton")
DTYPES = ("float16", "float32", "float64")
_EXAMPLES = """\b
Examples:
  derive cost
  derive cost --sizes 784,100,10 --batch-size 64
  derive cost --activation relu,tanh --sizes 784,100,50,10
  derive cost --sizes 16384,4,1 --activation relu --optimizer momentum --dtype float64
"""


@click.command("cost", help=BY_NAME["cost"].help, epilog=_EXAMPLES)
@click.option("--batch-size", type=click.IntRange(1, 10**9), metavar="N", default=32, help="Samples in a batch. [32]")
@click.option("--optimizer", type=click.Choice(RULES), metavar="NAME", default="adam", help="Optimiser. [adam]")
@click.option("--dtype", type=click.Choice(DTYPES), default="float32", help="Type of the numbers. [float32]")
@page_options(
    *("sizes", "activation", "output_activation", "loss", "pieces", "bias"),
    parts=("notation", "forward", "gradients", "result"),
)
def cost(*, batch_size: int, optimizer: str, dtype: str, **given: Any) -> int:
    if given["sizes"] is None:
        given["layers"] = _depth(given["activation"])
    arguments = (batch_size, optimizer, dtype)
    return show("cost", lambda options: _render(options, arguments), given, of=arguments)


def _depth(activation: str | None) -> str:
    """Any depth, unless a list has an activation for each hidden layer."""
    listed = 1 if activation is None else len(split_list(activation))
    return "L" if listed == 1 else str(listed + 1)


def _render(options: PageOptions, arguments: tuple[int, str, str]) -> Rendering:
    from derive.catalogue.pages.cost import cost as page
    from derive.cli.render import verified

    rendering = verified(page(options, *arguments), options)
    if not options.check:
        return rendering
    from derive.codegen.instrumented import counted

    batch_size, _, dtype = arguments
    where = counted(options, batch_size, dtype)
    said = f"{rendering.summary}; counts and bytes equal those of instrumented runs of generated code ({where})"
    return replace(rendering, summary=said)
