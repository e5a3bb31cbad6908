"""`derive bayes` and `derive gaussian`: posteriors of classes."""

from __future__ import annotations

from typing import Any

import click

from derive.catalogue.classes import parse_classes
from derive.catalogue.options import PageOptions
from derive.cli.options import page_options
from derive.cli.output import Rendering, choose_format, deliver
from derive.cli.table import BY_NAME

PARTS = ("notation", "forward", "gradients", "result")
CLASSES = click.option("--classes", metavar="N|K", default="2", help="Number of classes, 2 to 9, or K for any. [2]")


@click.command(
    "bayes",
    help=BY_NAME["bayes"].help,
    epilog="\b\nExamples:\n  derive bayes\n  derive bayes --classes K --latex --standalone -o page.tex",
)
@CLASSES
@page_options(parts=PARTS)
def bayes(*, classes: str, output: str | None, cache: bool, latex: bool, format: str | None, **given: Any) -> int:
    count = parse_classes(classes)
    options = PageOptions.parse(format=choose_format(format, latex, output), **given)
    request = {"page": "bayes", "classes": count, "options": vars(options)}
    return deliver(request, lambda: _render(count, options), output=output, cached=cache and options.check)


def _render(classes: int | str, options: PageOptions) -> Rendering:
    from derive.catalogue.pages.bayes import bayes
    from derive.cli.render import verified

    return verified(bayes(classes, options), options)


@click.command(
    "gaussian",
    help=BY_NAME["gaussian"].help,
    epilog="\b\nExamples:\n  derive gaussian\n  derive gaussian --covariance own --steps full\n"
    "  derive gaussian --classes K --latex --standalone -o page.tex",
)
@CLASSES
@click.option(
    "--covariance", type=click.Choice(["shared", "own"]), default="shared", help="One covariance, or one each. [shared]"
)
@page_options(parts=PARTS)
def gaussian(
    *, classes: str, covariance: str, output: str | None, cache: bool, latex: bool, format: str | None, **given: Any
) -> int:
    count = parse_classes(classes)
    options = PageOptions.parse(format=choose_format(format, latex, output), **given)
    request = {"page": "gaussian", "classes": count, "covariance": covariance, "options": vars(options)}
    return deliver(
        request, lambda: _gaussian(count, covariance, options), output=output, cached=cache and options.check
    )


def _gaussian(classes: int | str, covariance: str, options: PageOptions) -> Rendering:
    from derive.catalogue.pages.gaussian import gaussian
    from derive.cli.render import verified

    return verified(gaussian(classes, covariance, options), options)
