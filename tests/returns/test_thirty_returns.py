"""A folder of thirty returns with every fault that occurs: the good are taken, each fault is said by
file and cell, and a second run changes nothing.
"""

from __future__ import annotations

from datetime import date

import openpyxl
import pytest
from openpyxl.comments import Comment

from tests.returns.offices import (
    BOARD,
    DECEMBER,
    TODAY,
    Filling,
    Office,
    changed_part,
    collected,
    forms,
    rows_of,
    with_part,
)
from xlperf.excel.file import FileWorkbook
from xlperf.returns import form_places as places
from xlperf.returns.making_forms import plan_forms
from xlperf.returns.replies import faults_of
from xlperf.returns.return_form import FormColumn
from xlperf.tables import schema

GOOD = (10, 20, 30, 40, 100)
PLAIN = """
Good Late Copied Resent Percent Unknown Merged Extra Sums Headers Quarter Status Blank Formula Error
Text Early Unseen Commented Few Twins Sheets Hidden Macro Linked Dde Bomb Old Doctype Silent
"""
"""Partners, each of one total, after what is wrong with their return."""


@pytest.fixture(scope="module")
def collected_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("thirty")
    office = Office()
    for name in PLAIN.split():
        office.owes(name, f"m_{name.lower()}", Board=BOARD if name == "Unseen" else None)
    office.owes("Survey", "m_survey", "survey", Unit="% satisfied")
    office.owes("Families", "m_families", "families")
    path = office.file(folder)
    inbox = folder / "in"
    inbox.mkdir()
    make_returns(path, inbox)
    plan, done = collected(path, inbox)
    return path, inbox, plan, done


