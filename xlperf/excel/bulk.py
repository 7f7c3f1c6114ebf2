"""All cells of a worksheet part in the plain form (`xlperf.excel.plain`), read at once.

Each value is what `xlperf.excel.cell_reading` reads of that cell alone. It is fast because most
cells of a large sheet have the same content as others (a month, a code), and a content is read only
once; and because one pattern both checks the rows of a large sheet and takes them apart.
"""

from __future__ import annotations

import re
from contextlib import suppress
from functools import lru_cache
from itertools import compress, count, pairwise
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from xlperf.excel import plain
from xlperf.excel.areas import LAST_COLUMN, LAST_ROW
from xlperf.excel.cell_reading import SHORT, SIMPLE_TEXT
from xlperf.excel.port import Scalar, column_number
from xlperf.excel.scanning import CELL, quick_cell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from xlperf.excel.scanned import ScannedCell

Row: TypeAlias = tuple[Scalar, ...]
STRETCH = 1 << 19
"""Bytes of a part that are looked through at a time."""
BYTES_PER_COLUMN = 100_000
"""Bytes for each column, from which on a pattern of whole rows is worth the time that it takes to
prepare (0.4 ms a column).
"""
FREE_CELLS = 5_000_000
"""Cells that the rows of a sheet may have, however few are filled: about 40 MB."""
BYTES_PER_CELL = 8
"""A larger sheet may have one cell for so many bytes of its part."""
MOST_CONTENTS = 100_000
"""Contents of cells that are remembered."""
FOUND = re.compile(
    rb'<c r="([A-Z]++)[0-9]++"([^<]*+<v>[^<]*+</v></c>|[^<>/]*+/>|.*?</c>)|<row r="([0-9]++)"',
    re.DOTALL,
)
"""The letters and the content of a cell, or the number of a row, in rows in the plain form."""
VALUE, END = b"<v>", b"</v></c>"
HEAD = re.compile(rb'(?: s="([0-9]{1,9})")?(?: t="([ns])")?>')
"""What is before the value of a cell with a number, or with the number of a shared string."""
NUMBER = re.compile(
    rb'(?: s="([0-9]{1,9})")?(?: t="n")?(?: [cvp][mh]="[0-9]++")*+>'
    rb"(?:<f[^<]*>(?:[^<]*</f>)?+(?!<v>0<))?+<v>([^<]++)</v></c>"
)
"""A cell with a number, except a formula with the result 0."""
TEXT = re.compile(
    rb'(?: s="[0-9]{1,9}")? t="(?:inlineStr"><is><t|str"><v)(?: xml:space="preserve")?>'
    + SIMPLE_TEXT
    + rb"</[tv]>(?:</is>)?</c>"
)
SAMPLE, MANY = 100, 25
"""If more than so many of the first cells of a column have a content that was not met before, its
cells are read together.
"""


class CellReader(Protocol):
    """Reads cells."""

    def value(self, cell: ScannedCell) -> Scalar:
        """Return the value of a cell."""

    def numbers(self, texts: Sequence[bytes], style: int) -> Sequence[Scalar]:
        """Return the values of cells with numbers. Raises ValueError if one must be read alone."""

    def shared(self, numbers: Sequence[bytes]) -> Sequence[Scalar]:
        """Return shared strings by number. Raises ValueError if one must be read alone."""


class NotPlainError(Exception):
    """A sheet must be read cell by cell.

    It is not in the plain form, or its rows or cells are not in order, or it is wide and nearly
    empty.
    """


def grid(data: bytes, place: plain.Cells, cells: CellReader) -> list[Row]:
    """Check and read the rows of a part, from A1 on, without blank rows at the end.

    Raises `NotPlainError`, and whatever `cells` raises.
    """
    reader = _Reader(data, place, cells)
    for start, end in pairwise(_cuts(data, place)):
        reader.read(start, end)
    rows = reader.rows
    while rows and not any(cell is not None for cell in rows[-1]):
        rows.pop()
    return rows


def _cuts(data: bytes, place: plain.Cells) -> Iterator[int]:
    """Yield where stretches of whole rows begin, and where the last one ends."""
    start = place.first
    while start >= 0:
        yield start
        start = data.find(b"<row ", start + STRETCH, place.last)
    yield place.last


