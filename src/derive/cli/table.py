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
    Row(
        "worked", "A network worked with numbers: formula, numbers in, value out.", "derive.cli.worked", "worked", PAGES
    ),
    Row("vanishing", "How deltas shrink with depth: a bound, proved.", "derive.cli.vanishing", "vanishing", PAGES),
    Row("cost", "What a network costs: multiplications, memory, what is reused.", "derive.cli.cost", "cost", PAGES),
    Row("layer", "One linear layer: its derivatives in the input and in W.", "derive.cli.pages", "layer", PAGES),
    Row("collapse", "Linear layers in a stack are one linear layer.", "derive.cli.pages", "collapse", PAGES),
    Row("linear", "Linear regression: loss, gradient, Hessian, normal equations.", "derive.cli.pages", "linear", PAGES),
    Row("bayes", "Classes by Bayes' rule: logistic function and softmax.", "derive.cli.bayes", "bayes", PAGES),
    Row("gaussian", "Gaussian classes: why the log odds are linear.", "derive.cli.bayes", "gaussian", PAGES),
    Row("logistic", "Logistic regression: from odds to gradient and Hessian.", "derive.cli.pages", "logistic", PAGES),
    Row(
        "likelihood",
        "Why losses are what they are: maximum likelihood.",
        "derive.cli.likelihood",
        "likelihood",
        PAGES,
    ),
    Row("softmax", "Softmax regression: cross-entropy, gradient, Hessian.", "derive.cli.pages", "softmax", PAGES),
    Row("neuron", "One neuron: the chain rule, one link at a time.", "derive.cli.pages", "neuron", PAGES),
    Row("svm", "The linear support vector machine: margins, gradient, convexity.", "derive.cli.pages", "svm", PAGES),
    Row("loss", "A loss: its derivatives, curvature, kinks, and its value.", "derive.cli.loss", "loss", PAGES),
    Row(
        "minibatch",
        "The gradient of a batch: right on average, and why.",
        "derive.cli.minibatch",
        "minibatch",
        PAGES,
    ),
    Row("activation", "An activation: slope, range, saturation, plot.", "derive.cli.activation", "activation", PAGES),
    Row("descent", "Why to step against the gradient; batches and epochs.", "derive.cli.descent", "descent", PAGES),
    Row("optimizer", "An optimiser: its step, and why Adam corrects.", "derive.cli.optimizer", "optimizer", PAGES),
    Row("schedule", "How the learning rate changes from epoch to epoch.", "derive.cli.schedule", "schedule", PAGES),
    Row("expr", "The gradient, Jacobian or Hessian of your own formula.", "derive.cli.expr", "expr", FORMULAS),
    Row("note", "The forward equations of your own note, differentiated.", "derive.cli.note", "note", FORMULAS),
    Row("graph", "The computational graph of a formula, with all gradients.", "derive.cli.graph", "graph", FORMULAS),
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
    "Hidden units with several pre-activations (--pieces)": ("maxout",),
    "Losses (or a formula in yhat and y)": (
        "bce",
        "ce",
        "mse",
        "sse",
        "mse_mean",
        "mae",
        "norm",
        "huber",
        "hinge",
        "svm",
    ),
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
