"""The period of a workbook is written whatever its cell holds, or the command says why not."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import openpyxl
import pytest

from tests.returns.offices import Office
from tests.users import cell
from xlperf.errors import LayoutError
from xlperf.excel.file import FileWorkbook
from xlperf.quarter.quarter_run import PeriodMove, move_period

MARCH, TODAY = 12 * 2015 + 2, date(2015, 4, 20)


@pytest.fixture
def typed(tmp_path):
    """An office whose period end was typed in this way; None: its row was cleared."""

    def made(value) -> FileWorkbook:
        book = openpyxl.load_workbook(Office().owes("North", "reports").file(tmp_path))
        sheet = book["Settings"]
        row = next(row for row in sheet.iter_rows() if row[0].value == "period_end")
        row[1].value = value
        row[1].number_format = "General" if isinstance(value, str) else row[1].number_format
        if value is None:
            row[0].value = None
        memory = BytesIO()
        book.save(memory)
        return FileWorkbook(memory.getvalue(), "Office.xlsx")

    return made


@pytest.mark.parametrize("value", [date(2014, 12, 31), "2014-12-31"])
def test_it_is_written(value, typed):
    book = typed(value)
    move = move_period(book, MARCH, TODAY)
    assert move == PeriodMove(date(2014, 12, 31), date(2015, 3, 31))
    again = FileWorkbook(book.to_bytes(), "Office.xlsx")
    assert move_period(again, None, TODAY).now == date(2015, 3, 31)
    assert not move_period(again, MARCH, TODAY).moved


def test_a_workbook_without_the_row_gets_one(typed):
    book = typed(None)
    assert move_period(book, MARCH, TODAY).now == date(2015, 3, 31)


def test_a_formula_is_not_written_over(tmp_path):
    data = Office().owes("North", "reports").file(tmp_path).read_bytes()
    data = cell(data, "Settings", "B5", b"><f>DATE(2014,12,31)</f><v>42004</v>")
    with pytest.raises(LayoutError, match=r"Settings!B5.* holds a formula. Clear it"):
        move_period(FileWorkbook(data, "Office.xlsm"), MARCH, TODAY)
