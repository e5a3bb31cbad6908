"""What the project promises on paper: the README's two commands, the version, the licence."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import derive

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("ending", ["derive mlp --layers 2 --latex", "--extra test pytest -n auto"])
def test_command_of_the_readme_is_one_line_and_self_contained(ending):
    (command,) = [line for line in README.splitlines() if line.startswith("python3 ") and line.endswith(ending)]
    assert command.startswith("python3 -m pip install -qq --target .uv uv && .uv/bin/uv run ")


def test_ci_runs_the_commands_of_the_readme():
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "test_command=$(readme 'pytest')" in script
    assert "main_command=$(readme 'derive mlp')" in script
    assert not re.search(r"--extra test pytest", script)


def test_citation_has_the_version():
    assert f"version: {derive.__version__}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")


def test_each_dependency_is_bounded():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert [name for name in project["dependencies"] if "<" not in name or ">=" not in name] == []


def test_links_of_the_documents_lead_somewhere():
    broken = []
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "benchmarks").glob("*.md")]:
        text = re.sub(r"```.*?```|`[^`]*`", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
        links = re.findall(r"\]\((?!https?:|#)([^)#\s]+)", text)
        broken += [(page.name, link) for link in links if not (page.parent / link).exists()]
    assert broken == []


def test_benchmarks_say_how_to_run():
    command = [sys.executable, str(ROOT / "benchmarks" / "run.py"), "--help"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
