"""The `Workbook` port for a workbook that is open in Excel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xlperf.errors import LayoutError
from xlperf.excel.live.calculation import Calculation
from xlperf.excel.live.calls import retry_while_busy
from xlperf.excel.live.cloud import AutoSave
from xlperf.excel.live.colours import Colours
from xlperf.excel.live.live_plan import plan_edits
from xlperf.excel.live.live_reading import Reader
from xlperf.excel.live.live_writing import Writer
from xlperf.excel.live.marked_cells import (
    marked_cells,
    name_cells,
    reference_to,
    take_back,
    texts_before,
)
from xlperf.excel.live.named_cells import STATUS, NamedCells
from xlperf.excel.live.sheet_copies import put_sheets
from xlperf.excel.port import ApplyResult, CellState, Edit, Grid, Workbook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from xlperf.excel.new_sheets import NewSheets
    from xlperf.excel.port import MarkedCell


class LiveWorkbook(Workbook):
    """A workbook open in Excel. Each refresh needs a new one.

    Expensive lookups (names, tables, merged areas, colours of single cells) are cached. The engine
    does not know whether a conditional format covers a cell.
    """

    def __init__(self, book: Any, agree: Callable[[str], bool] | None = None) -> None:
        """`book` is an ``xlwings.Book``; `agree` asks the user before a workbook with AutoSave is
        edited.
        """
        self.book = book
        self._reader = Reader(book)
        self._named = NamedCells(self._reader)
        self._calculation = Calculation(book.app)
        self._autosave = AutoSave(book, agree)
        colours = Colours(self._reader, self._named.fills)
        self._writer = Writer(self._reader, colours, self._calculation, self._autosave)
        self._written = False
        self._names_back: list[Callable[[], object]] = []
        """What takes back the names that cells got, or lost."""

    @property
    def copy(self) -> Path | None:
        """Path of the copy of a workbook with AutoSave before the edits; None if there
        is no copy.
        """
        return self._autosave.copy

    def table_names(self) -> frozenset[str]:
        """Names of all tables."""
        return retry_while_busy(
            lambda: frozenset(table.name for table in self._reader.structure.tables().values())
        )

    def read(self, tables: Iterable[str]) -> Mapping[str, Grid]:
        """Read the tables in `tables` that exist."""
        names = list(tables)
        if self._calculation.calculate_all():
            self._reader.forget()
        return retry_while_busy(lambda: self._reader.read(names))

    def defined_names(self, prefix: str) -> tuple[str, ...]:
        """Workbook-level names that begin with `prefix`."""
        names = retry_while_busy(self._reader.structure.names).values()
        return tuple(sorted(name for name, _ in names if name.lower().startswith(prefix.lower())))

    def cells(self, names: Iterable[str]) -> Mapping[str, CellState]:
        """Look up cells by name. Only the colours of status cells are read: where the workbook's
        macro does not answer, a colour takes a call of its own.
        """
        name_list = list(names)
        coloured = {name for name in name_list if name.lower().endswith(STATUS)}
        states = retry_while_busy(lambda: self._named.look(name_list, coloured))
        return {name: look.state for name, look in states.items()}

    def apply(self, edits: Sequence[Edit]) -> ApplyResult:
        """Make all edits, or none. Raises `LayoutError` or `WorkbookError` if one
        cannot be made.
        """
        self._reader.forget()
        try:
            applied = self._writer.carry_out(
                retry_while_busy(lambda: plan_edits(self._reader, self._named, edits))
            )
        except Exception:
            if not self._written:
                self._take_names_back()
            raise
        self._written = True
        return applied

    def writing(self) -> AbstractContextManager[None]:
        """Set Excel's settings once for all that is applied within."""
        return self._writer.excel.held()

    def refusal(self, edit: Edit) -> str | None:
        """Return why an edit cannot be made; None if it can."""
        try:
            retry_while_busy(lambda: plan_edits(self._reader, self._named, [edit]))
        except LayoutError as error:
            return str(error)
        return None

    def sheet_names(self) -> list[str]:
        """Names of all sheets."""
        return retry_while_busy(self._reader.structure.sheet_names)

    def name_text(self, name: str) -> str | None:
        """What a workbook-level name stands for."""
        entry = retry_while_busy(self._reader.structure.names).get(name.lower())
        return None if entry is None else entry[1]

    def marked_cells(self, tables: Iterable[str]) -> tuple[MarkedCell, ...]:
        """Cells that hold markers."""
        return retry_while_busy(lambda: marked_cells(self._reader, tables))

    def texts_before(self, names: Iterable[str]) -> Mapping[str, tuple[MarkedCell, ...]]:
        """Texts left of named cells, in two calls a sheet."""
        name_list = list(names)
        return retry_while_busy(lambda: texts_before(self._reader, name_list))

    def call_cells(self, cells: Mapping[str, MarkedCell]) -> None:
        """Let names stand for cells, in this object alone."""
        names = retry_while_busy(self._reader.structure.names)
        names |= {name.lower(): (name, reference_to(cell)) for name, cell in cells.items()}

    def name_cells(self, cells: Mapping[str, MarkedCell], gone: Sequence[str] = ()) -> None:
        """Give cells names; what was read of names is read again."""
        self._autosave.prepare()
        try:
            name_cells(self.book, cells, gone, self._names_back)
        except Exception:
            self._take_names_back()
            raise
        self._reader.structure.forget_names()

    def _take_names_back(self) -> None:
        take_back(self._names_back)
        self._reader.structure.forget_names()

    def put_sheets(self, new: NewSheets) -> None:
        """Copy sheets into the workbook. Afterwards another `LiveWorkbook` must be made of it."""
        self._autosave.prepare()
        put_sheets(self.book, new)

    def put_back(self) -> None:
        """Undo everything that was written. Raises `WorkbookError` if Excel refuses."""
        self._writer.put_back()
        self._take_names_back()

    def save(self, output: Path | None = None, *, force: bool = False) -> Path | None:  # noqa: ARG002 - the port's
        """Save nothing: the workbook is open in front of a person, who saves it."""
        return None
