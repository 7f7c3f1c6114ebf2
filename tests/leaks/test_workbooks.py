"""Each kind of leak planted in a workbook is blocked and named at the right place."""

from __future__ import annotations

import struct
import zipfile
from io import BytesIO

import pytest
from xlsxwriter.color import Color

from tests.excel.torture import packed, png, torture, unpacked
from tests.leaks import clean
from xlperf import leaks
from xlperf.leaks import LeakKind

WORKBOOK, SHEET, RELS = (
    "xl/workbook.xml",
    "xl/worksheets/sheet1.xml",
    "xl/worksheets/_rels/sheet1.xml.rels",
)
CHART, DRAWING, CORE, APP = (
    "xl/charts/chart1.xml",
    "xl/drawings/drawing1.xml",
    "docProps/core.xml",
    "docProps/app.xml",
)
HERON = "Operation Heron"


def made(add):
    """The clean workbook with something added by its own library."""
    return clean.workbook(add)


def edited(part: str, old: str, new: str) -> bytes:
    """The clean workbook with a piece of a part replaced."""
    parts = unpacked(clean.workbook())
    assert old.encode() in parts[part], (old, parts[part][:2000])
    parts[part] = parts[part].replace(old.encode(), new.encode(), 1)
    return packed(parts)


def part_added(
    name: str, data: bytes = b"<x/>", owner: str = "xl/_rels/workbook.xml.rels", kind: str = "x"
) -> bytes:
    """The clean workbook with a part more, which its owner refers to."""
    parts = unpacked(clean.workbook())
    parts[name] = data
    relation = (
        f'<Relationship Id="rIdPlanted" Type="{clean.RELATIONS}/{kind}"'
        f' Target="/{name}"/></Relationships>'
    )
    parts[owner] = parts[owner].replace(b"</Relationships>", relation.encode())
    return packed(parts)


def outside(kind: str, target: str) -> bytes:
    """The clean workbook with a relation that leads out of it."""
    return edited(
        "xl/_rels/workbook.xml.rels",
        "</Relationships>",
        f'<Relationship Id="rIdOut" Type="{clean.RELATIONS}/{kind}" Target="{target}"'
        ' TargetMode="External"/></Relationships>',
    )


def hidden_sheet(how: str):
    def add(book, _board):
        sheet = book.add_worksheet("Victims")
        sheet.write("A1", HERON)
        getattr(sheet, how)()

    return add


def in_cell(cell: str, value: object = HERON, **look: object):
    return lambda book, board: board.write(cell, value, book.add_format(look))


def filtered(book, _board):
    sheet = book.add_worksheet("Filtered")
    for row, value in enumerate(("Force", "A", "B")):
        sheet.write(row, 0, value)
    sheet.autofilter("A1:A3")
    sheet.filter_column("A", "x == A")
    sheet.set_row(2, options={"hidden": True})


def grouped(book, board):
    board.write("A8", HERON)
    board.set_row(7, options={"level": 1, "hidden": True})
    board.set_row(8, options={"collapsed": True})


def hidden_row(_book, board):
    board.write("A9", HERON)
    board.set_row(8, options={"hidden": True})


def flat_row(_book, board):
    board.write("A9", HERON)
    board.set_row(8, 0.5)


def hidden_column(_book, board):
    board.write("N3", HERON)
    board.set_column("N:N", None, None, {"hidden": True})


def narrow_column(_book, board):
    board.write("N3", HERON)
    board.set_column("N:N", 0.1)


def under_merged(_book, board):
    board.write("B1", HERON)


def under_picture(book, board):
    board.write("F6", HERON)


def stale_chart(book, board):
    chart = book.add_chart({"type": "line"})
    chart.add_series(
        {
            "values": "=Dashboard!$B$4:$B$6",
            "values_data": [4253, 3, 0],
            "categories": "=Dashboard!$A$4:$A$6",
        }
    )
    board.insert_chart("E40", chart)


def chart_of_hidden_sheet(book, board):
    sheet = book.add_worksheet("Victims")
    sheet.write_column("A1", [7, 8])
    sheet.hide()
    chart = book.add_chart({"type": "line"})
    chart.add_series({"values": "=Victims!$A$1:$A$2", "values_data": [7, 8]})
    board.insert_chart("E40", chart)


