"""Two hundred leaks planted in documents of a pack, with fixed seeds: each is blocked."""

from __future__ import annotations

import json
import random
import re
from io import BytesIO
from typing import TYPE_CHECKING

import pikepdf
import pytest

from tests.excel.torture import packed, unpacked
from tests.leaks.own import own_documents
from tests.shipped import BLANK, few
from xlperf import leaks

if TYPE_CHECKING:
    from collections.abc import Callable

    Change = Callable[[object, str, random.Random], object]

WORDS = ("Heron", "Kestrel", "Marsh Lane", "Jo Planted", "No further action", "Ward 7", "J. Doe")
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SEEDS = (20, 21)


def insert(part: str, anchor: str, new: str, *, after: bool = False) -> Change:
    """Put XML before (or after) one of the places of an anchor, in one of the parts of a name; `@`
    in it stands for the secret.
    """

    def change(data: bytes, secret: str, chance: random.Random) -> bytes:
        parts = unpacked(data)
        names = [
            name for name in sorted(parts)
            if re.fullmatch(part, name) and re.search(anchor.encode(), parts[name])
        ]  # fmt: skip
        name = chance.choice(names)
        spots = [
            match.end() if after else match.start()
            for match in re.finditer(anchor.encode(), parts[name])
        ]
        spot = chance.choice(spots)
        added = new.replace("@", secret).encode()
        parts[name] = parts[name][:spot] + added + parts[name][spot:]
        return packed(parts)

    return change


def replace(part: str, old: str, new: str) -> Change:
    """Put something in the place of one match of an expression."""

    def change(data: bytes, secret: str, chance: random.Random) -> bytes:
        parts = unpacked(data)
        names = [
            name for name in sorted(parts)
            if re.fullmatch(part, name) and re.search(old.encode(), parts[name])
        ]  # fmt: skip
        name = chance.choice(names)
        match = chance.choice(list(re.finditer(old.encode(), parts[name])))
        added = match.expand(new.replace("@", secret).encode())
        parts[name] = parts[name][: match.start()] + added + parts[name][match.end() :]
        return packed(parts)

    return change


def part(name: str, owner: str, content: str = "<x>@</x>") -> Change:
    """Add a part that its owner refers to."""

    def change(data: bytes, secret: str, chance: random.Random) -> bytes:
        parts = unpacked(data)
        parts[name] = content.replace("@", secret).encode()
        relation = f'<Relationship Id="rId9" Type="{RELATIONS}/x" Target="/{name}"/>'
        parts[owner] = parts[owner].replace(
            b"</Relationships>", relation.encode() + b"</Relationships>"
        )
        chance.random()
        return packed(parts)

    return change


def member(name: str) -> Change:
    """Add a member that nothing refers to."""
    return lambda data, secret, _: packed({**unpacked(data), name: secret.encode()})


def trailing(data: bytes, secret: str, _chance: random.Random) -> bytes:
    return data + secret.encode()


def leading(data: bytes, secret: str, _chance: random.Random) -> bytes:
    return b"PK" + secret.encode() + data


def in_picture(data: bytes, secret: str, chance: random.Random) -> bytes:
    """Text in a picture of the report, or bytes after it."""
    import struct
    import zlib

    parts = unpacked(data)
    name = chance.choice([name for name in sorted(parts) if name.endswith(".png")])
    content = b"Comment\0" + secret.encode()
    chunk = b"tEXt" + content
    text = struct.pack(">I", len(content)) + chunk + struct.pack(">I", zlib.crc32(chunk))
    whole = parts[name]
    parts[name] = (
        whole + secret.encode() if chance.random() < 0.5 else whole[:33] + text + whole[33:]
    )
    return packed(parts)


