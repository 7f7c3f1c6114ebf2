"""One worksheet part: what its cells hold, and the part with some cells changed and all other bytes
unchanged.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from contextlib import suppress
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from xlperf.excel import markup
from xlperf.excel.areas import Area, Areas, address, stretched
from xlperf.excel.cell_values import is_jump
from xlperf.excel.scanning import scan
from xlperf.frozen import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping

    from xlperf.excel.plain import Cells
    from xlperf.excel.scanned import ScannedCell, ScannedRow

PLAIN_TAG = re.compile(rb'<c r="[A-Z]+[0-9]+"(?: s="[0-9]+")?(?: t="[A-Za-z]+")?/?>')
SPANS = re.compile(rb"\s+spans\s*=\s*[\"'](\d+):(\d+)[\"']")


class CellContent:
    """New content of one cell: its inner XML (empty: blank; None: unchanged), type attribute and
    style.

    `dynamic`: it stays the first cell of a dynamic array and keeps the attributes of one.
    `recoloured`: its style was chosen, not only taken over.
    """

    __slots__ = ("dynamic", "inner", "kind", "recoloured", "style")

    def __init__(  # by hand: a table has thousands
        self,
        inner: bytes | None,
        kind: str,
        style: int,
        *,
        dynamic: bool = False,
        recoloured: bool = False,
    ) -> None:
        self.inner = inner
        self.kind = kind
        self.style = style
        self.dynamic = dynamic
        self.recoloured = recoloured


class Stretch(NamedTuple):
    """The body of a table that grows to row `bottom`."""

    body: Area
    bottom: int


class WorksheetPart:
    """A scanned worksheet part."""

    def __init__(self, data: bytes, part: str, cells: Cells | None = None) -> None:
        """Scan a part; `cells` is what `plain.cells` found in it, if that is known. The time is
        proportional to its rows, and to the cells of those rows that are read.
        """
        self._scan = scan(markup.as_utf8(data), part, cells)
        self.data, self.part = self._scan.data, part
        self.merged = self._scan.merged
        self._p = self._scan.prefix
        self._column_styles: dict[int, int] = {}

    @property
    def has_formulas(self) -> bool:
        """Whether any cell holds a formula other than a jump to a cell."""
        return self._scan.formulas

    def is_free(self, area: Area) -> bool:
        """Whether no cell of an area is part of a merged area, an array formula, a spill or a data
        table.
        """
        return not any(area.overlaps(other) for other in (*self.merged, *self._scan.arrays))

    def cell(self, row: int, column: int) -> ScannedCell | None:
        """Return the cell at a place; None if the part does not have it."""
        row_scan = self._scan.rows.get(row)
        return None if row_scan is None else self._scan.cell(row_scan, column)

    def columns(self, row: int) -> Container[int]:
        """Return the columns of the cells that the part has in a row."""
        row_scan = self._scan.rows.get(row)
        return () if row_scan is None else self._scan.columns(row_scan)

    def cells(self, top: int) -> Iterator[tuple[int, int, ScannedCell]]:
        """Yield row, column and cell of the cells from row `top` on."""
        for number, row in self._scan.rows.items():
            if number >= top:
                for column, cell in self._scan.cells(row):
                    yield number, column, cell

    def style_at(self, row: int, column: int) -> int:
        """Return the style of a cell, or the style that a new cell there would take from its row or
        column.
        """
        return self.style_of(self.cell(row, column), row, column)

    def style_of(self, cell: ScannedCell | None, row: int, column: int) -> int:
        """Return the style of a cell that was looked up before; see `style_at`."""
        if cell is not None:
            return cell.style
        row_scan = self._scan.rows.get(row)
        if row_scan is not None and row_scan.style is not None:
            return row_scan.style
        if column not in self._column_styles:
            styles = self._scan.column_styles
            self._column_styles[column] = next(
                (style for first, last, style in styles if first <= column <= last), 0
            )
        return self._column_styles[column]

    def merged_at(self, row: int, column: int) -> Area | None:
        """Return the merged area that contains a cell; None if there is none."""
        return self._merged.at(row, column)

    @cached_property
    def _merged(self) -> Areas:
        return Areas(self.merged)

    @cached_property
    def _arrays(self) -> Areas:
        return Areas(self._scan.arrays)

    def covered(self, row: int, column: int) -> bool:
        """Whether a conditional format covers a cell."""
        return self._coloured.at(row, column) is not None

    @cached_property
    def _coloured(self) -> Areas:
        areas: list[Area] = []
        texts = (text for item in self._scan.ranges if item.colours for text in item.text.split())
        for text in texts:
            with suppress(ValueError):  # a reference that is no plain area covers no cell of a tile
                areas.append(Area.of(text))
        return Areas(areas)

    def rows_between(self, first: int, last: int) -> Iterable[int]:
        """Return the rows of the part from `first` to `last`, in order. The part may lack most of
        them.
        """
        if last - first < len(self._scan.rows):
            return (row for row in range(first, last + 1) if row in self._scan.rows)
        return sorted(row for row in self._scan.rows if first <= row <= last)

    @property
    def last_row(self) -> int:
        """Return the number of the last row of the part; 0 if it has none."""
        return max(self._scan.rows, default=0)

    def refusal(self, row: int, column: int) -> str | None:
        """Return why a cell must not be written; None if it may. Jumps that xlperf wrote may be
        replaced.
        """
        return self.refusal_of(self.cell(row, column), row, column)

    def refusal_of(self, cell: ScannedCell | None, row: int, column: int) -> str | None:
        """Return why a cell that was looked up before must not be written; see `refusal`."""
        if self._scan.arrays and self._arrays.at(row, column) is not None:
            return "is part of an array formula, a spill or a data table"
        if cell is not None and cell.formula is not None and not is_jump(cell):
            return "holds a formula"
        area = self.merged_at(row, column)
        if area is not None and (row, column) != (area.top, area.left):
            return f"is inside the merged area {area}"
        return None

    def edited(
        self, changes: Mapping[tuple[int, int], CellContent], stretches: Iterable[Stretch] = ()
    ) -> bytes:
        """Return the part with these cells changed.

        Conditional formats, validations and other areas over a growing table are extended with it.
        """
        by_row: dict[int, dict[int, CellContent]] = {}
        for (row, column), change in sorted(changes.items()):
            by_row.setdefault(row, {})[column] = change
        edits = [*self._dimension_edit(changes), *self._range_edits(stretches)]
        new_rows: dict[int, bytes] = {}
        for number, cells in by_row.items():
            row_scan = self._scan.rows.get(number)
            if row_scan is not None:
                edits += self._row_edits(row_scan, cells)
            else:
                new_rows[number] = b'<%srow r="%d">%s</%srow>' % (
                    self._p,
                    number,
                    self._new_cells(number, cells),
                    self._p,
                )
        return markup.splice(self.data, edits + self._new_row_edits(new_rows))

    def _new_row_edits(self, new_rows: Mapping[int, bytes]) -> list[tuple[int, int, bytes]]:
        """Return the edits that insert new rows, each before the first row with a higher number."""
        row_scans = self._scan
        if not new_rows:
            return []
        if markup.is_empty(self.data, row_scans.data_tag_end):
            opened = self.data[row_scans.data_start : row_scans.data_tag_end - 2].rstrip() + b">"
            content = opened + b"".join(new_rows.values()) + b"</%ssheetData>" % self._p
            return [(row_scans.data_start, row_scans.data_tag_end, content)]
        numbers, starts, highest = [], [], 0
        # rows out of order are skipped: the highest number so far counts
        for row in row_scans.rows.values():
            if row.number > highest:
                highest = row.number
                numbers.append(row.number)
                starts.append(row.start)
        starts.append(row_scans.data_close)
        grouped: dict[int, list[bytes]] = {}
        for number, content in new_rows.items():
            grouped.setdefault(starts[bisect_left(numbers, number)], []).append(content)
        return [(offset, offset, b"".join(rows)) for offset, rows in grouped.items()]

    def _row_edits(
        self, row: ScannedRow, changes: Mapping[int, CellContent]
    ) -> list[tuple[int, int, bytes]]:
        edits: list[tuple[int, int, bytes]] = []
        inserted: dict[int, dict[int, CellContent]] = {}
        for column, change in changes.items():
            cell = self._scan.cell(row, column)
            if cell is not None:
                edits.append(self._replacement(row.number, column, cell, change))
                continue
            inserted.setdefault(self._scan.following(row, column), {})[column] = change
        if not inserted:
            return edits
        tag = self.data[row.start : row.tag_end]
        opened = _spanning(tag, [column for group in inserted.values() for column in group])
        if markup.is_empty(self.data, row.tag_end):
            cells = b"".join(self._new_cells(row.number, group) for group in inserted.values())
            return [
                (row.start, row.end, opened[:-2].rstrip() + b">" + cells + b"</%srow>" % self._p)
            ]
        if opened != tag:
            edits.append((row.start, row.tag_end, opened))
        return edits + [
            (place, place, self._new_cells(row.number, group)) for place, group in inserted.items()
        ]

    def _new_cells(self, row: int, changes: Mapping[int, CellContent]) -> bytes:
        return b"".join(
            [
                self._element(self._plain_tag(row, column, change), change)
                for column, change in changes.items()
            ]
        )

    def _replacement(
        self, row: int, column: int, cell: ScannedCell, change: CellContent
    ) -> tuple[int, int, bytes]:
        tag = self.data[cell.start : cell.tag_end]
        style = str(change.style) if change.style else None
        if change.inner is None:
            return cell.start, cell.tag_end, markup.with_attributes(tag, {"s": str(change.style)})
        if PLAIN_TAG.fullmatch(tag):
            return cell.start, cell.end, self._element(self._plain_tag(row, column, change), change)
        attributes = {"r": address(row, column), "s": style, "t": change.kind or None, "vm": None}
        attributes |= {} if change.dynamic else {"cm": None}
        opened = markup.with_attributes(tag, attributes)
        return (
            cell.start,
            cell.end,
            self._element(opened.removesuffix(b">").removesuffix(b"/"), change),
        )

    def _plain_tag(self, row: int, column: int, change: CellContent) -> bytes:
        """Return the start tag of a cell without other attributes. The tag is not closed yet."""
        look = _style_and_type(change.style, change.kind)
        return b'<%sc r="%s"%s' % (self._p, address(row, column).encode(), look)

    def _element(self, opened: bytes, change: CellContent) -> bytes:
        if not change.inner:
            return opened + b"/>"
        inner = change.inner
        if self._p:
            inner = re.sub(rb"<(/?)(f|v|is|t)\b", rb"<\1" + self._p + rb"\2", inner)
        return b"%s>%s</%sc>" % (opened, inner, self._p)

    def _dimension_edit(
        self, changes: Mapping[tuple[int, int], CellContent]
    ) -> list[tuple[int, int, bytes]]:
        dimension = self._scan.dimension
        if dimension is None or not changes:
            return []
        start, end, reference = dimension
        try:
            area = Area.of(reference)
        except ValueError:
            return []
        rows, columns = [row for row, _ in changes], [column for _, column in changes]
        grown = Area(
            min(area.top, *rows),
            min(area.left, *columns),
            max(area.bottom, *rows),
            max(area.right, *columns),
        )
        if grown == area:
            return []
        return [(start, end, markup.with_attributes(self.data[start:end], {"ref": str(grown)}))]

    def _range_edits(self, stretches: Iterable[Stretch]) -> list[tuple[int, int, bytes]]:
        edits: list[tuple[int, int, bytes]] = []
        growing = list(stretches)
        for covered in self._scan.ranges if growing else ():
            text = covered.text
            for stretch in growing:
                text = stretched(text, stretch.body, stretch.bottom)
            if text == covered.text:
                continue
            content = text.encode()
            if covered.in_tag:
                content = markup.with_attributes(
                    self.data[covered.start : covered.end], {"sqref": text}
                )
            edits.append((covered.start, covered.end, content))
        return edits


@lru_cache(maxsize=20_000)
def _style_and_type(style: int, kind: str) -> bytes:
    styled = f' s="{style}"' if style else ""
    return (f'{styled} t="{kind}"' if kind else styled).encode()


def _spanning(tag: bytes, columns: list[int]) -> bytes:
    """Return a row tag without its optional ``spans`` if a column is outside them."""
    spans = SPANS.search(tag)
    if spans is None:
        return tag
    first, last = map(int, spans.groups())
    return tag if first <= min(columns) and max(columns) <= last else SPANS.sub(b"", tag)
