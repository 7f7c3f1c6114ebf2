"""Where the files of the repository are.

Whoever has followed the README has refreshed the shipped workbook. The tests then use one as it was
made, so that its second command passes after its first.
"""

from __future__ import annotations

import atexit
import re
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from xlperf.excel.port import Scalar

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


@cache
def of_priorities(*codes: str) -> bytes:
    """A workbook of some priorities of the shipped plan, with their figures, before any refresh.

    It is published in a quarter of the time of the whole, and says the same of its lines.
    """
    from xlperf.newbook.builder import workbook_bytes
    from xlperf.newbook.content import Content, sample_content
    from xlperf.tables import schema

    shipped = sample_content()
    rows = {
        name: rows_of(codes, rows)
        for name, rows in shipped.tables.items()
        if name != schema.PEERS.name
    }
    return workbook_bytes(Content(rows, shipped.settings))


def rows_of(codes: Sequence[str], rows: Iterable[Sequence[Scalar]]) -> list[Sequence[Scalar]]:
    """Of a table of the shipped plan, the rows of some priorities, and those of none."""
    return [row for row in rows if _code(row) in (None, *codes)]


@cache
def few() -> Path:
    """A file of four priorities of the shipped plan, for what says the same of few lines as
    of many. Do not change it: copy it.
    """
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    made = folder / "Dashboard.xlsm"
    made.write_bytes(of_priorities("SP6", "SP12", "SP13", "SP17"))
    return made


def _code(row: Sequence[Scalar]) -> str | None:
    """Code of the priority that a row of the shipped plan is of; None: it is of none."""
    code = re.match(r"SP\d+[AB]?", str(row[0]))
    return code and code[0]


SHIPPED = as_made(ROOT / "workbook" / "Dashboard.xlsm")
BLANK = ROOT / "templates" / "Dashboard-blank.xlsm"
