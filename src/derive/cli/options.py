"""Options that commands share, as decorators: each is declared once, in one place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

Decorator = Callable[[Any], Any]

FORMATS = ("text", "latex", "markdown", "html", "json")
PARTS = ("notation", "forward", "delta", "gradients", "result", "counts")
WITNESSES = ("autograd", "jax", "torch")

#: What a model is made of; a page takes those that it has a use for.
MODEL: dict[str, Decorator] = {
    "layers": click.option("--layers", metavar="N|L", help="Number of weight layers, 1 to 1000, or L for any. [2]"),
    "sizes": click.option("--sizes", metavar="N,N,...", help="Size of each layer, input first: 3,4,1."),
    "activation": click.option(
        "--activation",
        metavar="NAMES",
        help='Hidden activation, a name or a formula such as "z*sigmoid(z)"; a list gives one per layer. [sigmoid]',
    ),
    "output_activation": click.option(
        "--output-activation", metavar="NAME", help="Activation of the output. [what the loss asks for]"
    ),
    "loss": click.option("--loss", metavar="NAME", help="A name (derive list), or a formula in yhat and y."),
    "pieces": click.option("--pieces", metavar="N", help="Pre-activations that maxout compares, 2 to 4. [2]"),
    "bias": click.option("--bias/--no-bias", default=True, help="Biases in every layer. [--bias]"),
    "residual": click.option("--residual", is_flag=True, help="Hidden layers add their input to what they compute."),
    "tied": click.option("--tied", is_flag=True, help="Hidden layers share one matrix of weights and one bias."),
    "reduction": click.option(
        "--reduction", type=click.Choice(["mean", "sum"]), default="mean", help="The cost of a batch. [mean]"
    ),
    "entry": click.option(
        "--entry", metavar="NAME[I,J]", help='One gradient, by the chain rule in components: "W1[1,1]", "b2[1]".'
    ),
    "l2": click.option(
        "--l2",
        metavar="[NAME]",
        is_flag=False,
        flag_value="lambda",
        help="Add an L2 penalty; NAME is its factor. [lambda]",
    ),
}

MOST_DIGITS = 15

VALUES: tuple[Decorator, ...] = (
    click.option("--set", "settings", metavar="NAME=NUMBERS", multiple=True, help="Numbers: x=0.2,0.5 or W1=1,2;3,4."),
    click.option("--at", metavar="VALUES", help='The same in one text: "x=[0.2, 0.5], W1=[[1, 2], [3, 4]]".'),
)
"""Numbers for names, in either spelling, on every page that takes them."""

STEPS = click.option("--steps", type=click.Choice(["key", "full"]), help="Key steps, or every step. [key]")

STANDALONE = click.option("--standalone", is_flag=True, help="A whole LaTeX document, which compiles as it is.")

_FORMS: tuple[Decorator, ...] = (
    click.option("--sample", "form", flag_value="sample", help="Only the derivation for one sample."),
    click.option("--batch", "form", flag_value="batch", help="Only the form for a batch."),
)

_WRITTEN: tuple[Decorator, ...] = (
    click.option("--format", "format", type=click.Choice(FORMATS), help="Format. [text, or by -o's ending]"),
    click.option("--latex", is_flag=True, help="The same as --format latex."),
    click.option("-o", "--output", metavar="FILE", help="Write to a file instead of standard output."),
)

_CHECKED: tuple[Decorator, ...] = (
    click.option("--check/--no-check", default=True, help="Verify all that is printed. [--check]"),
    click.option(
        "--seed", type=click.IntRange(0, 2**32 - 1), metavar="N", default=0, help="Seed of the random points. [0]"
    ),
    click.option("--witness", type=click.Choice(WITNESSES), help="Independent autodiff engine. [autograd]"),
    click.option("--cache/--no-cache", default=True, help="Keep verified results on disk. [--cache]"),
)


def digits(default: int) -> Decorator:
    """How far numbers are rounded."""
    return click.option(
        "--digits",
        type=click.IntRange(1, MOST_DIGITS),
        metavar="N",
        default=default,
        help=f"Significant digits of rounded numbers. [{default}]",
    )


def _notation(default: str) -> Decorator:
    choice = click.Choice(["matrix", "component", "both"])
    return click.option("--notation", type=choice, help=f"Matrix or component notation. [{default}]")


def only(parts: tuple[str, ...]) -> Decorator:
    """--only with the parts that the page has."""
    return click.option("--only", type=click.Choice(parts), help="Print one part of the page.")


def page_options(
    *model: str, notation: str = "matrix", forms: bool = False, parts: tuple[str, ...] = PARTS
) -> Decorator:
    """The options of a page: those of MODEL that are named, and all that say how to print and check.

    `forms`: the page derives one sample and a batch apart, so that one of them can be left out. `parts`: those that
    the page has, for --only.
    """
    shown = (_notation(notation), *(_FORMS if forms else ()), STEPS, only(parts), STANDALONE)
    return all_of(*(MODEL[name] for name in model), *shown, *_WRITTEN, *_CHECKED)


def formula_options(command: Any) -> Any:
    """The options of a command whose subject is a formula."""
    parts = ("notation", "forward", "result")
    return all_of(_notation("both"), STEPS, only(parts), STANDALONE, *_WRITTEN, *_CHECKED)(command)


def all_of(*decorators: Decorator) -> Decorator:
    """These options, in this order."""

    def decorate(command: Any) -> Any:
        for decorator in reversed(decorators):  # click lists the options in the order of the source
            command = decorator(command)
        return command

    return decorate
