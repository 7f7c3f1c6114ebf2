"""The Charts sheet of the panel's workbook: control charts of monthly counts, and bars of each
position in the group; and where the rows stand that charts of any workbook point at.

The charts are Excel's own and point at rows of the Series sheet, which a refresh fills and keeps in
order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xlperf.excel.areas import quoted_sheet
from xlperf.excel.port import column_letters
from xlperf.frozen import NamedTuple
from xlperf.newbook.look import FONT, GREY, INK, LINE, NAVY, OTHERS
from xlperf.newbook.paper import A3, set_sideways
from xlperf.tables import schema
from xlperf.tables.measure_kinds import KINDS
from xlperf.tiles.chart_titles import GROUP_ROW, MONTHS_ROW, chart_titles

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import TypeAlias

    from xlsxwriter import Workbook
    from xlsxwriter.chart import Chart
    from xlsxwriter.worksheet import Worksheet

    from xlperf.newbook.look import WorkbookFormats
    from xlperf.newbook.measures import MeasureRow

    SeriesKey: TypeAlias = tuple[str, str]
    """Measure and series of a row of the Series table."""

SHEET = "Charts"
WIDTH, HEIGHT = 620, 290
ROWS_EACH = 15
AXIS_FONT = {"name": FONT, "size": 9, "color": GREY}
FIRST_POINT = 2
"""Column of the Series table, counted from 0, that holds the first point."""


def series_keys(measures: Sequence[MeasureRow]) -> list[SeriesKey]:
    """Keys of the rows of the Series table that the small charts of the tiles need, in the order a
    refresh writes them.
    """
    counted = [measure.name for measure in measures if KINDS[measure.kind].monthly]
    return [(name, series) for name in counted for series in schema.CHART_SERIES]


class SeriesPlaces(NamedTuple):
    """Where the rows of the Series table are: charts point at them."""

    rows: Mapping[SeriesKey, int]
    """By measure and series, counted from 0 on the sheet; charts of those missing are not drawn."""
    sheet: str = schema.SERIES.sheet
    first_point: int = FIRST_POINT
    titles: int | None = None
    """Column, counted from 0, that holds the titles of charts; None: charts have their own."""

    sentences: int | None = None
    """Column, counted from 0, that says what charts show; None: nothing does."""

    def title(self, key: SeriesKey, text: str) -> str:
        """Return the title of a chart as XlsxWriter takes it: a cell, or the text."""
        if self.titles is None:
            return text
        cell = f"${column_letters(self.titles + 1)}${self.rows[key] + 1}"
        return f"={quoted_sheet(self.sheet)}!{cell}"

    def cells(self, key: SeriesKey, points: int = schema.SERIES_LENGTH) -> list[str | int]:
        """Cells of a row, as XlsxWriter takes them."""
        row = self.rows[key]
        return [self.sheet, row, self.first_point, row, self.first_point + points - 1]


def write_charts(
    book: Workbook,
    look: WorkbookFormats,
    measures: Sequence[MeasureRow],
    places: SeriesPlaces,
    forces: int,
    titles: Mapping[str, str],
) -> None:
    """Add the sheet. `forces`: size of the group; `titles`: by priority."""
    sheet = book.add_worksheet(SHEET)
    sheet.hide_gridlines(2)
    sheet.set_column_pixels(0, 0, 12)
    sheet.write_string(0, 1, "Charts", look(bold=True, font_size=16, font_color=INK))
    sheet.write_string(
        1,
        1,
        "Control charts: the last 18 months, with the limits from the first twelve. Bars: the"
        " group of most similar forces, best first, with its limits. Figures: Series sheet.",
        look(font_color=GREY),
    )
    counted = [measure for measure in measures if (measure.name, "Count") in places.rows]
    for place, measure in enumerate(counted):
        text = (
            f"Control chart, {measure.priority}: offences of the last 18 months, their mean and"
            " limits."
        )
        _insert(sheet, place, _control_chart(book, measure, places, titles), text)
    compared = [measure for measure in measures if (measure.name, "Force") in places.rows]
    for place, measure in enumerate(compared, len(counted) + len(counted) % 2):
        text = (
            f"Bars of {measure.msg_measure} for each force of the group, best first, with the"
            " limits of the group."
        )
        _insert(sheet, place, _group_chart(book, measure, places, forces), text)
    set_sideways(sheet, A3)
    sheet.freeze_panes(2, 0)


def _insert(sheet: Worksheet, place: int, chart: Chart, text: str) -> None:
    row, across = divmod(place, 2)
    options = {"x_offset": across * (WIDTH + 16), "description": text, "object_position": 3}
    sheet.insert_chart(3 + row * ROWS_EACH, 1, chart, options)


def _line(
    name: str, cells: list[str | int], categories: list[str | int], marker: Any = None, **look: Any
) -> dict[str, Any]:
    """Series of a line, without marks unless one is given."""
    return {
        "name": name,
        "categories": categories,
        "values": cells,
        "line": {"color": GREY, "width": 1.25, **look},
        "marker": marker or {"type": "none"},
    }


def _control_chart(
    book: Workbook, measure: MeasureRow, places: SeriesPlaces, titles: Mapping[str, str]
) -> Chart:
    chart = book.add_chart({"type": "line"})
    months, navy = places.cells((measure.name, "Month")), {"color": NAVY}
    dot = {"type": "circle", "size": 5, "fill": navy, "border": navy}
    counts = places.cells((measure.name, "Count"))
    chart.add_series(_line("Month", counts, months, dot, color=NAVY, width=2))
    chart.add_series(_line("Mean", places.cells((measure.name, "Centre")), months))
    for name in ("Lower", "Upper"):
        limit = places.cells((measure.name, name))
        chart.add_series(_line(f"{name} limit", limit, months, dash_type="dash"))
    key = measure.name, MONTHS_ROW
    _dress(chart, places.title(key, chart_titles([measure], titles)[key]))
    return chart


def _group_chart(book: Workbook, measure: MeasureRow, places: SeriesPlaces, forces: int) -> Chart:
    chart = book.add_chart({"type": "column"})
    names = places.cells((measure.name, "Force"), forces)
    for series, name, colour in (("Others", "Other forces", OTHERS), ("Own", "Own force", INK)):
        cells = {"categories": names, "values": places.cells((measure.name, series), forces)}
        look = {"fill": {"color": colour}, "overlap": 100, "gap": 40}
        chart.add_series({"name": name, **cells, **look})
    lines = book.add_chart({"type": "line"})
    for series in ("Lower", "Upper"):
        values = places.cells((measure.name, f"Group {series.lower()}"), forces)
        lines.add_series(_line(f"{series} limit", values, names, dash_type="dash"))
    chart.combine(lines)
    key = measure.name, GROUP_ROW
    _dress(chart, places.title(key, chart_titles([measure], {})[key]))
    return chart


def _dress(chart: Chart, title: str) -> None:
    font = {"name": FONT, "size": 12, "color": INK, "bold": True}
    chart.set_title({"name": title, "overlay": False, "name_font": font})
    grid = {"visible": True, "line": {"color": LINE}}
    chart.set_x_axis({"num_font": AXIS_FONT, "line": {"color": LINE}})
    chart.set_y_axis({"num_font": AXIS_FONT, "major_gridlines": grid, "line": {"none": True}})
    chart.set_legend({"position": "bottom", "font": AXIS_FONT})
    chart.set_chartarea({"border": {"color": LINE}})
    chart.set_size({"width": WIDTH, "height": HEIGHT})
    chart.show_blanks_as("gap")
