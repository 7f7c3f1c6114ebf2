"""One cell to one value, only when there is no doubt what was meant.

Each function gives ``(value, fault)``. ``value`` is None when the cell cannot be used. ``fault`` is None when the cell
is as it should be; a warning when it was read all the same ("1,234" typed as text); an error when it was not.
Blank cells never come here.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, TypeAlias

from xlperf.excel.port import CellError, Scalar
from xlperf.periods import NAMES, day_name, month_name, month_of
from xlperf.tables.problems import Code, Severity
from xlperf.tables.schema import Column, Holds

if TYPE_CHECKING:
    from collections.abc import Callable

Value: TypeAlias = None | bool | int | float | str | date | Decimal


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one cell, before it is known where the cell is."""

    severity: Severity
    code: Code
    found: str
    remedy: str


Coerced: TypeAlias = tuple[Value, Fault | None]

KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
PLAIN_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")
ISO_DATE = re.compile(r"(\d{4})-(\d{1,2})(?:-(\d{1,2}))?")
SLASH_DATE = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})")
WORD_MONTH = re.compile(r"(?:(\d{1,2})\s+)?([A-Za-z]{3,9})\.?[\s-]+(\d{4})")
MONTHS = tuple(name.lower() for name in NAMES)
SERIAL_RANGE = (32874, 73051)
"""Excel day numbers of 1990 to 2099: a number in a date column inside it is a date whose format was lost."""
EXCEL_EPOCH = date(1899, 12, 30)


def coerce(cell: Scalar, column: Column) -> Coerced:
    """Read a non-blank cell as its column says."""
    if isinstance(cell, CellError):
        return None, Fault(
            Severity.ERROR,
            Code.ERROR_VALUE,
            f"'{column.title}' is the Excel error {cell}.",
            "Mend the formula, or type the value.",
        )
    return READERS[column.holds](cell, column)


def _error(code: Code, found: str, remedy: str) -> Coerced:
    return None, Fault(Severity.ERROR, code, found, remedy)


def _shown(cell: Scalar) -> str:
    text = str(cell)
    return f"'{text if len(text) <= 40 else text[:39] + '…'}'"


def _number(cell: Scalar, column: Column) -> tuple[float | int | None, Fault | None]:
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        if math.isfinite(cell):
            return cell, None
    elif isinstance(cell, str):
        text = cell.strip().replace("\u00a0", "").replace("\u2212", "-").replace("£", "")
        percent = column.holds is Holds.PERCENT and text.endswith("%")
        text = text.removesuffix("%").strip() if percent else text
        if PLAIN_NUMBER.fullmatch(text):
            plain = text.replace(",", "")
            value = float(plain) if "." in plain else int(plain)
            return value, Fault(
                Severity.WARNING,
                Code.NUMBER_AS_TEXT,
                f"'{column.title}' is a number typed as text, {_shown(cell)}; it was read as {plain}.",
                "Convert the cell to a number, so that Excel adds it up too.",
            )
    fault = Fault(
        Severity.ERROR,
        Code.NOT_A_NUMBER,
        f"'{column.title}' should be a number, but is {_shown(cell)}.",
        "Type the number, or leave the cell empty if there is none.",
    )
    return None, fault


def _any_number(cell: Scalar, column: Column) -> Coerced:
    return _number(cell, column)


def _whole(cell: Scalar, column: Column) -> Coerced:
    number, fault = _number(cell, column)
    if number is None:
        return None, fault
    if number < 0:
        return _error(Code.NEGATIVE, f"'{column.title}' is negative: {number:g}.", "Counts are 0 or more: correct it.")
    if number != int(number):
        return _error(
            Code.FRACTION,
            f"'{column.title}' is not a whole number: {number:g}.",
            "Type the count itself, not an average or an estimate.",
        )
    return int(number), fault


def _percent(cell: Scalar, column: Column) -> Coerced:
    number, fault = _number(cell, column)
    if number is None:
        return None, fault
    if not 0 <= number <= 100:
        return _error(
            Code.OUT_OF_RANGE,
            f"'{column.title}' is {number:g}, which is no percentage.",
            "Type a percentage from 0 to 100.",
        )
    if 0 < number < 1:
        return _error(
            Code.OUT_OF_RANGE,
            f"'{column.title}' is {number:g}: less than one per cent, or {number:.1%} typed as a fraction?",
            "Type per cent, 84.5 and not 0.845, and do not format the cell as %.",
        )
    return float(number), fault


def _decimal(cell: Scalar, column: Column) -> Coerced:
    number, fault = _number(cell, column)
    if number is None:
        return None, fault
    text = cell.replace(",", "").replace("£", "").strip() if isinstance(cell, str) else repr(number)
    try:
        return Decimal(text), fault
    except InvalidOperation:
        return Decimal(repr(number)), fault


