"""Data and archives in .npz files."""

from __future__ import annotations

import numpy as np
import pytest

from derive.errors import OptionError
from derive.train import arrays
from derive.train.dataset import DataError, read


def test_read(tmp_path):
    path = str(tmp_path / "d.npz")
    np.savez(path, X=np.arange(6).reshape(3, 2), y=np.array(["a", "b", "a"]))
    data = read(path)
    assert data.X.tolist() == [[0, 1], [2, 3], [4, 5]]
    assert data.y.tolist() == ["a", "b", "a"]


def test_pictures_are_flattened_and_said(tmp_path):
    path = str(tmp_path / "d.npz")
    np.savez(path, X=np.zeros((3, 4, 5)), y=np.array([0, 1, 2]))
    data = read(path)
    assert data.X.shape == (3, 20)
    assert "3 rows of 20 features" in data.notes[0]


BAD = [
    ({"x": np.ones(3)}, "expected arrays X and y; found x"),
    ({"X": np.ones(3), "y": np.ones(3)}, "expected X as an (N, D) array of numbers; found shape (3,) of float64"),
    ({"X": np.ones((3, 2)), "y": np.ones(2)}, "X has 3 rows, y has 2"),
    ({"X": np.array([["a"]]), "y": np.ones(1)}, "expected X as an (N, D) array of numbers"),
    ({"X": np.array([[1.0, np.nan]]), "y": np.ones(1)}, "X[0, 1] is nan"),
    ({"X": np.ones((2, 2)), "y": np.array([1, np.inf])}, "y[1] is inf"),
    ({"X": np.ones((2, 2)), "y": np.ones((2, 2, 2))}, "expected y as (N,) labels"),
    ({"X": np.ones((0, 2)), "y": np.ones(0)}, "no data"),
    ({"X": np.ones((2, 2)), "y": np.array([1j, 2])}, "expected y as (N,) labels"),
]


@pytest.mark.parametrize(("held", "said"), BAD, ids=lambda value: str(value)[:40])
def test_refused(tmp_path, held, said):
    path = str(tmp_path / "d.npz")
    np.savez(path, **held)
    with pytest.raises(DataError) as error:
        read(path)
    assert said in str(error.value)


def test_objects_are_never_loaded(tmp_path):
    path = str(tmp_path / "d.npz")
    np.savez(path, X=np.ones((2, 2)), y=np.array([{}, []], dtype=object))
    with pytest.raises(DataError, match="Python objects, which are never loaded"):
        read(path)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no zip at all", b"text"])
def test_no_archive(tmp_path, content):
    path = tmp_path / "d.npz"
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"it is no \.npz archive"):
        read(str(path))


def test_damaged_archive(tmp_path):
    path = tmp_path / "d.npz"
    np.savez(path, X=np.ones((20, 2)), y=np.ones(20))
    content = bytearray(path.read_bytes())
    content[150:250] = bytes(100)
    path.write_bytes(content)
    with pytest.raises(DataError, match="damaged"):
        read(str(path))


def test_target_is_for_tables(tmp_path):
    with pytest.raises(OptionError, match="--target"):
        path = str(tmp_path / "d.npz")
        np.savez(path, X=np.ones((2, 2)), y=np.ones(2))
        read(path, target="y")


def test_save_is_whole_or_not_at_all(tmp_path, monkeypatch):
    """An error while writing leaves the old file, and no scratch file."""
    path = tmp_path / "m.npz"
    arrays.save(str(path), {"a": np.ones(3)})
    before = path.read_bytes()

    def fail(file, **held):
        file.write(b"half of it")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "savez", fail)
    with pytest.raises(OptionError, match="No space left"):
        arrays.save(str(path), {"a": np.zeros(3)})
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["m.npz"]
