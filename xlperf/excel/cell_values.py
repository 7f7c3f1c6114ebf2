"""Values as the XML of a cell holds them: text, numbers, dates, errors and jumps."""

from __future__ import annotations

import math
import re
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from xlperf.errors import LayoutError
from xlperf.excel import markup
from xlperf.excel.port import CellError, Link, NoResult, Scalar

if TYPE_CHECKING:
    from xlperf.excel.scanned import ScannedCell

Writable: TypeAlias = Scalar | Link
LONGEST_TEXT = 32_767
"""Number of characters (UTF-16 units) that Excel keeps in a cell."""
LONGEST_LITERAL = 255
"""Number of characters that a text inside a formula may have."""
JUMP = (  # no object, as few workbooks need it: `re` compiles it when one does
    r"HYPERLINK\(\"#'((?:[^'\"]|''|\"\")+)'!([A-Z]+[0-9]+(?::[A-Z]+[0-9]+)?)\",\"((?:[^\"]|\"\")*)\"\)"
)
RELATIVE_REFERENCE = (
    r"(?<![\w\[.])\$?[A-Z]{1,3}[0-9]+(?![\w(\]])|(?<![\w$.])[0-9]+:\$?[0-9]|:[0-9]+(?![\w.])"
)
"""A relative reference to a cell or a whole row, which has no $ before the row."""
QUOTED = r'"[^"]*"|\[[^\[\]]*\]'
EPOCH_1900, EPOCH_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)  # noqa: DTZ001 - a cell's date has no time zone
DAY = 24 * 60 * 60 * 1000
"""Thousandths of a second in a day, to which a time is exact."""
MARCH_1900 = 61
"""Serial number of 1 March 1900. It follows 29 February 1900, a day that exists only in Excel."""


def encoded(value: Writable, *, date1904: bool) -> tuple[str, bytes]:  # noqa: PLR0911
    """Return the type attribute and inner XML of a value.

    Raises `LayoutError` for a value that a cell cannot hold.
    """
    if isinstance(value, str):
        return ("inlineStr", _inline_text(value)) if value else ("", b"")
    if value is None:
        return "", b""
    if isinstance(value, bool):
        return "b", b"<v>1</v>" if value else b"<v>0</v>"
    if isinstance(value, date):
        value = to_serial(value, date1904=date1904)
    if isinstance(value, (int, float)):
        number = float(value) if isinstance(value, float) else value
        if not math.isfinite(number):
            raise LayoutError(f"{value} is not a number that a cell can hold. Nothing was written.")
        return "", f"<v>{number!r}</v>".encode()
    if isinstance(value, CellError):
        return "e", f"<v>{markup.escaped(value.code)}</v>".encode()
    if isinstance(value, NoResult):
        raise LayoutError(f"{value} cannot be written as a value. Nothing was written.")
    formula = jump(value)
    if formula is None:
        return encoded(str(value), date1904=date1904)
    return (
        "str",
        f"<f>{markup.escaped(formula)}</f><v>{markup.cell_text(str(value))}</v>".encode(),
    )


@lru_cache(maxsize=1024)
def _inline_text(value: str) -> bytes:
    """Return the inner XML of a text; most texts stand in many rows."""
    return f'<is><t xml:space="preserve">{markup.cell_text(kept_text(value))}</t></is>'.encode()


def holds(cell: ScannedCell | None, now: Scalar, value: Writable, *, date1904: bool) -> bool:  # noqa: PLR0911
    """Whether writing `value` would not change a cell; `now` is the value that the cell
    reads as.
    """
    if value is None or value == "":
        return cell is None or cell.blank
    if cell is None:
        return False
    if isinstance(value, Link):
        formula = jump(value)
        if formula is not None:
            return cell.formula == formula and cell.value == str(value)
        value = str(value)
    if cell.formula is not None:
        return False
    if isinstance(value, CellError):
        return cell.kind == "e" and cell.value == value.code
    if isinstance(value, bool):
        return cell.kind == "b" and now is value
    if isinstance(value, date):
        value = to_serial(value, date1904=date1904)
    if isinstance(value, (int, float)):
        return cell.kind == "n" and _number(cell.value) == value
    return (
        isinstance(value, str)
        and cell.kind in ("s", "inlineStr", "str")
        and now == kept_text(value)
    )


def _number(text: str | None) -> float | None:
    try:
        return None if text is None else float(text)
    except ValueError:
        return None


def kept_text(value: str) -> str:
    """Return a text as a cell keeps it: cut to Excel's limit, with the line ends that
    Excel writes.
    """
    text = value.replace("\r\n", "\n")
    if (
        len(text) * 2 <= LONGEST_TEXT
        or len(text.encode("utf-16-le", "surrogatepass")) // 2 <= LONGEST_TEXT
    ):
        return text
    return text.encode("utf-16-le", "surrogatepass")[: 2 * LONGEST_TEXT].decode(
        "utf-16-le", "ignore"
    )


def jump(link: Link) -> str | None:
    """Return a formula that jumps to a cell; None if it would exceed Excel's limits."""
    target = f"#'{link.sheet.replace(chr(39), chr(39) * 2)}'!{link.cell}".replace('"', '""')
    quoted_text = str(link).replace('"', '""')
    if max(len(target), len(quoted_text)) > LONGEST_LITERAL or not link.sheet:
        return None
    return f'HYPERLINK("{target}","{quoted_text}")'


def is_jump(cell: ScannedCell) -> bool:
    """Whether a cell holds a jump that xlperf wrote: it jumps to a cell and shows that cell's
    address.
    """
    return cell.formula_kind == "normal" and is_jump_formula(cell.formula or "")


def is_jump_formula(formula: str) -> bool:
    """Whether a formula, without its equals sign, is a jump that xlperf wrote."""
    match = re.fullmatch(JUMP, formula)
    if match is None:
        return False
    sheet, cell_address, text = (group.replace('""', '"') for group in match.groups())
    return text == f"{sheet.replace(chr(39) * 2, chr(39))}!{cell_address}"


def from_serial(number: float, *, date1904: bool) -> date | datetime | float:
    """Return the date of an Excel serial number.

    Returns the number itself if it is outside Excel's calendar or is only a time of day.
    """
    if number < 1:
        return number
    days = number if date1904 or number >= MARCH_1900 - 1 else number + 1
    thousandths = round(days * DAY)
    try:
        moment = (EPOCH_1904 if date1904 else EPOCH_1900) + timedelta(milliseconds=thousandths)
    except OverflowError:
        return number
    return moment if thousandths % DAY else moment.date()


def to_serial(day: date, *, date1904: bool) -> float:
    """Return the Excel serial number of a date.

    Raises `LayoutError` for a date outside Excel's calendar or with a time zone.
    """
    moment = day if isinstance(day, datetime) else datetime(day.year, day.month, day.day)  # noqa: DTZ001 - no time zone
    if moment.tzinfo is not None:
        raise LayoutError(f"{day} has a time zone, and a cell has none. Nothing was written.")
    serial = (moment - (EPOCH_1904 if date1904 else EPOCH_1900)) / timedelta(days=1)
    if not date1904 and serial < MARCH_1900:
        serial -= 1
    if serial < (0 if date1904 else 1):
        raise LayoutError(f"{day} is before the calendar of Excel. Nothing was written.")
    return int(serial) if serial == int(serial) else serial


def movable(formula: str | None) -> str | None:
    """Return the formula of a calculated column if it is the same in every row, else None.

    It is the same if it names only columns, or cells in fixed rows.
    """
    if not formula or re.search(RELATIVE_REFERENCE, re.sub(QUOTED, "", formula)):
        return None
    return formula
