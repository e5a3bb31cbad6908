"""The static table of commands says what the commands themselves say."""

from __future__ import annotations

import click
import pytest

from derive.cli.main import cli
from derive.cli.table import BY_NAME, CHOICES, ROWS


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
    from derive.catalogue.losses import LOSSES

    assert list(CHOICES.values()) == [tuple(ACTIVATIONS), (maxout(2).name,), tuple(LOSSES)]
