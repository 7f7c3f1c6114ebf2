"""PDFs of the pack: tagged, titled, of the right size, silent on everything else; or a sentence why
there is none.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
import zipfile
from collections import Counter
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import BooleanObject, DictionaryObject, NameObject

from tests.tools import soffice
from xlperf.documents.pack_contents import contents
from xlperf.documents.panel_report import panel_report
from xlperf.documents.pdf import only_dashboard, pdf
from xlperf.documents.pdf_printers import Excel, LibreOffice, PdfKind
from xlperf.documents.word_writer import word_report
from xlperf.errors import PackError
from xlperf.excel.file import FileWorkbook
from xlperf.pipeline import assess_workbook

if TYPE_CHECKING:
    from xlperf.documents.pack_values import PackContents

PREPARED = date(2014, 12, 10)
OFFICE = soffice() is not None and (
    shutil.which("lowriter") is not None or shutil.which("localc") is None
)
needs_office = pytest.mark.skipif(
    not OFFICE, reason="LibreOffice Writer and Calc are not installed"
)
posix = pytest.mark.skipif(os.name == "nt", reason="stands in for LibreOffice by a shell script")
A3, A4 = (1190.55, 841.89), (595.3, 841.89)


@pytest.fixture(scope="module")
def made(refreshed) -> PackContents:
    return contents(assess_workbook(FileWorkbook.open(refreshed)), prepared=PREPARED)


@pytest.fixture(scope="module")
def document(made) -> bytes:
    return word_report(panel_report(made))


@pytest.fixture(scope="module")
def report_pdf(made, document) -> PdfReader:
    return PdfReader(BytesIO(pdf(document, PdfKind.REPORT, made)))


def blank(*sizes: tuple[float, float], tagged: bool = True) -> bytes:
    """A PDF of blank pages, with or without the signs of tags."""
    writer = PdfWriter()
    for width, height in sizes:
        writer.add_blank_page(width, height)
    if tagged:
        writer.root_object[NameObject("/MarkInfo")] = DictionaryObject(
            {NameObject("/Marked"): BooleanObject(True)}
        )
        writer.root_object[NameObject("/StructTreeRoot")] = DictionaryObject()
    writer.add_metadata(
        {"/Author": "A. Person", "/Creator": "Secret tool", "/Company": "Elsewhere"}
    )
    memory = BytesIO()
    writer.write(memory)
    return memory.getvalue()


def elements(reader: PdfReader) -> list[Any]:
    """Elements of the structure, in reading order."""
    found: list[Any] = []

    def visit(item: Any) -> None:
        item = item.get_object()
        if isinstance(item, list):
            for child in item:
                visit(child)
        elif isinstance(item, dict):
            if "/S" in item:
                found.append(item)
            if "/K" in item:
                visit(item["/K"])

    visit(reader.root_object["/StructTreeRoot"])
    return found


def script(tmp_path: Path, text: str) -> Path:
    """A stand-in for LibreOffice's program."""
    path = tmp_path / "soffice"
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def giving(tmp_path: Path, data: bytes) -> LibreOffice:
    """A stand-in for LibreOffice that gives a ready-made PDF."""
    ready = tmp_path / "ready.pdf"
    ready.write_bytes(data)
    return LibreOffice(script(tmp_path, f'for last; do :; done\ncp "{ready}" "${{last%.*}}.pdf"'))


# -- the report
# --------------------------------------------------------------------------------------------------


@needs_office
@pytest.mark.libreoffice
def test_the_report_is_tagged_and_says_its_language_and_title(report_pdf, made):
    root = report_pdf.root_object
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en-GB"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert report_pdf.metadata == {
        "/Title": f"{made.title}: {made.period}",
        "/Author": made.office,
        "/Subject": "Report",
        "/Keywords": made.marking,
        "/Producer": "LibreOffice",
        "/CreationDate": "D:20141210000000Z",
        "/ModDate": "D:20141210000000Z",
    }
    metadata = root["/Metadata"].get_object().get_data().decode()
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
    assert f"{made.title}: {made.period}" in metadata
    assert "CreatorTool" not in metadata


