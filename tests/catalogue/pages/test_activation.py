"""The page of an activation: its substance against mpmath, its text, and a sweep over names, formulas and options."""

from __future__ import annotations

import json
import re

import pytest
from mpmath import mp

from derive.catalogue.activations import ACTIVATIONS
from derive.catalogue.options import PageOptions
from derive.catalogue.pages.activation import activation, function, written_out
from derive.cli.main import run
from derive.derivation import Derivation, Equation, Table
from derive.derivation.certify import certify, resolve
from derive.evaluate.oracle import FLOAT, evaluate
from derive.expr import Limit, Tensor
from derive.notation.document import render
from derive.verify.limits import decide_limit

NAMES = [*(name for name, row in ACTIVATIONS.items() if row.function is not None), "step"]
FORMULAS = [
    "z/(1 + abs(z))",
    "z*tanh(log(1 + exp(z)))",
    "exp(-z**2)",
    "clip(z/6 + 1/2, 0, 1)",
    "log(1 + exp(z))",
    "1.7159*tanh(2*z/3)",
    "where(z > 0, 1.0507*z, 1.0507*1.67326*(exp(z) - 1))",
    "arctan(z)",
    "z**3",
    "sin(z)",
    "sign(z)",
    "maximum(z, sigmoid(z))",
    "where(z - sigmoid(z) > 0, 1, z)",
]
WITH_MPMATH = {
    "sigmoid": lambda x: 1 / (1 + mp.exp(-x)),
    "tanh": mp.tanh,
    "relu": lambda x: max(x, mp.mpf(0)),
    "leaky_relu": lambda x: x if x > 0 else x / 100,
    "elu": lambda x: x if x > 0 else mp.expm1(x),
    "softplus": lambda x: mp.log1p(mp.exp(x)),
    "swish": lambda x: x / (1 + mp.exp(-x)),
    "gelu": lambda x: x * mp.ncdf(x),
    "identity": lambda x: x,
    "step": lambda x: mp.mpf(x > 0),
}


def page(text: str, **given: str) -> Derivation:
    return activation(text, PageOptions.parse(**given))


def certified(text: str) -> Derivation:
    found = certify(page(text))
    assert found.certificate.failures == ()
    return found


@pytest.mark.parametrize("name", NAMES + FORMULAS)
def test_every_step_is_established(name):
    c = certified(name).certificate
    assert c.established and c.proved > 0
    assert c.compared == (0 if name in ("step", "sign(z)") else 1)


def test_every_activation_is_written_by_hand():
    assert set(WITH_MPMATH) == set(NAMES), "an activation wants its formula in WITH_MPMATH, against which it is held"


@pytest.mark.parametrize("name", WITH_MPMATH)
def test_the_derivative_is_that_of_the_function(name):
    """The last line of each chain for da/dz, evaluated with the output of mpmath, against its difference quotient."""
    f, z = WITH_MPMATH[name], Tensor("z")
    chains = [
        e
        for e in page(name).equations()
        if str(e.lhs) == "d(a)/d(z)" and "<" not in "".join(s.relation for s in e.steps)
    ]
    assert chains
    with mp.workdps(40):
        for x in (mp.mpf(k) / 3 for k in (-11, -5, -2, 1, 4, 10)):
            known = (f(x + mp.mpf(10) ** -15) - f(x - mp.mpf(10) ** -15)) / (2 * mp.mpf(10) ** -15)
            values = {
                z: float(x),
                Tensor("a"): float(f(x)),
                Tensor("u"): float(mp.exp((2 if name == "tanh" else 1) * x)),
            }
            for e in chains:
                assert evaluate(e.result, values, {}, ring=FLOAT) == pytest.approx(float(known), abs=1e-11)


@pytest.mark.parametrize("name", WITH_MPMATH)
def test_the_limits_are_those_of_the_function(name):
    f = WITH_MPMATH[name]
    limits = [e for e in page(name).equations() if isinstance(e.lhs, Limit)]
    assert len(limits) == 4
    with mp.workdps(60):
        for e in limits:
            far = mp.mpf(10) ** 4 * (1 if str(e.lhs.point) == "oo" else -1)
            slope = "d(a)" in str(e.lhs.body)
            value = (f(far + mp.mpf(10) ** -9) - f(far)) * 10**9 if slope else f(far)
            assert value > 50 if str(e.result) == "oo" else value < -50 if str(e.result) == "-oo" else (
                abs(value - mp.mpf(str(e.result.evalf(30)))) < 1e-3
            )  # fmt: skip


def test_a_definition_is_what_the_field_says():
    with mp.workdps(30):
        for name in ("sigmoid", "tanh", "softplus", "relu"):
            for x in (-3, -0.5, 0.25, 2):
                explicit = evaluate(written_out(function(name)), {Tensor("z"): x}, {}, ring=FLOAT)
                assert explicit == pytest.approx(float(WITH_MPMATH[name](mp.mpf(x))), rel=1e-13)


def cells(found: Derivation, first: str) -> list[str]:
    """The rest of the rows of the tables that begin with this cell."""
    rows = [row for s in found.sections for b in s.blocks if isinstance(b, Table) for row in b.rows]
    return [str(row[1]) for row in rows if str(row[0]) == first]


