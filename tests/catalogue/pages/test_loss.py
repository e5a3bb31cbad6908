"""The pages of losses against textbook formulas, numerical derivatives and numbers worked out by hand."""

from __future__ import annotations

import random
from itertools import product

import mpmath as mp
import numpy as np
import pytest
from sympy import oo

from catalogue.pages.test_activation import WITH_MPMATH
from derive.calculus import rules
from derive.catalogue.losses import LOSSES
from derive.catalogue.options import PageOptions
from derive.catalogue.pages.loss import loss
from derive.cli.main import run
from derive.derivation import Equation, Prose, Table
from derive.evaluate.oracle import FLOAT, Evaluator
from derive.expr import Limit

#: name -> the loss of all outputs as a textbook writes it
TEXTBOOK = {
    "bce": lambda p, y: -mp.fsum(b * mp.log(a) + (1 - b) * mp.log(1 - a) for a, b in zip(p, y, strict=True)),
    "ce": lambda p, y: -mp.fsum(b * mp.log(a) for a, b in zip(p, y, strict=True)),
    "mse": lambda p, y: mp.fsum((a - b) ** 2 for a, b in zip(p, y, strict=True)) / 2,
    "sse": lambda p, y: mp.fsum((a - b) ** 2 for a, b in zip(p, y, strict=True)),
    "mse_mean": lambda p, y: mp.fsum((a - b) ** 2 for a, b in zip(p, y, strict=True)) / len(p),
    "mae": lambda p, y: mp.fsum(abs(a - b) for a, b in zip(p, y, strict=True)),
    "norm": lambda p, y: mp.sqrt(mp.fsum((a - b) ** 2 for a, b in zip(p, y, strict=True))),
    "huber": lambda p, y: mp.fsum(
        (a - b) ** 2 / 2 if abs(a - b) <= KAPPA else KAPPA * abs(a - b) - KAPPA**2 / 2
        for a, b in zip(p, y, strict=True)
    ),
    "hinge": lambda p, y: mp.fsum(max(0, 1 - a * b) for a, b in zip(p, y, strict=True)),
    "svm": lambda p, y: mp.fsum(max(0, p[j] - p[y.index(1)] + 1) for j in range(len(p)) if not y[j]),
    "(yhat-y)**4": lambda p, y: mp.fsum((a - b) ** 4 for a, b in zip(p, y, strict=True)),
    "log(1 + (yhat-y)**2)": lambda p, y: mp.fsum(mp.log(1 + (a - b) ** 2) for a, b in zip(p, y, strict=True)),
}
KAPPA = mp.mpf("0.7")
LINKS = {
    **{name: lambda z, f=f: [f(t) for t in z] for name, f in WITH_MPMATH.items()},
    "softmax": lambda z: [mp.exp(t) / mp.fsum(map(mp.exp, z)) for t in z],
}
PAIRS = [
    *((name, row.output) for name, row in LOSSES.items()),
    *product(("mse", "sse", "mae", "huber", "mse_mean", "norm"), ("sigmoid", "tanh")),
    ("mse", "softmax"),
    ("hinge", "tanh"),
    ("ce", "sigmoid"),
    ("(yhat-y)**4", "identity"),
    ("log(1 + (yhat-y)**2)", "sigmoid"),
]


def targets(name: str, draw: random.Random, size: int) -> list[int]:
    wanted = LOSSES[name].target if name in LOSSES else ()
    if {"one_hot", "sum_to_one"} & set(wanted):
        right = draw.randrange(size)
        return [int(k == right) for k in range(size)]
    return [draw.choice((-1, 1) if "sign" in wanted else (0, 1)) for _ in range(size)]


def page(name: str, output: str | None = None, **more):
    return loss(PageOptions.parse(loss=name, output_activation=output, **more))


def chain(derived, left: str) -> Equation:
    return next(e for e in derived.equations() if str(e.lhs).startswith(left))


def values_at(equation: Equation, program, z: list[float], y: list[float]) -> np.ndarray:
    """The right side of an equation of the page, at these scores and targets."""
    known = {t.name: t for let in program for t in let.rhs.atoms(type(let.tensor))}
    scalar = not equation.out
    given = {known["z"]: z[0] if scalar else z}
    given |= {known["y"]: y[0] if scalar else y} if "y" in known else {}
    given |= {known["kappa"]: float(KAPPA)} if "kappa" in known else {}
    sizes = {i.dim: len(z) for i in equation.out}
    value = [s for s in equation.steps if s.relation == "="][-1].after
    return np.array(Evaluator(given, sizes, FLOAT, program).array(value, equation.out))


