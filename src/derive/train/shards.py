"""A data set in many files: a folder of .npz files, each with X and y, that together may be larger than the memory.

Of each file the labels are read, and of X its shape alone; rows of X are read where and when they are needed.
"""

from __future__ import annotations

import os
import zipfile
from typing import Any

import numpy as np
from numpy.lib import format as npy

from derive.train.arrays import read_npz
from derive.train.dataset import DataError, Dataset

ENDING = ".npz"


def read_folder(path: str) -> Dataset:
    """The files of the folder in the order of their names, in chunks: a file is a chunk."""
    name = os.path.basename(os.path.normpath(path))
    files = sorted(os.path.abspath(os.path.join(path, f)) for f in os.listdir(path) if f.endswith(ENDING))
    if not files:
        raise DataError(f"--data {name}: expected a folder of {ENDING} files, each with X and y; found none")
    shapes, labels = [shape_of(f) for f in files], [labels_of(f) for f in files]
    for file, shape, y in zip(files, shapes, labels, strict=True):
        told = f"{name}/{os.path.basename(file)}"
        if shape[1:] != shapes[0][1:] or y.shape[1:] != labels[0].shape[1:] or y.dtype.kind != labels[0].dtype.kind:
            raise DataError(f"{told}: X {shape} and y {y.shape} of {y.dtype} do not go with those of the first file")
        if len(y) != shape[0]:
            raise DataError(f"{told}: X has {shape[0]} rows, y has {len(y)}. Try: one label for each row")
    X = _in_chunks(files, shapes)
    features = tuple(f"x{k + 1}" for k in range(X.shape[1]))
    return Dataset(name, X, np.concatenate(labels), features, "y", (f"{name}: {len(files)} files",), checksums(files))


def _in_chunks(files: list[str], shapes: list[tuple[int, ...]]) -> Any:
    try:
        import dask.array as da  # pyright: ignore[reportMissingImports]
        from dask.delayed import delayed  # pyright: ignore[reportMissingImports]
    except ImportError:
        raise DataError('--data: a folder is read with dask. Try: pip install "derivecheck[dask]"') from None
    rows = delayed(rows_of, pure=True)
    return da.concatenate([da.from_delayed(rows(f), s, dtype=float) for f, s in zip(files, shapes, strict=True)])


def rows_of(path: str) -> np.ndarray:
    """X of one file, checked: this runs where the chunk is needed."""
    return read_npz(path).X


def labels_of(path: str) -> np.ndarray:
    """y of one file."""
    with _opened(path) as archive, archive.open("y.npy") as file:
        y = npy.read_array(file, allow_pickle=False)
    if y.dtype.kind not in "fiubU" or y.ndim not in (1, 2):
        raise DataError(f"{os.path.basename(path)}: expected y as (N,) labels or an (N, K) array of numbers")
    y = y[:, 0] if y.ndim == 2 and y.shape[1] == 1 else y
    return y if y.dtype.kind == "U" else y.astype(float)


def shape_of(path: str) -> tuple[int, ...]:
    """The shape of X as rows of features, from the header alone."""
    with _opened(path) as archive, archive.open("X.npy") as file:
        read = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}[npy.read_magic(file)]
        shape = read(file)[0]
    if len(shape) < 2:
        raise DataError(f"{os.path.basename(path)}: expected X as an (N, D) array of numbers; found shape {shape}")
    return shape[0], int(np.prod(shape[1:]))


def checksums(files: list[str]) -> str:
    """What the archives of a folder say of their contents: a sum for each array."""
    found = []
    for file in files:
        with _opened(file) as archive:
            found += [f"{os.path.basename(file)}:{i.filename}:{i.CRC:x}" for i in archive.infolist()]
    return "\n".join(found)


def _opened(path: str) -> zipfile.ZipFile:
    name = os.path.basename(path)
    try:
        archive = zipfile.ZipFile(path)
    except (OSError, zipfile.BadZipFile):
        raise DataError(f"{name}: it is no .npz archive. Try: numpy.savez") from None
    missing = {"X.npy", "y.npy"} - set(archive.namelist())
    if missing:
        archive.close()
        raise DataError(f"{name}: expected arrays X and y. Try: numpy.savez({name!r}, X=X, y=y)")
    return archive