@pytest.mark.parametrize(
    ("name", "range_", "zero_centred", "saturates"),
    [
        ("sigmoid", "Interval.open(0, 1)", "no", "on both sides"),
        ("tanh", "Interval.open(-1, 1)", "yes", "on both sides"),
        ("relu", "Interval(0, oo)", "no", "for large negative inputs only"),
        ("leaky_relu", "Interval(-oo, oo)", "no", "on neither side"),
        ("elu", "Interval.open(-1, oo)", "no", "for large negative inputs only"),
        ("softplus", "Interval.open(0, oo)", "no", "for large negative inputs only"),
        ("identity", "Interval(-oo, oo)", "yes", "on neither side"),
        ("step", "{0, 1}", "no", "on both sides"),
        ("sign(z)", "{-1, 0, 1}", "yes", "on both sides"),
        ("maximum(z, sigmoid(z))", "Interval.open(0, oo)", "no", "for large negative inputs only"),
        ("where(z - sigmoid(z) > 0, 1, z)", "unknown", "no: the function is not odd", "unknown"),
    ],
)
def test_properties(name, range_, zero_centred, saturates):
    found = page(name)
    assert cells(found, "range")[0].startswith(range_)
    assert cells(found, "zero-centred")[0].startswith(zero_centred)
    assert cells(found, "saturates")[0].startswith(saturates)


def test_why_the_perceptron_is_not_trained_by_gradients():
    text = render(page("step"), "text")
    assert "cannot be trained by gradients" in text and re.search(r"∂a/∂z = 0 +wherever it exists", text)
    assert "cannot be trained" not in render(page("relu"), "text")


def test_kinks_with_their_convention():
    table = next(b for s in page("leaky_relu").sections if s.title == "Kinks" for b in s.blocks if isinstance(b, Table))
    assert [list(map(str, row)) for row in table.rows] == [["0", "1/100", "1", "1/100"]]
    assert not [s for s in page("elu").sections if s.title == "Kinks"]  # both slopes are 1


def test_a_wrong_line_is_refuted():
    """Each line that claims an equation, with another result."""
    from dataclasses import replace

    right = page("sigmoid")
    changed = 0
    for k, section in enumerate(right.sections):
        for n, block in enumerate(section.blocks):
            if not isinstance(block, Equation) or block.steps[-1].rule == "definition" or block.steps[-1].verdict:
                continue
            last = replace(
                block.steps[-1],
                after=block.steps[-1].after * 2 - 1 if block.steps[-1].relation == "=" else 0 * block.result,
            )
            blocks = (*section.blocks[:n], replace(block, steps=(*block.steps[:-1], last)), *section.blocks[n + 1 :])
            sections = (*right.sections[:k], replace(section, blocks=blocks), *right.sections[k + 1 :])
            assert certify(replace(right, sections=sections)).certificate.failures, block
            changed += 1
    assert changed >= 6


@pytest.mark.parametrize("format", ["text", "latex", "markdown", "html", "json"])
@pytest.mark.parametrize("notation", ["matrix", "component", "both"])
@pytest.mark.parametrize("steps", ["key", "full"])
def test_options(format, notation, steps, capsys):
    assert run(["activation", "elu", "--format", format, "--notation", notation, "--steps", steps]) == 0
    assert len(capsys.readouterr().out) > 1000


@pytest.mark.parametrize(
    ("part", "says"), [("forward", "Definition"), ("gradients", "Derivative"), ("result", "Range")]
)
def test_parts(part, says, capsys):
    assert run(["activation", "tanh", "--only", part]) == 0
    out = capsys.readouterr().out
    assert says in out and ("Notation" not in out)


def test_json_has_the_facts(capsys):
    assert run(["activation", "swish", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["slope_bound"]["kind"] == "enclosed" and found["value"]["limits"] == {"-oo": "0", "oo": "oo"}
    low, high = map(float, found["value"]["infimum"]["between"])
    assert low <= -0.27846454276 <= high


def test_full_steps_have_more_lines(capsys):
    lengths = []
    for steps in ("key", "full"):
        assert run(["activation", "sigmoid", "--steps", steps]) == 0
        lengths.append(len(capsys.readouterr().out.splitlines()))
    assert lengths[1] > lengths[0]


def test_a_range_with_jumps_is_said_in_words():
    assert cells(page("where(z > 0, tanh(z) + 1, z)"), "range") == [
        "from minus infinity to 2, which is not taken, with jumps"
    ]


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "softplus", "swish", "identity", "z/(1 + z**2)"])
def test_limits_by_another_engine(name):
    """The order of growth of quotients, which shares nothing with the expansions, does not object."""
    found = page(name)
    seen = []
    for e in found.equations():
        if isinstance(e.lhs, Limit) and e.result.is_finite:
            limit = Limit(resolve(e.lhs.body, e.context), e.lhs.variable, e.lhs.point)
            seen.append(decide_limit(limit, e.result, e.context.program).kind)
    assert "refuted" not in seen and "proved" in seen
