"""`import derive`: names that are loaded when they are first used."""

from __future__ import annotations

import sys
import types

import pytest

import derive
from derive.errors import OptionError


def test_names_are_listed():
    assert {"tensor", "scalar", "grad", "jacobian", "hessian", "prove", "TensorExpr"} <= set(dir(derive))


def test_unknown_name_says_what_there_is():
    with pytest.raises(AttributeError, match=r"no attribute 'gradient'; it offers .*grad"):
        derive.gradient  # noqa: B018


def test_name_is_taken_from_the_api(monkeypatch):
    api = types.ModuleType("derive.api")
    api.prove = lambda: "proved"
    monkeypatch.setitem(sys.modules, "derive.api", api)
    vars(derive).pop("prove", None)
    assert derive.prove() == "proved"
    vars(derive).pop("prove")


def test_check_reads_text_and_files(tmp_path):
    text = "Let $x \\in \\mathbb{R}$. Then $2x = x$, $x + x = 2x$ and $x = \\foo$."
    found = derive.check(text)
    assert [f.verdict for f in found] == ["refuted", "proved", "unreadable"]
    assert (len(found), found[0], found.summary.read) == (3, found.refuted[0], 2)
    assert "wrong (refuted" in repr(found)
    assert "<code>2x = x</code>" in found._repr_html_()
    (tmp_path / "n.md").write_text(text)
    for path in (tmp_path, tmp_path / "n.md", str(tmp_path / "n.md")):
        assert [f.verdict for f in derive.check(path)] == ["refuted", "proved", "unreadable"]
    with pytest.raises(OptionError, match="there is no such file"):
        derive.check("gone.md")


def test_check_stays_a_function():
    import derive.check.result

    assert len(derive.check("no mathematics")) == 0


def test_html_is_safe():
    found = derive.check("$x \\in \\mathbb{R}$ and $<script>alert(1)</script> = x$ and $x = \\&\"'$")
    assert "<script" not in found._repr_html_()
    assert "$" not in found._repr_html_()


def test_version():
    assert derive.__version__.count(".") >= 2


def test_prove_stays_a_function():
    x = derive.tensor("x", "n")
    for _ in range(2):
        assert derive.prove(x + x, 2 * x).kind == "proved"
