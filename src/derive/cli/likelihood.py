"""`derive likelihood NAME`: from the probability of a sample to a loss."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from derive.cli.options import page_options
from derive.cli.page import show, verified
from derive.cli.table import BY_NAME

if TYPE_CHECKING:
    from derive.catalogue.options import PageOptions
    from derive.derivation import Derivation

_EXAMPLES = """NAME: gaussian, bernoulli, categorical or poisson. FORMULA: a density in y and yhat.

\b
Examples:
  derive likelihood gaussian
  derive likelihood bernoulli --steps full
  derive likelihood "exp(-abs(y - yhat))/2" --latex --standalone -o page.tex
"""


@click.command("likelihood", help=BY_NAME["likelihood"].help, epilog=_EXAMPLES)
@click.argument("name", metavar="NAME|FORMULA")
@page_options("output_activation", parts=("notation", "forward", "delta"))
def likelihood(*, name: str, **given: Any) -> int:
    def page(options: PageOptions) -> Derivation:
        from derive.catalogue.likelihoods import read_likelihood
        from derive.catalogue.pages.likelihood import likelihood

        return likelihood(read_likelihood(name), options)

    return show("likelihood", verified(page), given, name=name)