SHEET, BOOK, DOC = r"xl/worksheets/sheet\d+\.xml", r"xl/workbook\.xml", r"word/document\.xml"
STORY = r"word/(?:document|header\d|footer\d)\.xml"
BOOK_RELS, DOC_RELS = "xl/_rels/workbook.xml.rels", "word/_rels/document.xml.rels"
ROW = '<row r="{0}" {1}><c r="B{0}" t="inlineStr"><is><t>@</t></is></c></row>'
EXT = '<extLst><ext uri="{11111111-2222-3333-4444-555555555555}"><x>@</x></ext></extLst>'
RUN = "<w:p><w:r><w:rPr>{}</w:rPr><w:t>@</w:t></w:r></w:p>"
IN_WORKBOOK: dict[str, Change] = {
    "a hidden row": insert(SHEET, "</sheetData>", ROW.format(900, 'hidden="1"')),
    "a row that is made hidden": replace(SHEET, r"<row ", '<row hidden="1" '),
    "a hidden column": replace(SHEET, r"<col ", '<col hidden="1" '),
    "a collapsed row": replace(SHEET, r"<row ", '<row outlineLevel="1" '),
    "a cell far away": insert(SHEET, "</sheetData>", ROW.format(90000, "")),
    "a number far away": insert(SHEET, "</sheetData>", '<row r="90000"><c r="B90000"><v>48.625</v></c></row>'),
    "a number in a cell": replace(SHEET, r"(<c r=\"\w+\" s=\"\d+\">)<v>[^<]*</v>", r"\g<1><v>48.625</v>"),
    "a formula": replace(SHEET, r"(<c r=\"\w+\" s=\"\d+\">)<v>", r'\g<1><f>"@"</f><v>'),
    "a very hidden sheet": replace(BOOK, "<sheet ", '<sheet state="veryHidden" '),
    "the name of a sheet": replace(BOOK, r'<sheet name="[^"]*"', '<sheet name="@"'),
    "white text": insert(r"xl/sharedStrings\.xml", "</sst>", '<si><r><rPr><color rgb="FFFFFFFF"/></rPr><t>@</t></r></si>'),
    "tiny text": insert(r"xl/sharedStrings\.xml", "</sst>", '<si><r><rPr><sz val="1"/></rPr><t>@</t></r></si>'),
    "a text no cell uses": insert(r"xl/sharedStrings\.xml", "</sst>", "<si><t>@</t></si>"),
    "a text that is longer": replace(r"xl/sharedStrings\.xml", r"</t>", " @</t>"),
    "a reading aid": replace(r"xl/sharedStrings\.xml", r"</t></si>", '</t><rPh sb="0" eb="1"><t>@</t></rPh></si>'),
    "a name with a value": insert(BOOK, "</definedNames>", '<definedName name="x">"@"</definedName>'),
    "a hidden name": insert(BOOK, "</definedNames>", '<definedName name="@" hidden="1">A1</definedName>'),
    "a list of choices": insert(SHEET, "<pageMargins", '<dataValidations><dataValidation><formula1>"@"</formula1></dataValidation></dataValidations>'),
    "a conditional format": insert(SHEET, "<pageMargins", '<conditionalFormatting sqref="A1"><cfRule><formula>"@"</formula></cfRule></conditionalFormatting>'),
    "a header": replace(SHEET, r"<oddHeader>", "<oddHeader>&amp;L@"),
    "a footer": replace(SHEET, r"<oddFooter>", "<oddFooter>&amp;C@"),
    "a first page's footer": insert(SHEET, "</headerFooter>", "<firstFooter>@</firstFooter>"),
    "a tooltip": replace(SHEET, "<hyperlink ", '<hyperlink tooltip="@" '),
    "the place of a link": replace(SHEET, "<hyperlink ref", '<hyperlink display="@" ref'),
    "a scenario": insert(SHEET, "<pageMargins", '<scenarios><scenario name="@"/></scenarios>'),
    "a protected range": insert(SHEET, "<pageMargins", '<protectedRanges><protectedRange name="@"/></protectedRanges>'),
    "the code name of a sheet": replace(SHEET, "<sheetPr>", '<sheetPr codeName="@">'),
    "an extension of a sheet": insert(SHEET, "</worksheet>", EXT),
    "an extension of the workbook": insert(BOOK, "</workbook>", EXT),
    "who reserved the file": insert(BOOK, "<bookViews>", '<fileSharing userName="@"/>'),
    "alternative text": replace(r"xl/drawings/drawing\d+\.xml", r'descr="', 'descr="@ '),
    "the title of an object": replace(r"xl/drawings/drawing\d+\.xml", r"<xdr:cNvPr ", '<xdr:cNvPr title="@" '),
    "a hidden object": replace(r"xl/drawings/drawing\d+\.xml", r"<xdr:cNvPr ", '<xdr:cNvPr hidden="1" '),
    "a text in a chart": replace(r"xl/charts/chart\d+\.xml", r"<c:strCache>(.*?)<c:v>[^<]*</c:v>", r"<c:strCache>\1<c:v>@</c:v>"),
    "a number in a chart": replace(r"xl/charts/chart\d+\.xml", r"<c:v>[\d.]+</c:v>", "<c:v>48.625</c:v>"),
    "the title of a chart": replace(r"xl/charts/chart\d+\.xml", "<a:t>", "<a:t>@ "),
    "a formula of a chart": replace(r"xl/charts/chart\d+\.xml", r"<c:f>[^<]*</c:f>", "<c:f>'[@.xlsx]S'!$A$1</c:f>"),
    "the column of a table": replace(r"xl/tables/table\d+\.xml", r'(<tableColumn id="\d+") name="[^"]*"', r'\1 name="@"'),
    "the comment of a table": replace(r"xl/tables/table\d+\.xml", "<table ", '<table comment="@" '),
    "a number format": replace(r"xl/styles\.xml", 'formatCode="', 'formatCode="&quot;@&quot;'),
    "a font": replace(r"xl/styles\.xml", r'<name val="Calibri"', '<name val="@"'),
    "a cell style": replace(r"xl/styles\.xml", r'<cellStyle name="Normal"', '<cellStyle name="@"'),
    "a name of the theme": replace(r"xl/theme/theme1\.xml", r'<a:clrScheme name="Office"', '<a:clrScheme name="@"'),
    "a comment": part("xl/comments1.xml", "xl/worksheets/_rels/sheet1.xml.rels"),
    "a pivot cache": part("xl/pivotCache/pivotCacheDefinition1.xml", BOOK_RELS),
    "an external link": part("xl/externalLinks/externalLink1.xml", BOOK_RELS),
    "an embedded file": part("xl/embeddings/oleObject1.bin", BOOK_RELS),
    "macros": part("xl/vbaProject.bin", BOOK_RELS),
}  # fmt: skip
IN_REPORT: dict[str, Change] = {
    "hidden text": insert(DOC, "<w:p>", RUN.format("<w:vanish/>")),
    "white text": insert(DOC, "<w:p>", RUN.format('<w:color w:val="FFFFFF"/>')),
    "tiny text": insert(DOC, "<w:p>", RUN.format('<w:sz w:val="1"/>')),
    "a paragraph": insert(STORY, "<w:p>", "<w:p><w:r><w:t>@</w:t></w:r></w:p>"),
    "a word of a paragraph": replace(STORY, r"</w:t>", " @</w:t>"),
    "an inserted text": insert(DOC, "</w:p>", '<w:ins w:author="@"><w:r><w:t>x</w:t></w:r></w:ins>'),
    "a deleted text": insert(DOC, "</w:p>", "<w:del><w:r><w:delText>@</w:delText></w:r></w:del>"),
    "a changed format": insert(DOC, "</w:pPr>", '<w:pPrChange w:author="@"/>'),
    "a field": insert(DOC, "</w:p>", '<w:fldSimple w:instr=" DOCPROPERTY @ "/>'),
    "the code of a field": insert(DOC, "</w:p>", "<w:r><w:instrText> QUOTE @ </w:instrText></w:r>"),
    "a bookmark": insert(DOC, "</w:p>", '<w:bookmarkStart w:id="9" w:name="@"/>'),
    "a permission": insert(DOC, "</w:p>", '<w:permStart w:id="9" w:ed="@"/>'),
    "a content control": insert(DOC, "</w:p>", '<w:sdt><w:sdtPr><w:alias w:val="@"/></w:sdtPr></w:sdt>'),
    "a smart tag": insert(DOC, "</w:p>", '<w:smartTag w:element="@"/>'),
    "an embedded object": insert(DOC, "</w:p>", '<w:r><w:object><x v="@"/></w:object></w:r>'),
    "an imported file": insert(DOC, "<w:sectPr", '<w:altChunk r:id="@"/>'),
    "the place of a comment": insert(DOC, "</w:p>", '<w:commentRangeStart w:id="@"/>'),
    "alternative text": replace(DOC, r'descr="', 'descr="@ '),
    "the name of an object": replace(DOC, r'<wp:docPr (id="\d+") name="[^"]*"', r'<wp:docPr \1 name="@"'),
    "a link": replace(DOC, r'<w:hyperlink w:anchor="[^"]*"', '<w:hyperlink w:anchor="@"'),
    "the description of a table": replace(DOC, r'<w:tblDescription w:val="', '<w:tblDescription w:val="@'),
    "the caption of a table": replace(DOC, r'<w:tblCaption w:val="', '<w:tblCaption w:val="@'),
    "an attribute in two namespaces": replace(DOC, r'(<w:pStyle w:val="[^"]*")', r'\1 xmlns:q="http://purl.org/dc/terms/" q:val="@"'),
    "an element of no namespace": insert(DOC, "</w:p>", "<p/>"),
    "a document variable": insert(r"word/settings\.xml", "</w:settings>", '<w:docVars><w:docVar w:name="x" w:val="@"/></w:docVars>'),
    "a mail merge": insert(r"word/settings\.xml", "</w:settings>", '<w:mailMerge><w:query w:val="@"/></w:mailMerge>'),
    "an unknown setting": insert(r"word/settings\.xml", "</w:settings>", '<w:x w:val="@"/>'),
    "the mark of an edit": insert(r"word/settings\.xml", "</w:settings>", '<w:rsids><w:rsid w:val="@"/></w:rsids>'),
    "a style": insert(r"word/styles\.xml", "</w:styles>", '<w:style w:type="paragraph" w:styleId="x"><w:name w:val="@"/></w:style>'),
    "another name of a style": insert(r"word/styles\.xml", "</w:style>", '<w:aliases w:val="@"/>'),
    "a font": replace(r"word/styles\.xml", r'w:ascii="Calibri"', 'w:ascii="@"'),
    "a number of a list": replace(r"word/numbering\.xml", r'<w:lvlText w:val="', '<w:lvlText w:val="@'),
    "a comment": part("word/comments.xml", DOC_RELS),
    "a footnote": part("word/footnotes.xml", DOC_RELS),
    "a glossary": part("word/glossary/document.xml", DOC_RELS),
    "custom XML": part("customXml/item1.xml", DOC_RELS),
    "a workbook behind a chart": part("word/embeddings/sheet1.xlsx", DOC_RELS),
    "in a picture": in_picture,
}  # fmt: skip
IN_BOTH: dict[str, Change] = {
    "a member": member("notes.txt"),
    "a part of its own kind": member("docProps/custom.xml"),
    "a small picture": part("docProps/thumbnail.jpeg", "_rels/.rels"),
    "bytes after the end": trailing,
    "bytes before the start": leading,
    "the title": replace(r"docProps/core\.xml", "</dc:title>", " @</dc:title>"),
    "the author": replace(r"docProps/core\.xml", r"<dc:creator>[^<]*", "<dc:creator>@"),
    "who saved it last": replace(r"docProps/core\.xml", r"<cp:lastModifiedBy>[^<]*", "<cp:lastModifiedBy>@"),
    "the category": insert(r"docProps/core\.xml", "</cp:coreProperties>", "<cp:category>@</cp:category>"),
    "a remark": insert(r".*\.xml", r"<[a-zA-Z:]+[ >/]", "<!-- @ -->"),
    "an instruction": insert(r".*\.xml", r"</[a-zA-Z:]+>", "<?note @?>"),
    "a namespace": replace(r"(?:xl|word)/.*\.xml", r"(<[a-zA-Z:]+) xmlns", r'\1 xmlns:z="urn:@" xmlns'),
    "a link that leads out": insert(r".*\.rels", "</Relationships>", f'<Relationship Id="rId99" Type="{RELATIONS}/hyperlink" Target="https://www.gov.uk/@" TargetMode="External"/>'),
    "a type of contents": insert(r"\[Content_Types\]\.xml", "</Types>", '<Default Extension="@" ContentType="x/x"/>'),
}  # fmt: skip
CASES = [
    (kind, what)
    for kind, changes in (
        ("workbook", IN_WORKBOOK | IN_BOTH),
        ("report", IN_REPORT | IN_BOTH),
    )
    for what in changes
]


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "what"), CASES)
def test_a_leak_in_a_document_of_a_pack_is_blocked(kind, what):
    own = own_documents(few())
    data, name = (own.workbook, "a.xlsx") if kind == "workbook" else (own.report, "a.docx")
    change = ((IN_WORKBOOK if kind == "workbook" else IN_REPORT) | IN_BOTH)[what]
    for seed in SEEDS:
        chance = random.Random(seed)  # noqa: S311 - which place, not a secret
        changed = change(data, chance.choice(WORDS), chance)
        found = leaks.check(changed, name, expected=own.expected)
        assert found, seed


