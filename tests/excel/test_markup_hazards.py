"""Worksheets as no common program writes them, though the standard allows it: read right, edited
right, or refused.
"""

from __future__ import annotations

import re
from io import BytesIO

import openpyxl
import pytest

from tests.excel.torture import cells_of, mended, packed, simple, unpacked
from xlperf.errors import LayoutError, WorkbookError
from xlperf.excel.file import FileWorkbook
from xlperf.excel.port import SetFill, SetRows, SetValue

ONE, TWO = "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"
NAMESPACE = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def base() -> bytes:
    return simple([["a", 1], ["b", 2]])


def with_data(content: bytes, sheet: str = ONE, outside: bytes = b"") -> bytes:
    """The base workbook with other cells in a sheet."""
    replaced = re.compile(rb"<sheetData>.*</sheetData>|<sheetData/>", re.DOTALL)
    return mended(base(), sheet, lambda part: replaced.sub(lambda _: outside + content, part))


def header(extra: bytes = b"") -> bytes:
    return (
        b'<sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'
        + extra
        + b"</sheetData>"
    )


def rows(data: bytes) -> tuple[tuple[object, ...], ...]:
    return FileWorkbook(data, "Book.xlsx").read(["tblA"])["tblA"].rows


def refreshed(data: bytes) -> bytes:
    """Edited with both kinds of edits; the result is checked by openpyxl, and a second time changes
    nothing.
    """
    edits = [
        SetRows("tblA", ("A", "B"), (("new", 10), ("rows", 20), ("three", 30))),
        SetValue("spot", "new"),
        SetFill("spot", "#C00000", "#FFFFFF"),
    ]
    book = FileWorkbook(data, "Book.xlsx")
    assert book.apply(edits).has_changes
    result = book.to_bytes()
    assert not FileWorkbook(result, "Book.xlsx").apply(edits).has_changes
    assert rows(result) == (("new", 10), ("rows", 20), ("three", 30))
    other = openpyxl.load_workbook(BytesIO(result))
    assert [[cell.value for cell in row] for row in other["One"]["A2:B4"]] == [
        ["new", 10],
        ["rows", 20],
        ["three", 30],
    ]
    assert other["Two"]["B2"].value == "new"
    assert other["Two"]["B2"].fill.fgColor.rgb == "FFC00000"
    return result


def test_cells_and_rows_without_addresses_are_counted():
    data = with_data(
        b'<sheetData><row><c t="s"><v>0</v></c><c t="s"><v>1</v></c></row>'
        b"<row><c><v>5</v></c><c><v>6</v></c></row><row><c><v>7</v></c></row></sheetData>"
    )
    assert rows(data) == ((5, 6), (7, None))
    refreshed(data)


def test_an_empty_sheet_takes_cells():
    data = mended(
        base(), TWO, lambda part: re.sub(rb"<sheetData>.*</sheetData>", b"<sheetData/>", part)
    )
    assert FileWorkbook(data, "x").cells(["spot"])["spot"].value is None
    refreshed(data)
    spaced = mended(
        base(), TWO, lambda part: re.sub(rb"<sheetData>.*</sheetData>", b"<sheetData />", part)
    )
    refreshed(spaced)
    split = mended(
        base(),
        TWO,
        lambda part: re.sub(rb"<sheetData>.*</sheetData>", b"<sheetData></sheetData>", part),
    )
    refreshed(split)


def test_an_empty_row_and_an_empty_cell_before_closing_tags_take_values():
    data = with_data(header(b'<row r="2"/><row r="3"><c r="A3"/></row>'))
    assert rows(data) == ((None, None), (None, None))
    refreshed(data)


def test_rows_out_of_order_are_edited_in_place():
    data = with_data(
        b'<sheetData><row r="3"><c r="B3"><v>4</v></c><c r="A3"><v>3</v></c></row>'
        b'<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row></sheetData>'
    )
    assert rows(data) == ((None, None), (3, 4))
    refreshed(data)


@pytest.mark.parametrize(
    "doubled", [b'<row r="2"/><row r="2"/>', b'<row r="2"><c r="A2"/><c r="A2"/></row>']
)
def test_what_is_there_twice_is_refused(doubled):
    with pytest.raises(LayoutError, match="twice"):
        FileWorkbook(with_data(header(doubled)), "x").apply([SetRows("tblA", ("A",), (("new",),))])


