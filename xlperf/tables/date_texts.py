"""Dates and months typed as text, read only where there is one reading.

A month column takes a month without a day. Of years in two digits those up to `LATEST_SHORT_YEAR`
are of this century; a later one may be of the last. Two numbers of two digits (09-10) may be a
month and a day, a month and a year, or a financial year: they are never read. Names of months are
English.
"""

from __future__ import annotations

import re
from datetime import date

from xlperf.periods import NAMES, day_name, month_name, month_of

ISO_DATE = r"([0-9]{4})-([0-9]{1,2})(?:-([0-9]{1,2}))?"
DIGITS_DATE = r"([0-9]{4})([0-9]{2})([0-9]{2})?"
SLASH_DATE = r"([0-9]{1,2})[/.]([0-9]{1,2})[/.]([0-9]{4})"
SLASH_MONTH = (
    r"(?P<month>[0-9]{1,2})[/-](?P<year>[0-9]{4})|(?P<first>[0-9]{4})/(?P<second>[0-9]{1,2})"
)
WORD_MONTH = r"(?:([0-9]{1,2})\s+)?([A-Za-z]{3,9})\.?[\s-]+([0-9]{4})"
SHORT_YEAR = r"([A-Za-z]{3,9})\.?[\s-]+['\u2019]?([0-9]{2})"
_DAY_OR_MONTH = r"(?:[0-9]{1,2}|[A-Za-z]{3,9}\.?)"
WITHOUT_CENTURY = rf"{_DAY_OR_MONTH}(?:[\s/.-]+{_DAY_OR_MONTH}){{0,2}}[\s/.-]+['\u2019]?[0-9]{{2}}"
MONTHS = tuple(name.lower() for name in NAMES)
LATEST_SHORT_YEAR = 49
"""Excel takes 00 to 29 for this century; 1930 to 1949 are no years of ours either; a later one may
be a slip.
"""

DAY_WANTED = "Type a date, such as 30/09/2014."
MONTH_WANTED = (
    "Type a date, such as 01/09/2014. Of texts September 2014, Sep-14, 09/2014, 201409 and 2014-09"
    " are understood."
)
EITHER_WAY = "The day and the month could be either way round: type it again as a date."
NO_SUCH_DAY = "There is no such day: type a date that exists."


def day_in_text(text: str, *, month_only: bool) -> tuple[date | None, str]:
    """Read a date; with `month_only` a month too, as its first day.

    Returns
    -------
    tuple
        The day, or None and what to do instead.
    """
    wanted = MONTH_WANTED if month_only else DAY_WANTED
    try:
        day, doubt = _day(text)
        if day is None and not doubt:
            month, doubt = _month(text)
            if month is not None and not month_only:
                month, doubt = None, f"The day is missing. {wanted}"
            day = month
    except ValueError:
        return None, NO_SUCH_DAY
    if day is not None or doubt:
        return day, doubt
    return None, (
        f"Give the year in four digits. {wanted}" if re.fullmatch(WITHOUT_CENTURY, text) else wanted
    )


def _day(text: str) -> tuple[date | None, str]:
    """Read a text with a day in it; raises ValueError for one that does not exist."""
    if match := re.fullmatch(SLASH_DATE, text):
        first, second, year = map(int, match.groups())
        if first <= 12 and second <= 12 and first != second:
            return None, EITHER_WAY
        day, month = (first, second) if second <= 12 else (second, first)
        return date(year, month, day), ""
    for pattern in (ISO_DATE, DIGITS_DATE):
        if (match := re.fullmatch(pattern, text)) and match[3]:
            return date(int(match[1]), int(match[2]), int(match[3])), ""
    if (match := re.fullmatch(WORD_MONTH, text)) and match[1] and (number := _number_of(match[2])):
        return date(int(match[3]), number, int(match[1])), ""
    return None, ""


def _month(text: str) -> tuple[date | None, str]:
    """Read a month and its year, without a day."""
    if match := re.fullmatch(ISO_DATE, text):
        return date(int(match[1]), int(match[2]), 1), ""
    if match := re.fullmatch(SLASH_MONTH, text):
        return (
            date(int(match["year"] or match["first"]), int(match["month"] or match["second"]), 1),
            "",
        )
    if match := re.fullmatch(DIGITS_DATE, text):
        return _run_together(date(int(match[1]), int(match[2]), 1))
    if (match := re.fullmatch(WORD_MONTH, text)) and (number := _number_of(match[2])):
        return date(int(match[3]), number, 1), ""
    if (match := re.fullmatch(SHORT_YEAR, text)) and (number := _number_of(match[1])):
        year = int(match[2])
        return (date(2000 + year, number, 1), "") if year <= LATEST_SHORT_YEAR else (None, "")
    return None, ""


def _run_together(first: date) -> tuple[date | None, str]:
    """Accept 201409. In 201201 year, month and day may also be in two digits each: the first of
    December 2020.
    """
    year = first.year % 100
    if first.month == 1 and first.year // 100 == 20 and 1 <= year <= 12:
        other = date(2020, year, 1)
        return (
            None,
            (
                f"It could be {month_name(month_of(first))} or {day_name(other)}: type it again as"
                " a date."
            ),
        )
    return first, ""


def _number_of(word: str) -> int | None:
    """Give the number of an English month, in full or by its first three letters (or Sept)."""
    short = "sep" if word.lower() == "sept" else word.lower()
    return next(
        (number for number, name in enumerate(MONTHS, 1) if short in (name, name[:3])), None
    )
