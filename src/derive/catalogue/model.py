"""From the options of a page to the network that it is about."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING

from sympy import Expr, Integer

from derive.catalogue.activations import ACTIVATIONS, Activation, maxout
from derive.catalogue.losses import LOSSES, Loss
from derive.catalogue.network import Network
from derive.catalogue.options import PageOptions
from derive.errors import FormulaError, OptionError
from derive.expr import DEPTH, tensors

if TYPE_CHECKING:
    from derive.formula import ScalarFunction

LOSS_NAMES = ("yhat", "y")


def network(options: PageOptions, *, batch: bool = False, default_loss: str = "bce") -> Network:
    """The network of these options; names and formulas are read here."""
    depth: Expr = DEPTH if options.layers == "L" else Integer(options.layers)
    loss = read_loss(options.loss or default_loss)
    output = read_activation(options.output or loss.output, "--output-activation")
    hidden = tuple(_read_hidden(text, options.pieces) for text in options.hidden)
    if any(h.function is None for h in hidden):
        raise OptionError("--activation: softmax is for the output layer. Try: --output-activation softmax")
    return Network(
        depth,
        hidden,
        output,
        loss,
        l2=options.l2,
        batch=batch,
        has_bias=options.bias,
        residual=options.residual,
        tied=options.tied,
        mean=options.reduction == "mean",
    )


def _read_hidden(text: str, pieces: int) -> Activation:
    """Maxout besides the functions of one number."""
    return maxout(pieces) if text == "maxout" else read_activation(text, "--activation")


def read_activation(text: str, option: str) -> Activation:
    """A named activation, or a formula in one variable such as `z*sigmoid(z)`."""
    if text in ACTIVATIONS:
        return ACTIVATIONS[text]
    if text != "z":
        _refuse_unknown_name(text, option, ACTIVATIONS, "a formula in z such as z*sigmoid(z)")
    return Activation(text, _formula(text, option))


def read_loss(text: str) -> Loss:
    """A named loss, or a formula in `yhat` and `y` that is summed over the outputs."""
    if text in LOSSES:
        return LOSSES[text]
    if text not in LOSS_NAMES:
        _refuse_unknown_name(text, "--loss", LOSSES, "a formula in yhat and y such as (yhat-y)**4")
    function = _formula(text, "--loss", LOSS_NAMES)
    if "yhat" not in {t.name for t in tensors(function.expr)}:
        raise OptionError(f"--loss: the formula {text!r} does not depend on yhat. Try: (yhat-y)**4")
    return Loss(text, function, title="a loss of your own")


def _formula(text: str, option: str, names: tuple[str, ...] | None = None) -> ScalarFunction:
    """A formula of numbers; an error says which option it belongs to."""
    from derive.formula import parse_scalar_function

    try:
        return parse_scalar_function(text, names)
    except FormulaError as error:
        raise FormulaError(f"{option}: {error.message}", error.source, error.offset, hint=error.hint) from None


def _refuse_unknown_name(text: str, option: str, table: Mapping[str, object], otherwise: str) -> None:
    if not text.isidentifier():
        return
    close = get_close_matches(text, table, n=1)
    guess = f" Did you mean {close[0]}?" if close else ""
    shown = text if len(text) <= 60 else text[:57] + "..."
    raise OptionError(f"{option}: unknown name {shown!r}.{guess} Expected one of {', '.join(table)}, or {otherwise}.")
