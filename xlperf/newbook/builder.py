"""A new workbook, built from source: the same source gives the same bytes.

XlsxWriter writes it, for it knows charts, sparklines, tables and validation, and puts no clock into
a file. The VBA project is handed to it; the ribbon, which it does not know, is put in afterwards.
Without macros the declared type of the main part is set afterwards, to what Excel itself writes for
an .xlsm without macros.
"""

from __future__ import annotations

import re
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

from xlsxwriter import Workbook

from xlperf.config import SETTINGS_BY_KEY
from xlperf.excel.package import Package
from xlperf.excel.port import column_letters
from xlperf.newbook import charts_page, charts_sheet, datasheets
from xlperf.newbook.conf_sheet import write_conf
from xlperf.newbook.content import sample_content
from xlperf.newbook.dashboard import DashboardSheet
from xlperf.newbook.formulas_sheet import write_formulas
from xlperf.newbook.guide import write_guide
from xlperf.newbook.look import FONT, WorkbookFormats
from xlperf.newbook.measures import measure_rows
from xlperf.newbook.priorities import bands
from xlperf.newbook.ribbon_part import with_ribbon
from xlperf.newbook.tile_sheets import DRAWN, PlanOfTiles
from xlperf.tables import schema
from xlperf.tables.decision_tables import ON_THE_TILE
from xlperf.tables.lines import CHANCE_CELL, CHART_DATA_SHEET, CHARTS_SHEET, RECORD_CELLS
from xlperf.tables.measure_kinds import KINDS
from xlperf.tiles.chart_titles import chart_titles
from xlperf.vba.project import WORKBOOK, project

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlperf.newbook.content import Content
    from xlperf.newbook.measures import MeasureRow

CREATED = datetime(2014, 12, 10, 9, 0, 0)  # noqa: DTZ001 - a fixed stamp, so that the same source gives the same bytes
"""Date in the document's properties: the panel meeting that the illustrative figures are of."""
WORKBOOK_TYPE = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
MACRO_TYPE = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
CONTENT_TYPES = "[Content_Types].xml"
SHEET_ORDER = (
    schema.WORKINGS,
    schema.CHECKS,
    *schema.DATA,
    *schema.REPORT,
    *schema.INTAKE,
    schema.HISTORY,
    schema.LOG,
    schema.SERIES,
    schema.CHART_DATA,
    schema.INPUTS,
)


def workbook_bytes(content: Content | None = None, *, macros: bool = True) -> bytes:
    """Give the bytes of a new workbook.

    Parameters
    ----------
    content
        Rows of its tables and its settings; None: those of the sample.
    """
    content = sample_content() if content is None else content
    rows = _rows(content)
    plan = _plan(rows)
    order = list(plan)
    measures = sorted(
        measure_rows(rows[schema.MEASURES.name]), key=lambda item: order.index(item.priority)
    )
    key = "dashboard_title"
    title = str(content.settings.get(key) or SETTINGS_BY_KEY[key].default)
    memory = BytesIO()
    book = Workbook(memory, {"in_memory": True})
    book.set_properties({"title": title, "comments": "Made by xlperf.", "created": CREATED})
    book.set_calc_mode("auto")
    book.set_size(28_000, 16_000)
    book.formats[0].set_font_name(FONT)
    look = WorkbookFormats(book)
    keys = charts_sheet.series_keys(measures)
    places = charts_sheet.SeriesPlaces(
        {key: datasheets.HEADER_ROW + 1 + place for place, key in enumerate(keys)},
        titles=schema.SERIES.titles.index(schema.CHART_TITLE),
    )
    write_guide(book, look)
    dashboard = DashboardSheet(book, look, places, title=title)
    dashboard.write(measures, bands(order), plan)
    for name, cell in dashboard.names.items():
        book.define_name(name, f"={dashboard.sheet.name}!{cell}")
    group = sum(
        row[schema.FORCES.titles.index("In group")] in ("yes", True)
        for row in rows[schema.FORCES.name]
    )
    with_figures = _with_figures(rows)
    drawn_keys = charts_page.chart_keys(measures)
    chart_places = charts_page.new_places(drawn_keys, datasheets.HEADER_ROW)
    charts_page.write_charts_page(book, look, measures, chart_places, group, with_figures)
    book.define_name(CHARTS_SHEET, f"={charts_sheet.SHEET}!$A$1")
    book.define_name(CHART_DATA_SHEET, f"='{schema.CHART_DATA.sheet}'!$A$1")
    drawn = PlanOfTiles(tuple(measures), tuple(order), plan, group, with_figures)
    mark = drawn.mark(places, chart_places, (dashboard.sheet.name, charts_sheet.SHEET))
    book.define_name(DRAWN, f'="{mark}"')
    titles = chart_titles(measures, plan)
    rows[schema.SERIES.name] = [
        (*key, *(None,) * schema.SERIES_LENGTH, titles.get(key)) for key in keys
    ]
    rows[schema.CHART_DATA.name] = charts_page.blank_rows(measures, plan)
    for table in SHEET_ORDER:
        note = content.notes.get(table.name, "")
        datasheets.write_table(book, look, table, rows.get(table.name, ()), note)
        if table is schema.WORKINGS:
            _name_record_cells(book)
        if table is schema.CHECKS:
            write_formulas(book, look, _first_line(measures))
    if macros:
        write_conf(book, look)
        _add_project(book)
    book.define_name(CHANCE_CELL, f"={schema.WORKINGS.sheet}!${datasheets.CHANCE_COLUMN}$1")
    book.define_name(datasheets.MEASURES_NAME, f"={schema.MEASURES.name}[Measure]")
    book.define_name(datasheets.FORCES_NAME, f"={schema.FORCES.name}[Force]")
    book.close()
    package = Package(memory.getvalue(), "the new workbook")
    if macros:
        return with_ribbon(package)
    return package.write(
        {CONTENT_TYPES.lower(): package.read(CONTENT_TYPES).replace(WORKBOOK_TYPE, MACRO_TYPE, 1)}
    )


