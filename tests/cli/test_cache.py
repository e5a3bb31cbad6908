"""The cache: remembers what was verified, and never serves anything else."""

from __future__ import annotations

import json
import os

import pytest

from derive.cli import cache
from derive.cli.output import Rendering, remembered

ENTRY = {"text": "page \u2202", "summary": "3 proved"}


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv("DERIVE_CACHE")
    return tmp_path / "derive"


def test_round_trip(folder):
    cache.save("a", ENTRY)
    assert cache.load("a") == ENTRY
    assert [path.name for path in folder.iterdir()] == ["a.json"]


def test_absent():
    assert cache.load("a") is None


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: "",
        lambda text: text[:-5],
        lambda text: text.replace("3 proved", "4 proved"),
        lambda text: "[]",
        lambda text: "[" * 100_000,
        lambda text: '{"entry": {}}',
        lambda text: "\udcff",
    ],
)
def test_damaged_entry_is_absent(damage, folder):
    cache.save("a", ENTRY)
    path = folder / "a.json"
    path.write_bytes(damage(path.read_text()).encode(errors="surrogateescape"))
    assert cache.load("a") is None


@pytest.mark.parametrize("value", ["off", "OFF", "0", "no"])
def test_off(value, monkeypatch, folder):
    monkeypatch.setenv("DERIVE_CACHE", value)
    cache.save("a", ENTRY)
    assert cache.load("a") is None
    assert not folder.exists()


def test_no_failure_reaches_the_user(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    cache.save("a", ENTRY)
    assert cache.load("a") is None


def test_relative_home_is_ignored(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", "here")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache.directory() == str(tmp_path / ".cache" / "derive")


def test_key_depends_on_the_request():
    assert cache.key({"page": "mlp", "layers": 2}) == cache.key({"layers": 2, "page": "mlp"})
    assert cache.key({"page": "mlp", "layers": 2}) != cache.key({"page": "mlp", "layers": 3})


def test_key_depends_on_versions_and_source(monkeypatch):
    before = cache.key({})
    monkeypatch.setattr(cache, "_versions", lambda: ["sympy-9.9.dist-info"])
    with_other_sympy = cache.key({})
    monkeypatch.setattr(cache, "_source", lambda: [("rules.py", 1, 1)])
    assert len({before, with_other_sympy, cache.key({})}) == 3


def test_versions_are_found():
    assert {name.split("-")[0] for name in cache._versions()} >= {"sympy", "numpy", "autograd", "python_flint"}


def test_source_is_found():
    assert {name for name, _, _ in cache._source()} >= {"/errors.py", "/cli/cache.py"}


def test_least_recently_used_go_first(folder, monkeypatch):
    monkeypatch.setattr(cache, "LIMIT", 4800)
    for place, name in enumerate("abcd"):
        cache.save(name, {"text": "x" * 900})
        os.utime(folder / f"{name}.json", (place, place))
    cache.load("a")
    cache.save("e", {"text": "x" * 900})
    assert sorted(path.stem for path in folder.iterdir()) == ["a", "d", "e"]


def test_oversized_entry_is_not_kept(monkeypatch):
    monkeypatch.setattr(cache, "LIMIT", 400)
    cache.save("a", {"text": "x" * 400})
    assert cache.load("a") is None


def test_readers_see_whole_entries_only(folder, monkeypatch):
    cache.save("a", ENTRY)
    monkeypatch.setattr(os, "replace", _refuse)
    cache.save("a", {"text": "other"})
    assert cache.load("a") == ENTRY
    assert [path.name for path in folder.iterdir()] == ["a.json"]


def test_only_verified_results_are_remembered(folder):
    def made(verified, exit_code=0):
        return lambda: Rendering("text", "summary", verified, exit_code)

    remembered({}, made(False))
    remembered({}, made(True, exit_code=1))
    assert not folder.exists()
    remembered({}, made(True))
    assert remembered({}, _refuse).text == "text"


def test_entry_with_other_fields_is_made_anew(folder):
    remembered({}, lambda: Rendering("text", "", True))
    (path,) = folder.iterdir()
    cache.save(path.stem, {"pages": []})
    assert json.loads(path.read_text())["entry"] == {"pages": []}
    assert remembered({}, lambda: Rendering("new", "", True)).text == "new"


def _refuse(*_):
    raise OSError("disk full")
