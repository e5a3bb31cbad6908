"""Training, validation and test part, and the scaling of the inputs: nothing of one part is known to another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from derive.errors import OptionError

LARGEST = 1e100  # sums of squares of numbers up to this size are far from overflow


@dataclass(frozen=True)
class Parts:
    """The rows of each part, in increasing order."""

    training: np.ndarray
    validation: np.ndarray
    test: np.ndarray


def split(groups: np.ndarray, validation: float, test: float, seed: int) -> Parts:
    """Draw the parts. Each has the same share of every group, as nearly as whole samples allow.

    groups: (N,) the class of each sample, or zeros where there are none. Shares are of all samples.
    """
    rng = np.random.default_rng([seed, 0])
    order = rng.permutation(len(groups))
    taken = {"test": _draw(groups, order, test)}
    left = order[~np.isin(order, taken["test"])]
    taken["validation"] = _draw(groups, left, validation * len(order) / max(len(left), 1))
    training = left[~np.isin(left, taken["validation"])]
    for name, share in (("test", test), ("validation", validation)):
        if share and not len(taken[name]):
            raise OptionError(_none_drawn("--test-size" if name == "test" else "--validation", share, groups))
    if len(training) < 2:
        raise OptionError(f"{len(training)} of {len(groups)} samples are left to train on. Try: a smaller --test-size")
    return Parts(np.sort(training), np.sort(taken["validation"]), np.sort(taken["test"]))


def _none_drawn(option: str, share: float, groups: np.ndarray) -> str:
    """Why a part is empty: the share is too small, or training needs the one sample that each class has left."""
    if round(share * len(groups)) == 0:
        return f"{option} {share:g} of {len(groups)} samples is none. Try: {option} 0, or more data"
    classes = len(np.unique(groups))
    few = f"the {len(groups)} samples are of {classes} classes, and training needs one of each, which leaves none"
    return f"{option} {share:g}: {few}. Try: --target with a column of fewer classes, or {option} 0"


def _draw(groups: np.ndarray, order: np.ndarray, share: float) -> np.ndarray:
    """The first samples of each group in this order, so many that the shares are right and one at least is left."""
    kinds = np.unique(groups)
    members = [order[groups[order] == kind] for kind in kinds]
    exact = np.array([share * len(m) for m in members])
    counts = np.floor(exact).astype(int)
    missing = round(share * len(order)) - counts.sum()
    for k in np.argsort(counts - exact, kind="stable")[: max(missing, 0)]:
        counts[k] += 1
    counts = [min(n, len(m) - 1) for n, m in zip(counts, members, strict=True)]
    return np.concatenate([m[: max(n, 0)] for n, m in zip(counts, members, strict=True)])


@dataclass(frozen=True)
class Scaler:
    """x -> (x - mean) / scale, column by column; constant columns become zero."""

    mean: np.ndarray
    scale: np.ndarray

    @classmethod
    def of(cls, X: np.ndarray) -> Scaler:
        """Mean and standard deviation of the columns of the training part."""
        mean, scale, largest = moments(X)
        return cls(mean, np.where(scale <= 1e-12 * largest, 1.0, scale))

    @classmethod
    def none(cls, features: int) -> Scaler:
        return cls(np.zeros(features), np.ones(features))

    def __call__(self, X: np.ndarray) -> np.ndarray:
        return (X / 2 - self.mean / 2) / (self.scale / 2)  # halves are exact, and their difference cannot overflow


def moments(X: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean, standard deviation and largest size of each column; numbers whose squares overflow are scaled first."""
    with np.errstate(all="ignore"):
        mean, deviation, largest = _computed(X, (X.mean(axis=0), X.std(axis=0), abs(X).max(axis=0)))
    if ((largest > LARGEST) | ((largest > 0) & (largest < 1 / LARGEST))).any():
        unit = np.ldexp(1.0, np.frexp(largest)[1] - 1)  # a power of two, so that no digit is lost
        scaled = X / unit
        mean, deviation = (unit * part for part in _computed(X, (scaled.mean(axis=0), scaled.std(axis=0))))
    return mean, deviation, largest


def check_unscaled(X: Any, what: str) -> None:
    """Refuse numbers whose products overflow: steps that are taken with them would change nothing."""
    (most,) = _computed(X, (abs(X).max(),))
    if most > LARGEST:
        raise OptionError(
            f"--no-standardize: {what} reach {most:.3g} in size, and products of such numbers overflow. "
            "Try: without --no-standardize"
        )


def _computed(X: Any, values: tuple[Any, ...]) -> tuple[np.ndarray, ...]:
    """In one go, if X is in chunks."""
    if isinstance(X, np.ndarray):
        return values
    from derive.train.chunks import together

    return together(values)