# -- PDFs
# --------------------------------------------------------------------------------------------------


def content(operations: str) -> Change:
    """Draw something at the end of a page."""

    def change(pdf: pikepdf.Pdf, secret: str, chance: random.Random) -> None:
        page = chance.choice(list(pdf.pages))
        font = min(page.Resources.Font.keys())
        text = operations.replace("@", secret).replace("FONT", font)
        page.contents_add(pdf.make_stream(text.encode()))

    return change


def entry(where: Callable, key: str, value: Callable) -> Change:
    """Set an entry of one of some dictionaries."""

    def change(pdf: pikepdf.Pdf, secret: str, chance: random.Random) -> None:
        chance.choice(list(where(pdf)))[key] = value(pdf, secret)

    return change


def annotation(**entries: object) -> Change:
    def change(pdf: pikepdf.Pdf, secret: str, chance: random.Random) -> None:
        filled = {
            f"/{key}": value.replace("@", secret) if isinstance(value, str) else value
            for key, value in entries.items()
        }
        made = pikepdf.Dictionary({"/Type": pikepdf.Name.Annot, "/Rect": [0, 0, 9, 9], **filled})
        page = chance.choice(list(pdf.pages))
        page.obj["/Annots"] = [*page.obj.get("/Annots", []), pdf.make_indirect(made)]

    return change


