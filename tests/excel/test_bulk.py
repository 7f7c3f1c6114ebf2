"""A sheet read at once: in stretches, column by column, with the values of cells read one by one."""

from __future__ import annotations

import re
from datetime import date, datetime

import pytest

from tests.excel.torture import mended, simple
from xlperf.errors import LayoutError, WorkbookError
from xlperf.excel import bulk, plain
from xlperf.excel.contents import WorkbookParts
from xlperf.excel.file import FileWorkbook
from xlperf.excel.port import CellError, NoResult, Scalar

SHEET = "xl/worksheets/sheet1.xml"
ROWS = 240
CONTENTS = (
    lambda row: f"><v>{row / 7}</v></c>",
    lambda row: f"><v>{row % 3}</v></c>" if row % 4 else "",
    lambda row: f' s="1"><v>{41_000 + row / 8}</v></c>',
    lambda row: f' t="s"><v>{row % 2}</v></c>',
    lambda row: f' t="inlineStr"><is><t>code {row} &amp; _x0041_</t></is></c>',
    lambda row: f"><f>A{row}*2</f><v>{row * 2}</v></c>",
    lambda row: "><f>A1</f><v/></c>" if row % 50 == 0 else f' s="{row % 2}"><v>{-row}</v></c>',
    lambda row: f' t="b"><v>{row % 2}</v></c>' if row % 60 else ' t="e"><v>#N/A</v></c>',
    lambda row: f' t="str"><v>{row}</v></c>' if row < 200 else ' s="1"/>',
)


def workbook(rows: list[str], *, comment: bool = False) -> bytes:
    """A table of all columns whose data rows are these, on a sheet with a comment or without."""
    header = tuple(f"C{place}" for place in range(len(CONTENTS)))
    data = simple([[None] * len(header)] * ROWS, header=header, options={"strings_to_urls": False})
    end = b"<!-- --></sheetData>" if comment else b"</sheetData>"
    content = "".join(rows).encode() + end
    return mended(
        mended(
            data,
            SHEET,
            lambda part: re.sub(rb"(?:<row r=\"2\".*)?</sheetData>", lambda _: content, part),
        ),
        "xl/styles.xml",
        lambda part: re.sub(
            rb"<cellXfs.*</cellXfs>", b'<cellXfs><xf/><xf numFmtId="14"/></cellXfs>', part
        ),
    )


def rows_of(*, skipped: tuple[int, ...] = ()) -> list[str]:
    return [
        f'<row r="{row}" spans="1:9">'
        + "".join(
            f'<c r="{letter}{row}"{content(row)}'
            for letter, content in zip("ABCDEFGHI", CONTENTS, strict=True)
            if content(row)
        )
        + "</row>"
        for row in range(2, ROWS + 2)
        if row not in skipped
    ]


def read(data: bytes) -> tuple[tuple[Scalar, ...], ...]:
    return FileWorkbook(data, "Book.xlsx").read(["tblA"])["tblA"].rows


@pytest.fixture(params=[(200, 25), (3_000, 0), (3_000, 100)])
def in_stretches(request, monkeypatch):
    stretch, many = request.param
    monkeypatch.setattr(bulk, "STRETCH", stretch)
    monkeypatch.setattr(bulk, "MANY", many)
    monkeypatch.setattr(bulk, "BYTES_PER_COLUMN", 0)
    monkeypatch.setattr(bulk, "MOST_CONTENTS", 50)


@pytest.mark.usefixtures("in_stretches")
@pytest.mark.parametrize("skipped", [(), (3, 100, 101)])
def test_stretches_give_the_values_of_cells_read_one_by_one(skipped):
    rows = rows_of(skipped=skipped)
    found = read(workbook(rows))
    assert found == read(workbook(rows, comment=True))
    assert found[58] == (
        60 / 7,
        None,
        datetime(2012, 4, 8, 12),
        found[0][3],
        "code 60 & A",
        120,
        -60,
        CellError("#N/A"),
        "60",
    )
    assert found[6][2] == date(2012, 4, 2)
    assert found[48][6] is NoResult.NOT_CALCULATED


@pytest.mark.usefixtures("in_stretches")
@pytest.mark.parametrize(
    ("old", "new", "value"),
    [
        ("<v>31.428571428571427</v>", "<v>1..2</v>", "1..2"),
        ("<v>31.428571428571427</v>", "<v>12 </v>", 12),
        ('<c r="A220">', '<!-- --><c r="A220">', 220 / 7),
        ('<c r="A220">', '<x/><c r="A220">', 220 / 7),
    ],
)
def test_an_odd_cell_far_down_is_not_passed_over(old, new, value):
    rows = rows_of()
    assert old in rows[218]
    rows[218] = rows[218].replace(old, new)
    assert read(workbook(rows))[218][0] == value


@pytest.mark.usefixtures("in_stretches")
def test_a_cell_that_stands_twice_is_refused():
    rows = rows_of()
    rows[218] = rows[218].replace("</row>", '<c r="A220"><v>5</v></c></row>')
    with pytest.raises(LayoutError, match="a cell of row 220 twice"):
        read(workbook(rows))


