"""The commands: one row each. `derive --help` is written from this table, so no command is imported for it."""

from __future__ import annotations

from typing import NamedTuple


class Row(NamedTuple):
    """A command: where its code is (`module`, `attribute`), and what one line says of it."""

    name: str
    help: str
    module: str
    attribute: str
    section: str


PAGES = "Pages"
FORMULAS = "Formulas"
CHECKS = "Checks"
RUNS = "Code and training"
OTHER = "Other"

ROWS = (
    Row("mlp", "A multilayer perceptron: forward pass, backpropagation, costs.", "derive.cli.pages", "mlp", PAGES),
    Row("linear", "Linear regression: loss, gradient, Hessian, normal equations.", "derive.cli.pages", "linear", PAGES),
    Row("logistic", "Logistic regression: from odds to gradient and Hessian.", "derive.cli.pages", "logistic", PAGES),
    Row("softmax", "Softmax regression: cross-entropy, gradient, Hessian.", "derive.cli.pages", "softmax", PAGES),
    Row("neuron", "One neuron: the chain rule, one link at a time.", "derive.cli.pages", "neuron", PAGES),
    Row("optimizer", "An optimiser: its step, and why Adam corrects.", "derive.cli.optimizer", "optimizer", PAGES),
    Row("expr", "The gradient, Jacobian or Hessian of your own formula.", "derive.cli.expr", "expr", FORMULAS),
    Row(
        "check",
        "(preview) Read notes (.md, .tex, .ipynb); which lines are wrong, and why.",
        "derive.cli.check",
        "check",
        CHECKS,
    ),
    Row("prove", "Whether one equality or inequality holds.", "derive.cli.prove", "prove", CHECKS),
    Row("code", "Readable NumPy, CuPy, JAX or PyTorch code of what was derived.", "derive.cli.code", "code", RUNS),
    Row("train", "Train it on real data, with generated gradients and updates.", "derive.cli.train", "train", RUNS),
    Row("list", "What there is: commands, activations, losses.", "derive.cli.list", "list_", OTHER),
)

BY_NAME = {row.name: row for row in ROWS}
SECTIONS = tuple(dict.fromkeys(row.section for row in ROWS))

#: The names that options take, for `derive list`; a test holds them against the catalogue.
CHOICES = {
    "Activations (or a formula in z)": (
        "sigmoid",
        "tanh",
        "relu",
        "leaky_relu",
        "elu",
        "softplus",
        "swish",
        "gelu",
        "identity",
        "softmax",
    ),
    "Losses (or a formula in yhat and y)": ("bce", "ce", "mse", "mae", "hinge"),
}

#: The same for `derive train`.
TRAINING = {
    "Optimisers": (
        "gd",
        "sgd",
        "momentum",
        "nesterov",
        "adagrad",
        "adadelta",
        "rmsprop",
        "adam",
        "adamw",
        "newton",
    ),
    "Schedules": ("constant", "step", "exponential", "inverse-time", "cosine", "warmup", "warmup-cosine"),
    "Initial weights": ("xavier", "he", "lecun", "normal", "zeros"),
}
