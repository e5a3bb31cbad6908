"""Likely causes: a table of slips (right form, as written, class), each named, and none named wrongly."""

from __future__ import annotations

import time

import pytest

from check.builders import claim, gradient
from derive.check.causes.causes import explain
from derive.check.causes.repair import Repair
from derive.check.examine import examine
from derive.check.verdicts.claims import judge

SLIPS = [
    ("p - y", "y - p", "sign"),
    ("p + y", "p - y", "sign"),
    ("2*lam*w", "lam*w", "factor"),
    ("(p - y)/2", "p - y", "factor"),
    ("X.T @ (p - y)/N", "X.T @ (p - y)", "size"),
    ("X.T @ (p - y)", "X.T @ (p - y)/N", "size"),
    ("X.T @ (p - y)/N", "X.T @ p/N - X.T @ y", "bracket"),
    ("p - y + lam*w[0]", "(p - y + lam)*w[0]", "bracket"),
    ("1 - s**3", "(1 - s)**3", "bracket"),
    ("B.T @ A.T", "A.T @ B.T", "order"),
    ("inv(B) @ inv(A)", "inv(A) @ inv(B)", "order"),
    ("W.T @ x", "W @ x", "transpose"),
    ("A", "A.T", "transpose"),
    ("u @ inv(A) @ v", "v @ inv(A) @ u", "transpose"),
    ("M", "M.T", "transpose"),
    ("X.T @ (p - y)", "X.T @ ((p - y)*p*(1 - p))", "extra"),
    ("u", "u*v", "extra"),
    ("diag(q) - outer(q, q)", "diag(q*(1 - q))", "diagonal"),
    ("diag(q) - outer(q, q)", "-outer(q, q)", "diagonal"),
    ("sum((p - y)**2)", "sqrt(sum((p - y)**2))", "exponent"),
    ("1 - tanh(s)**2", "1 - tanh(s)", "exponent"),
    ("(1 + s**2)**(-3/2)", "(1 + s**2)**(-1/2)", "exponent"),
    ("s*u", "s*v", "symbol"),
    ("sum(p - y)", "p - y", "sum"),
    ("A*B", "A @ B", "product"),
    ("A @ B", "A*B", "product"),
    ("s*t*u", "s*u", "scalar"),
    ("s*abs(t)", "s*t", "absolute"),
    ("p", "p + y", "extra term"),
    ("(A + A.T) @ x", "2*A @ x", "condition"),
    ("sigmoid(-s)", "sigmoid(s)", "sign"),
    ("2*sigmoid(2*s) - 1", "2*sigmoid(s) - 1", "argument"),
    ("log(sum(exp(x)))", "sum(log(exp(x)))", "log and sum"),
    ("sum(log(p**2 + 1))", "log(sum(p**2 + 1))", "log and sum"),
    ("inv(A) @ inv(A).T", "inv(A).T @ inv(A)", "order"),
    ("X.T @ (p*y)", "X.T @ p", "operand"),
    ("u/v", "u", "operand"),
]


@pytest.mark.parametrize(("right", "written", "kind"), SLIPS)
def test_the_class_of_a_slip_is_named(right: str, written: str, kind: str) -> None:
    c = gradient(right, written)
    if kind == "transpose":
        c = gradient(right, written, layout="numerator")
    assert judge(c).kind == "refuted"
    cause = explain(c)
    assert cause is not None
    assert cause.kind == kind or (not cause.certain and kind in cause.sentence)


@pytest.mark.parametrize(("right", "written", "kind"), [row for row in SLIPS if row[2] != "condition"])
def test_the_right_form_is_offered(right: str, written: str, kind: str) -> None:
    cause = explain(gradient(right, written, layout="numerator"))
    assert cause is not None
    assert cause.correction


def test_the_right_form_of_a_derivative_even_if_no_slip_explains_it() -> None:
    cause = explain(gradient("tanh(s)*t", "s*t + 1"))
    assert cause is not None
    assert (cause.sentence, cause.certain, cause.correction) == ("", False, "t \\tanh s")


def test_nothing_is_offered_for_an_equation_that_no_slip_explains() -> None:
    assert explain(claim("tanh(s)*t", "s*t + 1")) is None


NUMBERS = [
    ("-log(0.5)", "0.301", 3, "log base", "0.693"),
    ("1.5", "3.0", 1, "factor", "1.5"),
    ("1.5", "-1.5", 1, "sign", "1.5"),
    ("3.16", "0.32", 2, "decimal point", "3.16"),
    ("1.5", "1.9", 1, "number", "1.5"),
]


@pytest.mark.parametrize(("lhs", "rhs", "digits", "kind", "right"), NUMBERS)
def test_numbers(lhs: str, rhs: str, digits: int, kind: str, right: str) -> None:
    cause = explain(claim(lhs, rhs, "\\approx", digits=digits))
    assert cause is not None
    assert (cause.kind, cause.correction) == (kind, right)


def test_a_rounded_number_after_an_equals_sign() -> None:
    found = examine(claim("sigmoid(17/100)", "0.5424"))
    assert found.verdict == "refuted"
    assert "\\approx" in found.hint


def test_words() -> None:
    assert examine(gradient("p - y", "y - p")).hint == "likely cause: the sign is wrong; right: p - y"
    assert "1/N" not in examine(gradient("p - y", "p - y")).hint


def test_a_condition_is_told_beside_the_slip() -> None:
    assert "only if $W$ is symmetric" in examine(gradient("W.T @ x", "W @ x")).hint


UNNATURAL = [  # (left, right): a property of one name makes it true, and nobody had that in mind
    ("maximum(0, s) - maximum(0, -s)", "abs(s)"),
    ("inv(A.T @ A)", "inv(A).T @ inv(A)"),
]


@pytest.mark.parametrize(("lhs", "rhs"), UNNATURAL)
def test_no_condition_that_nobody_had_in_mind(lhs: str, rhs: str) -> None:
    said = examine(claim(lhs, rhs))
    assert said.verdict == "refuted"
    assert "only if" not in said.hint


def test_a_busy_machine_finds_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """The work is counted in expressions that are tried; the clock is the last resort."""
    c = gradient("X.T @ (p - y)/N", "X.T @ p/N - X.T @ y")
    alone, verdict = explain(c), Repair._verdict

    def slowly(*args: object) -> object:
        time.sleep(0.2)
        return verdict(*args)

    monkeypatch.setattr(Repair, "_verdict", slowly)
    assert explain(c) == alone


def test_a_repair_that_may_be_chance_is_held_against_the_rarer_slips() -> None:
    """-1/p + (1 - y)/(1 - p) lacks the y of its first term; that 1/p belongs to all terms repairs it as well."""
    cause = explain(gradient("(1 - y)/(1 - a) - y/a", "(1 - y)/(1 - a) - 1/a"))
    assert cause is not None
    assert not cause.certain
