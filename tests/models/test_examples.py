"""derivations/models: each as a note and in Python, against an autodiff tool on a forward pass written by hand."""

from __future__ import annotations

import pathlib
import runpy

import autograd
import numpy as np
import pytest

import derive
from derive.catalogue.custom import Custom
from derive.check import check_files
from derive.cli.main import run
from derive.codegen.programs import compiled_program
from derive.expr.arrays import array
from derive.models.notes import forward, variables
from derive.notation import recover, text
from models.forward import EXAMPLES, Example

FOLDER = pathlib.Path(__file__).parents[2] / "derivations" / "models"
ACCEPTED = {"proved", "confirmed", "definition"}
each = pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e.note)


def of_note(example: Example) -> Custom:
    text = (FOLDER / example.note).read_text(encoding="utf-8")
    found = forward(text, example.note)
    program = found.program(None, example.wrt)
    return Custom(program, variables(example.wrt, program), found.componentwise)


def of_python(example: Example) -> Custom:
    names = runpy.run_path(str(FOLDER / example.module))
    return Custom(names["net"].program, tuple(x.expr.tensor for x in names["wrt"]))


def point(example: Example, seed: int) -> dict:
    rng = np.random.default_rng(seed)
    drawn = {name: rng.standard_normal(shape) for name, shape in example.shapes.items()}
    return {**drawn, **({"epsilon": 0.1} if "epsilon" in drawn else {}), **example.constants()}


@each
@pytest.mark.parametrize("model", [of_note, of_python], ids=lambda f: f.__name__)
def test_the_gradients_are_those_of_an_autodiff_tool(example, model):
    function = compiled_program(model(example))
    for seed in range(3):
        arrays = point(example, seed)
        value, gradients = function(**{name: arrays[name] for name in function.arguments})
        assert value == pytest.approx(example.loss(arrays), rel=1e-12)
        for name, found in zip(example.wrt.split(","), gradients, strict=True):
            true = autograd.grad(lambda x, n=name, a=arrays: example.loss({**a, n: x}))(arrays[name])
            assert np.shape(found) == np.shape(true)
            np.testing.assert_allclose(found, true, rtol=1e-9, atol=1e-12)


@each
def test_a_wrong_forward_pass_is_noticed(example):
    """The comparison above can fail: the tool differentiates something else."""
    function = compiled_program(of_note(example))
    arrays = point(example, 0)
    _, gradients = function(**{name: arrays[name] for name in function.arguments})
    name = example.wrt.split(",")[0]
    true = autograd.grad(lambda x: 1.1 * example.loss({**arrays, name: x}))(arrays[name])
    assert not np.allclose(gradients[0], true)


@each
def test_note_and_python_derive_the_same(example):
    note, python = of_note(example), of_python(example)
    assert [t.name for t in note.wrt] == [t.name for t in python.wrt]
    assert [let.tensor.name for let in note.program] == [let.tensor.name for let in python.program]
    for a, b in zip(note.adjoints.values(), python.adjoints.values(), strict=True):
        verdict = derive.prove(*(array(x.value, *x.of.indices) for x in (a, b)))
        assert verdict.established, (a.value, b.value, verdict.detail)


@each
def test_the_page_is_certified_and_read_back(example, tmp_path, capsys):
    """Every line that is printed is proved by the checker, which knows nothing of where it comes from."""
    page = tmp_path / "page.tex"
    args = ["note", str(FOLDER / example.note), "--wrt", example.wrt, "--notation", "matrix", "--no-cache"]
    assert run([*args, "--latex", "--standalone", "-o", str(page)]) == 0
    assert "agree with autograd" in capsys.readouterr().err
    (report,) = check_files([str(page)], seconds=60)
    assert [(f.line, f.verdict, f.rhs) for f in report.findings if f.verdict not in ACCEPTED] == []
    assert sum(f.verdict != "definition" for f in report.findings) >= 5


@pytest.mark.slow
@each
@pytest.mark.parametrize("steps", ["key", "full"])
@pytest.mark.parametrize("format", ["text", "latex", "markdown", "html", "json"])
def test_every_format_is_written(example, steps, format, capsys):
    args = ["note", str(FOLDER / example.note), "--wrt", example.wrt, "--notation", "both", "--no-cache"]
    assert run([*args, "--steps", steps, "--format", format]) == 0
    assert len(capsys.readouterr().out) > 500


def test_names_are_kept():
    """The derivative of the variance in the mean vanishes, and what is normalised keeps its name: no blow-up."""
    model = of_note(EXAMPLES[0])
    values = {t.name: str(a.value) for t, a in model.adjoints.items()}
    assert values["mu"] == "-Sum_[#1.0](delta_Xhat[#1.0,j])/sqrt(epsilon + v[j])"
    assert values["v"] == "-Sum_[#1.0](Xhat[#1.0,j]*delta_Xhat[#1.0,j])/(2*(epsilon + v[j]))"


def test_shared_weights_are_summed_over():
    model = of_note(next(e for e in EXAMPLES if e.note == "recurrent.md"))
    found = model.adjoints[model.wrt[0]]
    assert {p.through.tensor.name for p in found.paths} == {"z_1", "z_2"}
    assert text(recover(found.value, found.of.indices)) == "δ_z_1 x_1ᵀ + δ_z_2 x_2ᵀ"


def test_python_examples_print_their_page(capsys):
    runpy.run_path(str(FOLDER / "residual.py"), run_name="__main__")
    out = capsys.readouterr().out
    assert out.startswith("A residual block\n================")
    assert "∂L/∂x = W_1ᵀ δ_z + δ_h" in out


def test_no_index_has_the_letter_of_a_name(capsys):
    """The block's output is called h, so what runs over H is not."""
    args = ["note", str(FOLDER / "residual.md"), "--wrt", "x,W_1", "--notation", "component", "--steps", "full"]
    assert run([*args, "--no-cache"]) == 0
    out = capsys.readouterr().out
    assert "Σ_" in out
    assert not any(sign in out for sign in ("Σ_h ", "Σ_z ", "Σ_a ", ",h "))
