"""The file engine: a workbook without Excel. Only the cells of the edits change; every other byte stays.

The bytes are read once. Parts are scanned when they are first needed; edits are worked out in memory against what the
cells hold now, so that an edit that changes nothing leaves no trace. `save` writes the package anew with the edited
parts replaced and all others copied.
"""

from __future__ import annotations

import math
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xlperf.errors import LayoutError, WorkbookError
from xlperf.excel import markup, reading, saving
from xlperf.excel.package import Package, normalised
from xlperf.excel.parts import (
    SheetEntry,
    TablePart,
    WorkbookPart,
    content_type,
    read_table,
    relations,
    resized,
    tables_of,
)
from xlperf.excel.port import (
    Applied,
    CellError,
    CellState,
    Edit,
    Grid,
    Link,
    Scalar,
    SetFill,
    SetRows,
    SetValue,
    Workbook,
)
from xlperf.excel.sheet import Area, Cell, Change, Sheet, address, is_link
from xlperf.excel.styles import Styles

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

LONGEST_TEXT = 32_767
"""Characters Excel keeps in a cell."""
LAST_ROW = 1_048_576
MAIN_TYPES = {
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": ".xlsx",
    "application/vnd.ms-excel.sheet.macroenabled.main+xml": ".xlsm",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml": ".xltx",
    "application/vnd.ms-excel.template.macroenabled.main+xml": ".xltm",
    "application/vnd.ms-excel.addin.macroenabled.main+xml": ".xlam",
}


