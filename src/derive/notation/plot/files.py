"""Plots in files: SVG is written here, PNG by matplotlib where it is installed."""

from __future__ import annotations

import os
from collections.abc import Sequence
from math import isfinite

from derive.errors import OptionError
from derive.notation.plot.curves import Curve, Window

LARGEST = 1000.0
ENDINGS = (".svg", ".png")


def check_plot(path: str) -> None:
    """Refuse what cannot be drawn before any work is done for it."""
    ending = os.path.splitext(path)[1].lower()
    if ending not in ENDINGS:
        raise OptionError(f"--plot: expected a file that ends in {' or '.join(ENDINGS)}; found {path[-60:]!r}")
    folder = os.path.dirname(os.path.abspath(path))
    if not os.path.isdir(folder):
        raise OptionError(f"--plot {path}: the folder {folder!r} does not exist. Try: mkdir -p {folder}")
    if ending == ".png":
        try:
            import matplotlib  # noqa: F401  # pyright: ignore[reportMissingImports]
        except ImportError:
            found = "--plot: PNG needs matplotlib, which is not installed"
            raise OptionError(f'{found}. Try: pip install "derivecheck[plot]", or --plot plot.svg') from None


def parse_range(text: str) -> tuple[float, float]:
    """The inputs that are plotted, "LOW,HIGH".

    >>> parse_range("-5,5")
    (-5.0, 5.0)
    """
    try:
        low, high = (float(part) for part in text.split(","))
    except ValueError:
        low = high = 0.0
    if not (isfinite(low) and isfinite(high) and low < high and max(-low, high) <= LARGEST):
        raise OptionError(
            f"--range: expected two numbers LOW,HIGH with LOW < HIGH, at most {LARGEST:g} in size; found "
            f"{text[:60]!r}. Try: --range -5,5"
        )
    return low, high


def draw(path: str, curves: Sequence[Curve], shown: Window, title: str) -> None:
    """Write the picture."""
    try:
        if path.lower().endswith(".svg"):
            from derive.notation.plot.svg import svg

            with open(path, "w", encoding="utf-8") as file:
                file.write(svg(curves, shown, title))
        else:
            _png(path, curves, shown, title)
    except OSError as error:
        raise OptionError(f"--plot {path}: {error.strerror or error}. Try: another place") from None


def _png(path: str, curves: Sequence[Curve], shown: Window, title: str) -> None:
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # pyright: ignore[reportMissingImports]
    from matplotlib.figure import Figure  # pyright: ignore[reportMissingImports]

    from derive.notation.plot.svg import COLOURS

    figure = Figure(figsize=(8, 5), dpi=160, layout="constrained")
    axes = FigureCanvasAgg(figure).figure.add_subplot()
    for k, curve in enumerate(curves):
        for n, run in enumerate(curve.runs):
            label = curve.name if n == 0 else None
            style = {"color": COLOURS[k], "linestyle": ("-", "--")[k], "linewidth": 2.2, "label": label}
            axes.plot([x for x, _ in run], [y for _, y in run], **style)
    axes.set(title=title, xlim=(shown.left, shown.right), ylim=(shown.bottom, shown.top), xlabel="z")
    axes.grid(alpha=0.3)
    axes.legend(frameon=False)
    figure.savefig(path)
