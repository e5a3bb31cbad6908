"""The sample notes, which the tests of the checker hold."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def examples() -> list[Path]:
    folder = Path(__file__).parents[1] / "check" / "examples"
    return sorted(p for p in folder.iterdir() if p.suffix in (".md", ".tex") and p.stem != "README")
