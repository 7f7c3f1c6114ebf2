"""A workbook with everything in it that an editor could lose, and tools to look into packages."""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from datetime import date, datetime
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING, Any

import xlsxwriter

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from xlperf.excel.port import Scalar

COLUMNS = ("Key", "Text", "Number", "Day", "Where", "Note", "Double")
FORMULA = "tblWritten[[#This Row],[Number]]*2"
TILES = [f"tile_{number}_{what}" for number in range(6) for what in ("value", "rag")]


def png() -> BytesIO:
    """A picture of one red point."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    body = (
        chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0\xff\0\0")) + chunk(b"IEND", b"")
    )
    return BytesIO(b"\x89PNG\r\n\x1a\n" + body)


@cache
def torture(*, macros: bool = True) -> bytes:
    """Charts, pictures, shapes, sparklines, comments, formats, validations, macros, protection,
    hidden sheets.
    """
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        board = book.add_worksheet("Dash's & 'board")
        data = book.add_worksheet("Data")
        written = book.add_worksheet("Written")
        other = book.add_worksheet("Other")
        book.add_worksheet("Hidden").hide()
        book.add_worksheet("Very hidden").very_hidden()
        if macros:
            book.add_vba_project(BytesIO(b"not a real project" * 100), is_stream=True)
        _board(book, board)
        _data(book, data)
        _written(book, written)
        other.write_formula("A1", "=SUM(tblWritten[Number])", None, 6)
        other.write_dynamic_array_formula("C1:C3", "=_xlfn._xlws.SORT(Written!C2:C4)", None, 1)
        other.write_array_formula("E1:E2", "{=TRANSPOSE(A1:B1)}", None, 0)
        sheet = book.add_chartsheet("Chart")
        sheet.set_chart(_chart(book))
    return out.getvalue()


def _chart(book: Any) -> Any:
    chart = book.add_chart({"type": "line"})
    chart.add_series({"values": "=Data!$C$2:$C$4", "categories": "=Data!$A$2:$A$4"})
    chart.set_title({"name": "Counts"})
    return chart


def _board(book: Any, sheet: Any) -> None:
    bold = book.add_format(
        {"bold": True, "border": 1, "font_name": "Arial", "font_size": 14, "align": "center"}
    )
    red = book.add_format({"bg_color": "#C00000", "font_color": "#FFFFFF", "locked": False})
    for number in range(6):
        sheet.write(number + 2, 1, number * 10, bold)
        sheet.write(number + 2, 2, "AMBER", red if number % 2 else bold)
        quoted = "'Dash''s & ''board'"
        book.define_name(f"tile_{number}_value", f"={quoted}!$B${number + 3}")
        book.define_name(f"tile_{number}_rag", f"={quoted}!$C${number + 3}")
    sheet.write_formula("B12", "=B3+1", bold, 1)
    book.define_name("tile_formula", f"={quoted}!$B$12")
    sheet.merge_range("E3:G4", "merged", bold)
    book.define_name("tile_merged", f"={quoted}!$E$3:$G$4")
    book.define_name("tile_inside", f"={quoted}!$F$4")
    book.define_name("tile_spill", "=Other!$C$2")
    book.define_name("tile_broken", "=#REF!")
    book.define_name("tile_blank", f"={quoted}!$Z$40")
    book.define_name("rate", "=0.5")
    sheet.write_rich_string("B14", "plain ", bold, "bold", " plain")
    sheet.insert_chart("I2", _chart(book))
    sheet.insert_image("I20", "red.png", {"image_data": png()})
    sheet.insert_textbox("M2", "A text box")
    sheet.insert_button("M9", {"caption": "Refresh", "macro": "Refresh"})
    sheet.add_sparkline("H3", {"range": "Data!C2:C4"})
    sheet.write_comment("B3", "A comment on a tile")
    sheet.conditional_format("B3:B8", {"type": "data_bar", "data_bar_2010": True})
    sheet.conditional_format(
        "C3:C8", {"type": "cell", "criteria": "==", "value": '"RED"', "format": red}
    )
    sheet.conditional_format("B3:B8", {"type": "icon_set", "icon_style": "3_traffic_lights"})
    sheet.data_validation("D3", {"validate": "list", "source": ["RED", "AMBER", "GREEN"]})
    sheet.set_header("&L&G", {"image_left": "red.png", "image_data_left": png()})
    sheet.protect("secret", {"sort": True})
    sheet.set_landscape()
    sheet.set_paper(8)
    sheet.fit_to_pages(1, 1)
    sheet.freeze_panes(2, 1)
    sheet.set_column("K:L", 9, None, {"level": 1})
    sheet.set_row(20, 30, bold)
    sheet.write_url("B15", "https://example.org/", string="a link")


def _data(book: Any, sheet: Any) -> None:
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    rows = [
        ["first", date(2014, 9, 1), 5],
        ["second", date(2014, 10, 1), 7.5],
        ["third", date(2014, 11, 1), 9],
    ]
    for number, (name, month, count) in enumerate(rows, 1):
        sheet.write(number, 0, name)
        sheet.write_datetime(number, 1, month, day)
        sheet.write(number, 2, count)
    sheet.add_table(
        0,
        0,
        3,
        2,
        {"name": "tblData", "columns": [{"header": h} for h in ("Name", "Month", "Count")]},
    )
    sheet.set_default_row(18)
    sheet.print_area("A1:C4")


def _written(book: Any, sheet: Any) -> None:
    day = book.add_format({"num_format": "dd/mm/yyyy", "bg_color": "#EEEEEE"})
    grey = book.add_format({"bg_color": "#EEEEEE", "italic": True})
    for row in range(1, 4):
        for column, value in enumerate((f"k{row}", f"text {row}", row, None, None, f"note {row}")):
            if column == 3:
                sheet.write_datetime(row, column, datetime(2014, 9, row), day)
            else:
                sheet.write(row, column, value, grey)
    columns: list[dict[str, Any]] = [{"header": name} for name in COLUMNS]
    columns[-1] |= {"formula": FORMULA, "format": grey}
    sheet.add_table(
        0, 0, 3, 6, {"name": "tblWritten", "columns": columns, "style": "Table Style Light 9"}
    )
    sheet.conditional_format("C2:C4", {"type": "data_bar", "data_bar_2010": True})
    sheet.data_validation("B2:B4", {"validate": "length", "criteria": "<", "value": 100})


UNKNOWN = (
    b'<ext uri="{11111111-2222-3333-4444-555555555555}" xmlns:zz="urn:unknown"><zz:keep me="1 &gt;'
    b' 0"/></ext>'
)
STRANGE = {
    "xl/slicers/slicer1.xml": b"<slicers/>",
    "xl/slicerCaches/slicerCache1.xml": b"<slicerCacheDefinition/>",
    "xl/threadedComments/threadedComment1.xml": b"<ThreadedComments/>",
    "xl/persons/person.xml": b"<personList/>",
    "xl/pivotTables/pivotTable1.xml": b"<pivotTableDefinition/>",
    "xl/printerSettings/printerSettings1.bin": bytes(range(256)) * 4,
    "customXml/item1.xml": b"<?xml version='1.0'?><sensitivity label='OFFICIAL'/>",
    "customUI/customUI14.xml": b"<customUI/>",
    "docProps/custom.xml": b"<Properties/>",
    "xl/media/\xc3\xa9clair.bin".encode("latin-1").decode(): b"a name that is not ASCII",
}


@cache
def injected() -> bytes:
    """The torture workbook with parts and extensions that XlsxWriter does not write."""
    parts = unpacked(torture())
    for name, data in parts.items():
        if name.startswith("xl/worksheets/sheet") and b"<extLst>" in data:
            parts[name] = data.replace(b"<extLst>", b"<extLst>" + UNKNOWN)
    return packed(parts | STRANGE)


def unpacked(data: bytes) -> dict[str, bytes]:
    """Parts of a package, in order."""
    with zipfile.ZipFile(BytesIO(data)) as package:
        return {info.filename: package.read(info) for info in package.infolist()}


def packed(parts: Mapping[str, bytes]) -> bytes:
    """A package of these parts."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(
                zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED
            )
    return out.getvalue()


