"""What is printed, on all pages and in all formats: no ugly mathematics, balanced LaTeX, complete JSON."""

from __future__ import annotations

import json
import re
from collections import Counter

import pytest

from derive.catalogue import build
from derive.catalogue.options import PageOptions
from derive.derivation import Derivation, Equation, Section, Step, Table
from derive.derivation.certify import certify
from derive.expr import Tensor
from derive.notation.document import render

PAGES = {
    "linear": ("linear", {}),
    "logistic": ("logistic", {"l2": "lambda"}),
    "softmax": ("softmax", {}),
    "neuron": ("neuron", {}),
    "mlp": ("mlp", {}),
    "any depth": ("mlp", {"layers": "L", "l2": "lambda", "loss": "ce"}),
    "own": ("mlp", {"layers": "3", "activation": "z*sigmoid(z)", "loss": "(yhat-y)**4"}),
    "gelu": ("mlp", {"activation": "gelu", "loss": "mae"}),
    "elu, hinge": ("mlp", {"activation": "elu", "loss": "hinge", "sizes": "3,4,2"}),
}
STEPS = ("key", "full")
NOTATIONS = ("matrix", "component", "both")
RELATION = r"&(?:\\quad )?(?:[=<>]|\\(?:leftarrow|le|ge|approx)(?![a-z]))"
CONTINUED = r"  &(?:\\q?quad)? (?!(?:[=<>]|\\(?:leftarrow|le|ge|approx)(?![a-z])))"  # a row that is part of a formula

UGLY = {
    "a number one as a factor": r"(?<![\d.}])1 (\\cdot|\\odot)",
    "a double sign": r"[-+] *[-+]",
    "a sign in brackets": r"\(-1\)|\(- *1 *\)",
    "an operator that GitHub refuses": r"\\operatorname",
    "a fraction over one": r"\\frac\{[^{}]*\}\{1\}",
    "an empty group": r"(?<!\\begin)\{\}",
    "a bound name of the core": r"[#~]",
    "an unknown function in words": r"Where|Sum_|Elem|None",
}


@pytest.fixture(scope="module")
def derived():
    return {name: certify(build(page, PageOptions.parse(**options))) for name, (page, options) in PAGES.items()}


@pytest.fixture(params=PAGES)
def page(request, derived):
    return derived[request.param]


def mathematics(latex: str) -> str:
    return re.sub(r"\\text\{[^{}]*\}|\\subsection\*\{[^{}]*\}|\\textbf\{[^{}]*\}", "", latex)


@pytest.mark.parametrize("steps", STEPS)
@pytest.mark.parametrize("notation", NOTATIONS)
def test_latex(page, notation, steps):
    latex = render(page, "latex", notation=notation, steps=steps)
    for what, pattern in UGLY.items():
        found = re.search(pattern, mathematics(latex))
        assert not found, f"{what}: {latex[max(0, found.start() - 60) : found.end() + 60]}"
    assert latex.count("{") == latex.count("}")
    assert latex.count(r"\left") - latex.count(r"\leftarrow") == latex.count(r"\right") - latex.count(r"\rightarrow")
    begun = Counter(re.findall(r"\\begin\{([^}]*)\}", latex))
    assert begun == Counter(re.findall(r"\\end\{([^}]*)\}", latex))
    for row in re.findall(r"^ .*$", latex, re.MULTILINE):
        if "tabular" not in latex.split(row)[0].rsplit(r"\begin", 1)[-1]:
            assert len(re.findall(RELATION, row)) == (not re.match(CONTINUED, row)), row


def test_standalone_needs_plain_packages_only(page):
    latex = render(page, "latex", standalone=True)
    assert set(re.findall(r"\\usepackage(?:\[[^]]*\])?\{([^}]*)\}", latex)) == {"amsmath,bm"}
    assert latex.rstrip().endswith(r"\end{document}")


@pytest.mark.parametrize("notation", NOTATIONS)
def test_text_has_no_commands_and_fits_a_line(page, notation):
    text = render(page, "text", notation=notation)
    assert "\\" not in text
    assert "$" not in text
    assert max(map(len, text.splitlines())) < 250


def test_html_is_one_file_without_network(page):
    html = render(page, "html")
    assert "url(fonts" not in html
    assert not re.search(r'(?:src|href)="?https?:', html)
    assert html.count("data-tex=") > 10
    assert "<script>alert" not in html


def test_markdown_is_what_github_reads(page):
    markdown = render(page, "markdown")
    assert markdown.count("```math") * 2 == markdown.count("```")
    assert r"\bm" not in markdown
    words = re.sub(r"```math.*?```", "", markdown, flags=re.DOTALL)  # names in reasons stand between dollars
    assert "$" not in re.sub(r"\$`[^`$]+`\$", "", words)


@pytest.mark.parametrize("steps", STEPS)
def test_json_has_every_equation_with_its_verdicts(page, steps):
    data = json.loads(render(page, "json", steps=steps))
    equations = [b for s in data["sections"] for b in s["blocks"] if b["kind"] == "equation"]
    assert len(equations) == len(list(page.equations()))
    for e in equations:
        assert e["left"]["component_latex"]
        for step in e["steps"]:
            assert step["component_latex"]
            assert step["rule"] in ("definition", "assumption", "update") or step["verdict"]["kind"] in (
                "proved", "confirmed",
            )  # fmt: skip
    assert data["certificate"]["checked"]


def test_full_steps_contain_the_key_steps(page):
    for equation in page.equations():
        key, full = (equation.shown(s) for s in STEPS)
        assert all((s.after, s.rule) in [(t.after, t.rule) for t in full] for s in key)
        assert key


def test_component_notation_has_no_matrix_operations(page):
    latex = mathematics(render(page, "latex", notation="component"))
    latex = re.sub(r"\(\([^()]*\)\^\{-1\}\)", "", latex)  # the entry of an inverse names its matrix
    assert r"\odot" not in latex
    assert r"\top" not in latex
    assert r"\mathrm{diag}" not in latex


@pytest.mark.parametrize(
    ("form", "name", "reason"),
    [
        ("text", "z", "solved for u"),
        ("latex", "$z$", r"\text{solved for $u$}"),
        ("markdown", "$`z`$", r"\text{solved for $u$}"),
        ("html", '<span data-tex="z"></span>', r"\text{solved for $u$}"),
    ],
)
def test_names_in_tables_and_reasons_are_mathematics(form, name, reason):
    """Text between dollars is a name of the notation wherever text stands: headers, cells, reasons."""
    z, u = Tensor("z")(), Tensor("u")()
    table = Table(("the $z$", "meaning"), ((z, "what $z$ is"),))
    chain = Equation(u, (), (Step(z, "definition"), Step(2 * z, "solve", "solved for $u$")))
    out = render(Derivation("page", "Page", (Section("Part", (table, chain)),)), form)
    assert f"the {name}" in out
    assert f"what {name} is" in out
    assert reason in out
