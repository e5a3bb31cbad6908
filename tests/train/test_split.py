"""Parts that are disjoint, complete and fair, and scaling that knows the training part alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from derive.errors import OptionError
from derive.train.split import Scaler, check_unscaled, moments, split

SHARES = st.sampled_from([0.0, 0.1, 0.2, 0.25, 1 / 3])


@given(st.lists(st.integers(0, 3), min_size=20, max_size=200), SHARES, SHARES, st.integers(0, 5))
def test_every_sample_is_in_one_part(groups, validation, test, seed):
    parts = split(np.array(groups), validation, test, seed)
    together = np.concatenate([parts.training, parts.validation, parts.test])
    assert sorted(together.tolist()) == list(range(len(groups)))


@given(st.lists(st.integers(0, 3), min_size=20, max_size=200), SHARES, st.integers(0, 5))
def test_each_class_has_its_share(groups, test, seed):
    """Within one sample of the exact share, and never the last sample of a class."""
    labels = np.array(groups)
    parts = split(labels, 0.0, test, seed)
    for kind in np.unique(labels):
        size, taken = np.sum(labels == kind), np.sum(labels[parts.test] == kind)
        assert abs(taken - test * size) <= 1
        assert taken < size


def test_seed_decides():
    groups = np.repeat([0, 1], 50)
    assert np.array_equal(split(groups, 0.1, 0.2, 3).test, split(groups, 0.1, 0.2, 3).test)
    assert not np.array_equal(split(groups, 0.1, 0.2, 3).test, split(groups, 0.1, 0.2, 4).test)


def test_test_part_does_not_depend_on_validation():
    groups = np.repeat([0, 1, 2], 30)
    assert np.array_equal(split(groups, 0.0, 0.2, 0).test, split(groups, 0.3, 0.2, 0).test)


@pytest.mark.parametrize(
    ("n", "validation", "test", "said"),
    [(3, 0.0, 0.1, "--test-size 0.1 of 3 samples is none"), (4, 0.1, 0.0, "--validation 0.1 of 4 samples is none")],
)
def test_too_few(n, validation, test, said):
    with pytest.raises(OptionError) as error:
        split(np.zeros(n, int), validation, test, 0)
    assert said in str(error.value)


def test_scaling():
    X = np.random.default_rng(0).normal(5, [1, 10, 0], size=(50, 3))
    scaled = Scaler.of(X)(X)
    np.testing.assert_allclose(scaled.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(scaled.std(axis=0), [1, 1, 0], atol=1e-12)


def test_no_leak():
    """Other test samples, even absurd ones, leave training and the model as they are."""
    from dataclasses import replace

    from derive.train import dataset
    from derive.train.options import TrainOptions
    from derive.train.run import Files, Job

    job = Job.prepare(TrainOptions(validation=0.1), Files())
    X = job.data.X.copy()
    X[np.concatenate([job.parts.test, job.parts.validation])] = 1e6
    changed = replace(job.data, X=X)
    original = dataset.NAMED["iris"]
    try:
        dataset.NAMED["iris"] = lambda model: changed
        other = Job.prepare(TrainOptions(validation=0.1), Files())
    finally:
        dataset.NAMED["iris"] = original
    assert np.array_equal(job.scaler.mean, other.scaler.mean)
    assert np.array_equal(job.scaler.scale, other.scaler.scale)
    assert np.array_equal(job.run.training.X, other.run.training.X)
    assert not np.array_equal(job.test.X, other.test.X)


@pytest.mark.parametrize("size", [1e-300, 1e-200, 1e200, 1.7e308])
def test_numbers_of_any_size_are_scaled(size):
    """Without a warning, and as they would be if they were of the size of 1."""
    X = np.random.default_rng(0).uniform(-1, 1, (50, 3))
    np.testing.assert_allclose(Scaler.of(X * size)(X * size), Scaler.of(X)(X), rtol=1e-12)


def test_numbers_of_usual_size_keep_their_bits():
    X = np.random.default_rng(0).normal(3, 2, (50, 3))
    mean, deviation, largest = moments(np.c_[X, np.zeros(50)])
    assert np.array_equal(mean[:3], X.mean(axis=0))
    assert np.array_equal(deviation[:3], X.std(axis=0))
    assert np.array_equal(largest, [*abs(X).max(axis=0), 0])


def test_unscaled_numbers_must_not_overflow():
    check_unscaled(np.array([[-1e99]]), "features")
    with pytest.raises(OptionError, match=r"features reach 1e\+200 in size, .* Try: without --no-standardize"):
        check_unscaled(np.array([[1.0, -1e200]]), "features")


@pytest.mark.parametrize(("validation", "test"), [(0, 0.2), (0.5, 0)])
def test_one_sample_of_each_class_leaves_none_to_test_on(validation, test):
    with pytest.raises(OptionError, match="the 300 samples are of 300 classes, and training needs one of each"):
        split(np.arange(300), validation, test, 0)
