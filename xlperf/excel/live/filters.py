"""Filters set aside while cells are written, and put back.

Excel writes a block wrongly into rows of which a filter hides some: its first value goes into every
cell that is seen, none into the others (xlwings, issues 747 and 679). Rows that are only hidden, by
hand or by an outline group, do not disturb (issue 679), and neither does the order a table was
sorted into, which is only noted beside it. So where nothing is hidden, nothing more is asked; and
where something is, it is looked for what hides it.

A filter is put back only if Excel tells all of it: not the number of items of "top ten" (Excel
gives the limit it came to; xlwings, documentation of AutoFilterCriteria.count), not days ticked in
the tree of dates (an error), and no comparison of dates or of fractions where texts of another
country could be read in place of ours. Else it is refused before anything is written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from xlperf import outcome
from xlperf.errors import LayoutError
from xlperf.excel.areas import Area
from xlperf.excel.live.calls import patiently
from xlperf.excel.port import column_letters

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from xlperf.excel.live.live_reading import Reader

# Of the enumeration XlAutoFilterOperator.
SINGLE, AND, OR, VALUES, CELL_COLOUR, FONT_COLOUR, DYNAMIC, NO_FILL, NO_FONT_COLOUR = (
    0,
    1,
    2,
    7,
    8,
    9,
    11,
    12,
    13,
)
COMPARED = (SINGLE, AND, OR)
DECIMAL_SEPARATOR = 3
"""Of the enumeration XlApplicationInternational."""
FRACTION = re.compile(r"\d[.,]\d")


@dataclass(frozen=True, slots=True)
class Criterion:
    """What a column is filtered by: the arguments of Range.AutoFilter."""

    field: int
    operator: int
    first: Any = None
    second: Any = None

    @property
    def arguments(self) -> dict[str, Any]:
        """Arguments that set the filter again."""
        arguments_of_call = {"Field": self.field, "Criteria1": self.first, "Criteria2": self.second}
        if self.operator != SINGLE:
            arguments_of_call["Operator"] = self.operator
        return {name: value for name, value in arguments_of_call.items() if value is not None}


@dataclass(frozen=True, slots=True)
class _Owner:
    """What is filtered: a table, or a range of a sheet."""

    sheet: str
    name: str
    filtered: Any
    """Object AutoFilter of Excel."""
    range_of: Any
    """Gives the range to set the filter on; a table may have grown."""


@dataclass(frozen=True, slots=True)
class _Filter:
    owner: _Owner
    criteria: tuple[Criterion, ...]


class Filters:
    """Filters of some sheets: found, set aside, put back."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._found: list[_Filter] = []
        self._aside: list[_Filter] = []

    def find(self, areas: Mapping[str, Area]) -> None:
        """Find what hides rows of the areas that will be written, by sheet.

        Raises `LayoutError` for one that could not be put back as it is.
        """
        self._found = [
            owner
            for sheet, area in areas.items()
            for owner in patiently(partial(self._of, sheet, area))
        ]

    def _of(self, sheet: str, area: Area) -> list[_Filter]:
        if not _hidden(self._reader.range(sheet, area)):
            return []
        owners = list(self._owners(sheet))
        if not owners:
            self._refuse_an_advanced_one(sheet)
        return [_Filter(owner, tuple(self._criteria(owner))) for owner in owners]

    def _refuse_an_advanced_one(self, sheet: str) -> None:
        """Refuse a sheet with a filter that is none of those found, or still is filtered when they
        are set aside.

        Not before: while a cell of a filtered table is selected, the sheet gives that table's
        filter as its own.
        """
        if self._reader.sheets()[sheet].api.FilterMode:
            raise LayoutError(
                f"Rows of the sheet '{sheet}' are hidden by an advanced filter, which Excel does"
                " not tell. Clear it (Data, Clear), then refresh again. Nothing was written."
            )

    def _owners(self, sheet: str) -> Iterator[_Owner]:
        """Tables and the range of a sheet that are filtered now."""
        own = self._reader.sheets()[sheet].api.AutoFilter
        address = None if own is None else own.Range.Address
        for table in self._reader.tables().values():
            filtered = table.table.api.AutoFilter if table.sheet == sheet else None
            if filtered is None or not filtered.FilterMode:
                continue
            if filtered.Range.Address == address:
                address = (
                    None  # a table's filter is given as the sheet's while the table is selected
                )
            yield _Owner(sheet, table.name, filtered, partial(_range_of_table, table.table))
        if address is not None and own.FilterMode:
            yield _Owner(sheet, "", own, partial(_range_of_filter, own))

    def _criteria(self, owner: _Owner) -> Iterator[Criterion]:
        for field in range(1, owner.filtered.Filters.Count + 1):
            source = owner.filtered.Filters(field)
            if source.On:
                yield self._criterion(owner, field, source)

    def _criterion(self, owner: _Owner, field: int, source: Any) -> Criterion:
        try:
            criterion = _as_criterion(field, source)
        except Exception as error:
            raise self._refusal(owner, field) from error
        if criterion is None or not self._sure(owner, criterion):
            raise self._refusal(owner, field)
        return criterion

    def _sure(self, owner: _Owner, criterion: Criterion) -> bool:
        """Whether the texts of a filter mean the same when they are handed back."""
        if criterion.operator not in (*COMPARED, VALUES):
            return True
        top, bottom, column = self._column(owner, criterion.field)
        values = self._reader.values(
            self._reader.range(owner.sheet, Area(top, column, bottom, column))
        )
        if any(isinstance(value, date) for row in values for value in row):
            return False
        texts = (
            criterion.first
            if criterion.operator == VALUES
            else (criterion.first, criterion.second or "")
        )
        fraction = any(FRACTION.search(text) for text in texts)
        return not fraction or self._reader.book.app.api.International(DECIMAL_SEPARATOR) == "."

    def _column(self, owner: _Owner, field: int) -> tuple[int, int, int]:
        area = Area.of(str(owner.filtered.Range.Address).replace("$", ""))
        return area.top + 1, max(area.top + 1, area.bottom), area.left + field - 1

    def _refusal(self, owner: _Owner, field: int) -> LayoutError:
        column = column_letters(self._column(owner, field)[2])
        what = f"The table {owner.name} of the sheet" if owner.name else "The sheet"
        return LayoutError(
            f"{what} '{owner.sheet}' is filtered by column {column} in a way that cannot be put"
            " back after cells are written. Clear that filter (click in it, then Data, Clear),"
            " refresh again, and set it again. Nothing was written."
        )

    def set_aside(self) -> None:
        """Show all rows that the filters found hide. Raises `LayoutError` where an advanced filter
        is left.
        """
        for filter_state in self._found:
            self._aside.append(filter_state)
            patiently(filter_state.owner.filtered.ShowAllData)
        for sheet in dict.fromkeys(filter_state.owner.sheet for filter_state in self._found):
            patiently(partial(self._refuse_an_advanced_one, sheet))

    def put_back(self) -> None:
        """Filter again as it was. What Excel does not take is noted: the cells are written all the
        same.
        """
        for filter_state in self._aside:
            for criterion in filter_state.criteria:
                try:
                    patiently(partial(_set, filter_state.owner, criterion))
                except Exception:  # noqa: BLE001 - whatever Excel says: the filter is gone, and that is told
                    outcome.current().faults.append(
                        f"The filter of {filter_state.owner.name or 'the range'} on the sheet"
                        f" '{filter_state.owner.sheet}' could not be put back. Set it again."
                    )
                    break
        self._found, self._aside = [], []


