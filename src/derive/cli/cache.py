"""Verified output kept on disk, so that asking again costs no import of SymPy or NumPy.

An entry is a JSON file named by the SHA-256 of the request, of `derive`'s own source files (names, sizes, times) and of
the versions of what it stands on. It carries a digest of its content; one that does not fit is as good as absent.
Files are replaced atomically, the oldest go first when there are too many, and no failure here ever reaches the user.
`DERIVE_CACHE=off` switches it off; it lives in `$XDG_CACHE_HOME/derive`.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
from collections.abc import Iterator, Mapping
from typing import Any

LIMIT = 64 * 2**20
SCHEMA = 1
_OFF = {"off", "0", "no", "false"}
_STANDS_ON = ("autograd", "jax", "latexify_py", "mpmath", "numpy", "python_flint", "sympy", "torch")


def directory() -> str | None:
    """Where entries are kept, or None where the cache is switched off."""
    if os.environ.get("DERIVE_CACHE", "").strip().lower() in _OFF:
        return None
    base = os.environ.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(base):
        base = os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.join(base, "derive") if os.path.isabs(base) else None


def key(request: Mapping[str, Any]) -> str:
    """The name of the entry for a request, a mapping that JSON can hold."""
    parts = {"schema": SCHEMA, "request": request, "source": _source(), "versions": _versions(), "python": sys.version}
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def load(name: str) -> dict[str, Any] | None:
    """The entry of that name; None where there is none, or none that can be trusted."""
    path = _path(name)
    if path is None:
        return None
    try:
        with open(path, encoding="utf-8") as file:
            stored = json.load(file)
        if stored["digest"] != _digest(stored["entry"]):
            return None
        os.utime(path)  # what is used stays
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
    return stored["entry"]


def save(name: str, entry: Mapping[str, Any]) -> None:
    """Keep an entry; silently does nothing where that is not possible."""
    path = _path(name)
    if path is None:
        return
    text = json.dumps({"digest": _digest(entry), "entry": entry})
    if len(text) > LIMIT // 4:
        return
    with contextlib.suppress(OSError):
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        _replace(path, text)
        _evict(os.path.dirname(path))


def _path(name: str) -> str | None:
    folder = directory()
    return None if folder is None else os.path.join(folder, f"{name}.json")


def _digest(entry: Any) -> str:
    return hashlib.sha256(json.dumps(entry, sort_keys=True).encode()).hexdigest()


def _replace(path: str, text: str) -> None:
    scratch = f"{path}.{os.getpid()}.tmp"
    try:
        with open(scratch, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(scratch, path)
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(scratch)
        raise


def _evict(folder: str) -> None:
    """Remove the entries that were not used for longest until three quarters of the limit are left."""
    with os.scandir(folder) as files:
        found = sorted((stat.st_mtime, stat.st_size, file.path) for file in files if (stat := file.stat()))
    total = sum(size for _, size, _ in found)
    if total <= LIMIT:
        return
    for _, size, path in found:
        if total <= LIMIT * 3 // 4:
            return
        with contextlib.suppress(OSError):
            os.unlink(path)
        total -= size


def _source() -> list[tuple[str, int, int]]:
    """Name, size and time of each file of the package: an edited rule must not serve an old page."""
    root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    return sorted(_files(root, len(root)))


def _files(folder: str, skip: int) -> Iterator[tuple[str, int, int]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir() and entry.name != "__pycache__":
                yield from _files(entry.path, skip)
            elif entry.is_file():
                stat = entry.stat()
                yield entry.path[skip:], stat.st_size, stat.st_mtime_ns


def _versions() -> list[str]:
    """The versions of what the results stand on, read off folder names: `importlib.metadata` costs 30 ms."""
    found = []
    for folder in sys.path:
        with contextlib.suppress(OSError):
            found += [name for name in os.listdir(folder or ".") if _is_version(name)]
    return sorted(found)


def _is_version(name: str) -> bool:
    return name.endswith((".dist-info", ".egg-info")) and name.split("-")[0].lower() in _STANDS_ON
