"""The image of the real line, as `\\tanh(\\mathbb R) = (-1, 1)`: a claim about all values that a function takes."""

from __future__ import annotations

from dataclasses import replace

from sympy import Expr, S, oo

from derive.documents.declarations.sets import domain
from derive.documents.model import Image
from derive.documents.names.scripts import listed
from derive.documents.names.symbols import Symbol, Tokens
from derive.documents.names.table import Table
from derive.documents.sentences.conditions import restricting
from derive.documents.source.rows import Part
from derive.documents.statements.pair import Reading
from derive.documents.statements.sides import read_pair
from derive.documents.syntax import tree as s
from derive.documents.syntax.parser import parse
from derive.documents.trouble import Unreadable

ARGUMENT = "t'"  # no letter of a note is called so


def image_of(part: Part, table: Table) -> tuple[Image, Reading] | None:
    """The function and the set, of `f(\\mathbb R) = [a, b]`; None of any other equation. Raises Unreadable."""
    if [str(r) for r in part.relations] != ["="] or (tree := _applied(parse(part.sides[0]))) is None:
        return None
    kept = dict(table.symbols)
    table.declare(Symbol(ARGUMENT))
    try:
        reading = read_pair(tree, tree, table, restricting([]))
        interval = _interval(part, table)
    finally:
        table.symbols = kept
        table.touch()
    if reading.sides is None or reading.instances or reading.sides[0].shape:
        raise Unreadable(tree.at, "a function that is none of one number", "a function of one number")
    return Image(reading.sides[0].expr, ARGUMENT, interval), reading


def _applied(tree: s.Node) -> s.Node | None:
    """f(t), of f(\\mathbb R)."""
    if isinstance(tree, s.Call) and tree.args and tree.args == (s.Special(tree.args[0].at, "R"),):
        return replace(tree, args=(s.Name(tree.args[0].at, ARGUMENT),))
    if isinstance(tree, s.Juxtaposed) and len(tree.factors) == 2:
        (f, (sign, bracket)) = tree.factors
        if isinstance(bracket, s.Bracket) and bracket.items and bracket.items == (s.Special(bracket.items[0].at, "R"),):
            return replace(tree, factors=(f, (sign, replace(bracket, items=(s.Name(bracket.items[0].at, ARGUMENT),)))))
    return None


def _interval(part: Part, table: Table) -> tuple[Expr, Expr, bool, bool]:
    """The set on the right: an interval, whose ends may be formulas, or all numbers, or those of a sign."""
    tokens = tuple(part.sides[1])
    expected = r"an interval such as (-1, 1), or \mathbb R"
    if tokens[0].kind == "open" and tokens[0].text in "([]" and tokens[-1].kind in ("close", "open"):
        ends = _ends(tokens, table)
        if ends is not None:
            return (*ends, tokens[0].text != "[", tokens[-1].text != "]")
    found = domain(tokens)
    if found.dims or found.range or found.low or found.high or found.properties - {"positive", "nonnegative"}:
        raise Unreadable(tokens[0].start, "this set", expected)
    if not found.properties:
        return -oo, oo, True, True
    return S.Zero, oo, "positive" in found.properties, True


def _ends(tokens: Tokens, table: Table) -> tuple[Expr, Expr] | None:
    sides = listed(tokens[1:-1])
    if len(sides) != 2 or not all(sides):
        return None
    out: list[Expr] = []
    for side in sides:
        bare = [t for t in side if not t.is_("+", "-")]
        if len(bare) == 1 and bare[0].is_("\\infty"):
            out.append(-oo if side[0].is_("-") else oo)
            continue
        tree = parse(side)
        reading = read_pair(tree, tree, table, restricting([]))
        if reading.sides is None or reading.sides[0].shape:
            raise Unreadable(side[0].start, "this end of an interval", "a number")
        out.append(reading.sides[0].expr)
    return out[0], out[1]
