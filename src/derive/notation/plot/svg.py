"""Curves as a standalone SVG picture, for a slide: large letters, a light grid, and the name beside each curve."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from derive.notation.plot.curves import Curve, Window, ticks

Scale = Callable[[float], float]

WIDTH, HEIGHT = 800, 500
LEFT, RIGHT, TOP, BOTTOM = 64, 28, 64, 60
TITLE = 50  # letters; a longer formula is cut
COLOURS = ("#2563eb", "#ea580c")
DASHES = ("", "9 6")
STYLE = """
  text { font: 16px "Helvetica Neue", Helvetica, Arial, sans-serif; fill: #334155 }
  .title { font-size: 20px; font-weight: 600; fill: #0f172a }
  .grid { stroke: #e2e8f0; stroke-width: 1 }
  .axis { stroke: #64748b; stroke-width: 1.5 }
  .curve { fill: none; stroke-width: 3; stroke-linejoin: round; stroke-linecap: round }
"""


def svg(curves: Sequence[Curve], shown: Window, title: str) -> str:
    """The picture; every name in it is escaped."""

    def across(x: float) -> float:
        return LEFT + (x - shown.left) / (shown.right - shown.left) * (WIDTH - LEFT - RIGHT)

    def down(y: float) -> float:
        return TOP + (shown.top - y) / (shown.top - shown.bottom) * (HEIGHT - TOP - BOTTOM)

    title = title if len(title) <= TITLE else f"{title[:TITLE]}..."
    parts = [f'<text class="title" x="{LEFT}" y="34">{escaped(title)}</text>']
    lines = []
    for y in ticks(shown.bottom, shown.top):
        kind = "axis" if y == 0 else "grid"
        lines.append(f'<line class="{kind}" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{down(y):.1f}" y2="{down(y):.1f}"/>')
        parts.append(f'<text x="{LEFT - 10}" y="{down(y) + 5:.1f}" text-anchor="end">{minus(y)}</text>')
    for x in ticks(shown.left, shown.right, 10):
        kind = "axis" if x == 0 else "grid"
        lines.append(
            f'<line class="{kind}" x1="{across(x):.1f}" x2="{across(x):.1f}" y1="{TOP}" y2="{HEIGHT - BOTTOM}"/>'
        )
        parts.append(f'<text x="{across(x):.1f}" y="{HEIGHT - BOTTOM + 24}" text-anchor="middle">{minus(x)}</text>')
    parts.append(f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 10}" text-anchor="middle">z</text>')
    parts[1:1] = sorted(lines, key=lambda line: 'class="axis"' in line)  # axes over the grid
    for k, curve in enumerate(curves):
        parts += _drawn(curve, k, across, down)
        parts += _named(curve.name, k, len(curves))
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        f'role="img" aria-label="{escaped(title)}">\n'
        f'<style>{STYLE}</style>\n<rect width="100%" height="100%" fill="white"/>\n{body}\n</svg>\n'
    )


def _drawn(curve: Curve, k: int, across: Scale, down: Scale) -> list[str]:
    dash = f' stroke-dasharray="{DASHES[k]}"' if DASHES[k] else ""
    lines = (" ".join(f"{across(x):.2f},{down(y):.2f}" for x, y in run) for run in curve.runs)
    return [f'<polyline class="curve" stroke="{COLOURS[k]}"{dash} points="{line}"/>' for line in lines]


def _named(name: str, k: int, of: int) -> list[str]:
    x = WIDTH - RIGHT - 150 * (of - k)
    dash = f' stroke-dasharray="{DASHES[k]}"' if DASHES[k] else ""
    return [
        f'<line class="curve" stroke="{COLOURS[k]}"{dash} x1="{x}" x2="{x + 36}" y1="29" y2="29"/>',
        f'<text x="{x + 46}" y="34">{escaped(name)}</text>',
    ]


def minus(x: float) -> str:
    """The number with a true minus sign."""
    return f"{x:g}".replace("-", "\N{MINUS SIGN}")


def escaped(text: str) -> str:
    """Text that may stand in XML, between tags or in an attribute."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
