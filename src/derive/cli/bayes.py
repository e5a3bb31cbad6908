"""`derive bayes` and `derive gaussian`: posteriors of classes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from derive.catalogue.classes import parse_classes
from derive.cli.options import page_options
from derive.cli.page import show, verified
from derive.cli.table import BY_NAME

if TYPE_CHECKING:
    from derive.catalogue.options import PageOptions
    from derive.derivation import Derivation

PARTS = ("notation", "forward", "gradients", "result")
CLASSES = click.option("--classes", metavar="N|K", default="2", help="Number of classes, 2 to 9, or K for any. [2]")


@click.command(
    "bayes",
    help=BY_NAME["bayes"].help,
    epilog="\b\nExamples:\n  derive bayes\n  derive bayes --classes K --latex --standalone -o page.tex",
)
@CLASSES
@page_options(parts=PARTS)
def bayes(*, classes: str, **given: Any) -> int:
    count = parse_classes(classes)

    def page(options: PageOptions) -> Derivation:
        from derive.catalogue.pages.bayes import bayes

        return bayes(count, options)

    return show("bayes", verified(page), given, classes=count)


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
def gaussian(*, classes: str, covariance: str, **given: Any) -> int:
    count = parse_classes(classes)

    def page(options: PageOptions) -> Derivation:
        from derive.catalogue.pages.gaussian import gaussian

        return gaussian(count, covariance, options)

    return show("gaussian", verified(page), given, classes=count, covariance=covariance)
