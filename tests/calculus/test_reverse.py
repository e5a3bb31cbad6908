"""Reverse mode on programs: stages, names, and what the adjoints are."""

from __future__ import annotations

from sympy import exp, log

from derive.calculus import adjoint, adjoints, total_derivative
from derive.expr import Diff, Elem, Index, Let, LogSumExp, Program, Size, Tensor, sigmoid, sum_over
from derive.verify.witness import witness_gradients, witness_hessian

N, D, K = Size("N"), Size("D"), Size("K")
n, d, e, k, j = Index("n", N), Index("d", D), Index("e", D), Index("k", K), Index("j", K)
X, w = Tensor("X", (N, D)), Tensor("w", (D,))
z, p, y, J = Tensor("z", (N,)), Tensor("p", (N,)), Tensor("y", (N,)), Tensor("J")
LOGISTIC = Program(
    (
        Let(z(n), sum_over(X(n, d) * w(d), d)),
        Let(p(n), sigmoid(z(n))),
        Let(J(), -sum_over(y(n) * log(p(n)) + (1 - y(n)) * log(1 - p(n)), n) / N),
    )
)


def logistic():
    return adjoints(LOGISTIC, (w,), {z: (n,), p: (n,), w: (d,)}, {z: Tensor("delta", (N,))})


def test_cancellation_needs_no_rule():
    assert logistic()[z].value == (p(n) - y(n)) / N


def test_the_gradient_mentions_the_name_of_the_delta():
    found = logistic()
    assert found[w].value == sum_over(found[z].name.tensor(n) * X(n, d), n)


def test_stages_are_kept():
    a = logistic()[z]
    m = a.paths[0].at[0]
    assert a.chain == sum_over(Diff(J(), p(m)) * Diff(p(m), z(n)), m)
    assert a.local == Diff(J(), p(n)) * p(n) * (1 - p(n))


def test_the_witness_agrees():
    found = logistic()
    results = {t: (a.value, a.of.indices) for t, a in found.items()}
    assert witness_gradients(LOGISTIC, results, adjoints={z: found[z].name.tensor}).kind == "confirmed"


def test_softmax_needs_targets_that_sum_to_one():
    logits, q = Tensor("z", (K,)), Tensor("p", (K,))

    def delta(*properties: str):
        t = Tensor("y", (K,), None, properties)
        lets = (Let(q(k), exp(logits(k) - LogSumExp(logits(j), j))), Let(J(), -sum_over(t(k) * log(q(k)), k)))
        return adjoints(Program(lets), (logits,), {q: (k,), logits: (k,)})[logits], t

    assumed, t = delta("sum_to_one")
    assert (assumed.value, assumed.assumptions) == (q(k) - t(k), ("y sums to one",))
    free, t = delta()
    assert (free.value, free.assumptions) == (q(k) * sum_over(t(j), j) - t(k), ())


def test_an_adjoint_taken_as_given_is_used_by_name():
    a = adjoint(w, (d,), Program(LOGISTIC.lets[:1]), Elem(J), {z: Tensor("delta", (N,))(n)})
    assert a.value == sum_over(Tensor("delta", (N,))(n) * X(n, d), n)


def test_hessian_by_forward_mode():
    gradient = sum_over((p(n) - y(n)) * X(n, d), n) / N
    hessian = total_derivative(gradient, w(e), LOGISTIC)
    assert hessian == sum_over(p(n) * (1 - p(n)) * X(n, d) * X(n, e), n) / N
    assert witness_hessian(LOGISTIC, w, w, hessian, ((d,), (e,))).kind == "confirmed"
