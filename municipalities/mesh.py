"""Neighbouring areas cut into the lines they share, so that a simpler drawing of them has no gaps.

Each border between two areas is one arc, however the file draws it: simplified once, both sides get the same points.
Visvalingam's method: the point that adds least goes first (M. Visvalingam, J. D. Whyatt, Line generalisation by
repeated elimination of points, 1993); where arcs meet, points stay.
"""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from municipalities.geometry import LONGITUDE, Polygon, Position, Ring, is_inside, signed_area, turned

#: A line of the mesh as a ring names it: its number, or ``~number`` where it runs backwards.
Arcs = list[int]


@dataclass(frozen=True)
class Detail:
    """How finely areas are drawn: details smaller than ``size`` degrees go, ``digits`` decimals stay."""

    number: int
    size: float
    digits: int

    @property
    def area(self) -> float:
        return self.size * self.size


#: For whole Germany, for one Land, for a district; see ``detail`` in static/karte.js.
DETAILS = (Detail(1, 0.012, 3), Detail(2, 0.004, 3), Detail(3, 0.0008, 4))


def weights(line: Sequence[Position]) -> list[float]:
    """How much each point adds to the line (area of its triangle at the time it would go); the ends are infinite."""
    last = len(line) - 1
    result = [float("inf")] * len(line)
    if last < 2:
        return result
    before, after = list(range(-1, last)), list(range(1, last + 2))

    def triangle(i: int) -> float:
        (x1, y1), (x2, y2), (x3, y3) = line[before[i]], line[i], line[after[i]]
        return abs((x2 - x1) * (y3 - y1) - (x3 - x1) * (y2 - y1)) / 2 * LONGITUDE

    current = [triangle(i) if 0 < i < last else 0.0 for i in range(len(line))]
    heap = [(current[i], i) for i in range(1, last)]
    heapq.heapify(heap)
    gone = [False] * len(line)
    reached = 0.0
    while heap:
        area, i = heapq.heappop(heap)
        if gone[i] or area != current[i]:
            continue
        gone[i] = True
        reached = max(reached, area)  # a point never goes before one that went earlier
        result[i] = reached
        left, right = before[i], after[i]
        after[left], before[right] = right, left
        for j in (left, right):
            if 0 < j < last:
                current[j] = triangle(j)
                heapq.heappush(heap, (current[j], j))
    return result


@dataclass
class Mesh:
    """Areas by key, their rings made of numbered arcs. Build with ``mesh_of``."""

    arcs: list[Ring]
    shapes: dict[str, list[list[Arcs]]]
    _weights: list[list[float]] = field(init=False, repr=False)
    _largest: dict[str, Arcs] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._weights = [weights(arc) for arc in self.arcs]
        self._largest = {key: self._largest_of(shape) for key, shape in self.shapes.items()}

    def drawn(self, detail: Detail) -> Iterator[tuple[str, list[Polygon]]]:
        """Each area drawn at that detail; of each at least its largest part stays, as a triangle if need be."""
        lines = [self._line(number, detail, detail.area) for number in range(len(self.arcs))]
        for arcs in self._largest.values():
            self._rescue(arcs, lines, detail)
        for key, shape in self.shapes.items():
            largest = self._largest[key]
            polygons = [self._polygon(rings, lines, detail, must_stay=rings[0] is largest) for rings in shape]
            yield key, [polygon for polygon in polygons if polygon]

    def _line(self, number: int, detail: Detail, area: float) -> Ring:
        line: Ring = []
        for (x, y), weight in zip(self.arcs[number], self._weights[number], strict=True):
            if weight >= area:
                position = (round(x, detail.digits), round(y, detail.digits))
                if not line or line[-1] != position:
                    line.append(position)
        return line

    def _largest_of(self, shape: list[list[Arcs]]) -> Arcs:
        return max((rings[0] for rings in shape), key=lambda arcs: abs(signed_area(_joined(arcs, self.arcs))))

    def _rescue(self, arcs: Arcs, lines: list[Ring], detail: Detail) -> None:
        """Give back points, most important first, to the arcs of a ring that would else be no area."""
        area, digits = detail.area, detail.digits
        while not _is_area(_joined(arcs, lines)) and digits < 9:
            area /= 4
            if area < 1e-12:
                digits += 1
            for arc in arcs:
                number = arc if arc >= 0 else ~arc
                lines[number] = self._line(number, Detail(detail.number, 0, digits), area)

    @staticmethod
    def _polygon(rings: list[Arcs], lines: list[Ring], detail: Detail, *, must_stay: bool) -> Polygon:
        """The drawn polygon without holes too small to see; empty where it is too small itself."""
        outer, *holes = [_joined(arcs, lines) for arcs in rings]
        if not must_stay and (not _is_area(outer) or abs(signed_area(outer)) < detail.area):
            return []
        return [outer, *(hole for hole in holes if _is_area(hole))]


