"""Against scikit-learn on the same parts of the same data: its accuracies are reached, its coefficients found."""

from __future__ import annotations

import numpy as np
import pytest

from derive.train import Files, TrainOptions, train
from derive.train.run import Job

pytest.importorskip("sklearn", reason="scikit-learn is not installed: pip install 'derivecheck[data]'")


def parts(options):
    """Scaled training and test part with class numbers, as derive has them."""
    job = Job.prepare(options, Files())
    X, y = job.scaler(job.data.X), job.plan.coding.numbers(job.data.y)
    return X[job.parts.training], y[job.parts.training], X[job.parts.test], y[job.parts.test]


def trained(options):
    """The report, weights and biases."""
    job = Job.prepare(options, Files())
    state = job.train(lambda state: None)
    return job.report(state, 0.0), state.result["W1"], state.result["b1"]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("model", "data"), [("logistic", "breast-cancer"), ("softmax", "digits")])
def test_penalised_regression(model, data, seed):
    """scikit-learn's C = 1 is the penalty 1/N here: the same optimum, so the same answers."""
    from sklearn.linear_model import LogisticRegression

    options = TrainOptions(model=model, data=data, seed=seed, optimizer="newton")
    X, y, X_test, y_test = parts(options)
    peer = LogisticRegression(tol=1e-9, max_iter=10_000).fit(X, y)
    report, W, b = trained(options.with_(l2=1 / len(X)))
    assert report.stopped == "converged"
    assert report.test_score == peer.score(X_test, y_test)
    np.testing.assert_allclose(W, peer.coef_, rtol=1e-3, atol=1e-4)
    np.testing.assert_allclose(b - b.mean() * (model == "softmax"), peer.intercept_, rtol=1e-3, atol=1e-4)


def test_the_example_of_the_help_is_that_of_scikit_learn():
    from sklearn.linear_model import LogisticRegression

    options = TrainOptions(model="softmax", data="digits", optimizer="newton", l2=0.000695)
    X, y, X_test, y_test = parts(options)
    assert len(X) == 1438
    assert train(options).test_score == LogisticRegression(C=1, max_iter=5000).fit(X, y).score(X_test, y_test)


def test_steps_of_adam_get_there_too():
    from sklearn.linear_model import LogisticRegression

    ours, theirs = [], []
    for seed in range(3):
        for model, data in (("logistic", "breast-cancer"), ("softmax", "digits")):
            options = TrainOptions(model=model, data=data, seed=seed)
            X, y, X_test, y_test = parts(options)
            ours.append(train(options.with_(l2=1 / len(X), schedule="cosine")).test_score)
            theirs.append(LogisticRegression(max_iter=2000).fit(X, y).score(X_test, y_test))
    assert np.mean(ours) >= np.mean(theirs) - 0.004


@pytest.mark.parametrize("columns", [4, 8])
def test_unregularised_optimum(columns, tmp_path):
    """Where the classes overlap the optimum is unique: both find it."""
    from sklearn.datasets import load_breast_cancer
    from sklearn.linear_model import LogisticRegression

    X, y = load_breast_cancer(return_X_y=True)
    path = str(tmp_path / "some.npz")
    np.savez(path, X=X[:, :columns], y=y)
    options = TrainOptions(data=path, optimizer="newton")
    X, y, _, _ = parts(options)
    peer = LogisticRegression(C=np.inf, tol=1e-10, max_iter=100_000, solver="newton-cholesky").fit(X, y)
    report, W, b = trained(options)
    assert report.stopped == "converged"
    np.testing.assert_allclose(W, peer.coef_, rtol=1e-6)
    np.testing.assert_allclose(b, peer.intercept_, rtol=1e-6)


@pytest.mark.parametrize(("model", "data"), [("logistic", "breast-cancer"), ("softmax", "digits")])
def test_separable_data_have_none(model, data):
    report, _, _ = trained(TrainOptions(model=model, data=data, optimizer="newton"))
    assert report.stopped == "separable"
    assert report.train_score == 1.0


@pytest.mark.parametrize("model", ["logistic", "softmax"])
@pytest.mark.parametrize("seed", range(25))
def test_converged_means_that_there_is_an_optimum(model, seed, tmp_path):
    """A linear programme decides whether a direction separates the classes, in part at least: then there is none."""
    from scipy.optimize import linprog

    rng = np.random.default_rng(seed)
    n, d = rng.integers(6, 16), rng.integers(1, 4)
    X, y = rng.integers(-2, 3, size=(n, d)).astype(float), rng.integers(0, 2, n)
    y[:2] = [0, 1]
    path = str(tmp_path / "small.npz")
    np.savez(path, X=X, y=y)
    signed = (2 * y - 1)[:, None] * np.column_stack([X, np.ones(n)])
    found = linprog(-signed.sum(axis=0), A_ub=-signed, b_ub=np.zeros(n), bounds=[(-1, 1)] * (d + 1))
    report, _, _ = trained(TrainOptions(model=model, data=path, optimizer="newton", test_size=0, epochs=300))
    assert (report.stopped == "converged") == (found.fun > -1e-9)


@pytest.mark.slow
@pytest.mark.parametrize("data", ["breast-cancer", "digits"])
def test_multilayer_perceptron(data):
    from sklearn.neural_network import MLPClassifier

    ours, theirs = [], []
    for seed in range(3):
        options = TrainOptions(model="mlp", data=data, seed=seed, hidden=(100,), activation="relu", lr=0.001, l2=1e-4)
        X, y, X_test, y_test = parts(options)
        ours.append(train(options).test_score)
        theirs.append(MLPClassifier(random_state=seed, max_iter=500).fit(X, y).score(X_test, y_test))
    assert np.mean(ours) >= np.mean(theirs) - 0.004
