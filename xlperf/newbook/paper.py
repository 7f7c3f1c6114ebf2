"""How sheets are printed: a dashboard of any length on A3, on one page or on several that can be
read; tables on the paper on which their text can be read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsxwriter.worksheet import Worksheet

LEAST_SCALE = 0.6
"""Scale below which one page of A3 cannot be read: text of 10 points would have under 6."""
PAGE_SCALE = 0.78
"""Scale of a dashboard of several pages: three tiles take the width of A3."""
PAGE_HEIGHT = 760
"""Points between the margins of A3 landscape, those of the panel's workbook, which has a marking at
its head.
"""

LEAST_OF_TABLES = 0.7
"""Scale of a table below which it is not put on one page: text of 10 points has 7."""
TALL_SCALE = 0.85
"""Scale from which a narrow table is printed upright, where more rows fit a page."""
SPLIT_SCALE = 0.8
"""Scale of a table whose columns take several pages."""
WIDTH_A4_UPRIGHT, WIDTH_A4, WIDTH_A3 = 537, 784, 1132
"""Points between the left and right margins."""
A3, A4 = 8, 9
"""Numbers of paper sizes in a workbook (ECMA-376, part 1, 18.3.1.63)."""
PER_LETTER, PER_COLUMN = 5.7, 4.1
"""Points that a letter of a column's width, and its edges, take on paper, at most: 7 and 5 pixels
on screen, and a tenth more for a printer's own letters.
"""
NOTE_LETTER = 4.9
"""Points of a letter of a note of 10 points, on average."""
FOOTER = "&L&8&F, &A&R&8Page &P of &N"


def set_sideways(sheet: Worksheet, paper: int, *, down: int = 0) -> None:
    """Print a sheet on its side, on pages as wide as it is. `down`: pages it takes; 0: any."""
    sheet.set_landscape()
    sheet.set_paper(paper)
    sheet.fit_to_pages(1, down)
    sheet.set_footer(FOOTER)


def set_page(
    sheet: Worksheet, widths: Sequence[float], head: Sequence[str], header_row: int
) -> None:
    """Set a table up for print: upright where it is narrow, else on its side, on A4 or A3; over
    several pages, with the first column on each, where its text would be too small on one.

    `widths`: of the printed columns, in letters; `head`: notes above it, which run over the
    columns; `header_row`: row of its header, counted from 0.
    """
    points = [PER_LETTER * width + PER_COLUMN for width in widths]
    table = sum(points)
    wide = max(table, *(NOTE_LETTER * len(text) for text in head))
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    if wide * TALL_SCALE <= WIDTH_A4_UPRIGHT:
        sheet.set_portrait()
    else:
        sheet.set_landscape()
    if table * LEAST_OF_TABLES > WIDTH_A4:
        sheet.set_paper(A3)
    if table * LEAST_OF_TABLES > WIDTH_A3:
        sheet.set_print_scale(round(100 * SPLIT_SCALE))
        sheet.set_v_pagebreaks(_column_breaks(points))
        sheet.repeat_columns(0)
    sheet.repeat_rows(header_row)
    sheet.set_footer(FOOTER)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)


def _column_breaks(points: Sequence[float]) -> list[int]:
    """Columns that begin a new page, each page with the first column again."""
    breaks, used = list[int](), 0.0
    for column, width in enumerate(points):
        if used and (used + width) * SPLIT_SCALE > WIDTH_A3:
            breaks.append(column)
            used = points[0]
        used += width
    return breaks


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
