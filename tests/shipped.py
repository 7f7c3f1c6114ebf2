"""Where the files of the repository are.

Whoever has followed the README has refreshed the shipped workbook. The tests then use one as it was
made, so that its second command passes after its first.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]


def as_made(path: Path) -> Path:
    """The shipped workbook; where somebody has refreshed it, a new one from the same source."""
    from xlperf.excel.file import FileWorkbook
    from xlperf.newbook.builder import workbook_bytes
    from xlperf.tables.schema import LOG

    log = FileWorkbook.open(path).read([LOG.name])[LOG.name]
    if not any(any(row) for row in log.rows):
        return path
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    made = folder / path.name
    made.write_bytes(workbook_bytes())
    return made


SHIPPED = as_made(ROOT / "workbook" / "Dashboard.xlsm")
BLANK = ROOT / "templates" / "Dashboard-blank.xlsm"
