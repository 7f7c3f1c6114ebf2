"""Where things stand in the form: written by `return_workbook`, looked for by `received_return`.

Rows and columns are counted from 1, as Excel shows them.
"""

from __future__ import annotations

from xlperf.excel.areas import address
from xlperf.frozen import NamedTuple
from xlperf.returns.return_form import FormColumn

SHEET, GUIDE = "Return", "How to fill in"
MARK_ROW, MARK_COLUMN = 1, 13
MARK_ADDRESS = address(MARK_ROW, MARK_COLUMN)
MARK_BEGINNING = "Return form "
MARK = f"{MARK_BEGINNING}1"
"""Says that a file is a return, and of which make."""
HEADER_ROW = 11
FIRST_ROW = 12
SPARE_ROWS = 200
"""Rows below the form in which something that was added is looked for."""
LABEL_COLUMN, HEAD_COLUMN = 1, 2
COLUMNS = {title: place for place, title in enumerate(FormColumn, 1)}


class HeadCell(NamedTuple):
    """A cell of the head: its label stands beside it."""

    label: str
    row: int
    given: bool = False
    """Whether we give it; else the partner does."""

    @property
    def address(self) -> str:
        """Its address."""
        return address(self.row, HEAD_COLUMN)


PARTNER = HeadCell("Partner", 4, given=True)
QUARTER = HeadCell("Quarter that ends on", 5, given=True)
DUE = HeadCell("Send it back by", 6, given=True)
VERSION = HeadCell("Version of this return", 7)
ROLE = HeadCell("Completed by (role, no name)", 8)
AS_AT = HeadCell("Figures taken on", 9)
HEAD = (PARTNER, QUARTER, DUE, VERSION, ROLE, AS_AT)


def cell_of(row: int, column: FormColumn) -> str:
    """Address of a cell of a row of the form."""
    return address(row, COLUMNS[column])
