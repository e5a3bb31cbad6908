"""`derive graph`: each format by the command, and one clear error for what cannot be drawn."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree

import pytest

from derive.cli.graph import FORMATS
from derive.cli.main import run

SIGMOID = "sigmoid(w0*x0 + w1*x1 + w2)"
AT = "w0=2, x0=-1, w1=-3, x1=-2, w2=-3"
NETWORK = ["sum((maximum(0, x@w1 + b)@w2 - t)**2)/N", "--where", "x: N,D; w1: D,H; w2: H,C; t: N,C; b: H"]
SAID = {
    "text": "0.197", "svg": "<svg", "tikz": r"\begin{tikzpicture}", "dot": "digraph", "code": "grad_w0 = grad_s0 * x0",
    "json": '"downstream_value"', "latex": r"\frac{\partial L}{\partial s_3}", "markdown": "## Backward pass",
    "html": "<!doctype html>",
}  # fmt: skip


def output(capsys, *args: str) -> tuple[str, str]:
    assert run(["graph", *args, "--no-cache"]) == 0, capsys.readouterr().err
    return capsys.readouterr()


@pytest.mark.parametrize("format", FORMATS)
def test_formats(format, capsys):
    out, err = output(capsys, SIGMOID, "--at", AT, "--format", format)
    assert SAID[format] in out
    assert err.startswith("verified: ")
    assert "9 derivatives agree with autograd" in err
    assert "at the point: 20 values and gradients agree with autograd" in err
    assert ("the code was run" in err) == (format == "code")


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("more", [[], ["--notation", "both", "--steps", "full"], ["--layout", "denominator"]], ids=str)
def test_formats_of_arrays(format, more, capsys):
    out, err = output(capsys, *NETWORK, "--format", format, *more)
    assert out
    assert "12 derivatives agree with autograd" in err


def test_numbers_are_those_of_the_lecture(capsys):
    out, _ = output(capsys, SIGMOID, "--at", AT, "--gates", "elementary", "--digits", "2", "--format", "json")
    nodes = {n["name"]: n for n in json.loads(out)["nodes"]}
    shown = {name: (n["value"]["shown"], n["gradient_value"]["shown"]) for name, n in nodes.items()}
    assert shown["w0"] == ("2", "-0.20")
    assert shown["x0"] == ("-1", "0.39")
    assert shown["s5"] == ("0.37", "-0.53")  # exp
    assert shown["s6"] == ("1.4", "-0.53")  # + 1
    assert shown["L"] == ("0.73", "1")


@pytest.mark.parametrize(("name", "start"), [("g.svg", "<svg"), ("g.dot", "digraph"), ("g.py", '"""'), ("g.md", "# ")])
def test_format_by_the_ending(name, start, tmp_path, capsys):
    file = tmp_path / name
    output(capsys, "(x + y)*z", "--at", "x=-2, y=5, z=-4", "-o", str(file))
    assert file.read_text(encoding="utf-8").startswith(start)


def test_fractions_and_symbols(capsys):
    out, _ = output(capsys, "x/3 + y", "--at", "x=1, y=1/7", "--fractions")
    assert "10/21" in out
    assert "≈" not in out
    svg, _ = output(capsys, "x*y", "--at", "x=1, y=2", "--show", "both", "--format", "svg")
    ElementTree.fromstring(svg)


def test_a_formula_that_begins_with_a_minus_sign(capsys):
    out, _ = output(capsys, "-x*y", "--at", "x=1, y=2")
    assert "negate" in out


def test_full_pages_have_their_parts(capsys):
    out, _ = output(capsys, *NETWORK, "--format", "latex", "--standalone", "--steps", "full")
    parts = ("Forward pass", "Local gradients", "Backward pass", "What the gates do")
    assert all(part in out for part in parts)


def test_help_links_the_gates_of_one_s_own(capsys):
    out, _ = output(capsys, "--help")
    assert "derive code --custom-op torch" in out


REFUSED = [
    (["x"], "no graph"),
    (["x+"], "ends too early"),
    (["x*y", "--at", "x=1"], "no value for y"),
    (["x*y", "--at", "x=1, y=2, q=3"], "'q' is no input"),
    (["1/x", "--at", "x=0"], "division by zero"),
    (["log(x)", "--at", "x=0"], "log of a number that is not positive"),
    (["sqrt(x)", "--at", "x=-1"], "root of a negative number"),
    (["x**y", "--at", "x=0, y=-1"], "zero to a power"),
    (["exp(exp(x))", "--at", "x=100"], "too large"),
    (["max(x)", "--where", "x: n", "--at", "x=[1, 1]"], "tie"),
    (["x@w", "--where", "x: N,D; w: D", "--at", "x=[[1, 2]], w=[1, 2]"], "upstream gradient grad_y"),
    (["x*y", "--show", "numbers"], "values of the inputs are needed"),
    (["x*y", "--standalone"], "--standalone"),
    (["x*y", "--format", "code", "--function", "x"], "--function"),
    (["*".join(f"x{k}" for k in range(99))], "at most 60"),
    (["x*y", "--where", "x: n"], "unknown name 'y'"),
    (["x.__class__"], "__class__"),
    (["x*y", "-o", "/nowhere/at/all.svg"], "does not exist"),
]


@pytest.mark.parametrize(("args", "said"), REFUSED, ids=lambda value: str(value)[:40])
def test_refused(args, said, capsys):
    assert run(["graph", *args, "--no-cache"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("error:") == 1
    assert said in err
    assert "Traceback" not in err
    assert len(err) < 1500


def test_a_kink_is_said(capsys):
    _, err = output(capsys, "relu(x)*y", "--at", "x=0, y=1")
    assert "s_0 is at a kink or tie" in err


def test_without_check_it_says_so(capsys):
    _, err = output(capsys, "x*y", "--no-check")
    assert "this output was not verified" in err
