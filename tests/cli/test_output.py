"""Files are written whole, results and remarks go to different streams, colour only where it is wanted."""

from __future__ import annotations

import os
import stat

import click
import pytest
from click.testing import CliRunner

from derive.cli import output, pages
from derive.cli.main import cli, run
from derive.cli.output import Rendering, choose_format
from derive.errors import OptionError


@pytest.fixture(autouse=True)
def seen(monkeypatch):
    """Pages that say what they were asked for; the list of requests."""
    requests = []

    def render(name, options):
        requests.append((name, options))
        return Rendering(f"{name} {options.format}", "1 proved" if options.check else "", verified=options.check)

    monkeypatch.setattr(pages, "_render", render)
    return requests


def test_result_on_stdout_summary_on_stderr(capsys):
    assert run(["mlp", "--latex"]) == 0
    assert capsys.readouterr() == ("mlp latex\n", "1 proved\n")


def test_unverified_output_says_so(capsys):
    assert run(["mlp", "--no-check"]) == 0
    assert capsys.readouterr().err == "warning: this output was not verified\n"


def test_option_without_use_is_remarked(capsys):
    assert run(["mlp", "--layers", "1", "--activation", "tanh"]) == 0
    assert capsys.readouterr().err.startswith("note: one layer has no hidden layer")


def test_options_arrive(seen):
    run(["mlp", "--sizes", "3,4,4,1", "--activation", "tanh,relu", "--l2", "--batch", "--steps", "full", "--seed", "7"])
    run(["linear", "--l2", "mu", "--notation", "both", "--standalone", "--only", "result", "--witness", "jax"])
    (name, options), (other, linear) = seen
    assert (name, options.layers, options.hidden, options.l2) == ("mlp", 3, ("tanh", "relu"), "lambda")
    assert (options.form, options.steps, options.seed) == ("batch", "full", 7)
    assert (other, linear.l2, linear.notation, linear.standalone) == ("linear", "mu", "both", True)
    assert (linear.only, linear.witness) == ("result", "jax")


def test_optional_name_of_l2_before_another_option(seen):
    run(["mlp", "--l2", "--latex"])
    assert (seen[0][1].l2, seen[0][1].format) == ("lambda", "latex")


def test_file(tmp_path, capsys):
    path = tmp_path / "page.tex"
    assert run(["mlp", "-o", str(path)]) == 0
    assert path.read_text() == "mlp latex\n"
    assert capsys.readouterr() == ("", "1 proved\n")
    assert list(tmp_path.iterdir()) == [path]


def test_file_keeps_its_mode_and_its_link(tmp_path):
    path, link = tmp_path / "page.md", tmp_path / "link.md"
    path.write_text("old")
    path.chmod(0o640)
    link.symlink_to(path)
    assert run(["mlp", "-o", str(link)]) == 0
    assert link.is_symlink()
    assert path.read_text() == "mlp markdown\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_file_stays_when_writing_fails(tmp_path, monkeypatch, capsys):
    path = tmp_path / "page.tex"
    path.write_text("old")
    monkeypatch.setattr(os, "replace", _full)
    assert run(["mlp", "-o", str(path)]) == 2
    assert path.read_text() == "old"
    assert "error: -o" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == [path]


def test_nothing_is_derived_for_a_place_that_cannot_be_written(seen, capsys):
    assert run(["mlp", "-o", "/no/such/place.tex"]) == 2
    assert seen == []


def test_dash_and_device(capsys):
    assert run(["mlp", "-o", "-"]) == 0
    assert capsys.readouterr().out == "mlp text\n"
    assert run(["mlp", "-o", os.devnull]) == 0


@pytest.mark.parametrize(
    ("chosen", "latex", "path", "format"),
    [
        (None, False, None, "text"),
        (None, True, None, "latex"),
        ("latex", True, None, "latex"),
        (None, False, "a/page.TEX", "latex"),
        (None, False, "page.md", "markdown"),
        (None, False, "page.json", "json"),
        (None, False, "page", "text"),
        ("html", False, "page.md", "html"),
    ],
)
def test_format(chosen, latex, path, format):
    assert choose_format(chosen, latex, path) == format


def test_two_formats():
    with pytest.raises(OptionError, match="--latex means"):
        choose_format("json", True, None)


@pytest.mark.parametrize(("no_color", "coloured"), [("", True), ("1", False)])
def test_colour(no_color, coloured, monkeypatch):
    monkeypatch.setenv("NO_COLOR", no_color)
    shown = CliRunner().invoke(cli, ["list"], color=True).output
    assert ("\x1b[" in shown) is coloured


def test_no_colour_off_a_terminal(derive):
    assert "\x1b[" not in derive("list").stdout
    assert "\x1b[" not in derive("mlp", "--layers", "0").stderr


def test_say_colours_only_where_asked(monkeypatch):
    said = []
    monkeypatch.setattr(click, "echo", lambda message, err: said.append(message))
    output.say("plain")
    output.say("warning", colour="yellow")
    assert said[0] == "plain"
    assert said[1].startswith("\x1b[")


def _full(*_):
    raise OSError(28, "No space left on device")
