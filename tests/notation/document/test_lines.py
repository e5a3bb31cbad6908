"""How chains become lines: one notation for numbers, terms in the order of their degree, reasons of the short form."""

from __future__ import annotations

from derive.catalogue.options import PageOptions
from derive.catalogue.pages.expression import from_text
from derive.catalogue.pages.newton import newton
from derive.notation.document import render


def shown(formula: str, where: str, wrt: str, **options: str) -> str:
    return render(from_text(formula, where, wrt).page, "text", **options)


def test_a_formula_of_numbers_is_written_once():
    text = shown("a*x**3 + exp(-b*x)", "", "x", notation="both")
    assert text.count("∂f/∂x =") == 1
    assert "f = a x³ + exp(-b x)" in text


def test_a_formula_of_arrays_is_written_in_both_notations():
    assert shown("x@x", "x: n", "x", notation="both").count("∂f/∂x") == 2


def test_expansions_stand_in_the_order_of_their_degree():
    text = render(newton(PageOptions()), "text")
    assert "m = f + dᵀ g + dᵀ H d/2" in text
    assert "∂m/∂d = g + H d " in text


def test_the_short_form_names_the_rules_that_it_leaves_out():
    where = ("exp(x)*x**2", "", "x")
    assert "power rule" in shown(*where) and "exponential" in shown(*where)
    full = shown(*where, steps="full")
    assert "product rule" in full
    assert not any("power rule" in line and "exponential" in line for line in full.splitlines())
