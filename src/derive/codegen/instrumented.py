"""Generated NumPy code run with arrays that count: multiplications in matrix products, and bytes that are kept.

The statements are run as they were derived, so that what is counted can be held against formulas.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sympy import Integer

from derive.calculus import tangents
from derive.catalogue.model import network
from derive.catalogue.network import Network
from derive.catalogue.options import PageOptions
from derive.codegen.backends import backend
from derive.codegen.plan import Plan, Statement
from derive.errors import VerificationError
from derive.expr import Program, Tensor

SMALL = ((3, 2), (2, 4, 3), (3, 5, 2, 4))  # sizes at which formulas are tried, whatever is asked for
UNLIKE = (4, 3, 5, 2, 6)  # sizes of neighbouring layers, for formulas of one depth
MOST = 10**8  # multiplications of a forward pass that is run


@dataclass
class Ledger:
    """What the arrays of one run have counted so far."""

    products: int = 0
    forward: dict[int, int] = field(default_factory=dict)  # results of the forward pass: address, bytes
    kept: dict[int, int] = field(default_factory=dict)  # those of them that were read again after it

    def read(self, array: Any) -> None:
        address = array.__array_interface__["data"][0]
        if address in self.forward:
            self.kept[address] = self.forward[address]


@dataclass(frozen=True)
class Measured:
    """Multiplications in matrix products, and bytes of what is kept, of the parameters and of their gradients."""

    forward: int
    backward: int
    tangent: int
    kept: int
    parameters: int
    gradients: int


def measured(net: Network, sizes: tuple[int, ...], batch: int, dtype: str = "float64", seed: int = 0) -> Measured:
    """A run of the code of a network in batch form: loss and gradients, and one pass of forward mode."""
    import numpy as np

    from derive.codegen import plan_of

    plan = as_derived(plan_of(net))
    rng = np.random.default_rng(seed)
    shapes = [_shape(t, net, sizes, batch) for t in plan.arguments]
    arrays = [rng.uniform(0.1, 0.9, shape).astype(dtype) for shape in shapes]
    ledger = Ledger()
    with np.errstate(all="ignore"):  # only counts matter
        forward, gradients = _run(plan, ledger, arrays)
        tangent = _forward_mode(net, sizes, batch, rng) - forward
    count = len(plan.parameters)
    return Measured(
        forward=forward,
        backward=ledger.products - forward,
        tangent=tangent,
        kept=sum(ledger.kept.values()),
        parameters=sum(a.nbytes for a in arrays[:count]),
        gradients=sum(g.nbytes for g in gradients),
    )


def counted(options: PageOptions, batch: int, dtype: str) -> str:
    """Hold the formulas of `derive cost` against runs at several sizes, those of the options if a run takes no time.

    Says at which; raises VerificationError where a formula and a run differ.
    """
    from derive.catalogue.costs import Costs
    from derive.catalogue.pages.cost import BYTES, Shown

    costs = Costs.of(options)
    runs = [(sizes, 2 + n) for n, sizes in enumerate(_tried(costs.depth, costs.least))]
    if options.sizes is not None and Shown(costs, options.sizes, batch, 1).number(costs.forward) < MOST:
        runs.append((options.sizes, batch))
    for sizes, samples in runs:
        net = network(replace(costs.options, sizes=sizes, layers=len(sizes) - 1), batch=True)
        run, show = measured(net, sizes, samples, dtype), Shown(costs, sizes, samples, BYTES[dtype])
        formulas = {
            "forward": costs.forward,
            "backward": costs.backward,
            "tangent": costs.tangent,
            "kept": costs.kept_entries * BYTES[dtype],
            "parameters": costs.parameters * BYTES[dtype],
            "gradients": costs.parameters * BYTES[dtype],
        }
        for what, formula in formulas.items():
            if (found := getattr(run, what)) != show.number(formula):
                raise VerificationError(
                    f"cost: the formula for {what} gives {show.number(formula)} at sizes {sizes}, {samples} samples; "
                    f"a run of the generated code counted {found}. This is a bug of derive; please report it."
                )
    return "sizes " + "; ".join(",".join(map(str, sizes)) for sizes, _ in runs)


def _tried(depth: int | None, least: int) -> tuple[tuple[int, ...], ...]:
    """Sizes for formulas of any depth from the least, or of this one."""
    if depth is None:
        return tuple(sizes for sizes in SMALL if len(sizes) > least)
    return tuple(tuple(UNLIKE[(m + n) % len(UNLIKE)] for m in range(depth + 1)) for n in range(2))


def as_derived(plan: Plan) -> Plan:
    """The plan with its statements as they were before they were made accurate."""

    def plain(s: Statement) -> Statement:
        return replace(s, form=s.derived)

    return replace(
        plan, forward=tuple(map(plain, plan.forward)), loss=plain(plan.loss), backward=tuple(map(plain, plan.backward))
    )


def _shape(t: Tensor, net: Network, sizes: tuple[int, ...], batch: int) -> tuple[int, ...]:
    known = {net.sample[0].dim: batch} | {net.width(Integer(m)): n for m, n in enumerate(sizes)}
    return tuple(int(d) if d.is_Integer else known[d] for d in t.dims)


def _run(plan: Plan, ledger: Ledger, arrays: list[Any]) -> tuple[int, Any]:
    """Loss and gradients with counting arrays; gives the count at the end of the forward pass, and the gradients."""
    from derive.codegen.execute import load
    from derive.codegen.module import plan_module

    numpy = backend("numpy")
    names = load(plan_module(plan, numpy, "loss_and_gradients"), numpy)
    inner, after = names["forward"], 0

    def forward(*given: Any) -> Any:
        nonlocal after
        out = inner(*given)
        after = ledger.products
        for a in (*out, given[len(plan.parameters)]):
            ledger.forward[a.__array_interface__["data"][0]] = a.nbytes
        return out

    names["forward"] = forward
    counting = _counting(ledger)
    _, gradients = names["loss_and_gradients"](*(a.view(counting) for a in arrays))
    return after, gradients


def _forward_mode(net: Network, sizes: tuple[int, ...], batch: int, rng: Any) -> int:
    """The count of one pass along a direction of all parameters, with the forward pass in it."""
    from derive.codegen.execute import load
    from derive.codegen.formulas import of_any
    from derive.codegen.module import formula_module

    program = net.program()
    directions = {t: Tensor(f"{t.name}_dot", t.dims, t.layer) for t, _ in net.all_parameters()}
    changes = tangents(program, directions, lambda t: Tensor(f"{t.name}_dot", t.dims, t.layer))
    formula = of_any(Program((*program.lets[:-1], *changes[:-1])))  # the predictions and how they change
    numpy = backend("numpy")
    names = load(formula_module([formula], numpy, "Forward mode."), numpy)
    ledger = Ledger()
    counting = _counting(ledger)
    arrays = [rng.uniform(0.1, 0.9, _shape(t, net, sizes, batch)).view(counting) for t in formula.arguments]
    names[formula.name](*arrays)
    return ledger.products


def _counting(ledger: Ledger) -> type:
    """A class of arrays that enter into the ledger what is done with them."""
    import numpy as np

    class Counting(np.ndarray):
        def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
            plain = [_plain(x, ledger.read) for x in inputs]
            out = getattr(ufunc, method)(*plain, **kwargs)
            if ufunc is np.matmul:
                ledger.products += int(np.size(out)) * plain[0].shape[-1]
            return out.view(Counting) if isinstance(out, np.ndarray) else out

        def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Mapping[str, Any]) -> Any:
            if func in (np.einsum, np.dot, np.tensordot, np.inner, np.outer, np.vdot):
                raise NotImplementedError(f"{func.__name__} is not counted")
            for x in args:
                _plain(x, ledger.read)
            out = super().__array_function__(func, types, args, kwargs)
            return out.view(Counting) if isinstance(out, np.ndarray) else out  # np.where forgets the class

    def _plain(x: Any, read: Callable[[Any], None]) -> Any:
        if not isinstance(x, np.ndarray):
            return x
        read(x)
        return x.view(np.ndarray)

    return Counting
