"""How cells look: whether a reader can see what a cell holds, by its colours, its size and its
number format.
"""

from __future__ import annotations

import colorsys
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

from xlperf.leaks.findings import as_number
from xlperf.leaks.package_parts import flag, real, whole

if TYPE_CHECKING:
    from collections.abc import Sequence
    from xml.etree.ElementTree import Element

T = TypeVar("T")
WHITE, BLACK = "FFFFFF", "000000"
TINY = 4.0
"""Points below which text is not there to be read. This program's choice: the smallest print in use
is 5 points.
"""
LEAST_CONTRAST = 1.15
"""Contrast ratio (WCAG 2.2) below which text cannot be distinguished from what is behind it. This
program's choice: 1 is no contrast, pale grey on white has 1.5.
"""
INDEXED = {0: BLACK, 1: WHITE, 8: BLACK, 9: WHITE, 64: BLACK, 65: WHITE}
"""Colours by number that matter here: black, white, and the system's own (ECMA-376 part 1,
18.8.27).
"""
THEME = (
    "lt1",
    "dk1",
    "lt2",
    "dk2",
    "accent1",
    "accent2",
    "accent3",
    "accent4",
    "accent5",
    "accent6",
    "hlink",
    "folHlink",
)
"""Colours of a theme in the order in which cells number them (ECMA-376 part 1, 20.1.6.2, first two
pairs swapped).
"""
THEME_DEFAULTS = {"lt1": WHITE, "dk1": BLACK}
BUILT_IN_CODES = {1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%"}
"""Number formats that a file names by their number alone (ECMA-376 part 1, 18.8.30), of numbers."""
LITERALS = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
PLACEHOLDER = re.compile(r"[0#?@ymdhsge]|general|standard", re.IGNORECASE)
QUOTED = re.compile(r'"([^"]*)"')
SEPARATED = re.compile(r';(?=(?:[^"]*"[^"]*")*[^"]*$)')


@dataclass(frozen=True, slots=True)
class CellFormat:
    """One cell format, as far as it decides what can be seen."""

    font: str = BLACK
    fill: str = WHITE
    size: float = 11.0
    code: str = ""

    @property
    def unseen(self) -> str:
        """Why text cannot be seen; empty when it can."""
        return unseen(self.font, self.fill, self.size)

    @property
    def wording(self) -> list[str]:
        """Words that the number format puts beside a value."""
        if '"' not in self.code:
            return []
        return [text for text in QUOTED.findall(self.code) if any(map(str.isalpha, text))]

    def hides(self, value: str, *, text: bool) -> bool:
        """Whether the number format shows nothing of a value. A zero that is not shown is no
        leak.
        """
        if not self.code:
            return False
        sections = SEPARATED.split(self.code)
        if text:
            return len(sections) > 3 and not PLACEHOLDER.search(LITERALS.sub("", sections[3]))
        number = as_number(value)
        if number is None or number == 0:
            return False
        index = 1 if number < 0 and len(sections) > 1 else 0
        return not PLACEHOLDER.search(LITERALS.sub("", sections[index]))


@lru_cache(maxsize=1024)
def unseen(font: str, fill: str, size: float) -> str:
    """Say why text of a colour on a background, of a size in points, cannot be seen; empty when it
    can.
    """
    if size < TINY:
        return f"{size:g} pt"
    if contrast(font, fill) < LEAST_CONTRAST:
        return f"#{font} on #{fill}"
    return ""


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2); colours that are not known differ from all
    but themselves.
    """
    if one.upper() == other.upper():
        return 1.0
    try:
        light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    except ValueError:
        return 21.0
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    """Relative luminance of ``RRGGBB`` (WCAG 2.2); ValueError for anything else."""
    channels = [value / 255 for value in bytes.fromhex(colour)]
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def theme_colours(root: Element | None) -> tuple[str, ...]:
    """Colours of a theme part, in the order in which cells number them."""
    found = dict(THEME_DEFAULTS)
    for scheme in root.iter("clrScheme") if root is not None else ():
        for entry in scheme:
            for colour in entry:
                found[entry.tag] = (colour.get("lastClr") or colour.get("val") or "").upper()
    return tuple(found.get(name, name) for name in THEME)


class Looks:
    """The cell formats of a workbook, by number, and its differential formats."""

    def __init__(self, root: Element | None, theme: tuple[str, ...]) -> None:
        self._theme = theme
        self._codes = dict(BUILT_IN_CODES)
        self._looks: list[CellFormat] = []
        self.hiding: dict[int, str] = {}
        """Differential formats that hide what they are applied to, and how."""
        if root is not None:
            self._read(root)

    def __getitem__(self, number: int) -> CellFormat:
        """Look of a cell format; that of plain cells when there is none of this number."""
        return self._looks[number] if 0 <= number < len(self._looks) else CellFormat()

    def _read(self, root: Element) -> None:
        for item in root.findall("numFmts/numFmt"):
            self._codes[whole(item.get("numFmtId"))] = item.get("formatCode", "")
        fonts = [self.font(font) for font in root.findall("fonts/font")] or [(BLACK, 11.0)]
        fills = [self._fill(fill) for fill in root.findall("fills/fill")] or [WHITE]
        for xf in root.findall("cellXfs/xf"):
            colour, size = _at(fonts, xf.get("fontId"))
            fill = _at(fills, xf.get("fillId"))
            self._looks.append(
                CellFormat(colour, fill, size, self._codes.get(whole(xf.get("numFmtId")), ""))
            )
        for number, dxf in enumerate(root.findall("dxfs/dxf")):
            self._differential(number, dxf)

    def _differential(self, number: int, dxf: Element) -> None:
        code = next((item.get("formatCode", "") for item in dxf.iter("numFmt")), "")
        look = CellFormat(code=code)
        if look.hides("1", text=False) or look.hides("x", text=True):
            self.hiding[number] = f"number format {code}"
            return
        font = dxf.find("font")
        if font is not None and font.find("color") is not None:
            fill = dxf.find("fill")
            background = WHITE if fill is None else self._fill(fill, differential=True)
            hidden = unseen(self.font(font)[0], background, 11.0)
            if hidden:
                self.hiding[number] = hidden

    def font(self, font: Element) -> tuple[str, float]:
        """Colour and size in points of a font or of a run's properties."""
        size = font.find("sz")
        return self.colour(font.find("color"), BLACK), real(
            None if size is None else size.get("val"), 11.0
        )

    def _fill(self, fill: Element, *, differential: bool = False) -> str:
        pattern = fill.find("patternFill")
        if pattern is None:
            return "gradient"
        kind = pattern.get("patternType", "solid" if differential else "none")
        if kind == "none":
            return WHITE
        if kind != "solid":
            return "pattern"
        return self.colour(
            pattern.find("bgColor" if differential else "fgColor"), WHITE if differential else BLACK
        )

    def colour(self, element: Element | None, default: str) -> str:
        """Colour of an element as ``RRGGBB``, or another text when it is not known."""
        if element is None or flag(element, "auto"):
            return default
        rgb, theme, indexed = element.get("rgb"), element.get("theme"), element.get("indexed")
        if rgb:
            return rgb[-6:].upper()
        if theme is not None:
            return _tinted(_at(self._theme, theme), real(element.get("tint")))
        return (
            INDEXED.get(whole(indexed, -1), f"colour {indexed}") if indexed is not None else default
        )


def _tinted(colour: str, tint: float) -> str:
    """A colour made lighter (tint above 0) or darker (ECMA-376 part 1, 18.8.19)."""
    if not tint:
        return colour
    try:
        red, green, blue = (value / 255 for value in bytes.fromhex(colour))
    except ValueError:
        return f"{colour} {tint:g}"
    hue, light, saturation = colorsys.rgb_to_hls(red, green, blue)
    light = light * (1 + tint) if tint < 0 else light * (1 - tint) + tint
    return "".join(
        f"{round(255 * value):02X}"
        for value in colorsys.hls_to_rgb(hue, min(1, max(0, light)), saturation)
    )


def _at(items: Sequence[T], index: str | None) -> T:
    number = whole(index)
    return items[number] if 0 <= number < len(items) else items[0]
