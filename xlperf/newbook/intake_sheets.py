"""The sheets that an import needs, for a workbook that was made before there were imports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.excel.new_sheets import NewSheet, NewSheets
from xlperf.newbook import datasheets
from xlperf.newbook.adopting import free_names
from xlperf.tables import schema

if TYPE_CHECKING:
    from xlperf.excel.file import FileWorkbook


def add_intake_sheets(book: FileWorkbook) -> list[str]:
    """Put in the sheets of Sources and Revisions that a dashboard lacks; gives their names.

    Nothing is saved. Raises `WorkbookError` or `LayoutError` where the workbook must not take them.
    """
    have = {name.lower() for name in book.table_names()}
    missing = [table for table in schema.INTAKE if table.name.lower() not in have]
    if not missing or any(table.name.lower() not in have for table in schema.NEEDED):
        return []
    names = free_names(missing, book.sheet_names())
    donor = datasheets.tables_alone(names, {}, {}, date1904=book.date1904)
    book.put_sheets(NewSheets(donor, tuple(map(NewSheet, names.values())), {}, {}))
    return list(names.values())
