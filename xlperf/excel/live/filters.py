"""Filters: they are removed while cells are written, and restored afterwards.

If a filter hides some rows of a block, Excel writes the block wrongly: its first value goes into
every visible cell, and nothing into the others (xlwings, issues 747 and 679). Rows that are hidden
by hand or by an outline group cause no error (issue 679). The sort order of a table does not matter
either, as Excel only stores it. So if no row is hidden, nothing more is read. If a row is hidden,
the filters are read.

A filter is restored only if Excel returns all of it. Excel does not return the number of items of
"top ten" (it returns the resulting limit; xlwings, documentation of AutoFilterCriteria.count), or
days ticked in the tree of dates (an error). Comparisons of dates or fractions could be read
differently in the texts of another country. All these filters are refused before anything is
written.
"""

from __future__ import annotations

import re
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from xlperf import outcome
from xlperf.errors import LayoutError
from xlperf.excel.areas import Area
from xlperf.excel.live.calls import retry_while_busy
from xlperf.excel.port import column_letters
from xlperf.frozen import frozen

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
"""Value of the enumeration XlApplicationInternational."""
FRACTION = re.compile(r"\d[.,]\d")


@frozen
class Criterion:
    """The filter of one column: the arguments of Range.AutoFilter."""

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


@frozen
class _Owner:
    """A table or a range of a sheet that is filtered."""

    sheet: str
    name: str
    filtered: Any
    """The AutoFilter object of Excel."""
    range_of: Any
    """Returns the range for the filter; a table may have grown."""


@frozen
class _Filter:
    owner: _Owner
    criteria: tuple[Criterion, ...]


class Filters:
    """The filters of some sheets."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._filters: list[_Filter] = []
        self._removed: list[_Filter] = []

    def find(self, areas: Mapping[str, Area]) -> None:
        """Read the filters that hide rows of the areas to be written, by sheet.

        Raises `LayoutError` for a filter that could not be restored.
        """
        self._filters = [
            owner
            for sheet, area in areas.items()
            for owner in retry_while_busy(partial(self._of, sheet, area))
        ]

    def _of(self, sheet: str, area: Area) -> list[_Filter]:
        if self._reader.structure.shows_all_rows(sheet):
            return []
        if not _has_hidden_rows(self._reader.range(sheet, area)):
            return []
        owners = list(self._owners(sheet))
        if not owners:
            self._refuse_an_advanced_one(sheet)
        return [_Filter(owner, tuple(self._criteria(owner))) for owner in owners]

    def _refuse_an_advanced_one(self, sheet: str) -> None:
        """Refuse a sheet that is still filtered after all known filters were removed.

        Also refuses a sheet with hidden rows and no known filter. For known filters it is not
        checked before they are removed: while a cell of a filtered table is selected, Excel returns
        the table's filter as the sheet's.
        """
        if self._reader.structure.sheet(sheet).api.FilterMode:
            raise LayoutError(
                f"Rows of the sheet '{sheet}' are hidden by an advanced filter, which Excel does"
                " not report. Clear it (Data, Clear), then refresh again. Nothing was written."
            )

    def _owners(self, sheet: str) -> Iterator[_Owner]:
        """Yield the tables of a sheet, and its range, that are filtered now."""
        own = self._reader.structure.sheet(sheet).api.AutoFilter
        address = None if own is None else own.Range.Address
        structure = self._reader.structure
        for table in structure.tables().values():
            excels = structure.table(table) if table.sheet == sheet else None
            filtered = None if excels is None else excels.api.AutoFilter
            if filtered is None or not filtered.FilterMode:
                continue
            if filtered.Range.Address == address:
                address = None  # while a table is selected, Excel returns its filter as the sheet's
            yield _Owner(sheet, table.name, filtered, partial(_range_of_table, excels))
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
        """Whether the texts of a filter mean the same when they are passed back to Excel."""
        if criterion.operator not in (*COMPARED, VALUES):
            return True
        top, bottom, column = self._column(owner, criterion.field)
        values = self._reader.cells(owner.sheet, Area(top, column, bottom, column)).values
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
        """Remove the filters, so that all rows show. Raises `LayoutError` if an advanced filter is
        left.
        """
        for filter_state in self._filters:
            self._removed.append(filter_state)
            retry_while_busy(filter_state.owner.filtered.ShowAllData)
        for sheet in dict.fromkeys(filter_state.owner.sheet for filter_state in self._filters):
            retry_while_busy(partial(self._refuse_an_advanced_one, sheet))

    def put_back(self) -> None:
        """Restore the filters. If Excel refuses one, a fault is recorded; the edits stay."""
        for filter_state in self._removed:
            for criterion in filter_state.criteria:
                try:
                    retry_while_busy(partial(_set, filter_state.owner, criterion))
                except Exception:  # noqa: BLE001 - whatever Excel says: the filter is gone, and this is recorded
                    outcome.current().faults.append(
                        f"The filter of {filter_state.owner.name or 'the range'} on the sheet"
                        f" '{filter_state.owner.sheet}' could not be put back. Set it again."
                    )
                    break
        self._filters, self._removed = [], []


def _has_hidden_rows(rng: Any) -> bool:
    """Whether rows of a range are hidden; False if Excel cannot be asked (not on Windows).

    In that case too, everything that was written is read back and compared.
    """
    try:
        hidden = rng.api.EntireRow.Hidden
    except AttributeError:
        return False
    return hidden is not False


def _as_criterion(field: int, source: Any) -> Criterion | None:
    """Return the filter of a column; None if Excel does not return all of it."""
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
