"""The page of small charts."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO

import pytest
from xlsxwriter import Workbook

from xlperf.newbook.charts_page import MOST_SMALL, chart_keys, new_places, write_charts_page
from xlperf.newbook.look import WorkbookFormats
from xlperf.newbook.measures import MeasureRow
from xlperf.tables import schema
from xlperf.tables.measure_kinds import MeasureKind


@pytest.mark.parametrize(("surveys", "pages"), [(15, 1), (MOST_SMALL + 1, 2)])
def test_small_charts_begin_another_page_before_they_are_too_small(
    surveys: int, pages: int
) -> None:
    measures = [
        MeasureRow(f"survey_{number}", "SP5", "Satisfaction", MeasureKind.SURVEY, "")
        for number in range(surveys)
    ]
    places = new_places(chart_keys(measures), 3)
    memory = BytesIO()
    with Workbook(memory, {"in_memory": True}) as book:
        with_figures = {item.name for item in measures}
        write_charts_page(book, WorkbookFormats(book), measures, places, 8, with_figures)
        book.add_worksheet(schema.CHART_DATA.sheet)
    with zipfile.ZipFile(memory) as package:
        drawing = package.read("xl/drawings/drawing1.xml").decode()
        sheet = package.read("xl/worksheets/sheet1.xml").decode()
    breaks = [int(row) for row in re.findall(r'<brk id="(\d+)"', sheet)]
    rows = re.findall(r"<xdr:from>.*?<xdr:row>(\d+)</xdr:row>.*?name=\"Small", drawing)
    assert len(rows) == surveys
    assert len({sum(end <= int(row) for end in breaks) for row in rows}) == pages
