"""The workbook for the panel: what the dashboard shows, and nothing that was not meant to be
seen.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from datetime import date
from io import BytesIO

import openpyxl
import pytest

from tests.excel.torture import mended
from tests.openpyxl_books import openpyxl_book
from tests.tools import converted, soffice, validate
from xlperf.assessment.evidence import Unjudged
from xlperf.documents.pack_contents import contents
from xlperf.documents.pack_values import NOTES
from xlperf.documents.panel_workbook import panel_workbook
from xlperf.excel.file import FileWorkbook
from xlperf.newbook.datasheets import HEADER_ROW
from xlperf.newbook.key_texts import KEY_TITLE
from xlperf.pipeline import assess_workbook
from xlperf.tables import schema
from xlperf.tables.data import Comment
from xlperf.tables.measure_kinds import Comparison, LineKind, MeasureKind
from xlperf.tiles import written

PREPARED = date(2014, 12, 10)
UNJUDGED = Unjudged(LineKind.SPC)
ALLOWED = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|docProps/(app|core)\.xml|xl/(workbook|styles|sharedStrings)\.xml"
    r"|xl/_rels/workbook\.xml\.rels|xl/theme/theme1\.xml|xl/worksheets/sheet\d+\.xml|xl/tables/table\d+\.xml"
    r"|xl/worksheets/_rels/sheet\d+\.xml\.rels|xl/drawings/drawing\d+\.xml|xl/charts/chart\d+\.xml"
    r"|xl/drawings/_rels/drawing\d+\.xml\.rels"
)


@pytest.fixture(scope="module")
def assessed(refreshed):
    return assess_workbook(FileWorkbook.open(refreshed))


@pytest.fixture(scope="module")
def data(assessed):
    return panel_workbook(contents(assessed, prepared=PREPARED))


@pytest.fixture(scope="module")
def book(data):
    return openpyxl.load_workbook(BytesIO(data))


def table(book: openpyxl.Workbook, name: str) -> list[dict[str, object]]:
    header, *rows = list(book[name].iter_rows(min_row=HEADER_ROW + 1, values_only=True))
    return [dict(zip(header, row, strict=True)) for row in rows]


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def test_formulas_and_named_functions_of_the_workbook_leave_no_trace(data, refreshed):
    inside = parts(refreshed.read_bytes())
    sheet = next(
        name for name, part in inside.items() if b"formula_colour" in part and "worksheets" in name
    )
    cell = b'<row r="900"><c r="B900"><f>XP_MARGIN(32)</f><v>17.3</v></c></row></sheetData>'
    typed = mended(refreshed.read_bytes(), sheet, lambda part: part.replace(b"</sheetData>", cell))
    again = assess_workbook(FileWorkbook(typed, "typed"))
    assert panel_workbook(contents(again, prepared=PREPARED)) == data
    for part in parts(data).values():
        assert not re.search(rb"<f[ >]|PERF_|XP_|formula_line|list_lines|_xlfn", part)


def test_the_dashboard_shows_what_the_analysts_does(book, refreshed):
    theirs = openpyxl_book(refreshed, keep_vba=True)["Dashboard"]
    ours = book["Dashboard"]
    assert ours.dimensions == theirs.dimensions
    for row in theirs.iter_rows():
        for cell in row:
            other = ours[cell.coordinate]
            if isinstance(cell.value, str) and "Workings" in cell.value:
                assert other.value == cell.value.replace("Workings", "RAG explained")
                continue
            if isinstance(cell.value, str) and cell.value.startswith("Checks: "):
                assert other.value == "Prepared 10 December 2014"
                continue
            if isinstance(cell.value, float):  # a pack has the decimals that are printed
                assert other.value == pytest.approx(cell.value, abs=0.0005), cell.coordinate
            else:
                assert other.value == cell.value, cell.coordinate
            assert other.fill.fgColor.rgb == cell.fill.fgColor.rgb, cell.coordinate
            assert other.font.color.rgb == cell.font.color.rgb, cell.coordinate
            assert other.number_format == cell.number_format, cell.coordinate


def test_colours_and_reasons_are_those_of_workings(book, assessed):
    rows = table(book, "RAG explained")
    workings = [
        written.working(line, assessed.settings, assessed.record) for line in assessed.lines
    ]
    assert [(row["Priority"], row["Line"], row["Why"]) for row in rows] == [
        (line["Priority"], line["Label"], line["Explanation"]) for line in workings
    ]
    assert [row["Status"].split()[-1].upper() for row in rows] == [
        line["Colour"] for line in workings
    ]


def test_only_parts_a_panel_needs_are_in_it(data):
    strange = [name for name in parts(data) if not ALLOWED.fullmatch(name)]
    assert strange == []


def test_there_are_values_only_and_nothing_is_hidden(data, book):
    for name, part in parts(data).items():
        if name.startswith("xl/worksheets/sheet"):
            assert b"<f>" not in part, name
            assert b"<f " not in part, name
            assert b"hidden" not in part, name
            assert b"conditionalFormatting" not in part, name
            assert b"dataValidation" not in part, name
    assert {sheet.sheet_state for sheet in book} == {"visible"}
    assert list(book.defined_names) == []  # print areas and titles are kept with their sheets
    assert {name for sheet in book for name in sheet.defined_names} <= {
        "Print_Area",
        "Print_Titles",
    }


def test_properties_are_set_on_purpose(book, assessed):
    properties = book.properties
    assert properties.creator == properties.lastModifiedBy == assessed.settings.office
    assert properties.title == "Police and Crime Plan dashboard: Twelve months to September 2014"
    assert properties.keywords == "OFFICIAL"
    assert properties.created.date() == properties.modified.date() == PREPARED


def test_the_same_contents_give_the_same_bytes(data, assessed):
    assert panel_workbook(contents(assessed, prepared=PREPARED)) == data


def test_every_sheet_is_listed_and_leads_to_itself(book):
    listed = table(book, "Contents")
    assert [row["Sheet"] for row in listed] == book.sheetnames
    links = {
        cell.value: cell.hyperlink.location for (cell,) in book["Contents"].iter_rows(5, max_col=1)
    }
    assert links == {name: f"'{name}'!A1" for name in book.sheetnames}


def test_every_plain_sheet_is_one_table_without_a_gap(book):
    for name in book.sheetnames:
        if name in ("Dashboard", "Charts"):
            continue
        sheet = book[name]
        (found,) = sheet.tables.values()
        assert found.ref.startswith(f"A{HEADER_ROW + 1}:")
        assert not sheet.merged_cells.ranges
        titles = [cell.value for cell in sheet[HEADER_ROW + 1]]
        assert None not in titles
        assert len(set(titles)) == len(titles)


def test_charts_keep_only_what_the_sheet_series_shows(data, book):
    cells = [value for row in table(book, schema.SERIES.sheet) for value in row.values()]
    cells += [cell.value for row in book["Dashboard"].iter_rows() for cell in row]
    shown = {
        value if isinstance(value, str) else float(value) for value in cells if value is not None
    }
    for name, part in parts(data).items():
        if name.startswith("xl/charts/"):
            cached = re.findall(rb"<c:pt idx=\"\d+\"><c:v>([^<]*)</c:v>", part)
            assert cached, name
            for value in cached:
                text = value.decode()
                assert (
                    float(text) if re.fullmatch(r"-?[\d.]+(E-?\d+)?", text) else text
                ) in shown, (name, value)


def test_text_that_looks_like_a_formula_stays_text(assessed):
    sly = '=HYPERLINK("http://example.org","x")'
    tables = replace(assessed.tables, comments=(Comment("SP1", "force", sly),))
    data = panel_workbook(contents(replace(assessed, tables=tables), prepared=PREPARED))
    cells = [
        cell
        for sheet in openpyxl.load_workbook(BytesIO(data))
        for row in sheet.iter_rows()
        for cell in row
    ]
    (found, *_) = [cell for cell in cells if isinstance(cell.value, str) and sly in cell.value]
    assert found.data_type == "s"
    assert b"http://example.org" not in b"".join(
        part for name, part in parts(data).items() if name.endswith(".rels") or "worksheets" in name
    )


def test_a_measure_without_months_has_no_chart_and_no_series(assessed):
    gone = replace(assessed.tables, monthly={})
    lines = tuple(
        replace(line, evidence=UNJUDGED) if line.kind is LineKind.SPC else line
        for line in assessed.lines
    )
    made = contents(replace(assessed, tables=gone, lines=lines), prepared=PREPARED)
    points = [
        value
        for row in made.series
        if row["Series"] == "Count"
        for title, value in row.items()
        if "Point" in title
    ]
    assert set(points) == {None}
    assert (
        len([name for name in parts(panel_workbook(made)) if "charts/chart" in name]) == 12 + 1
    )  # groups, savings


def test_a_chart_without_lines_shows_its_months(assessed):
    lines = tuple(
        replace(line, evidence=UNJUDGED) if line.kind is LineKind.SPC else line
        for line in assessed.lines
    )
    made = contents(replace(assessed, lines=lines), prepared=PREPARED)
    drawn = [part for name, part in parts(panel_workbook(made)).items() if "charts/chart" in name]
    assert len(drawn) == 5 + 5 + 12 + 1  # on tiles, on the sheet, groups, savings


def test_priorities_of_the_office_get_tiles_too_and_the_key_is_drawn_once(assessed):
    moved = {"SP4": "X9", "SP1": "Y"}
    renamed = {
        measure.name: replace(measure, priority=moved.get(measure.priority, measure.priority))
        for measure in assessed.tables.measures
    }
    lines = tuple(replace(line, measure=renamed[line.measure.name]) for line in assessed.lines)
    tables = replace(assessed.tables, measures=tuple(renamed.values()))
    made = contents(replace(assessed, tables=tables, lines=lines), prepared=PREPARED)
    assert made.priorities[0] == ("Y", "SP2", "SP3")
    assert made.priorities[1][0] == "X9"
    assert {section.priority: section.title for section in made.sections}["X9"] == "X9"
    assert "SP4" not in [section.priority for section in made.sections]
    sheet = openpyxl.load_workbook(BytesIO(panel_workbook(made)))["Dashboard"]
    texts = [cell.value for row in sheet.iter_rows() for cell in row]
    assert texts.count(KEY_TITLE) == 1
    assert "X9" in texts


def test_notes_that_find_no_cell_on_the_dashboard_stand_in_full_among_the_notes(assessed):
    comments = tuple(Comment(f"P{number}", "force", f"Comment {number}.") for number in range(30))
    tables = replace(assessed.tables, comments=comments)
    made = contents(replace(assessed, tables=tables), prepared=PREPARED)
    texts = [str(row[1]) for row in made.sheet(NOTES).rows]
    assert all(any(f"Comment {number}." in text for text in texts) for number in range(30))
    assert any(f"more in the sheet {NOTES}" in str(value) for value in made.cells.values())


@pytest.mark.validator
def test_the_schema_validator_finds_nothing(data, tmp_path):
    path = tmp_path / "panel.xlsx"
    path.write_bytes(data)
    errors = validate(path)
    if errors is None:
        pytest.skip("the Open XML validator is not installed")
    assert errors == []


@pytest.mark.slow
@pytest.mark.libreoffice
def test_libreoffice_opens_it_without_an_error_value(data, tmp_path):
    if soffice() is None:
        pytest.skip("LibreOffice is not installed")
    path = tmp_path / "panel.xlsx"
    path.write_bytes(data)
    (tmp_path / "again").mkdir()
    saved = openpyxl.load_workbook(converted(path, "xlsx", tmp_path / "again"))
    texts = [
        str(value) for sheet in saved for row in sheet.iter_rows(values_only=True) for value in row
    ]
    assert not [text for text in texts if re.match(r"#(REF|NAME|VALUE|DIV|N/A|NUM|NULL)", text)]


def test_the_appendix_of_measures_says_what_each_is_compared_with(assessed):
    first, second, third, *others = (
        item for item in assessed.tables.measures if item.kind is MeasureKind.OFFENCES
    )
    ways = {
        first.name: replace(first, compared=Comparison.TARGET, target=1200.0),
        second.name: replace(second, compared=Comparison.YEAR_TO_DATE),
        third.name: replace(third, compared=Comparison.QUARTER),
    }
    measures = tuple(ways.get(item.name, item) for item in assessed.tables.measures)
    changed = replace(assessed, tables=replace(assessed.tables, measures=measures))
    sheet = contents(changed, prepared=PREPARED).sheet("Measures")
    at = sheet.titles.index("Compared with")
    texts = {item.name: row[at] for item, row in zip(measures, sheet.rows, strict=True)}
    assert texts[first.name] == "its target, 1,200"
    assert texts[second.name] == "the same months of the year before"
    assert texts[third.name] == "the same quarter a year before"
    assert texts[others[0].name] == "the baseline year 2012/13"
    shown = {item.name for item in measures if item.kind in (MeasureKind.TEXT, MeasureKind.AMOUNT)}
    assert shown
    assert not any(texts[name] for name in shown)
