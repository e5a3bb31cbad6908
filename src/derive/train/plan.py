"""From the options and the data to a network whose shapes fit: a regression is a network of one layer."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from derive.catalogue.optimizers import OPTIMIZERS
from derive.catalogue.options import PageOptions, split_list
from derive.errors import OptionError
from derive.train.dataset import Dataset
from derive.train.initial import INITS, default_init
from derive.train.labels import Coding, coding, default_loss
from derive.train.options import DEFAULT_WIDTH, LOSS_OF, TrainOptions

LAMBDA = "lambda"
NEWTON_RATE = 1.0
MOST_PARAMETERS = 10**9


@dataclass(frozen=True)
class Plan:
    """`page` is what the engine derives; `sizes` fit the data; `rate` is the learning rate before schedules."""

    page: PageOptions
    sizes: tuple[int, ...]
    loss: str
    coding: Coding
    init: str
    rate: float


def plan(options: TrainOptions, data: Dataset) -> Plan:
    """Decide what the options leave open, and refuse what does not fit the data."""
    loss = options.loss or LOSS_OF.get(options.model) or default_loss(data)
    code = coding(data, loss)
    sizes = _sizes(options, data, code)
    layers = len(sizes) - 1
    _check_size(sizes)
    _check_optimizer(options, layers)
    page = page_of(options, sizes, loss)
    init = options.init or default_init(page.hidden, layers)
    if init not in INITS:
        raise OptionError(f"--init: expected one of {', '.join(INITS)}; found {init[:60]!r}. Try: --init xavier")
    return Plan(page, sizes, loss, code, init, _rate(options))


def page_of(options: TrainOptions, sizes: tuple[int, ...], loss: str) -> PageOptions:
    """The page of the network that is trained."""
    return PageOptions.parse(
        sizes=",".join(map(str, sizes)),
        activation=options.activation,
        output_activation=options.output_activation,
        loss=loss,
        l2=LAMBDA if options.l2 else None,
        pieces=None if options.pieces is None else str(options.pieces),
        residual=options.residual,
        tied=options.tied,
        form="batch",
    )


def parameter_shapes(page: PageOptions) -> dict[str, tuple[int, ...]]:
    """The parameters of a network whose sizes are given, in the order of the generated code: W1: (n_1, n_0)."""
    from sympy import Integer

    from derive.catalogue.model import network
    from derive.notation.code import name_of

    net = network(page, batch=True)
    sizes = {net.width(Integer(m)): n for m, n in enumerate(page.sizes or ())}
    return {name_of(t): tuple(sizes[d] for d in t.dims) for t, _ in net.all_parameters()}


def _check_size(sizes: tuple[int, ...]) -> None:
    count = sum((m + 1) * n for m, n in pairwise(sizes))
    if count > MOST_PARAMETERS:
        shown = ",".join(map(str, sizes))
        raise OptionError(
            f"--sizes: a network of {shown if len(shown) <= 60 else shown[:57] + '...'} has {count} parameters, "
            f"{count * 8 / 2**30:.0f} GiB. Try: smaller layers"
        )


def _check_optimizer(options: TrainOptions, layers: int) -> None:
    name = options.optimizer
    if name not in (*OPTIMIZERS, "newton"):
        raise OptionError(f"--optimizer: expected one of {', '.join(OPTIMIZERS)}, newton; found {name[:60]!r}")
    if name == "newton" and layers > 1:
        raise OptionError("--optimizer newton is for logistic, softmax and linear regression. Try: --optimizer adam")
    if name == "newton" and options.backend not in ("numpy", "dask"):
        raise OptionError(f"--optimizer newton runs on NumPy; found --backend {options.backend[:60]}. Try: without it")


def _rate(options: TrainOptions) -> float:
    if options.lr is not None:
        return options.lr
    return NEWTON_RATE if options.optimizer == "newton" else OPTIMIZERS[options.optimizer].rate


def _sizes(options: TrainOptions, data: Dataset, code: Coding) -> tuple[int, ...]:
    """Those that were asked for, if they fit the data; else those of the data with hidden layers between them."""
    first, last = data.X.shape[1], code.outputs
    if options.sizes is not None:
        _fit(options.sizes, first, last, data, code)
        if options.layers not in (None, len(options.sizes) - 1):
            raise OptionError(
                f"--sizes: expected {(options.layers or 0) + 1} entries for --layers {options.layers}; found "
                f"{len(options.sizes)}. Try: one of the two"
            )
        return options.sizes
    hidden = options.hidden
    if hidden is None:
        width = first if options.residual or options.tied else DEFAULT_WIDTH
        hidden = (width,) * (_layers(options) - 1)
    elif options.layers not in (None, len(hidden) + 1):
        raise OptionError(
            f"--hidden: expected {(options.layers or 1) - 1} sizes for --layers {options.layers}; found {len(hidden)}. "
            "Try: one of the two"
        )
    return (first, *hidden, last)


def _layers(options: TrainOptions) -> int:
    """A list of activations says how many layers there are, as on the pages."""
    if options.model != "mlp":
        return 1
    if options.layers is not None:
        return options.layers
    listed = 1 if options.activation is None else len(split_list(options.activation))
    return listed + 1 if listed > 1 else 2


def _fit(sizes: tuple[int, ...], first: int, last: int, data: Dataset, code: Coding) -> None:
    shown = ",".join(map(str, sizes))
    right = ",".join(map(str, (first, *sizes[1:-1], last)))
    if sizes[0] != first:
        raise OptionError(
            f"--sizes: {data.name} has {first} features, so the first entry is {first}; found {shown!r}. "
            f"Try: --sizes {right}"
        )
    if sizes[-1] != last:
        why = f"{len(code.classes)} classes" if code.classes else f"{last} target{'s' if last > 1 else ''}"
        raise OptionError(
            f"--sizes: {data.name} has {why}, so the last entry is {last}; found {shown!r}. Try: --sizes {right}"
        )
