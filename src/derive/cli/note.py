"""`derive note`: the forward equations of a note, differentiated and printed like any other page."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from derive.catalogue.options import PageOptions
from derive.cli.files import check_apart
from derive.cli.options import page_options
from derive.cli.output import Rendering
from derive.cli.page import show
from derive.cli.table import BY_NAME
from derive.errors import OptionError

if TYPE_CHECKING:
    from derive.catalogue.custom import Custom

EXAMPLES = """\b
Examples:
  derive note model.md --wrt W,b
  derive note batch-norm.md --wrt X,gamma,beta --steps full
  derive note attention.tex --of L --wrt W_Q --latex --standalone -o page.tex
  derive code note model.md --wrt W,b --backend torch

\b
The note declares its inputs ($W \\in \\mathbb{R}^{K \\times D}$) and defines the rest, one equation after the other, in
the notation that `derive check` reads; the scalar that nothing else rests on is what is differentiated. What the note
states entry by entry (z_i = ...) is printed so, the rest in matrices; --notation chooses one for all. A recursion
(h_t from h_{t-1}) is unrolled where the note says for which t; else one step of it is derived, from a given h_{t-1}.
"""

OF = click.option("--of", metavar="NAME", help="The scalar that is differentiated. [the one that nothing rests on]")
WRT = click.option("--wrt", metavar="NAMES", help="The variables, separated by commas: W,b.")


@click.command("note", help=BY_NAME["note"].help, epilog=EXAMPLES)
@click.argument("path", metavar="FILE")
@WRT
@OF
@page_options(notation="as the note states it")
def note(*, path: str, wrt: str | None, of: str | None, **given: Any) -> int:
    check_apart([("-o", given["output"])], [("the note", path)])
    text, name = source(path)
    digest = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
    as_written = given["notation"] is None

    def make(options: PageOptions) -> Rendering:
        return _render(text, name, wrt, of, options, as_written)

    return show("note", make, given, text=digest, path=name, wrt=wrt, of=of, as_written=as_written)


def source(path: str) -> tuple[str, str]:
    """The text of a note and its name, whose ending tells the format; `-` is standard input."""
    from derive.check.run.sources import content, named, shown
    from derive.documents.source.document import decode

    if not path.strip():
        raise OptionError("FILE: the name of the note is empty. Try: derive note model.md --wrt W")
    data, problem = content(path)
    if problem:
        raise OptionError(f"{shown(path)}: {problem}. Try: a note that ends in .md, .tex or .ipynb")
    text, troubles = decode(data)
    if troubles:
        raise OptionError(f"{shown(path)}: {troubles[0]}")
    return text, named(path, data)


def model(text: str, path: str, wrt: str | None, of: str | None) -> tuple[Custom, tuple[str, ...]]:
    """The model of a note, and remarks on lines that could not be read, on which it does not rest."""
    from derive.catalogue.custom import Custom
    from derive.models.notes import forward, variables

    found = forward(text, path)
    program = found.program(of, wrt)
    if wrt is None:
        names = ",".join(t.name for t in program.inputs)
        raise OptionError(f"--wrt: expected the variables to differentiate in; found nothing. Try: --wrt {names}")
    return Custom(program, variables(wrt, program), found.componentwise), found.remarks(program)


def title(text: str, path: str) -> str:
    """The note's first heading, else the name of its file."""
    heading = re.search(
        r"^#\s+(?P<md>[^\n$\\]+?)\s*#*$|\\(?:title|section\*?)\{(?P<tex>[^{}$\\]+)\}", text, re.MULTILINE
    )
    words = heading and (heading["md"] or heading["tex"])
    return words or os.path.splitext(os.path.basename(path))[0]


def _render(text: str, path: str, wrt: str | None, of: str | None, options: PageOptions, as_written: bool) -> Rendering:
    from derive.cli.render import verified

    made, remarks = model(text, path, wrt, of)
    if not as_written:
        made = replace(made, componentwise=frozenset())
    found = verified(made.page(title(text, path), "note", local=options.steps == "full"), options)
    return replace(found, summary="\n".join((*(f"note: {remark}" for remark in remarks), found.summary)).strip())
