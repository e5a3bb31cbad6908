"""Which files a check is about, and their text: nothing else is ever read."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Sequence

SUFFIXES = (".md", ".markdown", ".tex", ".ipynb")
STDIN = "-"
TEXT = "<text>"
TEX = re.compile(rb"\\(?:documentclass|begin\s*\{document\}|(?:sub)*section\*?\s*\{|usepackage|input\s*\{)")
LARGEST = 20_000_000  # bytes


def expanded(paths: Sequence[str]) -> list[str]:
    """The notes that these paths stand for: files as they are, folders with every note in them, in order."""
    found: dict[str, None] = {}
    for path in paths:
        for name in _notes(path) if path != STDIN and os.path.isdir(path) else (path,):
            found.setdefault(os.path.normpath(name))
    return list(found)


def shown(path: str) -> str:
    """A path that can be printed, whatever the file system admits in a name."""
    return os.fsencode(path).decode("utf-8", errors="replace")


def named(path: str, data: bytes) -> str:
    """The path, whose ending tells the format; for a text without a file a name with the ending that it suggests."""
    if path not in (STDIN, TEXT):
        return path
    if data.lstrip()[:1] == b"{" and b'"cells"' in data:
        return "text.ipynb"
    return "text.tex" if TEX.search(data) else "text.md"


def _notes(folder: str) -> Iterator[str]:
    for here, folders, files in os.walk(folder):
        folders[:] = sorted(f for f in folders if not f.startswith((".", "_")))
        for name in sorted(files):
            if name.lower().endswith(SUFFIXES) and not name.startswith("."):
                yield os.path.join(here, name)


def content(path: str) -> tuple[bytes, str]:
    """The bytes of a note and, where it cannot be had, why."""
    try:
        if path == STDIN and sys.stdin is None:
            return b"", "standard input is closed"
        if path == STDIN:
            return _limited(sys.stdin.buffer.read(LARGEST + 1))
        if not os.path.isfile(path):
            return b"", "there is no such file" if not os.path.exists(path) else "this is no ordinary file"
        with open(path, "rb") as file:
            return _limited(file.read(LARGEST + 1))
    except OSError as error:
        return b"", error.strerror or str(error)


def _limited(data: bytes) -> tuple[bytes, str]:
    return (b"", f"the file is larger than {LARGEST // 1_000_000} MB") if len(data) > LARGEST else (data, "")
