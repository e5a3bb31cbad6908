"""Whatever a user types: one clear error, the right exit code, never a traceback."""

from __future__ import annotations

import pytest

from derive.cli import pages
from derive.cli.main import run
from derive.errors import FormulaError, VerificationError

BAD = [
    (["mlp", "--layers", "0"], "--layers: expected a whole number from 1 to 1000", "found '0'"),
    (["mlp", "--layers", "-3"], "--layers: expected", "found '-3'"),
    (["mlp", "--layers", "1001"], "--layers: expected", "Try: --layers L"),
    (["mlp", "--layers", "two"], "--layers: expected", "found 'two'"),
    (["mlp", "--layers", "2.5"], "--layers: expected", "found '2.5'"),
    (["mlp", "--layers", ""], "--layers: expected", "found ''"),
    (["mlp", "--layers", "9" * 5000], "--layers: expected", "999..."),
    (["mlp", "--layers", "\u0662"], "--layers: expected", "found"),
    (["mlp", "--sizes", "3,x"], "--sizes, at entry 2: expected whole numbers", "found 'x'"),
    (["mlp", "--sizes", "3,,1"], "--sizes, at entry 2", "found ''"),
    (["mlp", "--sizes", "3,0,1"], "--sizes, at entry 2", "found '0'"),
    (["mlp", "--sizes", "3"], "at least two entries", "Try: --sizes 3,1"),
    (["mlp", "--sizes", ",".join("1" * 1002)], "at most 1001 entries", "found"),
    (["mlp", "--layers", "2", "--sizes", "3,4"], "expected 3 entries for 2 layers", "found '3,4' (2)"),
    (["mlp", "--layers", "L", "--sizes", "3,4"], "no sizes with --layers L", "Try: --layers 1"),
    (["mlp", "--activation", ""], "--activation: expected a name or a formula", "found ''"),
    (["mlp", "--activation", "tanh,,relu"], "--activation, at entry 2", "Try"),
    (["mlp", "--layers", "5", "--activation", "tanh,relu"], "expected 1, 4 (hidden layers) or 5", "(2)"),
    (["mlp", "--layers", "L", "--activation", "tanh,relu"], "expected one entry with --layers L", "Try"),
    (["mlp", "--activation", "tanh,relu", "--output-activation", "tanh"], "--output-activation: expected", "already"),
    (["mlp", "--loss", " "], "--loss: expected a name or a formula", "Try"),
    (["mlp", "--loss", "y+" * 500_000], "--loss: expected at most 20000 characters", "(1000000)"),
    (["mlp", "--l2", "0.1"], "--l2: expected the name of the factor", "found '0.1'"),
    (["mlp", "--latex", "--format", "json"], "--latex means --format latex", "Try"),
    (["mlp", "--format", "docx"], "'docx' is not one of", "Try: derive mlp --help"),
    (["mlp", "--only", "everything"], "'everything' is not one of", "Try"),
    (["mlp", "--seed", "x"], "'x' is not a valid integer", "Try"),
    (["mlp", "--layerz", "2"], "No such option", "--layers"),
    (["mlp", "extra"], "unexpected extra argument", "Try: derive mlp --help"),
    (["mlp", "-o", "/no/such/folder/page.tex"], "the folder '/no/such/folder' does not exist", "mkdir"),
    (["mlp", "-o", "/"], "expected a file; found a folder", "Try"),
    (["mpl"], "there is no command 'mpl'", "Did you mean 'mlp'?"),
    (["x" * 100_000], "there is no command 'xxx", "Try: derive --help"),
    (["--frobnicate"], "No such option", "Try: derive --help"),
    (["bayes", "--classes", "1"], "--classes: expected a whole number from 2 to 9, or K", "Try: --classes 2"),
    (["bayes", "--classes", "10"], "found '10'", "Try: --classes K"),
    (["bayes", "--classes", "9" * 5000], "found '9999", "Try: --classes K"),
    (["gaussian", "--classes", "two"], "--classes: expected", "found 'two'"),
    (["gaussian", "--covariance", "both"], "'both' is not one of", "Try: derive gaussian --help"),
    (["likelihood"], "Missing argument 'NAME|FORMULA'", "Try: derive likelihood --help"),
    (["likelihood", "gausian"], "unknown name 'gausian'", "Did you mean gaussian?"),
    (["likelihood", "exp(yhat)"], "has to depend on yhat and on y", "Try: exp(-abs(y - yhat))/2"),
    (["likelihood", "bernoulli", "--output-activation", "tanh"], "not proved of 'tanh'", "Try: leave it out"),
    (["likelihood", "categorical", "--output-activation", "sigmoid"], "sum to one", "--output-activation softmax"),
    (["note", ""], "FILE: the name of the note is empty", "Try: derive note model.md"),
    (["note", "no-such-note.md", "--wrt", "W"], "no-such-note.md: there is no such file", "Try"),
    (["loss", "bce", "--set", "y=1", "--set", "y=0"], "--set: y is given twice", "Try: each name once"),
    (["loss", "bce", "--set", "y=1", "--at", "y=0"], "--at: y is given twice", "Try: each name once"),
    (["worked", "--set", "x"], "--set: expected NAME=NUMBERS; found 'x'", "Try: --set x=0.2,0.5"),
    (["worked", "--at", "x=[[1, 2]"], "--at x: expected a number such as 0.2", "found '[1'"),
    (["graph", "x*y", "--set", "x=1", "--at", "x=2, y=1"], "--at: x is given twice", "x=2"),
    (["graph", "x*y", "--only", "forward", "--format", "svg"], "--only is for text, latex", "Try"),
    (["graph", "x*y", "--only", "numbers"], "--only numbers: this page has notation", "Try: --only notation"),
    (["expr", "x*x", "--where", "x: scalar", "--wrt", "x", "--only", "delta"], "'delta' is not one of", "Try"),
    (["expr"], "Missing argument 'FORMULA'", "Try: derive expr --help"),
    (["expr", "x"], "Missing option '--wrt'", "Try: derive expr --help"),
    (["expr", "x", "--wrt", "x", "--order", "3"], "3 is not in the range", "Try"),
]


