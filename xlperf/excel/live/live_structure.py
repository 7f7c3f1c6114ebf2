"""The sheets, tables and names of a workbook open in Excel: asked once, by the workbook's macro if
it answers, else singly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xlperf.excel.areas import Area, parse_reference
from xlperf.excel.live.workbook_macros import TableAnswer
from xlperf.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Iterable

    from xlperf.excel.live.workbook_macros import (
        NameAnswer,
        SheetAnswer,
        StructureAnswer,
        WorkbookMacros,
    )

LiveTable = TableAnswer
"""A table: its name, sheet and area (with its header and totals), and whether it has them."""


@frozen
class NamePlace:
    """The place of a name: its sheet and the top left cell."""

    sheet: str
    row: int
    column: int

    @property
    def area(self) -> Area:
        """The cell alone."""
        return Area(self.row, self.column, self.row, self.column)


class LiveStructure:
    """Sheets, tables and names of a workbook. What is known stays known until it is forgotten."""

    def __init__(self, book: Any, macros: WorkbookMacros) -> None:
        """`book`: an ``xlwings.Book``."""
        self.book = book
        self._macros = macros
        self._asked: tuple[StructureAnswer | None] | None = None
        self._handles: dict[str, Any] = {}
        self._sheet_names: list[str] | None = None
        self._tables: dict[str, LiveTable] | None = None
        self._names: dict[str, tuple[str, str]] | None = None
        self._cells: dict[NamePlace, NameAnswer] = {}
        """What the macro said of the first cells of names."""
        self._used: dict[str, Area | None] = {}

    def _answer(self) -> StructureAnswer | None:
        """Ask the macro, once."""
        if self._asked is None:
            answer = self._macros.structure()
            self._asked = (answer,)
            self._used |= (
                {}
                if answer is None
                else {name: sheet.used for name, sheet in answer.sheets.items()}
            )
            self._cells = {
                NamePlace(target[0], target[1].top, target[1].left): item
                for item in (answer.names if answer else ())
                if item.merged is not None
                and (target := parse_reference(item.refers_to)) is not None
            }
        return self._asked[0]

    def _sheet_answer(self, sheet: str) -> SheetAnswer | None:
        answer = self._answer()
        return None if answer is None else answer.sheets.get(sheet)

    def sheet_names(self) -> list[str]:
        """Names of the sheets, in their order."""
        answer = self._answer()
        if answer is not None:
            return list(answer.sheets)
        if self._sheet_names is None:
            self._handles = {sheet.name: sheet for sheet in self.book.sheets}
            self._sheet_names = list(self._handles)
        return self._sheet_names

    def sheet(self, name: str) -> Any:
        """Return the sheet (``xlwings.Sheet``) of a name that is in `sheet_names`."""
        if name not in self._handles:
            self._handles[name] = self.book.sheets[name]
        return self._handles[name]

    def used(self, sheet: str) -> Area | None:
        """Area of a sheet that is in use; None for a sheet that is only a chart."""
        self._answer()
        if sheet not in self._used:
            used = getattr(self.sheet(sheet), "used_range", None)
            self._used[sheet] = None if used is None else area_of(used)
        return self._used[sheet]

    def forget(self) -> None:
        """Ask for everything again that takes few calls: the areas in use, and all but the names if
        the macro answers.
        """
        self._used.clear()
        if self._asked is None or self._asked[0] is not None:
            self._asked = self._tables = None

    def is_protected(self, sheet: str) -> bool:
        """Whether a sheet is protected; False if Excel cannot be asked (not on Windows)."""
        answer = self._sheet_answer(sheet)
        if answer is not None:
            return answer.is_protected
        return bool(getattr(self.sheet(sheet).api, "ProtectContents", False))

    def shows_all_rows(self, sheet: str) -> bool:
        """Whether it is known that no row of a sheet is hidden."""
        answer = self._sheet_answer(sheet)
        return answer is not None and answer.shows_all_rows

    def has_merged_cells(self, sheet: str, area: Area) -> bool:
        """Whether cells of an area are merged, or belong to a merged area."""
        answer = self._sheet_answer(sheet)
        if answer is not None and answer.has_no_merged_cells:
            return False
        return self.sheet(sheet).range(str(area)).merge_cells is not False

    def tables(self) -> dict[str, LiveTable]:
        """Return the tables by name in lower case."""
        if self._tables is None:
            answer = self._answer()
            tables = answer.tables if answer is not None else self._tables_singly()
            self._tables = {table.name.lower(): table for table in tables}
        return self._tables

    def _tables_singly(self) -> Iterable[LiveTable]:
        for name in self.sheet_names():
            for table in self.sheet(name).tables:
                headers, totals = bool(table.show_headers), bool(table.show_totals)
                yield LiveTable(table.name, name, area_of(table.range), headers, totals)

    def table(self, table: LiveTable) -> Any:
        """Return the table as Excel's (``xlwings.main.Table``)."""
        return self.sheet(table.sheet).tables[table.name]

    def resize(self, table: LiveTable, area: Area) -> Area:
        """Resize a table; returns the area that it has then."""
        now = self._macros.resize(table, area)
        if now is None:
            excels = self.table(table)
            excels.resize(self.sheet(table.sheet).range(str(area)))
            now = area_of(excels.range)
        if self._tables is not None:
            self._tables[table.name.lower()] = table._replace(area=now)
        return now

    def names(self) -> dict[str, tuple[str, str]]:
        """Return the workbook-level names: name in lower case to (name as written, its
        reference).
        """
        if self._names is None:
            answer = self._answer()
            names = (
                [(item.name, item.refers_to) for item in self.book.names]
                if answer is None
                else [(item.name, item.refers_to) for item in answer.names]
            )
            self._names = {
                name.lower(): (name, str(refers).removeprefix("="))
                for name, refers in names
                if "!" not in name
            }
        return self._names

    def forget_names(self) -> None:
        """Read the names anew when they are next needed."""
        self._names = self._asked = None

    def forget_colours(self, places: Iterable[NamePlace] | None = None) -> None:
        """Ask for the colours and merged areas of named cells singly from now on; of all, or of
        `places`: they may have changed.
        """
        for place in list(self._cells) if places is None else places:
            self._cells.pop(place, None)

    def merged(self, place: NamePlace) -> Area | None:
        """Return the merged area of a named cell, or the cell; None if it must be asked for."""
        answer = self._cells.get(place)
        return None if answer is None else answer.merged

    def fill(self, place: NamePlace) -> tuple[int, int, int] | None:
        """Return red, green and blue of a cell's fill; None if it has none."""
        answer = self._cells.get(place)
        if answer is not None:
            return answer.fill
        colour: tuple[int, int, int] | None = self.sheet(place.sheet).range(str(place.area)).color
        return colour

    def fonts(self, places: Iterable[NamePlace]) -> list[tuple[int, int, int] | None] | None:
        """Return red, green and blue of the text of named cells, None for one of several colours;
        None alone if they must be asked for.
        """
        answers = [self._cells.get(place) for place in places]
        fonts = [answer.font for answer in answers if answer is not None]
        return fonts if len(fonts) == len(answers) else None

    def place(self, name: str) -> NamePlace | None:
        """Return the place of a name.

        Returns None if the name points to no cell, or to several cells that are not one merged
        area.
        """
        place = self.names().get(name.lower())
        target = parse_reference(place[1]) if place else None
        if target is None or target[0] not in self.sheet_names():
            return None
        sheet, area = target
        found = NamePlace(sheet, area.top, area.left)
        if found.area != area:
            merged = self.merged(found)
            if merged is None:
                merged = area_of(self.sheet(sheet).range(str(found.area)).merge_area)
            if merged != area:
                return None
        return found


def area_of(rng: Any) -> Area:
    """Return the area of a range."""
    return Area.of_address(rng.get_address(row_absolute=False, column_absolute=False))
