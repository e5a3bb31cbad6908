"""Generated operations against autograd, which sees the formula alone: the value, and derivatives of two orders."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any

from derive.codegen.agreement import compare
from derive.codegen.backends import BACKENDS, Backend
from derive.codegen.execute import load
from derive.codegen.module import formula_module
from derive.codegen.operations import Operation
from derive.codegen.plan import Formula, Statement
from derive.codegen.points import FORMULA, Compared, points
from derive.evaluate.arrays import compute
from derive.evaluate.sampling import sizes_for

Arrays = Sequence[Any]
NUMPY = BACKENDS["numpy"]


def checked_operation(op: Operation, source: str, library: str, seed: int = 0) -> str:
    """Run the operation at random points; a sentence on how it compares with autograd.

    Where the library is not installed, the derived statements are run with NumPy. Raises VerificationError where a
    number differs, or where no point has finite values.
    """
    import numpy as np

    row = BACKENDS[library]
    arguments = (*op.arguments, op.cotangent, *(g.cotangent for g in op.gradients.values()))
    sizes = sizes_for(arguments, seed)
    compared = Compared()
    for drawn, of_one_sign in points(arguments, sizes, seed):
        point = [drawn[t] for t in arguments]
        given = point[: len(op.arguments)]
        g, *v = point[len(given) :]
        with np.errstate(all="ignore"):
            true = _by_autograd(op, given, g, v, sizes)
            if not all(np.isfinite(t).all() for t in true):
                continue
            found = RUNS[library](source, op, row, given, g, v) if row.installed else _by_numpy(op, given, g, v)
        for what, got, expected in zip(_names(op), found, true, strict=True):
            compare(what, np.zeros_like(expected) if got is None else got, expected)
        if compared.count(of_one_sign):
            break
    where = compared.told(FORMULA)
    first = f"run with {library}: " if row.installed else f"{library} is not installed, so this ran with NumPy: "
    return f"{first}value, gradients and second derivatives agree with autograd at {where}"


def _names(op: Operation) -> list[str]:
    second = [f"second derivative in {t}" for t in (op.cotangent, *op.gradients)]
    return ["value", *(f"gradient in {x}" for x in op.gradients), *(second if op.gradients else [])]


def _by_autograd(op: Operation, given: Arrays, g: Any, v: Arrays, sizes: Any) -> list[Any]:
    """The value, its vector-Jacobian products with g, and the gradients of these in g and the arguments, with v."""
    from autograd.builtins import tuple as together

    from derive.verify.engine import engine

    tool = engine("autograd")
    wrt = [op.arguments.index(x) for x in op.gradients]

    def value(*varied: Any) -> Any:
        env = dict(zip(op.arguments, given, strict=True)) | dict(zip(op.gradients, varied, strict=True))
        return compute(op.value.expr, op.value.out, env, sizes, tool.xp)

    def products(g: Any, *varied: Any) -> Any:
        return together(tool.vjp(value, tuple(varied))[1](g))

    varied = tuple(given[k] for k in wrt)
    first = products(g, *varied)
    second = tool.vjp(products, (g, *varied))[1](tuple(v))
    return [tool.to_array(a) for a in (value(*varied), *first, *second)]


def _by_torch(source: str, op: Operation, row: Backend, given: Arrays, g: Any, v: Arrays) -> list[Any]:
    torch: Any = import_module("torch")

    function = load(source, row)[op.name]
    xs = [torch.tensor(a, requires_grad=t in op.gradients) for t, a in zip(op.arguments, given, strict=True)]
    cotangent = torch.tensor(g, requires_grad=True)
    varied = [x for x in xs if x.requires_grad]
    value = function(*xs)
    first = torch.autograd.grad(value, varied, cotangent, create_graph=True)
    second = torch.autograd.grad(first, (cotangent, *varied), [torch.tensor(a) for a in v], allow_unused=True)
    return [None if a is None else a.detach().numpy() for a in (value, *first, *second)]


def _by_jax(source: str, op: Operation, row: Backend, given: Arrays, g: Any, v: Arrays) -> list[Any]:
    import numpy as np

    jax: Any = import_module("jax")

    function = load(source, row)[op.name]
    wrt = [op.arguments.index(x) for x in op.gradients]

    def value(*varied: Any) -> Any:
        xs = list(given)
        for k, x in zip(wrt, varied, strict=True):
            xs[k] = x
        return function(*xs)

    def products(g: Any, *varied: Any) -> Any:
        return jax.vjp(value, *varied)[1](g)

    with jax.enable_x64(True):
        varied = [jax.numpy.asarray(given[k]) for k in wrt]
        first, back = jax.vjp(products, jax.numpy.asarray(g), *varied)
        second = back(tuple(map(jax.numpy.asarray, v)))
        return [np.asarray(a) for a in (value(*varied), *first, *second)]


def _by_numpy(op: Operation, given: Arrays, g: Any, v: Arrays) -> list[Any]:
    """The derived statements as NumPy functions: what there is to run without the library."""
    known = (*op.arguments, op.cotangent, op.value.target, *(x.cotangent for x in op.gradients.values()))
    env = dict(zip((t.name for t in (*op.arguments, op.cotangent)), (*given, g), strict=True))
    env |= {x.cotangent.name: a for x, a in zip(op.gradients.values(), v, strict=True)}

    def run(s: Statement, **other: Any) -> Any:
        formula = Formula("value", "The value.", tuple(t for t in known if t != s.target), (s,))
        function = load(formula_module([formula], NUMPY, ""), NUMPY)["value"]
        return function(*({**env, **other}[t.name] for t in formula.arguments))

    env[op.value.target.name] = run(op.value)
    first = [run(x.statement) for x in op.gradients.values()]
    totals: dict[Any, Any] = dict.fromkeys((op.cotangent, *op.gradients))
    for x in op.gradients.values():
        for u, s in x.second.items():
            if u != op.value.target:
                totals[u] = _sum(totals[u], run(s))
                continue
            back = {op.cotangent.name: run(s)}
            totals |= {w: _sum(totals[w], run(y.statement, **back)) for w, y in op.gradients.items()}
    return [env[op.value.target.name], *first, *totals.values()]


def _sum(a: Any, b: Any) -> Any:
    return b if a is None else a + b


RUNS = {"torch": _by_torch, "jax": _by_jax}
