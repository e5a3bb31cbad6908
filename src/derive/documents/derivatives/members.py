"""Gradients in one of several: `\\nabla_a C`, where C is given in terms of a^{(L)} and of no other a."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from derive.documents.names.scripts import superscript
from derive.documents.syntax import tree as s
from derive.documents.syntax.tree import walk

if TYPE_CHECKING:
    from derive.documents.meaning.context import Context


def at_its_layer(v: s.Variable, body: s.Node | None, c: Context) -> s.Variable:
    """The variable a as the a^{(L)} of which the definition of C speaks, where a by itself has no value."""
    t, of = c.table, v.of
    d = t.definitions.get(body.name) if isinstance(body, s.Name) else None
    if not isinstance(of, s.Name) or d is None or d.parameters or of.name in c.bindings:
        return v
    if t.known(of.name) and (not t.is_family(of.name) or t.stands_alone(of.name)):
        return v
    scripts = [n for n in walk(d.rhs) if isinstance(n, s.Script) and isinstance(n.base, s.Name)]
    sups = [(n.sup, superscript(n.sup)) for n in scripts if isinstance(n.base, s.Name) and n.base.name == of.name]
    layers = {"".join(x.text for x in sup.layer) for _, sup in sups}
    bare = [written for written, sup in sups if not (sup.transposed or sup.acts)]
    return replace(v, of=s.Script(of.at, of, (), bare[0])) if len(layers) == 1 and layers != {""} and bare else v
