"""The panel workbook: an .xlsx without macros, built new from the contents, never a copy of the
analyst's file.

Values only: no formulas, no defined names, nothing hidden. The Dashboard looks as the analyst's
does when new, since the same code draws it; every other sheet is one plain table, so that it reads
in order. Charts are Excel's own, and what they keep is what the sheet Series shows. The same
contents give the same bytes.
"""

from __future__ import annotations

from datetime import date, datetime, time
from io import BytesIO
from typing import TYPE_CHECKING, Any

from xlsxwriter import Workbook

from xlperf.assessment.rag import Rag
from xlperf.documents.pack_values import EXPLAINED, PrintedTable
from xlperf.newbook import charts_sheet
from xlperf.newbook.dashboard import DashboardSheet
from xlperf.newbook.datasheets import HEADER_ROW, LINE_HEIGHT, write_value
from xlperf.newbook.look import BLACK, FONT, GREY, INK, NAVY, WHITE, WorkbookFormats
from xlperf.newbook.tile_grid import SHEET as DASHBOARD
from xlperf.tables import schema
from xlperf.tables.lines import KEY_CELLS, cell_name
from xlperf.tiles.layout import font_on

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsxwriter.worksheet import Worksheet

    from xlperf.documents.pack_values import PackContents
    from xlperf.excel.port import Scalar
    from xlperf.newbook.measures import TileLine

NOTHING = "Nothing to show."
FOOTER = "&L&8&A&R&8Page &P of &N"
DATE, DECIMALS = "d mmm yyyy", "#,##0.00"
FITTED = 0.95
"""Share of a column's width that its text may take before it counts as full."""
WIDE = 170
"""Characters of a table's width above which it is printed on A3: on A4 it could not be read."""


class PanelDashboard(DashboardSheet):
    """The Dashboard with values in its cells, and no names."""

    reasons = EXPLAINED

    def __init__(
        self,
        book: Workbook,
        look: WorkbookFormats,
        places: charts_sheet.SeriesPlaces,
        contents: PackContents,
    ) -> None:
        super().__init__(book, look, places)
        self._values = contents.cells
        self._chips = {**contents.colours, **{KEY_CELLS[str(rag)]: rag for rag in Rag}}
        self._fills = contents.fills

    def _savings(self, place: Any, lines: Sequence[TileLine]) -> None:
        """Draw the bar where there are amounts: of a blank cell a chart would keep a 0."""
        amounts = [self._values.get(cell_name(line.name, "latest")) for line in lines]
        if all(isinstance(amount, (int, float)) for amount in amounts):
            super()._savings(place, lines)

    def _page(self, last_row: int) -> None:
        super()._page(last_row)
        self.sheet.set_margins(left=0.3, right=0.3, top=0.55, bottom=0.55)  # room for the marking
        self.sheet.set_footer("&R&8Page &P of &N")

    def _name(self, name: str, row: int, column: int) -> None:
        """Leave a cell without a name."""

    def _named(self, name: str, row: int, column: int, **style: Any) -> None:
        self._fill(name, row, column, style)

    def _named_area(self, name: str, area: tuple[int, int, int, int], **style: Any) -> None:
        self.sheet.merge_range(*area, "", self.look(**style))
        self._fill(name, area[0], area[1], style)

    def _fill(self, name: str, row: int, column: int, style: dict[str, Any]) -> None:
        rag = self._chips.get(name)
        if rag is not None:
            fill = self._fills[rag]
            style = style | {"bg_color": fill, "font_color": font_on(fill)}
        value = self._values.get(name)
        write_value(self.sheet, row, column, None if value == "" else value, self.look(**style))


