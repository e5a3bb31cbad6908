"""A graph in the language of Graphviz: `dot -Tsvg` and its kin draw it."""

from __future__ import annotations

from derive.graph.labels import DOWN, UP, Label
from derive.graph.scene import Scene

SHAPES = {"input": "box, style=rounded", "gate": "ellipse", "copy": "point", "output": "plaintext"}


def dot(scene: Scene) -> str:
    """The picture: values and gradients are on the edges, one under the other."""
    lines = ["digraph graph_of {", "  rankdir=LR;", '  node [fontname="Helvetica"];']
    lines.append('  edge [fontname="Helvetica", fontsize=11];')
    for v in scene.vertices:
        says = f"\\n{v.says}" if v.says and v.kind == "gate" else ""
        lines.append(f"  {_quoted(v.key)} [shape={SHAPES[v.kind]}, label={_quoted(_plain(v.label) + says)}];")
    for w in scene.wires:
        below = [f"← {_plain(w.below[0])}", *map(_plain, w.below[1:])]
        label = "\\n".join([_plain(w.above), *below])
        lines.append(f"  {_quoted(w.source)} -> {_quoted(w.target)} [label={_quoted(label)}];")
    return "\n".join([*lines, "}"]) + "\n"


def _plain(label: Label) -> str:
    """Subscripts behind an underscore, or as they are where that is how the name is written: s0."""
    return label.text.replace(DOWN, "").replace(UP, "").replace("\\", "\\\\")


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '\\"') + '"'
