"""A small .xlsb by hand: the few records of [MS-XLSB] that a sheet of texts and numbers needs."""

from __future__ import annotations

import struct
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROW, CELL_REAL, CELL_TEXT = 0, 5, 6
BEGIN_SHEET, END_SHEET, BEGIN_DATA, END_DATA = 129, 130, 145, 146
BEGIN_BOOK, END_BOOK, BEGIN_SHEETS, END_SHEETS, SHEET = 131, 132, 143, 144, 156
CONTENT_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="bin" ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/>'
    '<Default Extension="rels"'
    ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/></Types>'
)
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
    'relationships/{}" Target="{}"/></Relationships>'
)


def _record(kind: int, data: bytes = b"") -> bytes:
    """A record: its type and size, seven bits in a byte, and its data."""
    head = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size, rest = b"", len(data)
    while rest >= 0x80:
        size += bytes([rest & 0x7F | 0x80])
        rest >>= 7
    return head + size + bytes([rest]) + data


def _text(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def _row(number: int) -> bytes:
    return _record(ROW, struct.pack("<IIHHBI", number, 0, 300, 0, 0, 0))


def _cell(column: int, value: str | float) -> bytes:
    place = struct.pack("<II", column, 0)
    if isinstance(value, str):
        return _record(CELL_TEXT, place + _text(value))
    return _record(CELL_REAL, place + struct.pack("<d", value))


def binary_workbook(
    rows: Sequence[Sequence[str | float]],
    more: Mapping[tuple[int, int], float] | None = None,
    cut: int = 0,
) -> bytes:
    """A workbook with one sheet, *Table 1*; `more` are cells below the rows, by row and column
    from 0; `cut` bytes are taken off the end of its sheet.
    """
    body = b"".join(
        _row(number) + b"".join(_cell(column, value) for column, value in enumerate(row))
        for number, row in enumerate(rows)
    )
    for (number, column), value in (more or {}).items():
        body += _row(number) + _cell(column, value)
    size = struct.pack("<IIII", 0, len(rows) - 1, 0, max(map(len, rows)) - 1)
    sheet = (
        _record(BEGIN_SHEET)
        + _record(148, size)
        + _record(BEGIN_DATA)
        + body
        + _record(END_DATA)
        + _record(END_SHEET)
    )
    listed = struct.pack("<II", 0, 1) + _text("rId1") + _text("Table 1")
    book = (
        _record(BEGIN_BOOK)
        + _record(BEGIN_SHEETS)
        + _record(SHEET, listed)
        + _record(END_SHEETS)
        + _record(END_BOOK)
    )
    memory = BytesIO()
    with zipfile.ZipFile(memory, "w") as packed:
        packed.writestr("[Content_Types].xml", CONTENT_TYPES)
        packed.writestr("_rels/.rels", RELATIONS.format("officeDocument", "xl/workbook.bin"))
        packed.writestr("xl/workbook.bin", book)
        packed.writestr(
            "xl/_rels/workbook.bin.rels", RELATIONS.format("worksheet", "worksheets/sheet1.bin")
        )
        packed.writestr("xl/worksheets/sheet1.bin", sheet[: len(sheet) - cut])
    return memory.getvalue()
