"""Every page of the command line from Python: the same text, the same options, and errors for what has no use."""

from __future__ import annotations

import click
import pytest

import derive
from derive.cli.main import cli, run
from derive.cli.options import MODEL
from derive.cli.table import CHECKS, OTHER, ROWS, RUNS
from derive.errors import OptionError
from derive.models.lectures import LECTURES

#: A command, and the call that has to give the same.
SAME = [
    ("mlp --layers L --activation tanh", ("mlp",), {"layers": "L", "activation": "tanh"}),
    ("mlp --sizes 3,4,1 --no-bias --l2 mu --sample", ("mlp",),
     {"sizes": (3, 4, 1), "bias": False, "l2": "mu", "form": "sample"}),
    ("mlp --layers 3 --activation tanh,relu", ("mlp",), {"layers": 3, "activation": ["tanh", "relu"]}),
    ("linear --l2", ("linear",), {"l2": True}),
    ("logistic --batch", ("logistic",), {"form": "batch"}),
    ("layer --sizes 4,3", ("layer",), {"sizes": (4, 3)}),
    ("bayes --classes K", ("bayes",), {"classes": "K"}),
    ("gaussian --covariance own --classes 3", ("gaussian",), {"covariance": "own", "classes": 3}),
    ("neuron --activation tanh --loss mse", ("neuron",), {"activation": "tanh", "loss": "mse"}),
    ("vanishing --layers 20 --weight-norm 1/2", ("vanishing",), {"passed": 20, "weight_norm": "1/2"}),
    ("cost --sizes 5,4,3 --optimizer momentum", ("cost",), {"sizes": (5, 4, 3), "optimizer": "momentum"}),
    ("cost", ("cost",), {}),
    ("loss huber", ("loss", "huber"), {}),
    ('loss ce --at "y=[0,1], yhat=[0.3,0.7]"', ("loss", "ce"), {"at": "y=[0,1], yhat=[0.3,0.7]"}),
    ("likelihood poisson", ("likelihood", "poisson"), {}),
    ("descent --samples 60 --batch-size 7", ("descent",), {"samples": 60, "batch_size": 7}),
    ('descent "(x-a)**2" --wrt x', ("descent", "(x-a)**2"), {"wrt": "x"}),
    ("minibatch --samples 5", ("minibatch",), {"samples": 5}),
    ("optimizer adam", ("optimizer", "adam"), {}),
    ("optimizer newton", ("optimizer", "newton"), {}),
    ("schedule step:30:0.1 --epochs 90", ("schedule", "step:30:0.1"), {"epochs": 90}),
    ("worked --notation matrix", ("worked",), {}),
    ('worked --at "W1=[[0.1,0.3],[0.2,0.1]], x=[1,2]" --notation matrix', ("worked",),
     {"at": "W1=[[0.1,0.3],[0.2,0.1]], x=[1,2]"}),
    ("collapse --layers L", ("collapse",), {"layers": "L"}),
]  # fmt: skip


@pytest.mark.parametrize(("command", "called", "options"), SAME, ids=lambda x: x if isinstance(x, str) else "")
def test_the_same_page(command, called, options, capsys):
    import shlex

    assert run([*shlex.split(command), "--format", "latex", "--no-cache"]) == 0
    page = derive.lecture(*called, **options)
    assert page.certificate.established
    assert page.latex() == capsys.readouterr().out


def test_what_has_a_text_of_its_own_in_the_terminal():
    """`activation` adds a plot there, `expr` a line of code; the derivation is the same."""
    assert "= 1 - a²" in str(derive.lecture("activation", "tanh"))
    assert "∂f/∂x = 2 A x" in str(derive.lecture("expr", "x@A@x", where="A: n,n symmetric; x: n", wrt="x"))


def test_every_command_of_a_page_is_there():
    pages = {row.name for row in ROWS if row.section not in (CHECKS, RUNS, OTHER)} - {"graph", "note"}
    assert pages == set(LECTURES)


@pytest.mark.parametrize("name", LECTURES)
def test_options_are_those_of_the_command(name):
    command = cli.get_command(click.Context(cli), name)
    taken = {p.name for p in command.params} & set(MODEL)
    if {"sample", "batch"} <= {flag for p in command.params for flag in (o.strip("-") for o in p.opts)}:
        taken.add("form")
    # a list of activations says how many layers a cost is of; of the other two it is something else
    own = {"cost": {"layers"}, "vanishing": {"layers"}, "loss": {"loss"}}.get(name, set())
    assert set(LECTURES[name].options) - own == taken - own


@pytest.mark.parametrize(
    ("called", "options", "message"),
    [
        (("mpl",), {}, "Did you mean 'mlp'?"),
        (("mlp",), {"depth": 3}, "expected layers, sizes, activation"),
        (("layer",), {"activation": "tanh"}, "expected sizes, form; found 'activation'"),
        (("activation",), {}, "expected a name or a formula in z"),
        (("mlp", "x"), {}, "expected nothing behind 'mlp'"),
        (("mlp",), {"layers": 0}, "--layers: expected a whole number from 1"),
        (("mlp",), {"steps": "all"}, "expected 'key' or 'full'"),
        (("optimizer", "adamant"), {}, "expected one of gd"),
    ],
)
def test_errors(called, options, message):
    with pytest.raises(OptionError, match=None) as caught:
        derive.lecture(*called, **options)
    assert message in str(caught.value)


def test_notebooks_show_it():
    page = derive.lecture("optimizer", "gd")
    assert page._repr_markdown_() == page.markdown()
    assert "theta" in page.json()
    assert page.html().lower().startswith("<!doctype html")