def attachment(pdf: pikepdf.Pdf, secret: str, _chance: random.Random) -> None:
    pdf.attachments["notes.txt"] = secret.encode()


def xmp(pdf: pikepdf.Pdf, secret: str, _chance: random.Random) -> None:
    data = pdf.Root.Metadata.read_bytes()
    pdf.Root.Metadata = pdf.make_stream(
        data.replace(b"</rdf:Description>", f"<xmp:Label>{secret}</xmp:Label></rdf:Description>".encode()),
        Type=pikepdf.Name.Metadata, Subtype=pikepdf.Name.XML,
    )  # fmt: skip


def unused(pdf: pikepdf.Pdf, secret: str, chance: random.Random) -> None:
    """An object that only an unknown entry leads to."""
    chance.choice(list(pdf.pages)).obj["/Old"] = pdf.make_stream(secret.encode())


def pages(pdf: pikepdf.Pdf) -> list:
    return [page.obj for page in pdf.pages]


def of_type(name: str, key: str) -> Callable:
    return lambda pdf: [
        item for item in pdf.objects
        if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == name and key in item
    ]  # fmt: skip


def root(pdf: pikepdf.Pdf) -> list:
    return [pdf.Root]


def info(pdf: pikepdf.Pdf) -> list:
    return [pdf.trailer.Info]


