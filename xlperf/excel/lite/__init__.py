"""The engine for xlwings Lite: a workbook open in Excel for Windows, Mac or the web, with Python
inside the add-in.

There, cells are read by questions that are waited for, and changes are queued until they are
flushed (lite.xlwings.org, Async API). So a workbook is read whole first; the rest of xlperf works
on what was read; then all changes go out in one flush, are read back and compared, and are taken
back when one of them is not as it should be.

It needs xlwings 0.37.5 or later in the add-in, and imports nothing of it.
"""

from xlperf.excel.lite.asking import asked
from xlperf.excel.lite.lite_reading import taken
from xlperf.excel.lite.lite_workbook import LiteWorkbook
from xlperf.excel.lite.lite_writing import written

__all__ = ["LiteWorkbook", "asked", "taken", "written"]
