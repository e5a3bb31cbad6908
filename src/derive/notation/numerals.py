"""Styles that write decimals in place of the entries of tensors: 0.1 x 0.2 for W_11 x_1."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sympy import Expr

from derive.expr import Tensor
from derive.notation.style import ADD, ATOM, LATEX, MUL, POW, TEXT, Latex, Piece, Style, Text, raised

PLAIN = range(-6, 10)  # exponents of the first digit of numbers that are written without a power of ten


def with_numbers(style: Style, numbers: Mapping[Tensor, Any] | None) -> Style:
    """The style with these numbers in place of names; the style itself where there are none.

    numbers: {tensor: nested tuples of Decimals, one level for each axis}.
    """
    if numbers is None:
        return style
    return (LatexNumbers if style is LATEX else TextNumbers)(numbers)


class _Numbers(Style):
    """What both styles do alike: look a symbol up before it is written by name."""

    def __init__(self, numbers: Mapping[Tensor, Any]) -> None:
        self.numbers = {(t.name, t.layer): (t, value) for t, value in numbers.items()}

    def symbol(self, name: str, layer: Expr | None = None, subscripts: tuple[str, ...] = (), mark: str = "") -> Piece:
        found = self.numbers.get((name, layer))
        if found is None or not all(s.isdigit() for s in subscripts):
            return super().symbol(name, layer, subscripts, mark)  # pyright: ignore[reportAbstractUsage]  # of the style that it is mixed into
        value = _at(*found, subscripts)
        if isinstance(value, Decimal):
            return self.decimal(value)
        rows = [[self.decimal(x).text for x in (row if isinstance(row, tuple) else (row,))] for row in value]
        return self.array(rows, mark)

    def decimal(self, x: Decimal) -> Piece:
        """A number; negative ones bind like sums."""
        if x.is_zero():
            return Piece("0")
        if x.adjusted() in PLAIN:
            p = Piece(f"{abs(x):f}", ATOM)
        else:
            p = self.power_of_ten(f"{abs(x).scaleb(-x.adjusted()):f}", x.adjusted())
        return Piece(f"-{p.text}", ADD) if x < 0 else p

    @abstractmethod
    def power_of_ten(self, front: str, exponent: int) -> Piece: ...

    @abstractmethod
    def array(self, rows: list[list[str]], mark: str) -> Piece: ...


def _at(tensor: Tensor, value: Any, subscripts: tuple[str, ...]) -> Any:
    """The entry at subscripts that count from one and leave out axes of size one, or all entries."""
    if not subscripts:
        while isinstance(value, tuple) and tensor.dims and all(d == 1 for d in tensor.dims):
            value = value[0]  # the only entry
            tensor = Tensor(tensor.name, tensor.dims[1:])
        return value
    rest = iter(subscripts)
    for d in tensor.dims:
        value = value[0 if d == 1 else int(next(rest)) - 1]
    return value


class LatexNumbers(_Numbers, Latex):
    names = LATEX

    def gap(self, following: str) -> str:
        return " " if following.startswith((r"\begin", r"\left", r"\lVert")) else r" \cdot "

    def power_of_ten(self, front: str, exponent: int) -> Piece:
        return Piece(rf"{front} \cdot 10^{{{exponent}}}", MUL)

    def array(self, rows: list[list[str]], mark: str) -> Piece:
        inside = r" \\ ".join(" & ".join(row) for row in rows)
        text = rf"\begin{{bmatrix}} {inside} \end{{bmatrix}}"
        return Piece(rf"{text}^{mark}", POW, True, True) if mark else Piece(text, ATOM, True)


class TextNumbers(_Numbers, Text):
    names = TEXT

    def gap(self, following: str) -> str:
        return " " if following.startswith(("[", "‖")) else " · "

    def power_of_ten(self, front: str, exponent: int) -> Piece:
        return Piece(f"{front} · 10{raised(str(exponent))}", MUL)

    def array(self, rows: list[list[str]], mark: str) -> Piece:
        text = f"[{'; '.join(', '.join(row) for row in rows)}]"
        return Piece(text + raised(mark), POW, False, True) if mark else Piece(text)
