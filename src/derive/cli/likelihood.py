"""`derive likelihood NAME`: from the probability of a sample to a loss."""

from __future__ import annotations

from typing import Any

import click

from derive.catalogue.options import PageOptions
from derive.cli.options import page_options
from derive.cli.output import Rendering, choose_format, deliver
from derive.cli.table import BY_NAME


@click.command(
    "likelihood",
    help=BY_NAME["likelihood"].help,
    epilog="NAME: gaussian, bernoulli, categorical or poisson. FORMULA: a density in y and yhat.\n\n"
    "\b\nExamples:\n  derive likelihood gaussian\n  derive likelihood bernoulli --steps full\n"
    '  derive likelihood "exp(-abs(y - yhat))/2" --latex --standalone -o page.tex',
)
@click.argument("name", metavar="NAME|FORMULA")
@page_options("output_activation", parts=("notation", "forward", "delta"))
def likelihood(*, name: str, output: str | None, cache: bool, latex: bool, format: str | None, **given: Any) -> int:
    options = PageOptions.parse(format=choose_format(format, latex, output), **given)
    request = {"page": "likelihood", "name": name, "options": vars(options)}
    return deliver(request, lambda: _render(name, options), output=output, cached=cache and options.check)


def _render(name: str, options: PageOptions) -> Rendering:
    from derive.catalogue.likelihoods import read_likelihood
    from derive.catalogue.pages.likelihood import likelihood
    from derive.cli.render import verified

    return verified(likelihood(read_likelihood(name), options), options)
