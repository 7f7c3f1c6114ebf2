"""Forty files of other writers that hide nothing: none is blocked, or the list says why."""

from __future__ import annotations

from email.message import EmailMessage
from io import BytesIO
from typing import TYPE_CHECKING

import pytest

from tests.leaks import clean
from tests.tools import converted, soffice
from xlperf import leaks

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ROWS = [("Measure", "Count"), ("Domestic burglary", 4253), ("Hate crime", 12)]


def openpyxl_book(change: Callable | None = None) -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    for row in ROWS:
        book.active.append(row)
    if change is not None:
        change(book, book.active)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def styled(_book, sheet) -> None:
    from openpyxl.styles import Font, PatternFill

    for cell in sheet[1]:
        cell.font = Font(color="FFFFFFFF", bold=True)
        cell.fill = PatternFill("solid", fgColor="FF1F3864")
    sheet["B2"].number_format = "#,##0;[Red]-#,##0"
    sheet.freeze_panes = "A2"
    sheet.column_dimensions["A"].width = 30
    sheet.auto_filter.ref = "A1:B3"


def charted(_book, sheet) -> None:
    from openpyxl.chart import BarChart, Reference

    chart = BarChart()
    chart.title = "Offences"
    chart.add_data(Reference(sheet, min_col=2, min_row=1, max_row=3), titles_from_data=True)
    sheet.add_chart(chart, "D2")


def tabled(_book, sheet) -> None:
    from openpyxl.worksheet.table import Table, TableStyleInfo

    table = Table(displayName="tblCounts", ref="A1:B3")
    table.tableStyleInfo = TableStyleInfo(name="TableStyleMedium9", showRowStripes=True)
    sheet.add_table(table)


def summed(_book, sheet) -> None:
    sheet["B4"] = "=SUM(B2:B3)"


def chosen(_book, sheet) -> None:
    from openpyxl.worksheet.datavalidation import DataValidation

    rule = DataValidation(type="list", formula1='"Red,Amber,Green"')
    sheet.add_data_validation(rule)
    rule.add("C2:C3")


def coloured(_book, sheet) -> None:
    from openpyxl.formatting.rule import ColorScaleRule

    rule = ColorScaleRule(
        start_type="min", start_color="F8696B", end_type="max", end_color="63BE7B"
    )
    sheet.conditional_formatting.add("B2:B3", rule)


def linked(_book, sheet) -> None:
    sheet["A5"] = "Police.uk"
    sheet["A5"].hyperlink = "https://data.police.uk/"


def two_sheets(book, _sheet) -> None:
    book.create_sheet("Notes")["A1"] = "Counts are for the year."


def printed(_book, sheet) -> None:
    sheet.print_area = "A1:B3"
    sheet.print_title_rows = "1:1"
    sheet.oddFooter.center.text = "Page &P of &N"


def pandas_file(kind: str) -> bytes:
    import pandas as pd

    frame = pd.DataFrame(ROWS[1:], columns=ROWS[0])
    if kind == "csv":
        return frame.to_csv(index=False).encode()
    if kind == "json":
        return frame.to_json(orient="records").encode()
    out = BytesIO()
    frame.to_excel(out, index=False, engine=kind)
    return out.getvalue()


def document(change: Callable | None = None) -> bytes:
    import docx

    made = docx.Document()
    made.add_heading("Performance", 1)
    made.add_paragraph("There were 4,253 domestic burglaries.")
    if change is not None:
        change(made)
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def with_table(made) -> None:
    table = made.add_table(2, 2, style="Light Grid Accent 1")
    table.cell(0, 0).text, table.cell(0, 1).text = "Measure", "Count"


def with_picture(made) -> None:
    made.add_picture(BytesIO(plotted("png")))


def with_header(made) -> None:
    made.sections[0].header.paragraphs[0].text = "OFFICIAL"
    made.sections[0].footer.paragraphs[0].text = "Office of the Commissioner"


def with_lists(made) -> None:
    for text in ("One", "Two"):
        made.add_paragraph(text, style="List Bullet")
        made.add_paragraph(text, style="List Number")
    made.add_page_break()


def figure():
    from matplotlib.figure import Figure

    drawn = Figure(figsize=(6, 3))
    axes = drawn.subplots(1, 2)
    axes[0].bar(["A", "B", "C"], [3, 4, 5], label="Count")
    axes[0].set_title("Offences in the year")
    axes[0].legend()
    axes[1].plot([1, 2, 3], [2, 5, 3], marker="o")
    axes[1].fill_between([1, 2, 3], [1, 4, 2], [3, 6, 4], alpha=0.3)
    axes[1].annotate("peak", (2, 5))
    axes[1].grid(visible=True)
    return drawn


def plotted(kind: str) -> bytes:
    out = BytesIO()
    figure().savefig(out, format=kind)
    return out.getvalue()


TYPST = """#set page(paper: "a4", header: [OFFICIAL], footer: context counter(page).display())
#set document(title: "Performance")
= Performance
There were *4,253* domestic burglaries; #underline[see] the #link("https://www.gov.uk")[source].
#table(columns: 2, fill: (_, y) => if y == 0 { navy } else if calc.odd(y) { luma(240) },
  text(white)[Measure], text(white)[Count], [Burglary], [4,253], [Hate crime], [12])
#rect(fill: luma(230), inset: 8pt)[A box with text #highlight[in it].]
#figure(rect(width: 40%, height: 2cm, fill: blue), alt: "A bar", caption: [One bar])
"""


