"""The obvious slow evaluator: what an expression is worth at given entries, by its definition.

One row per node class in `RULES`; bound indices are looped over; nothing is simplified, vectorised or clever, so
that everything else can be tested against it. The number system is a `Ring`: floats, exact rationals, balls
(rigorous enclosures) or power series over balls (rigorous directional derivatives).

>>> from derive.expr import Index, Size, Tensor, sum_over
>>> N = Size("N"); i = Index("i", N); x = Tensor("x", (N,))
>>> evaluate(sum_over(x(i) ** 2, i), {x: [1, 2]}, {N: 2}, ring=EXACT)
Fraction(5, 1)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from functools import lru_cache, reduce
from itertools import product
from operator import mul
from typing import Any

import sympy
from sympy import Expr

from derive.errors import ShapeError
from derive.evaluate import standin
from derive.evaluate.clock import now
from derive.evaluate.determinant import determinant, inverse
from derive.evaluate.refusals import NotExact, NoValue, OutOfTime, OutsideDomain, Undecidable
from derive.evaluate.rings import BALL, EXACT, FLOAT, SERIES, Ball, Ring, Series
from derive.expr import functions as fn
from derive.expr import nodes
from derive.expr.layers import LayerSum, at_layers
from derive.expr.nodes import Index, Size, Tensor, free_indices, tensors
from derive.expr.program import Program

__all__ = [
    "BALL", "EXACT", "FLOAT", "RULES", "SERIES", "Ball", "Evaluator", "NoValue", "NotExact", "OutOfTime",
    "OutsideDomain", "Series", "Undecidable", "evaluate", "extent",
]  # fmt: skip

Env = dict[Any, int]
Values = Mapping[Any, Any]
Record = Callable[[Expr, int, Env], None]
SMOOTH = ("exp", "sin", "cos", "tan", "sinh", "cosh", "tanh", "asin", "acos", "atan", "erf", "gamma", "sigmoid",
          "softplus")  # fmt: skip


def evaluate(e: Expr, values: Values, sizes: Mapping[Any, int], at: Env | None = None, ring: Ring = FLOAT) -> Any:
    """The value of `e` at these entries.

    values: {Tensor: nested list, tuple or array}; sizes: {Size: int}; at: {free Index: int}.
    Raises OutsideDomain (log of a negative number), Undecidable (a kink that balls cannot decide), NotExact.
    """
    return Evaluator(values, sizes, ring).value(e, at)


def extent(dim: Any, sizes: Mapping[Any, int]) -> int:
    """A dimension as a number: sizes, and sums, products and powers of them."""
    if isinstance(dim, int) or dim.is_Integer:
        return int(dim)
    if dim in sizes:
        return sizes[dim]
    if dim.is_Add:
        return sum(extent(a, sizes) for a in dim.args)
    if dim.is_Mul:
        return reduce(mul, (extent(a, sizes) for a in dim.args))
    if dim.is_Pow:
        return extent(dim.args[0], sizes) ** extent(dim.args[1], sizes)
    raise ShapeError(f"no number is given for the size {dim}")


@lru_cache(1 << 14)
def _ordered_indices(e: Expr) -> tuple[Index, ...]:
    return tuple(free_indices(e))


class Evaluator:
    """Evaluates expressions at one point and remembers what it has seen.

    `program` gives lets their values (an entry in `values` goes first); `record(node, sign, env)` is told how each
    comparison came out and where; after `deadline` (of the clock) it gives up with OutOfTime.
    """

    def __init__(
        self,
        values: Values,
        sizes: Mapping[Any, int],
        ring: Ring = FLOAT,
        program: Program | None = None,
        *,
        record: Record | None = None,
        deadline: float | None = None,
        moved: Mapping[tuple[Tensor, tuple[int, ...]], int] | None = None,
    ) -> None:
        self.values, self.sizes, self.ring, self.program = values, sizes, ring, program
        self.record, self.deadline, self.moved = record, deadline, moved or {}
        self._memo: dict[Any, Any] = {}
        self._known: dict[int, tuple[Expr, tuple[Index, ...], Rule, dict[tuple[int, ...], Any]]] = {}
        self._exact: Evaluator | None = None

    def value(self, e: Expr, at: Env | None = None) -> Any:
        """The value of `e` where its free indices have these places."""
        with self.ring.session():
            self._prepare(e)
            return self.ring.result(self(e, dict(at or {})))

    def array(self, e: Expr, out: tuple[Index, ...], at: Env | None = None) -> Any:
        """Nested lists of the values of `e`, one level for each index in `out`."""
        if not out:
            return self.value(e, at)
        return [self.array(e, out[1:], {**(at or {}), out[0]: k}) for k in range(self.extent(out[0].dim))]

    def __call__(self, e: Expr, env: Env) -> Any:
        _, indices, rule, seen = self._known.get(id(e)) or self._learnt(e)
        try:
            places = tuple([env[i] for i in indices])
        except KeyError as missing:
            raise ShapeError(f"no place is given for the free index {missing.args[0]}") from None
        if places not in seen:
            seen[places] = rule(self, e, env)
        return seen[places]

    def _learnt(self, e: Expr) -> tuple[Expr, tuple[Index, ...], Rule, dict[tuple[int, ...], Any]]:
        """What is looked up once for each object: its free indices, its rule, and the values that equal ones have."""
        found = (e, _ordered_indices(e), rule_of(type(e)), self._memo.setdefault(e, {}))
        self._known[id(e)] = found  # the object is kept, so that its id stays its own
        return found

    def extent(self, dim: Any) -> int:
        return extent(dim, self.sizes)

    def places(self, indices: Iterable[Any], env: Env) -> tuple[int, ...]:
        return tuple(env[i] if isinstance(i, Index) else int(i) for i in indices)

    def over(self, bound: tuple[Index, ...], env: Env) -> Iterator[Env]:
        """The environment extended by every value of the bound indices."""
        if self.deadline is not None and now() > self.deadline:
            raise OutOfTime("the time allowed is over")
        for places in product(*(range(self.extent(i.dim)) for i in bound)):
            yield {**env, **dict(zip(bound, places, strict=True))}

    def entry(self, tensor: Tensor, places: tuple[int, ...]) -> Any:
        """An entry from the given values, or from the let that defines the tensor."""
        key = (tensor, places)
        if key not in self._memo:
            value = self._entry(tensor, places)
            if key in self.moved:
                from flint import arb_series

                value = value + arb_series([0, self.moved[key]], self.ring.order)  # type: ignore[attr-defined]
            self._memo[key] = value
        return self._memo[key]

    def _entry(self, tensor: Tensor, places: tuple[int, ...]) -> Any:
        if tensor in self.values:
            leaf = self.values[tensor]
            for place in places:
                if not 0 <= place < len(leaf):
                    raise OutsideDomain(f"{tensor} has no entry {place + 1} at these sizes")
                leaf = leaf[place]
            return self.ring.leaf(leaf)
        let = self.program.by_tensor.get(tensor) if self.program else None
        if let is None:
            raise ShapeError(f"no value is given for the tensor {tensor}")
        return self(let.rhs, dict(zip(let.target.indices, places, strict=True)))

    def _prepare(self, e: Expr) -> None:
        """Evaluate the lets that `e` rests on in their order: a deep program must not become deep recursion."""
        if self.program is None or len(self.program.lets) < 12:
            return
        needed = set(tensors(e))
        chosen = []
        for let in reversed(self.program.lets):
            if let.tensor in needed and let.tensor not in self.values:
                needed |= tensors(let.rhs)
                chosen.append(let)
        for let in reversed(chosen):
            for places in product(*(range(self.extent(d)) for d in let.tensor.dims)):
                self.entry(let.tensor, places)

    def sign(self, node: Expr, argument: Expr, value: Any, env: Env) -> int | None:
        """The sign of the value of `argument`, on which `node` depends; it is recorded. None: not decidable."""
        sign = self.ring.sign(value)
        if sign is None and self.ring.exact_signs:
            sign = self._exact_sign(argument, env)
        if sign is not None and self.record is not None:
            self.record(node, sign, env)
        return sign

    def _exact_sign(self, argument: Expr, env: Env) -> int | None:
        """Ask exact arithmetic: 1/3 - 1/3 is zero, which balls can never tell."""
        if self._exact is None:
            self._exact = Evaluator(self.values, self.sizes, EXACT, self.program, deadline=self.deadline)
        try:
            return EXACT.sign(self._exact(argument, env))
        except NotExact:
            return None

    def decided(self, node: Expr, argument: Expr, value: Any, env: Env) -> int:
        sign = self.sign(node, argument, value, env)
        if sign is None:
            raise Undecidable(f"whether {argument} is positive cannot be decided at this point")
        return sign

    def larger(self, node: Expr, difference: Expr, a: Any, b: Any, env: Env) -> Any:
        """The larger of a and b, whose difference is this expression."""
        sign = self.sign(node, difference, a - b, env)
        if sign is None:
            return self.ring.larger(a, b)
        return a if sign >= 0 else b


# -- rules: how each node is evaluated -----------------------------------------------------------------------

Rule = Callable[[Evaluator, Any, Env], Any]


def _number(ev: Evaluator, e: Any, env: Env) -> Any:
    return ev.ring.number(Fraction(int(e.p), int(e.q)))


def _float(ev: Evaluator, e: Any, env: Env) -> Any:
    return ev.ring.number(Fraction(str(e)))  # 0.1 is read as 1/10


def _size(ev: Evaluator, e: Size, env: Env) -> Any:
    return ev.ring.number(Fraction(ev.extent(e)))


def _index(ev: Evaluator, e: Index, env: Env) -> Any:
    return ev.ring.number(Fraction(env[e]))


def _symbol(ev: Evaluator, e: Any, env: Env) -> Any:
    if e not in ev.sizes:
        raise ShapeError(f"no value is given for the symbol {e}")
    return ev.ring.number(Fraction(ev.sizes[e]))


def _not_real(ev: Evaluator, e: Any, env: Env) -> Any:
    raise OutsideDomain(f"{e} is not a real number")


def _tensor(ev: Evaluator, e: Tensor, env: Env) -> Any:
    raise ShapeError(f"the tensor {e} stands without indices, where a number is expected")


def _elem(ev: Evaluator, e: nodes.Elem, env: Env) -> Any:
    return ev.entry(e.tensor, ev.places(e.indices, env))


def _delta(ev: Evaluator, e: Any, env: Env) -> Any:
    i, j = ev.places(e.args, env)
    return ev.ring.number(Fraction(int(i == j)))


def _add(ev: Evaluator, e: Any, env: Env) -> Any:
    first, *rest = (ev(a, env) for a in e.args)
    return sum(rest, first)


def _mul(ev: Evaluator, e: Any, env: Env) -> Any:
    return reduce(mul, (ev(a, env) for a in e.args))


def _pow(ev: Evaluator, e: Any, env: Env) -> Any:
    base, exponent = e.args
    if exponent.is_Rational and not exponent.is_Integer:
        return ev.ring.rational_power(ev(base, env), int(exponent.p), int(exponent.q))
    if exponent.is_integer:
        return ev.ring.power(ev(base, env), _whole(ev, exponent, env))
    x, power = ev(base, env), ev(exponent, env)
    if ev.ring.sign(x) == 0:
        ev.ring.require(power, (1,), "zero to a power that is not positive")
        return ev.ring.number(Fraction(0))
    return ev.ring.apply("exp", power * ev.ring.log(x))


def _whole(ev: Evaluator, exponent: Any, env: Env) -> int:
    """An integer exponent as an int."""
    if exponent.is_Integer:
        return int(exponent)
    exact = Evaluator(ev.values, ev.sizes, EXACT, ev.program, deadline=ev.deadline)
    value = EXACT.result(exact(exponent, env))
    if value.denominator != 1:
        raise OutsideDomain(f"the exponent {exponent} is {value}, an integer is expected")
    return int(value)


def _smooth(name: str) -> Rule:
    return lambda ev, e, env: ev.ring.apply(name, ev(e.args[0], env))


def _log(ev: Evaluator, e: Any, env: Env) -> Any:
    return ev.ring.log(ev(e.args[0], env))


def _abs(ev: Evaluator, e: Any, env: Env) -> Any:
    value = ev(e.args[0], env)
    sign = ev.sign(e, e.args[0], value, env)
    if sign is None:
        return ev.ring.larger(value, -value)
    return value if sign >= 0 else -value


def _sign(ev: Evaluator, e: Any, env: Env) -> Any:
    return ev.ring.number(Fraction(ev.decided(e, e.args[0], ev(e.args[0], env), env)))


def _step(ev: Evaluator, e: Any, env: Env) -> Any:
    return ev.ring.number(Fraction(int(ev.decided(e, e.args[0], ev(e.args[0], env), env) > 0)))


def _relu(ev: Evaluator, e: Any, env: Env) -> Any:
    return ev.larger(e, e.args[0], ev(e.args[0], env), ev.ring.number(Fraction(0)), env)


def _where(ev: Evaluator, e: Any, env: Env) -> Any:
    test, then, otherwise = e.args
    return ev(then if ev.decided(e, test, ev(test, env), env) > 0 else otherwise, env)


def _maximum(ev: Evaluator, e: Any, env: Env) -> Any:
    a, b = e.args
    return ev.larger(e, a - b, ev(a, env), ev(b, env), env)


def _minimum(ev: Evaluator, e: Any, env: Env) -> Any:
    a, b = e.args
    return -ev.larger(e, b - a, -ev(a, env), -ev(b, env), env)


def _unknown(ev: Evaluator, e: fn.Unknown, env: Env) -> Any:
    t, ring = ev(e.argument, env), ev.ring
    own = ev.values.get(e.name)
    if own is not None:
        return own(e.order, t, ring)
    return standin.derivative(
        e.name, e.order, t, ring.number, lambda x: ring.apply("sin", x), lambda x: ring.apply("cos", x)
    )


def _sum(ev: Evaluator, e: nodes.Sum_, env: Env) -> Any:
    return sum((ev(e.body, inner) for inner in ev.over(e.bound, env)), ev.ring.number(Fraction(0)))


def _prod(ev: Evaluator, e: nodes.Prod_, env: Env) -> Any:
    return reduce(mul, (ev(e.body, inner) for inner in ev.over(e.bound, env)), ev.ring.number(Fraction(1)))


def _logsumexp(ev: Evaluator, e: nodes.LogSumExp, env: Env) -> Any:
    return ev.ring.logsumexp([ev(e.body, inner) for inner in ev.over(e.bound, env)])


def _max(ev: Evaluator, e: nodes.Max_, env: Env) -> Any:
    """The maximum, comparison by comparison; recorded is 1: the first wins, -1: another does, 0: a tie at the top."""
    environments = list(ev.over(e.bound, env))
    best, outcome = ev(e.body, environments[0]), 1
    for inner in environments[1:]:
        value = ev(e.body, inner)
        sign = ev.ring.sign(value - best)
        if sign is None:
            best, outcome = ev.ring.larger(best, value), None
        elif sign > 0:
            best, outcome = value, -1
        elif sign == 0:
            outcome = 0
    if outcome is not None and ev.record is not None:
        ev.record(e, outcome, env)
    return best


def _winner(ev: Evaluator, e: nodes.Winner, env: Env) -> Any:
    (slot,) = ev.places(e.slots, env)
    values = [ev(e.body, inner) for inner in ev.over(e.bound, env)]
    signs = [[ev.ring.sign(a - b) for n, b in enumerate(values) if n != m] for m, a in enumerate(values)]
    winner = next((m for m, row in enumerate(signs) if all(s == 1 for s in row)), None)
    if winner is None:
        if any(None in row for row in signs):
            raise Undecidable("the largest value cannot be told at this point")
        raise OutsideDomain("two values tie for the maximum: no winner is defined")
    if ev.record is not None:
        ev.record(e, 1 if winner == 0 else -1, env)
    return ev.ring.number(Fraction(int(winner == slot)))


def _matrix(ev: Evaluator, e: nodes.Binder, env: Env) -> list[list[Any]]:
    a, b = e.bound
    return [[ev(e.body, {**env, a: i, b: j}) for j in range(ev.extent(b.dim))] for i in range(ev.extent(a.dim))]


def _inverse(ev: Evaluator, e: nodes.Inverse, env: Env) -> Any:
    i, j = ev.places(e.slots, env)
    outer = tuple(sorted((k.name, v) for k, v in env.items() if k in free_indices(e.body)))
    key = ("inverse", e.body, e.bound, outer)
    if key not in ev._memo:
        ev._memo[key] = inverse(_matrix(ev, e, env), ev.ring)
    return ev._memo[key][i][j]


def _det(ev: Evaluator, e: nodes.Det, env: Env) -> Any:
    return determinant(_matrix(ev, e, env), ev.ring)


def _logdet(ev: Evaluator, e: nodes.LogDet, env: Env) -> Any:
    value = determinant(_matrix(ev, e, env), ev.ring)
    sign = ev.ring.require(value, (-1, 1), "logarithm of the determinant of a singular matrix")
    return ev.ring.apply("log", value if sign > 0 else -value)


def _layer_sum(ev: Evaluator, e: Any, env: Env) -> Any:
    body, symbol, lo, hi = e.args
    layers = range(ev.extent(lo), ev.extent(hi) + 1)
    terms = (ev(at_layers(body, {symbol: sympy.Integer(m)}), env) for m in layers)
    return sum(terms, ev.ring.number(Fraction(0)))


def _diff(ev: Evaluator, e: nodes.Diff, env: Env) -> Any:
    """A derivative that is not carried out, by power series: order one, or two for a Diff of a Diff."""
    first = (e.wrt.tensor, ev.places(e.wrt.indices, env))
    if not isinstance(e.body, nodes.Diff):
        return _coefficient(ev, e.body, env, {first: 1}, 1)
    second = (e.body.wrt.tensor, ev.places(e.body.wrt.indices, env))
    square = _coefficient(ev, e.body.body, env, {first: 1}, 2)
    if first == second:
        return 2 * square
    both = _coefficient(ev, e.body.body, env, {first: 1, second: 1}, 2)
    return both - square - _coefficient(ev, e.body.body, env, {second: 1}, 2)


def _coefficient(ev: Evaluator, e: Expr, env: Env, moved: Any, order: int) -> Any:
    """The coefficient of t^order of `e` where the entries in `moved` are moved by t."""
    if ev.moved or isinstance(ev.ring, Series):
        raise Undecidable("a derivative within a derivative that is not of the form d(d(f)/dx)/dy")
    if ev.ring is EXACT:
        raise NotExact("a derivative that is not carried out")
    ring = Series(getattr(ev.ring, "prec", 96), order + 1)
    inner = Evaluator(ev.values, ev.sizes, ring, ev.program, record=ev.record, deadline=ev.deadline, moved=moved)
    with ring.session():
        inner._prepare(e)
        value = inner(e, env)[order]
    return float(value) if ev.ring is FLOAT else value


def _limit(ev: Evaluator, e: Expr, env: Env) -> Any:
    raise Undecidable("a limit is no value at a place: verify.limits decides about it")


RULES: dict[type, Rule] = {
    sympy.Rational: _number,
    sympy.Float: _float,
    sympy.core.numbers.Pi: lambda ev, e, env: ev.ring.constant("pi"),
    sympy.core.numbers.Exp1: lambda ev, e, env: ev.ring.constant("e"),
    nodes.Limit: _limit,
    sympy.core.numbers.Infinity: _not_real,
    sympy.core.numbers.NegativeInfinity: _not_real,
    sympy.core.numbers.ComplexInfinity: _not_real,
    sympy.core.numbers.NaN: _not_real,
    sympy.core.numbers.ImaginaryUnit: _not_real,
    sympy.Symbol: _symbol,
    Size: _size,
    Index: _index,
    Tensor: _tensor,
    nodes.Elem: _elem,
    nodes.Delta: _delta,
    sympy.Add: _add,
    sympy.Mul: _mul,
    sympy.Pow: _pow,
    sympy.log: _log,
    sympy.Abs: _abs,
    sympy.sign: _sign,
    fn.step: _step,
    fn.relu: _relu,
    fn.Where: _where,
    fn.maximum: _maximum,
    fn.minimum: _minimum,
    fn.Unknown: _unknown,
    nodes.Sum_: _sum,
    nodes.Prod_: _prod,
    nodes.LogSumExp: _logsumexp,
    nodes.Max_: _max,
    nodes.Winner: _winner,
    nodes.Inverse: _inverse,
    nodes.Det: _det,
    nodes.LogDet: _logdet,
    LayerSum: _layer_sum,
    nodes.Diff: _diff,
} | {getattr(fn, name, None) or getattr(sympy, name): _smooth(name) for name in SMOOTH}


@lru_cache(256)
def rule_of(kind: type) -> Rule:
    """How nodes of this class are evaluated."""
    for base in kind.__mro__:
        if base in RULES:
            return RULES[base]
    raise Undecidable(f"the oracle has no rule for {kind.__name__}")
