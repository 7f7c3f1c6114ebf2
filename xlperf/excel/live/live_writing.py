"""A plan carried out: each step with what takes it back, which is done when Excel stops half way.

What filters hide is shown first (`xlperf.excel.live.filters`). What was written is read back, a
sheet's cells or a table's body in one call: where Excel holds something else, that is said, and all
of it is taken back.
"""

from __future__ import annotations

from collections import defaultdict
from contextlib import contextmanager
from datetime import date
from functools import partial
from itertools import chain, product
from typing import TYPE_CHECKING, Any

from xlperf.errors import WorkbookError
from xlperf.excel.areas import address, enclosing
from xlperf.excel.live.calls import excels_own, patiently, quiet
from xlperf.excel.live.filters import Filters
from xlperf.excel.live.live_reading import area_of
from xlperf.excel.live.live_values import Block, Cells, came_out, runs
from xlperf.excel.port import Applied

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterator, Sequence

    from xlperf.excel.areas import Area
    from xlperf.excel.live.calculation import Calculation
    from xlperf.excel.live.cloud import AutoSave
    from xlperf.excel.live.colours import Colours
    from xlperf.excel.live.live_plan import LivePlan
    from xlperf.excel.live.live_reading import Reader

FILLING = "AutoFillFormulasInLists"
SHOWN = 40
"""Characters of a cell quoted in a sentence."""


