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
from xlperf.returns.making_forms import plan_forms, write_forms
from xlperf.returns.replies import faults_of
from xlperf.tables import schema
from xlperf.tiles.caveat_sentences import caveat_sentence

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
        {"Measure": "reports", "Period start": START, "Period end": END, "Count": 100, "As at": TAKEN_ON,
         "Status": "final"}
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


SEPTEMBER = DECEMBER - 3


def of_september(office):
    """The form of North for the quarter before."""
    (made,) = plan_forms(FileWorkbook.open(office), period=SEPTEMBER, wanted=["North"]).forms
    return Filling(made).head(as_at=date(2014, 10, 5))


def files_under(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_day_that_was_typed_for_a_board_stays_on_record(office, tmp_path):
    form(office, "North").all(10, 20, 30, 40, 100, seen=None).save(tmp_path / "in")
    collected(office, tmp_path / "in")
    typed(office, "Seen by board", SEEN_ON)
    collected(office, tmp_path / "in")
    before = files_under(tmp_path)
    collected(office, tmp_path / "in")
    assert files_under(tmp_path) == before
    assert rows_of(office, schema.CONTRIBUTIONS)[0]["Seen by board"] == SEEN_ON


def test_the_day_of_a_board_for_another_quarter_is_not_of_this_one(office, tmp_path):
    typed(office, "Seen by board", date(2015, 1, 5))
    of_september(office).all(1, 2, 3, 4, 10, seen=date(2015, 1, 5)).save(tmp_path / "september")
    collected(office, tmp_path / "september", period=SEPTEMBER, today=date(2015, 1, 6))
    form(office, "North").all(10, 20, 30, 40, 100, seen=None).save(tmp_path / "in")
    collected(office, tmp_path / "in")
    assert [row["Count"] for row in rows_of(office, schema.TOTALS)] == [900, 10]
    owed = rows_of(office, schema.RETURNS)[0]
    assert (owed["Status"], owed.get("Seen by board")) == ("with its board", None)
    typed(office, "Seen by board", date(2015, 1, 5))
    collected(office, tmp_path / "in")
    assert [row["Count"] for row in rows_of(office, schema.TOTALS)] == [900, 10, 100]


def test_a_return_of_a_quarter_before_does_not_stand_for_this_one(office, tmp_path):
    of_september(office).all(1, 2, 3, 4, 10, seen=date(2014, 11, 5)).save(tmp_path / "in")
    collected(office, tmp_path / "in", period=SEPTEMBER, today=date(2015, 1, 6))
    assert rows_of(office, schema.RETURNS)[0]["Status"] == "awaited"
    plan, _ = collected(office, tmp_path / "in", today=date(2015, 2, 1))
    assert [item.partner for item in plan.missing] == ["North", "South"]
    assert "taken on 6 January 2015 for July to September 2014" in plan.returns[0].copy_of


def test_a_late_return_of_the_quarter_before_is_no_return_somebody_typed(tmp_path):
    office = Office().owes("North", "reports").file(tmp_path)
    typed(office, "Status", "received")
    typed(office, "Received", date(2015, 1, 6))
    assert collected(office, today=date(2015, 2, 1))[0].missing == []
    of_september(office).all(1, 2, 3, 4, 10, seen=None).save(tmp_path / "in")
    collected(office, tmp_path / "in", period=SEPTEMBER, today=date(2015, 1, 6))
    plan, _ = collected(office, today=date(2015, 2, 1))
    assert [item.partner for item in plan.missing] == ["North"]


def test_the_board_day_of_a_return_of_an_earlier_quarter_is_typed_on_contributions(
    office, tmp_path
):
    from xlperf.tables.row_edits import table_rows

    of_september(office).all(1, 2, 3, 4, 10, seen=None).save(tmp_path / "in")
    typed(office, "Seen by board", SEEN_ON)
    collected(office, tmp_path / "in", period=SEPTEMBER)
    assert len(rows_of(office, schema.TOTALS)) == 1
    book = FileWorkbook.open(office)
    grid = book.read([schema.CONTRIBUTIONS.name])[schema.CONTRIBUTIONS.name]
    book.apply([table_rows(grid, schema.CONTRIBUTIONS, {0: {"Seen by board": SEEN_ON}}, ())])
    book.save()
    collected(office, tmp_path / "in", period=SEPTEMBER)
    assert rows_of(office, schema.TOTALS)[1]["Count"] == 10
    before = files_under(tmp_path)
    collected(office, tmp_path / "in", period=SEPTEMBER)
    assert files_under(tmp_path) == before


def test_figures_taken_after_the_board_met_wait_for_it(office, tmp_path):
    sent = form(office, "North").all(10, 20, 30, 40, 100).head(as_at=date(2015, 1, 18))
    sent.save(tmp_path / "in")
    plan, _ = collected(office, tmp_path / "in")
    (fault,) = faults_of(plan.returns[0])
    assert (fault.cell, "after that" in fault.found) == ("M12", True)
    assert len(rows_of(office, schema.TOTALS)) == 1


@pytest.mark.parametrize("status", ["confidential", "not available"])
def test_a_figure_that_a_partner_takes_back_leaves_the_tile(office, tmp_path, status):
    form(office, "North").all(10, 20, 30, 40, 100).save(tmp_path / "in", "first.xlsx")
    collected(office, tmp_path / "in")
    sent = form(office, "North").head(version=2).give(0, status=status)
    sent.give(3, status=status).give(4, status=status).save(tmp_path / "in", "second.xlsx")
    collected(office, tmp_path / "in")
    assert "Count" not in rows_of(office, schema.TOTALS)[1]
    assert rows_of(office, schema.REVISIONS)[0]["Before"] == "100"
    assert judged(FileWorkbook.open(office))["reports"] == ("NA", "NOT_AVAILABLE")


def test_a_confidential_number_of_families_is_not_used(tmp_path):
    office = Office().owes("City", "families", "families").file(tmp_path)
    sent = form(office, "City").give(0, 100, rule="and").give(1, 10).give(2, 20)
    sent.give(3, 3, status="confidential").save(tmp_path / "in")
    plan, _ = collected(office, tmp_path / "in")
    assert [fault.cell for fault in faults_of(plan.returns[0])] == ["F15", "F15"]
    assert rows_of(office, schema.FAMILIES) == []


def test_a_faulty_measure_is_to_be_corrected_and_not_overdue(tmp_path):
    office = Office().owes("North", "a").owes("North", "b").owes("South", "c").file(tmp_path)
    sent = form(office, "North").all(10, 20, 30, 40, 100, seen=None)
    for place, number in enumerate((1, 2, 3, 4, 11), 5):
        sent.give(place, number)
    sent.save(tmp_path / "in")
    form(office, "South").head(role="").save(tmp_path / "in")
    for _ in range(2):
        plan, done = collected(office, tmp_path / "in", today=date(2015, 2, 1))
        assert [item[:1] + item[1:2] + item[4:] for item in plan.missing] == [
            ("North", ("b",), True, True),
            ("South", ("c",), True, False),
        ]
    assert not list(done.folder.rglob("*reminder*"))


def test_a_file_that_cannot_be_read_is_of_the_partner_in_its_name(office, tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "Return 2014-12 North (2).xlsx").write_bytes(b"PK")
    plan, _ = collected(office, tmp_path / "in", today=date(2015, 2, 1))
    assert [(item.partner, item.sent) for item in plan.missing] == [
        ("North", True),
        ("South", False),
    ]


def test_the_form_of_another_partner_does_not_block_the_right_one(office, tmp_path):
    sent = form(office, "South").head(partner="North").give(0, context="Two courses held")
    sent.save(tmp_path / "in", "south.xlsx")
    form(office, "North").all(10, 20, 30, 40, 100).save(tmp_path / "in", "north.xlsx")
    plan, _ = collected(office, tmp_path / "in")
    assert [came.taken for came in plan.returns] == [True, False]
    (fault,) = faults_of(plan.returns[1])
    assert fault.found.startswith("None of its rows is one that North is asked for")


def test_comments_on_any_cell_are_said(office, tmp_path):
    from openpyxl.comments import Comment

    sent = form(office, "North").all(10, 20, 30, 40, 100)
    for cell in ("B8", "A12", "D13", "F12"):
        sent.sheet[cell].comment = Comment("Half the city", "Officer")
    sent.save(tmp_path / "in")
    plan, _ = collected(office, tmp_path / "in")
    assert {fault.cell for fault in faults_of(plan.returns[0])} == {"B8", "A12", "D13", "F12"}


def test_a_form_of_hundreds_of_rows_is_read_to_its_end(tmp_path):
    office = Office()
    for number in range(90):
        office.owes("North", f"m{number}")
    path = office.file(tmp_path)
    sent = form(path, "North")
    for place in range(90):
        for part, number in enumerate((1, 2, 3, 4, 10)):
            sent.give(5 * place + part, number)
    sent.save(tmp_path / "in")
    plan, _ = collected(path, tmp_path / "in")
    assert sum(of.taken for of in plan.returns[0].measures) == 90


def test_partners_of_like_names_have_files_of_their_own(tmp_path):
    office = Office()
    like = ("Safe " * 20 + "adults", "Safe " * 20 + "children", "A/B", "A B", "a? b")
    for place, name in enumerate(like):
        office.owes(name, f"m{place}")
    path = office.file(tmp_path)
    names = write_forms(plan_forms(FileWorkbook.open(path)), tmp_path / "forms")
    assert len({name.lower() for name in names}) == 5
    plan, done = collected(path, today=date(2015, 2, 1))
    assert len(plan.missing) == 5
    assert len(done.replies) == len(set(done.replies)) == 5
    assert collected(path, today=date(2015, 2, 1))[1].replies == ()


def test_answers_to_every_version_of_a_long_name_are_kept_apart(tmp_path):
    path = Office().owes("Safe " * 20 + "adults", "reports").file(tmp_path)
    for version in (1, 2):
        sent = form(path, ("Safe " * 20 + "adults")).head(version=version)
        sent.all(10, 20, 30, 40, 100, seen=None).save(tmp_path / "in", f"{version}.xlsx")
    _, done = collected(path, tmp_path / "in")
    assert len(set(done.replies)) == 2


def test_the_workbook_in_the_folder_is_no_return(office, tmp_path):
    from xlperf.returns.collecting import files_in

    form(office, "South").give(0, context="Two courses held").save(tmp_path, "south.xlsx")
    (tmp_path / "Office.xlperf-backup.xlsm").write_bytes(office.read_bytes())
    assert dict(files_in([tmp_path], office)).keys() == {"south.xlsx"}


@pytest.mark.parametrize("kind", ["total", "survey"])
def test_a_provisional_figure_is_marked_on_its_tile(tmp_path, kind):
    from xlperf.pipeline import assess_workbook

    office = Office().owes("North", "figure", kind, Unit="% satisfied").file(tmp_path)
    sent = form(office, "North")
    if kind == "total":
        sent.all(10, 20, 30, 40, seen=None).give(4, 100, status="provisional")
    else:
        sent.give(0, 90, out_of=100, status="provisional")
    sent.save(tmp_path / "in")
    plan, _ = collected(office, tmp_path / "in")
    assert faults_of(plan.returns[0]) == []
    line = assess_workbook(FileWorkbook.open(office)).lines[0]
    assert "The latest figure is provisional and may change." in map(caveat_sentence, line.caveats)