@pytest.mark.parametrize(("args", "said", "also"), BAD, ids=lambda value: str(value)[:40])
def test_bad_usage(args, said, also, capsys):
    assert run(args) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("error: ")
    assert said in err
    assert also in err
    assert err.count("error:") == 1
    assert "Traceback" not in err
    assert len(err) < 1000


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (VerificationError("step 3 was refuted"), 1, "error: step 3 was refuted\n"),
        (FormulaError("expected a name", "z*(", 3), 2, "error: line 1, column 4: expected a name\n    z*(\n       ^\n"),
        (KeyboardInterrupt(), 130, "error: interrupted\n"),
        (RecursionError("too deep"), 1, "error: internal error, please report it (RecursionError: too deep). DERIVE_"),
        (ZeroDivisionError(), 1, "error: internal error, please report it (ZeroDivisionError: ). DERIVE_DEBUG=1"),
        (MemoryError("x" * 10_000), 1, "error: internal error, please report it (MemoryError: xxx"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_error_of_a_command(error, code, said, monkeypatch, capsys):
    _raise(error, monkeypatch)
    assert run(["mlp"]) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(said)
    assert "Traceback" not in err


def test_debug_shows_the_traceback(monkeypatch, capsys):
    _raise(ValueError("odd"), monkeypatch)
    monkeypatch.setenv("DERIVE_DEBUG", "1")
    assert run(["mlp"]) == 1
    assert "Traceback" in capsys.readouterr().err


def test_reader_that_leaves(python):
    probe = "import os; r, w = os.pipe(); os.dup2(w, 1); os.close(r); os.close(w)\n"
    probe += "from derive.cli.main import main; main(['list'])"
    done = python("-c", probe)
    assert (done.returncode, done.stderr) == (141, "")


def test_symbols_are_printed_whatever_the_locale(python):
    probe = "from derive.cli import pages; from derive.cli.output import Rendering; from derive.cli.main import main\n"
    probe += "pages._render = lambda name, options: Rendering('\\u2202', '', True)\nmain(['mlp', '--no-cache'])"
    done = python("-c", probe, PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "\u2202\n"


def _raise(error, monkeypatch):
    def fail(name, options):
        raise error

    monkeypatch.setattr(pages, "_render", fail)
