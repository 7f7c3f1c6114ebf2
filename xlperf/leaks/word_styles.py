"""How the text of a Word document looks: styles of runs, their size and colour, and what is behind
them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from xlperf.leaks.looks import BLACK, WHITE
from xlperf.leaks.package_parts import flag, real

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

HIGHLIGHTS = {"black": BLACK, "white": WHITE}


@dataclass
class WordStyles:
    """Properties of runs that paragraph and character styles give, and backgrounds of table
    styles.
    """

    runs: dict[str, Element | None] = field(default_factory=dict)
    based: dict[str, str] = field(default_factory=dict)
    fills: dict[str, frozenset[str]] = field(default_factory=dict)
    default: Element | None = None
    normal: str = ""

    @classmethod
    def read(cls, root: Element | None) -> WordStyles:
        """Read the styles part."""
        styles = cls()
        if root is None:
            return styles
        styles.default = root.find("docDefaults/rPrDefault/rPr")
        for style in root.iter("style"):
            name = style.get("styleId", "")
            styles.runs[name] = style.find("rPr")
            base = style.find("basedOn")
            styles.based[name] = "" if base is None else base.get("val", "")
            styles.fills[name] = frozenset(
                filter(None, (fill_of(shade) for shade in style.iter("shd")))
            )
            if style.get("type") == "paragraph" and flag(style, "default"):
                styles.normal = name
        return styles

    def chain(self, name: str) -> Iterator[str]:
        """A style and those it is based on."""
        met: set[str] = set()
        while name and name not in met:
            met.add(name)
            yield name
            name = self.based.get(name, "")

    def table_fills(self, name: str) -> frozenset[str]:
        """Backgrounds that a table style may give a cell."""
        return frozenset().union(
            *(self.fills.get(style, frozenset()) for style in self.chain(name))
        )


def size_of(layers: list[Element]) -> float:
    """Size in points: half points in a document, hundredths of a point in a drawing."""
    for properties in layers:
        size = properties.find("sz")
        if size is not None:
            return real(size.get("val"), 22) / 2
        if properties.get("sz") is not None:
            return real(properties.get("sz"), 1800) / 100
    return 10.0


def colour_of(layers: list[Element]) -> str:
    """Colour of the text as ``RRGGBB``; black where nothing gives one."""
    for properties in layers:
        colour = properties.find("color")
        if colour is not None:
            value = colour.get("val", "auto")
            if value.lower() != "auto":
                return value.upper()
            return BLACK if colour.get("themeColor") not in ("background1", "light1") else WHITE
    return BLACK


def behind(properties: Element) -> str:
    """Colour of a highlight or shading of a run; empty when it has none."""
    highlight = properties.find("highlight")
    if highlight is not None:
        name = highlight.get("val", "")
        return HIGHLIGHTS.get(name, name)
    return fill_of(properties.find("shd"))


def fill_of(shade: Element | None) -> str:
    """Background of a shading as ``RRGGBB``; empty when it has none."""
    if shade is None:
        return ""
    fill = shade.get("fill", "auto")
    pattern = shade.get("val", "clear")
    if pattern == "solid":
        colour = shade.get("color", "auto")
        return BLACK if colour == "auto" else colour.upper()
    return "" if fill.lower() == "auto" else fill.upper()
