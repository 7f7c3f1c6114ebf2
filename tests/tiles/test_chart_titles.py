"""Titles of charts follow the plan: they are cells of Series, which a refresh writes."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING
from xml.sax.saxutils import unescape

import pytest

from tests.tiles.test_tile_labels import made, run  # noqa: F401 - a fixture
from xlperf.excel.file import FileWorkbook
from xlperf.excel.port import SetRows
from xlperf.tables import schema
from xlperf.tiles.chart_titles import MONTHS_ROW

if TYPE_CHECKING:
    from collections.abc import Mapping


def titles(book: FileWorkbook) -> Mapping[tuple[str, str], str]:
    """Titles of charts as Series holds them."""
    grid = book.read([schema.SERIES.name])[schema.SERIES.name]
    return {(str(row[0]), str(row[1])): str(row[-1]) for row in grid.rows if row[-1] is not None}


def shown(data: bytes) -> list[str]:
    """Titles that charts show until a program draws them anew."""
    with zipfile.ZipFile(BytesIO(data)) as package:
        parts = [package.read(name).decode() for name in package.namelist() if "charts/" in name]
    linked = (
        re.search(
            r"<c:title><c:tx><c:strRef><c:f>'Chart data'![^<]*</c:f><c:strCache>.*?<c:v>([^<]*)</c:v>",
            part,
        )
        for part in parts
    )
    return [unescape(match.group(1)) for match in linked if match]


@pytest.fixture
def book(made: bytes) -> FileWorkbook:  # noqa: F811 - the fixture
    return FileWorkbook(made, "the workbook")


def test_charts_of_a_new_workbook_show_the_titles_of_chart_data(book):
    grid = book.read([schema.CHART_DATA.name])[schema.CHART_DATA.name]
    column = grid.header.index(schema.CHART_TITLE)
    named = {str(row[column]) for row in grid.rows if row[column] is not None}
    assert set(shown(book.to_bytes())) == named


def test_a_title_follows_the_plan_and_a_chart_without_a_measure_says_so(book):
    run(book)
    before = titles(book)
    gone = "SP2_offending"
    rows = book.read([schema.PRIORITIES.name])[schema.PRIORITIES.name].rows
    new = tuple(("Safer homes" if row[0] == "SP12" else row[1],) for row in rows)
    book.apply([SetRows(schema.PRIORITIES.name, ("Title",), new)])
    measures = book.read([schema.MEASURES.name])[schema.MEASURES.name].rows
    counted = next(name for name, series in before if series == MONTHS_ROW and "SP12" not in name)
    kept = tuple(row for row in measures if row[0] not in (gone, counted))
    book.apply([SetRows(schema.MEASURES.name, schema.MEASURES.titles, kept)])
    run(book)
    after = titles(book)
    assert after["SP12_offences", MONTHS_ROW] == "SP12  Safer homes: number of offences"
    assert after[counted, MONTHS_ROW] == f"{counted}: no figures now"
    assert after.keys() == before.keys()