class FileWorkbook(Workbook):
    """A workbook file, opened."""

    def __init__(self, data: bytes, what: str, origin: saving.Origin | None = None) -> None:
        """Open the bytes of a workbook; `what` names it in messages. Use `open` for a file."""
        self._origin = origin
        self._package = Package(data, what)
        self._what = what
        self._workbook = WorkbookPart(self._package)
        self._sheets: dict[str, Sheet] = {}
        self._grids: dict[str, list[list[Any]]] = {}
        self._replaced: dict[str, bytes] = {}
        self._tables: dict[str, TablePart] | None = None
        self._style_part: Styles | None = None
        self._texts: list[str] | None = None
        self._calamine: Any = None
        self._formulas = "xl/calcchain.xml" in self._package
        self._parts = {item.kind: item.target for item in self._workbook.relations.values()}

    @classmethod
    def open(cls, path: Path) -> FileWorkbook:
        """Open a workbook file. Raises `WorkbookError` with one sentence when it cannot be used."""
        origin, data = saving.Origin.read(path)
        book = cls(data, path.name, origin)
        kind = MAIN_TYPES.get(content_type(book._package, book._workbook.part).lower())
        if kind not in (".xlsx", ".xlsm"):
            raise WorkbookError(f"{path.name} is {kind or 'no Excel workbook'}; xlperf works on .xlsm and .xlsx files.")
        return book

    # -- reading ---------------------------------------------------------------------------------------------------

    def table_names(self) -> frozenset[str]:
        """Names of all tables."""
        return frozenset(table.name for table in self._all_tables().values())

    def read(self, tables: Iterable[str]) -> Mapping[str, Grid]:
        """Read the tables asked for that exist."""
        known = self._all_tables()
        found: dict[str, Grid] = {}
        for name in tables:
            table = known.get(name.lower())
            if table is None:
                continue
            if not table.header:
                raise LayoutError(
                    f"The table {table.name} on the sheet '{table.sheet.name}' shows no header row, so its columns cannot "
                    "be told. Switch it on (Table Design, Header Row)."
                )
            found[name] = Grid(
                table.name,
                table.sheet.name,
                tuple(column.name for column in table.columns),
                self._block(table.sheet, table.body),
                table.area.top,
                table.area.left,
            )
        return found

    def _block(self, entry: SheetEntry, area: Area) -> tuple[tuple[Scalar, ...], ...]:
        if area.bottom < area.top:
            return ()
        grid = self._grids.get(entry.part)
        if grid is None:
            data = self._content(entry.part)
            self._formulas = self._formulas or (b"<f" in data and self._has_formulas(entry, data))
            if normalised(entry.part) in self._replaced or reading.is_far(data):
                sheet = self._sheet(entry)
                return reading.block_by_cell(
                    sheet, area, self._shared(), self._styles(), date1904=self._workbook.date1904
                )
            if self._calamine is None:
                for kind in ("sharedStrings", "styles"):  # unpacked here first: sizes and checksums are as declared
                    if kind in self._parts:
                        markup.parse(self._package.read(self._parts[kind]), self._parts[kind], start=_ignore)
                self._calamine = reading.open_book(self._package.data, self._what)
            if b"<!DOCTYPE" in data[:4096]:
                self._sheet(entry)  # refuses the document type with its own sentence
            grid = self._grids[entry.part] = reading.whole_sheet(data, entry.name, self._calamine)
        return reading.block(grid, area)

    def _has_formulas(self, entry: SheetEntry, data: bytes) -> bool:
        if entry.part in self._sheets:
            return self._sheets[entry.part].has_formulas
        return data.count(b"<f") > data.count(b'<f>HYPERLINK("#') + data.count(b"<f>HYPERLINK(&quot;#")

    def defined_names(self, prefix: str) -> tuple[str, ...]:
        """Workbook-level names that begin with `prefix`."""
        return tuple(sorted(name for name in self._workbook.names if name.startswith(prefix)))

    def cells(self, names: Iterable[str]) -> Mapping[str, CellState]:
        """Look up cells by name."""
        found: dict[str, CellState] = {}
        for name in names:
            place = self._place(name)
            if place is None:
                continue
            entry, row, column = place
            sheet = self._sheet(entry)
            cell = sheet.cells.get((row, column))
            found[name] = CellState(
                name,
                entry.name,
                address(row, column),
                self._value(cell),
                self._styles().fill(sheet.style_at(row, column)),
                sheet.refusal(row, column),
            )
        return found

    def _place(self, name: str) -> tuple[SheetEntry, int, int] | None:
        """Sheet, row and column of a name that points to one cell (or to exactly one merged area)."""
        target = self._workbook.target(name)
        if target is None or target[0].kind != "worksheet":
            return None
        entry, area = target
        if (area.top, area.left) != (area.bottom, area.right) and area not in self._sheet(entry).merged:
            return None
        return entry, area.top, area.left

    def _value(self, cell: Cell | None) -> Scalar:
        texts = self._shared() if cell is not None and cell.kind == "s" else []
        return reading.value_of(cell, texts, self._styles(), date1904=self._workbook.date1904)

    # -- parts, read when needed -----------------------------------------------------------------------------------

    def _content(self, part: str) -> bytes:
        return self._replaced.get(normalised(part)) or self._package.read(part)

    def _sheet(self, entry: SheetEntry) -> Sheet:
        sheet = self._sheets.get(entry.part)
        if sheet is None:
            sheet = self._sheets[entry.part] = Sheet(self._content(entry.part), entry.part)
        return sheet

    def _styles(self) -> Styles:
        if self._style_part is None:
            part = self._parts.get("styles")
            if part is None:
                raise WorkbookError(
                    f"{self._what} has no styles, so nothing can be coloured. Open and save it in Excel."
                )
            self._style_part = Styles(self._content(part), part)
        return self._style_part

    def _shared(self) -> Sequence[str]:
        if self._texts is None:
            part = self._parts.get("sharedStrings")
            self._texts = reading.shared_texts(self._package.read(part), part) if part else []
        return self._texts

    def _all_tables(self) -> dict[str, TablePart]:
        if self._tables is None:
            found = [table for entry in self._workbook.sheets for table in tables_of(self._package, entry)]
            self._tables = {table.name.lower(): table for table in found}
        return self._tables

    # -- editing ---------------------------------------------------------------------------------------------------

    def apply(self, edits: Sequence[Edit]) -> Applied:
        """Make all edits in memory, or none."""
        self._refuse_signed()
        plan = _Plan(self)
        for edit in edits:
            match edit:
                case SetValue():
                    plan.set_value(edit)
                case SetFill():
                    plan.set_fill(edit)
                case SetRows():
                    plan.set_rows(edit)
        return self._carry_out(plan)

    def _refuse_signed(self) -> None:
        if any("digital-signature" in item.kind for item in relations(self._package, "").values()) or any(
            name.startswith("_xmlsignatures/") for name in self._package.by_name
        ):
            raise LayoutError(
                f"{self._what} carries a digital signature, which any change would void. Remove it (File, Info, View "
                "Signatures), or work on a copy."
            )

    def _carry_out(self, plan: _Plan) -> Applied:
        touched = {entry.part: entry for entry, _, _ in plan.cells}
        rewritten: dict[str, bytes] = {}
        for part, entry in touched.items():
            changes = {(row, column): change for (of, row, column), change in plan.cells.items() if of is entry}
            rewritten[part] = self._sheet(entry).edited(changes)
        for table, area in plan.resized:
            body = Area(table.body.top, area.left, area.bottom - int(table.totals), area.right)
            rewritten[table.part] = resized(self._content(table.part), table.part, area, body, header=table.header)
        values, fills = plan.values, plan.fills
        if not rewritten:
            return Applied(0, 0, needs_recalculation=False)
        style_part = self._parts.get("styles")
        styles = self._style_part.edited() if self._style_part is not None else None
        if styles is not None and style_part is not None:
            rewritten[style_part] = styles
        self._formulas = self._formulas or any(self._sheet(entry).has_formulas for entry in touched.values())
        recalculating = self._workbook.recalculating() if self._formulas else None
        if recalculating is not None:
            rewritten[self._workbook.part] = recalculating
        self._replaced |= {normalised(part): data for part, data in rewritten.items()}
        self._forget(set(touched))
        return Applied(values, fills, needs_recalculation=self._formulas)

    def _forget(self, parts: set[str]) -> None:
        """Read again what was edited, when it is next needed."""
        for part in parts:
            self._sheets.pop(part, None)
            self._grids.pop(part, None)
        self._style_part = None
        if self._tables is not None:
            changed = [table for table in self._tables.values() if normalised(table.part) in self._replaced]
            for table in changed:
                self._tables[table.name.lower()] = read_table(self._content(table.part), table.part, table.sheet)

    # -- saving ----------------------------------------------------------------------------------------------------

    def to_bytes(self) -> bytes:
        """The package as it is now; the very bytes that were read when nothing was edited."""
        return self._package.write(self._replaced) if self._replaced else self._package.data

    def save(self, output: Path | None = None) -> Path | None:
        """Write the workbook in one move; see `Workbook.save`."""
        if output is None and not self._replaced:
            return None
        if output is not None:
            self._save_elsewhere(output)
            return None
        if self._origin is None:
            raise ValueError("a workbook opened from bytes needs an output")
        path = self._origin.path
        saving.refuse_if_open(path)
        with saving.locked(path):
            saving.sweep(path)
            if self._origin.changed():
                raise WorkbookError(
                    f"{path.name} was changed while it was being refreshed; nothing was written. Try again."
                )
            backup = saving.backup_path(path)
            saving.write(backup, self._package.data, like=path)
            saving.write(path, self.to_bytes())
        self._origin = saving.Origin.read(path)[0]
        return backup

    def _save_elsewhere(self, output: Path) -> None:
        own = MAIN_TYPES.get(content_type(self._package, self._workbook.part).lower(), "")
        if output.is_dir() or not output.parent.is_dir():
            raise WorkbookError(f"{output} is no place for a workbook: give a file name in a folder that exists.")
        if own and output.suffix.lower() != own:
            raise WorkbookError(f"{output.name} should end in {own}, as the workbook it comes from.")
        if output.exists():
            saving.refuse_if_open(output)
        with saving.locked(output):
            saving.sweep(output)
            saving.write(output, self.to_bytes(), like=self._origin.path if self._origin else None)


