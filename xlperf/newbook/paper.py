"""How a dashboard of any length is printed on A3: on one page, or on several that can be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

LEAST_SCALE = 0.6
"""Scale below which one page of A3 cannot be read: text of 10 points would have under 6."""
PAGE_SCALE = 0.78
"""Scale of a dashboard of several pages: three tiles take the width of A3."""
PAGE_HEIGHT = 760
"""Points between the margins of A3 landscape, those of the panel's workbook, which has a marking at
its head.
"""


def page_breaks(blocks: Sequence[tuple[int, float]], head: float) -> list[int]:
    """Return the rows that begin a new page; none where one page can be read.

    `blocks`: first row and height in points of what must stay together, from the top; `head`:
    height of the rows that every page repeats.
    """
    total = head + sum(height for _, height in blocks)
    if total * LEAST_SCALE <= PAGE_HEIGHT:
        return []
    room = PAGE_HEIGHT / PAGE_SCALE - head
    breaks, used = list[int](), 0.0
    for row, height in blocks:
        if used and used + height > room:
            breaks.append(row)
            used = 0.0
        used += height
    return breaks