def panel_workbook(contents: PackContents) -> bytes:
    """Give the bytes of the workbook for the panel."""
    memory = BytesIO()
    book = Workbook(
        memory, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties(
        {
            "title": f"{contents.title}: {contents.period}",
            "subject": contents.force,
            "author": contents.office,
            "keywords": contents.marking,
            "created": datetime.combine(contents.prepared, time()),
        }
    )
    book.set_size(28_000, 16_000)
    book.formats[0].set_font_name(FONT)
    look = WorkbookFormats(book)
    by_name = {sheet.name: sheet for sheet in contents.sheets}
    front = [by_name.pop("Cover"), by_name.pop("Contents")]
    for sheet in front:
        _plain(book, look, sheet, contents)
    places = _places(contents)
    dashboard = PanelDashboard(book, look, places, contents)
    titles = {section.priority: section.title for section in contents.sections}
    dashboard.write(contents.measures, contents.priorities, titles)
    _marked(dashboard.sheet, contents)
    charts_sheet.write_charts(book, look, contents.measures, places, contents.group, titles)
    charts = book.get_worksheet_by_name(charts_sheet.SHEET)
    charts.set_footer(FOOTER)
    _marked(charts, contents)
    for sheet in by_name.values():
        _plain(book, look, sheet, contents)
    book.get_worksheet_by_name(front[0].name).set_first_sheet()
    dashboard.sheet.activate()
    book.close()
    return memory.getvalue()


KEY = ("Measure", "Series")
"""Columns of Series that say what a row is of."""


def _places(contents: PackContents) -> charts_sheet.SeriesPlaces:
    """Rows on the sheet Series of the charts that have something to show; a line may be missing."""
    rows = {(str(row["Measure"]), str(row["Series"])): row for row in contents.series}
    filled = {
        key
        for key, row in rows.items()
        if any(value is not None for title, value in row.items() if title not in KEY)
    }

    def drawn(measure: str, series: str) -> bool:
        return (measure, "Count" if series in schema.CHART_SERIES else "Force") in filled

    return charts_sheet.SeriesPlaces(
        {key: HEADER_ROW + 1 + place for place, key in enumerate(rows) if drawn(*key)}
    )


def _plain(
    book: Workbook, look: WorkbookFormats, table: PrintedTable, contents: PackContents
) -> None:
    """Add a sheet with one table: title, purpose, header, rows."""
    sheet = book.add_worksheet(table.name)
    sheet.hide_gridlines(2)
    sheet.set_tab_color(NAVY)
    sheet.write_string(0, 0, table.name, look(bold=True, font_size=16, font_color=INK))
    sheet.write_string(1, 0, table.purpose, look(font_color=GREY))
    sheet.set_row(0, 24)
    body = table.rows or ((NOTHING, *(None,) * (len(table.titles) - 1)),)
    heading = look(bg_color=INK, font_color=WHITE, bold=True, text_wrap=True, valign="top")
    options = {
        "name": "tbl" + "".join(word.capitalize() for word in table.name.split()),
        "style": "Table Style Light 1",
        "columns": [{"header": title, "header_format": heading} for title in table.titles],
    }
    sheet.add_table(HEADER_ROW, 0, HEADER_ROW + len(body), len(table.titles) - 1, options)
    for index, width in enumerate(table.widths):
        sheet.set_column(index, index, width)
    names = {item.name for item in contents.sheets} | {DASHBOARD, charts_sheet.SHEET}
    for place, row in enumerate(body, HEADER_ROW + 1):
        sheet.set_row(place, LINE_HEIGHT * _lines(row, table.widths))
        for index, value in enumerate(row):
            if value is None or value == "":
                continue  # a chart would keep a blank cell as 0
            if table.name == "Contents" and index == 0 and value in names:
                style = look(font_color=NAVY, underline=1, valign="top")
                sheet.write_url(place, index, f"internal:'{value}'!A1", style, str(value))
                continue
            style = look(
                valign="top",
                align="left",
                num_format=_format(value),
                text_wrap=bool(table.rows),
                font_color=BLACK,
            )
            write_value(sheet, place, index, value, style)
    sheet.freeze_panes(HEADER_ROW + 1, 0)
    sheet.set_landscape()
    sheet.set_paper(8 if sum(table.widths) > WIDE else 9)  # A3 or A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEADER_ROW)
    sheet.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.6)
    sheet.set_footer(FOOTER)
    _marked(sheet, contents)


def _lines(row: tuple[Scalar, ...], widths: tuple[int, ...]) -> int:
    """Lines of text of the fullest cell of a row: not every program fits heights by itself."""
    return max(
        -(-len(value) // max(1, int(width * FITTED))) if isinstance(value, str) and value else 1
        for value, width in zip(row, widths, strict=True)
    )


def _format(value: Scalar) -> str:
    if isinstance(value, date):
        return DATE
    return DECIMALS if isinstance(value, float) and not value.is_integer() else "General"


def _marked(sheet: Worksheet, contents: PackContents) -> None:
    """Print the protective marking at the head of every page."""
    sheet.set_header(f"&C&8{contents.marking.replace('&', '&&')}")
