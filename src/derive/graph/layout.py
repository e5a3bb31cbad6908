"""Where things go: layers from left to right, few crossings, straight wires, and room for every label.

Each wire that arrives at a vertex has a lane of its own in front of it, as high as its label, so labels cannot overlap;
a wire that passes a layer on its way has a lane there too. The rest is Sugiyama's method: order in each layer by the
middle of the neighbours, heights by least squares under the distances that are kept (pool adjacent violators).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from derive.graph.scene import Scene, Vertex, Wire

MARGIN = 24.0
CHANNEL = 44.0  # between a layer and the labels of the next: where wires change their height
PASSING = 22.0  # the lane of a wire that passes by
LABEL_PAD = 14.0
SWEEPS = 16


@dataclass(frozen=True)
class Placed:
    """A vertex and the middle of its shape."""

    vertex: Vertex
    x: float
    y: float


@dataclass(frozen=True)
class Route:
    """A wire as runs at constant height, each from x to x; the last one carries the label and ends at the vertex."""

    wire: Wire
    start: tuple[float, float]
    runs: tuple[tuple[float, float, float], ...]  # (from, to, height)
    end: tuple[float, float]
    label: tuple[float, float]  # the middle of the label, on the wire
    target: Vertex


@dataclass(frozen=True)
class Layout:
    """The places of everything, in the units of the picture."""

    width: float
    height: float
    vertices: tuple[Placed, ...]
    routes: tuple[Route, ...]


@dataclass
class _Slot:
    """A place in a layer: a vertex, or a wire that passes."""

    vertex: Vertex | None
    wire: Wire | None
    up: float  # the room that it takes above its middle
    down: float
    y: float = 0.0


def layout(scene: Scene) -> Layout:
    """The places of the vertices and wires of a scene."""
    return _Layers(scene).result()


class _Layers:
    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.rank = _ranks(scene)
        self.lane = scene.lane
        self.at: dict[str, _Slot] = {}
        self.chains: dict[int, list[_Slot]] = {}
        self.layers: list[list[_Slot]] = [[] for _ in range(max(self.rank.values()) + 1)]
        self._fill()
        self._order()
        self._heights()

    # -- layers ----------------------------------------------------------------------------------------------------
    def _fill(self) -> None:
        """Slots in the order in which a walk from the output meets them: without sharing, nothing crosses."""
        seen: set[str] = set()

        def walk(key: str) -> None:
            if key in seen:
                return
            seen.add(key)
            v = self.scene.by_key[key]
            reach = (v.ports - 1) / 2 * self.lane
            room = self.scene.lane_above, self.scene.lane_below
            up, down = (max(reach + r, h) if v.ports else h for r, h in zip(room, (v.up, v.down), strict=True))
            self.at[key] = _Slot(v, None, up, down)
            self.layers[self.rank[key]].append(self.at[key])
            for w in self.scene.arriving(key):
                walk(w.source)
                self.chains[w.number] = [
                    _Slot(None, w, PASSING / 2, PASSING / 2)
                    for _ in range(self.rank[w.source] + 1, self.rank[w.target])
                ]
                for k, slot in enumerate(self.chains[w.number]):
                    self.layers[self.rank[w.source] + 1 + k].append(slot)

        walk(self.scene.output)

    def path(self, w: Wire) -> list[_Slot]:
        """The slots of a wire, from its source to its target."""
        return [self.at[w.source], *self.chains[w.number], self.at[w.target]]

    @cached_property
    def links(self) -> list[tuple[_Slot, _Slot, Wire]]:
        return [(a, b, w) for w in self.scene.wires for a, b in pairwise(self.path(w))]

    def port(self, slot: _Slot, w: Wire) -> float:
        """The height at which a wire arrives, from the middle of the slot."""
        if slot.vertex is None:
            return 0.0
        return (w.port - (slot.vertex.ports - 1) / 2) * self.lane

    # -- order -----------------------------------------------------------------------------------------------------
    def _order(self) -> None:
        best, fewest = [list(layer) for layer in self.layers], self._crossings()
        for sweep in range(SWEEPS):
            if not fewest:
                break
            forward = sweep % 2 == 0
            for layer in self.layers[1:] if forward else self.layers[-2::-1]:
                self._sort(layer, forward)
            found = self._crossings()
            if found < fewest:
                best, fewest = [list(layer) for layer in self.layers], found
        self.layers = best

    def _position(self) -> dict[int, int]:
        return {id(s): n for layer in self.layers for n, s in enumerate(layer)}

    def _sort(self, layer: list[_Slot], forward: bool) -> None:
        place = self._position()

        def middle(slot: _Slot) -> float:
            if forward:
                near = [place[id(a)] for a, b, _ in self.links if b is slot]
            else:
                near = [place[id(b)] + 0.1 * w.port for a, b, w in self.links if a is slot]
            return sum(near) / len(near) if near else place[id(slot)]

        layer.sort(key=middle)

    def _crossings(self) -> int:
        place = self._position()
        count = 0
        for layer in self.layers:
            inside = set(map(id, layer))
            ends = [(place[id(a)], (place[id(b)], w.port)) for a, b, w in self.links if id(a) in inside]
            count += sum((a - c) * ((b > d) - (b < d)) < 0 for n, (a, b) in enumerate(ends) for c, d in ends[n + 1 :])
        return count

    # -- heights ---------------------------------------------------------------------------------------------------
    def _heights(self) -> None:
        for layer in self.layers:
            y = 0.0
            for slot in layer:
                slot.y = y + slot.up
                y += slot.up + slot.down
        for sweep in range(2 * SWEEPS):
            backward = sweep % 2 == 0
            for layer in reversed(self.layers) if backward else self.layers:
                self._settle(layer, backward)
        top = min(s.y - s.up for layer in self.layers for s in layer)
        for layer in self.layers:
            for slot in layer:
                slot.y += MARGIN - top

    def _settle(self, layer: list[_Slot], backward: bool) -> None:
        wanted = []
        for slot in layer:
            after = [b.y + self.port(b, w) for a, b, w in self.links if a is slot]
            before = [a.y - self.port(slot, w) for a, b, w in self.links if b is slot]
            near = (after or before) if backward else (before or after)
            wanted.append(sum(near) / len(near) if near else slot.y)
        gaps = [a.down + b.up for a, b in pairwise(layer)]
        for slot, y in zip(layer, spread(wanted, gaps), strict=True):
            slot.y = y

    # -- result ----------------------------------------------------------------------------------------------------
    def result(self) -> Layout:
        columns = self._columns()
        vertices = tuple(
            Placed(s.vertex, columns[self.rank[s.vertex.key]][2], s.y)
            for layer in self.layers
            for s in layer
            if s.vertex is not None
        )
        where = {p.vertex.key: p for p in vertices}
        routes = tuple(self._route(w, where, columns) for w in self.scene.wires)
        width = max(p.x + p.vertex.width / 2 for p in vertices) + MARGIN
        height = max(s.y + s.down for layer in self.layers for s in layer) + MARGIN
        return Layout(width, height, vertices, routes)

    def _columns(self) -> list[tuple[float, float, float, float]]:
        """For each layer: where its labels begin and end, the middle of its vertices, and where it ends."""
        x, found = MARGIN, []
        for n, layer in enumerate(self.layers):
            arriving = [w for w in self.scene.wires if self.rank[w.target] == n]
            labels = max((w.width for w in arriving), default=-LABEL_PAD) + LABEL_PAD
            wide = max((s.vertex.width for s in layer if s.vertex is not None), default=0.0)
            start = x + (CHANNEL if n else 0.0)
            middle = start + labels + wide / 2
            found.append((start, start + labels, middle, middle + wide / 2))
            x = middle + wide / 2
        return found

    def _route(self, w: Wire, where: dict[str, Placed], columns: Sequence[tuple[float, ...]]) -> Route:
        a, b = where[w.source], where[w.target]
        first, last = self.rank[w.source], self.rank[w.target]
        runs = [
            (columns[first + 1 + k][0], columns[first + 1 + k][3], slot.y)
            for k, slot in enumerate(self.chains[w.number])
        ]
        y = b.y + self.port(self.at[w.target], w)
        start, end = columns[last][0], columns[last][1]
        runs.append((start, end, y))
        place = ((start + end - LABEL_PAD) / 2, y)
        return Route(w, (a.x + a.vertex.reach, a.y), tuple(runs), (b.x, b.y), place, b.vertex)


def _ranks(scene: Scene) -> dict[str, int]:
    """Layers counted from the left, each vertex as far right as its users allow."""
    distance: dict[str, int] = {}
    for v in reversed(scene.vertices):
        users = [distance[w.target] for w in scene.wires if w.source == v.key]
        distance[v.key] = max(users, default=-1) + 1
    most = max(distance.values())
    return {key: most - d for key, d in distance.items()}


def spread(wanted: Sequence[float], gaps: Sequence[float]) -> list[float]:
    """The heights nearest to the wanted ones, in the sense of least squares, that keep the gaps.

    >>> spread([0, 0, 10], [2, 2])
    [-1.0, 1.0, 10.0]
    """
    offsets = [0.0]
    for g in gaps:
        offsets.append(offsets[-1] + g)
    blocks: list[tuple[float, int]] = []  # (sum, count) of what each block wants, less its offsets
    for y, o in zip(wanted, offsets, strict=True):
        blocks.append((y - o, 1))
        while len(blocks) > 1 and blocks[-2][0] / blocks[-2][1] > blocks[-1][0] / blocks[-1][1]:
            (s, n), (t, m) = blocks[-2:]
            blocks[-2:] = [(s + t, n + m)]
    levels = [s / n for s, n in blocks for _ in range(n)]
    return [float(level + o) for level, o in zip(levels, offsets, strict=True)]
