"""The models of derivations/models, written once more by hand: functions of arrays for an autodiff tool."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import autograd.numpy as np

Arrays = dict[str, Any]


class Example(NamedTuple):
    """A note and a Python file of the same model, its variables, the shapes of its inputs, and its loss."""

    note: str
    module: str
    wrt: str
    shapes: dict[str, tuple[int, ...]]
    loss: Callable[..., Any]
    constants: Callable[[], Arrays] = dict


def normalised(x: Any, epsilon: float, axis: int) -> Any:
    return (x - np.mean(x, axis=axis)) / np.sqrt(np.var(x, axis=axis) + epsilon)


def batch_norm(a: Arrays) -> Any:
    z = a["gamma"] * normalised(a["X"], a["epsilon"], 0) + a["beta"]
    return np.sum((z - a["Y"]) ** 2) / 2 / a["X"].shape[0]


def layer_norm(a: Arrays) -> Any:
    return np.sum((a["gamma"] * normalised(a["x"], a["epsilon"], 0) + a["beta"] - a["y"]) ** 2) / 2


def attention(a: Arrays) -> Any:
    q, k, v = (a["X"] @ a[name] for name in ("W_Q", "W_K", "W_V"))
    weights = np.exp(q @ k.T / np.sqrt(q.shape[1]))
    weights = weights / np.sum(weights, axis=1, keepdims=True)
    return np.sum((weights @ v - a["Y"]) ** 2) / 2


def convolution(a: Arrays) -> Any:
    """Without the array of windows: entry by entry."""
    x, w = a["x"], a["w"]
    z = np.stack([np.sum(x[i : i + len(w)] * w) + a["b"] for i in range(len(x) - len(w) + 1)])
    return np.sum((np.tanh(z) - a["y"]) ** 2) / 2


def windows() -> Arrays:
    m, k, n = 5, 3, 7
    picked = [[[float(j == i + p) for j in range(n)] for p in range(k)] for i in range(m)]
    return {"T": np.array(picked)}


def recurrent(a: Arrays) -> Any:
    h = a["h_0"]
    for x in (a["x_1"], a["x_2"]):
        h = np.tanh(a["W"] @ x + a["U"] @ h + a["b"])
    return np.sum((a["V"] @ h - a["y"]) ** 2) / 2


def residual(a: Arrays) -> Any:
    inside = np.maximum(a["W_1"] @ a["x"] + a["b_1"], 0)
    return np.sum((a["x"] + a["W_2"] @ inside + a["b_2"] - a["y"]) ** 2) / 2


def gru(a: Arrays) -> Any:
    def gate(k: str, state: Any) -> Any:
        return a[f"W_{k}"] @ a["x"] + a[f"U_{k}"] @ state + a[f"b_{k}"]

    z, r = (1 / (1 + np.exp(-gate(k, a["h_0"]))) for k in "zr")
    h = (1 - z) * a["h_0"] + z * np.tanh(gate("c", r * a["h_0"]))
    return np.sum((a["V"] @ h - a["y"]) ** 2) / 2


def lstm(a: Arrays) -> Any:
    """All gates of a step at once, from weights that are stacked."""
    W, U, b = (np.concatenate([a[f"{name}_{gate}"] for gate in "fiog"]) for name in "WUb")
    h, c = a["h_0"], a["c_0"]
    for x in (a["x_1"], a["x_2"]):
        f, i, o, g = np.split(W @ x + U @ h + b, 4)
        f, i, o = (1 / (1 + np.exp(-gate)) for gate in (f, i, o))
        c = f * c + i * np.tanh(g)
        h = o * np.tanh(c)
    return np.sum((h - a["y"]) ** 2) / 2


def contrastive(a: Arrays) -> Any:
    """One sample after the other."""
    first, second = a["X"] @ a["W"], a["Y"] @ a["W"]
    losses = []
    for n, u in enumerate(first):
        scores = np.array([u @ v for v in second]) / a["tau"]
        losses.append(np.log(np.sum(np.exp(scores))) - scores[n])
    return np.mean(np.array(losses))


def factorisation(a: Arrays) -> Any:
    """Pair by pair."""
    n = len(a["x"])
    pairs = [a["V"][i] @ a["V"][j] * a["x"][i] * a["x"][j] for i in range(n) for j in range(i + 1, n)]
    return np.log(1 + np.exp(-a["y"] * (a["w_0"] + a["w"] @ a["x"] + sum(pairs))))


EXAMPLES = [
    Example(
        "batch-norm.md",
        "batch_norm.py",
        "X,gamma,beta",
        {"X": (5, 3), "Y": (5, 3), "gamma": (3,), "beta": (3,), "epsilon": ()},
        batch_norm,
    ),
    Example(
        "layer-norm.md",
        "layer_norm.py",
        "x,gamma,beta",
        {"x": (4,), "y": (4,), "gamma": (4,), "beta": (4,), "epsilon": ()},
        layer_norm,
    ),
    Example(
        "attention.md",
        "attention.py",
        "X,W_Q,W_K,W_V",
        {"X": (5, 4), "W_Q": (4, 3), "W_K": (4, 3), "W_V": (4, 2), "Y": (5, 2)},
        attention,
    ),
    Example(
        "convolution.md", "convolution.py", "w,b,x", {"x": (7,), "w": (3,), "b": (), "y": (5,)}, convolution, windows
    ),
    Example(
        "recurrent.md",
        "recurrent.py",
        "W,U,b,V,h_0",
        {"W": (4, 3), "U": (4, 4), "V": (2, 4), "b": (4,), "h_0": (4,), "x_1": (3,), "x_2": (3,), "y": (2,)},
        recurrent,
    ),
    Example(
        "residual.md",
        "residual.py",
        "x,W_1,b_1,W_2,b_2",
        {"x": (4,), "y": (4,), "W_1": (6, 4), "b_1": (6,), "W_2": (4, 6), "b_2": (4,)},
        residual,
    ),
    Example(
        "gru.md",
        "gru.py",
        "W_z,U_z,b_z,W_r,U_r,b_r,W_c,U_c,b_c,V,h_0",
        {
            "x": (3,),
            "h_0": (4,),
            "y": (2,),
            **{f"{name}_{k}": shape for k in "zrc" for name, shape in (("W", (4, 3)), ("U", (4, 4)), ("b", (4,)))},
            "V": (2, 4),
        },
        gru,
    ),
    Example(
        "lstm.md",
        "lstm.py",
        "W_f,U_f,b_f,W_i,W_o,W_g,c_0",
        {
            **{"x_1": (3,), "x_2": (3,), "h_0": (4,), "c_0": (4,), "y": (4,)},
            **{f"{name}_{k}": shape for k in "fiog" for name, shape in (("W", (4, 3)), ("U", (4, 4)), ("b", (4,)))},
        },
        lstm,
    ),
    Example(
        "contrastive.md",
        "contrastive.py",
        "W,X,tau",
        {"X": (5, 3), "Y": (5, 3), "W": (3, 2)},
        contrastive,
        lambda: {"tau": 0.7},
    ),
    Example(
        "factorisation.md",
        "factorisation.py",
        "V,w,w_0,x",
        {"x": (4,), "w": (4,), "w_0": (), "V": (4, 2)},
        factorisation,
        lambda: {"y": -1.0},
    ),
]
