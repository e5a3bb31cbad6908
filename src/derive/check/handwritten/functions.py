"""Assertions about hand-written NumPy functions: held against what is derived, at random points and sizes.

A wrong function is told with the entry, the likely cause, the right formula and, where latexify can say it, its own.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from derive.catalogue.pages.expression import derivative
from derive.check.causes import writing
from derive.check.causes.offers import Surroundings
from derive.check.causes.slips import candidates
from derive.errors import DeriveError, OptionError
from derive.evaluate.arrays import compute
from derive.evaluate.sampling import fine, sample, sizes_for, sizes_in
from derive.expr import tensors
from derive.expr.arrays import TensorExpr, array
from derive.formula import parse_formula, parse_where

if TYPE_CHECKING:
    from derive.expr import Tensor

Function = Callable[..., Any]
TOLERANCE = 1e-7  # of the largest entry
NOISE = 1e-12
POINTS = 6
TRIES = 60
SCALES = (Fraction(1), Fraction(1, 4))  # where exponentials differ much, and where none of them is lost beside another
NEAR = 1e-3  # of the largest entry: then it may be a matter of precision
FAULTS = (DeriveError, ArithmeticError, ValueError, KeyError, TypeError, AttributeError, IndexError)


@dataclass(frozen=True)
class Agreement:
    """A function that computes what is derived: `derived` in LaTeX, and `written`, the function itself as latexify
    typesets it; empty where it cannot do so faithfully."""

    what: str
    derived: str
    written: str = ""

    def __str__(self) -> str:
        lines = (f"{self.what}: {self.derived}", f"as written: {self.written}" if self.written else "")
        return "\n".join(filter(None, lines))

    def _repr_latex_(self) -> str:
        rows = [rf"\text{{{self.what}:}} & {self.derived}"]
        rows += [rf"\text{{as written:}} & {self.written}"] if self.written else []
        return r"$$\begin{aligned}" + r" \\ ".join(rows) + r"\end{aligned}$$"


def assert_gradient(
    f: str | Function | TensorExpr, g: Function, where: str, wrt: str, *, rtol: float = TOLERANCE, seed: int = 0
) -> Agreement:
    """Assert that `g` computes the gradient in `wrt` of `f`, a formula or a function made of formulas.

    `where` declares the arguments; both functions are called by the names of theirs. Raises AssertionError with the
    entry, both values and the likely cause; OptionError where `f` is no formula or a name is not declared.

    >>> assert_gradient("sum((X @ w - y)**2)", lambda X, y, w: 2 * X.T @ (X @ w - y), "X: N,D; y: N; w: D", "w").derived
    '2 X^\\\\top (X w - y)'
    """
    __tracebackhide__ = True
    declared = parse_where(where)
    return _gradient(formula(f, declared), declared, wrt, where)(g, rtol, seed)


def assert_gradients(
    f: str | Function | TensorExpr, g: Function, where: str, wrt: str, *, rtol: float = TOLERANCE, seed: int = 0
) -> tuple[Agreement, ...]:
    """Assert that `g` computes the gradients of `f` in several names, as backpropagation does.

    `g` returns them in the order of `wrt`, or a dictionary with these names. Otherwise like `assert_gradient`.

    >>> found = assert_gradients("x @ y", lambda x, y: (y, x), "x, y: n", "x, y")
    >>> [one.what for one in found]
    ['the gradient in x', 'the gradient in y']
    """
    __tracebackhide__ = True
    declared = parse_where(where)
    names = [name.strip() for name in wrt.split(",")]
    scalar = formula(f, declared)
    checks = [_gradient(scalar, declared, name, where) for name in names]
    return tuple(check(Part(g, n, names), rtol, seed) for n, check in enumerate(checks))


def _gradient(
    scalar: TensorExpr, declared: dict[str, TensorExpr], wrt: str, where: str
) -> Callable[[Function, float, int], Agreement]:
    """The check of a function that computes the gradient of this in `wrt`."""
    if wrt not in declared:
        raise OptionError(f"{wrt!r} is not declared; declared are {', '.join(declared)}")
    if scalar.ndim:
        raise OptionError(f"the gradient of a scalar is expected; the formula has shape {scalar.shape}")
    found = derivative(scalar, declared[wrt], 1)
    true = array(found.value, *found.out)

    def check(g: Function, rtol: float, seed: int) -> Agreement:
        __tracebackhide__ = True
        return Comparison(true, g, where, rtol, seed).check(f"the gradient in {wrt}")

    return check


class Part:
    """One of the values that a function returns, by its place or its name."""

    def __init__(self, g: Function, place: int, names: list[str]) -> None:
        self.__wrapped__, self.place, self.names = g, place, names

    def __call__(self, **arguments: Any) -> Any:
        found, name = self.__wrapped__(**arguments), self.names[self.place]
        expected = f"expected {len(self.names)} gradients: {', '.join(self.names)}"
        if isinstance(found, dict):
            if name not in found:
                raise AssertionError(f"{expected}; the function returns a dictionary without {name!r}")
            return found[name]
        if not isinstance(found, (tuple, list)):
            raise AssertionError(f"{expected}; the function returns {'None' if found is None else 'an array'}")
        if len(found) != len(self.names):
            raise AssertionError(f"{expected}; the function returns {len(found)} of them")
        return found[self.place]


def assert_equal(
    f: str | Function | TensorExpr, g: Function, where: str, *, rtol: float = TOLERANCE, seed: int = 0
) -> Agreement:
    """Assert that `g` computes what `f` says, a formula or a function made of formulas.

    >>> import numpy as np
    >>> assert_equal("log(1 + exp(-y*t))", lambda y, t: np.logaddexp(0, -y * t), "y, t: n").what
    'the formula'
    """
    __tracebackhide__ = True
    return Comparison(formula(f, parse_where(where)), g, where, rtol, seed).check("the formula")


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

    def __init__(self, true: TensorExpr, g: Function, where: str, rtol: float, seed: int) -> None:
        self.true, self.g, self.where, self.rtol, self.seed = true, g, where, rtol, seed
        self.declared = parse_where(where)
        self.tensors: dict[str, Tensor] = {name: t.expr.tensor for name, t in self.declared.items()}
        self.names = _arguments(g, tuple(self.declared))
        self.points: list[tuple[Any, Any, Any]] = []  # arrays, sizes, what the function returned there

    def check(self, what: str) -> Agreement:
        __tracebackhide__ = True
        for arrays, sizes, true in islice(self._places(), POINTS):
            claimed = self._called(arrays, what)
            self.points.append((arrays, sizes, claimed))
            if said := self._difference(claimed, true, sizes, what):
                raise AssertionError(self._told(said, self._axes(claimed, true)))
        if len(self.points) == POINTS:
            return Agreement(what, self._right(), self._as_written())
        raise OptionError(f"{what} has a finite value at only {len(self.points)} of {TRIES} random points: "
                          "declare what its arguments are, as in t: positive")  # fmt: skip

    def _places(self) -> Iterator[tuple[dict[Any, Any], dict[Any, int], Any]]:
        """Random arrays and sizes, and what is right there, wherever that is finite."""
        import numpy as np

        for seed in range(self.seed, self.seed + TRIES):
            sizes = sizes_for((self.true.expr, *self.tensors.values(), *self.true.indices), seed)
            values = sample(self.tensors.values(), sizes, seed, SCALES[seed % len(SCALES)], drawn=fine)
            arrays = {t: np.array(_floats(v)) for t, v in values.items()}
            true = self._value(self.true.expr, arrays, sizes)
            if _finite(true):
                yield arrays, sizes, true

    def _called(self, arrays: Any, what: str) -> Any:
        import numpy as np

        value = self.g(**{n: arrays[self.tensors[n]].copy() for n in self.names})
        try:
            if value is None or np.iscomplexobj(value):
                raise TypeError
            return np.asarray(value, dtype=float)
        except (TypeError, ValueError):
            raise AssertionError(f"{what} is an array of numbers, the function returns {value!r:.80}") from None

    def _value(self, e: Any, arrays: Any, sizes: Any, indices: Any = None) -> Any:
        import numpy as np

        over = self.true.indices if indices is None else indices
        with np.errstate(all="ignore"):
            return np.asarray(compute(e, over, arrays, sizes, np), dtype=float)

    def _difference(self, claimed: Any, true: Any, sizes: Any, what: str) -> str:
        """The entry in which they differ most, or their shapes; empty where they agree."""
        import numpy as np

        if claimed.shape != true.shape:
            return f"{what} has shape {true.shape}, the function returns {claimed.shape} ({_at(sizes)})"
        if self._close(claimed, true):
            return ""
        error = np.where(np.isnan(claimed), np.inf, np.abs(claimed - true))
        place = np.unravel_index(int(error.argmax()), error.shape)
        entry = f" at [{', '.join(str(int(k)) for k in place)}]" if place else ""
        said = f"{what}{entry} is {true[place]:.10g}, the function returns {claimed[place]:.10g} ({_at(sizes)})"
        near = float(error.max() / np.abs(true).max()) if true.any() else np.inf
        return f"{said}\nthey agree to {near:.1g} of the largest entry: see rtol" if near <= NEAR else said

    def _close(self, claimed: Any, true: Any) -> bool:
        import numpy as np

        scale = float(np.abs(true).max(initial=0))
        return claimed.shape == true.shape and bool((np.abs(claimed - true) <= self.rtol * scale + NOISE).all())

    # -- what is said ----------------------------------------------------------------------------------------------

    def _axes(self, claimed: Any, true: Any) -> str:
        """That nothing but axes of length one is wrong, if so."""
        import numpy as np

        alike = claimed.shape != true.shape and self._close(np.squeeze(claimed), np.squeeze(true))
        return f"likely cause: axes of length 1; try .reshape({', '.join(map(str, true.shape))})" if alike else ""

    def _told(self, said: str, cause: str) -> str:
        self._ask_on()
        right, written = self._right(), self._as_written()
        lines = (said, cause or self._cause() or self._instead(), f"right: {right}" if right else "",
                 f"as written: {written}" if written else "")  # fmt: skip
        return "\n".join(filter(None, lines))

    def _ask_on(self) -> None:
        """More values of the function: what agrees with it at one point may do so by chance."""
        try:
            for arrays, sizes, _ in islice(self._places(), len(self.points), POINTS):
                self.points.append((arrays, sizes, self._called(arrays, "it")))
        except Exception:  # the function is a stranger's; there is a point at which it is wrong
            return

    def _right(self) -> str:
        return writing.written(self.true.expr, self.true.indices)

    def _cause(self) -> str:
        """The likely cause, where the function is made of formulas, and computes what they say."""
        from derive.check.causes.causes import explain
        from derive.check.examine import in_words
        from derive.check.formulas import side
        from derive.documents.model import Place, Statement

        try:
            own = formula(self.g, self.declared)
            if not self._computes(own.expr, own.indices):
                return ""
            sides = (side(self.true), side(own))
            found = explain(Statement("claim", Place(1, 1), "", "=", "", sides=sides, layout="numerator",
                                      derivative_kind="gradient"))  # fmt: skip
        except FAULTS:  # a hint is never worth a failure
            return ""
        return in_words(found).partition("right: ")[0].removesuffix("; ") if found else ""

    def _instead(self) -> str:
        """What the function computes, if that is a slip of the right formula."""
        known = tuple(self.tensors.values())
        around = Surroundings(known, sizes_in((self.true.expr, *(t.dims for t in known))), (), self.true.indices)
        for candidate in chain(*(candidates(self.true.expr, around, late=late) for late in (False, True))):
            if self._computes(candidate.expr, self.true.indices):
                return f"it computes: {writing.written(candidate.expr, self.true.indices)}"
        return ""

    def _as_written(self) -> str:
        """The function as latexify typesets it, if that reads as what the function returns."""
        from derive.check.handwritten.typeset import typeset

        found = typeset(self.g, self.where)
        return found[0] if found and self._computes(found[1].expr, found[1].indices) else ""

    def _computes(self, e: Any, indices: Any) -> bool:
        """Whether the function returned the values of this expression, at so many points that it is no chance."""
        if len(self.points) < POINTS:
            return False
        from derive.documents.declarations.remarks import key

        known = {key(name): t for name, t in self.tensors.items()}
        named = {t: known[t.name] for t in tensors(e) if t.name in known}
        try:
            for arrays, sizes, claimed in self.points:
                values = {t: arrays[own] for t, own in named.items()} | arrays
                if not self._close(claimed, self._value(e, values, sizes, indices)):
                    return False
            return True
        except FAULTS:
            return False


def _arguments(g: Function, declared: tuple[str, ...]) -> tuple[str, ...]:
    """The declared names that the function takes."""
    found = inspect.signature(g).parameters
    missing = [n for n, p in found.items() if n not in declared and p.default is p.empty]
    if missing:
        raise OptionError(f"the argument {missing[0]!r} is not declared; declared are {', '.join(declared)}")
    return tuple(n for n in found if n in declared)


def _finite(value: Any) -> bool:
    import numpy as np

    return bool(np.isfinite(value).all())


def _floats(value: Any) -> Any:
    return [_floats(v) for v in value] if isinstance(value, tuple) else float(value)


def _at(sizes: Any) -> str:
    return ", ".join(f"{s} = {n}" for s, n in sizes.items()) or "numbers"
