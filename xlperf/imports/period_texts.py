"""Periods as publications write them -> whole months, only where there is one reading.

Months and days are read by `xlperf.tables.date_texts`; here are the lengths that words give:
``Year ending Sep 2014``, ``12 months to September 2014``, ``Apr 2014 to Sep 2014``,
``2014-15 Q2``, ``2013/14``, ``YTD Sep-14``. Years and quarters are financial, from April, unless
they are said to be calendar years. A text that may be a month or a financial year (2010-11) is
decided by the others of its row or column, or not at all.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING

from xlperf.frozen import NamedTuple
from xlperf.imports.day_texts import (
    DayOrder,
    day_in_order,
    existing_day,
    is_day,
    numbers_of_day,
    order_of_days,
    usual_spelling,
)
from xlperf.imports.published_cells import without_marks
from xlperf.periods import (
    Period,
    day_name,
    financial_year,
    is_month_end,
    last_day,
    month_of,
    twelve_months_to,
)
from xlperf.tables.coercion import FIRST_YEAR, LAST_YEAR, quoted
from xlperf.tables.date_texts import day_in_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from xlperf.excel.port import Scalar

WORDS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
}  # fmt: skip
LENGTH = r"(?P<number>[0-9]{1,2}|" + "|".join(WORDS) + r")[\s-]*months?"
TO = r"(?:ending|ended|end|to|up to|to end of|:|-)?(?:\s+(?:in|on|the))?\s*"
YEAR_TO = re.compile(
    rf"(?:(?:the\s+)?(?:rolling\s+)?(?:year|yr|12m)|y/?e|ye|rolling)\s*{TO}(?P<rest>.+)",
    re.IGNORECASE,
)
YEAR_TO_DATE = re.compile(
    rf"(?:(?:financial\s+)?year[\s-]to[\s-]date|ytd|fytd)\s*{TO}(?P<rest>.+)", re.IGNORECASE
)
MONTHS_TO = re.compile(rf"(?:the\s+)?(?:rolling\s+)?{LENGTH}\s*{TO}(?P<rest>.+)", re.IGNORECASE)
QUARTER_TO = re.compile(rf"(?:the\s+)?(?:quarter|qtr)\s*{TO}(?P<rest>.+)", re.IGNORECASE)
HALF_TO = re.compile(rf"(?:the\s+)?half[\s-]year\s*{TO}(?P<rest>.+)", re.IGNORECASE)
FROM_TO = re.compile(
    r"(?P<first>.*?[A-Za-z0-9.])\s*(?:\bto\b|\bthrough\b|\s-\s|\u2013|\u2014|-(?=[A-Za-z]))\s*(?P<last>.+)",
    re.IGNORECASE,
)
TWO_YEARS = r"(?P<year>(?:19|20)[0-9]{2})\s*[-/\u2013]\s*(?P<next>(?:19|20)?[0-9]{2})"
FINANCIAL_YEAR = re.compile(rf"(?:f\.?y\.?\s*|financial year\s*)?{TWO_YEARS}", re.IGNORECASE)
QUARTER = re.compile(
    rf"(?:{TWO_YEARS}[\s,:-]*(?:q|qtr|quarter)\s*(?P<number>[1-4]))"
    r"|(?:(?:q|qtr|quarter)\s*(?P<before>[1-4])[\s,:-]*(?P<year_after>(?:19|20)[0-9]{2})\s*[-/\u2013]"
    r"\s*(?P<next_after>(?:19|20)?[0-9]{2}))",
    re.IGNORECASE,
)
CALENDAR_YEAR = re.compile(r"(?:calendar year|cy)\s*(?P<year>(?:19|20)[0-9]{2})", re.IGNORECASE)
BARE_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
BARE_QUARTER = re.compile(
    r"(?:q[1-4]\s*(?:19|20)[0-9]{2}|(?:19|20)[0-9]{2}\s*-?q[1-4])", re.IGNORECASE
)
YEAR_OR_MONTH = re.compile(r"(?P<year>(?:19|20)[0-9]{2})[-/](?P<next>[0-9]{2})")
MONTH_WITHOUT_YEAR = re.compile(
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)[a-z]*\.?", re.IGNORECASE
)
MIDNIGHT = re.compile(r"[T ]00:00(?::00(?:\.0+)?)?$")
"""Time of day that programs write after a date."""
ROLLING = re.compile(
    r"\b(?:rolling|12|twelve)[\s-]*(?:months?|years?)\b|\byears? (?:ending|ended|to)\b|\bannual\b",
    re.IGNORECASE,
)
"""Words in a title by which its dates name twelve months."""
CUMULATIVE = re.compile(r"\b(?:cumulative|year[\s-]to[\s-]date|f?ytd)\b", re.IGNORECASE)
"""Words in a title by which its dates name the months since April."""

MONTHLY = re.compile(r"\bmonth(?:ly)?\b", re.IGNORECASE)
"""Words in a title by which its dates name single months."""
QUARTERLY = re.compile(r"\bquarter(?:ly)?\b", re.IGNORECASE)
"""Words in a title by which its dates name the last months of quarters."""
A_MONTH = r"(?:[0-9]{1,2}\s+)?[A-Za-z]{3,9}\.?\s+(?:19|20)[0-9]{2}"
IN_SENTENCE = re.compile(
    r"(?:(?:rolling\s+)?(?:year|12 months|twelve months|quarter|six months|year to date)"
    rf"\s+(?:ending|ended|to)\s+{A_MONTH})|(?:{A_MONTH}\s+to\s+{A_MONTH})",
    re.IGNORECASE,
)
"""A period within a longer text, such as the title of a table."""


class ReadPeriod(NamedTuple):
    """A period, or why a text names none."""

    period: Period | None
    reason: str = ""
    marks: tuple[str, ...] = ()
    """``provisional`` and other marks beside the text; they hold for all figures of the period."""


Reading = tuple[Period | None, str]
"""A period; or None, and why."""


class StatedSpan(NamedTuple):
    """What a date or a month stands for where nothing beside it says so."""

    name: str
    of: Callable[[int], Period]
    """Period by its last month."""


def _from_april(month: int) -> Period:
    return Period(month - (month - 3) % 12, month)


MONTH = StatedSpan("month", lambda month: Period(month, month))
YEAR = StatedSpan("year", twelve_months_to)
TO_DATE = StatedSpan("year to date", _from_april)
QUARTER_SPAN = StatedSpan("quarter", lambda month: Period(month - 2, month))
CALENDAR = StatedSpan("calendar year", lambda month: Period(month, month))
FINANCIAL = StatedSpan("financial year", lambda month: Period(month, month))
"""What a year in four digits stands for; months stand for themselves."""
FIRST_MONTHS = {CALENDAR: 0, FINANCIAL: 3}
"""First month of these years, from 0."""
SPANS = {span.name: span for span in (MONTH, QUARTER_SPAN, YEAR, TO_DATE, CALENDAR, FINANCIAL)}


def span_in(*titles: str) -> StatedSpan | None:
    """What titles say that a date stands for; None: nothing, or two things."""
    kinds = ((TO_DATE, CUMULATIVE), (YEAR, ROLLING), (QUARTER_SPAN, QUARTERLY), (MONTH, MONTHLY))
    spans = [span for span, words in kinds if any(words.search(title) for title in titles)]
    if TO_DATE in spans and YEAR in spans:  # a year to date is no year
        spans.remove(YEAR)
    if MONTH in spans and len(spans) > 1:  # 12 months
        spans.remove(MONTH)
    return spans[0] if spans else None


def read_periods(cells: Sequence[Scalar], span: StatedSpan | None = None) -> list[ReadPeriod]:
    """Read the periods of one row or column; what is ambiguous alone is decided by the others."""
    texts = [without_marks(cell)[0] for cell in cells if isinstance(cell, str)]
    unsure = {
        text
        for text in texts
        if (match := YEAR_OR_MONTH.fullmatch(text))
        and int(match["next"]) == (int(match["year"]) + 1) % 100
    }
    sure = {text for text in texts if YEAR_OR_MONTH.fullmatch(text)} - unsure
    years: bool | None = None
    if sure:
        years = False
    elif any(int(text[-2:]) > 12 for text in unsure) or len(unsure) > 1:
        years = True
    order = order_of_days(texts)
    return [read_period(cell, span, financial_years=years, order=order) for cell in cells]


def read_period(
    cell: Scalar,
    span: StatedSpan | None = None,
    *,
    financial_years: bool | None = None,
    order: DayOrder | None = None,
) -> ReadPeriod:
    """Read one period.

    Parameters
    ----------
    span
        What a date or a month without further words stands for. None: a month stands for itself,
        and the last day of one for nothing, since a longer period may end on it.
    financial_years
        Whether 2010-11 is a financial year; None: it is not known.
    order
        What stands first in 03/04/2014, by the others of its column; None: they do not say it.
    """
    if isinstance(cell, bool) or cell is None:
        return ReadPeriod(None, "no period")
    if isinstance(cell, datetime):
        cell = cell.date()
    if isinstance(cell, date):
        return _of_day(cell, span, typed=False)
    if isinstance(cell, (int, float)):
        if cell != int(cell) or not (190001 <= cell <= 209912 or FIRST_YEAR <= cell <= LAST_YEAR):
            return ReadPeriod(None, "no period")
        cell = str(int(cell))
    if not isinstance(cell, str):
        return ReadPeriod(None, "no period")
    text, marks = without_marks(cell)
    text = " ".join(text.split())
    read = _in_order(text, span, order, marks)
    if read is None:
        period, reason = _in_words(text, span, financial_years=financial_years)
        read = ReadPeriod(period, reason, marks)
    if read.period is not None and not FIRST_YEAR <= read.period.first // 12 <= LAST_YEAR:
        return ReadPeriod(None, f"{quoted(cell)} is not between {FIRST_YEAR} and {LAST_YEAR}")
    return read


def _in_order(
    text: str, span: StatedSpan | None, order: DayOrder | None, marks: tuple[str, ...]
) -> ReadPeriod | None:
    """Read a date whose order the others of its column say; None: it is another text."""
    if order is None or not is_day(text):
        return None
    day, reason = day_in_order(text, order)
    if day is None:
        return ReadPeriod(None, reason)
    return _of_day(day, span, typed=True)._replace(marks=marks)


def _in_words(
    text: str, span: StatedSpan | None, *, financial_years: bool | None
) -> tuple[Period | None, str]:
    reading = (
        _bare_year(text, span)
        or _year(text)
        or _month_or_year(text, financial_years=financial_years)
        or _quarter(text)
        or _ending(text)
    )
    if reading is not None:
        return reading
    day, _ = _day_in(text)
    if day is not None:
        period = _of_day(day[0], span, typed=day[1])
        return period.period, period.reason
    return (None, f"'{text}' is a day within a month") if is_day(text) else _from_to(text)


def is_nearly_a_period(cell: Scalar) -> bool:
    """Whether a cell names a day or period that is no use: two readings, or no whole months."""
    if isinstance(cell, str) and is_day(without_marks(cell)[0]):
        return True
    reason = read_period(cell, MONTH).reason
    return " may be " in reason or "last day of a month" in reason


def _bare_year(text: str, span: StatedSpan | None) -> Reading | None:
    """A year without a word has two readings, unless it is said what it stands for."""
    if BARE_YEAR.fullmatch(text):
        if span not in FIRST_MONTHS:
            return None, f"'{text}' may be a calendar year or a financial year"
        first = 12 * int(text) + FIRST_MONTHS[span]
        return Period(first, first + 11), ""
    if BARE_QUARTER.fullmatch(text):
        return None, f"'{text}' may be a quarter of a calendar year or of a financial year"
    return None


def _year(text: str) -> Reading | None:
    """A calendar year that is said to be one, or a financial year that can be no month."""
    if match := CALENDAR_YEAR.fullmatch(text):
        return Period(12 * int(match["year"]), 12 * int(match["year"]) + 11), ""
    match = FINANCIAL_YEAR.fullmatch(text)
    if match is None or (
        len(match["next"]) == 2 and int(match["next"]) <= 12 and text[0].lower() != "f"
    ):
        return None
    try:
        return financial_year(f"{match['year']}/{match['next']}"), ""
    except ValueError:
        return None, f"'{text}' is no financial year"


def _month_or_year(text: str, *, financial_years: bool | None) -> Reading | None:
    """A text such as 2010-11, by what the others beside it are."""
    match = YEAR_OR_MONTH.fullmatch(text)
    if match is None or financial_years is False:
        return None
    if int(match["next"]) != (int(match["year"]) + 1) % 100:
        return None
    if financial_years is None:
        return None, f"'{text}' may be a month or a financial year"
    return financial_year(f"{match['year']}/{match['next']}"), ""


def _quarter(text: str) -> Reading | None:
    match = QUARTER.fullmatch(text)
    if match is None:
        return None
    year, following = match["year"] or match["year_after"], match["next"] or match["next_after"]
    number = int(match["number"] or match["before"])
    try:
        whole = financial_year(f"{year}/{following}")
    except ValueError:
        return None, f"'{text}' names no two years in a row"
    return quarter_of(whole, number), ""


def _ending(text: str) -> Reading | None:
    """A length and the month or day on which it ends."""
    for pattern, make in ENDINGS:
        match = pattern.fullmatch(text)
        if match is not None:
            day, reason = _day_in(match["rest"])
            if day is None:
                return None, reason or f"'{text}' names no month"
            if day[1] and not is_month_end(day[0]):
                return None, _not_whole(day[0])
            return make(match)(month_of(day[0])), ""
    return None


def quarter_of(year: Period, number: int) -> Period:
    """A quarter of a year, from 1."""
    return Period(year.first + 3 * (number - 1), year.first + 3 * number - 1)


def _length(match: re.Match[str]) -> Callable[[int], Period]:
    number = WORDS.get(match["number"].lower()) or int(match["number"])
    return lambda month: Period(month - number + 1, month)


ENDINGS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Callable[[int], Period]]], ...] = (
    (YEAR_TO_DATE, lambda _: _from_april),
    (MONTHS_TO, _length),
    (QUARTER_TO, lambda _: lambda month: Period(month - 2, month)),
    (HALF_TO, lambda _: lambda month: Period(month - 5, month)),
    (YEAR_TO, lambda _: twelve_months_to),
)


def _from_to(text: str) -> Reading:
    match = FROM_TO.fullmatch(text)
    if match is None:
        return None, f"'{text}' is no period"
    last, _ = _day_in(match["last"])
    if last is None:
        return None, f"'{text}' is no period"
    first, _ = _day_in(match["first"])
    if first is None and MONTH_WITHOUT_YEAR.fullmatch(match["first"]):
        first, _ = _day_in(f"{match['first']} {last[0].year}")
        if first is not None and month_of(first[0]) > month_of(last[0]):
            first, _ = _day_in(f"{match['first']} {last[0].year - 1}")
    if first is None:
        return None, f"'{text}' is no period"
    whole = (not first[1] or first[0].day == 1) and (not last[1] or is_month_end(last[0]))
    if not whole or first[0] > last[0]:
        return None, f"'{text}' is not whole months"
    return Period(month_of(first[0]), month_of(last[0])), ""


def _day_in(text: str) -> tuple[tuple[date, bool] | None, str]:
    """A date in a text, and whether its day is typed (else it is the first of a month)."""
    text = usual_spelling(MIDNIGHT.sub("", text.strip().rstrip(".,")))
    if (numbers := numbers_of_day(text)) is not None:
        one, other, year = numbers
        text = f"{one}/{other}/{year}"
        readings = {
            day
            for day in (existing_day(year, other, one), existing_day(year, one, other))
            if day is not None and (day.day == 1 or is_month_end(day))
        }
        if len(readings) == 1:
            return (readings.pop(), True), ""
    month, reason = day_in_text(text, month_only=True)
    if month is None:
        return None, f"{quoted(text)}: {reason}"
    day, _ = day_in_text(text, month_only=False)
    return (month, day is not None), ""


def _of_day(day: date, span: StatedSpan | None, *, typed: bool) -> ReadPeriod:
    """A period by one of its days; in a cell with a date the first of a month is the month."""
    first = day.day == 1 and (not typed or span in (None, MONTH))
    if not first and not is_month_end(day):
        return ReadPeriod(None, _not_whole(day))
    if span is None and not first:
        return ReadPeriod(None, f"{day_name(day)} may be the end of a month or of a longer period")
    return ReadPeriod((span or MONTH).of(month_of(day)))


def _not_whole(day: date) -> str:
    return (
        f"{day_name(day)} is not the last day of a month"
        f" ({day_name(last_day(month_of(day)))} would be)"
    )


def periods_within(text: str) -> set[Period]:
    """Periods that a sentence names: Recorded crime, year ending September 2014."""
    read = (read_period(match[0]).period for match in IN_SENTENCE.finditer(text))
    return {period for period in read if period is not None}
