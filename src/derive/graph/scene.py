"""What is drawn: vertices and wires with their labels, before anybody knows where they go.

A value that is used more than once passes a dot, the copy gate: what comes back there is added.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from derive.graph.backward import Backward
from derive.graph.labels import Label, Labels
from derive.graph.model import Edge
from derive.graph.patterns import COPY, pattern
from derive.notation.code import name_of

RADIUS = 20.0
LINE = 17.0  # of text
BOLD, ARROW = 1.12, 20.0  # bold letters are wider, and an arrow stands before a gradient
PORT = 16.0  # how far before a gate the wires bend towards it


@dataclass(frozen=True)
class Vertex:
    """`kind` is input, gate, copy or output; `says` is the pattern of a gate."""

    key: str
    kind: str
    label: Label
    ports: int = 0
    says: str = ""
    width: float = 0.0
    up: float = 20.0  # the room that it takes above its middle, and below
    down: float = 20.0
    reach: float = 0.0  # from its middle to where wires leave


@dataclass(frozen=True)
class Wire:
    """A wire to port number `port` of a vertex: the value above, the gradient and what it is made of below."""

    number: int
    source: str
    target: str
    port: int
    above: Label
    below: tuple[Label, ...]

    @property
    def width(self) -> float:
        first, *rest = self.below
        return max(BOLD * self.above.width, BOLD * first.width + ARROW, *(label.width for label in rest))


@dataclass
class Scene:
    """All that is drawn; `vertices` are in order of evaluation, `lane` is the height of a wire with its label."""

    title: str
    vertices: list[Vertex] = field(default_factory=list)
    wires: list[Wire] = field(default_factory=list)
    legend: tuple[Label, ...] = ()

    @cached_property
    def by_key(self) -> dict[str, Vertex]:
        return {v.key: v for v in self.vertices}

    @property
    def output(self) -> str:
        return self.vertices[-1].key

    @property
    def lane_above(self) -> float:
        """The room for a label above a wire, and below it."""
        return LINE + 8

    @cached_property
    def lane_below(self) -> float:
        return LINE * max(len(w.below) for w in self.wires) + 6

    @property
    def lane(self) -> float:
        return self.lane_above + self.lane_below

    def arriving(self, key: str) -> list[Wire]:
        return sorted((w for w in self.wires if w.target == key), key=lambda w: w.port)


def scene_of(back: Backward, labels: Labels, *, patterns: bool = True) -> Scene:
    """The vertices and wires of a graph."""
    graph, scene = back.graph, Scene(back.graph.formula)
    leaves: dict[Edge, str] = {}  # where the wire of an edge starts
    for t in graph.inputs:
        name = labels.name(t)
        half = name.width / 2 + 12
        scene.vertices.append(Vertex(name_of(t), "input", name, 0, "", 2 * half, reach=half))
        _leaving(scene, labels, back, name_of(t), leaves, graph.uses[t], patterns)
    for g in graph.gates:
        says = pattern(back, g).name if patterns else ""
        symbol = labels.symbol(g.symbol)
        half = max(RADIUS, symbol.width / 2 + 9)
        wide = max(2 * half, labels.small(says)) + 2 * PORT
        high = tall(len(g.operands)) + 6
        down = high + (18 if says else 0)
        scene.vertices.append(Vertex(name_of(g.tensor), "gate", symbol, len(g.operands), says, wide, high, down, half))
        for k in range(len(g.operands)):
            e = Edge(g.operands[k], g.tensor, k)
            _wire(scene, leaves[e], name_of(g.tensor), k, labels.value(e.source), labels.edge(e))
        _leaving(scene, labels, back, name_of(g.tensor), leaves, graph.uses[g.tensor], patterns)
    out = graph.output
    name = labels.name(out)
    scene.vertices.append(Vertex("the output", "output", name, 1, "", name.width + 16))
    _wire(scene, name_of(out), "the output", 0, labels.value(out), labels.total(out))
    scene.legend = labels.legend()
    return scene


def tall(ports: int) -> float:
    """Half the height of a gate."""
    return RADIUS if ports <= 2 else (ports - 1) * RADIUS + 8


def _wire(scene: Scene, source: str, target: str, port: int, above: Label, below: tuple[Label, ...]) -> None:
    scene.wires.append(Wire(len(scene.wires), source, target, port, above, below))


def _leaving(
    scene: Scene, labels: Labels, back: Backward, key: str, leaves: dict[Edge, str], uses: tuple[Edge, ...], says: bool
) -> None:
    """One use leaves the vertex itself; several leave a copy."""
    if len(uses) > 1:
        copy = f"copy of {key}"
        word = COPY.name if says else ""
        wide = max(12.0, labels.small(word)) + 8
        scene.vertices.append(Vertex(copy, "copy", Label("", "", 0.0), 1, word, wide, 12.0, 28.0, 5.0))
        t = uses[0].source
        _wire(scene, key, copy, 0, labels.value(t), labels.total(t))
        key = copy
    leaves |= dict.fromkeys(uses, key)
