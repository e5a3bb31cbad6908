"""Running the command, in this process and in one of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable

import pytest

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def python() -> Run:
    """`python(*args, **environment)`: a fresh interpreter with the package that is being tested."""

    def run(*args: str, **environment: str) -> subprocess.CompletedProcess[str]:
        settings = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path), **environment}
        command = [sys.executable, *args]
        return subprocess.run(command, capture_output=True, text=True, env=settings, timeout=600, check=False)

    return run


@pytest.fixture
def derive(python: Run) -> Run:
    """`derive(*args, **environment)`: the command in a process of its own."""
    return lambda *args, **environment: python("-m", "derive", *args, **environment)
