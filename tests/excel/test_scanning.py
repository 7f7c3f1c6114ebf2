"""The quick and the thorough way through a worksheet give the same answer."""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING

import openpyxl
import pytest

from tests.excel.torture import injected, torture, unpacked
from xlperf.excel import scanning
from xlperf.excel.areas import Area, address, split_address, stretched

if TYPE_CHECKING:
    from xlperf.excel.scanning import Scan


def resaved() -> bytes:
    out = BytesIO()
    openpyxl.load_workbook(BytesIO(torture(macros=False))).save(out)
    return out.getvalue()


def everything(found: Scan) -> tuple[object, ...]:
    cells = {
        (number, column): found.cell(row, column)
        for number, row in found.rows.items()
        for column in range(1, 40)
        if found.cell(row, column) is not None
    }
    rows = [
        (row.number, row.start, row.tag_end, row.content_end, row.end, row.style)
        for row in found.rows.values()
    ]
    around = (
        found.merged,
        found.column_styles,
        found.ranges,
        found.dimension,
        found.formulas,
        found.prefix,
    )
    return (
        cells,
        rows,
        sorted(map(str, found.arrays)),
        around,
        found.data_start,
        found.data_tag_end,
        found.data_close,
    )


@pytest.mark.filterwarnings("ignore:.*extension is not supported")
@pytest.mark.parametrize("make", [torture, injected, resaved])
def test_both_ways_find_the_same_cells_at_the_same_bytes(make):
    for name, data in unpacked(make()).items():
        if not name.startswith("xl/worksheets/sheet"):
            continue
        quick, thorough = scanning._quick(data, name), scanning._thorough(data, name)
        assert quick is not None
        assert everything(quick) == everything(thorough)
        for row in thorough.rows.values():
            assert data[row.start : row.tag_end].startswith(b"<row")
            assert data[row.start : row.end].endswith((b"</row>", b"/>"))


def test_the_quick_way_is_not_taken_where_it_could_be_wrong():
    plain = unpacked(torture())["xl/worksheets/sheet2.xml"]
    for change in (
        lambda part: part.replace(b"<sheetData>", b"<!-- <sheetData> --><sheetData>"),
        lambda part: part.replace(b"<sheetData>", b"<sheetData><!-- -->"),
        lambda part: part.replace(b"<sheetData>", b"<?php ?><sheetData>"),
        lambda part: part.replace(b"<row ", b'<row xmlns="urn:other" ', 1),
        lambda part: re.sub(rb'<row r="\d+"', b"<row", part),
        lambda part: part.replace(b'<row r="1"', b"<row r='1'"),
    ):
        assert scanning._quick(change(plain), "part") is None


@pytest.mark.parametrize(
    ("text", "place"),
    [("A1", (1, 1)), ("$XFD$1048576", (1048576, 16384)), ("aa10", (10, 27)), ("Z9", (9, 26))],
)
def test_addresses_are_read(text, place):
    assert split_address(text) == place
    assert address(*place) == text.replace("$", "").upper()


@pytest.mark.parametrize(
    "text", ["", "A", "1", "A0", "XFE1", "A1048577", ":A1", "A1:B", "R1C1", "AAAA1"]
)
def test_what_is_no_address_is_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011 - its text is the address alone
        Area.of(text)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("B2:B5", "B2:B9"),
        ("A1:C5 E1", "A1:C9 E1"),
        ("B2:B4", "B2:B4"),
        ("B3:B5", "B3:B5"),
        ("B2:E5", "B2:E5"),
        ("B2:B20", "B2:B20"),
        ("B2:B6", "B2:B9"),
        ("A:A", "A:A"),
    ],
)
def test_areas_that_cover_a_column_of_the_table_stretch_with_it(before, after):
    assert stretched(before, Area(2, 1, 5, 3), 9) == after
