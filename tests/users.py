"""What users do to a workbook, done to its package: insert rows and columns, rename sheets, add
things of their own.

Excel is not needed: each function takes the bytes of a workbook and gives those of another, valid
one.
"""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING

from xlsxwriter import Workbook

from tests.excel.torture import packed, png, unpacked
from tests.openpyxl_books import openpyxl_book
from xlperf.excel.port import column_letters, column_number

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Parts = dict[str, bytes]
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MICROSOFT = "http://schemas.microsoft.com/office"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
X14, X15 = f"{MICROSOFT}/spreadsheetml/2009/9/main", f"{MICROSOFT}/spreadsheetml/2010/11/main"
THREADED = f"{MICROSOFT}/spreadsheetml/2018/threadedcomments"
REFERENCE = re.compile(r"(\$?)([A-Z]{1,3})(\$?)(\d+)")
WORKBOOK, WORKBOOK_RELATIONS, TYPES = (
    "xl/workbook.xml",
    "xl/_rels/workbook.xml.rels",
    "[Content_Types].xml",
)


def sheet_part(parts: Parts, name: str) -> str:
    """Part of a sheet."""
    workbook = parts[WORKBOOK].decode()
    relation = re.search(rf'<sheet name="{re.escape(name)}"[^>]*r:id="(\w+)"', workbook).group(1)
    target = re.search(
        rf'Id="{relation}"[^>]*Target="([^"]+)"|Target="([^"]+)"[^>]*Id="{relation}"',
        parts[WORKBOOK_RELATIONS].decode(),
    )
    return "xl/" + (target.group(1) or target.group(2)).removeprefix("/xl/")


def related(parts: Parts, part: str, kind: str) -> list[str]:
    """Parts that a part is related to, of one kind ("table", "drawing", ...)."""
    folder, _, name = part.rpartition("/")
    rels = parts.get(f"{folder}/_rels/{name}.rels", b"").decode()
    targets = re.findall(rf'Type="[^"]*/{kind}" Target="\.\./([^"]+)"', rels)
    return [f"xl/{target}" for target in targets]


def insert(data: bytes, name: str, *, rows: int = 0, columns: int = 0) -> bytes:
    """Insert rows above and columns left of everything on a sheet, as Excel would: all that points
    there moves along.
    """
    parts = unpacked(data)
    part = sheet_part(parts, name)

    def moved(text: str) -> str:
        def one(match: re.Match[str]) -> str:
            column = column_letters(column_number(match.group(2)) + columns)
            return f"{match.group(1)}{column}{match.group(3)}{int(match.group(4)) + rows}"

        return REFERENCE.sub(one, text)

    def attribute(pattern: str, text: str, change: Callable[[str], str] = moved) -> str:
        return re.sub(
            pattern, lambda match: match.group(1) + change(match.group(2)) + match.group(3), text
        )

    sheet = parts[part].decode()
    sheet = attribute(r'(<c r=")([A-Z]+\d+)(")', sheet)
    sheet = attribute(r'(<row r=")(\d+)(")', sheet, lambda number: str(int(number) + rows))
    sheet = re.sub(r' spans="[^"]*"', "", sheet)
    sheet = attribute(r'((?:ref|sqref|activeCell|topLeftCell)=")([A-Z][^"]*)(")', sheet)
    for edge in ("min", "max"):
        sheet = attribute(
            rf'(<col [^>]*{edge}=")(\d+)(")', sheet, lambda number: str(int(number) + columns)
        )
    sheet = attribute(r'(ySplit=")(\d+)(")', sheet, lambda number: str(int(number) + rows))
    sheet = attribute(r'(xSplit=")(\d+)(")', sheet, lambda number: str(int(number) + columns))
    sheet = attribute(r"(<xm:sqref>)([^<]*)(<)", sheet)
    parts[part] = sheet.encode()
    for table in related(parts, part, "table"):
        parts[table] = attribute(r'(ref=")([^"]+)(")', parts[table].decode()).encode()
    for drawing in related(parts, part, "drawing"):
        text = attribute(
            r"(<xdr:row>)(\d+)(<)", parts[drawing].decode(), lambda number: str(int(number) + rows)
        )
        parts[drawing] = attribute(
            r"(<xdr:col>)(\d+)(<)", text, lambda number: str(int(number) + columns)
        ).encode()
    quoted = rf"(?:'{re.escape(name)}'|{re.escape(name)})"
    for other, content in parts.items():
        if other == WORKBOOK or other.startswith("xl/charts/"):
            pattern = rf"((?<![\w'])?{quoted}!)([^<,]*)(<|,)"
            parts[other] = attribute(pattern, content.decode()).encode()
    return packed(parts)


