"""Months and periods. A month is a whole number, ``12 * year + month - 1``, so that months are
counted by subtraction.

Periods are inclusive of both ends: the twelve months ending in month m are ``m - 11 .. m``.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from xlperf.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Callable

Month: TypeAlias = int

FINANCIAL_YEAR = re.compile(r"((?:19|20)[0-9]{2})/([0-9]{2}|[0-9]{4})")

NAMES = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def month_of(day: date) -> Month:
    """Month a day lies in."""
    return 12 * day.year + day.month - 1


def first_day(month: Month) -> date:
    """First day of a month."""
    return date(month // 12, month % 12 + 1, 1)


@lru_cache(maxsize=2048)
def last_day(month: Month) -> date:
    """Last day of a month."""
    year, index = divmod(month, 12)
    return date(year, 12, 31) if index == 11 else first_day(month + 1) - timedelta(days=1)


def month_name(month: Month) -> str:
    """Write a month as September 2014."""
    return f"{NAMES[month % 12]} {month // 12}"


def month_short(month: Month) -> str:
    """Write a month as Sep 2014."""
    return f"{month_abbreviation(month)} {month // 12}"


def month_abbreviation(month: Month) -> str:
    """Write a month without its year, as Sep."""
    return NAMES[month % 12][:3]


def is_month_end(day: date) -> bool:
    """Whether a day is the last of its month."""
    return day.day == last_day(month_of(day)).day


def day_name(day: date) -> str:
    """Write a date as 30 September 2014."""
    return f"{day.day} {NAMES[day.month - 1]} {day.year}"


@frozen
class Period:
    """Months from `first` to `last`, both included."""

    first: Month
    last: Month

    @property
    def length(self) -> int:
        """Number of months."""
        return self.last - self.first + 1

    @property
    def months(self) -> range:
        """Its months in order."""
        return range(self.first, self.last + 1)

    def overlaps(self, other: Period) -> bool:
        """Whether the two share a month."""
        return self.first <= other.last and other.first <= self.last

    @property
    def is_year(self) -> bool:
        """Whether it has twelve months, whichever is the first."""
        return self.length == 12

    def named(self, month: Callable[[Month], str]) -> str:
        """Write it, each month in this way."""
        if self.is_year:
            return f"year to {month(self.last)}"
        first = f"{month(self.first)} to " if self.length > 1 else ""
        return f"{first}{month(self.last)}"

    def __str__(self) -> str:
        return self.named(month_short)


def twelve_months_to(month: Month) -> Period:
    """Twelve months ending in a month."""
    return Period(month - 11, month)


def financial_year(text: str) -> Period:
    """Read '2012/13' or '2012/2013' (April to March); raises ValueError for other years."""
    match = FINANCIAL_YEAR.fullmatch(text.strip())
    if match is None:
        raise ValueError(text)
    start, end_text = int(match[1]), match[2]
    if int(end_text) != (start + 1) % (100 if len(end_text) == 2 else 10_000):
        raise ValueError(text)
    return Period(12 * start + 3, 12 * start + 14)
