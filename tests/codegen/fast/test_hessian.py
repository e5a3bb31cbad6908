"""Dense Hessians of style fast: what the plain style computes, for every size, in arrays that are kept."""

from __future__ import annotations

import ast
import re

import numpy as np
import pytest

from codegen.cases import parsed, planned
from codegen.test_hessians import every_dense
from derive.codegen import BACKENDS, hessian
from derive.codegen.execute import load
from derive.codegen.hessian_module import checked_hessian, hessian_module
from derive.codegen.layout import WIDTH
from derive.errors import OptionError, VerificationError

NUMPY = BACKENDS["numpy"]
TANH = {"activation": "tanh", "loss": "mse"}


def _source(page, options):
    return hessian_module(planned(page, options), NUMPY, "dense", "fast")


@every_dense
def test_the_plain_style_and_autograd_agree(page, options):
    said = checked_hessian(planned(page, options), _source(page, options), "dense", NUMPY, 3, "fast")
    assert said.endswith("with the plain style on batches of changing size, in single and double precision")


@every_dense
def test_modules_stand_alone(page, options):
    source = _source(page, options)
    tree = ast.parse(source)
    assert max(map(len, source.splitlines())) <= WIDTH
    assert not any(line != line.rstrip() for line in source.splitlines())
    top = {n.name for n in tree.body if isinstance(n, ast.FunctionDef)}
    top |= {t.id for n in tree.body if isinstance(n, ast.Assign) for t in n.targets if isinstance(t, ast.Name)}
    for f in (n for n in tree.body if isinstance(n, ast.FunctionDef)):
        names = [n for n in ast.walk(f) if isinstance(n, ast.Name)]
        bound = {n.id for n in names if isinstance(n.ctx, ast.Store)} | {a.arg for a in f.args.args}
        bound |= {f.args.vararg.arg} if f.args.vararg else set()
        outside = {n.id for n in names if isinstance(n.ctx, ast.Load)} - bound
        assert outside <= top | {"np", "math", "range", "len", "min", "max", "ValueError"}


MUTANTS = [
    ("logistic", {}, r"total \+= weighted", "total[...] = weighted"),
    ("logistic", {}, r"s = s if few else np.sqrt\(s\)", "s = np.sqrt(s)"),
    ("logistic", {}, r"s = s if few else np.sqrt\(s\)", "s = s"),
    ("logistic", {}, r"total\[\.\.\.\] = 0", "pass"),
    ("logistic", {}, r"here = X\[first : first \+ rows\]", "here = X[:rows][: len(X) - first]"),
    ("logistic", {}, r"H\[c1:c2, :c1\] = H_w_b\.T", "H[c1:c2, :c1] = 0"),
    ("logistic", {}, r"H\[c1:c2, c1:c2\] = H_b_b", "pass"),
    ("mlp", TANH, r"out\[b:, a:b\] = panel\[:, b - a :\]\.T", "pass"),
    ("mlp", TANH, r"factor\[first : first \+ step, None, first:, None\]", "factor[:step, None, first:, None]"),
    ("mlp", TANH, r'product\("M5"', 'product("M3"'),
    ("mlp", TANH, r"return found\.T if swapped else found", "return found.reshape(found.shape[::-1])"),
    ("softmax", {}, r"found\.shape != shape", "False"),
    ("softmax", {}, r"found\.dtype != dtype", "False"),
]


@pytest.mark.parametrize(("page", "options", "pattern", "instead"), MUTANTS)
def test_mistakes_in_the_module_are_caught(page, options, pattern, instead):
    wrong, count = re.subn(pattern, instead, _source(page, options))
    assert count
    with pytest.raises((VerificationError, ValueError, TypeError)):
        checked_hessian(planned(page, options), wrong, "dense", NUMPY, 3, "fast")


@pytest.mark.parametrize("columns", [1, 47, 48, 49, 130])
@pytest.mark.parametrize("rows", [0, 1, 500, 501, 1300])
def test_large_products_add_up(rows, columns):
    """The sizes at which products are divided, as they are written."""
    rng = np.random.default_rng(rows + columns)
    X, s = rng.normal(size=(rows, columns)), rng.random(rows)
    gram = load(_source("logistic", {}), NUMPY)["gram"]
    np.testing.assert_allclose(gram("here", s, X), X.T @ (s[:, None] * X), rtol=1e-12, atol=1e-12 * rows)
    wide = np.asfortranarray(X)
    np.testing.assert_allclose(gram("here", s, wide), X.T @ (s[:, None] * X), rtol=1e-12, atol=1e-12 * rows)


@pytest.mark.parametrize(("groups", "members"), [(1, 1), (1, 250), (3, 70), (50, 7), (7, 121)])
def test_large_squares_are_whole(groups, members):
    rng = np.random.default_rng(groups)
    A, factor = rng.normal(size=(20, groups * members)), rng.normal(size=(groups, groups))
    factor += factor.T
    room = np.full((groups * members + 2,) * 2, np.nan)
    square = load(_source("mlp", TANH), NUMPY)["square"]
    found = square(room[1:-1, 1:-1], A, factor)
    np.testing.assert_allclose(found, (A.T @ A) * np.kron(factor, np.ones((members, members))), rtol=1e-9, atol=1e-12)
    assert np.isnan(room).sum() == room.size - found.size


def test_the_result_is_kept_and_arguments_are_left_alone():
    rng = np.random.default_rng(0)
    f = hessian(parsed(TANH), page="mlp", style="fast").functions["hessian"]
    true = hessian(parsed(TANH), page="mlp").functions["hessian"]
    point = [rng.normal(size=s) for s in [(4, 3), (4,), (2, 4), (2,), (6, 3), (6, 2)]]
    kept = [a.copy() for a in point]
    first = f(*point)
    np.testing.assert_allclose(first, true(*point), rtol=1e-12, atol=1e-14)
    assert f(*point) is first
    for a, before in zip(point, kept, strict=True):
        np.testing.assert_array_equal(a, before)


def test_other_arrays_are_refused():
    f = hessian(parsed({}), page="logistic", style="fast").functions["hessian"]
    with pytest.raises(ValueError, match="expected arrays of one floating-point type, found <f8 and <f4"):
        f(np.ones(2), 0.0, np.ones((3, 2), np.float32), np.ones(3))
    with pytest.raises(ValueError, match="found <i8 and <i8"):
        f(np.ones(2, np.int64), 0.0, np.ones((3, 2), np.int64), np.ones(3))


def test_what_is_refused():
    with pytest.raises(OptionError, match="--hessian product is written in the style plain"):
        hessian(parsed({}), page="logistic", kind="product", style="fast")
    with pytest.raises(OptionError, match="--style fast is written for numpy"):
        hessian(parsed({}), page="logistic", backend="torch", style="fast")
