"""Print the pages of this folder again, with the commands that README.md lists.

usage: python derivations/regenerate.py [--check]      (--check: say which pages differ, change nothing)
"""

from __future__ import annotations

import contextlib
import io
import pathlib
import re
import shlex
import sys

FOLDER = pathlib.Path(__file__).parent
ROW = re.compile(r"^\| \[(?P<name>[^\]]+)\]\([^)]+\) \| `derive (?P<args>[^`]+)` \|$", re.MULTILINE)


def pages() -> dict[str, list[str]]:
    """The file names and the arguments of `derive`, from the table of README.md."""
    return {m["name"]: shlex.split(m["args"]) for m in ROW.finditer((FOLDER / "README.md").read_text(encoding="utf-8"))}


def printed(args: list[str]) -> str:
    """What `derive ARGS` prints; raises where it fails."""
    from derive.cli.main import run

    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()) as err:
        code = run([*args, "--no-cache"])
    if code:
        raise SystemExit(f"derive {shlex.join(args)} failed:\n{err.getvalue()}")
    return out.getvalue()


def main() -> int:
    stale = []
    for name, args in pages().items():
        path, text = FOLDER / name, printed(args)
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(name)
        if "--check" not in sys.argv[1:]:
            path.write_text(text, encoding="utf-8")
    print("\n".join(stale) if stale else "all pages are up to date")
    return int(bool(stale) and "--check" in sys.argv[1:])


if __name__ == "__main__":
    raise SystemExit(main())