class _Reader:
    """Reads stretches of rows one after the other."""

    def __init__(self, data: bytes, place: plain.Cells, cells: CellReader) -> None:
        self.rows: list[Row] = []
        self._data, self._last = data, place.last
        self._values = _Values(cells)
        self._most_cells = max(FREE_CELLS, (place.last - place.first) // BYTES_PER_CELL)
        self._columns = 0

    def read(self, start: int, end: int) -> None:
        """Check and read the rows between two offsets."""
        if self._columns and self._columns * BYTES_PER_COLUMN <= self._last - start:
            start = self._read_in_order(start, end)
        if start < end:
            self._read_any(start, end)
        self._values.forget()

    def _read_in_order(self, start: int, end: int) -> int:
        """Read rows with cells in the known columns; return where another row begins."""
        found = plain.rows_of(self._columns).findall(self._data, start, end)
        rest = found[-1][-1]
        if rest:
            found.pop()
        if found:
            numbers, *columns, _ = zip(*found, strict=True)
            values = [self._values.column(column) for column in columns]
            self._add([*map(int, numbers)], [*zip(*values, strict=True)])
        return end - len(rest)

    def _read_any(self, start: int, end: int) -> None:
        """Read rows with cells in any columns."""
        if not plain.are_rows(self._data, start, end):
            raise NotPlainError
        found = FOUND.findall(self._data, start, end)
        if not found:
            return
        letters, contents, marks = zip(*found, strict=True)
        cells = [*map(self._values.__getitem__, contents)]
        starts = [*compress(count(), marks), len(found)]
        rows = [
            _row_of(letters[one + 1 : next_])(cells[one:next_]) for one, next_ in pairwise(starts)
        ]
        self._add([*map(int, compress(marks, marks))], rows)
        self._columns = max(self._columns, *map(len, rows))

    def _add(self, numbers: list[int], new_rows: list[Row]) -> None:
        """Add rows, and rows without cells where numbers are left out."""
        rows = self.rows
        self._most_cells -= sum(map(len, new_rows))
        if self._most_cells < 0 or max(numbers) > LAST_ROW:
            raise NotPlainError
        if numbers == [*range(len(rows) + 1, len(rows) + len(numbers) + 1)]:
            rows += new_rows
            return
        for number, row in zip(numbers, new_rows, strict=True):
            if number <= len(rows):
                raise NotPlainError
            rows += [()] * (number - len(rows) - 1)
            rows.append(row)


class _Values(dict[bytes, Scalar]):
    """Values of cells by their content: what follows the address. A cell that is not there has
    none.
    """

    def __init__(self, cells: CellReader) -> None:
        super().__init__({b"": None})
        self._cells = cells

    def column(self, contents: Sequence[bytes]) -> Sequence[Scalar]:
        """Return the values of the cells of a column."""
        new = sum(content not in self for content in contents[:SAMPLE])
        values = self._together(contents) if new > MANY else None
        if values is None:
            return [*map(self.__getitem__, contents)]
        self.update(zip(contents, values, strict=True))
        return values

    def _together(self, contents: Sequence[bytes]) -> Sequence[Scalar] | None:
        """Read cells together; None unless all are numbers, or shared strings, of one style."""
        filled = [*filter(None, contents)]
        found = _texts(filled) if filled else None
        if found is None:
            return None
        style, kind, texts = found
        try:
            if kind == b"s":
                values = self._cells.shared(texts)
            else:
                values = self._cells.numbers(texts, int(style or b"0"))
        except ValueError:
            return None
        if len(values) == len(contents):
            return values
        rest = iter(values)
        return [next(rest) if cell else None for cell in contents]

    def __missing__(self, content: bytes) -> Scalar:
        value = self[content] = self._read(content)
        return value

    def _read(self, content: bytes) -> Scalar:
        if number := NUMBER.fullmatch(content):
            with suppress(ValueError):
                return self._cells.numbers([number[2]], int(number[1] or b"0"))[0]
        elif text := TEXT.fullmatch(content) if len(content) < SHORT else None:
            return text[1].decode() or None
        match = CELL.fullmatch(b'<c r="A1"' + content)
        if match is None:
            raise NotPlainError
        try:
            cell = quick_cell(match.string, match)
        except ValueError:
            raise NotPlainError from None
        value = self._cells.value(cell)
        return float(value) if type(value) is int else value

    def forget(self) -> None:
        """Forget the values if they are too many."""
        if len(self) > MOST_CONTENTS:
            self.clear()
            self[b""] = None


def _texts(contents: Sequence[bytes]) -> tuple[bytes, bytes, list[bytes]] | None:
    """Return style, kind and texts of cells; None if they have not one style and kind."""
    head = contents[0].partition(VALUE)[0]
    form, start = HEAD.fullmatch(head), head + VALUE
    if form is not None:
        texts = [cell[len(start) : -len(END)] for cell in contents if cell.startswith(start)]
        return (form[1], form[2], texts) if len(texts) == len(contents) else None
    numbers = [number for number in map(NUMBER.fullmatch, contents) if number]
    same = len(numbers) == len(contents) and len({number[1] for number in numbers}) == 1
    return (numbers[0][1], b"", [number[2] for number in numbers]) if same else None


@lru_cache(maxsize=1_000)
def _row_of(letters: tuple[bytes, ...]) -> Callable[[list[Scalar]], Any]:
    """Return what makes a row, from A on, of a None and the cells with these letters."""
    columns = [column_number(item.decode()) for item in letters]
    if any(left >= right for left, right in pairwise([0, *columns, LAST_COLUMN + 1])):
        raise NotPlainError
    places = [0] * max(columns, default=0)
    for place, column in enumerate(columns, 1):
        places[column - 1] = place
    return itemgetter(*places) if len(places) > 1 else lambda cells: (*cells[1:],)
