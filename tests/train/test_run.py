"""Whole runs: the same bits from the same seed, with and without an interruption; endings; what is saved."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

import numpy as np
import pytest

from derive.catalogue.activations import ACTIVATIONS
from derive.catalogue.losses import LOSSES
from derive.errors import OptionError
from derive.train import Files, TrainOptions, train
from derive.train.labels import PLAIN
from derive.train.run import Job, resumed
from derive.train.storage import load_checkpoint, load_model

MLP = TrainOptions(model="mlp", hidden=(5,), activation="tanh", epochs=6, validation=0.1, schedule="cosine")


def finished(options, **files):
    job = Job.prepare(options, Files(**files))
    return job.train(lambda state: None)


def same(a, b):
    return a.keys() == b.keys() and all(np.array_equal(a[k], b[k]) for k in a)


@pytest.mark.parametrize("model", ["logistic", "softmax", "linear", "mlp"])
def test_training_lowers_the_loss(model):
    report = train(TrainOptions(model=model, epochs=30))
    assert report.stopped == "epochs"
    assert report.epochs == 30
    assert report.train_loss < 0.7 * report.history[0].loss


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("activation", [name for name, row in ACTIVATIONS.items() if name != "softmax"])
def test_every_activation_and_loss_learns(activation, loss, tmp_path):
    """More than half of the way from the first guess to a perfect fit, in a few steps of Adam."""
    data = numbers(tmp_path) if loss in PLAIN else "iris"
    if loss == "bce":
        data = str(tmp_path / "two.npz")
        rng = np.random.default_rng(0)
        np.savez(data, X=rng.normal(size=(60, 3)) + np.repeat([[0], [1.5]], 30, axis=0), y=np.repeat([0, 1], 30))
    report = train(TrainOptions(model="mlp", activation=activation, loss=loss, data=data, epochs=60, lr=0.02))
    assert report.train_loss < 0.5 * report.history[0].loss


@pytest.mark.parametrize(
    "kind",
    [
        {"activation": "maxout"},
        {"activation": "maxout", "pieces": 3, "residual": True, "tied": True, "layers": 4},
        {"activation": "tanh", "residual": True, "layers": 4},
        {"activation": "tanh", "tied": True, "layers": 3, "l2": 1e-3},
    ],
    ids=str,
)
def test_every_kind_of_network_learns_and_is_kept(kind, tmp_path):
    """Saved, loaded, and trained on; a network of another kind does not fit the file."""
    path = str(tmp_path / "model.npz")
    report = train(TrainOptions(model="mlp", epochs=60, **kind), Files(save=path))
    assert report.train_loss < 0.5 * report.history[0].loss
    again = train(TrainOptions(model="mlp", epochs=0, **kind), Files(load=path))
    assert again.train_loss == report.train_loss
    sizes = ",".join(map(str, load_model(path).sizes))
    with pytest.raises(OptionError, match="the model has parameters"):
        train(TrainOptions.parse(model="mlp", sizes=sizes), Files(load=path))


def test_same_seed_same_bits():
    a, b, other = finished(MLP), finished(MLP), finished(replace(MLP, seed=1))
    assert same(a.params, b.params)
    assert a.history == b.history
    assert not same(a.params, other.params)


@pytest.mark.parametrize("optimizer", ["sgd", "adam", "adadelta", "newton"])
@pytest.mark.parametrize("stop", [1, 3, 5])
def test_resumed_run_has_the_same_bits(optimizer, stop, tmp_path):
    """Killed after any epoch and resumed from the checkpoint: parameters, history and state are those of one run."""
    base = replace(MLP, optimizer=optimizer)
    if optimizer == "newton":
        base = TrainOptions(model="logistic", optimizer="newton", epochs=6, l2=0.001)
    whole = finished(base)
    path, seen = str(tmp_path / "run.npz"), count(1)

    def interrupt(state, score):
        if next(seen) == stop:
            raise KeyboardInterrupt

    report = train(base, Files(checkpoint=path), interrupt)
    assert (report.stopped, report.epochs, report.exit_code) == ("interrupted", stop, 130)
    rest = finished(resumed(path, {}), resume=path)
    assert same(whole.params, rest.params)
    assert whole.history == rest.history
    assert whole.slots.keys() == rest.slots.keys()
    assert all(same(whole.slots[s], rest.slots[s]) for s in whole.slots)


def test_early_stopping_keeps_the_best_and_survives_a_resume(tmp_path):
    options = replace(MLP, epochs=400, lr=0.2, early_stopping=4, schedule="constant", validation=0.2)
    whole = finished(options)
    assert whole.stopped == "early"
    losses = [row.validation for row in whole.history]
    assert whole.best is not None
    assert whole.best.epoch == int(np.argmin(losses)) + 1 == whole.epoch - 4
    assert same(whole.result, whole.best.params)
    path, seen = str(tmp_path / "run.npz"), count(1)

    def interrupt(state, score):
        if next(seen) == whole.epoch - 2:
            raise KeyboardInterrupt

    train(options, Files(checkpoint=path), interrupt)
    rest = finished(resumed(path, {}), resume=path)
    assert (rest.stopped, rest.epoch, rest.best.epoch) == ("early", whole.epoch, whole.best.epoch)
    assert same(rest.result, whole.result)


def test_more_epochs_go_on(tmp_path):
    path = str(tmp_path / "run.npz")
    options = replace(MLP, schedule="constant", epochs=3)
    train(options, Files(checkpoint=path))
    longer = finished(resumed(path, {"epochs": 6}), resume=path)
    assert same(longer.params, finished(replace(options, epochs=6)).params)


def test_divergence_is_told_and_the_state_kept(tmp_path):
    options = TrainOptions(model="linear", optimizer="gd", lr=1.5, epochs=500)
    path = str(tmp_path / "model.npz")
    report = train(options, Files(save=path))
    assert report.stopped == "diverged"
    assert report.exit_code == 1
    lowest = min(report.history, key=lambda row: row.loss)
    assert report.epochs == lowest.epoch - 1
    assert report.train_loss == pytest.approx(lowest.loss, rel=1e-12)  # gd measures before it steps
    assert f"training diverged in epoch {report.history[-1].epoch}" in report.error
    assert all(np.isfinite(array).all() for array in load_model(path).params.values())


def test_an_explosion_within_the_first_epoch_is_divergence():
    """What counts is the loss before the first step, not that of an epoch whose steps have exploded already."""
    report = train(TrainOptions(model="logistic", optimizer="sgd", lr=1e9, epochs=5))
    assert (report.stopped, report.epochs, len(report.history)) == ("diverged", 0, 1)
    assert report.train_loss == pytest.approx(np.log(2))  # weights of zero


def test_overflow_is_divergence_and_warns_of_nothing():
    report = train(TrainOptions(model="mlp", loss="(yhat-y)**4", optimizer="gd", lr=1e300, epochs=5))
    assert report.stopped == "diverged"
    assert "no longer a finite number" in report.error


def test_saved_model_measures_the_same(tmp_path):
    path = str(tmp_path / "model.npz")
    report = train(MLP, Files(save=path))
    again = train(replace(MLP, epochs=0), Files(load=path))
    assert (again.train_loss, again.test_loss, again.test_score) == (
        report.train_loss,
        report.test_loss,
        report.test_score,
    )
    assert again.epochs == 0
    assert again.notes == ()
    assert load_model(path).classes == ("setosa", "versicolor", "virginica")


@pytest.mark.parametrize(
    ("change", "said"),
    [({"hidden": (6,)}, "the model has sizes 4,5,3, this run 4,6,3"), ({"loss": "hinge"}, "the model has loss ce")],
)
def test_model_of_another_shape_is_refused(change, said, tmp_path):
    path = str(tmp_path / "model.npz")
    train(replace(MLP, epochs=1), Files(save=path))
    with pytest.raises(OptionError) as error:
        train(replace(MLP, **change), Files(load=path))
    assert said in str(error.value)


def test_resume_refuses_what_would_be_another_run(tmp_path):
    path = str(tmp_path / "run.npz")
    train(replace(MLP, epochs=1), Files(checkpoint=path))
    with pytest.raises(OptionError, match=r"the run was started with --seed 0; found 1"):
        resumed(path, {"seed": 1})
    assert resumed(path, {"epochs": 9, "lr": 0.1}).epochs == 9


def test_resume_refuses_other_data(tmp_path):
    path, table = str(tmp_path / "run.npz"), tmp_path / "mine.csv"
    rows = [f"{k % 7},{k % 5},{k % 2}" for k in range(40)]
    table.write_text("\n".join(rows))
    options = TrainOptions(model="logistic", data=str(table), epochs=2)
    train(options, Files(checkpoint=path))
    table.write_text("\n".join(["9,9,1", *rows[1:]]))
    with pytest.raises(OptionError, match="is not the data of that run"):
        train(resumed(path, {}), Files(resume=path))


def test_files_that_are_no_models(tmp_path):
    path = str(tmp_path / "x.npz")
    np.savez(path, X=np.ones(3))
    with pytest.raises(OptionError, match="no model of derive train"):
        load_model(path)
    train(replace(MLP, epochs=1), Files(save=path))
    with pytest.raises(OptionError, match="a model, not a checkpoint"):
        load_checkpoint(path)
    held = dict(np.load(path))
    np.savez(path, **(held | {"W1": np.ones((2, 2))}))
    with pytest.raises(OptionError, match="damaged or was changed"):
        load_model(path)


def test_penalty_shrinks_the_weights():
    free, held = (train(TrainOptions(optimizer="newton", epochs=50, test_size=0, l2=l2)) for l2 in (0.0, 0.1))
    assert held.norm < free.norm / 3
    assert held.train_loss > free.train_loss  # the loss is told without the penalty
    assert held.test_loss is None


def test_batches_cover_all_samples_once():
    from derive.train.loop import _batches

    job = Job.prepare(TrainOptions(model="mlp", batch_size=32), Files())
    batches = [np.asarray(batch.X) for batch in _batches(job.run, 0)]
    assert [len(b) for b in batches] == [32, 32, 32, 24]
    assert sorted(map(tuple, np.concatenate(batches))) == sorted(map(tuple, job.run.training.X))
    assert not np.array_equal(batches[0], next(iter(_batches(job.run, 1))).X)


def test_large_logistic_regression_of_16k_features(tmp_path):
    """Seed A8: pictures of 128 x 128; two classes that differ in brightness of one half."""
    rng = np.random.default_rng(0)
    y = np.arange(60) % 2
    X = rng.normal(size=(60, 128, 128))
    X[y == 1, :64] += 0.2
    path = str(tmp_path / "pictures.npz")
    np.savez(path, X=X.astype(np.float32), y=y)
    report = train(TrainOptions(data=path, optimizer="gd", lr=1e-4, epochs=20))
    assert report.sizes == (16384, 1)
    assert report.parameters == 16385
    assert report.test_score == 1.0


def numbers(tmp_path, scale=1.0, shift=0.0, columns=1):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(60, 3))
    y = X @ rng.normal(size=(3, columns)) + 0.3 * rng.normal(size=(60, columns))
    path = str(tmp_path / f"numbers-{scale}-{columns}.npz")
    np.savez(path, X=X, y=shift + scale * y)
    return path


@pytest.mark.parametrize(("loss", "power"), [("mse", 2), ("mae", 1)])
@pytest.mark.parametrize("columns", [1, 2])
def test_losses_are_in_the_units_of_the_data(loss, power, columns, tmp_path):
    """Targets a thousand times as large, and somewhere else: the same fit, errors a thousand times as large."""
    options = TrainOptions(model="mlp", loss=loss, epochs=20, data=numbers(tmp_path, columns=columns), validation=0.1)
    small = train(options)
    large = train(options.with_(data=numbers(tmp_path, 1000.0, 5e4, columns)))
    for name, factor in (("train_loss", 1000**power), ("test_loss", 1000**power), ("test_score", 1e6)):
        assert getattr(large, name) == pytest.approx(factor * getattr(small, name), rel=1e-6)
    assert large.history[3].loss == pytest.approx(1000**power * small.history[3].loss, rel=1e-6)
    assert large.history[3].validation == pytest.approx(1000**power * small.history[3].validation, rel=1e-6)


def test_squared_error_by_hand(tmp_path):
    """From the saved arrays and the raw data, with nothing of derive in between."""
    path, data = str(tmp_path / "model.npz"), numbers(tmp_path, 100.0, 7.0)
    options = TrainOptions(model="linear", data=data, epochs=5)
    report = train(options, Files(save=path))
    rows, held, raw = Job.prepare(options, Files()).parts.test, np.load(path), np.load(data)
    Z = (raw["X"][rows] - held["mean"]) / held["scale"]
    yhat = (Z @ held["W1"].T + held["b1"]) * held["target_scale"] + held["target_mean"]
    assert report.test_score == pytest.approx(np.mean((yhat - raw["y"][rows].reshape(-1, 1)) ** 2), rel=1e-12)
    assert report.test_loss == pytest.approx(report.test_score / 2, rel=1e-12)


def test_formula_losses_get_their_numbers_as_they_are(tmp_path):
    """A Poisson loss of counts would mean something else on scaled counts."""
    job = Job.prepare(TrainOptions(model="mlp", loss="exp(yhat) - y*yhat", data=numbers(tmp_path, 9.0)), Files())
    assert job.run.coding.scaler is None
    assert job.run.coding.unit == 1


def test_diverged_run_goes_on_with_a_smaller_rate(tmp_path):
    path = str(tmp_path / "run.npz")
    report = train(TrainOptions(model="linear", optimizer="gd", lr=1.5, epochs=100), Files(checkpoint=path))
    assert report.stopped == "diverged"
    again = train(resumed(path, {"lr": 0.1}), Files(resume=path))
    assert again.stopped == "epochs"
    assert [row.epoch for row in again.history] == list(range(1, 101))
    assert again.train_loss < min(row.loss for row in report.history)


def test_model_of_the_command_must_be_that_of_the_checkpoint(tmp_path):
    path = str(tmp_path / "run.npz")
    train(TrainOptions(epochs=1), Files(checkpoint=path))
    with pytest.raises(OptionError, match="the run was started with derive train logistic; found softmax"):
        resumed(path, {"model": "softmax"})


def test_samples_that_a_model_may_have_seen_are_told_of(tmp_path):
    path = str(tmp_path / "model.npz")
    train(replace(MLP, epochs=1), Files(save=path))
    report = train(replace(MLP, epochs=0, seed=1), Files(load=path))
    assert "may hold samples that it has seen" in report.notes[-1]


def test_an_option_without_use_is_told_of():
    report = train(TrainOptions(model="mlp", layers=1, activation="tanh", epochs=1))
    assert "--activation has nothing to act on" in report.notes[-1]


def test_interrupted_in_the_first_epoch(tmp_path, monkeypatch):
    from derive.train import loop

    path, whole, original = str(tmp_path / "run.npz"), finished(MLP), loop._epoch

    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(loop, "_epoch", interrupt)
    assert train(MLP, Files(checkpoint=path)).stopped == "interrupted"
    monkeypatch.setattr(loop, "_epoch", original)
    assert same(finished(resumed(path, {}), resume=path).params, whole.params)


@pytest.mark.parametrize("optimizer", ["adam", "gd", "newton"])
def test_features_of_any_size(optimizer, tmp_path):
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(80, 3)), np.arange(80) % 2
    losses = []
    for size in (1.0, 2.0**700):
        np.savez(tmp_path / "data.npz", X=X * size, y=y)
        options = TrainOptions(data=str(tmp_path / "data.npz"), optimizer=optimizer, epochs=5)
        losses.append(train(options).train_loss)
    with pytest.raises(OptionError, match="--no-standardize: features reach"):
        train(options.with_(standardize=False))
    assert losses[1] == pytest.approx(losses[0], rel=1e-12)


def test_targets_of_any_size(tmp_path):
    X = np.random.default_rng(0).normal(size=(80, 3))
    np.savez(tmp_path / "data.npz", X=X, y=X[:, 0] * 1e200)
    options = TrainOptions(model="linear", data=str(tmp_path / "data.npz"), optimizer="newton")
    report = train(options)
    assert report.stopped == "converged"
    with pytest.raises(OptionError, match="--no-standardize: targets reach"):
        train(options.with_(standardize=False))


NOWHERE = [{"loss": "log(-1-yhat**2)-y"}, {"activation": "log(z)"}, {"activation": "sqrt(-1-z**2)"}]


@pytest.mark.parametrize("formulas", NOWHERE, ids=str)
@pytest.mark.parametrize("batch_size", [None, 7])
def test_a_loss_without_a_value_at_the_start_is_no_divergence(formulas, batch_size, tmp_path):
    options = TrainOptions(model="mlp", data=numbers(tmp_path), batch_size=batch_size, **formulas)
    files = Files(save=str(tmp_path / "model.npz"), checkpoint=str(tmp_path / "run.npz"))
    with pytest.raises(OptionError, match="the loss is not finite before the first step"):
        train(options, files)
    assert [p.name for p in tmp_path.iterdir()] == ["numbers-1.0-1.npz"]
