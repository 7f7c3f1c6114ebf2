"""A plan carried out: each step with what takes it back, which is done when Excel stops half way."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from xlperf.errors import WorkbookError
from xlperf.excel.live.calls import patiently, quiet
from xlperf.excel.live.values import Block, Cells, runs
from xlperf.excel.port import Applied

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Sequence

    from xlperf.excel.areas import Area
    from xlperf.excel.live.colours import Colours
    from xlperf.excel.live.planning import Plan
    from xlperf.excel.live.reading import Reader


class Writer:
    """Writes into a workbook."""

    def __init__(self, reader: Reader, colours: Colours) -> None:
        self._reader, self._colours = reader, colours

    def carry_out(self, plan: Plan) -> Applied:
        """Carry out a plan, or take back what was done of it."""
        values = sum(map(len, plan.values.values())) + sum(body.changed for body in plan.bodies)
        fills = sum(map(len, plan.colours.values()))
        if not values and not fills:
            return Applied(0, 0, needs_recalculation=False)
        with quiet(self._reader.book.app):
            back: list[Callable[[], object]] = []
            try:
                self._write_plan(plan, back)
            except Exception:
                self._take_back(back)
                raise
        return Applied(values, fills, needs_recalculation=False)

    def _write_plan(self, plan: Plan, back: list[Callable[[], object]]) -> None:
        """Write it all; before each step, `back` is given what takes the step back."""
        for body in plan.bodies:
            back.append(partial(self._write_body, body.table, body.sheet, body.held, body.was, body.area))
            self._write_body(body.table, body.sheet, body.cells, body.area, body.was)
        tables = {body.sheet for body in plan.bodies}
        for sheet, cells in plan.values.items():
            blank = plan.blank.get(sheet, set()) if sheet not in tables else set()
            back.append(partial(self._write, sheet, plan.held[sheet], blank))
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
                "Excel stopped while cells were being written, and did not let them be put back. Close the workbook "
                "without saving, open it again, then refresh again."
            ) from error

    def _write(self, sheet: str, cells: Cells, blank: Container[tuple[int, int]] = ()) -> None:
        for area, block in runs(cells, blank):
            patiently(partial(self._write_block, sheet, area, block))

    def _write_block(self, sheet: str, area: Area, block: Block) -> None:
        """Write a block. xlwings' conversion, which only dates need, asks for the sheet's name twelve times a block."""
        rng = self._reader.range(sheet, area)
        if any(isinstance(value, date) for row in block for value in row):
            rng.value = block
        else:
            rng.raw_value = [["" if value is None else value for value in row] for row in block]

    def _write_body(self, table: Any, sheet: str, cells: Cells, area: Area, was: Area) -> None:
        """Write rows of a table and fit it to them: Excel could stretch a table below which something is written."""
        grows = area.bottom > was.bottom
        if grows:
            patiently(lambda: table.resize(self._reader.range(sheet, area)))
        self._write(sheet, cells)
        if area.bottom < was.bottom:
            patiently(lambda: table.resize(self._reader.range(sheet, area)))
