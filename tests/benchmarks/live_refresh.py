"""How often a refresh of the open workbook crosses to Excel, on the engine of the tests: ``python
-m tests.benchmarks.live_refresh``.

Counted, not timed: what a crossing costs is for Excel to say, and none of this ran beside it. Every
call of xlwings' engine is one, and every property or method asked of Excel's own object; the object
on the way to a property (Interior, Font, ListObjects) is not counted apart. Reads and writes are of
cells, their colours and merged areas, and of tables' sizes; settings are those of Excel that are
set; all others are questions. A macro of the workbook that answers is one read, write or question.
With `--without-macros` the workbook has none.
"""

from __future__ import annotations

import sys
import time
from datetime import datetime

KINDS = {"reads": "read", "writes": "write", "questions": "ask", "settings": "set"}


def main() -> None:
    """Refresh the shipped workbook twice, and print the crossings of each."""
    from tests.live.engine import install, open_book
    from tests.shipped import SHIPPED
    from xlperf.excel.live import LiveWorkbook
    from xlperf.pipeline import refresh

    engine = install()
    if "--without-macros" in sys.argv:
        engine.macros = {}
    book = open_book(engine, SHIPPED)
    for which in ("first refresh", "second refresh"):
        engine.calls.clear()
        start = time.perf_counter()
        result = refresh(
            LiveWorkbook(book), now=datetime(2014, 11, 3), who="benchmark", seconds=lambda: 0.0
        )
        seconds = time.perf_counter() - start
        counts = {
            title: sum(number for call, number in engine.calls.items() if call.startswith(kind))
            for title, kind in KINDS.items()
        }
        told = ", ".join(f"{number} {title}" for title, number in counts.items())
        print(
            f"{which}: {result.applied.values} cells and {result.applied.fills} fills changed with"
            f" {told}"
        )
        print(f"  {dict(engine.calls.most_common())}")
        print(f"  {seconds:.2f} s here, the engine of the tests included")


if __name__ == "__main__":
    main()
