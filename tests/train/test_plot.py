"""The loss curve as blocks, as SVG and as PNG."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from derive.errors import OptionError
from derive.train.plot import check_plot, draw, sparkline, svg
from derive.train.state import Epoch

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize(
    ("values", "drawn"),
    [
        ([], ""),
        ([1.0], "▁"),
        ([2.0, 2.0], "▁▁"),
        ([0, 1, 2, 3, 4, 5, 6, 7], "▁▂▃▄▅▆▇█"),
        ([1000, 100, 10, 1], "█▆▃▁"),  # more than a decade: logarithmic
        ([1, float("inf"), 0.5], "█▁"),
        ([-3, 1, 40], "▁▂█"),
    ],
)
def test_sparkline(values, drawn):
    assert sparkline(values) == drawn


def test_sparkline_is_never_wide():
    assert len(sparkline([1 / (k + 1) for k in range(10_000)])) == 48


def points(text, name):
    root = ET.fromstring(text)
    (line,) = [p for p in root.iter(f"{SVG}polyline") if p.get("stroke") == name]
    return [tuple(map(float, pair.split(","))) for pair in line.get("points").split()]


def test_svg_is_to_scale():
    text = svg({"training": [(1, 4.0), (2, 2.0), (3, 1.0)]}, "a < b & c")
    (x1, y1), (x2, y2), (x3, y3) = points(text, "#2563eb")
    assert (x1, x3) == (64, 616)
    assert x2 == pytest.approx((x1 + x3) / 2)
    assert (y3 - y1) / (y2 - y1) == pytest.approx(1.5, abs=0.01)
    assert ET.fromstring(text).find(f"{SVG}text").text == "a < b & c"


def test_decades_are_logarithmic():
    text = svg({"training": [(1, 100.0), (2, 10.0), (3, 1.0)], "validation": [(1, 50.0), (3, 5.0)]}, "t")
    (_, y1), (_, y2), (_, y3) = points(text, "#2563eb")
    assert y2 - y1 == pytest.approx(y3 - y2, abs=0.2)
    labels = [t.text for t in ET.fromstring(text).iter(f"{SVG}text")]
    assert {"1", "10", "100", "training", "validation", "epoch", "loss"} <= set(labels)


@pytest.mark.parametrize("losses", [[], [1.0], [0.0, 0.0], [float("nan")], [-5.0, 3e8], [1e-300, 1e300], [1.0, 1.0]])
def test_any_history_is_drawn(losses, tmp_path):
    path = str(tmp_path / "loss.svg")
    draw(path, [Epoch(k + 1, 0.1, loss, loss / 2) for k, loss in enumerate(losses)], "t")
    root = ET.parse(path).getroot()
    inside = [pair for p in root.iter(f"{SVG}polyline") for pair in p.get("points").split()]
    assert all(0 <= float(v) <= 640 for pair in inside for v in pair.split(","))


@pytest.mark.parametrize("losses", [[1.0, 0.01], [1.0], [], [0.0, 0.0], [float("nan")], [1e-30, 1e30]])
def test_png(losses, tmp_path):
    pytest.importorskip("matplotlib", reason="matplotlib is not installed")
    path = tmp_path / "loss.png"
    draw(str(path), [Epoch(k + 1, 0.1, loss, loss / 2) for k, loss in enumerate(losses)], "t")
    assert path.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(("name", "said"), [("loss.gif", ".svg or .png"), ("loss", ".svg or .png")])
def test_refused(name, said):
    with pytest.raises(OptionError) as error:
        check_plot(name)
    assert said in str(error.value)


def test_png_without_matplotlib(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(OptionError, match=r"PNG needs matplotlib.*derivecheck\[plot\].*--plot loss\.svg"):
        check_plot("loss.png")
