"""The numbers of a worked example: given by name, read from a file, or drawn. Decimals are taken at their word."""

from __future__ import annotations

import json
import os
import random
import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from fractions import Fraction
from itertools import pairwise
from typing import Any

from derive.errors import OptionError

DEFAULT_SIZES = "2,2,2"
Nested = Any  # nested tuples of Fractions
NUMBER = re.compile(r"[+-]?(?:[0-9]{1,25}(?:\.[0-9]{0,25})?|\.[0-9]{1,25})(?:[eE][+-]?[0-9]{1,2})?")
NEXT_NAME = re.compile(r"[,;]\s*(?=[A-Za-z_][A-Za-z0-9_]*\s*=)")
NEXT_ROW = re.compile(r"\]\s*[,;]\s*\[")
MOST_BYTES = 1_000_000
MOST = 10**6  # in absolute value
MOST_UNITS, MOST_LAYERS = 10, 10

#: The example that is worked where nothing else is given: sizes 2,2,2.
TWO_BY_TWO = {
    "x": ("0.2", "0.5"),
    "y": ("0.2", "0.7"),
    "W1": (("0.1", "0.3"), ("0.2", "0.1")),
    "b1": ("0", "0"),
    "W2": (("0.4", "0.1"), ("0.5", "0.3")),
    "b2": ("0", "0"),
    "eta": "0.3",
}


def read_settings(settings: Sequence[str], at: str | None = None) -> dict[str, Nested]:
    """Numbers by name, in either spelling: rows end with a semicolon, or stand in brackets.

    >>> read_settings(("x=0.2, 1/2",), "W1=[[1, 2], [3, 4]]") == read_settings(("W1=1,2; 3,4", "x=.2,.5"))
    True
    """
    out: dict[str, Nested] = {}
    texts = [("--set", text) for text in settings] + ([] if at is None else [("--at", at)])
    for option, text in texts:
        for entry in NEXT_NAME.split(text.strip()):
            name, sign, value = (part.strip() for part in entry.partition("="))
            if not sign or not name:
                raise OptionError(f"{option}: expected NAME=NUMBERS; found {_short(entry)}. Try: {option} x=0.2,0.5")
            if name in out:
                raise OptionError(f"{option}: {name} is given twice. Try: each name once")
            out[name] = _numbers(name, value, option)
    return out


def _numbers(name: str, text: str, option: str) -> Nested:
    """A number for eta, a list for one row, rows for a matrix."""
    nested = text.startswith("[[") and text.endswith("]]")
    if nested:
        rows = NEXT_ROW.split(text[2:-2])
    else:
        rows = (text[1:-1] if text.startswith("[") and text.endswith("]") else text).split(";")
    lines = [tuple(read_number(entry, f"{option} {name}") for entry in row.split(",")) for row in rows]
    if name == "eta" and len(lines) == len(lines[0]) == 1:
        return lines[0][0]
    return lines[0] if len(lines) == 1 and not nested and not name.startswith("W") else tuple(lines)


def read_file(path: str) -> dict[str, Nested]:
    """Numbers from a JSON object or an .npz file: names x, y, W1, b1, ..., eta with lists of numbers."""
    try:
        if os.path.getsize(path) > MOST_BYTES:
            raise OptionError(f"--values {path}: more than {MOST_BYTES} bytes for an example to be read by people")
        data = _npz(path) if path.lower().endswith(".npz") else _json(path)
    except OSError as error:
        raise OptionError(f"--values {path}: {error.strerror or error}. Try: a JSON or .npz file") from None
    return {str(name): _nested(value, f"--values {path}, {_short(str(name))}") for name, value in data.items()}


def _json(path: str) -> Mapping[str, Any]:
    try:
        with open(path, encoding="utf-8") as file:
            data = json.load(file, parse_float=str, parse_int=str, parse_constant=str)
    except (ValueError, RecursionError) as error:
        raise OptionError(f'--values {path}: not JSON ({str(error)[:80]}). Try: {{"x": [0.2, 0.5]}}') from None
    if not isinstance(data, dict):
        raise OptionError(f'--values {path}: expected an object of names and lists. Try: {{"x": [0.2, 0.5]}}')
    return data


def _npz(path: str) -> Mapping[str, Any]:
    import zipfile

    import numpy as np

    try:
        with np.load(path, allow_pickle=False) as arrays:
            return {name: np.asarray(arrays[name], dtype=float).tolist() for name in arrays.files}
    except (ValueError, zipfile.BadZipFile, EOFError) as error:
        raise OptionError(f"--values {path}: not an .npz file of numbers ({str(error)[:80]})") from None


def _nested(value: Any, where: str, depth: int = 0) -> Nested:
    if isinstance(value, list):
        if depth == 2 or not value:
            raise OptionError(f"{where}: expected a number, a list of numbers or a list of rows")
        return tuple(_nested(v, where, depth + 1) for v in value)
    return read_number(repr(value) if isinstance(value, float) else value, where)


def read_number(text: Any, where: str) -> Fraction:
    """A decimal or a quotient of whole numbers."""
    value = _read(text)
    if value is None:
        raise OptionError(f"{where}: expected a number such as 0.2 or 1/3; found {_short(str(text))}")
    if abs(value) > MOST or 0 < abs(value) < Fraction(1, MOST**2):
        raise OptionError(f"{where}: expected a number from 1e-12 to 1e6 in size; found {_short(str(text))}. Try: 0.2")
    return value


def _read(text: Any) -> Fraction | None:
    parts = [part.strip() for part in text.split("/")] if isinstance(text, str) else []
    if len(parts) == 2 and all(re.fullmatch(r"[+-]?[0-9]{1,20}", p) for p in parts) and int(parts[1]):
        return Fraction(int(parts[0]), int(parts[1]))
    return Fraction(parts[0]) if len(parts) == 1 and NUMBER.fullmatch(parts[0]) else None


