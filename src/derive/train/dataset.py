"""A data set as it was read: numbers, labels, and what the columns are called."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from derive.errors import OptionError


class DataError(OptionError):
    """Data that cannot be used: says the file, the line and the column where there is one."""


@dataclass(frozen=True)
class Dataset:
    """X: (N, D) floats, in chunks where read from a folder; y: (N,) labels as text or numbers, or (N, K) numbers.

    features: the D names of the columns.
    """

    name: str
    X: np.ndarray
    y: np.ndarray
    features: tuple[str, ...]
    target: str = "label"
    notes: tuple[str, ...] = ()
    checksums: str = ""  # of contents that are not at hand

    def __post_init__(self) -> None:
        if len(self.X) != len(self.y):
            raise DataError(f"{self.name}: X has {len(self.X)} rows, y has {len(self.y)}. Try: one label for each row")
        if len(self.X) == 0 or self.X.shape[1] == 0:
            raise DataError(f"{self.name}: no data: {len(self.X)} rows of {self.X.shape[1]} features")

    @property
    def textual(self) -> bool:
        """Whether the labels are words."""
        return self.y.dtype.kind in "US"


def read(source: str, *, target: str | None = None, model: str = "mlp", seed: int = 0) -> Dataset:
    """The data set of that name, or in that file (.csv, .tsv or .npz), or in a folder of .npz files."""
    if source in NAMED:
        if target is not None:
            raise OptionError(f"--target: {source} has its label; found {target!r}. Try: --data FILE.csv")
        return NAMED[source](model)
    if os.path.isdir(source):
        from derive.train.shards import read_folder

        if target is not None:
            raise OptionError(f"--target is for tables; the label of {_shown(source)} is its array y. Try: without it")
        return read_folder(source)
    ending = os.path.splitext(source)[1].lower()
    if ending not in READERS:
        expected = f"{', '.join(NAMED)}, a file that ends in {', '.join(READERS)}, or a folder of .npz"
        raise DataError(f"--data: expected {expected}; found {_shown(source)}. Try: --data iris")
    if not os.path.isfile(source):
        raise DataError(f"--data: there is no file {_shown(source)}. Try: --data iris")
    return READERS[ending](source, target)


def _shown(text: str) -> str:
    return repr(text if len(text) <= 80 else text[:77] + "...")


# -- what ships with derive, and what scikit-learn has ---------------------------------------------------------------


def _iris(model: str) -> Dataset:
    """Fisher's iris: three classes; two of them for logistic regression, a measurement for linear regression."""
    from derive.train.tables import read_csv

    whole = read_csv(os.path.join(os.path.dirname(__file__), "data", "iris.csv"), None)
    whole = replace(whole, name="iris")
    if model == "logistic":
        kept = whole.y != "setosa"
        says = "iris without setosa: logistic regression is for two classes, and setosa is set apart by a line"
        return replace(whole, X=whole.X[kept], y=whole.y[kept], notes=(says,))
    if model == "linear":
        says = "iris: petal_width is predicted from the other three measurements"
        return replace(
            whole, X=whole.X[:, :3], y=whole.X[:, 3], features=whole.features[:3], target="petal_width", notes=(says,)
        )
    return whole


def _from_sklearn(name: str, loader: str) -> Callable[[str], Dataset]:
    def load(model: str) -> Dataset:
        try:
            import sklearn.datasets as sets  # pyright: ignore[reportMissingImports]
        except ImportError:
            raise DataError(
                f"--data {name} comes with scikit-learn, which is not installed. "
                "Try: pip install 'derivecheck[data]', or --data iris"
            ) from None
        found: Any = getattr(sets, loader)()
        labels = np.array([str(found.target_names[k]) for k in found.target])
        return Dataset(name, np.asarray(found.data, float), labels, tuple(map(str, found.feature_names)))

    return load


def _read_csv(path: str, target: str | None) -> Dataset:
    from derive.train.tables import read_csv

    return read_csv(path, target)


def _read_npz(path: str, target: str | None) -> Dataset:
    from derive.train.arrays import read_npz

    if target is not None:
        raise OptionError(f"--target is for tables; the label of {path} is its array y. Try: without --target")
    return read_npz(path)


NAMED: dict[str, Callable[[str], Dataset]] = {
    "iris": _iris,
    "breast-cancer": _from_sklearn("breast-cancer", "load_breast_cancer"),
    "digits": _from_sklearn("digits", "load_digits"),
}
READERS: dict[str, Callable[[str, str | None], Dataset]] = {".csv": _read_csv, ".tsv": _read_csv, ".npz": _read_npz}
