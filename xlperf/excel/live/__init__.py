"""The live engine: a workbook that is open in Excel, through the public interface of xlwings.

Every call goes from one process to another. Therefore a table is read in one call, a block of cells
is read or written in one call, and names are looked up once. All edits are compared with what the
cells hold before the first edit is made. Nothing is saved: the user saves, or closes without saving
to undo the edits.

Texts are written with Excel's leading apostrophe, which marks what follows as text. Without it,
"Sep 2014" would become a date and "+2.5%" a number.
"""

from xlperf.excel.live.calls import LONGEST_PAUSE, TRIES, quiet, retry_while_busy
from xlperf.excel.live.cloud import local_path, saving_state
from xlperf.excel.live.live_workbook import LiveWorkbook

__all__ = [
    "LONGEST_PAUSE",
    "TRIES",
    "LiveWorkbook",
    "local_path",
    "quiet",
    "retry_while_busy",
    "saving_state",
]
