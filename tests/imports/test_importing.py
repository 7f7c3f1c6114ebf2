"""What an import writes: figures, revisions, the source; in closed files and in an open Excel."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from tests.imports.dashboards import (
    dashboard,
    figures_planned,
    instructions,
    left_out,
    plan_of,
    text_file,
)
from tests.live.engine import install, open_book
from xlperf.errors import LayoutError, UsageError
from xlperf.excel.file import FileWorkbook
from xlperf.excel.live import LiveWorkbook
from xlperf.excel.port import CellError
from xlperf.imports.importing import ImportRequest, carry_out, plan_import
from xlperf.imports.sources import ImportSource, pattern_of
from xlperf.newbook.builder import workbook_bytes
from xlperf.pipeline import assess_workbook
from xlperf.tables import schema

if TYPE_CHECKING:
    from pathlib import Path

    from xlperf.excel.port import Scalar, Workbook

TODAY = date(2014, 10, 20)
STANDING = """tblMonthly
Measure  | Month      | Count | Status      | As at
burglary | 2014-04-01 | 100   | final       | 2014-05-01
burglary | 2014-05-01 |       |             |
violence | 2014-04-01 | 80    | provisional | 2014-05-01"""
NEW = "Offence,Apr-14,May-14,Jun-14\nDomestic burglary,104,110,120 [p]\nViolence,80,81,82\n"


def rows(book: Workbook, table: schema.Table) -> list[tuple[Scalar, ...]]:
    grid = book.read([table.name])[table.name]
    return [row for row in grid.rows if any(cell is not None for cell in row)]


def test_figures_are_added_changed_and_left_and_the_rest_stays(tmp_path):
    book = dashboard(STANDING)
    plan = plan_of(book, text_file(tmp_path, NEW), as_at=date(2014, 10, 16))
    carry_out(book, plan, today=TODAY)
    taken = date(2014, 10, 16)
    assert rows(book, schema.MONTHLY) == [
        ("burglary", date(2014, 4, 1), 104, "final", taken),
        ("burglary", date(2014, 5, 1), 110, None, taken),
        ("violence", date(2014, 4, 1), 80, "provisional", date(2014, 5, 1)),
        ("burglary", date(2014, 6, 1), 120, "provisional", taken),
        ("violence", date(2014, 5, 1), 81, None, taken),
        ("violence", date(2014, 6, 1), 82, None, taken),
    ]


def test_a_figure_that_is_replaced_is_kept_with_its_date(tmp_path):
    book = dashboard(STANDING)
    plan = plan_of(book, text_file(tmp_path, NEW))
    carry_out(book, plan, today=TODAY)
    april = date(2014, 4, 1), date(2014, 4, 30)
    assert rows(book, schema.REVISIONS) == [
        (TODAY, "Test", "figures.csv", "B2", "tblMonthly", "burglary", None, *april, "Count",
         "100", "104", date(2014, 5, 1)),
    ]  # fmt: skip
    assert rows(book, schema.MONTHLY)[0] == ("burglary", april[0], 104, "final", None)


def test_a_second_import_changes_nothing_and_a_third_keeps_both(tmp_path):
    book = dashboard(STANDING)
    path = text_file(tmp_path, NEW)
    carry_out(book, plan_of(book, path), today=TODAY)
    again = plan_of(book, path, source="")
    assert not again.writes
    assert "figures.csv is the same file as at the last import." in again.notes
    assert not carry_out(book, again, today=date(2014, 10, 21)).applied.has_changes
    third = text_file(tmp_path, NEW.replace("104", "105"))
    carry_out(book, plan_of(book, third, source=""), today=date(2015, 1, 5))
    assert [row[-3:-1] for row in rows(book, schema.REVISIONS)] == [("100", "104"), ("104", "105")]


def test_next_time_the_file_finds_its_way(tmp_path):
    book = dashboard()
    first = text_file(
        tmp_path, "Kind,Area,Apr-14\nHomes,North,1\nHomes,South,2\nSheds,South,3\n", "q1_2014.csv"
    )
    plan = plan_of(book, first, maps=("Homes=burglary", "Sheds="), sums=("Area",))
    assert plan.proposed == ()
    carry_out(book, plan, today=TODAY)
    second = text_file(
        tmp_path, "Kind,Area,May-14\nHomes,North,4\nHomes,South,5\nTents,South,6\n", "q2_2014.csv"
    )
    again = plan_import(book, ImportRequest((second,)))
    assert again.source.name == "Test"
    assert figures_planned(again) == {"burglary May 2014": 9}
    assert "New labels since the last time: 'Tents'." in again.notes
    carry_out(book, again, today=TODAY)
    facts = [row[1:] for row in rows(book, schema.SOURCES)]
    assert ("file", "q*_*.csv", None) in facts
    assert ("label", "Homes", "burglary") in facts
    assert ("label", "Sheds", None) in facts
    assert [fact for fact in facts if fact[0] == "read"] == [
        ("read", "q1_2014.csv", next(iter(plan.files.values()))),
        ("read", "q2_2014.csv", next(iter(again.files.values()))),
    ]


def test_a_column_of_statuses_is_kept(tmp_path):
    book = dashboard()
    text = "Month,Domestic burglary,Status\nApr-14,40,Final\nMay-14,48,Provisional\n"
    carry_out(book, plan_of(book, text_file(tmp_path, text)), today=TODAY)
    assert [row[3] for row in rows(book, schema.MONTHLY)] == [None, "provisional"]


def test_what_a_person_says_takes_the_place_of_what_was_remembered(tmp_path):
    book = dashboard()
    path = text_file(tmp_path, "Kind,Area,Apr-14\nHomes,North,1\nHomes,South,2\n")
    first = plan_of(book, path, maps=("Homes=burglary", "Homes=violence"), sums=("Area",))
    carry_out(book, first, today=TODAY)
    second = plan_of(
        book, path, maps=("Homes=robberies",), only={"Area": "North"}, columns={"measure": "Kind"}
    )
    carry_out(book, second, today=TODAY)
    facts = [row[1:] for row in rows(book, schema.SOURCES)]
    assert [fact for fact in facts if fact[0] == "label"] == [
        ("label", "Homes", "robberies"),
        ("label", "Homes", None),
    ]
    assert plan_of(book, path).mapping.targets == second.mapping.targets
    left = plan_of(book, path, maps=("Homes=",), learn=True)
    carry_out(book, left, today=TODAY)
    assert plan_of(book, path, learn=True).mapping.targets == {"homes": ()}


def test_a_force_of_ones_own_is_needed_among_several(tmp_path):
    path = text_file(tmp_path, "Month,Force,Domestic burglary\nApr-14,Kent,1\n")
    with pytest.raises(UsageError, match="setting own_force does not say which is yours"):
        plan_of(dashboard(own_force=" "), path)


def test_labels_spelt_as_a_name_of_ours_are_proposed_once(tmp_path):
    book = dashboard()
    path = text_file(tmp_path, NEW)
    plan = plan_of(book, path)
    assert plan.proposed == ("Domestic burglary", "Violence")
    carry_out(book, plan, today=TODAY)
    assert plan_of(book, path).proposed == ()


def test_new_rows_of_the_group_take_the_denominator_nearest_in_time(tmp_path):
    peers = (
        "tblPeers\nMeasure | Period end | Force | Count | Denominator\n"
        "Burglary rate | 2012-03-31 | Kent | 4000 | 1690000\n"
        "Burglary rate | 2013-03-31 | Kent | 4000 | 1700000"
    )
    book = dashboard(peers)
    text = (
        "Year ending,Force,Offence,Number\n31/03/2014,Kent,Homes,4100\n31/03/2014,Essex,Homes,5\n"
    )
    plan = plan_of(book, text_file(tmp_path, text), maps=("Homes=Burglary rate",))
    carry_out(book, plan, today=TODAY)
    assert rows(book, schema.PEERS)[2:] == [
        ("Burglary rate", date(2014, 3, 31), "Kent", 4100, 1700000, None, None),
        ("Burglary rate", date(2014, 3, 31), "Essex", 5, None, None, None),
    ]


def test_percentages_and_numbers_asked_go_to_their_columns(tmp_path):
    book = dashboard()
    text = "Year ending,Police do well,Asked\nMar 2014,61.5%,1200\n"
    plan = plan_of(
        book,
        text_file(tmp_path, text),
        maps=("Police do well=confidence", "Asked=confidence.n"),
    )
    carry_out(book, plan, today=TODAY)
    (row,) = rows(book, schema.SURVEYS)
    assert row[:5] == ("confidence", date(2014, 3, 31), 1200, None, 61.5)


def test_one_label_may_go_to_two_places(tmp_path):
    book = dashboard(STANDING)
    text = "Year ending,Force,Offence,Number\n31/03/2014,Kent,Robbery,300\n31/03/2014,Essex,Robbery,5\n"
    plan = plan_of(
        book, text_file(tmp_path, text), maps=("Robbery=robberies", "Robbery=Violence rate")
    )
    assert figures_planned(plan) == {
        "robberies year to Mar 2014": 300,
        "Peers: Violence rate Kent year to Mar 2014": 300,
        "Peers: Violence rate Essex year to Mar 2014": 5,
    }


def test_files_that_say_different_things_are_both_left_out(tmp_path):
    one = text_file(tmp_path, "Offence,Apr-14,May-14\nHomes,1,2\n", "one.csv")
    two = text_file(tmp_path, "Offence,Apr-14,May-14\nHomes,1,3\n", "two.csv")
    plan = plan_of(dashboard(), one, two, maps=("Homes=burglary",))
    assert figures_planned(plan) == {"burglary Apr 2014": 1}
    assert left_out(plan) == [
        "2 of which two files say different things: burglary (one.csv C2 and two.csv C2)",
        "1 that several files say alike: burglary",
    ]


def test_without_a_table_for_revisions_nothing_is_replaced(tmp_path):
    book = dashboard(STANDING, without=[schema.REVISIONS.name])
    plan = plan_of(book, text_file(tmp_path, NEW))
    with pytest.raises(LayoutError, match="Add a sheet Revisions, type into one row: Date, Source"):
        carry_out(book, plan, today=TODAY)
    assert rows(book, schema.MONTHLY)[0][2] == 100
    added = text_file(tmp_path, "Offence,Jul-14\nDomestic burglary,130\n")
    assert carry_out(book, plan_of(book, added), today=TODAY).applied.values


def test_without_a_table_of_sources_the_figures_go_in_and_it_is_said(tmp_path):
    book = dashboard(without=[schema.SOURCES.name])
    plan = plan_of(book, text_file(tmp_path, NEW))
    assert "is not remembered, for there is no table tblSources" in plan.notes[-1]
    assert carry_out(book, plan, today=TODAY).applied.has_changes


def test_a_table_of_revisions_that_lacks_a_column_keeps_nothing_so_nothing_is_replaced(tmp_path):
    book = dashboard(STANDING)
    titles = tuple(title for title in schema.REVISIONS.titles if title != "Before")
    book = type(book)({**book.tables, schema.REVISIONS.name: (titles, ())})
    with pytest.raises(LayoutError, match="has no column Before"):
        carry_out(book, plan_of(book, text_file(tmp_path, NEW)), today=TODAY)


def test_a_column_that_takes_no_figure_is_told_and_nothing_is_saved(tmp_path):
    book = dashboard()
    titles = ("Measure", "Month", "Status", "As at")
    book = type(book)({**book.tables, schema.MONTHLY.name: (titles, ())})
    with pytest.raises(LayoutError, match="does not take what is imported into its column 'Count'"):
        carry_out(book, plan_of(book, text_file(tmp_path, NEW)), today=TODAY)
    assert book.saves == []


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("2014-09-kent-street.csv.gz", "*-*-kent-street.csv.gz"),
        ("crime sept 2014 [final].xlsx", "crime * * ?final?.xlsx"),
        ("March_2014.csv", "*_*.csv"),
        ("Maytree.csv", "Maytree.csv"),
    ],
)
def test_what_changes_in_a_file_name_is_left_open(name, pattern):
    assert pattern_of(name) == pattern
    assert ImportSource("Any", (pattern,)).fits(name)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("burglary | soon | 5", "Monthly!B2 ('Month') cannot be read"),
        (" | 2014-04-01 | 5", "cannot be read"),
    ],
)
def test_a_row_that_may_be_of_anything_stops_the_import(tmp_path, row, said):
    book = dashboard(f"tblMonthly\nMeasure | Month | Count\n{row}")
    with pytest.raises(LayoutError) as refusal:
        plan_of(book, text_file(tmp_path, NEW))
    assert said in str(refusal.value)


def test_a_column_of_a_users_own_may_be_filled_where_the_rest_is_blank(tmp_path):
    book = dashboard()
    titles = (*schema.MONTHLY.titles, "Mine")
    blank = (None,) * len(schema.MONTHLY.titles)
    book = type(book)({**book.tables, schema.MONTHLY.name: (titles, [(*blank, "x")])})
    carry_out(book, plan_of(book, text_file(tmp_path, NEW)), today=TODAY)
    standing = rows(book, schema.MONTHLY)
    assert standing[0] == (*blank, "x")
    assert len(standing) == 7


def test_rows_that_are_twice_in_the_workbook_are_not_touched(tmp_path):
    twice = "\nburglary | 2014-04-01 | 101 | |"
    plan = plan_of(dashboard(STANDING + twice), text_file(tmp_path, NEW))
    assert "for rows that are twice in Monthly: burglary, Apr 2014" in left_out(plan)[0]


def test_a_cell_with_an_error_value_is_replaced_and_kept(tmp_path):
    book = dashboard("tblMonthly\nMeasure | Month | Count\nburglary | 2014-04-01 | #N/A")
    plan = plan_of(book, text_file(tmp_path, NEW))
    assert [change.before for change in plan.comparison.changed] == [CellError("#N/A")]
    carry_out(book, plan, today=TODAY)
    assert rows(book, schema.REVISIONS)[0][-3] == "#N/A"


def test_a_source_that_is_not_named_is_asked_for(tmp_path):
    with pytest.raises(UsageError, match=r"Name it: --as NAME"):
        plan_of(dashboard(), text_file(tmp_path, NEW), source="")


def test_a_row_of_sources_that_is_not_understood_stops_the_import(tmp_path):
    wrong = {schema.SOURCES.name: [("Test", "label", "Homes", "burglry")]}
    with pytest.raises(UsageError, match="Sources!A2: There is no measure 'burglry'"):
        plan_of(dashboard(intake=wrong), text_file(tmp_path, NEW))


def closed(folder: Path) -> Workbook:
    path = folder / "Dashboard.xlsm"
    path.write_bytes(workbook_bytes())
    return FileWorkbook.open(path)


def opened(folder: Path) -> Workbook:
    path = folder / "Dashboard.xlsm"
    path.write_bytes(workbook_bytes())
    return LiveWorkbook(open_book(install(), path))


@pytest.mark.slow
@pytest.mark.parametrize("make", [closed, opened], ids=["file", "live"])
def test_both_engines_write_the_same(make, tmp_path):
    book = make(tmp_path)
    text = (
        "12 months ending,PFA,Region,Offence,Rolling year total number of offences\n"
        "30-09-2014,Leicestershire,East Midlands,Domestic burglary,4253\n"
        "30-09-2014,Kent,South East,Domestic burglary,5000\n"
        "31-12-2014,Kent,South East,Domestic burglary,5100\n"
    )
    request = ImportRequest((text_file(tmp_path, text),), "Recorded crime", instructions())
    before = book.read([schema.PEERS.name])[schema.PEERS.name].rows
    plan = plan_import(book, request)
    carry_out(book, plan, today=TODAY)
    after = book.read([schema.PEERS.name])[schema.PEERS.name].rows
    changed = [(one, two) for one, two in zip(before, after, strict=False) if one != two]
    assert [two[:4] for _, two in changed] == [
        ("Domestic burglary", date(2014, 9, 30), "Kent", 5000)
    ]
    assert after[len(before) :] == (
        ("Domestic burglary", date(2014, 12, 31), "Kent", 5100, 1727665, None, None),
    )
    assert rows(book, schema.REVISIONS)[0][-3:-1] == (f"{changed[0][0][3]:.0f}", "5000")
    assert not plan_import(book, request).writes
    assert assess_workbook(book).lines


def test_a_closed_workbook_keeps_a_backup_and_a_second_run_changes_no_byte(tmp_path):
    book = closed(tmp_path)
    path = text_file(tmp_path, NEW.replace("Violence", "Robbery"))
    request = ImportRequest(
        (path,), "Ours", instructions(), ("Domestic burglary=SP12_offences",), None
    )
    done = carry_out(book, plan_import(book, request), today=TODAY)
    assert done.backup is not None
    assert done.backup.name == "Dashboard.xlperf-backup.xlsm"
    written = (tmp_path / "Dashboard.xlsm").read_bytes()
    again = FileWorkbook.open(tmp_path / "Dashboard.xlsm")
    carry_out(again, plan_import(again, ImportRequest((path,))), today=date(2015, 1, 1))
    assert (tmp_path / "Dashboard.xlsm").read_bytes() == written


@pytest.mark.slow
@pytest.mark.parametrize("make", [closed, opened], ids=["file", "live"])
def test_a_label_that_looks_like_a_formula_stays_a_text(make, tmp_path):
    book = make(tmp_path)
    path = text_file(tmp_path, "Offence,Sep-14\n=HYPERLINK(1),1\n+1,2\n2014-09,3\nHomes,4\n")
    request = ImportRequest((path,), "Ours", instructions(), ("Homes=SP12_offences",))
    carry_out(book, plan_import(book, request), today=TODAY)
    labels = [row[2] for row in rows(book, schema.SOURCES) if row[1] == "label"]
    assert labels == ["Homes", "=HYPERLINK(1)", "+1", "2014-09"]
