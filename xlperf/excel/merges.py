"""Merged areas over the data rows of a table.

Excel does not allow them; other programs do. The value of the first cell is shown for all cells,
while the others are empty. So it is not known which values their rows should have.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from xlperf.excel.areas import Area
from xlperf.excel.port import NoResult, Scalar

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MERGED = re.compile(rb"<(?:\w+:)?mergeCell\b[^<>]*?\sref\s*=\s*[\"']([^\"'<]+)")


def merged_areas(data: bytes) -> Iterator[Area]:
    """Yield the merged areas that a sheet's part lists after its cells; invalid references are left
    out.
    """
    for match in MERGED.finditer(data, max(0, data.rfind(b"sheetData"))):
        try:
            yield Area.of(match.group(1).decode())
        except ValueError:
            continue


def with_covered(
    rows: tuple[tuple[Scalar, ...], ...], body: Area, merged: Sequence[Area]
) -> tuple[tuple[Scalar, ...], ...]:
    """Data rows with `NoResult.COVERED` in the blank cells under merged areas; rows without
    anything stay as they are.

    Parameters
    ----------
    rows, body
        The cells of a table's data rows, and where they stand.
    merged
        Areas that overlap with them.
    """
    new_rows = [list(row) for row in rows]
    filled = [index for index, row in enumerate(rows) if any(cell is not None for cell in row)]
    for area in merged:
        first = bisect_left(filled, area.top - body.top)
        for index in filled[first : bisect_right(filled, area.bottom - body.top)]:
            for column in range(max(area.left, body.left), min(area.right, body.right) + 1):
                own = (body.top + index, column) != (area.top, area.left)
                if own and rows[index][column - body.left] is None:
                    new_rows[index][column - body.left] = NoResult.COVERED
    return tuple(map(tuple, new_rows))
