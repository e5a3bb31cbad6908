"""Expressions of the field with their free indices: losses, gradients, Hessians, Jacobians."""

from __future__ import annotations

from collections.abc import Callable

from sympy import Abs, Expr, Rational, cosh, erf, exp, log, pi, sqrt, tanh

from derive.calculus.derivative import differentiate
from derive.calculus.simplify import simplify
from derive.expr import (
    Delta,
    Det,
    Index,
    Inverse,
    LogDet,
    LogSumExp,
    Max_,
    Size,
    Tensor,
    Where,
    fresh,
    maximum,
    relu,
    sigmoid,
    softplus,
    sum_over,
)

N, D, K, M, H, R, E = (Size(s) for s in "NDKMHRE")
n_ = Size("n")
n, m, n2 = (Index(s, N) for s in ("n", "m", "n2"))
d, e, c, a, b = (Index(s, D) for s in ("d", "e", "c", "a", "b"))
k, l = Index("k", K), Index("l", K)  # noqa: E741
h, g = Index("h", H), Index("g", H)
r, s = Index("r", R), Index("s", R)
i, j, p, q = (Index(s, n_) for s in "ijpq")

A, B, C, Z = (Tensor(s, (n_, n_)) for s in "ABCX")
x, y, u, v = (Tensor(s, (n_,)) for s in "xyab")
pos = Tensor("x", (n_,), properties=("positive",))
prob = Tensor("p", (n_,), properties=("unit_interval",))
X, w, t = Tensor("X", (N, D)), Tensor("w", (D,)), Tensor("y", (N,))
W, Y, bias = Tensor("W", (D, K)), Tensor("Y", (N, K)), Tensor("b", (K,))
z, onehot = Tensor("z", (K,)), Tensor("y", (K,))
lam, beta, eps = Tensor("lambda")(), Tensor("b")(), Tensor("epsilon", properties=("positive",))()

Case = tuple[Expr, tuple[Index, ...]]
CASES: dict[str, Case] = {}


def case(name: str, e: Expr, *out: Index) -> None:
    CASES[name] = simplify(e), out


def grad(name: str, e: Expr, *wrt: Expr) -> None:
    """A derivative in the elements given, over their indices."""
    out = tuple(ix for el in wrt for ix in el.indices)
    for el in wrt:
        e = differentiate(e, el)
    case(name, e, *out)


def softmax(f: Callable[[Index], Expr], at: Index) -> Expr:
    other = fresh(at.dim)
    return exp(f(at) - LogSumExp(f(other), other))


def matmul(*entries: Expr, over: tuple[Index, ...]) -> Expr:
    product = entries[0]
    for entry in entries[1:]:
        product = product * entry
    return sum_over(product, *over)


# --- quadratic forms and norms

quadratic = sum_over(x(p) * A(p, q) * x(q), p, q)
case("quadratic form", quadratic)
grad("gradient of a quadratic form", quadratic, x(i))
grad("Hessian of a quadratic form", quadratic, x(i), x(j))
case("quadratic polynomial", quadratic + sum_over(u(p) * x(p), p) + beta)
case("sum of quadratic forms", quadratic + sum_over(x(p) * B(p, q) * x(q), p, q))
case("sum of inner products", sum_over(u(p) * x(p), p) + sum_over(v(p) * x(p), p))
norm2 = sum_over(x(p) ** 2, p)
grad("gradient of |x|^4", norm2**2, x(i))
grad("Hessian of |x|^4", norm2**2, x(i), x(j))
distance = sqrt(sum_over((x(p) - u(p)) ** 2, p))
case("distance", distance)
grad("gradient of a distance", distance, x(i))
grad("Hessian of a norm", sqrt(norm2), x(i), x(j))
grad("Rayleigh quotient", quadratic / norm2, x(i))
dot = sum_over(x(p) * y(p), p)
cosine = dot / sqrt(norm2) / sqrt(sum_over(y(p) ** 2, p))
case("cosine similarity", cosine)
grad("gradient of the cosine similarity", cosine, x(i))
rbf = exp(-sum_over((x(p) - y(p)) ** 2, p) / 2)
case("Gaussian kernel", rbf)
grad("gradient of the Gaussian kernel", rbf, x(i))
mahalanobis = sum_over((x(p) - u(p)) * Inverse(A(i, j), i, j, p, q) * (x(q) - u(q)), p, q)
case("Mahalanobis distance", mahalanobis)
grad("gradient of the Mahalanobis distance", mahalanobis, x(i))
case("projection", x(i) - sum_over(u(p) * x(p), p) / sum_over(u(p) ** 2, p) * u(i), i)
case("outer product", 2 * x(i) * y(j) / n_, i, j)
case("elementwise quotient", x(i) / y(i), i)
case("sum of quotients", sum_over(x(i) / y(i), i))
case("inverse root", 1 / sqrt(pos(i)), i)

