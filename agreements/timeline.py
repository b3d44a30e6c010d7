"""Where marks stand on a line of time: lanes one below the other, years along them; the template only writes it down.

Pure: days and names in, coordinates out. Coordinates are texts with a decimal point, whatever the language of the page.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

#: Sizes in units of the drawing: the whole, the names of the lanes, the edge on the right, a mark, a row of marks.
WIDTH, NAMES, EDGE, MARK, ROW = 960, 150, 30, 11, 26
TOP, BELOW = 34, 12

#: So many years at most have a line of their own.
MOST_YEARS = 12


@dataclass(frozen=True)
class Mark:
    """A numbered mark in the middle of a circle."""

    number: int
    x: str
    y: str


@dataclass(frozen=True)
class Tick:
    label: str
    x: str


@dataclass
class Lane:
    """A lane with its marks; rows below each other where marks would lie on each other."""

    name: str
    y: float
    rows: int = 1
    marks: list[Mark] = field(default_factory=list)

    @property
    def label_y(self) -> str:
        return _text(self.y + ROW / 2 + 5)

    @property
    def line_y(self) -> str:
        return _text(self.y + self.rows * ROW + BELOW / 2)


@dataclass(frozen=True)
class Drawing:
    lanes: list[Lane]
    ticks: list[Tick]
    day_x: str
    height: int

    width: int = WIDTH
    left: int = NAMES


def _text(number: float) -> str:
    return f"{number:.1f}"


def draw(names: Sequence[str], days: Iterable[tuple[int, str, dt.date]], day: dt.date) -> Drawing | None:
    """Marks (number, lane, day) on lanes in the order of ``names``, and the line of ``day``; None without any mark.

    Lanes without marks are left out.
    """
    marks = sorted(days, key=lambda mark: (mark[2], mark[0]))
    if not marks:
        return None
    first = dt.date(min(marks[0][2], day).year, 1, 1)
    last = dt.date(min(max(marks[-1][2], day).year + 1, dt.MAXYEAR), 1, 1)
    span = max((last - first).days, 1)

    def x(on: dt.date) -> float:
        return NAMES + MARK + (WIDTH - NAMES - 2 * MARK - EDGE) * (on - first).days / span

    lanes, y = [], float(TOP)
    for name in names:
        lane = _lane(name, y, [(number, x(on)) for number, of, on in marks if of == name])
        if lane.marks:
            lanes.append(lane)
            y += lane.rows * ROW + BELOW
    years = range(first.year, last.year + 1)
    step = -(-len(years) // MOST_YEARS)
    ticks = [Tick(str(year), _text(x(dt.date(year, 1, 1)))) for year in years[::step]]
    return Drawing(lanes, ticks, _text(x(day)), round(y + 4))


def _lane(name: str, y: float, marks: list[tuple[int, float]]) -> Lane:
    lane, ends = Lane(name, y), list[float]()
    for number, x in marks:
        row = next((row for row, end in enumerate(ends) if end <= x), len(ends))
        ends[row : row + 1] = [x + 2 * MARK + 2]
        lane.marks.append(Mark(number, _text(x), _text(y + row * ROW + ROW / 2)))
    lane.rows = max(len(ends), 1)
    return lane
