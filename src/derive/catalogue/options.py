"""The options of a page, read from raw text into values that can be used, or refused with one clear error.

This module imports nothing but errors: a page that comes from the cache starts without SymPy and NumPy.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, NoReturn

from derive.errors import OptionError

MAX_LAYERS = 1000
MAX_SIZE = 1_000_000
MAX_TEXT = 20_000
MOST_PIECES = 4
MOST_TIED = 12
SYMBOLIC = "L"
DEFAULT_LAYERS = 2
DEFAULT_ACTIVATION = "sigmoid"

#: What the pages call their data, weights, intermediate results and sizes.
TAKEN = frozenset(
    [
        "A",
        "C",
        "D",
        "Delta",
        "H",
        "J",
        "K",
        "L",
        "Lik",
        "N",
        "NLL",
        "W",
        "X",
        "Y",
        "Yhat",
        "Z",
        "a",
        "b",
        "delta",
        "ell",
        "eta",
        "logit",
        "loglik",
        "n",
        "odds",
        "p",
        "s",
        "t",
        "v",
        "w",
        "x",
        "y",
        "yhat",
        "z",
    ]
)

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_ENTRY = re.compile(
    r"(?P<name>[Wb])(?P<a>\()?(?P<layer>[0-9]{1,4})(?P<b>\))?\[(?P<i>[0-9]{1,8})(,(?P<j>[0-9]{1,8}))?\]"
)
_WHOLE = re.compile(r"[+-]?[0-9]{1,12}")


Entry = tuple[str, int, tuple[int, ...]]
"""A parameter, its layer, and the place of an entry, counted from 1."""


@dataclass(frozen=True)
class PageOptions:
    """What a page is asked to derive and how to print it. Equal options give equal pages.

    `hidden` holds one activation for all hidden layers, or one for each; `output` is None where the loss decides.
    `layers` counts weight layers, or is `"L"`; `sizes`, if given, has one entry more. `l2` is the name of the factor.
    `pieces` are those of maxout; `residual` and `tied` are kinds of hidden layers; `reduction` is that of a batch.
    `form` is "sample", "batch" or None for both. `notes` are remarks for the reader, such as an option without use.
    """

    layers: int | str = DEFAULT_LAYERS
    sizes: tuple[int, ...] | None = None
    hidden: tuple[str, ...] = (DEFAULT_ACTIVATION,)
    output: str | None = None
    loss: str | None = None
    l2: str | None = None
    pieces: int = 2
    bias: bool = True
    residual: bool = False
    tied: bool = False
    reduction: str = "mean"
    entry: Entry | None = None
    notation: str = "matrix"
    form: str | None = None
    steps: str = "key"
    format: str = "text"
    standalone: bool = False
    only: str | None = None
    check: bool = True
    seed: int = 0
    witness: str = "autograd"
    notes: tuple[str, ...] = ()

    @classmethod
    def parse(
        cls,
        *,
        layers: str | None = None,
        sizes: str | None = None,
        activation: str | None = None,
        output_activation: str | None = None,
        loss: str | None = None,
        l2: str | None = None,
        pieces: str | None = None,
        entry: str | None = None,
        **rest: Any,
    ) -> PageOptions:
        """Options from the texts of a command line; raises OptionError where one of them cannot be used.

        >>> PageOptions.parse(sizes="3,4,1").layers
        2
        >>> PageOptions.parse(layers="3", activation="tanh,relu,sigmoid").output
        'sigmoid'
        """
        dims = None if sizes is None else parse_sizes(sizes)
        depth = _depth(None if layers is None else parse_layers(layers), dims)
        hidden, output = _activations(depth, activation, output_activation)
        if entry is not None and rest.get("form") == "batch":
            _refuse("--entry", "the derivation for one sample", "--batch", "without --batch")
        _check_stack(depth, dims, residual=rest.get("residual", False), tied=rest.get("tied", False))
        return cls(
            layers=depth,
            sizes=dims,
            hidden=hidden,
            output=output,
            loss=None if loss is None else _text("--loss", loss),
            l2=None if l2 is None else _name("--l2", l2),
            pieces=2 if pieces is None else parse_pieces(pieces, hidden),
            entry=None if entry is None else parse_entry(entry, depth, dims),
            notes=_notes(depth, activation),
            **{name: value for name, value in rest.items() if value is not None},
        )

    def activation_of(self, layer: int) -> str | None:
        """The activation of one layer, counted from 1; None for the output layer where the loss decides."""
        if layer == self.layers:
            return self.output
        return self.hidden[layer - 1 if len(self.hidden) > 1 else 0]


def parse_layers(text: str) -> int | str:
    """The number of weight layers: a whole number from 1 to 1000, or the symbol L for any depth."""
    if text.strip() == SYMBOLIC:
        return SYMBOLIC
    expected = f"a whole number from 1 to {MAX_LAYERS}, or {SYMBOLIC} for any depth"
    if not _WHOLE.fullmatch(text.strip()):
        _refuse("--layers", expected, text, "--layers 2")
    if not 1 <= int(text) <= MAX_LAYERS:
        _refuse("--layers", expected, text, "--layers 1" if int(text) < 1 else f"--layers {SYMBOLIC}")
    return int(text)


def parse_pieces(text: str, hidden: tuple[str, ...]) -> int:
    """How many pre-activations a maxout unit has: 2 to 4."""
    if not (_WHOLE.fullmatch(text.strip()) and 2 <= int(text) <= MOST_PIECES):
        _refuse("--pieces", f"a whole number from 2 to {MOST_PIECES}", text, "--pieces 2")
    if "maxout" not in hidden:
        _refuse("--pieces", "a hidden layer of maxout units", ",".join(hidden), "--activation maxout")
    return int(text)


def parse_entry(text: str, layers: int | str, sizes: tuple[int, ...] | None) -> Entry:
    """A weight or bias by its layer and its place, counted from 1: W1[2,3], W(1)[2,3], b2[1].

    >>> parse_entry("W(1)[2,3]", 2, None)
    ('W', 1, (2, 3))
    """
    found = _ENTRY.fullmatch(text.replace(" ", ""))
    expected = "a weight W1[i,j] or a bias b1[i] of a layer, places counted from 1"
    if not found or (found["name"] == "W") != (found["j"] is not None) or (found["a"] is None) != (found["b"] is None):
        _refuse("--entry", expected, text, '--entry "W1[1,1]"')
    if isinstance(layers, str):
        _refuse("--entry", "a number of layers", f"--layers {layers}", "--layers 2")
    layer, place = int(found["layer"]), tuple(int(found[g]) for g in "ij" if found[g] is not None)
    if not 1 <= layer <= layers:
        _refuse("--entry", f"a layer from 1 to {layers}", text, f'--entry "W{layers}[1,1]"')
    most = (None, None) if sizes is None else (sizes[layer], sizes[layer - 1])
    for n, size in zip(place, most, strict=False):
        if n < 1 or (size is not None and n > size):
            _refuse("--entry", f"places from 1{'' if size is None else f' to {size}'}", text, '--entry "W1[1,1]"')
    return found["name"], layer, place


def parse_sizes(text: str) -> tuple[int, ...]:
    """The sizes of the layers, input first: whole numbers separated by commas."""
    sizes = []
    for place, entry in enumerate(text.split(","), start=1):
        if not (_WHOLE.fullmatch(entry.strip()) and 1 <= int(entry) <= MAX_SIZE):
            expected = f"whole numbers from 1 to {MAX_SIZE}, separated by commas"
            _refuse("--sizes", expected, entry, "--sizes 3,4,1", where=f"at entry {place}")
        sizes.append(int(entry))
        if len(sizes) > MAX_LAYERS + 1:
            _refuse("--sizes", f"at most {MAX_LAYERS + 1} entries", text, f"--layers {SYMBOLIC} without --sizes")
    if len(sizes) < 2:
        _refuse("--sizes", "at least two entries, input and output", text, f"--sizes {sizes[0]},1")
    return tuple(sizes)


def split_list(text: str) -> tuple[str, ...]:
    """Entries between the commas that stand outside brackets.

    >>> split_list("tanh, maximum(z, 0)")
    ('tanh', 'maximum(z, 0)')
    """
    entries, depth, start = [], 0, 0
    for place, letter in enumerate(text):
        depth += (letter in "([{") - (letter in ")]}")
        if letter == "," and depth == 0:
            entries.append(text[start:place])
            start = place + 1
    return tuple(entry.strip() for entry in [*entries, text[start:]])


def _depth(layers: int | str | None, sizes: tuple[int, ...] | None) -> int | str:
    """The depth that both options agree on."""
    if sizes is None:
        return DEFAULT_LAYERS if layers is None else layers
    implied = len(sizes) - 1
    if layers is None or layers == implied:
        return implied
    shown = ",".join(map(str, sizes))
    if isinstance(layers, str):
        _refuse("--sizes", f"no sizes with --layers {layers}, whose depth is a symbol", shown, f"--layers {implied}")
    _refuse(
        "--sizes",
        f"{layers + 1} entries for {layers} layers (input, then one for each layer)",
        shown,
        f"--layers {implied}, or --sizes with {layers + 1} entries",
        count=len(sizes),
    )


def _activations(layers: int | str, listed: str | None, output: str | None) -> tuple[tuple[str, ...], str | None]:
    """The hidden activations, and that of the output where one is given."""
    last = None if output is None else _text("--output-activation", output)
    entries = (DEFAULT_ACTIVATION,) if listed is None else split_list(_text("--activation", listed))
    for place, entry in enumerate(entries, start=1):
        if not entry:
            _refuse(
                "--activation", "a name or a formula in z", listed or "", "--activation tanh", where=f"at entry {place}"
            )
    if len(entries) == 1:
        return entries, last
    if isinstance(layers, str):
        _refuse("--activation", f"one entry with --layers {layers}", listed or "", f"--activation {entries[0]}")
    if len(entries) == layers - 1:
        return entries, last
    if len(entries) != layers:
        expected = f"1, {layers - 1} (hidden layers) or {layers} (all layers) entries for {layers} layers"
        if layers == 1:
            expected = "1 entry for 1 layer"
        _refuse("--activation", expected, listed or "", f"--layers {len(entries)}", count=len(entries))
    if last is not None:
        expected = "the output's activation once: the list of --activation already ends with it"
        _refuse("--output-activation", expected, last, f"--activation {','.join(entries[:-1])}")
    return entries[:-1], entries[-1]


def _check_stack(layers: int | str, sizes: tuple[int, ...] | None, *, residual: bool, tied: bool) -> None:
    """Residual and tied layers are as wide as their input, and there has to be one."""
    option = "--residual" if residual else "--tied"
    if not (residual or tied):
        return
    if layers == 1:
        _refuse(option, "a hidden layer", "--layers 1", "--layers 3")
    if tied and isinstance(layers, int) and layers > MOST_TIED:
        _refuse(option, f"at most {MOST_TIED} layers, whose contributions are written out", str(layers), "--layers L")
    if sizes is not None and len(set(sizes[:-1])) > 1:
        equal = ",".join([str(sizes[0])] * layers + [str(sizes[-1])])
        _refuse(option, "input and hidden layers of one size", ",".join(map(str, sizes)), f"--sizes {equal}")


def _notes(layers: int | str, activation: str | None) -> tuple[str, ...]:
    if layers == 1 and activation is not None:
        return ("one layer has no hidden layer: --activation has nothing to act on, see --output-activation",)
    return ()


def _text(option: str, text: str) -> str:
    if not text.strip():
        _refuse(option, "a name or a formula", text, f"derive list, for the names of {option}")
    if len(text) > MAX_TEXT:
        _refuse(option, f"at most {MAX_TEXT} characters", text, "a shorter formula", count=len(text))
    return text.strip()


def _name(option: str, text: str) -> str:
    if not (_NAME.fullmatch(text) and len(text) <= 40):
        _refuse(option, "the name of the factor, a letter and then letters, digits or _", text, f"{option} lambda")
    if text in TAKEN:
        _refuse(option, "a name that means nothing else on the page", text, f"{option} lambda")
    return text


def _refuse(
    option: str, expected: str, found: str, hint: str, *, where: str = "", count: int | None = None
) -> NoReturn:
    shown = found if len(found) <= 60 else found[:57] + "..."
    counted = "" if count is None else f" ({count})"
    place = f", {where}" if where else ""
    raise OptionError(f"{option}{place}: expected {expected}; found {shown!r}{counted}. Try: {hint}")
