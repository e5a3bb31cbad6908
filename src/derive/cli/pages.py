"""The commands of the model pages: `derive mlp`, `derive logistic`, and so on."""

from __future__ import annotations

from typing import Any

import click

from derive.catalogue.options import PageOptions
from derive.cli.options import PARTS, page_options
from derive.cli.output import Rendering
from derive.cli.page import show
from derive.cli.table import BY_NAME

MODEL_PARTS = ("notation", "forward", "delta", "gradients", "result")


def page_command(
    name: str, *model: str, examples: str, forms: bool = True, parts: tuple[str, ...] = PARTS
) -> click.Command:
    """The command of a page; `model` names the options of the model that the page has a use for."""

    @page_options(*model, forms=forms, parts=parts)
    def command(**given: Any) -> int:
        return show(name, lambda options: _render(name, options), given)

    return click.command(name, help=BY_NAME[name].help, epilog=f"\b\nExamples:\n{examples}")(command)


def _render(name: str, options: PageOptions) -> Rendering:
    from derive.cli.render import page

    return page(name, options)


mlp = page_command(
    "mlp",
    "layers",
    "sizes",
    "activation",
    "output_activation",
    "loss",
    "pieces",
    "bias",
    "residual",
    "tied",
    "reduction",
    "entry",
    "l2",
    examples="  derive mlp --layers 2 --latex\n"
    "  derive mlp --sizes 3,4,1 --activation tanh --loss bce\n"
    '  derive mlp --layers L --activation "z*sigmoid(z)" --loss "(yhat - y)**4"\n'
    "  derive mlp --layers L --residual --tied\n"
    "  derive mlp --activation maxout --pieces 3\n"
    '  derive mlp --sizes 16384,4,1 --entry "W1[1,1]"',
)
layer = page_command(
    "layer",
    "sizes",
    examples="  derive layer --notation both --steps full\n  derive layer --sizes 4096,10 --only counts",
    parts=("notation", "forward", "gradients", "result", "counts"),
)
collapse = page_command(
    "collapse",
    "layers",
    "bias",
    examples="  derive collapse --layers L\n  derive collapse --no-bias",
    forms=False,
    parts=("notation", "forward", "result"),
)
linear = page_command(
    "linear",
    "bias",
    "l2",
    examples="  derive linear --notation both\n  derive linear --no-bias --l2 --only result",
    forms=False,
    parts=MODEL_PARTS,
)
logistic = page_command(
    "logistic",
    "bias",
    "l2",
    examples="  derive logistic --steps full --latex --standalone -o page.tex\n  derive logistic --l2 --batch",
    parts=MODEL_PARTS,
)
softmax = page_command(
    "softmax",
    "bias",
    "l2",
    examples="  derive softmax --batch\n  derive softmax --only delta --steps full",
    parts=MODEL_PARTS,
)
svm = page_command(
    "svm", "bias", "l2", examples="  derive svm\n  derive svm --l2 --sample --steps full", parts=MODEL_PARTS
)
neuron = page_command(
    "neuron",
    "activation",
    "loss",
    "bias",
    "l2",
    examples="  derive neuron --steps full\n  derive neuron --activation tanh --loss mse",
    forms=False,
    parts=MODEL_PARTS,
)
