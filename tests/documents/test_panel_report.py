"""The report for the panel: what the contents say, in a document that everybody can read."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from datetime import date
from io import BytesIO
from itertools import pairwise
from typing import TYPE_CHECKING

import docx
import pytest
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.assessment.casebook import Book
from tests.shipped import ROOT
from tests.tools import validate
from xlperf.assessment.rag import Rag
from xlperf.documents import template_file
from xlperf.documents.pack_contents import contents
from xlperf.documents.pack_summary import FIRST_ISSUE, QUIET
from xlperf.documents.pack_values import (
    NOTES,
    PackContents,
    PrintedChart,
    PrintedComment,
    PrintedTable,
    StandingText,
    Summary,
)
from xlperf.documents.panel_report import (
    APPENDICES,
    NO_COLOUR,
    PRIORITIES,
    panel_report,
    panel_summary,
    plain_table,
)
from xlperf.documents.plain_text import plain
from xlperf.documents.report_template import packed, template
from xlperf.documents.word_writer import word_report
from xlperf.errors import PackError
from xlperf.excel.file import FileWorkbook
from xlperf.newbook.look import NAVY
from xlperf.pipeline import assess_workbook
from xlperf.tables.report_tables import TextPlace
from xlperf.tiles.explanations import FOR_ANALYSTS
from xlperf.tiles.layout import WHITE, font_on

if TYPE_CHECKING:
    from pathlib import Path

COMMITTED = ROOT / "templates" / "report.docx"
PREPARED = date(2014, 12, 10)
HOSTILE = (
    "=1+1",
    "<w:p>",
    "{{ 7*7 }}",
    "{% for %}",
    "{_{ x }_}",
    "&amp; & &lt;",
    "a\x01b\x0bc",
    "$x$",
    '"quoted"',
    "']]>",
)


def report(contents: PackContents, template_file: Path | None = None) -> bytes:
    """The report of some contents, as a Word document."""
    return word_report(panel_report(contents), template_file)


@pytest.fixture(scope="module")
def made(refreshed) -> PackContents:
    found = contents(assess_workbook(FileWorkbook.open(refreshed)), prepared=PREPARED)
    assert any(section.charts for section in found.sections)
    return found


@pytest.fixture(scope="module")
def data(made) -> bytes:
    return report(made)


@pytest.fixture(scope="module")
def document(data):
    return docx.Document(BytesIO(data))


@pytest.fixture(scope="module")
def small(made) -> PackContents:
    """One section without charts, which is made in a moment."""
    section = next(section for section in made.sections if section.comments)
    return replace(made, sections=(replace(section, charts=()),))


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def text_of(element) -> str:
    pieces = {
        qn("w:t"): lambda item: item.text or "",
        qn("w:br"): lambda _: "\n",
        qn("w:tab"): lambda _: "\t",
    }
    return "".join(pieces[item.tag](item) for item in element.iter() if item.tag in pieces)


def paragraphs(document) -> list[tuple[str, str]]:
    """Style and text of every paragraph of the body, those of tables included."""
    names = {style.style_id: style.name for style in document.styles}
    return [(names[item.style], text_of(item)) for item in document.element.body.iter(qn("w:p"))]


def rows_of(table) -> list[list[str]]:
    return [[text_of(cell) for cell in row.tc_lst] for row in table.tr_lst]


def tables(document) -> list[tuple[str, object]]:
    """Captions and tables; those that only lay charts out have none."""
    captions = (
        (table.tblPr.find(qn("w:tblCaption")), table)
        for table in document.element.body.iter(qn("w:tbl"))
    )
    return [(caption.get(qn("w:val")), table) for caption, table in captions if caption is not None]


def coloured(section):
    return [row for row in section.rows if row.rag is not Rag.NA]


def fill(cell) -> str:
    shading = cell.find(f"{qn('w:tcPr')}/{qn('w:shd')}")
    return f"#{shading.get(qn('w:fill'))}"


# -- the same as the contents
# --------------------------------------------------------------------------------------------


def test_every_line_stands_in_the_table_of_its_priority_or_among_those_without_a_colour(
    document, made
):
    found = dict(tables(document))
    for section in made.sections:
        if coloured(section):
            header, *rows = rows_of(found[section.heading])
            assert header[0] == "Line"
            assert rows == [
                [row.label, row.baseline, row.latest, row.change, row.outlook, row.status]
                for row in coloured(section)
            ]
        else:
            assert section.heading not in found
    header, *rows = rows_of(found[NO_COLOUR])
    assert header == ["Priority", "Line", "Latest", "Why"]
    listed = {
        (priority, label, why)
        for priorities, label, _latest, why in rows
        for priority in priorities.split(", ")
    }
    assert listed == {
        (section.priority, row.label, row.why)
        for section in made.sections
        for row in section.rows
        if row.rag is Rag.NA
    }


def test_every_status_stands_on_its_colour_in_white_or_black_whichever_can_be_read(document, made):
    by_section = {
        section.heading: [row.rag for row in coloured(section)] for section in made.sections
    }
    for caption, table in tables(document):
        if caption == "Lines by colour":
            expected = [rag for _words, rag in made.key]
            cells = table.tr_lst[0].tc_lst
        elif caption in by_section:
            expected = by_section[caption]
            cells = [row.tc_lst[-1] for row in table.tr_lst[1:]]
        else:
            continue
        assert [fill(cell) for cell in cells] == [made.fills[rag] for rag in expected]
        dark = [
            "StatusOnDark" if font_on(made.fills[rag]) == WHITE else "StatusOnLight"
            for rag in expected
        ]
        assert [cell.find(qn("w:p")).style for cell in cells] == dark


def test_counts_are_those_of_the_dashboard(document, made):
    _header, counts = rows_of(dict(tables(document))["Lines by colour"])
    names = ("red", "amber", "green", "NA")
    assert (
        "  ·  ".join(f"{number} {name}" for number, name in zip(counts, names, strict=True))
        == made.counts
    )


def test_each_section_has_its_reasons_charts_comments_and_actions(document, made):
    found = paragraphs(document)
    starts = [place for place, (style, _text) in enumerate(found) if style == "Heading 2"]
    inside = {
        found[start][1]: found[start + 1 : end]
        for start, end in zip(starts, [*starts[1:], len(found)], strict=True)
    }
    for section in made.sections:
        said = inside.get(section.heading, [])
        bullets = [text for style, text in said if style == "List Bullet"]
        reasons = [f"{row.label}. {row.why}" for row in coloured(section)]
        assert bullets == [*reasons, *section.actions]
        captions = [text.partition(": ")[2] for style, text in said if style == "Caption"]
        assert sorted(captions) == sorted(chart.title for chart in section.charts)
        comments, role = [], ""
        for style, text in said:
            role = text.removeprefix("Comment of the ") if style == "Heading 3" else role
            if style == "Comment":
                comments.append(PrintedComment(role, text))
        assert tuple(comments) == section.comments


def test_charts_carry_their_alternative_texts_and_are_numbered(document, made):
    charts = [chart for section in made.sections for chart in section.charts]
    drawings = list(document.element.body.iter(qn("wp:docPr")))
    assert sorted(drawing.get("descr") for drawing in drawings) == sorted(
        chart.alt for chart in charts
    )
    assert len({drawing.get("id") for drawing in drawings}) == len(charts)
    captions = [text for style, text in paragraphs(document) if style == "Caption"]
    assert [text.partition(":")[0] for text in captions] == [
        f"Figure {number}" for number in range(1, len(charts) + 1)
    ]


def test_notes_and_appendices_are_all_there(document, made):
    bullets = [text for style, text in paragraphs(document) if style == "List Bullet Small"]
    for subject, text in made.sheet(NOTES).rows:
        assert subject == PRIORITIES or text in bullets
    found = dict(tables(document))
    headings = [text for style, text in paragraphs(document) if style == "Heading 2"]
    letters = iter("ABCDE")
    for name in APPENDICES:
        sheet = next((sheet for sheet in made.sheets if sheet.name == name), None)
        if sheet is not None and sheet.rows:
            assert f"{next(letters)}  {name}" in headings
            header, *rows = rows_of(found[name])
            assert set(header) <= set(sheet.titles)
            assert len(rows) == len(sheet.rows)
        else:
            assert name not in found
    assert f"{next(letters)}  {FOR_ANALYSTS}" in headings
    assert rows_of(found["Measures"])[1][:2] == list(made.sheet("Measures").rows[0][:2])


def test_what_only_an_analyst_reads_is_in_the_appendix_alone(document):
    texts = [text for _style, text in paragraphs(document)]
    start = texts.index("Appendices")
    words = re.compile(r"\bp = |dispersion|standard deviation", re.IGNORECASE)
    assert not [text for text in texts[:start] if words.search(text)]
    assert [text for text in texts[start:] if words.search(text)]


def test_dates_in_appendices_are_in_words():
    sheet = PrintedTable("S", "P", ("Day", "Number"), ((date(2015, 4, 1), 2.50),), (12, 12))
    ((day, number),) = plain_table(sheet).rows
    assert (day.text, number.text) == ("1 April 2015", "2.5")


# -- what stands first
# --------------------------------------------------------------------------------------------


def first_page(contents):
    """Texts of the summary, under their headings."""
    found: dict[str, list[str]] = {}
    heading = ""
    for style, text in paragraphs(docx.Document(BytesIO(word_report(panel_summary(contents))))):
        if style == "Contents Heading":
            heading = text
        found.setdefault(heading, []).append(text)
    return {name: texts[1:] for name, texts in found.items()}


def test_the_first_page_says_what_changed_what_is_red_what_is_overruled_and_what_is_overdue(made):
    summary = Summary(
        "2 of 62 lines changed.",
        ("SP1  Burglary: from amber to red, from 4,010 to 4,253.",),
        ("SP1  Burglary. RED: more than before.",),
        "SP2  Confidence.",
        ("SP3  Rape: shown amber, calculated red, decided by the lead: new recording",),
        ("SP4  Youth offending, City Council, overdue since 1 April 2014",),
        "",
    )
    found = first_page(replace(made, summary=summary))
    assert found["What changed since last time"] == [summary.changed_lead, *summary.changed]
    assert found["What is red, and why"] == list(summary.red)
    assert found["What is green"] == [summary.green]
    assert found["Overruled by a person"] == list(summary.overruled)
    assert found["What is overdue"] == list(summary.overdue)


def test_a_quiet_first_issue_says_so(made):
    found = first_page(made)
    assert found["What changed since last time"] == [FIRST_ISSUE]
    assert found["What is green"][-1] == QUIET
    assert "Overruled by a person" not in found
    assert "What is overdue" not in found


def test_standing_texts_stand_before_and_behind_the_priorities(made):
    standing = (
        StandingText("Purpose", ("To tell.\n\nAnd more.",), TextPlace.BEFORE),
        StandingText("Contact", ("The officer.", "The office."), TextPlace.AFTER),
    )
    changed = replace(made, standing=standing, actions=("Meet (chair, due 1 May 2015)",))
    found = [text for _style, text in paragraphs(docx.Document(BytesIO(report(changed))))]
    order = ["Purpose", "To tell.", "And more.", "Contents", "Strategic priorities", NO_COLOUR,
             "Actions", "Meet (chair, due 1 May 2015)", "Contact", "The officer.", "The office.",
             NOTES]  # fmt: skip
    places = [len(found) - 1 - found[::-1].index(text) for text in order]
    assert places == sorted(places)


def test_lines_that_are_alike_in_several_priorities_are_gathered_in_one_row(made):
    section = next(item for item in made.sections if not all(coloured(item)) or item.rows)
    row = replace(section.rows[0], rag=Rag.NA, label="Outcome", latest="NA", why="Not received.")
    sections = [replace(section, priority=name, rows=(row,)) for name in ("P1", "P2", "P3")]
    changed = replace(made, sections=tuple(sections))
    _header, *rows = rows_of(dict(tables(docx.Document(BytesIO(report(changed)))))[NO_COLOUR])
    assert rows == [["P1, P2, P3", "Outcome", "NA", "Not received."]]


# -- fit for everybody to read
# ---------------------------------------------------------------------------------------------


def test_headings_begin_at_one_and_leave_no_level_out(document):
    styles = [style for style, _text in paragraphs(document)]
    levels = [
        1 if name == "Contents Heading" else int(name[-1]) for name in styles if "Heading" in name
    ]
    assert levels[0] == 1
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))
    assert styles[0] == "Title"


def test_every_table_has_a_header_row_that_is_repeated_a_description_and_no_merged_cell(document):
    for caption, table in tables(document):
        assert caption
        assert table.tblPr.find(qn("w:tblDescription")).get(qn("w:val"))
        first, *others = table.tr_lst
        assert first.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
        assert others
        assert all(row.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is None for row in others)
        assert not list(table.iter(qn("w:gridSpan"), qn("w:vMerge")))
        columns = len(table.tblGrid.gridCol_lst)
        assert {len(row.tc_lst) for row in table.tr_lst} == {columns}
        widths = [sum(cell.width for cell in row.tc_lst) for row in table.tr_lst]
        assert max(widths) - min(widths) < 1000  # EMU


def test_columns_of_appendices_are_as_wide_as_their_sheets_ask(document, made):
    for caption, table in tables(document):
        if caption in APPENDICES:
            sheet = made.sheet(caption)
            titles = rows_of(table)[0]
            asked = [sheet.widths[sheet.titles.index(title)] for title in titles]
            widths = [column.w for column in table.tblGrid.gridCol_lst]
            order = sorted(range(len(asked)), key=lambda place: max(asked[place], 8))
            assert all(widths[low] <= widths[high] for low, high in pairwise(order))
            assert widths[order[0]] < widths[order[-1]]
            assert [cell.width for cell in table.tr_lst[1].tc_lst] == widths


def test_tables_say_what_the_earlier_figure_is(document):
    headers = {rows_of(table)[0][1] for caption, table in tables(document) if "SP12 " in caption}
    assert headers == {"Baseline"}


def test_charts_of_one_priority_have_a_caption_of_their_own(made):
    titles = [chart.title for section in made.sections for chart in section.charts]
    assert len(titles) == len(set(titles))
    book = Book().offences("one", [100, 120] * 30).offences("two", [200, 220] * 30)
    (section,) = contents(assess_workbook(book.workbook()), prepared=PREPARED).sections
    assert [chart.title for chart in section.charts] == [
        "SP1  Label of one: number a month",
        "SP1  Label of two: number a month",
    ]


def test_few_months_among_missing_ones_are_no_chart():
    def charts(missing: int) -> int:
        months = [f"{2013 + (3 + at) // 12}-{(3 + at) % 12 + 1:02d}" for at in range(missing)]
        book = Book().measure("one", "offences").months("one", [9] * 60, leaving_out=months)
        (section,) = contents(assess_workbook(book.workbook()), prepared=PREPARED).sections
        return len(section.charts)

    assert (charts(8), charts(12)) == (1, 0)


def test_pictures_stand_in_line_and_beside_each_other_within_the_text(document):
    section = document.sections[0]
    text = section.page_width - section.left_margin - section.right_margin
    rows = [
        [drawing.extent.cx for drawing in table.iter(qn("wp:inline"))]
        for table in document.element.body.iter(qn("w:tbl"))
    ]
    assert any(len(widths) == 2 for widths in rows)
    assert all(sum(widths) <= text for widths in rows)
    for drawing in document.element.body.iter(qn("wp:inline")):
        assert drawing.extent.cx < text
        assert [drawing.get(f"dist{side}") for side in "TBLR"] == [
            "0"
        ] * 4  # LibreOffice would add a margin
    assert not list(document.element.body.iter(qn("wp:anchor")))


def test_properties_of_cells_stand_in_the_order_of_the_standard(document):
    order = [qn(f"w:{name}") for name in ("tcW", "tcBorders", "shd", "vAlign")]
    for properties in document.element.body.iter(qn("w:tcPr")):
        assert [tag for tag in order if properties.find(tag) is not None] == [
            child.tag for child in properties
        ]


def test_nothing_is_spaced_by_empty_paragraphs(document):
    drawn = (qn("w:drawing"), qn("w:fldSimple"))
    for paragraph in document.element.body.iter(qn("w:p")):
        cell = paragraph.getparent().tag == qn("w:tc")
        assert text_of(paragraph).strip() or cell or any(True for _ in paragraph.iter(*drawn))


def test_the_language_is_british_english_everywhere(data):
    found = parts(data)
    assert set(re.findall(r'w:lang [^>]*w:val="([^"]+)"', found["word/styles.xml"].decode())) == {
        "en-GB"
    }
    assert '<w:themeFontLang w:val="en-GB"/>' in found["word/settings.xml"].decode()
    assert not re.findall(r"en-US|<w:lang ", found["word/document.xml"].decode())


def test_every_page_has_the_marking_and_its_number(document, made):
    for section in document.sections:
        header, footer = text_of(section.header._element), text_of(section.footer._element)
        assert made.marking in header
        assert made.note in header
        assert made.marking in footer
        assert made.period in footer
        fields = [
            item.get(qn("w:instr")).split()[0]
            for item in section.footer._element.iter(qn("w:fldSimple"))
        ]
        assert fields == ["PAGE", "NUMPAGES"]


def test_the_list_of_contents_leads_to_every_heading_and_guesses_no_page(document):
    headings = [text for style, text in paragraphs(document) if style in ("Heading 1", "Heading 2")]
    entries = [
        item
        for item in document.element.body.iter(qn("w:p"))
        if (item.style or "").startswith("TOC")
    ]
    assert [text_of(entry).rstrip("\t") for entry in entries] == [text.strip() for text in headings]
    places = {item.get(qn("w:name")) for item in document.element.body.iter(qn("w:bookmarkStart"))}
    for entry in entries:
        anchor = entry.find(qn("w:hyperlink")).get(qn("w:anchor"))
        assert anchor in places
        assert f"PAGEREF {anchor}" in "".join(item.text for item in entry.iter(qn("w:instrText")))


def test_properties_are_set_on_purpose_and_name_no_person(data, document, made):
    found = document.core_properties
    assert found.title == f"{made.title}: {made.period}"
    assert found.author == found.last_modified_by == made.office
    assert found.language == "en-GB"
    assert found.created.date() == found.modified.date() == PREPARED
    assert found.keywords == made.marking
    assert not found.comments
    assert {name for name in parts(data) if name.startswith(("docProps", "customXml"))} == {
        "docProps/core.xml"
    }


def test_the_same_contents_give_the_same_bytes(data, made):
    assert report(made) == data
    with zipfile.ZipFile(BytesIO(data)) as package:
        assert {member.date_time for member in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert package.namelist()[0] == "[Content_Types].xml"


@pytest.mark.validator
@pytest.mark.parametrize("which", ["report", "template"])
def test_the_schema_validator_finds_nothing(data, tmp_path, which):
    path = tmp_path / f"{which}.docx"
    path.write_bytes(data if which == "report" else template())
    found = validate(path)
    if found is None:
        pytest.skip("the Open XML validator is not installed")
    assert found == []


# -- texts of the workbook stay texts
# ---------------------------------------------------------------------------------------


def hostile(made: PackContents, text: str) -> PackContents:
    section = made.sections[0]
    rows = tuple(
        replace(
            row,
            label=text,
            baseline=text,
            latest=text,
            change=text,
            outlook=text,
            why=text,
            analysts=text,
            caveats=text,
        )
        for row in section.rows
    )
    section = replace(section, title=text, rows=rows, comments=(PrintedComment("force", text),))
    sheets = tuple(
        (
            replace(sheet, rows=(tuple([text] * len(sheet.titles)),))
            if sheet.name in APPENDICES
            else sheet
        )
        for sheet in made.sheets
    )
    return replace(
        made, sections=(section,), office=text, note=text, missing=(text,), sheets=sheets
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_what_looks_like_a_formula_a_tag_or_markup_arrives_as_text(small, text):
    document = docx.Document(BytesIO(report(hostile(small, text))))
    meant = plain(text)
    found = paragraphs(document)
    assert ("Comment", meant) in found
    assert ("Publisher", meant) in found
    assert ("List Bullet", f"{meant}. {meant}") in found
    assert any(said.endswith(f"{meant}: {meant} {meant}") for _style, said in found)
    line = rows_of(dict(tables(document))[f"SP6  {meant}".replace("\n", " ")])[1]
    assert line[:5] == [meant] * 5
    assert set(rows_of(dict(tables(document))["Revisions"])[1]) == {meant}
    assert meant in text_of(document.sections[0].header._element)
    assert document.core_properties.author == meant
    assert f"{small.sections[0].priority}  {meant}".replace("\n", " ") in [
        item.get(qn("w:val")) for item in document.element.body.iter(qn("w:tblCaption"))
    ]


def test_hostile_text_reaches_a_charts_alternative_text_and_its_picture_unread(made):
    section = next(section for section in made.sections if section.charts)
    text = '$\\frac{1}$ <w:p> {{ x }} {_{ & "'
    drawn = section.charts[0].chart
    chart = PrintedChart(text, text, replace(drawn, forces=(text, *drawn.forces[1:])))
    document = docx.Document(
        BytesIO(report(replace(made, sections=(replace(section, charts=(chart,)),))))
    )
    assert next(document.element.body.iter(qn("wp:docPr"))).get("descr") == text
    assert ("Caption", f"Figure 1: {text}") in paragraphs(document)


@pytest.mark.slow
def test_any_comment_arrives_as_it_was_written(small):
    @settings(max_examples=25)
    @given(st.text(min_size=1).filter(lambda text: plain(text).strip()))
    def arrives(text: str) -> None:
        section = replace(small.sections[0], comments=(PrintedComment("commissioner", text),))
        found = paragraphs(docx.Document(BytesIO(report(replace(small, sections=(section,))))))
        said = "\n".join(item for style, item in found if style == "Comment")
        assert re.sub(r"\s+", " ", said).strip() == re.sub(r"\s+", " ", plain(text)).strip()

    arrives()


def test_a_comment_of_spaces_makes_no_heading(small):
    section = replace(small.sections[0], comments=(PrintedComment("force", " \n "),))
    found = paragraphs(docx.Document(BytesIO(report(replace(small, sections=(section,))))))
    assert not [text for _style, text in found if text.startswith("Comment of")]


def test_a_long_comment_keeps_its_paragraphs_and_line_breaks(small):
    section = replace(
        small.sections[0],
        comments=(PrintedComment("force", "One\ntwo\n\nthree"), PrintedComment("force", "four")),
    )
    found = paragraphs(docx.Document(BytesIO(report(replace(small, sections=(section,))))))
    assert [text for style, text in found if style == "Comment"] == ["One\ntwo", "three", "four"]


# -- the template
# --------------------------------------------------------------------------------------------------


def test_a_very_long_name_of_the_office_is_no_fault(small):
    document = docx.Document(BytesIO(report(replace(small, office="O" * 300))))
    assert document.core_properties.author == "O" * 255
    assert ("Publisher", "O" * 300) in paragraphs(document)


def test_the_template_of_the_repository_is_the_one_that_xlperf_uses():
    assert COMMITTED.read_bytes() == template()


def test_the_template_opens_in_word_with_every_style_it_uses():
    document = docx.Document(BytesIO(template()))
    used = set(
        re.findall(
            r'w:(?:pStyle|tblStyle) w:val="(\w+)"',
            "".join(map(bytes.decode, parts(template()).values())),
        )
    )
    assert used <= {style.style_id for style in document.styles}
    assert (
        f'w:fill="{NAVY[1:]}"'.encode() in parts(template())["word/styles.xml"]
    )  # the blue of the workbook


def changed(
    tmp_path: Path, old: str, new: str, part: str = "word/document.xml", path: Path | None = None
) -> Path:
    """The template, or that of a path, with a piece of it replaced."""
    found = parts(path.read_bytes() if path else template())
    assert old in found[part].decode()
    found[part] = found[part].decode().replace(old, new).encode()
    path = tmp_path / "ours.docx"
    path.write_bytes(packed(found))
    return path


def test_an_office_may_restyle_the_template(small, tmp_path):
    path = tmp_path / "ours.docx"
    ours = docx.Document(BytesIO(template()))
    ours.styles["Title"].font.name = "Georgia"
    ours.core_properties.author = "A. Person"
    ours.core_properties.comments = "Draft of A. Person"
    ours.save(str(path))
    made = report(small, path)
    document = docx.Document(BytesIO(made))
    assert document.styles["Title"].font.name == "Georgia"
    name = small.sections[0].heading
    assert rows_of(dict(tables(document))[name]) == rows_of(
        dict(tables(docx.Document(BytesIO(report(small)))))[name]
    )
    assert b"A. Person" not in b"".join(parts(made).values())


def test_what_a_template_has_before_and_behind_the_report_stays(small, tmp_path):
    mark = '<w:r><w:t xml:space="preserve">{{ report }}</w:t></w:r></w:p>'
    own = '<w:p><w:pPr><w:pStyle w:val="Lead"/></w:pPr><w:r><w:t>{}</w:t></w:r></w:p>'
    around = f"{mark}{own.format('Behind {{ period }}')}"
    path = changed(tmp_path, mark, around)
    path = changed(tmp_path, "<w:body>", f"<w:body>{own.format('Before {{ title }}')}", path=path)
    document = docx.Document(BytesIO(report(small, path)))
    texts = [text for _style, text in paragraphs(document)]
    assert texts[:2] == [f"Before {small.title}", small.title]
    assert texts[-1] == f"Behind {small.period}"
    assert len(document.sections) == len(docx.Document(BytesIO(report(small))).sections) + 1


def test_a_tag_may_be_split_over_runs_and_its_text_may_look_like_another(small, tmp_path):
    split = "{{ ti</w:t></w:r><w:r><w:t>tle }}: {{ office }}"
    path = changed(tmp_path, "{{ title }}", split, "word/footer1.xml")
    document = docx.Document(BytesIO(report(replace(small, office="{{ title }}"), path)))
    assert f"{small.title}: {{{{ title }}}}: {small.period}" in text_of(
        document.sections[0].footer._element
    )


def test_pages_of_a_template_that_are_all_upright_are_turned_for_wide_tables(small, tmp_path):
    upright = re.compile(r'<w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/>')
    part = parts(template())["word/document.xml"].decode()
    path = changed(tmp_path, upright.search(part).group(), '<w:pgSz w:w="11906" w:h="16838"/>')
    document = docx.Document(BytesIO(report(small, path)))
    assert [section.page_width > section.page_height for section in document.sections] == [
        False,
        True,
    ]


@pytest.mark.parametrize(
    ("part", "old", "new", "says"),
    [
        ("word/footer1.xml", "{{ period }}", "{{ periode }}", "the tag {{ periode }}, which is no"),
        ("word/footer1.xml", "{{ title }}", "{{ 7 * 7 }}", "{{ 7 * 7 }}"),
        ("word/footer1.xml", "{{ title }}", "{{ title", "{{ title"),
        ("word/header1.xml", "{{ and_note }}", "{% if note %}", "{% if note %}"),
        ("word/document.xml", "{{ report }}", "{%p for line in lines %}", "no paragraph {{ report"),
        ("word/document.xml", "<w:body>",
         "<w:body><w:p><w:r><w:t>{{ report }}</w:t></w:r></w:p>", "2 paragraphs {{ report }}"),
        ("word/styles.xml", '<w:name w:val="Comment"/>', '<w:name w:val="Other"/>',
         "no style 'Comment'"),
    ],
)  # fmt: skip
def test_a_template_that_cannot_be_filled_is_refused_in_a_sentence(
    small, tmp_path, part, old, new, says
):
    path = changed(tmp_path, old, new, part)
    with pytest.raises(PackError, match=re.escape(says)) as refused:
        report(small, path)
    assert str(path) in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        ("word/_rels/document.xml.rels", "Relationships", "Relations"),
        ("word/document.xml", "w:body", "w:corpus"),
        ("word/styles.xml", "</w:styles>", "</w:style>"),
    ],
)
def test_a_template_that_a_library_fails_on_is_refused_in_a_sentence(
    small, tmp_path, part, old, new
):
    path = changed(tmp_path, old, new, part)
    with pytest.raises(PackError, match=r"Save it in Word|Correct the tag") as refused:
        report(small, path)
    assert "\n" not in str(refused.value)


def test_a_template_with_two_parts_of_one_name_makes_no_document_with_a_part_twice(small, tmp_path):
    rels, header = (
        "word/_rels/document.xml.rels",
        re.compile(r'<Relationship Id="[^"]*"[^>]*header1.xml"/>'),
    )
    relation = header.search(parts(template())[rels].decode()).group()
    twice = relation + relation.replace('Id="', 'Id="x').replace("header1.xml", "./header1.xml")
    data = report(small, changed(tmp_path, relation, twice, rels))
    with zipfile.ZipFile(BytesIO(data)) as package:
        names = package.namelist()
    assert len(names) == len(set(names))


def test_a_template_that_unpacks_to_much_is_refused_before_it_is_unpacked(
    small, tmp_path, monkeypatch
):
    monkeypatch.setattr(template_file, "MOST_BYTES", 10_000)
    with pytest.raises(PackError, match="Make its pictures smaller"):
        report(small, changed(tmp_path, "{{ report }}", "{{ report }}"))


@pytest.mark.parametrize(
    ("name", "content"), [("a.docx", b"no zip"), ("b.docx", None), ("c.docx", "zip"), ("d", b"")]
)
def test_what_is_no_word_document_is_refused_in_a_sentence(small, tmp_path, name, content):
    path = tmp_path / name
    if content == "zip":
        path.write_bytes(packed({"a.txt": b"a"}))
    elif content is not None:
        path.write_bytes(content)
    with pytest.raises(PackError, match=re.escape(str(path))):
        report(small, path)


def test_a_column_is_wide_enough_for_its_longest_word():
    """A page breaks a word that does not fit, and the leak check then knows neither piece."""

    def share(code: str) -> float:
        sheet = PrintedTable("Measures", "", ("Priority", "Measure"), ((code, "One"),), (9, 40))
        first, other = (column.width for column in plain_table(sheet).columns)
        return first / (first + other)

    assert share("Neighbourhood policing") > 1.2 * share("Roads")
