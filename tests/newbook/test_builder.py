"""The workbook that `python -m xlperf new` makes: reproducible, complete, set up for print, fit for
everybody to read.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from io import BytesIO
from typing import Any
from xml.etree import ElementTree as ET

import openpyxl
import pytest
from openpyxl.utils import column_index_from_string

from tests.openpyxl_books import openpyxl_book
from tests.shipped import BLANK, SHIPPED
from tests.tools import validate
from xlperf.excel.file import FileWorkbook
from xlperf.newbook.builder import workbook_bytes
from xlperf.newbook.content import example_content, sample_content
from xlperf.newbook.key_texts import FILLS
from xlperf.newbook.measures import measure_rows
from xlperf.newbook.priorities import badge, bands
from xlperf.newbook.sample_tables import sample_tables
from xlperf.newbook.tile_grid import GAP, MARGIN, WIDTHS
from xlperf.tables import schema
from xlperf.tables.lines import (
    CHANCE_CELL,
    KEY_CELLS,
    MISSING_CELLS,
    NOTE_CELLS,
    TITLE_CELLS,
    cell_name,
    title_cell,
)
from xlperf.tables.measure_kinds import LineKind
from xlperf.tiles.layout import font_on

NAMESPACE = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"


@pytest.fixture(scope="module")
def data() -> bytes:
    return workbook_bytes()


@pytest.fixture(scope="module")
def book(data: bytes) -> openpyxl.Workbook:
    return openpyxl_book(data, keep_vba=True)


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


@pytest.mark.slow
def test_the_same_source_gives_the_same_bytes(data):
    assert workbook_bytes() == data


@pytest.mark.parametrize(
    ("path", "blank"), [(SHIPPED, False), (BLANK, True)], ids=["shipped", "blank"]
)
def test_the_files_in_the_repository_are_what_the_source_makes(path, blank):
    # Compared part by part: another build of zlib may pack the same parts into other bytes.
    assert parts(path.read_bytes()) == parts(
        workbook_bytes(example_content() if blank else None)
    ), "run: python -m xlperf new --overwrite (see CONTRIBUTING)"


def test_every_part_carries_a_fixed_date(data):
    with zipfile.ZipFile(BytesIO(data)) as package:
        assert {member.date_time[:3] for member in package.infolist()} == {(1980, 1, 1)}


def test_it_has_the_sheets_and_tables_of_the_specification(book):
    assert book.sheetnames[:3] == ["Guide", "Dashboard", "Charts"]
    assert book.active.title == "Dashboard"
    tables = {name for sheet in book for name in sheet.tables}
    every = (*schema.ALL, *schema.REPORT, *schema.INTAKE)
    assert tables == {table.name for table in every}
    for table in every:
        sheet = book[table.sheet]
        top = re.match(r"[A-Z]+(\d+)", sheet.tables[table.name].ref).group(1)
        assert tuple(cell.value for cell in sheet[int(top)][: len(table.columns)]) == table.titles


def test_all_61_lines_of_the_report_and_the_tile_of_words_have_their_cells(data):
    measures = measure_rows(sample_tables()[schema.MEASURES.name])
    lines = [line for measure in measures for line in measure.lines]
    # Source: the panel report's dashboard, September 2014: 61 lines on 18 tiles, and SP15, which
    # has words only.
    assert len(lines) == 62
    names = {cell_name(line.name, field) for line in lines for field in line.fields}
    expected = names | {*TITLE_CELLS, CHANCE_CELL, *NOTE_CELLS, *MISSING_CELLS, *KEY_CELLS.values()}
    found = FileWorkbook(data, "new").cells(expected)
    assert set(found) == expected
    assert {name: state.refusal for name, state in found.items() if state.refusal} == {}


def test_sheets_without_a_table_can_be_found_by_a_name(book):
    for name, sheet in (("sheet_charts", "Charts"), ("sheet_guide", "Guide")):
        assert book.defined_names[name].attr_text == f"{sheet}!$A$1"


def test_any_number_of_priorities_stands_three_wide_in_their_order():
    for number in range(1, 41):
        codes = [f"P{place}" for place in range(number)]
        grid = bands(codes)
        assert [name for row in grid for name in row] == codes
        assert {len(row) for row in grid[:-1]} <= {3}


def test_a_tile_has_the_code_that_the_notes_have():
    assert badge("SP14A") == "SP14A"
    assert badge("Neighbourhood policing") == "Neighbo…"


@pytest.mark.slow
@pytest.mark.parametrize("number", [1, 2, 3, 40])
def test_the_key_is_no_tile_and_stands_in_cells_of_its_own(number):
    cells = FileWorkbook(plan_of(number), "new").cells([*KEY_CELLS.values(), *NOTE_CELLS])
    keys = {cells[name].address for name in KEY_CELLS.values()}
    assert len(keys) == len(KEY_CELLS)
    texts = [cell.value for row in sheet_of(plan_of(number)).iter_rows() for cell in row]
    assert "?" not in texts
    assert sum(str(text).startswith("Key ") for text in texts) == 1


def test_a_long_title_or_label_is_shown_whole():
    long = "Make sure that people who live in, work in or visit the area feel safe " * 2
    sheet = sheet_of(plan_of(2, title=long, label=long))
    tall = {row: item.height for row, item in sheet.row_dimensions.items() if item.height}
    wrapped = [
        cell for row in sheet.iter_rows() for cell in row if cell.value and long in str(cell.value)
    ]
    assert len(wrapped) > 2
    assert all(cell.alignment.wrap_text and tall[cell.row] > 30 for cell in wrapped)


def test_three_tiles_are_seen_at_once_on_a_screen_of_1920_pixels(book):
    frame = 60  # Excel's own row numbers and scroll bar
    assert 3 * sum(WIDTHS) + 2 * GAP + 2 * MARGIN + frame < 1920


def test_the_title_of_each_tile_has_a_name_and_is_remembered(data):
    book = FileWorkbook(data, "new")
    grid = book.read([schema.PRIORITIES.name])[schema.PRIORITIES.name]
    cells = book.cells(title_cell(str(row[0])) for row in grid.rows)
    assert [cell.value for cell in cells.values()] == [row[1] for row in grid.rows]
    assert [row[1] for row in grid.rows] == [row[-1] for row in grid.rows]
    assert {cell.refusal for cell in cells.values()} == {None}


def test_the_dashboard_prints_on_one_page_of_a3_landscape(book):
    setup = book["Dashboard"].page_setup
    assert (int(setup.paperSize), setup.orientation) == (8, "landscape")
    assert (setup.fitToWidth, setup.fitToHeight) in ((1, 1), (None, None))
    assert book["Dashboard"].sheet_properties.pageSetUpPr.fitToPage
    assert book["Dashboard"].print_area


def test_every_table_prints_in_letters_that_can_be_read_with_its_header_on_each_page(book):
    for table in (*schema.ALL, *schema.REPORT, *schema.INTAKE):
        sheet = book[table.sheet]
        printed = sheet.print_area.split(":")[-1].strip("$0123456789") if sheet.print_area else ""
        last = column_index_from_string(printed) if printed else len(table.columns)
        points = sum(5.25 * column.width + 3.75 for column in table.columns[:last])
        scale = (sheet.page_setup.scale or 100) / 100
        if sheet.sheet_properties.pageSetUpPr.fitToPage:
            upright = sheet.page_setup.orientation == "portrait"
            room = {"8": 1132, "9": 537 if upright else 784}[str(int(sheet.page_setup.paperSize))]
            scale = min(1, room / points)
        assert 10 * scale >= 7, table.name
        assert sheet.print_title_rows == "$4:$4", table.name
        assert "&P of &N" in sheet.oddFooter.right.text


def test_heads_stay_in_sight(book):
    assert book["Dashboard"].freeze_panes == "A4"
    for table in (*schema.ALL, *schema.INTAKE):
        assert book[table.sheet].freeze_panes == "B5", table.sheet


def test_every_chart_has_a_text_that_can_be_read_out(data):
    texts = []
    for name, content in parts(data).items():
        if re.fullmatch(r"xl/drawings/drawing\d+\.xml", name):
            texts += [node.get("descr") for node in ET.fromstring(content).iter(f"{DRAWING}cNvPr")]
    # savings and the tiles' small charts; all in small; months, ways, surveys, positions
    assert len(texts) == 1 + 5 + 15 + 5 + 5 + 21 + 12
    assert all(texts)
    assert len(set(texts)) == len(texts)


def test_columns_with_choices_have_a_list_and_every_column_says_what_it_needs(book):
    for table in (
        table for table in (*schema.DATA, *schema.INTAKE) if table is not schema.SETTINGS
    ):
        rules = book[table.sheet].data_validations.dataValidation
        assert len(rules) == len(table.columns), table.name
        for column, rule in zip(table.columns, rules, strict=True):
            assert rule.prompt == column.meaning[:255]
            if column.choices:
                assert rule.formula1 == '"' + ",".join(column.choices) + '"'


def test_settings_with_choices_have_a_list(book):
    from xlperf.config import SETTINGS

    rules = {str(rule.sqref): rule for rule in book["Settings"].data_validations.dataValidation}
    for row, setting in enumerate(SETTINGS, 5):
        if setting.choices:
            assert rules[f"B{row}"].formula1 == '"' + ",".join(setting.choices) + '"'


def test_every_chip_can_be_read_on_its_fill():
    def luminance(colour: str) -> float:
        channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    for rag, fill in FILLS.items():
        light, dark = sorted((luminance(fill), luminance(font_on(fill))), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, rag  # WCAG 2.1, criterion 1.4.3


def test_the_illustrative_sheets_say_that_they_are(book):
    for table in (schema.MONTHLY, schema.SURVEYS, schema.TOTALS, schema.PEERS):
        assert "Illustrative" in book[table.sheet]["A3"].value
    assert "unverified" in book["Forces"]["A3"].value


def test_a_blank_workbook_has_examples_of_no_office_and_no_figures():
    book = openpyxl_book(workbook_bytes(example_content()), keep_vba=True)
    assert book["Measures"]["A5"].value == "P1_burglary"
    assert book["Priorities"]["B5"].value.startswith("Example: ")
    texts = [cell.value for sheet in book for row in sheet.rows for cell in row]
    assert not [text for text in texts if isinstance(text, str) and "Leicester" in text]
    for table in (
        schema.MONTHLY,
        schema.SURVEYS,
        schema.TOTALS,
        schema.PEERS,
        schema.AMOUNTS,
        schema.FAMILIES,
    ):
        assert [cell.value for cell in book[table.sheet][5]] == [None] * len(table.columns), (
            table.name
        )


def test_it_is_declared_a_macro_enabled_workbook(data):
    assert b"sheet.macroEnabled.main+xml" in parts(data)["[Content_Types].xml"]


def test_only_money_lines_have_no_status():
    for measure in measure_rows(sample_tables()[schema.MEASURES.name]):
        for line in measure.lines:
            assert ("rag" in line.fields) is (line.kind is not LineKind.AMOUNT)


@pytest.mark.validator
def test_the_schema_validator_finds_nothing(data, tmp_path):
    path = tmp_path / "new.xlsm"
    path.write_bytes(data)
    faults = validate(path)
    if faults is None:
        pytest.skip("the Open XML validator is not installed")
    assert faults == []


def plan_of(priorities: int, title: str = "Title", label: str = "") -> bytes:
    """A workbook with so many priorities, with the measures of the sample by turns."""
    codes = [row[0] for row in sample_tables()[schema.PRIORITIES.name]]
    plan, measures = [], []
    for number in range(priorities):
        code, again = codes[number % len(codes)], "" if number < len(codes) else f"_{number}"
        blank = (None,) * (len(schema.PRIORITIES.columns) - 3)
        plan.append((f"P{number}", f"{title} {number}", number + 1, *blank))
        measures += [
            (row[0] + again, f"P{number}", label or row[2], *row[3:])
            for row in sample_tables()[schema.MEASURES.name]
            if row[1] == code
        ]
    tables = {schema.PRIORITIES.name: tuple(plan), schema.MEASURES.name: tuple(measures)}
    return workbook_bytes(replace(sample_content(), tables={**sample_tables(), **tables}))


def sheet_of(data: bytes) -> Any:
    return openpyxl.load_workbook(BytesIO(data))["Dashboard"]


@pytest.mark.parametrize(("priorities", "pages"), [(1, 1), (3, 1), (7, 1), (19, 1), (40, 3)])
def test_a_plan_of_any_length_is_printed_on_pages_that_can_be_read(priorities, pages):
    with zipfile.ZipFile(BytesIO(plan_of(priorities))) as package:
        sheet = package.read("xl/worksheets/sheet2.xml").decode()
    breaks = re.findall(r'<brk id="(\d+)"', sheet)
    assert 1 + len(breaks) == pages
    assert ("fitToPage" in sheet) == (pages == 1)
    for row in breaks:  # a page begins with the bar of a tile, not in the middle of one
        assert re.search(rf'<row r="{int(row) + 1}"[^>]* ht="(?:19|18.75)"', sheet)
