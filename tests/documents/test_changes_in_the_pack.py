"""What the pack says has changed since last time: only what may be shown of either period."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from xlperf.cli import main
from xlperf.disclosure.suppression import disclosable
from xlperf.documents.pack_contents import contents
from xlperf.ending import DONE
from xlperf.excel.file import FileWorkbook
from xlperf.pipeline import assess_workbook

if TYPE_CHECKING:
    from xlperf.tiles.assessed import Assessed

SHEET = "Changes since last time"


@pytest.fixture
def two_periods(dashboard) -> Assessed:
    for period in ("2014-06", "2014-09"):
        assert main(["refresh", str(dashboard), "--period", period]) == DONE
    return assess_workbook(FileWorkbook.open(dashboard))


def made(assessed: Assessed, **thresholds: int) -> tuple[str, list[tuple]]:
    """Purpose and rows of the sheet, with other thresholds for some measures."""
    measures = tuple(
        replace(measure, suppress_below=thresholds.get(measure.name, measure.suppress_below))
        for measure in assessed.tables.measures
    )
    by_name = {measure.name: measure for measure in measures}
    tables = replace(assessed.tables, measures=measures)
    lines = tuple(replace(line, measure=by_name[line.measure.name]) for line in assessed.lines)
    shown = disclosable(tables, lines, assessed.settings)
    public = replace(assessed, tables=shown.tables, lines=shown.lines)
    sheet = contents(public, prepared=date(2014, 12, 10)).sheet(SHEET)
    return sheet.purpose, list(sheet.rows)


def test_colours_and_positions_of_two_periods_are_compared(two_periods):
    purpose, rows = made(two_periods)
    assert purpose.startswith(
        f"{len(rows)} of 62 lines changed between the periods to 30 June 2014 and to 30 September"
    )
    assert rows
    assert all(row[2:4] != ("", "") and (row[2], row[4]) != (row[3], row[5]) for row in rows)


def test_what_is_withheld_now_or_was_then_has_no_colour_there(two_periods):
    _, before = made(two_periods)
    measure = next(
        line for line in two_periods.lines if line.measure.name == "SP12_offences"
    ).measure
    purpose, rows = made(two_periods, SP12_offences=10**15)
    told = {
        row[1]: row
        for row in rows
        if row[0] == "SP12" and row[1] in (measure.label, "Latest 6 months v previous 12")
    }
    assert all({row[2], row[3]} <= {"– NA"} for row in told.values())
    assert len(rows) <= len(before)
    assert purpose.startswith(f"{len(rows)} of 62 lines changed") or not rows


def test_without_an_earlier_period_it_says_so(dashboard):
    purpose, rows = made(assess_workbook(FileWorkbook.open(dashboard)))
    assert (purpose, rows) == ("There is no earlier period to compare with.", [])


def test_what_somebody_typed_into_history_stands_as_it_is(two_periods):
    past = [
        replace(item, colour="amberish")
        if item.line == "SP13_offences" and item.period_end == date(2014, 6, 30)
        else item
        for item in two_periods.tables.history
    ]
    assessed = replace(two_periods, tables=replace(two_periods.tables, history=tuple(past)))
    sheet = contents(assessed, prepared=date(2014, 12, 10)).sheet(SHEET)
    (row,) = [row for row in sheet.rows if row[0] == "SP13" and row[2] == "amberish"]
    assert row[3] == "■ Red"
