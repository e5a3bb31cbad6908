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


CLASSIFIERS = "Regression and classifiers"
NETWORKS = "Neural networks"
PARTS = "Activations and losses"
OPTIMISATION = "Optimisation"
FORMULAS = "Your own formulas and notes"
CHECKS = "Checks"
RUNS = "Code and training"
OTHER = "Other"

#: Each section in the order in which it is taught.
ROWS = (
    Row(
        "bayes",
        "Bayes' rule for classes: the logistic function, the softmax.",
        "derive.cli.bayes",
        "bayes",
        CLASSIFIERS,
    ),
    Row(
        "gaussian",
        "Gaussian classes: log odds linear or quadratic in the input.",
        "derive.cli.bayes",
        "gaussian",
        CLASSIFIERS,
    ),
    Row(
        "linear",
        "Linear regression: loss, gradient, Hessian, normal equations.",
        "derive.cli.pages",
        "linear",
        CLASSIFIERS,
    ),
    Row(
        "logistic",
        "Logistic regression: from odds to gradient and Hessian.",
        "derive.cli.pages",
        "logistic",
        CLASSIFIERS,
    ),
    Row("softmax", "Softmax regression: cross-entropy, gradient, Hessian.", "derive.cli.pages", "softmax", CLASSIFIERS),
    Row(
        "svm",
        "The linear support vector machine: margins, gradient, convexity.",
        "derive.cli.pages",
        "svm",
        CLASSIFIERS,
    ),
    Row("neuron", "One neuron: the chain rule, one link at a time.", "derive.cli.pages", "neuron", NETWORKS),
    Row("layer", "One linear layer: its derivatives in the input and in W.", "derive.cli.pages", "layer", NETWORKS),
    Row("collapse", "Linear layers in a stack are one linear layer.", "derive.cli.pages", "collapse", NETWORKS),
    Row("mlp", "A multilayer perceptron: forward pass, backpropagation, counts.", "derive.cli.pages", "mlp", NETWORKS),
    Row("worked", "Backpropagation worked with numbers, entry by entry.", "derive.cli.worked", "worked", NETWORKS),
    Row(
        "vanishing",
        "Vanishing gradients: how deltas shrink with depth, proved.",
        "derive.cli.vanishing",
        "vanishing",
        NETWORKS,
    ),
    Row("cost", "What a network costs: multiplications, memory, what is reused.", "derive.cli.cost", "cost", NETWORKS),
    Row("activation", "An activation: slope, range, saturation, plot.", "derive.cli.activation", "activation", PARTS),
    Row("loss", "A loss: its derivatives, curvature, kinks, and its value.", "derive.cli.loss", "loss", PARTS),
    Row("likelihood", "Where losses come from: maximum likelihood.", "derive.cli.likelihood", "likelihood", PARTS),
    Row(
        "descent",
        "Gradient descent: why against the gradient; batches, epochs.",
        "derive.cli.descent",
        "descent",
        OPTIMISATION,
    ),
    Row(
        "minibatch",
        "Minibatches: why their gradient is right on average.",
        "derive.cli.minibatch",
        "minibatch",
        OPTIMISATION,
    ),
    Row(
        "optimizer",
        "An optimiser: its update; why Adam corrects its averages.",
        "derive.cli.optimizer",
        "optimizer",
        OPTIMISATION,
    ),
    Row(
        "schedule",
        "A schedule: the learning rate from epoch to epoch.",
        "derive.cli.schedule",
        "schedule",
        OPTIMISATION,
    ),
    Row("expr", "The gradient, Jacobian or Hessian of your own formula.", "derive.cli.expr", "expr", FORMULAS),
    Row("graph", "The computational graph of a formula, with all gradients.", "derive.cli.graph", "graph", FORMULAS),
    Row("note", "The forward equations of your own note, differentiated.", "derive.cli.note", "note", FORMULAS),
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
    "Likelihoods (or a formula in yhat and y)": ("gaussian", "bernoulli", "categorical", "poisson"),
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
