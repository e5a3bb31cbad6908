"""Training on data in chunks takes the same way as on NumPy arrays, and is never handed the data as a whole."""

from __future__ import annotations

import numpy as np
import pytest

from derive.errors import OptionError
from derive.train import Files, TrainOptions, train
from derive.train.dataset import DataError, read
from derive.train.run import Job, resumed

pytest.importorskip("dask.array", reason="dask is not installed")

ROWS, FEATURES = (70, 50, 30), 4


@pytest.fixture
def parts(tmp_path):
    """A folder of three files of unequal length, with classes that overlap."""
    folder = tmp_path / "parts"
    folder.mkdir()
    rng = np.random.default_rng(0)
    w = rng.normal(size=FEATURES)
    for k, n in enumerate(ROWS):
        X = 3 * rng.normal(size=(n, FEATURES)) + 1
        np.savez(folder / f"part{k}.npz", X=X, y=(rng.random(n) < 1 / (1 + np.exp(-X @ w))).astype(float))
    return str(folder)


@pytest.mark.parametrize(
    "options",
    [
        TrainOptions(optimizer="gd", epochs=5),
        TrainOptions(
            model="mlp", hidden=(3,), activation="tanh", optimizer="momentum", batch_size=10**6, epochs=5, l2=0.1
        ),
        TrainOptions(model="softmax", optimizer="newton", l2=0.1, epochs=3),
        TrainOptions(model="mlp", layers=1, loss="ce", optimizer="gd", epochs=3),
    ],
    ids=lambda o: f"{o.model}-{o.optimizer}",
)
def test_whole_batches_take_the_same_way(options, parts):
    found, true = (train(options.with_(data=parts, backend=b)) for b in ("dask", "numpy"))
    assert [row.loss for row in found.history] == pytest.approx([row.loss for row in true.history], rel=1e-12)
    assert found.test_loss == pytest.approx(true.test_loss, rel=1e-12)
    assert found.test_score == true.test_score


@pytest.mark.parametrize("size", [7, 60, 100])
def test_minibatches_take_each_sample_once(size, parts):
    """Of one chunk, or of several chunks as a whole; in another order in each epoch."""
    training = Job.prepare(TrainOptions(data=parts, backend="dask"), Files()).run.training
    drawn = [[np.asarray(b.X) for b in training.batches(size, np.random.default_rng(epoch))] for epoch in (0, 1)]
    X = np.asarray(training.X)
    for batches in drawn:
        rows = np.concatenate(batches)
        assert rows.shape == X.shape
        np.testing.assert_array_equal(rows[np.lexsort(rows.T)], X[np.lexsort(X.T)])
        assert max(map(len, batches)) <= max(size, max(training.X.chunks[0]))
    assert not np.array_equal(np.concatenate(drawn[0]), np.concatenate(drawn[1]))


def test_minibatches_learn(parts):
    report = train(TrainOptions(data=parts, backend="dask", epochs=30))
    assert report.history[-1].loss < report.history[0].loss
    assert report.history[-1].loss < 0.55  # log 2 at the start


def test_an_interrupted_run_goes_on(parts, tmp_path):
    path, options = str(tmp_path / "run.npz"), TrainOptions(data=parts, backend="dask", optimizer="adam", epochs=4)
    whole = train(options)
    train(options.with_(epochs=2), Files(checkpoint=path))
    again = train(resumed(path, {"epochs": 4}), Files(resume=path))
    assert [row.loss for row in again.history] == [row.loss for row in whole.history]
    assert again.test_loss == whole.test_loss


def test_changed_data_are_not_gone_on_with(parts, tmp_path):
    path = str(tmp_path / "run.npz")
    train(TrainOptions(data=parts, backend="dask", epochs=1), Files(checkpoint=path))
    with np.load(f"{parts}/part1.npz") as held:
        X, y = held["X"].copy(), held["y"]
    X[3, 2] += 1e-9
    np.savez(f"{parts}/part1.npz", X=X, y=y)
    with pytest.raises(OptionError, match="is not the data of that run"):
        train(resumed(path, {"epochs": 2}), Files(resume=path))


def test_reading_takes_no_inputs(parts, monkeypatch):
    """Shapes and labels are enough to plan a run."""
    monkeypatch.setattr("derive.train.arrays.load", None)
    data = read(parts)
    assert data.X.chunks == (ROWS, (FEATURES,))
    assert len(data.y) == sum(ROWS)


BROKEN = {
    "no archive": (lambda f: f.write_bytes(b"PK nothing"), "no .npz archive"),
    "no labels": (lambda f: np.savez(f, X=np.ones((2, FEATURES))), "expected arrays X and y"),
    "other features": (lambda f: np.savez(f, X=np.ones((2, FEATURES + 1)), y=np.ones(2)), "do not go with"),
    "words": (lambda f: np.savez(f, X=np.ones((2, FEATURES)), y=np.array(["a", "b"])), "do not go with"),
    "too few labels": (lambda f: np.savez(f, X=np.ones((2, FEATURES)), y=np.ones(3)), "X has 2 rows, y has 3"),
    "flat": (lambda f: np.savez(f, X=np.ones(2), y=np.ones(2)), "expected X as an"),
}


@pytest.mark.parametrize("break_", BROKEN.values(), ids=BROKEN)
def test_a_file_that_does_not_fit_is_named(break_, parts, tmp_path):
    write, complaint = break_
    write(tmp_path / "parts" / "part9.npz")
    with pytest.raises(DataError, match=rf"part9\.npz: .*{complaint}"):
        read(parts)


def test_a_missing_value_is_found_where_it_is_read(parts, tmp_path):
    X = np.ones((5, FEATURES))
    X[1, 2] = np.nan
    np.savez(tmp_path / "parts" / "part9.npz", X=X, y=np.ones(5))
    with pytest.raises(DataError, match=r"part9\.npz: X\[1, 2\] is nan"):
        train(TrainOptions(data=parts, backend="dask", epochs=1))


def test_an_empty_folder(tmp_path):
    with pytest.raises(DataError, match="found none"):
        read(str(tmp_path))


def test_a_scheduler_is_for_chunks(parts):
    with pytest.raises(OptionError, match="--scheduler is for --backend dask"):
        train(TrainOptions(data=parts), scheduler="tcp://127.0.0.1:1")
