"""Dashboard and charts drawn for a workbook that is there: in a workbook of their own, to be put
into it.

The charts point at the rows of its Series table as they are. Nothing is drawn twice: a sheet of all
tiles has what *Priorities* and *Measures* list, a sheet of missing tiles only what no cell shows.
"""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING

from xlsxwriter import Workbook

from xlperf.excel.areas import quoted_sheet
from xlperf.excel.port import normalised
from xlperf.frozen import NamedTuple
from xlperf.newbook import charts_page, charts_sheet
from xlperf.newbook.dashboard import DashboardSheet
from xlperf.newbook.datasheets import HEADER_ROW, write_table, write_value
from xlperf.newbook.look import FONT, WorkbookFormats
from xlperf.newbook.measures import MeasureRow
from xlperf.newbook.missing_tiles import MissingTiles
from xlperf.newbook.priorities import bands
from xlperf.tables import schema
from xlperf.tables.lines import CHART_DATA_SHEET, CHARTS_SHEET
from xlperf.tiles.chart_rows import CHART_ROWS, line_charted
from xlperf.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xlperf.excel.port import Grid
    from xlperf.newbook.tile_grid import TileGrid
    from xlperf.tables.data import Tables
    from xlperf.tiles.written import Record

DRAWN = "tiles_drawn"
"""Name of a workbook that remembers the plan its dashboard was drawn from, as a short text."""


class PlanOfTiles(NamedTuple):
    """What tiles are drawn from."""

    measures: tuple[MeasureRow, ...]
    priorities: tuple[str, ...]
    """Codes in the order of the plan, each once."""
    titles: Mapping[str, str]
    group: int
    """Forces in the group."""
    with_figures: frozenset[str] = frozenset()
    """Measures that have any figures by month or of a survey."""

    @classmethod
    def of(cls, tables: Tables) -> PlanOfTiles:
        """Take it from the tables of a workbook."""
        codes: dict[str, str] = {}
        used = (item.priority for item in tables.measures)
        for code in (*(item.code for item in tables.priorities), *used):
            codes.setdefault(normalised(code), code)
        return cls(
            tuple(
                replace(MeasureRow.of(item), priority=codes[normalised(item.priority)])
                for item in tables.measures
            ),
            tuple(codes.values()),
            {code: tables.priority(code).title for code in codes.values()},
            len(tables.group),
            frozenset([*tables.monthly, *tables.surveys]),
        )

    def mark(
        self,
        places: charts_sheet.SeriesPlaces,
        of_charts: charts_sheet.SeriesPlaces,
        names: tuple[str, str],
    ) -> str:
        """Return a short text that changes when another drawing would come out."""
        inputs = (
            *(VERSION, self.measures, self.priorities, sorted(self.titles.items()), self.group),
            sorted(self.with_figures),
            *(sorted(places.rows.items()), places.sheet, places.first_point, names),
            *(sorted(of_charts.rows.items()), of_charts.sheet, of_charts.first_point),
        )
        return sha256(repr(inputs).encode()).hexdigest()[:16]


class ChartData(NamedTuple):
    """Rows of the table that charts are drawn from, where the workbook lacks it."""

    sheet: str
    """Name of the sheet that it will get."""
    rows: Sequence[Record]


class DrawnSheets(NamedTuple):
    """A workbook with new sheets, and the names of the cells on them."""

    data: bytes
    charts: str
    """Name of the sheet of charts; empty: none was needed."""
    names: Mapping[str, str]
    """References by name."""
    chart_data: str
    """Name of a sheet with the table that charts are drawn from; empty: the workbook has it."""


def series_places(
    grid: Grid | None, table: schema.Table = schema.SERIES
) -> charts_sheet.SeriesPlaces:
    """Return where the rows of a table of series are; none where table or column is missing."""
    titles = [] if grid is None else [normalised(title) for title in grid.header]
    texts = (schema.CHART_TITLE, schema.CHART_SENTENCE)
    wanted = [normalised(title) for title in table.titles if title not in texts]
    first = titles.index(wanted[2]) if wanted[2] in titles else -1
    if grid is None or titles[first : first + len(wanted) - 2] != wanted[2:]:
        return charts_sheet.SeriesPlaces({})
    measure, series = titles.index(wanted[0]), titles.index(wanted[1])
    rows = {
        (str(cells[measure]), str(cells[series])): grid.header_row + place
        for place, cells in enumerate(grid.rows)
        if cells[measure] is not None
    }
    columns = (
        grid.first_column - 1 + titles.index(text) if text in titles else None
        for text in map(normalised, texts)
    )
    return charts_sheet.SeriesPlaces(rows, grid.sheet, grid.first_column - 1 + first, *columns)