def _ignore(_name: str, _attributes: dict[str, str], _offset: int) -> None:
    """Take no notice of an element."""


class _Plan:
    """Edits worked out against what the cells hold: only real differences are kept."""

    def __init__(self, book: FileWorkbook) -> None:
        self.book = book
        self.cells: dict[tuple[SheetEntry, int, int], Change] = {}
        self.resized: list[tuple[TablePart, Area]] = []
        self.values = self.fills = 0

    def set_value(self, edit: SetValue) -> None:
        entry, row, column = self._named(edit.name)
        sheet = self.book._sheet(entry)
        refusal = sheet.refusal(row, column)
        if refusal:
            raise LayoutError(
                f"{entry.name}!{address(row, column)} ({edit.name}) {refusal}. Clear it, then refresh again."
            )
        self._put(entry, row, column, edit.value, self._style(entry, row, column))

    def set_fill(self, edit: SetFill) -> None:
        entry, row, column = self._named(edit.name)
        before = self._style(entry, row, column)
        after = self.book._styles().coloured(before, edit.fill, edit.font)
        if after == before:
            return
        self.fills += 1
        planned = self.cells.get((entry, row, column))
        if planned is None:
            planned = self._as_is(entry, row, column)
        self.cells[entry, row, column] = Change(planned.inner, planned.kind, after)

    def set_rows(self, edit: SetRows) -> None:
        table = self.book._all_tables().get(edit.table.lower())
        if table is None:
            raise LayoutError(
                f"There is no table named {edit.table}. Restore its sheet, or give the table its name again."
            )
        places = _columns(table, edit.columns)
        body, sheet = table.body, self.book._sheet(table.sheet)
        bottom = body.top + max(1, len(edit.rows)) - 1
        if bottom > body.bottom:
            self._make_room(table, bottom)
        styles = {column: sheet.style_at(body.top, column) for column, _ in places}
        for index in range(max(body.bottom, bottom) - body.top + 1):
            row = body.top + index
            record = edit.rows[index] if index < len(edit.rows) else None
            for column, place in places:
                refusal = sheet.refusal(row, column)
                if refusal:
                    where = f"{table.sheet.name}!{address(row, column)}"
                    raise LayoutError(f"{where}, in the table {table.name}, {refusal}. Clear it, then refresh again.")
                style = styles[column] if row > body.bottom else self._style(table.sheet, row, column)
                self._put(table.sheet, row, column, None if record is None else record[place], style)
        if bottom != body.bottom:
            area = Area(table.area.top, table.area.left, bottom + int(table.totals), table.area.right)
            self.resized.append((table, area))

    def _make_room(self, table: TablePart, bottom: int) -> None:
        """Refuse to grow over anything that is not blank."""
        where, sheet = table.sheet.name, self.book._sheet(table.sheet)
        more = bottom - table.body.bottom
        if table.totals:
            raise LayoutError(
                f"The table {table.name} on '{where}' needs {more} more rows, but shows a totals row. Switch it off "
                "(Table Design, Total Row), then refresh again."
            )
        if bottom > LAST_ROW:
            raise LayoutError(f"The table {table.name} on '{where}' would pass the last row of a sheet.")
        area = Area(table.area.bottom + 1, table.area.left, bottom, table.area.right)
        for row in range(area.top, area.bottom + 1):
            for column in range(area.left, area.right + 1):
                cell = sheet.cells.get((row, column))
                if cell is not None and not cell.blank:
                    content = str(self.book._value(cell))[:40]
                    raise LayoutError(
                        f"The table {table.name} needs {more} more rows, but {where}!{address(row, column)} below it holds "
                        f"'{content}'. Move that away, or insert rows above it, then refresh again."
                    )
        for other in self.book._all_tables().values():
            if other is not table and other.sheet == table.sheet and other.area.overlaps(area):
                raise LayoutError(
                    f"The table {table.name} on '{where}' needs {more} more rows, but the table {other.name} is below "
                    "it. Move one of them, then refresh again."
                )
        if any(merged.overlaps(area) for merged in sheet.merged):
            raise LayoutError(
                f"The table {table.name} on '{where}' needs {more} more rows, but cells below it are merged. Undo that, "
                "then refresh again."
            )

    def _named(self, name: str) -> tuple[SheetEntry, int, int]:
        place = self.book._place(name)
        if place is None:
            raise LayoutError(f"The name {name} points to no single cell. Mend it (Formulas, Name Manager).")
        return place

    def _style(self, entry: SheetEntry, row: int, column: int) -> int:
        planned = self.cells.get((entry, row, column))
        return planned.style if planned is not None else self.book._sheet(entry).style_at(row, column)

    def _as_is(self, entry: SheetEntry, row: int, column: int) -> Change:
        """Content of a cell as it stands, to be given another style only."""
        sheet = self.book._sheet(entry)
        cell = sheet.cells.get((row, column))
        if cell is None:
            return Change(b"", "", sheet.style_at(row, column))
        end = cell.end if markup.is_empty(sheet.data, cell.tag_end) else sheet.data.rindex(b"</", cell.start, cell.end)
        inner = b"" if markup.is_empty(sheet.data, cell.tag_end) else sheet.data[cell.tag_end : end]
        return Change(inner, "" if cell.kind == "n" else cell.kind, cell.style)

    def _put(self, entry: SheetEntry, row: int, column: int, value: Scalar | Link, style: int) -> None:
        """Plan a value, unless the cell holds it already."""
        sheet = self.book._sheet(entry)
        cell = sheet.cells.get((row, column))
        kind, inner = self._content(value)
        if self._holds(cell, value) and (cell is None or style == cell.style):
            return
        if cell is None and not inner:
            return
        self.values += 1
        self.cells[entry, row, column] = Change(inner, kind, style)

    def _holds(self, cell: Cell | None, value: Scalar | Link) -> bool:
        if value is None or value == "":
            return cell is None or cell.blank
        if cell is None:
            return False
        if isinstance(value, Link):
            return is_link(cell) and cell.formula == _jump(value) and cell.value == str(value)
        if cell.formula is not None:
            return False
        if isinstance(value, CellError):
            return cell.kind == "e" and cell.value == value.code
        if isinstance(value, bool):
            return cell.kind == "b" and (cell.value == "1") is value
        if isinstance(value, date):
            value = reading.to_serial(value, date1904=self.book._workbook.date1904)
        if isinstance(value, (int, float)):
            return cell.kind == "n" and cell.value is not None and float(cell.value) == value
        return cell.kind in ("s", "inlineStr", "str") and self.book._value(cell) == _kept_text(value)

    def _content(self, value: Scalar | Link) -> tuple[str, bytes]:
        """Type attribute and inner XML of a value."""
        if value is None or value == "":
            return "", b""
        if isinstance(value, Link):
            formula, shown = markup.escaped(_jump(value)), markup.cell_text(str(value))
            return "str", f"<f>{formula}</f><v>{shown}</v>".encode()
        if isinstance(value, CellError):
            return "e", f"<v>{markup.escaped(value.code)}</v>".encode()
        if isinstance(value, bool):
            return "b", b"<v>1</v>" if value else b"<v>0</v>"
        if isinstance(value, date):
            value = reading.to_serial(value, date1904=self.book._workbook.date1904)
        if isinstance(value, (int, float)):
            if not math.isfinite(value):
                raise ValueError(f"{value} is no number a cell can hold")
            return "", f"<v>{value!r}</v>".encode()
        return "inlineStr", f'<is><t xml:space="preserve">{markup.cell_text(_kept_text(value))}</t></is>'.encode()


def _kept_text(value: str) -> str:
    """Text as a cell keeps it: no longer than Excel allows, line ends as Excel writes them."""
    return value.replace("\r\n", "\n")[:LONGEST_TEXT]


def _jump(link: Link) -> str:
    """Formula that jumps to a cell."""
    sheet = link.sheet.replace("'", "''").replace('"', '""')
    shown = str(link).replace('"', '""')
    return f'HYPERLINK("#\'{sheet}\'!{link.cell}","{shown}")'


def _columns(table: TablePart, wanted: Sequence[str]) -> list[tuple[int, int]]:
    """Sheet column and place in the record of each wanted column the table has. One the user deleted is passed over,
    and so is one that Excel fills by a formula.
    """
    titles = {
        " ".join(column.name.split()).lower(): i for i, column in enumerate(table.columns) if not column.calculated
    }
    places = []
    for place, title in enumerate(wanted):
        index = titles.get(" ".join(title.split()).lower())
        if index is not None:
            places.append((table.area.left + index, place))
    return places
