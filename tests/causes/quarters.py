"""An office whose workbook is refreshed quarter after quarter, with what people do in between."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING

from tests.assessment.casebook import Book, first_day, month
from tests.fake import FakeWorkbook
from xlperf.causes.what_changed import what_changed
from xlperf.periods import last_day
from xlperf.pipeline import refresh
from xlperf.tables import schema
from xlperf.tiles.stored_inputs import read_store, store_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from xlperf.causes.what_changed import Against
    from xlperf.excel.port import Scalar
    from xlperf.tiles.change_causes import Cause
    from xlperf.tiles.changes import Changes, ColourChange
    from xlperf.tiles.stored_inputs import StoredState

NOW = datetime(2014, 12, 2, 9, 30, tzinfo=UTC)


class Quarters:
    """A workbook, and the rows that people change in it."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.owned: dict[str, tuple[Sequence[str], Sequence[Sequence[Scalar]]]] = {}

    def workbook(self) -> FakeWorkbook:
        """The workbook with the rows as they are now, and all that refreshes wrote into it."""
        fresh = self.book.workbook()
        tables = {name: (grid.header, grid.rows) for name, grid in self.book.grids().items()}
        return FakeWorkbook(tables | self.owned, fresh.cells_by_name, sheets=fresh.sheets)

    def refresh(self, end: str) -> FakeWorkbook:
        """Refresh for the twelve months to a month."""
        self.book.settings_given["period_end"] = last(end)
        workbook = self.workbook()
        refresh(workbook, now=NOW, who="analyst", seconds=lambda: 0.5)
        grids = workbook.read([table.name for table in schema.OWNED])
        self.owned = {name: (grid.header, grid.rows) for name, grid in grids.items()}
        return workbook

    def row(self, table: schema.Table, **key: Scalar) -> dict[str, Scalar]:
        """The row of a table with these cells."""
        rows = self.book.rows[table.name]
        return next(row for row in rows if all(row[title] == cell for title, cell in key.items()))

    def count(self, measure: str, text: str, count: int) -> None:
        """Set the count of a month."""
        day = first_day(month(text))
        self.row(schema.MONTHLY, Measure=measure, Month=day)["Count"] = count

    def rewrite(self, change: Callable[[StoredState], StoredState]) -> None:
        """Change the last state that is kept."""
        header, rows = self.owned[schema.INPUTS.name]
        tables = {schema.INPUTS.name: (header, rows)}
        grid = FakeWorkbook(tables).read([schema.INPUTS.name])[schema.INPUTS.name]
        *earlier, last_state = read_store(grid).states
        kept = store_rows([*earlier, change(last_state)])
        self.owned[schema.INPUTS.name] = (
            header,
            [tuple(row.get(title) for title in header) for row in kept],  # type: ignore[misc]
        )

    def changes(self, against: Against = None) -> Changes:
        """What changed, with the causes."""
        return what_changed(self.workbook(), against)


def last(text: str) -> date:
    """Last day of a month."""
    return last_day(month(text))


def by_line(found: Changes) -> dict[str, ColourChange]:
    """Every line that differs, by name."""
    return {item.line: item for item in (*found.changes, *found.figures)}


def causes_of(change: ColourChange) -> list[Cause]:
    """Causes of a change, in their order."""
    return [part.cause for part in change.parts]


def assert_parts_add_up(found: Changes) -> None:
    """Each part begins where the one before ends, each changes something, and the first and the
    last are what the line was and is.
    """
    for change in by_line(found).values():
        parts = change.parts
        assert parts, change
        for part, following in pairwise(parts):
            assert part.after == following.before, change
        assert all(part.before != part.after for part in parts), change
        first, end = parts[0].before, parts[-1].after
        before = {change.before, change.worked_out_before}
        after = {change.after, change.worked_out_after}
        assert first.colour in before, change
        assert end.colour in after, change
        assert (first.position, end.position) == (change.position_before, change.position_after)
        assert (first.latest, end.latest) == (change.latest_before, change.latest_after)