def test_every_loss_is_written_by_hand():
    assert set(LOSSES) <= set(TEXTBOOK), "a loss wants its formula in TEXTBOOK, against which its page is held"


@pytest.mark.parametrize(("name", "output"), [pair for pair in PAIRS if pair[0] in TEXTBOOK])
def test_derivatives_are_those_of_the_textbook(name, output):
    """Delta and its derivative against numerical derivatives of the formula written by hand, in 40 digits."""
    derived = page(name, output)
    delta, second = chain(derived, "delta"), chain(derived, "d(delta")
    program = derived.witnessed[0].program
    draw = random.Random(f"{name} {output}")
    size = len(delta.out) * 3 or 1
    with mp.workdps(40):
        for _ in range(3):
            z = [mp.mpf(draw.uniform(-2, 2)) for _ in range(size)]
            y = targets(name, draw, size)

            def at(k, step, z=z):
                return [t + step * (j == k) for j, t in enumerate(z)]

            def f(u, y=y):
                return TEXTBOOK[name](LINKS[output](u), y)

            slopes = [mp.diff(lambda h, k=k: f(at(k, h)), 0) for k in range(size)]
            found = values_at(delta, program, [float(t) for t in z], y).reshape(-1)
            assert found == pytest.approx([float(s) for s in slopes], rel=1e-9, abs=1e-12)
            found = values_at(second, program, [float(t) for t in z], y).reshape(size, size)
            for k in range(size):
                bends = [
                    mp.diff(
                        lambda h, g, k=k, m=m: f([a + b for a, b in zip(at(k, h), at(m, g, [0] * size), strict=True)]),
                        (0, 0),
                        (1, 1),
                    )
                    if k != m
                    else mp.diff(lambda h, k=k: f(at(k, h)), 0, 2)
                    for m in range(size)
                ]
                assert found[k] == pytest.approx([float(b) for b in bends], rel=1e-8, abs=1e-11)


@pytest.mark.parametrize(("name", "output"), PAIRS)
@pytest.mark.parametrize("notation", ["matrix", "both"])
def test_every_page_is_verified(name, output, notation, capsys):
    given = ["loss", name, "--output-activation", output, "--steps", "full", "--notation", notation, "--no-cache"]
    assert run(given) == 0
    out, err = capsys.readouterr()
    assert "verified: " in err
    assert "Derivative in the score" in out


@pytest.mark.parametrize("form", ["latex", "markdown", "html", "json"])
def test_formats(form, capsys):
    assert run(["loss", "ce", "--format", form, "--no-cache"]) == 0
    assert "log" in capsys.readouterr().out


def test_worked_cross_entropy(capsys):
    """y = (0,0,1,0,0), f = (0.1,0.3,0.4,0.1,0.1): -log 0.4 = 0.916."""
    numbers = ["--set", "y=0,0,1,0,0", "--set", "yhat=0.1,0.3,0.4,0.1,0.1", "--digits", "3"]
    assert run(["loss", "ce", *numbers, "--no-cache"]) == 0
    out = capsys.readouterr().out
    assert "- 1 · log 0.4 -" in out
    assert "≈ 0.916\n" in out
    assert "= -2.5\n" in out  # -1/0.4
    assert "= 0.4 - 1\n" in out


@pytest.mark.parametrize("name", ["bce", "ce", "mse", "mae", "norm", "huber", "hinge", "svm", "mse_mean"])
@pytest.mark.parametrize("size", [1, 4])
def test_numbers_of_ones_own(name, size):
    """Loss and derivatives at random numbers against the textbook."""
    draw = random.Random(f"{name} {size}")
    z = [draw.randint(-30, 30) for _ in range(size)]
    y = targets(name, draw, size)
    from derive.catalogue.numbers import read_settings

    settings = (f"y={','.join(map(str, y))}", "z=" + ",".join(f"{t / 10}" for t in z), "kappa=0.7")
    numbers = read_settings(settings if name == "huber" else settings[:2])
    derived = loss(PageOptions.parse(loss=name), numbers, 10)
    section = next(s for s in derived.sections if s.title == "With numbers")
    chains = {str(e.lhs): e for e in section.blocks if isinstance(e, Equation)}
    with mp.workdps(40):

        def f(u):
            return TEXTBOOK[name](LINKS[LOSSES[name].output](u), y)

        scores = [mp.mpf(t) / 10 for t in z]
        assert float(_shown(chains["ell"])) == pytest.approx(float(f(scores)), rel=1e-9, abs=1e-12)
        for k in range(size):
            slope = mp.diff(lambda h, k=k: f([t + h * (j == k) for j, t in enumerate(scores)]), 0)
            left = "delta" if "delta" in chains else f"delta[{k}]"
            assert float(_shown(chains[left])) == pytest.approx(float(slope), rel=1e-8, abs=1e-12)