class TileDrawing:
    """Draws sheets into a workbook in memory."""

    def __init__(
        self, plan: PlanOfTiles, series: Grid | None, chart_data: Grid | ChartData
    ) -> None:
        """`series`, `chart_data`: those tables of the workbook that the sheets are for."""
        self.plan, self.series, self.chart_data = plan, series, chart_data
        self.places = series_places(series)
        if isinstance(chart_data, ChartData):
            keys = [(str(row["Measure"]), str(row["Series"])) for row in chart_data.rows]
            places = charts_page.new_places(keys, HEADER_ROW)
            self.chart_places = places._replace(sheet=chart_data.sheet)
        else:
            self.chart_places = series_places(chart_data, schema.CHART_DATA)
        self._memory = BytesIO()
        self._book = Workbook(
            self._memory,
            {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False},
        )
        self._book.formats[0].set_font_name(FONT)
        self._look = WorkbookFormats(self._book)
        self._names: dict[str, str] = {}

    def all(self, tiles: str, charts: str, title: str) -> DrawnSheets:
        """Draw every tile with head, key and notes on sheet `tiles`, every chart on `charts`."""
        dashboard = DashboardSheet(self._book, self._look, self.places, name=tiles, title=title)
        dashboard.write(self.plan.measures, bands(self.plan.priorities), self.plan.titles)
        self._take_names(dashboard)
        self._charts(charts, self.chart_places)
        self._names[CHARTS_SHEET] = f"{quoted_sheet(charts)}!$A$1"
        mark = self.plan.mark(self.places, self.chart_places, (tiles, charts))
        self._names[DRAWN] = f'"{mark}"'
        return self._drawn(charts)

    def missing(self, lines: frozenset[str], tiles: str, charts: str, title: str) -> DrawnSheets:
        """Draw the tiles of some lines, by name, on a sheet named `tiles`, and their charts on one
        named `charts`, if there are any.
        """
        dashboard = MissingTiles(self._book, self._look, self.places, name=tiles, title=title)
        plan = self.plan
        dashboard.write_missing(plan.measures, plan.priorities, plan.titles, lines)
        self._take_names(dashboard)
        rows = {
            key: row
            for key, row in self.chart_places.rows.items()
            for kind, names in CHART_ROWS.items()
            if key[1] in names and line_charted(key[0], kind) in lines
        }
        if rows:
            self._charts(charts, self.chart_places._replace(rows=rows))
        return self._drawn(charts if rows else "")

    def _charts(self, name: str, places: charts_sheet.SeriesPlaces) -> None:
        plan = self.plan
        self._names[CHART_DATA_SHEET] = f"{quoted_sheet(places.sheet)}!$A$1"
        charts_page.write_charts_page(
            *(self._book, self._look, plan.measures, places, plan.group, plan.with_figures),
            name=name,
        )

    def _take_names(self, dashboard: TileGrid) -> None:
        sheet = quoted_sheet(dashboard.sheet.name)
        self._names |= {name: f"{sheet}!{cell}" for name, cell in dashboard.names.items()}

    def _drawn(self, charts: str) -> DrawnSheets:
        """Close the workbook. The rows of its sheet of series are what charts keep until they are
        drawn by a program.
        """
        new = ""
        if isinstance(self.chart_data, ChartData):
            if charts:
                new = self.chart_data.sheet
                rows = [
                    tuple(row.get(title) for title in schema.CHART_DATA.titles)
                    for row in self.chart_data.rows
                ]
                write_table(self._book, self._look, schema.CHART_DATA, rows, name=new)
        elif self.chart_places.rows:
            self._kept(self.chart_data)
        if self.places.rows and self.series is not None:
            self._kept(self.series)
        self._book.close()
        return DrawnSheets(self._memory.getvalue(), charts, self._names, new)

    def _kept(self, grid: Grid) -> None:
        if self._book.get_worksheet_by_name(grid.sheet) is None:
            self._book.add_worksheet(grid.sheet)
        sheet = self._book.get_worksheet_by_name(grid.sheet)
        for row, cells in enumerate(grid.rows, grid.header_row):
            for column, value in enumerate(cells, grid.first_column - 1):
                if isinstance(value, (bool, int, float, str)):
                    write_value(sheet, row, column, value, None)
