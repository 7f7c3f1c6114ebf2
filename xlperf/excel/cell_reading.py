"""Values of a sheet's cells, cut out of a sheet that was read at once (`xlperf.excel.bulk`) or read
one by one.
"""

from __future__ import annotations

import math
import re
from datetime import datetime, time
from typing import TYPE_CHECKING

from xlperf.excel import markup, plain
from xlperf.excel.cell_values import LONGEST_TEXT, from_serial, kept_text
from xlperf.excel.port import UNNAMED_ERROR, CellError, NoResult, Scalar
from xlperf.excel.scanning import PHONETIC, TEXT, element_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from xlperf.excel.areas import Area
    from xlperf.excel.bulk import Row
    from xlperf.excel.scanned import ScannedCell
    from xlperf.excel.sheet import WorksheetPart
    from xlperf.excel.styles import StylesPart

ITEM = re.compile(rb"<si>(.*?)</si>", re.DOTALL)
SIMPLE_TEXT = rb"([^<&_\r]*+(?:_(?!x)[^<&_\r]*+)*+)"
"""Text without references, escapes and line ends that change; a group."""
SIMPLE_ITEM = re.compile(rb'<t(?: xml:space="preserve")?>' + SIMPLE_TEXT + rb"</t>")
SHORT = LONGEST_TEXT // 2
"""Bytes of a text that is not cut, whatever its characters."""
LONGEST_ESCAPED = LONGEST_TEXT * len("_xHHHH_")
TRUTHS: dict[str, Scalar] = {"1": True, "true": True, "0": False, "false": False}
NOT_OF_NUMBERS = re.compile(r"[^\x00-\x7f]|_")
"""Characters that are part of no number of XML, but of one of Python: 1_000."""
QUOTE_LENGTH = 20
"""Number of characters of a wrong value that a message quotes."""


def block(grid: Sequence[Row], area: Area) -> tuple[Row, ...]:
    """Return the cells of an area of a sheet, as rows."""
    width, height = area.right - area.left + 1, area.bottom - area.top + 1
    rows, blank = grid[area.top - 1 : area.bottom], (None,) * width
    if area.left > 1 or set(map(len, rows)) - {width}:
        rows = [(row[area.left - 1 : area.right] + blank)[:width] for row in rows]
    return (*rows, *[blank] * (height - len(rows)))


def outside(
    grid: Sequence[Row], tables: Sequence[Area], top: int
) -> Iterator[tuple[int, int, Scalar]]:
    """Yield row, column and value of the filled cells from row `top` on that are in none of
    `tables`.
    """
    if (
        len(tables) == 1
        and tables[0].left == 1
        and max(map(len, grid), default=0) <= tables[0].right
    ):
        top = max(top, tables[0].bottom + 1)
    for row, cells in enumerate(grid[top - 1 :], top):
        for column, value in _filled_outside(row, cells, tables):
            yield row, column, value


def _filled_outside(row: int, cells: Row, tables: Sequence[Area]) -> Iterator[tuple[int, Scalar]]:
    column = 1
    for area in sorted((area for area in tables if row in area.rows), key=lambda area: area.left):
        yield from _filled(cells, column, area.left - 1)
        column = max(column, area.right + 1)
    if len(cells) >= column:
        yield from _filled(cells, column, len(cells))


def _filled(cells: Row, first: int, last: int) -> Iterator[tuple[int, Scalar]]:
    for column, cell in enumerate(cells[first - 1 : last], first):
        if cell is not None:
            yield column, cell


def block_by_cell(
    sheet: WorksheetPart, area: Area, value: Callable[[ScannedCell | None], Scalar]
) -> tuple[tuple[Scalar, ...], ...]:
    """Read the cells of an area one by one, for sheets that cannot be read at once."""
    blank: tuple[Scalar, ...] = (None,) * (area.right - area.left + 1)
    rows = [blank] * max(0, area.bottom - area.top + 1)
    for row in sheet.rows_between(area.top, area.bottom):
        rows[row - area.top] = tuple(value(sheet.cell(row, column)) for column in area.columns)
    return tuple(rows)


