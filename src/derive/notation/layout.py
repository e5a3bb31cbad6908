"""Sums, products, fractions and calls of pieces: signs, brackets and what goes under a fraction bar."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from sympy import Expr, Mul, Pow, Rational, sqrt

from derive.notation.style import ADD, ATOM, MUL, POW, PREFIX, Piece, Style
from derive.notation.vocabulary import PREFIX as PREFIX_WORDS


def sum_of(style: Style, terms: list[tuple[bool, Piece]]) -> Piece:
    """Terms with their signs: a - b + c."""
    text = ""
    for n, (minus, p) in enumerate(terms):
        sign = ("-" if minus else "") if n == 0 else (" - " if minus else " + ")
        text += sign + style.tight(p, MUL).text
    return Piece(text, ADD, any(p.tall for _, p in terms))


def negated(style: Style, p: Piece) -> Piece:
    return Piece("-" + style.tight(p, MUL).text, ADD, p.tall)


def related(a: Piece, relation: str, b: Piece) -> Piece:
    """a > b, a = b."""
    return Piece(f"{a.text} {relation} {b.text}", ADD, a.tall or b.tall)


def side_by_side(style: Style, pieces: list[Piece], separator: str = " ") -> Piece:
    """A product by juxtaposition. A prefix (a sum sign, log) reaches to the right: only the last may go bare."""
    if len(pieces) == 1:
        return pieces[0]
    last = len(pieces) - 1
    written = [style.tight(p, PREFIX if n == last else POW) for n, p in enumerate(pieces)]
    text = written[0].text + "".join((style.gap(p.text) or separator) + p.text for p in written[1:])
    return Piece(text, MUL, any(p.tall for p in written))


@dataclass
class Fraction:
    """The factors of a product by where they are written.

    `front` holds numbers, sizes and scalar symbols, `body` everything else; `under` and `below` are their denominators.
    """

    minus: bool = False
    front: list[Piece] = field(default_factory=list)
    under: list[Piece] = field(default_factory=list)
    body: list[Piece] = field(default_factory=list)
    below: list[Piece] = field(default_factory=list)


ONE = Piece("1")


def surd(c: Expr) -> tuple[Expr, Expr] | None:
    """(a, b) if the constant is sqrt(a / b) and has a root in it: sqrt(2)/2 is 1/sqrt(2)."""
    if not any(map(is_root, Mul.make_args(c))):
        return None
    square = c**2
    return None if any(map(is_root, Mul.make_args(square))) else square.as_numer_denom()


def is_root(e: Expr) -> bool:
    """A square root, or an odd power of one."""
    return isinstance(e, Pow) and isinstance(e.args[1], Rational) and e.args[1].q == 2


def place_surd(square: tuple[Expr, Expr], f: Fraction, style: Style, write: Callable[[Expr], Piece]) -> None:
    """sqrt(a / b) as one root, or as a fraction if a root comes out."""
    if all(e != 1 and not sqrt(e).is_Integer for e in square):
        f.front.append(style.root(write(square[0] / square[1])))
        return
    for e, place in zip(square, (f.front, f.under), strict=True):
        if e != 1:
            place.append(write(sqrt(e)) if sqrt(e).is_Integer else style.root(write(e)))


def scalar_product(style: Style, f: Fraction) -> Piece:
    """A product of scalars: 1/2 x^T A x with a number in front, x^T y / (|x| |y|) as one fraction."""
    if f.below or (f.under and not f.body):
        top = _with_front(style, f) if f.front or f.body else ONE
        return style.fraction(top, side_by_side(style, f.under + f.below))
    if f.under:
        head = style.fraction(side_by_side(style, f.front) if f.front else ONE, side_by_side(style, f.under))
        return before(style, head, side_by_side(style, f.body))
    return _with_front(style, f) if f.front or f.body else ONE


def _with_front(style: Style, f: Fraction) -> Piece:
    """Numbers before one chain need no brackets: 2 x^T A x."""
    if f.front and len(f.body) == 1 and f.body[0].precedence == MUL:
        return before(style, side_by_side(style, f.front), f.body[0])
    return side_by_side(style, f.front + f.body)


def before(style: Style, head: Piece, body: Piece) -> Piece:
    """A coefficient and what it multiplies. In text a coefficient 1/N goes behind: X^T (p - y)/N."""
    if style.column == 1 and "/" in head.text and head.precedence == MUL:
        top, _, bottom = head.text.rpartition("/")
        body = style.tight(body, MUL)
        if "/" in body.text or body.precedence == PREFIX:
            body = style.tight(body, PREFIX)
            return Piece(f"{head.text} {body.text}", MUL)
        return Piece((f"{body.text}" if top == "1" else f"{top} {body.text}") + f"/{bottom}", MUL)
    body = style.tight(body, MUL)
    gap = style.gap(body.text) or " "
    return Piece(f"{style.tight(head, MUL).text}{gap}{body.text}", MUL, head.tall or body.tall)


def called(style: Style, name: str, args: list[Piece]) -> Piece:
    """f(x), or f x for a word like log before a single symbol."""
    head = style.function(name)
    if name in PREFIX_WORDS and len(args) == 1 and args[0].precedence == ATOM and _is_symbol(args[0].text):
        return Piece(f"{head} {args[0].text}", PREFIX)
    return style.call(head, *args)


def _is_symbol(text: str) -> bool:
    return not any(c in text for c in "()[]| ‖") and r"\mathrm" not in text and r"\begin" not in text


def softplus_of(style: Style, z: Piece) -> Piece:
    """log(1 + e^z)."""
    inside = sum_of(style, [(False, Piece("1")), (False, style.exponential(z))])
    return style.call(style.function("log"), inside)
