"""The live engine: a workbook that is open in Excel, through the public interface of xlwings.

Every call crosses from one process to another, so a table is read in one, a block of cells in one,
and written in one; names are looked up once. All edits are worked out against what the cells hold
before the first is made. Nothing is saved: that is for the person at the keyboard, who can also
undo by closing without saving.

Texts are written with Excel's leading apostrophe, which marks what follows as text: else "Sep 2014"
would become a date and "+2.5%" a number.
"""

from xlperf.excel.live.calls import LONGEST_PAUSE, TRIES, patiently, quiet
from xlperf.excel.live.cloud import as_it_stands, local_path
from xlperf.excel.live.live_workbook import LiveWorkbook

__all__ = [
    "LONGEST_PAUSE",
    "TRIES",
    "LiveWorkbook",
    "as_it_stands",
    "local_path",
    "patiently",
    "quiet",
]