def conditional(book, board):
    board.conditional_format(
        "A4:A6", {"type": "no_blanks", "format": book.add_format({"font_color": "#FFFFFF"})}
    )


def with_text(edit):
    """The clean workbook with one more shared string, whose item is edited."""
    parts = unpacked(made(in_cell("A8", "Marker")))
    strings = "xl/sharedStrings.xml"
    parts[strings] = parts[strings].replace(b"<si><t>Marker</t></si>", edit)
    return packed(parts)


def edited_look(old: str, new: str) -> bytes:
    """A cell whose font colour is replaced by one that the library does not write."""
    parts = unpacked(made(in_cell("A8", font_color="#123456")))
    assert old.encode() in parts["xl/styles.xml"]
    parts["xl/styles.xml"] = parts["xl/styles.xml"].replace(old.encode(), new.encode())
    return packed(parts)


def transparent() -> bytes:
    parts = unpacked(
        made(lambda _, board: board.insert_textbox("E30", HERON, {"font": {"color": "red"}}))
    )
    colour = b'<a:srgbClr val="FF0000"/>'
    assert colour in parts[DRAWING]
    parts[DRAWING] = parts[DRAWING].replace(
        colour, b'<a:srgbClr val="FF0000"><a:alpha val="1000"/></a:srgbClr>'
    )
    return packed(parts)


def rezipped(change) -> bytes:
    data = clean.workbook()
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            content = old.read(info)
            change(new, info)
            new.writestr(info, content)
    return out.getvalue()


def with_extra(new, info):
    if info.filename == WORKBOOK:
        info.extra = struct.pack("<2H", 0x5455, 5) + b"\x01" + b"\0" * 4


def with_comment(new, _info):
    new.comment = HERON.encode()


def between(data: bytes) -> bytes:
    """Bytes between the last part and the list of parts; the list's place is set right."""
    start = struct.unpack_from("<L", data, len(data) - 6)[0]
    content = HERON.encode()
    return (
        data[:start]
        + content
        + data[start:-6]
        + struct.pack("<L", start + len(content))
        + data[-2:]
    )


def with_part_comment(_new, info):
    if info.filename == WORKBOOK:
        info.comment = HERON.encode()


def second_name() -> bytes:
    """A part whose own header names it otherwise than the list of parts."""
    data = clean.workbook()
    place = data.index(b"xl/styles.xml")
    return data[:place] + b"xl/victim.xml" + data[place + 13 :]