def _short(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:37] + "...")


def sizes_of(given: Mapping[str, Nested]) -> tuple[int, ...] | None:
    """The sizes that the given weights have, if there are weights W1, W2, ... in matrices that fit together."""
    shapes = []
    while (found := given.get(f"W{len(shapes) + 1}")) is not None:
        shapes.append(shape(found, f"W{len(shapes) + 1}"))
    if not shapes or any(len(s) != 2 for s in shapes) or any(a[0] != b[1] for a, b in pairwise(shapes)):
        return None
    return (shapes[0][1], *(s[0] for s in shapes))


def asked_of(given: Mapping[str, Nested], *, bias: bool, **options: Any) -> dict[str, Any]:
    """The options of a worked network: sizes that weights have, squared error on sigmoid outputs, biases if given."""
    if options.get("sizes") is None:
        found = sizes_of(given)
        options["sizes"] = DEFAULT_SIZES if found is None else ",".join(map(str, found))
    if options.get("loss") is None:
        options["loss"] = "mse"
        if options.get("output_activation") is None:
            options["output_activation"] = "sigmoid"
    return {**options, "bias": bias or any(name.startswith("b") for name in given)}


def shape(value: Nested, name: str) -> tuple[int, ...]:
    """The lengths of nested tuples; rows of different lengths are refused."""
    if not isinstance(value, tuple):
        return ()
    inner = {shape(v, name) for v in value}
    if len(inner) > 1:
        raise OptionError(f"{name}: expected rows of one length; found {', '.join(str(s) for s in sorted(inner))}")
    return (len(value), *inner.pop())


def completed(
    given: Mapping[str, Nested], wanted: Mapping[str, tuple[int, ...]], seed: int, target: tuple[str, ...]
) -> dict[str, Nested]:
    """A number for every name that is wanted, which has these lengths: those that are given, round ones for the rest.

    target: the properties of y. What is not given comes from `TWO_BY_TWO` where that has these names and lengths.
    """
    for name, value in given.items():
        if name not in wanted:
            close = get_close_matches(name.lower(), [n.lower() for n in wanted], n=1)
            guess = f" Did you mean {next(n for n in wanted if n.lower() == close[0])}?" if close else ""
            raise OptionError(f"{_short(name)}: no such number in this network.{guess} Names: {', '.join(wanted)}")
        if shape(value, name) != wanted[name]:
            raise OptionError(
                f"{name}: expected {_shown(wanted[name])}; found {_shown(shape(value, name))}. "
                "Try: --sizes with the sizes that fit"
            )
    rng = random.Random(f"{wanted} {seed}")
    drawn = {name: _drawn(name, dims, rng, target) for name, dims in wanted.items()}
    known = {name: _nested(_lists(value), name) for name, value in TWO_BY_TWO.items()}
    if "W2" in wanted and all(name in known and shape(known[name], name) == dims for name, dims in wanted.items()):
        drawn |= {name: known[name] for name in wanted if name != "y" or not target}
    return {name: given.get(name, drawn[name]) for name in wanted}


def _lists(value: Any) -> Any:
    return [_lists(v) for v in value] if isinstance(value, tuple) else value


def refuse_large(sizes: tuple[int, ...]) -> None:
    """A page is for people: matrices that do not fit on it are refused."""
    if max(sizes) > MOST_UNITS or len(sizes) > MOST_LAYERS + 1:
        raise OptionError(
            f"--sizes: an example to be read has at most {MOST_UNITS} units a layer and {MOST_LAYERS} layers; "
            f"found {','.join(map(str, sizes))[:60]}. Try: --sizes 3,4,2"
        )


def _drawn(name: str, dims: tuple[int, ...], rng: random.Random, target: tuple[str, ...]) -> Nested:
    """Round numbers: tenths from -0.9 to 0.9 without zero, inputs and targets positive, biases tenths up to 0.3."""
    if name == "eta":
        return Fraction(1, 10)
    if name == "y" and not {"sum_to_one", "one_hot"}.isdisjoint(target):
        right = rng.randrange(dims[0])
        return tuple(Fraction(k == right) for k in range(dims[0]))
    if len(dims) == 2:
        return tuple(_drawn(name, dims[1:], rng, target) for _ in range(dims[0]))
    return tuple(_tenths(name, rng, target) for _ in range(dims[0]))


def _tenths(name: str, rng: random.Random, target: tuple[str, ...]) -> Fraction:
    if name == "y" and "sign" in target:
        return Fraction(rng.choice((-1, 1)))
    most = 3 if name.startswith("b") else 9
    sign = 1 if name in ("x", "y") else rng.choice((-1, 1))
    return Fraction(sign * rng.randint(1, most), 10)


def _shown(dims: tuple[int, ...]) -> str:
    if not dims:
        return "one number"
    return f"{dims[0]} numbers" if len(dims) == 1 else f"{dims[0]} rows of {dims[1]}"


def refuse_target(y: Nested, properties: tuple[str, ...]) -> None:
    """The derivation relies on what the loss says of y."""
    wrong = ""
    if not {"sum_to_one", "one_hot"}.isdisjoint(properties) and sum(y) != 1:
        wrong = f"entries that sum to one; their sum is {sum(y)}"
    elif "one_hot" in properties and set(y) - {0, 1}:
        wrong = "a one and zeros"
    elif "sign" in properties and set(y) - {-1, 1}:
        wrong = "entries that are -1 or 1"
    if wrong:
        raise OptionError(f"y: this loss expects {wrong}. Try: --set y=...")
