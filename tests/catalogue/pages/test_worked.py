"""The worked example: the numbers of the lecture note, NumPy by hand, and numbers that are wrong are refuted."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

from derive.catalogue.options import PageOptions
from derive.catalogue.pages.worked import worked
from derive.cli.main import run
from derive.derivation.certify import certify
from derive.notation.document.check import unfaithful


def options(**more):
    given = {"sizes": "2,2,2", "loss": "mse", "output_activation": "sigmoid", "bias": False, "notation": "component"}
    return PageOptions.parse(**(given | more))


def page(digits=4, numbers=None, **more):
    return worked(options(**more), numbers or {}, digits)


def values(derived) -> dict[str, Decimal]:
    """The value at the end of every chain, by its left side."""
    ends = ((e.lhs, e.steps[-1]) for e in derived.equations())
    return {str(lhs): next(iter(last.numbers.values())) for lhs, last in ends if last.rule == "value"}


def test_the_numbers_of_the_note():
    """Every number that the lecture note prints is a rounding of the exact value."""
    two = values(page(digits=2))
    printed = {
        "z^(1)[0]": "0.17", "z^(1)[1]": "0.09", "a^(1)[0]": "0.54", "a^(1)[1]": "0.52", "z^(2)[0]": "0.27",
        "z^(2)[1]": "0.43", "yhat[0]": "0.57", "yhat[1]": "0.61", "d(C)/d(yhat[0])": "0.37",
        "d(yhat[0])/d(z^(2)[0])": "0.25", "d(C)/d(W^(2)[0,0])": "0.049",
    }  # fmt: skip
    assert {lhs: str(two[lhs]) for lhs in printed} == printed
    assert str(values(page())["W^(2)[0,0]"]) == "0.3853"


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def test_against_numpy_by_hand():
    given = {
        "x": (Fraction(1, 2), Fraction(-1, 3), Fraction(2)),
        "y": (Fraction(1), Fraction(0)),
        "W1": tuple(tuple(Fraction(i - 2 * j, 7) for j in range(3)) for i in range(4)),
        "b1": (Fraction(1, 10),) * 4,
        "eta": Fraction(1, 2),
    }
    derived = page(
        digits=12, numbers=given, sizes="3,4,2", bias=True, activation="tanh", loss="ce", output_activation=None
    )
    shown = values(derived)
    x, y = (np.array(given[k], dtype=float) for k in "xy")
    W1, b1 = np.array(given["W1"], dtype=float), np.array(given["b1"], dtype=float)
    W2, b2 = (np.array(numbers_of(derived, name), dtype=float) for name in ("W^(2)", "b^(2)"))
    a = np.tanh(W1 @ x + b1)
    p = np.exp(W2 @ a + b2) / np.exp(W2 @ a + b2).sum()
    delta = W2.T @ (p - y) * (1 - a**2)
    for i in range(4):
        assert float(shown[f"delta^(1)[{i}]"]) == pytest.approx(delta[i], rel=1e-11)
        for j in range(3):
            assert float(shown[f"d(C)/d(W^(1)[{i},{j}])"]) == pytest.approx(delta[i] * x[j], rel=1e-11)
            assert float(shown[f"W^(1)[{i},{j}]"]) == pytest.approx(W1[i, j] - delta[i] * x[j] / 2, rel=1e-11)
    assert float(shown["C"]) == pytest.approx(-(y * np.log(p)).sum(), rel=1e-11)


def numbers_of(derived, name):
    """What the page says that a given tensor is."""
    (e,) = (e for e in derived.equations() if str(e.lhs).startswith(name) and len(e.steps) == 1 and e.steps[0].numbers)
    return next(iter(e.steps[0].numbers.values()))


def test_a_pocket_calculator_finds_the_values_from_the_numbers_shown(capsys):
    """Text such as 0.4 · 0.5424 + 0.1 · 0.5225 ≈ 0.2692: Python's arithmetic on what is printed."""
    assert run(["worked", "--sizes", "3,3,2", "--seed", "5", "--no-cache"]) == 0
    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    found = 0
    for above, below in pairwise(lines):
        if above[:1] in ("=", "≈") and below[:1] in ("=", "≈") and not re.search(r"[σW]|==", above):
            terms = above[1:].replace("·", "*").replace("²", "**2")
            assert re.fullmatch(r"[\d\s.()+*/-]+", terms)
            shown = Decimal(below[1:].strip())
            value = eval(terms)  # only digits and signs of operations, see above
            assert abs(value - float(shown)) <= 0.5001 * 10.0 ** shown.as_tuple().exponent
            found += 1
    assert found > 40