def streamed(*, padding: bytes = b"") -> bytes:
    """The clean workbook as a program writes it that does not know sizes beforehand; with room to
    grow.
    """

    class Unseekable(BytesIO):
        def seekable(self) -> bool:
            return False

        def seek(self, *_arguments):
            raise OSError

        def tell(self):
            raise OSError

    out = Unseekable()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in unpacked(clean.workbook()).items():
            info = zipfile.ZipInfo(name)
            if padding:
                info.extra = (
                    struct.pack("<4H", 0xA220, 4 + len(padding), 0xA028, len(padding)) + padding
                )
            package.writestr(info, content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def jpeg(**extra) -> bytes:
    from PIL import Image

    out = BytesIO()
    Image.new("RGB", (4, 4), "red").save(out, "JPEG", **extra)
    return out.getvalue()


def exif_jpeg() -> bytes:
    from PIL import Image

    picture = Image.new("RGB", (4, 4), "red")
    exif = picture.getexif()
    exif[0x010F] = "Camera of J Smith"
    exif.get_ifd(0x8825)[1] = "N"
    out = BytesIO()
    picture.save(out, "JPEG", exif=exif)
    return out.getvalue()


def png_with_text() -> bytes:
    from PIL import Image
    from PIL.PngImagePlugin import PngInfo

    information = PngInfo()
    information.add_text("Author", "Jo Planted")
    out = BytesIO()
    Image.new("RGB", (4, 4)).save(out, "PNG", pnginfo=information)
    return out.getvalue()


def pictured(data: bytes, name: str):
    return lambda _book, board: board.insert_image(
        "E30", name, {"image_data": BytesIO(data), "description": "The office's mark"}
    )


CONTENT = "xl/worksheets/_rels/sheet1.xml.rels"
PLANTED = {
    "hidden sheet": (lambda: made(hidden_sheet("hide")), LeakKind.HIDDEN_SHEET, "sheet Victims", "hidden"),
    "very hidden sheet": (lambda: made(hidden_sheet("very_hidden")), LeakKind.HIDDEN_SHEET, "sheet Victims", "very hidden"),
    "hidden row": (lambda: made(hidden_row), LeakKind.HIDDEN_CELLS, "Dashboard!9:9", HERON),
    "row without height": (lambda: made(flat_row), LeakKind.HIDDEN_CELLS, "Dashboard!9:9", HERON),
    "rows hidden by default": (
        lambda: edited(SHEET, '<sheetFormatPr defaultRowHeight="15"', '<sheetFormatPr defaultRowHeight="15" zeroHeight="1"'),
        LeakKind.HIDDEN_CELLS, "Dashboard!1:1", "Performance",
    ),
    "hidden column": (lambda: made(hidden_column), LeakKind.HIDDEN_CELLS, "Dashboard!N:N", HERON),
    "column without width": (lambda: made(narrow_column), LeakKind.HIDDEN_CELLS, "Dashboard!N:N", HERON),
    "filtered-out row": (lambda: made(filtered), LeakKind.HIDDEN_CELLS, "Filtered!3:3", "B"),
    "collapsed group": (lambda: made(grouped), LeakKind.HIDDEN_CELLS, "Dashboard!8:8", HERON),
    "hidden name": (
        lambda: edited(WORKBOOK, "<definedNames>", '<definedNames><definedName name="secret" hidden="1">Dashboard!$A$1</definedName>'),
        LeakKind.NAME, "name secret", "Dashboard!$A$1",
    ),
    "name that holds a text": (
        lambda: made(lambda book, _: book.define_name("remark", f'="{HERON}"')), LeakKind.NAME, "name remark", HERON,
    ),
    "name that leads to another book": (
        lambda: edited(WORKBOOK, "<definedNames>", '<definedNames><definedName name="there">[1]Sheet1!$A$1</definedName>'),
        LeakKind.EXTERNAL_LINK, "name there", "[1]Sheet1",
    ),
    "name that leads nowhere": (
        lambda: made(lambda book, _: book.define_name("lost", "=#REF!")), LeakKind.NAME, "name lost", "#REF!",
    ),
    "pivot cache": (
        lambda: part_added("xl/pivotCache/pivotCacheRecords1.xml"), LeakKind.PIVOT_CACHE, "xl/pivotCache/pivotCacheRecords1.xml", "",
    ),
    "pivot caches of the workbook": (
        lambda: edited(WORKBOOK, "<definedNames>", '<pivotCaches><pivotCache cacheId="1"/></pivotCaches><definedNames>'),
        LeakKind.PIVOT_CACHE, WORKBOOK, "pivotCaches",
    ),
    "slicer cache": (lambda: part_added("xl/slicerCaches/slicerCache1.xml"), LeakKind.PIVOT_CACHE, "xl/slicerCaches", ""),
    "data model": (lambda: part_added("xl/model/item.data"), LeakKind.DATA_MODEL, "xl/model/item.data", ""),
    "connections": (lambda: part_added("xl/connections.xml"), LeakKind.CONNECTION, "xl/connections.xml", ""),
    "query table": (lambda: part_added("xl/queryTables/queryTable1.xml"), LeakKind.CONNECTION, "xl/queryTables", ""),
    "external link": (lambda: part_added("xl/externalLinks/externalLink1.xml"), LeakKind.EXTERNAL_LINK, "xl/externalLinks", ""),
    "relation to a file": (
        lambda: outside("externalLinkPath", "file:///C:/crime/Victims.xlsx"), LeakKind.EXTERNAL_LINK, WORKBOOK, "Victims.xlsx",
    ),
    "custom XML": (lambda: part_added("customXml/item1.xml"), LeakKind.UNEXPECTED_PART, "customXml/item1.xml", ""),
    "custom properties": (
        lambda: made(lambda book, _: book.set_custom_property("Case", "Heron")), LeakKind.PROPERTY, "docProps/custom.xml, Case", "Heron",
    ),
    "comment": (lambda: made(lambda _, board: board.write_comment("A4", HERON)), LeakKind.COMMENT, "xl/comments1.xml", ""),
    "threaded comment": (
        lambda: part_added("xl/threadedComments/threadedComment1.xml"), LeakKind.COMMENT, "xl/threadedComments", "",
    ),
    "persons": (lambda: part_added("xl/persons/person.xml"), LeakKind.COMMENT, "xl/persons/person.xml", ""),
    "embedded object": (lambda: part_added("xl/embeddings/oleObject1.bin"), LeakKind.EMBEDDED, "xl/embeddings/oleObject1.bin", ""),
    "macros": (lambda: part_added("xl/vbaProject.bin"), LeakKind.MACRO, "xl/vbaProject.bin", ""),
    "macro-enabled workbook": (
        lambda: edited("[Content_Types].xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
               "application/vnd.ms-excel.sheet.macroEnabled.main+xml"),
        LeakKind.MACRO, WORKBOOK, "macroEnabled",
    ),
    "macro sheet": (lambda: part_added("xl/macrosheets/sheet1.xml"), LeakKind.MACRO, "xl/macrosheets/sheet1.xml", ""),
    "ActiveX": (lambda: part_added("xl/activeX/activeX1.xml"), LeakKind.ACTIVEX, "xl/activeX/activeX1.xml", ""),
    "form control": (lambda: part_added("xl/ctrlProps/ctrlProp1.xml"), LeakKind.ACTIVEX, "xl/ctrlProps/ctrlProp1.xml", ""),
    "absolute path": (
        lambda: edited(WORKBOOK, "<bookViews>",
               '<x15ac:absPath xmlns:x15ac="http://schemas.microsoft.com/office/spreadsheetml/2010/11/ac" '
               'url="https://office.sharepoint.example/Victims/"/><bookViews>'),
        LeakKind.PATH, WORKBOOK, "sharepoint",
    ),
    "path of a drive": (lambda: made(in_cell("A8", r"see C:\Users\jsmith\victims.xlsx")), LeakKind.PATH, "Dashboard!A8", r"C:\Users"),
    "path of a server": (lambda: made(in_cell("A8", r"\\pcc-files01\crime\2014")), LeakKind.PATH, "Dashboard!A8", r"\\pcc-files01"),
    "path in an attribute, written with references": (
        lambda: edited(DRAWING, 'descr="The office', 'title="C&#58;&#92;Users&#92;jsmith" descr="The office'),
        LeakKind.PATH, "drawing1.xml, title", r"C:\Users",
    ),
    "author": (lambda: made(lambda book, _: book.set_properties({"author": "Jo Planted"})), LeakKind.PROPERTY, f"{CORE}, creator", "Jo Planted"),
    "last modified by": (
        lambda: edited(CORE, "<cp:lastModifiedBy></cp:lastModifiedBy>", "<cp:lastModifiedBy>Jo Planted</cp:lastModifiedBy>"),
        LeakKind.PROPERTY, f"{CORE}, lastModifiedBy", "Jo Planted",
    ),
    "company": (lambda: made(lambda book, _: book.set_properties({"company": "Acme"})), LeakKind.PROPERTY, f"{APP}, Company", "Acme"),
    "manager": (lambda: made(lambda book, _: book.set_properties({"manager": "Jo"})), LeakKind.PROPERTY, f"{APP}, Manager", "Jo"),
    "name of a sheet that was deleted": (
        lambda: edited(APP, "<vt:lpstr>Notes</vt:lpstr>", "<vt:lpstr>Victims</vt:lpstr>"), LeakKind.PROPERTY, f"{APP}, TitlesOfParts", "Victims",
    ),
    "orphan shared string": (
        lambda: edited("xl/sharedStrings.xml", "</sst>", f"<si><t>{HERON}</t></si></sst>"),
        LeakKind.LEFTOVER, "xl/sharedStrings.xml", HERON,
    ),
    "chart that holds other points": (lambda: made(stale_chart), LeakKind.CHART_CACHE, "chart2.xml, point 2", "3"),
    "chart of a hidden sheet": (lambda: made(chart_of_hidden_sheet), LeakKind.CHART_CACHE, "chart2.xml, point 1", "7"),
    "chart with a literal": (
        lambda: edited(CHART, "<c:v>0</c:v></c:pt></c:numCache></c:numRef>",
               '<c:v>0</c:v></c:pt></c:numCache></c:numRef></c:val><c:val><c:numLit><c:ptCount val="1"/><c:pt idx="0"><c:v>17</c:v></c:pt></c:numLit>'),
        LeakKind.CHART_CACHE, "chart1.xml, point 1", "17",
    ),
    "white text": (lambda: made(in_cell("A8", font_color="#FFFFFF")), LeakKind.HIDDEN_TEXT, "Dashboard!A8", HERON),
    "text in the theme's white": (
        lambda: made(in_cell("A8", font_color=Color.theme(0, 0))), LeakKind.HIDDEN_TEXT, "Dashboard!A8", HERON,
    ),
    "tiny text": (lambda: made(in_cell("A8", font_size=1)), LeakKind.HIDDEN_TEXT, "Dashboard!A8", "1 pt"),
    "text in white made a little darker": (
        lambda: edited_look('<color rgb="FF123456"/>', '<color theme="0" tint="-0.02"/>'), LeakKind.HIDDEN_TEXT, "Dashboard!A8", HERON,
    ),
    "text in the system's white": (
        lambda: edited_look('<color rgb="FF123456"/>', '<color indexed="9"/>'), LeakKind.HIDDEN_TEXT, "Dashboard!A8", HERON,
    ),
    "points of data labels": (
        lambda: edited(CHART, "</c:barChart>", '<c:extLst><c:ext><c:pt idx="0"><c:v>Jo Planted</c:v></c:pt></c:ext></c:extLst></c:barChart>'),
        LeakKind.CHART_CACHE, "chart1.xml, point 1", "Jo Planted",
    ),
    "number format ;;;": (lambda: made(in_cell("A8", 17, num_format=";;;")), LeakKind.MASKED_VALUE, "Dashboard!A8", "17"),
    "number behind a word": (lambda: made(in_cell("A8", 3, num_format='"[c]"')), LeakKind.MASKED_VALUE, "Dashboard!A8", "3 ("),
    "text behind a format": (lambda: made(in_cell("A8", num_format='0;0;0;"n/a"')), LeakKind.MASKED_VALUE, "Dashboard!A8", HERON),
    "remark in the list of contents": (
        lambda: edited("[Content_Types].xml", "<Types", f"<!-- {HERON} --><Types"), LeakKind.LEFTOVER, "[Content_Types].xml", HERON,
    ),
    "scenario": (
        lambda: edited(SHEET, "<pageMargins", '<scenarios><scenario name="Worst case" user="Jo"/></scenarios><pageMargins'),
        LeakKind.SCENARIO, "Dashboard", "Worst case",
    ),
    "saved view": (
        lambda: edited(WORKBOOK, "</workbook>", '<customWorkbookViews><customWorkbookView name="Jo"/></customWorkbookViews></workbook>'),
        LeakKind.SCENARIO, WORKBOOK, "",
    ),
    "who reserved the file": (
        lambda: edited(WORKBOOK, "<workbookPr", '<fileSharing userName="Jo Planted"/><workbookPr'), LeakKind.PROPERTY, WORKBOOK, "Jo Planted",
    ),
    "printer settings": (lambda: part_added("xl/printerSettings/printerSettings1.bin"), LeakKind.UNEXPECTED_PART, "printerSettings1.bin", ""),
    "thumbnail": (lambda: part_added("docProps/thumbnail.jpeg", owner="_rels/.rels"), LeakKind.UNEXPECTED_PART, "docProps/thumbnail.jpeg", ""),
    "signature": (lambda: part_added("_xmlsignatures/sig1.xml", owner="_rels/.rels"), LeakKind.UNEXPECTED_PART, "_xmlsignatures/sig1.xml", ""),
    "unknown part": (lambda: part_added("xl/notes.dat"), LeakKind.UNEXPECTED_PART, "xl/notes.dat", ""),
    "part that nothing refers to": (
        lambda: packed(unpacked(clean.workbook()) | {"xl/media/image9.png": png().getvalue()}), LeakKind.LEFTOVER, "xl/media/image9.png", "",
    ),
    "remark in a part": (lambda: edited(SHEET, "<sheetData>", f"<!-- {HERON} --><sheetData>"), LeakKind.LEFTOVER, SHEET, HERON),
    "alternative text": (
        lambda: edited(DRAWING, "The office's mark", "Victim of 07700 900123"), LeakKind.PERSONAL, "drawing1.xml, descr", "telephone",
    ),
    "hidden picture": (lambda: edited(DRAWING, '<xdr:cNvPr id="3"', '<xdr:cNvPr hidden="1" id="3"'), LeakKind.HIDDEN_OBJECT, DRAWING, ""),
    "cropped picture": (lambda: edited(DRAWING, "<a:stretch>", '<a:srcRect l="25000"/><a:stretch>'), LeakKind.HIDDEN_OBJECT, DRAWING, ""),
    "footer with the folder": (lambda: made(lambda _, board: board.set_footer("&L&Z&F")), LeakKind.PATH, "Dashboard, oddFooter", "folder"),
    "footer with an address": (
        lambda: made(lambda _, board: board.set_footer("&Ljo@force.example")), LeakKind.PERSONAL, "Dashboard, oddFooter", "j•@",
    ),
    "prompt of a cell": (
        lambda: made(lambda _, board: board.data_validation("A4", {"validate": "any", "input_message": "ask jo@force.example"})),
        LeakKind.PERSONAL, "Dashboard, prompt", "e-mail",
    ),
    "link to an inside address": (
        lambda: made(lambda _, board: board.write_url("A8", "http://intranet/crime", string="here")), LeakKind.LINK, SHEET, "http://intranet",
    ),
    "link to a file": (
        lambda: made(lambda _, board: board.write_url("A8", "external:c:/crime/a.xlsx", string="here")), LeakKind.LINK, SHEET, "a.xlsx",
    ),
    "Exif data": (lambda: made(pictured(exif_jpeg(), "photo.jpg")), LeakKind.IMAGE_METADATA, "xl/media/image2.jpeg", "where and with what"),
    "text in a PNG": (lambda: made(pictured(png_with_text(), "photo.png")), LeakKind.IMAGE_METADATA, "xl/media/image2.png", "Jo Planted"),
    "bytes after a picture": (
        lambda: packed(unpacked(clean.workbook()) | {"xl/media/image1.png": png().getvalue() + HERON.encode()}),
        LeakKind.IMAGE_METADATA, "xl/media/image1.png", "after its end",
    ),
    "bytes after the zip file": (lambda: clean.workbook() + HERON.encode(), LeakKind.LEFTOVER, "after the end", HERON),
    "bytes before the zip file": (lambda: HERON.encode().replace(b"Op", b"PK") + clean.workbook(), LeakKind.LEFTOVER, "bytes before", "PKeration"),
    "bytes between the parts": (lambda: between(clean.workbook()), LeakKind.LEFTOVER, "before the list of parts", HERON),
    "comment of the zip file": (lambda: rezipped(with_comment), LeakKind.LEFTOVER, "comment of the zip file", HERON),
    "comment of a part": (lambda: rezipped(with_part_comment), LeakKind.LEFTOVER, f"comment of {WORKBOOK}", HERON),
    "second name of a part": (second_name, LeakKind.LEFTOVER, "second name of xl/styles.xml", "xl/victim.xml"),
    "room to grow that is not empty": (
        lambda: streamed(padding=HERON.encode()), LeakKind.LEFTOVER, f"extra field 0xA220 of {WORKBOOK}", HERON,
    ),
    "remark in a JPEG": (lambda: made(pictured(jpeg(comment=HERON), "a.jpg")), LeakKind.IMAGE_METADATA, "image2.jpeg", HERON),
    "JPEG that is cut short": (lambda: made(pictured(jpeg()[:-20], "a.jpg")), LeakKind.UNREADABLE, "image2.jpeg", "cut short"),
    "bytes after a JPEG": (lambda: made(pictured(jpeg() + HERON.encode(), "a.jpg")), LeakKind.IMAGE_METADATA, "image2.jpeg", "after its end"),
    "thumbnail in a JPEG": (
        lambda: made(pictured(jpeg()[:20] + b"\xff\xe0\0\x07JFXX\0" + jpeg()[20:], "a.jpg")), LeakKind.IMAGE_METADATA, "image2.jpeg", "thumbnail",
    ),
    "extra field": (lambda: rezipped(with_extra), LeakKind.LEFTOVER, f"extra field 0x5455 of {WORKBOOK}", ""),
    "personal data": (lambda: made(in_cell("A8", "Victim: QQ 12 34 56 C".replace("QQ", "AB"))), LeakKind.PERSONAL, "Dashboard!A8", "A• •• •• •• C"),
    "NHS number as a number": (lambda: made(in_cell("A8", 4010232137)), LeakKind.PERSONAL, "Dashboard!A8", "NHS number"),
}  # fmt: skip


@pytest.mark.parametrize("what", PLANTED)
def test_a_planted_leak_is_blocked_and_named_at_its_place(what):
    make, kind, where, found = PLANTED[what]
    data = make()
    hits = [leak for leak in leaks.check(data, "Dashboard.xlsx") if leak.kind is kind]
    assert any(where in leak.where and found in leak.found for leak in hits), leaks.check(
        data, "Dashboard.xlsx"
    )
    assert all(leak.kind.remedy for leak in hits)


def test_every_row_and_column_that_is_hidden_without_content_is_left_alone():
    def add(_book, board):
        board.set_row(50, options={"hidden": True})
        board.set_column("P:XFD", None, None, {"hidden": True})

    assert leaks.check(clean.workbook(add), "Dashboard.xlsx") == ()


@pytest.mark.parametrize("padding", [b"", bytes(12)])
def test_a_workbook_written_as_a_stream_with_room_to_grow_passes(padding):
    assert leaks.check(streamed(padding=padding), "Dashboard.xlsx") == ()


@pytest.mark.parametrize("extra", [{}, {"progressive": True}, {"dpi": (96, 96)}])
def test_a_plain_photograph_passes(extra):
    assert leaks.check(made(pictured(jpeg(**extra), "a.jpg")), "Dashboard.xlsx") == ()
    assert leaks.check(jpeg(**extra), "a.jpg") == ()


@pytest.mark.parametrize(
    "look",
    [
        {"font_color": "#FFFFFF", "bg_color": "#1F3864"},
        {"font_color": "#767676"},
        {"font_size": 6},
        {"num_format": "0;-0;;@"},
        {"num_format": '#,##0" crimes"'},
        {"num_format": "[Red]-0.0%;[=1]0"},
        {"num_format": "dd mmm yyyy"},
    ],
)
def test_a_cell_that_can_be_read_passes(look):
    assert leaks.check(made(in_cell("A8", 42, **look)), "Dashboard.xlsx") == ()


def test_many_leaks_alike_are_counted():
    def add(book, board):
        sheet = book.add_worksheet("Long")
        for row in range(300):
            sheet.write(row, 0, f"Ask jo{row}@force.example")

    found = leaks.check(clean.workbook(add), "Dashboard.xlsx")
    assert {leak.kind for leak in found} == {LeakKind.PERSONAL}
    assert sum(leak.count for leak in found) == 300
    assert len(found) < 40


def test_formulas_of_others_are_no_leaks():
    add = lambda _, board: board.write_formula("A8", "=B4+B5", None, 9719)  # noqa: E731
    assert leaks.check(clean.workbook(add), "Dashboard.xlsx") == ()


def test_a_workbook_with_everything_in_it_names_everything():
    found = {leak.kind for leak in leaks.check(torture(), "Torture.xlsm")}
    assert found >= {
        LeakKind.MACRO, LeakKind.HIDDEN_SHEET, LeakKind.COMMENT, LeakKind.NAME,
    }  # fmt: skip
