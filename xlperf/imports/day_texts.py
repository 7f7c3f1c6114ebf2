"""Dates as publications type them: in which order day and month stand, and months with a name.

A column of dates has one order. Where one of its dates has a day above 12, or names whole months in
one order only, the others are read in that order; where they contradict each other, none is read.
"""

from __future__ import annotations

import re
from datetime import date
from enum import Enum
from typing import TYPE_CHECKING

from xlperf.periods import is_month_end

if TYPE_CHECKING:
    from collections.abc import Sequence

DASHED_DAY = re.compile(r"([0-9]{1,2})-([0-9]{1,2})-([0-9]{4})")
SLASHED_DAY = re.compile(r"([0-9]{1,2})[/.]([0-9]{1,2})[/.]([0-9]{4})")
MONTHS_OF_YEAR = 12
YEAR_FIRST = re.compile(r"(?P<year>(?:19|20)[0-9]{2})\s+(?P<month>[A-Za-z]{3,9})\.?")
"""A month as the Office for National Statistics writes it: 2014 SEP."""
DASHED_MONTH = re.compile(
    r"(?:(?P<day>[0-9]{1,2})[\s-])?(?P<month>[A-Za-z]{3,9})\.?[-/ ](?P<year>(?:20)?[0-4][0-9])"
)
"""Days and months as Excel shows them: 30-Sep-14, Sep/14."""
HYPHENS = str.maketrans("\u2010\u2011\u2012", "---")


class DayOrder(Enum):
    """What stands first in the dates of a column such as 03/04/2014."""

    DAY = "day"
    MONTH = "month"
    UNKNOWN = "unknown"
    """Some dates say the one, some the other."""


def order_of_days(texts: Sequence[str]) -> DayOrder | None:
    """Order of the days of one column: a number above 12 is a day; else a date that names whole
    months in one order only says it. None: no date says it.
    """
    certain, likely = set(), set()
    for text in texts:
        numbers = numbers_of_day(text)
        if numbers is None:
            continue
        first, second, year = numbers
        if max(first, second) > MONTHS_OF_YEAR:
            certain.add(DayOrder.DAY if first > second else DayOrder.MONTH)
        elif first != second:
            ways = ((DayOrder.DAY, second, first), (DayOrder.MONTH, first, second))
            whole = {
                order: (day := existing_day(year, month, number)) is not None
                and (day.day == 1 or is_month_end(day))
                for order, month, number in ways
            }
            names = {order for order, is_whole in whole.items() if is_whole}
            likely |= names if len(names) == 1 else set()
    orders = certain or likely
    if len(orders) > 1:
        return DayOrder.UNKNOWN
    return next(iter(orders), None)


def numbers_of_day(text: str) -> tuple[int, int, int] | None:
    """First and second number of a date, and its year; None: it is another text."""
    match = SLASHED_DAY.fullmatch(text) or DASHED_DAY.fullmatch(text)
    if match is None:
        return None
    one, other, year = map(int, match.groups())
    return one, other, year


def is_day(text: str) -> bool:
    """Whether a text is a date in numbers, whether there is such a day or not."""
    return numbers_of_day(text) is not None


def day_in_order(text: str, order: DayOrder) -> tuple[date | None, str]:
    """Read a date in numbers in an order, or by its own day above 12; None, and why not."""
    numbers = numbers_of_day(text)
    if numbers is None:
        return None, f"'{text}' is no day"
    first, second, year = numbers
    if max(first, second) > MONTHS_OF_YEAR:
        order = DayOrder.DAY if first > second else DayOrder.MONTH
    elif order is DayOrder.UNKNOWN and first != second:
        return None, f"'{text}' may be either way round, as other dates beside it are"
    day = (
        existing_day(year, second, first)
        if order is DayOrder.DAY
        else existing_day(year, first, second)
    )
    return day, "" if day else f"'{text}' is no day"


def existing_day(year: int, month: int, day: int) -> date | None:
    """The day; None where there is no such."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def usual_spelling(text: str) -> str:
    """Write a date with the name of a month in the usual way: 30 Sep 2014, Sep 2014."""
    text = text.translate(HYPHENS)
    if match := YEAR_FIRST.fullmatch(text):
        return f"{match['month']} {match['year']}"
    if match := DASHED_MONTH.fullmatch(text):
        year = match["year"] if len(match["year"]) > len("14") else f"20{match['year']}"
        return f"{match['day'] or ''} {match['month']} {year}".strip()
    return text
