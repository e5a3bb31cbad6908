"""The pages in derivations/ are what the engine derives today."""

from __future__ import annotations

import importlib.util
import pathlib

import pytest

FOLDER = pathlib.Path(__file__).parents[2] / "derivations"
SPEC = importlib.util.spec_from_file_location("regenerate", FOLDER / "regenerate.py")
regenerate = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(regenerate)


@pytest.mark.parametrize("name", regenerate.pages())
def test_page_is_up_to_date(name):
    assert (FOLDER / name).read_text(encoding="utf-8") == regenerate.printed(regenerate.pages()[name])


def test_every_page_is_listed():
    assert set(regenerate.pages()) == {p.name for p in FOLDER.glob("*.md")} - {"README.md"}
