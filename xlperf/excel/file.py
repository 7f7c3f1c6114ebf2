"""The file engine: a workbook file, without Excel. Only edited cells change; every other byte
stays.

The bytes are read once. Parts are scanned when first needed. Edits are compared in memory with what
the cells hold now, so an edit that changes nothing leaves no trace. `save` writes a new package: it
replaces the edited parts and copies all others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.errors import LayoutError, WorkbookError
from xlperf.excel import paths, saving
from xlperf.excel.areas import address, split_address
from xlperf.excel.collecting import without_collecting
from xlperf.excel.contents import WorkbookParts
from xlperf.excel.edit_plan import EditPlan
from xlperf.excel.package import Package
from xlperf.excel.port import (
    ADOPTED,
    ApplyResult,
    CellState,
    Edit,
    Grid,
    SetFill,
    SetResults,
    SetRows,
    SetValue,
    Workbook,
)
from xlperf.excel.refusals import no_header

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from xlperf.excel.new_sheets import NewSheets
    from xlperf.excel.port import MarkedCell
    from xlperf.excel.transplant.adoption import Released

MAIN_TYPES = {
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": ".xlsx",
    "application/vnd.ms-excel.sheet.macroenabled.main+xml": ".xlsm",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml": ".xltx",
    "application/vnd.ms-excel.template.macroenabled.main+xml": ".xltm",
    "application/vnd.ms-excel.addin.macroenabled.main+xml": ".xlam",
}


class FileWorkbook(Workbook):
    """An open workbook file."""

    def __init__(self, data: bytes, what: str, origin: saving.Origin | None = None) -> None:
        """Open the bytes of a workbook; `what` is its name in messages. For a file use `open`."""
        self._contents = WorkbookParts(data, what)
        self._origin = origin
        self._what = what
        self._on_disk = data
        self._unsaved = False

    @classmethod
    def open(cls, path: Path) -> FileWorkbook:
        """Open a workbook file. Raises `WorkbookError` with one sentence if it cannot be used."""
        origin, data = saving.Origin.read(path)
        try:
            book = cls(data, path.name, origin)
        except WorkbookError:
            kind = paths.other_kind(data)
            if kind is None:
                raise
            raise WorkbookError(f"{path.name} {kind}") from None
        if book.kind not in (".xlsx", ".xlsm"):
            raise WorkbookError(
                f"{path.name} is {book.kind or 'no Excel workbook'}; xlperf works on .xlsm and"
                " .xlsx files."
            )
        return book

    @property
    def kind(self) -> str:
        """Suffix of files of this kind; empty if this is not a workbook."""
        return MAIN_TYPES.get(self._contents.content_type, "")

    # -- reading
    # ----------------------------------------------------------------------------------------------

    def table_names(self) -> frozenset[str]:
        """Names of all tables."""
        return frozenset(table.name for table in self._contents.tables().values())

    @without_collecting()
    def read(self, tables: Iterable[str]) -> Mapping[str, Grid]:
        """Read the tables in `tables` that exist. Raises `LayoutError` for one without a header
        row.
        """
        tables_by_name = self._contents.tables()
        grids: dict[str, Grid] = {}
        for name in tables:
            table = tables_by_name.get(name.lower())
            if table is None:
                continue
            if not table.header:
                raise no_header(table.name, table.sheet.name)
            grids[name] = Grid(
                table.name,
                table.sheet.name,
                self._contents.titles(table),
                self._contents.body(table),
                table.area.top,
                table.area.left,
                self._contents.outside(table),
            )
        return grids

    def defined_names(self, prefix: str) -> tuple[str, ...]:
        """Workbook-level names that begin with `prefix`."""
        names = self._contents.workbook.names
        return tuple(sorted(name for name in names if name.lower().startswith(prefix.lower())))

    def cells(self, names: Iterable[str]) -> Mapping[str, CellState]:
        """Look up cells by name; names that point to no single cell are left out."""
        states: dict[str, CellState] = {}
        for name in names:
            place = self._contents.place(name)
            if place is None:
                continue
            entry, row, column = place
            sheet = self._contents.sheet(entry)
            states[name] = CellState(
                name,
                entry.name,
                address(row, column),
                self._contents.value(sheet.cell(row, column)),
                self._contents.styles().fill(sheet.style_at(row, column)),
                sheet.refusal(row, column),
                sheet.covered(row, column),
            )
        return states

    # -- editing
    # ----------------------------------------------------------------------------------------------

    def apply(self, edits: Sequence[Edit]) -> ApplyResult:
        """Make all edits in memory, or none. Raises `LayoutError` if an edit cannot be made."""
        self._contents.refuse_signed()
        try:
            plan = self._plan(edits)
            parts = plan.parts()
        except WorkbookError:
            self._contents.forget_styles()
            raise
        if not parts:
            return ApplyResult(0, 0, needs_recalculation=False)
        values, fills = plan.values, plan.fills
        self._contents.calculated |= plan.calculated
        formulas = self._contents.replace(
            parts | self._contents.new_styles(), chain_is_stale=plan.chain_is_stale
        )
        self._unsaved = True
        return ApplyResult(values, fills, needs_recalculation=formulas)

    def _plan(self, edits: Sequence[Edit]) -> EditPlan:
        plan = EditPlan(self._contents)
        for edit in edits:
            match edit:
                case SetValue():
                    plan.set_value(edit)
                case SetFill():
                    plan.set_fill(edit)
                case SetRows():
                    plan.set_rows(edit)
                case SetResults():
                    plan.set_results(edit)
        return plan

    def refusal(self, edit: Edit) -> str | None:
        """Return why an edit cannot be made; None if it can."""
        try:
            self._plan([edit])
        except LayoutError as error:
            return str(error)
        finally:
            if isinstance(edit, SetFill):
                self._contents.forget_styles()
        return None

    # -- sheets
    # ----------------------------------------------------------------------------------------------

    def sheet_names(self) -> list[str]:
        """Names of all sheets."""
        return [entry.name for entry in self._contents.workbook.sheets]

    @property
    def date1904(self) -> bool:
        """Whether days are counted from 1904, as on early Macs."""
        return self._contents.date1904

    def name_text(self, name: str) -> str | None:
        """What a workbook-level name stands for."""
        names = self._contents.workbook.names
        return next((text for key, text in names.items() if key.lower() == name.lower()), None)

    def names_in_use(self) -> set[str]:
        """Names of tables and defined names of every scope, in lower case.

        Raises `WorkbookError` or `LayoutError` for a workbook that cannot take sheets.
        """
        from xlperf.excel.transplant.host import Host

        return Host(self.to_bytes(), self._what).names_taken()

    def marked_cells(self, tables: Iterable[str]) -> tuple[MarkedCell, ...]:
        """Cells that hold markers; see `Workbook.marked_cells`."""
        from xlperf.excel.marked import marked_cells

        if self.name_text(ADOPTED) is None:
            return ()
        return marked_cells(self._contents, tables)

    def texts_before(self, names: Iterable[str]) -> Mapping[str, Sequence[MarkedCell]]:
        """Texts left of named cells; see `Workbook.texts_before`."""
        from xlperf.excel.marked import texts_before

        places = {name: place for name in names if (place := self._contents.place(name))}
        return {name: texts_before(self._contents, *place) for name, place in places.items()}

    def call_cells(self, cells: Mapping[str, MarkedCell]) -> None:
        """Let names stand for cells; see `Workbook.call_cells`."""
        for name, cell in cells.items():
            self._contents.call(name, cell.sheet, *split_address(cell.address))

    def name_cells(self, cells: Mapping[str, MarkedCell], gone: Sequence[str] = ()) -> None:
        """Give cells names, and remember what they hold; see `Workbook.name_cells`."""
        from xlperf.excel.transplant.adoption import connected

        self._give(connected(self.to_bytes(), self._what, cells, gone))

    def adopt(self, new: NewSheets) -> None:
        """Put our sheets into a workbook of somebody else, which remembers what it was."""
        from xlperf.excel.transplant.adoption import adopted

        self._give(adopted(self.to_bytes(), self._what, new))

    def release(
        self, sheets: Iterable[str], names: Iterable[str], markers: Mapping[str, str]
    ) -> Released:
        """Take our sheets out again; see `xlperf.excel.transplant.adoption.released`."""
        from xlperf.excel.transplant.adoption import released

        result = released(self.to_bytes(), self._what, sheets, names, markers)
        self._give(result.data)
        return result

    def changed_parts(self) -> list[str]:
        """Parts of the file whose content is other than on the disk, sorted; new ones are left
        out.
        """
        old, new = Package(self._on_disk, self._what), Package(self.to_bytes(), self._what)
        return sorted(
            member.filename
            for name, member in old.by_name.items()
            if name not in new or new.read(name) != old.read(name)
        )

    def _give(self, data: bytes) -> None:
        self._contents, self._unsaved = WorkbookParts(data, self._what), True

    def put_sheets(self, new: NewSheets) -> None:
        """Put sheets into the package; see `SheetTaker.put_sheets`."""
        from xlperf.excel.transplant.host import with_sheets  # only layout needs it

        self._give(with_sheets(self.to_bytes(), self._what, new))

    # -- saving
    # ----------------------------------------------------------------------------------------------

    def to_bytes(self) -> bytes:
        """Return the bytes of the package as it is now; if nothing was edited, exactly the bytes
        read.
        """
        return self._contents.to_bytes()

    def save(self, output: Path | None = None, *, force: bool = False) -> Path | None:
        """Write the workbook in one move; see `Workbook.save`."""
        target = None if output is None else paths.require_place(output, "workbook", WorkbookError)
        if target is not None and (self._origin is None or target != self._origin.path):
            return self._save_elsewhere(target, force=force)
        if not self._unsaved:
            if self._origin is not None:
                saving.tidy(self._origin.path)
            return None
        if self._origin is None:
            raise ValueError("a workbook opened from bytes needs an output")
        path, data = self._origin.path, self.to_bytes()
        saving.refuse_if_open(path)
        with saving.writing(path):
            backup = saving.write(path, data, over=self._origin, keep=self._on_disk)
        self._origin, self._on_disk, self._unsaved = saving.Origin.of(path, data), data, False
        return backup

    def _save_elsewhere(self, output: Path, *, force: bool) -> Path | None:
        if self.kind and output.suffix.lower() != self.kind:
            raise WorkbookError(
                f"{output.name} should end in {self.kind}, as the workbook it comes from."
            )
        if not force:
            saving.refuse_existing(output)
        elif output.exists():
            saving.refuse_if_open(output)
            return saving.write_over(output, self.to_bytes(), "refresh")
        with saving.writing(output):
            return saving.write(
                output, self.to_bytes(), over=None, like=self._origin.path if self._origin else None
            )
