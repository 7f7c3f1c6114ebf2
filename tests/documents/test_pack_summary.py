"""What stands first in the report: what changed, what is red, what is overruled, what is overdue."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from tests.assessment.casebook import Book
from xlperf.assessment.rag import Rag
from xlperf.cli import main
from xlperf.documents.pack_contents import contents
from xlperf.documents.pack_summary import CHANGES, FIRST_CHANGES, FIRST_ISSUE, NOTHING_RED, QUIET
from xlperf.ending import DONE
from xlperf.excel.file import FileWorkbook
from xlperf.pipeline import assess_workbook
from xlperf.tables import schema
from xlperf.tables.data import Action, ReportText
from xlperf.tables.report_tables import TextPlace
from xlperf.tiles.figures import figure

if TYPE_CHECKING:
    from xlperf.documents.pack_values import PackContents
    from xlperf.tiles.assessed import Assessed

PREPARED = date(2014, 12, 10)


def packed(assessed: Assessed, **tables: object) -> PackContents:
    return contents(replace(assessed, tables=replace(assessed.tables, **tables)), prepared=PREPARED)


@pytest.fixture(scope="module")
def two_periods(tmp_path_factory, refreshed) -> Assessed:
    path = tmp_path_factory.mktemp("two") / "Dashboard.xlsm"
    path.write_bytes(refreshed.read_bytes())
    for period in ("2014-06", "2014-09"):
        assert main(["refresh", str(path), "--period", period]) == DONE
    return assess_workbook(FileWorkbook.open(path))


def one_red(**cells: object) -> Book:
    return Book().offences("burglary", [100] * 24 + [300] * 18, **cells)


# -- what changed
# --------------------------------------------------------------------------------------------


def test_a_change_says_from_what_to_what(two_periods):
    summary = packed(two_periods).summary
    past = {
        item.line: item
        for item in two_periods.tables.history
        if item.period_end == date(2014, 6, 30)
    }
    assert len(summary.changed) > 5
    for text in summary.changed[:FIRST_CHANGES]:
        (line,) = (
            line
            for line in two_periods.lines
            if text.startswith(
                f"{line.measure.priority}  "
                f"{two_periods.tables.priority(line.measure.priority).title}: {line.label}:"
            )
        )
        before = past[line.line]
        if before.position:
            assert before.position in text
        elif line.figures.latest is not None and before.latest is not None:
            assert figure(before.latest, line.evidence.form) in text
            assert figure(line.figures.latest, line.evidence.form) in text


def test_many_changes_are_cut_and_counted(two_periods):
    forgotten = tuple(
        replace(item, colour="RED", worked_out="", position="")
        if item.period_end == date(2014, 6, 30) and item.colour in ("AMBER", "GREEN")
        else item
        for item in two_periods.tables.history
    )
    summary = packed(two_periods, history=forgotten).summary
    assert len(summary.changed) == FIRST_CHANGES + 1
    more = len(packed(two_periods, history=forgotten).sheet(CHANGES).rows) - FIRST_CHANGES
    assert summary.changed[-1] == f"And {more} more, in the appendix {CHANGES}."


def test_a_first_issue_has_nothing_to_compare():
    summary = contents(assess_workbook(one_red().workbook()), prepared=PREPARED).summary
    assert (summary.changed_lead, summary.changed) == (FIRST_ISSUE, ())


# -- what is red, green, decided by a person
# --------------------------------------------------------------------------------------------


def test_what_is_red_is_said_with_its_reason():
    assessed = assess_workbook(one_red().workbook())
    red = [line for line in assessed.lines if line.shown is Rag.RED]
    said = contents(assessed, prepared=PREPARED).summary.red
    assert red
    assert len(said) == len(red)
    assert said[0].startswith("SP1  Title of SP1: Label of burglary. RED: ")


def test_nothing_red_is_said_too():
    book = Book().offences("burglary", [100] * 24 + [50] * 18)
    summary = contents(assess_workbook(book.workbook()), prepared=PREPARED).summary
    assert summary.red == (NOTHING_RED,)
    assert summary.quiet == QUIET


def test_an_overruled_colour_is_neither_better_nor_red_but_overruled():
    assessed = assess_workbook(one_red().override("burglary", "AMBER").workbook())
    summary = contents(assessed, prepared=PREPARED).summary
    assert summary.red == (NOTHING_RED,)
    (said,) = summary.overruled
    assert said.startswith(
        "SP1  Title of SP1: Label of burglary: shown amber, calculated red, decided by "
    )
    assert summary.quiet == ""


# -- what is overdue, actions, texts
# --------------------------------------------------------------------------------------------


def test_returns_and_actions_whose_day_has_passed_are_overdue():
    book = Book().offences("one", [100] * 42).measure("two", "total")
    book.owed("two", "awaited", Owner="City", Due=date(2014, 10, 1))
    assessed = assess_workbook(book.workbook(), today=PREPARED)
    actions = (
        Action("SP1", "Meet", "Chair", date(2014, 12, 9), None),
        Action("SP1", "Write", "", PREPARED, None),
        Action("SP1", "Count", "Force", date(2014, 1, 1), date(2014, 9, 1)),
    )
    pack = packed(assessed, actions=actions)
    assert pack.summary.overdue == (
        "SP1  Title of SP1: Label of two, City, overdue since 1 October 2014",
        "SP1  Title of SP1: Meet (Chair, overdue since 9 December 2014)",
    )
    (section,) = pack.sections
    assert section.actions == (
        "Meet (Chair, overdue since 9 December 2014)",
        "Write (due 10 December 2014)",
        "Count (Force, done 1 September 2014)",
    )


def test_paragraphs_under_one_heading_stand_together():
    texts = (
        ReportText("Purpose", "To tell.", TextPlace.BEFORE),
        ReportText("Contact", "The officer.", TextPlace.AFTER),
        ReportText("Purpose", "And more.", TextPlace.BEFORE),
    )
    pack = packed(assess_workbook(one_red().workbook()), report_texts=texts)
    assert [(item.heading, item.texts, item.place) for item in pack.standing] == [
        ("Purpose", ("To tell.", "And more."), TextPlace.BEFORE),
        ("Contact", ("The officer.",), TextPlace.AFTER),
    ]


def test_the_tables_of_the_report_are_no_part_of_a_refresh():
    assert not set(schema.REPORT) & set(schema.ALL)
