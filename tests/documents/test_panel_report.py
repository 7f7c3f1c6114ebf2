"""The report for the panel: what the contents say, in a document that everybody can read."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from datetime import date, datetime
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
from xlperf.documents.pack_values import PackContents, PrintedChart, PrintedComment, PrintedTable
from xlperf.documents.panel_report import APPENDICES, panel_report, plain_table
from xlperf.documents.plain_text import plain
from xlperf.documents.report_template import packed, template
from xlperf.documents.word_writer import word_report
from xlperf.errors import PackError
from xlperf.excel.file import FileWorkbook
from xlperf.newbook.look import NAVY
from xlperf.pipeline import assess_workbook
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
    """Captions and tables."""
    found = document.element.body.iter(qn("w:tbl"))
    return [(table.tblPr.find(qn("w:tblCaption")).get(qn("w:val")), table) for table in found]


def fill(cell) -> str:
    shading = cell.find(f"{qn('w:tcPr')}/{qn('w:shd')}")
    return f"#{shading.get(qn('w:fill'))}"


# -- the same as the contents
# --------------------------------------------------------------------------------------------


def test_the_dashboard_is_one_table_with_every_line_as_the_tiles_have_it(document, made):
    header, *rows = rows_of(dict(tables(document))["Dashboard"])
    assert header == ["Priority", "Line", "Before", "Latest", "Change", "Trends / n", "Status"]
    lines = [(section, row) for section in made.sections for row in section.rows]
    assert [row[1:] for row in rows] == [
        [row.label, row.baseline, row.latest, row.change, row.outlook, row.status]
        for _section, row in lines
    ]
    assert [row[0].split("  ")[0] for row in rows] == [section.priority for section, _row in lines]


def test_every_status_stands_on_its_colour_in_white_or_black_whichever_can_be_read(document, made):
    rags = [row.rag for section in made.sections for row in section.rows]
    by_section = iter([section.rows for section in made.sections])
    for caption, table in tables(document):
        if caption == "Lines by colour":
            expected = [rag for _words, rag in made.key]
            cells = table.tr_lst[0].tc_lst
        elif caption == "Red and green lines":
            expected = [rag for rag in (Rag.RED, Rag.GREEN) for found in rags if found is rag]
            cells = [row.tc_lst[0] for row in table.tr_lst[1:]]
        elif caption in APPENDICES:
            continue
        else:
            expected = rags if caption == "Dashboard" else [row.rag for row in next(by_section)]
            cells = [row.tc_lst[-1] for row in table.tr_lst[1:]]
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


def test_each_section_has_its_lines_reasons_charts_and_comments_in_order(document, made):
    found = paragraphs(document)
    starts = [place for place, (style, _text) in enumerate(found) if style == "Heading 2"] + [
        len(found)
    ]
    for section, start, end in zip(made.sections, starts, starts[1:], strict=False):
        inside = found[start:end]
        assert inside[0][1] == f"{section.priority}  {section.title}"
        bullets = [text for style, text in inside if style == "List Bullet"]
        for row, text in zip(section.rows, bullets, strict=True):
            assert text == f"{row.label}. {row.why}"
        captions = [text.partition(": ")[2] for style, text in inside if style == "Caption"]
        assert captions == [chart.title for chart in section.charts]
        said, role = [], ""
        for style, text in inside:
            role = text.removeprefix("Comment of the ") if style == "Heading 3" else role
            if style == "Comment":
                said.append(PrintedComment(role, text))
        assert tuple(said) == section.comments


def test_tables_of_sections_have_the_values_of_the_contents(document, made):
    found = dict(tables(document))
    for section in made.sections:
        header, *rows = rows_of(found[f"{section.priority}  {section.title}"])
        fields = [
            [row.label, row.baseline, row.latest, row.change, row.outlook, row.status]
            for row in section.rows
        ]
        if len(header) == 3:
            assert not any("".join(row[1:2] + row[3:5]) for row in fields)
            fields = [[row[0], row[2], row[5]] for row in fields]
        assert rows == fields


def test_charts_carry_their_alternative_texts_and_are_numbered(document, made):
    charts = [chart for section in made.sections for chart in section.charts]
    drawings = list(document.element.body.iter(qn("wp:docPr")))
    assert [drawing.get("descr") for drawing in drawings] == [chart.alt for chart in charts]
    assert len({drawing.get("id") for drawing in drawings}) == len(charts)
    captions = [text for style, text in paragraphs(document) if style == "Caption"]
    assert [text.partition(":")[0] for text in captions] == [
        f"Figure {number}" for number in range(1, len(charts) + 1)
    ]


def test_notes_missing_data_and_appendices_are_all_there(document, made):
    bullets = [text for style, text in paragraphs(document) if style == "List Bullet"]
    for text in (*made.missing, *(row[1] for row in made.sheet("Notes and definitions").rows)):
        assert text in bullets
    found = dict(tables(document))
    headings = [text for style, text in paragraphs(document) if style == "Heading 2"]
    for letter, name in zip("ABCD", APPENDICES, strict=True):
        sheet = made.sheet(name)
        assert f"{letter}  {name}" in headings
        if sheet.rows:
            header, *rows = rows_of(found[name])
            assert tuple(header) == sheet.titles
            assert len(rows) == len(sheet.rows)
        else:
            assert name not in found
    assert rows_of(found["Measures"])[1][:2] == list(made.sheet("Measures").rows[0][:2])


def test_dates_in_appendices_are_in_words(document, made):
    due = [row[4] for row in made.sheet("Data not received").rows]
    assert date(2015, 4, 1) in [
        value.date() if isinstance(value, datetime) else value for value in due
    ]
    rows = rows_of(dict(tables(document))["Data not received"])[1:]
    assert {row[4] for row in rows} <= {"1 April 2015", ""}


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
            asked = made.sheet(caption).widths
            widths = [column.w for column in table.tblGrid.gridCol_lst]
            order = sorted(range(len(asked)), key=lambda place: max(asked[place], 8))
            assert all(widths[low] <= widths[high] for low, high in pairwise(order))
            assert widths[order[0]] < widths[order[-1]]
            assert [cell.width for cell in table.tr_lst[1].tc_lst] == widths


def test_tables_say_what_the_earlier_figure_is(document):
    """SP3 compares a year to date beside its baseline year, every other priority that alone."""
    headers = {rows_of(table)[0][1] for caption, table in tables(document) if "SP3 " in caption}
    others = {rows_of(table)[0][1] for caption, table in tables(document) if "SP12 " in caption}
    assert (headers, others) == ({"Before"}, {"Baseline"})


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


def test_pictures_are_as_wide_as_the_text_and_stand_in_line(document):
    section = document.sections[0]
    text = section.page_width - section.left_margin - section.right_margin
    for drawing in document.element.body.iter(qn("wp:inline")):
        assert drawing.extent.cx == text
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
    assert ("List Bullet", meant) in found
    assert ("List Bullet", f"{meant}. {meant}") in found
    assert any(said.endswith(f"{meant}: {meant} {meant}") for _style, said in found)
    line = rows_of(dict(tables(document))["Dashboard"])[1]
    assert line[1:6] == [meant] * 5
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
    assert rows_of(dict(tables(document))["Dashboard"]) == rows_of(
        dict(tables(docx.Document(BytesIO(report(small)))))["Dashboard"]
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
        False, True, False, True,
    ]  # fmt: skip


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