def value_of(  # noqa: PLR0911
    cell: ScannedCell | None,
    texts: SharedTexts | Sequence[str],
    styles: StylesPart,
    *,
    date1904: bool,
    calculated: bool,
) -> Scalar:
    """Return the value of one scanned cell."""
    if cell is None:
        return None
    value = cell.value
    if cell.formula is not None and (
        not value or value.isspace() or (value == "0" and not calculated)
    ):
        empty = cell.kind == "str" and value != "0"
        return NoResult.EMPTY_TEXT if empty else NoResult.NOT_CALCULATED
    if not value:
        return CellError(UNNAMED_ERROR) if cell.kind == "e" else None
    match cell.kind:
        case "s":
            if not (value.isascii() and value.isdigit() and int(value) < len(texts)):
                raise ValueError(
                    f"a cell has the text number '{value[:QUOTE_LENGTH]}', but there are only"
                    f" {len(texts):,}"
                )
            return texts[int(value)] or None
        case "str" | "inlineStr":
            return cell_text(value)
        case "b":
            return TRUTHS.get(value, value)  # other values stay texts, and are reported as texts
        case "e":
            return CellError(value)
        case "d":
            return _iso_date(value)
        case _:
            return _number(value, cell.style, styles, date1904=date1904)


def _number(text: str, style: int, styles: StylesPart, *, date1904: bool) -> Scalar:
    try:
        if NOT_OF_NUMBERS.search(text):
            return text
        number = float(text)
    except ValueError:
        return text
    if not math.isfinite(number):
        return text
    if styles.is_date(style):
        return from_serial(number, date1904=date1904)
    if number.is_integer() and "." not in text and "e" not in text.lower():
        return int(number)
    return number


def _iso_date(text: str) -> Scalar:
    try:
        moment = datetime.fromisoformat(text.strip().removesuffix("Z"))
    except ValueError:
        return text
    if moment.tzinfo is not None:
        return text  # a cell has no time zone
    return moment.date() if moment.time() == time() else moment


def cell_text(content: str) -> str:
    """Return a text as its cell holds it: escapes resolved, and cut to the length that a cell can
    hold.
    """
    return kept_text(markup.plain_text(content[:LONGEST_ESCAPED]))


class SharedTexts:
    """The shared strings. An item is parsed when it is first needed; phonetic guides
    are left out.
    """

    def __init__(self, data: bytes, part: str) -> None:
        """Find the items of a part."""
        data = markup.as_utf8(data)
        simple = plain.are_texts(data)
        self._items: list[bytes] = ITEM.findall(data) if simple else []
        self._parsed: dict[int, str] = {}
        self._texts = None if simple else _all_texts(data, part)

    def __getitem__(self, index: int) -> str:
        """Return the text of an item. Raises IndexError if there is no such item."""
        if self._texts is not None:
            return self._texts[index]
        text = self._parsed.get(index)
        if text is None:
            text = self._parsed[index] = _item_text(self._items[index])
        return text

    def __len__(self) -> int:
        return len(self._items if self._texts is None else self._texts)


def _item_text(item: bytes) -> str:
    simple = SIMPLE_ITEM.fullmatch(item) if len(item) < SHORT else None
    if simple is not None:
        return simple[1].decode()
    pieces = TEXT.findall(PHONETIC.sub(b"", item))
    return cell_text("".join(map(element_text, pieces)))


def _all_texts(data: bytes, part: str) -> list[str]:
    texts: list[str] = []
    parts: list[str] = []
    collected = phonetic = False

    def start(name: str, _attributes: dict[str, str], _offset: int) -> None:
        nonlocal collected, phonetic
        tag = markup.local(name)
        collected = tag == "t" and not phonetic
        phonetic = phonetic or tag == "rPh"

    def end(name: str, _offset: int) -> None:
        nonlocal collected, phonetic
        tag = markup.local(name)
        collected = False
        phonetic = phonetic and tag != "rPh"
        if tag == "si":
            texts.append(cell_text("".join(parts)))
            parts.clear()

    def text(content: str) -> None:
        if collected:
            parts.append(content)

    markup.parse(data, part, start=start, end=end, text=text)
    return texts
