"""The sheet xlwings.conf: how xlwings finds and starts Python for this workbook.

Rules. A key in the sheet outranks the user's own file, so where Python is (INTERPRETER_WIN, or
CONDA PATH and CONDA ENV) is not here: it differs from computer to computer, and `install` writes it
there. Every other key that xlwings looks up at a call stands here, for a key that is missing makes
it open two files at each call. Flags are FALSE, never blank: a blank is no flag to VBA.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.newbook.look import GREY
from xlperf.vba.wrappers import PYTHON_MODULE

if TYPE_CHECKING:
    from xlsxwriter import Workbook

    from xlperf.newbook.look import WorkbookFormats

SHEET = "xlwings.conf"
SETTINGS: tuple[tuple[str, str | bool, str], ...] = (
    ("UDF MODULES", PYTHON_MODULE, "The Python functions that cells call."),
    ("ADD_WORKBOOK_TO_PYTHONPATH", False, "Python takes no code from the workbook's folder."),
    (
        "USE UDF SERVER",
        False,
        "Buttons start Python each time. TRUE: they use the Python that serves the cells; faster.",
    ),
    ("DEBUG UDFS", False, ""),
    ("SHOW CONSOLE", False, ""),
    ("SHOW_ERROR_POPUPS", True, ""),
    ("PYTHONPATH", "", ""),
    ("ONEDRIVE_CONSUMER_WIN", "", ""),
    ("ONEDRIVE_COMMERCIAL_WIN", "", ""),
    ("SHAREPOINT_WIN", "", ""),
    ("LICENSE_KEY", "", "None is needed."),
)


def write_conf(book: Workbook, look: WorkbookFormats) -> None:
    """Add the sheet, hidden: keys from the first cell down, without a gap or a header, as xlwings
    reads them.
    """
    sheet = book.add_worksheet(SHEET)
    sheet.set_column(0, 0, 32)
    sheet.set_column(1, 1, 20)
    sheet.set_column(2, 2, 90)
    note = look(font_color=GREY)
    for row, (key, value, meaning) in enumerate(SETTINGS):
        sheet.write_string(row, 0, key)
        if isinstance(value, bool):
            sheet.write_boolean(row, 1, value)
        elif value:
            sheet.write_string(row, 1, value)
        if meaning:
            sheet.write_string(row, 2, meaning, note)
    sheet.hide()
