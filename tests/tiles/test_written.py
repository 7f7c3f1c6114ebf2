"""Rows of the sheets that xlperf writes, and what users keep in them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from tests.assessment.casebook import END, FORCES, Book, wobbling
from xlperf.assessment.basis import Basis
from xlperf.assessment.charts import charts
from xlperf.assessment.track_record import TrackRecord
from xlperf.excel.port import Grid, Link
from xlperf.stats.rounding import as_written
from xlperf.tables import schema
from xlperf.tables.problems import Code, Effect, Problem, Severity
from xlperf.tiles.written import (
    check_rows,
    history_row,
    in_place,
    records,
    series_rows,
    set_rows,
    working,
)


def grid(table: schema.Table, header: tuple[str, ...], *rows: tuple) -> Grid:
    return Grid(table.name, table.sheet, header, rows, 1, 1)


def test_workings_prove_the_colour_of_offences():
    book = Book().offences(counts=wobbling(100, 54) + wobbling(60, 12))
    _tables, settings, _ = book.read()
    line = book.line("crime")
    row = working(line, settings, TrackRecord())
    assert set(row) == set(schema.WORKINGS.titles)
    assert (row["Baseline"], row["Latest"], row["Change %"], row["Statistic"]) == (
        1200,
        720,
        -40,
        0.6,
    )
    assert row["Upper line"] < 1  # improved: the whole range of the ratio is below 1
    assert row["Trends"] == "4 of 4"
    four = [
        row[f"Trend {name}"] for name in ("OLS 24", "OLS 36", "year on year", "seasonal damped")
    ]
    assert max(four) < 1200
    assert row["Trend ranges"].startswith("about ")
    assert "95% range " in row["Trend ranges"]
    for title in (
        "p",
        "Dispersion",
        "Autocorrelation",
        "To next colour",
        "Data as at",
        "Reading",
    ):
        assert row[title] not in (None, ""), title


def test_workings_prove_the_colour_of_a_position_and_a_chart():
    book = (
        Book()
        .measure("crime", "offences", MSG_measure="crime", Proxy="yes")
        .months("crime", [90, 110] * 33)
    )
    book.peers([3000, 5100, 5200, 5300, 5400, 5500, 5600, 5700])
    settings = book.read()[1]
    position, chart = (
        working(book.line(name), settings, TrackRecord())
        for name in ("crime_position", "crime_spc")
    )
    assert position["Statistic"] < position["Lower line"]
    assert (position["Colour"], position["Position"], position["Proxy"]) == (
        "GREEN",
        "1st of 8",
        "crime",
    )
    assert chart["Lower line"] < chart["Statistic"] < chart["Upper line"]
    assert "Other readings: mean AMBER, xmr AMBER" in chart["Reading"]


def test_an_override_shows_its_colour_and_keeps_the_one_worked_out():
    book = Book().surveys((300, 400), (340, 400)).override("sat", "AMBER")
    row = working(book.line("sat"), book.read()[1], TrackRecord())
    assert row["Colour"] == "AMBER"
    assert row["Override"] == "worked out GREEN; Performance manager: The board agreed."
    assert history_row(book.line("sat"), book.read()[1])["Colour"] == "AMBER"


def test_no_number_is_written_that_a_cell_cannot_hold():
    book = Book().offences(counts=[0] * 54 + [5] * 12).totals(0, 80)
    for line in book.lines().values():
        for value in working(line, book.read()[1], TrackRecord()).values():
            assert not isinstance(value, float) or abs(value) < 1e300


def test_a_check_links_to_its_cell():
    problem = Problem(
        Severity.ERROR, Code.GAP, "Monthly", "C14", "There is a gap.", "Fill it.", "crime"
    )
    nowhere = Problem(Severity.NOTE, Code.GAP, "Monthly", "", "x", "y")
    where = [row["Where"] for row in check_rows([problem, nowhere], ())]
    assert where == [Link("Monthly", "C14"), "Monthly"]


def test_what_nobody_can_act_on_is_said_once_with_all_it_is_about():
    def provisional(measure: str, row: int) -> Problem:
        found = "3 of the latest twelve months are provisional."
        return Problem(
            *(Severity.NOTE, Code.PROVISIONAL, "Monthly", f"D{row}", found, "Refresh again."),
            measure,
            effect=Effect.INFORMATION,
            identity=f"PROVISIONAL-{row:010}",
        )

    doubts = [
        replace(provisional(name, row), effect=Effect.DOUBT)
        for row, name in ((7, "crime"), (8, "robbery"))
    ]
    notes = [provisional("crime", 5), provisional("robbery", 6)]
    line = Book().offences(counts=wobbling(100, 66)).line("crime")
    rows = check_rows([*doubts, *notes], [line])
    assert len(rows) == 3
    last = rows[-1]
    assert last["Where"] == Link("Monthly", "D5")
    assert last["Measure"] == "crime, robbery"
    assert last["About"] == f"{line.measure.priority} {line.label}, robbery"
    assert last["Settle with"] == "PROVISIONAL-0000000005; PROVISIONAL-0000000006"


def test_records_read_columns_by_title_wherever_they_stand():
    found = records(
        grid(schema.LOG, ("mine", " who ", "WHEN"), ("x", "analyst", "now"), (None, None, None)),
        schema.LOG,
    )
    assert found == [{"Who": "analyst", "When": "now"}]
    assert records(None, schema.LOG) == []


@pytest.mark.parametrize("day", [END, datetime(2014, 9, 30)])
def test_what_users_typed_beside_a_row_stays_with_its_key(day):
    header = ("My note", "Line", "Period end")
    now = grid(schema.HISTORY, header, ("first", "b", day), (None, "a", day), ("lost", "gone", day))
    edit = set_rows(
        schema.HISTORY,
        now,
        [{"Period end": END, "Line": name} for name in ("a", "b", "c")],
        ("Period end", "Line"),
    )
    assert edit.columns == (*schema.HISTORY.titles, "My note")
    assert [row[-1] for row in edit.rows] == [None, "first", None]


def test_a_users_column_without_anything_in_it_is_left_alone():
    edit = set_rows(
        schema.LOG,
        grid(schema.LOG, ("My note", "When"), (None, "now")),
        [{"When": "now"}],
        ("When",),
    )
    assert edit.columns == schema.LOG.titles


def test_where_no_row_moves_a_users_column_is_not_touched():
    # It may hold formulas, of which a grid only knows the results.
    now = grid(schema.LOG, ("When", "Mine"), ("one", 1), ("two", 2))
    edit = set_rows(
        schema.LOG, now, [{"When": when} for when in ("one", "two", "three")], ("When",)
    )
    assert edit.columns == schema.LOG.titles


def test_of_rows_with_one_key_each_keeps_its_own():
    now = grid(schema.LOG, ("When", "Mine"), ("one", 1), ("one", None), ("one", 3))
    edit = set_rows(
        schema.LOG, now, [{"When": when} for when in ("none", "one", "one", "one")], ("When",)
    )
    assert [row[-1] for row in edit.rows] == [None, 1, None, 3]


def test_a_key_column_that_was_deleted_does_not_lose_the_notes():
    now = grid(schema.CHECKS, ("Code", "Found", "My note"), ("GAP", "There is a gap.", "asked"))
    new = {"Where": "Monthly!C2", "Code": "JUMP", "Found": "There is a jump."}
    row = {"Where": "Monthly!C14", "Code": "GAP", "Found": "There is a gap."}
    edit = set_rows(schema.CHECKS, now, [new, row], ("Where", "Code", "Found"))
    assert [cells[-1] for cells in edit.rows] == [None, "asked"]


def test_a_table_that_is_gone_gets_no_rows():
    assert set_rows(schema.LOG, None, [{"When": "now"}], ("When",)) is None


def test_series_keep_their_rows_since_charts_point_at_them():
    now = grid(
        schema.SERIES,
        ("Measure", "Series"),
        ("b", "Count"),
        (None, None),
        ("gone", "Count"),
        ("a", "Count"),
    )
    rows = in_place(
        now, [{"Measure": name, "Series": "Count", "Point 1": name} for name in ("a", "b", "new")]
    )
    assert [row["Measure"] for row in rows] == ["b", "gone", "a", "new"]
    assert rows[1] == {"Measure": "gone", "Series": "Count"}


def test_the_group_is_drawn_best_first_with_the_own_force_apart():
    book = (
        Book().measure("crime", "offences", MSG_measure="crime").months("crime", wobbling(400, 66))
    )
    book.peers([5300, 5000, 5100, 5200, 5400, 5500, 5600, 5700])
    tables, settings, _ = book.read()
    rows = series_rows(charts(tuple(book.lines().values()), Basis(tables, settings)))
    assert [row["Series"] for row in rows] == [*schema.CHART_SERIES, *schema.GROUP_SERIES]
    by_name = {row["Series"]: row for row in rows[5:]}
    assert [by_name["Force"][f"Point {i}"] for i in (1, 4, 9)] == [
        FORCES[1],
        "Leicestershire",
        None,
    ]
    assert [by_name["Own"][f"Point {i}"] for i in (3, 4, 5)] == [None, 53, None]
    assert [by_name["Others"][f"Point {i}"] for i in (3, 4, 5)] == [52, None, 54]
    assert by_name["Group upper"]["Point 8"] == pytest.approx(58.3, abs=0.01)
    assert by_name["Group upper"]["Point 9"] is None
    assert rows[0]["Point 18"] == "Sep 2014"


def test_dates_of_history_are_dates():
    assert history_row(Book().surveys((300, 400), (340, 400)).line("sat"), Book().read()[1])[
        "Period end"
    ] == date(2014, 9, 30)


def test_numbers_are_written_to_twelve_digits_and_infinity_as_nothing():
    assert [
        as_written(value) for value in (1 / 3, 2.0, 1e15, float("inf"), float("nan"), None)
    ] == [
        *(0.333333333333, 2, 1e15),
        *(None, None, None),
    ]
