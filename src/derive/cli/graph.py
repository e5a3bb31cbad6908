"""`derive graph`: the computational graph of a formula, drawn, with its values and gradients."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

import click

from derive.cli.expr import FormulaCommand
from derive.cli.options import STANDALONE, STEPS, VALUES, WITNESSES, all_of, digits, only
from derive.cli.output import Rendering, choose_format, deliver
from derive.cli.table import BY_NAME
from derive.errors import OptionError

FORMATS = ("text", "svg", "tikz", "dot", "code", "json", "latex", "markdown", "html")
PAGES = ("latex", "markdown", "html")
WRITTEN = ("text", *PAGES)
PARTS = ("notation", "forward", "local", "gradients", "result", "numbers")
SUFFIXES = {".svg": "svg", ".dot": "dot", ".gv": "dot", ".py": "code", ".tikz": "tikz"}

_EXAMPLES = """\b
Examples:
  derive graph "sigmoid(w0*x0 + w1*x1 + w2)" --at "w0=2, x0=-1, w1=-3, x1=-2, w2=-3"
  derive graph "sigmoid(w0*x0 + w1*x1 + w2)" --at "w0=2, x0=-1, w1=-3, x1=-2, w2=-3" --gates elementary -o graph.svg
  derive graph "(x + y)*z" --at "x=-2, y=5, z=-4" --format tikz --standalone -o graph.tex
  derive graph "maximum(0, x@w1)@w2" --where "x: N,D; w1: D,H; w2: H,C" --format code
  derive graph "maximum(0, x)" --where "x: 4096" --layout denominator

\b
A gate of your own, with forward() and backward(), for PyTorch or JAX:
  derive code --custom-op torch "x*sigmoid(x)"
"""


@dataclass(frozen=True)
class GraphOptions:
    """A formula, where it is evaluated, and how its graph is drawn."""

    formula: str
    where: str = ""
    at: str = ""
    gates: str = "named"
    show: str = ""
    digits: int = 3
    fractions: bool = False
    layout: str = "numerator"
    function: str = "f"
    format: str = "text"
    standalone: bool = False
    steps: str = "key"
    notation: str = "matrix"
    only: str | None = None
    check: bool = True
    seed: int = 0
    witness: str = "autograd"


@click.command("graph", cls=FormulaCommand, help=BY_NAME["graph"].help, epilog=_EXAMPLES)
@click.argument("formula")
@all_of(*VALUES)
@click.option("--where", default="", metavar="DECLARATIONS", help='Shapes: "x: N,D; w: D,M". [all names are numbers]')
@click.option(
    "--gates", type=click.Choice(["named", "elementary"]), help="sigmoid as one gate, or as exp, +, 1/x. [named]"
)
@click.option(
    "--show", type=click.Choice(["numbers", "symbols", "both"]), help="What the wires say. [numbers with --at]"
)
@digits(3)
@click.option("--fractions", is_flag=True, help="Exact numbers as fractions: 1/3 rather than 0.333.")
@click.option(
    "--layout",
    type=click.Choice(["numerator", "denominator"]),
    help="Rows of Jacobians: results (numerator) or operands. [numerator]",
)
@click.option("--function", metavar="NAME", help="The name of the function in the code. [f]")
@click.option("--notation", type=click.Choice(["matrix", "component", "both"]), help="Of a page. [matrix]")
@STEPS
@only(PARTS)
@STANDALONE
@click.option("--format", "format", type=click.Choice(FORMATS), help="Format. [text, or by -o's ending]")
@click.option("-o", "--output", metavar="FILE", help="Write to a file instead of standard output.")
@click.option("--check/--no-check", default=True, help="Verify all that is printed. [--check]")
@click.option(
    "--seed", type=click.IntRange(0, 2**32 - 1), metavar="N", default=0, help="Seed of the random points. [0]"
)
@click.option("--witness", type=click.Choice(WITNESSES), help="Independent autodiff engine. [autograd]")
@click.option("--cache/--no-cache", default=True, help="Keep verified results on disk. [--cache]")
def graph(
    *, output: str | None, cache: bool, format: str | None, settings: tuple[str, ...], at: str | None, **given: Any
) -> int:
    chosen = format or SUFFIXES.get(os.path.splitext(output or "")[1].lower()) or choose_format(None, False, output)
    given["at"] = ", ".join((*(() if at is None else (at,)), *map(_bracketed, settings)))
    options = GraphOptions(format=chosen, **{name: value for name, value in given.items() if value is not None})
    if options.standalone and chosen not in ("latex", "tikz"):
        raise OptionError(f"--standalone is for --format latex and tikz; found {chosen}. Try: leave it out")
    if options.only and chosen not in WRITTEN:
        raise OptionError(f"--only is for {', '.join(WRITTEN)}; found --format {chosen}. Try: leave one of them out")
    request = {"graph": vars(options)}
    return deliver(request, lambda: _render(options), output=output, cached=cache and options.check)


def _bracketed(setting: str) -> str:
    """Numbers as --at writes them: v=1,2 is v=[1,2], and W=1,2; 3,4 is W=[[1,2], [3,4]]."""
    name, sign, numbers = setting.partition("=")
    rows = numbers.split(";")
    if "[" in numbers or not sign or (len(rows) == 1 and "," not in numbers):
        return setting
    shown = ", ".join(f"[{row}]" for row in rows)
    return f"{name}={shown}" if len(rows) == 1 else f"{name}=[{shown}]"


def _render(options: GraphOptions) -> Rendering:
    from derive.cli.render import certified, only_part, summary
    from derive.derivation import Certificate
    from derive.graph.draw import drawing

    found = drawing(
        options.formula,
        options.where,
        options.at,
        gates=options.gates,
        show=options.show,
        digits=options.digits,
        fractions=options.fractions,
        layout=options.layout,
    )
    page = found.page
    code = found.staged(options.function) if options.format == "code" else None
    said = ""
    if options.check:
        page = certified(page, check=True, engine=options.witness, seed=options.seed)
        more = found.checked(options.witness, options.seed, options.function if code else None)
        said = f"{summary(page.certificate or Certificate(checked=False))}; {more}"
    said = "; ".join(filter(None, (said, *found.notes)))
    if options.format in PAGES or options.only:
        from derive.notation.document import render

        page = only_part(page, options.only) if options.only else page
        extra = {"standalone": options.standalone} if options.format == "latex" else {}
        text = render(page, options.format, notation=options.notation, steps=options.steps, **extra)
    elif code is not None:
        text = code.source
    else:
        writers = {
            "text": found.text,
            "svg": found.svg,
            "dot": found.dot,
            "tikz": lambda: found.tikz(options.standalone),
            "json": lambda: found.json(said),
        }
        text = writers[options.format]()
    return Rendering(text, said, verified=options.check)


__all__ = ["GraphOptions", "graph"]
