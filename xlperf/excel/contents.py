"""The parts of an open workbook. They are read when first needed, and hold all edits
made so far.
"""

from __future__ import annotations

import math
import re
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from xlperf.errors import LayoutError, WorkbookError
from xlperf.excel import bulk, cell_reading, cell_values, markup, plain
from xlperf.excel.areas import Area, Areas
from xlperf.excel.merges import merged_areas, with_covered
from xlperf.excel.package import Package, normalised
from xlperf.excel.parts import (
    SheetEntry,
    TablePart,
    WorkbookPart,
    content_type,
    read_table,
    relations,
    tables_of,
    without_part,
)
from xlperf.excel.port import CellOutside
from xlperf.excel.port import normalised as folded
from xlperf.excel.refusals import cells_outside
from xlperf.excel.sheet import WorksheetPart
from xlperf.excel.styles import StylesPart

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from xlperf.excel.port import Scalar
    from xlperf.excel.scanned import ScannedCell

SMALL = 1_000_000
"""Size in bytes of a small part, which is unpacked once and stays in memory. If a sheet of this
size was not read yet, it is unpacked to look for formulas.
"""
BLANK_ROWS = 1_000
"""Maximum number of blank rows that are returned at the end of an area. A table that reaches the
last row of a sheet has a million.
"""
FORMULA = re.compile(rb"<f[ />]")
NO_STYLES = f'<styleSheet xmlns="{markup.MAIN}"/>'.encode()


