"""Where results go: standard output or a file, with the summary of the verification on standard error."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import click

from derive.errors import OptionError

MAX_PATH = 1000
SUFFIXES = {
    ".tex": "latex",
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".json": "json",
    ".txt": "text",
}


@dataclass(frozen=True)
class Rendering:
    """What a command prints: `text` is the result, `summary` says how it was verified."""

    text: str
    summary: str
    verified: bool
    exit_code: int = 0


def choose_format(chosen: str | None, latex: bool, output: str | None) -> str:
    """The format asked for by `--format`, by `--latex`, or by the ending of the file's name; text otherwise."""
    if latex and chosen not in (None, "latex"):
        raise OptionError(f"--latex means --format latex; found --format {chosen} too. Try: one of the two")
    if chosen or latex:
        return chosen or "latex"
    return SUFFIXES.get(os.path.splitext(output or "")[1].lower(), "text")


def deliver(
    request: Mapping[str, Any],
    make: Callable[[], Rendering],
    *,
    output: str | None,
    cached: bool,
    notes: tuple[str, ...] = (),
) -> int:
    """Print what `make` gives, or what the cache remembers of this request; returns the exit code.

    Only verified results are ever remembered.
    """
    check_writable(output)
    for note in notes:
        say(f"note: {note}")
    rendering = remembered(request, make) if cached else make()
    write(rendering.text, output)
    if rendering.summary:
        say(rendering.summary)
    if not rendering.verified:
        say("warning: this output was not verified", colour="yellow")
    return rendering.exit_code


def remembered(request: Mapping[str, Any], make: Callable[[], Rendering]) -> Rendering:
    """The rendering from the cache, or a new one, which is put there if it was verified."""
    from derive.cli import cache

    name = cache.key(request)
    if stored := cache.load(name):
        with contextlib.suppress(KeyError, TypeError):
            return Rendering(stored["text"], f"{stored['summary']} (from the cache)".strip(), verified=True)
    rendering = make()
    if rendering.verified and rendering.exit_code == 0:
        cache.save(name, {"text": rendering.text, "summary": rendering.summary})
    return rendering


def say(message: str, colour: str | None = None) -> None:
    """A line on standard error, coloured on a terminal only."""
    plain = colour is None or bool(os.environ.get("NO_COLOR"))
    click.echo(message if plain else click.style(message, fg=colour), err=True)


def check_writable(output: str | None, option: str = "-o") -> None:
    """Refuse a destination that cannot be written before any work is done for it."""
    if output is None or output == "-":
        if sys.stdout is None:
            raise OptionError("standard output is closed. Try: -o FILE")
        return
    if len(output) > MAX_PATH:
        raise OptionError(f"{option} {output[:60]}...: the name has {len(output)} characters. Try: a shorter one")
    folder = os.path.dirname(os.path.abspath(output))
    if os.path.isdir(output):
        inside = os.path.join(output, "page.tex" if option == "-o" else "NAME")
        raise OptionError(f"{option} {output}: expected a file; found a folder. Try: {option} {inside}")
    if not os.path.isdir(folder):
        raise OptionError(f"{option} {output}: the folder {folder!r} does not exist. Try: mkdir -p {folder}")
    if not os.access(output if os.path.exists(output) else folder, os.W_OK):
        raise OptionError(f"{option} {output}: no permission to write there. Try: another folder")


def write(text: str, output: str | None) -> None:
    """Print the text, or put it into the file whole: a reader never sees half of it."""
    if not text.endswith("\n"):
        text += "\n"
    if output is None or output == "-":
        click.echo(text, nl=False)
        return
    try:
        _replace(os.path.realpath(output), text)
    except OSError as error:
        raise OptionError(f"-o {output}: {error.strerror or error}. Try: another place") from error


def _replace(path: str, text: str) -> None:
    if os.path.exists(path) and not os.path.isfile(path):  # a device or a pipe
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return
    scratch = os.path.join(os.path.dirname(path), f".{os.path.basename(path)[:100]}.{os.getpid()}.tmp")
    try:
        with open(scratch, "x", encoding="utf-8") as file:
            file.write(text)
        if os.path.exists(path):
            os.chmod(scratch, os.stat(path).st_mode & 0o7777)
        os.replace(scratch, path)
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(scratch)
        raise
