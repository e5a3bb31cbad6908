"""What a command writes is none of the files that it reads, and no two of its results are the same file."""

from __future__ import annotations

import os
from collections.abc import Iterable
from itertools import combinations

from derive.errors import OptionError

Named = tuple[str, str | None]
"""An option, or what else says where a file comes from, and its path if it was given."""


def check_apart(written: Iterable[Named], read: Iterable[Named] = ()) -> None:
    """Refuse to write over what is read, or to write two results to one place; however the paths are spelled."""
    places = [(option, path) for option, path in written if path and _is_kept(path)]
    for source, other in read:
        for option, path in places:
            if other and same_file(path, other):
                raise OptionError(f"{option} {path}: this would overwrite {source} {other}. Try: another name")
    for (option, path), (other, place) in combinations(places, 2):
        if same_file(path, place):
            raise OptionError(f"{option} {path}: the same file as {other} {place}. Try: another name")


def same_file(path: str, other: str) -> bool:
    """Whether both paths are of one file, which need not be there yet."""
    if os.path.exists(path) and os.path.exists(other):
        return os.path.samefile(path, other)
    return os.path.realpath(path) == os.path.realpath(other)


def _is_kept(path: str) -> bool:
    """Whether something is kept there: standard output and devices may be written to twice."""
    return path != "-" and (os.path.isfile(path) or not os.path.exists(path))
