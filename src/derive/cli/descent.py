"""`derive descent`: why to go against the gradient, and how many steps that takes; or the step for a formula."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from derive.cli.expr import FormulaCommand
from derive.cli.options import page_options
from derive.cli.page import show, verified
from derive.cli.table import BY_NAME
from derive.errors import OptionError

if TYPE_CHECKING:
    from derive.catalogue.options import PageOptions
    from derive.derivation import Derivation

COUNT = click.IntRange(1, 10**12)
_EXAMPLES = """\b
Examples:
  derive descent --steps full
  derive descent --samples 60000 --batch-size 128
  derive descent "norm(X@w - y)**2/2 + lam*norm(w)**2" --where "X: N,D; y: N; w: D; lam: positive" --wrt w

\b
Without a formula the page is about any differentiable function; --samples, --batch-size and --epochs are for its
counts. With one it derives the gradient of that function and the step against it.
"""


@click.command("descent", cls=FormulaCommand, help=BY_NAME["descent"].help, epilog=_EXAMPLES)
@click.argument("formula", required=False)
@click.option("--where", default="", metavar="DECLARATIONS", help='Shapes of the names in the formula: "A: n,n; x: n".')
@click.option("--wrt", metavar="NAME", help="The name that the steps move.")
@click.option("--samples", type=COUNT, metavar="N", default=10**6, help="Samples to learn from. [1000000]")
@click.option("--batch-size", type=COUNT, metavar="B", default=10, help="Samples in a step. [10]")
@click.option("--epochs", type=COUNT, metavar="E", default=1, help="Passes over the samples. [1]")
@page_options(parts=("notation", "gradients", "result"))
def descent(
    *, formula: str | None, where: str, wrt: str | None, samples: int, batch_size: int, epochs: int, **given: Any
) -> int:
    if batch_size > samples:
        raise OptionError(f"--batch-size: expected at most the {samples} samples; found {batch_size}. Try: {samples}")
    if formula is None and (where or wrt):
        raise OptionError(
            'descent: --where and --wrt belong to a formula. Try: derive descent "x@x" --where "x: n" --wrt x'
        )
    if formula is not None and wrt is None:
        raise OptionError("--wrt: expected the name that the steps move; found nothing. Try: --wrt x")
    counts = (samples, batch_size, epochs)

    def page(options: PageOptions) -> Derivation:
        from derive.catalogue.pages.descent import descent, descent_on

        return descent(options, *counts) if formula is None else descent_on(formula, where, wrt or "")

    return show("descent", verified(page), given, formula=formula, where=where, wrt=wrt, counts=counts)
