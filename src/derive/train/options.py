"""What to train, on what and how: read from raw values, or refused with one clear error. Imports nothing heavy."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from math import isfinite
from typing import Any, NoReturn

from derive.catalogue.options import MAX_SIZE, parse_layers, parse_sizes
from derive.errors import OptionError

MODELS = ("logistic", "softmax", "linear", "mlp")
LOSS_OF = {"logistic": "bce", "softmax": "ce", "linear": "mse"}
BACKENDS = ("numpy", "dask", "cupy", "jax", "torch")
DEFAULT_WIDTH = 16
DEFAULT_BATCH = 32
WHOLE_BATCH = ("gd", "newton")
NETWORK = ("sizes", "hidden", "layers", "activation", "output_activation", "loss", "pieces", "residual", "tied")
VALIDATION = 0.1  # the share that early stopping takes where none is given


@dataclass(frozen=True)
class TrainOptions:
    """All that decides the result of a run: equal options on equal data give equal bits.

    `sizes` are those of all layers, `hidden` those of the hidden ones, `layers` counts weight layers; at most one of
    `sizes` and `hidden` is given. None is "what goes with the rest": see `Plan`.
    """

    model: str = "logistic"
    data: str = "iris"
    target: str | None = None
    sizes: tuple[int, ...] | None = None
    hidden: tuple[int, ...] | None = None
    layers: int | None = None
    activation: str | None = None
    output_activation: str | None = None
    loss: str | None = None
    pieces: int | None = None
    residual: bool = False
    tied: bool = False
    l2: float = 0.0
    init: str | None = None
    optimizer: str = "adam"
    lr: float | None = None
    schedule: str = "constant"
    batch_size: int | None = None
    epochs: int = 100
    early_stopping: int | None = None
    test_size: float = 0.2
    validation: float | None = None
    standardize: bool = True
    seed: int = 0
    backend: str = "numpy"

    def __post_init__(self) -> None:
        _bounded("--l2", self.l2, 0, 1e9)
        if self.lr is not None:
            _bounded("--lr", self.lr, 0, float("inf"), open_below=True)
        _bounded("--test-size", self.test_size, 0, 0.9)
        _bounded("--validation", self.validation or 0, 0, 0.9)
        if self.test_size + self.validation_share >= 0.95:
            _refuse("--test-size", "something left to train on", f"{self.test_size:g} + {self.validation_share:g}")
        if self.early_stopping is not None and self.validation == 0:
            _refuse("--early-stopping", "validation samples to watch", "--validation 0", "--validation 0.1")
        if self.model != "mlp":
            self._refuse_network_options()

    def _refuse_network_options(self) -> None:
        for name in NETWORK:
            if getattr(self, name) not in (None, False):
                option = "--" + name.replace("_", "-")
                raise OptionError(
                    f"{option}: {self.model} regression has its layer and its loss. Try: derive train mlp {option} ..."
                )

    @classmethod
    def parse(cls, *, sizes: str | None = None, hidden: str | None = None, layers: str | None = None, **rest: Any):
        """Options from the texts of a command line."""
        if sizes is not None and hidden is not None:
            _refuse("--hidden", "--sizes or --hidden, not both", hidden, "--hidden alone: data give the rest")
        return cls(
            sizes=None if sizes is None else parse_sizes(sizes),
            hidden=None if hidden is None else _parse_hidden(hidden),
            layers=None if layers is None else _parse_depth(layers),
            **{name: value for name, value in rest.items() if value is not None},
        )

    @property
    def validation_share(self) -> float:
        if self.validation is not None:
            return self.validation
        return 0.0 if self.early_stopping is None else VALIDATION

    @property
    def batch(self) -> int | None:
        """Samples in a step; None for all of them."""
        if self.batch_size is not None:
            return self.batch_size
        return None if self.optimizer in WHOLE_BATCH else DEFAULT_BATCH

    def as_record(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> TrainOptions:
        known = {field.name for field in fields(cls)}
        return cls(**{k: tuple(v) if isinstance(v, list) else v for k, v in record.items() if k in known})

    def with_(self, **changes: Any) -> TrainOptions:
        return replace(self, **changes)


def _parse_hidden(text: str) -> tuple[int, ...]:
    for entry in text.split(","):
        if not (entry.strip().isdecimal() and entry.isascii() and 1 <= int(entry) <= MAX_SIZE):
            _refuse("--hidden", f"whole numbers from 1 to {MAX_SIZE}, separated by commas", entry, "--hidden 64,32")
    return tuple(map(int, text.split(",")))


def _parse_depth(text: str) -> int:
    depth = parse_layers(text)
    if isinstance(depth, str):
        _refuse("--layers", "a number: only what has a depth can be trained", text, "--layers 2")
    return depth


def _bounded(option: str, value: float, least: float, most: float, *, open_below: bool = False) -> None:
    above = value > least if open_below else value >= least
    if not (isfinite(value) and above and value <= most):
        bound = f"a number above {least:g}" if open_below else f"a number from {least:g} to {most:g}"
        _refuse(option, bound, f"{value:g}")


def _refuse(option: str, expected: str, found: str, hint: str = "") -> NoReturn:
    shown = found if len(found) <= 60 else found[:57] + "..."
    raise OptionError(f"{option}: expected {expected}; found {shown!r}." + (f" Try: {hint}" if hint else ""))
