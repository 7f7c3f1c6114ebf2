"""Four years of quarters of a made-up office, refreshed one after another: the workbook scores
itself.
"""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from docx import Document

from tests.fake import FakeWorkbook
from tests.office import MEASURES, NOW, QUARTERS, history, office, play
from tests.shipped import ROOT
from xlperf.assessment.scorecard import scorecard
from xlperf.assessment.track_record import RangeOutcome
from xlperf.documents.pack_contents import contents
from xlperf.documents.pack_values import NOTES, RECORD
from xlperf.documents.panel_report import panel_report
from xlperf.documents.word_writer import word_report
from xlperf.excel.file import FileWorkbook
from xlperf.json_output import record_json
from xlperf.newbook.builder import workbook_bytes
from xlperf.newbook.content import Content, content_of
from xlperf.periods import month_of
from xlperf.pipeline import assess_workbook
from xlperf.tables import schema
from xlperf.tables.kept_projections import COLUMNS
from xlperf.tables.lines import RECORD_CELLS
from xlperf.terminal import explanations
from xlperf.tiles.record_sentences import of_all, of_line
from xlperf.tiles.written import records

if TYPE_CHECKING:
    from pathlib import Path

    from tests.assessment.casebook import Book

FIRST_TARGET, SECOND_TARGET = date(2016, 3, 31), date(2018, 3, 31)
EARLIER, LATER = QUARTERS[:8], QUARTERS[8:]


def with_history(made: Book, rows: list[dict], *, without: int = 0) -> FakeWorkbook:
    """The workbook of an office with these rows of History; without so many of its columns."""
    fresh = made.workbook()
    titles = schema.HISTORY.titles[: len(schema.HISTORY.titles) - without]
    tables = {name: (grid.header, grid.rows) for name, grid in made.grids().items()}
    tables[schema.HISTORY.name] = (
        titles,
        tuple(tuple(row.get(title) for title in titles) for row in rows),
    )
    return FakeWorkbook(tables, fresh.cells_by_name, sheets=fresh.sheets)


@pytest.fixture(scope="module")
def two_years() -> list[dict]:
    """History after two years, the target date March 2016."""
    workbook = office(FIRST_TARGET).workbook()
    play(workbook, EARLIER)
    return history(workbook)


@pytest.fixture(scope="module")
def four_years(two_years) -> FakeWorkbook:
    """The workbook after four years, the target date moved to March 2018 in between."""
    workbook = with_history(office(SECOND_TARGET), two_years)
    play(workbook, LATER)
    return workbook


def last_quarter(workbook: FakeWorkbook):
    return assess_workbook(workbook, period=QUARTERS[-1])


@pytest.mark.slow
def test_each_quarter_is_scored_when_its_date_has_come(four_years):
    card = scorecard(last_quarter(four_years).record)
    at_target, year_ahead = card.ranges
    assert at_target.scored == 2 * len(MEASURES)
    assert year_ahead.scored == 4 * len(MEASURES)
    assert at_target.overlapping == 14 * len(MEASURES)
    assert card.chances.outcomes == 2 * len(MEASURES)
    assert sum(item.outcomes for item in card.chances.bins) == card.chances.outcomes
    assert 0 < card.chances.brier < 0.3


def test_the_record_stands_in_workings_json_and_the_pack(four_years):
    assessed = last_quarter(four_years)
    said = of_all(assessed.record)
    assert said[0].startswith("Ranges of the twelve months to a target date: ")
    cells = four_years.cells(RECORD_CELLS)
    assert " ".join(str(cells[name].value) for name in RECORD_CELLS) == " ".join(said)
    workings = records(four_years.read(["tblWorkings"])["tblWorkings"], schema.WORKINGS)
    own = {row["Line"]: row["Own record"] for row in workings}
    assert own["crime_a"].startswith("Ranges of the twelve months to a target date: ")
    assert own["crime_a_spc"] is None
    told = explanations([assessed.lines[0]], assessed)
    assert "Own record: Ranges of the twelve months" in told
    found = record_json(assessed)
    assert found["sentences"] == said
    assert [item["scored"] for item in found["ranges"]] == [12, 24]
    pack = contents(assessed, prepared=NOW.date())
    notes = pack.sheet(NOTES)
    assert [text for subject, text in notes.rows if subject == RECORD] == said
    printed = [
        paragraph.text
        for paragraph in Document(BytesIO(word_report(panel_report(pack)))).paragraphs
    ]
    assert "How our earlier projections did" in printed
    assert set(said) <= set(printed)


def test_the_page_shows_what_is_really_printed(four_years):
    assessed = last_quarter(four_years)
    page = " ".join((ROOT / "docs" / "track-record.md").read_text(encoding="utf-8").split())
    own = of_line(assessed.lines[0], assessed.record)
    assert [text for text in (*of_all(assessed.record), own) if text not in page] == []


def test_a_withheld_measure_is_not_counted_in_the_pack(four_years):
    pack = contents(
        last_quarter(four_years), prepared=NOW.date(), withheld=frozenset({MEASURES[0]})
    )
    texts = [text for subject, text in pack.sheet(NOTES).rows if subject == RECORD]
    assert "of 10 held" in texts[0]
    assert texts[-1] == "Measures of which something is withheld are not in these numbers."


def test_a_second_refresh_changes_nothing(four_years):
    before = history(four_years)
    assert not play(four_years, QUARTERS[-1:]).applied.has_changes
    assert history(four_years) == before


