"""From labels to the numbers that a loss compares predictions with, and back.

Classes are put in order (numbers by size, words by the alphabet), so that the same data give the same coding.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import prod
from typing import Literal

import numpy as np

from derive.errors import OptionError
from derive.train.dataset import Dataset
from derive.train.split import Scaler, moments

Kind = Literal["binary", "sign", "one_hot", "one_hot_sign", "numbers"]
MOST_CLASSES = 1000
FEW = 20  # distinct whole numbers that are taken for classes where nothing else is said


@dataclass(frozen=True)
class Coding:
    """Labels as numbers: binary 0/1 and sign -1/1 in one column, one-hot with a column for each class, or as is."""

    kind: Kind
    classes: tuple[str, ...] = ()
    outputs: int = 1
    scaler: Scaler | None = None  # of numbers
    power: int = 0  # the loss of scaled numbers is that of the numbers divided by this power of the scale

    @property
    def metric(self) -> str:
        return "accuracy" if self.classes else "mse"

    def encode(self, y: np.ndarray) -> np.ndarray:
        """The targets, (N, outputs)."""
        if not self.classes:
            Y = y.reshape(len(y), -1).astype(float)
            return Y if self.scaler is None else self.scaler(Y)
        numbers = self.numbers(y)
        Y = numbers[:, None].astype(float) if self.outputs == 1 else np.eye(self.outputs)[numbers]
        return 2 * Y - 1 if self.kind in ("sign", "one_hot_sign") else Y

    def numbers(self, y: np.ndarray) -> np.ndarray:
        """The number of the class of each sample; a label that is no class is an error."""
        place = {c: k for k, c in enumerate(self.classes)}
        try:
            return np.array([place[name] for name in names_of(y)])
        except KeyError as error:
            known = ", ".join(self.classes[:12])
            raise OptionError(f"--data: the label {error.args[0]!r} is none of the model's classes: {known}") from None

    def decide(self, prediction: np.ndarray) -> np.ndarray:
        """The number of the class that a prediction stands for, (N,)."""
        if self.outputs > 1:
            return np.argmax(prediction, axis=1)
        return (prediction[:, 0] > (0.0 if self.kind == "sign" else 0.5)).astype(int)

    def score(self, prediction: np.ndarray, Y: np.ndarray) -> float:
        """The share of right answers, or the mean squared error."""
        if self.classes:
            return float(np.mean(self.decide(prediction) == self.decide(Y)))
        return float(np.mean((prediction - Y) ** 2)) * self._power(2)

    @property
    def unit(self) -> float:
        """What a loss is multiplied by, to be in the units of the data."""
        return self._power(self.power)

    def _power(self, power: int) -> float:
        """Of the scale; infinite where it overflows."""
        return 1.0 if self.scaler is None else prod([float(self.scaler.scale[0])] * power)

    def scaled(self, scaler: Scaler | None) -> Coding:
        """With numbers scaled by this, where the loss allows for it: scaling must not change what is best."""
        return self if self.classes or not self.power else replace(self, scaler=scaler)

    def fitted(self, y: np.ndarray) -> Coding:
        """With the scaling of these numbers, those of the training part: one scale for all columns."""
        if self.classes:
            return self
        Y = y.reshape(len(y), -1).astype(float)
        mean, deviations, _ = moments(Y)
        return self.scaled(Scaler(mean, np.full(self.outputs, float(deviations.mean()) or 1.0)))


def names_of(y: np.ndarray) -> list[str]:
    """Labels as text: 3.0 is the class 3."""
    if y.dtype.kind in "US":
        return [str(v) for v in y]
    return [str(int(v)) if float(v).is_integer() else repr(float(v)) for v in y]


def classes_of(y: np.ndarray) -> tuple[str, ...]:
    """The classes in order."""
    return tuple(names_of(np.unique(y)))


def looks_like_classes(data: Dataset) -> bool:
    """Words, or a few whole numbers, each of them twice on average."""
    if data.textual:
        return True
    if data.y.ndim > 1:
        return False
    values = np.unique(data.y)
    return len(values) <= min(FEW, len(data.y) // 2) and bool(np.all(values == np.round(values)))


def default_loss(data: Dataset) -> str:
    """bce for two classes, ce for more, squared error for numbers."""
    if not looks_like_classes(data):
        return "mse"
    return "bce" if len(np.unique(data.y)) <= 2 else "ce"


def coding(data: Dataset, loss: str) -> Coding:
    """The coding that the loss asks for; labels that do not fit it are refused."""
    rule = FOR_LOSS.get(loss)
    if rule is not None:
        return rule(data, loss)
    if not data.textual and not (loss not in PLAIN and looks_like_classes(data)):
        return Coding("numbers", (), 1 if data.y.ndim == 1 else data.y.shape[1], power=PLAIN.get(loss, 0))
    if loss in PLAIN:
        words = ", ".join(classes_of(data.y)[:4])
        raise OptionError(
            f"--loss {loss} compares numbers, but the labels ({data.target}) of {data.name} are words: {words}. "
            f"Try: {_instead(len(np.unique(data.y)))}"
        )
    classes = _classes(data, loss)  # a formula: one output for two classes, one-hot for more
    return Coding("binary", classes) if len(classes) == 2 else Coding("one_hot", classes, len(classes))


def _classes(data: Dataset, loss: str) -> tuple[str, ...]:
    if data.y.ndim > 1:
        raise OptionError(
            f"--loss {loss} is for classes, but y of {data.name} has {data.y.shape[1]} columns. "
            "Try: one label for each row, or --loss mse"
        )
    if not data.textual and not np.all(data.y == np.round(data.y)):
        some = ", ".join(repr(float(v)) for v in data.y[data.y != np.round(data.y)][:3])
        raise OptionError(
            f"--loss {loss} is for classes, but the labels ({data.target}) of {data.name} are numbers such as {some}. "
            "Try: derive train linear, or --loss mse"
        )
    values = np.unique(data.y)
    if not 2 <= len(values) <= MOST_CLASSES:
        raise OptionError(
            f"--loss {loss} is for 2 to {MOST_CLASSES} classes, but the labels ({data.target}) of {data.name} have "
            f"{len(values)}. Try: --target with another column, or --loss mse"
        )
    return tuple(names_of(values))


def _two(data: Dataset, loss: str) -> Coding:
    classes = _classes(data, loss)
    if len(classes) != 2:
        shown = ", ".join(classes[:6]) + (", ..." if len(classes) > 6 else "")
        raise OptionError(
            f"--loss {loss} is for two classes, but {data.name} has {len(classes)}: {shown}. Try: {_instead(3)}"
        )
    return Coding("binary", classes)


def _many(data: Dataset, loss: str) -> Coding:
    classes = _classes(data, loss)
    return Coding("one_hot", classes, len(classes))


def _signs(data: Dataset, loss: str) -> Coding:
    classes = _classes(data, loss)
    return Coding("sign", classes) if len(classes) == 2 else Coding("one_hot_sign", classes, len(classes))


def _instead(classes: int) -> str:
    return "derive train logistic, or --loss bce" if classes == 2 else "derive train softmax, or --loss ce"


FOR_LOSS = {"bce": _two, "ce": _many, "svm": _many, "hinge": _signs}
#: Losses of numbers, and their power of the unit; Huber's has none, since its kink is at one unit.
PLAIN = {"mse": 2, "sse": 2, "mse_mean": 2, "mae": 1, "norm": 1, "huber": 0}
