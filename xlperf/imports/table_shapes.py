"""A sheet -> the table on it: its heading, and what each column holds.

Three shapes are understood. *Across*: the headings of columns are periods. *Down*: a column holds
the periods, and each other heading is a measure. *Long*: a column holds the periods, one the
figures, the others say of what they are. In all of them texts in columns may name forces, measures
or anything else. What stands above the heading (titles, notes) may name the one period of a table
without periods.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from enum import Enum
from itertools import pairwise
from typing import TYPE_CHECKING

from xlperf.errors import UsageError
from xlperf.excel.port import column_letters, normalised
from xlperf.imports.period_texts import (
    BARE_YEAR,
    MONTH,
    MONTH_WITHOUT_YEAR,
    YEAR,
    ReadPeriod,
    is_nearly_a_period,
    periods_within,
    read_period,
    read_periods,
    span_in,
)
from xlperf.imports.published_cells import is_figure, without_marks, without_notes
from xlperf.message_texts import first_few
from xlperf.periods import financial_year
from xlperf.tables.coercion import quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from xlperf.excel.port import Scalar
    from xlperf.imports.period_texts import StatedSpan
    from xlperf.imports.published_files import PublishedSheet

MOST_ROWS_ABOVE = 60
"""Rows in which the heading is looked for."""
ROWS_LOOKED_AT = 40
"""Rows below a heading that show what its columns hold."""
NO_COUNTS = re.compile(r"change|difference|%|per ?cent|\brates?\b|per 1,?000", re.IGNORECASE)
"""Words above periods by which the columns below hold no counts, but what is made of them."""
MOST_BETWEEN = 89
"""Largest step between months as 201412 and 201501 are written."""
MOST_LISTED = 12
"""Texts of a file that a message names."""
CELLS_LOOKED_AT = 400
"""Different cells of a column that show what it holds: the most frequent."""
MOSTLY, NEARLY_ALL = 0.5, 0.6
"""Shares of the cells of a column from which it holds figures, or periods."""


class ColumnContent(Enum):
    """What the cells of a column are."""

    BLANK = "blank"
    FIGURES = "figures"
    PERIODS = "periods"
    TEXTS = "texts"


@dataclass(frozen=True, slots=True)
class TableShape:
    """A table as understood. Rows and columns are counted from 0."""

    sheet: PublishedSheet
    heading: int
    """Row of the heading; the rows below are its body."""
    titles: tuple[str, ...]
    """Heading of each column."""
    contents: tuple[ColumnContent, ...]
    across: Mapping[int, ReadPeriod] = field(default_factory=dict)
    """Periods by the columns that they head; of some there is only the reason why not."""
    above: str = ""
    """The texts above the heading."""
    end: int = 0
    """Row after the last of the body."""

    def columns(self, content: ColumnContent) -> list[int]:
        """Columns that hold this."""
        return [place for place, held in enumerate(self.contents) if held is content]

    def column(self, title: str) -> int:
        """Column of a title. Raises `UsageError` with the near ones where there is none."""
        wanted = normalised(title)
        keys = [normalised(own) for own in self.titles]
        if wanted in keys:
            return keys.index(wanted)
        near = get_close_matches(wanted, filter(None, keys), n=1, cutoff=0.6)
        doubt = f" Did you mean {quoted(self.titles[keys.index(near[0])])}?" if near else ""
        raise UsageError(
            f"{self.sheet.file} has no column '{title}'.{doubt} It has: {listed(self.titles)}."
        )

    @property
    def body(self) -> range:
        """Rows below the heading, up to another table."""
        return range(self.heading + 1, self.end)

    def is_too_long(self, row: int) -> bool:
        """Whether a line of a text has more cells than its heading: one holds a separator that is
        not quoted, so all after it are in the wrong columns.
        """
        line = self.sheet.rows[row]
        return not self.sheet.name and any(line[len(self.sheet.rows[self.heading]) :])

    @property
    def note(self) -> str:
        """What is not read of the sheet; empty: nothing."""
        if self.end == len(self.sheet.rows):
            return ""
        return (
            f"In row {self.end + 1} of {where(self.sheet)} another table begins, which is not read."
            f" To import it, name its heading: --header-row {self.end + 1}."
        )

    @property
    def notes(self) -> list[str]:
        """Texts below the heading that stand alone in their rows."""
        alone = ([cell for cell in self.sheet.rows[row] if cell is not None] for row in self.body)
        return [cells[0] for cells in alone if len(cells) == 1 and isinstance(cells[0], str)]

    @property
    def beside(self) -> list[str]:
        """Texts above the heading, and those that stand alone below it."""
        return [*self.above.splitlines(), *self.notes]

    def texts(self, column: int) -> set[str]:
        """The different texts of a column."""
        return {cell for row in self.body if isinstance(cell := self.cell(row, column), str)}

    def cell(self, row: int, column: int) -> Scalar:
        """A cell; that of the first of merged cells, for texts that a merge spreads over rows."""
        return self.sheet.cell(row, column)


def listed(texts: Iterable[str]) -> str:
    """Quote some texts of a file, and say how many more there are."""
    return first_few([quoted(text) for text in texts if text], MOST_LISTED)


def find_table(sheet: PublishedSheet, heading: int | None = None) -> TableShape:
    """Find the table of a sheet.

    Parameters
    ----------
    heading
        Row of the heading, from 0; None: it is looked for.

    Raises
    ------
    UsageError
        There is none that is understood.
    """
    rows = range(min(len(sheet.rows), MOST_ROWS_ABOVE)) if heading is None else [heading]
    for row in rows:
        if row >= len(sheet.rows):
            break
        across = _periods_across(sheet, row)
        if across or heading is not None or _is_heading(sheet, row):
            return _shape(sheet, row, across)
    raise UsageError(
        f"In {where(sheet)} no table was found: a row of headings with figures below it. Name the"
        " row of its headings with --header-row, or the sheet with --sheet."
    )


def where(sheet: PublishedSheet) -> str:
    """Name a sheet in a message."""
    return f"the sheet '{sheet.name}' of {sheet.file}" if sheet.name else sheet.file


def _width(sheet: PublishedSheet, row: int) -> int:
    return max(
        (len(sheet.rows[other]) for other in range(row, min(len(sheet.rows), row + 3))), default=0
    )


# The heading.


def _periods_across(sheet: PublishedSheet, row: int) -> dict[int, ReadPeriod]:
    """Periods that head columns of figures; none where the row is no heading of periods."""
    columns = range(_width(sheet, row))
    cells = [_heading_cell(sheet, row, column) for column in columns]
    span = span_in(*_texts_above(sheet, row))
    periods = {
        column: period
        for column, period in zip(columns, read_periods(cells, span or MONTH), strict=True)
        if (period.period is not None or is_nearly_a_period(cells[column]))
        and not NO_COUNTS.search(_group(sheet, row, column))
    }
    numbers = [_as_number(cells[column]) for column in periods]
    if not _may_be_headings([number for number in numbers if number is not None]):
        return {}
    below = {
        column: [cell for cell in _below(sheet, row, column) if cell is not None]
        for column in periods
    }
    heads_figures = any(
        sum(map(is_figure, under)) > MOSTLY * len(under) and not _all_periods(under)
        for under in below.values()
    )
    return periods if heads_figures else {}


def _as_number(cell: Scalar) -> float | None:
    """A heading that may be a count: a number, or a year as a text."""
    if isinstance(cell, (int, float)):
        return cell
    return float(cell) if isinstance(cell, str) and BARE_YEAR.fullmatch(cell.strip()) else None


def _may_be_headings(numbers: Sequence[float]) -> bool:
    """Whether numbers in a row can be years or months in order, and not counts."""
    if len(numbers) == 1:
        return False
    return all(0 < two - one <= MOST_BETWEEN for one, two in pairwise(numbers))


def _group(sheet: PublishedSheet, row: int, column: int) -> str:
    """Text above a heading: of its own cell or merged cells, or the nearest to the left."""
    for above in range(max(0, row - 2), row):
        filled = sum(cell is not None for cell in sheet.rows[above])
        for left in range(column, -1, -1):
            cell = sheet.cell(above, left)
            if isinstance(cell, str) and (filled > 1 or left == column):
                if NO_COUNTS.search(cell):
                    return cell
                break
    return ""


def _below(sheet: PublishedSheet, row: int, column: int) -> list[Scalar]:
    last = min(len(sheet.rows), row + 1 + ROWS_LOOKED_AT)
    return [cells[column] if column < len(cells) else None for cells in sheet.rows[row + 1 : last]]


def _all_periods(cells: Sequence[Scalar]) -> bool:
    return bool(cells) and all(read_period(cell, MONTH).period for cell in cells)


def _heading_cell(sheet: PublishedSheet, row: int, column: int) -> Scalar:
    """A heading; a month without its year takes that of the row above."""
    cell = sheet.cell(row, column)
    if not (isinstance(cell, str) and MONTH_WITHOUT_YEAR.fullmatch(without_marks(cell)[0])):
        return cell
    above, merged = _year_above(sheet, row, column)
    month = without_marks(cell)[0]
    if BARE_YEAR.fullmatch(above):
        earlier = [] if merged else _months_left(sheet, row, column)
        first = read_period(f"{month} {above}").period
        if first is not None and any(first.first % 12 <= other for other in earlier):
            return cell  # the year has turned without a new heading: which year is not known
        return f"{month} {above}"
    try:
        year = financial_year(above.replace("-", "/"))
    except ValueError:
        return cell
    for candidate in (year.first // 12, year.last // 12):
        period = read_period(f"{month} {candidate}").period
        if period is not None and year.first <= period.first <= year.last:
            return f"{month} {candidate}"
    return cell


def _year_above(sheet: PublishedSheet, row: int, column: int) -> tuple[str, bool]:
    """The year above a month: its own cell or merged cell, else the nearest to the left; and
    whether it certainly holds for this column.
    """
    if row == 0:
        return "", False
    own = sheet.cell(row - 1, column)
    if own is not None:
        return _year_text(own), True
    for left in range(column - 1, -1, -1):
        cell = sheet.cell(row - 1, left)
        if cell is not None:
            return _year_text(cell), False
    return "", False


def _year_text(cell: Scalar) -> str:
    text = f"{cell:.0f}" if isinstance(cell, float) else str(cell)
    return without_marks(text)[0]


def _months_left(sheet: PublishedSheet, row: int, column: int) -> list[int]:
    """Months, 0 to 11, that stand left of a heading under the same year."""
    months = []
    for left in range(column - 1, -1, -1):
        cell = sheet.cell(row, left)
        if not isinstance(cell, str):
            break
        period = read_period(f"{without_marks(cell)[0]} 2014").period
        if period is None:
            break
        months.append(period.first % 12)
        if sheet.cell(row - 1, left) is not None:
            break
    return months


def _is_heading(sheet: PublishedSheet, row: int) -> bool:
    """Whether a row has two titles or more, and the rows below it hold figures under them."""
    cells = [cell for cell in sheet.rows[row] if cell is not None]
    if len(cells) < 2 or not all(isinstance(cell, str) and not is_figure(cell) for cell in cells):
        return False
    below = [cells for cells in sheet.rows[row + 1 : row + 4] if any(c is not None for c in cells)]
    if any(_periods_across(sheet, row + 1 + offset) for offset in range(len(below[:1]))):
        return False  # what stands above a heading of periods
    return bool(below) and any(
        is_figure(cell) or read_period(cell, YEAR).period is not None for cell in below[0]
    )


def _texts_above(sheet: PublishedSheet, row: int) -> list[str]:
    texts = [sheet.name] + [
        cell for cells in sheet.rows[:row] for cell in cells if isinstance(cell, str)
    ]
    return [text for text in texts if text]


# The columns.


def _shape(sheet: PublishedSheet, row: int, across: Mapping[int, ReadPeriod]) -> TableShape:
    width = max((len(cells) for cells in sheet.rows[row:]), default=0)
    titles = [_title(sheet, row, column) for column in range(width)]
    contents = tuple(
        ColumnContent.FIGURES if column in across else _content(sheet, row, column, titles[column])
        for column in range(width)
    )
    for column, content in enumerate(contents):
        if not titles[column] and content is ColumnContent.TEXTS:
            titles[column] = f"column {column_letters(column + 1)}"
    above = "\n".join(_texts_above(sheet, row))
    end = _end(sheet, row, contents, across=bool(across))
    return TableShape(sheet, row, tuple(titles), contents, across, above, end)


def _end(
    sheet: PublishedSheet, row: int, contents: Sequence[ColumnContent], *, across: bool
) -> int:
    """Row in which another table begins: the cells below the figures are periods, or all texts."""
    columns = [place for place, held in enumerate(contents) if held is ColumnContent.FIGURES]
    for other in range(row + 2, len(sheet.rows)):
        cells = sheet.rows[other]
        below = [cells[column] for column in columns if column < len(cells)]
        filled = [cell for cell in below if cell is not None]
        if not filled or any(map(is_figure, filled)):
            continue
        if across and any(_is_period(cell) for cell in filled):
            return other
        if not across and len(filled) > 1 and all(isinstance(cell, str) for cell in filled):
            return other
    return len(sheet.rows)


def _title(sheet: PublishedSheet, row: int, column: int) -> str:
    """Heading of a column; after that of the merged cells above it, which it shares with others."""
    own = sheet.cell(row, column)
    shared = [
        str(sheet.cell(top, left))
        for top, left, bottom, right in sheet.merged
        if bottom < row and row - bottom <= 2 and left <= column <= right and right > left
        and right - left + 1 < _width(sheet, row)
    ]  # fmt: skip
    parts = [*shared, "" if own is None else _heading_text(own)]
    return ": ".join(
        " ".join(without_notes(part).split()) for part in parts if part and part != "None"
    )


def _heading_text(cell: Scalar) -> str:
    if isinstance(cell, date):
        return f"{cell:%Y-%m-%d}"
    return f"{cell:.15g}" if isinstance(cell, float) else str(cell)


def _content(sheet: PublishedSheet, row: int, column: int, title: str) -> ColumnContent:
    cells = Counter(
        (type(cells[column]), cells[column])
        for cells in sheet.rows[row + 1 :]
        if column < len(cells) and cells[column] is not None
    ).most_common(CELLS_LOOKED_AT)
    filled = sum(number for _, number in cells)
    if not filled:
        return ColumnContent.BLANK
    if "year" in title.lower() and all(_is_bare_year(cell) for (_, cell), _ in cells):
        return ColumnContent.PERIODS
    if sum(number for (_, cell), number in cells if _is_period(cell)) >= NEARLY_ALL * filled:
        return ColumnContent.PERIODS
    figures = sum(number for (_, cell), number in cells if is_figure(cell))
    return ColumnContent.FIGURES if title and figures >= MOSTLY * filled else ColumnContent.TEXTS


def _is_bare_year(cell: Scalar) -> bool:
    return not isinstance(cell, (bool, date)) and BARE_YEAR.fullmatch(_year_text(cell)) is not None


def _is_period(cell: Scalar) -> bool:
    """Whether a cell names a period, perhaps one with two readings, or a day of it."""
    if isinstance(cell, date):
        return True
    return (
        read_period(cell, YEAR).period is not None
        or read_period(cell, MONTH).period is not None
        or (isinstance(cell, str) and is_nearly_a_period(cell))
    )


def span_of(shape: TableShape, *titles: str) -> StatedSpan | None:
    """What dates of a table stand for: by the titles given, else by the texts above it.

    Raises `UsageError` where these say different things.
    """
    own, above = span_in(*titles), span_in(*shape.above.splitlines())
    if own and above and own is not above:
        raise UsageError(
            f"{shape.sheet.file}: by its columns a date stands for a {own.name}, by the text above"
            f" for a {above.name}. Say which with --span."
        )
    return own or above


def period_above(shape: TableShape) -> ReadPeriod:
    """The one period that the texts above a table name."""
    named = periods_within(shape.above)
    if len(named) == 1:
        return ReadPeriod(named.pop())
    if named:
        every = ", ".join(map(str, sorted(named, key=lambda item: (item.last, item.first))))
        return ReadPeriod(None, f"the titles name several periods: {every}")
    return ReadPeriod(None, "no period is named")
