"""Plots of functions: what is drawn where, in letters and in SVG."""

from __future__ import annotations

import xml.etree.ElementTree as tree

import pytest

from derive.errors import OptionError
from derive.notation.plot.curves import Curve, Window, ticks, window
from derive.notation.plot.files import check_plot, draw, parse_range
from derive.notation.plot.svg import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, svg
from derive.notation.plot.terminal import braille

LINE = Curve("line", (((-1.0, -1.0), (1.0, 1.0)),))
STEP = Curve("step", (((-1.0, 0.0), (0.0, 0.0)), ((0.0, 1.0), (1.0, 1.0))))


def test_ticks_are_round_and_within():
    assert ticks(-1.1, 1.1) == [-1.0, -0.5, 0.0, 0.5, 1.0]
    assert ticks(0, 0.013, 6) == [0.0, 0.005, 0.01]
    for low, high in ((-5.0, 5.0), (-0.3, 17.2), (1e-4, 3e-4)):
        assert all(low <= t <= high for t in ticks(low, high)) and 1 <= len(ticks(low, high)) <= 7


def test_the_window_holds_all_points_and_zero():
    shown = window([Curve("c", (((0.0, 3.0), (1.0, 5.0)),))], 0, 1)
    assert shown.bottom < 0 and shown.top > 5


def test_letters_follow_the_curve():
    """A rising line: dots in each row are further left the lower the row is."""
    rows = braille([LINE], Window(-1, 1, -1, 1), 20, 10).splitlines()[:10]
    firsts = [next(n for n, c in enumerate(row) if 0x2800 < ord(c) < 0x2900) for row in rows]
    assert firsts == sorted(firsts, reverse=True) and firsts[0] > firsts[-1] + 10


def test_a_jump_is_not_bridged():
    rows = braille([STEP], Window(-1, 1, -0.2, 1.2), 20, 12).splitlines()[:12]
    drawn = [row for row in rows if any(0x2800 < ord(c) < 0x2900 for c in row)]
    assert len(drawn) == 2


def test_the_second_curve_has_fewer_dots():
    def dots(text):
        return sum((ord(c) - 0x2800).bit_count() for c in text if 0x2800 < ord(c) < 0x2900)

    shown = Window(-1, 1, -1, 1)
    flat = Curve("flat", (((-1.0, 0.5), (1.0, 0.5)),))
    board = "\n".join(braille([flat], shown).splitlines()[:18])
    both = "\n".join(braille([Curve("none", ()), flat], shown).splitlines()[:18])
    assert 1.8 < dots(board) / dots(both) < 2.2


def test_svg_is_well_formed_and_to_scale():
    root = tree.fromstring(svg([LINE, STEP], Window(-1, 1, -1, 1), "a < b & c"))
    lines = [e.get("points") for e in root.iter() if e.tag.endswith("polyline")]
    assert len(lines) == 3
    (x0, y0), (x1, y1) = (map(float, p.split(",")) for p in lines[0].split())
    assert (x0, y0, x1, y1) == (LEFT, HEIGHT - BOTTOM, WIDTH - RIGHT, TOP)
    assert "a < b & c" in [e.text for e in root.iter()]


def test_a_long_title_is_cut():
    assert "x" * 51 not in svg([LINE], Window(-1, 1, -1, 1), "x" * 1000).split("aria-label")[0]


@pytest.mark.parametrize("text", ["", "1", "2,1", "0,0", "a,b", "-inf,1", "nan,1", "1,2,3", "-1e9,1e9"])
def test_ranges_that_are_refused(text):
    with pytest.raises(OptionError, match="--range: expected two numbers"):
        parse_range(text)


@pytest.mark.parametrize(
    ("path", "says"), [("plot.pdf", r"ends in \.svg or \.png"), ("/no/such/folder/x.svg", "does not exist")]
)
def test_files_that_are_refused(path, says):
    with pytest.raises(OptionError, match=says):
        check_plot(path)


def test_png_without_matplotlib_says_what_to_do(tmp_path, monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(OptionError, match=r"derivecheck\[plot\].*--plot plot\.svg"):
        check_plot(str(tmp_path / "x.png"))


@pytest.mark.parametrize("curves", [[LINE], [LINE, LINE]])
def test_png_is_written(curves, tmp_path):
    pytest.importorskip("matplotlib", reason="matplotlib is not installed")
    path = tmp_path / "x.png"
    draw(str(path), curves, Window(-1, 1, -1, 1), "line")
    assert path.read_bytes().startswith(b"\x89PNG")


def test_svg_is_written(tmp_path):
    path = tmp_path / "x.svg"
    draw(str(path), [LINE], Window(-1, 1, -1, 1), "line")
    assert tree.parse(path).getroot().tag.endswith("svg")
