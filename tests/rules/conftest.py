"""What each test of a rule is given: `gives`, which refreshes a workbook and compares."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from tests.rules.engines import ENGINES
from xlperf.pipeline import refresh
from xlperf.tables import schema
from xlperf.tables.lines import cell_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.assessment.casebook import Book

WORDS = {"RED": "Red", "AMBER": "Amber", "GREEN": "Green", "NA": "NA"}


@pytest.fixture(params=ENGINES)
def gives(request: pytest.FixtureRequest) -> Callable[..., None]:
    """Refresh a workbook, and compare colour and reason of lines: `crime="RED WORSE"`."""

    def judge(book: Book, **expected: str) -> None:
        workbook = ENGINES[request.param](book)
        now = datetime(2014, 11, 3, 9)
        refresh(workbook, now=now, who="analyst", seconds=lambda: 1.0, dry_run=True)
        grid = workbook.read([schema.WORKINGS.name])[schema.WORKINGS.name]
        titles = [grid.header.index(title) for title in ("Line", "Colour", "Reason code")]
        workings = {row[titles[0]]: [row[place] for place in titles[1:]] for row in grid.rows}
        for line, verdict in expected.items():
            assert workings[line] == verdict.split(), line
            name = cell_name(line, "rag")
            assert WORDS[verdict.split()[0]] in str(workbook.cells([name])[name].value)

    return judge
