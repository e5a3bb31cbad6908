"""Models that nobody thought of when the engine was written: each page is certified, each module runs."""

from __future__ import annotations

import pytest

import derive
from derive import scalar, tensor
from derive.functions import activation, exp, eye, log, loss, mean, relu, sigmoid, softmax, sqrt, square, tanh

H, D = "H", "D"


def gates(names: str) -> dict:
    shapes = {"W": (H, D), "U": (H, H), "b": (H,)}
    return {n: [tensor(f"{k}_{n}", *shape) for k, shape in shapes.items()] for n in names}


def gru():
    x, h, net, p = tensor("x", D), tensor("h", H), derive.Model(), gates("zrh")
    net.z = sigmoid(p["z"][0] @ x + p["z"][1] @ h + p["z"][2])
    net.r = sigmoid(p["r"][0] @ x + p["r"][1] @ h + p["r"][2])
    net.hhat = tanh(p["h"][0] @ x + p["h"][1] @ (net.r * h) + p["h"][2])
    net.h_1 = (1 - net.z) * h + net.z * net.hhat
    net.L = loss("mse", net.h_1, tensor("y", H))
    return net, [*p["z"], *p["r"], *p["h"], h]


def lstm():
    x, h, c, net, p = tensor("x", D), tensor("h", H), tensor("c", H), derive.Model(), gates("fiog")
    for n in "fiog":
        net[f"z_{n}"] = p[n][0] @ x + p[n][1] @ h + p[n][2]
        net[n] = (tanh if n == "g" else sigmoid)(net[f"z_{n}"])
    net.c_1 = net.f * c + net.i * net.g
    net.h_1 = net.o * tanh(net.c_1)
    net.L = loss("mse", net.h_1, tensor("y", H))
    return net, [q for n in "fiog" for q in p[n]] + [c, h]


def transformer_block():
    X, Y, gamma, beta = tensor("X", "T", D), tensor("Y", "T", D), tensor("gamma", D), tensor("beta", D)
    W_Q, W_K, W_V = tensor("W_Q", D, H), tensor("W_K", D, H), tensor("W_V", D, D)
    W_1, W_2, epsilon = tensor("W_1", D, "F"), tensor("W_2", "F", D), scalar("epsilon", properties=["positive"])
    net = derive.Model()
    net.mu = mean(X, axis=1)
    net.v = mean(square(X - net.mu[:, None]), axis=1)
    net.Xhat = (X - net.mu[:, None]) / sqrt(net.v + epsilon)[:, None]
    net.N = gamma * net.Xhat + beta
    net.Q, net.K, net.V = net.N @ W_Q, net.N @ W_K, net.N @ W_V
    net.S = net.Q @ net.K.T / sqrt(W_Q.shape[1])
    net.A = softmax(net.S)
    net.R = X + net.A @ net.V
    net.Z = net.R @ W_1
    net.G = activation("gelu", net.Z)
    net.O = net.R + net.G @ W_2
    net.L = loss("mse", net.O, Y)
    return net, [X, gamma, beta, W_Q, W_K, W_V, W_1, W_2]


def autoencoder():
    x, noise = tensor("x", D, properties=["unit_interval"]), tensor("e", "K")
    W, U, V = tensor("W", "K", D), tensor("U", "K", D), tensor("V", D, "K")
    net = derive.Model()
    net.mu, net.s = W @ x, U @ x
    net.z = net.mu + exp(net.s / 2) * noise
    net.xhat = sigmoid(V @ net.z)
    net.R = loss("bce", net.xhat, x)
    net.KL = -(1 + net.s - net.mu**2 - exp(net.s)).sum() / 2
    net.L = net.R + net.KL
    return net, [W, U, V]


def graph_network():
    A, X, Y = tensor("A", "N", "N"), tensor("X", "N", D), tensor("Y", "N", "K", properties=["sum_to_one"])
    W_1, W_2 = tensor("W_1", D, H), tensor("W_2", H, "K")
    net = derive.Model()
    net.Z = A @ X @ W_1
    net.H = relu(net.Z)
    net.S = A @ net.H @ W_2
    net.P = softmax(net.S)
    net.L = loss("ce", net.P, Y)
    return net, [W_1, W_2]


def contrastive():
    U, V, tau = tensor("U", "N", D), tensor("V", "N", D), scalar("tau", properties=["positive"])
    net = derive.Model()
    net.u = U / sqrt((U**2).sum(axis=1))[:, None]
    net.v = V / sqrt((V**2).sum(axis=1))[:, None]
    net.S = net.u @ net.v.T / tau
    net.P = softmax(net.S)
    net.L = -(eye("N") * log(net.P)).sum() / U.shape[0]
    return net, [U, V, tau]


LINES = {
    gru: ("δ_ĥ = ∂L/∂ĥ", "∂L/∂b_r = δ_r ⊙ r ⊙ (1 - r)"),
    lstm: ("∂L/∂h = U_fᵀ δ_z_f + U_gᵀ δ_z_g + U_iᵀ δ_z_i + U_oᵀ δ_z_o", "∂L/∂c = δ_c_1 ⊙ f"),
    transformer_block: ("= A ⊙ (δ_A - (A ⊙ δ_A) 1 1ᵀ)", "∂L/∂W_Q = Nᵀ δ_Q"),
    autoencoder: ("= δ_z + μ", "∂L/∂U = δ_s xᵀ"),
    graph_network: ("= (P - Y)/N", "∂L/∂W_1 = Xᵀ Aᵀ δ_Z"),
    contrastive: ("= (P - I)/N", "∂L/∂τ = -tr(Sᵀ δ_S)/τ"),
}


@pytest.mark.parametrize("model", LINES, ids=lambda f: f.__name__)
def test_model(model):
    net, wrt = model()
    page = derive.page(net, wrt)
    text = page.text()
    assert page.derivation.certificate.established
    assert all(line in text for line in LINES[model]), text
    assert len(text.splitlines()) < 40 + 9 * len(tuple(net.program)) + 2 * len(wrt)  # nothing blows up
    assert "def loss_and_gradients(" in page.code()  # which is run against autograd before it is returned
