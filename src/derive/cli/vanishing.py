"""`derive vanishing`: how deltas shrink with depth."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import click

from derive.cli.options import page_options
from derive.cli.page import show, verified
from derive.cli.table import BY_NAME
from derive.errors import OptionError

if TYPE_CHECKING:
    from derive.catalogue.options import PageOptions
    from derive.derivation import Derivation

_EXAMPLES = """\b
Examples:
  derive vanishing
  derive vanishing --activation tanh --layers 50 --weight-norm 0.9
  derive vanishing --activation "z*sigmoid(z)" --steps full
"""


@click.command("vanishing", help=BY_NAME["vanishing"].help, epilog=_EXAMPLES)
@click.option("--layers", type=click.IntRange(1, 1000), metavar="N", default=10, help="Layers that are passed. [10]")
@click.option("--weight-norm", metavar="X", default="1", help="Length of the weights of a layer. [1]")
@page_options("activation", "loss", "output_activation", "bias", parts=("notation", "forward", "delta", "result"))
def vanishing(*, layers: int, weight_norm: str, **given: Any) -> int:
    norm = _positive(weight_norm)

    def page(options: PageOptions) -> Derivation:
        from derive.catalogue.pages.vanishing import vanishing

        return vanishing(options, layers, norm)

    return show("vanishing", verified(page), {**given, "layers": "L"}, passed=layers, norm=str(norm))


def _positive(text: str) -> Fraction:
    from derive.catalogue.numbers import read_number

    value = read_number(text, "--weight-norm")
    if not 0 < value <= 10**6:
        raise OptionError(f"--weight-norm: expected a number above 0, to 1000000; found {text[:40]!r}. Try: 0.9")
    return value
