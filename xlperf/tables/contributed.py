"""What partners say of measures, for the pack: of the sheet Contributions what may be shown.

A refresh does not read it. What waits for its board, or was replaced, is left out; so is what
cannot be read.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from xlperf.tables import schema
from xlperf.tables.data import Contribution
from xlperf.tables.return_tables import ContributionUse
from xlperf.tables.rows import read_rows

if TYPE_CHECKING:
    from datetime import date

    from xlperf.excel.port import Workbook
    from xlperf.tables.data import Tables
    from xlperf.tables.rows import DataRow

SHOWN = frozenset(
    map(str, (ContributionUse.USED, ContributionUse.ON_RECORD, ContributionUse.NOT_ADDED))
)
"""What became of what may be shown."""


def with_contributions(tables: Tables, book: Workbook, period_end: date) -> Tables:
    """Add what partners say for the quarter that ends on a day, in the order of the measures."""
    grid = book.read([schema.CONTRIBUTIONS.name]).get(schema.CONTRIBUTIONS.name)
    if grid is None:
        return tables
    said: dict[tuple[str, str], Contribution] = {}
    for row in sorted(read_rows(grid, schema.CONTRIBUTIONS)[0], key=_version):
        if row.name("Use") in SHOWN and row.if_readable(row.day, "Quarter end") == period_end:
            item = _contribution(row)
            if item.context or item.rule:
                said[item.measure.lower(), item.partner.lower()] = item
    contributions = tuple(
        replace(item, measure=measure.name)
        for measure in tables.measures
        for item in said.values()
        if item.measure.lower() == measure.name.lower()
    )
    return replace(tables, contributions=contributions)


def _version(row: DataRow) -> int:
    return row.if_readable(row.whole, "Version") or 0


def _contribution(row: DataRow) -> Contribution:
    return Contribution(
        row.name("Measure"),
        row.name("Partner"),
        row.name("Status"),
        row.name("Counting rule"),
        row.name("Context"),
        row.name("Board"),
        row.if_readable(row.day, "Seen by board"),
    )
