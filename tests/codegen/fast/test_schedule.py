"""Storage is never read after it was given on; blocks and parts cover all rows; sums are added up."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from codegen.cases import every_model, parsed, planned
from derive.codegen import BACKENDS, training
from derive.codegen.fast.graph import Value
from derive.codegen.fast.scale import scaled
from derive.codegen.fast.schedule import Loop, Schedule
from derive.codegen.fast.write import Function
from derive.codegen.module import ModuleWriter
from derive.expr import Tensor
from derive.notation.forms import Leaf, walk
from derive.notation.make import power

NUMPY = BACKENDS["numpy"]


def schedule_of(page, options) -> Schedule:
    plan = planned(page, options)
    return Function(plan, "loss_and_gradients", ModuleWriter(NUMPY, plan.arguments)).schedule


@every_model
def test_nothing_is_read_after_it_was_overwritten(page, options):
    schedule = schedule_of(page, options)
    holder = {}
    for v in schedule.sequence:
        for a in v.args:
            s = schedule.storage.get(a.base)
            assert s is None or holder[s] is a.base
        if v in schedule.storage:
            holder[schedule.storage[v]] = v
    for r in schedule.roots:
        s = schedule.storage.get(r.base)
        assert s is None or holder[s] is r.base


@every_model
def test_what_rows_read_outlives_the_blocks(page, options):
    """What is made before the blocks is there for each of them, and so are the sums."""
    schedule = schedule_of(page, options)
    first = {}
    for v in schedule.before + schedule.sums:
        if v in schedule.storage:
            first[schedule.storage[v]] = v
    inside = [v for s in schedule.steps for v in (s.values if isinstance(s, Loop) else (s,))]
    for v in inside:
        assert first.get(schedule.storage.get(v), v) is v


@every_model
def test_products_read_what_is_whole(page, options):
    """An operation outside a loop never reads an array that is as long as a part, nor does another loop."""
    schedule = schedule_of(page, options)
    for v in schedule.sequence:
        for a in v.args:
            s = schedule.storage.get(a.base)
            if s is not None and s.part is not None:
                assert schedule.loop_of.get(v) == s.part


@every_model
def test_networks_go_by_blocks(page, options):
    assert schedule_of(page, options).in_blocks == (options.get("form") != "sample")


def test_relu_needs_one_array():
    """max(z, 0) is written over z, and what was positive is found out where it is needed."""
    schedule = schedule_of("mlp", {"activation": "relu", "loss": "mse"})
    wide = {s for v, s in schedule.storage.items() if s.part is None and _of(v, schedule, "n", 1)}
    assert [s.truth for s in wide] == [False, False]  # Z1 and A1, Delta1


def test_parts_of_lying_arrays_are_contiguous():
    """Hidden layers lie on their side, and are cut between units; what meets the data is cut between samples."""
    schedule = schedule_of("mlp", {"activation": "tanh", "loss": "mse"})
    loops = [s for s in schedule.steps if isinstance(s, Loop)]
    hidden = [s for s in loops if any(_of(v, schedule, "n", 1) for v in s.values)]
    assert len(hidden) == 2
    for s in loops:
        lies = s.widest[1] == schedule.rows
        assert lies == s.by_unit == (s in hidden)


def _of(v: Value, schedule: Schedule, name: str, layer: int) -> bool:
    return schedule.by_row(v) and any(getattr(d, "layer", None) == layer for d in v.shape)


def test_the_workspace_does_not_grow_with_the_rows():
    """Ten thousand rows more are further blocks in the same arrays."""

    def size(rows: int) -> int:
        model = training(parsed({"layers": "1", "loss": "mse"}), style="fast")
        X, W, b = np.ones((rows, 5)), np.ones((2, 5)), np.ones(2)
        model.functions["loss_and_gradients"](W, b, X, np.ones((rows, 2)))
        ((_, blocks),) = model.functions["MADE"].values()
        arrays = {id(a): a.nbytes for block in blocks for a in block if isinstance(a, np.ndarray)}
        return sum(arrays.values())

    assert size(20 * 4096) <= size(2 * 4096) * 1.01


@pytest.mark.parametrize(("rows", "features"), [(9000, 3), (9000, 100), (200, 5000), (3, 300_000)])
@pytest.mark.parametrize("page", ["logistic", "linear"])
def test_rows_that_meet_vectors_alone_fit_the_cache(page, rows, features):
    """A block of them is a megabyte at most, or one row; all rows are there once."""
    model = training(parsed({}), page=page, style="fast")
    X = np.zeros((rows, features), np.float32)
    arguments = np.zeros(features, np.float32), np.float32(0), X, np.zeros(rows, np.float32)
    model.functions["loss_and_gradients"](*arguments)
    ((_, blocks),) = model.functions["MADE"].values()
    slices = [block[0] for block in blocks]
    assert [s.start for s in slices] == [0, *(s.stop for s in slices[:-1])] and slices[-1].stop == rows
    assert all(s.stop - s.start == 1 or X[s].nbytes <= model.functions["CACHE"] for s in slices)
    assert max(s.stop - s.start for s in slices) <= model.functions["BLOCK"]


def test_the_factor_is_folded_and_proved():
    plan = planned("mlp", {"layers": "3", "l2": "lambda"})
    rate = Tensor("rate", ())
    found = {str(s.target): s for s in scaled(plan, rate)}
    has = {name for name, s in found.items() if rate in {f.tensor for f in _leaves(s.form)}}
    assert has == {"Delta^(3)", "dW^(3)", "dW^(2)", "dW^(1)"}  # where the way back begins, and the penalties


def test_a_way_back_that_is_not_linear_is_multiplied_at_the_end():
    plan = planned("mlp", {"layers": "2"})
    first, *rest = plan.backward
    squared = replace(rest[0], form=power(rest[0].form, Leaf(Tensor("c", ()), ())))
    changed = replace(plan, backward=(first, squared, *rest[1:]))
    found = scaled(changed, Tensor("rate", ()))
    assert found[: len(changed.backward)] == changed.backward
    assert [s.target for s in found[len(changed.backward) :]] == list(plan.gradients)


def _leaves(form):
    return [f for f in walk(form) if isinstance(f, Leaf)]
