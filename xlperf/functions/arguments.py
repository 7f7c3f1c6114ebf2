"""Arguments of functions: ranges and arrays of any shape to plain lists, with blanks, texts and errors told apart.

Blank cells before the first value and after the last are left out; one in between is a fault, for a missing month is
never taken as 0. A number typed as text is read when there is no doubt what it is, as in the data sheets.
"""

from __future__ import annotations

from datetime import date
from math import isfinite
from typing import TYPE_CHECKING, Any, TypeVar

from xlperf.errors import FunctionError
from xlperf.excel.port import CellError, Scalar
from xlperf.tables.coercion import coerce
from xlperf.tables.schema import Column, Holds

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from enum import StrEnum

E = TypeVar("E", bound="StrEnum")


def cells(values: Any) -> list[Scalar]:
    """Every cell of a value, a row, a column, a block, an array, a Series or a table, in reading order."""
    return [_plain(value) for value in _flat(values)]


def block(values: Any) -> list[list[Scalar]]:
    """Rows of a block of cells, an array or a table (whose titles become the first row)."""
    titles: list[list[Scalar]] = [[str(title) for title in values.columns]] if hasattr(values, "columns") else []
    if hasattr(values, "to_numpy"):
        values = values.to_numpy()
    if hasattr(values, "tolist"):
        values = values.tolist()
    rows = values if isinstance(values, (list, tuple)) else [values]
    return [*titles, *([*map(_plain, row)] if isinstance(row, (list, tuple)) else [_plain(row)] for row in rows)]


def _flat(values: Any) -> Iterator[Any]:
    if hasattr(values, "to_numpy"):
        values = values.to_numpy()
    if hasattr(values, "tolist"):
        values = values.tolist()
    if isinstance(values, (list, tuple, range)):
        for value in values:
            yield from _flat(value)
    else:
        yield values


def _plain(value: Any) -> Scalar:
    if value is None or isinstance(value, (bool, int, float, str, date, CellError)):
        if isinstance(value, float) and value != value:  # noqa: PLR0124 - NaN, which tables have for blank
            return None
        return value
    if hasattr(value, "to_pydatetime"):
        moment: date = value.to_pydatetime()
        return moment
    return str(value)


def _blank(cell: Scalar) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _trimmed(name: str, values: Any) -> list[Scalar]:
    found = cells(values)
    while found and _blank(found[-1]):
        found.pop()
    while found and _blank(found[0]):
        found.pop(0)
    if not found:
        raise FunctionError(f"{name} has no value. Give the cells that hold the figures.")
    return found


def numbers(name: str, values: Any, *, least: int = 1, negative: bool = False) -> list[float]:
    """Read numbers, oldest first.

    Raises `FunctionError` for a blank in between, for what is no number, for a negative one unless `negative`, and for
    fewer than `least`.
    """
    found = [_number(f"{name}, cell {place}", cell) for place, cell in enumerate(_trimmed(name, values), 1)]
    if len(found) < least:
        raise FunctionError(f"{name} has {len(found)} values, but {least} are needed.")
    low = min(found)
    if low < 0 and not negative:
        raise FunctionError(f"{name} holds {low:g}. Counts are 0 or more: correct it.")
    return found


def number(name: str, value: Any, *, least: float | None = None, most: float | None = None) -> float:
    """Read one number within bounds."""
    found = cells(value)
    if len(found) != 1:
        raise FunctionError(f"{name} has {len(found)} cells. Give one.")
    result = _number(name, found[0])
    if (least is not None and result < least) or (most is not None and result > most):
        bounds = f"{least:g} or more" if most is None else f"{least or 0:g} to {most:g}"
        raise FunctionError(f"{name} is {result:g}. Give {bounds}.")
    return result


def whole(name: str, value: Any, *, least: int, most: int) -> int:
    """Read one whole number within bounds."""
    result = number(name, value, least=least, most=most)
    if result != int(result):
        raise FunctionError(f"{name} is {result:g}. Give a whole number.")
    return int(result)


def _number(name: str, cell: Scalar) -> float:
    if _blank(cell):
        raise FunctionError(f"{name} is blank. A missing figure is never taken as 0: give it, or leave it out.")
    value, fault = coerce(cell, Column("the cell", Holds.NUMBER, ""))
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not isfinite(value):
        what = f"the error {cell}" if isinstance(cell, CellError) else f"'{cell}'" if fault else f"{cell}"
        raise FunctionError(f"{name} is {what}, which is no number. Give a number.")
    return float(value)


def dates(name: str, values: Any) -> list[date]:
    """Read dates; Excel day numbers are read as such."""
    found = []
    for place, cell in enumerate(_trimmed(name, values), 1):
        value, fault = (None, None) if _blank(cell) else coerce(cell, Column("the cell", Holds.MONTH, ""))
        if not isinstance(value, date):
            said = "is blank" if fault is None else f"is '{cell}', which is no date"
            raise FunctionError(f"{name}, cell {place} {said}. Give the first day of each month.")
        found.append(value)
    return found


def choice(name: str, value: Any, options: type[E]) -> E:
    """Read one of the words of an enumeration, in any case."""
    text = str(cells(value)[0] if not isinstance(value, str) else value).strip().lower()
    for option in options:
        if text == str(option).lower():
            return option
    raise FunctionError(f"{name} is '{text}'. Give one of: {', '.join(_words(options))}.")


def _words(options: Iterable[StrEnum]) -> list[str]:
    return [str(option) for option in options]
