"""Charts as drawings of the page (SVG), of the marks of `xlperf.documents.chart_marks`.

A drawing is as wide as a phone and grows with its place; it has a title and a description in words.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from xlperf.documents.chart_marks import MonthsMarks, marks
from xlperf.views.elements import element

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from xml.etree.ElementTree import Element

    from xlperf.documents.chart_marks import GroupMarks
    from xlperf.documents.pack_values import PrintedChart

WIDTH, HEIGHT = 360.0, 190.0
"""Units of a drawing: the points of a phone."""
LEFT, RIGHT, TOP, BOTTOM = 36.0, 88.0, 20.0, 28.0
"""Room around the plot of months."""
BAR, BAR_TOP, BAR_BOTTOM, BAR_RIGHT = 17.0, 30.0, 30.0, 46.0
"""Height of a force, and room around the bars."""
LETTER = 5.8
"""Units of a letter, at most in the mean."""
MOST_NAMES, LONGEST_NAME = 9, 26
"""Months that are named, and letters of a force."""


def chart_figure(item: PrintedChart, name: str) -> Element:
    """Draw a chart with its title below; `name` is its identity in the page."""
    drawn = marks(item.chart)
    parts, height = (_months(drawn), HEIGHT) if isinstance(drawn, MonthsMarks) else _group(drawn)
    picture = element(
        "svg",
        element("title", item.title, id=f"{name}-title"),
        element("desc", item.alt, id=f"{name}-text"),
        *parts,
        viewBox=f"0 0 {WIDTH:g} {height:g}",
        role="img",
        aria_labelledby=f"{name}-title {name}-text",
    )
    return element("figure", picture, element("figcaption", item.title, aria_hidden="true"))


def _line(x1: float, y1: float, x2: float, y2: float, look: str) -> Element:
    ends = {"x1": x1, "y1": y1, "x2": x2, "y2": y2}
    return element("line", class_=look, **{key: f"{value:.1f}" for key, value in ends.items()})


def _text(x: float, y: float, text: str, look: str = "", anchor: str | None = None) -> Element:
    return element(
        "text", text, x=f"{x:.1f}", y=f"{y:.1f}", class_=look or None, text_anchor=anchor
    )


# -- months
# --------------------------------------------------------------------------------------------


def _months(drawn: MonthsMarks) -> list[Element]:
    wide, high = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
    step = wide / max(len(drawn.points), 1)
    end = LEFT + wide

    def y_of(share: float) -> float:
        return TOP + (1 - share) * high

    def x_of(place: int) -> float:
        return LEFT + (place + 0.5) * step

    parts = [_text(LEFT, 10, drawn.head)]
    for mark in drawn.scale:
        parts.append(_line(LEFT, y_of(mark.at), end, y_of(mark.at), "rule"))
        parts.append(_text(LEFT - 4, y_of(mark.at) + 3.5, mark.text, anchor="end"))
    for level in drawn.levels:
        look = "limit" if level.dashed else "level"
        parts.append(_line(LEFT, y_of(level.at), end, y_of(level.at), look))
        parts.append(_text(end + 4, y_of(level.name_at) + 3.5, level.text))
    spots = [
        None if share is None else (x_of(place), y_of(share))
        for place, share in enumerate(drawn.points)
    ]
    parts += _course(spots)
    parts += _month_names(drawn.months, x_of)
    if known := [spot for spot in spots if spot]:
        x, y = known[-1]
        parts.append(_text(min(x, end - 4), y - 7, drawn.last, "last", "end"))
    return parts


def _course(spots: Sequence[tuple[float, float] | None]) -> Iterable[Element]:
    """Draw a line through neighbours, and a dot at each."""
    for known, run in groupby(spots, key=lambda spot: spot is not None):
        piece = [f"{spot[0]:.1f},{spot[1]:.1f}" for spot in run if spot]
        if known and len(piece) > 1:
            yield element("polyline", points=" ".join(piece), class_="course")
    for spot in spots:
        if spot:
            yield element("circle", cx=f"{spot[0]:.1f}", cy=f"{spot[1]:.1f}", r="2.2")


def _month_names(
    months: Sequence[tuple[str, str]], x_of: Callable[[int], float]
) -> Iterable[Element]:
    every = -(-len(months) // MOST_NAMES)
    for place, (month, year) in enumerate(months):
        x = x_of(place)
        if place % every == 0:
            yield _text(x, HEIGHT - 15, month, anchor="middle")
        if year:
            yield _text(x, HEIGHT - 3, year, anchor="middle")


# -- group
# --------------------------------------------------------------------------------------------


def _group(drawn: GroupMarks) -> tuple[list[Element], float]:
    names = [_cut(bar.force) for bar in drawn.bars]
    left = min(max((len(name) for name in names), default=0) * LETTER + 8, WIDTH * 0.4)
    wide, high = WIDTH - left - BAR_RIGHT, BAR * len(drawn.bars)
    foot = BAR_TOP + high
    parts = []
    for mark in drawn.scale:
        x = left + mark.at * wide
        parts.append(_line(x, BAR_TOP, x, foot, "rule"))
        parts.append(_text(x, foot + 12, mark.text, anchor="middle"))
    parts.append(_text(left + wide / 2, foot + 25, drawn.unit, anchor="middle"))
    for place, (bar, name) in enumerate(zip(drawn.bars, names, strict=True)):
        y = BAR_TOP + place * BAR
        look = "own" if bar.own else ""
        parts.append(_text(left - 5, y + 12, name, look, "end"))
        if bar.length is not None:
            parts.append(element(
                "rect", x=f"{left:.1f}", y=f"{y + 2.5:.1f}", width=f"{bar.length * wide:.1f}",
                height=f"{BAR - 5:.1f}", class_=look or "other",
            ))  # fmt: skip
        parts.append(_text(WIDTH - 2, y + 12, bar.text, look, "end"))
    for limit in drawn.limits:
        x = left + limit.at * wide
        parts.append(_line(x, BAR_TOP - 3, x, foot, "limit"))
    parts.append(_text(WIDTH - 2, 11, " · ".join(item.text for item in drawn.limits), anchor="end"))
    return parts, foot + BAR_BOTTOM


def _cut(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"
