"""One worksheet part: what its cells hold, and the part again with some cells changed and every other byte as it was."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from xlperf.errors import LayoutError
from xlperf.excel import markup
from xlperf.excel.port import column_letters, column_number

if TYPE_CHECKING:
    from collections.abc import Mapping

ADDRESS = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})")
SPANS = re.compile(rb"\s+spans\s*=\s*(?:\"[^\"]*\"|'[^']*')")


@dataclass(slots=True)
class Cell:
    """One cell element as it stands."""

    start: int
    end: int
    tag_end: int
    style: int
    kind: str
    formula: str | None = None
    formula_kind: str = ""
    value: str | None = None
    """Text of ``v``, or of the inline string."""

    @property
    def blank(self) -> bool:
        """Whether it holds neither value nor formula."""
        return self.value is None and self.formula is None


@dataclass(slots=True)
class Row:
    """One row element."""

    number: int
    start: int
    tag_end: int
    content_end: int
    end: int
    style: int | None
    columns: list[int] = field(default_factory=list)


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
        (top, left), (bottom, right) = split_address(first), split_address(second or first)
        return cls(min(top, bottom), min(left, right), max(top, bottom), max(left, right))

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


def split_address(text: str) -> tuple[int, int]:
    """Row and column of an address; raises ValueError when it is none."""
    match = ADDRESS.fullmatch(text.strip())
    if match is None:
        raise ValueError(text)
    return int(match.group(2)), column_number(match.group(1))


def address(row: int, column: int) -> str:
    """Address of a cell: 14, 3 -> C14."""
    return f"{column_letters(column)}{row}"


@dataclass(frozen=True, slots=True)
class Change:
    """New content of one cell: its inner XML (empty: blank), type attribute, and style."""

    inner: bytes
    kind: str
    style: int


class Sheet:
    """A scanned worksheet part."""

    def __init__(self, data: bytes, part: str) -> None:
        """Scan a part. Memory and time grow with its cells, not with the workbook."""
        self.data, self.part = markup.as_utf8(data), part
        self.rows: dict[int, Row] = {}
        self.cells: dict[tuple[int, int], Cell] = {}
        self.merged: list[Area] = []
        self.arrays: list[Area] = []
        self.column_styles: list[tuple[int, int, int]] = []
        self.table_ids: list[str] = []
        self.dimension: tuple[int, int, str] | None = None
        self.data_start = self.data_tag_end = self.data_close = -1
        self.prefix = b""
        self._scan()

    def _scan(self) -> None:
        data = self.data
        row: Row | None = None
        cell: Cell | None = None
        place = (0, 0)
        last_row = 0
        collecting: list[str] | None = None
        in_phonetic = False

        def start(name: str, attributes: dict[str, str], offset: int) -> None:
            nonlocal row, cell, place, last_row, collecting, in_phonetic
            tag = markup.local(name)
            if tag == "c" and row is not None:
                reference = attributes.get("r")
                column = split_address(reference)[1] if reference else place[1] + 1
                place = (row.number, column)
                cell = Cell(
                    offset,
                    offset,
                    markup.tag_end(data, offset),
                    int(attributes.get("s", "0")),
                    attributes.get("t", "n"),
                )
                row.columns.append(column)
                self.cells[place] = cell
            elif (tag == "v" and cell is not None) or (tag == "t" and cell is not None and not in_phonetic):
                collecting = []
            elif tag == "rPh":
                in_phonetic = True
            elif tag == "f" and cell is not None:
                collecting = []
                cell.formula_kind = attributes.get("t", "normal")
                if cell.formula_kind in ("array", "dataTable") and "ref" in attributes:
                    self.arrays.append(Area.of(attributes["ref"]))
            elif tag == "row" and self.data_start >= 0:
                last_row = int(attributes["r"]) if "r" in attributes else last_row + 1
                styled = attributes.get("customFormat") in ("1", "true") and "s" in attributes
                end_of_tag = markup.tag_end(data, offset)
                style = int(attributes["s"]) if styled else None
                row = Row(last_row, offset, end_of_tag, end_of_tag, end_of_tag, style)
                place = (last_row, 0)
            elif tag == "sheetData":
                self.data_start, self.data_tag_end = offset, markup.tag_end(data, offset)
                self.prefix = data[offset + 1 : offset + 1 + data[offset + 1 : offset + 60].index(b"sheetData")]
            else:
                self._other(tag, attributes, offset)

        def end(name: str, offset: int) -> None:
            nonlocal row, cell, collecting, in_phonetic
            tag = markup.local(name)
            if tag == "c" and cell is not None:
                cell.end = markup.element_end(data, cell.start, offset)
                cell = None
            elif tag == "v" and cell is not None and collecting is not None:
                cell.value, collecting = "".join(collecting), None
            elif tag == "t" and cell is not None and collecting is not None:
                cell.value, collecting = (cell.value or "") + "".join(collecting), None
            elif tag == "f" and cell is not None and collecting is not None:
                cell.formula, collecting = "".join(collecting), None
            elif tag == "rPh":
                in_phonetic = False
            elif tag == "row" and row is not None:
                row.end = markup.element_end(data, row.start, offset)
                row.content_end = row.end if markup.is_empty(data, row.tag_end) else offset
                self.rows[row.number] = row
                row = None
            elif tag == "sheetData":
                self.data_close = offset

        def text(content: str) -> None:
            if collecting is not None:
                collecting.append(content)

        markup.parse(data, self.part, start=start, end=end, text=text)
        if self.data_start < 0:
            raise LayoutError(f"The part {self.part} is no worksheet.")

    def _other(self, tag: str, attributes: dict[str, str], offset: int) -> None:
        if tag == "mergeCell":
            self.merged.append(Area.of(attributes["ref"]))
        elif tag == "col" and "style" in attributes:
            self.column_styles.append((int(attributes["min"]), int(attributes["max"]), int(attributes["style"])))
        elif tag == "dimension":
            self.dimension = (offset, markup.tag_end(self.data, offset), attributes.get("ref", ""))
        elif tag == "tablePart":
            self.table_ids.append(attributes.get(f"{markup.RELATIONS}{markup.SEPARATOR}id", ""))

    @property
    def has_formulas(self) -> bool:
        """Whether any cell holds a formula other than a jump to a cell."""
        return any(cell.formula is not None and not is_link(cell) for cell in self.cells.values())

    def style_at(self, row: int, column: int) -> int:
        """Style of a cell, or the one a new cell there would take from its row or column."""
        cell = self.cells.get((row, column))
        if cell is not None:
            return cell.style
        known = self.rows.get(row)
        if known is not None and known.style is not None:
            return known.style
        return next((style for first, last, style in self.column_styles if first <= column <= last), 0)

    def merged_at(self, row: int, column: int) -> Area | None:
        """Merged area a cell lies in."""
        return next((area for area in self.merged if (row, column) in area), None)

    def refusal(self, row: int, column: int) -> str | None:
        """Say why a cell must not be written, if so. Jumps that xlperf wrote may be replaced."""
        cell = self.cells.get((row, column))
        if any((row, column) in area for area in self.arrays):
            return "is part of an array formula, a spill or a data table"
        if cell is not None and cell.formula is not None and not is_link(cell):
            return "holds a formula"
        area = self.merged_at(row, column)
        if area is not None and (row, column) != (area.top, area.left):
            return f"is inside the merged area {area}"
        return None

    def edited(self, changes: Mapping[tuple[int, int], Change]) -> bytes:
        """Give the part with these cells changed."""
        edits: list[tuple[int, int, bytes]] = []
        by_row: dict[int, dict[int, Change]] = {}
        for (row, column), change in changes.items():
            by_row.setdefault(row, {})[column] = change
        new_rows: dict[int, list[bytes]] = {}
        ordered = sorted(self.rows.values(), key=lambda item: item.start)
        numbers = [item.number for item in ordered]
        for number in sorted(by_row):
            known = self.rows.get(number)
            if known is not None:
                edits += self._row_edits(known, by_row[number])
                continue
            cells = b"".join(self._new(number, column, change) for column, change in sorted(by_row[number].items()))
            at = bisect_left(numbers, number)
            offset = ordered[at].start if at < len(ordered) else self.data_close
            if markup.is_empty(self.data, self.data_tag_end):
                offset = self.data_start
            tag = b'<%srow r="%d">%s</%srow>' % (self.prefix, number, cells, self.prefix)
            new_rows.setdefault(offset, []).append(tag)
        for offset, rows in new_rows.items():
            if markup.is_empty(self.data, self.data_tag_end):
                opened = self.data[self.data_start : self.data_tag_end - 2].rstrip() + b">"
                content = opened + b"".join(rows) + b"</%ssheetData>" % self.prefix
                edits.append((self.data_start, self.data_tag_end, content))
            else:
                edits.append((offset, offset, b"".join(rows)))
        edits += self._dimension_edit(changes)
        return markup.splice(self.data, edits)

    def _row_edits(self, row: Row, changes: dict[int, Change]) -> list[tuple[int, int, bytes]]:
        edits: list[tuple[int, int, bytes]] = []
        inserted: dict[int, list[bytes]] = {}
        for column, change in sorted(changes.items()):
            cell = self.cells.get((row.number, column))
            if cell is not None:
                edits.append((cell.start, cell.end, self._replaced(row.number, column, cell, change)))
                continue
            after = min((other for other in row.columns if other > column), default=None)
            offset = self.cells[(row.number, after)].start if after is not None else row.content_end
            inserted.setdefault(offset, []).append(self._new(row.number, column, change))
        if not inserted:
            return edits
        tag = self.data[row.start : row.tag_end]
        opened = SPANS.sub(b"", tag)
        if markup.is_empty(self.data, row.tag_end):
            cells = b"".join(cell for group in inserted.values() for cell in group)
            content = opened[:-2].rstrip() + b">" + cells + b"</%srow>" % self.prefix
            return [(row.start, row.end, content)]
        if opened != tag:
            edits.append((row.start, row.tag_end, opened))
        edits += [(offset, offset, b"".join(cells)) for offset, cells in inserted.items()]
        return edits

    def _new(self, row: int, column: int, change: Change) -> bytes:
        tag = b'<%sc r="%s"/>' % (self.prefix, address(row, column).encode())
        return self._filled(tag, change)

    def _replaced(self, row: int, column: int, cell: Cell, change: Change) -> bytes:
        tag = markup.with_attributes(
            self.data[cell.start : cell.tag_end], {"r": address(row, column), "cm": None, "vm": None}
        )
        return self._filled(tag, change)

    def _filled(self, tag: bytes, change: Change) -> bytes:
        style = str(change.style) if change.style else None
        opened = markup.with_attributes(tag, {"s": style, "t": change.kind or None})
        opened = opened[:-2] if opened.endswith(b"/>") else opened[:-1]
        if not change.inner:
            return opened + b"/>"
        inner = (
            re.sub(rb"<(/?)(f|v|is|t)\b", rb"<\1" + self.prefix + rb"\2", change.inner) if self.prefix else change.inner
        )
        return opened + b">" + inner + b"</%sc>" % self.prefix

    def _dimension_edit(self, changes: Mapping[tuple[int, int], Change]) -> list[tuple[int, int, bytes]]:
        if self.dimension is None or not changes:
            return []
        start, end, reference = self.dimension
        try:
            area = Area.of(reference)
        except ValueError:
            return []
        rows, columns = [row for row, _ in changes], [column for _, column in changes]
        grown = Area(min(area.top, *rows), min(area.left, *columns), max(area.bottom, *rows), max(area.right, *columns))
        if grown == area:
            return []
        return [(start, end, markup.with_attributes(self.data[start:end], {"ref": str(grown)}))]


def is_link(cell: Cell) -> bool:
    """Whether a cell holds the jump formula that xlperf writes, and nothing else."""
    return cell.formula is not None and cell.formula_kind == "normal" and cell.formula.startswith('HYPERLINK("#')
