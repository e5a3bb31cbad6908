"""P4: dense Hessians in all parameters, generated NumPy code (style fast) against JAX, PyTorch and autograd.

Contestants take turns in one process on one thread; that their results agree is checked first. Ratios are of CPU time,
the generated code's to the fastest of its peer's routes.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from harness import ONE_THREAD, Result, Unavailable, interleaved, ratios, run

XLA = {"XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"}
Hessian = Callable[[], Any]
Loss = Callable[..., Any]  # of the library, the parameters in one vector, and the data


@dataclass(frozen=True)
class Case:
    """A model at some size, and how many times faster than each peer its generated Hessian is to be."""

    name: str
    bars: dict[str, float]


CASES = {
    "logistic-1000x20": Case("logistic regression, 1000 x 20", {"jax.hessian": 2, "torch": 8}),
    "logistic-5000x100": Case("logistic regression, 5000 x 100", {"jax.hessian": 3, "torch": 8}),
    "logistic-20000x500": Case("logistic regression, 20000 x 500", {"jax.hessian": 3, "torch": 8}),
    "softmax-1000x50x10": Case("softmax regression, 1000 x 50, 10 classes, d = 510", {"jax.hessian": 8}),
    "mlp-200x30x30x1": Case("MLP 30-30-1, tanh, 200 samples, d = 961", {"jax.hessian": 20}),
    "factorisation-100x80x10": Case("matrix factorisation 100 x 80, rank 10, d = 1000", {"jax.hessian": 50}),
}


def hessians(rounds: int) -> Iterator[Result]:
    """One result for each case and peer."""
    return (row for name in CASES for row in _case(name, rounds))


def _case(name: str, rounds: int) -> list[Result]:
    case = CASES[name]
    environment = {**ONE_THREAD, **XLA}
    times = json.loads(run([sys.executable, __file__, name, str(rounds)], environment)[1].splitlines()[-1])
    if len(times) == 1:
        raise Unavailable("no peer is installed: jax, torch or autograd")
    ours = times.pop("derive")
    rows = []
    for peer, theirs in times.items():
        median, low, high = ratios(ours, theirs)
        bar = next((n for prefix, n in case.bars.items() if peer.startswith(prefix)), 1.0)
        note = f"{1 / median:.1f} times faster" if median < 1 else f"{median:.1f} times slower"
        rows.append(Result("P4", f"Hessian, {case.name}", peer, median, low, high, 1 / bar, note))
    return rows


# --- in the child: the models, as each library says them


def measure(name: str, rounds: int) -> dict[str, list[float]]:
    if hasattr(os, "sched_setaffinity"):  # on one core: threads that wait for each other on several count twice
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    kind, _, numbers = name.partition("-")
    sizes = [int(n) for n in numbers.split("x")]
    contestants = dict(MODELS[kind](*sizes))
    _agree(contestants)
    runs = {peer: _timed(f, _repeats(f)) for peer, f in contestants.items()}
    return interleaved(runs, rounds)


def _agree(contestants: dict[str, Hessian]) -> None:
    import numpy as np

    expected = np.asarray(contestants["derive"]())
    for peer, f in contestants.items():
        np.testing.assert_allclose(
            np.asarray(f()).reshape(expected.shape), expected, rtol=1e-6, atol=1e-9, err_msg=peer
        )


def _repeats(f: Hessian) -> int:
    start = time.process_time()
    f()
    return max(1, min(200, int(0.02 / max(time.process_time() - start, 1e-5))))


def _timed(f: Hessian, repeats: int) -> Callable[[], float]:
    def run() -> float:
        start = time.process_time()
        for _ in range(repeats):
            f()
        return (time.process_time() - start) / repeats

    return run


def _jax(loss: Loss, theta: Any, data: Any) -> Iterator[tuple[str, Hessian]]:
    """jax.hessian as it is, and its best route, a map of Hessian-vector products."""
    try:
        import jax  # pyright: ignore[reportMissingImports]
    except ImportError:
        return
    jax.config.update("jax_enable_x64", True)
    import jax.numpy as jnp  # pyright: ignore[reportMissingImports]

    whole = jax.jit(jax.hessian(lambda t, *given: loss(jnp, t, *given)))

    @jax.jit
    def mapped(t: Any, *given: Any) -> Any:
        gradient = jax.grad(lambda u: loss(jnp, u, *given))
        return jax.lax.map(lambda v: jax.jvp(gradient, (t,), (v,))[1], jnp.eye(t.size))

    at = [jnp.asarray(a) for a in (theta, *data)]
    yield "jax.hessian", lambda: whole(*at).block_until_ready()
    yield "jax map of products", lambda: mapped(*at).block_until_ready()


def _torch(loss: Loss, theta: Any, data: Any) -> Iterator[tuple[str, Hessian]]:
    try:
        import torch  # pyright: ignore[reportMissingImports]
    except ImportError:
        return
    torch.set_num_threads(1)
    at, *given = (torch.tensor(a) for a in (theta, *data))

    def value(t: Any) -> Any:
        return loss(torch, t, *given)

    whole, functional = torch.func.hessian(value), torch.autograd.functional.hessian
    yield "torch.func.hessian", lambda: whole(at)
    yield "torch.autograd.functional.hessian", lambda: functional(value, at, vectorize=True)


def _autograd(loss: Loss, theta: Any, data: Any) -> Iterator[tuple[str, Hessian]]:
    try:
        import autograd
        import autograd.numpy as anp
    except ImportError:
        return
    whole = autograd.hessian(lambda t: loss(anp, t, *data))
    yield "autograd", lambda: whole(theta)


def _peers(loss: Loss, theta: Any, *data: Any) -> Iterator[tuple[str, Hessian]]:
    for library in (_jax, _torch, _autograd):
        yield from library(loss, theta, data)


def _logistic(n: int, d: int) -> Iterator[tuple[str, Hessian]]:
    import numpy as np

    rng = np.random.default_rng(0)
    X, y, theta = rng.normal(size=(n, d)), rng.integers(0, 2, n).astype(float), rng.normal(size=d + 1) / d**0.5
    f = _generated("logistic", {})
    w, b = theta[:d].copy(), theta[d]
    yield "derive", lambda: f(w, b, X, y)

    def loss(xp: Any, t: Any, A: Any, c: Any) -> Any:
        z = A @ t[:d] + t[d]
        zero = xp.zeros_like(z)
        return (xp.logaddexp(zero, z) - c * z).sum() / n

    yield from _peers(loss, theta, X, y)


def _softmax(n: int, d: int, k: int) -> Iterator[tuple[str, Hessian]]:
    import numpy as np

    rng = np.random.default_rng(0)
    X, Y, theta = rng.normal(size=(n, d)), np.eye(k)[rng.integers(0, k, n)], rng.normal(size=d * k + k) / d**0.5
    f = _generated("softmax", {})
    W, b = theta[: d * k].reshape(d, k).copy(), theta[d * k :].copy()
    yield "derive", lambda: f(W, b, X, Y)

    def loss(xp: Any, t: Any, A: Any, C: Any) -> Any:
        z = A @ t[: d * k].reshape(d, k) + t[d * k :]
        top = z.max(1)[0] if xp.__name__ == "torch" else xp.max(z, axis=1)
        lse = top + xp.log(xp.exp(z - top[:, None]).sum(1))
        return (lse - (z * C).sum(1)).sum() / n

    yield from _peers(loss, theta, X, Y)


def _mlp(n: int, d: int, h: int, o: int) -> Iterator[tuple[str, Hessian]]:
    import numpy as np

    rng = np.random.default_rng(0)
    X, Y = rng.normal(size=(n, d)), rng.normal(size=(n, o))
    shapes = [(h, d), (h,), (o, h), (o,)]
    ends = np.cumsum([0, *(int(np.prod(s)) for s in shapes)])
    theta = rng.normal(size=ends[-1]) / d**0.5
    f = _generated("mlp", {"layers": "2", "activation": "tanh", "loss": "mse"})
    parts = [theta[a:b].reshape(s).copy() for a, b, s in zip(ends[:-1], ends[1:], shapes, strict=True)]
    yield "derive", lambda: f(*parts, X, Y)

    def loss(xp: Any, t: Any, A: Any, C: Any) -> Any:
        W1, b1, W2, b2 = (t[a:b].reshape(s) for a, b, s in zip(ends[:-1], ends[1:], shapes, strict=True))
        r = xp.tanh(A @ W1.T + b1) @ W2.T + b2 - C
        return (r * r).sum() / (2 * n)

    yield from _peers(loss, theta, X, Y)


def _factorisation(n: int, m: int, k: int) -> Iterator[tuple[str, Hessian]]:
    import numpy as np

    from derive.codegen import BACKENDS
    from derive.codegen.execute import load
    from derive.codegen.formula_hessian import formula_hessian

    rng = np.random.default_rng(0)
    X, V, theta = rng.normal(size=(n, m)), rng.normal(size=(m, k)), rng.normal(size=n * k)
    row = BACKENDS["numpy"]
    source = formula_hessian("sum((U @ V.T - X)**2)", "U: n,k; V: m,k; X: n,m", "U", row, "dense")
    f = load(source, row)["hessian"]
    U = theta.reshape(n, k).copy()
    yield "derive", lambda: f(U, V, X)

    def loss(xp: Any, t: Any, A: Any, B: Any) -> Any:
        r = t.reshape(n, k) @ B.T - A
        return (r * r).sum()

    yield from _peers(loss, theta, X, V)


def _generated(page: str, options: dict[str, str]) -> Callable[..., Any]:
    from derive.catalogue.options import PageOptions
    from derive.codegen import hessian

    return hessian(PageOptions.parse(**options), page=page, style="fast").functions["hessian"]


MODELS = {"logistic": _logistic, "softmax": _softmax, "mlp": _mlp, "factorisation": _factorisation}


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1], int(sys.argv[2]))))
