"""Returns of partners are collected from a folder: the good taken, each fault said by cell."""

from __future__ import annotations

from datetime import date

import pytest

from tests.returns.offices import (
    BOARD,
    DECEMBER,
    SEEN_ON,
    TAKEN_ON,
    TODAY,
    Filling,
    Office,
    collected,
    forms,
    rows_of,
    year_of,
)
from xlperf.excel.file import FileWorkbook
from xlperf.returns.replies import faults_of
from xlperf.tables import schema

START, END = year_of()


@pytest.fixture
def office(tmp_path):
    """Of two partners: one with a total, its board and a baseline, one with words."""
    return (
        Office()
        .owes("North", "reports", Board=BOARD)
        .owes("South", "training", "text")
        .with_rows(
            "tblTotals",
            {"Measure": "reports", "Period start": date(2012, 4, 1), "Period end": date(2013, 3, 31), "Count": 900},
        )
        .file(tmp_path)
    )  # fmt: skip


def form(office, partner):
    return Filling(forms(FileWorkbook.open(office))[partner])


def test_a_good_return_reaches_its_sheet_and_is_kept(office, tmp_path):
    sent = form(office, "North").all(10, 20, 30, 40, 100, rule="Reports to the council")
    path = sent.save(tmp_path / "in")
    plan, done = collected(office, tmp_path / "in")
    assert [faults_of(came) for came in plan.returns] == [[]]
    assert rows_of(office, schema.TOTALS)[1:] == [
        {"Measure": "reports", "Period start": START, "Period end": END, "Count": 100, "As at": TAKEN_ON}
    ]  # fmt: skip
    owed = rows_of(office, schema.RETURNS)[0]
    assert (owed["Status"], owed["Received"], owed["Seen by board"]) == ("received", TODAY, SEEN_ON)
    (came,) = rows_of(office, schema.RECEIVED)
    kept = tmp_path / came["Kept as"]
    assert kept.read_bytes() == path.read_bytes()
    assert came["SHA-256"] == plan.returns[0].digest
    assert done.kept == (kept,)
    assert [row["Use"] for row in rows_of(office, schema.CONTRIBUTIONS)] == ["on record"] * 4 + ["used"]  # fmt: skip
    assert [item.partner for item in plan.missing] == ["South"]


def test_a_second_run_changes_nothing(office, tmp_path):
    form(office, "North").all(10, 20, 30, 40, 100).save(tmp_path / "in")
    form(office, "South").give(0, context="Two courses held").save(tmp_path / "in")
    collected(office, tmp_path / "in")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    plan, done = collected(office, tmp_path / "in", today=date(2015, 3, 1))
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
    assert (done.applied, done.kept, done.replies, plan.figures) == (None, (), (), [])


def test_what_its_board_has_not_seen_reaches_no_tile_until_it_has(office, tmp_path):
    form(office, "North").all(10, 20, 30, 40, 100, seen=None).save(tmp_path / "in")
    collected(office, tmp_path / "in")
    assert len(rows_of(office, schema.TOTALS)) == 1
    assert rows_of(office, schema.RETURNS)[0]["Status"] == "with its board"
    assert {row["Use"] for row in rows_of(office, schema.CONTRIBUTIONS)} == {"waits for its board"}
    book = FileWorkbook.open(office)
    assert judged(book)["reports"] == ("NA", "NOT_SEEN")
    typed(office, "Seen by board", SEEN_ON)
    collected(office, tmp_path / "in")
    assert rows_of(office, schema.TOTALS)[1]["Count"] == 100
    assert rows_of(office, schema.RETURNS)[0]["Status"] == "received"
    assert judged(FileWorkbook.open(office))["reports"][0] == "GREEN"


def judged(book):
    from xlperf.pipeline import assess_workbook

    return {line.line: (str(line.rag), str(line.reason)) for line in assess_workbook(book).lines}


def typed(office, title, value):
    """Type into the first row of Returns, as an analyst does."""
    from xlperf.tables.row_edits import table_rows

    book = FileWorkbook.open(office)
    grid = book.read([schema.RETURNS.name])[schema.RETURNS.name]
    book.apply([table_rows(grid, schema.RETURNS, {0: {title: value}}, ())])
    book.save()