def make_returns(path, inbox):
    made = forms(FileWorkbook.open(path))

    def sent(name, *numbers, **more):
        return Filling(made[name]).all(*(numbers or GOOD), seen=None, **more)

    def put(name, data):
        (inbox / f"{name}.xlsx").write_bytes(data)

    put("Good", sent("Good").bytes())
    put("Late", sent("Late").bytes())
    put("Copied", sent("Copied").bytes())
    put("Copied_2", (inbox / "Copied.xlsx").read_bytes())
    put("Resent 1", sent("Resent").bytes())
    put("Resent 2", sent("Resent", 10, 20, 30, 50, 110).head(version=2).bytes())
    put("Twins a", sent("Twins").bytes())
    put("Twins b", sent("Twins", 10, 20, 30, 41, 101).bytes())
    put("Percent", sent("Percent", 10, 20, 30, 0.58, 0.58).bytes())
    shown = sent("Text")
    shown.cell(4, FormColumn.COUNT).value, shown.cell(4, FormColumn.COUNT).number_format = (
        0.58,
        "0%",
    )
    shown.give(3, "about forty")
    put("Text", shown.bytes())
    put("Unknown", sent("Unknown", 10, 20, 30, "n/k", "n/k").bytes())
    merged = sent("Merged", 10, 20, 30, 40, None)
    merged.sheet.merge_cells("F15:F16")
    put("Merged", merged.bytes())
    extra = sent("Extra")
    extra.sheet["A20"], extra.sheet["F20"] = "Other reports", 12
    put("Extra", extra.bytes())
    put("Sums", sent("Sums", 10, 20, 30, 40, 101).bytes())
    headers = sent("Headers")
    headers.sheet["F11"], headers.sheet["G11"] = "Out of", "Number"
    put("Headers", headers.bytes())
    september = plan_forms(FileWorkbook.open(path), period=DECEMBER - 3, wanted=["Quarter"]).forms[
        0
    ]
    put("Quarter", Filling(september).all(*GOOD, seen=None).bytes())
    put("Status", sent("Status").give(4, 100, status="checked").bytes())
    put("Blank", Filling(made["Blank"]).all(10, 20, 30, seen=None).bytes())
    put("Formula", sent("Formula", 10, 20, 30, 40, "=SUM(F12:F15)").bytes())
    put("Error", sent("Error", 10, 20, 30, 40, "#DIV/0!").bytes())
    put("Early", sent("Early").head(as_at=date(2014, 12, 15)).bytes())
    put("Unseen", sent("Unseen").bytes())
    commented = sent("Commented")
    commented.sheet["F16"].comment = Comment("Only half the city", "Officer")
    put("Commented", commented.bytes())
    put("Few", sent("Few", 1, 1, 1, "<5", "<5").bytes())
    further = sent("Sheets")
    further.book.create_sheet("Our workings")["A1"] = 1
    put("Sheets", further.bytes())
    put("Macro", with_part(sent("Macro").bytes(), "xl/vbaProject.bin", b"\xd0\xcf\x11\xe0"))
    put(
        "Linked",
        with_part(sent("Linked").bytes(), "xl/externalLinks/externalLink1.xml", b"<externalLink/>"),
    )
    put("Dde", sent("Dde", 10, 20, 30, 40, "=cmd|' /C calc'!A0").bytes())
    put("Bomb", with_part(sent("Bomb").bytes(), "xl/media/image1.png", bytes(80_000_000)))
    (inbox / "Old.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    entity = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>'
    put("Doctype", changed_part(sent("Doctype").bytes(), "docProps/core.xml",
                                lambda data: entity + data.partition(b"?>")[2]))  # fmt: skip
    sheet = openpyxl.Workbook()
    sheet.active["A1"] = "Our figures: 100"
    sheet.save(inbox / "Hidden.xlsx")
    survey = Filling(made["Survey"]).give(0, 58, out_of=65, percent=58)
    put("Survey", survey.bytes())
    families = Filling(made["Families"]).give(0, 50, rule="and").give(1, 20).give(2, 20).give(3, 20)
    put("Families", families.bytes())
    late = inbox / "Readme.txt"
    late.write_text("The returns of this quarter", encoding="utf-8")


FAULTS = {
    "Good.xlsx": [],
    "Late.xlsx": [],
    "Copied.xlsx": [],
    "Copied_2.xlsx": [],
    "Resent 1.xlsx": [],
    "Resent 2.xlsx": [],
    "Unseen.xlsx": [],
    "Twins a.xlsx": ["B7 says version 1, and so does Twins b.xlsx"],
    "Twins b.xlsx": ["B7 says version 1, and so does Twins a.xlsx"],
    "Percent.xlsx": ["F15 holds 0.58, and the form asks for a whole number. Is it a share", "F16 holds 0.58"],
    "Text.xlsx": ["F15 holds 'about forty'", "F16 shows 58%"],
    "Unknown.xlsx": ["F15 holds 'n/k'", "F16 holds 'n/k'"],
    "Merged.xlsx": ["F15 cells F15:F16 are merged"],
    "Extra.xlsx": ["A20 row 20 is not in the form: 'Other reports 12'"],
    "Sums.xlsx": ["F16 holds 101, and its parts (F12, F13, F14, F15) add up to 100"],
    "Headers.xlsx": ["F11 says 'Out of'; in the form it is 'Number'", "G11 says 'Number'"],
    "Quarter.xlsx": ["B5 is for July to September 2014"],
    "Status.xlsx": ["I16 'checked' is no status"],
    "Blank.xlsx": ["F15 neither a number nor a status", "F16 neither a number nor a status"],
    "Formula.xlsx": ["F16 holds a formula"],
    "Error.xlsx": ["F16 shows the error #DIV/0!"],
    "Early.xlsx": ["B9 taken on 15 December 2014, before the quarter ended"],
    "Commented.xlsx": ["F16 comment says 'Only half the city'"],
    "Few.xlsx": ["F15 a number that is hidden because it is small", "F16 hidden because it is small"],
    "Sheets.xlsx": [" further sheets, which are not read: Our workings"],
    "Macro.xlsx": [" holds macros"],
    "Linked.xlsx": [" holds links to other workbooks or programs"],
    "Dde.xlsx": [" a formula that starts a program (DDE), in Return!F16"],
    "Bomb.xlsx": [" unpacks to"],
    "Old.xls": [" old .xls format"],
    "Doctype.xlsx": [" declares a document type"],
    "Hidden.xlsx": [" has no sheet 'Return'"],
    "Survey.xlsx": ["H12 58 out of 65 is 89.2 per cent, not 58"],
    "Families.xlsx": ["F12 holds 50, and its parts (F13, F14, F15) add up to 60"],
    "Readme.txt": [" is text, such as CSV, and no workbook"],
}  # fmt: skip


@pytest.mark.slow
def test_each_fault_is_said_by_file_and_cell(collected_folder):
    _, _, plan, _ = collected_folder
    assert {came.file for came in plan.returns} == set(FAULTS)
    for came in plan.returns:
        said = [(fault.cell, fault.found) for fault in faults_of(came)]
        assert len(said) == len(FAULTS[came.file]), (came.file, said)
        for (cell, found), expected in zip(said, FAULTS[came.file], strict=True):
            place, _, words = expected.partition(" ")
            assert (cell, words.lower() in found.lower()) == (place, True), (came.file, cell, found)


def test_every_fault_has_a_remedy(collected_folder):
    _, _, plan, _ = collected_folder
    for came in plan.returns:
        for fault in faults_of(came):
            assert fault.remedy or not fault.cell


def test_the_good_are_taken(collected_folder):
    path, _, plan, _ = collected_folder
    figures = {row["Measure"]: row["Count"] for row in rows_of(path, schema.TOTALS)}
    assert figures == {
        "m_good": 100, "m_late": 100, "m_copied": 100, "m_resent": 110, "m_extra": 100,
        "m_commented": 100, "m_sheets": 100,
    }  # fmt: skip
    assert rows_of(path, schema.SURVEYS) == rows_of(path, schema.FAMILIES) == []
    silent = {item.partner for item in plan.missing}
    assert {"Silent", "Macro", "Headers", "Twins", "Sums"} <= silent
    assert not silent & {"Good", "Resent", "Unseen", "Extra"}


def test_what_is_accepted_is_kept_as_it_came_and_nothing_else(collected_folder):
    path, inbox, _, done = collected_folder
    kept = {path.read_bytes() for path in done.folder.glob("*.xlsx")}
    accepted = rows_of(path, schema.RECEIVED)
    assert kept == {(inbox / row["File"]).read_bytes() for row in accepted}
    assert {row["File"] for row in accepted}.isdisjoint(
        {"Macro.xlsx", "Dde.xlsx", "Bomb.xlsx", "Copied_2.xlsx", "Headers.xlsx"}
    )


def test_a_reply_is_drafted_for_each(collected_folder):
    _, _, _, done = collected_folder
    replies = {path.name: path.read_text(encoding="utf-8") for path in done.replies}
    assert len(replies) == len(FAULTS) - 1  # the copy has the answer of its twin; nobody is overdue
    sums = next(text for name, text in replies.items() if name.startswith("Reply to Sums"))
    assert "F16, m_sums: It holds 101, and its parts (F12, F13, F14, F15) add up to 100." in sums
    assert "We could not take anything from this file" in sums


def test_a_second_run_changes_nothing(collected_folder):
    path, inbox, plan, _ = collected_folder
    root = path.parent
    before = {file: file.read_bytes() for file in root.rglob("*") if file.is_file()}
    again, done = collected(path, inbox, today=TODAY)
    assert {file: file.read_bytes() for file in root.rglob("*") if file.is_file()} == before
    assert (done.applied, done.kept, done.replies) == (None, (), ())
    assert [faults_of(came) for came in again.returns] == [faults_of(came) for came in plan.returns]


def test_the_places_of_the_form_are_those_the_tests_name():
    assert places.cell_of(places.FIRST_ROW + 3, FormColumn.COUNT) == "F15"
