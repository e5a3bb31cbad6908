"""Notes on a cluster get the reports that they get here."""

from __future__ import annotations

from pathlib import Path

import pytest

from derive.check.run.remote import check_on_cluster, in_process
from derive.check.run.runner import check_files
from derive.check.run.worker import Task
from derive.errors import OptionError

NOTES = {
    "right.md": "Let $x \\in \\mathbb{R}$. Then $\\frac{d}{dx} x^2 = 2x$.",
    "wrong.md": "Let $x \\in \\mathbb{R}$. Then $\\frac{d}{dx} x^2 = x$ and $x^2 + 1 > 0$.",
    "empty.md": "",
}


def test_a_process_of_its_own_gives_the_same_report(tmp_path: Path) -> None:
    path = tmp_path / "wrong.md"
    path.write_text(NOTES["wrong.md"])
    (here,) = check_files([str(path)])
    assert [f.verdict for f in here.findings if f.counted] == ["refuted", "proved"]
    assert in_process(Task(str(path), path.read_bytes(), 5.0), _version()) == here


def test_a_worker_of_another_version_says_so() -> None:
    assert "not 0.0.0" in in_process(Task("a.md", b"", 5.0), "0.0.0").error


def _version() -> str:
    from derive import __version__

    return __version__


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # of the cluster's own: ports, sockets and loops that it closes late
def test_a_cluster_gives_the_same_reports(tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed", reason="dask.distributed is not installed")
    for name, text in NOTES.items():
        (tmp_path / name).write_text(text)
    shown: list[tuple[int, int]] = []
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=":0", silence_logs=50
    ) as cluster:
        found = check_on_cluster(
            [str(tmp_path), str(tmp_path / "none.md")],
            cluster.scheduler_address,
            progress=lambda path, done, total: shown.append((done, total)),
        )
    assert found[:-1] == check_files([str(tmp_path)])
    assert "no such file" in found[-1].error
    assert shown[-1] == (len(NOTES) + 1, len(NOTES) + 1)


def test_no_scheduler_there() -> None:
    pytest.importorskip("distributed", reason="dask.distributed is not installed")
    with pytest.raises(OptionError, match="no scheduler answers"):
        check_on_cluster(["-"], "tcp://127.0.0.1:9")
