"""The loss curve: a line of blocks for the terminal, an SVG written here, a PNG by matplotlib where it is installed."""

from __future__ import annotations

import os
from collections.abc import Sequence
from math import floor, isfinite, log10

from derive.errors import OptionError
from derive.train.state import Epoch

BLOCKS = "▁▂▃▄▅▆▇█"
WIDTH = 48
Curve = list[tuple[float, float]]  # (epoch, loss)


def sparkline(values: Sequence[float], width: int = WIDTH) -> str:
    """The values on a logarithmic scale, if they span more than a decade, in at most `width` blocks."""
    good = [v for v in values if isfinite(v)]
    if not good:
        return ""
    picked = good if len(good) <= width else [good[round(k * (len(good) - 1) / (width - 1))] for k in range(width)]
    logarithmic = _spans_decades(good)
    shown = [log10(v) if logarithmic else v for v in picked]
    low, high = min(shown), max(shown)
    return "".join(BLOCKS[round((v - low) / (high - low) * 7) if high > low else 0] for v in shown)


def _spans_decades(values: Sequence[float]) -> bool:
    least = min(values, default=0)
    return least > 0 and max(values) > 10 * least


def check_plot(path: str) -> None:
    """Refuse what cannot be drawn before any work is done for it."""
    ending = os.path.splitext(path)[1].lower()
    if ending not in WRITERS:
        raise OptionError(f"--plot: expected a file that ends in {' or '.join(WRITERS)}; found {path[-60:]!r}")
    if ending == ".png":
        try:
            import matplotlib  # noqa: F401  # pyright: ignore[reportMissingImports]
        except ImportError:
            found = "--plot: PNG needs matplotlib, which is not installed"
            raise OptionError(f'{found}. Try: pip install "derivecheck[plot]", or --plot loss.svg') from None


def draw(path: str, history: Sequence[Epoch], title: str) -> None:
    """Write the curve of the training loss, and of the validation loss where there is one."""
    curves: dict[str, Curve] = {
        "training": [(row.epoch, row.loss) for row in history if isfinite(row.loss)],
        "validation": [(row.epoch, v) for row in history if (v := row.validation) is not None and isfinite(v)],
    }
    curves = {name: points for name, points in curves.items() if points}
    try:
        WRITERS[os.path.splitext(path)[1].lower()](path, curves, title)
    except OSError as error:
        raise OptionError(f"--plot {path}: {error.strerror or error}") from None


# -- SVG -------------------------------------------------------------------------------------------------------------

_W, _H, _LEFT, _RIGHT, _TOP, _BOTTOM = 640, 400, 64, 24, 48, 48
_COLOURS = {"training": "#2563eb", "validation": "#ea580c"}
_STYLE = """
  text { font: 13px system-ui, sans-serif; fill: #334155 }
  .title { font-size: 15px; font-weight: 600; fill: #0f172a }
  .grid { stroke: #e2e8f0; stroke-width: 1 }
  .curve { fill: none; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round }
"""


def svg(curves: dict[str, Curve], title: str) -> str:
    """The curves as a standalone picture; the scale of the loss is logarithmic if it spans more than a decade."""
    losses = [y for points in curves.values() for _, y in points] or [1.0]
    epochs = [x for points in curves.values() for x, _ in points] or [1.0]
    logarithmic = _spans_decades(losses)
    ticks = _decades(min(losses), max(losses)) if logarithmic else _round_steps(min(losses), max(losses))
    low, high = min(ticks[0], min(losses)), max(ticks[-1], max(losses))
    first, last = min(epochs), max(max(epochs), min(epochs) + 1)

    def height(y: float) -> float:
        a, b, v = (log10(low), log10(high), log10(y)) if logarithmic else (low, high, y)
        return _H - _BOTTOM - (v - a) / ((b - a) or 1) * (_H - _TOP - _BOTTOM)

    def across(x: float) -> float:
        return _LEFT + (x - first) / (last - first) * (_W - _LEFT - _RIGHT)

    parts = [f'<text class="title" x="{_LEFT}" y="24">{_escaped(title)}</text>']
    for y in ticks:
        at = height(y)
        parts.append(f'<line class="grid" x1="{_LEFT}" x2="{_W - _RIGHT}" y1="{at:.1f}" y2="{at:.1f}"/>')
        parts.append(f'<text x="{_LEFT - 8}" y="{at + 4:.1f}" text-anchor="end">{y:g}</text>')
    for x in _whole_steps(first, last):
        parts.append(f'<text x="{across(x):.1f}" y="{_H - _BOTTOM + 20}" text-anchor="middle">{x:g}</text>')
    parts.append(f'<text x="{(_LEFT + _W - _RIGHT) / 2}" y="{_H - 10}" text-anchor="middle">epoch</text>')
    parts.append(f'<text x="{_LEFT - 8}" y="{_TOP - 12}" text-anchor="end">loss</text>')
    for n, (name, points) in enumerate(curves.items()):
        line = " ".join(f"{across(x):.1f},{height(y):.1f}" for x, y in points)
        x = _W - _RIGHT - 100 * (len(curves) - n)
        parts.append(f'<polyline class="curve" stroke="{_COLOURS[name]}" points="{line}"/>')
        parts.append(f'<line class="curve" stroke="{_COLOURS[name]}" x1="{x}" x2="{x + 18}" y1="20" y2="20"/>')
        parts.append(f'<text x="{x + 24}" y="24">{name}</text>')
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_W} {_H}" width="{_W}" height="{_H}">\n'
        f'<style>{_STYLE}</style>\n<rect width="100%" height="100%" fill="white"/>\n{body}\n</svg>\n'
    )


def _decades(low: float, high: float) -> list[float]:
    first, last = floor(log10(low)), -floor(-log10(high))
    every = max(1, -(-(last - first) // 8))
    return [10.0**k for k in range(first, last + every, every)]


def _round_steps(low: float, high: float) -> list[float]:
    """Multiples of 1, 2 or 5 times a power of ten around the range."""
    span = (high - low) or abs(high) or 1.0
    unit = 10 ** floor(log10(span))
    step = next(s * unit for s in (0.1, 0.2, 0.5, 1, 2, 5) if span / (s * unit) <= 6)
    return [k * step for k in range(floor(low / step), -floor(-high / step) + 1)]


def _whole_steps(low: float, high: float) -> list[float]:
    return [x for x in _round_steps(low, high) if low <= x <= high and x == int(x)]


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _write_svg(path: str, curves: dict[str, Curve], title: str) -> None:
    with open(path, "w", encoding="utf-8") as file:
        file.write(svg(curves, title))


def _write_png(path: str, curves: dict[str, Curve], title: str) -> None:
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # pyright: ignore[reportMissingImports]
    from matplotlib.figure import Figure  # pyright: ignore[reportMissingImports]

    figure = Figure(figsize=(6.4, 4), dpi=150, layout="constrained")
    axes = FigureCanvasAgg(figure).figure.add_subplot()
    for name, points in curves.items():
        axes.plot([x for x, _ in points], [y for _, y in points], color=_COLOURS[name], label=name)
    if _spans_decades([y for points in curves.values() for _, y in points]):
        axes.set_yscale("log")
    axes.set(title=title, xlabel="epoch", ylabel="loss")
    if curves:
        axes.legend(frameon=False)
    figure.savefig(path)


WRITERS = {".svg": _write_svg, ".png": _write_png}
