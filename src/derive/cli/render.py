"""From options to the text of a page: derive, verify, write."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from derive import catalogue
from derive.catalogue.options import PageOptions
from derive.cli.output import Rendering
from derive.derivation import Certificate, Derivation
from derive.errors import OptionError
from derive.notation.document.certified import certified

if TYPE_CHECKING:
    from derive.cli.expr import ExprOptions


def page(name: str, options: PageOptions) -> Rendering:
    """A page of the catalogue that its options alone describe."""
    return verified(catalogue.build(name, options), options)


def verified(derived: Derivation, options: PageOptions, extra: dict[str, Any] | None = None) -> Rendering:
    """Any page: certified, cut down to the part that is asked for, written; `extra` are fields of its JSON."""
    derived = certified(derived, check=options.check, engine=options.witness, seed=options.seed)
    extra = extra if options.format == "json" else None
    return rendering(only_part(derived, options.only) if options.only else derived, options, extra=extra)


def expression(options: ExprOptions) -> Rendering:
    """The derivative of a formula."""
    from derive.catalogue.pages.expression import from_text

    found = from_text(options.formula, options.where, options.wrt, options.order)
    derived = certified(found.page, check=options.check, engine=options.witness, seed=options.seed)
    from derive.notation.document.fields import in_numpy, result_fields

    extra = None
    if options.format != "json":
        code = in_numpy(found.value, found.out, found.declared)
        derived = replace(derived, sections=(*derived.sections, code))
    else:
        extra = result_fields(found.value, found.out, derived, found.declared)
    return rendering(only_part(derived, options.only) if options.only else derived, options, extra=extra)


def only_part(derived: Derivation, part: str) -> Derivation:
    """The part that is asked for; a page without it says which ones it has."""
    chosen = derived.only(part)
    if not chosen.sections:
        raise OptionError(
            f"--only {part}: this page has {', '.join(derived.parts())}. Try: --only {derived.parts()[0]}"
        )
    return chosen


def rendering(
    derived: Derivation, options: PageOptions | ExprOptions, extra: dict[str, Any] | None = None
) -> Rendering:
    """The text of the page and the summary of its verification."""
    from derive.notation.document import render

    more: dict[str, Any] = {"notation": options.notation, "steps": options.steps}
    if options.format == "latex":
        more["standalone"] = options.standalone
    if extra is not None:
        more["extra"] = extra
    text = render(derived, options.format, **more)
    certificate = derived.certificate or Certificate(checked=False)
    return Rendering(text, summary(certificate), verified=certificate.established)


def summary(c: Certificate) -> str:
    """One line: what was proved, what was confirmed, by whom, under which assumptions."""
    if not c.checked:
        return ""
    steps = f"{c.proved} step{'' if c.proved == 1 else 's'} proved, {c.confirmed} confirmed"
    return f"verified: {'; '.join(filter(None, (steps, _agreed(c), _assumed(c))))}"


def _agreed(c: Certificate) -> str:
    """Nothing where the page has no derivative that an engine could compare."""
    one = c.compared == 1
    agreed = f"{c.compared} derivative{'' if one else 's'} agree{'s' if one else ''} with {c.engine}"
    return f"{agreed} (largest relative error {c.worst:.0e}, seed {c.seed})" if c.compared else ""


def _assumed(c: Certificate) -> str:
    """An assumption begins with the name that it is about, here written as the page writes it."""
    return f"assuming {', '.join(map(_as_printed, c.assumptions))}" if c.assumptions else ""


def _as_printed(assumption: str) -> str:
    from derive.notation.style import TEXT, raised

    name, *rest = assumption.split(" ")
    base, *layer = name.split("^", 1)
    return " ".join((TEXT.symbol(base).text + "".join(map(raised, layer)), *rest))
