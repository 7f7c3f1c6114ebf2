"""Results of the scan of a worksheet part: cells, rows and lists of areas, each with its byte
offsets.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from xlperf.errors import LayoutError
from xlperf.excel.areas import LAST_ROW, Area
from xlperf.frozen import NamedTuple

if TYPE_CHECKING:
    import re

QUOTE_LENGTH = 40  #: characters of an attribute that a sentence quotes
SPREADS = ("array", "dataTable")
"""Kinds of formula whose results also fill other cells."""


@dataclass(slots=True)
class ScannedCell:
    """One cell element as it is in the part."""

    start: int
    end: int
    tag_end: int
    style: int
    kind: str
    formula: str | None = None
    formula_kind: str = ""
    covers: str = ""
    """Cells that the first cell of a shared formula also covers."""
    value: str | None = None
    """Text of ``v``, or of the inline string."""

    @property
    def blank(self) -> bool:
        """Whether it holds neither value nor formula."""
        return self.value is None and self.formula is None


@dataclass(slots=True)
class ScannedRow:
    """One row element. Its cells are stored by column once the row was parsed."""

    number: int
    start: int
    tag_end: int
    content_end: int
    end: int
    style: int | None
    cells: dict[int, ScannedCell | re.Match[bytes]] | None = None
    """Cells by column, in the order of the part. A match is a cell that was not parsed yet."""


class Range(NamedTuple):
    """A list of areas that a conditional format or a validation covers.

    It is an attribute of a tag, or the text of an element.
    """

    start: int
    end: int
    text: str
    in_tag: bool
    colours: bool = False
    """Whether it belongs to a conditional format, which may hide a cell's own fill."""


@dataclass(slots=True)
class ScanData:
    """All results of the scan of a worksheet part."""

    data: bytes
    part: str
    rows: dict[int, ScannedRow] = field(default_factory=dict)
    merged: list[Area] = field(default_factory=list)
    arrays: list[Area] = field(default_factory=list)
    """Array formulas, their spills, data tables."""
    column_styles: list[tuple[int, int, int]] = field(default_factory=list)
    ranges: list[Range] = field(default_factory=list)
    dimension: tuple[int, int, str] | None = None
    formulas: bool = False
    """Whether a cell holds a formula other than a jump to a cell."""
    data_start: int = -1
    data_tag_end: int = -1
    data_close: int = -1
    prefix: bytes = b""

    def add_row(self, row: ScannedRow) -> None:
        """Add a row; rows come in the order of the part. Raises `LayoutError` for a row number used
        twice.
        """
        if row.number in self.rows:
            raise LayoutError(
                f"The part {self.part} holds row {row.number} twice. Open and save it in Excel."
            )
        self.rows[row.number] = row


def row_number(text: str) -> int:
    """Return the number of a row from its text. Raises ValueError if it is not a row of a sheet."""
    if not (text.isascii() and text.isdigit() and len(text) <= 7 and 0 < int(text) <= LAST_ROW):
        raise ValueError(f"'{text[:QUOTE_LENGTH]}' is not a row of a sheet")
    return int(text)


def style_number(text: str) -> int:
    """Return the number of a style from its text; 0, the style of the workbook, for an
    empty text.
    """
    if text and not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise ValueError(f"'{text[:QUOTE_LENGTH]}' is not a style of a cell")
    return int(text or "0")
