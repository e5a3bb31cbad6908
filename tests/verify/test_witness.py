"""The witness accepts right derivatives, and refutes every slip that is made in them."""

from __future__ import annotations

import pytest
from sympy import S, erf, exp, log, pi, sqrt

from derive.errors import ShapeError
from derive.expr import (
    Delta,
    Index,
    Inverse,
    Let,
    LogDet,
    LogSumExp,
    Max_,
    Program,
    Size,
    Tensor,
    Unknown,
    Where,
    Winner,
    maximum,
    relu,
    sigmoid,
    softplus,
    step,
    sum_over,
)  # fmt: skip
from derive.verify.witness import witness_gradients, witness_hessian, witness_jacobian
from verify.models import (
    ADJOINTS,
    MUTANTS,
    PROGRAM,
    RESULTS,
    W1,
    W2,
    C,
    D,
    K,
    N,
    X,
    a1,
    b2,
    d,
    h,
    k,
    l,
    n,
    p,
    z2,
)  # fmt: skip

i, j, m = Index("i", D), Index("j", D), Index("m", K)
x, v, A = Tensor("x", (D,)), Tensor("v", (D,), properties={"positive"}), Tensor("A", (D, D))
z = Tensor("z", (K,))


def softmax(at):
    return exp(z(at) - LogSumExp(z(l), l))


@pytest.mark.parametrize("seed", range(5))
def test_textbook_gradients_are_confirmed(seed):
    verdict = witness_gradients(PROGRAM, RESULTS, adjoints=ADJOINTS, seed=seed)
    assert verdict.kind == "confirmed", verdict
    assert verdict.method == "autograd"
    assert "8 results" in verdict.detail
    assert f"seed {seed}" in verdict.detail
    assert verdict.detail.count("N=") == 2


@pytest.mark.parametrize("name", MUTANTS)
def test_a_slip_is_refuted(name):
    tensor, claim = MUTANTS[name]
    mutated = {**RESULTS, tensor: (claim, RESULTS[tensor][1])}
    verdict = witness_gradients(PROGRAM, mutated, adjoints=ADJOINTS)
    assert verdict.kind == "refuted", verdict
    assert verdict.counterexample["tensor"] == str(tensor)
    assert verdict.counterexample["claimed"] != verdict.counterexample["autograd"]
    assert len(verdict.counterexample["entry"]) == tensor.rank


def test_a_transposed_gradient_is_refuted_by_its_shape():
    claim, out = RESULTS[W1]
    verdict = witness_gradients(PROGRAM, {W1: (claim, out[::-1])}, adjoints=ADJOINTS)
    assert verdict.kind == "refuted"
    assert "shape" in verdict.detail


def test_a_transposed_square_gradient_is_refuted_by_its_entries():
    program = Program((Let(C(), sum_over(A(i, j) ** 2 * x(i), i, j)),))
    right = 2 * A(i, j) * x(i)
    assert witness_gradients(program, {A: (right, (i, j))}).kind == "confirmed"
    assert witness_gradients(program, {A: (right, (j, i))}).kind == "refuted"


def test_zero_equal_to_zero_is_no_agreement():
    program = Program((Let(C(), step(sum_over(x(i), i)) + sum_over(A(i, i), i)),))
    assert witness_gradients(program, {x: (S.Zero, (i,))}).kind == "undecided"
    assert witness_gradients(program, {x: (S.One, (i,))}).kind == "refuted"
    assert witness_gradients(program, {Tensor("unused", (D,)): (S.Zero, (i,))}).kind == "undecided"


def test_zero_is_confirmed_where_nothing_can_be_switched_off():
    program = Program((Let(C(), sum_over(A(i, i), i)),))
    assert witness_gradients(program, {Tensor("unused", (D,)): (S.Zero, (i,))}).kind == "confirmed"
    assert witness_gradients(program, {A: (S.Zero, (i, j))}).kind == "refuted"


def test_points_where_everything_is_switched_off_are_not_the_last():
    a = Tensor("a", (D,))
    program = Program((Let(a(i), relu(x(i) - 2)), Let(C(), sum_over(a(i) ** 2, i))))
    assert witness_gradients(program, {x: (2 * a(i), (i,))}).kind == "confirmed"
    assert witness_gradients(program, {x: (a(i), (i,))}).kind == "refuted"


def test_rounding_in_a_saturated_loss_is_no_slip():
    q, c = Tensor("q", (D,)), Tensor("c", (D,), properties={"unit_interval"})
    lets = (Let(q(i), sigmoid(14 + x(i) / 4)), Let(C(), -sum_over(c(i) * log(q(i)) + (1 - c(i)) * log(1 - q(i)), i)))
    right, wrong = (q(i) - c(i)) / 4, (q(i) - c(i)) / 4 * (1 + 1e-6)
    for seed in range(4):
        assert witness_gradients(Program(lets), {x: (right, (i,))}, seed=seed).kind in ("confirmed", "undecided")
        assert witness_gradients(Program(lets), {x: (wrong, (i,))}, seed=seed).kind == "refuted"