def _shown(equation: Equation):
    (value,) = equation.steps[-1].numbers.values()
    return value


def test_sum_of_the_target_is_named_where_it_is_used():
    """Before the last line the delta is right for any y; the last one needs that y sums to one."""
    derived = page("ce")
    delta = chain(derived, "delta")
    before, last = delta.steps[-2], delta.steps[-1]
    assert last.assumptions == ("y sums to one",)
    program, z, y = derived.witnessed[0].program, [0.3, -1.0, 0.5], [0.2, 0.7, 0.4]
    p = np.exp(z) / np.exp(z).sum()

    def cost(u):
        return -np.dot(y, np.array(u) - np.log(np.exp(u).sum()))

    slopes = [
        (cost(np.array(z) + 1e-6 * np.eye(3)[k]) - cost(np.array(z) - 1e-6 * np.eye(3)[k])) / 2e-6 for k in range(3)
    ]
    general = Equation(delta.lhs, delta.out, (before,), context=delta.context)
    assert values_at(general, program, z, y) == pytest.approx(slopes, rel=1e-6)
    assert values_at(delta, program, z, y) == pytest.approx(p - y)
    assert p - y != pytest.approx(slopes, rel=1e-2)  # 1.3 is not 1


@pytest.mark.parametrize(("name", "output"), PAIRS)
def test_what_is_said_of_convexity_is_true(name, output):
    """Convex: every chord lies above. Not convex: the second derivative is negative at the place that is named."""
    section = next(s for s in page(name, output).sections if s.title == "Curvature in the score")
    said = " ".join(b.text for b in section.blocks if isinstance(b, Prose))
    draw = random.Random(f"{name} {output}")
    size = 1 if len(chain(page(name, output), "delta").out) == 0 else 3

    def f(u, y):
        return TEXTBOOK[name](LINKS[output](u), y)

    if "he loss is convex in the score" in said and "Whether" not in said:
        for _ in range(60):
            y, scale = targets(name, draw, size), draw.choice((1, 5, 20))
            a, b = ([mp.mpf(draw.uniform(-scale, scale)) for _ in range(size)] for _ in range(2))
            middle = [(s + t) / 2 for s, t in zip(a, b, strict=True)]
            assert f(middle, y) <= (f(a, y) + f(b, y)) / 2 + mp.mpf("1e-12")
    elif "is not convex" in said:
        ((y, p, bend),) = next(b.rows for b in section.blocks if isinstance(b, Table))
        inverse = {"identity": lambda p: p, "sigmoid": lambda p: mp.log(p / (1 - p)), "tanh": mp.atanh}[output]
        z = inverse(mp.mpf(p.p) / p.q)
        with mp.workdps(30):
            numerical = mp.diff(lambda t: f([t], [int(y)]), z, 2)
            assert bend < 0
            assert float(bend) == pytest.approx(float(numerical), rel=1e-6)
    else:
        assert "not decided" in said


@pytest.mark.parametrize(
    ("name", "output"),
    [
        ("1/(yhat-y)**2", None),  # a pole
        ("-log((yhat-y)**2)", None),
        ("(yhat-y)**2/yhat**2", None),
        ("yhat**2 + 5*sign(yhat)", None),  # a jump
        ("mse", "relu"),  # a kink of the output
        ("mse", "z**2"),
        ("mse", "abs(z)"),
        ("mse", "1/z"),
        ("(yhat-y)**2", "sign(z)"),
    ],
)
def test_no_convexity_is_claimed_that_is_none(name, output):
    blocks = next(s for s in page(name, output).sections if s.title == "Curvature in the score").blocks
    text = " ".join(b.text for b in blocks if isinstance(b, Prose))
    assert "convex in the score." not in text
    assert "loss is convex in the score:" not in text


