"""No command writes over what it reads, or two results to one place: refused with one error before any work."""

from __future__ import annotations

import json
import os

import numpy as np
import pytest

from derive.cli.files import check_apart
from derive.cli.main import run
from derive.errors import OptionError

NOTE = "Let $x \\in \\mathbb{R}^n$ and $w \\in \\mathbb{R}^n$.\n\n$$L = w^\\top x$$\n"

#: The arguments, and the option that is refused; a.csv is data, note.md a note, link.csv and sub/../a.csv are a.csv.
OVER = [
    (["train", "logistic", "--data", "a.csv", "--save", "a.csv"], "--save a.csv: this would overwrite --data a.csv"),
    (["train", "logistic", "--data", "a.csv", "--checkpoint", "link.csv"], "--checkpoint link.csv: this would"),
    (["train", "logistic", "--data", "a.csv", "-o", "sub/../a.csv"], "-o sub/../a.csv: this would"),
    (["train", "logistic", "--data", "link.csv", "-o", "{here}/a.csv"], "would overwrite --data link.csv"),
    (["train", "logistic", "--data", "a.csv", "-o", "hard.csv"], "-o hard.csv: this would"),
    (["train", "logistic", "--save", "m.npz", "--checkpoint", "./m.npz"], "the same file as"),
    (["train", "logistic", "--plot", "m.svg", "-o", "sub/../m.svg"], "the same file as"),
    (["train", "logistic", "--plot", "m.svg", "--save", "m.svg"], "the same file as"),
    (["train", "logistic", "--load", "old.npz", "--checkpoint", "old.npz"], "overwrite --load old.npz"),
    (["train", "logistic", "--load", "old.npz", "-o", "old.npz"], "overwrite --load old.npz"),
    (["train", "logistic", "--resume", "old.npz", "--save", "old.npz"], "overwrite --resume old.npz"),
    (["train", "logistic", "--data", "parts", "--save", "parts/one.npz"], "overwrite --data parts/one.npz"),
    (["train", "logistic", "--data", "parts", "--save", "parts/new.npz"], "would have one more part"),
    (["check", "note.md", "-o", "note.md"], "overwrite the note note.md"),
    (["check", ".", "-o", "sub/../note.md"], "overwrite the note note.md"),
    (["note", "note.md", "--wrt", "w", "-o", "note.md"], "overwrite the note note.md"),
    (["code", "note", "note.md", "--wrt", "w", "-o", "./note.md"], "overwrite the note note.md"),
    (["worked", "--values", "values.json", "-o", "values.json"], "overwrite --values values.json"),
    (["activation", "tanh", "--plot", "a.svg", "-o", "a.svg"], "the same file as --plot a.svg"),
]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    rows = "\n".join(f"{k % 7},{k % 5},{'xy'[k % 2]}" for k in range(60))
    (tmp_path / "a.csv").write_text(f"a,b,kind\n{rows}\n")
    (tmp_path / "link.csv").symlink_to(tmp_path / "a.csv")
    os.link(tmp_path / "a.csv", tmp_path / "hard.csv")
    (tmp_path / "note.md").write_text(NOTE)
    (tmp_path / "values.json").write_text(json.dumps({"x": [1, 2]}))
    for name in ("sub", "parts"):
        (tmp_path / name).mkdir()
    for name in ("old.npz", "parts/one.npz"):
        np.savez(tmp_path / name, X=np.eye(8), y=np.arange(8) % 2)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(("args", "said"), OVER, ids=lambda value: " ".join(value) if isinstance(value, list) else "")
def test_nothing_is_written_over(args, said, folder, capsys):
    before = {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    assert run([arg.format(here=folder) for arg in args]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err
    assert err.startswith("error: ")
    assert err.count("error:") == 1
    assert {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()} == before


def test_data_of_a_run_that_goes_on(folder, capsys):
    assert run(["train", "logistic", "--data", "a.csv", "--epochs", "1", "--checkpoint", "run.npz"]) == 0
    before = (folder / "a.csv").read_bytes()
    assert run(["train", "logistic", "--resume", "run.npz", "--epochs", "2", "-o", "a.csv"]) == 2
    assert "overwrite --data a.csv" in capsys.readouterr().err
    assert (folder / "a.csv").read_bytes() == before


def test_a_model_may_be_saved_where_it_came_from(folder):
    options = ["train", "logistic", "--data", "a.csv", "--epochs", "1"]
    assert run([*options, "--save", "m.npz", "--checkpoint", "run.npz"]) == 0
    assert run([*options, "--load", "m.npz", "--save", "m.npz"]) == 0
    assert run(["train", "logistic", "--resume", "run.npz", "--checkpoint", "./run.npz", "--epochs", "2"]) == 0


def test_data_sets_that_ship_are_no_files(folder):
    assert run(["train", "logistic", "--epochs", "1", "-o", "iris"]) == 0


def test_standard_output_and_devices_may_be_written_to_twice():
    check_apart([("-o", "-"), ("--plot", "-"), ("--save", os.devnull), ("--checkpoint", os.devnull)])


def test_files_that_are_not_there_yet(tmp_path):
    (tmp_path / "sub").mkdir()
    with pytest.raises(OptionError, match="the same file"):
        check_apart([("-o", str(tmp_path / "x")), ("--plot", str(tmp_path / "sub" / ".." / "x"))])
