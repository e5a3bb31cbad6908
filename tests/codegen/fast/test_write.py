"""Modules of style fast: they stand alone, compute what the plain ones do, and say so when they do not."""

from __future__ import annotations

import ast
import re

import numpy as np
import pytest

from codegen.cases import MODELS, NAMES, data, every_model, parsed, planned
from derive.codegen import BACKENDS, code, source_of, training
from derive.codegen.agreement import checked_plan
from derive.codegen.execute import load
from derive.codegen.layout import WIDTH
from derive.errors import OptionError, VerificationError

NUMPY = BACKENDS["numpy"]
SIZES = {"n0": 3, "n1": 4, "n2": 2, "N": 6, "D": 3, "K": 4}
MAIN = "loss_and_gradients"


@every_model
def test_the_plain_style_and_autograd_agree(page, options):
    plan = planned(page, options)
    said = checked_plan(plan, source_of(plan, NUMPY, "slopes", "fast"), "slopes", NUMPY, seed=3)
    assert said.endswith("with the plain style on batches of changing size, in single and double precision")


@every_model
def test_modules_stand_alone(page, options):
    source = source_of(planned(page, options), NUMPY, style="fast")
    tree = ast.parse(source)
    assert max(map(len, source.splitlines())) <= WIDTH
    assert not any(line != line.rstrip() for line in source.splitlines())
    for f in (n for n in tree.body if isinstance(n, ast.FunctionDef)):
        names = [n for n in ast.walk(f) if isinstance(n, ast.Name)]
        bound = {n.id for n in names if isinstance(n.ctx, ast.Store)} | {a.arg for a in f.args.args}
        outside = {n.id for n in names if isinstance(n.ctx, ast.Load)} - bound
        top = {n.name for n in tree.body if isinstance(n, ast.FunctionDef)} | {"BLOCK", "PART", "KEPT", "CACHE", "MADE"}
        top |= {a.name for n in tree.body if isinstance(n, ast.ImportFrom) for a in n.names}
        assert outside <= top | {"np", "math", "range", "slice", "len", "min", "max", "ValueError"}


MUTANTS = [
    (r"add\(total, more, total\)", "np.copyto(total, more)"),
    (r"(s1) = \1 \+ ", r"\1 = "),
    (r"subtract\((\w+), (Y_part|w1_part)", r"add(\1, \2"),
    (r"exp\((\w+), \1\)", r"np.negative(\1, \1)"),
    (r"A1 = empty\(.*\)", "A1 = Z1"),
    (r"Y_rows = Y\[rows\] if rows", "Y_rows = Y[: len(X_rows)] if rows"),
    (r"Y_part = Y_rows\[part\] if part else", "Y_part = Y_rows[: part.stop - part.start] if part else"),
    (r"subtract\(W1, dW1, W1\)", "add(W1, dW1, W1)"),
    (r"b1\[part, None\]", "b1[: len(Z1_part), None]"),
    (r"slice\(first, min\(first \+ length, W1\.shape\[0\]\)\)", "slice(0, min(length, W1.shape[0]))"),
    (r"key = \([^)]*\)", 'key = "one for all"'),
    (r"rate=1\):", "rate=1, rate_=1):\n    rate = 1"),
]


@pytest.mark.parametrize(("pattern", "instead"), MUTANTS, ids=lambda x: x[:30])
def test_wrong_modules_are_caught(pattern, instead):
    """Sums that are not added up, storage shared too early, rows of another block, a workspace of another shape."""
    plan = planned("mlp", {"activation": "tanh", "loss": "mse", "output_activation": "sigmoid"})
    source = source_of(plan, NUMPY, style="fast")
    wrong = re.sub(pattern, instead, source)
    assert wrong != source
    with pytest.raises((VerificationError, ValueError, TypeError)):
        checked_plan(plan, wrong, MAIN, NUMPY)


@pytest.mark.parametrize("activation", ["relu", "sigmoid"])
def test_calls_that_numpy_has_no_vector_code_for(activation):
    """Sums are products with ones, and numbers are arrays where the larger or smaller one is taken."""
    options = {"activation": activation, "output_activation": "softmax", "loss": "ce"}
    source = source_of(planned("mlp", options), NUMPY, style="fast")
    assert "add.reduce(" not in source
    bounds = re.findall(r"    (?:minimum|maximum)\((\w+), (\w+), out=", source)
    assert bounds
    assert all(second == "zeros" for _, second in bounds)


def test_an_array_of_another_number_is_caught():
    plan = planned("mlp", {"activation": "relu", "loss": "mse"})
    source = source_of(plan, NUMPY, style="fast")
    wrong = source.replace("found[...] = number", "found[...] = 1")
    assert wrong != source
    with pytest.raises(VerificationError):
        checked_plan(plan, wrong, MAIN, NUMPY)


def test_steps_of_training():
    """Thirty steps, in place, are those of the plain style."""
    options = parsed({"activation": "tanh", "l2": "lambda"})
    plain, fast = training(options), training(options, style="fast")
    params, X, Y = data(plain, SIZES)
    mine = {name: p.copy() for name, p in params.items()}
    for _ in range(30):
        loss, gradients = plain.loss_and_gradients(params, X, Y, lambda_=0.1)
        params = {name: p - 0.1 * gradients[name] for name, p in params.items()}
        assert np.isclose(fast.functions["step"](*mine.values(), X, Y, 0.1, 0.1), loss, rtol=1e-12)
    for name, p in params.items():
        np.testing.assert_allclose(mine[name], p, rtol=1e-10, atol=1e-13)


