"""From the options of a page to the network that it is about."""

from __future__ import annotations

from sympy import Expr, Integer

from derive.catalogue.activations import ACTIVATIONS, Activation
from derive.catalogue.losses import LOSSES, Loss
from derive.catalogue.network import Network
from derive.catalogue.options import PageOptions
from derive.errors import OptionError
from derive.expr import DEPTH, Tensor, rebuild, tensors
from derive.expr.nodes import Elem

LOSS_NAMES = ("yhat", "y")


def network(options: PageOptions, *, batch: bool = False, default_loss: str = "bce") -> Network:
    """The network of these options; names and formulas are read here."""
    depth: Expr = DEPTH if options.layers == "L" else Integer(options.layers)
    loss = read_loss(options.loss or default_loss)
    output = read_activation(options.output or loss.output, "--output-activation")
    hidden = tuple(read_activation(text, "--activation") for text in options.hidden)
    if any(h.function is None for h in hidden):
        raise OptionError("--activation: softmax is for the output layer. Try: --output-activation softmax")
    return Network(depth, hidden, output, loss, l2=options.l2, batch=batch)


def read_activation(text: str, option: str) -> Activation:
    """A named activation, or a formula in one variable such as `z*sigmoid(z)`."""
    if text in ACTIVATIONS:
        return ACTIVATIONS[text]
    function, argument = _formula(text, None, option, ACTIVATIONS)
    return Activation(text, lambda z: place(function, {argument.tensor: z}))


def read_loss(text: str) -> Loss:
    """A named loss, or a formula in `yhat` and `y` that is summed over the outputs."""
    if text in LOSSES:
        return LOSSES[text]
    function, _ = _formula(text, LOSS_NAMES, "--loss", LOSSES)
    yhat, y = (Tensor(name) for name in LOSS_NAMES)
    return Loss(text, lambda p, t: place(function, {yhat: p, y: t}), title="a loss of your own")


def _formula(text: str, names: tuple[str, ...] | None, option: str, table: dict) -> tuple[Expr, Elem]:
    """The formula over scalar placeholders, and the first placeholder."""
    from derive.formula import scalar_function

    return scalar_function(text, names, what=option, known=tuple(table))


def place(e: Expr, values: dict[Tensor, Expr]) -> Expr:
    """`e` with scalar placeholders replaced by expressions over free indices."""
    def go(u: Expr) -> Expr:
        if tensors(u).isdisjoint(values):
            return u
        return values[u.tensor] if isinstance(u, Elem) else rebuild(u, go)

    return go(e)