class WorkbookParts:
    """The parts of a workbook."""

    def __init__(self, data: bytes, what: str) -> None:
        """Open the bytes of a workbook; `what` names it in messages."""
        self.package = Package(data, what)
        self.what = what
        self.workbook = WorkbookPart(self.package)
        self.date1904 = self.workbook.date1904
        self.replaced: dict[str, bytes] = {}
        self.removed: set[str] = set()
        self._unpacked: dict[str, bytes] = {}
        self._parts = {item.kind: item.target for item in self.workbook.relations.values()}
        self._sheets: dict[str, WorksheetPart] = {}
        self._places: dict[str, tuple[SheetEntry, int, int] | None] = {}
        self._grids: dict[str, list[bulk.Row] | None] = {}
        self._merged: dict[str, tuple[Area, ...]] = {}
        self._plain_cells: dict[str, plain.Cells | None] = {}
        self._with_formulas: dict[str, bool] = {}
        self.calculated: dict[str, int] = {}
        """For each part, the number of formulas whose stored results are already correct after all
        edits.
        """
        self._tables: dict[str, TablePart] | None = None
        self._styles: StylesPart | None = None
        self._texts: cell_reading.SharedTexts | None = None

    @cached_property
    def content_type(self) -> str:
        """Content type of the main part, which says what kind of workbook this is."""
        return content_type(self.package, self.workbook.part).lower()

    def content(self, part: str) -> bytes:
        """Return the bytes of a part as they are now."""
        key = normalised(part)
        data = self.replaced.get(key) or self._unpacked.get(key)
        if data is None:
            data = self.package.read(part)
            if len(data) <= SMALL:
                self._unpacked[key] = data
        return data

    def sheet(self, entry: SheetEntry) -> WorksheetPart:
        """Scan a sheet."""
        sheet = self._sheets.get(entry.part)
        if sheet is None:
            sheet = self._sheets[entry.part] = WorksheetPart(
                self.content(entry.part), entry.part, self._plain_cells.get(entry.part)
            )
            self._with_formulas[entry.part] = sheet.has_formulas
        return sheet

    def styles(self) -> StylesPart:
        """Read the styles."""
        if self._styles is None:
            part = self._parts.get("styles")
            if part is None:
                raise WorkbookError(
                    f"{self.what} has no styles, so nothing can be coloured. Open and save it in"
                    " Excel."
                )
            self._styles = StylesPart(self.content(part), part)
        return self._styles

    def formats(self) -> StylesPart:
        """Read the styles as far as values need them. A workbook without styles shows no dates."""
        return self.styles() if "styles" in self._parts else self._no_styles

    @cached_property
    def _no_styles(self) -> StylesPart:
        return StylesPart(NO_STYLES, "styles")

    def forget_styles(self) -> None:
        """Drop styles that were prepared for edits that were not made."""
        self._styles = None

    def new_styles(self) -> dict[str, bytes]:
        """Return the styles part if something was added to it."""
        part = self._parts.get("styles")
        edited = self._styles.edited() if self._styles is not None else None
        return {} if edited is None or part is None else {part: edited}

    def texts(self) -> cell_reading.SharedTexts | list[str]:
        """Read the shared strings."""
        if self._texts is None:
            part = self._parts.get("sharedStrings")
            if part is None:
                return []
            self._texts = cell_reading.SharedTexts(self.package.read(part), part)
        return self._texts

    def tables(self) -> Mapping[str, TablePart]:
        """All tables, by name in lower case."""
        if self._tables is None:
            self._tables = {}
            for table in (
                table for entry in self.workbook.sheets for table in tables_of(self.package, entry)
            ):
                other = self._tables.setdefault(table.name.lower(), table)
                if other is not table:
                    raise WorkbookError(
                        f"{self.what} has two tables named {other.name}, on the sheets"
                        f" '{other.sheet.name}' and '{table.sheet.name}', so it is not known which"
                        " to read. Give one of them another name (in Excel: Table Design, Table"
                        " Name)."
                    )
        return self._tables

    def place(self, name: str) -> tuple[SheetEntry, int, int] | None:
        """Return sheet, row and column of a name that points to one cell or to exactly one merged
        area.

        Returns None for any other name.
        """
        if name not in self._places:
            self._places[name] = self._find_place(name)
        return self._places[name]

    def call(self, name: str, sheet: str, row: int, column: int) -> None:
        """Let a name stand for a cell; the workbook does not get it."""
        entry = next(item for item in self.workbook.sheets if item.name == sheet)
        self._places[name] = entry, row, column

    def _find_place(self, name: str) -> tuple[SheetEntry, int, int] | None:
        target = self.workbook.target(name)
        if target is None or target[0].kind != "worksheet":
            return None
        entry, area = target
        if (area.top, area.left) != (area.bottom, area.right) and area not in self.sheet(
            entry
        ).merged:
            return None
        return entry, area.top, area.left

    def value(self, cell: ScannedCell | None) -> Scalar:
        """Return the value of a scanned cell."""
        texts = self.texts() if cell is not None and cell.kind == "s" else []
        try:
            return cell_reading.value_of(
                cell,
                texts,
                self.formats(),
                date1904=self.date1904,
                calculated=self.workbook.calculated,
            )
        except ValueError as error:
            raise WorkbookError(
                f"{self.what} is damaged: {error}. Restore it from a backup."
            ) from None

    def numbers(self, texts: Sequence[bytes], style: int) -> Sequence[Scalar]:
        """Return the values of cells with numbers. Raises ValueError if one must be read
        otherwise.
        """
        numbers = [*map(float, texts)]
        if not math.isfinite(sum(numbers)):
            raise ValueError
        if not self.formats().is_date(style):
            return numbers
        return [cell_values.from_serial(number, date1904=self.date1904) for number in numbers]

    def shared(self, numbers: Sequence[bytes]) -> Sequence[Scalar]:
        """Return shared strings by their numbers. Raises ValueError if there is no such string."""
        texts, places = self.texts(), [*map(int, numbers)]
        if not 0 <= min(places) <= max(places) < len(texts):
            raise ValueError
        return [texts[place] or None for place in places]

    def holds(self, cell: ScannedCell | None, value: cell_values.Writable) -> bool:
        """Whether writing `value` would change nothing."""
        if cell is None or cell.blank:
            return value is None or value == ""
        now = None if value is None else self.value(cell)
        return cell_values.holds(cell, now, value, date1904=self.date1904)

    # -- whole sheets
    # ----------------------------------------------------------------------------------------------

    def block(self, entry: SheetEntry, area: Area) -> tuple[tuple[Scalar, ...], ...]:
        """Return the values of an area. At its end, at most `BLANK_ROWS` blank rows are
        returned.
        """
        if area.bottom < area.top:
            return ()
        grid = self._whole(entry)
        last = self.sheet(entry).last_row if grid is None else len(grid)
        area = replace(area, bottom=min(area.bottom, max(last, area.top - 1) + BLANK_ROWS))
        if grid is None:
            return cell_reading.block_by_cell(self.sheet(entry), area, self.value)
        return cell_reading.block(grid, area)

    def titles(self, table: TablePart) -> tuple[str, ...]:
        """Return the titles of a table's columns.

        If the header cell and the table part have different titles, both are returned in one text.
        Programs that move cells but leave the table part unchanged write such files. It is not
        known which of the two titles is right.
        """
        cells = self.block(
            table.sheet, Area(table.area.top, table.area.left, table.area.top, table.area.right)
        )[0]
        return tuple(
            (
                f"{column.name} / {cell}"
                if isinstance(cell, str) and folded(cell) != folded(column.name)
                else column.name
            )
            for column, cell in zip(table.columns, cells, strict=True)
        )

    def body(self, table: TablePart) -> tuple[tuple[Scalar, ...], ...]:
        """Return the data rows of a table.

        A cell under a merged area shows no value of its own; it does not count as blank.
        """
        rows = self.block(table.sheet, table.body)
        self._whole(table.sheet)
        merged = [area for area in self._merged[table.sheet.part] if area.overlaps(table.body)]
        return with_covered(rows, table.body, merged) if merged else rows

    def outside(self, table: TablePart) -> tuple[CellOutside, ...]:
        """Return the filled cells that are outside every table, on the sheet of a table.

        Cells from the table's header row on count, except headers and data rows of tables; row by
        row.
        """
        tables = [other for other in self.tables().values() if other.sheet == table.sheet]
        totals = [other.area for other in tables if other.totals]
        filled_cells = self._filled_outside(table, [other.without_totals for other in tables])
        return cells_outside(filled_cells, totals, table.name, table.sheet.name)

    def _filled_outside(
        self, table: TablePart, tables: Sequence[Area]
    ) -> Iterator[tuple[int, int, Scalar]]:
        grid = self._whole(table.sheet)
        if grid is not None:
            yield from cell_reading.outside(grid, tables, table.area.top)
            return
        areas = Areas(tables)
        for row, column, cell in self.sheet(table.sheet).cells(table.area.top):
            if areas.at(row, column) is None and (value := self.value(cell)) is not None:
                yield row, column, value

    def _whole(self, entry: SheetEntry) -> list[bulk.Row] | None:
        if entry.part not in self._grids:
            self._grids[entry.part] = self._grid(entry)
        return self._grids[entry.part]

    def _grid(self, entry: SheetEntry) -> list[bulk.Row] | None:
        """Read a sheet at once; None if it must be read cell by cell."""
        data = markup.as_utf8(self.content(entry.part))
        self._with_formulas.setdefault(entry.part, _has_formulas(data))
        self._merged[entry.part] = tuple(merged_areas(data))
        if normalised(entry.part) in self.replaced:
            return None
        self.texts()
        place = plain.place_of_rows(data)
        if place is None:
            return None
        try:
            grid = bulk.grid(data, place, self)
        except (bulk.NotPlainError, WorkbookError):
            return None  # cell by cell, a fault counts only where its cell is needed
        if not plain.is_around_plain(data, place, entry.part):
            return None
        self._plain_cells[entry.part] = place
        return grid

    def may_have_formulas(self) -> bool:
        """Whether a cell may hold a formula whose result depends on other cells.

        Large sheets that were not read yet count as if they had such formulas.
        """
        if any(self._with_formulas.values()):
            return True
        for entry in self.workbook.sheets:
            if entry.kind != "worksheet" or entry.part in self._with_formulas:
                continue
            if self.package.size(entry.part) > SMALL:
                return True
            self._with_formulas[entry.part] = _has_formulas(self.package.read(entry.part))
            if self._with_formulas[entry.part]:
                return True
        return False

    # -- changing
    # ----------------------------------------------------------------------------------------------

    def refuse_signed(self) -> None:
        """Refuse a workbook with a digital signature, because any change makes the signature
        invalid.
        """
        signed = any(
            "digital-signature" in item.uri for item in relations(self.package, "").values()
        )
        if signed or any(name.startswith("_xmlsignatures/") for name in self.package.by_name):
            raise LayoutError(
                f"{self.what} carries a digital signature, which any change would void. Remove it"
                " (File, Info, View Signatures), or work on a copy."
            )

    def replace(self, parts: Mapping[str, bytes], *, chain_is_stale: bool) -> bool:
        """Replace parts. Returns whether the workbook has formulas that must be calculated again.

        `chain_is_stale` deletes the calculation chain, an index of formula cells; Excel builds a
        new one.
        """
        new = {normalised(part): data for part, data in parts.items()}
        chain = self._parts.pop("calcChain", None) if chain_is_stale else None
        formulas = chain is not None or self._formulas_after(new)
        if formulas:
            recalculating = self.workbook.recalculating()
            if recalculating is not None:
                new[normalised(self.workbook.part)] = recalculating
        if chain is not None:
            self.removed.add(normalised(chain))
            new |= without_part(self.package, chain, self.workbook.part)
        self.replaced |= new
        self._forget(parts)
        return formulas

    def _formulas_after(self, new: Mapping[str, bytes]) -> bool:
        for entry in self.workbook.sheets:
            data = new.get(normalised(entry.part))
            if data is not None or entry.part in self.calculated:
                data = self.content(entry.part) if data is None else data
                self._with_formulas[entry.part] = _has_formulas(
                    data, but=self.calculated.get(entry.part, 0)
                )
        return self.may_have_formulas()

    def _forget(self, parts: Mapping[str, bytes]) -> None:
        """Forget what was read of edited parts, so that it is read again when next needed."""
        for part in parts:
            self._sheets.pop(part, None)
            self._grids.pop(part, None)
            self._merged.pop(part, None)
            self._plain_cells.pop(part, None)
        self._styles = None
        for name, table in (self._tables or {}).items():
            if table.part in parts and self._tables is not None:
                self._tables[name] = read_table(parts[table.part], table.part, table.sheet)

    def to_bytes(self) -> bytes:
        """Return the bytes of the package as it is now; if nothing was edited, exactly the bytes
        read.
        """
        return (
            self.package.write(self.replaced, self.removed) if self.replaced else self.package.data
        )


def _has_formulas(data: bytes, *, but: int = 0) -> bool:
    """Whether the bytes of a sheet contain more than `but` formulas other than jumps to a cell."""
    data = markup.as_utf8(data)
    if data.find(b"<sheetData") < 0:
        return b":f>" in data or b":f " in data
    if FORMULA.search(data) is None:
        return False
    jumps = data.count(b'<f>HYPERLINK("#') + data.count(b"<f>HYPERLINK(&quot;#")
    return len(FORMULA.findall(data)) > jumps + but
