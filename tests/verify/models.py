"""A two-layer softmax network with its textbook gradients, written by hand: what the witness is tried on."""

from __future__ import annotations

from sympy import exp, log

from derive.expr import Index, Let, LogSumExp, Program, Size, Tensor, sigmoid, sum_over

N, D, H, K = Size("N"), Size("D"), Size("H"), Size("K")
n, d, h, k, l = Index("n", N), Index("d", D), Index("h", H), Index("k", K), Index("l", K)  # noqa: E741
X, Y = Tensor("X", (N, D)), Tensor("y", (N, K), properties={"sum_to_one"})
W1, b1 = Tensor("W", (H, D), layer=1), Tensor("b", (H,), layer=1)
W2, b2 = Tensor("W", (K, H), layer=2), Tensor("b", (K,), layer=2)
z1, a1 = Tensor("z", (N, H), layer=1), Tensor("a", (N, H), layer=1)
z2, p, C = Tensor("z", (N, K), layer=2), Tensor("p", (N, K)), Tensor("C")
delta1, delta2 = Tensor("δ", (N, H), layer=1), Tensor("δ", (N, K), layer=2)

PROGRAM = Program(
    (
        Let(z1(n, h), sum_over(W1(h, d) * X(n, d), d) + b1(h)),
        Let(a1(n, h), sigmoid(z1(n, h))),
        Let(z2(n, k), sum_over(W2(k, h) * a1(n, h), h) + b2(k)),
        Let(p(n, k), exp(z2(n, k) - LogSumExp(z2(n, l), l))),
        Let(C(), -sum_over(Y(n, k) * log(p(n, k)), n, k) / N),
    )
)
ADJOINTS = {z1: delta1, z2: delta2}
RESULTS = {
    z2: ((p(n, k) - Y(n, k)) / N, (n, k)),
    W2: (sum_over(delta2(n, k) * a1(n, h), n), (k, h)),
    b2: (sum_over(delta2(n, k), n), (k,)),
    a1: (sum_over(delta2(n, k) * W2(k, h), k), (n, h)),
    z1: (sum_over(delta2(n, k) * W2(k, h), k) * a1(n, h) * (1 - a1(n, h)), (n, h)),
    W1: (sum_over(delta1(n, h) * X(n, d), n), (h, d)),
    b1: (sum_over(delta1(n, h), n), (h,)),
    X: (sum_over(delta1(n, h) * W1(h, d), h), (n, d)),
}
MUTANTS = {
    "sign": (b1, -sum_over(delta1(n, h), n)),
    "factor": (W1, 2 * sum_over(delta1(n, h) * X(n, d), n)),
    "missing 1/N": (z2, p(n, k) - Y(n, k)),
    "missing sum": (b2, delta2(0, k)),
    "slope at z instead of a": (z1, sum_over(delta2(n, k) * W2(k, h), k) * z1(n, h) * (1 - z1(n, h))),
    "dropped slope": (z1, sum_over(delta2(n, k) * W2(k, h), k)),
    "dropped target": (z2, p(n, k) / N),
    "activation of the wrong layer": (W2, sum_over(delta2(n, k) * z1(n, h), n)),
    "one entry": (b2, sum_over(delta2(n, k), n) + 1e-5 * W2(0, 0)),
}