def test_without_finite_values_nothing_is_decided():
    program = Program((Let(C(), log(-sum_over(x(i) ** 2, i))),))
    verdict = witness_gradients(program, {x: (2 * x(i), (i,))})
    assert verdict.kind == "undecided"
    assert "0 of 2 points" in verdict.detail


def test_undeclared_domains_are_found():
    program = Program((Let(C(), sum_over(log(x(i)) + sqrt(1 - x(i)), i)),))
    claim = 1 / x(i) - 1 / (2 * sqrt(1 - x(i)))
    assert witness_gradients(program, {x: (claim, (i,))}).kind == "confirmed"


def test_singular_matrices_are_no_points_and_no_crash():
    """A A^T is singular where A has more rows than columns: such sizes are passed over."""
    n, m = Size("n"), Size("m")
    i, j, a, b = Index("i", n), Index("j", m), Index("a", n), Index("b", n)
    A, G, L = Tensor("A", (n, m)), Tensor("G", (n, n)), Tensor("L")
    gram = Let(G(a, b), sum_over(A(a, j) * A(b, j), j))
    program = Program((gram, Let(L(), LogDet(G(a, b), a, b))))
    claim = 2 * sum_over(Inverse(G(a, b), a, b, i, a) * A(a, j), a)
    verdict = witness_gradients(program, {A: (claim, (i, j))})
    assert verdict.kind == "confirmed", verdict


def test_the_output_must_be_a_scalar():
    with pytest.raises(ShapeError, match="scalar"):
        witness_gradients(Program((Let(Tensor("y", (D,))(i), 2 * x(i)),)), {x: (S(2), (i,))})


def test_given_sizes_are_used():
    sizes = {Size("N"): 3, D: 2, Size("H"): 2, K: 3}
    verdict = witness_gradients(PROGRAM, RESULTS, adjoints=ADJOINTS, sizes=sizes)
    assert verdict.established
    assert "D=2" in verdict.detail


def test_a_deep_narrow_net_with_shrinking_gradients():
    layers = 60
    a = [Tensor("a", (D,), layer=q) for q in range(layers + 1)]
    s = [Tensor("s", (D,), layer=q) for q in range(layers + 1)]
    w = [Tensor("W", (D, D), layer=q) for q in range(layers + 1)]
    lets = [Let(a[0](i), sigmoid(x(i)))]
    lets += [Let(a[q](i), sigmoid(sum_over(w[q](i, j) * a[q - 1](j), j))) for q in range(1, layers + 1)]
    lets += [Let(C(), sum_over(a[-1](i) ** 2, i))]

    def slope(q):
        return a[q](i) * (1 - a[q](i))

    results = {w[q]: (s[q](i) * slope(q) * a[q - 1](j), (i, j)) for q in range(1, layers + 1)}
    adjoints = dict(zip(a, s, strict=True))
    program = Program(tuple(lets))
    assert witness_gradients(program, results, adjoints=adjoints).kind == "confirmed"
    results[w[1]] = (s[1](i) * a[0](j), (i, j))
    assert witness_gradients(program, results, adjoints=adjoints).kind == "refuted"


# -- Jacobians ---------------------------------------------------------------------------------------------------

f = lambda order, t: Unknown("f", order, t)  # noqa: E731
JACOBIANS = {
    "quadratic": (sum_over(x(i) * A(i, j) * x(j), i, j), x, (), (d,), sum_over((A(d, j) + A(j, d)) * x(j), j)),
    "softmax": (softmax(k), z, (k,), (m,), softmax(k) * (Delta(k, m) - softmax(m))),
    "log det": (LogDet(A(i, j), i, j), A, (), (d, m), None),
    "inverse": (Inverse(A(i, j), i, j, i, j), A, (i, j), (d, m), None),
    "pointwise": (
        erf(x(i)) * softplus(x(i)) * relu(x(i)),
        x,
        (i,),
        (d,),
        Delta(i, d)
        * (
            2 / sqrt(pi) * exp(-(x(i) ** 2)) * softplus(x(i)) * relu(x(i))
            + erf(x(i)) * sigmoid(x(i)) * relu(x(i))
            + erf(x(i)) * softplus(x(i)) * step(x(i))
        ),
    ),
    "kinks": (
        maximum(x(i), v(i)) + Where(x(i), x(i) ** 2, -x(i)),
        x,
        (i,),
        (d,),
        Delta(i, d) * (step(x(i) - v(i)) + Where(x(i), 2 * x(i), -1)),
    ),
    "maximum": (Max_(z(k), k), z, (), (m,), Winner(z(k), k, m)),
    "unknown": (f(0, x(i) ** 2), x, (i,), (d,), 2 * x(i) * f(1, x(i) ** 2) * Delta(i, d)),
    "domain": (sum_over(log(v(i)), i), v, (), (d,), 1 / v(d)),
}
e2 = Index("e", D)
JACOBIANS["log det"] = (LogDet(A(i, j), i, j), A, (), (d, e2), Inverse(A(i, j), i, j, e2, d))
JACOBIANS["inverse"] = (
    Inverse(A(i, j), i, j, i, j), A, (i, j), (d, e2), -Inverse(A(i, j), i, j, i, d) * Inverse(A(i, j), i, j, e2, j),
)  # fmt: skip


