"""The figures for machines: numbers as numbers, none more precise than what is printed."""

from __future__ import annotations

import csv
from datetime import date
from io import StringIO

import pytest

from tests.assessment.casebook import Book
from xlperf.documents.pack_contents import contents
from xlperf.documents.pack_figures import FIGURES, TITLES, figures_csv
from xlperf.documents.pack_values import PrintedTable
from xlperf.excel.file import FileWorkbook
from xlperf.pipeline import assess_workbook
from xlperf.tables.measure_kinds import LineKind
from xlperf.tiles.figures import figure, rounded, signed


@pytest.fixture(scope="module")
def assessed(refreshed):
    return assess_workbook(FileWorkbook.open(refreshed))


@pytest.fixture(scope="module")
def table(assessed) -> PrintedTable:
    return contents(assessed, prepared=date(2014, 12, 10)).sheet(FIGURES)


def records(table: PrintedTable) -> list[dict[str, object]]:
    return [dict(zip(table.titles, row, strict=True)) for row in table.rows]


def test_every_line_has_its_row(assessed, table):
    assert tuple(TITLES) == table.titles
    assert [row["Line"] for row in records(table)] == [line.label for line in assessed.lines]
    assert [row["Colour"] for row in records(table)] == [str(line.shown) for line in assessed.lines]


def test_numbers_are_those_that_the_tiles_print(assessed, table):
    pack = contents(assessed, prepared=date(2014, 12, 10))
    printed = [row for section in pack.sections for row in section.rows]
    plain = (LineKind.OFFENCES, LineKind.TOTAL, LineKind.SURVEY, LineKind.RATING)
    by_label = {(row.label, row.baseline, row.latest) for row in printed}
    seen = 0
    for line, row in zip(assessed.lines, records(table), strict=True):
        if line.kind not in plain or row["Latest"] is None or row["Baseline"] is None:
            continue
        scale = 0.01 if row["Unit"] == "per cent" else 1
        texts = tuple(
            figure(row[title] * scale, line.evidence.form) for title in ("Baseline", "Latest")
        )
        assert (line.label, *texts) in by_label
        seen += 1
    assert seen > 15


def test_a_change_is_the_one_that_the_tile_prints(assessed, table):
    pack = contents(assessed, prepared=date(2014, 12, 10))
    printed = {row.line: row for section in pack.sections for row in section.rows}
    units = {"per cent": "%", "points": " pts"}
    seen = 0
    for line, row in zip(assessed.lines, records(table), strict=True):
        if row["Change"] is not None and row["Change in"] in units:
            change = row["Change"]
            unit = units[row["Change in"]]
            decimals = 1 if unit == " pts" or abs(change) < 10 else 0
            tile = printed[line.line]
            assert signed(change, decimals, unit) in f"{tile.change} {tile.latest}"
            seen += 1
    assert seen > 20


def test_places_are_numbers(table):
    places = [(row["Place"], row["Places"]) for row in records(table) if row["Place"] is not None]
    assert places
    assert all(1 <= place <= of == 8 for place, of in places)


def test_the_file_reads_back_as_the_table(table):
    data = figures_csv(table)
    assert data.startswith(b"\xef\xbb\xbf")
    header, *rows = csv.reader(StringIO(data.decode("utf-8-sig"), newline=""))
    assert tuple(header) == table.titles
    for read, row in zip(rows, table.rows, strict=True):
        for text, value in zip(read, row, strict=True):
            if isinstance(value, date):
                assert date.fromisoformat(text) == value
            elif isinstance(value, (int, float)):
                assert float(text) == value
            else:
                assert text == (value or "")


@pytest.mark.parametrize("text", ["=1+1", "+44", "-5 of 6", "@a", "\tx"])
def test_a_text_that_a_spreadsheet_would_calculate_is_marked_as_text(text):
    data = figures_csv(PrintedTable("F", "P", ("A", "B"), ((text, -5.0),), (9, 9)))
    _header, row = csv.reader(StringIO(data.decode("utf-8-sig"), newline=""))
    assert row == [f"'{text}", "-5"]


def test_what_is_not_known_is_blank_and_no_zero():
    book = Book().measure("one", "survey")
    (row,) = records(
        contents(assess_workbook(book.workbook()), prepared=date(2014, 12, 10)).sheet(FIGURES)
    )
    assert {
        title: row[title] for title in ("Baseline", "Latest", "Change", "Place")
    } == dict.fromkeys(("Baseline", "Latest", "Change", "Place"))


def test_a_share_has_one_decimal_and_no_more():
    book = Book().surveys((160, 163), (155, 163))
    (row,) = records(
        contents(assess_workbook(book.workbook()), prepared=date(2014, 12, 10)).sheet(FIGURES)
    )
    assert (row["Baseline"], row["Latest"]) == (98.2, float(rounded(100 * 155 / 163, 1)))
