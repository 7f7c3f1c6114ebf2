"""The port of Excel on a workbook that is open in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xlperf.errors import LayoutError
from xlperf.excel.live.calculation import Calculation
from xlperf.excel.live.calls import patiently
from xlperf.excel.live.cloud import AutoSave
from xlperf.excel.live.colours import Colours
from xlperf.excel.live.live_plan import planned
from xlperf.excel.live.live_reading import Reader
from xlperf.excel.live.live_writing import Writer
from xlperf.excel.live.named_cells import STATUS, NamedCells
from xlperf.excel.port import Applied, CellState, Edit, Grid, Workbook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path


class LiveWorkbook(Workbook):
    """A workbook open in Excel.

    Made anew for each refresh: what is dear to ask for (names, tables, merged areas, colours of
    single cells) is asked for once. It cannot tell whether a conditional format covers a cell.
    """

    def __init__(self, book: Any, agree: Callable[[str], bool] | None = None) -> None:
        """`book`: an ``xlwings.Book``. `agree`: asked before a workbook that saves itself is
        written to.
        """
        self.book = book
        self._reader = Reader(book)
        self._named = NamedCells(self._reader)
        self._calculation = Calculation(book.app)
        self._autosave = AutoSave(book, agree)
        colours = Colours(self._reader, self._named.fills)
        self._writer = Writer(self._reader, colours, self._calculation, self._autosave)

    @property
    def copy(self) -> Path | None:
        """Copy that was kept of a workbook that saves itself, as it was before it was written
        to.
        """
        return self._autosave.copy

    def table_names(self) -> frozenset[str]:
        """Names of all tables."""
        return patiently(lambda: frozenset(found.name for found in self._reader.tables().values()))

    def read(self, tables: Iterable[str]) -> Mapping[str, Grid]:
        """Read the tables asked for that exist, each in one call."""
        names = list(tables)
        self._calculation.settle()
        return patiently(lambda: self._reader.read(names))

    def defined_names(self, prefix: str) -> tuple[str, ...]:
        """Workbook-level names that begin with `prefix`."""
        names = patiently(self._reader.names).values()
        return tuple(sorted(name for name, _ in names if name.lower().startswith(prefix.lower())))

    def cells(self, names: Iterable[str]) -> Mapping[str, CellState]:
        """Look up cells by name: values and formulas of each sheet's block in one call each.

        Colours are a call each, so they are read of status cells only.
        """
        asked_names = list(names)
        coloured = {name for name in asked_names if name.lower().endswith(STATUS)}
        states = patiently(lambda: self._named.look(asked_names, coloured))
        return {name: look.state for name, look in states.items()}

    def apply(self, edits: Sequence[Edit]) -> Applied:
        """Make all edits, or none."""
        return self._writer.carry_out(patiently(lambda: planned(self._reader, self._named, edits)))

    def refusal(self, edit: Edit) -> str | None:
        """Say why an edit cannot be made."""
        try:
            patiently(lambda: planned(self._reader, self._named, [edit]))
        except LayoutError as error:
            return str(error)
        return None

    def put_back(self) -> None:
        """Put back all that was written. Raises `WorkbookError` where Excel does not take it."""
        self._writer.put_back()

    def save(self, output: Path | None = None, *, force: bool = False) -> Path | None:  # noqa: ARG002 - the port's
        """Save nothing: the workbook is open before a person, who saves it."""
        return None
