"""Whole documents: a report with the faults of a real one, in each kind of file, and its like
without them.
"""

from __future__ import annotations

import json
from io import BytesIO
from typing import TYPE_CHECKING

import docx
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from pypdf import PdfWriter
from xlsxwriter import Workbook

from tests.excel.torture import packed, simple, unpacked
from tests.leaks import clean
from tests.shipped import ROOT
from xlperf.cli import main
from xlperf.ending import DATA_ERRORS, DONE, REFUSED, WRONG_USAGE
from xlperf.proof import proofread

if TYPE_CHECKING:
    from pathlib import Path

REPORT = """\
1. Purpose

1.1. The report tells the panel how the plan did, in the period ended September 2014.

4. Quarter {quarter} Performance

5.1. The boards have discussed Quarter 2 performance. Quarter 2 reporting shows a fall of
58% among those aged 18-24 years.

9.3. In the latest survey 91.4%i were satisfied with the service. Only 37.5%ii took up the offer
of support.

15.1. The years from 2012/13 to 2016/17 are those of the plan; in 2014 much was done, and by
September 2014 the savings were £17.3m.

15.2. An inspection took place in September {year}.

Endnotes
i (n=105)
ii
(n={n})

Total crime

15.8% {beside}

To reduce all crime, number of offences 58805 60260

Offending by 18-24 year olds 1 407 171 -58%
"""
FAULTY = REPORT.format(quarter=1, year=2104, n=65, beside=930)
RIGHT = REPORT.format(quarter=2, year=2014, n=64, beside=9291)
RULES = ["quarter", "percentage and n", "date", "decimal point"]


def as_document(text: str) -> bytes:
    document = docx.Document()
    for block in text.split("\n\n"):
        document.add_paragraph(" ".join(block.split()))
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def as_lines(text: str) -> bytes:
    document = docx.Document()
    for line in text.splitlines():
        document.add_paragraph(line)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def as_pdf(text: str) -> bytes:
    plain = text.replace("(", r"\(").replace(")", r"\)").replace("£", "GBP ")
    lines = "".join(f"({line}) Tj 0 -14 Td\n" for line in plain.splitlines())
    return clean.pdf(f"BT /F1 9 Tf 40 780 Td\n{lines}ET\n")


def as_workbook(text: str) -> bytes:
    out = BytesIO()
    with Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Report")
        for row, block in enumerate(text.split("\n\n")):
            sheet.write_string(row, 1, " ".join(block.split()))
    return out.getvalue()


FORMS = {
    "a.txt": str.encode,
    "a.docx": as_document,
    "lines.docx": as_lines,
    "a.pdf": as_pdf,
    "a.xlsx": as_workbook,
}


@pytest.mark.parametrize("name", FORMS)
def test_every_fault_of_a_report_is_found_and_nothing_else(name):
    read = proofread(FORMS[name](FAULTY), name)
    assert [str(finding.rule) for finding in read.findings] == RULES, read
    assert read.sentences > 10
    assert not read.unread
    assert not read.refused


@pytest.mark.parametrize("name", FORMS)
def test_nothing_is_found_where_nothing_is_wrong(name):
    assert proofread(FORMS[name](RIGHT), name).findings == ()


@pytest.mark.parametrize(
    "page", ["methods-disclosure", "panel-members", "quarter", "small-numbers"]
)
def test_our_own_pages_are_innocent(page):
    read = proofread((ROOT / "docs" / f"{page}.md").read_bytes(), f"{page}.md")
    assert read.sentences > 20
    assert read.findings == ()


def with_note(n: int) -> bytes:
    """A document whose percentage has an endnote, as Word makes it."""
    document = docx.Document()
    paragraph = document.add_paragraph("Only 37.5%")
    reference = OxmlElement("w:endnoteReference")
    reference.set(qn("w:id"), "2")
    paragraph.add_run()._r.append(reference)
    paragraph.add_run(" took it up.")
    out = BytesIO()
    document.save(out)
    parts = unpacked(out.getvalue())
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    parts["word/endnotes.xml"] = (
        f'<w:endnotes xmlns:w="{space}"><w:endnote w:id="2"><w:p><w:r><w:t>n = {n}</w:t></w:r>'
        "</w:p></w:endnote></w:endnotes>"
    ).encode()
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/endnotes"
    relation = f'<Relationship Id="rId99" Type="{kind}" Target="endnotes.xml"/></Relationships>'
    rels = "word/_rels/document.xml.rels"
    parts[rels] = parts[rels].replace(b"</Relationships>", relation.encode())
    return packed(parts)


def test_the_n_of_an_endnote():
    (finding,) = proofread(with_note(65), "note.docx").findings
    assert finding.sentence == "Only 37.5% (n=65) took it up."
    assert finding.where == "paragraph 1"
    assert proofread(with_note(64), "note.docx").findings == ()


