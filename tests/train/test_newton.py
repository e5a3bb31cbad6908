"""The derived Hessian against differences of the gradient; the optimum against published and closed solutions."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from derive.errors import OptionError
from derive.train import Files, TrainOptions, train
from derive.train.newton import Hessian, flat, is_separated, shaped
from derive.train.run import Job
from derive.train.storage import load_model

MODELS = [
    TrainOptions(model="logistic"),
    TrainOptions(model="logistic", l2=0.3),
    TrainOptions(model="softmax"),
    TrainOptions(model="softmax", l2=0.3),
    TrainOptions(model="linear", l2=0.3),
    TrainOptions(model="mlp", layers=1, loss="(yhat-y)**4", output_activation="tanh", l2=0.1),
    TrainOptions(model="mlp", layers=1, loss="ce", l2=0.1),
]


@pytest.mark.parametrize("options", MODELS, ids=lambda o: f"{o.model}-{o.loss}-{o.l2}")
def test_hessian_is_the_slope_of_the_gradient(options):
    job = Job.prepare(options.with_(optimizer="newton"), Files())
    rng = np.random.default_rng(0)
    params = {name: rng.normal(size=array.shape) for name, array in job.start.params.items()}
    X, Y = job.run.training.X, job.run.training.Y

    def gradient(x):
        return flat(job.run.machine.loss_and_gradients(shaped(x, params), X, Y)[1])

    x, h = flat(params), 1e-5
    slopes = np.array([(gradient(x + h * e) - gradient(x - h * e)) / (2 * h) for e in np.eye(len(x))])
    H = Hessian(job.plan)(params, X, Y, options.l2)
    np.testing.assert_allclose(H, slopes, rtol=1e-6, atol=1e-8)
    assert np.abs(H - np.diag(np.diag(H))).max() > 1e-3  # there is something off the diagonal to compare


def coefficients(options, tmp_path):
    """In the units of the data."""
    path = str(tmp_path / "model.npz")
    report = train(options, Files(save=path))
    assert report.stopped == "converged"
    model = load_model(path)
    W, b = model.params["W1"] / model.scaler.scale, model.params["b1"]
    if model.target is not None:
        W, b = W * model.target.scale, b * model.target.scale + model.target.mean
    return W, b - W @ model.scaler.mean


def test_logistic_optimum_is_the_published_one(tmp_path):
    """R, glm(Species ~ ., family = binomial) on versicolor and virginica: the maximum of the likelihood, no penalty."""
    W, b = coefficients(TrainOptions(optimizer="newton", test_size=0), tmp_path)
    np.testing.assert_allclose(W[0], [-2.465, -6.681, 9.429, 18.286], atol=6e-4)
    np.testing.assert_allclose(b, [-42.638], atol=6e-4)


def test_linear_optimum_is_least_squares(tmp_path):
    options = TrainOptions(model="linear", optimizer="newton", test_size=0)
    W, b = coefficients(options, tmp_path)
    data = Job.prepare(options, Files()).data
    A = np.column_stack([data.X, np.ones(len(data.X))])
    np.testing.assert_allclose([*W[0], *b], np.linalg.lstsq(A, data.y, rcond=None)[0], rtol=1e-10)


@pytest.mark.parametrize("model", ["logistic", "softmax"])
def test_gradient_vanishes_at_the_optimum(model):
    job = Job.prepare(TrainOptions(model=model, optimizer="newton", l2=0.01, epochs=50), Files())
    state = job.train(lambda state: None)
    assert state.stopped == "converged"
    _, gradients = job.run.machine.loss_and_gradients(state.params, job.run.training.X, job.run.training.Y)
    assert np.abs(flat(gradients)).max() < 1e-9


def test_linear_takes_one_step():
    report = train(TrainOptions(model="linear", optimizer="newton"))
    assert report.epochs == 2  # the second finds nothing left to do
    assert report.history[1].loss == pytest.approx(report.train_loss, rel=1e-12)


def separable(tmp_path, gap=1.0):
    rng = np.random.default_rng(1)
    y = np.arange(80) % 2
    X = rng.normal(size=(80, 3))
    X[:, 0] = (2 * y - 1) * (gap + np.abs(X[:, 0]))
    path = str(tmp_path / "apart.npz")
    np.savez(path, X=X, y=y)
    return path


@pytest.mark.parametrize("model", ["logistic", "softmax", "mlp"])
def test_separable_classes_have_no_optimum(model, tmp_path):
    """Said because a hyperplane was found: the norm grows while the loss falls."""
    layers = 1 if model == "mlp" else None
    options = TrainOptions(model=model, data=separable(tmp_path), optimizer="newton", epochs=60, layers=layers)
    norms = []
    job = Job.prepare(options, Files())
    state = job.train(lambda state: norms.append(np.linalg.norm(state.params["W1"])))
    assert state.stopped == "separable"
    assert is_separated(job.run, job.plan, state.params)
    assert all(a < b for a, b in pairwise(norms))
    assert "the loss has no minimum" in job.report(state, 0.0).as_text()
    penalised = train(options.with_(l2=0.01))
    assert penalised.stopped == "converged"


def test_overlapping_classes_are_not_called_separable():
    job = Job.prepare(TrainOptions(optimizer="newton", test_size=0), Files())
    state = job.train(lambda state: None)
    assert state.stopped == "converged"
    assert not is_separated(job.run, job.plan, state.params)


@pytest.mark.parametrize("model", ["logistic", "softmax"])
def test_partly_separated_classes_do_not_converge(model, tmp_path):
    """Two samples lie on the plane that sets the others apart: the loss falls to log(2)/3, which nothing attains."""
    path = str(tmp_path / "touching.npz")
    np.savez(path, X=np.array([[-2.0], [-1], [0], [0], [1], [2]]), y=np.array([0, 0, 0, 1, 1, 1]))
    options = TrainOptions(model=model, data=path, optimizer="newton", test_size=0, epochs=200)
    report = train(options)
    assert report.stopped in ("flat", "stalled")
    assert report.train_loss == pytest.approx(np.log(2) / 3, rel=1e-9)
    assert report.norm > 10
    assert train(options.with_(l2=0.01)).stopped == "converged"


def test_features_that_repeat_are_no_trouble(tmp_path):
    """The Hessian is singular; the optimum in the predictions is unique."""
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(50, 2)), rng.integers(0, 2, 50)
    losses = []
    for name, columns in (("once", [0, 1]), ("twice", [0, 1, 1, 0])):
        path = str(tmp_path / f"{name}.npz")
        np.savez(path, X=X[:, columns], y=y)
        report = train(TrainOptions(data=path, optimizer="newton", test_size=0))
        assert report.stopped == "converged"
        losses.append(report.train_loss)
    assert losses[0] == pytest.approx(losses[1], rel=1e-12)


def test_a_loss_without_curvature_is_not_called_converged():
    """The Hessian of the hinge loss is zero: steps are those of the gradient."""
    report = train(TrainOptions(model="mlp", layers=1, loss="hinge", optimizer="newton", epochs=5))
    assert report.stopped in ("epochs", "stalled")
    assert report.train_loss < report.history[0].loss


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (TrainOptions(model="mlp", optimizer="newton"), "is for logistic, softmax and linear regression"),
        (TrainOptions(optimizer="newton", backend="torch"), "newton runs on NumPy; found --backend torch"),
        (TrainOptions(optimizer="newtn"), "expected one of gd, sgd"),
    ],
)
def test_refused(options, said):
    with pytest.raises(OptionError) as error:
        train(options)
    assert said in str(error.value)


def test_too_many_parameters(tmp_path):
    path = str(tmp_path / "wide.npz")
    np.savez(path, X=np.random.default_rng(0).normal(size=(10, 7000)), y=np.arange(10) % 2)
    with pytest.raises(OptionError, match=r"the Hessian of 7001 parameters has 0\.4 GiB"):
        train(TrainOptions(data=path, optimizer="newton"))
