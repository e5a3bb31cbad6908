"""A total derivative is checked against its names unfolded, not waved through because its variable was witnessed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sympy import Integer, Rational, S, oo

from derive.catalogue import build
from derive.catalogue.options import PageOptions
from derive.derivation import Context, Derivation, Equation, Section, Step
from derive.derivation.certify import certify, resolve
from derive.expr import Delta, Diff, Index, Let, Limit, Program, Size, Tensor, sigmoid
from derive.verify.verdict import Verdict


def with_wrong_second_derivatives(page):
    def wrong(block):
        if not isinstance(block, Equation) or not (isinstance(block.lhs, Diff) and isinstance(block.lhs.body, Diff)):
            return block
        last = block.steps[-1]
        return replace(block, steps=(*block.steps[:-1], replace(last, after=2 * last.after)))

    sections = tuple(replace(s, blocks=tuple(map(wrong, s.blocks))) for s in page.sections)
    assert sections != page.sections
    return replace(page, sections=sections, witnessed=tuple(replace(w, hessians=()) for w in page.witnessed))


@pytest.mark.parametrize("name", ["linear", "logistic", "softmax"])
def test_a_wrong_second_derivative_is_refuted(name):
    page = build(name, PageOptions.parse())
    assert certify(page).certificate.failures == ()
    failures = certify(with_wrong_second_derivatives(page)).certificate.failures
    assert any(("step total_derivative" in f or "step insert" in f) and "refuted" in f for f in failures)


def test_the_derivative_of_a_name_in_itself_is_not_unfolded():
    """d = diag(G) for a name G: the derivative of G_kk in G_ij is a product of deltas, whatever G stands for."""
    n = Size("n")
    i, j, k = (Index(name, n) for name in "ijk")
    x, G, d = Tensor("x", (n,)), Tensor("G", (n, n)), Tensor("d", (n,))
    context = Context(Program((Let(G(i, j), x(i) * x(j)), Let(d(k), G(k, k)))))
    right = Delta(i, k) * Delta(j, k)
    assert resolve(Diff(G(k, k), G(i, j)), context) == right
    assert resolve(Diff(d(k), G(i, j)), context) == right
    assert resolve(Diff(G(i, j), x(k)), context) == Delta(i, k) * x(j) + Delta(j, k) * x(i)


# -- bounds and limits -------------------------------------------------------------------------------------------------

p = Tensor("p", (), None, ("unit_interval",))()
z, s, t = Tensor("z")(), Tensor("s")(), Tensor("t", (), None, ("positive",))()


def verdict(lhs, step: Step, *lets: Let) -> str:
    """The verdict on a chain of one step."""
    chain = Equation(lhs, (), (step,), context=Context(Program(lets)))
    (certified,) = certify(Derivation("page", "Page", (Section("Only", (chain,)),))).equations()
    return certified.steps[0].verdict.kind


QUARTER = Rational(1, 4)
BOUNDS = [
    (p * (1 - p), "<=", QUARTER, "proved"),
    (p * (1 - p), ">", S.Zero, "proved"),
    (p, "<", S.One, "proved"),
    (S.Zero, "<", p, "proved"),
    (p * (1 - p), "<", QUARTER, "undecided"),
    (p * (1 - p), ">=", QUARTER, "undecided"),
    (p * (1 - p), "<=", QUARTER / 2, "undecided"),
    (z, ">", S.Zero, "undecided"),
]


@pytest.mark.parametrize(("lhs", "relation", "rhs", "kind"), BOUNDS, ids=str)
def test_bounds(lhs, relation, rhs, kind):
    assert verdict(lhs, Step(rhs, "bound", relation=relation)) == kind


def test_a_bound_is_proved_of_what_a_name_stands_for():
    """A name that is declared to be positive is not, where its value is not."""
    assert verdict(t, Step(S.Zero, "bound", relation=">"), Let(t, sigmoid(z))) == "proved"
    assert verdict(t, Step(S.Zero, "bound", relation=">"), Let(t, z)) == "undecided"


def test_limits():
    half = Let(s, sigmoid(z))
    assert verdict(Limit(s, z, oo), Step(Integer(1), "limit"), half) == "proved"
    assert verdict(Limit(s, z, -oo), Step(Integer(1), "limit"), half) == "refuted"
    assert verdict(Limit(s, z, oo), Step(Limit(sigmoid(z), z, oo), "same"), half) == "proved"
    assert verdict(Limit(s, z, oo), Step(Limit(sigmoid(z), z, -oo), "same"), half) == "undecided"
    assert verdict(Limit(s, z, oo), Step(Limit(1 - sigmoid(z), z, oo), "same"), half) == "undecided"


@pytest.mark.parametrize(("kind", "failures"), [("proved", 0), ("confirmed", 0), ("undecided", 1), ("refuted", 1)])
def test_a_step_that_comes_with_its_verdict_is_entered_as_it_is(kind, failures):
    """x < 1 is no identity; whoever derived the line says how it was established."""
    line = Equation(Tensor("x")(), (), (Step(S.One, "bound", relation="<", verdict=Verdict(kind, "elsewhere")),))
    found = certify(Derivation("page", "Page", (Section("One", (line,)),))).certificate
    assert len(found.failures) == failures
    assert (found.proved, found.confirmed) == (int(kind == "proved"), int(kind == "confirmed"))


def test_a_second_derivative_of_a_name_is_carried_out():
    z, a = Tensor("z")(), Tensor("a")()
    context = Context(Program((Let(a, z**3),)))
    assert resolve(Diff(Diff(a, z), z), context) == 6 * z
