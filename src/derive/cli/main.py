"""The command `derive`: runs a command, and turns whatever goes wrong into one message and an exit code.

0 fine; 1 refuted, or a fault of `derive` itself; 2 usage; 130 interrupted; 141 nobody reads the output.
"""

from __future__ import annotations

import atexit
import gc
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

import click

from derive import __version__
from derive.cli.group import LazyGroup
from derive.errors import DeriveError

INTERRUPTED, BROKEN_PIPE = 130, 141


@click.group(
    cls=LazyGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog="Results go to standard output, the summary of the verification to standard error.",
)
@click.version_option(__version__, "-V", "--version", message="derive %(version)s")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Derive, prove, cross-check and typeset the mathematics of learning models."""
    if os.environ.get("NO_COLOR"):
        ctx.color = False
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def main(args: Sequence[str] | None = None) -> NoReturn:
    """Run `derive` with these arguments (those of the process by default) and leave."""
    if "_DERIVE_COMPLETE" in os.environ:
        cli.main(prog_name="derive")
    gc.set_threshold(500_000, 20, 20)  # importing SymPy makes many objects and hardly any garbage
    _use_utf8()
    _leave(run(sys.argv[1:] if args is None else list(args)))


def run(args: list[str]) -> int:
    """The exit code of `derive ARGS`; never raises, whatever happens."""
    try:
        code = _invoke(args)
        _flush()
        return code
    except click.ClickException as error:
        return _report(_usage_message(error), 2)
    except DeriveError as error:
        return _report(str(error), error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        return _report("interrupted", INTERRUPTED)
    except BrokenPipeError:
        _silence()
        return BROKEN_PIPE
    except OSError as error:
        _silence()
        return _report(f"the result could not be written: {error.strerror or error}. Try: -o FILE", 2)
    except Exception as error:
        return _report(_internal_message(error), 1)


def _invoke(args: list[str]) -> int:
    try:
        with cli.make_context("derive", args) as ctx:
            code = cli.invoke(ctx)
    except click.exceptions.Exit as done:
        return done.exit_code
    return code if isinstance(code, int) else 0


def _leave(code: int) -> NoReturn:
    """End the process without taking SymPy apart object by object, a quarter of the time of its import."""
    atexit._run_exitfuncs()
    try:
        _flush()
    except (OSError, ValueError):
        code = code or BROKEN_PIPE
    os._exit(code)


def _flush() -> None:
    """Python leaves out a stream that was closed before it started."""
    for stream in filter(None, (sys.stdout, sys.stderr)):
        stream.flush()


def _silence() -> None:
    """Send what is left of standard output nowhere, or the interpreter complains when it closes."""
    if sys.stdout is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _report(message: str, code: int) -> int:
    """Print one error; the traceback too if DERIVE_DEBUG asks for it."""
    if os.environ.get("DERIVE_DEBUG") and sys.exc_info()[0] is not None:
        import traceback

        traceback.print_exc()
    colour = False if os.environ.get("NO_COLOR") else None
    click.echo(click.style("error:", fg="red", bold=True) + " " + message, err=True, color=colour)
    return code


def _usage_message(error: click.ClickException) -> str:
    ctx = error.ctx if isinstance(error, click.UsageError) else None
    hint = f"\nTry: {ctx.command_path} --help" if ctx else ""
    return _clip(" ".join(error.format_message().split())) + hint


def _internal_message(error: Exception) -> str:
    said = _clip(" ".join(str(error).split()))
    hint = "" if os.environ.get("DERIVE_DEBUG") else " DERIVE_DEBUG=1 shows where it happened."
    return f"internal error, please report it ({type(error).__name__}: {said}).{hint}"


def _clip(text: str, limit: int = 600) -> str:
    return text if len(text) <= limit else f"{text[: limit // 2]} ... {text[-limit // 2 :]}"


def _use_utf8() -> None:
    """Mathematics needs more than ASCII, whatever the locale."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure and (stream.encoding or "").lower().replace("-", "") != "utf8":
            reconfigure(encoding="utf-8", errors="backslashreplace")