OPTIONS = [
    {"loss": "bce", "output_activation": None, "sizes": "2,3,1", "activation": "relu"},
    {"loss": "ce", "output_activation": None, "sizes": "2,2,3", "notation": "both"},
    {"loss": "hinge", "output_activation": None, "activation": "gelu", "notation": "matrix"},
    {"loss": "mae", "sizes": "2,2"},
    {"sizes": "1,1,1,1", "notation": "both", "bias": True},
    {"activation": "z*sigmoid(z)", "loss": "(yhat-y)**4", "sizes": "2,3,2", "bias": True},
]


@pytest.mark.parametrize("more", OPTIONS, ids=str)
def test_any_network(more):
    derived = certify(page(**more))
    assert derived.certificate.failures == ()
    assert derived.certificate.compared >= 5
    assert list(unfaithful(derived, "full")) == []


def changed(value):
    """The same decimals, each with its last digit moved by one."""
    if isinstance(value, tuple):
        return tuple(map(changed, value))
    return value + Decimal((0, (1,), value.as_tuple().exponent))


@pytest.mark.parametrize("rule", ["numbers", "value"])
def test_a_wrong_digit_is_refuted(rule):
    derived = page()
    for k, e in enumerate(list(derived.equations())):
        for n, step in enumerate(e.steps):
            if step.rule != rule or k % 5:
                continue
            numbers = {t: changed(v) if m == 0 else v for m, (t, v) in enumerate(step.numbers.items())}
            wrong = replace(e, steps=(*e.steps[:n], replace(step, numbers=numbers), *e.steps[n + 1 :]))
            section = replace(derived.sections[0], blocks=(wrong,))
            failures = certify(replace(derived, sections=(section,), witnessed=(), worked=())).certificate.failures
            assert any("refuted" in f for f in failures)


def test_a_rounded_number_is_not_called_equal():
    derived = page()
    e = next(e for e in derived.equations() if str(e.lhs) == "a^(1)[0]")
    wrong = replace(e, steps=(*e.steps[:-1], replace(e.steps[-1], relation="=")))
    section = replace(derived.sections[0], blocks=(wrong,))
    (failure,) = certify(replace(derived, sections=(section,), witnessed=(), worked=())).certificate.failures
    assert "only when rounded" in failure


def test_numbers_that_an_engine_does_not_find_are_refuted():
    derived = page()
    (numbers,) = derived.worked
    gradients = {t: [2 * x for x in v] for t, v in numbers.gradients.items()}
    wrong = replace(derived, worked=(replace(numbers, gradients=gradients),))
    assert any("refuted" in f for f in certify(wrong).certificate.failures)


def test_values_from_files(tmp_path, capsys):
    numbers = {"x": [1, 2], "y": [0.5], "W1": [[0.5, -1]], "eta": 1}
    (tmp_path / "n.json").write_text(json.dumps(numbers))
    np.savez(tmp_path / "n.npz", **{k: np.array(v, dtype=float) for k, v in numbers.items()})
    shown = []
    for name in ("n.json", "n.npz"):
        assert run(["worked", "--values", str(tmp_path / name), "--no-cache"]) == 0
        shown.append(capsys.readouterr().out)
    assert shown[0] == shown[1]
    assert "-1.5" in shown[0]


def test_saturated_units():
    """Slopes of 1e-98 have all their digits."""
    derived = certify(page(numbers={"x": (Fraction(700), Fraction(800))}))
    assert derived.certificate.failures == ()
    assert 0 < values(derived)["delta^(1)[1]"].copy_abs() < Decimal("1e-90")


ERRORS = [
    (["--set", "x"], "expected NAME=NUMBERS"),
    (["--set", "x=1,zwei"], "expected a number such as 0.2"),
    (["--set", "x=1"], "x: expected 2 numbers; found 1 numbers"),
    (["--set", "w1=1"], "Did you mean W1"),
    (["--set", "x=1e999999999,1"], "expected a number"),
    (["--set", "x=1e99,1"], "from 1e-12 to 1e6 in size"),
    (["--set", "x=1/0,1"], "expected a number such as"),
    (["--set", "x=\u0661,1"], "expected a number such as"),
    (["--set", "W1=1,2;3"], "rows of one length"),
    (["--values", "missing.json"], "missing.json"),
    (["--sizes", "30,2"], "at most 10 units"),
    (["--loss", "ce", "--set", "y=0.5,0.6"], "entries that sum to one"),
    (["--loss", "hinge", "--set", "y=0.5,1"], "-1 or 1"),
    (["--activation", "relu", "--set", "x=0,0"], "kink"),
    (["--output-activation", "identity", "--loss", "bce", "--set", "W2=9,9;9,9"], "no value"),
]


@pytest.mark.parametrize(("arguments", "message"), ERRORS, ids=lambda x: " ".join(x) if isinstance(x, list) else "")
def test_errors(arguments, message, capsys):
    assert run(["worked", *arguments]) == 2
    out, err = capsys.readouterr()
    assert message in err
    assert out == ""
