"""Addresses and rectangles of cells. Rows and columns are counted from 1."""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, TypeVar

from xlperf.excel.port import column_letters, column_number
from xlperf.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

T = TypeVar("T")

ADDRESS = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9][0-9]{0,6})")
REFERENCE = re.compile(
    r"^=?(?:'((?:[^']|'')+)'|([^'!]+))!(\$?[A-Za-z]{1,3}\$?\d{1,7}(?::\$?[A-Za-z]{1,3}\$?\d{1,7})?)$"
)
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
"""Size of a sheet (Excel specifications and limits)."""
SIZES = range(LAST_ROW.bit_length())
"""Exponents of the powers of two up to the number of rows of a sheet."""


@frozen
class Area:
    """A rectangle of cells, all bounds included."""

    top: int
    left: int
    bottom: int
    right: int

    @classmethod
    def of(cls, reference: str) -> Area:
        """Read ``B2:D9`` or ``B2``; raises ValueError for anything else."""
        first, _, second = reference.partition(":")
        top, left = split_address(first)
        if not second:
            return cls(top, left, top, left)
        bottom, right = split_address(second)
        return cls(min(top, bottom), min(left, right), max(top, bottom), max(left, right))

    @classmethod
    def of_address(cls, address: str) -> Area:
        """Read an address as Excel gives it: as `of` does, or whole columns (A:C) or rows (3:5)."""
        first, _, second = address.partition(":")
        if first.isalpha() and second.isalpha():
            return cls.of(f"{first}1:{second}{LAST_ROW}")
        if first.isdecimal() and second.isdecimal():
            return cls.of(f"A{first}:{column_letters(LAST_COLUMN)}{second}")
        return cls.of(address)

    @property
    def rows(self) -> range:
        """Row numbers of the area."""
        return range(self.top, self.bottom + 1)

    @property
    def columns(self) -> range:
        """Column numbers of the area."""
        return range(self.left, self.right + 1)

    @property
    def number_of_cells(self) -> int:
        """Number of cells of the area."""
        return len(self.rows) * len(self.columns)

    def __contains__(self, place: tuple[int, int]) -> bool:
        return self.top <= place[0] <= self.bottom and self.left <= place[1] <= self.right

    def overlaps(self, other: Area) -> bool:
        """Whether two areas share a cell."""
        return (
            self.top <= other.bottom
            and other.top <= self.bottom
            and self.left <= other.right
            and other.left <= self.right
        )

    def contains(self, other: Area) -> bool:
        """Whether all cells of another area are in this one."""
        return (other.top, other.left) in self and (other.bottom, other.right) in self

    def __str__(self) -> str:
        first, last = address(self.top, self.left), address(self.bottom, self.right)
        return first if first == last else f"{first}:{last}"


def halves(items: Sequence[T], place: Callable[[T], tuple[int, int]]) -> tuple[list[T], list[T]]:
    """Split two or more things at the widest gap between their rows or columns.

    So the two parts contain few other cells. `place` gives the row and column of a thing.
    """
    gaps = []
    for by in (0, 1):
        ordered = sorted(items, key=lambda item: (place(item)[by], place(item)[1 - by]))
        gaps += [
            (place(second)[by] - place(first)[by], -abs(2 * at - len(ordered)), at, ordered)
            for at, (first, second) in enumerate(pairwise(ordered), 1)
        ]
    _, _, at, ordered = max(gaps, key=lambda gap: gap[:2])
    return ordered[:at], ordered[at:]


def without_totals(area: Area, *, totals: bool) -> Area:
    """Return the header and data rows of a table's area.

    `totals` says whether the last row of the area is a totals row.
    """
    return Area(area.top, area.left, area.bottom - int(totals), area.right)


def enclosing(places: Iterable[tuple[int, int]]) -> Area:
    """Return the smallest area that contains all `places` (row, column). There must be at least
    one.
    """
    rows, columns = zip(*places, strict=True)
    return Area(min(rows), min(columns), max(rows), max(columns))


