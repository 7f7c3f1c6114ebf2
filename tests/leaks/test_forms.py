"""The form of our own documents: it lists what their makers write, no more and no less."""

from __future__ import annotations

import os
import zipfile
from dataclasses import replace
from io import BytesIO

import pytest

from tests.excel.torture import packed, unpacked
from tests.leaks.form_making import derived, derived_from_pdfs
from tests.leaks.own import PREPARED, documents_of, own_documents
from tests.shipped import BLANK, ROOT, SHIPPED, few
from xlperf import leaks
from xlperf.documents.pack_contents import contents
from xlperf.documents.report_template import template
from xlperf.excel.file import FileWorkbook
from xlperf.leaks import LeakKind
from xlperf.pipeline import assess_workbook
from xlperf.release.expected_content import form

FORM = ROOT / "xlperf" / "documents" / "pack_form.txt"


@pytest.mark.slow
def test_the_form_lists_what_the_makers_write():
    made = [own_documents(), own_documents(BLANK)]
    text = derived(data for documents in made for data in (documents.workbook, documents.report))
    text += derived_from_pdfs(
        data for documents in made for data in (documents.dashboard_pdf, documents.report_pdf)
    )
    if os.environ.get("XLPERF_UPDATE_DOCS"):
        FORM.write_text(text, encoding="utf-8")
    assert FORM.read_text(encoding="utf-8") == text, (
        "The makers of the pack write something else than before. Read the difference: is all of it"
        " meant for the panel? Then XLPERF_UPDATE_DOCS=1 pytest tests/leaks/test_forms.py"
    )


@pytest.mark.parametrize("source", [SHIPPED, BLANK])
@pytest.mark.parametrize(
    ("name", "ending"),
    [
        ("workbook", "xlsx"),
        ("report", "docx"),
        ("figures", "csv"),
        ("dashboard_pdf", "pdf"),
        ("report_pdf", "pdf"),
    ],
)
def test_own_documents_are_clean(source, name, ending):
    own = own_documents(source)
    assert leaks.check(getattr(own, name), f"a.{ending}", expected=own.expected) == ()


def found_in_template(part: str, old: bytes, new: bytes) -> list[str]:
    parts = unpacked(template())
    assert old in parts[part]
    parts[part] = parts[part].replace(old, new, 1)
    expected = leaks.Expected(form=form())
    found = leaks.check(packed(parts), "Report.docx", expected=expected)
    return [f"{leak.where}: {leak.found}" for leak in found if leak.kind is LeakKind.NOT_LISTED]


W = b'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
IN_TEMPLATE = {
    "a field": (b"</w:p>", b'<w:fldSimple w:instr=" AUTHOR "/></w:p>', "fldSimple instr= AUTHOR"),
    "a bookmark": (b"</w:p>", b'<w:bookmarkStart w:id="1" w:name="Heron"/></w:p>', "name=Heron"),
    "a permission": (b"</w:p>", b'<w:permStart w:id="1" w:ed="jo"/></w:p>', "permStart"),
    "a control": (b"</w:p>", b'<w:sdt><w:sdtPr/></w:sdt></w:p>', "the element sdt"),
    "a tracked change": (b"</w:p>", b'<w:ins w:id="1" w:author="Jo"/></w:p>', "the element ins"),
}  # fmt: skip


@pytest.mark.parametrize("what", IN_TEMPLATE)
def test_a_template_is_named_by_part_and_element(what):
    old, new, found = IN_TEMPLATE[what]
    assert any("word/document.xml" in text and found in text
               for text in found_in_template("word/document.xml", old, new))  # fmt: skip


def test_a_style_or_a_font_nobody_expects_is_named():
    style = b'<w:style w:type="paragraph" w:styleId="Heron"><w:name w:val="Operation Heron"/>'
    found = found_in_template("word/styles.xml", b"</w:styles>", style + b"</w:style></w:styles>")
    assert "word/styles.xml: name val=Operation Heron" in found
    found = found_in_template("word/styles.xml", b'w:ascii="Calibri"', b'w:ascii="Heron Sans"')
    assert found == ["word/styles.xml: rFonts ascii=Heron Sans"]


def test_what_word_adds_when_a_template_is_restyled_is_taken():
    """By the form of Word's own files, as the library that writes documents brings one along."""
    import docx

    memory = BytesIO()
    made = docx.Document()
    made.add_heading("Performance", 1)
    made.add_table(2, 2, style="Light Grid Accent 1").cell(0, 0).text = "Measure"
    made.save(memory)
    with zipfile.ZipFile(memory) as package:
        parts = {
            name: package.read(name)
            for name in package.namelist()
            if not name.startswith(("customXml", "docProps/", "word/stylesWith"))
        }
    expected = leaks.Expected(form=form())
    found = leaks.check(packed(parts), "Report.docx", expected=expected)
    left = {
        (leak.where, leak.found) for leak in found
        if leak.where.startswith("word/") and "_rels" not in leak.where
    }  # fmt: skip
    assert left == set()


@pytest.mark.slow
@pytest.mark.parametrize(
    "said", ["  Two spaces before, and after.  ", "One\n\ttwo & <three> “é” 5\u00a0%"]
)
def test_what_people_type_does_not_block_their_pack(said):
    of = contents(assess_workbook(FileWorkbook.open(few())), prepared=PREPARED)
    section = of.sections[0]
    row = replace(section.rows[0], label=said, why=said)
    comments = tuple(replace(comment, text=said) for comment in section.comments)
    first = replace(section, rows=(row, *section.rows[1:]), comments=comments, about=(said,))
    made = documents_of(replace(of, sections=(first, *of.sections[1:])))
    for name, ending in (
        ("workbook", "xlsx"),
        ("report", "docx"),
        ("figures", "csv"),
        ("report_pdf", "pdf"),
    ):
        assert leaks.check(getattr(made, name), f"a.{ending}", expected=made.expected) == ()
