"""Parts that are disjoint, complete and fair, and scaling that knows the training part alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from derive.errors import OptionError
from derive.train.split import Scaler, split

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
