"""Dashboard and charts drawn for a workbook that is there: in a workbook of their own, to be put
into it.

The charts point at the rows of its Series table as they are. Nothing is drawn twice: a sheet of all
tiles has what *Priorities* and *Measures* list, a sheet of missing tiles only what no cell shows.
"""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple

from xlsxwriter import Workbook

from xlperf.excel.areas import quoted_sheet
from xlperf.excel.port import normalised
from xlperf.newbook import charts_sheet
from xlperf.newbook.dashboard import DashboardSheet
from xlperf.newbook.datasheets import write_value
from xlperf.newbook.look import FONT, WorkbookFormats
from xlperf.newbook.measures import MeasureRow
from xlperf.newbook.missing_tiles import MissingTiles
from xlperf.newbook.priorities import bands
from xlperf.tables import schema
from xlperf.tables.lines import CHARTS_SHEET, POSITION, SPC
from xlperf.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlperf.excel.port import Grid
    from xlperf.newbook.tile_grid import TileGrid
    from xlperf.tables.data import Tables

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
        )

    def mark(self, places: charts_sheet.SeriesPlaces, names: tuple[str, str]) -> str:
        """Return a short text that changes when another drawing would come out."""
        inputs = (
            *(VERSION, self.measures, self.priorities, sorted(self.titles.items()), self.group),
            *(sorted(places.rows.items()), places.sheet, places.first_point, names),
        )
        return sha256(repr(inputs).encode()).hexdigest()[:16]


class DrawnSheets(NamedTuple):
    """A workbook with new sheets, and the names of the cells on them."""

    data: bytes
    tiles: str
    """Name of the sheet of tiles; empty: none was needed."""
    charts: str
    names: Mapping[str, str]
    """References by name."""


def series_places(grid: Grid | None) -> charts_sheet.SeriesPlaces:
    """Return where the rows of the Series table are; none where it is missing or has lost a
    column.
    """
    titles = [] if grid is None else [normalised(title) for title in grid.header]
    wanted = [normalised(title) for title in schema.SERIES.titles if title != schema.CHART_TITLE]
    first = titles.index(wanted[2]) if wanted[2] in titles else -1
    if grid is None or titles[first : first + len(wanted) - 2] != wanted[2:]:
        return charts_sheet.SeriesPlaces({})
    measure, series = titles.index(wanted[0]), titles.index(wanted[1])
    rows = {
        (str(cells[measure]), str(cells[series])): grid.header_row + place
        for place, cells in enumerate(grid.rows)
        if cells[measure] is not None
    }
    of_titles = normalised(schema.CHART_TITLE)
    column = grid.first_column - 1 + titles.index(of_titles) if of_titles in titles else None
    return charts_sheet.SeriesPlaces(rows, grid.sheet, grid.first_column - 1 + first, column)


class TileDrawing:
    """Draws sheets into a workbook in memory."""

    def __init__(self, plan: PlanOfTiles, series: Grid | None) -> None:
        """`series`: the Series table of the workbook that the sheets are for."""
        self.plan, self.series = plan, series
        self.places = series_places(series)
        self._memory = BytesIO()
        self._book = Workbook(
            self._memory,
            {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False},
        )
        self._book.formats[0].set_font_name(FONT)
        self._look = WorkbookFormats(self._book)
        self._names: dict[str, str] = {}

    def all(self, tiles: str, charts: str, title: str) -> DrawnSheets:
        """Draw every tile with head, key and notes on a sheet named `tiles`, and every chart on one
        named `charts`.
        """
        dashboard = DashboardSheet(self._book, self._look, self.places, name=tiles, title=title)
        dashboard.write(self.plan.measures, bands(self.plan.priorities), self.plan.titles)
        self._take_names(dashboard)
        self._charts(charts, self.places)
        self._names[CHARTS_SHEET] = f"{quoted_sheet(charts)}!$A$1"
        self._names[DRAWN] = f'"{self.plan.mark(self.places, (tiles, charts))}"'
        return self._drawn(tiles, charts)

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
            for key, row in self.places.rows.items()
            if key[0] + (SPC if key[1] in schema.CHART_SERIES else POSITION) in lines
        }
        if rows:
            self._charts(charts, self.places._replace(rows=rows))
        return self._drawn(tiles, charts if rows else "")

    def _charts(self, name: str, places: charts_sheet.SeriesPlaces) -> None:
        plan = self.plan
        charts_sheet.write_charts(
            *(self._book, self._look, plan.measures, places, plan.group, plan.titles), name=name
        )

    def _take_names(self, dashboard: TileGrid) -> None:
        sheet = quoted_sheet(dashboard.sheet.name)
        self._names |= {name: f"{sheet}!{cell}" for name, cell in dashboard.names.items()}

    def _drawn(self, tiles: str, charts: str) -> DrawnSheets:
        """Close the workbook. The rows of its sheet of series are what charts keep until they are
        drawn by a program.
        """
        if self.places.rows and self.series is not None:
            sheet = self._book.add_worksheet(self.places.sheet)
            for row, cells in enumerate(self.series.rows, self.series.header_row):
                for column, value in enumerate(cells, self.series.first_column - 1):
                    if isinstance(value, (bool, int, float, str)):
                        write_value(sheet, row, column, value, None)
        self._book.close()
        return DrawnSheets(self._memory.getvalue(), tiles, charts, self._names)
