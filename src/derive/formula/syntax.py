"""The syntax tree of a formula. Every node knows its place in the source."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Node:
    offset: int


@dataclass(frozen=True)
class Number(Node):
    text: str


@dataclass(frozen=True)
class Name(Node):
    name: str


@dataclass(frozen=True)
class Constant(Node):
    """None, True, False, or `...`."""

    value: object


@dataclass(frozen=True)
class Unary(Node):
    op: str
    operand: Node


@dataclass(frozen=True)
class Binary(Node):
    """A binary operator or comparison; the offset is the operator's."""

    op: str
    left: Node
    right: Node


@dataclass(frozen=True)
class Attribute(Node):
    """`value.name`; the offset is the name's."""

    value: Node
    name: str


@dataclass(frozen=True)
class Call(Node):
    """`function(args, keywords)`; the offset is the function's name's."""

    function: Node
    args: tuple[Node, ...]
    keywords: tuple[tuple[str, int, Node], ...]


@dataclass(frozen=True)
class Subscript(Node):
    """`value[items]`; the offset is the bracket's."""

    value: Node
    items: tuple[Node, ...]


@dataclass(frozen=True)
class Range(Node):
    """`start:stop:step`, any of which may be missing."""

    parts: tuple[Node | None, ...]


@dataclass(frozen=True)
class Sequence(Node):
    """`(a, b)` or `[a, b]`: sizes and axes."""

    items: tuple[Node, ...]
