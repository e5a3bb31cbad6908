"""A click group whose commands are imported only when one of them is called."""

from __future__ import annotations

import click

from derive.cli.table import BY_NAME, ROWS, SECTIONS


class LazyGroup(click.Group):
    """Names and help come from the table of commands, the code from the module that a row names."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [row.name for row in ROWS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        row = BY_NAME.get(cmd_name)
        if row is None:
            return None
        from importlib import import_module

        return getattr(import_module(row.module), row.attribute)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in BY_NAME and not args[0].startswith("-"):
            raise click.UsageError(f"there is no command {args[0][:60]!r}.{_suggestion(args[0])}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for section in SECTIONS:
            with formatter.section(section):
                formatter.write_dl([(row.name, row.help) for row in ROWS if row.section == section])


def _suggestion(name: str) -> str:
    from difflib import get_close_matches

    close = get_close_matches(name[:60].lower(), BY_NAME, n=1, cutoff=0.5)
    return f" Did you mean {close[0]!r}?" if close else ""
