"""What all tests share: reproducible Hypothesis profiles and a cache of their own."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

_QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large]

settings.register_profile("dev", deadline=None, print_blob=True, max_examples=60, suppress_health_check=_QUIET)
settings.register_profile("thorough", settings.get_profile("dev"), max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))


@pytest.fixture(autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes the cache of the person who runs it."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))
    monkeypatch.setenv("DERIVE_CACHE", "off")
    monkeypatch.delenv("DERIVE_DEBUG", raising=False)


@pytest.fixture(autouse=True, scope="module")
def _small_heap() -> Iterator[None]:
    """What earlier modules left in the memo tables is not gone through again by the garbage collector.

    After thousands of tests one collection takes seconds, which would count as time that a formula needs.
    """
    yield
    gc.freeze()
