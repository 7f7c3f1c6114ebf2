"""Cells of a return -> numbers, percentages, days and words; what cannot be read has its reason.

Nothing is guessed: 0.58 may be 58 per cent or little more than a half per cent, so it is asked.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING, TypeVar

from xlperf.excel.port import CellError, NoResult
from xlperf.returns.return_faults import CellFault
from xlperf.tables.coercion import FIRST_YEAR, LAST_YEAR, is_blank, number_text, quoted, stripped

if TYPE_CHECKING:
    from typing import TypeAlias

    from xlperf.excel.port import Scalar
    from xlperf.returns.received_file import ReceivedCell

    T = TypeVar("T")
    Read: TypeAlias = T | CellFault | None

NO_FIGURE = "Leave the cell blank, choose a status, and say why under 'What the panel should know'."
WHOLE_NUMBER = re.compile(r"\d{1,15}|\d{1,3}(?:,\d{3})+")
PER_CENT = re.compile(r"(\d{1,3}(?:\.\d+)?)\s*(?:%|per ?cent)", re.IGNORECASE)
FEW = re.compile(r"(?:<|less than|under|fewer than)\s*\d+|\*+|\[c\]", re.IGNORECASE)
UNKNOWN = re.compile(
    r"n\s*[/.\\]?\s*[akm]\.?|t\.?b\.?[cda]\.?|nil return|none|unknown|not (?:known|available)"
    r"|pending|awaited|\?+|-+|\u2013|\u2014|x|\.\.+",
    re.IGNORECASE,
)
LARGEST = 10**12
LONGEST = 2000
FORMULA_STARTS = ("=", "+", "@")


def whole_number(cell: ReceivedCell, *, shares: bool = True) -> Read[int]:
    """Read a whole number; None: blank. `shares`: the row has a place for a percentage."""
    if (fault := _no_value(cell)) is not None or is_blank(cell.value):
        return fault
    if isinstance(cell.value, str):
        return _number_in_text(stripped(cell.value), _instead(shares))
    if isinstance(cell.value, bool) or not isinstance(cell.value, (int, float)):
        return CellFault(f"It holds {quoted(cell.value)}, which is no number.", "Type the number.")
    if cell.is_percent:
        return CellFault(
            f"It shows {number_text(100 * cell.value)}%, and the form asks for the number itself.",
            _instead(shares),
        )
    return _whole(cell.value, _instead(shares))


NUMBER_AND_SHARE = (
    "Type the number here and what it is out of beside it; where you have only the percentage, type"
    " it under 'Per cent' as 58, not 0.58."
)


NUMBER_ALONE = (
    "Type the number itself. If you have only a percentage, leave the cell blank, choose the status"
    " not available, and say it under 'What the panel should know'."
)


def _instead(shares: bool) -> str:  # noqa: FBT001 - a choice of two sentences
    return NUMBER_AND_SHARE if shares else NUMBER_ALONE


def _whole(value: float, instead: str) -> int | CellFault:
    if value < 0 or value > LARGEST:
        return CellFault(f"It holds {number_text(value)}, which no count can be.", "Correct it.")
    if value == int(value):
        return int(value)
    share = " Is it a share (58 per cent)?" if value < 1 else ""
    return CellFault(
        f"It holds {number_text(value)}, and the form asks for a whole number.{share}", instead
    )


def _number_in_text(text: str, instead: str) -> int | CellFault:
    if WHOLE_NUMBER.fullmatch(text):
        return int(text.replace(",", ""))
    if PER_CENT.fullmatch(text):
        return CellFault(
            f"It holds {quoted(text)}, and the form asks for the number itself.", instead
        )
    return _no_number(text)


def _no_number(text: str) -> CellFault:
    if FEW.fullmatch(text):
        found = f"It holds {quoted(text)}, a number that is hidden because it is small."
        return CellFault(found, "Leave the cell blank and choose the status confidential.")
    if UNKNOWN.fullmatch(text):
        return CellFault(f"It holds {quoted(text)}, which is no number.", NO_FIGURE)
    return CellFault(
        f"It holds {quoted(text)}, which is no number.",
        "Type the number alone; words belong under 'What the panel should know'.",
    )


def percentage(cell: ReceivedCell, *, score: bool = False) -> Read[float]:
    """Read a percentage as 0 to 100, or the mean of ratings; None where the cell is blank."""
    if (fault := _no_value(cell)) is not None or is_blank(cell.value):
        return fault
    number = _percentage_in(cell, score=score)
    if isinstance(number, CellFault):
        return number
    if score and not 1 <= number <= 5:
        found = f"A mean of {number_text(number)} is no mean of 1 to 5 stars."
        return CellFault(found, "Correct it.")
    if not 0 <= number <= 100:
        return CellFault(f"It says {number_text(number)} per cent.", "Type a number from 0 to 100.")
    return number


def _percentage_in(cell: ReceivedCell, *, score: bool) -> float | CellFault:
    value = cell.value
    if isinstance(value, str):
        match = PER_CENT.fullmatch(stripped(value))
        return float(match[1]) if match else _no_number(stripped(value))
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return CellFault(f"It holds {quoted(value)}, which is no percentage.", "Type it as 58.")
    if score or cell.is_percent or not 0 < value <= 1:
        return round(100 * value if cell.is_percent else float(value), 10)
    whole = number_text(round(100 * value, 10))
    return CellFault(
        f"It holds {number_text(value)}: is that {whole} per cent, or {number_text(value)} per"
        " cent?",
        "Type 58 for 58 per cent; better still, type the number and what it is out of.",
    )


def day(cell: ReceivedCell) -> Read[date]:
    """Read a date; None where the cell is blank. A text is none: 3/4/2014 has two readings."""
    if (fault := _no_value(cell)) is not None or is_blank(cell.value):
        return fault
    value = cell.value.date() if isinstance(cell.value, datetime) else cell.value
    if isinstance(value, date) and FIRST_YEAR <= value.year <= LAST_YEAR:
        return value
    return CellFault(f"It holds {quoted(value)}, which is no date.", "Type it as 21 Jan 2015.")


def words(cell: ReceivedCell) -> Read[str]:
    """Read words, on one line; None where the cell is blank."""
    if (fault := _no_value(cell)) is not None or is_blank(cell.value):
        return fault
    text = " ".join(_text_of(cell.value).split())
    if text.startswith(FORMULA_STARTS):
        found = f"It begins with '{text[0]}', as a formula does: {quoted(text)}."
        return CellFault(found, "Begin it with a letter.")
    if len(text) > LONGEST:
        return CellFault(
            f"It has {len(text):,} letters; there is room for {LONGEST:,}.", "Shorten it."
        )
    return "".join(letter for letter in text if letter.isprintable())


def _text_of(value: Scalar) -> str:
    return number_text(value) if isinstance(value, float) else str(value)


def _no_value(cell: ReceivedCell) -> CellFault | None:
    """Why a cell has no value that could be used, whatever it should hold."""
    if cell.is_formula or isinstance(cell.value, NoResult):
        return CellFault(
            "It holds a formula, and only typed values are taken: a formula may show another number"
            " tomorrow.",
            "Type the value over it (or copy it, and paste values).",
        )
    if isinstance(cell.value, CellError):
        return CellFault(f"It shows the error {cell.value}.", "Type the value.")
    return None