def test_a_prefix_on_the_main_namespace_is_kept():
    def prefixed(part: bytes) -> bytes:
        part = re.sub(rb"<(/?)([a-zA-Z]+)", rb"<\1x:\2", part)
        return part.replace(b"xmlns=", b"xmlns:x=")

    parts = unpacked(base())
    for name in (
        ONE,
        TWO,
        "xl/styles.xml",
        "xl/workbook.xml",
        "xl/tables/table1.xml",
        "xl/sharedStrings.xml",
    ):
        parts[name] = prefixed(parts[name])
    data = packed(parts)
    assert rows(data) == (("a", 1), ("b", 2))
    result = unpacked(refreshed(data))
    assert b"<x:is><x:t" in result[ONE]
    assert b"<c " not in result[ONE]
    assert b"<x:fill>" in result["xl/styles.xml"]


def test_comments_that_hold_tags_are_no_tags():
    comment = b'<!-- <row r="2"><c r="A2"><v>9</v></c></row> </sheetData> -->'
    data = with_data(
        header(comment + b'<row r="2"><c r="A2"><!-- <v>8</v> --><v>5</v></c></row>'),
        outside=comment,
    )
    assert rows(data) == ((5, None), (None, None))
    assert unpacked(refreshed(data))[ONE].count(comment) == 2


def test_cdata_is_text():
    data = with_data(
        header(b'<row r="2"><c r="A2" t="inlineStr"><is><t><![CDATA[<v>&amp;]]></t></is></c></row>')
    )
    assert rows(data) == (("<v>&amp;", None), (None, None))
    refreshed(data)


def test_a_greater_sign_in_an_attribute_ends_no_tag():
    data = with_data(
        header(b'<row r="2" x:a="1>0" xmlns:x="urn:x"><c r="A2" x:b="/>"><v>5</v></c></row>')
    )
    assert rows(data) == ((5, None), (None, None))
    assert b'x:b="/>"' in unpacked(refreshed(data))[ONE]


def test_single_quotes_and_line_breaks_in_tags_are_kept():
    data = with_data(
        header(b"<row\n r='2' ht='30'  customHeight='1' ><c\n r='A2' ><v>5</v></c\n></row\n>")
    )
    assert rows(data) == ((5, None), (None, None))
    assert b"<row\n r='2' ht='30'  customHeight='1' >" in unpacked(refreshed(data))[ONE]


def test_white_space_between_elements_is_kept():
    data = with_data(header(b'\n  <row r="2">\n    <c r="A2">\n<v>5</v>\n</c>\n  </row>\n'))
    assert rows(data) == ((5, None), (None, None))
    refreshed(data)


def test_alternate_content_around_the_cells_is_left_alone():
    other = (
        b"<mc:AlternateContent"
        b' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><mc:Choice'
        b' Requires="x14">'
        b'<controls><control name="c"><xdr:from'
        b' xmlns:xdr="urn:xdr"><xdr:col>1</xdr:col><xdr:row>2</xdr:row></xdr:from>'
        b"</control></controls></mc:Choice></mc:AlternateContent>"
    )
    data = mended(base(), ONE, lambda part: part.replace(b"<tableParts", other + b"<tableParts"))
    assert other in unpacked(refreshed(data))[ONE]


@pytest.mark.filterwarnings("ignore:Unknown extension")
def test_elements_of_other_namespaces_with_known_names_are_no_cells():
    other = (
        b'<ext uri="{1}"><z:row xmlns:z="urn:z" r="2"><z:c r="A2"><z:v>99</z:v></z:c></z:row></ext>'
    )
    data = with_data(
        header(b'<row r="2"><c r="A2"><v>5</v></c><extLst>' + other + b"</extLst></row>")
    )
    assert rows(data)[0] == (5, None)
    assert other in unpacked(refreshed(data))[ONE]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "iso-8859-1"])
def test_other_encodings_are_understood(encoding):
    def recoded(part: bytes) -> bytes:
        name = {"utf-8-sig": "UTF-8"}.get(encoding, encoding.upper())
        return part.decode().replace('encoding="UTF-8"', f'encoding="{name}"').encode(encoding)

    parts = unpacked(base())
    for name in (ONE, TWO, "xl/workbook.xml", "xl/styles.xml", "xl/tables/table1.xml"):
        parts[name] = recoded(parts[name])
    data = packed(parts)
    assert FileWorkbook(data, "x").cells(["spot"])["spot"].value == "old"
    refreshed(data)


def test_a_strict_workbook_is_refused_in_a_sentence():
    def strict(part: bytes) -> bytes:
        return part.replace(
            b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
            b"http://purl.oclc.org/ooxml/spreadsheetml/main",
        )

    with pytest.raises(WorkbookError, match="Strict"):
        FileWorkbook(mended(base(), "xl/workbook.xml", strict), "Book.xlsx")


