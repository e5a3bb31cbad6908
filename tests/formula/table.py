"""Formulas that must mean what they mean to NumPy, over the names of `reference.WHERE`."""

from __future__ import annotations

TABLE = """
x + z
x - z*2 + 1
-x**2
-x**-2
2**-1**2 * x
2**3**2 * b
x / p / 2
x - z - p
1 / (1 + np.exp(-x))
x*z/p*2
-x @ z
x @ z * 2
2 * x @ z
A @ x + z
A @ A @ x
x.T @ A @ x
x @ A @ z
A.T @ A
X @ w
X.T @ (X @ w - y) / N
w @ X.T
X @ W
(X @ W).T @ Y
T3 @ A
T3 @ x
A @ T3
T3 @ T3.swapaxes(1, 2)
sum(X)
sum(X, axis=0)
X.sum(axis=1)
X.sum(axis=-1, keepdims=True)
np.sum(X, 0)
X.sum((0, 1))
X - X.mean(axis=0)
X - X.mean(axis=1, keepdims=True)
(X - X.mean(axis=1)[:, None]) / X.std(axis=1)[:, None]
X * y[:, None]
X + r
X + B1
B1 * r
y[:, np.newaxis] * w
w[newaxis, :] + X
mean(X**2)
mean(X, axis=1)
max(X)
max(X, axis=0)
X.max(axis=1)
min(X, axis=1, keepdims=True)
X - X.min()
prod(p)
prod(X, axis=0)
prod(2*p*c)
var(X)
var(X, axis=0, ddof=1)
std(X, axis=1)
sum(log(1 + exp(-y*(X@w))))/N
-mean(y*log(sigmoid(X@w)) + (1 - y)*log(1 - sigmoid(X@w)))
-sum(Y*log_softmax(X@W))/N
-sum(Y*np.log(softmax(X @ W, axis=1)))
softmax(X)
softmax(X, axis=0)
softmax(X @ W, -1)
logsumexp(X)
logsumexp(X, axis=1)
logsumexp(X, axis=0, keepdims=True)
logsumexp(ones((N, D)) + b)
norm(x)
np.linalg.norm(X @ w - y)**2
norm(X)
norm(X, axis=1)
norm(x, ord=1)
norm(x, 2)
norm(A - eye(n))**2 / 2
sqrt(x**2)
sqrt(p) * square(x)
abs(x - z)
sign(x) * abs(x)
tanh(x) + sin(x)*cos(x)
sinh(b) - cosh(b) + tan(b/4) + arctan(b)
erf(x / np.sqrt(2))
gelu(x)
silu(x) + softplus(x) + relu(x)
expm1(x) + log1p(p)
log2(p) + log10(p)
logit(q)
logsigmoid(x) + np.logaddexp(x, z)
sigmoid(x)*(1 - sigmoid(x))
expit(x)
maximum(x, z) - minimum(x, 0)
maximum(0, 1 - x)
np.maximum(1 - y*(X@w), 0).sum()
clip(x, -0.5, 0.5)
x.clip(0, 1)
where(x > 0, x, 0.01*x)
where(x <= z, x, z**2)
where(y, X@w, 0)
where(x, z, 1)
1.0*(x > z)
1.0*(x < 0) + 2.0*(x >= z) + 3.0*(x <= 0.5)
1.0*(y == 1) - 1.0*(y != 1)
step(x) + equal(x, z) + greater(x, 0) + less_equal(x, z)
trace(A)
trace(A.T @ S @ A)
A.trace()
np.trace(A @ np.linalg.inv(P))
diag(x)
diag(A)
np.diag(x) @ A
A.diagonal() * x
outer(x, z)
np.outer(x, x) + eye(n)
x[:, None] * z[None, :]
dot(x, z)
A.dot(x)
inner(x, z)
inner(A, S)
vdot(A, S)
dot(b, A)
inv(P)
inv(P) @ x
x @ inv(P + 2*eye(n)) @ z
np.linalg.solve(P, x)
det(A)
np.linalg.det(P)
logdet(P)
np.linalg.slogdet(P)[1]
slogdet(A)[0] * slogdet(A)[1]
slogdet(P)[1] + trace(P)
inv(T3)
det(T3)
-n/2*log(2*pi) - logdet(P)/2 - (x - z) @ inv(P) @ (x - z)/2
transpose(X)
transpose(T3, (1, 0, 2))
T3.transpose(2, 0, 1)
X.T.T
x.T
x[0]
X[0]
X[:, 1]
X[0, 1] + X[1][0]
X[..., 0]
T3[0, :, 1]
T3[:, 0]
r[0]
B1[:, 0]
B1.sum()
r.mean(axis=0)
max(B1, axis=1)
eye(n)
eye(3)
np.eye(n) * b
ones(N) @ X
ones((N, K))
zeros((n, n)) + A
zeros(N) + b
full((n, n), b)
ones_like(X) - zeros_like(X)
X.shape[0] + X.shape[1]
sum(X)/X.size
len(X) * b
N*D + n
b + c*2 - 1e-3 + .5 + 2.
b**2 + c**0.5 + c**b
c**-1.5 + 10**b
np.pi * b + np.e + pi
np.exp(b) + numpy.exp(b)
np.power(c, 3) + np.square(b) + reciprocal(c) + negative(b)
add(x, z) + subtract(x, z) + multiply(x, z) + divide(x, p)
matmul(A, x)
(x)
((x + z))*(2)
+x - -z
--x
x\n  + z  # the sum
"""


def formulas() -> list[str]:
    return [line.replace("\\n", "\n") for line in TABLE.strip().splitlines()]
