"""Where the nodes and lines of a network stand: on a circle, or on rings around those it is about.

Pure and deterministic: the same network is the same picture. Nodes keep the order in which they are given, so what
belongs together stands together; on an outer ring they stand beside those they are tied to. Coordinates are texts
with a decimal point, whatever the language of the page.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

#: In units of the drawing: place of a node on its ring, between two rings, the innermost ring, around everything.
SPACE, BETWEEN, LEAST, EDGE = 26, 170, 160, 16
#: How wide a letter is taken to be, on the safe side of what 14 units of Fira Sans need, and half a line.
LETTER, HALF_LINE = 8.0, 10.0
#: More nodes than these on a ring are named along the rays, fewer in lines of text.
MOST_UPRIGHT = 14
LONGEST = 38
THINNEST, THICKEST = 1.25, 7.0
SMALLEST, LARGEST = 6.0, 15.0


@dataclass(frozen=True)
class Node:
    """``ring`` 0 is the middle where there is one; ``within`` is how many ties it has inside itself (a group)."""

    key: str
    label: str
    size: int
    ring: int = 1
    within: int = 0


@dataclass(frozen=True)
class Tie:
    """``is_refused``: one of the two says that there is none, of bodies at least in part."""

    one: str
    other: str
    number: int
    is_refused: bool = False


@dataclass(frozen=True)
class Point:
    """A node where it stands, with its words; ``turn`` is their angle in degrees, empty where they stand upright."""

    node: Node
    x: str
    y: str
    radius: str
    halo: str
    text_x: str
    text_y: str
    anchor: str
    turn: str
    words: str


@dataclass(frozen=True)
class Line:
    tie: Tie
    path: str
    width: str


@dataclass(frozen=True)
class Network:
    """A drawing around the origin; ``left`` and ``top`` begin it."""

    points: list[Point]
    lines: list[Line]
    width: int
    height: int

    @property
    def left(self) -> int:
        return -self.width // 2

    @property
    def top(self) -> int:
        return -self.height // 2

    @property
    def bottom(self) -> int:
        return self.height // 2


def network(nodes: Sequence[Node], ties: Sequence[Tie]) -> Network:
    """The drawing of these nodes and the ties between them; ties to nodes that are not given are left out."""
    rings: dict[int, list[Node]] = defaultdict(list)
    for node in nodes:
        rings[node.ring].append(node)
    radii = _radii(rings)
    angles = _angles(rings, ties)
    spots = {node.key: _spot(radii[node.ring], angles[node.key]) for node in nodes}
    most = max((node.size for node in nodes), default=1)
    outermost = max(rings, default=0)
    points = [
        _point(node, spots[node.key], angles[node.key], most, upright=_is_upright(node, rings, outermost))
        for node in nodes
    ]
    known = [tie for tie in ties if tie.one in spots and tie.other in spots and tie.one != tie.other]
    largest = max((tie.number for tie in known), default=1)
    lines = [_line(tie, spots, largest) for tie in sorted(known, key=lambda tie: tie.number)]
    across, down = _reach(points, max(radii.values(), default=0) + LARGEST)
    return Network(points, lines, 2 * across, 2 * down)


def _reach(points: Iterable[Point], ring: float) -> tuple[int, int]:
    """How far the drawing goes to either side and up or down, so that no words are cut; at least around the ring."""
    across = down = ring
    for point in points:
        x, y, wide = float(point.text_x), float(point.text_y), len(point.words) * LETTER
        turn = math.radians(float(point.turn or 0))
        for end in {"start": (wide,), "end": (-wide,), "middle": (-wide / 2, wide / 2)}[point.anchor]:
            across = max(across, abs(x), abs(x + end * math.cos(turn)))
            down = max(down, abs(y), abs(y + end * math.sin(turn)))
    return math.ceil(across) + EDGE, math.ceil(down + HALF_LINE) + EDGE


def rings(ties: Iterable[Tie], starts: set[str]) -> dict[str, int]:
    """How many steps each node is away from the starts; empty where there are none."""
    beside: dict[str, set[str]] = defaultdict(set)
    for tie in ties:
        beside[tie.one].add(tie.other)
        beside[tie.other].add(tie.one)
    found = dict.fromkeys(starts, 0)
    edge = set(starts)
    while edge:
        edge = {near for key in edge for near in beside[key]} - found.keys()
        found |= dict.fromkeys(edge, 1 + max(found.values()))
    return found


def _radii(rings: dict[int, list[Node]]) -> dict[int, float]:
    """How far each ring lies from the middle, wide enough for its nodes."""
    radii: dict[int, float] = {}
    last = 0.0
    for ring in sorted(rings):
        needed = len(rings[ring]) * SPACE / (2 * math.pi)
        if ring == 0:
            radii[ring] = last = 0.0 if len(rings[ring]) == 1 else max(40.0, needed)
        else:
            radii[ring] = last = max(LEAST if last == 0 else last + BETWEEN, needed)
    return radii


def _angles(rings: dict[int, list[Node]], ties: Sequence[Tie]) -> dict[str, float]:
    """Each node's angle, clockwise from above; those of outer rings follow the angles of whom they are tied to."""
    beside: dict[str, list[str]] = defaultdict(list)
    for tie in ties:
        beside[tie.one].append(tie.other)
        beside[tie.other].append(tie.one)
    angles: dict[str, float] = {}
    for ring in sorted(rings):
        row = rings[ring]
        if ring > 1:
            row = sorted(row, key=lambda node: _middle([angles[key] for key in beside[node.key] if key in angles]))
        for place, node in enumerate(row):
            angles[node.key] = 2 * math.pi * place / len(row)
    return angles


