"""A dask cluster: an extra, for data larger than one machine and for many notes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from derive.errors import OptionError

PATIENCE = 10  # seconds in which a scheduler must answer


@contextmanager
def connected(scheduler: str) -> Iterator[Any]:
    """Computation by the cluster at that address until the block is left; its client."""
    try:
        from distributed import Client  # pyright: ignore[reportMissingImports]
    except ImportError:
        raise OptionError(
            '--scheduler: dask.distributed is not installed. Try: pip install "derivecheck[dask]"'
        ) from None
    try:
        client = Client(scheduler, timeout=PATIENCE)
    except (OSError, ValueError) as error:
        raise OptionError(
            f"--scheduler {scheduler[:80]}: no scheduler answers ({str(error)[:120]}). "
            "Try: dask scheduler, and the address that it prints"
        ) from None
    with client:
        yield client