def test_a_revision_and_a_break_are_told_apart_from_the_level(two_years):
    quarter = LATER[3]
    made = office(SECOND_TARGET)
    for row in made.rows[schema.MONTHLY.name]:
        before_2016 = row["Month"] < date(2016, 1, 1)
        if row["Measure"] == MEASURES[0] and before_2016:
            row["Count"] *= 3
        if row["Measure"] == MEASURES[1] and not before_2016:
            row["Count"] *= 5
        if row["Measure"] == MEASURES[0] and not before_2016:
            row["Count"] *= 3
    made.recording_changed(MEASURES[2], "2015-10")
    record = assess_workbook(with_history(made, two_years), period=quarter).record
    causes = {name: {item.outcome for item in record.of_line(name).statements} for name in MEASURES}
    assert RangeOutcome.REVISION in causes[MEASURES[0]]
    assert causes[MEASURES[0]] <= {RangeOutcome.REVISION, RangeOutcome.LEVEL}
    assert RangeOutcome.LEVEL in causes[MEASURES[1]]
    assert RangeOutcome.REVISION not in causes[MEASURES[1]]
    assert RangeOutcome.DEFINITION in causes[MEASURES[2]]


def test_refreshing_an_earlier_period_again_changes_nothing_that_it_stated(two_years):
    made = office(SECOND_TARGET)
    for row in made.rows[schema.MONTHLY.name]:
        row["Count"] *= 2
    workbook = with_history(made, two_years)
    play(workbook, EARLIER[2:3])
    stated = [column.title for column in COLUMNS]
    pairs = [
        (before, after)
        for before, after in zip(two_years, history(workbook), strict=True)
        if month_of(before["Period end"]) == EARLIER[2] and before["Chance"] is not None
    ]
    assert len(pairs) == len(MEASURES)
    for before, after in pairs:
        assert [before[title] for title in stated] == [after[title] for title in stated]
        assert after["Latest"] == 2 * before["Latest"]


def test_a_history_that_was_reset_begins_anew():
    record = assess_workbook(with_history(office(SECOND_TARGET), []), period=QUARTERS[-1]).record
    assert (record.statements, record.waiting, record.unreadable) == ((), 0, 0)
    assert of_all(record) == []


def test_an_older_history_loses_no_row_and_says_what_it_lacks(two_years):
    workbook = with_history(office(SECOND_TARGET), two_years, without=len(COLUMNS))
    result = play(workbook, LATER[:1])
    (note,) = [item for item in result.assessed.problems if item.code == "PROJECTION_KEPT"]
    assert str(note.severity) == "note"
    assert "'Target date'" in note.found
    assert "from J1 on" in note.remedy
    rows = history(workbook)
    assert [row["Line"] for row in rows[: len(two_years)]] == [row["Line"] for row in two_years]
    assert not play(workbook, LATER[:1]).applied.has_changes


def test_a_row_with_text_for_a_number_is_reported_and_stays_as_it_is(two_years):
    rows = [dict(row) for row in two_years]
    rows[0]["Chance"] = "good"
    workbook = with_history(office(SECOND_TARGET), rows)
    result = play(workbook, LATER[:1])
    found = [item for item in result.assessed.problems if item.cell == "M2"]
    assert [(item.sheet, str(item.code)) for item in found] == [("History", "NOT_A_NUMBER")]
    assert result.assessed.record.unreadable == 1
    assert of_all(result.assessed.record)[-1] == (
        "Not in these numbers: the projection of 1 row of History that cannot be read."
    )
    assert history(workbook)[0]["Chance"] == "good"


def test_a_range_that_no_cell_can_hold_is_not_kept():
    made = office(FIRST_TARGET, MEASURES[:1])
    made.rows[schema.MONTHLY.name][-60]["Count"] = 11_111_111_111
    workbook = made.workbook()
    play(workbook, EARLIER[:1])
    assert not play(workbook, EARLIER[:1]).applied.has_changes


def test_a_closed_file_scores_itself_and_a_second_refresh_changes_no_byte(tmp_path: Path):
    made = office(FIRST_TARGET, MEASURES[:1])
    made.workbook()  # gives each priority its row
    rows = {name: grid.rows for name, grid in made.grids().items()}
    tables = {table.name: rows[table.name] for table in schema.DATA if table != schema.SETTINGS}
    path = tmp_path / "office.xlsm"
    path.write_bytes(workbook_bytes(Content(tables, made.settings_given), macros=False))
    for quarter in EARLIER[:5]:
        result = play(FileWorkbook.open(path), [quarter])
    (year_ahead,) = scorecard(result.assessed.record).ranges
    assert year_ahead.scored == 1
    book = FileWorkbook.open(path)
    assert str(book.cells(["record_1"])["record_1"].value).startswith("Ranges of the next twelve")
    first = history(book)[0]
    assert month_of(first["Target date"]) == month_of(FIRST_TARGET)
    assert 0 < first["Chance"] < 1
    before = path.read_bytes()
    play(FileWorkbook.open(path), EARLIER[4:5])
    assert path.read_bytes() == before


def test_a_new_workbook_of_an_older_one_has_its_history_and_the_columns(two_years, tmp_path: Path):
    older = with_history(office(SECOND_TARGET), two_years, without=len(COLUMNS))
    path = tmp_path / "new.xlsm"
    path.write_bytes(workbook_bytes(content_of(older), macros=False))
    book = FileWorkbook.open(path)
    kept = book.read([schema.HISTORY.name])[schema.HISTORY.name]
    assert kept.lacks(column.title for column in COLUMNS) == []
    assert [row["Line"] for row in history(book)] == [row["Line"] for row in two_years]
