"""The pages of the catalogue from Python: `derive.lecture("mlp", layers="L")` is what `derive mlp --layers L` prints.

One row for each command of a page: what derives it, and which options of the command line it has a use for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from fractions import Fraction
from importlib import import_module
from typing import Any

from derive.catalogue import build
from derive.catalogue.options import PageOptions
from derive.derivation import Derivation
from derive.errors import OptionError
from derive.models.written import Written

FLAGS = ("bias", "residual", "tied")


@dataclass(frozen=True)
class Lecture:
    """`derive(options, subject, **own)`: `subject` is what the command is called with, `own` its own options."""

    derive: Callable[..., Derivation]
    options: tuple[str, ...] = ()  # of `PageOptions`
    own: Mapping[str, Any] | None = None  # with their defaults
    subject: str = ""  # what has to be named, if anything
    fixed: Mapping[str, Any] | None = None  # options that the page does not choose


def _page(name: str, function: str = "") -> Callable[..., Derivation]:
    return getattr(import_module(f"derive.catalogue.pages.{name}"), function or name)


def _of_catalogue(name: str, *options: str) -> Lecture:
    return Lecture(lambda o, _: build(name, o), options)


def _classes(classes: object) -> int | str:
    from derive.catalogue.classes import parse_classes

    return parse_classes(str(classes))


def _likelihood(o: PageOptions, of: str) -> Derivation:
    from derive.catalogue.likelihoods import read_likelihood

    return _page("likelihood")(read_likelihood(of), o)


def _descent(o: PageOptions, of: str | None, *, where: str, wrt: str, **counts: int) -> Derivation:
    if of is None:
        return _page("descent")(o, counts["samples"], counts["batch_size"], counts["epochs"])
    return _page("descent", "descent_on")(of, where, wrt)


def _optimizer(o: PageOptions, of: str) -> Derivation:
    return _page("newton")(o) if of == "newton" else _page("optimizer")(of, o)


def _expression(o: PageOptions, of: str, *, where: str, wrt: str, order: int) -> Derivation:
    return _page("expression", "from_text")(of, where, wrt, order).page


def _loss(o: PageOptions, _: str, *, at: str, digits: int) -> Derivation:
    from derive.catalogue.numbers import read_settings

    return _page("loss")(o, read_settings((), at or None), digits)


def _worked(o: PageOptions, _: None, *, at: str, digits: int) -> Derivation:
    from derive.catalogue.numbers import read_settings

    return _page("worked")(o, read_settings((), at or None), digits)


NETWORK = ("activation", "output_activation", "loss", "pieces", "bias")
LECTURES: dict[str, Lecture] = {
    "bayes": Lecture(lambda o, _, classes: _page("bayes")(_classes(classes), o), own={"classes": 2}),
    "gaussian": Lecture(
        lambda o, _, classes, covariance: _page("gaussian")(_classes(classes), covariance, o),
        own={"classes": 2, "covariance": "shared"},
    ),
    "linear": _of_catalogue("linear", "bias", "l2"),
    "logistic": _of_catalogue("logistic", "bias", "l2", "form"),
    "softmax": _of_catalogue("softmax", "bias", "l2", "form"),
    "svm": _of_catalogue("svm", "bias", "l2", "form"),
    "neuron": _of_catalogue("neuron", "activation", "loss", "bias", "l2"),
    "layer": _of_catalogue("layer", "sizes", "form"),
    "collapse": _of_catalogue("collapse", "layers", "bias"),
    "mlp": _of_catalogue("mlp", "layers", "sizes", *NETWORK, "residual", "tied", "reduction", "entry", "l2", "form"),
    "worked": Lecture(_worked, ("sizes", "activation", "output_activation", "loss", "bias"), {"at": "", "digits": 4}),
    "vanishing": Lecture(
        lambda o, _, passed, weight_norm: _page("vanishing")(o, passed, Fraction(str(weight_norm))),
        ("activation", "loss", "output_activation", "bias"),
        {"passed": 10, "weight_norm": 1},
        fixed={"layers": "L"},
    ),
    "cost": Lecture(
        lambda o, _, batch_size, optimizer, dtype: _page("cost")(o, batch_size, optimizer, dtype),
        ("layers", "sizes", *NETWORK),
        {"batch_size": 32, "optimizer": "adam", "dtype": "float32"},
    ),
    "activation": Lecture(lambda o, of: _page("activation")(of, o), subject="a name or a formula in z"),
    "loss": Lecture(
        _loss, ("output_activation", "l2"), {"at": "", "digits": 4}, subject="a name or a formula in yhat and y"
    ),
    "likelihood": Lecture(_likelihood, ("output_activation",), subject="a name or a formula in yhat and y"),
    "descent": Lecture(_descent, own={"where": "", "wrt": "", "samples": 10**6, "batch_size": 10, "epochs": 1}),
    "minibatch": Lecture(
        lambda o, _, samples, batch_size: _page("minibatch")(o, samples, batch_size),
        ("output_activation", "loss"),
        {"samples": 4, "batch_size": 2},
    ),
    "optimizer": Lecture(_optimizer, subject="the name of an optimiser"),
    "schedule": Lecture(
        lambda o, of, epochs, lr: _page("schedule")(of, o, epochs, lr),
        own={"epochs": 100, "lr": 0.1},
        subject="the name of a schedule",
    ),
    "expr": Lecture(_expression, own={"where": "", "wrt": "", "order": 1}, subject="a formula"),
}


def lecture(
    name: str,
    of: str | None = None,
    *,
    steps: str = "key",
    check: bool = True,
    seed: int = 0,
    witness: str = "autograd",
    **options: Any,
) -> Written:
    """The page of a command, verified before it is returned: `text`, `latex`, `markdown`, `html` and `json` write it.

    of: what the command is called with, such as the name of an activation, or a formula. Options are those of the
    command line, with underscores: layers, sizes, activation, loss, l2 (True, or the name of the factor), ... Raises
    OptionError for what the page has no use for, VerificationError where a step could not be established.

    >>> print(lecture("activation", "tanh").text().splitlines()[0])
    The hyperbolic tangent
    """
    from derive.notation.document.certified import certified

    if steps not in ("key", "full"):
        raise OptionError(f"steps: expected 'key' or 'full'; found {steps!r}")
    row = _row(name)
    if (of is None) == bool(row.subject) and name != "descent":
        expected = f"{row.subject} behind {name!r}" if row.subject else f"nothing behind {name!r}"
        raise OptionError(f"lecture: expected {expected}; found {of!r}. Try: derive {name} --help")
    _refuse_unknown(name, row, options)
    own = {key: options.pop(key, default) for key, default in (row.own or {}).items()}
    if name == "loss":
        options["loss"] = of
    given = {key: _text(key, value) for key, value in options.items()} | dict(row.fixed or {})
    if name == "worked":
        given = _worked_with(own["at"], given)
    if name == "cost" and "layers" not in given and "sizes" not in given:
        given["layers"] = "L"
    parsed = PageOptions.parse(**given, steps=steps, check=check, seed=seed, witness=witness)
    return Written(certified(row.derive(parsed, of, **own), check=check, engine=witness, seed=seed), steps)


def _row(name: str) -> Lecture:
    if name in LECTURES:
        return LECTURES[name]
    close = get_close_matches(name, LECTURES, n=1)
    guess = f" Did you mean {close[0]!r}?" if close else ""
    raise OptionError(f"lecture: expected one of {', '.join(LECTURES)}; found {name[:60]!r}.{guess}")


def _refuse_unknown(name: str, row: Lecture, options: Mapping[str, Any]) -> None:
    known = (*row.options, *(row.own or ()))
    for option in options:
        if option not in known:
            listed = ", ".join(known) or "no options"
            raise OptionError(f"lecture {name!r}: expected {listed}; found {option!r}")


def _worked_with(at: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The options of a network that is worked with numbers: what is not said follows from them."""
    from derive.catalogue.numbers import asked_of, read_settings

    return asked_of(read_settings((), at or None), **{"bias": False, **given})


def _text(option: str, value: Any) -> Any:
    """A value as the command line has it: 3, (3, 4, 1), ["tanh", "relu"], True."""
    if option in FLAGS:
        return bool(value)
    if option == "l2" and isinstance(value, bool):
        return "lambda" if value else None
    if isinstance(value, (tuple, list)):
        return ",".join(map(str, value))
    return value if value is None else str(value)


__all__ = ["LECTURES", "lecture"]
