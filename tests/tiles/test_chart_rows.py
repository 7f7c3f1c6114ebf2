"""Rows of the sheet Chart data: every chart has its points, whatever is known of its measure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.assessment.casebook import Book, wobbling
from tests.assessment.test_judgement_charts import drawn
from xlperf.excel.port import Grid
from xlperf.periods import last_day
from xlperf.pipeline import assess_workbook
from xlperf.tables import schema
from xlperf.tiles.chart_rows import (
    CHART_ROWS,
    FIRST_ROWS,
    SURVEY_POINTS,
    WAY_POINTS,
    chart_rows,
    charts_of_series,
    sentence_formula,
    sentence_results,
)

if TYPE_CHECKING:
    from xlperf.excel.port import Scalar

GRID = Grid("tblChartData", "Chart data", schema.CHART_DATA.titles, (), 4, 1)


def rows(book: Book, grid: Grid | None = None) -> dict[str, list[Scalar]]:
    """Points of each row, by its name; blank ones at the end left out."""
    found = {}
    for row in chart_rows(drawn(book), book.read()[0], grid):
        points = [row.get(f"Point {i}") for i in range(1, schema.CHART_POINTS + 1)]
        while points and points[-1] is None:
            points.pop()
        found[str(row["Series"])] = points
    return found


@pytest.mark.parametrize("known", [1, 18, 36, 150])
def test_every_row_of_months_ends_with_the_latest_one(known: int) -> None:
    made = rows(Book().offences(counts=wobbling(100, known)))
    assert made.keys() == {*schema.MONTHS_ROWS, *schema.WAY_ROWS}
    months, counts = made["Month"], made["Count"]
    assert (len(months), months[0], months[-1]) == (36, "Oct 2011", "Sep 2014")
    assert sum(count is not None for count in counts) == min(known, 36)
    assert len(made["Way: month"]) == WAY_POINTS
    assert made["Way: month"][-1] == "Mar 2017"
    assert (made["Lower limit"] == []) is (known < 18)


def test_a_measure_without_months_has_charts_that_say_so() -> None:
    book = Book().offences(counts=[])
    made = chart_rows(drawn(book), book.read()[0], None)
    said = {str(row["Series"]): row.get(schema.CHART_SENTENCE) for row in made}
    assert said["Month"] == "No figure up to Sep 2014."
    assert said["Way: month"] == "No twelve-month total up to Sep 2014."
    assert rows(book)["Count"] == []


@pytest.mark.parametrize("target", ["2014-11", "2014-12", "2017-03", "2022-03"])
def test_the_way_runs_from_the_latest_month_to_the_target_date(target: str) -> None:
    year, month = map(int, target.split("-"))
    book = Book(target_date=last_day(12 * year + month - 1)).offences(counts=wobbling(100, 90))
    made = rows(book)
    months, totals = made["Way: month"], made["Way: total"]
    assert len(months) == WAY_POINTS
    assert months[-1] == f"{last_day(12 * year + month - 1):%b %Y}"
    assert (months[len(totals) - 1], totals[-1]) == ("Sep 2014", 1200)
    assert len(made["Way: seasonal damped"]) == WAY_POINTS
    low, length = made["Way: expected from"][-1], made["Way: expected range"][-1]
    assert isinstance(low, (int, float))
    assert isinstance(length, (int, float))
    assert low < 1200 < low + length


def test_signals_breaks_and_provisional_months_have_rows_of_their_own() -> None:
    counts = [*wobbling(100, 60), 130, 131, 129, 128, 132]
    book = Book().offences(counts=counts, direction="up").months("crime", [], last="2014-09")
    book = book.recording_changed("crime", "2012-05")
    book.rows[schema.MONTHLY.name][-1]["Status"] = "provisional"
    made = rows(book)
    assert made["Signal: better"][-5:] == [130, 131, 129, 128, 132]
    assert made["Signal: worse"] == made["Signal"] == []
    assert made["Provisional"][-1] == 132
    assert [made["Month"][i] for i, top in enumerate(made["Recording changed"]) if top] == [
        "May 2012"
    ]
    assert len([top for top in made["Way: recording changed"] if top]) == 1


def test_percentages_of_a_group_are_points_from_its_mean_and_rates_begin_at_0() -> None:
    shares = [80, 81, 82, 83, 84, 85, 86, 87]
    survey = Book().surveys((300, 400), (330, 400), MSG_measure="sat")
    made = rows(survey.peers(shares, name="sat", shares=True))
    own, others = made["Group: own"], made["Group: others"]
    assert sum(value for value in (*own, *others) if isinstance(value, (int, float))) == (
        pytest.approx(0, abs=1e-9)
    )
    assert made["Group: force"][-1] == "Leicestershire  80.0"
    assert made["Survey: per cent"] == [75, 82.5]
    assert made["Survey: period"][-1] == "Sep 2014\nn 400"
    assert made["Survey: baseline year"] == [75] * SURVEY_POINTS
    crime = Book().measure("crime", "offences", MSG_measure="crime").peers(shares)
    assert min(value for value in rows(crime)["Group: others"] if value is not None) > 0


def test_rows_stay_where_they_are_and_those_of_a_measure_that_is_gone_say_so() -> None:
    book = Book().offences(counts=wobbling(100, 40))
    blank = (None,) * (len(schema.CHART_DATA.titles) - 2)
    there = tuple(("gone", name, *blank) for name in schema.MONTHS_ROWS)
    made = chart_rows(drawn(book), book.read()[0], replace(GRID, rows=there))
    assert [row["Series"] for row in made[: len(there)]] == list(schema.MONTHS_ROWS)
    assert made[0][schema.CHART_TITLE] == "gone: no figures now"
    assert len(made) == len(there) + len(schema.MONTHS_ROWS) + len(schema.WAY_ROWS)


def test_cells_beside_charts_have_what_the_charts_show() -> None:
    book = Book().offences(counts=wobbling(100, 40))
    made = chart_rows(drawn(book), book.read()[0], None)
    (edit,) = sentence_results(GRID, made, ["sheet_charts", "tile_crime_rag"])
    column = schema.CHART_DATA.titles.index(schema.CHART_SENTENCE) + 1
    first = edit.results[sentence_formula("Chart data", column, 5)]
    assert first == made[0][schema.CHART_SENTENCE]
    assert len(set(edit.results.values())) == 2


def test_every_chart_has_rows_of_its_own() -> None:
    names = [name for group in CHART_ROWS.values() for name in group]
    assert len(set(names)) == len(names)
    assert len(FIRST_ROWS) == len(CHART_ROWS)


def test_series_keeps_the_groups_of_a_workbook_that_has_them() -> None:
    book = Book().measure("crime", "offences", MSG_measure="crime").peers([1, 2, 3, 4, 5, 6, 7, 8])
    charts = assess_workbook(book.months("crime", wobbling(100, 40)).workbook()).charts
    series = Grid("tblSeries", "Series", schema.SERIES.titles, (), 4, 1)
    old = replace(series, rows=(("crime", "Force"),))
    assert len(charts_of_series(charts, {"tblSeries": series})) == 2
    both = {"tblChartData": GRID, "tblSeries": series}
    assert len(charts_of_series(charts, both)) == 1
    assert len(charts_of_series(charts, both | {"tblSeries": old})) == 2
