"""`derive code`: modules on standard output or in a file, checked, and every mistake one clear error."""

from __future__ import annotations

import importlib.util

import pytest

from derive.cli.main import run

LOGISTIC = ["code", "expr", "sum(log(1 + exp(-y*(X@w))))/N", "--where", "X: N,D; y: N; w: D", "--wrt", "w"]


@pytest.mark.parametrize("page", ["mlp", "logistic", "softmax", "linear", "neuron"])
@pytest.mark.parametrize("form", [(), ("--sample",), ("--l2",)])
def test_pages(page, form, capsys):
    assert run(["code", page, *form]) == 0
    out, err = capsys.readouterr()
    compile(out, "module.py", "exec")
    assert "def loss_and_gradients(" in out
    assert err == "run with numpy: loss and gradients agree with autograd at 3 random points\n"


def test_cupy_code_is_run_on_numpy(capsys):
    if importlib.util.find_spec("cupy"):
        pytest.skip("cupy is installed")
    assert run(["code", "logistic", "--backend", "cupy"]) == 0
    out, err = capsys.readouterr()
    assert "import cupy as cp\n" in out
    assert "np." not in out
    assert err.startswith("run on NumPy, for want of a GPU: loss and gradients agree")


@pytest.mark.parametrize("name", ["torch", "jax"])
def test_a_library_that_is_not_there_is_no_obstacle(name, capsys):
    assert run(["code", "mlp", "--backend", name]) == 0
    out, err = capsys.readouterr()
    compile(out, "module.py", "exec")
    there = importlib.util.find_spec(name)
    said = f"run with {name}: " if there else f"{name} is not installed, so this was run with NumPy: "
    assert err == f"{said}loss and gradients agree with autograd at 3 random points\n"


def test_formulas(capsys):
    assert run([*LOGISTIC, "--order", "2"]) == 0
    out, err = capsys.readouterr()
    assert "    return np.sum(softplus(-y * (X @ w))) / X.shape[0]\n" in out
    assert [line for line in out.splitlines() if line.startswith("def ")][-3:] == [
        "def value(X, y, w):",
        "def gradient(X, y, w):",
        "def hessian(X, y, w):",
    ]
    assert err == "run with numpy: the value and its derivatives agree with autograd at 3 random points\n"


def test_a_formula_may_begin_with_a_minus(capsys):
    assert run(["code", "expr", "-x", "--where", "x: n", "--wrt", "x"]) == 0
    assert "    return -np.eye(x.shape[0], dtype=x.dtype)\n" in capsys.readouterr().out


def test_into_a_file(tmp_path, capsys):
    file = tmp_path / "model.py"
    assert run(["code", "mlp", "--function", "step", "-o", str(file)]) == 0
    assert capsys.readouterr().out == ""
    found = importlib.util.spec_from_file_location("model", file)
    assert found is not None and found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    assert callable(module.step)


def test_without_a_check_it_says_so(capsys):
    assert run(["code", "linear", "--no-check"]) == 0
    assert capsys.readouterr().err == "warning: this code was not run\n"


def test_alone_it_shows_its_help(capsys):
    assert run(["code"]) == 0
    assert "derive code logistic --l2 --backend torch" in capsys.readouterr().out


BAD = [
    (["code", "mlp", "--backend", "pytorch"], "--backend: expected one of numpy, cupy, jax, torch; found 'pytorch'"),
    (["code", "mlp", "--style", "fast", "--backend", "jax"], "--style fast is written for numpy; found --backend jax"),
    (["code", "expr", "sum(x)", "--where", "x: n", "--wrt", "x", "--style", "fast"], "--style fast is for the pages"),
    (["code", "mlp", "--style", "quick"], "--style: expected one of plain, fast"),
    (["code", "mlp", "--layers", "L"], "--layers L: code needs a number of layers. Try: --layers 3"),
    (["code", "mlp", "--layers", "two"], "--layers: expected"),
    (["code", "mlp", "--function", "import"], "--function: 'import' means something else in the code"),
    (["code", "mlp", "--function", "a b"], "--function: expected a name of Python; found 'a b'"),
    (["code", "mlp", "--loss", "(yhat"], "--loss: "),
    (["code", "mlp", "-o", "/no/such/folder/model.py"], "the folder '/no/such/folder' does not exist"),
    (["code", "mpl"], "No such command 'mpl'"),
    (["code", "expr", "x", "--where", "x: n", "--wrt", "y"], "--wrt: 'y' is not declared"),
    (["code", "expr", "x +", "--where", "x: n", "--wrt", "x"], "line 1, column"),
    (["code", "expr", "f(x)", "--where", "x: n", "--wrt", "x"], "f"),
    (["code", "expr", "x**2", "--wrt", "y"], "--wrt: 'y' is not declared. Declared names: x"),
    (
        ["code", "expr", "sum(x**2)", "--where", "x: n", "--wrt", "x", "--hessian", "dense", "--style", "fast"],
        "--hessian of a formula is written in the style plain",
    ),
    (["code", "mlp", "--loss", "y"], "--loss: the formula 'y' does not depend on yhat"),
    (["code", "mlp", "--loss", "yhatt"], "--loss: unknown name 'yhatt'"),
    (["code", "expr", "class*class_", "--wrt", "class"], "class and class_ would both be called class_ in code"),
]


@pytest.mark.parametrize(("args", "said"), BAD, ids=lambda value: str(value)[:40])
def test_bad_usage(args, said, capsys):
    assert run(args) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("error: ")
    assert said in err
    assert err.count("error:") == 1


@pytest.mark.parametrize("more", [[], ["--order", "2"], ["--hessian", "dense"]])
def test_without_declarations_names_are_numbers(more, capsys):
    assert run(["code", "expr", "a*x**2", "--wrt", "x", *more]) == 0
    out, err = capsys.readouterr()
    assert "def gradient(a, x):" in out
    assert "agree" in err


@pytest.mark.parametrize("where", ["", "class, from: scalar"])
@pytest.mark.parametrize("backend", ["numpy", "torch", "jax"])
def test_keywords_are_called_otherwise(where, backend, capsys):
    options = ["--where", where, "--wrt", "class,from", "--backend", backend]
    assert run(["code", "expr", "class**2*from", *options]) == 0
    out = capsys.readouterr().out
    compile(out, "module.py", "exec")
    assert "def gradient_class_(class_, from_):" in out


def test_formulas_that_are_one_name(capsys):
    assert run(["code", "mlp", "--loss", "yhat", "--activation", "z"]) == 0
    assert "loss and gradients agree with autograd" in capsys.readouterr().err


def test_the_style_fast_of_a_formula_is_not_offered(capsys):
    assert run(["code", "expr", "--help"]) == 0
    assert "fast is for pages" in capsys.readouterr().out
