"""What these pages print is read and proved line by line by the checker, in both formats and both notations."""

from __future__ import annotations

import pytest

from derive.catalogue import build
from derive.catalogue.likelihoods import LIKELIHOODS
from derive.catalogue.options import PageOptions
from derive.catalogue.pages.bayes import bayes
from derive.catalogue.pages.gaussian import gaussian
from derive.catalogue.pages.likelihood import likelihood
from documents.test_pages import unproved, written

PAGES = {
    "bayes": lambda: bayes(2, PageOptions()),
    "bayes of K classes": lambda: bayes("K", PageOptions()),
    "gaussian": lambda: gaussian(2, "shared", PageOptions()),
    "gaussian with two covariances": lambda: gaussian(2, "own", PageOptions()),
    "logistic facts": lambda: build("logistic", PageOptions(form="sample")),
    "neuron": lambda: build("neuron", PageOptions()),
    **{f"{name} likelihood": lambda name=name: likelihood(LIKELIHOODS[name], PageOptions())
       for name in LIKELIHOODS},
}  # fmt: skip


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(("kind", "notation"), [("latex", "both"), ("markdown", "matrix")])
def test_every_line_holds(name, kind, notation):
    claims, wrong = unproved(written(PAGES[name](), kind, notation, "full"), kind)
    assert claims >= 8
    assert not wrong
