"""`derive list`: what there is to derive."""

from __future__ import annotations

import click

from derive.cli.table import BY_NAME, CHOICES, ROWS, SECTIONS, TRAINING


@click.command("list", help=BY_NAME["list"].help)
def list_() -> None:
    width = max(len(row.name) for row in ROWS)
    for section in SECTIONS:
        click.secho(section, bold=True)
        for row in ROWS:
            if row.section == section:
                click.echo(f"  {row.name:<{width}}  {row.help}")
    for kind, names in (CHOICES | TRAINING).items():
        click.secho(kind, bold=True)
        click.echo(f"  {', '.join(names)}")
    click.echo("\nThe options of a command: derive COMMAND --help")
