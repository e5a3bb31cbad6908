"""Assertions about hand-written NumPy functions: held against what is derived, at random points and sizes.

What a wrong function computes instead is looked for among the slips of the right formula.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from derive.catalogue.expression import derivative
from derive.check import writing
from derive.check.slips import Surroundings, candidates
from derive.errors import DeriveError, OptionError
from derive.evaluate.arrays import compute
from derive.evaluate.sampling import sample, sizes_for, sizes_in
from derive.expr.arrays import TensorExpr, array
from derive.formula import parse_formula, parse_where

if TYPE_CHECKING:
    from derive.expr import Tensor

Function = Callable[..., Any]
TOLERANCE = 1e-7
POINTS = 6


def assert_gradient(f: str | Function, g: Function, where: str, wrt: str, *, rtol: float = TOLERANCE, seed: int = 0
                    ) -> None:  # fmt: skip
    """Assert that `g` computes the gradient in `wrt` of `f`, a formula or a function made of formulas.

    `where` declares the arguments; both functions are called by the names of theirs.

    >>> assert_gradient("sum((X @ w - y)**2)", lambda X, y, w: 2 * X.T @ (X @ w - y), "X: N,D; y: N; w: D", "w")
    """
    declared = parse_where(where)
    if wrt not in declared:
        raise OptionError(f"{wrt!r} is not declared; declared are {', '.join(declared)}")
    scalar = formula(f, declared)
    if scalar.ndim:
        raise OptionError(f"the gradient of a scalar is expected; the formula has shape {scalar.shape}")
    found = derivative(scalar, declared[wrt], 1)
    Comparison(array(found.value, *found.out), g, declared, rtol, seed).check(f"the gradient in {wrt}")


def assert_equal(f: str | Function, g: Function, where: str, *, rtol: float = TOLERANCE, seed: int = 0) -> None:
    """Assert that `g` computes what `f` says, a formula or a function made of formulas.

    >>> assert_equal("log(1 + exp(-y*t))", lambda y, t: __import__("numpy").logaddexp(0, -y * t), "y, t: n")
    """
    declared = parse_where(where)
    Comparison(formula(f, declared), g, declared, rtol, seed).check("the formula")


def formula(f: str | Function, declared: dict[str, TensorExpr]) -> TensorExpr:
    """The expression of a formula, or of a function whose body is assignments and a return of formulas."""
    if isinstance(f, str):
        return parse_formula(f, declared)
    if isinstance(f, TensorExpr):
        return f
    known = dict(declared)
    for name, text in _lines(f):
        value = parse_formula(text, known)
        if name is None:
            return value
        known[name] = value
    raise OptionError("the function returns nothing; give its formula as a string")


def _lines(f: Function) -> Iterator[tuple[str | None, str]]:
    """The assignments of a function as (name, formula), then (None, what it returns)."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(f)))
    except (OSError, TypeError, SyntaxError) as error:
        raise OptionError("the source of the function cannot be read; give its formula as a string") from error
    body = next((n.body for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)), None)
    for line in body or []:
        if isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant):
            continue  # the docstring
        if isinstance(line, ast.Return) and line.value is not None:
            yield None, ast.unparse(line.value)
        elif isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Name):
            yield line.targets[0].id, ast.unparse(line.value)
        else:
            raise OptionError(f"line {line.lineno} of the function is no formula; give the formula as a string")


class Comparison:
    """A derived expression against a hand-written function."""

    def __init__(self, true: TensorExpr, g: Function, declared: dict[str, TensorExpr], rtol: float, seed: int) -> None:
        self.true, self.g, self.rtol = true, g, rtol
        self.tensors: dict[str, Tensor] = {name: t.expr.tensor for name, t in declared.items()}  # type: ignore[attr-defined]
        self.names = _arguments(g, tuple(declared))
        self.points = [self._point(seed + n) for n in range(POINTS)]

    def _point(self, seed: int) -> tuple[dict[Any, Any], dict[Any, int]]:
        import numpy as np

        sizes = sizes_for((self.true.expr, *self.tensors.values(), *self.true.indices), seed)
        values = sample(self.tensors.values(), sizes, seed)
        return {t: np.array(_floats(v)) for t, v in values.items()}, sizes

    def check(self, what: str) -> None:
        import numpy as np

        outputs = []
        for arrays, sizes in self.points:
            claimed = np.asarray(self.g(**{n: arrays[self.tensors[n]].copy() for n in self.names}), dtype=float)
            outputs.append(claimed)
            self._compare(claimed, self._value(self.true.expr, arrays, sizes), sizes, what, outputs)

    def _value(self, e: Any, arrays: Any, sizes: Any) -> Any:
        import numpy as np

        with np.errstate(all="ignore"):
            return np.asarray(compute(e, self.true.indices, arrays, sizes, np), dtype=float)

    def _compare(self, claimed: Any, true: Any, sizes: Any, what: str, outputs: list[Any]) -> None:
        import numpy as np

        if claimed.shape != true.shape:
            raise AssertionError(f"{what} has shape {true.shape}, the function returns {claimed.shape} ({_at(sizes)})")
        if not np.isfinite(true).all():
            return
        error = np.abs(claimed - true)
        if (error <= self.rtol * max(1.0, float(np.abs(true).max(initial=0)))).all():
            return
        place = np.unravel_index(int(np.nanargmax(error)) if not np.isnan(error).all() else 0, error.shape)
        entry = f" at entry {tuple(int(k) for k in place)}" if place else ""
        said = f"{what}{entry} is {true[place]:.10g}, the function returns {claimed[place]:.10g} ({_at(sizes)})"
        raise AssertionError("\n".join(filter(None, (said, self._instead(outputs), self._right()))))

    def _right(self) -> str:
        right = writing.written(self.true.expr, self.true.indices)
        return f"right: {right}" if right else ""

    def _instead(self, outputs: list[Any]) -> str:
        """What the function computes, if that is a slip of the right formula."""
        import numpy as np

        (arrays, sizes), claimed = self.points[len(outputs) - 1], outputs[-1]
        known = tuple(self.tensors.values())
        around = Surroundings(known, sizes_in((self.true.expr, *(t.dims for t in known))), (), self.true.indices)
        for candidate in candidates(self.true.expr, around):
            try:
                value = self._value(candidate.expr, arrays, sizes)
            except (DeriveError, ArithmeticError, ValueError, KeyError, TypeError):
                continue
            if value.shape == claimed.shape and np.allclose(value, claimed, rtol=1e-9, atol=0):
                return f"it computes: {writing.written(candidate.expr, self.true.indices)}"
        return ""


def _arguments(g: Function, declared: tuple[str, ...]) -> tuple[str, ...]:
    """The declared names that the function takes."""
    names = tuple(inspect.signature(g).parameters)
    missing = [n for n in names if n not in declared]
    if missing:
        raise OptionError(f"the argument {missing[0]!r} is not declared; declared are {', '.join(declared)}")
    return names


def _floats(value: Any) -> Any:
    return [_floats(v) for v in value] if isinstance(value, tuple) else float(value)


def _at(sizes: Any) -> str:
    return ", ".join(f"{s} = {n}" for s, n in sizes.items()) or "numbers"