def test_arguments_are_left_alone_and_results_are_reused():
    model = training(parsed({}), style="fast")
    params, X, Y = data(model, SIZES)
    before = [a.copy() for a in (*params.values(), X, Y)]
    _, first = model.loss_and_gradients(params, X, Y)
    kept = first["W1"].copy()
    for a, b in zip((*params.values(), X, Y), before, strict=True):
        np.testing.assert_array_equal(a, b)
    _, second = model.loss_and_gradients(params, 2 * X, Y)
    assert second["W1"] is first["W1"]
    assert not np.array_equal(first["W1"], kept)


@pytest.mark.parametrize("dtype", [np.float64, np.float32], ids=lambda t: t.__name__)
def test_arrays_begin_with_a_line_of_the_cache(dtype):
    made = training(parsed({}), style="fast").functions["empty"]
    for shape in ((), (1,), (3, 5), (0, 4), (1000, 7)):
        arrays = [made(shape, np.dtype(dtype)) for _ in range(5)]
        assert all(a.ctypes.data % 64 == 0 or not a.size for a in arrays)
        assert all(a.shape == shape and a.dtype == dtype and a.flags.c_contiguous and a.flags.writeable for a in arrays)
        for n, a in enumerate(arrays):
            a[...] = n
        assert all((a == n).all() for n, a in enumerate(arrays))


def test_few_workspaces_are_kept():
    model = training(parsed({}), style="fast")
    for rows in range(1, 12):
        params, X, Y = data(model, SIZES | {"N": rows})
        model.loss_and_gradients(params, X, Y)
    assert len(model.functions["MADE"]) <= model.functions["KEPT"]


def test_rows_in_another_layout():
    """Slices and transposes of larger arrays are inputs like others."""
    model = training(parsed({"activation": "relu", "loss": "ce"}), style="fast")
    params, X, Y = data(model, SIZES)
    value, gradients = model.loss_and_gradients(params, X, Y)
    slopes = {name: g.copy() for name, g in gradients.items()}
    strided = np.repeat(X, 2, axis=0)[::2], np.asfortranarray(Y)
    again, gradients = model.loss_and_gradients({n: np.asfortranarray(p) for n, p in params.items()}, *strided)
    assert np.isclose(again, value, rtol=1e-13)
    for name, g in slopes.items():
        np.testing.assert_allclose(gradients[name], g, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("wrong", ["b1", "W2", "Y", "X"])
def test_shapes_that_do_not_fit(wrong):
    model = training(parsed({}), style="fast")
    params, X, Y = data(model, SIZES)
    arrays = params | {"X": X, "Y": Y}
    arrays[wrong] = arrays[wrong][..., :-1]
    with pytest.raises(ValueError, match="expected an array of shape"):
        model.loss_and_gradients(arrays, arrays["X"], arrays["Y"])


@pytest.mark.parametrize("name", ["X", "W1", "b2", "Y"])
@pytest.mark.parametrize("dtype", [np.float32, int, complex])
def test_types_that_do_not_fit(name, dtype):
    """One type for all, or the arrays of the workspace would round what others do not."""
    model = training(parsed({}), style="fast")
    params, X, Y = data(model, SIZES)
    arrays = params | {"X": X, "Y": Y}
    arrays[name] = arrays[name].astype(dtype)
    with pytest.raises(ValueError, match="expected arrays of one floating-point type"):
        model.loss_and_gradients(arrays, arrays["X"], arrays["Y"])


def test_no_rows_are_as_in_the_plain_style():
    model = training(parsed({}), style="fast")
    params, X, Y = data(model, SIZES | {"N": 0})
    with pytest.raises(ZeroDivisionError):
        model.loss_and_gradients(params, X, Y)


@pytest.mark.parametrize("backend", ["cupy", "jax", "torch"])
def test_other_backends_are_refused(backend):
    with pytest.raises(OptionError, match="--style fast is written for numpy"):
        code(parsed({}), backend=backend, style="fast")


@pytest.mark.parametrize("name", ["rows", "X_rows", "Z1_part", "parts1", "MADE", "block"])
def test_names_that_mean_something_else(name):
    with pytest.raises(OptionError, match="means something else in code of style fast"):
        code(parsed({"l2": name}), style="fast")


@pytest.mark.parametrize("name", ["t1", "w1", "s1", "rate", "scale", "zero"])
def test_names_of_users_give_way_to_nothing(name):
    plan = planned("mlp", {"l2": name, "activation": "tanh", "loss": "ce"})
    checked_plan(plan, source_of(plan, NUMPY, style="fast"), MAIN, NUMPY)


@pytest.mark.parametrize("seed", range(3))
def test_a_module_works_without_its_maker(seed, tmp_path):
    """The functions of a module depend on nothing but NumPy."""
    page, options = MODELS[seed * 7]
    source = source_of(planned(page, options), NUMPY, style="fast")
    assert load(source, NUMPY)[MAIN].__globals__["np"] is np
    assert NAMES[seed * 7]
