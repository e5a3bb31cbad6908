"""`derive train` from the outside: reports, files, errors, and a process killed half-way."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from derive.cli.main import run


def test_first_run_needs_nothing(capsys):
    assert run(["train", "logistic"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("model      logistic 4-1, 5 parameters, loss bce\n")
    assert "accuracy" in out
    assert err.startswith("note: iris without setosa")


@pytest.mark.parametrize(("model", "metric"), [("softmax", "accuracy"), ("linear", "mse"), ("mlp", "accuracy")])
def test_json(model, metric, capsys):
    assert run(["train", model, "--epochs", "3", "--seed", "7", "--format", "json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert {"train_loss", "test_loss", f"test_{metric}", "seconds"} <= set(record)
    assert (record["epochs"], record["seed"], record["stopped"]) == (3, 7, "epochs")
    assert [row["epoch"] for row in record["history"]] == [1, 2, 3]
    assert ("test_mse" in record) != ("test_accuracy" in record)


def test_divergence(capsys, tmp_path):
    path = str(tmp_path / "model.npz")
    options = ["--optimizer", "gd", "--lr", "1000", "--format", "json", "--save", path]
    assert run(["train", "linear", *options]) == 1
    out, err = capsys.readouterr()
    assert json.loads(out)["stopped"] == "diverged"
    assert "error: training diverged in epoch 2: the loss reached" in err
    assert "the state at the start, the best of the run, is kept. Try: --lr 100" in err
    assert os.path.exists(path)


def test_verbose_tells_every_epoch(capsys):
    assert run(["train", "mlp", "--epochs", "3", "-v", "--validation", "0.1"]) == 0
    lines = [line for line in capsys.readouterr().err.splitlines() if line.startswith("epoch")]
    assert [line.split()[1] for line in lines] == ["1/3", "2/3", "3/3"]
    assert all("loss" in line and "validation" in line and "accuracy" in line for line in lines)


def test_nothing_on_standard_error_where_nobody_looks(capsys):
    assert run(["train", "mlp", "--epochs", "3"]) == 0
    assert capsys.readouterr().err == ""


@pytest.fixture
def labelled(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("a,b,kind\n" + "\n".join(f"{k % 7},{k % 5},{'xyz'[k % 3]}" for k in range(60)))
    return str(path)


def test_own_table_own_formulas_and_a_plot(labelled, tmp_path, capsys):
    plot = str(tmp_path / "loss.svg")
    formulas = ["--activation", "z*sigmoid(z)", "--loss", "(yhat-y)**4"]
    assert run(["train", "mlp", "--data", labelled, *formulas, "--epochs", "4", "--plot", plot]) == 0
    assert "classes    x, y, z" in capsys.readouterr().out
    with open(plot) as file:
        assert file.read().startswith("<svg")


BAD = [
    (["train"], "Missing argument", "Try: derive train --help"),
    (["train", "svm"], "'svm' is not one of", "Try"),
    (["train", "logistic", "--data", "nowhere.csv"], "there is no file 'nowhere.csv'", "Try: --data iris"),
    (["train", "logistic", "--data", "iris.xlsx"], "--data: expected iris, breast-cancer", "Try"),
    (["train", "logistic", "--data", "{labelled}"], "--loss bce is for two classes", "Try: derive train softmax"),
    (["train", "linear", "--data", "{labelled}"], "are words: x, y, z", "Try: derive train softmax"),
    (["train", "softmax", "--data", "{labelled}", "--target", "c"], "has no column 'c'", "one of a, b, kind"),
    (
        ["train", "mlp", "--data", "{labelled}", "--target", "a"],
        "column 3 (kind): expected a number; found 'x'",
        "line 2",
    ),
    (["train", "mlp", "--sizes", "4,1000000,1000000,3"], "has 1000009000003 parameters, 7451 GiB", "Try: smaller"),
    (["train", "mlp", "--sizes", "5,3,3"], "iris has 4 features", "Try: --sizes 4,3,3"),
    (["train", "mlp", "--sizes", "4,3,2"], "iris has 3 classes", "Try: --sizes 4,3,3"),
    (["train", "mlp", "--sizes", "4,3,3", "--layers", "3"], "expected 4 entries for --layers 3", "Try"),
    (["train", "mlp", "--sizes", "4,3", "--hidden", "3"], "--sizes or --hidden, not both", "Try"),
    (["train", "mlp", "--hidden", "3,x"], "--hidden: expected whole numbers", "found 'x'"),
    (["train", "mlp", "--hidden", "3,4", "--layers", "2"], "expected 1 sizes for --layers 2", "Try"),
    (["train", "mlp", "--layers", "L"], "--layers: expected a number", "Try: --layers 2"),
    (["train", "mlp", "--loss", "bcee"], "unknown name 'bcee'", "Did you mean bce?"),
    (["train", "mlp", "--loss", "yhat-"], "--loss:", "line 1, column"),
    (["train", "mlp", "--activation", "tanhh"], "--activation: unknown name", "Did you mean tanh?"),
    (["train", "mlp", "--activation", "softmax"], "softmax is for the output layer", "Try"),
    (["train", "mlp", "--activation", "tanh,relu,tanh,relu", "--layers", "2"], "--activation: expected", "entries"),
    (
        ["train", "logistic", "--loss", "mse"],
        "--loss: logistic regression has its layer and its loss",
        "derive train mlp",
    ),
    (["train", "logistic", "--hidden", "3"], "--hidden: logistic regression has its layer", "Try"),
    (["train", "logistic", "--lr", "0"], "--lr: expected a number above 0", "found '0'"),
    (["train", "logistic", "--lr", "nan"], "--lr: expected a number above 0", "found 'nan'"),
    (["train", "logistic", "--l2", "-1"], "--l2: expected a number from 0", "found '-1'"),
    (["train", "logistic", "--optimizer", "adamm"], "'adamm' is not one of", "Try"),
    (["train", "logistic", "--schedule", "linear"], "--schedule: expected one of constant", "Try: cosine"),
    (["train", "logistic", "--batch-size", "0"], "0 is not in the range", "Try"),
    (["train", "logistic", "--test-size", "0.99"], "--test-size: expected", "found '0.99'"),
    (["train", "logistic", "--test-size", "0.6", "--validation", "0.5"], "something left to train on", "0.6 + 0.5"),
    (["train", "logistic", "--early-stopping", "3", "--validation", "0"], "validation samples to watch", "Try"),
    (["train", "logistic", "--backend", "tensorflow"], "--backend: expected one of numpy", "found 'tensorflow'"),
    (["train", "mlp", "--optimizer", "newton"], "newton is for logistic, softmax and linear", "Try"),
    (["train", "logistic", "--save", "/no/such/folder/m.npz"], "--save /no/such/folder/m.npz: the folder", "mkdir"),
    (["train", "logistic", "--plot", "loss.gif"], "--plot: expected a file that ends in .svg or .png", "found"),
    (["train", "logistic", "--load", "nothing.npz"], "--load: there is no file 'nothing.npz'", ""),
    (["train", "logistic", "--resume", "nothing.npz"], "--resume: there is no file 'nothing.npz'", ""),
    (["train", "logistic", "--load", "a.npz", "--resume", "b.npz"], "found both", "Try: one of the two"),
    (["train", "mlp", "--activation", "log(z)"], "the loss is not finite before the first step", "Try: formulas that"),
    (["train", "softmax", "--data", "{labelled}", "--target", "kind", "--test-size", "0.001"], "0.001 of 60", "Try"),
    (["train", "logistic", "--target", "species"], "--target: iris has its label", "Try"),
]


@pytest.mark.parametrize(("args", "said", "also"), BAD, ids=lambda value: " ".join(value)[:60])
def test_bad_usage(args, said, also, labelled, capsys):
    assert run([arg.format(labelled=labelled) for arg in args]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("error: ")
    assert said in err
    assert also in err
    assert err.count("error:") == 1
    assert len(err) < 1000


@pytest.mark.parametrize("name", ["cupy", "jax", "torch"])
def test_backend_that_is_not_installed(name, capsys, monkeypatch):
    monkeypatch.setattr("derive.codegen.backends.find_spec", lambda package: None)
    assert run(["train", "logistic", "--backend", name]) == 2
    err = capsys.readouterr().err
    assert f"--backend {name}:" in err
    assert f"derivecheck[{name}]" in err


def test_data_set_that_is_not_installed(capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn", None)
    assert run(["train", "softmax", "--data", "digits"]) == 2
    assert "pip install 'derivecheck[data]'" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["jax", "torch"])
def test_backends_agree(name, capsys):
    pytest.importorskip(name, reason=f"{name} is not installed: pip install 'derivecheck[{name}]'")
    records = []
    for backend in ("numpy", name):
        assert run(["train", "mlp", "--epochs", "5", "--backend", backend, "--format", "json"]) == 0
        records.append(json.loads(capsys.readouterr().out))
    assert records[0]["test_loss"] == pytest.approx(records[1]["test_loss"], rel=1e-9)


ARGS = ["mlp", "--hidden", "8", "--optimizer", "adam", "--validation", "0.1", "--epochs", "300"]


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_killed_and_resumed(how, tmp_path):
    """A process that is ended at an arbitrary moment loses no finished epoch, and ends up with the same bits."""
    derive = [sys.executable, "-m", "derive", "train"]
    whole, rest, checkpoint = (str(tmp_path / name) for name in ("whole.npz", "rest.npz", "run.npz"))
    subprocess.run([*derive, *ARGS, "--save", whole], check=True, capture_output=True)
    process = subprocess.Popen(
        [*derive, *ARGS, "--checkpoint", checkpoint], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    deadline = time.monotonic() + 300
    while not os.path.exists(checkpoint) and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(how)
    _, err = process.communicate(timeout=300)
    assert process.returncode == (130 if how == signal.SIGINT else -how)
    assert how != signal.SIGINT or f"go on: derive train mlp --resume {checkpoint}" in err
    subprocess.run([*derive, "mlp", "--resume", checkpoint, "--save", rest], check=True, capture_output=True)
    one, other = np.load(whole), np.load(rest)
    assert set(one.files) == set(other.files)
    assert all(np.array_equal(one[name], other[name]) for name in one.files if name != "model")
    assert [p.name for p in tmp_path.iterdir() if p.name.endswith(".tmp")] == []


def test_help_is_quick(python):
    probe = (
        "import sys; from derive.cli.main import run; run(['train', '--help']); "
        "print([n for n in ('sympy', 'numpy') if n in sys.modules])"
    )
    assert python("-c", probe).stdout.splitlines()[-1] == "[]"
