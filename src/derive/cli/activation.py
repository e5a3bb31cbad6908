"""`derive activation NAME|FORMULA`: an activation examined, with a plot."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from derive.catalogue.options import PageOptions
from derive.cli.expr import FormulaCommand
from derive.cli.files import check_apart
from derive.cli.options import page_options
from derive.cli.output import Rendering
from derive.cli.page import show
from derive.cli.table import BY_NAME

if TYPE_CHECKING:
    from derive.derivation import Section
    from derive.notation.plot.curves import Curve, Window

LETTERS = ("text", "markdown", "html")  # formats that can show a plot made of letters; LaTeX has --plot

_EXAMPLES = """\b
Examples:
  derive activation sigmoid
  derive activation "z*sigmoid(z)" --steps full
  derive activation "log(1 + exp(z))" --latex --standalone -o page.tex
  derive activation elu --plot elu.svg --range -4,2
  derive activation step
"""


@click.command("activation", cls=FormulaCommand, help=BY_NAME["activation"].help, epilog=_EXAMPLES)
@click.argument("name", metavar="NAME|FORMULA")
@click.option("--plot", metavar="FILE", help="Draw the function and its slope: .svg, or .png with matplotlib.")
@click.option("--range", "span", metavar="LOW,HIGH", default="-5,5", help="Inputs that are plotted. [-5,5]")
@page_options(parts=("notation", "forward", "gradients", "result"))
def activation(*, name: str, plot: str | None, span: str, **given: Any) -> int:
    from derive.notation.plot.files import check_plot, parse_range

    window = parse_range(span)
    if plot is not None:
        check_plot(plot)
        check_apart([("-o", given["output"]), ("--plot", plot)])
    code = show("activation", lambda options: _render(name, options, window), given, name=name, window=window)
    if plot is not None:
        from derive.notation.plot.files import draw

        draw(plot, *_curves(name, window), name)
    return code


def _render(name: str, options: PageOptions, window: tuple[float, float]) -> Rendering:
    from derive.catalogue.pages.activation import activation
    from derive.cli.render import verified

    page = activation(name, options)
    if options.format in LETTERS:
        page = replace(page, sections=(*page.sections, _picture(name, window)))
    return verified(page, options, _fields(name) if options.format == "json" else None)


def _fields(name: str) -> dict[str, Any]:
    from derive.analysis import facts
    from derive.analysis.fields import fields
    from derive.catalogue.pages.activation import function

    return fields(facts(function(name)))


def _picture(name: str, window: tuple[float, float]) -> Section:
    from derive.derivation import Code, Section
    from derive.notation.plot.terminal import braille

    return Section("Plot", (Code(braille(*_curves(name, window)), "text"),), "result")


def _curves(name: str, span: tuple[float, float]) -> tuple[tuple[Curve, ...], Window]:
    """The function and its slope, and the part of the plane that shows them."""
    from derive.analysis import facts
    from derive.analysis.curves import slope_runs, value_runs
    from derive.catalogue.pages.activation import function
    from derive.notation.plot.curves import Curve, window

    found = facts(function(name))
    curves = (Curve("output a", value_runs(found, *span)), Curve("slope da/dz", slope_runs(found, *span)))
    return curves, window(curves, *span)
