"""A graph as TikZ, or as a standalone LaTeX document: the same places as in the SVG, with formulas set by TeX."""

from __future__ import annotations

from derive.graph.labels import Label
from derive.graph.layout import Placed, Route, layout
from derive.graph.scene import LINE, PORT, RADIUS, Scene, tall
from derive.graph.svg import touch

SCALE = 0.024  # cm for each unit of the picture
STYLES = r"""  wire/.style={draw=black!65, line width=0.6pt, rounded corners=4pt, -{Latex[length=4.5pt]}},
  gate/.style={draw=blue!45!black, fill=blue!6, line width=0.7pt, font=\footnotesize},
  given/.style={draw=black!35, fill=black!4, line width=0.5pt, rounded corners=2pt, inner sep=3pt},
  value/.style={text=green!40!black, font=\footnotesize, inner sep=1pt},
  gradient/.style={text=red!70!black, font=\footnotesize, inner sep=1pt},
  made/.style={text=black!65, font=\scriptsize, inner sep=1pt},
  says/.style={text=black!65, font=\scriptsize\itshape, inner sep=1pt, fill=white}"""
DOCUMENT = r"""\documentclass{article}
\usepackage[paperwidth=%(width).2fcm,paperheight=%(height).2fcm,margin=0.3cm]{geometry}
\usepackage{tikz,amsmath,bm}
\usetikzlibrary{arrows.meta}
\pagestyle{empty}
\setlength{\parindent}{0pt}
\begin{document}
%(picture)s
\end{document}
"""


def tikz(scene: Scene, standalone: bool = False, legend: bool = True) -> str:
    """The picture; without `standalone` it wants \\usetikzlibrary{arrows.meta}, amsmath and bm."""
    placed = layout(scene)
    lines = [_wire(r) for r in placed.routes]
    lines += [_vertex(v) for v in placed.vertices]
    lines += [line for r in placed.routes for line in _labels(r)]
    if legend:
        shown = [label.latex for label in scene.legend if label.latex]
        words = r"\quad\textbar\quad ".join(f"${latex}$" for latex in shown)
        lines.append(rf"\node[made, anchor=west] at {_at(24, placed.height + 8)} {{{words}}};")
    body = "\n".join(f"  {line}" for line in lines)
    picture = f"\\begin{{tikzpicture}}[\n{STYLES}]\n{body}\n\\end{{tikzpicture}}\n"
    if standalone:
        wide = max(placed.width, sum(label.width for label in scene.legend) + 120 if legend else 0.0)
        width, height = wide * SCALE + 1, (placed.height + 36) * SCALE + 0.7
        return DOCUMENT % {"width": width, "height": height, "picture": picture.rstrip()}
    return f"% needs \\usepackage{{tikz,amsmath,bm}} and \\usetikzlibrary{{arrows.meta}}\n{picture}"


def _at(x: float, y: float) -> str:
    return f"({x * SCALE:.3f},{-y * SCALE:.3f})"


def _wire(r: Route) -> str:
    x, y = r.start
    tx, ty = touch(r)
    path = _at(x, y)
    for k, (start, end, height) in enumerate(r.runs):
        if abs(y - height) > 0.05:
            middle = (x + start) / 2
            path += f" .. controls {_at(middle, y)} and {_at(middle, height)} .. {_at(start, height)}"
        if k < len(r.runs) - 1:
            path += f" -- {_at(end, height)}"
        x, y = end, height
    if abs(y - ty) > 0.05:
        path += f" -- {_at(tx - PORT, y)}"
    return rf"\draw[wire] {path} -- {_at(tx, ty)};"


def _vertex(p: Placed) -> str:
    v, x, y = p.vertex, p.x, p.y
    if v.kind == "copy":
        return rf"\fill[blue!45!black] {_at(x, y)} circle[radius={5 * SCALE:.3f}];" + _says(v.says, x, y + 16)
    if v.kind == "output":
        return rf"\node at {_at(x, y)} {{${v.label.latex}$}};"
    if v.kind == "input":
        size = f"minimum width={2 * v.reach * SCALE:.3f}cm, minimum height={30 * SCALE:.3f}cm"
        return rf"\node[given, {size}] at {_at(x, y)} {{${v.label.latex}$}};"
    high = tall(v.ports)
    corners = f"rounded corners={min(RADIUS, v.reach) * SCALE:.3f}cm"
    box = rf"\draw[gate, {corners}] {_at(x - v.reach, y - high)} rectangle {_at(x + v.reach, y + high)};"
    return rf"{box} \node[font=\small] at {_at(x, y)} {{${v.label.latex}$}};" + _says(v.says, x, y + high + 11)


def _says(word: str, x: float, y: float) -> str:
    return rf" \node[says] at {_at(x, y)} {{{word}}};" if word else ""


def _labels(r: Route) -> list[str]:
    x, y = r.label
    first, *rest = r.wire.below
    lines = [_node("value", r.wire.above, x, y - 10), _node("gradient", first, x, y + LINE - 6, r"\leftarrow ")]
    return lines + [_node("made", label, x, y + LINE * (k + 2) - 6) for k, label in enumerate(rest)]


def _node(style: str, label: Label, x: float, y: float, before: str = "") -> str:
    return rf"\node[{style}] at {_at(x, y)} {{${before}{label.latex}$}};"
