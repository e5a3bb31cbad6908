"""Whatever a page calculates with is in its tables of symbols, or is introduced where it is used."""

from __future__ import annotations

import pytest

from derive import catalogue
from derive.catalogue.optimizers import OPTIMIZERS
from derive.catalogue.options import PageOptions
from derive.catalogue.pages.optimizer import optimizer
from derive.derivation import Derivation, Equation, Section, Table
from derive.expr import Tensor, tensors

NETWORKS = [
    {}, {"layers": "1"}, {"layers": "L"}, {"layers": "3", "l2": "lambda"}, {"residual": True},
    {"tied": True, "layers": "L"}, {"residual": True, "layers": "L"}, {"activation": "maxout"},
    {"activation": "maxout", "layers": "L"}, {"form": "batch", "residual": True}, {"bias": False, "form": "batch"},
]  # fmt: skip


def listed(page: Derivation) -> set[Tensor]:
    cells = (c for s in page.sections for b in s.blocks if isinstance(b, Table) for row in b.rows for c in row)
    return {c for c in cells if isinstance(c, Tensor)}


def used(section: Section) -> set[Tensor]:
    equations = (b for b in section.blocks if isinstance(b, Equation))
    return {t for e in equations for x in (e.lhs, *(s.after for s in e.steps)) for t in tensors(x)}


def names(found: set[Tensor]) -> set[str]:
    return {t.name for t in found}


@pytest.mark.parametrize("options", NETWORKS, ids=str)
def test_a_network_has_all_its_symbols_in_the_table_above_them(options):
    page = catalogue.build("mlp", PageOptions.parse(**options))
    for section in page.sections:
        missing = names(used(section)) - names(listed(page))
        assert not missing, section.title


@pytest.mark.parametrize("name", ["linear", "logistic", "softmax", "svm", "neuron"])
def test_what_an_update_takes_is_in_the_table(name):
    page = catalogue.build(name, PageOptions.parse())
    (update,) = (s for s in page.sections if "update" in s.title.lower())
    assert "eta" in names(used(update))
    assert used(update) <= listed(page)


@pytest.mark.parametrize("name", sorted(set(OPTIMIZERS) - {"newton"}))
def test_what_an_optimiser_calculates_with_is_in_the_table(name):
    page = optimizer(name, PageOptions.parse())
    (step,) = (s for s in page.sections if s.title == "One step")
    assert names(used(step)) <= names(listed(page))
