"""What partners say reaches the pack as far as their boards have seen it, and no small number in it."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from docx import Document

from tests.returns.offices import BOARD, SEEN_ON, Filling, Office, collected, forms
from xlperf.disclosure.suppression import disclosable
from xlperf.excel.file import FileWorkbook
from xlperf.pipeline import assess_workbook, refresh
from xlperf.release.publish import publish
from xlperf.tables.contributed import with_contributions

END = date(2014, 12, 31)
NOW = datetime(2015, 1, 28, 12, 0)


@pytest.fixture
def office(tmp_path):
    path = (
        Office()
        .owes("North", "reports", Board=BOARD, **{"Suppress below": 5})
        .owes("South", "unseen", Board=BOARD)
        .owes("East", "training", "text")
        .file(tmp_path)
    )
    made = forms(FileWorkbook.open(path))
    Filling(made["North"]).all(
        1, 1, 1, 1, 4, rule="By phone", context="A bad winter; only 4 reports came"
    ).save(tmp_path / "in")
    Filling(made["South"]).all(10, 20, 30, 40, 100, seen=None, context="Not to be shown").save(
        tmp_path / "in"
    )
    Filling(made["East"]).give(0, context="Two courses held").save(tmp_path / "in")
    collected(path, tmp_path / "in")
    return path


def test_what_its_board_has_seen_is_said_and_nothing_else(office):
    book = FileWorkbook.open(office)
    tables = with_contributions(assess_workbook(book).tables, book, END)
    assert [(item.measure, item.partner, item.context, item.seen) for item in tables.contributions] == [
        ("reports", "North", "A bad winter; only 4 reports came", SEEN_ON),
        ("training", "East", "Two courses held", None),
    ]  # fmt: skip
    assert with_contributions(tables, book, date(2014, 9, 30)).contributions == ()


def test_a_small_number_in_it_is_withheld(office):
    book = FileWorkbook.open(office)
    assessed = assess_workbook(book)
    tables = with_contributions(assessed.tables, book, END)
    public = disclosable(tables, assessed.lines, assessed.settings)
    said = {item.measure: item.context for item in public.tables.contributions}
    assert said == {"reports": "[c]", "training": "Two courses held"}
    assert any("partner's contribution" in str(item) for item in public.withheld)


def test_it_is_an_appendix_of_the_report_and_a_sheet_of_the_panel_workbook(office, tmp_path):
    book = FileWorkbook.open(office)
    refresh(book, now=NOW.astimezone(), who="analyst", seconds=lambda: 0.1)
    made = publish(
        FileWorkbook.open(office), tmp_path / "pack", workbook=office, first_issue=True, now=NOW.astimezone()
    )  # fmt: skip
    report = next(made.folder.glob("*Report*.docx"))
    document = Document(str(report))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "Contributions of partners" in text
    cells = {cell.text for table in document.tables for row in table.rows for cell in row.cells}
    assert "Two courses held" in cells
    assert not any("Not to be shown" in cell for cell in cells)