@needs_office
@pytest.mark.libreoffice
def test_headings_tables_and_alternative_texts_are_in_the_structure(report_pdf, made):
    found = elements(report_pdf)
    kinds = Counter(str(item["/S"]) for item in found)
    assert kinds["/H1"] >= 4
    assert kinds["/H2"] >= len(made.sections)
    assert kinds["/H3"] >= len(made.sections)
    assert kinds["/Table"] >= len(made.sections) + 2
    assert kinds["/TH"] >= 6 * len(made.sections)
    charts = [chart for section in made.sections for chart in section.charts]
    assert [item["/Alt"] for item in found if item["/S"] == "/Figure"] == [
        chart.alt for chart in charts
    ]


@needs_office
@pytest.mark.libreoffice
def test_bookmarks_and_the_list_of_contents_lead_to_the_pages_of_the_headings(report_pdf, made):
    def flat(items: list[Any]) -> list[Any]:
        return [
            leaf for item in items for leaf in (flat(item) if isinstance(item, list) else [item])
        ]

    pages = {
        item.title: report_pdf.get_destination_page_number(item) + 1
        for item in flat(report_pdf.outline)
    }
    printed = report_pdf.pages[pages["Contents"] - 1].extract_text()
    for section in made.sections:
        heading = f"{section.priority}  {section.title}"
        page = pages[heading.replace("  ", " ")]
        assert heading in report_pdf.pages[page - 1].extract_text()
        line = next(line for line in printed.splitlines() if line.startswith(heading))
        assert line.removeprefix(heading).strip() == str(page)


@needs_office
@pytest.mark.libreoffice
def test_every_page_has_the_marking_and_every_reason_is_printed(report_pdf, made):
    texts = [page.extract_text() for page in report_pdf.pages]
    assert all(text.count(made.marking) >= 2 for text in texts)
    whole = "".join("".join(texts).split())
    for section in made.sections:
        for row in section.rows:
            assert "".join(f"{row.label}. {row.why}"[:60].split()) in whole
    assert f"Page 1 of {len(texts)}" in texts[0]


@needs_office
@pytest.mark.libreoffice
def test_the_same_document_gives_the_same_bytes_and_embeds_its_fonts(made, document, report_pdf):
    again = pdf(document, PdfKind.REPORT, made)
    assert again == report_pdf.stream.getvalue()
    assert b"/FontFile" in again


# -- the dashboard
# --------------------------------------------------------------------------------------------------


@needs_office
@pytest.mark.libreoffice
def test_the_dashboard_alone_is_printed_on_one_a3_page(made, refreshed):
    reader = PdfReader(BytesIO(pdf(refreshed.read_bytes(), PdfKind.DASHBOARD, made)))
    assert len(reader.pages) == 1
    box = reader.pages[0].mediabox
    assert (float(box.width), float(box.height)) == pytest.approx(A3, abs=3)
    text = reader.pages[0].extract_text()
    assert made.period in text
    assert all(section.title in text for section in made.sections)
    assert reader.root_object["/Lang"] == "en-GB"


def test_other_sheets_are_hidden_in_the_copy_and_nothing_else_changes(refreshed):
    before, after = refreshed.read_bytes(), only_dashboard(refreshed.read_bytes())
    with zipfile.ZipFile(BytesIO(before)) as old, zipfile.ZipFile(BytesIO(after)) as new:
        assert old.namelist() == new.namelist()
        assert [name for name in old.namelist() if old.read(name) != new.read(name)] == [
            "xl/workbook.xml"
        ]
        text = new.read("xl/workbook.xml").decode()
    assert text.count('state="hidden"') == text.count("<sheet ") - 1
    assert text.index('name="Dashboard"') > 0


