"""Every derivative rule, made wrong in several ways, must change what is printed and stop the page with exit code 1.

The pages below use every rule between them (that is tested too). A mutant that survives is a hole in the verification.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sympy import S

from derive.calculus import rules
from derive.calculus.rules import Rule
from derive.cli.main import run

MUTATIONS: dict[str, Callable] = {
    "sign": lambda apply: lambda e, d: -apply(e, d),
    "factor": lambda apply: lambda e, d: 2 * apply(e, d),
    "dropped": lambda apply: lambda e, d: S.Zero,
    "extra": lambda apply: lambda e, d: apply(e, d) + d(e.args[0]) if e.args else apply(e, d),
}

ACTIVATIONS = ("sigmoid", "tanh", "relu", "leaky_relu", "elu", "softplus", "swish", "gelu", "z*sin(z)", "cos(z)*z**2")
LOSSES = ("bce", "ce", "mse", "mae", "hinge", "(yhat-y)**4", "minimum((yhat-y)**2, 1)", "maximum(yhat*y, 0)")


def _transposed(e):
    """Every inverse in a derivative with its row and column exchanged."""
    from derive.expr import Inverse, rebuild

    if isinstance(e, Inverse):
        body, a, b, i, j = e.args
        return Inverse(body, a, b, j, i)
    return rebuild(e, _transposed)


MUTATIONS["transpose"] = lambda apply: lambda e, d: _transposed(apply(e, d))
MATRIX_RULES = ("Inverse", "LogDet", "Det")

PAGES = {
    **{f"mlp {a}": ["mlp", "--activation", a] for a in ACTIVATIONS},
    **{f"mlp {loss}": ["mlp", "--loss", loss] for loss in LOSSES},
    "mlp depth L": ["mlp", "--layers", "L", "--l2", "lambda"],
    "mlp maxout": ["mlp", "--activation", "maxout", "--pieces", "3"],
    "mlp residual": ["mlp", "--layers", "L", "--residual", "--activation", "tanh"],
    "mlp tied": ["mlp", "--layers", "4", "--tied", "--loss", "mse"],
    "layer": ["layer"],
    "logistic": ["logistic"],
    "linear": ["linear"],
    "softmax": ["softmax"],
    "neuron": ["neuron", "--activation", "tanh"],
    "sin": ["expr", "sum(sin(x)**2) + sum(cos(x))", "--where", "x: n", "--wrt", "x"],
    "logsumexp": ["expr", "logsumexp(A@x)", "--where", "A: m,n; x: n", "--wrt", "x"],
    "max": ["expr", "max(A@x)", "--where", "A: m,n; x: n", "--wrt", "x"],
    "max hessian": ["expr", "max(x)**2", "--where", "x: n", "--wrt", "x", "--order", "2"],
    "prod": ["expr", "prod(1 + x**2)", "--where", "x: n", "--wrt", "x"],
    "inverse": ["expr", "a @ inv(X) @ b", "--where", "X: n,n invertible; a: n; b: n", "--wrt", "X"],
    "logdet": ["expr", "logdet(X)", "--where", "X: n,n invertible", "--wrt", "X"],
    "det": ["expr", "det(X)", "--where", "X: n,n invertible", "--wrt", "X"],
    "relu hessian": ["expr", "sum(relu(A@x)**2)", "--where", "A: m,n; x: n", "--wrt", "x", "--order", "2"],
    "abs hessian": ["expr", "sum(abs(x)*x**2)", "--where", "x: n", "--wrt", "x", "--order", "2"],
    "erf": ["expr", "sum(erf(x))", "--where", "x: n", "--wrt", "x"],
    "softplus": ["expr", "sum(softplus(x)) + sum(exp(-x)) + sum(log(1 + x**2))", "--where", "x: n", "--wrt", "x"],
    "where": ["expr", "sum(where(x > 0, x**2, -x))", "--where", "x: n", "--wrt", "x"],
}

UNUSED = {"sinh", "cosh", "tan", "atan", "asinh", "atanh", "Unknown"}
"""No formula or page can contain these yet; their rules are tested by themselves in tests/calculus."""


def printed(args: list[str], capsys: pytest.CaptureFixture[str], *more: str) -> tuple[int, str]:
    capsys.readouterr()
    code = run([*args, "--no-cache", "--steps", "full", *more] if args[0] != "expr" else [*args, "--no-cache", *more])
    return code, capsys.readouterr().out


@pytest.fixture(scope="module")
def uses() -> dict[str, list[type]]:
    """The rules that each page applies."""
    found: dict[str, list[type]] = {}
    for name, args in PAGES.items():
        used: dict[type, None] = {}
        with pytest.MonkeyPatch.context() as patch:
            for kind, rule in rules.RULES.items():

                def apply(e, d, rule=rule, kind=kind, used=used):
                    used.setdefault(kind)
                    return rule.apply(e, d)

                patch.setitem(rules.RULES, kind, Rule(rule.name, rule.reason, apply, rule.trivial))
            assert run([*args, "--no-cache", "--no-check"]) == 0
        found[name] = list(used)
    return found


def test_the_pages_use_every_rule(uses):
    used = {kind.__name__ for kinds in uses.values() for kind in kinds}
    assert {kind.__name__ for kind in rules.RULES} - used == UNUSED


@pytest.mark.parametrize("name", PAGES)
def test_a_page_passes_as_it_is(name, capsys):
    code, out = printed(PAGES[name], capsys)
    assert code == 0
    assert out


def _applies(kind: type, mutation: str) -> bool:
    """A zero derivative has no sign, factor or term; only functions of numbers have an argument to add."""
    if mutation == "transpose":
        return kind.__name__ in MATRIX_RULES
    if kind.__name__ in ("step", "sign"):
        return mutation == "extra"
    return kind.__name__ != "Winner" and (mutation != "extra" or kind in rules.FUNCTIONS)


def _mutants(name: str, kinds: list[type]):
    return ((kind, m) for kind in kinds for m in MUTATIONS if _applies(kind, m))


@pytest.mark.slow
@pytest.mark.parametrize("name", PAGES)
def test_no_mutant_survives(name, uses, monkeypatch, capsys):
    args = PAGES[name]
    _, right = printed(args, capsys, "--no-check")
    killed, survivors = 0, []
    for kind, mutation in _mutants(name, uses[name]):
        rule = rules.RULES[kind]
        with monkeypatch.context() as patch:
            patch.setitem(
                rules.RULES, kind, Rule(rule.name, rule.reason, MUTATIONS[mutation](rule.apply), rule.trivial)
            )
            _, wrong = printed(args, capsys, "--no-check")
            if wrong == right:
                continue  # the mutant acts on a term that vanishes: nothing wrong is printed
            code, out = printed(args, capsys)
        if (code, out) == (1, ""):
            killed += 1
        else:
            survivors.append(f"{rule.name}, {mutation}: exit code {code}")
    print(f"{name}: {killed} mutants killed")
    assert killed
    assert not survivors