def test_a_resubmission_is_a_version_and_what_it_replaces_is_kept(office, tmp_path):
    form(office, "North").all(10, 20, 30, 40, 100).save(tmp_path / "in", "first.xlsx")
    collected(office, tmp_path / "in")
    second = form(office, "North").head(version=2).all(10, 20, 30, 45, 105)
    second.save(tmp_path / "in", "second.xlsx")
    collected(office, tmp_path / "in", today=date(2015, 1, 25))
    assert rows_of(office, schema.TOTALS)[1]["Count"] == 105
    (revision,) = rows_of(office, schema.REVISIONS)
    assert (revision["Before"], revision["Now"], revision["File"]) == ("100", "105", "second.xlsx")
    assert [row["Version"] for row in rows_of(office, schema.RECEIVED)] == [1, 2]
    uses = {(row["Version"], row["Use"]) for row in rows_of(office, schema.CONTRIBUTIONS)}
    assert uses == {(1, "replaced by a later version"), (2, "on record"), (2, "used")}


def test_a_correction_of_the_analyst_stays(office, tmp_path):
    form(office, "North").all(10, 20, 30, 40, 100).save(tmp_path / "in")
    collected(office, tmp_path / "in")
    from xlperf.tables.row_edits import table_rows

    book = FileWorkbook.open(office)
    grid = book.read([schema.TOTALS.name])[schema.TOTALS.name]
    book.apply([table_rows(grid, schema.TOTALS, {1: {"Count": 99}}, ())])
    book.save()
    collected(office, tmp_path / "in")
    assert rows_of(office, schema.TOTALS)[1]["Count"] == 99


def test_a_new_version_that_its_board_has_not_seen_leaves_the_old_figure(office, tmp_path):
    form(office, "North").all(10, 20, 30, 40, 100).save(tmp_path / "in", "first.xlsx")
    collected(office, tmp_path / "in")
    second = form(office, "North").head(version=2).all(10, 20, 30, 45, 105, seen=None)
    second.save(tmp_path / "in", "second.xlsx")
    collected(office, tmp_path / "in")
    assert rows_of(office, schema.TOTALS)[1]["Count"] == 100
    assert rows_of(office, schema.RETURNS)[0]["Status"] == "received"


def test_words_reach_the_remark(office, tmp_path):
    form(office, "South").give(0, context="Two courses held").save(tmp_path / "in")
    collected(office, tmp_path / "in")
    assert rows_of(office, schema.RETURNS)[1]["Remark"] == "Two courses held"


@pytest.mark.parametrize(
    ("status", "state", "remark"),
    [
        ("not available", "not available", "The system was changed"),
        ("not applicable", "not applicable", "The system was changed"),
        ("confidential", "not available", "Confidential: The system was changed"),
    ],
)
def test_a_measure_without_a_figure_says_why(office, tmp_path, status, state, remark):
    sent = form(office, "North")
    sent.give(3, status=status).give(4, status=status)
    sent.give(0, status=status, context="The system was changed").save(tmp_path / "in")
    collected(office, tmp_path / "in")
    owed = rows_of(office, schema.RETURNS)[0]
    assert (owed["Status"], owed["Remark"]) == (state, remark)
    assert len(rows_of(office, schema.TOTALS)) == 1


def test_a_late_return_is_taken_and_its_days_are_said(office, tmp_path):
    form(office, "North").all(10, 20, 30, 40, 100).save(tmp_path / "in")
    plan, _ = collected(office, tmp_path / "in", today=date(2015, 1, 26))
    assert plan.days_late(plan.returns[0]) == 5
    assert [item.overdue for item in plan.missing] == [True]