def mended(data: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """A package with one part changed."""
    parts = unpacked(data)
    changed = change(parts[part])
    assert changed != parts[part]
    return packed(parts | {part: changed})


CELL = re.compile(rb'<c r="([A-Z]+\d+)"[^>]*?(?:/>|>.*?</c>)', re.DOTALL)


def cells_of(sheet: bytes) -> dict[str, bytes]:
    """Cells of a sheet by address, as XML."""
    return {match.group(1).decode(): match.group() for match in CELL.finditer(sheet)}


def without_cells(sheet: bytes) -> bytes:
    """What is left of a sheet without its cells."""
    return CELL.sub(b"", sheet)


def simple(
    rows: list[list[Scalar]], *, header: tuple[str, ...] = ("A", "B"), **options: Any
) -> bytes:
    """A workbook of one table, tblA on the sheet One, and a cell named spot on the sheet Two."""
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, **options}) as book:
        sheet = book.add_worksheet("One")
        for number, row in enumerate(rows, 1):
            sheet.write_row(number, 0, row)
        columns = [{"header": name} for name in header]
        sheet.add_table(
            0, 0, max(1, len(rows)), len(header) - 1, {"name": "tblA", "columns": columns}
        )
        book.add_worksheet("Two").write("B2", "old")
        book.define_name("spot", "=Two!$B$2")
    return out.getvalue()