def _date(cell: Scalar, column: Column) -> Coerced:
    if isinstance(cell, datetime):
        return cell.date(), None
    if isinstance(cell, date):
        return cell, None
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        low, high = SERIAL_RANGE
        if low <= cell < high and cell == int(cell):
            day = EXCEL_EPOCH + timedelta(days=int(cell))
            return day, Fault(
                Severity.WARNING,
                Code.DATE_AS_TEXT,
                f"'{column.title}' is the number {cell:g}, not formatted as a date; it was read as {day_name(day)}.",
                "Format the cell as a date.",
            )
    elif isinstance(cell, str):
        day_or_none, remedy = _date_in_text(cell.strip(), month_only=column.holds is Holds.MONTH)
        if day_or_none is not None:
            return day_or_none, Fault(
                Severity.WARNING,
                Code.DATE_AS_TEXT,
                f"'{column.title}' is a date typed as text, {_shown(cell)}; it was read as {day_name(day_or_none)}.",
                "Type it again as a date.",
            )
        return _error(Code.NOT_A_DATE, f"'{column.title}' should be a date, but is {_shown(cell)}.", remedy)
    return _error(
        Code.NOT_A_DATE,
        f"'{column.title}' should be a date, but is {_shown(cell)}.",
        "Type a date, such as 30/09/2014.",
    )


def _date_in_text(text: str, *, month_only: bool) -> tuple[date | None, str]:
    remedy = "Type a date, such as 30/09/2014."
    try:
        if match := ISO_DATE.fullmatch(text):
            year, month, day = match.groups()
            if day or month_only:
                return date(int(year), int(month), int(day or 1)), ""
        elif match := SLASH_DATE.fullmatch(text):
            first, second, year = (int(part) for part in match.groups())
            if first <= 12 and second <= 12 and first != second:
                return None, "The day and the month could be either way round: type it again as a date."
            day, month = (first, second) if second <= 12 else (second, first)
            return date(year, month, day), ""
        elif match := WORD_MONTH.fullmatch(text):
            day_text, word, year_text = match.groups()
            found = [i for i, name in enumerate(MONTHS, 1) if name.startswith(word.lower())]
            if len(found) == 1 and (day_text or month_only):
                return date(int(year_text), found[0], int(day_text or 1)), ""
    except ValueError:
        return None, "There is no such day: type a date that exists."
    return None, remedy


def _month(cell: Scalar, column: Column) -> Coerced:
    value, fault = _date(cell, column)
    if not isinstance(value, date):
        return None, fault
    if value.day != 1:
        first = value.replace(day=1)
        return first, fault or Fault(
            Severity.NOTE,
            Code.DATE_AS_TEXT,
            f"'{column.title}' is {day_name(value)}, not the first of a month; it was read as "
            f"{month_name(month_of(first))}.",
            "Type the first day of the month.",
        )
    return value, fault


def _text(cell: Scalar, column: Column) -> Coerced:
    if isinstance(cell, bool):
        text = "yes" if cell else "no"
    elif isinstance(cell, float) and cell.is_integer():
        text = str(int(cell))
    elif isinstance(cell, datetime):
        text = cell.date().isoformat()
    else:
        text = str(cell).strip()
    if column.choices:
        chosen = next((choice for choice in column.choices if choice.lower() == " ".join(text.lower().split())), None)
        if chosen is None:
            return _error(
                Code.NOT_IN_LIST, f"'{column.title}' is {_shown(text)}.", f"Choose one of: {', '.join(column.choices)}."
            )
        return chosen, None
    return text, None


def _key(cell: Scalar, column: Column) -> Coerced:
    text = str(cell).strip()
    if KEY.fullmatch(text):
        return text, None
    return _error(
        Code.NOT_IN_LIST,
        f"'{column.title}' is {_shown(cell)}, which is no name.",
        "Use letters, digits and underscores, as in the Measures sheet.",
    )


def _flag(cell: Scalar, column: Column) -> Coerced:
    text = _text(cell, Column(column.title, column.holds, column.meaning))[0]
    answer = {"yes": True, "y": True, "true": True, "no": False, "n": False, "false": False}.get(str(text).lower())
    if answer is None:
        return _error(Code.NOT_IN_LIST, f"'{column.title}' is {_shown(cell)}.", "Type yes or no.")
    return answer, None


READERS: dict[Holds, Callable[[Scalar, Column], Coerced]] = {
    Holds.TEXT: _text,
    Holds.KEY: _key,
    Holds.WHOLE: _whole,
    Holds.NUMBER: _any_number,
    Holds.DECIMAL: _decimal,
    Holds.PERCENT: _percent,
    Holds.DATE: _date,
    Holds.MONTH: _month,
    Holds.FLAG: _flag,
}
