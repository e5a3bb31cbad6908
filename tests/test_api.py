"""`import derive`: names that are loaded when they are first used."""

from __future__ import annotations

import sys
import types

import pytest

import derive


def test_names_are_listed():
    assert {"tensor", "scalar", "grad", "jacobian", "hessian", "prove", "TensorExpr"} <= set(dir(derive))


def test_unknown_name_says_what_there_is():
    with pytest.raises(AttributeError, match=r"no attribute 'gradient'; it offers .*grad"):
        derive.gradient  # noqa: B018


def test_name_is_taken_from_the_api(monkeypatch):
    api = types.ModuleType("derive.api")
    api.prove = lambda: "proved"  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "derive.api", api)
    vars(derive).pop("prove", None)
    assert derive.prove() == "proved"
    vars(derive).pop("prove")


def test_version():
    assert derive.__version__.count(".") >= 2


def test_prove_stays_a_function():
    x = derive.tensor("x", "n")
    for _ in range(2):
        assert derive.prove(x + x, 2 * x).kind == "proved"
