"""Reader and writer share one vocabulary: the checker proves or confirms every line of every page that is printed,
and each formula on it is read back to the expression that was written."""

from __future__ import annotations

import shlex

import pytest
from click.testing import CliRunner

from catalogue.parity import PARITY
from catalogue.parity_more import PARITY_MORE
from derive import catalogue
from derive.calculus import differentiate
from derive.catalogue.options import PageOptions
from derive.catalogue.pages.expression import from_text
from derive.catalogue.words import described
from derive.check.examine import examine
from derive.cli.main import cli
from derive.cli.table import CHECKS, OTHER, ROWS, RUNS
from derive.derivation import Derivation
from derive.documents import read
from derive.documents.declarations.remarks import key
from derive.expr import Diff, Elem, Size, Tensor, free_indices, rebuild, rename, tensors
from derive.expr.nodes import Limit, contains
from derive.notation.document import render
from derive.notation.document.lines import in_blocks, in_components, in_matrices
from derive.notation.document.tables import cell
from derive.notation.style import LATEX
from derive.verify import decide
from derive.verify.limits import decide_limit
from documents.pages import EXPRESSIONS, LONG, NOTES, QUICK, READ_BACK, READ_BACK_SLOW, SLOW

DERIVATIVES = [*PARITY, *PARITY_MORE]
SECONDS = 60.0  # for one claim: a slow machine must not turn a proof into a timeout


def built(name: str, given: dict) -> Derivation:
    return catalogue.build(name, PageOptions.parse(**given))


def written(page: Derivation, kind: str, notation: str = "matrix", steps: str = "key") -> str:
    more = {"standalone": True} if kind == "latex" else {}
    return render(page, kind, notation=notation, steps=steps, **more)


def unproved(text: str, kind: str) -> tuple[int, list[str]]:
    """How many claims there are, and the lines that are neither proved nor confirmed."""
    note = read(text, "page.tex" if kind == "latex" else "page.md")
    findings = [examine(s, seconds=SECONDS, hints=False) for s in note.statements]
    assert not note.diagnostics
    wrong = [f"{f.line}: {f.verdict}, {f.lhs} = {f.rhs}: {f.detail}" for f in findings
             if f.verdict not in ("definition", "proved", "confirmed")]  # fmt: skip
    return len(note.claims), wrong


def printed(line: str, kind: str) -> str:
    """What the command prints; its verification is another test's concern."""
    more = ["--standalone"] if kind == "latex" else []
    result = CliRunner().invoke(cli, [*shlex.split(line), "--no-check", "--format", kind, *more])
    assert result.exit_code == 0, result.output
    return result.stdout


def holds(line: str, kind: str) -> None:
    claims, wrong = unproved(printed(line, kind), kind)
    assert not wrong
    assert claims or line.startswith(("optimizer", "schedule"))  # their rules are all definitions


def called(row: tuple) -> str:
    return f"{row[0].replace(f'{NOTES}/', '')} {row[1]}"


def named(row: tuple) -> str:
    return " ".join((row[0], *(f"{k}={v}" for k, v in row[1].items())))


@pytest.mark.parametrize("row", QUICK, ids=called)
def test_every_line_of_a_page_holds(row):
    holds(*row)


@pytest.mark.slow
@pytest.mark.parametrize("row", SLOW, ids=called)
def test_every_line_of_each_kind_of_page_holds(row):
    holds(*row)


@pytest.mark.long
@pytest.mark.parametrize("row", LONG, ids=called)
def test_every_line_of_every_page_holds(row):
    holds(*row)


def test_every_command_that_prints_a_page_is_held():
    pages = {row.name for row in ROWS if row.section not in (CHECKS, RUNS, OTHER)} - {"expr"}
    assert {line.split()[0] for line, _ in LONG} >= pages
    assert {line.split()[0] for line, _ in (*QUICK, *SLOW)} >= pages - {"schedule", "vanishing", "cost"}


@pytest.mark.parametrize("row", EXPRESSIONS, ids=lambda row: row[0])
def test_every_line_of_a_derivative_holds(row):
    claims, wrong = unproved(written(from_text(*row).page, "latex", "both", "full"), "latex")
    assert claims >= 3
    assert not wrong


def derivative_holds(row: tuple, *kinds: str) -> None:
    for kind in kinds:
        _, wrong = unproved(written(from_text(*row[1:]).page, kind, "both", "full"), kind)
        assert not wrong


@pytest.mark.slow
@pytest.mark.parametrize("row", DERIVATIVES[::16], ids=lambda row: row[0])
def test_every_line_of_some_derivatives_holds(row):
    derivative_holds(row, "latex")


