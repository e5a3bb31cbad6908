"""Formulas and options that mean harm or nothing: one clear error with its place, nothing executed, nothing written."""

from __future__ import annotations

import pytest

from derive.cli.main import run

WHERE = "x: n; A: n,n; X: N,D; w: D; y: N; a: scalar"

FORMULAS = [
    ("", "empty"), ("x @", ""), ("(x", "never closed"), ("x)", ""), ("x x", ""), ("x + q", "q"),
    ("x.__class__", "__class__"), ("__import__('os')", "__import__"), ("lambda q: q", ""), ("'abc'", ""),
    ("f'{x}'", ""), ("x = 3", ""), ("(x := 3)", ""), ("x; x", ""), ("[x, x]", ""), ("x if x else x", ""),
    ("(" * 10_000 + "x" + ")" * 10_000, ""), ("-" * 10_000 + "x", ""), ("x**" * 3000 + "2", ""),
    ("+".join(["sum(x)"] * 18_000), "characters"), ("q" * 100_000, "characters"), ("sum(x)*" + "9" * 100_000, ""),
    ("sum(x)**" + "9" * 50, ""), ("sum(x)*1e999", ""), ("x\x00", ""), ("x\x01 + x", ""), ("x\u202e + x", ""),
    ("x\u200b", ""), ("\uff58", ""), ("\U0001f600", ""), ("A @ X", "shapes"), ("0 < x < 1", ""),
    ("x[1:2]", "slice"), ("x[100000000000]", "99"), ("x[-1]", ""), ("sum(x, axis=5)", "axis 5"), ("x/0", ""),
    ("0**(-1)*sum(x)", ""), ("log(0)*sum(x)", ""), ("sqrt(-1)*sum(x)", ""), ("x*nan", "nan"), ("x*inf", "inf"),
    ("cumsum(x)", "running sums"), ("svd(A)", "singular values"), ("np.linalg.eigvals(A)", ""), ("norm(A, 2)", ""),
    ("cholesky(A)", ""), ("einsum('ij->i', A)", ""), ("kron(A, A)", ""), ("np.os.system(x)", ""), ("x.foo()", ""),
    ("sum(x, foo=1)", "foo"), ("inv(X)", "square"), ("x*1j", ""),
]  # fmt: skip


def refused(args, capsys, code=2):
    assert run([*args, "--no-cache"]) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("error:") == 1
    assert "Traceback" not in err
    assert "internal error" not in err
    assert len(err) < 1500
    return err


@pytest.mark.parametrize(("formula", "said"), FORMULAS, ids=lambda value: repr(value)[:30])
def test_formula(formula, said, capsys):
    assert said in refused(["expr", formula, "--where", WHERE, "--wrt", "x"], capsys)


@pytest.mark.parametrize(
    "where",
    ["x", "x: n;;; x: m", "x: n n n", ": n", "x: -3", "x: 0", "x: n+1", "1x: n", "x: n blorp", "x: n symmetric",
     "x: n;" * 20_000, "for: n", "sum: n", "x: n; n: 3", "x: n\x07", "x: " + ",".join(["n"] * 99)],
    ids=lambda value: repr(value)[:30],
)  # fmt: skip
def test_where(where, capsys):
    refused(["expr", "x", "--where", where, "--wrt", "x"], capsys)


@pytest.mark.parametrize("wrt", ["", "q", "x[0]", "x,x", "n", "__import__('os')"])
def test_wrt(wrt, capsys):
    assert "--wrt" in refused(["expr", "x", "--where", "x: n", "--wrt", wrt], capsys)


@pytest.mark.parametrize(
    "args",
    [
        ["--activation", "foo"],
        ["--activation", "z*q"],
        ["--activation", "__import__('os').system('touch pwned')"],
        ["--activation", "z.__class__"],
        ["--activation", "z*("],
        ["--activation", "3"],
        ["--activation", "z/0"],
        ["--activation", "floor(z)"],
        ["--loss", "foo"],
        ["--loss", "(yhat-q)**2"],
        ["--loss", "y**2"],
        ["--loss", "yhat/0"],
        ["--output-activation", "zzz"],
        ["--l2", "W"],
        ["--l2", "x y"],
        ["-o", "a" * 5000],
    ],
    ids=lambda value: " ".join(value)[:40],
)
def test_options(args, capsys):
    refused(["mlp", *args], capsys)


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ("sum(log(-1 - x**2))", "no finite value"),
        ("sum(sqrt(-1 - x**2))", "finite"),
        ("sum(inv(zeros((3, 3))))*sum(x)", "singular"),
    ],
)
def test_what_is_defined_nowhere_is_not_established(formula, said, capsys):
    assert said in refused(["expr", formula, "--where", "x: n", "--wrt", "x"], capsys, code=1)


@pytest.mark.parametrize("activation", ["log(-exp(z))", "sqrt(-1-z**2)"])
def test_activation_that_is_defined_nowhere(activation, capsys):
    refused(["mlp", "--activation", activation], capsys, code=1)


MAIN = "from derive.cli.main import main; main({args!r})"
EXPR = ["expr", "x @ x", "--where", "x: n", "--wrt", "x", "--no-cache"]


@pytest.mark.parametrize(("args", "code"), [(EXPR, 2), (["list"], 0), (["mlp", "--layers", "0"], 2)])
def test_closed_output(args, code, python):
    done = python("-c", f"import sys; sys.stdout = None; {MAIN.format(args=args)}")
    assert done.returncode == code
    assert done.stderr.count("error:") == (code != 0)
    assert "Traceback" not in done.stderr


def test_full_output(python):
    done = python("-c", f"import sys; sys.stdout = open('/dev/full', 'w'); {MAIN.format(args=EXPR)}")
    assert (done.returncode, done.stderr.count("error:")) == (2, 1)
    assert "No space left on device" in done.stderr


def test_bytes_that_are_no_text(python):
    args = ["expr", "x + \udcc3\udcb1", "--where", "x: n", "--wrt", "x", "--no-cache"]
    done = python("-c", MAIN.format(args=args), PYTHONIOENCODING="latin-1")
    assert (done.returncode, done.stderr.count("error:")) == (2, 1)
    assert "Traceback" not in done.stderr


def test_a_full_disk_is_said(capsys):
    assert "No space left" in refused(["expr", "x @ x", "--where", "x: n", "--wrt", "x", "-o", "/dev/full"], capsys)
