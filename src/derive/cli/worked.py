"""`derive worked`: a network worked through with numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import click

from derive.catalogue.numbers import Nested, asked_of, read_file, read_settings
from derive.catalogue.options import PageOptions
from derive.cli.files import check_apart
from derive.cli.options import VALUES, all_of, digits, page_options
from derive.cli.output import Rendering
from derive.cli.page import show
from derive.cli.table import BY_NAME

MOST_TERMS = 4
_EXAMPLES = """\b
Examples:
  derive worked
  derive worked --digits 2 --only gradients
  derive worked --sizes 3,4,2 --activation tanh --loss ce --seed 7
  derive worked --set "W1=0.1,0.3; 0.2,0.1" --set "b1=0.1,0" --set "x=1,2"
  derive worked --values example.json --notation matrix --latex --standalone -o page.tex

\b
Numbers have the names x, y, W1, b1, W2, ..., eta; a file of them is a JSON object or an .npz file. Those that are not
given are round and drawn by --seed; sizes 2,2,2 have an example of their own. Without --loss, the error is squared
and the outputs are sigmoid.
"""


@click.command("worked", help=BY_NAME["worked"].help, epilog=_EXAMPLES)
@all_of(*VALUES)
@click.option("--values", metavar="FILE", help="Numbers by name, from a .json or .npz file.")
@click.option("--bias", is_flag=True, help="Biases b1, b2, ... [only if they are given]")
@digits(4)
@page_options(
    "sizes",
    "activation",
    "output_activation",
    "loss",
    notation="component up to 4 units a layer, else matrix",
    parts=("notation", "forward", "delta", "gradients", "result"),
)
def worked(
    *, settings: tuple[str, ...], at: str | None, values: str | None, bias: bool, digits: int, **given: Any
) -> int:
    check_apart([("-o", given["output"])], [("--values", values)])
    numbers = {} if values is None else read_file(values)
    numbers |= read_settings(settings, at)
    asked = given["notation"]
    given = asked_of(numbers, bias=bias, **given)

    def make(options: PageOptions) -> Rendering:
        return _render(_notation(options, asked), numbers, digits)

    return show("worked", make, given, numbers=repr(sorted(numbers.items())), digits=digits, asked=asked)


def _notation(options: PageOptions, asked: str | None) -> PageOptions:
    """Sums of many terms do not fit on a line: wide layers are written as matrices."""
    if asked is not None:
        return options
    return replace(options, notation="component" if max(options.sizes or ()) <= MOST_TERMS else "matrix")


def _render(options: PageOptions, numbers: Mapping[str, Nested], digits: int) -> Rendering:
    from derive.catalogue.pages.worked import worked as page
    from derive.cli.render import verified

    return verified(page(options, numbers, digits), replace(options, notation="matrix"))  # the page has both in it
