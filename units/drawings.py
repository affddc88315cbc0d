"""The two drawings of a unit's page as numbers: its structure on a day, its commanders over time.

Both stand again as tables below the drawing; these only say where to draw. Units are pixels of the viewBox.
"""

from __future__ import annotations

import datetime as dt
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from units.commanders import Span
from units.structure import Place, Structure, is_certain

BOX, STEP, GAP, LINE, EDGE = 204, 230, 14, 17, 2
LETTERS = 25  # of a name on one line of a box
MOST = 12  # boxes in one column; the table has them all
NAMES, YEARS, ROW = 240, 1100, 34  # widths of the names and of the years, height of one commander


@dataclass
class Box:
    x: int
    y: float
    height: int
    lines: list[tuple[str, float, str]]  # text, baseline, class
    state: str  # here, box or gap
    label_y: float = 0

    @property
    def right(self) -> int:
        return self.x + BOX

    @property
    def middle(self) -> float:
        return self.y + self.height / 2

    @property
    def text_x(self) -> int:
        return self.x + 10


@dataclass(frozen=True)
class Tree:
    width: int
    height: int
    boxes: list[Box]
    links: list[tuple[str, str]]  # path, class


def tree(structure: Structure) -> Tree:
    """Columns from the highest unit to the lowest, each centred; one line for each command link."""
    columns: dict[int, list[Place]] = {}
    for place in structure.places:
        columns.setdefault(place.level, []).append(place)
    shown = {level: places[:MOST] for level, places in columns.items()}
    heights = {level: sum(_height(place) + GAP for place in places) for level, places in shown.items()}
    height = max(heights.values()) + GAP
    boxes: dict[Any, Box] = {}
    for level, places in shown.items():
        y = (height - heights[level] + GAP) / 2
        for place in places:
            boxes[place.unit.pk] = _box(place, EDGE + level * STEP, y, structure)
            y += _height(place) + GAP
    width = max(box.right for box in boxes.values()) + EDGE
    return Tree(width, int(height), list(boxes.values()), _links(structure, boxes))


def _box(place: Place, x: int, y: float, structure: Structure) -> Box:
    state = "gap" if place.hidden else "here" if place.unit.pk == structure.unit.pk else "box"
    lines = [(text, y + 20 + LINE * at, css) for at, (text, css) in enumerate(_words(place, structure.on))]
    return Box(x, y, _height(place), lines, state, y - 5)


def _height(place: Place) -> int:
    return 16 + LINE * len(_words(place, None))


def _words(place: Place, _day: dt.date | None) -> list[tuple[str, str]]:
    if place.hidden:
        return [("Outside your reach", "d-2"), ("on record, not shown", "d-2")]
    name = textwrap.wrap(place.unit.name, LETTERS, max_lines=2, placeholder="…") or ["?"]
    return [*((line, "d-b") for line in name), (_commander(place), "d-2")]


def _commander(place: Place) -> str:
    if not place.commanders:
        return "commander: no record"
    first = place.commanders[0]
    said = "somebody outside your reach" if first.hidden else first.posting.individual.name
    perhaps = "" if first.certain else ", perhaps"
    return textwrap.shorten(said, 24, placeholder="…") + perhaps


def _links(structure: Structure, boxes: dict[Any, Box]) -> list[tuple[str, str]]:
    found = []
    for place in structure.places:
        for link in place.links:
            parent, child = boxes.get(link.parent_id), boxes.get(link.child_id)
            if parent and child:
                css = "d-link" if is_certain(link, structure.on) else "d-maybe"
                found.append((_path(parent, child), css))
    return found


def _path(parent: Box, child: Box) -> str:
    turn = child.x - 13
    return f"M{parent.right} {parent.middle:g}H{turn}V{child.middle:g}H{child.x}"


# --- commanders over time ---


@dataclass(frozen=True)
class Bar:
    """One commander, or a gap: `sure` and `maybe` are (x, width)."""

    name: str
    y: int
    sure: tuple[float, float] | None
    maybe: tuple[float, float]
    gap: bool

    @property
    def text_y(self) -> int:
        return self.y + 15


@dataclass(frozen=True)
class Years:
    width: int
    height: int
    ticks: list[tuple[float, int]]
    bars: list[Bar]
    first: int
    last: int


def years(spans: Sequence[Span], today: dt.date) -> Years | None:
    """None where there is nothing to draw. Open ends run to the edges."""
    known = [day for span in spans for day in (span.possible.first, span.possible.last) if day]
    if not spans or not known:
        return None
    start = dt.date(min(known).year, 1, 1)
    end = dt.date(max(max(known), today).year, 12, 31)
    scale = YEARS / max((end - start).days, 1)

    def across(first: dt.date | None, last: dt.date | None) -> tuple[float, float]:
        left = NAMES + ((first or start) - start).days * scale
        right = NAMES + (min(last or today, end) - start).days * scale
        return round(left, 1), round(max(right - left, 2), 1)

    bars = [
        Bar(
            name=_name(span),
            y=28 + at * ROW,
            sure=across(span.certain.first, span.certain.last) if span.certain else None,
            maybe=across(span.possible.first, span.possible.last),
            gap=span.posting is None,
        )
        for at, span in enumerate(spans)
    ]
    each = max(1, (end.year - start.year) // 12)
    ticks = [(across(dt.date(year, 1, 1), None)[0], year) for year in range(start.year, end.year + 1, each)]
    return Years(NAMES + YEARS + EDGE, 28 + len(spans) * ROW, ticks, bars, start.year, end.year)


def _name(span: Span) -> str:
    if span.posting is None:
        return "Nobody on record"
    if span.hidden:
        return "Outside your reach"
    return textwrap.shorten(span.posting.individual.name, 30, placeholder="…")