def test_two_partners_that_count_apart_are_never_added(tmp_path):
    office = (
        Office()
        .owes("City", "entrants")
        .owes("County", "entrants")
        .owes("City", "families", "families")
        .owes("County", "families", "families")
        .file(tmp_path)
    )
    for name, rule, counting in (("City", "Both of them", "and"), ("County", "Either", "or")):
        sent = form(office, name).all(1, 2, 3, 4, 10, seen=None, rule=rule)
        sent.give(5, 100, rule=counting).give(6, 10).give(7, 20).give(8, 30)
        sent.save(tmp_path / "in")
    plan, _ = collected(office, tmp_path / "in")
    assert [faults_of(came) for came in plan.returns] == [[], []]
    assert rows_of(office, schema.TOTALS) == []
    assert [(row["Council"], row["Counting"], row["Both"]) for row in rows_of(office, schema.FAMILIES)] == [
        ("City", "and", 30),
        ("County", "or", 30),
    ]  # fmt: skip
    states = [(row["Measure"], row["Status"]) for row in rows_of(office, schema.RETURNS)]
    assert states[:2] == [("entrants", "awaited")] * 2


def test_a_measure_of_two_partners_is_not_complete_until_both_have_sent_it(tmp_path):
    office = (
        Office()
        .owes("City", "families", "families")
        .owes("County", "families", "families")
        .file(tmp_path)
    )
    sent = form(office, "City").give(0, 100, rule="and").give(1, 10).give(2, 20).give(3, 30)
    sent.save(tmp_path / "in")
    collected(office, tmp_path / "in")
    assert judged(FileWorkbook.open(office))["families"][0] == "NA"


def test_another_way_of_counting_needs_a_month_in_breaks(office, tmp_path):
    sent = form(office, "North").all(10, 20, 30, 40, 100, rule="Reports by phone")
    sent.save(tmp_path / "in")
    collected(office, tmp_path / "in")
    book = FileWorkbook.open(office)
    from xlperf.returns.making_forms import plan_forms

    march = plan_forms(book, period=DECEMBER + 3, wanted=["North"]).forms[0]
    sent = Filling(march).head(as_at=date(2015, 4, 5))
    sent.all(20, 30, 40, 50, 140, seen=date(2015, 4, 6), rule="Reports by phone and online")
    sent.save(tmp_path / "march")
    plan, _ = collected(office, tmp_path / "march", today=date(2015, 4, 8), period=DECEMBER + 3)
    (fault,) = faults_of(plan.returns[0])
    assert fault.cell == "J12"
    assert "'Reports by phone'" in fault.found
    assert len(rows_of(office, schema.TOTALS)) == 2


def test_what_somebody_typed_as_received_is_not_missing(tmp_path):
    office = (
        Office()
        .owes("North", "a", Status="received", Received=date(2015, 1, 5))
        .owes("North", "b", Status="received", Received=date(2014, 10, 5))
        .file(tmp_path)
    )
    plan, _ = collected(office)
    assert [item.measures for item in plan.missing] == [("b",)]


def test_an_overdue_return_is_awaited_again_and_its_old_figure_has_no_colour(tmp_path):
    office = (
        Office()
        .owes("North", "reports", Status="received", Received=date(2014, 10, 5))
        .with_rows(
            "tblTotals",
            {"Measure": "reports", "Period start": date(2012, 4, 1), "Period end": date(2013, 3, 31), "Count": 900},
            {"Measure": "reports", "Period start": date(2013, 10, 1), "Period end": date(2014, 9, 30), "Count": 90},
        )
        .file(tmp_path)
    )  # fmt: skip
    collected(office, today=date(2015, 1, 20))
    assert judged(FileWorkbook.open(office))["reports"][0] == "GREEN"
    collected(office, today=date(2015, 1, 22))
    (owed,) = rows_of(office, schema.RETURNS)
    assert (owed["Status"], owed.get("Received")) == ("awaited", None)
    assert judged(FileWorkbook.open(office))["reports"] == ("NA", "NOT_RECEIVED")
    _, done = collected(office, today=date(2015, 1, 22))
    assert done.applied is None


def test_numbers_beside_a_confidential_one_are_not_kept(office, tmp_path):
    sent = form(office, "North").all(10, 20, 30, 40, seen=None)
    sent.give(4, 100, status="confidential").save(tmp_path / "in")
    collected(office, tmp_path / "in")
    assert {row.get("Count") for row in rows_of(office, schema.CONTRIBUTIONS)} == {None}