@pytest.mark.long
@pytest.mark.parametrize("row", DERIVATIVES, ids=lambda row: row[0])
def test_every_line_of_all_derivatives_holds(row):
    derivative_holds(row, "latex", "markdown")


# -- formulas by themselves --------------------------------------------------------------------------------------
def carried_out(e):
    """Derivatives of what is written out, as the reader has them; those through definitions stay."""
    if isinstance(e, Diff) and not isinstance(e.body, (Elem, Diff)) and e.wrt.tensor in tensors(e.body):
        return differentiate(e.body, e.wrt)
    return rebuild(e, carried_out) if contains(e, Diff) else e


def as_read(e):
    """The expression with its tensors called as the reader calls them."""
    if isinstance(e, Tensor):
        return Tensor(key(e.name.rstrip("_")), e.dims, e.layer, e.properties)
    if isinstance(e, Elem):
        return Elem(as_read(e.tensor), *e.indices)
    return e.func(*map(as_read, e.args)) if e.args else e


def formulas(page: Derivation):
    """Each formula of the page in LaTeX with what it means, derivatives of mere names left out: they need a definition."""
    for equation in map(in_blocks, page.equations()):
        for e in (equation.lhs, *(s.after for s in equation.steps)):
            meaning = carried_out(e)
            symbolic = any(t.layer is not None and not t.layer.is_Integer for t in tensors(e))
            dims = {d for t in tensors(e) for d in t.dims}
            unsaid = any(d.is_Integer for d in dims) or e.atoms(Size) - dims
            if contains(meaning, Diff) or symbolic or unsaid or not tensors(e):
                continue  # the formula by itself does not say what its names are, or how far its indices run
            if (latex := in_matrices(LATEX)(e, equation.out)) is not None:
                yield latex, e, meaning, equation.out
            yield in_components(LATEX)(e, equation.out), e, meaning, ()


def read_back(latex: str, e) -> tuple:
    """The expression that the reader finds, and its indices: letters first, in their order, then the axes."""
    symbols = sorted(tensors(e), key=str)
    declared = " ".join(f"${cell(t, LATEX)[0]}$ {described(t, '')}." for t in symbols)
    words = "Here $e_i$ is the unit vector with a one at position $i$. Functions act entry by entry. "
    note = read(f"{words}{declared}\n\n\\[ {{{latex}}} + 0 = {{{latex}}} \\]\n", "page.tex")
    (claim,) = note.claims
    assert claim.sides is not None, (latex, claim.problem)
    return claim.sides[1].expr, claim.sides[1].indices


def same(latex: str, e, meaning, axes: tuple) -> None:
    if r"\otimes" in latex:
        return  # a gap: Kronecker products are printed, in derivatives of rank four, and refused by the reader
    found, indices = read_back(latex, e)
    axes = tuple(i for i in axes if i.dim != 1)  # which nothing says
    expected = rename(meaning, dict(zip(axes, indices[len(indices) - len(axes) :], strict=True))) if axes else meaning
    expected = as_read(expected)
    meant = {i.name: i for i in free_indices(expected)}  # delta_{ik} alone does not say how far i and k run
    if isinstance(expected, Limit):
        assert decide_limit(expected, found).established, latex
        return
    found = rename(found, {i: meant[i.name] for i in free_indices(found) if i.name in meant})
    assert found == expected or decide(found, expected, almost_everywhere=True).established, latex


def numbered(page: Derivation) -> bool:
    """Whether the sizes are numbers, so that no formula by itself says them."""
    return any(d.is_Integer for equation in page.equations() for t in tensors(equation.lhs) for d in t.dims)


def read_again(page: Derivation) -> None:
    found = list(dict.fromkeys(formulas(page)))
    assert found or numbered(page)
    for formula in found:
        same(*formula)


@pytest.mark.parametrize("row", READ_BACK, ids=named)
def test_formulas_are_read_back(row):
    read_again(built(*row))


@pytest.mark.slow
@pytest.mark.parametrize("row", READ_BACK_SLOW, ids=named)
def test_formulas_of_more_pages_are_read_back(row):
    read_again(built(*row))


@pytest.mark.slow
@pytest.mark.parametrize("row", DERIVATIVES[2::16], ids=lambda row: row[0])
def test_formulas_of_some_derivatives_are_read_back(row):
    read_again(from_text(*row[1:]).page)


@pytest.mark.long
@pytest.mark.parametrize("row", DERIVATIVES, ids=lambda row: row[0])
def test_formulas_of_all_derivatives_are_read_back(row):
    read_again(from_text(*row[1:]).page)
