"""The figures of a pack as a plain table for machines: one row a line, numbers as numbers.

No number here is more precise than the one that is printed.
"""

from __future__ import annotations

import csv
from datetime import date
from io import StringIO
from typing import TYPE_CHECKING

from xlperf.assessment.caveats import Provisional
from xlperf.assessment.evidence import Position
from xlperf.documents.pack_values import PrintedTable
from xlperf.periods import first_day, last_day
from xlperf.tables.measure_kinds import FORMS, LineKind
from xlperf.tiles.figures import percent_decimals, printed_number, rounded_number

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from xlperf.assessment.evidence import Assessment
    from xlperf.excel.port import Scalar
    from xlperf.periods import Period
    from xlperf.tiles.assessed import Assessed

FIGURES = "Figures"
TITLES = {
    "Priority": 9, "Title": 34, "Line": 34, "What it is": 12, "Unit": 16, "Baseline from": 14,
    "Baseline to": 14, "Baseline": 12, "Latest from": 14, "Latest to": 14, "Latest": 12,
    "Answers": 10, "Change": 10, "Change in": 12, "Place": 8, "Places": 8, "Colour": 9,
    "Provisional": 12,
}  # fmt: skip
"""Of the columns, with their widths in characters."""
UNITS = {"%": "per cent", " per 1,000": "per 1,000", " stars": "stars", " million": "£ million"}
"""Words for what is written behind a number."""
READ_AS_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""Beginnings of a text that a spreadsheet reads as a formula (OWASP, CSV Injection)."""


def figures_table(assessed: Assessed) -> PrintedTable:
    """Give the figures of every line that may be shown."""
    return PrintedTable(
        FIGURES,
        "Every figure as a number, one row a line; the same as the file of figures (.csv).",
        tuple(TITLES),
        tuple(tuple(_row(line, assessed)) for line in assessed.lines),
        tuple(TITLES.values()),
    )


def figures_csv(table: PrintedTable) -> bytes:
    """Give a table as a file that spreadsheets and statistical programs read: UTF-8 with a mark,
    commas, days as 2014-09-30, a point in numbers.
    """
    memory = StringIO(newline="")
    writer = csv.writer(memory)
    writer.writerow(table.titles)
    writer.writerows([_csv_text(value) for value in row] for row in table.rows)
    return memory.getvalue().encode("utf-8-sig")


def _csv_text(value: Scalar) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return f"{value:.10g}"
    text = str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(READ_AS_FORMULA) else text


def _row(line: Assessment, assessed: Assessed) -> Iterator[Scalar]:
    figures, plan = line.figures, assessed.tables.priority(line.measure.priority)
    yield from (line.measure.priority, plan.title, line.label, str(line.kind), _unit(line))
    yield from (*_days(figures.against), _number(line, figures.baseline))
    yield from (*_days(figures.period), _number(line, figures.latest), figures.n_latest)
    yield from _change(line)
    place = line.evidence.place if isinstance(line.evidence, Position) else None
    yield from (None, None) if place is None else (place.rank, place.of)
    yield str(line.shown)
    yield "yes" if any(isinstance(caveat, Provisional) for caveat in line.caveats) else "no"


def _unit(line: Assessment) -> str:
    after = FORMS[line.evidence.form].after
    return UNITS.get(after, after) or line.measure.unit


def _days(period: Period | None) -> tuple[Scalar, Scalar]:
    return (None, None) if period is None else (first_day(period.first), last_day(period.last))


def _number(line: Assessment, value: float | Decimal | None) -> float | None:
    """A figure as its tile prints it; a tile shows no figure of a place or of half a year."""
    if value is None or line.kind in (LineKind.POSITION, LineKind.SPC, LineKind.TEXT):
        return None
    if line.kind is LineKind.FAMILIES:
        return rounded_number(100 * value)
    return printed_number(value, line.evidence.form)


def _change(line: Assessment) -> tuple[float | None, str]:
    """A change as its tile prints it, and what it is in."""
    figures, form = line.figures, FORMS[line.evidence.form]
    if line.kind in (LineKind.POSITION, LineKind.TEXT, LineKind.FAMILIES, LineKind.AMOUNT):
        return None, ""
    if form.difference:
        if figures.baseline is None or figures.latest is None:
            return None, ""
        difference = form.scale * (float(figures.latest) - float(figures.baseline))
        return rounded_number(difference, 1), form.difference
    percent = figures.change_percent
    if percent is None:
        return None, ""
    return rounded_number(percent, percent_decimals(percent)), "per cent"
