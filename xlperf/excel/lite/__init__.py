"""The engine for xlwings Lite: a workbook open in Excel for Windows, Mac or the web, with Python
inside the add-in.

In the add-in, each read of cells is awaited, and changes are queued until they are flushed
(lite.xlwings.org, Async API). Therefore a whole workbook is read first, and the rest of xlperf
works on this snapshot. Then all changes are flushed at once, read back and compared. If one of them
is not as it should be, all are undone.

The add-in needs xlwings 0.37.5 or later. This package does not import it.
"""

from xlperf.excel.lite.asking import answer
from xlperf.excel.lite.lite_reading import read_snapshot
from xlperf.excel.lite.lite_workbook import LiteWorkbook
from xlperf.excel.lite.lite_writing import write_edits

__all__ = ["LiteWorkbook", "answer", "read_snapshot", "write_edits"]
