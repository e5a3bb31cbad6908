"""NumPy code for what has no matrix form: index expressions by einsum and broadcasting, of any rank.

Each subexpression becomes code together with the indices of its axes; operands are lined up before they are combined.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from sympy import Add, Expr, Function, Mul, Pow, S

from derive.errors import DeriveError
from derive.expr import (
    Delta,
    Det,
    Elem,
    Index,
    Inverse,
    LogDet,
    LogSumExp,
    Max_,
    Prod_,
    Sum_,
    Unknown,
    Where,
    Winner,
    free_indices,
    open_binder,
    relu,
    sigmoid,
    softplus,
    step,
    tensors,
)
from derive.expr.nodes import Binder
from derive.notation.code import ADD, ATOM, MUL, POW, UNARY, Code, Sizes, abs_, call, name_of, quotient, stable, sum_of
from derive.notation.vocabulary import FUNCTIONS, identifier

LETTERS = "ijklmnpqrstuvwxyzabcdefghoABCDEFGHIJKLMNOPQRSTUVWXYZ"
Axes = tuple[Index, ...]


class Array(NamedTuple):
    """Code and the index of each of its axes."""

    code: Code
    axes: Axes


def array_code(e: Expr, out: Axes, sizes: Sizes) -> Code:
    """Code for the array over `out`, of exactly that shape."""
    found = Writer(sizes, out).write(e)
    code = aligned(found, out)
    if set(found.axes) >= set(out):
        return code
    return call("np.broadcast_to", code, f"({', '.join(sizes.constant(i.dim).text for i in out)},)")


def aligned(a: Array, axes: Axes) -> Code:
    """The code with its axes in this order, and length one where it has none."""
    code = a.code
    if a.axes == axes or not a.axes:
        return code
    order = [a.axes.index(i) for i in axes if i in a.axes]
    if order != sorted(order):
        code = Code(f"{code.tight(ATOM)}.T") if order == [1, 0] else Code(
            f"{code.tight(ATOM)}.transpose({', '.join(map(str, order))})")  # fmt: skip
    if len(order) == len(axes):
        return code
    slots = [":" if i in a.axes else "None" for i in axes]
    while slots[0] == "None":  # leading axes broadcast by themselves
        slots.pop(0)
    return code if "None" not in slots else Code(f"{code.tight(ATOM)}[{', '.join(slots)}]")


class Writer:
    def __init__(self, sizes: Sizes, out: Axes) -> None:
        self.sizes, self.running, self.out = sizes, set(out), out

    def axes(self, e: Expr) -> Axes:
        return tuple(sorted((i for i in free_indices(e) if i in self.running), key=lambda i: i.name))

    def write(self, e: Expr) -> Array:
        rule = RULES.get(type(e))
        if rule is not None:
            return rule(self, e)
        if isinstance(e, Function):
            return self.function(e)
        if tensors(e) or self.axes(e):
            raise DeriveError(f"no NumPy code for {type(e).__name__}")
        return Array(self.sizes.constant(e), ())

    def together(self, *es: Expr) -> tuple[list[Code], Axes]:
        """Several subexpressions over their joint axes."""
        found = [self.write(e) for e in es]
        axes = tuple(dict.fromkeys(i for a in sorted(found, key=lambda a: -len(a.axes)) for i in a.axes))
        return [aligned(a, axes) for a in found], axes

    def elem(self, e: Elem) -> Array:
        fixed = [p not in self.running for p in e.indices]
        code = Code(name_of(e.tensor))
        if any(fixed):
            slots = (self.sizes.constant(p).text if f else ":" for p, f in zip(e.indices, fixed, strict=True))
            code = Code(f"{code}[{', '.join(slots)}]")
        axes = tuple(i for i in e.indices if i in self.running)
        if len(set(axes)) == len(axes):
            return Array(code, axes)
        distinct = tuple(dict.fromkeys(axes))
        return Array(self.einsum([Array(code, axes)], distinct), distinct)

    def delta(self, e: Delta) -> Array:
        eye = call("np.eye", self.sizes.constant(next(i.dim for i in e.args if isinstance(i, Index))))
        running = tuple(i for i in e.args if i in self.running)
        if len(running) == 2:
            return Array(eye, running)
        fixed = next(i for i in e.args if i not in running)
        return Array(Code(f"{eye}[{self.sizes.constant(fixed)}]"), running)

    def einsum(self, operands: list[Array], axes: Axes) -> Code:
        letters: dict[Index, str] = {}
        for a in operands:
            for i in a.axes:
                letters.setdefault(i, LETTERS[len(letters)])
        spec = ",".join("".join(letters[i] for i in a.axes) for a in operands)
        return call("np.einsum", f"'{spec}->{''.join(letters[i] for i in axes)}'", *(a.code for a in operands))

    def add(self, e: Add) -> Array:
        codes, axes = self.together(*(abs_(t) for t in e.args))
        terms = sorted(zip((t.could_extract_minus_sign() for t in e.args), codes, strict=True), key=lambda t: t[0])
        return Array(sum_of(terms), axes)

    def mul(self, e: Mul) -> Array:
        return self.contracted(e, ())

    def sum(self, e: Sum_) -> Array:
        body, names = open_binder(e)
        self.running |= set(names)
        out = self.contracted(body, names)
        self.running -= set(names)
        return out

    def contracted(self, body: Expr, bound: Axes) -> Array:
        """A product summed over the bound indices: scalars outside, one einsum of the rest."""
        scalars, arrays = [], []
        for f in Mul.make_args(body):
            (arrays if self.axes(f) else scalars).append(f)
        operands = [self.write(f) for f in arrays]
        axes = tuple(dict.fromkeys(i for a in operands for i in a.axes if i not in bound))
        front = Mul(*(f for f in scalars if not tensors(f)))
        minus, front = front.could_extract_minus_sign(), abs_(front)
        top, bottom = front.as_numer_denom()
        axes = tuple(sorted(axes, key=lambda i: self.out.index(i) if i in self.out else len(self.out)))
        codes = self.sizes._factors(top) + [self.write(f).code for f in scalars if tensors(f)]
        if operands:
            single = len(operands) == 1 and not bound
            codes.append(operands[0].code if single else self.einsum(operands, axes))
            axes = operands[0].axes if single else axes
        code = quotient(codes, self.sizes._factors(bottom))
        return Array(Code("-" + code.tight(UNARY), UNARY) if minus else code, axes)

    def power(self, e: Pow) -> Array:
        base, q = e.args
        if not tensors(q) and not self.axes(q):
            a = self.write(base)
            if q == S.Half:
                return Array(call("np.sqrt", a.code), a.axes)
            if q == -1:
                return Array(Code(f"1 / {a.code.tight(UNARY)}", MUL), a.axes)
            exponent = self.sizes.constant(q)
            text = f"{a.code.tight(ATOM)}**{exponent.tight(ATOM)}"
            return Array(Code(text, POW), a.axes)
        (base_code, exponent), axes = self.together(base, q)
        return Array(Code(f"{base_code.tight(ATOM)}**{exponent.tight(ATOM)}", POW), axes)

    def function(self, e: Expr) -> Array:
        name = FUNCTIONS.get(type(e).__name__, (None, None, None))[2]
        if name is None:
            raise DeriveError(f"no NumPy function for {type(e).__name__}")
        codes, axes = self.together(*e.args)
        return Array(call(name, *codes), axes)

    def where(self, e: Where) -> Array:
        (c, a, b), axes = self.together(*e.args)
        return Array(call("np.where", f"{c.tight(ADD)} > 0", a, b), axes)

    def unknown(self, e: Unknown) -> Array:
        a = self.write(e.argument)
        return Array(call(identifier(e.name) + "_prime" * e.order, a.code), a.axes)

    def inside(self, e: Binder) -> tuple[Code, Axes, Axes]:
        """The body with the bound axes last."""
        body, names = open_binder(e)
        self.running |= set(names)
        found = self.write(body)
        self.running -= set(names)
        outer = tuple(i for i in found.axes if i not in names)
        code = aligned(found, (*outer, *names))
        if not set(names) <= set(found.axes):
            shape = ", ".join(self.sizes.constant(i.dim).text for i in names)
            code = call("np.broadcast_to", code, f"np.shape({code})[:-{len(names)}] + ({shape},)")
        return code, outer, names

    def reduce(self, e: Binder) -> Array:
        code, outer, names = self.inside(e)
        if len(names) > 1:
            code = Code(f"{code.tight(ATOM)}.reshape({''.join(f'{self.sizes.constant(i.dim)}, ' for i in outer)}-1)")
        return Array(call(REDUCTIONS[type(e)], code, axis="-1"), outer)

    def winner(self, e: Winner) -> Array:
        code, outer, names = self.inside(e)
        top = call("np.max", code, axis="-1", keepdims="True")
        hot = Array(call("np.where", f"{code.tight(ADD)} == {top}", "1.0", "0.0"), (*outer, *names))
        return self.at(hot, names, e.slots)

    def inverse(self, e: Inverse) -> Array:
        code, outer, names = self.inside(e)
        return self.at(Array(call("np.linalg.inv", code), (*outer, *names)), names, e.slots)

    def at(self, a: Array, names: Axes, slots: tuple[Expr, ...]) -> Array:
        """The array with other indices in the place of the bound ones."""
        meant = dict(zip(names, slots, strict=True))
        axes = tuple(meant.get(i, i) for i in a.axes)
        running = tuple(i for i in axes if i in self.running)
        code = a.code
        if len(running) < len(axes):
            shown = (":" if i in running else self.sizes.constant(i).text for i in axes)
            code = Code(f"{code.tight(ATOM)}[{', '.join(shown)}]")
        distinct = tuple(dict.fromkeys(running))
        if len(distinct) < len(running):
            code = self.einsum([Array(code, running)], distinct)
        return Array(code, distinct)

    def det(self, e: Det) -> Array:
        code, outer, _ = self.inside(e)
        return Array(call("np.linalg.det", code), outer)

    def logdet(self, e: LogDet) -> Array:
        code, outer, _ = self.inside(e)
        return Array(Code(f"{call('np.linalg.slogdet', code)}[1]"), outer)


REDUCTIONS = {LogSumExp: "np.logaddexp.reduce", Max_: "np.max", Prod_: "np.prod"}


def _stable(w: Writer, e: Expr) -> Array:
    a = w.write(e.args[0])
    return Array(stable(e, a.code), a.axes)


RULES: dict[type, Callable[..., Array]] = {
    Elem: Writer.elem,
    Delta: Writer.delta,
    Add: Writer.add,
    Mul: Writer.mul,
    Pow: Writer.power,
    Sum_: Writer.sum,
    Where: Writer.where,
    Unknown: Writer.unknown,
    LogSumExp: Writer.reduce,
    Max_: Writer.reduce,
    Prod_: Writer.reduce,
    Winner: Writer.winner,
    Inverse: Writer.inverse,
    Det: Writer.det,
    LogDet: Writer.logdet,
    sigmoid: _stable,
    softplus: _stable,
    relu: _stable,
    step: _stable,
    Index: lambda w, e: (
        Array(call("np.arange", w.sizes.constant(e.dim)), (e,)) if e in w.running else Array(w.sizes.constant(e), ())
    ),
}
