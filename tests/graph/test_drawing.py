"""Pictures: nothing overlaps, everything is there, and each format is what it says it is."""

from __future__ import annotations

import json
import shutil
import subprocess
import xml.etree.ElementTree as ElementTree
from fractions import Fraction
from functools import cache
from itertools import combinations, pairwise

import pytest

from derive.graph.draw import Drawing, drawing, graph
from derive.graph.layout import layout, spread
from derive.graph.scene import LINE, scene_of
from graph.cases import ALL, AT_A_POINT, CASES, NETWORK, SHARED, SIGMOID

SHOW = [(case, show, gates) for case in ALL for show in ("", "symbols", "both") if case[2] or show != "both"
        for gates in ("named", "elementary")]  # fmt: skip


@cache
def drawn(case, show: str = "", gates: str = "named") -> Drawing:
    formula, where, at = case
    return drawing(formula, where, at, show=show, gates=gates)


def boxes(found: Drawing):
    """The boxes of all labels and vertices: (left, top, right, bottom)."""
    scene = scene_of(found.back, found.labels)
    placed = layout(scene)
    for r in placed.routes:
        x, y = r.label
        half, n = r.wire.width / 2, len(r.wire.below)
        yield (x - half, y - LINE - 2, x + half, y + LINE * n + 3)
    for p in placed.vertices:
        half = p.vertex.reach if p.vertex.kind in ("gate", "input") else 5
        yield (p.x - half, p.y - 15, p.x + half, p.y + 15)


@pytest.mark.parametrize(("case", "show", "gates"), SHOW, ids=str)
def test_nothing_overlaps(case, show, gates):
    found = list(boxes(drawn(case, show, gates)))
    for (a, b, c, d), (e, f, g, h) in combinations(found, 2):
        apart = c <= e or g <= a or d <= f or h <= b
        assert apart, ((a, b, c, d), (e, f, g, h))


@pytest.mark.parametrize("case", ALL, ids=lambda case: case[0])
def test_no_wire_passes_through_a_label_of_another(case):
    found = drawn(case)
    placed = layout(scene_of(found.back, found.labels))
    runs = [(r.wire.number, *run) for r in placed.routes for run in r.runs]
    for r in placed.routes:
        x, y = r.label
        half = r.wire.width / 2
        for number, start, end, height in runs:
            across = start < x + half and end > x - half
            if number != r.wire.number and across:
                assert not y - LINE < height < y + LINE * len(r.wire.below), (r.wire.source, number)


@pytest.mark.parametrize("case", ALL, ids=lambda case: case[0])
def test_wires_go_from_left_to_right(case):
    found = drawn(case)
    for r in layout(scene_of(found.back, found.labels)).routes:
        stops = [r.start[0], *(x for run in r.runs for x in run[:2])]
        assert all(a <= b + 1e-9 for a, b in pairwise(stops))
        assert stops[-1] <= r.end[0]


def test_a_tree_has_no_crossing():
    found = drawn(SIGMOID)
    placed = layout(scene_of(found.back, found.labels))
    ends = sorted((p.y, p.vertex.key) for p in placed.vertices if p.vertex.kind == "input" and p.vertex.key != "w2")
    assert [key for _, key in ends] == ["w0", "x0", "w1", "x1"]


@pytest.mark.parametrize(("wanted", "gaps"), [([0, 0, 0], [1, 1]), ([5, 1, 3], [2, 2]), ([1, 2, 9], [1, 1])])
def test_spread_keeps_gaps_and_is_nearest(wanted, gaps):
    found = spread(wanted, gaps)
    assert all(b - a >= g - 1e-9 for (a, b), g in zip(pairwise(found), gaps, strict=True))
    cost = sum((a - b) ** 2 for a, b in zip(found, wanted, strict=True))
    for k in range(3):
        for step in (-0.01, 0.01):
            other = [y + step * (n >= k) for n, y in enumerate(found)]
            if all(b - a >= g - 1e-9 for (a, b), g in zip(pairwise(other), gaps, strict=True)):
                assert sum((a - b) ** 2 for a, b in zip(other, wanted, strict=True)) >= cost - 1e-9


@pytest.mark.parametrize("case", ALL, ids=lambda case: case[0])
def test_svg(case):
    found = drawn(case)
    root = ElementTree.fromstring(found.svg())
    space = "{http://www.w3.org/2000/svg}"
    width, height = float(root.attrib["width"]), float(root.attrib["height"])
    texts = list(root.iter(f"{space}text"))
    wires = [p for p in root.iter(f"{space}path") if p.attrib.get("class") == "wire"]
    assert len(wires) == len(scene_of(found.back, found.labels).wires)
    assert all(0 < float(t.attrib["x"]) < width and 0 < float(t.attrib["y"]) < height for t in texts)
    assert root.find(f"{space}rect").attrib["fill"] == "#ffffff"
    assert "\ue000" not in found.svg()


def test_svg_escapes_what_the_user_wrote():
    svg = drawing("where(a < b, a, b)", at="a=1, b=2").svg()
    assert ElementTree.fromstring(svg).find("{http://www.w3.org/2000/svg}title").text == "where(a < b, a, b)"


@pytest.mark.parametrize("case", ALL, ids=lambda case: case[0])
def test_dot(case):
    text = drawn(case).dot()
    assert text.count("->") == len(scene_of(drawn(case).back, drawn(case).labels).wires)
    program = shutil.which("dot")
    if program is None:
        pytest.skip("graphviz is not installed")
    done = subprocess.run([program, "-Tsvg"], input=text, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def _has(file: str) -> bool:
    program = shutil.which("kpsewhich")
    return program is not None and not subprocess.run([program, file], capture_output=True, check=False).returncode


@pytest.mark.parametrize("case", [SIGMOID, SHARED, CASES, NETWORK], ids=lambda case: case[0])
def test_tikz_compiles(case, tmp_path):
    source = drawn(case).tikz(standalone=True)
    assert source.count("{") == source.count("}")
    if not _has("tikz.sty") or shutil.which("pdflatex") is None:
        pytest.skip("TikZ is not installed")
    (tmp_path / "graph.tex").write_text(source, encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "graph.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:]
    assert "1 page" in done.stdout


@pytest.mark.parametrize("case", ALL, ids=lambda case: case[0])
def test_json(case):
    data = json.loads(drawn(case).json("said"))
    names = [n["name"] for n in data["nodes"]]
    assert data["verification"] == "said"
    assert {e["from"] for e in data["edges"]} | {e["to"] for e in data["edges"]} == set(names)
    for e in data["edges"]:
        shown, up, local = (e[k] for k in ("downstream_value", "upstream_value", "local_value"))
        if isinstance(shown, dict) and all(x["exact"] for x in (shown, up, local)):
            assert Fraction(shown["exact"]) == Fraction(up["exact"]) * Fraction(local["exact"])


@pytest.mark.parametrize("case", AT_A_POINT, ids=lambda case: case[0])
def test_numbers_that_are_rounded_are_marked(case):
    text = drawn(case).text()
    exact = all(x.exact is not None for x in _all_numbers(drawn(case)))
    assert ("≈" in text) >= (not exact)


def _all_numbers(found: Drawing):
    from derive.evaluate.nested import entries

    at = found.labels.at
    assert at is not None
    return [x for a in (*at.values.values(), *at.gradients.values()) for x in entries(a)]


def test_api_verifies_and_draws():
    import derive

    found = derive.graph("x*y + x", at="x=2, y=3")
    assert found._repr_svg_().startswith("<svg")
    assert derive.graph is graph
