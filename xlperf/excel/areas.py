"""Addresses and rectangles of cells. Rows and columns are counted from 1."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xlperf.excel.port import column_letters, column_number

if TYPE_CHECKING:
    from collections.abc import Iterable

ADDRESS = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9]\d{0,6})")
REFERENCE = re.compile(
    r"^=?(?:'((?:[^']|'')+)'|([^'!]+))!(\$?[A-Za-z]{1,3}\$?\d{1,7}(?::\$?[A-Za-z]{1,3}\$?\d{1,7})?)$"
)
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384


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


def enclosing(places: Iterable[tuple[int, int]]) -> Area:
    """Smallest area that holds some cells, at least one, given by row and column."""
    rows, columns = zip(*places, strict=True)
    return Area(min(rows), min(columns), max(rows), max(columns))


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
    """Sheet and cells of ``Dashboard!$B$2`` or ``='It''s'!$B$2:$C$3``; None for what is no plain range of one sheet."""
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
    """Give a list of areas in which those that cover the whole height of `body`, within its columns, reach `bottom`.

    So conditional formats and validations of a table go on in its new rows, as they do when Excel adds the rows.
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
        areas.append(str(Area(area.top, area.left, bottom, area.right)) if covers and within else text)
    return " ".join(areas)