def _middle(angles: list[float]) -> float:
    """The middle of several directions."""
    if not angles:
        return 0.0
    angle = math.atan2(sum(math.sin(one) for one in angles), sum(math.cos(one) for one in angles))
    return round(angle % (2 * math.pi), 6)


def _spot(radius: float, angle: float) -> tuple[float, float]:
    return radius * math.sin(angle), -radius * math.cos(angle)


def _is_upright(node: Node, rings: dict[int, list[Node]], outermost: int) -> bool:
    return node.ring == 0 or (node.ring == outermost and len(rings[node.ring]) <= MOST_UPRIGHT)


def _point(node: Node, spot: tuple[float, float], angle: float, most: int, *, upright: bool) -> Point:
    x, y = spot
    radius = SMALLEST + (LARGEST - SMALLEST) * math.sqrt(max(node.size, 0) / max(most, 1))
    away = radius + (8 if not node.within else 12)
    words = node.label if len(node.label) <= LONGEST else node.label[: LONGEST - 1].rstrip() + "…"
    across, down = math.sin(angle), -math.cos(angle)
    turn = ""
    if node.ring == 0:
        text_x, text_y, anchor = x, y + away + 12, "middle"
    elif upright:
        text_x, text_y = x + away * across, y + (away + 6) * down + 5
        anchor = "middle" if abs(across) < 0.25 else "start" if across > 0 else "end"
    else:
        text_x, text_y = x + away * across, y + away * down
        right = across >= 0
        degrees = math.degrees(angle) - 90 if right else math.degrees(angle) - 270
        turn, anchor = f"{degrees:.1f}", "start" if right else "end"
    numbers = {"x": x, "y": y, "radius": radius, "halo": radius + 4, "text_x": text_x, "text_y": text_y}
    return Point(node, anchor=anchor, turn=turn, words=words, **{name: _text(at) for name, at in numbers.items()})


def _text(number: float) -> str:
    """One decimal with a point, and no minus before a zero."""
    return f"{round(number, 1) + 0.0:.1f}"


def _line(tie: Tie, spots: dict[str, tuple[float, float]], largest: int) -> Line:
    """From one to the other, bent towards the middle, so that lines between neighbours stay apart."""
    (x1, y1), (x2, y2) = spots[tie.one], spots[tie.other]
    bend_x, bend_y = (x1 + x2) * 0.3, (y1 + y2) * 0.3
    near_middle = min(math.hypot(x1, y1), math.hypot(x2, y2)) < 1
    bend = "L" if near_middle else f"Q{_text(bend_x)} {_text(bend_y)} "
    share = math.sqrt((tie.number - 1) / (largest - 1)) if largest > 1 else 0.0
    width = THINNEST + (THICKEST - THINNEST) * share
    return Line(tie, f"M{_text(x1)} {_text(y1)}{bend}{_text(x2)} {_text(y2)}", f"{width:.2f}")