def typeset(text: str = TYPST, **options: object) -> bytes:
    import typst

    return typst.compile(text.encode(), **options)


def sent(*, html: str = "", attach: bytes = b"") -> bytes:
    message = EmailMessage()
    message["From"], message["To"] = "office@pcc.example", "panel@council.example"
    message["Subject"], message["Date"] = "Papers", "Mon, 3 Nov 2014 10:00:00 +0000"
    message["Message-ID"] = "<1@pcc.example>"
    message.set_content("The papers are attached.\n")
    if html:
        message.add_alternative(html, subtype="html")
    if attach:
        clean.attached(message, attach, "Counts.csv")
    return message.as_bytes()


FILES: dict[str, Callable[[], bytes]] = {
    "openpyxl.xlsx": openpyxl_book,
    "openpyxl styled.xlsx": lambda: openpyxl_book(styled),
    "openpyxl chart.xlsx": lambda: openpyxl_book(charted),
    "openpyxl table.xlsx": lambda: openpyxl_book(tabled),
    "openpyxl sum.xlsx": lambda: openpyxl_book(summed),
    "openpyxl choices.xlsx": lambda: openpyxl_book(chosen),
    "openpyxl colours.xlsx": lambda: openpyxl_book(coloured),
    "openpyxl link.xlsx": lambda: openpyxl_book(linked),
    "openpyxl two sheets.xlsx": lambda: openpyxl_book(two_sheets),
    "openpyxl printed.xlsx": lambda: openpyxl_book(printed),
    "pandas.xlsx": lambda: pandas_file("openpyxl"),
    "pandas by xlsxwriter.xlsx": lambda: pandas_file("xlsxwriter"),
    "pandas.csv": lambda: pandas_file("csv"),
    "pandas.json": lambda: pandas_file("json"),
    "xlsxwriter.xlsx": clean.workbook,
    "xlsxwriter sum.xlsx": lambda: clean.workbook(
        lambda _, board: board.write_formula("B8", "=SUM(B4:B6)", None, 9719)
    ),
    "xlsxwriter text box.xlsx": lambda: clean.workbook(
        lambda _, board: board.insert_textbox("H30", "Provisional")
    ),
    "docx.docx": document,
    "docx table.docx": lambda: document(with_table),
    "docx picture.docx": lambda: document(with_picture),
    "docx header.docx": lambda: document(with_header),
    "docx lists.docx": lambda: document(with_lists),
    "matplotlib.png": lambda: plotted("png"),
    "matplotlib.jpg": lambda: plotted("jpg"),
    "matplotlib.pdf": lambda: plotted("pdf"),
    "typst.pdf": typeset,
    "typst ua.pdf": lambda: typeset(pdf_standards=["ua-1"]),
    "typst archive.pdf": lambda: typeset(pdf_standards=["a-2a"]),
    "pypdf.pdf": clean.pdf,
    "plain.eml": sent,
    "attached.eml": lambda: sent(attach=pandas_file("csv")),
    "notes.txt": "Burglary is down by 4.2 % — see page 3.\n".encode,
    "notes.md": lambda: b"# Notes\n\n- one\n- [source](https://www.gov.uk)\n",
}  # fmt: skip
CONVERTED = {
    "libreoffice.xlsx": ("openpyxl styled.xlsx", "xlsx"),
    "libreoffice chart.xlsx": ("xlsxwriter.xlsx", "xlsx"),
    "libreoffice.ods": ("openpyxl styled.xlsx", "ods"),
    "libreoffice chart.ods": ("xlsxwriter.xlsx", "ods"),
    "libreoffice.docx": ("docx table.docx", "docx"),
    "libreoffice picture.docx": ("docx picture.docx", "docx"),
    "libreoffice.odt": ("docx table.docx", "odt"),
    "libreoffice sheet.pdf": ("openpyxl styled.xlsx", "pdf"),
    "libreoffice chart.pdf": ("xlsxwriter.xlsx", "pdf"),
    "libreoffice text.pdf": ("docx table.docx", "pdf"),
    "libreoffice lists.pdf": ("docx lists.docx", "pdf"),
}


def blocking(data: bytes, name: str) -> list[str]:
    found = leaks.check(data, name, expected=leaks.Expected(allowed=frozenset({"@pcc.example", "@council.example"})))  # fmt: skip
    return [f"{leak.kind} {leak.where}: {leak.found}" for leak in found]


def test_the_html_of_a_mail_is_the_one_innocent_thing_that_is_blocked():
    (leak,) = blocking(sent(html="<p>The papers are attached.</p>"), "html.eml")
    assert "MAIL_HTML" in leak


@pytest.mark.parametrize("name", FILES)
def test_an_innocent_file_is_not_blocked(name):
    assert blocking(FILES[name](), name) == []


@pytest.mark.slow
@pytest.mark.libreoffice
@pytest.mark.skipif(soffice() is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("name", CONVERTED)
def test_an_innocent_file_of_libreoffice_is_not_blocked(name, tmp_path: Path):
    source, kind = CONVERTED[name]
    path = tmp_path / source
    path.write_bytes(FILES[source]())
    (tmp_path / "made").mkdir()
    made = converted(path, kind, tmp_path / "made").read_bytes()
    assert blocking(made, name) == []