# --- statistics

mean = sum_over(x(p), p) / n_
variance = sum_over((x(p) - mean) ** 2, p) / n_
case("mean", mean)
grad("gradient of the mean", mean, x(i))
case("variance", variance)
grad("gradient of the variance", variance, x(i))
centred = X(n, d) - sum_over(X(m, d), m) / N
case("covariance", sum_over(centred * (X(n, e) - sum_over(X(m, e), m) / N), n) / N, d, e)
gamma, upstream = Tensor("gamma", (n_,)), Tensor("g", (n_,))


def layer_norm(at: Index) -> Expr:
    return gamma(at) * (x(at) - mean) / sqrt(variance + eps)


case("layer norm", layer_norm(i), i)
grad("vjp of layer norm", sum_over(upstream(q) * layer_norm(q), q), x(i))
entropy = -sum_over(pos(p) * log(pos(p)), p)
case("entropy", entropy)
grad("gradient of the entropy", entropy, pos(i))
tau = Tensor("tau", properties=("positive",))()
case("density", exp(-((x(i) - beta) ** 2) / (2 * tau**2)) / sqrt(2 * pi * tau**2), i)

# --- matrices

r0, s0 = Index("r", n_), Index("s", n_)
r0, s0 = Index("r", n_), Index("s", n_)
trace4 = sum_over(A(p, q) * Z(r0, q) * B(r0, s0) * Z(s0, i) * C(i, p), p, q, r0, s0, i)
case("trace of a product", trace4)
grad("gradient of a trace", trace4, Z(i, j))
case("tr(A^T X)", sum_over(A(p, q) * Z(p, q), p, q))
grad("gradient of |X|^2", sum_over(Z(p, q) ** 2, p, q), Z(i, j))
case("trace", sum_over(A(p, p), p))
case("sum of entries", sum_over(A(p, q), p, q))
case("row sums", sum_over(A(i, q), q), i)
case("column sums", sum_over(A(p, j), p), j)
case("matrix square", sum_over(A(i, p) * A(p, j), p), i, j)
case("entrywise square", A(i, j) ** 2, i, j)
case("diagonal", A(i, i), i)
case("scaled product", sum_over(A(i, p) * x(p) * B(p, j), p), i, j)
had = sum_over(A(p, q) * Z(p, q) * B(q, p), p, q)
grad("gradient of a trace with a Hadamard product", had, Z(i, j))
logdet = LogDet(Z(p, q), p, q)
case("log det", logdet)
grad("gradient of log det", logdet, Z(i, j))
grad("gradient of det", Det(Z(p, q), p, q), Z(i, j))
bilinear = sum_over(u(p) * Inverse(Z(i, j), i, j, p, q) * v(q), p, q)
case("a^T X^-1 b", bilinear)
grad("gradient of a^T X^-1 b", bilinear, Z(i, j))
grad("gradient of tr(X^-1 A)", sum_over(Inverse(Z(i, j), i, j, p, q) * A(q, p), p, q), Z(i, j))
gram = sum_over(X(n, a) * X(n, b), n)
grad("gradient of log det of a Gram matrix", LogDet(gram, a, b), X(m, e))
case("ridge solution", sum_over(Inverse(gram + lam * Delta(a, b), a, b, d, e) * X(n, e) * t(n), n, e), d)
fro = sum_over((sum_over(A(p, r0) * Z(r0, q), r0) - B(p, q)) ** 2, p, q)
case("|AX - B|^2", fro)
grad("gradient of |AX - B|^2", fro, Z(i, j))
U, V = Tensor("U", (N, R)), Tensor("V", (D, R))
mask = Tensor("M", (N, D), properties=("binary",))
residual = X(n, d) - sum_over(U(n, r) * V(d, r), r)
factorisation = sum_over(residual**2, n, d)
case("matrix factorisation", factorisation)
grad("matrix factorisation in U", factorisation, U(m, s))
grad("matrix factorisation in V", factorisation, V(e, s))
masked = sum_over((mask(n, d) * residual) ** 2, n, d)
case("masked factorisation", masked)
grad("masked factorisation in U", masked, U(m, s))
case("kernel matrix", exp(-sum_over((X(n, d) - X(m, d)) ** 2, d) / 2), n, m)
reconstruction = sum_over((X(n, d) - sum_over(X(n, c) * w(c), c) * w(d)) ** 2, n, d)
case("PCA", reconstruction)
grad("gradient of PCA", reconstruction, w(e))
case("Kronecker", A(i, p) * B(j, q), i, j, p, q)

