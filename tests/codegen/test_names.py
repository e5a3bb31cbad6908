"""Names of users in generated code: identifiers, each meaning one thing, and no way to run anything else."""

from __future__ import annotations

import ast

import pytest

from codegen.cases import parsed
from derive.codegen import code, training
from derive.codegen.names import Names, function_name
from derive.errors import OptionError
from derive.expr import Size, Tensor

N = Size("N")


@pytest.mark.parametrize(
    ("name", "said"),
    [("x", "x"), ("lambda", "lambda_"), ("np", "np_"), ("print", "print_"), ("sigmoid", "sigmoid_"), ("loss", "loss_"),
     ("match", "match_"), ("None", "None_"), ("x y", "x_y"), ("1x", "_1x"), ("x');import os#", "x_import_os_")],
)  # fmt: skip
def test_names(name, said):
    t = Tensor(name, (N,))
    names = Names([t])
    from derive.notation.code import name_of

    assert name_of(names[t]) == said
    assert said.isidentifier()


def test_names_that_would_be_one_are_told_apart():
    a, b = Tensor("W", (N,), 1), Tensor("W1", (N,))
    assert [str(t) for t in Names([a, b]).all([a, b])] == ["W^(1)", "W1_"]


def test_a_penalty_called_like_a_weight():
    model = training(parsed({"l2": "W1"}))
    assert model.factors == ("W1_",)
    assert [name for name, _ in model.parameters] == ["W1", "b1", "W2", "b2"]


@pytest.mark.parametrize("name", ["1x", "a b", "x()", "", "lambda", "forward", "sigmoid", "np", "X", "Delta2", "é" * 3])
def test_functions_that_cannot_be_called_so(name):
    with pytest.raises(OptionError, match="--function: "):
        code(parsed({}), function=name)


def test_a_name_for_the_function():
    assert function_name("step", ["X"]) == "step"
    tree = ast.parse(code(parsed({}), function="step"))
    assert [f.name for f in tree.body if isinstance(f, ast.FunctionDef)][-1] == "step"
