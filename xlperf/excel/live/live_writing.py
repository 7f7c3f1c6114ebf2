"""Writing a plan: each step has a reversal, which is made if Excel stops in the middle.

Filters are removed first (`xlperf.excel.live.filters`). What was written is read back: the cells of
a sheet, or the body of a table, in one call. If Excel holds something else, a message says so and
everything is undone.
"""

from __future__ import annotations

from collections import defaultdict
from contextlib import contextmanager
from datetime import date
from functools import partial
from itertools import chain, product
from typing import TYPE_CHECKING, Any

from xlperf.errors import WorkbookError
from xlperf.excel.areas import Area, address, enclosing
from xlperf.excel.live.calls import QuietExcel, native_object, retry_while_busy
from xlperf.excel.live.filters import Filters
from xlperf.excel.live.live_values import Block, Cells, is_as_written, runs
from xlperf.excel.port import ApplyResult

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterator, Sequence

    from xlperf.excel.live.calculation import Calculation
    from xlperf.excel.live.cloud import AutoSave
    from xlperf.excel.live.colours import Colours
    from xlperf.excel.live.live_plan import LivePlan
    from xlperf.excel.live.live_reading import Reader
    from xlperf.excel.live.live_structure import LiveTable
    from xlperf.excel.live.live_values import CellBlock

FILLING = "AutoFillFormulasInLists"
QUOTE_LENGTH = 40
"""Number of characters of a cell that a message quotes."""


class Writer:
    """Writes to a workbook."""

    def __init__(
        self, reader: Reader, colours: Colours, calculation: Calculation, autosave: AutoSave
    ) -> None:
        self._reader, self._colours, self._filters = reader, colours, Filters(reader)
        self._calculation, self._autosave = calculation, autosave
        self.excel = QuietExcel(reader.book.app)
        self._done: list[tuple[dict[str, Area], list[Callable[[], object]]]] = []
        """For each plan that was written: the areas, and the calls that undo it."""

    def carry_out(self, plan: LivePlan) -> ApplyResult:
        """Write a plan; if that fails, undo what was written. Returns the number of changes."""
        values = sum(map(len, plan.values.values())) + sum(body.changes for body in plan.bodies)
        fills = sum(map(len, plan.colours.values()))
        if not values and not fills:
            return ApplyResult(0, 0, needs_recalculation=False)
        back: list[Callable[[], object]] = []
        where = _areas_of(plan)
        self._without_filters(where, partial(self._write_or_take_back, plan, back))
        self._done.append((where, back))
        return ApplyResult(values, fills, needs_recalculation=False)

    def put_back(self) -> None:
        """Undo all plans, the last one first. Raises `WorkbookError` if Excel refuses."""
        self._reader.forget()
        try:
            while self._done:
                where, back = self._done.pop()
                self._without_filters(where, partial(self._take_back, back))
        # a filter set meanwhile, an Excel that is busy: their sentences speak of no writing
        except Exception as error:
            raise WorkbookError(
                f"Excel did not let what was written be put back. {self._autosave.recovery_advice}"
            ) from error

    def _without_filters(self, where: dict[str, Area], step: Callable[[], None]) -> None:
        """Make a step that writes, while no filter hides rows there and Excel is quiet."""
        self._filters.find(where)
        self._autosave.prepare()
        with self.excel.while_writing():
            try:
                self._filters.set_aside()
                step()
            finally:
                self._filters.put_back()
        self._calculation.calculate_dependents()

    def _write_or_take_back(self, plan: LivePlan, back: list[Callable[[], object]]) -> None:
        try:
            self._write_plan(plan, back)
        except Exception:
            self._take_back(back)
            raise

    def _write_plan(self, plan: LivePlan, back: list[Callable[[], object]]) -> None:
        """Write all of a plan; before each step, its reversal is added to `back`."""
        for body in plan.bodies:
            write = partial(self._write_body, body.table)
            back.append(partial(write, body.old_cells, body.old_area, body.area, by=self._restore))
            write(body.cells, body.area, body.old_area, by=self._write)
        tables = {body.table.sheet for body in plan.bodies}
        for sheet, cells in plan.values.items():
            blank = plan.blank.get(sheet, set()) if sheet not in tables else set()
            back.append(partial(self._restore, sheet, plan.old_values[sheet], blank))
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
                f"{self._autosave.recovery_advice}"
            ) from error

    def _write(self, sheet: str, cells: Cells, blank: Container[tuple[int, int]] = ()) -> None:
        """Write cells in few blocks, which may include the `blank` cells. Raises `WorkbookError` if
        they then hold something else; what the macro wrote otherwise is first written singly.
        """
        blocks = runs(cells, blank)
        if not blocks:
            return
        held = self._write_by_macro(sheet, blocks)
        if held is None or _difference(sheet, blocks, held) is not None:
            held = self._write_singly(sheet, blocks)
        other = _difference(sheet, blocks, held)
        if other is not None:
            raise WorkbookError(
                f"{other}, so all that was written was put back. Someone else may be at work in the"
                " workbook, the cell may have a format for text, or a macro may have changed it."
                " Correct that, then refresh again."
            )

    def _write_by_macro(
        self, sheet: str, blocks: Sequence[tuple[Area, Block]]
    ) -> Sequence[CellBlock] | None:
        """Write blocks in one call; returns what the cells then hold, None if the workbook's macro
        does not answer.
        """
        places = [(sheet, area) for area, _ in blocks]
        after = retry_while_busy(
            lambda: self._reader.macros.write(places, [block for _, block in blocks])
        )
        if after is None:
            return None
        self._reader.forget()
        return retry_while_busy(lambda: self._reader.converted(places, after))

    def _restore(self, sheet: str, cells: Cells, blank: Container[tuple[int, int]] = ()) -> None:
        """Write the old content of cells; if a block is refused, cell by cell."""
        blocks = runs(cells, blank)
        if _difference(sheet, blocks, self._write_singly(sheet, blocks)) is None:
            return
        alone = [
            (Area(*place, *place), [[value]])
            for area, block in blocks
            for place, value in zip(
                product(area.rows, area.columns), chain.from_iterable(block), strict=True
            )
        ]
        other = _difference(sheet, blocks, self._write_singly(sheet, alone))
        if other is not None:
            raise WorkbookError(other)

    def _write_singly(
        self, sheet: str, blocks: Sequence[tuple[Area, Block]]
    ) -> Sequence[CellBlock]:
        """Write blocks, one call each; returns what the cells then hold, read in one."""
        for area, block in blocks:
            retry_while_busy(partial(self._write_block, sheet, area, block))
        self._reader.forget()
        corners = [(area.top, area.left) for area, _ in blocks]
        corners += [(area.bottom, area.right) for area, _ in blocks]
        where = enclosing(corners) if corners else None
        return retry_while_busy(lambda: self._reader.read_now([(sheet, where)])) if where else []

    def _write_block(self, sheet: str, area: Area, block: Block) -> None:
        """Write a block.

        Only dates need the conversion of xlwings, which reads the name of the sheet twelve times a
        block.
        """
        rng = self._reader.range(sheet, area)
        if any(isinstance(value, date) for row in block for value in row):
            rng.value = block
        else:
            rng.raw_value = [["" if value is None else value for value in row] for row in block]

    def _write_body(
        self,
        table: LiveTable,
        cells: Cells,
        area: Area,
        was: Area,
        *,
        by: Callable[[str, Cells], None],
    ) -> None:
        """Write the rows of a table and resize it to them.

        The resize is explicit because Excel could extend a table when something is written below
        it.
        """
        if area.bottom > was.bottom:
            self._resize(table, area)
        with self._without_filling(cells):
            by(table.sheet, cells)
        if area.bottom < was.bottom:
            self._resize(table, area)

    @contextmanager
    def _without_filling(self, cells: Cells) -> Iterator[None]:
        """Stop Excel from filling a whole column of a table with the formula of one cell.

        Jumps are different in each row (documentation of AutoCorrect.AutoFillFormulasInLists).
        """
        jumps = any(isinstance(value, str) and value.startswith("=") for value in cells.values())
        app = native_object(self._reader.book.app) if jumps else None
        correct = retry_while_busy(lambda: getattr(app, "AutoCorrect", None))
        before = correct is not None and retry_while_busy(partial(getattr, correct, FILLING))
        if before:
            retry_while_busy(partial(setattr, correct, FILLING, not before))
        try:
            yield
        finally:
            if before:
                retry_while_busy(partial(setattr, correct, FILLING, before))

    def _resize(self, table: LiveTable, area: Area) -> None:
        now = retry_while_busy(lambda: self._reader.structure.resize(table, area))
        if now != area:
            raise WorkbookError(
                f"The table on the sheet '{table.sheet}' stays {now} where {area} is needed, so all"
                " that was written was put back. Resize it (Table Design, Resize Table), then"
                " refresh again."
            )