# --- regression

f = sum_over(X(n, d) * w(d), d)
squares = sum_over((f - t(n)) ** 2, n)
case("squared error", squares)
grad("gradient of half the squared error", squares / 2, w(e))
grad("gradient of the mean squared error", squares / N, w(e))
grad("Hessian of the mean squared error", squares / N / 2, w(d), w(e))
ridge = squares + lam * sum_over(w(d) ** 2, d)
case("ridge", ridge)
grad("gradient of ridge", ridge, w(e))
alpha = Tensor("alpha")()
elastic = squares / 2 / N + alpha * sum_over(Abs(w(d)), d) + lam / 2 * sum_over(w(d) ** 2, d)
case("elastic net", elastic)
grad("gradient of the elastic net", elastic, w(e))
weights = Tensor("s", (N,))
weighted = sum_over(weights(n) * (f - t(n)) ** 2, n) / 2
case("weighted squares", weighted)
grad("gradient of weighted squares", weighted, w(e))
grad("Hessian of weighted squares", weighted, w(d), w(e))
absolute = sum_over(Abs(f - t(n)), n)
case("L1 loss", absolute)
grad("gradient of the L1 loss", absolute, w(e))
huber = sum_over(Where(1 - Abs(f - t(n)), (f - t(n)) ** 2 / 2, Abs(f - t(n)) - Rational(1, 2)), n)
case("Huber loss", huber)
grad("gradient of the Huber loss", huber, w(e))
logcosh = sum_over(log(cosh(f - t(n))), n)
case("log cosh", logcosh)
grad("gradient of log cosh", logcosh, w(e))
poisson = sum_over(exp(f) - t(n) * f, n)
case("Poisson loss", poisson)
grad("gradient of the Poisson loss", poisson, w(e))
grad("Hessian of the Poisson loss", poisson, w(d), w(e))

# --- classification