def bookmarks(pdf: pikepdf.Pdf) -> list:
    return [
        item for item in pdf.objects
        if isinstance(item, pikepdf.Dictionary) and "/Title" in item and "/Parent" in item
    ]  # fmt: skip


def text(_pdf: pikepdf.Pdf, secret: str) -> object:
    return pikepdf.String(secret)


def named(**entries: object) -> Callable:
    return lambda pdf, secret: pdf.make_indirect(
        pikepdf.Dictionary({
            f"/{key}": pikepdf.String(secret) if value == "@" else value
            for key, value in entries.items()
        })
    )  # fmt: skip


SHOWN = "BT /FONT 9 Tf 1 0 0 1 99 99 Tm {} (@) Tj ET"
IN_PDF: dict[str, Change] = {
    "a comment": annotation(Subtype=pikepdf.Name.Text, Contents="@"),
    "a text box": annotation(Subtype=pikepdf.Name.FreeText, Contents="@"),
    "the words of a link": annotation(Subtype=pikepdf.Name.Link, Contents="@"),
    "a stamp": annotation(Subtype=pikepdf.Name.Stamp, T="@"),
    "an attachment": attachment,
    "a script": entry(root, "/OpenAction", named(S=pikepdf.Name.JavaScript, JS="@")),
    "a layer": entry(root, "/OCProperties", named(Name="@")),
    "private data": entry(root, "/PieceInfo", named(X="@")),
    "a form": entry(root, "/AcroForm", named(XFA="@")),
    "XMP data": xmp,
    "a property": entry(info, "/Case", text),
    "the title": entry(info, "/Title", text),
    "the author": entry(info, "/Author", text),
    "the program": entry(info, "/Producer", text),
    "the language": entry(root, "/Lang", text),
    "a bookmark": entry(bookmarks, "/Title", text),
    "alternative text": entry(of_type("/StructElem", "/S"), "/Alt", text),
    "replacing text": entry(of_type("/StructElem", "/S"), "/ActualText", text),
    "expanded text": entry(of_type("/StructElem", "/S"), "/E", text),
    "the title of an element": entry(of_type("/StructElem", "/T"), "/T", text),
    "the name of a font": entry(of_type("/FontDescriptor", "/FontName"), "/FontName",
                                lambda _, secret: pikepdf.Name("/" + secret.replace(" ", "_"))),
    "a small picture of a page": entry(pages, "/Thumb", named(X="@")),
    "when a page was changed": entry(pages, "/LastModified", text),
    "data of a page": entry(pages, "/Metadata", named(X="@")),
    "an entry of a page": entry(pages, "/Note", text),
    "an object": unused,
    "invisible text": content(SHOWN.format("3 Tr")),
    "white text": content(SHOWN.format("1 g")),
    "tiny text": content(SHOWN.replace(" 9 Tf", " .5 Tf").format("")),
    "text outside the page": content(SHOWN.replace("99 99", "9999 99").format("")),
    "text under a box": content(SHOWN.format("") + " 90 90 200 20 re f"),
    "text in plain sight": content(SHOWN.format("")),
    "marked content with a text": content("/Span <</ActualText (@)>> BDC EMC"),
    "an inline picture": content("BI /W 1 /H 1 /BPC 8 /CS /G ID a EI"),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("what", IN_PDF)
def test_a_leak_in_a_pdf_of_a_pack_is_blocked(what):
    own = own_documents(BLANK)
    chance = random.Random(what)  # noqa: S311 - which place, not a secret
    pdf, out = pikepdf.open(BytesIO(own.report_pdf)), BytesIO()
    IN_PDF[what](pdf, chance.choice(WORDS), chance)
    pdf.save(out)
    found = leaks.check(out.getvalue(), "a.pdf", expected=own.expected)
    others = [leak for leak in found if "trailer ID" not in leak.found]  # pikepdf's own
    assert others


@pytest.mark.parametrize("what", [trailing, leading])
def test_bytes_around_a_pdf_of_a_pack_are_blocked(what):
    own = own_documents(few())
    changed = what(own.dashboard_pdf, "Heron", random.Random(1))  # noqa: S311
    assert leaks.check(changed, "a.pdf", expected=own.expected)


def test_saving_a_pdf_again_is_all_that_the_tests_of_pdfs_add():
    own = own_documents(BLANK)
    out = BytesIO()
    pikepdf.open(BytesIO(own.report_pdf)).save(out)
    found = leaks.check(out.getvalue(), "a.pdf", expected=own.expected)
    assert all("trailer ID" in leak.found for leak in found)


TABLE = "Line,Latest\nDomestic burglary,4253\n"
RECORD = {"measures": [{"line": "Domestic burglary", "latest": 4253}]}
EXPECTED = leaks.Expected(
    frozenset({"Line", "Latest", "Domestic burglary", "measures", "line", "latest"}),
    frozenset({4253.0}),
)
IN_TABLE: dict[str, Callable[[str], str]] = {
    "a column": lambda secret: f"Line,Latest,{secret}\nDomestic burglary,4253,\n",
    "a row": lambda secret: f"{TABLE}{secret},4253\n",
    "a value": lambda secret: f"Line,Latest\nDomestic burglary ({secret}),4253\n",
    "a number": lambda _: "Line,Latest\nDomestic burglary,3\n",
    "a remark": lambda secret: f"# {secret}\n{TABLE}",
    "a cell in quotes": lambda secret: f'{TABLE}"Line\n{secret}",\n',
}
IN_RECORD: dict[str, Callable[[str], object]] = {
    "a key": lambda secret: RECORD | {secret: None},
    "a value": lambda secret: {"measures": [{"line": secret}]},
    "a number": lambda _: {"measures": [{"latest": 3}]},
    "a value deep inside": lambda secret: {"measures": [[[{"line": [secret]}]]]},
}


def test_a_table_and_a_record_of_the_pack_are_clean():
    assert leaks.check(TABLE.encode(), "a.csv", expected=EXPECTED) == ()
    assert leaks.check(json.dumps(RECORD).encode(), "a.json", expected=EXPECTED) == ()


@pytest.mark.parametrize("what", IN_TABLE)
@pytest.mark.parametrize("secret", WORDS[:4])
def test_a_leak_in_a_table_is_blocked(what, secret):
    data = IN_TABLE[what](secret).encode()
    assert leaks.check(data, "a.csv", expected=EXPECTED)


@pytest.mark.parametrize("what", IN_RECORD)
@pytest.mark.parametrize("secret", WORDS[:4])
def test_a_leak_in_a_record_is_blocked(what, secret):
    data = json.dumps(IN_RECORD[what](secret)).encode()
    assert leaks.check(data, "a.json", expected=EXPECTED)