def _hidden(rng: Any) -> bool:
    """Whether rows of a range are hidden. Only Excel on Windows can be asked so; elsewhere what is
    written is read back all the same.
    """
    try:
        hidden = rng.api.EntireRow.Hidden
    except AttributeError:
        return False
    return hidden is not False


def _as_criterion(field: int, source: Any) -> Criterion | None:
    """What Excel tells of a column's filter; None when that is not all of it."""
    operator = int(source.Operator)
    first: Any = None
    second = None
    if operator in COMPARED:
        first = _text(source.Criteria1)
        second = _text(source.Criteria2) if operator != SINGLE else None
    elif operator == VALUES:
        first = _texts(source.Criteria1)
    elif operator in (CELL_COLOUR, FONT_COLOUR):
        first = int(source.Criteria1.Color)
    elif operator == DYNAMIC:
        first = int(source.Criteria1)
    elif operator not in (NO_FILL, NO_FONT_COLOUR):
        return None
    return Criterion(field, operator, first, second)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _texts(values: Any) -> list[str]:
    return [_text(value) for value in ([values] if isinstance(values, str) else values)]


def _set(owner: _Owner, criterion: Criterion) -> None:
    owner.range_of().AutoFilter(**criterion.arguments)


def _range_of_table(table: Any) -> Any:
    return table.api.Range


def _range_of_filter(filtered: Any) -> Any:
    return filtered.Range
