"""Arguments of functions: ranges and arrays of any shape to plain lists, with blanks, texts and
errors kept apart.

Blank cells before the first value and after the last are left out; one in between is a fault, for a
missing month is never taken as 0. A number typed as text is read when there is no doubt what it is,
as in the data sheets.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from math import inf, isfinite
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias, TypeVar

from xlperf.config import SETTINGS_BY_KEY
from xlperf.errors import FunctionError
from xlperf.excel.port import CellError, Scalar
from xlperf.functions.labels import labels, months_in_order
from xlperf.periods import Month, month_name
from xlperf.tables.coercion import coerce, is_blank, number_text, quoted, stripped
from xlperf.tables.data import Direction
from xlperf.tables.number_texts import two_readings
from xlperf.tables.records import MOST_ASKED, SMALLEST_DESIGN_EFFECT
from xlperf.tables.schema import Column, Holds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from enum import StrEnum

    import numpy.typing as npt
    import pandas as pd

E = TypeVar("E", bound="StrEnum")

NUMBER, MONTH, DATE = (
    Column("the cell", holds, "") for holds in (Holds.NUMBER, Holds.MONTH, Holds.DATE)
)
Better: TypeAlias = Literal["down", "up"]


class ArrayLike(Protocol):
    """An array of NumPy, or what has its method."""

    def tolist(self) -> object:
        """Give its values, as lists of lists."""


class TableLike(Protocol):
    """A Series, an Index or a DataFrame of pandas, or what has its method."""

    def to_numpy(self) -> npt.NDArray[Any]:
        """Give its values, as an array."""


Cells: TypeAlias = Scalar | Sequence[Scalar] | Sequence[Sequence[Scalar]] | ArrayLike | TableLike
"""Figures as a function takes them: a value, a list, rows of cells, an array, a Series, a table."""


@dataclass(frozen=True, slots=True)
class NumberSeries:
    """The numbers of one series, and where they stand among the cells given."""

    numbers: tuple[float, ...]
    first: int
    """Blank cells before the first number."""
    size: int
    """Cells given, blank ones at the ends among them."""
    index: pd.Index | None
    """Labels of the cells given, where they came in a Series or a table of pandas."""
    months: tuple[Month, ...]
    """Months that the labels are dates of; none: they are no dates."""

    def latest(self, number: int) -> NumberSeries:
        """Give the last so many numbers, without blank cells around them."""
        cut = slice((end := self.first + len(self.numbers)) - number, end)
        index = None if self.index is None else self.index[cut]
        return NumberSeries(self.numbers[-number:], 0, number, index, self.months[cut])


def cells(values: object) -> list[Scalar]:
    """Every cell of a value, a row, a column, a block, an array, a Series or a table, in reading
    order.
    """
    return [_plain(value) for value in _flat(values)]


def series(name: str, values: object) -> list[Scalar]:
    """Every cell of one row or one column, in its order.

    Raises `FunctionError` for what has several rows and several columns: read one after the other
    they would be mixed into one series.
    """
    titles = [str(title) for title in getattr(values, "columns", ())]
    rows = _rows(values)
    while len(rows) == 1 and any(map(_is_sequence, _rows(rows[0]))):  # a block within an array
        rows = _rows(rows[0])
    widths = {len(cells(row)) for row in rows} if any(map(_is_sequence, rows)) else {1}
    if len(rows) > 1 and widths != {1}:
        named = f", {', '.join(titles)}" if titles else ""
        shape = "rows of several lengths"
        if len(widths) == 1:
            shape = f"{len(rows)} rows and {max(widths)} columns{named}"
        raise FunctionError(f"{name} has {shape}. Give one row or one column.")
    return cells(rows)


def is_row(values: object) -> bool:
    """Whether values are one row of cells; a list is a column."""
    rows = _rows(values)
    return len(rows) == 1 and _is_sequence(rows[0])


def block(values: object) -> list[list[Scalar]]:
    """Rows of a block of cells or an array; a list is a column, titles are the first row."""
    titles: list[list[Scalar]] = (
        [[str(title) for title in values.columns]] if hasattr(values, "columns") else []
    )
    return [*titles, *(cells(row) for row in _rows(values))]


def _rows(values: object) -> Sequence[object]:
    rows = _as_lists(values)
    return rows if isinstance(rows, (list, tuple, range)) else [rows]


def _is_sequence(value: object) -> bool:
    return isinstance(_as_lists(value), (list, tuple, range))


def _as_lists(values: object) -> object:
    """Arrays, Series and tables as lists."""
    if hasattr(values, "to_numpy"):
        values = values.to_numpy()
    if hasattr(values, "dtype") and hasattr(values, "astype"):
        return _exact(values).tolist()
    return values.tolist() if hasattr(values, "tolist") else values


def _exact(array: Any) -> Any:
    """An array whose `tolist` gives what is meant: dates and lengths of time as such, which would
    come as nanoseconds, and 84.2 of 32 bits as 84.2, not 84.19999694824219.
    """
    if array.dtype.kind in "mM":
        return array.astype(f"{array.dtype.kind}8[us]")
    short = array.dtype.kind == "f" and array.dtype.itemsize < 8
    return array.astype(str).astype(float) if short else array


def _flat(values: object) -> Iterator[object]:
    values = _as_lists(values)
    if isinstance(values, (list, tuple, range)):
        for value in values:
            yield from _flat(value)
    else:
        yield values


def _plain(value: object) -> Scalar:
    if value is None or isinstance(value, (bool, int, float, str, date, CellError)):
        if value != value:  # noqa: PLR0124 - NaN and NaT, which tables have for blank
            return None
        return value
    return None if type(value).__name__ == "NAType" else str(value)


def _filled(name: str, values: object) -> tuple[list[tuple[str, Scalar]], int, int]:
    """Cells from the first that is not blank to the last, each with what to call it: its place in
    what was given. Beside them: the place of the first, and the number of cells given.
    """
    row = series(name, values)
    filled = [place for place, cell in enumerate(row) if not is_blank(cell)]
    if not filled:
        raise FunctionError(f"{name} has no value. Give the cells that hold the figures.")
    first, last = filled[0], filled[-1]
    names = (f"{name}, cell {place + 1}" if len(row) > 1 else name for place in range(len(row)))
    return list(zip(names, row, strict=True))[first : last + 1], first, len(row)


def numbers(name: str, values: object, *, least: int = 1) -> NumberSeries:
    """Read numbers of any sign, oldest first.

    Raises `FunctionError` for a blank in between, for what is no number, for fewer than `least`,
    and for labels of pandas that are dates and do not ascend.
    """
    return _numbers(name, values, _number, least)


def counts(name: str, values: object, *, least: int = 1) -> NumberSeries:
    """Read monthly counts, oldest first: whole numbers, 0 or more, as the data sheets ask for.

    Raises `FunctionError` as `numbers` does, for what is no count, and for labels of pandas that
    are dates, but not one month after the other.
    """
    numbers_read = _numbers(name, values, count, least)
    for before, month in pairwise(numbers_read.months):
        if month != before + 1:
            raise FunctionError(
                f"{name} has {month_name(month)} after {month_name(before)}. Give one count for"
                " each month, oldest first."
            )
    return numbers_read


def whole_numbers(name: str, values: object, *, least: int = 1) -> NumberSeries:
    """Read counts of any periods, oldest first: whole numbers, 0 or more.

    Raises `FunctionError` as `numbers` does, and for what is no count.
    """
    return _numbers(name, values, count, least)


def one_for_each(
    name: str,
    values: object,
    of: str,
    figures: NumberSeries,
    *,
    read: Callable[..., NumberSeries] = numbers,
) -> tuple[float, ...]:
    """Read numbers above 0: one for each figure of another series, in the same order, or one for
    all of them.

    Raises `FunctionError` for another number of them, for one of 0 or less, and for labels of
    pandas that differ.
    """
    sizes = read(name, values)
    for place, size in enumerate(sizes.numbers, sizes.first + 1):
        if size <= 0:
            raise FunctionError(f"{name}, cell {place} is {number_text(size)}. Give one above 0.")
    if sizes.size == 1:
        return sizes.numbers * len(figures.numbers)
    wanted = (figures.first, figures.size, len(figures.numbers))
    if (sizes.first, sizes.size, len(sizes.numbers)) != wanted:
        raise FunctionError(
            f"{name} has {how_many(sizes.numbers)} and {of} {how_many(figures.numbers)}, or they"
            " stand in other cells. Give one for each, in the same order, or one for all."
        )
    index = figures.index
    if index is not None and sizes.index is not None and not sizes.index.equals(index):
        raise FunctionError(f"{name} and {of} have different labels. Give columns of one table.")
    return sizes.numbers


def _numbers(
    name: str, values: object, read: Callable[[str, Scalar], float], least: int
) -> NumberSeries:
    filled, first, size = _filled(name, values)
    figures = tuple(float(read(cell_name, cell)) for cell_name, cell in filled)
    _require(name, figures, least)
    index = labels(values, size)
    return NumberSeries(figures, first, size, index, months_in_order(name, index))


def group_numbers(values: object) -> list[float]:
    """Read the figures of a group, two at least; blank ones are left out."""
    filled, _, _ = _filled("group", values)
    figures = [_number(cell_name, cell) for cell_name, cell in filled if not is_blank(cell)]
    _require("group", figures, 2)
    return figures


def _require(name: str, figures: Sequence[float], least: int) -> None:
    if len(figures) < least:
        raise FunctionError(f"{name} has {how_many(figures)}, but {least} are needed.")


def how_many(values: Sequence[float]) -> str:
    """Say how many values there are."""
    return "1 value" if len(values) == 1 else f"{len(values)} values"


def count(name: str, cell: Scalar) -> int:
    """Read one count: a whole number, 0 or more. One that is whole to fifteen digits, as Excel
    shows it, is whole.
    """
    figure = _number(name, cell)
    if figure < 0:
        raise FunctionError(f"{name} is {number_text(figure)}. Counts are 0 or more: correct it.")
    if number_text(figure) != number_text(round(figure)):
        raise FunctionError(
            f"{name} is {number_text(figure)}. Give counts, which are whole numbers."
        )
    return round(figure)


def one(name: str, value: object) -> Scalar:
    """Read the one cell that is meant."""
    row = cells(value)
    if len(row) != 1:
        raise FunctionError(f"{name} has {len(row)} cells. Give one.")
    return row[0]


def number(
    name: str, value: object, *, least: float | None = None, most: float | None = None
) -> float:
    """Read one number within bounds."""
    result = _number(name, one(name, value))
    if (least is not None and result < least) or (most is not None and result > most):
        bounds = f"{least:,.10g} or more" if most is None else f"{least or 0:,.10g} to {most:,.10g}"
        raise FunctionError(f"{name} is {number_text(result)}. Give {bounds}.")
    return result


def whole(name: str, value: object, *, least: int, most: int) -> int:
    """Read one whole number within bounds."""
    result = number(name, value, least=least, most=most)
    if result != int(result):
        raise FunctionError(f"{name} is {number_text(result)}. Give a whole number.")
    return int(result)


def like_setting(name: str, value: object, key: str = "") -> float:
    """Read a number that the Settings sheet has too (`key`, if it has another name there), within
    the same bounds.
    """
    setting = SETTINGS_BY_KEY[key or name]
    return number(name, value, least=setting.least, most=setting.most)


def respondents(name: str, value: object) -> int:
    """Read how many answered a survey."""
    return whole(name, value, least=1, most=MOST_ASKED)


def design_effect_of(value: object) -> float:
    """Read the variance of a survey relative to simple random sampling."""
    return number("design_effect", value, least=SMALLEST_DESIGN_EFFECT)


def percentage(name: str, value: object) -> float:
    """Read one percentage, as 84.2.

    One of 1 or less is a fault, unless it is typed with its sign ("0.8%"): a cell formatted as %
    holds 0.842.
    """
    cell = one(name, value)
    signed = isinstance(cell, str) and stripped(cell).endswith("%")
    if isinstance(cell, str):
        typed = stripped(cell).removesuffix("%")
        cell = (
            float(typed) if two_readings(typed) else typed
        )  # a thousand times as much would be no percentage
    result = number(name, cell, least=0, most=100)
    if 0 < result <= 1 and not signed:
        raise FunctionError(
            f"{name} is {number_text(result)}: {number_text(result)} per cent, or"
            f" {number_text(100 * result)}? Give per cent, 84.5 "
            "and not 0.845 (or 100 * the cell); if it is that small, the text"
            f' "{number_text(result)}%".'
        )
    return result


def _number(name: str, cell: Scalar) -> float:
    if is_blank(cell):
        raise FunctionError(
            f"{name} is blank. A missing figure is never taken as 0: give it, or leave it out."
        )
    value, _ = coerce(cell, NUMBER)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not isfinite(value):
        raise FunctionError(f"{name} is {_no_number(cell)}. Give a number.")
    return float(value)


def _no_number(cell: Scalar) -> str:
    """Say what a cell is that cannot be used as a number."""
    if isinstance(cell, CellError):
        return f"the error {cell}, which is no number"
    if isinstance(cell, str) and (doubt := two_readings(stripped(cell))):
        return f"{quoted(cell)}, which may be {doubt}"
    large = isinstance(cell, (int, float)) and not isinstance(cell, bool) and abs(cell) < inf
    return (
        f"{quoted(cell)}, which {'has more digits than Excel keeps' if large else 'is no number'}"
    )


def month(name: str, cell: Scalar) -> date:
    """Read a month: a date, the day number of a first of a month, or a text such as 2014-09."""
    return _date(name, cell, MONTH, "Give the first day of the month")


def day(name: str, value: object) -> date:
    """Read one date, in any of Excel's ways; a month stands for itself."""
    cell = one(name, value)
    month_read = coerce(cell, MONTH)[0] if isinstance(cell, str) else None
    if isinstance(month_read, date):
        return month_read
    return _date(name, cell, DATE, "Give a date, such as 31/03/2017")


def _date(name: str, cell: Scalar, column: Column, remedy: str) -> date:
    if is_blank(cell):
        raise FunctionError(f"{name} is blank. {remedy}.")
    value, _ = coerce(cell, column)
    if not isinstance(value, date):
        what = f"the error {cell}" if isinstance(cell, CellError) else quoted(cell)
        raise FunctionError(f"{name} is {what}, which is no date. {remedy}.")
    return value


def text(name: str, value: object) -> str:
    """Read one text."""
    cell = one(name, value)
    if isinstance(cell, CellError):
        raise FunctionError(f"{name} is the error {cell}. Correct the formula.")
    return "" if cell is None else stripped(str(cell))


def choice(name: str, value: object, options: type[E], without: E | None = None) -> E:
    """Read one of the words of an enumeration, in any case."""
    word = text(name, value)
    for option in options:
        if word.lower() == str(option).lower() and option is not without:
            return option
    words = ", ".join(str(option) for option in options if option is not without)
    raise FunctionError(f"{name} is {quoted(word)}. Give one of: {words}.")


def better_direction(value: object) -> Direction:
    """Read which way is better; without one there is no colour."""
    return choice("direction", value, Direction, without=Direction.NONE)
