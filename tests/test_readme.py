"""What README.md shows is what happens."""

from __future__ import annotations

import pathlib
import re

from derive.cli.main import run

README = (pathlib.Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def block(language: str, containing: str) -> str:
    blocks = re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)
    return next(b for b in blocks if containing in b)


def test_excerpt(capsys):
    assert run(["mlp", "--layers", "2", "--no-cache"]) == 0
    assert block("text", "Forward pass").strip() in capsys.readouterr().out


def test_python_example():
    import derive

    names: dict[str, object] = {}
    exec(block("python", "import derive"), names)  # our own text
    gradient = names["gradient"]
    assert isinstance(gradient, derive.TensorExpr)
    for method in ("latex", "numpy", "component_latex"):
        shown = re.search(rf"gradient\.{method}\(\) +# (.*)", README)
        assert shown
        assert getattr(gradient, method)() == shown[1]


def test_one_command_sets_up_and_runs_each_job():
    commands = re.findall(r"^python3 -m pip install .*$", README, re.MULTILINE)
    assert [c for c in commands if c.endswith("derive mlp --layers 2 --latex")]
    assert [c for c in commands if " pytest" in c]


def test_every_example_line_is_accepted(capsys):
    """The examples of the shell block that print a page, run without verification, which other tests cover."""
    lines = [line.partition("#")[0] for line in block("sh", "derive mlp --layers 2 --latex   ").splitlines()]
    import shlex

    for line in filter(None, map(str.strip, lines)):
        _, *args = shlex.split(line)
        if "-o" in args:
            args = args[: args.index("-o")] + args[args.index("-o") + 2 :]
        more = ["--no-check", "--no-cache"] if args != ["list"] else []
        assert run([*args, *more]) == 0, line
        assert capsys.readouterr().out
