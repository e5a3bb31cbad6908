"""A graph as a standalone SVG: values above the wires, gradients below them in italics with an arrow to the left.

Nothing depends on the colours. The picture has its own white background, and its fonts are those of any system.
"""

from __future__ import annotations

from derive.graph.labels import DOWN, UP, Label
from derive.graph.layout import Layout, Placed, Route, layout
from derive.graph.scene import LINE, PORT, RADIUS, Scene, tall
from derive.notation.plot.svg import escaped

STYLE = """
  text { font-family: "Helvetica Neue", Helvetica, Arial, "Liberation Sans", sans-serif;
         font-size: 14px; fill: #1f2933 }
  .wire { fill: none; stroke: #52606d; stroke-width: 1.6 }
  .gate { fill: #eef2ff; stroke: #334e8a; stroke-width: 1.8 }
  .input { fill: #f5f5f4; stroke: #a8a29e; stroke-width: 1.2 }
  .copy { fill: #334e8a }
  .name { font-size: 16px; text-anchor: middle; font-weight: 600 }
  .symbol { font-size: 16px; text-anchor: middle; font-weight: 600; fill: #1e3a8a }
  .says { font-size: 11px; text-anchor: middle; fill: #52606d;
          stroke: #ffffff; stroke-width: 4px; paint-order: stroke; stroke-linejoin: round }
  .value { text-anchor: middle; fill: #046c4e; font-weight: 600 }
  .gradient { text-anchor: middle; fill: #b42318; font-style: italic; font-weight: 600 }
  .made { text-anchor: middle; fill: #52606d; font-size: 13px }
  .legend { font-size: 12px }
"""


def svg(scene: Scene, legend: bool = True) -> str:
    """The picture."""
    placed = layout(scene)
    body = [*(_wire(r) for r in placed.routes), *(_vertex(v) for v in placed.vertices)]
    body += [_labels(r) for r in placed.routes]
    width, height = placed.width, placed.height
    if legend:
        words, least = _legend(scene, placed)
        body.append(words)
        width, height = max(width, least), height + 28
    w, h = f"{width:.0f}", f"{height:.0f}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w} {h}" width="{w}" height="{h}" role="img">\n'
        f"<title>{escaped(scene.title)}</title>\n<style>{STYLE}</style>\n"
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path d="M0,0.5 L7.5,4 L0,7.5 z" fill="#52606d"/></marker></defs>\n'
        f'<rect width="{w}" height="{h}" rx="8" fill="#ffffff"/>\n' + "\n".join(body) + "\n</svg>\n"
    )


def _wire(r: Route) -> str:
    x, y = r.start
    path = f"M{x:.1f},{y:.1f}"
    for start, end, height in r.runs:
        path += _bend(x, y, start, height) + f" H{end:.1f}"
        x, y = end, height
    path += _into(x, y, r)
    return f'<path class="wire" d="{path}" marker-end="url(#tip)"/>'


def _bend(x: float, y: float, to: float, height: float) -> str:
    if abs(y - height) < 0.05:
        return f" H{to:.1f}"
    middle = (x + to) / 2
    return f" C{middle:.1f},{y:.1f} {middle:.1f},{height:.1f} {to:.1f},{height:.1f}"


def _into(x: float, y: float, r: Route) -> str:
    """From the end of the lane to the rim of the vertex."""
    tx, ty = touch(r)
    if abs(y - ty) < 0.05:
        return f" H{tx:.1f}"
    return f" H{tx - PORT:.1f} L{tx:.1f},{ty:.1f}"


def touch(r: Route) -> tuple[float, float]:
    """Where a wire meets its vertex: wires of several ports meet the rim of a gate from both sides of its middle."""
    x, y = r.end
    reach = r.target.reach if r.target.kind in ("gate", "copy") else r.target.width / 2
    offset = r.runs[-1][2] - y
    limit = RADIUS * 0.62 if r.target.ports <= 2 else (r.target.ports - 1) * RADIUS
    dy = max(-limit, min(limit, offset))
    if r.target.kind == "gate" and r.target.ports <= 2 and reach <= RADIUS:
        return x - (reach**2 - dy**2) ** 0.5, y + dy
    return x - reach, y + dy


def _vertex(p: Placed) -> str:
    v, x, y = p.vertex, p.x, p.y
    if v.kind == "copy":
        return f'<circle class="copy" cx="{x:.1f}" cy="{y:.1f}" r="5"/>' + _says(v.says, x, y + 18)
    if v.kind == "output":
        return _text("name", v.label, x, y + 5)
    if v.kind == "input":
        shape = (
            f'<rect class="input" x="{x - v.reach:.1f}" y="{y - 15:.1f}" width="{2 * v.reach:.1f}" height="30" rx="6"/>'
        )
        return shape + _text("name", v.label, x, y + 5)
    high = tall(v.ports)
    shape = (
        f'<rect class="gate" x="{x - v.reach:.1f}" y="{y - high:.1f}" width="{2 * v.reach:.1f}" '
        f'height="{2 * high:.1f}" rx="{min(RADIUS, v.reach):.1f}"/>'
    )
    return shape + _text("symbol", v.label, x, y + 5) + _says(v.says, x, y + high + 14)


def _says(word: str, x: float, y: float) -> str:
    return f'<text class="says" x="{x:.1f}" y="{y:.1f}">{escaped(word)}</text>' if word else ""


def _labels(r: Route) -> str:
    x, y = r.label
    first, *rest = r.wire.below
    parts = [_text("value", r.wire.above, x, y - 6), _text("gradient", first, x, y + LINE - 1, "← ")]
    parts += [_text("made", label, x, y + LINE * (k + 2) - 2) for k, label in enumerate(rest)]
    return "".join(parts)


def _legend(scene: Scene, placed: Layout) -> tuple[str, float]:
    above, below, rounded = scene.legend
    x, y = 24.0, placed.height + 8
    spans = [
        f'<tspan fill="#046c4e" font-weight="600">{_marked(above.text)}</tspan>',
        f'<tspan fill="#b42318" font-weight="600" font-style="italic">← {_marked(below.text)}</tspan>',
    ]
    if rounded.text:
        spans.append(f'<tspan fill="#52606d">{escaped(rounded.text)}</tspan>')
    words = '<tspan fill="#52606d">  |  </tspan>'.join(spans)
    width = sum(label.width for label in scene.legend) + 90
    return f'<text class="legend" x="{x:.1f}" y="{y:.1f}" xml:space="preserve">{words}</text>', width


def _text(kind: str, label: Label, x: float, y: float, before: str = "") -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}">{before}{_marked(label.text)}</text>' if label.text else ""


def _marked(text: str) -> str:
    """Subscripts as lowered spans."""
    out, lowered = "", False
    for part in text.replace(UP, DOWN).split(DOWN):
        if lowered:
            out += f'<tspan dy="3" font-size="72%">{escaped(part)}</tspan><tspan dy="-3">&#8203;</tspan>'
        else:
            out += escaped(part)
        lowered = not lowered
    return out