def test_a_workbook_without_a_dashboard_is_refused(made):
    import xlsxwriter

    memory = BytesIO()
    with xlsxwriter.Workbook(memory, {"in_memory": True}) as book:
        book.add_worksheet("Cover")
    with pytest.raises(PackError, match="no sheet Dashboard"):
        pdf(memory.getvalue(), PdfKind.DASHBOARD, made)


# -- what can be in the way, with stand-ins for the program
# ------------------------------------------------------------------


def test_without_libreoffice_the_sentence_says_so_and_what_to_do(made, monkeypatch):
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("PROGRAMFILES", "/nowhere")
    with pytest.raises(
        PackError, match=r"PDF of the report was not made\. LibreOffice was not found .*Install"
    ):
        pdf(b"", PdfKind.REPORT, made)


def test_a_program_that_cannot_be_started_is_named(made, tmp_path):
    with pytest.raises(PackError, match=r"was not made\. LibreOffice could not be started"):
        pdf(b"", PdfKind.REPORT, made, printers=[LibreOffice(tmp_path / "nowhere")])


@posix
def test_what_libreoffice_says_when_it_makes_nothing_is_passed_on(made, tmp_path):
    program = script(tmp_path, "echo 'Error: source file could not be loaded'; exit 0")
    with pytest.raises(
        PackError, match=r"made no PDF: Error: source file could not be loaded\. Its part Writer"
    ):
        pdf(b"", PdfKind.REPORT, made, printers=[LibreOffice(program)])


@posix
def test_a_program_that_does_not_end_is_stopped_with_all_it_started(made, tmp_path):
    noted = tmp_path / "child"
    program = script(
        tmp_path, f"sleep 300 &\necho $! > {noted}.part; mv {noted}.part {noted}; wait"
    )
    with pytest.raises(PackError, match=r"did not finish within 2 seconds and was stopped"):
        pdf(b"", PdfKind.REPORT, made, printers=[LibreOffice(program, seconds=2)])
    child = int(noted.read_text())
    for _ in range(50):
        if (
            not Path(f"/proc/{child}").exists()
            or "Z" in Path(f"/proc/{child}/stat").read_text().split()[2]
        ):
            break
        time.sleep(0.1)
    else:
        pytest.fail("what the program started is still running")


@posix
@pytest.mark.parametrize(
    ("kind", "ready", "says"),
    [
        (PdfKind.REPORT, blank(A4, tagged=False), "has no tags"),
        (PdfKind.DASHBOARD, blank(A3, A3), "takes 2 pages in LibreOffice, not one"),
        (PdfKind.DASHBOARD, blank(A4), "on a page of 210 mm by 297 mm, not on A3"),
        (PdfKind.DASHBOARD, blank(A3[::-1]), "on a page of 297 mm by 420 mm"),
        (PdfKind.REPORT, b"%PDF-1.7 and no more", "is damaged"),
    ],
)
def test_a_pdf_that_is_not_as_it_must_be_is_refused(made, refreshed, tmp_path, kind, ready, says):
    source = refreshed.read_bytes() if kind is PdfKind.DASHBOARD else b""
    with pytest.raises(PackError, match=f"The PDF of the {kind} was not made.*{says}"):
        pdf(source, kind, made, printers=[giving(tmp_path, ready)])


@posix
def test_libreoffice_works_with_settings_and_options_of_its_own(made, tmp_path):
    ready = giving(tmp_path, blank(A4))
    noted = tmp_path / "noted"
    text = ready.program.read_text(encoding="utf-8")
    copying = (
        f'for each; do echo "$each" >> "{noted}"; done\nprofile=$(echo "$1" | sed s,.*file://,,)\n'
    )
    copying += f'cat "$profile/user/registrymodifications.xcu" >> "{noted}"\n'
    ready.program.write_text(text.replace("#!/bin/sh\n", f"#!/bin/sh\n{copying}"), encoding="utf-8")
    pdf(b"", PdfKind.REPORT, made, printers=[ready])
    told = noted.read_text(encoding="utf-8")
    assert "writer_pdf_Export" in told
    for option in ("UseTaggedPDF", "PDFUACompliance", "ExportBookmarks", "DisplayPDFDocumentTitle"):
        assert f'"{option}": {{"type": "boolean", "value": "true"}}' in told
    assert '<prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>en-GB</value>' in told
    assert '<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value>' in told
    assert "--headless" in told


