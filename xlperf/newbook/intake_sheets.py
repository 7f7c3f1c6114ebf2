"""The sheets that an import needs, for a workbook that was made before there were imports."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from xlsxwriter import Workbook

from xlperf.excel.new_sheets import NewSheet, NewSheets
from xlperf.excel.transplant.workbook_lists import free_name
from xlperf.newbook import datasheets
from xlperf.newbook.look import FONT, WorkbookFormats
from xlperf.tables import schema

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlperf.excel.file import FileWorkbook


def add_intake_sheets(book: FileWorkbook) -> list[str]:
    """Put in the sheets of Sources and Revisions that a dashboard lacks; gives their names.

    Nothing is saved. Raises `WorkbookError` or `LayoutError` where the workbook must not take them.
    """
    have = {name.lower() for name in book.table_names()}
    missing = [table for table in schema.INTAKE if table.name.lower() not in have]
    if not missing or any(table.name.lower() not in have for table in schema.NEEDED):
        return []
    taken = book.sheet_names()
    names: dict[str, str] = {}
    for table in missing:
        names[table.name] = free_name(table.sheet, [*taken, *names.values()])
    donor = _donor(names, date1904=book.date1904)
    book.put_sheets(NewSheets(donor, tuple(map(NewSheet, names.values())), {}, {}))
    return list(names.values())


def _donor(names: Mapping[str, str], *, date1904: bool) -> bytes:
    memory = BytesIO()
    book = Workbook(memory, {"in_memory": True, "date_1904": date1904, "strings_to_urls": False})
    book.formats[0].set_font_name(FONT)
    look = WorkbookFormats(book)
    for table in schema.INTAKE:
        if table.name in names:
            datasheets.write_table(book, look, table, (), name=names[table.name])
    book.close()
    return memory.getvalue()
