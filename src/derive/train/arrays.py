"""Data sets and models in .npz files: arrays of numbers and text, never pickled objects."""

from __future__ import annotations

import contextlib
import os
import zipfile
import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np

from derive.errors import OptionError
from derive.train.dataset import DataError, Dataset
from derive.train.interrupt import held_back


def read_npz(path: str) -> Dataset:
    """X: (N, D) or (N, ...), flattened to rows; y: (N,) labels, or (N, K) numbers."""
    name = os.path.basename(path)
    found = load(path)
    missing = [key for key in ("X", "y") if key not in found]
    if missing:
        has = ", ".join(sorted(found)[:12]) or "none"
        raise DataError(f"{name}: expected arrays X and y; found {has}. Try: numpy.savez({name!r}, X=X, y=y)")
    X, y, notes = found["X"], found["y"], ()
    if X.dtype.kind not in "fiub" or X.ndim < 2:
        raise DataError(f"{name}: expected X as an (N, D) array of numbers; found {_described(X)}")
    if X.ndim > 2:
        notes = (f"{name}: X of shape {X.shape} is read as {len(X)} rows of {X[0].size} features",)
        X = X.reshape(len(X), -1)
    if y.dtype.kind not in "fiubU" or y.ndim not in (1, 2) or (y.ndim == 2 and y.dtype.kind == "U"):
        raise DataError(f"{name}: expected y as (N,) labels or an (N, K) array of numbers; found {_described(y)}")
    if y.ndim == 2 and y.shape[1] == 1:
        y = y[:, 0]
    X = X.astype(float)
    y = y if y.dtype.kind == "U" else y.astype(float)
    for array, called in ((X, "X"), (y, "y")):
        if array.dtype.kind == "f" and not np.isfinite(array).all():
            at = ", ".join(str(int(k)) for k in np.argwhere(~np.isfinite(array))[0])
            raise DataError(f"{name}: {called}[{at}] is {array[~np.isfinite(array)][0]}. Try: without missing values")
    return Dataset(name, X, y, tuple(f"x{k + 1}" for k in range(X.shape[1])), "y", notes)


def load(path: str, option: str = "--data") -> dict[str, np.ndarray]:
    """All arrays of the file; refuses pickled objects."""
    if not os.path.isfile(path):
        raise DataError(f"{option}: there is no file {path[:80]!r}")
    try:
        with open(path, "rb") as file:
            if not zipfile.is_zipfile(file):
                raise DataError(f"{option} {path}: it is no .npz archive. Try: numpy.savez")
            file.seek(0)
            with np.load(file, allow_pickle=False) as held:
                return {key: held[key] for key in held.files}
    except (ValueError, OSError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        why = "it holds Python objects, which are never loaded" if "pickle" in str(error) else "it is damaged"
        raise DataError(f"{option} {path}: {why}") from None


def save(path: str, arrays: Mapping[str, Any]) -> None:
    """Write the file whole or not at all: Ctrl-C waits, and whatever else ends the process leaves the old one.

    A process that is killed here leaves its scratch file; the next one that writes the same file takes it over.
    """
    path = os.path.realpath(path)
    scratch = os.path.join(os.path.dirname(path), f".{os.path.basename(path)[:100]}.tmp")
    with held_back():
        try:
            with open(scratch, "wb") as file:
                np.savez(file, **arrays)
                file.flush()
                os.fsync(file.fileno())
            os.replace(scratch, path)
        except OSError as error:
            raise OptionError(f"{path}: {error.strerror or error}. Try: another place") from None
        finally:
            with contextlib.suppress(OSError):
                os.unlink(scratch)


def _described(array: np.ndarray) -> str:
    return f"shape {array.shape} of {array.dtype}"
