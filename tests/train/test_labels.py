"""Which targets a loss asks for, and which labels do not fit it."""

from __future__ import annotations

import numpy as np
import pytest

from derive.errors import OptionError
from derive.train.dataset import Dataset
from derive.train.labels import coding, default_loss


def data(*labels):
    y = np.array(labels)
    return Dataset("mine.csv", np.ones((len(y), 2)), y if y.dtype.kind == "U" else y.astype(float), ("a", "b"), "kind")


TWO, THREE = data("no", "yes", "no"), data("red", "blue", "green")
ROWS = [
    (TWO, "bce", "binary", ("no", "yes"), [[0], [1], [0]]),
    (TWO, "hinge", "sign", ("no", "yes"), [[-1], [1], [-1]]),
    (TWO, "ce", "one_hot", ("no", "yes"), [[1, 0], [0, 1], [1, 0]]),
    (THREE, "ce", "one_hot", ("blue", "green", "red"), [[0, 0, 1], [1, 0, 0], [0, 1, 0]]),
    (THREE, "hinge", "one_hot_sign", ("blue", "green", "red"), [[-1, -1, 1], [1, -1, -1], [-1, 1, -1]]),
    (TWO, "(yhat-y)**4", "binary", ("no", "yes"), [[0], [1], [0]]),
    (THREE, "(yhat-y)**4", "one_hot", ("blue", "green", "red"), [[0, 0, 1], [1, 0, 0], [0, 1, 0]]),
    (data(10, 9, 10, 9), "bce", "binary", ("9", "10"), [[1], [0], [1], [0]]),
    (data(-1, 1, 1, -1), "hinge", "sign", ("-1", "1"), [[-1], [1], [1], [-1]]),
    (data(0.5, 2, 7), "mse", "numbers", (), [[0.5], [2], [7]]),
    (data(0, 1, 1, 0), "mse", "numbers", (), [[0], [1], [1], [0]]),
    (data(0.5, 2, 7), "(yhat-y)**4", "numbers", (), [[0.5], [2], [7]]),
]


@pytest.mark.parametrize(("given", "loss", "kind", "classes", "Y"), ROWS)
def test_coding(given, loss, kind, classes, Y):
    found = coding(given, loss)
    assert (found.kind, found.classes) == (kind, classes)
    assert found.encode(given.y).tolist() == Y
    assert found.score(np.array(Y, float), np.array(Y, float)) == (1 if classes else 0)


BAD = [
    (THREE, "bce", "--loss bce is for two classes, but mine.csv has 3: blue, green, red. Try: derive train softmax"),
    (data("a", "a"), "bce", "is for 2 to 1000 classes, but the labels (kind) of mine.csv have 1"),
    (data(0.5, 2, 7), "bce", "is for classes, but the labels (kind) of mine.csv are numbers such as 0.5"),
    (data(0.5, 2, 7), "ce", "Try: derive train linear, or --loss mse"),
    (TWO, "mse", "compares numbers, but the labels (kind) of mine.csv are words: no, yes. Try: derive train logistic"),
    (THREE, "mae", "Try: derive train softmax, or --loss ce"),
    (Dataset("m", np.ones((2, 1)), np.ones((2, 3)), ("a",)), "ce", "y of m has 3 columns"),
]


@pytest.mark.parametrize(("given", "loss", "said"), BAD)
def test_labels_that_do_not_fit(given, loss, said):
    with pytest.raises(OptionError) as error:
        coding(given, loss)
    assert said in str(error.value)


@pytest.mark.parametrize(
    ("given", "loss"),
    [
        (TWO, "bce"),
        (THREE, "ce"),
        (data(*[0, 1] * 10), "bce"),
        (data(*[3, 4, 5] * 10), "ce"),
        (data(*range(100)), "mse"),
        (data(0.5, 1.5, 0.5, 1.5), "mse"),
    ],
)
def test_default_loss(given, loss):
    assert default_loss(given) == loss


def test_decisions():
    binary, signs, hot = coding(TWO, "bce"), coding(TWO, "hinge"), coding(THREE, "ce")
    assert binary.decide(np.array([[0.4], [0.6]])).tolist() == [0, 1]
    assert signs.decide(np.array([[-0.1], [0.1]])).tolist() == [0, 1]
    assert hot.decide(np.array([[0.2, 0.5, 0.3], [0.9, 0.05, 0.05]])).tolist() == [1, 0]


def test_scores():
    assert coding(THREE, "ce").score(np.eye(3), np.eye(3)[[0, 1, 1]]) == pytest.approx(2 / 3)
    assert coding(data(0.5, 2, 7), "mse").score(np.array([[1.0], [2.0]]), np.array([[0.0], [4.0]])) == 2.5


def test_unknown_label_for_a_model():
    with pytest.raises(OptionError, match="the label 'maybe' is none of the model's classes: no, yes"):
        coding(TWO, "bce").numbers(np.array(["no", "maybe"]))
