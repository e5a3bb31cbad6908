"""The static table of commands says what the commands themselves say."""

from __future__ import annotations

import click
import pytest

from derive.cli import main
from derive.cli.main import cli, run
from derive.cli.table import BY_NAME, CHOICES, CLASSIFIERS, NETWORKS, OPTIMISATION, PARTS, ROWS


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_row_and_command_agree(row):
    command = cli.get_command(click.Context(cli), row.name)
    assert isinstance(command, click.Command)
    assert command.name == row.name
    assert command.help == row.help


def test_names_are_unique():
    assert len(BY_NAME) == len(ROWS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_each_option_is_explained(row):
    command = cli.get_command(click.Context(cli), row.name)
    assert command is not None
    assert [param.name for param in command.params if isinstance(param, click.Option) and not param.help] == []


def test_listed_names_are_those_of_the_catalogue():
    from derive.catalogue.activations import ACTIVATIONS, maxout
    from derive.catalogue.likelihoods import LIKELIHOODS
    from derive.catalogue.losses import LOSSES

    expected = [tuple(ACTIVATIONS), (maxout(2).name,), tuple(LOSSES), tuple(LIKELIHOODS)]
    assert list(CHOICES.values()) == expected


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_help_has_examples_and_fits(row, capsys):
    assert run([row.name, "--help"]) == 0
    out = capsys.readouterr().out
    if row.name != "list":
        assert f"  derive {row.name}" in out
    assert len(row.help) <= 66 or row.name == "check"  # one line of a terminal, after the name


#: A call of each command that prints a page.
PAGES = {
    **{name: [name] for name in BY_NAME if BY_NAME[name].section in (CLASSIFIERS, NETWORKS, OPTIMISATION, PARTS)},
    "activation": ["activation", "tanh"],
    "likelihood": ["likelihood", "bernoulli"],
    "loss": ["loss", "bce"],
    "optimizer": ["optimizer", "newton"],
    "schedule": ["schedule", "cosine"],
}


class _Built(Exception):
    """Carries a page out of the command that made it."""


def page(args, monkeypatch):
    """The page that a command makes, before it is verified."""
    from derive.cli import render

    def stop(derived, options, extra=None):
        raise _Built(derived)

    monkeypatch.setattr(render, "verified", stop)
    monkeypatch.setattr(main, "_internal_message", lambda error: made.append(error.args[0]) or "built")
    made = []
    assert run([*args, "--no-cache"]) == 1
    return made[0]


def choices(name, option):
    command = cli.get_command(click.Context(cli), name)
    return [p for p in command.params if p.name == option]


@pytest.mark.parametrize("name", PAGES)
def test_only_offers_the_parts_that_the_page_has(name, monkeypatch):
    (only,) = choices(name, "only")
    assert set(only.type.choices) == set(page(PAGES[name], monkeypatch).parts())


@pytest.mark.parametrize("name", PAGES)
def test_forms_are_offered_where_they_make_a_difference(name, monkeypatch):
    if not choices(name, "form"):
        return
    titles = [
        [s.title for s in page([*PAGES[name], *form], monkeypatch).sections] for form in ([], ["--sample"], ["--batch"])
    ]
    assert titles[0] != titles[1] != titles[2] != titles[0]


def test_options_of_one_name_are_the_same_everywhere():
    """A page that takes numbers takes them in both spellings; digits have one range, and help says which."""
    commands = {row.name: cli.get_command(click.Context(cli), row.name) for row in ROWS}
    found = {name: {p.name: p for p in c.params} for name, c in commands.items() if c is not None}
    with_values = {name for name, params in found.items() if {"settings", "at"} & set(params)}
    assert with_values == {"graph", "loss", "worked"}
    for name in with_values:
        assert {"settings", "at", "digits"} <= set(found[name])
        assert (found[name]["digits"].type.min, found[name]["digits"].type.max) == (1, 15)


SAME_NUMBERS = [
    (["loss", "bce"], ["--set", "y=1", "--set", "yhat=0.3"], ["--at", "y=1, yhat=0.3"]),
    (["worked"], ["--set", "x=0.1,0.2", "--set", "W1=1,2;3,4"], ["--at", "x=[0.1, 0.2], W1=[[1, 2], [3, 4]]"]),
    (["worked"], ["--set", "x=0.1,0.2"], ["--set", "x=[0.1, 0.2]"]),
    (["graph", "x*y"], ["--set", "x=2", "--set", "y=1/3"], ["--at", "x=2, y=1/3"]),
    (["graph", "sum(v*(M@v))", "--where", "v: n; M: n,n"], ["--set", "v=1,2", "--set", "M=1,2; 3,4"],
     ["--at", "v=[1, 2], M=[[1, 2], [3, 4]]"]),
]  # fmt: skip


@pytest.mark.parametrize(("command", "one", "other"), SAME_NUMBERS, ids=str)
def test_both_spellings_of_numbers_give_one_page(command, one, other, capsys):
    printed = []
    for spelling in (one, other):
        assert run([*command, *spelling, "--no-cache"]) == 0
        printed.append(capsys.readouterr().out)
    assert printed[0] == printed[1]