def test_a_text_in_a_deletion_is_no_text():
    document = docx.Document()
    paragraph = document.add_paragraph("It is well.")
    deleted = OxmlElement("w:del")
    deleted.append(paragraph.add_run("37.5% (n = 65).")._r)
    paragraph._p.append(deleted)
    out = BytesIO()
    document.save(out)
    assert proofread(out.getvalue(), "a.docx").findings == ()


def test_percentages_of_a_workbook_as_they_show():
    out = BytesIO()
    with Workbook(out, {"in_memory": True}) as book:
        sheet, percent = book.add_worksheet("Survey"), book.add_format({"num_format": "0.0%"})
        for row, values in enumerate((("Area", "n", "Satisfied %"), ("City", 64), ("County", 65))):
            sheet.write_row(row, 0, values)
        sheet.write_number(1, 2, 0.375, percent)
        sheet.write_number(2, 2, 0.375, percent)
        for row, value in enumerate((100, 200, 301), 5):
            sheet.write_row(row, 0, (("a", "b", "Total")[row - 5], value))
    read = proofread(out.getvalue(), "survey.xlsx")
    assert [(item.where, str(item.rule)) for item in read.findings] == [
        ("Survey!C3", "percentage and n"),
        ("Survey!B8", "sum"),
    ]


def test_formulas_without_results_are_said():
    parts = unpacked(simple([["a", 1]]))
    sheet = next(name for name in parts if "worksheets/sheet" in name)
    parts[sheet] = parts[sheet].replace(b"<v>1</v>", b"<f>1+1</f>")
    read = proofread(packed(parts), "a.xlsx")
    assert len(read.unread) == 1
    assert "no stored result" in read.unread[0]


def scan() -> bytes:
    """A PDF with a page that has no text."""
    writer, out = PdfWriter(), BytesIO()
    writer.add_blank_page(595, 842)
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "name", "why"),
    [
        (b"", "a.docx", "empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "a.doc", "password"),
        (b"PK\3\4 broken", "a.docx", "a.docx"),
        (packed({"hello.txt": b"hello"}), "a.docx", "no Office document"),
        (b"%PDF-1.7 nothing", "a.pdf", "damaged"),
        (b"\xff\xfe", "a.txt", "not UTF-8"),
        (b"x", "a.exe", "kind that is not known"),
        (scan(), "scan.pdf", "no text"),
        (as_document(""), "blank.docx", "no text"),
    ],
)
def test_a_file_that_cannot_be_read_is_never_one_without_faults(data, name, why):
    read = proofread(data, name)
    assert why in read.refused
    assert read.findings == ()


def test_the_command(tmp_path: Path, capsys):
    faulty, right = tmp_path / "faulty.txt", tmp_path / "right.txt"
    faulty.write_text(FAULTY, encoding="utf-8")
    right.write_text(RIGHT, encoding="utf-8")
    assert main(["proof", str(right)]) == DONE
    assert "right.txt: nothing found in" in capsys.readouterr().out
    assert main(["proof", str(right), str(faulty)]) == DATA_ERRORS
    output = capsys.readouterr().out
    assert "37.5% of 65 is not possible: 24 of 65 is 36.9%, 25 of 65 is 38.5%." in output
    assert "faulty.txt: 4 findings in" in output
    (tmp_path / "empty.docx").write_bytes(b"")
    assert main(["proof", str(tmp_path / "empty.docx"), str(faulty)]) == REFUSED
    assert "empty.docx: NOT CHECKED. " in capsys.readouterr().out


def test_the_command_for_machines(tmp_path: Path, capsys):
    faulty = tmp_path / "faulty.docx"
    faulty.write_bytes(as_document(FAULTY))
    assert main(["proof", str(faulty), "--json"]) == DATA_ERRORS
    (read,) = json.loads(capsys.readouterr().out)
    assert [item["rule"] for item in read["findings"]] == RULES
    assert set(read["findings"][0]) == {"rule", "where", "sentence", "wrong", "right"}


def test_a_period_needs_a_dashboard(tmp_path: Path, capsys):
    assert main(["proof", str(tmp_path / "a.txt"), "--period", "2014-09"]) == WRONG_USAGE
    assert "--dashboard" in capsys.readouterr().err


@pytest.mark.parametrize(
    "text",
    [
        "1 + " * 10_000 + "= 3",
        "5%i " * 8_000 + "\nEndnotes\ni (n=7)",
        "1" + "0" * 500 + " of 65 (37.5%), from 1" + "0" * 400 + " to 5, up 5%",
        "9" * 20_000,
        "37." + "5" * 4_000 + "% of 65",
        "0 of 0 (0%), from 0 to 0, up 5%, 0% of 0 people, 0 0 -5%, 5% (n = 0), 0th of 0",
        "(n = " * 8_000,
    ],
    ids=range(7),
)
def test_a_text_made_to_stop_the_check_does_not(text):
    assert not proofread(text.encode(), "a.txt").refused
