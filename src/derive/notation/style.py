"""How pieces of formulas are put together in LaTeX and in plain Unicode text.

A `Piece` is written text with its precedence. A style knows brackets, fractions, powers, names and a few symbols;
the writers (of forms, of components) decide what to write and leave the how to the style.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import NamedTuple

from sympy import Expr

from derive.expr.symbols import layer_name
from derive.notation.vocabulary import (
    FUNCTIONS,
    OPERATIONS,
    latex_base,
    latex_subscript,
    split_name,
    text_base,
    text_word,
)

ADD, MUL, PREFIX, POW, ATOM = range(5)

REALS = (r"\mathbb{R}", "ℝ")
COUNTS = (r"\mathbb{Z}_{\ge 0}", "ℤ_≥0")
DOMAINS = {
    "binary": (r"\{0, 1\}", "{0, 1}"),
    "sign": (r"\{-1, 1\}", "{-1, 1}"),
    "unit_interval": ("(0, 1)", "(0, 1)"),
    "integer": (r"\mathbb{Z}", "ℤ"),
    "positive": (r"\mathbb{R}_{>0}", "ℝ_>0"),
    "nonnegative": (r"\mathbb{R}_{\ge 0}", "ℝ_≥0"),
}
"""Properties that say in which set a symbol lies, in LaTeX and in text."""


class Piece(NamedTuple):
    """Written text; `tall` asks for growing brackets, `raised` says that a superscript is taken."""

    text: str
    precedence: int = ATOM
    tall: bool = False
    raised: bool = False


class Style(ABC):
    """The interface of both styles, and what they share."""

    column = 0  # in the tables of the vocabulary
    hadamard = " * "
    transposed, inverted, inverse_transposed = "T", "-1", "-T"
    ones = "1"
    identity = "I"
    at_most, at_least = "<=", ">="
    infinity = "∞"
    sets = "{", "}"

    @property
    def names(self) -> Style:
        """The style that writes names where this one may write numbers: terms have the same order in both."""
        return self

    @abstractmethod
    def bracket(self, p: Piece, left: str = "(", right: str = ")") -> Piece: ...

    @abstractmethod
    def fraction(self, top: Piece, bottom: Piece) -> Piece: ...

    @abstractmethod
    def superscript(self, p: Piece, mark: str) -> Piece: ...

    def tight(self, p: Piece, least: int) -> Piece:
        """The piece, in brackets if it binds less than that."""
        return p if p.precedence >= least else self.bracket(p)

    def function(self, name: str) -> str:
        return (FUNCTIONS.get(name) or OPERATIONS.get(name) or (name, name))[self.column]

    def gap(self, following: str) -> str:
        """The space before a factor, if a blank is not enough."""
        return ""

    def call(self, head: str, *args: Piece) -> Piece:
        inside = self.commas(args)
        return Piece(head + self.bracket(inside).text, ATOM, inside.tall)

    def commas(self, args: tuple[Piece, ...]) -> Piece:
        return Piece(", ".join(a.text for a in args), ADD, any(a.tall for a in args))

    @abstractmethod
    def symbol(
        self, name: str, layer: Expr | None = None, subscripts: tuple[str, ...] = (), mark: str = ""
    ) -> Piece: ...

    # what the styles write each in their way
    @abstractmethod
    def norm(self, p: Piece, mark: str) -> Piece: ...

    @abstractmethod
    def absolute(self, p: Piece) -> Piece: ...

    @abstractmethod
    def root(self, p: Piece) -> Piece: ...

    @abstractmethod
    def exponential(self, p: Piece) -> Piece: ...

    @abstractmethod
    def big(self, operator: str, index: str, dim: Piece) -> str: ...

    @abstractmethod
    def big_over(self, symbol: Expr, low: Expr, high: Expr) -> str:
        """A sum sign over layers."""

    @abstractmethod
    def under(self, operator: str, index: str) -> str: ...

    @abstractmethod
    def argmax(self, index: str) -> str: ...

    @abstractmethod
    def tends(self, symbol: str, point: Expr) -> str:
        """The head of a limit at infinity or minus infinity."""

    def domain(self, properties: frozenset[str]) -> str:
        """The set that the entries of a symbol lie in."""
        if {"integer", "nonnegative"} <= properties:
            return COUNTS[self.column]
        return next((DOMAINS[p][self.column] for p in DOMAINS if p in properties), REALS[self.column])

    @abstractmethod
    def member(self, symbol: str, domain: str, sizes: tuple[str, ...]) -> str:
        """That a symbol lies in a set, to the power of its sizes."""

    @abstractmethod
    def indicator(self, condition: Piece) -> Piece: ...

    @abstractmethod
    def cases(self, condition: Piece, yes: Piece, no: Piece) -> Piece: ...

    @abstractmethod
    def partial(self, body: str, wrt: str) -> Piece: ...

    @abstractmethod
    def second_partial(self, body: str, first: str, second: str, *, matrix: bool) -> Piece: ...

    @abstractmethod
    def delta_of(self, i: str, j: str) -> Piece: ...

    @abstractmethod
    def entrywise(self, exponent: str) -> str: ...

    @abstractmethod
    def kronecker(self, a: Piece, b: Piece) -> Piece: ...

    def primes(self, name: str, order: int) -> str:
        return self.symbol(name).text + "'" * order


class Latex(Style):
    column = 0
    hadamard = r" \odot "
    transposed, inverted, inverse_transposed = r"\top", "-1", r"-\top"
    ones = r"\mathbf{1}"
    at_most, at_least = r"\le", r"\ge"
    infinity = r"\infty"
    sets = r"\{", r"\}"

    def bracket(self, p: Piece, left: str = "(", right: str = ")") -> Piece:
        if p.tall:
            return Piece(rf"\left{left} {p.text} \right{right}", ATOM, True)
        return Piece(f"{left}{p.text}{right}")

    def gap(self, following: str) -> str:
        return r" \, " if following.startswith((r"\mathrm", r"\mathbb")) else ""

    def fence(self, p: Piece, left: str, right: str) -> Piece:
        """Bars and other fences, with LaTeX commands."""
        grow = (r"\left", r"\right") if p.tall else ("", "")
        return Piece(f"{grow[0]}{left} {p.text} {grow[1]}{right}", ATOM, p.tall)

    def norm(self, p: Piece, mark: str) -> Piece:
        inside = self.fence(p, r"\lVert", r"\rVert")
        return Piece(inside.text + (f"_{mark}" if mark else ""), ATOM, p.tall)

    def absolute(self, p: Piece) -> Piece:
        return self.fence(p, r"\lvert", r"\rvert")

    def fraction(self, top: Piece, bottom: Piece) -> Piece:
        return Piece(rf"\frac{{{top.text}}}{{{bottom.text}}}", POW, True)

    def root(self, p: Piece) -> Piece:
        return Piece(rf"\sqrt{{{p.text}}}", ATOM, p.tall)

    def exponential(self, p: Piece) -> Piece:
        if p.tall or len(p.text) > 60:
            return self.call(r"\exp", p)
        return Piece(f"e^{_group(p.text)}", POW, False, True)

    def superscript(self, p: Piece, mark: str) -> Piece:
        if p.precedence < ATOM or p.raised:
            p = self.bracket(p._replace(tall=p.tall or p.raised))
        return Piece(f"{p.text}^{_group(mark)}", POW, p.tall, True)

    def symbol(self, name: str, layer: Expr | None = None, subscripts: tuple[str, ...] = (), mark: str = "") -> Piece:
        parts = split_name(name)
        own = (*((latex_subscript(parts.subscript),) if parts.subscript else ()), *subscripts)
        upper = ("" if layer is None else f"({layer_text(layer)})") + mark
        lower = join_subscripts(own, "," if parts.subscript or not _plain(own) else "")
        text = latex_base(parts)
        if layer is not None and upper:
            text += f"^{_group(upper)}" + (f"_{_group(lower)}" if lower else "")
        else:
            text += (f"_{_group(lower)}" if lower else "") + (f"^{_group(upper)}" if upper else "")
        return Piece(text, POW if mark else ATOM, False, bool(upper))

    def big(self, operator: str, index: str, dim: Piece) -> str:
        return rf"\{operator}_{{{index}=1}}^{{{dim.text}}}"

    def big_over(self, symbol: Expr, low: Expr, high: Expr) -> str:
        return rf"\sum_{{{symbol}={low}}}^{{{layer_text(high)}}}"

    def under(self, operator: str, index: str) -> str:
        return rf"\{operator}_{_group(index)}"

    def indicator(self, condition: Piece) -> Piece:
        return Piece(r"\mathbf{1}" + self.bracket(condition, "[", "]").text, ATOM, condition.tall)

    def cases(self, condition: Piece, yes: Piece, no: Piece) -> Piece:
        rows = rf"{yes.text} & \text{{if }} {condition.text} \\ {no.text} & \text{{otherwise}}"
        return Piece(rf"\begin{{cases}} {rows} \end{{cases}}", ATOM, True)

    def partial(self, body: str, wrt: str) -> Piece:
        top = rf"\partial {body}" if body else r"\partial"
        return Piece(rf"\frac{{{top}}}{{\partial {wrt}}}", POW, True)

    def second_partial(self, body: str, first: str, second: str, *, matrix: bool) -> Piece:
        mark = r"^\top" if matrix else ""
        below = (
            rf"\partial {first}^2"
            if first == second and not matrix
            else rf"\partial {first} \, \partial {second}{mark}"
        )
        return Piece(rf"\frac{{\partial^2 {body}}}{{{below}}}", POW, True)

    def delta_of(self, i: str, j: str) -> Piece:
        return Piece(rf"\delta_{_group(join_subscripts((i, j), '' if _plain((i, j)) else ','))}")

    def entrywise(self, exponent: str) -> str:
        return rf"\odot {exponent}" if exponent.isalnum() else rf"\odot ({exponent})"

    def kronecker(self, a: Piece, b: Piece) -> Piece:
        return Piece(rf"{a.text} \otimes {b.text}", MUL)

    def argmax(self, index: str) -> str:
        return rf"\arg\max_{_group(index)}"

    def tends(self, symbol: str, point: Expr) -> str:
        return rf"\lim_{{{symbol} \to {'-' if point.is_extended_negative else ''}\infty}}"

    def member(self, symbol: str, domain: str, sizes: tuple[str, ...]) -> str:
        power = "^" + _group(r" \times ".join(sizes)) if sizes else ""
        return rf"{symbol} \in {domain}{power}"


def _group(s: str) -> str:
    """Braces unless a single token: x_n, x_{nd}, X^\\top."""
    single = len(s) == 1 or (s.startswith("\\") and s[1:].isalpha())
    return s if single else f"{{{s}}}"


def _plain(subscripts: tuple[str, ...]) -> bool:
    """Whether indices can stand side by side without commas: ij, but 1,2 and n,10."""
    return all((len(s) == 1 and not s.isdigit()) or s.startswith("\\") for s in subscripts) or len(subscripts) == 1


def join_subscripts(subscripts: tuple[str, ...], separator: str) -> str:
    if separator:
        return separator.join(subscripts)
    return "".join(s + (" " if s.startswith("\\") and k + 1 < len(subscripts) else "")
                   for k, s in enumerate(subscripts))  # fmt: skip


def layer_text(layer: Expr) -> str:
    """A layer parameter without spaces: 2, l, l-1."""
    return layer_name(layer).replace(" ", "")


SUPERSCRIPTS = str.maketrans("0123456789+-()=nijklTL", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾⁼ⁿⁱʲᵏˡᵀᴸ")


def raised(s: str) -> str:
    """In superscript letters where Unicode has them, else after a caret."""
    return s.translate(SUPERSCRIPTS) if all(ord(c) in SUPERSCRIPTS for c in s) else f"^({s})" if len(s) > 1 else f"^{s}"


class Text(Style):
    column = 1
    hadamard = " ⊙ "
    transposed, inverted, inverse_transposed = "T", "-1", "-T"
    at_most, at_least = "≤", "≥"

    def bracket(self, p: Piece, left: str = "(", right: str = ")") -> Piece:
        return Piece(f"{left}{p.text}{right}")

    def norm(self, p: Piece, mark: str) -> Piece:
        return Piece(f"‖{p.text}‖" + (f"_{mark}" if mark else ""))

    def absolute(self, p: Piece) -> Piece:
        return Piece(f"|{p.text}|")

    def fraction(self, top: Piece, bottom: Piece) -> Piece:
        above = self.bracket(top) if top.precedence == PREFIX else self.tight(top, MUL)  # (d/dz u)/v is not d/dz (u/v)
        return Piece(f"{above.text}/{self.tight(bottom, POW).text}", MUL)

    def root(self, p: Piece) -> Piece:
        return Piece("√" + (p.text if p.precedence == ATOM and len(p.text) < 3 else self.bracket(p).text), ATOM)

    def exponential(self, p: Piece) -> Piece:
        return self.call("exp", p)

    def superscript(self, p: Piece, mark: str) -> Piece:
        p = self.bracket(p) if p.precedence < ATOM or p.raised else p
        return Piece(p.text + raised(mark), POW, False, True)

    def symbol(self, name: str, layer: Expr | None = None, subscripts: tuple[str, ...] = (), mark: str = "") -> Piece:
        parts = split_name(name)
        own = (*((text_word(parts.subscript),) if parts.subscript else ()), *subscripts)
        lower = ("," if parts.subscript or not _plain(own) else "").join(own)
        upper = ("" if layer is None else raised(f"({layer_text(layer)})")) + (raised(mark) if mark else "")
        lower = f"({lower})" if "+" in lower or "-" in lower else lower
        joint = ("_" if lower else "") + lower
        text = text_base(parts) + (upper + joint if layer is not None else joint + upper)
        return Piece(text, POW if mark else ATOM, False, bool(mark))

    def big(self, operator: str, index: str, dim: Piece) -> str:
        return f"{ {'sum': 'Σ', 'prod': 'Π'}[operator] }_{index}"

    def big_over(self, symbol: Expr, low: Expr, high: Expr) -> str:
        return f"Σ_{symbol}={low}..{layer_text(high)}"

    def under(self, operator: str, index: str) -> str:
        return f"{operator}_{index}"

    def indicator(self, condition: Piece) -> Piece:
        return Piece(f"1[{condition.text}]")

    def cases(self, condition: Piece, yes: Piece, no: Piece) -> Piece:
        return Piece(f"({yes.text} if {condition.text} else {no.text})")

    def partial(self, body: str, wrt: str) -> Piece:
        return Piece(f"∂{body}/∂{wrt}", MUL)

    def second_partial(self, body: str, first: str, second: str, *, matrix: bool) -> Piece:
        below = f"∂{first}²" if first == second and not matrix else f"∂{first}∂{second}{'ᵀ' if matrix else ''}"
        return Piece(f"∂²{body}/{below}", MUL)

    def delta_of(self, i: str, j: str) -> Piece:
        return Piece(f"δ_{i}{j}" if _plain((i, j)) else f"δ_{i},{j}")

    def entrywise(self, exponent: str) -> str:
        return f"⊙{exponent}" if exponent.isalnum() else f"⊙({exponent})"

    def kronecker(self, a: Piece, b: Piece) -> Piece:
        return Piece(f"{a.text} ⊗ {b.text}", MUL)

    def argmax(self, index: str) -> str:
        return f"argmax_{index}"

    def tends(self, symbol: str, point: Expr) -> str:
        return f"lim_({symbol} → {'-' if point.is_extended_negative else ''}∞)"

    def member(self, symbol: str, domain: str, sizes: tuple[str, ...]) -> str:
        return f"{symbol} ∈ {domain}{raised(' × '.join(sizes)) if sizes else ''}"


LATEX, TEXT = Latex(), Text()
