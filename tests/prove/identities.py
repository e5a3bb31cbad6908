"""A table of identities, each with a near miss that looks alike and is false."""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Abs, Expr, Rational, cos, erf, exp, log, sign, sin, sqrt, tanh

from derive.expr import (
    Delta,
    Det,
    Index,
    Inverse,
    LogDet,
    LogSumExp,
    Max_,
    Prod_,
    Size,
    Sum_,
    Tensor,
    Unknown,
    Where,
    maximum,
    minimum,
    relu,
    sigmoid,
    softplus,
    step,
    sum_over,
)

N, D, K, M = (Size(s) for s in "NDKM")
i, j, k, l, m = (Index(s, D) for s in "ijklm")  # noqa: E741
n, r = Index("n", N), Index("r", N)
c, e, f = (Index(s, K) for s in "cef")
row, column = Index("row", D), Index("column", D)
p, q = Index("p", M), Index("q", M)


def tensor(name: str, *dims: Size, **options: object) -> Tensor:
    return Tensor(name, dims, **options)


X, Y2 = tensor("X", N, D), tensor("Z", N, D)
A, B, C = (tensor(s, D, D) for s in ("A", "B", "C"))
S = tensor("S", D, D, properties=("symmetric",))
P = tensor("P", D, D, properties=("symmetric", "positive_definite"))
Q = tensor("Q", D, D, properties=("orthogonal",))
x, u, v, w = (tensor(s, D) for s in "xuvw")
d = tensor("d", D, properties=("positive",))
z, t = tensor("z", K), tensor("t", K)
L = tensor("L", N, K)
y = tensor("y", K, properties=("sum_to_one",))
ys = tensor("ys", N, K, properties=("sum_to_one",))
h = tensor("h", N, K, properties=("one_hot",))
b = tensor("b", N, properties=("binary",))
sg = tensor("sg", N, properties=("sign",))
o, g = tensor("o", N), tensor("g", N)
pi = tensor("pi", N, properties=("unit_interval",))
a0, b0, c0 = tensor("a")(), tensor("b0")(), tensor("c0")()
lam = tensor("lam", properties=("positive",))()
s0 = tensor("s0", properties=("positive",))()
W2 = tensor("W", D, K, layer=2)
W1 = tensor("W", D, K, layer=1)


def S_(body: Expr, *names: Index) -> Expr:
    return Sum_(body, *names)


def softmax(logits: Expr, over: Index, other: Index) -> Expr:
    from derive.expr import rename

    return exp(logits - LogSumExp(rename(logits, {over: other}), other))


pz = softmax(z(c), c, f)
pz_e = softmax(z(e), e, f)
pn = softmax(L(n, c), c, f)
ridge = lam * Delta(i, j) + S_(X(n, i) * X(n, j), n)


def inv(body: Expr, row: Index, column: Index, *slots: Index) -> Expr:
    return Inverse(body, row, column, *slots)


mean = S_(x(i), i) / D
var = S_((x(j) - mean) ** 2, j) / D
norm = (x(k) - mean) / sqrt(var + s0)


@dataclass(frozen=True)
class Identity:
    """`left = right` holds; `left = miss` does not. `assumes`: words that must be among the assumptions."""

    name: str
    left: Expr
    right: Expr
    miss: Expr
    assumes: str = ""