def _difference(
    sheet: str, blocks: Sequence[tuple[Area, Block]], held: Sequence[CellBlock]
) -> str | None:
    """Compare what was passed to Excel with what cells hold. Returns the beginning of a sentence
    about the first different cell; None if none is.
    """
    cells = {
        place: result
        for area, block in blocks
        for place, result in zip(
            product(area.rows, area.columns), chain.from_iterable(block), strict=True
        )
    }
    exact = any(isinstance(result, str) and result.startswith("=") for result in cells.values())
    for area, values, formulas in held:
        for row, column in product(area.rows, area.columns):
            if (row, column) not in cells:
                continue
            result, value = cells[row, column], values[row - area.top][column - area.left]
            formula = formulas[row - area.top][column - area.left] if exact else None
            if not is_as_written(result, value, formula):
                where = f"The cell {address(row, column)} of the sheet '{sheet}'"
                return f"{where} holds {_quote(value)} where {_quote(result)} was written"
    return None


def _areas_of(plan: LivePlan) -> dict[str, Area]:
    """Return, for each sheet, the area that contains everything to be written there."""
    places: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for cells_by_sheet in (plan.values, plan.colours):
        for sheet, cells in cells_by_sheet.items():
            places[sheet] += cells
    for body in plan.bodies:
        for area in (body.area, body.old_area):
            places[body.table.sheet] += [(area.top, area.left), (area.bottom, area.right)]
    return {sheet: enclosing(cells) for sheet, cells in places.items() if cells}


def _quote(value: Any) -> str:
    if value is None or value == "":
        return "nothing"
    if not isinstance(value, str):
        return str(value)
    text = value.removeprefix("'")[:QUOTE_LENGTH]
    return f"the text '{text}'"
