"""Leaks in files of others that are less usual: each blocks, and what is as harmless does not."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pikepdf
import pytest
import xlsxwriter
from docx import Document
from pikepdf import Array, Dictionary, Name, Stream, String

from tests.excel.torture import packed, unpacked
from xlperf import leaks

SECRET, PHONE = "Jo Planted", "07700 900123"
OPEN = "urn:oasis:names:tc:opendocument:xmlns"
SPACES = " ".join(
    f'xmlns:{short}="{OPEN}:{long}:1.0"'
    for short, long in {
        "office": "office", "text": "text", "table": "table", "style": "style",
        "fo": "xsl-fo-compatible", "draw": "drawing",
    }.items()
)  # fmt: skip


def changed(data: bytes, part: str, old: str, new: str) -> bytes:
    parts = unpacked(data)
    assert old.encode() in parts[part], part
    parts[part] = parts[part].replace(old.encode(), new.encode(), 1)
    return packed(parts)


def workbook(formula: str = "") -> bytes:
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Data")
        sheet.write_column(0, 0, ["Row", 1, 2])
        if formula:
            sheet.write_formula("B1", formula, value=3)
    return out.getvalue()


def string(inner: str) -> bytes:
    return changed(workbook(), "xl/sharedStrings.xml", "<t>Row</t>", f"<t>Row</t>{inner}")


def rule(inner: str) -> bytes:
    return changed(workbook(), "xl/worksheets/sheet1.xml", "</sheetData>", f"</sheetData>{inner}")


def document(inner: str = "", style: str = "", part: str = "word/document.xml") -> bytes:
    made = Document()
    made.core_properties.author = made.core_properties.comments = ""
    made.add_paragraph("Burglary fell.")
    out = BytesIO()
    made.save(out)
    data = changed(out.getvalue(), "word/styles.xml", "<w:rPrDefault><w:rPr>",
                   f"<w:rPrDefault><w:rPr>{style}")  # fmt: skip
    return changed(data, part, "<w:sectPr", f"{inner}<w:sectPr") if inner else data


def run(inner: str) -> bytes:
    return document(f"<w:p><w:r>{inner}</w:r></w:p>")


def bound(text: str) -> bytes:
    parts = unpacked(document())
    parts["customXml/item1.xml"] = text.encode()
    return packed(parts)


def open_document(body: str, styles: str = "", kind: str = "text") -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}")
        package.writestr(
            "content.xml",
            f"<office:document-content {SPACES}><office:automatic-styles>{styles}"
            f"</office:automatic-styles><office:body><office:{kind}>{body}</office:{kind}>"
            "</office:body></office:document-content>",
        )
    return out.getvalue()


def styled(family: str, properties: str) -> bytes:
    style = f'<style:style style:name="S" style:family="{family}">{properties}</style:style>'
    text = f'<text:p><text:span text:style-name="S">{SECRET}</text:span></text:p>'
    return open_document(text, style)


def pdf(content: str = "", opacity: float = 1, link: str = "") -> bytes:
    made = pikepdf.new()
    page = made.add_blank_page(page_size=(400, 300))
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    state = Dictionary(Type=Name.ExtGState, ca=opacity)
    page.Resources = Dictionary(Font=Dictionary(F1=font), ExtGState=Dictionary(G=state))
    shown = "BT /F1 12 Tf 20 250 Td (Burglary fell.) Tj ET "
    page.Contents = Stream(made, (shown + content).encode())
    if link:
        place = Array([0, 0, 100, 100])
        annotation = Dictionary(Subtype=Name.Link, Rect=place, Contents=String(link))
        page.Annots = Array([made.make_indirect(annotation)])
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def text(before: str) -> str:
    return f"{before} BT /F1 12 Tf 20 200 Td ({SECRET}) Tj ET"


def mail(headers: str) -> bytes:
    return (
        f"From: office@pcc.example\r\nSubject: Pack\r\nMIME-Version: 1.0\r\n{headers}\r\n\r\nHello"
    ).encode()


ROW = "<w:tbl><w:tblPr/><w:tblGrid/><w:tr><w:trPr>{}</w:trPr><w:tc><w:p/></w:tc></w:tr></w:tbl>"
FIELD = '<w:fldChar w:fldCharType="begin"/><w:instrText> XE "{}" </w:instrText>'
PLANTED = {
    "phonetic.xlsx": string(f'<rPh sb="0" eb="1"><t>{SECRET}</t></rPh>'),
    "tiny part.xlsx": string(f'<r><rPr><sz val="1"/></rPr><t>{SECRET}</t></r>'),
    "choices elsewhere.xlsx": rule(
        '<dataValidations><dataValidation type="list" sqref="D1">'
        "<formula1>'[Victims.xlsx]S'!$A$1</formula1></dataValidation></dataValidations>"
    ),
    "fetched.xlsx": workbook("=_xlfn.WEBSERVICE(A1)"),
    "from a program.xlsx": workbook('=RTD("my.server",,"x")'),
    "hidden row.docx": document(ROW.format("<w:hidden/>")),
    "deleted.docx": run(f"<w:delText>{SECRET}</w:delText>"),
    "all hidden.docx": document(style="<w:vanish/>"),
    "index.docx": run(FIELD.format(SECRET)),
    "named control.docx": document(
        f'<w:sdt><w:sdtPr><w:alias w:val="{PHONE}"/></w:sdtPr><w:sdtContent/></w:sdt>'
    ),
    "data beside sources.docx": bound(f"<case><Sources/>{SECRET}</case>"),
    "section.odt": open_document(
        f'<text:section text:display="none"><text:p>{SECRET}</text:p></text:section>'
    ),
    "condition.odt": open_document(
        f'<text:section text:display="condition"><text:p>{SECRET}</text:p></text:section>'
    ),
    "tiny.odt": styled("text", '<style:text-properties fo:font-size="1pt"/>'),
    "cropped.odt": styled("graphic", '<style:graphic-properties fo:clip="rect(1cm, 0cm, 0cm)"/>'),
    "value.ods": open_document(
        "<table:table><table:table-row><table:table-cell"
        f' office:string-value="{PHONE}"/></table:table-row></table:table>',
        kind="spreadsheet",
    ),
    "clear.pdf": pdf(text("/G gs"), opacity=0),
    "outline white.pdf": pdf(text("1 G 1 Tr")),
    "link.pdf": pdf(link=PHONE),
    "name.eml": mail(f'To: "{PHONE}" <clerk@panel.example>\r\nContent-Type: text/plain'),
    "twice.eml": mail("To: clerk@panel.example\r\nContent-Type: text/plain\r\nContent-Type: x/y"),
    "no width.txt": "07700\N{ZERO WIDTH SPACE}900123".encode(),
    "wide.txt": "０７７００ ９００１２３".encode(),
    "dashes.txt": "07700\N{EN DASH}900\N{EN DASH}123".encode(),
    "domain.txt": "jo@b\N{LATIN SMALL LETTER U WITH DIAERESIS}cher.example".encode(),
}
HARMLESS = {
    "phonetic.xlsx": string('<phoneticPr fontId="1"/>'),
    "small part.xlsx": string('<r><rPr><sz val="6"/></rPr><t>1</t></r>'),
    "choices.xlsx": rule(
        '<dataValidations><dataValidation type="list" sqref="D1"><formula1>Data!$A$1:$A$3'
        "</formula1></dataValidation></dataValidations>"
    ),
    "row.docx": document(ROW.format("<w:cantSplit/>")),
    "sources.docx": bound('<?xml version="1.0"?><b:Sources xmlns:b="x"></b:Sources>'),
    "whole picture.odt": styled("graphic", '<style:graphic-properties fo:clip="rect(0cm, 0cm)"/>'),
    "small.odt": styled("text", '<style:text-properties fo:font-size="6pt"/>'),
    "pale.pdf": pdf(text("/G gs"), opacity=0.3),
    "outline.pdf": pdf(text("1 Tr")),
    "link.pdf": pdf(link="To the report"),
    "dashes.txt": "2012–13 to 2014–15".encode(),
}
EXPECTED = leaks.Expected(allowed=frozenset({"@pcc.example", "@panel.example"}))


@pytest.mark.parametrize("name", PLANTED)
def test_it_blocks(name):
    found = leaks.check(PLANTED[name], name, expected=EXPECTED)
    assert found
    assert PHONE not in str(found)


@pytest.mark.parametrize("name", HARMLESS)
def test_what_looks_like_it_and_is_harmless_does_not(name):
    assert leaks.check(HARMLESS[name], name, expected=EXPECTED) == ()
