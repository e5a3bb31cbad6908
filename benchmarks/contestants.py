"""One training step by several libraries: `python contestants.py CASE ROUNDS` prints the CPU seconds of each as JSON.

Everybody takes the same step of gradient descent from the same parameters: the loss, its gradients, the update. The
results are compared before anything is timed. `floor` is only the matrix products of the step, with outputs that are
there already.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")
os.environ |= dict.fromkeys(THREADS, "1")
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"

import numpy as np  # noqa: E402 - after the number of threads

RATE = 0.01
TURN = 0.03  # seconds of a measurement, about
Run = Callable[[], object]


@dataclass(frozen=True)
class Case:
    """sizes of the layers (one layer: a regression), rows of a batch, activation of the hidden layers, kind of output.

    `kind` is softmax (cross-entropy), or sigmoid (binary cross-entropy).
    """

    sizes: tuple[int, ...]
    rows: int
    activation: str = "identity"
    kind: str = "softmax"

    @property
    def name(self) -> str:
        return f"{'-'.join(map(str, self.sizes))}, {self.activation}, batch {self.rows}"


CASES = {
    "small-tanh": Case((784, 128, 10), 64, "tanh"),
    "small-relu": Case((784, 128, 10), 64, "relu"),
    "large-tanh": Case((784, 512, 256, 10), 1024, "tanh"),
    "large-relu": Case((784, 512, 256, 10), 1024, "relu"),
    "tiny": Case((20, 16, 1), 32, "sigmoid", "sigmoid"),
    "logistic": Case((100, 1), 100_000, kind="sigmoid"),
}


@dataclass
class Contestant:
    """`run` takes a step from where it stands; `parameters` are where it stands then, None where that says nothing."""

    run: Run
    parameters: Callable[[], list[np.ndarray]] | None = None
    note: str = ""


@dataclass
class Data:
    case: Case
    X: np.ndarray = field(init=False)
    Y: np.ndarray = field(init=False)
    start: list[np.ndarray] = field(init=False)

    def __post_init__(self) -> None:
        rng, case = np.random.default_rng(0), self.case
        self.X = rng.normal(size=(case.rows, case.sizes[0]))
        outputs = case.sizes[-1]
        if case.kind == "softmax":
            self.Y = np.eye(outputs)[rng.integers(0, outputs, case.rows)]
        else:
            self.Y = rng.integers(0, 2, size=(case.rows, outputs)).astype(float)
        self.start = []
        for n, m in zip(case.sizes, case.sizes[1:], strict=False):
            self.start += [rng.normal(size=(m, n)) / np.sqrt(n), rng.normal(size=m) / 10]

    @property
    def regression(self) -> bool:
        return len(self.case.sizes) == 2

    def parameters(self) -> list[np.ndarray]:
        return [p.copy() for p in self.start]


def derived(data: Data, style: str) -> Contestant:
    from derive.catalogue.options import PageOptions
    from derive.codegen import training

    case, params = data.case, data.parameters()
    if data.regression:
        model = training(PageOptions.parse(), page="logistic", style=style)
        params = [params[0][0].copy(), params[1].reshape(()).copy()]
        Y = data.Y[:, 0].copy()
    else:
        loss = {"softmax": "ce", "sigmoid": "bce"}[case.kind]
        layers = str(len(case.sizes) - 1)
        options = PageOptions.parse(layers=layers, activation=case.activation, output_activation=case.kind, loss=loss)
        model, Y = training(options, style=style), data.Y
    functions = model.functions
    if style == "fast":
        step = functions["step"]
        return Contestant(lambda: step(*params, data.X, Y, RATE), lambda: params)
    gradients = functions["loss_and_gradients"]

    def run() -> object:
        loss, slopes = gradients(*params, data.X, Y)
        for p, g in zip(params, slopes, strict=True):
            p -= RATE * g
        return loss

    return Contestant(run, lambda: params)


def floor(data: Data) -> Contestant:
    """X W^T, A W^T, ... and delta^T A, delta W: each once."""
    case, X = data.case, data.X
    weights, N = data.parameters()[::2], case.rows
    if data.regression:
        w, z, g, r = weights[0][0].copy(), np.empty(N), np.empty(case.sizes[0]), np.ones(N)
        return Contestant(lambda: (np.dot(X, w, out=z), np.dot(X.T, r, out=g)))
    states = [X, *(np.random.default_rng(1).normal(size=(N, m)) for m in case.sizes[1:])]
    outs = [np.empty((N, m)) for m in case.sizes[1:]]
    backs = [np.empty((N, m)) for m in case.sizes[1:-1]]
    slopes = [np.empty_like(W) for W in weights]
    layers = range(len(weights))

    def run() -> None:
        for k in layers:
            np.dot(states[k], weights[k].T, out=outs[k])
        for k in reversed(layers):
            np.dot(states[k + 1].T, states[k], out=slopes[k])
            if k:
                np.dot(states[k + 1], weights[k], out=backs[k - 1])

    return Contestant(run)


def idiomatic(data: Data) -> Contestant:
    """What a careful author writes by hand, without workspaces."""
    case, X, Y, params = data.case, data.X, data.Y, data.parameters()
    depth, N = len(case.sizes) - 1, case.rows

    def sigmoid(z: np.ndarray) -> np.ndarray:
        return 1 / (1 + np.exp(-z))

    act = {"tanh": np.tanh, "relu": lambda z: np.maximum(z, 0), "sigmoid": sigmoid}.get(case.activation)
    slope = {
        "tanh": lambda a: 1 - a**2, "relu": lambda a: a > 0, "sigmoid": lambda a: a * (1 - a)
    }.get(case.activation)  # fmt: skip

    def run() -> object:
        states = [X]
        for k in range(depth):
            z = states[-1] @ params[2 * k].T + params[2 * k + 1]
            states.append(act(z) if k < depth - 1 else z)  # type: ignore[misc]
        if case.kind == "softmax":
            e = np.exp(z - z.max(axis=1, keepdims=True))
            total = e.sum(axis=1, keepdims=True)
            loss = -np.sum(Y * (z - z.max(axis=1, keepdims=True) - np.log(total))) / N
            delta = (e / total - Y) / N
        else:
            loss = np.sum(np.logaddexp(0, z) - Y * z) / N
            delta = (sigmoid(z) - Y) / N
        for k in reversed(range(depth)):
            dW, db = delta.T @ states[k], delta.sum(axis=0)
            if k:
                delta = (delta @ params[2 * k]) * slope(states[k])  # type: ignore[misc]
            params[2 * k] -= RATE * dW
            params[2 * k + 1] -= RATE * db
        return loss

    return Contestant(run, lambda: params)


def cost(np_, activation, case: Case, params, X, Y):
    """The loss for libraries that differentiate, in their own words."""
    for k in range(len(params) // 2):
        z = (X if k == 0 else a) @ params[2 * k].T + params[2 * k + 1]  # noqa: F821
        a = activation(z)  # noqa: F841
    if case.kind == "softmax":
        shifted = z - np_.max(z, axis=1, keepdims=True)
        return -np_.sum(Y * (shifted - np_.log(np_.sum(np_.exp(shifted), axis=1, keepdims=True)))) / X.shape[0]
    return np_.sum(np_.logaddexp(0, z) - Y * z) / X.shape[0]


def jax_jit(data: Data) -> Contestant:
    import jax  # pyright: ignore[reportMissingImports]
    import jax.numpy as jnp  # pyright: ignore[reportMissingImports]

    jax.config.update("jax_enable_x64", True)
    case = data.case
    activation = {"tanh": jnp.tanh, "relu": jax.nn.relu, "sigmoid": jax.nn.sigmoid}.get(case.activation, lambda z: z)

    def loss(params, X, Y):
        if case.kind == "sigmoid":
            return cost(jnp, activation, case, params, X, Y)
        for k in range(len(params) // 2):
            z = (X if k == 0 else a) @ params[2 * k].T + params[2 * k + 1]  # noqa: F821
            a = activation(z)  # noqa: F841
        return -jnp.sum(Y * jax.nn.log_softmax(z)) / X.shape[0]

    def step(params, X, Y):
        value, slopes = jax.value_and_grad(loss)(params, X, Y)
        return value, [p - RATE * g for p, g in zip(params, slopes, strict=True)]

    compiled = jax.jit(step, donate_argnums=0)
    X, Y = jnp.asarray(data.X), jnp.asarray(data.Y)
    state = [[jnp.asarray(p) for p in data.parameters()]]

    def run() -> None:
        value, state[0] = compiled(state[0], X, Y)
        jax.block_until_ready((value, state[0]))

    return Contestant(run, lambda: [np.asarray(p) for p in state[0]])


def torch_eager(data: Data) -> Contestant:
    import torch  # pyright: ignore[reportMissingImports]
    import torch.nn.functional as F  # pyright: ignore[reportMissingImports]

    torch.set_num_threads(1)
    case = data.case
    activation = {"tanh": torch.tanh, "relu": torch.relu, "sigmoid": torch.sigmoid}.get(case.activation, lambda z: z)
    X, Y = torch.from_numpy(data.X), torch.from_numpy(data.Y)
    params = [torch.from_numpy(p).requires_grad_() for p in data.parameters()]
    labels = Y.argmax(dim=1)

    def run() -> None:
        a = X
        for k in range(len(params) // 2):
            z = F.linear(a, params[2 * k], params[2 * k + 1])
            a = activation(z)
        if case.kind == "softmax":
            loss = F.cross_entropy(z, labels)
        else:
            loss = F.binary_cross_entropy_with_logits(z, Y, reduction="mean")
        slopes = torch.autograd.grad(loss, params)
        with torch.no_grad():
            for p, g in zip(params, slopes, strict=True):
                p.sub_(g, alpha=RATE)

    return Contestant(run, lambda: [p.detach().numpy() for p in params])


def autograd(data: Data) -> Contestant:
    import autograd as ag
    import autograd.numpy as anp

    case, params = data.case, data.parameters()
    activation = {
        "tanh": anp.tanh, "relu": lambda z: anp.maximum(z, 0), "sigmoid": lambda z: 1 / (1 + anp.exp(-z))
    }.get(case.activation, lambda z: z)  # fmt: skip
    both = ag.value_and_grad(lambda p: cost(anp, activation, case, p, data.X, data.Y))

    def run() -> None:
        _, slopes = both(params)
        for p, g in zip(params, slopes, strict=True):
            p -= RATE * g

    return Contestant(run, lambda: params)


def sklearn(data: Data) -> Contestant:
    """One call of partial_fit on the batch; of a regression, its loss and gradient."""
    case = data.case
    if data.regression:
        return _sklearn_regression(data)
    from sklearn.neural_network import MLPClassifier  # pyright: ignore[reportMissingImports]

    names = {"tanh": "tanh", "relu": "relu", "sigmoid": "logistic"}
    model = MLPClassifier(
        case.sizes[1:-1], activation=names[case.activation], solver="sgd", alpha=0.0, batch_size=case.rows,
        learning_rate_init=RATE, momentum=0.0, nesterovs_momentum=False, shuffle=False,
    )  # fmt: skip
    labels = data.Y.argmax(axis=1) if case.kind == "softmax" else data.Y[:, 0].astype(int)
    classes = np.arange(max(2, case.sizes[-1]))
    model.partial_fit(data.X, labels, classes=classes)
    for place, p in enumerate(data.start):
        (model.intercepts_ if place % 2 else model.coefs_)[place // 2][...] = p.T

    def parameters() -> list[np.ndarray]:
        pairs = zip(model.coefs_, model.intercepts_, strict=True)
        return [x for W, b in pairs for x in (W.T, b)]

    return Contestant(lambda: model.partial_fit(data.X, labels), parameters)


def _sklearn_regression(data: Data) -> Contestant:
    from sklearn._loss import HalfBinomialLoss  # pyright: ignore[reportMissingImports]
    from sklearn.linear_model._linear_loss import LinearModelLoss  # pyright: ignore[reportMissingImports]

    W, b = data.parameters()
    both, y = LinearModelLoss(base_loss=HalfBinomialLoss(), fit_intercept=True), data.Y[:, 0].copy()
    beta = np.concatenate([W[0], b])

    def run() -> None:
        beta[:] -= RATE * both.loss_gradient(beta, data.X, y)[1]

    return Contestant(run, lambda: [beta[:-1], beta[-1:]], "scikit-learn: the private LinearModelLoss of its solvers")


MAKERS: dict[str, Callable[[Data], Contestant]] = {
    "floor": floor,
    "derive fast": lambda data: derived(data, "fast"),
    "derive plain": lambda data: derived(data, "plain"),
    "NumPy": idiomatic,
    "JAX jit": jax_jit,
    "PyTorch eager": torch_eager,
    "autograd": autograd,
    "scikit-learn": sklearn,
}


def contestants(case: Case) -> tuple[dict[str, Contestant], list[str]]:
    """Those that are installed, after a step each that all must agree on; and what is to be said."""
    data, found, notes = Data(case), {}, []
    for name, make in MAKERS.items():
        try:
            found[name] = make(data)
        except ImportError as error:
            notes.append(f"{name}: {error}")
            continue
        notes += [found[name].note] if found[name].note else []
    agree(found)
    return found, notes


def agree(found: dict[str, Contestant]) -> None:
    """All parameters after one step are the same."""
    for c in found.values():
        c.run()
    first = found["derive plain"].parameters
    assert first is not None
    for name, c in found.items():
        if c.parameters is not None:
            for ours, theirs in zip(first(), c.parameters(), strict=True):
                np.testing.assert_allclose(theirs.ravel(), ours.ravel(), rtol=1e-7, atol=1e-12, err_msg=name)


def times(found: dict[str, Contestant], rounds: int) -> Iterator[tuple[str, float]]:
    """CPU seconds of a step, contestants in turn, beginning with a different one each round."""
    repeats = {name: _repeats(c) for name, c in found.items()}
    names = list(found)
    for turn in range(rounds):
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            yield name, _measured(found[name], repeats[name])


def _repeats(c: Contestant) -> int:
    c.run()
    return max(1, round(TURN / max(_measured(c, 3), 1e-7)))


def _measured(c: Contestant, repeats: int) -> float:
    run = c.run
    run()  # caches hold its own data, not those of the one before
    began = time.process_time()
    for _ in range(repeats):
        run()
    return (time.process_time() - began) / repeats


def main() -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    found, notes = contestants(CASES[sys.argv[1]])
    measured: dict[str, list[float]] = {name: [] for name in found}
    for name, seconds in times(found, int(sys.argv[2])):
        measured[name].append(seconds)
    print(json.dumps({"times": measured, "notes": notes}))


if __name__ == "__main__":
    main()
