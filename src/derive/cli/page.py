"""What the commands of pages have in common: options parsed, a page derived and verified, the result delivered."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from derive.catalogue.options import PageOptions
from derive.cli.output import Rendering, choose_format, deliver

if TYPE_CHECKING:
    from derive.derivation import Derivation


def show(name: str, make: Callable[[PageOptions], Rendering], given: dict[str, Any], /, **arguments: Any) -> int:
    """Print what `make` gives for the options that were given; returns the exit code.

    `arguments` are those of this command alone: with the options they say what the cache may remember.
    """
    output, cache = given.pop("output"), given.pop("cache")
    chosen = choose_format(given.pop("format"), given.pop("latex"), output)
    options = PageOptions.parse(format=chosen, **given)
    request = {"page": name, "arguments": arguments, "options": vars(options)}
    return deliver(request, lambda: make(options), output=output, cached=cache and options.check, notes=options.notes)


def verified(page: Callable[[PageOptions], Derivation]) -> Callable[[PageOptions], Rendering]:
    """From the options to the verified text of this page."""

    def make(options: PageOptions) -> Rendering:
        from derive.cli import render

        return render.verified(page(options), options)

    return make
