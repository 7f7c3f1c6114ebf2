"""The plot of a drawing: its axes, courses, levels, marks and key, as elements of SVG.

A drawing is as wide as a phone and grows with its place. Each mark has a shape of its own, so that
no colour has to be told from another.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from xlperf.documents.chart_marks import axis_marks, axis_range, month_labels, placed_levels
from xlperf.frozen import NamedTuple
from xlperf.views.elements import element

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from xml.etree.ElementTree import Element

    from xlperf.periods import Month

WIDTH, HIGH = 360.0, 160.0
"""Units of a drawing, the points of a phone; and of its plot."""
LEFT, RIGHT, MOST_BESIDE = 38.0, 60.0, 110.0
"""Room beside the plot: at least, and at most where figures or names are long."""
TOP, FOOT = 20.0, 30.0
"""Room above and below it."""
LETTER, ROW = 5.6, 15.0
"""Units of a letter, at most in the mean, and of a row of the key."""
NAME, APART = 28.0, (1, 2, 3, 4, 6, 12, 24)
"""Units that the name of a month or year needs, and how many months apart names may be."""
MIDDLE = 3.5
"""Units from the middle of a letter to its foot."""
SIGNAL_CORNERS = {
    "worse": ((0.0, -5.2), (4.8, 3.6), (-4.8, 3.6)),
    "better": ((0.0, -5.0), (5.0, 0.0), (0.0, 5.0), (-5.0, 0.0)),
    "either": ((-3.6, -3.6), (3.6, -3.6), (3.6, 3.6), (-3.6, 3.6)),
}
"""Triangle, diamond and square around a point, in units: the shapes of the sheet Charts."""
SHAPES = ("dot", "hollow", *SIGNAL_CORNERS)
"""Marks of the key that are no lines."""


def line(x1: float, y1: float, x2: float, y2: float, look: str) -> Element:
    """Draw a straight line."""
    ends = {"x1": x1, "y1": y1, "x2": x2, "y2": y2}
    return element("line", class_=look, **{key: f"{value:.1f}" for key, value in ends.items()})


def text(x: float, y: float, said: str, look: str = "", anchor: str | None = None) -> Element:
    """Write a text; `anchor`: middle or end, else it begins there."""
    return element(
        "text", said, x=f"{x:.1f}", y=f"{y:.1f}", class_=look or None, text_anchor=anchor
    )


def bar(x: float, y: float, wide: float, high: float, look: str) -> Element:
    """Draw a rectangle."""
    places = {"x": x, "y": y, "width": wide, "height": high}
    return element("rect", class_=look, **{key: f"{value:.1f}" for key, value in places.items()})


def mark(x: float, y: float, look: str) -> Element:
    """Draw a mark, by the first word of its look: a dot, or the shape of a signal; with `hollow` in
    its look an empty one.
    """
    corners = SIGNAL_CORNERS.get(look.split(maxsplit=1)[0])
    if corners is None:
        return element("circle", cx=f"{x:.1f}", cy=f"{y:.1f}", r="2.4", class_=look)
    return element("polygon", points=_points((x + dx, y + dy) for dx, dy in corners), class_=look)


def _points(spots: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in spots)


def key(items: Iterable[tuple[str, str]], top: float) -> tuple[list[Element], float]:
    """Write what lines and marks mean, by their looks, in as many rows as they need; and give the
    height that is used.
    """
    parts: list[Element] = []
    x, y = LEFT, top + 10
    for look, words in items:
        wide = 24 + len(words) * LETTER
        if x > LEFT and x + wide > WIDTH:
            x, y = LEFT, y + ROW
        middle = y - MIDDLE
        shape = look.split()[0] in SHAPES
        sample = mark(x + 9, middle, look) if shape else line(x, middle, x + 18, middle, look)
        parts += [sample, text(x + 22, y, words)]
        x += wide + 6
    return parts, y + 6 if parts else top


class PlotLevel(NamedTuple):
    """A value that is drawn over the whole plot."""

    name: str
    value: float
    look: str


def _room(texts: Iterable[str], least: float) -> float:
    """Units that the longest text needs beside the plot."""
    longest = max((len(said) for said in texts), default=0)
    return min(max(longest * LETTER + 8, least), MOST_BESIDE)


@dataclass(frozen=True, slots=True)
class Plot:
    """Places of values: the first of `count` at the left, from `low` to `high` upwards."""

    count: int
    low: float
    high: float
    left: float = LEFT
    right: float = RIGHT

    @classmethod
    def of(
        cls, count: int, values: Iterable[float | None], levels: Sequence[PlotLevel] = ()
    ) -> Plot:
        """Make room for all values and levels, and the names of these; None is no value."""
        known = [value for value in values if value is not None]
        low, high = axis_range([*known, *(level.value for level in levels)])
        left = _room((mark.text for mark in axis_marks(low, high)), LEFT)
        return cls(count, low, high, left, _room((level.name for level in levels), RIGHT))

    @property
    def end(self) -> float:
        """Where it ends at the right."""
        return WIDTH - self.right

    def x(self, place: float) -> float:
        """Place of a value by its number, the first 0."""
        return self.left + (place + 0.5) / max(self.count, 1) * (self.end - self.left)

    def y(self, value: float) -> float:
        """Place of a value by its height."""
        return TOP + (1 - (value - self.low) / (self.high - self.low)) * HIGH

    def frame(self, head: str) -> Iterator[Element]:
        """Draw the axis of values, and write what it counts."""
        zero = "" if self.low <= 0 else "; the axis does not begin at 0"
        yield text(self.left, 11, f"{head}{zero}")
        for item in axis_marks(self.low, self.high):
            y = TOP + (1 - item.at) * HIGH
            yield line(self.left, y, self.end, y, "rule")
            yield text(self.left - 4, y + MIDDLE, item.text, anchor="end")

    def months(self, months: Sequence[Month]) -> Iterator[Element]:
        """Name months below, as many as there is room for, and the year below the first of it."""
        most = (self.end - self.left) / NAME
        every = next((step for step in APART if len(months) <= step * most), APART[-1])
        for place, (month, year) in zip(
            range(0, len(months), every), month_labels(months[::every]), strict=True
        ):
            x = self.x(place)
            yield text(x, TOP + HIGH + 12, month, anchor="middle")
            if year:
                yield text(x, TOP + HIGH + 24, year, anchor="middle")

    def course(self, values: Sequence[float | None], look: str) -> Iterator[Element]:
        """Draw a line through neighbours; it is open where a value is missing."""
        spots = [
            None if value is None else (self.x(place), self.y(value))
            for place, value in enumerate(values)
        ]
        for _known, run in groupby(spots, key=lambda spot: spot is not None):
            piece = [spot for spot in run if spot is not None]
            if len(piece) > 1:
                yield element("polyline", points=_points(piece), class_=look)

    def band(
        self, lower: Sequence[float | None], upper: Sequence[float | None], look: str
    ) -> Iterator[Element]:
        """Fill what is between two courses that are known at the same places."""
        known = [
            (self.x(place), self.y(low), self.y(high))
            for place, (low, high) in enumerate(zip(lower, upper, strict=True))
            if low is not None and high is not None
        ]
        if len(known) > 1:
            corners = [(x, low) for x, low, _ in known] + [(x, high) for x, _, high in known[::-1]]
            yield element("polygon", points=_points(corners), class_=look)

    def levels(self, levels: Sequence[PlotLevel]) -> Iterator[Element]:
        """Draw levels, with their names at the right, none over another."""
        looks = {level.name: level.look for level in levels}
        shares = [
            (level.name, (level.value - self.low) / (self.high - self.low), False)
            for level in levels
        ]
        for level in placed_levels(shares):
            y, name_y = (TOP + (1 - share) * HIGH for share in (level.at, level.name_at))
            yield line(self.left, y, self.end, y, looks[level.text])
            yield text(self.end + 4, name_y + MIDDLE, level.text)

    def upright(self, place: float, look: str) -> Element:
        """Draw an upright line over all of it."""
        return line(self.x(place), TOP, self.x(place), TOP + HIGH, look)