def _plan(rows: dict[str, Sequence[Sequence[Any]]]) -> dict[str, str]:
    """Titles by priority, in the order of the plan; those of measures that it does not list follow,
    without one. Notes in `rows` that the tiles have these titles.
    """
    code, title, order, memory = map(
        schema.PRIORITIES.titles.index, ("Code", "Title", "Order", ON_THE_TILE)
    )
    listed = [list(row) for row in rows[schema.PRIORITIES.name]]
    for row in listed:
        row[memory] = row[title]
    rows[schema.PRIORITIES.name] = listed
    listed = sorted(listed, key=lambda row: (row[order] is None, row[order]))
    plan = {str(row[code]): str(row[title] or "") for row in listed}
    for item in measure_rows(rows[schema.MEASURES.name]):
        plan.setdefault(item.priority, "")
    return plan


def _with_figures(rows: dict[str, Sequence[Sequence[Any]]]) -> frozenset[str]:
    """Measures that have any figures by month or of a survey."""
    return frozenset(
        str(row[table.titles.index("Measure")])
        for table in (schema.MONTHLY, schema.SURVEYS)
        for row in rows.get(table.name, ())
    )


def _name_record_cells(book: Workbook) -> None:
    """Name the cells above the explanations that say how earlier projections did."""
    column = column_letters(schema.WORKINGS.titles.index("Explanation") + 1)
    for row, name in enumerate(RECORD_CELLS, 1):
        book.define_name(name, f"={schema.WORKINGS.sheet}!${column}${row}")


def _first_line(measures: Sequence[MeasureRow]) -> str:
    """Line that the sheet Formulas explains at first: one with months, for it has most to show."""
    months = (item.name for item in measures if KINDS[item.kind].monthly)
    return next(months, measures[0].name if measures else "")


def _add_project(book: Workbook) -> None:
    """Hand over the VBA project; workbook and sheets get the code names of their modules."""
    names = [code_name(sheet.name) for sheet in book.worksheets()]
    book.add_vba_project(BytesIO(project(names)), is_stream=True)
    book.set_vba_name(WORKBOOK)
    for sheet, name in zip(book.worksheets(), names, strict=True):
        sheet.set_vba_name(name)


def code_name(sheet: str) -> str:
    """Name of a sheet's module, with a prefix: Charts, Names and others are words of Excel."""
    return "sh" + re.sub(r"\W", "", sheet.title() if sheet.islower() else sheet)


def _rows(content: Content) -> dict[str, Sequence[Sequence[Any]]]:
    """Rows by table; those of Measures note that the tiles have these labels."""
    settings = [
        (key, content.settings.get(key, value), meaning)
        for key, value, meaning in datasheets.settings_rows()
    ]
    needed = {table.name: () for table in (schema.MEASURES, schema.PRIORITIES, schema.FORCES)}
    rows: dict[str, Sequence[Sequence[Any]]] = {
        **needed,
        **content.tables,
        schema.SETTINGS.name: settings,
    }
    label, memory = map(schema.MEASURES.titles.index, ("Line", ON_THE_TILE))
    rows[schema.MEASURES.name] = [
        (*row[:memory], row[label], *row[memory + 1 :]) for row in rows[schema.MEASURES.name]
    ]
    return rows
