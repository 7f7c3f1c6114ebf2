"""A `Book` opened by each engine: in memory, as a file, and in the stand-in for Excel."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING

import xlsxwriter

from tests.live.engine import install, open_book
from xlperf.excel.file import FileWorkbook
from xlperf.excel.live import LiveWorkbook
from xlperf.excel.port import CellError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.assessment.casebook import Book
    from xlperf.excel.port import Workbook


def fake(book: Book) -> Workbook:
    """The workbook in memory."""
    return book.workbook()


def file(book: Book) -> Workbook:
    """The same as a file."""
    return FileWorkbook(to_bytes(book), "Rules.xlsx")


def live(book: Book) -> Workbook:
    """The same, open in the stand-in for Excel."""
    return LiveWorkbook(open_book(install(), BytesIO(to_bytes(book))))


ENGINES: dict[str, Callable[[Book], Workbook]] = {"fake": fake, "file": file, "live": live}


def to_bytes(book: Book) -> bytes:
    """Write tables, each on its sheet, and a dashboard of named cells."""
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as made:
        day = made.add_format({"num_format": "yyyy-mm-dd"})
        board = made.add_worksheet("Dashboard")
        for row, name in enumerate(book.workbook().defined_names("")):
            board.write_blank(row, 0, None, made.add_format())
            made.define_name(name, f"=Dashboard!$A${row + 1}")
        for grid in book.grids().values():
            sheet = made.add_worksheet(grid.sheet)
            rows = grid.rows or ((None,) * len(grid.header),)
            titles = [{"header": title} for title in grid.header]
            columns = len(titles) - 1
            sheet.add_table(0, 0, len(rows), columns, {"name": grid.table, "columns": titles})
            for index, cells in enumerate(rows, 1):
                for column, value in enumerate(cells):
                    if isinstance(value, CellError):
                        sheet.write_formula(index, column, "=NA()", None, value.code)
                    elif isinstance(value, date):
                        sheet.write_datetime(index, column, value, day)
                    elif value is not None:
                        sheet.write(index, column, value)
    return out.getvalue()
