"""A cluster of workers on this machine: data that no worker could hold, and a worker that dies."""

from __future__ import annotations

import os
import signal
import threading
import time

import numpy as np
import pytest

from derive.errors import OptionError
from derive.train import TrainOptions, train

distributed = pytest.importorskip("distributed", reason="dask.distributed is not installed")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore"),  # of the cluster's own: ports, sockets and loops that it closes late
]

MEMORY = 400 * 2**20
FILES, ROWS, FEATURES = 20, 50_000, 64  # 25 MB a file, 512 MB together


@pytest.fixture(scope="module")
def parts(tmp_path_factory):
    folder = tmp_path_factory.mktemp("parts")
    rng = np.random.default_rng(0)
    w = rng.normal(size=FEATURES) / 4
    for k in range(FILES):
        X = rng.normal(size=(ROWS, FEATURES))
        np.savez(folder / f"part{k:02}.npz", X=X, y=(rng.random(ROWS) < 1 / (1 + np.exp(-X @ w))).astype(float))
    assert sum(f.stat().st_size for f in folder.iterdir()) > MEMORY
    return str(folder)


@pytest.fixture
def cluster():
    options = {"n_workers": 2, "threads_per_worker": 1, "memory_limit": MEMORY, "dashboard_address": ":0"}
    with distributed.LocalCluster(**options, silence_logs=50) as running:
        yield running


def options(parts, **more):
    return TrainOptions(data=parts, backend="dask", test_size=0.1, **more)


@pytest.mark.parametrize(
    "more",
    [
        {"optimizer": "gd", "epochs": 2},
        {"optimizer": "newton", "epochs": 2},
        {
            "model": "mlp",
            "hidden": (8,),
            "activation": "relu",
            "optimizer": "momentum",
            "batch_size": 4 * ROWS,
            "epochs": 1,
        },
    ],
    ids=["gradient", "hessian", "mlp"],
)
def test_data_larger_than_the_memory_of_a_worker(more, parts, cluster):
    report = train(options(parts, **more), scheduler=cluster.scheduler_address)
    assert report.stopped == "epochs"
    true = train(options(parts, **more))  # the same by threads here
    assert report.test_loss == pytest.approx(true.test_loss, rel=1e-9)


def test_a_worker_that_is_killed_loses_nothing(parts, cluster):
    wanted = options(parts, optimizer="gd", epochs=4)
    pids = [w.process.pid for w in cluster.workers.values()]
    killed = []

    def kill():
        time.sleep(3)
        os.kill(pids[0], signal.SIGKILL)
        killed.append(time.monotonic())

    thread = threading.Thread(target=kill)
    thread.start()
    report = train(wanted, scheduler=cluster.scheduler_address)
    ended = time.monotonic()
    thread.join()
    assert killed and killed[0] < ended
    assert report.stopped == "epochs"
    true = train(wanted)
    assert [row.loss for row in report.history] == pytest.approx([row.loss for row in true.history], rel=1e-12)


def test_no_scheduler_there():
    with pytest.raises(OptionError, match="no scheduler answers"):
        train(TrainOptions(backend="dask"), scheduler="tcp://127.0.0.1:9")