@pytest.mark.parametrize(
    "part", [ONE, "xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml", "_rels/.rels"]
)
def test_entities_are_refused(part):
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'

    def bombed(content: bytes) -> bytes:
        return content.replace(b"?>", b"?>" + bomb, 1)

    data = mended(base(), part, bombed)
    with pytest.raises(WorkbookError, match="document type"):
        rows(data)


@pytest.mark.parametrize(
    "part", [ONE, "xl/workbook.xml", "xl/styles.xml", "xl/tables/table1.xml", "[Content_Types].xml"]
)
def test_a_damaged_part_is_named(part):
    data = mended(base(), part, lambda content: content[:-20])
    with pytest.raises(WorkbookError, match=re.escape(part)):
        used(data)


def used(data: bytes) -> None:
    book = FileWorkbook(data, "Book.xlsx")
    assert book.kind
    book.read(["tblA"])
    book.apply([SetValue("spot", 1), SetRows("tblA", ("A",), ((1,),))])


@pytest.mark.parametrize(
    "bad", [b'<c r="ZZZZ9"/>', b'<c r="A2" s="x"/>', b'<c r="A1048577"/>', b'<c r="5"/>']
)
def test_nonsense_in_a_cell_is_a_sentence(bad):
    data = with_data(header(b'<row r="2">' + bad + b"</row>"))
    with pytest.raises(WorkbookError, match="damaged"):
        FileWorkbook(data, "x").apply([SetRows("tblA", ("A", "B"), ((1, 2),))])


def test_new_cells_come_in_order_and_spans_are_not_wrong():
    data = with_data(
        header(
            b'<row r="2" spans="2:2"><c r="B2"><v>5</v></c></row><row r="9"><c'
            b' r="A9"><v>1</v></c></row>'
        )
    )
    part = unpacked(refreshed(data))[ONE]
    assert list(cells_of(part)) == ["A1", "B1", "A2", "B2", "A3", "B3", "A4", "B4", "A9"]
    assert b"spans" not in part


def test_a_new_cell_takes_the_style_of_its_row_then_of_its_column():
    data = mended(
        base(),
        TWO,
        lambda part: re.sub(
            rb"<sheetData>.*</sheetData>",
            b'<cols><col min="2" max="3" width="9" style="0"/></cols><sheetData><row r="2" s="0"'
            b' customFormat="1"/></sheetData>',
            part,
        ),
    )
    result = unpacked(refreshed(data))[TWO]
    assert b's="0" customFormat="1"' in result


def test_the_dimension_grows_with_the_cells():
    assert b'<dimension ref="A1:B4"/>' in unpacked(refreshed(base()))[ONE]


def test_rich_and_shared_and_inline_text_are_overwritten_and_read():
    inline = (
        b'<c r="A2" t="inlineStr"><is><r><t>ri</t></r><r><rPr><b/></rPr><t xml:space="preserve">ch'
        b" </t></r>"
    )
    inline += b"<rPh sb='0' eb='1'><t>phonetic</t></rPh></is></c>"
    data = with_data(
        header(b'<row r="2">' + inline + b'<c r="B2" t="str"><v>a &lt;b&gt; &#x263A;</v></c></row>')
    )
    assert rows(data)[0][0] == "rich "
    book = FileWorkbook(data, "x")
    assert not book.apply(
        [SetRows("tblA", ("A", "B"), (("rich ", "a <b> \u263a"), (None, None)))]
    ).has_changes
    refreshed(data)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (b'<c r="A2" t="e"><v>#DIV/0!</v></c>', "#DIV/0!"),
        (b"<c r='A2' t='e'><v>#N/A</v></c>", "#N/A"),
        (b'<c r="A2" t="b"><v>1</v></c>', "True"),
        (b'<c r="A2" t="d"><v>2014-09-30T00:00:00</v></c>', "2014-09-30"),
        (b'<c r="A2" t="n"><v>5</v></c>', "5"),
        (b'<c r="A2" t="n"><v></v></c>', "None"),
        (b'<c r="A2" t="str"><f>"x"&amp;"y"</f><v>xy</v></c>', "xy"),
        (b'<c r="A2"><f t="shared" ref="A2:A3" si="0">1+1</f><v>2</v></c>', "2"),
    ],
)
def test_every_type_of_cell_is_read(cell, value):
    found = rows(with_data(header(b'<row r="2">' + cell + b"</row>")))[0][0]
    assert str(found).removesuffix(".0") == value


def test_a_far_off_cell_costs_neither_memory_nor_the_process():
    data = with_data(
        header(
            b'<row r="2"><c r="A2"><v>5</v></c></row><row r="1048576"><c'
            b' r="XFD1048576"><v>1</v></c></row>'
        )
    )
    assert rows(data) == ((5, None), (None, None))
    refreshed(data)
