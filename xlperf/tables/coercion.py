"""One cell to one value, only when there is no doubt what was meant.

Each function gives ``(value, fault)``. ``value`` is None when the cell cannot be used. ``fault`` is
None when the cell is as it should be; a warning when it was read all the same ("1,234" typed as
text); an error when it was not. Blank cells (`is_blank`) never come here.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from math import isfinite
from typing import TYPE_CHECKING, TypeAlias

from xlperf.excel.port import CellError, NoResult, Scalar
from xlperf.frozen import NamedTuple
from xlperf.periods import day_name, month_name, month_of
from xlperf.tables.date_texts import DAY_WANTED, MONTH_WANTED, day_in_text
from xlperf.tables.number_texts import hint, two_readings
from xlperf.tables.problems import Code, Severity
from xlperf.tables.schema import Column, Holds

if TYPE_CHECKING:
    from collections.abc import Callable

Value: TypeAlias = None | bool | int | float | str | date | Decimal


class Fault(NamedTuple):
    """What is wrong with one cell, before it is known where the cell is."""

    severity: Severity
    code: Code
    found: str
    remedy: str


Coerced: TypeAlias = tuple[Value, Fault | None]

REMEDIES = {
    NoResult.NOT_CALCULATED: (
        "It was never calculated: open and save the workbook in Excel, or type the value."
    ),
    NoResult.EMPTY_TEXT: "Type the value; if there is none, clear the cell.",
    NoResult.COVERED: (
        "Take the merged cell apart (Home, Merge & Center), and give each row its own value."
    ),
}

KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
NUMBER = (  # no object, as few workbooks need it: `re` compiles it when one does
    r"(?P<sign>[+-]?)(?P<pound>£?)(?P<whole>[0-9]{1,3}(?:(?P<mark>[,\u00a0\u202f])[0-9]{3}(?:(?P=mark)[0-9]{3})*)|[0-9]+)"
    r"(?P<part>\.[0-9]+)?(?P<percent>%?)"
)
FIRST_YEAR, LAST_YEAR = 1990, 2099
"""Years a date of ours can lie in; outside them it is a slip, or an empty cell formatted as a date
(0 January 1900).
"""
EXCEL_EPOCH = date(1899, 12, 30)
MOST = 10**15
"""Excel keeps fifteen digits: a larger number is not the one that was typed."""
LONGEST = 40
"""Characters of a cell quoted in a message."""
NEAR = 0.85
"""Likeness (difflib's ratio) from which a name is taken for another that was mistyped: about one
letter in seven.
"""
INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200e\u200f\u2060\ufeff"))
"""Characters without width that come with text pasted from web pages."""


def is_blank(cell: Scalar) -> bool:
    """Whether a cell is empty, or holds nothing that can be seen."""
    return cell is None or (isinstance(cell, str) and not stripped(cell))


def stripped(text: str) -> str:
    """Remove what cannot be seen: spaces around a text, and characters without width."""
    return text.strip() if text.isascii() else text.translate(INVISIBLE).strip()


def cell_text(cell: Scalar) -> str:
    """Content of a cell as a text, whatever its column should hold; empty text when it is blank."""
    return "" if is_blank(cell) else str(cell)


def coerce(cell: Scalar, column: Column) -> Coerced:
    """Read a non-blank cell as its column says; the fault of one says what follows."""
    result: Coerced
    if isinstance(cell, CellError):
        found = f"'{column.title}' is the Excel error {cell}."
        result = _error(Code.ERROR_VALUE, found, "Correct the formula, or type the value.")
    elif isinstance(cell, NoResult):
        result = _error(Code.NO_RESULT, f"'{column.title}' is {cell}.", REMEDIES[cell])
    else:
        result = READERS[column.holds](cell, column)
    value, fault = result
    return result if value is not None or fault is None else (None, with_consequence(fault, column))


def with_consequence(fault: Fault, column: Column) -> Fault:
    """Say with a fault what follows where a cell of this column cannot be read."""
    cost = column.consequence
    return fault._replace(found=f"{fault.found} {cost[0].upper()}{cost[1:]}.") if cost else fault


def number_text(number: Decimal | float) -> str:
    """A number as Excel shows it: at most fifteen digits, no exponent for the usual sizes."""
    return f"{float(number):.15g}"


def quoted(cell: Scalar) -> str:
    """Quote a cell's content for a message: short, on one line, nothing that cannot be seen."""
    text = number_text(cell) if isinstance(cell, float) else str(cell)
    if isinstance(cell, bool):
        text = text.upper()
    text = "".join(letter if letter.isprintable() else "\ufffd" for letter in text)
    return f"'{text if len(text) <= LONGEST else text[: LONGEST - 1] + '…'}'"


def _error(code: Code, found: str, remedy: str) -> tuple[None, Fault]:
    return None, Fault(Severity.ERROR, code, found, remedy)


def _number(cell: Scalar, column: Column) -> tuple[Decimal | float | int | None, Fault | None]:
    """Read a number; one typed as text comes back as a whole number or an exact decimal."""
    if isinstance(cell, str):
        return _number_in_text(cell, column)
    if isinstance(cell, bool) or not isinstance(cell, (int, float)) or cell != cell:  # noqa: PLR0124 - NaN
        return _no_number(cell, column)
    return (cell, None) if -MOST < cell < MOST else _too_large(cell, column)


def _number_in_text(cell: str, column: Column) -> tuple[Decimal | int | None, Fault | None]:
    text = stripped(cell).replace("\u2212", "-")
    match = re.fullmatch(NUMBER, text)
    if (
        match is None
        or (match["percent"] and column.holds is not Holds.PERCENT)
        or (match["pound"] and column.holds is not Holds.DECIMAL)
    ):
        return _no_number(cell, column, hint(text))
    if column.holds is not Holds.PERCENT and (doubt := two_readings(text)):
        found = f"'{column.title}' is a number typed as text, {quoted(cell)}: {doubt}?"
        return _error(Code.NOT_A_NUMBER, found, "Type it again as a number.")
    whole = match["whole"].replace(match["mark"], "") if match["mark"] else match["whole"]
    if len(whole.lstrip("0")) > 15:
        return _too_large(cell, column)
    plain = match["sign"] + whole + (match["part"] or "")
    value = Decimal(plain) if match["part"] else int(plain)
    return value, Fault(
        Severity.WARNING,
        Code.NUMBER_AS_TEXT,
        f"'{column.title}' is a number typed as text, {quoted(cell)}; it was read as"
        f" {plain}{match['percent']}.",
        "Convert the cell to a number, so that Excel adds it up too.",
    )


def _no_number(cell: Scalar, column: Column, hinted: str = "") -> tuple[None, Fault]:
    found = f"'{column.title}' should be a number, but is {quoted(cell)}."
    remedy = hinted or "Type the number, or leave the cell empty if there is none."
    return _error(Code.NOT_A_NUMBER, found, remedy)


def _too_large(cell: Scalar, column: Column) -> tuple[None, Fault]:
    return _error(
        Code.OUT_OF_RANGE,
        f"'{column.title}' is {quoted(cell)}: more than fifteen digits, which Excel cannot keep.",
        "Correct the number.",
    )


def _any_number(cell: Scalar, column: Column) -> Coerced:
    number, fault = _number(cell, column)
    return (float(number) if isinstance(number, Decimal) else number), fault


def _whole(cell: Scalar, column: Column) -> Coerced:
    number, fault = _number(cell, column)
    if number is None:
        return None, fault
    if number < 0:
        found = f"'{column.title}' is negative: {number_text(number)}."
        return _error(Code.NEGATIVE, found, "Counts are 0 or more: correct it.")
    nearest = round(number)
    if number != nearest and not (
        isinstance(number, float) and number_text(number) == number_text(nearest)
    ):
        return _error(
            Code.FRACTION,
            f"'{column.title}' is not a whole number: {number_text(number)}.",
            "Type the count itself, not an average or an estimate.",
        )
    return nearest, fault


def _percent(cell: Scalar, column: Column) -> Coerced:
    number, fault = _number(cell, column)
    if number is None:
        return None, fault
    if not 0 <= number <= 100:
        found = f"'{column.title}' is {number_text(number)}, which is not a percentage."
        return _error(Code.OUT_OF_RANGE, found, "Type a percentage from 0 to 100.")
    if 0 < number <= 1 and not (isinstance(cell, str) and "%" in cell):
        as_fraction = f"{number_text(100 * number)} per cent typed as a fraction"
        if number < 1:
            return _error(
                Code.OUT_OF_RANGE,
                f"'{column.title}' is {number_text(number)}: less than one per cent, or"
                f" {as_fraction}?",
                "Type per cent, 84.5 and not 0.845, and do not format the cell as %.",
            )
        fault = fault or Fault(
            Severity.WARNING,
            Code.OUT_OF_RANGE,
            f"'{column.title}' is 1: read as one per cent, or is it {as_fraction}?",
            "If everybody is meant, type 100.",
        )
    return float(number), fault


def _decimal(cell: Scalar, column: Column) -> Coerced:
    number, fault = _number(cell, column)
    if number is None:
        return None, fault
    return Decimal(number_text(number) if isinstance(number, float) else number), fault


def _date(cell: Scalar, column: Column) -> Coerced:
    day, fault = _any_date(cell, column)
    if day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR:
        return _error(
            Code.OUT_OF_RANGE,
            f"'{column.title}' is {day_name(day)}, which is not between {FIRST_YEAR} and"
            f" {LAST_YEAR}.",
            "Correct the year.",
        )
    return day, fault


def _any_date(cell: Scalar, column: Column) -> tuple[date | None, Fault | None]:
    if isinstance(cell, datetime):
        day = cell.date()
        if cell.time() == time():
            return day, None
        said = f"'{column.title}' has a time of day, {cell:%H:%M}; it was read as {day_name(day)}."
        return day, Fault(Severity.NOTE, Code.DATE_ADJUSTED, said, "Type the date alone.")
    if isinstance(cell, date):
        return cell, None
    month_only = column.holds is not Holds.DATE
    read: date | None = None
    remedy = MONTH_WANTED if month_only else DAY_WANTED
    what = f"a date typed as text, {quoted(cell)}", "Type it again as a date."
    if isinstance(cell, str):
        read, remedy = day_in_text(stripped(cell), month_only=month_only)
    elif (
        isinstance(cell, (int, float))
        and not isinstance(cell, bool)
        and isfinite(cell)
        and cell == int(cell)
    ):
        what = f"the number {cell:.0f}, not formatted as a date", "Format the cell as a date."
        read = _date_in_number(int(cell), column)
        if read is None:
            read, remedy = day_in_text(str(int(cell)), month_only=month_only)
            what = what[0], "Type it again as a date."
    if read is None:
        return _error(
            Code.NOT_A_DATE, f"'{column.title}' should be a date, but is {quoted(cell)}.", remedy
        )
    return read, Fault(
        Severity.WARNING,
        Code.DATE_AS_TEXT,
        f"'{column.title}' is {what[0]}; it was read as {day_name(read)}.",
        what[1],
    )


def _date_in_number(cell: int, column: Column) -> date | None:
    """Read an Excel day number whose format was lost.

    A month must be the first of one: that also refuses the day numbers of a workbook that counts
    from 1904, which are four years and a day off.
    """
    low, high = (
        date(year, month, day) - EXCEL_EPOCH
        for year, month, day in ((FIRST_YEAR, 1, 1), (LAST_YEAR, 12, 31))
    )
    if not low.days <= cell <= high.days:
        return None
    day = EXCEL_EPOCH + timedelta(days=cell)
    return day if column.holds is Holds.DATE or day.day == 1 else None


def _month(cell: Scalar, column: Column) -> Coerced:
    value, fault = _date(cell, column)
    if not isinstance(value, date) or value.day == 1:
        return value, fault
    first = value.replace(day=1)
    return first, fault or Fault(
        Severity.NOTE,
        Code.DATE_ADJUSTED,
        f"'{column.title}' is {day_name(value)}, not the first of a month; it was read as "
        f"{month_name(month_of(first))}.",
        "Type the first day of the month.",
    )


def _period(cell: Scalar, column: Column) -> Coerced:
    """Read a month, or any day of it, in any writing: both name a period, and are no fault."""
    value, fault = _date(cell, column)
    return (value.replace(day=1), None) if isinstance(value, date) else (value, fault)


def _text(cell: Scalar, column: Column) -> Coerced:
    if isinstance(cell, bool):
        text = str(cell).upper()
    elif isinstance(cell, float):
        text = number_text(cell)
    elif isinstance(cell, datetime):
        text = cell.date().isoformat()
    else:
        text = stripped(str(cell))
    if not column.choices:
        return text, None
    folded = " ".join(text.lower().split())
    chosen = next((choice for choice in column.choices if choice.lower() == folded), None)
    if chosen is None:
        remedy = f"Choose one of: {', '.join(column.choices)}."
        return _error(Code.NOT_IN_LIST, f"'{column.title}' is {quoted(text)}.", remedy)
    return chosen, None


def _key(cell: Scalar, column: Column) -> Coerced:
    text = stripped(str(cell))
    if KEY.fullmatch(text):
        return text, None
    found = f"'{column.title}' is {quoted(cell)}, which is not a name."
    remedy = "Use letters, digits and underscores, as in the Measures sheet."
    return _error(Code.NOT_IN_LIST, found, remedy)


def _flag(cell: Scalar, column: Column) -> Coerced:
    answer = FLAGS.get(stripped(str(cell)).lower())
    if answer is None:
        return _error(Code.NOT_IN_LIST, f"'{column.title}' is {quoted(cell)}.", "Type yes or no.")
    return answer, None


FLAGS = {"yes": True, "y": True, "true": True, "no": False, "n": False, "false": False}

READERS: dict[Holds, Callable[[Scalar, Column], Coerced]] = {
    Holds.TEXT: _text,
    Holds.KEY: _key,
    Holds.WHOLE: _whole,
    Holds.NUMBER: _any_number,
    Holds.DECIMAL: _decimal,
    Holds.PERCENT: _percent,
    Holds.DATE: _date,
    Holds.MONTH: _month,
    Holds.PERIOD: _period,
    Holds.FLAG: _flag,
}