TABLE = (
    # -- matrix algebra
    Identity("transpose of a product", S_(A(k, i) * B(j, k), k), S_(B(j, k) * A(k, i), k), S_(B(k, j) * A(k, i), k)),
    Identity(
        "associativity",
        S_(A(i, k) * S_(B(k, l) * C(l, j), l), k),
        S_(S_(A(i, k) * B(k, l), k) * C(l, j), l),
        S_(S_(A(i, k) * B(l, k), k) * C(l, j), l),
    ),
    Identity("cyclic trace", S_(A(i, j) * B(j, i), i, j), S_(B(k, l) * A(l, k), k, l), S_(B(k, l) * A(k, l), k, l)),
    Identity(
        "cyclic trace of three",
        S_(A(i, j) * B(j, k) * C(k, i), i, j, k),
        S_(C(i, j) * A(j, k) * B(k, i), i, j, k),
        S_(B(i, j) * A(j, k) * C(k, i), i, j, k),
    ),
    Identity(
        "square of a difference",
        S_((S_(A(i, j) * x(j), j) - u(i)) ** 2, i),
        S_(A(i, j) * A(i, k) * x(j) * x(k), i, j, k) - 2 * S_(A(i, j) * x(j) * u(i), i, j) + S_(u(i) ** 2, i),
        S_(A(i, j) * A(i, k) * x(j) * x(k), i, j, k) - 2 * S_(A(i, j) * x(i) * u(j), i, j) + S_(u(i) ** 2, i),
    ),
    Identity(
        "quadratic form of a symmetric matrix",
        S_((S(i, j) + S(j, i)) * x(j), j),
        2 * S_(S(i, j) * x(j), j),
        S_(S(i, j) * x(j), j),
        "S symmetric",
    ),
    Identity(
        "quadratic form of any matrix",
        S_(A(i, j) * x(i) * x(j), i, j),
        S_((A(i, j) + A(j, i)) * x(i) * x(j), i, j) / 2,
        S_((A(i, j) + A(j, i)) * x(i) * x(j), i, j),
    ),
    Identity(
        "two forms of a symmetric matrix",
        S_(S(i, j) * x(i) * u(j), i, j),
        S_(S(j, i) * x(i) * u(j), i, j),
        S_(S(i, j) * x(i) * x(j), i, j),
        "S symmetric",
    ),
    Identity("delta contracts", S_(Delta(i, j) * A(j, k) * x(j), j), A(i, k) * x(i), S_(A(j, k) * x(j), j)),
    Identity(
        "delta with free indices",
        Delta(i, j) * x(j) * A(i, k),
        Delta(i, j) * x(i) * A(j, k),
        Delta(i, j) * x(k) * A(j, k),
    ),
    Identity("trace of the identity", S_(Delta(i, j) * Delta(i, j), i, j), D + 0 * x(i), D**2 + 0 * x(i)),
    Identity(
        "diag u times M is Hadamard",
        S_(Delta(i, k) * u(i) * A(k, j), k),
        u(i) * A(i, j),
        u(j) * A(i, j),
    ),
    Identity(
        "trace of a Hadamard product",
        S_((u(i) * A(i, j)) * B(i, j), i, j),
        S_(u(i) * S_(A(i, j) * B(i, j), j), i),
        S_(u(j) * S_(A(i, j) * B(i, j), i), j),
    ),
    Identity(
        "orthogonal preserves length",
        S_(S_(Q(i, j) * x(j), j) ** 2, i),
        S_(x(i) ** 2, i),
        S_(x(i), i) ** 2,
        "Q orthogonal",
    ),
    Identity("orthogonal rows", S_(Q(i, k) * Q(j, k), k), Delta(i, j), S_(Q(i, k) * Q(k, j), k), "Q orthogonal"),
    Identity("Frobenius norm of Q", S_(Q(i, j) ** 2, i, j), D + 0 * x(i), D**2 + 0 * x(i), "Q orthogonal"),
    # -- inverses and determinants
    Identity(
        "A^-1 A = I", S_(inv(A(k, l), k, l, i, m) * A(m, j), m), Delta(i, j), S_(inv(A(k, l), k, l, i, m) * A(j, m), m)
    ),
    Identity(
        "A A^-1 = I", S_(A(i, m) * inv(A(k, l), k, l, m, j), m), Delta(i, j), S_(A(i, m) * inv(A(k, l), k, l, j, m), m)
    ),
    Identity("(A^T)^-1 = (A^-1)^T", inv(A(l, k), k, l, i, j), inv(A(k, l), k, l, j, i), inv(A(k, l), k, l, i, j)),
    Identity("(2A)^-1", inv(2 * A(k, l), k, l, i, j), inv(A(k, l), k, l, i, j) / 2, 2 * inv(A(k, l), k, l, i, j)),
    Identity(
        "(AB)^-1 = B^-1 A^-1",
        inv(S_(A(k, m) * B(m, l), m), k, l, i, j),
        S_(inv(B(k, l), k, l, i, m) * inv(A(k, l), k, l, m, j), m),
        S_(inv(A(k, l), k, l, i, m) * inv(B(k, l), k, l, m, j), m),
    ),
    Identity(
        "inverse of the inverse", inv(inv(A(k, l), k, l, i, j), i, j, row, column), A(row, column), A(column, row)
    ),
    Identity(
        "inverse of a symmetric matrix",
        inv(S(k, l), k, l, i, j),
        inv(S(l, k), k, l, j, i),
        inv(2 * S(l, k), k, l, j, i),
        "S symmetric",
    ),
    Identity(
        "ridge: (X^T X + lam I)^-1 contracted",
        S_(inv(ridge, i, j, k, l) * (S_(X(n, l) * X(n, m), n) + lam * Delta(l, m)), l),
        Delta(k, m),
        2 * Delta(k, m),
    ),
    Identity(
        "ridge: what is left without lam",
        S_(inv(ridge, i, j, k, l) * X(n, l) * X(n, m), l, n),
        Delta(k, m) - lam * inv(ridge, i, j, k, m),
        Delta(k, m) + lam * inv(ridge, i, j, k, m),
    ),
    Identity(
        "trace of A^-1 A",
        S_(inv(A(k, l), k, l, i, j) * A(j, i), i, j),
        D + 0 * x(i),
        S_(inv(A(k, l), k, l, i, j) * A(i, j), i, j),
    ),
    Identity(
        "logdet of 3A", LogDet(3 * A(i, j), i, j), D * log(3) + LogDet(A(i, j), i, j), log(3) + LogDet(A(i, j), i, j)
    ),
    Identity("logdet of a transpose", LogDet(A(j, i), i, j), LogDet(A(k, l), k, l), LogDet(B(k, l), k, l)),
    Identity(
        "logdet of a product",
        LogDet(S_(A(i, k) * B(k, j), k), i, j),
        LogDet(A(i, j), i, j) + LogDet(B(i, j), i, j),
        LogDet(A(i, j), i, j) - LogDet(B(i, j), i, j),
    ),
    Identity(
        "logdet of an inverse", LogDet(inv(A(k, l), k, l, i, j), i, j), -LogDet(A(i, j), i, j), LogDet(A(i, j), i, j)
    ),
    Identity("log|det A|", log(Abs(Det(A(i, j), i, j))), LogDet(A(i, j), i, j), LogDet(2 * A(i, j), i, j)),
    Identity("det of an inverse", Det(inv(A(k, l), k, l, i, j), i, j), 1 / Det(A(i, j), i, j), Det(A(i, j), i, j)),
    Identity(
        "det of a product",
        Det(S_(A(i, k) * B(k, j), k), i, j),
        Det(A(i, j), i, j) * Det(B(j, i), i, j),
        Det(A(i, j), i, j) + Det(B(i, j), i, j),
    ),
    Identity(
        "logdet of diag d", LogDet(Delta(i, j) * d(i), i, j), S_(log(d(i)), i), S_(log(d(i)), i) / 2, "d positive"
    ),
    Identity("inverse of diag d", inv(Delta(k, l) * d(k), k, l, i, j), Delta(i, j) / d(i), Delta(i, j) * d(i)),
    Identity("log det of positive definite", log(Det(P(i, j), i, j)), LogDet(P(i, j), i, j), 2 * LogDet(P(i, j), i, j)),
    # -- softmax and its loss
    Identity("softmax sums to one", S_(pz, c), 1 + 0 * x(i), K + 0 * x(i)),
    Identity("softmax as a quotient", pz, exp(z(c)) / S_(exp(z(e)), e), exp(z(c)) / S_(exp(2 * z(e)), e)),
    Identity(
        "softmax is invariant under a shift",
        pz,
        exp(z(c) - a0 - LogSumExp(z(f) - a0, f)),
        exp(z(c) - a0 - LogSumExp(z(f) + a0, f)),
    ),
    Identity("log-sum-exp shift", LogSumExp(z(c) + a0, c), a0 + LogSumExp(z(e), e), LogSumExp(z(e), e) - a0),
    Identity(
        "rows of the softmax Jacobian sum to zero",
        S_(pz * (Delta(c, e) - pz_e), e),
        0 * x(i) + z(c) - z(c),
        pz,
    ),
    Identity(
        "cross-entropy gradient, targets sum to one",
        S_(y(c) * (pz_e - Delta(c, e)), c),
        pz_e - y(e),
        y(e) - pz_e,
        "y sums to one",
    ),
    Identity(
        "cross-entropy gradient, any targets",
        S_(t(c) * (pz_e - Delta(c, e)), c),
        pz_e * S_(t(c), c) - t(e),
        pz_e - t(e),
    ),
    Identity(
        "batch cross-entropy",
        -S_(ys(n, c) * log(pn), n, c),
        S_(LogSumExp(L(n, c), c), n) - S_(ys(n, c) * L(n, c), n, c),
        S_(LogSumExp(L(n, c), n), c) - S_(ys(n, c) * L(n, c), n, c),
        "ys sums to one",
    ),
    Identity(
        "batch of softmaxes sums to the batch",
        S_(o(n) * pn, n, c),
        S_(o(n), n),
        K * S_(o(n), n),
    ),
    # -- sigmoid, tanh, softplus
    Identity("sigmoid of minus", sigmoid(-o(n)), 1 - sigmoid(o(n)), sigmoid(o(n))),
    Identity(
        "sigmoid derivative",
        exp(-o(n)) / (1 + exp(-o(n))) ** 2,
        sigmoid(o(n)) * (1 - sigmoid(o(n))),
        sigmoid(o(n)) ** 2,
    ),
    Identity("tanh through sigmoid", tanh(o(n)), 2 * sigmoid(2 * o(n)) - 1, 2 * sigmoid(o(n)) - 1),
    Identity(
        "tanh as a quotient",
        tanh(o(n)),
        (exp(o(n)) - exp(-o(n))) / (exp(o(n)) + exp(-o(n))),
        (exp(o(n)) + exp(-o(n))) / (exp(o(n)) - exp(-o(n))),
    ),
    Identity("softplus difference", softplus(o(n)) - softplus(-o(n)), o(n), -o(n)),
    Identity("log sigmoid", log(sigmoid(o(n))), -softplus(-o(n)), -softplus(o(n))),
    Identity(
        "binary cross-entropy from logits",
        -g(n) * log(sigmoid(o(n))) - (1 - g(n)) * log(1 - sigmoid(o(n))),
        softplus(o(n)) - g(n) * o(n),
        softplus(o(n)) + g(n) * o(n),
    ),
    Identity(
        "batch logistic gradient",
        S_(
            (-g(n) / sigmoid(o(n)) + (1 - g(n)) / (1 - sigmoid(o(n)))) * sigmoid(o(n)) * (1 - sigmoid(o(n))) * X(n, i),
            n,
        )
        / N,
        S_(X(n, i) * (sigmoid(o(n)) - g(n)), n) / N,
        S_(X(n, i) * (sigmoid(o(n)) - g(n)), n),
    ),
    Identity(
        "delta through probabilities",
        S_((-g(n) / pi(n) + (1 - g(n)) / (1 - pi(n))) * pi(n) * (1 - pi(n)) * X(n, i), n),
        S_((pi(n) - g(n)) * X(n, i), n),
        S_((g(n) - pi(n)) * X(n, i), n),
    ),
    # -- kinks
    Identity("relu of minus", relu(o(n)) - relu(-o(n)), o(n), Abs(o(n))),
    Identity(
        "absolute value", Abs(o(n) - g(n)), relu(o(n) - g(n)) + relu(g(n) - o(n)), relu(o(n) - g(n)) - relu(g(n) - o(n))
    ),
    Identity("max and min", maximum(o(n), g(n)) + minimum(o(n), g(n)), o(n) + g(n), o(n) - g(n)),
    Identity("max commutes", maximum(o(n), g(n)), maximum(g(n), o(n)), minimum(g(n), o(n))),
    Identity(
        "max by absolute value",
        maximum(o(n), g(n)),
        (o(n) + g(n) + Abs(o(n) - g(n))) / 2,
        (o(n) + g(n) - Abs(o(n) - g(n))) / 2,
    ),
    Identity("relu squared", relu(o(n)) ** 2, o(n) * relu(o(n)), o(n) ** 2),
    Identity("relu scales", relu(s0 * o(n)), s0 * relu(o(n)), s0**2 * relu(o(n)), "s0 positive"),
    Identity("leaky relu", Where(o(n), o(n), o(n) / 10), relu(o(n)) - relu(-o(n)) / 10, relu(o(n)) + relu(-o(n)) / 10),
    Identity("square of the absolute value", Abs(o(n)) ** 2, o(n) ** 2, o(n) * Abs(o(n))),
    Identity("sign times value", o(n) * sign(o(n)), Abs(o(n)), -Abs(o(n))),
    Identity("steps exclude each other", step(o(n)) * step(-o(n)), 0 * o(n), step(o(n))),
    Identity("step of minus, on the kink", sign(o(n)), step(o(n)) - step(-o(n)), 2 * step(o(n)) - 1),
    Identity("root of a square", (o(n) ** 2 * s0**2) ** Rational(1, 2), s0 * Abs(o(n)), s0 * o(n)),
    # -- discrete tensors
    Identity("binary square", b(n) ** 2, b(n), g(n), "b binary"),
    Identity("one-hot product", h(n, c) * h(n, e), Delta(c, e) * h(n, c), h(n, c), "h one-hot"),
    Identity("one-hot norm", S_(h(n, c) ** 2, n, c), N + 0 * x(i), K + 0 * x(i), "h sums to one"),
    Identity("sign square", sg(n) ** 2, 1 + 0 * x(i), sg(n), "sg in {-1, 1}"),
    Identity(
        "bernoulli likelihood",
        pi(n) ** b(n) * (1 - pi(n)) ** (1 - b(n)),
        b(n) * pi(n) + (1 - b(n)) * (1 - pi(n)),
        b(n) * pi(n) - (1 - b(n)) * (1 - pi(n)),
        "b binary",
    ),
    Identity(
        "log of the likelihood",
        log(Prod_(pi(n) ** b(n) * (1 - pi(n)) ** (1 - b(n)), n)),
        S_(b(n) * log(pi(n)) + (1 - b(n)) * log(1 - pi(n)), n),
        S_(b(n) * log(pi(n)) + (1 + b(n)) * log(1 - pi(n)), n),
        "pi in (0, 1)",
    ),
    Identity(
        "margins",
        softplus(-sg(n) * o(n)),
        softplus(o(n)) - (1 + sg(n)) / 2 * o(n),
        softplus(o(n)) - sg(n) * o(n),
        "sg in {-1, 1}",
    ),
    # -- sums, products, maxima, others
    Identity("centred values sum to zero", S_(x(k) - mean, k), 0 * D + x(i) - x(i), S_(x(k), k)),
    Identity("layer norm sums to zero", S_(norm, k), x(i) - x(i), S_(x(k), k)),
    Identity("layer norm's square", S_(norm**2, k), D * var / (var + s0), D * var / (var - s0)),
    Identity(
        "variance",
        S_((x(k) - mean) ** 2, k),
        S_(x(k) ** 2, k) - S_(x(k), k) ** 2 / D,
        S_(x(k) ** 2, k) - S_(x(k), k) ** 2,
    ),
    Identity("square of a sum", S_(x(k), k) ** 2, S_(x(k) * x(l), k, l), S_(x(k) ** 2, k)),
    Identity("log of a product", log(Prod_(d(i), i)), S_(log(d(i)), i), log(S_(d(i), i)), "d positive"),
    Identity("product of products", Prod_(x(i), i) * Prod_(u(j), j), Prod_(x(i) * u(i), i), Prod_(x(i) + u(i), i)),
    Identity("product of exponentials", Prod_(exp(x(i)), i), exp(S_(x(i), i)), S_(exp(x(i)), i)),
    Identity("maximum shifts", Max_(2 * x(i) + 2 * a0, i), 2 * a0 + 2 * Max_(x(j), j), a0 + 2 * Max_(x(j), j)),
    Identity(
        "log of a product of positives", log(s0 * lam**2), log(s0) + 2 * log(lam), log(s0) + log(lam), "lam positive"
    ),
    Identity("error function is odd", erf(x(i) - u(i)), -erf(u(i) - x(i)), erf(u(i) - x(i))),
    Identity("cosine is even", cos(x(i) - u(i)), cos(u(i) - x(i)), cos(u(i) + x(i))),
    Identity("sine squared", sin(a0) ** 2 + cos(a0) ** 2, 1 + 0 * a0, 2 + 0 * a0),
    Identity(
        "unknown function of equal arguments",
        Unknown("f", 0, x(i) * (u(i) + 1) - x(i)),
        Unknown("f", 0, x(i) * u(i)),
        Unknown("f", 1, x(i) * u(i)),
    ),
    Identity("layers", S_(W2(i, c) * z(c), c), S_(z(e) * W2(i, e), e), S_(z(e) * W1(i, e), e)),
    Identity("rational function", 1 / (1 + 1 / (a0 + b0)), (a0 + b0) / (a0 + b0 + 1), (a0 + b0) / (a0 + b0 - 1)),
    Identity("partial fractions", 1 / (a0 * (a0 + 1)), 1 / a0 - 1 / (a0 + 1), 1 / a0 + 1 / (a0 + 1)),
    Identity("difference of squares", (a0**2 - b0**2) / (a0 - b0), a0 + b0, a0 - b0),
    Identity(
        "contracted builders agree",
        S_(S_(A(i, j) * x(j), j) * u(i), i),
        sum_over(u(i) * A(i, j) * x(j), i, j),
        sum_over(u(j) * A(i, j) * x(j), i, j),
    ),
)
