"""Tables of text: a row a sample, one column the label. The header is optional; lines that start with # are comments.

A cell that is no finite number is refused with its line and column: a column of text, a missing value or a NaN would
otherwise turn into a model of nothing.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator

import numpy as np

from derive.train.dataset import DataError, Dataset

DELIMITERS = ",;\t"
MISSING = frozenset(["", "na", "n/a", "nan", "null", "none", "?", "-", "."])
Row = tuple[int, list[str]]  # the line where it stands, its cells


def read_csv(path: str, target: str | None) -> Dataset:
    """The table in this file; `target` names the column of labels, or numbers it from 1; the last one by default."""
    name = os.path.basename(path)
    rows = list(_rows(path, name))
    if not rows:
        raise DataError(f"{name}: the file has no rows. Try: a row a sample, the label in the last column")
    header = _header(rows[0][1])
    names = header or [f"column {k + 1}" for k in range(len(rows[0][1]))]
    rows = rows[1:] if header else rows
    if not rows:
        raise DataError(f"{name}: a header and no rows under it")
    if len(names) < 2:
        raise DataError(f"{name}, line {rows[0][0]}: one column; expected features and a label, separated by commas")
    at = _column(name, names, target, header is not None)
    _rectangular(name, rows, len(names))
    labels = [cells[at].strip() for _, cells in rows]
    for (line, _), label in zip(rows, labels, strict=True):
        if label.lower() in MISSING:
            raise _cell_error(name, line, at, names[at], label, "a label")
    features = [k for k in range(len(names)) if k != at]
    X = np.array([_numbers(name, line, cells, features, names) for line, cells in rows])
    return Dataset(name, X, as_labels(labels), tuple(names[k] for k in features), names[at])


def as_labels(labels: list[str]) -> np.ndarray:
    """Numbers where all of them are, text otherwise."""
    try:
        numbers = np.array(labels, float)
    except ValueError:
        return np.array(labels)
    return numbers if np.isfinite(numbers).all() else np.array(labels)


def _rows(path: str, name: str) -> Iterator[Row]:
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            text = file.read()
    except UnicodeDecodeError as error:
        raise DataError(f"{name}: not a text file in UTF-8 (byte {error.start}). Try: save it as CSV, UTF-8") from None
    except OSError as error:
        raise DataError(f"{name}: {error.strerror or error}") from None
    lines = text.splitlines()
    first = next((line for line in lines if line.strip() and not line.startswith("#")), "")
    delimiter = max(DELIMITERS, key=first.count)
    reader = csv.reader(("" if line.startswith("#") else line for line in lines), delimiter=delimiter)
    try:
        yield from ((reader.line_num, cells) for cells in reader if any(cell.strip() for cell in cells))
    except csv.Error as error:
        raise DataError(f"{name}, line {reader.line_num}: {error}") from None


def _header(cells: list[str]) -> list[str] | None:
    """The names, if the first row has a cell other than the last one that is neither a number nor missing."""
    if all(_is_number(cell) or cell.strip().lower() in MISSING for cell in cells[:-1]):
        return None
    return [cell.strip() for cell in cells]


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _column(name: str, names: list[str], target: str | None, header: bool) -> int:
    if target is None:
        return len(names) - 1
    if names.count(target) == 1:
        return names.index(target)
    if names.count(target) > 1:
        raise DataError(f"{name}: two columns are called {target!r}. Try: --target with the number of the column")
    if target.isdecimal() and 1 <= int(target) <= len(names):
        return int(target) - 1
    known = ", ".join(names[:12]) + (", ..." if len(names) > 12 else "")
    expected = f"one of {known}" if header else f"a number from 1 to {len(names)} (the table has no header)"
    raise DataError(f"--target: {name} has no column {target[:60]!r}. Expected {expected}.")


def _rectangular(name: str, rows: list[Row], width: int) -> None:
    for line, cells in rows:
        if len(cells) != width:
            raise DataError(f"{name}, line {line}: expected {width} cells, as in the first row; found {len(cells)}")


def _numbers(name: str, line: int, cells: list[str], columns: list[int], names: list[str]) -> np.ndarray:
    try:
        values = np.array([cells[k] for k in columns], float)
    except ValueError:
        values = None
    if values is not None and np.isfinite(values).all():
        return values
    k = next(k for k in columns if not (_is_number(cells[k]) and np.isfinite(float(cells[k]))))
    raise _cell_error(name, line, k, names[k], cells[k].strip(), "a number")


def _cell_error(name: str, line: int, k: int, column: str, cell: str, expected: str) -> DataError:
    called = "" if column == f"column {k + 1}" else f" ({column[:40]})"
    found = "nothing: the value is missing" if not cell else repr(cell[:40])
    advice = "fill in or remove the row" if cell.lower() in MISSING else "code the column in numbers, or remove it"
    return DataError(f"{name}, line {line}, column {k + 1}{called}: expected {expected}; found {found}. Try: {advice}")
