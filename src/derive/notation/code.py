"""Python text with its precedence, names of sizes, and constants: what the NumPy writers share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from sympy import Add, Expr, Mul, Pow, Rational, S

from derive.expr import Index, Size, Tensor
from derive.notation.vocabulary import FUNCTIONS, identifier

ADD, MUL, MATMUL, UNARY, POW, ATOM = range(6)


class Code(NamedTuple):
    """Python text and how tightly it binds. `MATMUL` is a product by @, which needs brackets beside a *."""

    text: str
    precedence: int = ATOM

    def tight(self, least: int) -> str:
        return self.text if self.precedence >= least else f"({self.text})"

    def __str__(self) -> str:
        return self.text


def call(name: str, *args: Code | str, **options: str) -> Code:
    parts = [str(a) for a in args] + [f"{k}={v}" for k, v in options.items()]
    return Code(f"{name}({', '.join(parts)})")


def name_of(t: Tensor) -> str:
    return identifier(t.name, t.layer)


class Sizes:
    """Sizes as they can be read off the arrays: N is X.shape[0]."""

    def __init__(self, tensors: Iterable[Tensor]) -> None:
        self.known: dict[Expr, str] = {}
        for t in tensors:
            for axis, dim in enumerate(t.dims):
                self.known.setdefault(dim, f"{name_of(t)}.shape[{axis}]")

    def size(self, dim: Size) -> Code:
        return Code(self.known.get(dim) or identifier(dim.name, dim.layer))

    def constant(self, e: Expr) -> Code:
        """A scalar without tensors."""
        if isinstance(e, Size):
            return self.size(e)
        if isinstance(e, Rational):
            return Code(str(e), ATOM if e.q == 1 and e >= 0 else UNARY if e.q == 1 else MUL)
        if isinstance(e, Index):
            return Code(identifier(e.name.strip("~#")))
        if isinstance(e, Add):
            terms = sorted(e.args, key=lambda t: (t.could_extract_minus_sign(), str(t)))
            return sum_of([(t.could_extract_minus_sign(), self.constant(abs_(t))) for t in terms])
        if isinstance(e, (Mul, Pow)):
            return self._product(e)
        if type(e).__name__ in STABLE:
            return stable(e, self.constant(e.args[0]))
        name = FUNCTIONS.get(type(e).__name__, ("", "", None))[2]
        if name is not None:
            return call(name, *map(self.constant, e.args))
        known = {S.Pi: "np.pi", S.Exp1: "np.e"}
        return Code(known.get(e) or identifier(str(e)))

    def _product(self, e: Expr) -> Code:
        if isinstance(e, Pow) and not e.args[1].could_extract_minus_sign():
            base, q = e.args
            if q == S.Half:
                return call("np.sqrt", self.constant(base))
            return Code(f"{self.constant(base).tight(ATOM)}**{self.constant(q).tight(ATOM)}", POW)
        minus, e = e.could_extract_minus_sign(), abs_(e)
        top, bottom = e.as_numer_denom()
        out = quotient(self._factors(top), self._factors(bottom))
        return Code("-" + out.tight(MUL), UNARY) if minus else out

    def _factors(self, e: Expr) -> list[Code]:
        return [self.constant(f) for f in Mul.make_args(e) if f != 1]


# functions without a NumPy name of their own, written so that they are finite in the tails
STABLE = {
    "sigmoid": "np.exp(-np.logaddexp(0, -{z}))",
    "softplus": "np.logaddexp(0, {z})",
    "relu": "np.maximum({z}, 0)",
    "step": "np.heaviside({z}, 0.0)",
}


def stable(e: Expr, z: Code) -> Code:
    """A function of the table, of this argument."""
    template = STABLE[type(e).__name__]
    return Code(template.format(z=z.tight(UNARY) if "-{z}" in template else z.text))


def abs_(t: Expr) -> Expr:
    return -t if t.could_extract_minus_sign() else t


def sum_of(terms: list[tuple[bool, Code]]) -> Code:
    text = ""
    for n, (minus, c) in enumerate(terms):
        if n == 0:
            text = ("-" + c.tight(UNARY if c.precedence == MATMUL else MUL)) if minus else c.tight(MUL)
        else:
            text += (" - " if minus else " + ") + c.tight(MUL)
    return Code(text, ADD)


def quotient(top: list[Code], bottom: list[Code]) -> Code:
    """a * b / (c * d), evaluated from the left."""
    head = top[0].tight(MUL if len(top) == 1 else UNARY if top[0].precedence == MATMUL else MUL) if top else "1"
    if len(top) == 1 and not bottom:
        return top[0]
    text = " * ".join([head, *(c.tight(UNARY) for c in top[1:])])
    if bottom:
        below = bottom[0].tight(UNARY) if len(bottom) == 1 else f"({' * '.join(c.tight(UNARY) for c in bottom)})"
        text += f" / {below}"
    return Code(text, MUL if top or bottom else ATOM)