def rename(data: bytes, old: str, new: str) -> bytes:
    """Rename a sheet: in the workbook, in names, in charts."""
    parts = unpacked(data)
    quoted = f"'{new}'"
    for name, content in parts.items():
        text = (
            content.decode()
            if name == WORKBOOK or name.startswith("xl/charts/") or "worksheets/sheet" in name
            else ""
        )
        if text:
            text = text.replace(f'<sheet name="{old}"', f'<sheet name="{new}"')
            parts[name] = re.sub(rf"(?<![\w']){re.escape(old)}!", f"{quoted}!", text).encode()
    return packed(parts)


def cell(data: bytes, sheet: str, address: str, content: bytes) -> bytes:
    """Replace what is inside a cell, by XML such as ``t="str"><v>n/a</v>``: its attributes but
    ``r`` and ``s`` go.
    """
    parts = unpacked(data)
    part = sheet_part(parts, sheet)
    pattern = re.compile(
        rb'<c r="' + address.encode() + rb'"( s="\d+")?[^>]*?(?:/>|>.*?</c>)', re.DOTALL
    )
    parts[part], number = pattern.subn(
        lambda match: (
            b'<c r="' + address.encode() + b'"' + (match.group(1) or b"") + b" " + content + b"</c>"
        ),
        parts[part],
    )
    assert number == 1, f"{sheet}!{address}"
    return packed(parts)


def changed(source: Path, table: str, key: str, **cells: object) -> Path:
    """Type into the row of a table whose first cell is `key`; blanks in titles are underscores
    here.

    The key ``None`` is that of a blank row, as the tables without rows have one.
    """
    book = openpyxl_book(source, keep_vba=True)
    sheet = next(sheet for sheet in book if table in sheet.tables)
    area = sheet[sheet.tables[table].ref]
    titles = [str(cell.value).replace(" ", "_") for cell in area[0]]
    row = next(row for row in area[1:] if str(row[0].value) == key)
    for title, value in cells.items():
        row[titles.index(title)].value = value
    book.save(source)
    return source


def lived_in(data: bytes) -> bytes:
    """Add a sheet of the user's own with a chart, a picture, a shape with text, a sparkline,
    conditional formats, a pivot table, a slicer and a threaded comment; and a conditional format on
    the dashboard.
    """
    parts = unpacked(data)
    added = _notes()
    types, relations = _adopt(parts, added)
    parts[TYPES] = parts[TYPES].replace(b"</Types>", types.encode() + b"</Types>")
    parts[WORKBOOK_RELATIONS] = parts[WORKBOOK_RELATIONS].replace(
        b"</Relationships>", relations.encode() + b"</Relationships>"
    )
    workbook = parts[WORKBOOK].decode()
    workbook = workbook.replace(
        "</sheets>", '<sheet name="My notes" sheetId="900" r:id="rIdNotes"/></sheets>'
    )
    caches = (
        '<extLst><ext uri="{46BE6895-7355-4a93-B00E-2C351335B9C9}"'
        f' xmlns:x15="{X15}"><x15:slicerCaches xmlns:x14="{X14}"><x14:slicerCache'
        ' r:id="rIdSlicerCache"/></x15:slicerCaches></ext></extLst>'
    )
    pivots = '<pivotCaches><pivotCache cacheId="77" r:id="rIdPivotCache"/></pivotCaches>'
    parts[WORKBOOK] = workbook.replace("</workbook>", pivots + caches + "</workbook>").encode()
    board = sheet_part(parts, "Dashboard")
    rule = (
        b'<conditionalFormatting sqref="E7:E60"><cfRule type="iconSet" priority="1"><iconSet'
        b' iconSet="3Arrows"><cfvo type="percent" val="0"/><cfvo type="percent" val="33"/><cfvo'
        b' type="percent" val="67"/></iconSet></cfRule></conditionalFormatting>'
    )
    anchor = b"<printOptions" if b"<printOptions" in parts[board] else b"<pageMargins"
    parts[board] = parts[board].replace(anchor, rule + anchor, 1)
    return packed(parts)


