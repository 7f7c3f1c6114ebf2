"""What the macros of a workbook answer: many questions, or many blocks of cells, in one call.

Asked from outside, each property of a sheet, table or name and each block of cells is a call to
Excel. The macros of ``xlperf/vba/xlperf_cells.bas`` do this inside Excel. Application.Run returns
whatever a macro returns, and passes up to 30 arguments (its documentation). Arrays that hold arrays
can be received, but not sent (pywin32, issue 902), so contents are sent as one row. If the workbook
has no VBA project (Workbook.HasVBProject) or not these macros, if macros are off, or if an answer
is not whole, there is no answer here, and Excel is asked and written to singly.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeAlias

from xlperf.excel.areas import Area
from xlperf.excel.cell_values import to_serial
from xlperf.excel.live.calls import is_busy, native_object
from xlperf.frozen import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from xlperf.excel.live.live_values import Block

MODULE = "xlperf_cells"
"""The module is named in each call: where another one has a macro of the same name, Excel says that
the name is ambiguous.
"""
STRUCTURE, READ, WRITE = "xlperf_structure", "xlperf_read", "xlperf_write"
RESIZE = "xlperf_resize"
NO_COLOUR = "none"
Colour: TypeAlias = tuple[int, int, int]
"""Red, green and blue."""
SAME_IN_VBA = date(1900, 3, 1)
"""From this day on, dates of VBA and of cells have the same serial numbers: cells count a 29
February 1900 (documentation of DATEVALUE and of VBA's type Date).
"""


class SheetAnswer(NamedTuple):
    """What the macro says of a sheet."""

    used: Area
    shows_all_rows: bool
    """False if rows are hidden, or if this is not known."""
    has_no_merged_cells: bool
    """False if cells are merged, or if this is not known."""
    is_protected: bool


class TableAnswer(NamedTuple):
    """A table, and what the macro says of it."""

    name: str
    sheet: str
    area: Area
    headers: bool
    totals: bool


class NameAnswer(NamedTuple):
    """A name, and what the macro says of it."""

    name: str
    refers_to: str
    merged: Area | None = None
    """The merged area of its first cell, or the cell; None where it refers to no cell."""
    fill: Colour | None = None
    """The colour of its first cell; None if it has none."""
    font: Colour | None = None
    """The same of its text; None if it has several."""


class StructureAnswer(NamedTuple):
    """What the macro says of a workbook."""

    sheets: dict[str, SheetAnswer]
    tables: list[TableAnswer]
    names: list[NameAnswer]


class RawBlock(NamedTuple):
    """Values and formulas of an area, as Excel returns them."""

    values: Sequence[Sequence[Any]]
    formulas: Block


class WorkbookMacros:
    """The macros of one workbook. Each method returns None if there is no whole answer, and raises
    the error of an Excel that is busy.
    """

    def __init__(self, book: Any) -> None:
        """`book`: an ``xlwings.Book``."""
        self._book = book
        self._prefix: str | None = None
        """What stands before the name of a macro; empty if there are no macros."""

    def structure(self) -> StructureAnswer | None:
        """Ask for all sheets, tables and names."""
        text = self._run(STRUCTURE)
        head, *lines = text.split("\n") if isinstance(text, str) else ("",)
        if head != f"{STRUCTURE}\tescaped\t{len(lines)}":
            return None
        try:
            return _structure([list(map(_unescaped, line.split("\t"))) for line in lines])
        except (ValueError, TypeError, KeyError, OverflowError):
            return None

    def read(self, places: Sequence[tuple[str, Area]]) -> list[RawBlock] | None:
        """Read areas, each given with its sheet."""
        text = _text(places)
        return _blocks(self._run(READ, text), text, places)

    def write(self, places: Sequence[tuple[str, Area]], blocks: Iterable[Block]) -> Any:
        """Write a block into each area; returns what the areas hold afterwards, as `read` does."""
        contents = list(chain.from_iterable(chain.from_iterable(blocks)))
        dates = [at for at, value in enumerate(contents) if isinstance(value, date)]
        if any(_day(contents[at]) < SAME_IN_VBA for at in dates):
            return None
        text = _text(places)
        sent = tuple(map(_outgoing, contents))
        return _blocks(self._run(WRITE, text, sent, ",".join(map(str, dates))), text, places)

    def resize(self, table: TableAnswer, area: Area) -> Area | None:
        """Resize a table; returns the area that it has then."""
        address = self._run(RESIZE, table.sheet, table.name, str(area))
        try:
            return Area.of(address) if isinstance(address, str) else None
        except ValueError:
            return None

    def _run(self, macro: str, *arguments: Any) -> Any:
        """Run a macro; once one is not there or fails, none is tried again."""
        if self._prefix is None:
            known = getattr(native_object(self._book), "HasVBProject", False)
            name = self._book.name.replace("'", "''")
            self._prefix = f"'{name}'!{MODULE}." if known else ""
        if not self._prefix:
            return None
        try:
            return self._book.app.macro(self._prefix + macro)(*arguments)
        except Exception as error:
            if is_busy(error):
                raise
            self._prefix = ""
            return None


def _structure(lines: list[list[str]]) -> StructureAnswer:
    """Raises ValueError, TypeError, KeyError or OverflowError for a line that is not whole."""
    answer = StructureAnswer({}, [], [])
    for kind, *parts in lines:
        match kind:
            case "sheet":
                name, used, hidden, merged, is_protected = parts
                answer.sheets[name] = SheetAnswer(
                    Area.of_address(used), hidden == "no", merged == "no", _TRUTH[is_protected]
                )
            case "table":
                name, sheet, area, headers, totals = parts
                answer.tables.append(
                    TableAnswer(name, sheet, Area.of(area), _TRUTH[headers], _TRUTH[totals])
                )
            case "name":
                name, refers_to, merged, fill, font = parts
                cell = (Area.of_address(merged), _colour(fill), _colour(font)) if merged else ()
                answer.names.append(NameAnswer(name, refers_to, *cell))
            case _:
                raise ValueError(kind)
    return answer


ESCAPED = re.compile(r"\\(.?)")
LETTERS = {"\\": "\\", "t": "\t", "r": "\r", "n": "\n"}
"""What stands after a backslash in a text of the macro."""


def _unescaped(text: str) -> str:
    """Raises KeyError for an escape that is none."""
    return ESCAPED.sub(lambda match: LETTERS[match[1]], text) if "\\" in text else text


_TRUTH = {"yes": True, "no": False}


def _colour(number: str) -> Colour | None:
    """Red, green and blue of a number (a COLORREF: red is the lowest byte); None if there is no
    colour. Raises ValueError or OverflowError for another text.
    """
    if number == NO_COLOUR:
        return None
    red, green, blue = int(number).to_bytes(3, "little")
    return red, green, blue


def _text(places: Sequence[tuple[str, Area]]) -> str:
    return "\n".join(f"{sheet}\t{area}" for sheet, area in places)


def _blocks(answer: object, text: str, places: Sequence[tuple[str, Area]]) -> list[RawBlock] | None:
    if not isinstance(answer, (tuple, list)) or not answer or answer[0] != text:
        return None
    if len(answer) != len(places) + 1:
        return None
    blocks = []
    for item, (_, area) in zip(answer[1:], places, strict=True):
        if not isinstance(item, (tuple, list)) or len(item) != 3 or item[0] != str(area):
            return None
        values, formulas = (as_rows(part) for part in item[1:])
        shape = [len(area.columns)] * len(area.rows)
        if [len(row) for row in values] != shape or [len(row) for row in formulas] != shape:
            return None
        blocks.append(RawBlock(values, formulas))
    return blocks


def as_rows(cells: Any) -> Block:
    """Return what Excel returns for an area as rows; of a single cell it returns the content."""
    if not isinstance(cells, (list, tuple)):
        return [[cells]]
    return [list(row) if isinstance(row, (list, tuple)) else [row] for row in cells]


def _day(moment: date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _outgoing(value: Any) -> Any:
    """Return a value as it is sent: a number as a float, which VBA knows in any size."""
    if value is None:
        return ""
    if isinstance(value, date):
        return float(to_serial(value, date1904=False))
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value
