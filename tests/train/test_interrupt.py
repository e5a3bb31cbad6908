"""Ctrl-C at an unfortunate moment."""

import signal
import threading
import zipfile

import numpy as np
import pytest

from derive.train.arrays import load, save
from derive.train.interrupt import held_back


class Pressing:
    """An array during whose writing Ctrl-C is pressed."""

    def __array__(self, dtype=None, copy=None):
        signal.raise_signal(signal.SIGINT)
        return np.ones(3)


def test_the_file_is_whole(tmp_path):
    path = str(tmp_path / "model.npz")
    with pytest.raises(KeyboardInterrupt):
        save(path, {"w": Pressing(), "b": np.zeros(2)})
    assert sorted(load(path)) == ["b", "w"]
    assert [p.name for p in tmp_path.iterdir()] == ["model.npz"]


def test_in_the_archive_itself(tmp_path, monkeypatch):
    """Where the archive is closed with an open member, zipfile raises a ValueError of its own."""
    written = zipfile._ZipWriteFile.write

    def pressed(self, data):
        signal.raise_signal(signal.SIGINT)
        return written(self, data)

    monkeypatch.setattr(zipfile._ZipWriteFile, "write", pressed)
    path = str(tmp_path / "model.npz")
    with pytest.raises(KeyboardInterrupt):
        save(path, {"w": np.ones(3)})
    assert list(load(path)) == ["w"]


def test_the_handler_is_given_back():
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(ValueError, match="other"), held_back():
        raise ValueError("other")
    assert signal.getsignal(signal.SIGINT) is before


def test_other_threads_are_left_alone():
    done = []

    def work():
        with held_back():
            done.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done == [True]
