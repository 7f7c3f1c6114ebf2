"""Charts of Excel's own that carry the judgement: control charts, ways to targets, surveys and
positions in the group.

Each points at rows of the sheet Chart data, which a refresh fills and keeps in order. What a mark
means is shown by its shape as well as its colour.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xlperf.excel.areas import quoted_sheet
from xlperf.excel.port import column_letters
from xlperf.frozen import NamedTuple
from xlperf.newbook.look import FONT, GREY, INK, LINE, NAVY, OTHERS
from xlperf.tables import schema
from xlperf.tables.lines import chart_names
from xlperf.tables.measure_kinds import LineKind
from xlperf.tiles.chart_rows import CHART_ROWS, SURVEY_POINTS, WAY_POINTS, group_unit, line_charted
from xlperf.tiles.wording import capital

if TYPE_CHECKING:
    from collections.abc import Iterable

    from xlsxwriter import Workbook
    from xlsxwriter.chart import Chart

    from xlperf.newbook.charts_sheet import SeriesPlaces
    from xlperf.newbook.measures import MeasureRow

MARKS_OF_GROUP = (
    "Dark bar: own force. Thin lines: range of each figure. Ticks: limits and mean of the group."
)
WORSE, BETTER, TARGET = "#B3541E", "#2E7D5B", "#2E7D5B"
FAN = "#DFE8F2"
TRENDS = ("#7A4E9C", "#A86F2D", "#3B7F8C", "#8A4B5E")
"""Of the four trends, which also differ by their dashes."""
TREND_TEXTS = (
    "Straight line, 24 months",
    "Straight line, 36 months",
    "Year on year, halved",
    "Seasonal, damped",
)
"""Names of the trends in the key of a chart, in the order of their rows."""
DASHES = ("dash", "square_dot", "long_dash", "dash_dot")
GRID = {"visible": True, "line": {"color": LINE, "width": 0.5}}
UPRIGHT = 1
"""Turn of the names of an axis, in 60,000ths of a degree. LibreOffice turns them by 45 degrees
where none is given, and breaks them letter by letter where it is 0 (oox, axisconverter.cxx).
"""
TICK_PART = 0.001
"""Length of a tick beside a bar, in the unit of its axis: only its ends are to be seen."""


class ChartRoom(NamedTuple):
    """Size of a chart in pixels, and of its texts in points."""

    width: int
    height: int
    text: int = 9
    title: int = 11
    small: bool = False
    """Without legend and marks, for a sheet of all charts."""


def chart_shape(
    book: Workbook,
    measure: MeasureRow,
    kind: LineKind,
    places: SeriesPlaces,
    room: ChartRoom,
    forces: int,
) -> Chart:
    """Draw a chart. `forces`: size of the group."""
    shape = _Shape(book, measure, kind, places, room)
    match kind:
        case LineKind.SPC:
            chart = shape.months()
        case LineKind.OFFENCES:
            chart = shape.way()
        case LineKind.SURVEY:
            chart = shape.survey()
        case _:
            chart = shape.place(min(forces, schema.CHART_POINTS))
    chart.set_size({"width": room.width, "height": room.height})
    return chart


class _Shape:
    """One chart while it is drawn."""

    def __init__(
        self,
        book: Workbook,
        measure: MeasureRow,
        kind: LineKind,
        places: SeriesPlaces,
        room: ChartRoom,
    ) -> None:
        self.book, self.measure, self.places, self.room = book, measure, places, room
        self.rows = CHART_ROWS[kind]
        self.options = {"name": chart_names(line_charted(measure.name, kind))[room.small]}
        self.points = schema.CHART_POINTS
        self.legend = True
        self.hidden: list[int] = []
        """Places of series that the legend leaves out."""

    # -- what charts are made of

    def cells(self, row: str) -> list[str | int]:
        return self.places.cells((self.measure.name, row), self.points)

    def reference(self, row: str) -> str:
        """Cells of a row, as text."""
        sheet, first_row, first, last_row, last = self.cells(row)
        ends = (
            f"${column_letters(int(column) + 1)}${int(place) + 1}"
            for place, column in ((first_row, first), (last_row, last))
        )
        return f"={quoted_sheet(str(sheet))}!{':'.join(ends)}"

    def chart(self, kind: str, subtype: str | None = None) -> Chart:
        options = {"type": kind, **({"subtype": subtype} if subtype else {}), **self.options}
        return self.book.add_chart(options)

    def add(self, chart: Chart, row: str, name: str, **look: Any) -> None:
        cells = {"categories": self.cells(self.rows[0]), "values": self.cells(row)}
        chart.add_series({"name": name, **cells, **look})

    def line(self, chart: Chart, row: str, name: str, **line: Any) -> None:
        """A line without marks."""
        line = {"color": GREY, "width": 1, **line}
        self.add(chart, row, name, line=line, marker={"type": "none"})

    def levels(self, chart: Chart, rows: Iterable[tuple[str, str]], **line: Any) -> None:
        for row, name in rows:
            self.line(chart, row, name, **line)

    def marks(self, chart: Chart, row: str, name: str, shape: str, colour: str, size: int) -> None:
        """Marks of some points, without a line."""
        fill = OTHERS if shape == "circle" else colour
        border = {"color": colour, "width": 1.25}
        marker = {"type": shape, "size": size, "fill": {"color": fill}, "border": border}
        self.add(chart, row, name, line={"none": True}, marker=marker)

    def whisker(self, row: str) -> dict[str, Any]:
        """Range of a figure, from its upper end down by the length in a row."""
        length = self.reference(row)
        line = {"color": GREY, "width": 1.25}
        ends = {"plus_values": length, "minus_values": length, "line": line}
        return {"type": "custom", "direction": "minus", **ends}

    def change(self, chart: Chart, row: str, height: dict[str, Any]) -> None:
        """A line from top to bottom where recording changed."""
        bars = {"direction": "minus", "end_style": 0, **height}
        bars["line"] = {"color": WORSE, "width": 1.5, "dash_type": "square_dot"}
        marker = {"type": "x", "size": 6, "border": {"color": WORSE}}
        self.add(
            chart, row, "Recording changed", line={"none": True}, marker=marker, y_error_bars=bars
        )

    def dress(self, chart: Chart, *, x: dict[str, Any], y: dict[str, Any]) -> None:
        room = self.room
        font = {"name": FONT, "size": room.text, "color": GREY}
        key = self.measure.name, self.rows[0]
        of_title = {"name": FONT, "size": room.title, "color": INK, "bold": True}
        title = self.places.title(key, self.measure.label)
        chart.set_title({"name": title, "overlay": False, "name_font": of_title})
        chart.set_x_axis({"num_font": {**font, "rotation": 0}, "line": {"color": LINE}, **x})
        chart.x_axis["num_font"]["rotation"] = UPRIGHT
        y_axis = {"num_font": font, "major_gridlines": GRID, "line": {"none": True}}
        chart.set_y_axis({**y_axis, **y})
        legend = {"position": "bottom", "font": font, "delete_series": self.hidden}
        chart.set_legend({"none": True} if room.small or not self.legend else legend)
        chart.set_chartarea({"border": {"color": LINE}})
        chart.show_blanks_as("gap")

    # -- kinds of charts

    def months(self) -> Chart:
        chart, small = self.chart("line"), self.room.small
        navy = {"color": NAVY}
        circle = {"type": "none" if small else "circle", "size": 5, "fill": navy, "border": navy}
        self.levels(chart, [("Mean", "Mean of twelve months")])
        limits = [("Lower limit", "Limits"), ("Upper limit", "Upper limit")]
        self.levels(chart, limits, dash_type="dash")
        self.hidden.append(2)
        if not small:
            level = {"color": TARGET, "dash_type": "long_dash"}
            self.levels(chart, [("Baseline average", "Baseline average")], **level)
        line = {"color": NAVY, "width": 1.5}
        self.add(chart, "Count", "Number a month", line=line, marker=circle)
        average = {"color": TRENDS[1], "width": 2.25}
        self.line(chart, "Six-month average", "Average of six months", **average)
        if not small:
            self.marks(chart, "Provisional", "Provisional", "circle", NAVY, 5)
            for row, shape, colour in (
                ("Signal: worse", "triangle", WORSE),
                ("Signal: better", "diamond", BETTER),
                ("Signal", "square", GREY),
            ):
                self.marks(chart, row, row, shape, colour, 9)
            height = self.reference("Height of the mark")
            bars = {"type": "custom", "plus_values": height, "minus_values": height}
            self.change(chart, "Recording changed", bars)
        x = {"interval_unit": 35 if small else 5, "interval_tick": 35 if small else 5}
        self.dress(chart, x=x, y={"num_format": "#,##0"})
        return chart

    def way(self) -> Chart:
        self.points = WAY_POINTS
        areas, lines = self.chart("area", "stacked"), self.chart("line")
        none = {"none": True}
        self.add(areas, "Way: expected from", "Expected from", fill=none, border=none)
        expected = {"fill": {"color": FAN}, "border": none}
        self.add(areas, "Way: expected range", "Expected range", **expected)
        self.hidden.append(0)
        looks = zip(schema.WAY_ROWS[2:6], TREND_TEXTS, TRENDS, DASHES, strict=True)
        for row, name, colour, dash in looks:
            self.line(lines, row, name, color=colour, width=1.5, dash_type=dash)
        self.levels(lines, [("Way: target", "Target")], color=TARGET, width=1.75)
        self.levels(lines, [("Way: baseline year", "Baseline year")], dash_type="dash")
        self.line(lines, "Way: total", "Twelve-month total", color=NAVY, width=2.25)
        self.change(lines, "Way: recording changed", {"type": "percentage", "value": 100})
        areas.combine(lines)
        x = {"interval_unit": 4, "interval_tick": 4, "position_axis": "on_tick"}
        self.dress(areas, x=x, y={"num_format": "#,##0", "min": 0})
        return areas

    def survey(self) -> Chart:
        self.points = SURVEY_POINTS
        chart = self.chart("line")
        level = {"color": TARGET, "dash_type": "long_dash"}
        self.levels(chart, [("Survey: baseline year", "Baseline year")], **level)
        unseen = {"line": {"none": True}, "marker": {"type": "none"}}
        self.add(chart, "Survey: low", "Low end", **unseen)
        self.add(
            chart, "Survey: high", "High end", **unseen, y_error_bars=self.whisker("Survey: range")
        )
        self.hidden += [1, 2]
        solid = {"fill": {"color": NAVY}, "border": {"color": NAVY}}
        dot = {"type": "circle", "size": 4 if self.room.small else 6, **solid}
        line = {"color": NAVY, "width": 1.5}
        self.add(chart, "Survey: per cent", "Per cent, with its range", line=line, marker=dot)
        if not self.room.small:
            self.marks(chart, "Survey: provisional", "Provisional", "circle", NAVY, 6)
        x = {"interval_unit": SURVEY_POINTS - 1} if self.room.small else {}
        self.dress(chart, x=x, y={"num_format": "0"})
        return chart

    def place(self, forces: int) -> Chart:
        self.points = forces
        chart = self.chart("bar")
        bars = {"gap": 45, "overlap": 100}
        for row, name, colour in (
            ("Group: others", "Other forces", OTHERS),
            ("Group: own", "Own force", INK),
        ):
            self.add(chart, row, name, fill={"color": colour}, **bars)
        none = {"fill": {"none": True}, "border": {"none": True}}
        self.add(chart, "Group: low", "Low end", **none)
        self.add(
            chart, "Group: high", "High end", **none, y_error_bars=self.whisker("Group: range")
        )
        for row in ("Group: lower limit", "Group: mean", "Group: upper limit"):
            line = {"color": INK if row == "Group: mean" else WORSE, "width": 1.75}
            tick = {"type": "fixed", "value": TICK_PART, "line": line}
            name = row.removeprefix("Group: ").capitalize()
            self.add(chart, row, name, **none, y_error_bars=tick)
        self.legend = False
        unit = group_unit(self.measure)
        font = {"name": FONT, "size": self.room.text, "color": GREY, "bold": False}
        per_cent = unit.startswith("points")
        named = {"name": f"{capital(unit)}. {MARKS_OF_GROUP}", "name_font": font}
        x = {"num_format": "#,##0.0", "min": 0}
        if per_cent:
            x = {"num_format": "+0;\u22120;0"}
        y = {"reverse": True, "label_position": "low", "crossing": "max", "line": {"color": LINE}}
        no_grid = {"major_gridlines": {"visible": False}}
        self.dress(chart, x={**x, **named, "major_gridlines": GRID}, y={**y, **no_grid})
        return chart
