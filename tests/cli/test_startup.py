"""`derive --help` and its like import nothing heavy (bar P6 is measured in benchmarks/)."""

from __future__ import annotations

import pytest

_HEAVY = ("sympy", "numpy", "autograd", "flint", "latexify", "mpmath", "importlib.metadata", "asyncio")
_PROBE = """
import sys
from derive.cli.main import run
code = run({args!r})
print("LOADED", [name for name in {heavy!r} if name in sys.modules], code, file=sys.stderr)
"""


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (["--help"], 0),
        ([], 0),
        (["--version"], 0),
        (["list"], 0),
        (["mlp", "--help"], 0),
        (["expr", "--help"], 0),
        (["mlp", "--layers", "two"], 2),
        (["mlq"], 2),
    ],
)
def test_imports_nothing_heavy(python, args, code):
    done = python("-c", _PROBE.format(args=args, heavy=_HEAVY))
    assert done.stderr.splitlines()[-1] == f"LOADED [] {code}"


def test_help_imports_no_command(python):
    modules = ("derive.cli.pages", "derive.cli.expr", "derive.catalogue", "dataclasses", "json", "hashlib")
    done = python("-c", _PROBE.format(args=["--help"], heavy=modules))
    assert done.stderr.splitlines()[-1] == "LOADED [] 0"


def test_import_derive_is_free(python):
    probe = (
        "import derive, sys; print([name for name in sys.modules if name.startswith(('derive.', 'sympy', 'numpy'))])"
    )
    assert python("-c", probe).stdout == "[]\n"


def test_remembered_page_imports_nothing_heavy(python, tmp_path):
    probe = """
import sys
from derive.cli import pages
from derive.cli.main import run
from derive.cli.output import Rendering
if sys.argv[1] == "first":
    pages._render = lambda name, options: Rendering("the page", "12 proved", verified=True)
code = run(["mlp", "--layers", "3"])
print([name for name in ("sympy", "numpy", "autograd", "flint") if name in sys.modules], code)
"""
    environment = {"XDG_CACHE_HOME": str(tmp_path), "DERIVE_CACHE": ""}
    first = python("-c", probe, "first", **environment)
    assert (first.stdout, first.stderr) == ("the page\n[] 0\n", "12 proved\n")
    second = python("-c", probe, "second", **environment)
    assert (second.stdout, second.stderr) == ("the page\n[] 0\n", "12 proved (from the cache)\n")
