"""Array operations as a graph in which equal operations are one node, made smaller by identities that are exact.

Exact means that the floating-point numbers are the same, not only the real ones; the few that round once more say so.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import product

from sympy import Expr, S

from derive.errors import DeriveError

Shape = tuple[Expr, ...]
ONE = S.One  # the length of an axis that is spread over the other operand

ROUNDED = ("sqrt", "exp", "expm1", "log", "log1p", "tanh", "cosh", "sinh", "sin", "cos", "tan")
UNARY = frozenset(("negative", "abs", "sign", "floor", *ROUNDED))
COMPARING = frozenset(("greater", "less", "equal"))
BINARY = frozenset(("add", "subtract", "multiply", "divide", "power", "minimum", "maximum", "logaddexp")) | COMPARING
ENTRYWISE = UNARY | BINARY | {"where", "call"}
ARITHMETIC = frozenset(("add", "subtract", "multiply", "divide", "power", "negative"))
VIEWS = frozenset(("transpose", "column"))


class Unreadable(DeriveError):
    """An operation that has no node: its statement is written as it is."""


@dataclass(frozen=True, eq=False)
class Value:
    """`op` of `args`, an array of this shape in named sizes; `note` is what else the operation needs.

    Ops: input and number (note: its text), the entrywise ufuncs, where, call (note: the helper), dot, inner (the sum of
    the products of all entries), sum and max (note: axis, or None for all), views, laid (a copy, transposed), plain
    (note: the expression as it is).
    """

    op: str
    args: tuple[Value, ...]
    shape: Shape
    note: object = None

    @property
    def truth(self) -> bool:
        """Whether the entries are truth values."""
        return self.op in COMPARING and self.note is None

    @property
    def text(self) -> str:
        return str(self.note)

    @property
    def literal(self) -> float | None:
        """The value of a number that is written in digits."""
        try:
            return float(self.text) if self.op == "number" else None
        except ValueError:
            return None

    @property
    def base(self) -> Value:
        """What a view is a view of."""
        return self.args[0].base if self.op in VIEWS else self


@dataclass
class Graph:
    """Makes values; an operation on the same values is made once. `rows` is how many rows the data have."""

    rows: Expr | None = None
    made: dict[tuple, Value] = field(default_factory=dict)

    def value(self, op: str, args: tuple[Value, ...], shape: Shape, note: object = None) -> Value:
        key = (op, *map(id, args), shape, str(note))
        return self.made.setdefault(key, Value(op, args, shape, note))

    def known(self, op: str, *args: Value) -> Value | None:
        """An entrywise value, if it has been made."""
        shape = spread(*(a.shape for a in args))
        return self.made.get((op, *map(id, args), shape, "None"))

    def number(self, text: str) -> Value:
        return self.value("number", (), (), text)

    def entrywise(self, op: str, *args: Value, note: object = None) -> Value:
        """A function of entries; numbers among themselves are worked out as text."""
        if op in IDENTITIES:
            found = IDENTITIES[op](self, *args) if note is None else None
            if found is not None:
                return found
        if op in ARITHMETIC and all(a.op == "number" for a in args):
            return self.number(number_text(op, *(a.text for a in args)))
        return self.value(op, args, spread(*(a.shape for a in args)), note)

    def transpose(self, a: Value) -> Value:
        if a.op == "transpose":
            return a.args[0]
        return a if len(a.shape) < 2 else self.value("transpose", (a,), a.shape[::-1])

    def dot(self, a: Value, b: Value) -> Value:
        if not a.shape or not b.shape or a.shape[-1] != b.shape[-2 if len(b.shape) > 1 else 0]:
            raise Unreadable("a product of other shapes")
        if b.shape == (self.rows,) and b.op == "multiply" and b.args[0].op == "number":
            return self.entrywise("multiply", b.args[0], self.dot(a, b.args[1]))  # rows are many, sums of them few
        return self.value("dot", (a, b), (*a.shape[:-1], *(b.shape[:-2] + b.shape[-1:] if len(b.shape) > 1 else ())))

    def total(self, a: Value) -> Value:
        """The sum of all entries; that of products by BLAS."""
        if a.op == "negative":
            return self.entrywise("negative", self.total(a.args[0]))
        if a.shape == (self.rows,) and a.op == "multiply" and a.args[0].op == "number":
            return self.entrywise("multiply", a.args[0], self.total(a.args[1]))
        if a.op == "multiply" and a.args[0].shape == a.args[1].shape and not any(x.truth for x in a.args):
            return self.inner(*a.args)
        return self.value("sum", (a,), ())

    def inner(self, a: Value, b: Value) -> Value:
        """The sum of the products of all entries."""
        return self.value("inner", (a, b), ())

    def reduce(self, op: str, a: Value, axis: int, keep: bool) -> Value:
        shape = tuple(ONE if n == axis else d for n, d in enumerate(a.shape) if keep or n != axis)
        return self.value(op, (a,), shape, (axis, keep))


def spread(*shapes: Shape) -> Shape:
    """The shape that operands of these shapes are spread to."""
    out: list[Expr] = []
    longest = max(map(len, shapes))
    for axis in zip(*((ONE,) * (longest - len(s)) + s for s in shapes), strict=True):
        lengths = {d for d in axis if d != ONE}
        if len(lengths) > 1:
            raise Unreadable("shapes that do not go together")
        out.append(lengths.pop() if lengths else ONE)
    return tuple(out)


_OPERATORS = {"add": ast.Add, "subtract": ast.Sub, "multiply": ast.Mult, "divide": ast.Div, "power": ast.Pow}


def number_text(op: str, *texts: str) -> str:
    from derive.codegen.layout import expression

    return expression(arithmetic(op, *(ast.parse(t, mode="eval").body for t in texts)))


def arithmetic(op: str, *nodes: ast.expr) -> ast.expr:
    """The syntax of arithmetic on numbers, without factors of one."""
    if op == "negative":
        return ast.UnaryOp(ast.USub(), nodes[0])
    left, right = nodes
    if op == "multiply" and ast.unparse(left) in ("1", "1.0"):
        return right
    for one, other in ((left, right), (right, left)) if op == "multiply" else ():
        if isinstance(one, ast.BinOp) and isinstance(one.op, ast.Div) and ast.unparse(one.left) == "1":
            return ast.BinOp(other, ast.Div(), one.right)  # rate * (1 / N) is rate / N
    return ast.BinOp(left, _OPERATORS[op](), right)


def digits(x: float) -> str:
    return str(int(x)) if x.is_integer() else repr(x)


# --- identities: each takes the arguments of its operation and gives an equal value, or None


def _negative(g: Graph, a: Value) -> Value | None:
    if a.op == "negative":
        return a.args[0]
    if a.op == "multiply" and a.args[0].literal is not None:
        return g.entrywise("multiply", g.number(digits(-a.args[0].literal)), a.args[1])
    return None


def _abs(g: Graph, a: Value) -> Value | None:
    if a.op == "negative":
        return g.entrywise("abs", a.args[0])
    c, rest = _scaled(a)
    return None if rest is None else g.entrywise("multiply", g.number(digits(abs(c))), g.entrywise("abs", rest))


def _scaled(a: Value) -> tuple[float, Value | None]:
    """c and z of c z, for a power of two: a factor that rounds nothing."""
    c = a.args[0].literal if a.op == "multiply" else None
    return (c, a.args[1]) if c is not None and abs(c) in (1.0, 2.0, 4.0) else (1.0, None)


def _exp(g: Graph, a: Value) -> Value | None:
    """exp(min(z, 0)) and exp(-max(z, 0)): one is 1, the other exp(-|z|), so those who need two have all three."""
    if a.op == "minimum" and a.args[1].literal == 0:
        z = a.args[0]
        e = g.known("exp", g.entrywise("negative", g.entrywise("abs", z)))
        return e and g.entrywise("maximum", e, as_numbers(g, g.entrywise("greater", z, g.number("0"))))
    if a.op == "negative" and a.args[0].op == "abs":
        low = g.known("minimum", a.args[0].args[0], g.number("0"))
        rise = low and g.known("exp", low)
        if low and rise:
            return g.entrywise("minimum", rise, g.entrywise("exp", g.entrywise("subtract", low, low.args[0])))
    return None


def _both_sides(e: Value) -> bool:
    """Whether this is exp(-|z|) made of exp(min(z, 0)) and exp(-max(z, 0))."""
    if not (e.op == "minimum" and all(x.op == "exp" for x in e.args)):
        return False
    low, high = (x.args[0] for x in e.args)
    return low.op == "minimum" and high.op == "subtract" and high.args == (low, low.args[0])


def _minimum(g: Graph, a: Value, b: Value) -> Value | None:
    """min(-z, 0) = min(z, 0) - z."""
    if a.op == "negative" and b.literal == 0:
        z = a.args[0]
        return g.entrywise("subtract", g.entrywise("minimum", z, b), z)
    return None


def as_numbers(g: Graph, truth: Value) -> Value:
    """1 where it is true, else 0: the comparison writes numbers."""
    return g.value(truth.op, truth.args, truth.shape, "numbers")


def _greater(g: Graph, a: Value, b: Value) -> Value | None:
    """The sign of c z is that of z; max(z, 0) > 0 where z > 0 and is looked up where z may have been overwritten."""
    if b.literal != 0:
        return None
    if a.op == "negative":
        return g.entrywise("less", a.args[0], b)
    c, z = _scaled(a)
    if z is not None:
        return g.entrywise("greater" if c > 0 else "less", z, b)
    relu = g.known("maximum", a, b)
    return g.entrywise("greater", relu, b) if relu else None


def _add(g: Graph, a: Value, b: Value) -> Value | None:
    for x, y in ((a, b), (b, a)):
        if x.op == "negative":
            return g.entrywise("subtract", y, x.args[0])
        if x.literal == 1 and _both_sides(y):
            return g.entrywise("add", *y.args)
        if x.op == "maximum" and y.op == "log1p" and x.args[1].literal == 0:
            low = g.known("minimum", *x.args)
            if low:
                return g.entrywise("subtract", y, g.entrywise("subtract", low, x.args[0]))
    return _one_logarithm(g, a, b) or _one_divisor(g, "add", a, b)


def _subtract(g: Graph, a: Value, b: Value) -> Value | None:
    return _not_the_label(g, a, b) or _one_divisor(g, "subtract", a, b)


def _one_logarithm(g: Graph, a: Value, b: Value) -> Value | None:
    """y.(l - p) + (1 - y).(l - q) = sum(l) - (y.p + (1 - y).q), sums of terms of one sign where l >= 0 >= p, q."""
    if {a.op, b.op} - {"dot", "inner"} or a.shape or b.shape:
        return None
    for (y, u), (other, v) in product((a.args, a.args[::-1]), (b.args, b.args[::-1])):
        if _is_one_minus(other, y) and u.op == v.op == "subtract" and u.args[0] is v.args[0]:
            log, p, q = u.args[0], u.args[1], v.args[1]
            if log.op == "log1p" and _is_below_zero(p) and _is_below_zero(q):
                return g.entrywise("subtract", g.total(log), g.entrywise("add", g.inner(y, p), g.inner(other, q)))
    return None


def _is_below_zero(v: Value) -> bool:
    """Whether this is min(z, 0), or min(z, 0) - z, which is -max(z, 0)."""
    low = v.args[0] if v.op == "subtract" else v
    return low.op == "minimum" and low.args[1].literal == 0 and (v is low or v.args[1] is low.args[0])


def _divided(a: Value) -> tuple[Value, Value, Value | None] | None:
    """n, d and x of n / d, or of n / d times x."""
    for f, x in ((a, None), *((a.args, a.args[::-1]) if a.op == "multiply" else ())):
        if f.op == "divide" and f.args[1].op != "number":
            return (*f.args, x)
    return None


def _one_divisor(g: Graph, op: str, a: Value, b: Value) -> Value | None:
    """x n / d - y m / d is divided once; the terms are rounded in another order."""
    first, second = _divided(a), _divided(b)
    if first is None or second is None or first[1] is not second[1]:
        return None
    tops = [n if x is None else g.entrywise("multiply", n, x) for n, _, x in (first, second)]
    return g.entrywise("divide", g.entrywise(op, *tops), first[1])


def _not_the_label(g: Graph, a: Value, b: Value) -> Value | None:
    """e (1 - y) - (r + (1 - e)) y = (e - y) - y r, which is as accurate where y is 0 or 1, and half the work."""
    if not (a.op == "multiply" and b.op == "multiply"):
        return None
    for (e, other), (top, y) in product((a.args, a.args[::-1]), (b.args, b.args[::-1])):
        if top.op == "add" and _is_one_minus(other, y) and _is_one_minus(top.args[1], e):
            return g.entrywise("subtract", g.entrywise("subtract", e, y), g.entrywise("multiply", y, top.args[0]))
    return None


def _is_one_minus(v: Value, x: Value) -> bool:
    return v.op == "subtract" and v.args[0].literal == 1 and v.args[1] is x


def _maximum(g: Graph, a: Value, b: Value) -> Value | None:
    """max(-z, 0) = -min(z, 0)."""
    if a.op == "negative" and b.literal == 0:
        return g.entrywise("negative", g.entrywise("minimum", a.args[0], b))
    return None


def _multiply(g: Graph, a: Value, b: Value) -> Value | None:
    """Numbers first, and once; one of a product with numbers may round differently in the last place."""
    if a.literal == 1:
        return b
    if b.op == "number" and a.op != "number":
        return g.entrywise("multiply", b, a)
    if a.op == "number" and b.op == "multiply" and b.args[0].op == "number":
        return g.entrywise("multiply", g.entrywise("multiply", a, b.args[0]), b.args[1])
    if a.op == "number" and b.op == "divide" and ONE in b.args[1].shape and ONE not in b.shape:
        return g.entrywise("multiply", b.args[0], g.entrywise("divide", a, b.args[1]))  # the divisor is smaller
    if a.op == "number" and b.op == "multiply" and b.args[1].op == "divide" and b.args[1].args[0].op == "number":
        factor = g.entrywise("multiply", a, b.args[1].args[0])
        return g.entrywise("multiply", b.args[0], g.entrywise("divide", factor, b.args[1].args[1]))
    for x, y in ((a, b), (b, a)):
        if x.op == "multiply" and x.args[0].op == "number" and x.args[0].literal is None:
            return g.entrywise("multiply", x.args[0], g.entrywise("multiply", x.args[1], y))
    return None


def _divide(g: Graph, a: Value, b: Value) -> Value | None:
    """x / N as x times 1/N, which rounds once more; the slope of a sigmoid as the product of its two sides."""
    if b.op == "number" and a.op != "number":
        return g.entrywise("multiply", g.number(number_text("divide", "1", b.text)), a)
    if _both_sides(a) and b.op == "multiply" and b.args[0] is b.args[1] is g.known("add", *a.args):
        return g.entrywise("multiply", *(g.entrywise("divide", x, b.args[0]) for x in a.args))
    return None


def _power(g: Graph, a: Value, b: Value) -> Value | None:
    return g.entrywise("multiply", a, a) if b.literal == 2 else None


IDENTITIES: dict[str, Callable[..., Value | None]] = {
    "negative": _negative,
    "abs": _abs,
    "exp": _exp,
    "greater": _greater,
    "add": _add,
    "subtract": _subtract,
    "maximum": _maximum,
    "minimum": _minimum,
    "multiply": _multiply,
    "divide": _divide,
    "power": _power,
}
