"""How a new workbook looks: a calm frame of ink and navy; only assessments have colour."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format

FONT = "Calibri"
INK = "#14304F"
NAVY = "#2B4C77"
MIST = "#E8EDF4"
LINE = "#D3DBE6"
GREY = "#51606F"
"""Small print; 6.4 to 1 on white, so that it can be read (WCAG 2.1 asks 4.5)."""
OTHERS = "#B9C6D8"
"""Bars of other forces, beside which the own force's in ink stands out without its colour."""
WHITE = "#FFFFFF"
BLACK = "#1B1B1B"


class WorkbookFormats:
    """Formats of a workbook, each made once."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._formats: dict[tuple[tuple[str, Any], ...], Format] = {}

    def __call__(self, **properties: Any) -> Format:
        """Give the format with these properties, on top of the common font."""
        full = {
            "font_name": FONT,
            "font_size": 10,
            "font_color": BLACK,
            "valign": "vcenter",
            **properties,
        }
        key = tuple(sorted(full.items()))
        if key not in self._formats:
            self._formats[key] = self._book.add_format(full)
        return self._formats[key]
