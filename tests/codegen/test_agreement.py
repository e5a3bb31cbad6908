"""Every page, activation, loss and backend: what the generated code computes is what autograd finds."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sympy import Integer

from codegen.cases import every_backend, every_model, parsed, planned, usable
from derive.codegen import BACKENDS, plan_of, source_of
from derive.codegen.agreement import checked_formulas, checked_plan
from derive.codegen.formulas import with_derivatives
from derive.codegen.module import formula_module
from derive.codegen.plan import Plan, Statement
from derive.errors import VerificationError
from derive.notation.forms import Const
from derive.notation.make import product

NUMPY = BACKENDS["numpy"]


@every_model
@every_backend
def test_gradients_are_those_of_autograd(page, options, name):
    row = usable(name)
    plan = planned(page, options)
    said = checked_plan(plan, source_of(plan, row, "step"), "step", row, seed=7)
    assert said.endswith("loss and gradients agree with autograd at 3 random points")


FORMULAS = [
    ("sum(log(1 + exp(-y*(X@w))))/N", "X: N,D; y: N; w: D", "w", 2),
    ("x.T @ A @ x", "A: n,n symmetric; x: n", "x", 2),
    ("A @ x", "A: m,n; x: n", "x", 1),
    ("trace(inv(A) @ B)", "A: n,n; B: n,n", "A", 1),
    ("logsumexp(x)", "x: n", "x", 2),
    ("sum(2*x)", "x: n", "x", 1),
    ("sum(gelu(x))", "x: n", "x", 2),
    ("sum(where(x > 0, 2, 3)*x)", "x: n", "x", 1),
    ("sum(max(X, axis=1))", "X: n,m", "X", 1),
    ("norm(A @ x - b)", "A: m,n; x: n; b: m", "x", 1),
    ("sum((U @ V.T - X)**2)", "U: n,k; V: m,k; X: n,m", "U", 1),
    ("sum(logaddexp(x, y))", "x: n; y: n", "x", 1),
    ("logdet(A)", "A: n,n positive_definite", "A", 1),
    ("log(det(A))", "A: n,n", "A", 1),
    ("sum(x)*log(2*pi*det(A)) + det(A)", "A: n,n positive_definite; x: m", "A", 1),
    ("sum(heaviside_*value + loss/gradient)", "heaviside_: n; value: n; loss: n; gradient: n positive", "value", 1),
    ("-sum(lambda*match**2)", "match: n; lambda: scalar", "match", 1),
]


@pytest.mark.parametrize(("formula", "where", "wrt", "order"), FORMULAS)
@every_backend
def test_formulas(formula, where, wrt, order, name):
    row = usable(name)
    functions, _ = with_derivatives(formula, where, wrt, order)
    said = checked_formulas(functions, formula_module(functions, row, "A formula."), row, seed=3)
    assert said.endswith("the value and its derivatives agree with autograd at 3 random points")


@pytest.mark.parametrize(("formula", "where", "wrt", "order"), FORMULAS)
def test_a_wrong_derivative_of_a_formula_is_caught(formula, where, wrt, order):
    """Also where the derived expression is as wrong as the code that was made of it."""
    *right, last = with_derivatives(formula, where, wrt, order)[0]
    wrong = replace(last, statements=(*last.statements[:-1], replace(_doubled(last.result), expr=2 * last.result.expr)))
    with pytest.raises(VerificationError, match="the code and autograd differ"):
        checked_formulas([*right, wrong], formula_module([*right, wrong], NUMPY, "A formula."), NUMPY)


def _with(plan: Plan, place: int, change) -> Plan:
    backward = list(plan.backward)
    backward[place] = change(backward[place])
    return replace(plan, backward=tuple(backward))


def _negated(s: Statement) -> Statement:
    return replace(s, form=product(Const(Integer(-1)), s.form))


def _doubled(s: Statement) -> Statement:
    return replace(s, form=product(Const(Integer(2)), s.form))


@pytest.mark.parametrize("change", [_negated, _doubled])
@pytest.mark.parametrize("place", range(6))
def test_a_wrong_statement_is_caught(change, place):
    plan = _with(plan_of(parsed({"activation": "tanh", "l2": "lambda"})), place, change)
    with pytest.raises(VerificationError, match="the code and autograd differ"):
        checked_plan(plan, source_of(plan, NUMPY), "loss_and_gradients", NUMPY)


def test_a_gradient_that_vanishes_is_still_compared():
    """Eight layers down the gradient is tiny, and a wrong sign in it must not pass for rounding."""
    plan = plan_of(parsed({"layers": "8"}))
    checked_plan(plan, source_of(plan, NUMPY), "loss_and_gradients", NUMPY)
    with pytest.raises(VerificationError, match=r"dW\^\(1\): the code and autograd differ"):
        wrong = _with(plan, len(plan.backward) - 2, _negated)
        checked_plan(wrong, source_of(wrong, NUMPY), "loss_and_gradients", NUMPY)


def test_a_wrong_loss_is_caught():
    plan = plan_of(parsed({}))
    plan = replace(plan, loss=_doubled(plan.loss))
    with pytest.raises(VerificationError, match="J: the code and autograd differ"):
        checked_plan(plan, source_of(plan, NUMPY), "loss_and_gradients", NUMPY)


def test_a_wrong_hessian_is_caught():
    plan = plan_of(parsed({}), "logistic")
    assert plan.second is not None
    plan = replace(plan, second=_doubled(plan.second))
    with pytest.raises(VerificationError, match="H: the code and autograd differ"):
        checked_plan(plan, source_of(plan, NUMPY), "loss_and_gradients", NUMPY)


def test_a_wrong_shape_is_caught():
    plan = plan_of(parsed({}))
    source = source_of(plan, NUMPY).replace("db2 = np.sum(Delta2, axis=0)", "db2 = np.sum(Delta2)")
    with pytest.raises(VerificationError, match=r"db\^\(2\): the code gives shape"):
        checked_plan(plan, source, "loss_and_gradients", NUMPY)


def test_saturated_points_say_nothing_about_the_code():
    """A deep network reaches 1 - sigmoid(30), of which autograd keeps no digits: other points are taken."""
    options = {"layers": "5", "activation": "relu"}
    for seed in range(4):
        plan = planned("mlp", options)
        said = checked_plan(plan, source_of(plan, NUMPY, "step"), "step", NUMPY, seed=seed)
        assert said.endswith("at 3 random points")


def test_nothing_finite_is_no_agreement():
    plan = plan_of(parsed({"layers": "1", "loss": "log(-exp(yhat))"}))
    with pytest.raises(VerificationError, match=r"no random point has finite values\. Try: an activation and a loss"):
        checked_plan(plan, source_of(plan, NUMPY), "loss_and_gradients", NUMPY)


@pytest.mark.parametrize("activation", ["sqrt(z)", "log(z)"])
@pytest.mark.parametrize("style", ["plain", "fast"])
def test_an_activation_that_is_not_defined_everywhere_is_said_to_be(activation, style):
    plan = plan_of(parsed({"activation": activation}))
    said = checked_plan(plan, source_of(plan, NUMPY, style=style), "loss_and_gradients", NUMPY)
    assert "3 random points with arrays of one sign (at others, an activation or the loss has no finite value)" in said