class Writer:
    """Writes into a workbook."""

    def __init__(
        self, reader: Reader, colours: Colours, calculation: Calculation, autosave: AutoSave
    ) -> None:
        self._reader, self._colours, self._filters = reader, colours, Filters(reader)
        self._calculation, self._autosave = calculation, autosave
        self._done: list[tuple[dict[str, Area], list[Callable[[], object]]]] = []
        """What was written: where, and what takes it back."""

    def carry_out(self, plan: LivePlan) -> Applied:
        """Carry out a plan, or take back what was done of it."""
        values = sum(map(len, plan.values.values())) + sum(body.changed for body in plan.bodies)
        fills = sum(map(len, plan.colours.values()))
        if not values and not fills:
            return Applied(0, 0, needs_recalculation=False)
        back: list[Callable[[], object]] = []
        where = _areas_of(plan)
        self._unfiltered(where, partial(self._write_or_take_back, plan, back))
        self._done.append((where, back))
        return Applied(values, fills, needs_recalculation=False)

    def put_back(self) -> None:
        """Take back all that was written by all plans, the last first. Raises `WorkbookError` when
        that is stopped.
        """
        try:
            while self._done:
                where, back = self._done.pop()
                self._unfiltered(where, partial(self._take_back, back))
        # a filter set meanwhile, an Excel that is busy: their sentences speak of no writing
        except Exception as error:
            raise WorkbookError(
                f"Excel did not let what was written be put back. {self._autosave.way_back}"
            ) from error

    def _unfiltered(self, where: dict[str, Area], step: Callable[[], None]) -> None:
        """Do a step that writes, while nothing filtered is hidden there and Excel is quiet."""
        self._filters.find(where)
        self._autosave.prepare()
        with quiet(self._reader.book.app):
            try:
                self._filters.set_aside()
                step()
            finally:
                self._filters.put_back()
        self._calculation.after()

    def _write_or_take_back(self, plan: LivePlan, back: list[Callable[[], object]]) -> None:
        try:
            self._write_plan(plan, back)
        except Exception:
            self._take_back(back)
            raise

    def _write_plan(self, plan: LivePlan, back: list[Callable[[], object]]) -> None:
        """Write it all; before each step, `back` is given what takes the step back."""
        for body in plan.bodies:
            write = partial(self._write_body, body.table, body.sheet)
            back.append(partial(write, body.held, body.was, body.area, by=self._restore))
            write(body.cells, body.area, body.was, by=self._write)
        tables = {body.sheet for body in plan.bodies}
        for sheet, cells in plan.values.items():
            blank = plan.blank.get(sheet, set()) if sheet not in tables else set()
            back.append(partial(self._restore, sheet, plan.held[sheet], blank))
            self._write(sheet, cells, blank)
        for sheet, colours in plan.colours.items():
            self._colours.write(sheet, colours, back)

    def _take_back(self, back: Sequence[Callable[[], object]]) -> None:
        self._colours.forget()
        try:
            for step in reversed(back):
                step()
        except Exception as error:
            raise WorkbookError(
                "Excel stopped while cells were being written, and did not let them be put back. "
                f"{self._autosave.way_back}"
            ) from error

    def _write(self, sheet: str, cells: Cells, blank: Container[tuple[int, int]] = ()) -> None:
        """Write cells. Raises `WorkbookError` where they do not hold then what they were given."""
        other = self._otherwise(sheet, self._write_cells(sheet, cells, blank))
        if other is not None:
            raise WorkbookError(
                f"{other}, so all that was written was put back. Someone else may be at work in the"
                " workbook, the cell may have a format for text, or a macro may have changed it."
                " Mend that, then refresh again."
            )

    def _restore(self, sheet: str, cells: Cells, blank: Container[tuple[int, int]] = ()) -> None:
        """Write cells back: where a block is not taken as it is, cell by cell."""
        results = self._write_cells(sheet, cells, blank)
        if self._otherwise(sheet, results) is None:
            return
        for place, value in results.items():
            self._write_cells(sheet, {place: value})
        other = self._otherwise(sheet, results)
        if other is not None:
            raise WorkbookError(other)

    def _write_cells(
        self, sheet: str, cells: Cells, blank: Container[tuple[int, int]] = ()
    ) -> Cells:
        """Write cells in few blocks, which may go over blank ones; gives what each cell of the
        blocks was handed.
        """
        results: Cells = {}
        for area, block in runs(cells, blank):
            patiently(partial(self._write_block, sheet, area, block))
            results |= dict(
                zip(product(area.rows, area.columns), chain.from_iterable(block), strict=True)
            )
        return results

    def _otherwise(self, sheet: str, cells: Cells) -> str | None:
        """Read cells back, and say which holds something else than it was given, if one does."""
        if not cells:
            return None
        area = enclosing(cells)
        rng = patiently(partial(self._reader.range, sheet, area))
        values = patiently(partial(self._reader.values, rng))
        exact = any(isinstance(value, str) and value.startswith("=") for value in cells.values())
        formulas = patiently(partial(self._reader.formulas, rng)) if exact else None
        for (row, column), result in cells.items():
            value = values[row - area.top][column - area.left]
            if not came_out(
                result, value, formulas[row - area.top][column - area.left] if formulas else None
            ):
                where = f"The cell {address(row, column)} of the sheet '{sheet}'"
                return f"{where} holds {_quoted(value)} where {_quoted(result)} was written"
        return None

    def _write_block(self, sheet: str, area: Area, block: Block) -> None:
        """Write a block. xlwings' conversion, which only dates need, asks for the sheet's name
        twelve times a block.
        """
        rng = self._reader.range(sheet, area)
        if any(isinstance(value, date) for row in block for value in row):
            rng.value = block
        else:
            rng.raw_value = [["" if value is None else value for value in row] for row in block]

    def _write_body(
        self,
        table: Any,
        sheet: str,
        cells: Cells,
        area: Area,
        was: Area,
        *,
        by: Callable[[str, Cells], None],
    ) -> None:
        """Write rows of a table and fit it to them: Excel could stretch a table below which
        something is written.
        """
        if area.bottom > was.bottom:
            self._resize(table, sheet, area)
        with self._without_filling(cells):
            by(sheet, cells)
        if area.bottom < was.bottom:
            self._resize(table, sheet, area)

    @contextmanager
    def _without_filling(self, cells: Cells) -> Iterator[None]:
        """Keep Excel from filling a whole column of a table with the formula of one cell
        (documentation of AutoCorrect.AutoFillFormulasInLists): jumps differ from row to row.
        """
        jumps = any(isinstance(value, str) and value.startswith("=") for value in cells.values())
        app = excels_own(self._reader.book.app) if jumps else None
        correct = patiently(lambda: getattr(app, "AutoCorrect", None))
        before = correct is not None and patiently(partial(getattr, correct, FILLING))
        if before:
            patiently(partial(setattr, correct, FILLING, not before))
        try:
            yield
        finally:
            if before:
                patiently(partial(setattr, correct, FILLING, before))

    def _resize(self, table: Any, sheet: str, area: Area) -> None:
        patiently(lambda: table.resize(self._reader.range(sheet, area)))
        now = patiently(lambda: area_of(table.range))
        if now != area:
            raise WorkbookError(
                f"The table on the sheet '{sheet}' stays {now} where {area} is needed, so all that"
                " was written was put back. Resize it (Table Design, Resize Table), then refresh"
                " again."
            )


def _areas_of(plan: LivePlan) -> dict[str, Area]:
    """Area of each sheet that holds all that will be written there."""
    places: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for planned in (plan.values, plan.colours):
        for sheet, cells in planned.items():
            places[sheet] += cells
    for body in plan.bodies:
        for area in (body.area, body.was):
            places[body.sheet] += [(area.top, area.left), (area.bottom, area.right)]
    return {sheet: enclosing(cells) for sheet, cells in places.items() if cells}


def _quoted(value: Any) -> str:
    if value is None or value == "":
        return "nothing"
    if not isinstance(value, str):
        return str(value)
    text = value.removeprefix("'")[:SHOWN]
    return f"the text '{text}'"
