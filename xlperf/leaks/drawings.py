"""Charts, pictures and shapes: their texts and alternative texts, what is hidden or cropped, and
what charts hold.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xlperf.leaks.findings import TextMatch
from xlperf.leaks.kinds import LeakKind
from xlperf.leaks.looks import LEAST_CONTRAST, TINY, WHITE, contrast
from xlperf.leaks.package_parts import flag, real, whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from xml.etree.ElementTree import Element

    from xlperf.leaks.findings import Inspection

GIVEN_NAME = re.compile(
    r"(?:chart|picture|image|graphic|graphicframe|table|rectangle|rounded rectangle|text"
    r" ?box|shape|oval|line|"
    r"straight connector|connector|group|object|drawing|diagram|logo)[ _-]*\d*",
    re.IGNORECASE,
)
"""Names that programs give to objects."""
REFERENCES = ("numRef", "strRef", "multiLvlStrRef")
FILLS = ("noFill", "solidFill", "gradFill", "blipFill", "pattFill", "grpFill")
WHITES = ("bg1", "lt1", "window")
"""Names by which drawings call the colour of paper."""
TRANSPARENT = 10_000
"""Opacity below which text is not seen: 10 %, in thousandths of a per cent (ECMA-376 part 1,
20.1.2.3.1).
"""


@dataclass(frozen=True, slots=True)
class ChartReference:
    """What a chart holds of one reference: the cells it was drawn from, and the points it keeps."""

    reference: str
    points: tuple[tuple[int, str], ...]
    """Place and value of each point."""
    numbers: bool


def inspect_objects(root: Element, where: str, seen: Inspection) -> None:
    """Look at the names, alternative texts and pictures of all objects in a drawing or document."""
    for tag in ("cNvPr", "docPr"):
        for element in root.iter(tag):
            _object(element, where, seen)
    for crop in root.iter("srcRect"):
        if any(whole(crop.get(side)) > 0 for side in ("l", "t", "r", "b")):
            seen.add(LeakKind.CROPPED, where)
    for shape in root.iter("sp"):
        if shape.get("macro"):
            seen.add(LeakKind.MACRO, where, shape.get("macro", ""))
        if shape.get("textlink"):
            seen.add(LeakKind.FORMULA, where, shape.get("textlink", ""))


def _object(element: Element, where: str, seen: Inspection) -> None:
    name = element.get("name", "")
    place = f"{where}, {name}" if name else where
    if flag(element, "hidden"):
        seen.add(LeakKind.HIDDEN_OBJECT, where, name)
    for key in ("descr", "title"):
        seen.text(f"{place}, alternative text", element.get(key, ""))
    if not GIVEN_NAME.fullmatch(name):
        seen.private(f"{place}, name", name)


def inspect_shape_texts(root: Element, where: str, seen: Inspection) -> None:
    """Look at the paragraphs of shapes and charts; those that cannot be seen are leaks."""
    filled = {id(text) for shape in _shapes(root) if _has_fill(shape) for text in shape.iter("p")}
    for paragraph in root.iter("p"):
        for run in paragraph.iter("r"):
            why = _unseen(run, on_white=id(paragraph) not in filled)
            if why:
                seen.add(LeakKind.HIDDEN_TEXT, where, f"{''.join(run.itertext())} ({why})")
        seen.text(
            where, "".join(text.text or "" for text in paragraph.iter("t")), TextMatch.PARAGRAPH
        )


def _shapes(root: Element) -> Iterator[Element]:
    for tag in ("sp", "wsp", "title", "chartSpace"):
        yield from root.iter(tag)


def _has_fill(shape: Element) -> bool:
    """Whether a shape has a background on which white text can be read."""
    fills = [
        fill for properties in shape.findall("spPr") for fill in properties if fill.tag in FILLS
    ]
    if not fills:
        return any(whole(reference.get("idx")) > 0 for reference in shape.findall("style/fillRef"))
    if fills[0].tag != "solidFill":
        return fills[0].tag != "noFill"
    colours = [colour.get("val", "") for colour in fills[0]]
    return not any(
        colour in WHITES or contrast(colour, WHITE) < LEAST_CONTRAST for colour in colours
    )


def _unseen(run: Element, *, on_white: bool) -> str:
    """Why the text of a run cannot be seen; empty when it can, or when there is none."""
    properties = run.find("rPr")
    if properties is None or not "".join(text.text or "" for text in run.iter("t")).strip():
        return ""
    size = real(properties.get("sz"), 1800) / 100
    if size < TINY:
        return f"{size:g} pt"
    for fill in properties.findall("solidFill"):
        if any(whole(alpha.get("val"), TRANSPARENT) < TRANSPARENT for alpha in fill.iter("alpha")):
            return "transparent"
        colours = [colour.get("val", "") for colour in fill]
        if on_white and any(
            colour in WHITES or contrast(colour, WHITE) < LEAST_CONTRAST for colour in colours
        ):
            return "white"
    return "no fill" if properties.find("noFill") is not None else ""


def series_of(chart: Element) -> Iterator[ChartReference]:
    """What a chart keeps, by reference; literals have none."""
    inside: set[int] = set()
    for tag in REFERENCES:
        for reference in chart.iter(tag):
            formula = reference.find("f")
            inside.update(id(point) for point in reference.iter("pt"))
            text = "" if formula is None else (formula.text or "").strip()
            yield ChartReference(text, tuple(_points(reference)), tag == "numRef")
    for literal in chart.iter():
        if literal.tag in ("numLit", "strLit"):
            inside.update(id(point) for point in literal.iter("pt"))
            yield ChartReference("", tuple(_points(literal)), literal.tag == "numLit")
    rest = [point for point in chart.iter("pt") if id(point) not in inside]
    if rest:
        yield ChartReference(
            "", tuple((whole(point.get("idx")), _value(point)) for point in rest), numbers=False
        )


def _points(element: Element) -> Iterator[tuple[int, str]]:
    """Place and value of the points; of several levels of labels the last comes first, as columns
    stand in cells.
    """
    levels = list(element.iter("lvl"))
    if not levels:
        yield from ((whole(point.get("idx")), _value(point)) for point in element.iter("pt"))
        return
    for number, level in enumerate(reversed(levels)):
        for point in level.iter("pt"):
            yield whole(point.get("idx")) * len(levels) + number, _value(point)


def _value(point: Element) -> str:
    return "".join(value.text or "" for value in point.iter("v"))


def inspect_chart(
    chart: Element,
    where: str,
    seen: Inspection,
    holds: Callable[[ChartReference, int, str], bool] | None = None,
) -> None:
    """Look at a chart: its texts, the points it keeps, and whether visible cells hold them.

    `holds` says whether the cell behind a point of a series shows its value; None where there are
    no cells.
    """
    inspect_objects(chart, where, seen)
    inspect_shape_texts(chart, where, seen)
    if any(True for _ in chart.iter("pivotSource")):
        seen.add(LeakKind.PIVOT_CACHE, where, "a pivot chart")
    for series in series_of(chart):
        for place, value in series.points:
            if holds is not None and not holds(series, place, value):
                seen.add(
                    LeakKind.CHART_CACHE,
                    where,
                    f"{value} (point {place + 1} of {series.reference or 'a literal'})",
                )
            if series.numbers:
                seen.number(where, value)
            else:
                seen.text(where, value)
