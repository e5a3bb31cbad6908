"""The syntax tree of a formula. It says how a formula is put together, not yet what its names mean.

`f(x)` is a `Juxtaposed` pair here: whether that is an application or a product is for the symbol table to say.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import cache, cached_property
from typing import Any

from derive.documents.source.tokens import Token


@dataclass(frozen=True)
class Node:
    at: int  # offset in the source

    @cached_property
    def known(self) -> dict[str, Any]:
        """What was found out about the tree once and for all, by what it is called."""
        return {}

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """All nodes of the tree, itself among them: it never changes, and is looked through many times."""
        found: list[Node] = []
        stack: list[Any] = [self]
        while stack:
            u = stack.pop()
            if isinstance(u, Node):
                found.append(u)
                stack += parts(u)
            elif isinstance(u, tuple):
                stack += [x for x in u if not isinstance(x, (str, int, Token))]
        return tuple(found)


def walk(node: Any) -> Iterator[Node]:
    """All nodes of a tree, or of several."""
    if isinstance(node, Node):
        yield from node.nodes
    elif isinstance(node, tuple):
        for part in reversed(node):
            yield from walk(part)


def parts(node: Node) -> list[Any]:
    """What a node is made of, in order."""
    return [getattr(node, name) for name in _names(type(node))]


@cache
def _names(kind: type[Node]) -> tuple[str, ...]:
    return tuple(f.name for f in fields(kind))


@dataclass(frozen=True)
class Num(Node):
    text: str


@dataclass(frozen=True)
class Name(Node):
    """A letter or Greek letter with its accent: x, alpha, yhat. `word` says that it was set upright, like softmax."""

    name: str
    bold: bool = False
    word: bool = False


@dataclass(frozen=True)
class Special(Node):
    """A sign with a meaning of its own: "infty", "R" (blackboard), "ones", "nabla", "dots", "E"."""

    name: str


@dataclass(frozen=True)
class Script(Node):
    """base_sub^sup'': scripts are kept as tokens, since only the symbol table tells an index from a name."""

    base: Node
    sub: tuple[Token, ...] = ()
    sup: tuple[Token, ...] = ()
    primes: int = 0


@dataclass(frozen=True)
class Bracket(Node):
    """(a, b), [a], {a}, <a, b>, |a|, ||a||."""

    kind: str
    items: tuple[Node, ...]


@dataclass(frozen=True)
class Sum(Node):
    terms: tuple[tuple[int, Node], ...]  # sign, term


@dataclass(frozen=True)
class Juxtaposed(Node):
    """Factors side by side; an operator stands before each: "", "cdot", "times", "/"."""

    factors: tuple[tuple[str, Node], ...]


@dataclass(frozen=True)
class Hadamard(Node):
    """Entrywise products and quotients of the factors: "odot", "oslash" or "circ", which may compose functions."""

    factors: tuple[tuple[str, Node], ...]


@dataclass(frozen=True)
class Fraction(Node):
    top: Node
    bottom: Node


@dataclass(frozen=True)
class Root(Node):
    body: Node
    order: int = 2


@dataclass(frozen=True)
class Big(Node):
    """A sum, product, maximum, mean or limit sign with its scripts and the term under it."""

    kind: str  # "sum", "prod", "max", "min", "E", "lim"
    sub: tuple[Token, ...]
    sup: tuple[Token, ...]
    body: Node


@dataclass(frozen=True)
class Call(Node):
    """A function word and its arguments: \\log p, \\max(0, t), \\operatorname{diag}(u)."""

    function: str
    args: tuple[Node, ...]
    sub: tuple[Token, ...] = ()
    sup: tuple[Token, ...] = ()
    primes: int = 0
    bracketed: bool = False
    trailing: Node | None = None  # a bracket behind a bare name: \\ln s(t) is ln of s(t), or (ln s) times (t)


@dataclass(frozen=True)
class Cases(Node):
    rows: tuple[tuple[Node, tuple[Token, ...]], ...]  # value, condition ("otherwise" has no tokens)


@dataclass(frozen=True)
class Indicator(Node):
    """1 where a condition holds, else 0: [y = k], \\mathbb 1[x > 0]."""

    condition: tuple[Token, ...]


@dataclass(frozen=True)
class Matrix(Node):
    rows: tuple[tuple[Node, ...], ...]


@dataclass(frozen=True)
class Variable(Node):
    """What a derivative is taken in: a name with scripts, transposed or not."""

    of: Node
    transposed: bool = False


@dataclass(frozen=True)
class Derivative(Node):
    """The derivative of `body` in each of `variables`, the last one first. None: the gradient in all arguments."""

    body: Node | None
    variables: tuple[Variable, ...]
    kind: str = "partial"  # "partial", "d", "nabla"
    order: int = 1


@dataclass(frozen=True)
class Differential(Node):
    """\\mathrm d F, not divided by anything: the part of an increment of F that is linear."""

    body: Node


@dataclass(frozen=True)
class Evaluated(Node):
    """body |_{x = value}."""

    body: Node
    conditions: tuple[Token, ...]