@posix
def test_what_a_program_says_of_itself_and_its_user_is_replaced(made, tmp_path):
    ready = blank(A4).replace(b"%PDF-1.3", b"%PDF-1.7")
    data = pdf(
        b"",
        PdfKind.REPORT,
        replace(made, office="Office of <X> & Co"),
        printers=[giving(tmp_path, ready)],
    )
    assert data.startswith(b"%PDF-1.7")
    assert b"A. Person" not in data
    assert b"Secret tool" not in data
    assert b"Elsewhere" not in data
    reader = PdfReader(BytesIO(data))
    assert reader.metadata is not None
    assert reader.metadata.author == "Office of <X> & Co"
    assert reader.xmp_metadata is not None
    assert reader.xmp_metadata.dc_creator == ["Office of <X> & Co"]
    assert b"pdfuaid:part" not in data  # it was not made to that standard
    assert reader.root_object["/Lang"] == "en-GB"
    assert reader.root_object["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.trailer["/ID"][0] == reader.trailer["/ID"][1]


class StandIn:
    """Stands in for xlwings' App: a workbook in it prints a ready-made PDF. Excel cannot run
    here.
    """

    def __init__(self, ready: bytes | None) -> None:
        self.ready, self.calls = ready, []
        self.books = self

    def __enter__(self) -> StandIn:
        return self

    def __exit__(self, *_fault: object) -> None:
        self.calls.append(("quit",))

    def open(self, path: str, **how: object) -> StandIn:
        assert Path(path).is_file()
        self.calls.append(("open", how))
        return self

    def to_pdf(self, path: str, **how: object) -> None:
        self.calls.append(("to_pdf", how))
        if self.ready is None:
            raise OSError("Document not saved.")
        Path(path).write_bytes(self.ready)

    def close(self) -> None:
        self.calls.append(("close",))


def test_excel_prints_the_dashboard_where_it_is_there(made, refreshed):
    excel = StandIn(blank(A3))
    data = pdf(refreshed.read_bytes(), PdfKind.DASHBOARD, made, printers=[Excel(lambda: excel)])
    assert PdfReader(BytesIO(data)).metadata["/Producer"] == "Microsoft Excel"
    assert excel.calls == [
        ("open", {"update_links": False, "read_only": True}),
        ("to_pdf", {"include": "Dashboard", "show": False}),
        ("close",),
        ("quit",),
    ]


def test_excel_prints_no_word_documents():
    assert not Excel(lambda: StandIn(None)).prints(PdfKind.REPORT)
    assert Excel(lambda: StandIn(None)).prints(PdfKind.DASHBOARD)


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="Excel may be there")
def test_excel_is_not_looked_for_where_it_cannot_be():
    assert not Excel().prints(PdfKind.DASHBOARD)


@posix
def test_when_excel_fails_libreoffice_is_asked_and_when_both_fail_both_say_why(
    made, refreshed, tmp_path
):
    source, excel = refreshed.read_bytes(), Excel(lambda: StandIn(None))
    data = pdf(source, PdfKind.DASHBOARD, made, printers=[excel, giving(tmp_path, blank(A3))])
    assert PdfReader(BytesIO(data)).metadata["/Producer"] == "LibreOffice"
    with pytest.raises(
        PackError,
        match=r"Excel could not print .*Document not saved.*LibreOffice could not be started",
    ):
        pdf(source, PdfKind.DASHBOARD, made, printers=[excel, LibreOffice(tmp_path / "nowhere")])