nll = sum_over(softplus(f) - t(n) * f, n) / N
case("logistic loss", nll)
grad("gradient of the logistic loss", nll, w(e))
grad("Hessian of the logistic loss", nll, w(d), w(e))
likelihood = -sum_over(t(n) * log(sigmoid(f)) + (1 - t(n)) * log(1 - sigmoid(f)), n) / N
case("cross-entropy", likelihood)
grad("gradient of the cross-entropy", likelihood, w(e))
biased = sum_over(softplus(f + beta) - t(n) * (f + beta), n) / N
case("logistic loss with bias", biased)
grad("gradient in the bias", biased, beta)
case("gradient step", w(d) - lam * differentiate(nll, w(d)), d)
margin = sum_over(relu(1 - t(n) * f), n) / N
case("hinge loss", margin)
grad("gradient of the hinge loss", margin, w(e))
grad("gradient of the hinge loss by maximum", sum_over(maximum(0, 1 - t(n) * f), n) / N, w(e))
grad("gradient of the squared hinge loss", sum_over(relu(1 - t(n) * f) ** 2, n), w(e))
bce = -sum_over(y(p) * log(prob(p)) + (1 - y(p)) * log(1 - prob(p)), p)
case("binary cross-entropy", bce)
grad("gradient of the binary cross-entropy", bce, prob(i))
case("unsimplified gradient", differentiate(bce, prob(i)), i)
CASES["unsimplified gradient"] = differentiate(bce, prob(i)), (i,)
lse = LogSumExp(z(k), k)
case("log-sum-exp", lse)
grad("gradient of log-sum-exp", lse, z(k))
case("softmax", softmax(z, k), k)
grad("softmax Jacobian", softmax(z, k), z(l))
CASES["softmax Jacobian"] = CASES["softmax Jacobian"][0], (k, l)
ce = lse - sum_over(onehot(k) * z(k), k)
case("softmax cross-entropy", ce)
grad("gradient of softmax cross-entropy", ce, z(l))
grad("Hessian of softmax cross-entropy", ce, z(k), z(l))
case("log of softmax", -sum_over(onehot(k) * log(softmax(z, k)), k))
logits = sum_over(X(n, d) * W(d, k), d)
batch = sum_over(LogSumExp(logits, k) - sum_over(Y(n, k) * logits, k), n) / N
case("softmax regression", batch)
grad("gradient of softmax regression", batch, W(e, l))
case("probability of a class", exp(logits - LogSumExp(logits, k)), n)

# --- Gaussians

S, mu = Tensor("Sigma", (D, D), properties=("symmetric", "positive_definite")), Tensor("mu", (D,))
sq = sum_over((X(n, d) - mu(d)) * Inverse(S(a, b), a, b, d, e) * (X(n, e) - mu(e)), n, d, e)
gaussian = -N * LogDet(S(a, b), a, b) / 2 - sq / 2
case("Gaussian log-likelihood", gaussian)
grad("Gaussian in the mean", gaussian, mu(c))
grad("Gaussian in the covariance", gaussian, S(Index("f", D), Index("g", D)))

# --- networks

W1, W2 = Tensor("W", (H, D), layer=1), Tensor("W", (K, H), layer=2)
inp = Tensor("x", (D,))
hidden = sum_over(W1(h, d) * inp(d), d)
two_layers = sum_over((sum_over(W2(k, h) * relu(hidden), h) - onehot(k)) ** 2, k) / 2
case("two-layer network", two_layers)
grad("two-layer network in W2", two_layers, W2(l, g))
grad("two-layer network in W1", two_layers, W1(g, e))
grad("Jacobian of tanh(W x)", tanh(hidden), inp(e))
CASES["Jacobian of tanh(W x)"] = CASES["Jacobian of tanh(W x)"][0], (h, e)
grad("Jacobian of x * x", x(i) ** 2, x(j))
CASES["Jacobian of x * x"] = CASES["Jacobian of x * x"][0], (i, j)
dense = sum_over(tanh(sum_over(X(n, d) * W(d, k), d) + bias(k)), n, k)
case("dense layer", dense)
grad("dense layer in W", dense, W(e, l))
grad("dense layer in b", dense, bias(l))
grad("dense layer in X", dense, X(m, e))
case("gelu", z(k) * (1 + erf(z(k) / sqrt(2))) / 2, k)
grad("gradient of swish", z(k) * sigmoid(z(k)), z(k))
grad("gradient of max", Max_(x(p), p), x(i))
Q, Keys, Values = Tensor("Q", (N, E)), Tensor("K", (M, E)), Tensor("V", (M, R))
G, o, o2, m1 = Tensor("G", (N, R)), Index("o", E), Index("o'", E), Index("m1", M)


def scores(row: Index, column: Index) -> Expr:
    return sum_over(Q(row, o) * Keys(column, o), o) / sqrt(E)


attention = sum_over(softmax(lambda col: scores(n, col), m1) * Values(m1, r), m1)
case("attention", attention, n, r)
objective = sum_over(G(n, r) * attention, n, r)
case("attention against G", objective)
CASES["attention in Q"] = differentiate(objective, Q(m, o2)), (m, o2)
CASES["attention in V"] = differentiate(objective, Values(m1, s)), (m1, s)