def _joined(arcs: Arcs, lines: Sequence[Ring]) -> Ring:
    """The ring that the arcs make one after another."""
    ring: Ring = []
    for arc in arcs:
        line = lines[arc] if arc >= 0 else lines[~arc][::-1]
        ring += line[1:] if ring and ring[-1] == line[0] else line
    return ring


def _is_area(ring: Ring) -> bool:
    return len(ring) > 3 and len(set(ring)) > 2 and signed_area(ring) != 0


def mesh_of(shapes: Mapping[str, Sequence[Polygon]]) -> Mesh:
    """Cut areas into shared arcs; parts of one area that touch along a line are united."""
    turned_shapes = {
        key: [[turned(ring, hole=number > 0) for number, ring in enumerate(polygon)] for polygon in polygons]
        for key, polygons in shapes.items()
    }
    corners = _corners(ring for polygons in turned_shapes.values() for polygon in polygons for ring in polygon)
    cutter = _Cutter(corners)
    cut = {
        key: [[cutter.cut(ring) for ring in polygon] for polygon in polygons] for key, polygons in turned_shapes.items()
    }
    united = {key: _united(polygons, cutter.arcs) if len(polygons) > 1 else polygons for key, polygons in cut.items()}
    return Mesh(cutter.arcs, united)


def _corners(rings: Iterator[Ring]) -> set[Position]:
    """Positions where lines part: those whose neighbours are not the same two in every ring."""
    neighbours: dict[Position, tuple[Position, Position]] = {}
    corners = set()
    for ring in rings:
        before = ring[-2]
        for here, after in pairwise(ring):
            pair = (before, after) if before < after else (after, before)
            if neighbours.setdefault(here, pair) != pair:
                corners.add(here)
            before = here
    return corners


class _Cutter:
    """Cuts rings at corners and knows each arc once, in whichever direction it comes first."""

    def __init__(self, corners: set[Position]) -> None:
        self.corners = corners
        self.arcs: list[Ring] = []
        self.numbers: dict[tuple[Position, ...], int] = {}

    def cut(self, ring: Ring) -> Arcs:
        body = ring[:-1]
        start = next((i for i, position in enumerate(body) if position in self.corners), None)
        if start is None:
            start = body.index(min(body))  # an island: the same beginning for both sides of its shore
        body = body[start:] + body[:start]
        result, line = [], [body[0]]
        for position in [*body[1:], body[0]]:
            line.append(position)
            if position in self.corners:
                result.append(self._number(line))
                line = [position]
        if len(line) > 1:
            result.append(self._number(line))
        return result

    def _number(self, line: Ring) -> int:
        forwards = tuple(line)
        if (number := self.numbers.get(forwards)) is not None:
            return number
        if (number := self.numbers.get(forwards[::-1])) is not None:
            return ~number
        self.numbers[forwards] = len(self.arcs)
        self.arcs.append(line)
        return len(self.arcs) - 1


def _united(polygons: list[list[Arcs]], arcs: Sequence[Ring]) -> list[list[Arcs]]:
    """The polygons of one area without the lines between them."""
    uses = Counter(arc if arc >= 0 else ~arc for rings in polygons for ring in rings for arc in ring)
    if max(uses.values()) == 1:
        return polygons
    outward = defaultdict(list)
    for rings in polygons:
        for ring in rings:
            for arc in ring:
                if uses[arc if arc >= 0 else ~arc] == 1:
                    outward[_start(arc, arcs)].append(arc)
    circled = [(loop, _joined(loop, arcs)) for loop in _loops(outward, arcs)]
    outers = [([loop], line) for loop, line in circled if signed_area(line) > 0]
    outers.sort(key=lambda outer: signed_area(outer[1]))
    for loop, line in circled:
        if signed_area(line) < 0:
            around = next((rings for rings, outer in outers if is_inside(_middle(line), outer)), None)
            if around:
                around.append(loop)
    return [rings for rings, _line in outers] or polygons


def _loops(outward: Mapping[Position, list[int]], arcs: Sequence[Ring]) -> Iterator[Arcs]:
    """Closed walks along arcs, each arc once; a walk is closed as soon as it comes to where it has been."""
    for position in list(outward):
        while outward[position]:
            walk = [outward[position].pop()]
            while _end(walk[-1], arcs) != position and outward.get(_end(walk[-1], arcs)):
                walk.append(outward[_end(walk[-1], arcs)].pop())
            if _end(walk[-1], arcs) == position:
                yield walk


def _start(arc: int, arcs: Sequence[Ring]) -> Position:
    return arcs[arc][0] if arc >= 0 else arcs[~arc][-1]


def _end(arc: int, arcs: Sequence[Ring]) -> Position:
    return _start(~arc, arcs)


def _middle(ring: Ring) -> Position:
    """The middle of the first line of a ring: a position on it that is no corner."""
    (x1, y1), (x2, y2) = ring[0], ring[1]
    return (x1 + x2) / 2, (y1 + y2) / 2