def test_which_losses_are_convex_in_the_score():
    says = {}
    for name, output in PAIRS:
        blocks = next(s for s in page(name, output).sections if s.title == "Curvature in the score").blocks
        text = " ".join(b.text for b in blocks if isinstance(b, Prose))
        says[name, output] = "no" if "not convex" in text else "open" if "Whether" in text else "yes"
    textbook = ("bce", "ce", "mse", "sse", "mse_mean", "mae", "norm", "huber", "hinge", "svm")
    assert all(says[name, LOSSES[name].output] == "yes" for name in textbook)
    assert says["mse", "sigmoid"] == says["mse", "tanh"] == says["mae", "tanh"] == "no"


@pytest.mark.parametrize("name", ["bce", "mse", "sse", "mae", "hinge", "(yhat-y)**4"])
def test_limits_are_approached(name):
    """Each limit of a page against the value far out."""
    derived = page(name)
    limits = [e for e in derived.equations() if isinstance(e.lhs, Limit)]
    assert len(limits) == 4
    for e in limits:
        z = e.lhs.variable
        far = 200.0 if e.lhs.point == oo else -200.0
        found = Evaluator({z.tensor: far}, {}, FLOAT, e.context.program).value(e.lhs.body)
        assert found == pytest.approx(float(e.result), abs=1e-12)


def test_a_dying_delta_is_told_from_one_that_corrects():
    text = {
        name: " ".join(b.text for s in page(name).sections for b in s.blocks if isinstance(b, Prose))
        for name in ("bce", "mse")
    }
    assert "does not go to zero" in text["bce"]
    assert "goes to zero although" not in text["bce"]
    assert "goes to zero although" in text["mse"]


def test_penalty_adds_a_multiple_of_the_weights():
    with_penalty = chain(page("huber", l2="lambda"), "d(J)/d(W").result
    without = chain(page("huber"), "d(J)/d(W").result
    assert str(with_penalty - without) == "lambda*W[d,k]"


ERRORS = [
    (["ce", "--set", "y=0,1", "--set", "yhat=0.5,0.6"], "sum to one"),
    (["ce", "--set", "y=0,2", "--set", "z=1,2"], "y: this loss expects entries that sum to one"),
    (["bce", "--set", "y=0", "--set", "yhat=1"], "strictly between 0 and 1"),
    (["svm", "--set", "y=1/2,1/2", "--set", "z=1,2"], "a one and zeros"),
    (["hinge", "--set", "y=0", "--set", "z=1"], "-1 or 1"),
    (["ce", "--set", "y=0,1"], "expected y, and yhat or z"),
    (["ce", "--set", "y=0,1", "--set", "z=1,2,3"], "found 2 for y and 3 for z"),
    (["ce", "--set", "y=0,1", "--set", "z=1,2", "--set", "yhat=1/2,1/2"], "not both"),
    (["ce", "--set", "y=0,1", "--set", "z=0,-3000"], "too large for double precision"),
    (["mae", "--set", "q=1"], "expected one of y, yhat, z"),
    (["huber", "--set", "y=1", "--set", "z=1", "--set", "kappa=0"], "a positive number"),
    (["huber", "--l2", "kappa"], "means something else on this page"),
    (["norm", "--set", "y=1,2", "--set", "z=1,2"], "no value at these numbers"),
    (["log(yhat)*y", "--set", "y=1", "--set", "yhat=-1"], "no value at these numbers"),
    (["hinge_"], "Did you mean hinge"),
    (["y**2"], "does not depend on yhat"),
]


@pytest.mark.parametrize(("given", "message"), ERRORS)
def test_errors(given, message, capsys):
    assert run(["loss", *given, "--no-cache"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert message in err
    assert len(err.splitlines()) <= 4


def test_at_a_kink_the_derivative_of_the_page_is_shown(capsys):
    assert run(["loss", "hinge", "--set", "y=1,1", "--set", "z=1,2", "--no-cache"]) == 0
    out = capsys.readouterr().out
    assert "at its kink here" in out
    assert "= -1 · 1[1 · 1 ≤ 1]" in out


@pytest.mark.parametrize(
    ("kind", "name"), [("log", "bce"), ("sigmoid", "bce"), ("LogSumExp", "ce"), ("maximum", "svm")]
)
def test_a_wrong_rule_stops_the_page(kind, name, monkeypatch, capsys):
    from dataclasses import replace

    of = next(k for k in rules.RULES if k.__name__ == kind)
    rule = rules.RULES[of]
    monkeypatch.setitem(rules.RULES, of, replace(rule, apply=lambda e, d: 2 * rule.apply(e, d)))
    assert run(["loss", name, "--no-cache"]) == 1
    assert capsys.readouterr().out == ""
