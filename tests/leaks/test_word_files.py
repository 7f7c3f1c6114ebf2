"""Each kind of leak planted in a Word document is blocked and named at the right place."""

from __future__ import annotations

from io import BytesIO

import pytest
from docx.oxml import parse_xml
from docx.shared import Pt, RGBColor

from tests.excel.torture import packed, png, unpacked
from tests.leaks import clean
from xlperf import leaks
from xlperf.leaks import LeakKind

HERON = "Operation Heron"
BODY, SETTINGS, RELS = "word/document.xml", "word/settings.xml", "word/_rels/document.xml.rels"
NAMESPACES = f'xmlns:w="{clean.WORD}" xmlns:r="{clean.RELATIONS}"'
LAST = "document, paragraph 8"


def paragraph(content: str):
    """The clean document with one more paragraph of this XML."""
    return clean.document(
        lambda made: made.element.body.insert(-1, parse_xml(f"<w:p {NAMESPACES}>{content}</w:p>"))
    )


def run(text: str = HERON, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


def edited(part: str, old: str, new: str) -> bytes:
    parts = unpacked(clean.document())
    assert old.encode() in parts[part], parts[part][:3000]
    parts[part] = parts[part].replace(old.encode(), new.encode(), 1)
    return packed(parts)


def part_added(name: str, kind: str) -> bytes:
    parts = unpacked(clean.document())
    parts[name] = b"<x/>"
    relation = (
        f'<Relationship Id="rIdPlanted" Type="{clean.RELATIONS}/{kind}"'
        f' Target="/{name}"/></Relationships>'
    )
    parts[RELS] = parts[RELS].replace(b"</Relationships>", relation.encode())
    return packed(parts)


def field(instruction: str) -> bytes:
    begin, end = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>',
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>',
    )
    half = len(instruction) // 2
    pieces = "".join(
        f"<w:r><w:instrText>{text}</w:instrText></w:r>"
        for text in (instruction[:half], instruction[half:])
    )
    return paragraph(begin + pieces + end)


def styled_run(made, change) -> None:
    change(made.add_paragraph().add_run(HERON).font)


def font(change):
    return clean.document(lambda made: styled_run(made, change))


def white(made):
    made.colour = None


def in_header(made):
    made.sections[0].header.add_paragraph("jo@force.example")


def first_page_header(made):
    made.sections[0].different_first_page_header_footer = True
    made.sections[0].first_page_header.paragraphs[0].text = HERON
    made.sections[0].different_first_page_header_footer = False


def in_style(made):
    style = made.styles.add_style("Quiet", 1)
    style.font.hidden = True
    made.add_paragraph(HERON, style="Quiet")


def in_white_cell(made):
    cell = made.add_table(1, 1).cell(0, 0)
    cell.paragraphs[0].add_run(HERON).font.color.rgb = RGBColor(255, 255, 255)


def picture_with(attribute: str, value: str):
    def add(made):
        made.add_picture(png())._inline.docPr.set(attribute, value)

    return clean.document(add)


def with_comment(made):
    paragraph = made.add_paragraph("Text")
    made.add_comment(paragraph.runs, text=HERON, author="Jo Planted", initials="JP")


def cropped(made):
    fill = made.add_picture(png())._inline.graphic.graphicData.pic.blipFill
    fill.insert(
        1,
        parse_xml(
            '<a:srcRect xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" b="40000"/>'
        ),
    )


def off_page(made):
    inline = made.add_picture(png())._inline
    word = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
    anchor = parse_xml(
        "<wp:anchor"
        f' xmlns:wp="{word}"><wp:positionH><wp:posOffset>90000000</wp:posOffset></wp:positionH></wp:anchor>'
    )
    inline.getparent().replace(inline, anchor)


def orphan_footnote() -> bytes:
    parts = unpacked(clean.document())
    parts["word/footnotes.xml"] = (
        f"<w:footnotes {NAMESPACES}><w:footnote"
        f' w:id="9"><w:p>{run()}</w:p></w:footnote></w:footnotes>'.encode()
    )
    relation = (
        f'<Relationship Id="rIdNotes" Type="{clean.RELATIONS}/footnotes"'
        ' Target="footnotes.xml"/></Relationships>'
    )
    parts[RELS] = parts[RELS].replace(b"</Relationships>", relation.encode())
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    types = "[Content_Types].xml"
    override = f'<Override PartName="/word/footnotes.xml" ContentType="{kind}"/></Types>'
    parts[types] = parts[types].replace(b"</Types>", override.encode())
    return packed(parts)