@pytest.mark.parametrize("comment", [False, True])
def test_what_a_cell_holds_is_not_rounded_and_not_taken_apart(comment):
    contents = (
        ' s="1"><v>0.123456789</v></c>',
        ' t="str"><v>_xD83D_</v></c>',
        ' s="1"><v>41912.999999</v></c>',
        "><f/><v/></c>",
        ' t="str"><f/><v> </v></c>',
        ' t="b"><v></v></c>',
    )
    cells = "".join(
        f'<c r="{letter}2"{content}' for letter, content in zip("ABCDEF", contents, strict=False)
    )
    (row, *_) = read(workbook([f'<row r="2">{cells}</row>'], comment=comment))
    assert row[:6] == (
        0.123456789,
        "_xD83D_",
        datetime(2014, 9, 30, 23, 59, 59, 914_000),
        NoResult.NOT_CALCULATED,
        NoResult.EMPTY_TEXT,
        None,
    )


def one_cell(content: str, *, comment: bool) -> Scalar:
    return read(workbook([f'<row r="2"><c r="A2"{content}</row>'], comment=comment))[0][0]


@pytest.mark.parametrize("comment", [False, True])
@pytest.mark.parametrize(
    ("content", "value"),
    [
        (' t="s"><v/></c>', None),
        (' t="s"><v></v></c>', None),
        (' t="e"><v></v></c>', CellError("#ERROR!")),
        (' t="str"><v>a\rb\r\nc</v></c>', "a\nb\nc"),
        ("><v>1_000</v></c>", "1_000"),
        ("><v>١٢</v></c>", "١٢"),
        (' t="d"><v>2024-01-05T10:00:00+01:00</v></c>', "2024-01-05T10:00:00+01:00"),
    ],
)
def test_an_odd_content_means_the_same_at_once_and_cell_by_cell(content, value, comment):
    assert one_cell(content, comment=comment) == value


@pytest.mark.parametrize("comment", [False, True])
@pytest.mark.parametrize("reference", ["&#9999999;", "&#xD800;", "&#0;"])
def test_a_reference_to_no_character_is_damage(reference, comment):
    with pytest.raises(WorkbookError, match="is damaged"):
        one_cell(f' t="str"><v>a{reference}</v></c>', comment=comment)


@pytest.mark.parametrize("comment", [False, True])
@pytest.mark.parametrize("number", [0, 0.75])
def test_a_time_of_day_is_a_number_where_days_are_counted_from_1904_too(number, comment):
    data = mended(
        workbook([f'<row r="2"><c r="A2" s="1"><v>{number}</v></c></row>'], comment=comment),
        "xl/workbook.xml",
        lambda part: part.replace(b"<workbookPr", b'<workbookPr date1904="1"'),
    )
    value = read(data)[0][0]
    assert (type(value) in (int, float), value) == (True, number)


def test_merged_areas_and_formulas_of_a_part_in_utf_16_are_seen():
    data = mended(
        workbook(['<row r="2"><c r="A2"><f>1</f><v>1</v></c></row>']),
        SHEET,
        lambda part: (
            part.replace(
                b"</sheetData>",
                b'</sheetData><mergeCells count="1"><mergeCell ref = "A2:B2"/></mergeCells>',
            )
            .decode()
            .replace("UTF-8", "UTF-16")
            .encode("utf-16")
        ),
    )
    assert read(data)[0][:2] == (1, NoResult.COVERED)
    assert WorkbookParts(data, "Book.xlsx").may_have_formulas()


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (b'<row r="7" ht="15"><c r="A7"><v>1</v></c><c r="C7" s="2"/></row>', True),
        (b'\n<row r="7"> <c r="B7" t="str"><v>a &gt; b</v></c> </row>', True),
        (b'<row r="7"/>', True),
        (b'<row r="7"><c r="A8"><v>1</v></c></row>', False),
        (b'<row r="7"><c r="A7"><v>1</w></c></row>', False),
        (b'<row r="7"><c r="A7"><v>1</v><!-- --></c></row>', False),
        (b'<row r="7"><c r="A7" t="str"><v>a & b</v></c></row>', False),
        (b'<row r="7"><c r="A7" t="n"><v>one</v></c></row>', False),
        (b'<row r="7"><c r="A7"><v>1</v></c>', False),
        (b'<row><c r="A7"><v>1</v></c></row>', False),
        (b'<row r="7" r="8"><c r="A7"><v>1</v></c></row>', False),
        (b'<row r="7" xmlns="other"><c r="A7"><v>1</v></c></row>', False),
        (b'<row r="7" xmlns:x="other"><c r="A7"><v>1</v></c></row>', True),
    ],
)
def test_rows_taken_apart_are_as_strictly_plain_as_rows_that_are_not(row, expected):
    assert plain.are_rows(row, 0, len(row)) is expected
    ((number, *cells, rest),) = plain.rows_of(3).findall(row)
    assert (number == b"7", not rest) == (expected, expected)
    assert all(cell in row for cell in cells)
