"""Standing texts and actions of the report, for the pack: a refresh does not read them.

A text of another period, or whose period cannot be read, is left out; so is an action that was done
before the period. What cannot be read is reported.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from xlperf.excel.port import normalised
from xlperf.tables import schema
from xlperf.tables.comments import ALL_PRIORITIES, period_of, period_text
from xlperf.tables.data import Action, ReportText
from xlperf.tables.problems import Code, Severity
from xlperf.tables.report_tables import TextPlace
from xlperf.tables.rows import read_rows

if TYPE_CHECKING:
    from datetime import date

    from xlperf.excel.port import Workbook
    from xlperf.tables.data import Tables
    from xlperf.tables.problems import Problem
    from xlperf.tables.rows import DataRow


def with_report_tables(
    tables: Tables, book: Workbook, start: date, end: date
) -> tuple[Tables, list[Problem]]:
    """Add the standing texts and actions of the period between two days, in the order of their
    sheets; and what is wrong with them. Nothing is added where a workbook has no such tables.
    """
    grids = book.read(table.name for table in schema.REPORT)
    problems: list[Problem] = []
    rows: dict[str, list[DataRow]] = {}
    for table in schema.REPORT:
        if (grid := grids.get(table.name)) is not None:
            rows[table.name], found = read_rows(grid, table)
            problems += found
    texts = []
    for row in rows.get(schema.REPORT_TEXTS.name, ()):
        if period_of(row, None) in ("", period_text(end)):
            text = row.if_readable(row.text, "Text") or ""
            place = TextPlace(row.name("Place") or TextPlace.BEFORE)
            texts.append(ReportText(row.text("Heading"), text, place))
    actions = [
        _action(row, tables, problems)
        for row in rows.get(schema.ACTIONS.name, ())
        if (done := row.if_readable(row.day, "Done")) is None or start <= done
    ]
    with_them = replace(
        tables, report_texts=tuple(text for text in texts if text.text), actions=tuple(actions)
    )
    return with_them, problems


def _action(row: DataRow, tables: Tables, problems: list[Problem]) -> Action:
    """Read one action, under its priority as Measures spells it."""
    typed = row.text("Priority")
    names = {normalised(ALL_PRIORITIES): ALL_PRIORITIES}
    names |= {normalised(item.code): item.code for item in tables.priorities}
    names |= {normalised(item.priority): item.priority for item in tables.measures}
    priority = names.get(normalised(typed))
    if priority is None:
        found = f"No measure has the priority '{typed}'."
        remedy = (
            "Use a code of the sheet Priorities, or All; until then the action is printed among"
            " those of no single priority."
        )
        about = Severity.WARNING, Code.UNKNOWN_PRIORITY, "Priority"
        problems.append(row.problem(*about, found, remedy))
    return Action(
        priority or ALL_PRIORITIES,
        row.text("Action"),
        row.if_readable(row.text, "Owner") or "",
        row.if_readable(row.day, "Due"),
        row.if_readable(row.day, "Done"),
    )