PLANTED = {
    "inserted text": (
        lambda: paragraph(f'<w:ins w:id="1" w:author="Jo Planted">{run()}</w:ins>'), LeakKind.TRACKED_CHANGE, "word/document.xml", "Jo Planted",
    ),
    "deleted text": (
        lambda: paragraph(f'<w:del w:id="1" w:author="Jo"><w:r><w:delText>{HERON}</w:delText></w:r></w:del>'),
        LeakKind.TRACKED_CHANGE, "word/document.xml", "Jo",
    ),
    "moved text": (
        lambda: paragraph(f'<w:moveFrom w:id="1" w:author="Jo">{run()}</w:moveFrom>'), LeakKind.TRACKED_CHANGE, "word/document.xml", "Jo",
    ),
    "changed format": (
        lambda: paragraph(run(properties='<w:b/><w:rPrChange w:id="1" w:author="Jo"><w:rPr/></w:rPrChange>')),
        LeakKind.TRACKED_CHANGE, "word/document.xml", "Jo",
    ),
    "tracking switched on": (
        lambda: edited(SETTINGS, "</w:settings>", "<w:trackRevisions/></w:settings>"), LeakKind.TRACKED_CHANGE, SETTINGS, "",
    ),
    "comment": (lambda: clean.document(with_comment), LeakKind.COMMENT, "word/comments.xml", ""),
    "people": (lambda: part_added("word/people.xml", "people"), LeakKind.COMMENT, "word/people.xml", ""),
    "hidden text": (lambda: font(lambda f: setattr(f, "hidden", True)), LeakKind.HIDDEN_TEXT, LAST, "marked hidden"),
    "hidden by its style": (lambda: clean.document(in_style), LeakKind.HIDDEN_TEXT, "word/styles.xml", "style Quiet hides"),
    "white text": (lambda: font(lambda f: setattr(f.color, "rgb", RGBColor(255, 255, 255))), LeakKind.HIDDEN_TEXT, LAST, HERON),
    "tiny text": (lambda: font(lambda f: setattr(f, "size", Pt(1))), LeakKind.HIDDEN_TEXT, LAST, "1 pt"),
    "field that fetches a file": (lambda: field(r' INCLUDETEXT "C:\\crime\\victims.docx" '), LeakKind.FIELD, LAST, "INCLUDETEXT"),
    "field that runs a program": (lambda: field(" DDEAUTO Excel Book "), LeakKind.FIELD, LAST, "DDEAUTO"),
    "field with the author": (lambda: paragraph('<w:fldSimple w:instr=" AUTHOR "/>'), LeakKind.FIELD, LAST, "AUTHOR"),
    "link of a field": (lambda: field(' HYPERLINK "file://files01/crime" '), LeakKind.LINK, LAST, "files01"),
    "document variables": (
        lambda: edited(SETTINGS, "</w:settings>", f'<w:docVars><w:docVar w:name="a" w:val="{HERON}"/></w:docVars></w:settings>'),
        LeakKind.FIELD, SETTINGS, HERON,
    ),
    "mail merge": (
        lambda: edited(SETTINGS, "</w:settings>", '<w:mailMerge><w:query w:val="SELECT * FROM victims"/></w:mailMerge></w:settings>'),
        LeakKind.FIELD, SETTINGS, "mailMerge",
    ),
    "template": (
        lambda: edited(SETTINGS, "</w:settings>", '<w:attachedTemplate w:val="x"/></w:settings>'), LeakKind.EXTERNAL_LINK, SETTINGS, "",
    ),
    "workbook behind a chart": (
        lambda: part_added("word/embeddings/Microsoft_Excel_Sheet1.xlsx", "package"), LeakKind.EMBEDDED, "Microsoft_Excel_Sheet1.xlsx", "",
    ),
    "custom XML": (lambda: part_added("customXml/item1.xml", "customXml"), LeakKind.UNEXPECTED_PART, "customXml/item1.xml", ""),
    "glossary": (lambda: part_added("word/glossary/document.xml", "glossaryDocument"), LeakKind.UNEXPECTED_PART, "word/glossary", ""),
    "macros": (lambda: part_added("word/vbaProject.bin", "vbaProject"), LeakKind.MACRO, "word/vbaProject.bin", ""),
    "imported file": (lambda: part_added("word/afchunk1.dat", "aFChunk"), LeakKind.EMBEDDED, "word/afchunk1.dat", ""),
    "thumbnail": (lambda: part_added("docProps/thumbnail.jpeg", "thumbnail"), LeakKind.UNEXPECTED_PART, "docProps/thumbnail.jpeg", ""),
    "content control": (
        lambda: paragraph(f'<w:sdt><w:sdtPr><w:dataBinding w:xpath="/x"/></w:sdtPr><w:sdtContent>{run()}</w:sdtContent></w:sdt>'),
        LeakKind.FIELD, "word/document.xml", "/x",
    ),
    "smart tag": (
        lambda: paragraph(f'<w:smartTag w:uri="x" w:element="PersonName">{run()}</w:smartTag>'), LeakKind.FIELD, "word/document.xml", "PersonName",
    ),
    "personal data in two runs": (
        lambda: paragraph(run("NHS number 943 4") + run("76 5919")), LeakKind.PERSONAL, LAST, "NHS number: 9•• ••• •••9",
    ),
    "personal data in a header": (lambda: clean.document(in_header), LeakKind.PERSONAL, "header1, paragraph 2", "e-mail"),
    "alternative text": (lambda: picture_with("descr", "PC 4512 at the scene"), LeakKind.PERSONAL, "word/document.xml", "collar"),
    "hidden picture": (lambda: picture_with("hidden", "1"), LeakKind.HIDDEN_OBJECT, "document", ""),
    "cropped picture": (lambda: clean.document(cropped), LeakKind.HIDDEN_OBJECT, "document", ""),
    "author": (
        lambda: clean.document(lambda made: setattr(made.core_properties, "author", "Jo Planted")),
        LeakKind.PROPERTY, "docProps/core.xml, creator", "Jo Planted",
    ),
    "keywords with personal data": (
        lambda: clean.document(lambda made: setattr(made.core_properties, "keywords", "LE3 1UF")),
        LeakKind.PERSONAL, "docProps/core.xml, keywords", "postcode",
    ),
    "path in a paragraph": (
        lambda: clean.document(lambda made: made.add_paragraph(r"From \\files01\crime\2014.")), LeakKind.PATH, LAST, r"\\files01\crime",
    ),
    "shape hidden by its style": (
        lambda: paragraph('<w:r><w:pict><v:rect xmlns:v="urn:schemas-microsoft-com:vml" style="visibility: hidden"/></w:pict></w:r>'),
        LeakKind.HIDDEN_OBJECT, "word/document.xml", "visibility",
    ),
    "text in the theme's white": (
        lambda: paragraph(run(properties='<w:color w:val="auto" w:themeColor="background1"/>')), LeakKind.HIDDEN_TEXT, LAST, HERON,
    ),
    "field that never ends": (lambda: paragraph("<w:r><w:instrText> DATABASE x </w:instrText></w:r>"), LeakKind.FIELD, LAST, "DATABASE"),
}  # fmt: skip


