"""Formulas that nobody has worked out: as the libraries write them, whichever way a sheet is
read.
"""

from __future__ import annotations

import re
from io import BytesIO

import openpyxl
import pytest
import xlsxwriter
from openpyxl.worksheet.table import Table

from tests.excel.torture import mended
from xlperf.excel.file import FileWorkbook
from xlperf.excel.port import CellError, CellOutside, Grid, NoResult

SHEET = "xl/worksheets/sheet1.xml"
WAYS = ("at once", "one by one")
"""Ways of reading the cells of a sheet; a comment in the part asks for the second."""
NOT_CALCULATED = NoResult.NOT_CALCULATED


def by_openpyxl() -> bytes:
    book, out = openpyxl.Workbook(), BytesIO()
    for row in (("A", "B"), ("=5", 1), (2, "=A2"), ("=A3", None)):
        book.active.append(row)
    book.active["C9"] = "=NOW()"
    book.active.add_table(Table(displayName="tblData", ref="A1:B4"))
    book.save(out)
    return out.getvalue()


def by_xlsxwriter() -> bytes:
    out = BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.write_column("A1", ("A", 0, 2, None))
        sheet.write_column("B1", ("B", 1, None, 0))
        sheet.write_formula("A4", "=A2+1")
        sheet.write_formula("B3", "=A2+1", None, 7)
        sheet.add_table("A1:B4", {"name": "tblData", "columns": [{"header": "A"}, {"header": "B"}]})
    return out.getvalue()


@pytest.fixture(params=WAYS)
def read(request):
    def grid(data: bytes) -> Grid:
        if request.param == "one by one":
            data = mended(
                data, SHEET, lambda sheet: sheet.replace(b"</sheetData>", b"<!-- --></sheetData>")
            )
        return FileWorkbook(data, "x.xlsx").read(["tblData"])["tblData"]

    return grid


def test_a_formula_that_openpyxl_wrote_has_no_result(read):
    grid = read(by_openpyxl())
    assert grid.rows == ((NOT_CALCULATED, 1), (2, NOT_CALCULATED), (NOT_CALCULATED, None))
    assert grid.outside == (CellOutside(9, 3, NOT_CALCULATED),)


def test_a_result_of_0_that_xlsxwriter_wrote_is_no_result_and_a_0_that_was_typed_is_0(read):
    assert read(by_xlsxwriter()).rows == ((0, 1), (2, 7), (NOT_CALCULATED, 0))


def test_a_result_of_spaces_is_an_empty_text_and_an_error_without_a_name_is_an_error(read):
    def spoilt(part: bytes) -> bytes:
        part = re.sub(
            rb'<c r="A4"[^>]*><f>A2\+1</f><v>[^<]*</v></c>',
            b'<c r="A4" t="str"><f>A2</f><v>  </v></c>',
            part,
        )
        return re.sub(rb'<c r="B2"[^>]*><v>1</v></c>', b'<c r="B2" t="e"/>', part)

    assert read(mended(by_xlsxwriter(), SHEET, spoilt)).rows == (
        (0, CellError("#ERROR!")),
        (2, 7),
        (NoResult.EMPTY_TEXT, 0),
    )


def test_a_result_of_0_is_0_once_excel_has_calculated(read):
    data = mended(
        by_xlsxwriter(),
        "xl/workbook.xml",
        lambda part: part.replace(b'calcId="124519"', b'calcId="191029"'),
    )
    assert read(data).rows == ((0, 1), (2, 7), (0, 0))