@pytest.mark.parametrize("name", JACOBIANS)
def test_jacobians(name):
    expr, wrt, out, places, claim = JACOBIANS[name]
    verdict = witness_jacobian(expr, wrt, out, places, claim)
    assert verdict.kind == "confirmed", verdict
    assert witness_jacobian(expr, wrt, out, places, -claim).kind == "refuted"
    assert witness_jacobian(expr, wrt, out, places, claim * 2).kind == "refuted"


SLIPS = {
    "2Ax": (JACOBIANS["quadratic"], 2 * sum_over(A(d, j) * x(j), j)),
    "own path only": (JACOBIANS["softmax"], softmax(k) * (1 - softmax(k)) * Delta(k, m)),
    "log det without transpose": (JACOBIANS["log det"], Inverse(A(i, j), i, j, d, e2)),
}


@pytest.mark.parametrize("name", SLIPS)
def test_slips_in_jacobians(name):
    (expr, wrt, out, places, _), slip = SLIPS[name]
    assert witness_jacobian(expr, wrt, out, places, slip).kind == "refuted"


def test_jacobian_through_the_lets_of_a_program():
    e, g = Index("g", Size("H")), Index("r", N)
    lets = Program(PROGRAM.lets[:2])
    args = (a1(g, e), W1, (g, e), (h, d))
    right = a1(g, e) * (1 - a1(g, e)) * X(g, d) * Delta(e, h)
    assert witness_jacobian(*args, right, program=lets).kind == "confirmed"
    assert witness_jacobian(*args, 2 * right, program=lets).kind == "refuted"


# -- Hessians ----------------------------------------------------------------------------------------------------


def test_hessians():
    quadratic = sum_over(x(i) * A(i, j) * x(j), i, j)
    assert witness_hessian(quadratic, x, x, A(i, j) + A(j, i), ((i,), (j,))).kind == "confirmed"
    assert witness_hessian(quadratic, x, x, 2 * A(i, j), ((i,), (j,))).kind == "refuted"
    mixed = Delta(i, d) * x(e2) + x(d) * Delta(i, e2)
    assert witness_hessian(quadratic, x, A, mixed, ((i,), (d, e2))).kind == "confirmed"
    assert witness_hessian(quadratic, x, A, Delta(i, d) * x(e2), ((i,), (d, e2))).kind == "refuted"
    curvature = softmax(k) * (Delta(k, m) - softmax(m))
    assert witness_hessian(LogSumExp(z(l), l), z, z, curvature, ((k,), (m,))).kind == "confirmed"


def test_hessian_of_a_program():
    claim = sum_over(p(n, k) * (Delta(k, m) - p(n, m)), n) / N
    assert witness_hessian(PROGRAM, b2, b2, claim, ((k,), (m,))).kind == "confirmed"
    assert witness_hessian(PROGRAM, b2, b2, N * claim, ((k,), (m,))).kind == "refuted"
    blocks = sum_over(p(n, k) * (Delta(k, m) - p(n, m)) * a1(n, h), n) / N
    assert witness_hessian(PROGRAM, b2, W2, blocks, ((k,), (m, h))).kind == "confirmed"
    r = Index("r", N)
    local = Delta(n, r) * p(n, k) * (Delta(k, m) - p(n, m)) / N
    assert witness_hessian(PROGRAM, z2, z2, local, ((n, k), (r, m))).kind == "confirmed"


def test_second_derivatives_of_an_array():
    expr = sigmoid(x(i)) * A(i, j)
    a = sigmoid(x(i))
    claim = Delta(i, d) * Delta(i, e2) * a * (1 - a) * (1 - 2 * a) * A(i, j)
    assert witness_hessian(expr, x, x, claim, ((d,), (e2,)), out=(i, j)).kind == "confirmed"
    assert witness_hessian(expr, x, x, claim * (1 - a), ((d,), (e2,)), out=(i, j)).kind == "refuted"


@pytest.mark.parametrize("name", ["jax", "torch"])
def test_other_engines_agree(name):
    pytest.importorskip(name, reason=f"the extra derivecheck[{name}] is not installed")
    assert witness_gradients(PROGRAM, RESULTS, adjoints=ADJOINTS, engine=name).kind == "confirmed"
    for case in JACOBIANS.values():
        assert witness_jacobian(*case, engine=name).kind == "confirmed"
    claim = sum_over(p(n, k) * (Delta(k, m) - p(n, m)), n) / N
    assert witness_hessian(PROGRAM, b2, b2, claim, ((k,), (m,)), engine=name).kind == "confirmed"
    for tensor, claim in MUTANTS.values():
        mutated = {**RESULTS, tensor: (claim, RESULTS[tensor][1])}
        assert witness_gradients(PROGRAM, mutated, adjoints=ADJOINTS, engine=name).kind == "refuted"
