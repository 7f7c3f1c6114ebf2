"""Addresses and rectangles of cells. Rows and columns are counted from 1."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, TypeVar

from xlperf.excel.port import column_letters, column_number

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
"""Powers of two up to the rows of a sheet."""


@dataclass(frozen=True, slots=True)
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

    @property
    def rows(self) -> range:
        """Its rows."""
        return range(self.top, self.bottom + 1)

    @property
    def columns(self) -> range:
        """Its columns."""
        return range(self.left, self.right + 1)

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

    def __str__(self) -> str:
        first, last = address(self.top, self.left), address(self.bottom, self.right)
        return first if first == last else f"{first}:{last}"


def halves(items: Sequence[T], place: Callable[[T], tuple[int, int]]) -> tuple[list[T], list[T]]:
    """Part two or more things where the widest gap between their rows or columns is, so that little
    lies between those of a part. `place` gives the row and column of one.
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
    """Header and data rows of a table's area; `totals`: its last row is a totals row."""
    return Area(area.top, area.left, area.bottom - int(totals), area.right)


def enclosing(places: Iterable[tuple[int, int]]) -> Area:
    """Smallest area that holds some cells, at least one, given by row and column."""
    rows, columns = zip(*places, strict=True)
    return Area(min(rows), min(columns), max(rows), max(columns))


class Areas:
    """Many areas, asked which of them holds a cell. However tall they are and many, an answer takes
    a few look-ups.

    An area is kept under the largest blocks of rows (of 1, 2, 4, ... rows, each beginning at a
    multiple of its size) that it covers whole: some 40 at most. A cell is in an area only if the
    area is under a block that holds its row.
    """

    def __init__(self, areas: Iterable[Area]) -> None:
        self._blocks: dict[tuple[int, int], list[Area]] = {}
        self._sorted: dict[tuple[int, int], tuple[list[int], list[Area]]] = {}
        for area in areas:
            for block in _blocks(area.top, area.bottom):
                self._blocks.setdefault(block, []).append(area)

    def at(self, row: int, column: int) -> Area | None:
        """An area that holds a cell; None when there is none."""
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
        """Areas of a block from the left: where each begins, and which up to there reaches furthest
        to the right.
        """
        areas = sorted(self._blocks[block], key=lambda area: area.left)
        reaching = list(accumulate(areas, _further_right))
        self._sorted[block] = [area.left for area in areas], reaching
        return self._sorted[block]


def _further_right(one: Area, other: Area) -> Area:
    return other if other.right > one.right else one


def _blocks(top: int, bottom: int) -> Iterator[tuple[int, int]]:
    """Blocks of rows, as their size (a power of two) and number, that make up the rows from `top`
    to `bottom`.
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
    """Row and column of an address; raises ValueError when it is none."""
    match = ADDRESS.fullmatch(text.strip())
    if match is None:
        raise ValueError(text)
    row, column = int(match.group(2)), column_number(match.group(1))
    if row > LAST_ROW or column > LAST_COLUMN:
        raise ValueError(text)
    return row, column


def referenced(text: str) -> tuple[str, Area] | None:
    """Sheet and cells of ``Dashboard!$B$2`` or ``='It''s'!$B$2:$C$3``; None for what is no plain
    range of one sheet.
    """
    match = REFERENCE.match(text)
    if match is None:
        return None
    try:
        return (match.group(1) or match.group(2)).replace("''", "'"), Area.of(match.group(3))
    except ValueError:
        return None


def address(row: int, column: int) -> str:
    """Address of a cell: 14, 3 -> C14."""
    return f"{column_letters(column)}{row}"


def stretched(reference: str, body: Area, bottom: int) -> str:
    """Give a list of areas in which those that cover the whole height of `body`, within its
    columns, reach `bottom`.

    So conditional formats and validations of a table go on in its new rows, as they do when Excel
    adds the rows.
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
