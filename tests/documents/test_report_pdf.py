"""The report as a PDF: what the Word report says, for everybody to read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.documents.made_pdfs import (
    LONG,
    MARKUP,
    PREPARED,
    alternative_texts,
    contents_of,
    faults,
    hard,
    of_sections,
    reader,
    squeezed,
    whole_text,
)
from xlperf import leaks
from xlperf.assessment.charts import MonthsChart
from xlperf.documents.glyphs import pdf_text
from xlperf.documents.pack_values import PackContents, PrintedComment
from xlperf.documents.panel_report import panel_report
from xlperf.documents.report_blocks import Bullets, ChartRow, Heading, Paragraph, TableBlock
from xlperf.documents.report_pdf import report_pdf

A4 = (595, 842)


@pytest.fixture(scope="module")
def made(refreshed) -> PackContents:
    return contents_of(refreshed)


@pytest.fixture(scope="module")
def data(made) -> bytes:
    return report_pdf(panel_report(made))


def texts(block: object) -> list[str]:
    """Every text of a block."""
    match block:
        case Paragraph(text, _) | Heading(text):
            return [text]
        case Bullets(items):
            return list(items)
        case TableBlock():
            cells = [cell.text for row in block.rows for cell in row]
            return [column.title for column in block.columns] + cells
        case ChartRow(charts):
            return [f"Figure {item.number}: {item.title}" for item in charts]
    return []


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["as shipped", "hard"])
def test_every_text_of_the_report_is_on_its_pages(made, kind):
    report = panel_report(hard(made) if kind == "hard" else made)
    whole = whole_text(report_pdf(report))
    missing = [
        text
        for part in report.parts
        for block in part.blocks
        for text in texts(block)
        if squeezed(pdf_text(text)) not in whole and "שלום" not in text
    ]
    assert missing == []


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["as shipped", "hard", "one priority"])
def test_checkers_find_no_fault(made, data, tmp_path, kind):
    variants = {
        "hard": lambda given: hard(of_sections(given, list(given.sections[9:13]))),
        "one priority": lambda given: of_sections(given, [given.sections[0]]),
    }
    if kind in variants:
        data = report_pdf(panel_report(variants[kind](made)))
    assert faults(data, tmp_path) == []


def test_it_says_that_it_is_tagged_and_for_archives_and_what_it_is(made, data):
    found = reader(data)
    root = found.trailer["/Root"]
    assert root["/Lang"] == "en-GB"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert found.metadata.title == f"{made.title}: {made.period}"
    assert found.metadata.author == made.office
    assert found.metadata.subject == "Report"
    assert found.metadata.keywords == made.marking
    assert (
        found.metadata.creation_date.date() == found.metadata.modification_date.date() == PREPARED
    )
    xmp = root["/Metadata"].get_data().decode()
    assert "<pdfuaid:part>1<" in xmp
    assert "<pdfaid:part>2<" in xmp
    assert "<pdfaid:conformance>A<" in xmp


def test_every_page_has_marking_note_title_and_number(made, data):
    pages = reader(data).pages
    for number, page in enumerate(pages, 1):
        text = page.extract_text()
        assert text.count(made.marking) >= 2
        assert made.note in text
        assert f"{made.title}: {made.period}" in text
        assert f"Page {number} of {len(pages)}" in text
        assert sorted(map(round, page.mediabox[2:])) == list(A4)


def test_charts_are_drawn_and_have_alternative_texts_that_give_the_values(made, data):
    found = reader(data)
    assert not [image for page in found.pages for image in page.images]
    charts = [item for section in made.sections for item in section.charts]
    assert sorted(alternative_texts(data)) == sorted(item.alt for item in charts)


@pytest.mark.parametrize("last", [14_000, 19_000, 22_145, 24_900])
def test_the_last_figure_of_a_chart_covers_no_other_text(made, last):
    """Wherever it stands: a pack with a text that is drawn over is not published."""
    counts = (*[20_000] * 16, 13_292, last)
    section, printed = next(
        (section, item)
        for section in made.sections
        for item in section.charts
        if isinstance(item.chart, MonthsChart)
    )
    chart = replace(printed.chart, counts=counts, centre=20_600.0, lower=17_110.0, upper=24_088.0)
    charts = (replace(printed, chart=chart),) * 2
    drawn = of_sections(made, [replace(section, charts=charts)])
    found = leaks.check(report_pdf(panel_report(drawn)), "Report.pdf")
    assert not [item for item in found if item.kind.name == "NOT_LOOKED_AT"]


def test_the_same_report_gives_the_same_bytes_and_every_font_is_embedded(made, data):
    assert report_pdf(panel_report(made)) == data
    fonts = {
        str(font.get_object()["/BaseFont"])
        for page in reader(data).pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert {name.split("+")[-1].split("-")[0] for name in fonts} == {"Carlito", "DejaVuSans"}


def test_bookmarks_are_the_headings(made, data):
    def titles(items: list) -> list[str]:
        return [
            title
            for item in items
            for title in (titles(item) if isinstance(item, list) else [item.title])
        ]

    headings = [
        block.text
        for part in panel_report(made).parts
        for block in part.blocks
        if isinstance(block, Heading)
    ]
    assert [" ".join(title.split()) for title in titles(reader(data).outline)] == [
        " ".join(text.split()) for text in headings
    ]


def test_what_looks_like_markup_is_text(made):
    section = replace(made.sections[0], comments=(PrintedComment("force", MARKUP),), title=LONG)
    small = replace(of_sections(made, [section]), note=MARKUP, missing=(MARKUP,))
    assert whole_text(report_pdf(panel_report(small))).count(squeezed(MARKUP)) >= 4
