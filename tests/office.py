"""A made-up office of six measures, whose quarters are played one after another."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import numpy as np

from tests.assessment.casebook import Book, month
from xlperf.pipeline import refresh
from xlperf.tables import schema
from xlperf.tiles.written import records

if TYPE_CHECKING:
    from collections.abc import Iterable

    from xlperf.excel.port import Workbook
    from xlperf.pipeline import Refreshed

MEASURES = tuple(f"crime_{letter}" for letter in "abcdef")
FIRST, LAST = "2012-04", "2018-03"
NOW = datetime(2018, 5, 2, 9, 30, tzinfo=UTC)
QUARTERS = tuple(range(month("2014-03"), month("2018-03") + 1, 3))
"""Ends of four years of quarters; the target date of the first two years is March 2016, then March
2018.
"""


def counts(seed: int, level: float) -> list[int]:
    """Monthly counts whose level drifts by 15% a year: fixed by the seed."""
    random = np.random.default_rng(seed)
    months = month(LAST) - month(FIRST) + 1
    drift = np.cumsum(random.normal(0, 0.15 / np.sqrt(12), months))
    return random.poisson(level * np.exp(drift)).tolist()


def office(target: date, measures: Iterable[str] = MEASURES, **settings: object) -> Book:
    """Rows of its workbook, all months there already: later ones are not used before their time."""
    book = Book(target_date=target, period_end=date(2018, 3, 31), **settings)
    for place, name in enumerate(measures):
        book.measure(name, "offences").months(name, counts(place, 60 + 40 * place), last=LAST)
    return book


def play(workbook: Workbook, quarters: Iterable[int]) -> Refreshed:
    """Refresh a workbook for one quarter after another; gives the last refresh."""
    result = None
    for quarter in quarters:
        result = refresh(workbook, now=NOW, who="analyst", seconds=lambda: 0.5, period=quarter)
    assert result is not None
    return result


def history(workbook: Workbook) -> list[dict]:
    """Rows of History as they stand."""
    return records(workbook.read([schema.HISTORY.name])[schema.HISTORY.name], schema.HISTORY)