class Areas:
    """A set of areas that answers which of them contains a cell.

    An answer takes a few look-ups, however many and however tall the areas are. Each area is stored
    under the largest blocks of rows that it covers completely (blocks have 1, 2, 4, ... rows and
    begin at a multiple of their size), at most about 40 blocks. A cell can be in an area only if
    the area is stored under a block that contains the cell's row.
    """

    def __init__(self, areas: Iterable[Area]) -> None:
        self._blocks: dict[tuple[int, int], list[Area]] = {}
        self._sorted: dict[tuple[int, int], tuple[list[int], list[Area]]] = {}
        for area in areas:
            for block in _blocks(area.top, area.bottom):
                self._blocks.setdefault(block, []).append(area)

    def at(self, row: int, column: int) -> Area | None:
        """Return an area that contains a cell; None if no area does."""
        for size in SIZES if self._blocks else ():
            block = (size, row >> size)
            if block not in self._blocks:
                continue
            lefts, reaching = self._sorted.get(block) or self._sort(block)
            before = bisect_right(lefts, column)
            if before and reaching[before - 1].right >= column:
                return reaching[before - 1]
        return None

    def _sort(self, block: tuple[int, int]) -> tuple[list[int], list[Area]]:
        """Sort the areas of a block from the left.

        The first list holds the first column of each area. The second holds, for each position, the
        area up to there that reaches furthest to the right.
        """
        areas = sorted(self._blocks[block], key=lambda area: area.left)
        reaching = list(accumulate(areas, _further_right))
        self._sorted[block] = [area.left for area in areas], reaching
        return self._sorted[block]


def _further_right(one: Area, other: Area) -> Area:
    return other if other.right > one.right else one


def _blocks(top: int, bottom: int) -> Iterator[tuple[int, int]]:
    """Yield the blocks that together are the rows `top` to `bottom`, as (exponent of
    size, number).
    """
    size, end = 0, bottom + 1
    while top < end:
        if top & 1:
            yield size, top
            top += 1
        if end & 1:
            end -= 1
            yield size, end
        top, end, size = top >> 1, end >> 1, size + 1


def split_address(text: str) -> tuple[int, int]:
    """Return the row and column of an address. Raises ValueError if `text` is not an address."""
    match = ADDRESS.fullmatch(text.strip())
    if match is None:
        raise ValueError(text)
    row, column = int(match.group(2)), column_number(match.group(1))
    if row > LAST_ROW or column > LAST_COLUMN:
        raise ValueError(text)
    return row, column


def parse_reference(text: str) -> tuple[str, Area] | None:
    """Return the sheet and the cells of ``Dashboard!$B$2`` or ``='It''s'!$B$2:$C$3``.

    Returns None if `text` is not a plain range of one sheet.
    """
    match = REFERENCE.match(text)
    if match is None:
        return None
    try:
        return (match.group(1) or match.group(2)).replace("''", "'"), Area.of(match.group(3))
    except ValueError:
        return None


def quoted_sheet(sheet: str) -> str:
    """Return the name of a sheet as a formula writes it: It's -> 'It''s'."""
    return "'" + sheet.replace("'", "''") + "'"


def address(row: int, column: int) -> str:
    """Return the address of a cell: 14, 3 -> C14."""
    return f"{column_letters(column)}{row}"


def stretched(reference: str, body: Area, bottom: int) -> str:
    """Return a list of areas in which some are extended down to row `bottom`.

    Areas that cover the whole height of `body` and lie within its columns are extended. So the
    conditional formats and validations of a table also apply to its new rows, as when Excel adds
    rows.
    """
    areas = []
    for text in reference.split():
        try:
            area = Area.of(text)
        except ValueError:
            areas.append(text)
            continue
        covers = area.top <= body.top and body.bottom <= area.bottom < bottom
        within = body.left <= area.left and area.right <= body.right
        areas.append(
            str(Area(area.top, area.left, bottom, area.right)) if covers and within else text
        )
    return " ".join(areas)
