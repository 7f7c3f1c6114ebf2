"""What each partner is asked for, and the workbook that asks."""

from __future__ import annotations

import os
import zipfile
from datetime import date
from io import BytesIO

import openpyxl
import pytest

from tests.returns.example_form import example_form
from tests.returns.offices import BOARD, DECEMBER, QUARTER, Filling, Office, forms, rows_of
from tests.shipped import ROOT
from xlperf.errors import UsageError
from xlperf.excel.file import FileWorkbook
from xlperf.leaks.checking import check
from xlperf.returns import form_places as places
from xlperf.returns.form_rules import rule_of
from xlperf.returns.making_forms import plan_forms, write_forms
from xlperf.returns.received_file import read_received
from xlperf.returns.return_form import FormColumn, quarter_name
from xlperf.returns.return_workbook import inputs_of, return_bytes
from xlperf.tables import schema

TEMPLATE = ROOT / "templates" / "partner_return.xlsx"


def asked(office, tmp_path, partner="North", period=DECEMBER):
    book = FileWorkbook.open(office.file(tmp_path))
    form = plan_forms(book, period=period, wanted=[partner]).forms[0]
    return [row.what for row in form.rows]


@pytest.mark.parametrize(
    ("kind", "more", "rows"),
    [
        ("offences", {}, ["October 2014: reports", "November 2014: reports", "December 2014: reports",
                          "The quarter: reports"]),
        ("total", {}, ["January to March 2014: reports", "April to June 2014: reports",
                       "July to September 2014: reports", "October to December 2014: reports",
                       "Twelve months to December 2014: reports"]),
        ("total", {"Compared": "quarter"}, ["October to December 2014: reports"]),
        ("total", {"Compared": "year to date"}, ["April to June 2014: reports", "July to September 2014: reports",
                                                 "October to December 2014: reports",
                                                 "All of April to December 2014: reports"]),
        ("survey", {"Unit": "% satisfied"}, ["Twelve months: number of satisfied, and out of how many"]),
        ("text", {}, ["Words for the panel"]),
    ],
)  # fmt: skip
def test_a_measure_is_asked_for_as_the_dashboard_shows_it(tmp_path, kind, more, rows):
    assert asked(Office().owes("North", "m", kind, **more), tmp_path) == rows


def test_a_total_that_comes_since_april_is_asked_for_since_april(tmp_path):
    office = Office().owes("North", "m").with_rows(
        "tblTotals",
        {"Measure": "m", "Period start": date(2014, 4, 1), "Period end": date(2014, 9, 30), "Count": 1},
    )  # fmt: skip
    assert asked(office, tmp_path)[-1] == "All of April to December 2014: reports"


def test_what_is_in_development_or_has_no_owner_is_not_asked_for_and_said(tmp_path):
    office = (
        Office()
        .owes("North", "a")
        .owes("North", "b", Status="in development")
        .owes(None, "c")
        .owes("North", "d", "amount")
    )
    plan = plan_forms(FileWorkbook.open(office.file(tmp_path)), period=DECEMBER)
    assert [{row.measure for row in form.rows} for form in plan.forms] == [{"a"}]
    assert [line.partition(": ")[2] for line in plan.left_out] == [
        "b is in development.",
        "c has no owner, so nobody is asked for it.",
        "d is an amount, which is typed into Amounts.",
    ]


def test_the_same_form_gives_the_same_bytes_that_leak_nothing_and_read_back(tmp_path):
    form = forms(FileWorkbook.open(Office().owes("North", "m", Board=BOARD).file(tmp_path)))[
        "North"
    ]
    data = return_bytes(form)
    assert data == return_bytes(form)
    sheet = read_received("R.xlsx", data, places.SHEET)
    assert sheet.at(places.PARTNER.row, places.HEAD_COLUMN).value == "North"
    assert not any(cell.is_formula for cell in sheet.cells.values())
    assert [leak.kind for leak in check(data, "R.xlsx")] == []


def test_only_what_is_to_be_filled_in_is_unlocked_and_has_lists():
    form = example_form()
    sheet = openpyxl.load_workbook(BytesIO(return_bytes(form)))[places.SHEET]
    assert sheet.protection.sheet
    free = {
        cell.coordinate for row in sheet.iter_rows() for cell in row if not cell.protection.locked
    }
    wanted = {
        places.cell_of(place, title)
        for place, row in enumerate(form.rows, places.FIRST_ROW)
        for title in inputs_of(row)
    }
    assert free == wanted | {head.address for head in places.HEAD if not head.given}
    ruled = {
        str(cell)
        for rule in sheet.data_validations.dataValidation
        for cell in str(rule.sqref).split()
    }
    assert ruled == free
    assert rule_of(form.rows[0], FormColumn.STATUS)["source"][0] == "final"


def test_a_form_that_is_there_is_never_replaced(tmp_path):
    book = FileWorkbook.open(Office().owes("North", "m").file(tmp_path))
    plan = plan_forms(book, period=DECEMBER)
    (name,) = write_forms(plan, tmp_path / "out")
    write_forms(plan, tmp_path / "out")
    filled = Filling(plan.forms[0]).all(1, 2, 3, 4, 10, seen=None).save(tmp_path / "out")
    with pytest.raises(UsageError, match="it may be filled in"):
        write_forms(plan, tmp_path / "out")
    assert filled.name == name == "Return 2014-12 North.xlsx"


def test_with_a_day_returns_say_awaited(tmp_path):
    office = (
        Office().owes("North", "m", Status="received", Received=date(2014, 10, 1)).file(tmp_path)
    )
    book = FileWorkbook.open(office)
    plan = plan_forms(book, period=DECEMBER, due=date(2015, 1, 23))
    book.apply(plan.edits)
    assert plan.forms[0].due == date(2015, 1, 23)
    assert rows_of(book, schema.RETURNS) == [
        {"Measure": "m", "Owner": "North", "Due": date(2015, 1, 23), "Status": "awaited"}
    ]


def test_an_unknown_partner_is_refused_with_the_names(tmp_path):
    book = FileWorkbook.open(Office().owes("North", "m").file(tmp_path))
    with pytest.raises(UsageError, match=r"'Nrth' is asked for nothing in Returns\. Owners: North"):
        plan_forms(book, wanted=["Nrth"])


def test_the_template_is_the_example():
    data = return_bytes(example_form())
    if os.environ.get("XLPERF_UPDATE_DOCS"):
        TEMPLATE.write_bytes(data)
    assert members(TEMPLATE.read_bytes()) == members(data)


def members(data):
    """Contents of a package: how they are compressed depends on the library."""
    with zipfile.ZipFile(BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def test_quarters_are_written_with_one_year_or_two():
    assert quarter_name(QUARTER) == "October to December 2014"
