"""Newton's step against NumPy's solver, its promise against the model, and the step that training takes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from derive.catalogue.options import PageOptions
from derive.catalogue.pages.newton import DIM, newton
from derive.cli.main import run
from derive.derivation import Equation
from derive.derivation.certify import certify
from derive.evaluate.arrays import compute
from derive.expr import tensors
from derive.notation.document.check import unfaithful


def page():
    return newton(PageOptions.parse())


def test_verified():
    derived = certify(page())
    assert derived.certificate.failures == ()
    assert derived.certificate.compared == 2
    assert "H symmetric" in derived.certificate.assumptions
    assert list(unfaithful(derived, "full")) == []


def numbers(n=4, seed=0):
    rng = np.random.default_rng(seed)
    root = rng.normal(size=(n, n))
    hessian, gradient = root @ root.T + np.eye(n), rng.normal(size=n)
    return {"H": hessian, "g": gradient, "dhat": np.linalg.solve(hessian, -gradient), "f": np.array(0.3)}


def value(e, out, known):
    return compute(e, out, {t: known[t.name] for t in tensors(e)}, {DIM: len(known["g"])}, np)


def test_the_step_solves_the_equations():
    known = numbers()
    step = next(e for e in page().equations() if str(e.lhs) == "dhat[i]")
    np.testing.assert_allclose(value(step.result, step.out, known), known["dhat"], rtol=1e-10)


def test_the_promise_is_the_decrease_of_the_model():
    known = numbers()
    scalars = (e for e in page().equations() if not e.out)
    promise = next(e for e in scalars if {t.name for t in tensors(e.lhs)} == {"g", "dhat", "H"})
    g, d, hessian = known["g"], known["dhat"], known["H"]
    decrease = -(g @ d + d @ hessian @ d / 2)
    assert decrease > 0
    assert value(promise.result, (), known) == pytest.approx(decrease)
    assert value(promise.lhs, (), known) == pytest.approx(decrease)


def test_one_step_reaches_the_minimum_of_a_quadratic():
    known = numbers(seed=3)
    far = np.random.default_rng(1).normal(size=(50, 4))
    model = [known["g"] @ d + d @ known["H"] @ d / 2 for d in (known["dhat"], *(known["dhat"] + far))]
    assert min(model) == model[0]


CLAIMS = {
    "The quadratic model": 4,
    "Where the model is flat": 1,
    "What the step promises": 3,
    "A quadratic cost: one step is enough": 4,
}


@pytest.mark.parametrize("title", CLAIMS)
def test_a_wrong_step_is_refuted(title):
    derived = page()
    (section,) = (s for s in derived.sections if s.title == title)
    tried = 0
    for block in section.blocks:
        if not isinstance(block, Equation) or block.steps[-1].rule == "definition":
            continue
        wrong = replace(block, steps=(*block.steps[:-1], replace(block.steps[-1], after=2 * block.result + 1)))
        failures = certify(replace(derived, sections=(replace(section, blocks=(wrong,)),), witnessed=()))
        assert failures.certificate.failures
        tried += 1
    assert tried == CLAIMS[title]


def test_a_quadratic_cost_takes_one_step():
    """The end of the step against NumPy's solver, whatever the start."""
    known = numbers(seed=5) | {"theta": np.array([3.0, -1.0, 0.5, 2.0])}
    known |= {"A": known["H"], "b": known["g"]}
    end = next(e for e in page().equations() if str(e.lhs) == "c[i]")
    for step in end.steps:
        np.testing.assert_allclose(value(step.after, end.out, known), np.linalg.solve(known["A"], known["b"]))


def test_command(capsys):
    assert run(["optimizer", "newton", "--no-cache"]) == 0
    out, err = capsys.readouterr()
    assert "Newton" in out and "verified" in err