def _notes() -> Parts:
    """Parts of the sheet, as XlsxWriter makes them; texts stand in the cells, and no style but the
    first is used.
    """
    out = BytesIO()
    with Workbook(out, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("My notes")
        for row in range(6):
            sheet.write_row(row, 0, (f"note {row}", row * row))
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": "='My notes'!$B$1:$B$6"})
        sheet.insert_chart("D2", chart)
        sheet.insert_image("D20", "point.png", {"image_data": png()})
        sheet.insert_textbox("H2", "Ask the night-time economy group")
        sheet.add_sparkline("C1", {"range": "'My notes'!B1:B6"})
        sheet.conditional_format("B1:B6", {"type": "data_bar", "data_bar_2010": True})
        sheet.conditional_format("B1:B6", {"type": "3_color_scale"})
        sheet.write_comment("A1", "[Threaded comment] Why?")
    return unpacked(out.getvalue())


EXTRAS = {
    "xl/persons/person.xml": (
        f'<personList xmlns="{THREADED}"><person displayName="A Reader"'
        ' id="{11111111-1111-1111-1111-111111111111}" userId="a.reader"'
        ' providerId="None"/></personList>'
    ),
    "xl/threadedComments/threadedComment1.xml": (
        f'<ThreadedComments xmlns="{THREADED}"><threadedComment ref="A1" '
        'dT="2014-12-01T10:00:00.00" personId="{11111111-1111-1111-1111-111111111111}" '
        'id="{22222222-2222-2222-2222-222222222222}"><text>Why?</text></threadedComment></ThreadedComments>'
    ),
    "xl/slicers/slicer1.xml": (
        f'<slicers xmlns="{X14}"><slicer name="Status" cache="Slicer_Status" caption="Status" '
        'rowHeight="241300"/></slicers>'
    ),
    "xl/slicerCaches/slicerCache1.xml": (
        f'<slicerCacheDefinition xmlns="{X14}" xmlns:x="{MAIN}" name="Slicer_Status"'
        ' sourceName="Status"><extLst><x:ext uri="{2F2917AC-EB37-4324-AD4E-5DD8C200BD13}"'
        f' xmlns:x15="{X15}"><x15:tableSlicerCache tableId="5"'
        ' column="4"/></x:ext></extLst></slicerCacheDefinition>'
    ),
    "xl/pivotCache/pivotCacheDefinition1.xml": (
        f'<pivotCacheDefinition xmlns="{MAIN}" saveData="0" refreshOnLoad="1"'
        ' recordCount="0"><cacheSource type="worksheet"><worksheetSource'
        ' name="tblMonthly"/></cacheSource><cacheFields count="2"><cacheField name="Measure"'
        ' numFmtId="0"><sharedItems/></cacheField><cacheField name="Count"'
        ' numFmtId="0"><sharedItems/></cacheField></cacheFields></pivotCacheDefinition>'
    ),
    "xl/pivotTables/pivotTable1.xml": (
        f'<pivotTableDefinition xmlns="{MAIN}" name="PivotTable1" cacheId="77"'
        ' dataCaption="Values"><location ref="A20:B22" firstHeaderRow="1" firstDataRow="1"'
        ' firstDataCol="0"/><pivotFields count="2"><pivotField showAll="0"/><pivotField'
        ' dataField="1" showAll="0"/></pivotFields><dataFields count="1"><dataField name="Sum of'
        ' Count" fld="1" baseField="0" baseItem="0"/></dataFields></pivotTableDefinition>'
    ),
    "xl/pivotTables/_rels/pivotTable1.xml.rels": (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
        f'relationships"><Relationship Id="rId1" Type="{RELATIONS}/pivotCacheDefinition" '
        'Target="../pivotCache/pivotCacheDefinition1.xml"/></Relationships>'
    ),
}
TYPE_OF = {
    "xl/persons/person.xml": "application/vnd.ms-excel.person+xml",
    "xl/threadedComments/threadedComment1.xml": "application/vnd.ms-excel.threadedcomments+xml",
    "xl/slicers/slicer1.xml": "application/vnd.ms-excel.slicer+xml",
    "xl/slicerCaches/slicerCache1.xml": "application/vnd.ms-excel.slicerCache+xml",
    "xl/pivotCache/pivotCacheDefinition1.xml": (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.pivotCacheDefinition+xml"
    ),
    "xl/pivotTables/pivotTable1.xml": (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.pivotTable+xml"
    ),
}
ADOPTED = re.compile(
    r"xl/(?:worksheets/sheet|drawings/(?:drawing|vmlDrawing)|charts/chart|comments|media/image)\d"
)


def _adopt(parts: Parts, added: Parts) -> tuple[str, str]:
    """Take parts over under numbers from 900 on; gives the content types and the workbook's
    relations to add.
    """
    declared = dict(
        re.findall(r'<Override PartName="/([^"]+)" ContentType="([^"]+)"', added[TYPES].decode())
    )
    types = ""
    for name, content in added.items():
        plain = name.replace("_rels/", "").removesuffix(".rels")
        if not ADOPTED.match(plain):
            continue
        renumbered = _renumbered(name)
        is_xml = name.endswith((".xml", ".rels", ".vml"))
        parts[renumbered] = _targets(content) if name.endswith(".rels") else content
        if name.endswith(".vml") or (is_xml and name not in declared):
            continue
        if name in declared:
            types += f'<Override PartName="/{renumbered}" ContentType="{declared[name]}"/>'
    for extension, kind in (("png", "image/png"), ("vml", f"{RELATIONS}/vmlDrawing")):
        default = (
            "application/vnd.openxmlformats-officedocument.vmlDrawing"
            if extension == "vml"
            else kind
        )
        if f'Extension="{extension}"' not in parts[TYPES].decode():
            types += f'<Default Extension="{extension}" ContentType="{default}"/>'
    parts |= {
        name: f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{text}'.encode()
        for name, text in EXTRAS.items()
    }
    types += "".join(
        f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in TYPE_OF.items()
    )
    sheet = "xl/worksheets/sheet901.xml"
    rels = "xl/worksheets/_rels/sheet901.xml.rels"
    more = "".join(
        f'<Relationship Id="{name}" Type="{kind}" Target="../{target}"/>'
        for name, kind, target in (
            (
                "rIdThread",
                f"{MICROSOFT}/2017/10/relationships/threadedComment",
                "threadedComments/threadedComment1.xml",
            ),
            ("rIdSlicer", f"{MICROSOFT}/2007/relationships/slicer", "slicers/slicer1.xml"),
            ("rIdPivot", f"{RELATIONS}/pivotTable", "pivotTables/pivotTable1.xml"),
        )
    )
    parts[rels] = parts[rels].replace(b"</Relationships>", more.encode() + b"</Relationships>")
    slicers = (
        f'<ext uri="{{3A4CF648-6AED-40f4-86FF-DC5316D8AED3}}" xmlns:x15="{X15}"><x14:slicerList'
        f' xmlns:x14="{X14}"><x14:slicer'
        ' r:id="rIdSlicer"/></x14:slicerList></ext></extLst></worksheet>'
    )
    parts[sheet] = parts[sheet].replace(b"</extLst></worksheet>", slicers.encode())
    relations = "".join(
        f'<Relationship Id="{name}" Type="{kind}" Target="{target}"/>'
        for name, kind, target in (
            ("rIdNotes", f"{RELATIONS}/worksheet", "worksheets/sheet901.xml"),
            ("rIdPerson", f"{MICROSOFT}/2017/10/relationships/person", "persons/person.xml"),
            (
                "rIdSlicerCache",
                f"{MICROSOFT}/2007/relationships/slicerCache",
                "slicerCaches/slicerCache1.xml",
            ),
            (
                "rIdPivotCache",
                f"{RELATIONS}/pivotCacheDefinition",
                "pivotCache/pivotCacheDefinition1.xml",
            ),
        )
    )
    return types, relations


def _renumbered(name: str) -> str:
    return re.sub(r"(sheet|drawing|vmlDrawing|chart|comments|image)(\d+)(\.)", r"\g<1>90\2\3", name)


def _targets(rels: bytes) -> bytes:
    return re.sub(
        r'Target="([^"]+)"', lambda match: f'Target="{_renumbered(match.group(1))}"', rels.decode()
    ).encode()
