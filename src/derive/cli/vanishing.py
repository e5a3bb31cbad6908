"""`derive vanishing`: how deltas shrink with depth."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import click

from derive.catalogue.options import PageOptions
from derive.cli.options import page_options
from derive.cli.output import Rendering, choose_format, deliver
from derive.cli.table import BY_NAME
from derive.errors import OptionError

_EXAMPLES = """\b
Examples:
  derive vanishing
  derive vanishing --activation tanh --layers 50 --weight-norm 0.9
  derive vanishing --activation "z*sigmoid(z)" --steps full
"""


@click.command("vanishing", help=BY_NAME["vanishing"].help, epilog=_EXAMPLES)
@click.option("--layers", type=click.IntRange(1, 1000), metavar="N", default=10, help="Layers that are passed. [10]")
@click.option("--weight-norm", metavar="X", default="1", help="Length of the weights of a layer. [1]")
@page_options("activation", "loss", "output_activation", parts=("notation", "forward", "delta", "result"))
def vanishing(
    *,
    layers: int,
    weight_norm: str,
    output: str | None,
    cache: bool,
    latex: bool,
    format: str | None,
    **given: Any,
) -> int:
    norm = _positive(weight_norm)
    options = PageOptions.parse(format=choose_format(format, latex, output), layers="L", **given)
    request = {"page": "vanishing", "layers": layers, "norm": str(norm), "options": vars(options)}
    return deliver(request, lambda: _render(options, layers, norm), output=output, cached=cache and options.check)


def _positive(text: str) -> Fraction:
    from derive.catalogue.numbers import read_number

    value = read_number(text, "--weight-norm")
    if not 0 < value <= 10**6:
        raise OptionError(f"--weight-norm: expected a number above 0, to 1000000; found {text[:40]!r}. Try: 0.9")
    return value


def _render(options: PageOptions, layers: int, norm: Fraction) -> Rendering:
    from derive.catalogue.pages.vanishing import vanishing as page
    from derive.cli.render import verified

    return verified(page(options, layers, norm), options)