@pytest.mark.parametrize("what", PLANTED)
def test_a_planted_leak_is_blocked_and_named_at_its_place(what):
    make, kind, where, found = PLANTED[what]
    data = make()
    found_all = leaks.check(data, "Report.docx")
    hits = [leak for leak in found_all if leak.kind is kind]
    assert any(where in leak.where and found in leak.found for leak in hits), found_all
    assert all(leak.kind.remedy for leak in hits)


def test_marks_of_editing_are_no_leaks():
    data = edited(
        SETTINGS, "</w:settings>", '<w:rsids><w:rsid w:val="00112233"/></w:rsids></w:settings>'
    )
    assert leaks.check(data, "Report.docx") == ()


@pytest.mark.parametrize(
    "instruction", [" PAGE ", r' TOC \o "1-3" ', " REF chart1 ", ' HYPERLINK "https://www.gov.uk" ']
)
def test_fields_that_show_the_document_itself_pass(instruction):
    assert leaks.check(field(instruction), "Report.docx") == ()


@pytest.mark.parametrize(
    "properties",
    [
        '<w:color w:val="FFFFFF"/><w:shd w:val="clear" w:fill="1F3864"/>',
        '<w:color w:val="FFFFFF"/><w:highlight w:val="black"/>',
        '<w:vanish w:val="0"/>',
        '<w:sz w:val="12"/>',
        '<w:color w:val="auto"/>',
    ],
)
def test_text_that_can_be_read_passes(properties):
    assert leaks.check(paragraph(run("Text", properties)), "Report.docx") == ()


def test_a_shaded_paragraph_carries_white_text():
    shaded = '<w:pPr><w:shd w:val="clear" w:fill="1F3864"/></w:pPr>'
    assert (
        leaks.check(paragraph(shaded + run("Text", '<w:color w:val="FFFFFF"/>')), "Report.docx")
        == ()
    )


def test_white_text_on_a_dark_table_style_passes():
    def add(made):
        table = made.add_table(1, 1)
        table.style = "Medium Shading 1 Accent 1"
        table.cell(0, 0).paragraphs[0].add_run("Head").font.color.rgb = RGBColor(255, 255, 255)

    assert leaks.check(clean.document(add), "Report.docx") == ()


def test_an_empty_document_of_the_library_passes():
    import docx

    out = BytesIO()
    docx.Document().save(out)
    assert leaks.check(out.getvalue(), "Report.docx") == ()
