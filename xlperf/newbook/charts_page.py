"""The sheet Charts of a workbook: every chart on pages of four, after a page with all in small.

Above each chart stands what it shows, in words, from the sheet Chart data.
"""

from __future__ import annotations

from math import ceil, sqrt
from typing import TYPE_CHECKING

from xlperf.frozen import NamedTuple
from xlperf.newbook.chart_shapes import ChartRoom, chart_shape
from xlperf.newbook.charts_sheet import SHEET, SeriesPlaces
from xlperf.newbook.look import GREY, INK
from xlperf.newbook.paper import A4, FOOTER
from xlperf.tables import schema
from xlperf.tables.measure_kinds import LineKind
from xlperf.tiles.chart_rows import CHART_ROWS, chart_name, kinds_of_charts, sentence_formula

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

    from xlperf.newbook.charts_sheet import SeriesKey
    from xlperf.newbook.look import WorkbookFormats
    from xlperf.newbook.measures import MeasureRow

ACROSS, DOWN = 2, 2
"""Charts on a page."""
COLUMN, GAP = 620, 16
"""Pixels of the width of a chart, and between two."""
MOST_SMALL = 30
"""Small charts on a page: with more their titles leave no room for them."""
SENTENCE_ROW, CHART_ROW, GAP_ROW = 68, 371, 14
"""Pixels of the height of what stands above a chart, of a chart, and between two."""
HEAD_ROWS = 3
SCALE = 74
"""Per cent at which two charts fill the width of A4, landscape."""
PAGE_HEIGHT = 860
"""Pixels of a page at that scale, less what its head takes."""
DESCRIBED = {
    LineKind.SPC: "Control chart of {}: months, six-month average, mean and limits.",
    LineKind.OFFENCES: "Twelve-month totals of {}, trends to the target date, and the target.",
    LineKind.SURVEY: "Results of {} with their ranges.",
    LineKind.POSITION: "Bars of the forces of the group for {}, best first, with limits.",
}
"""Alternative texts, which stay true whatever the figures are."""
LARGER = " Larger below."
SAID = " What it shows now is said in the cell above it."


class PlacedChart(NamedTuple):
    """A chart that the sheet has."""

    measure: MeasureRow
    kind: LineKind


def chart_keys(measures: Sequence[MeasureRow]) -> list[SeriesKey]:
    """Keys of the rows of the sheet Chart data."""
    return [
        (measure.name, row)
        for measure in measures
        for kind in kinds_of_charts(measure)
        for row in CHART_ROWS[kind]
    ]


def new_places(keys: Sequence[SeriesKey], header_row: int) -> SeriesPlaces:
    """Places of those rows on a sheet with nothing else. `header_row`: counted from 0."""
    titles = schema.CHART_DATA.titles
    return SeriesPlaces(
        {key: header_row + place for place, key in enumerate(keys, 1)},
        schema.CHART_DATA.sheet,
        titles=titles.index(schema.CHART_TITLE),
        sentences=titles.index(schema.CHART_SENTENCE),
    )


def blank_rows(
    measures: Sequence[MeasureRow], titles: Mapping[str, str]
) -> list[tuple[str | None, ...]]:
    """Rows of the table before the first refresh. `titles`: of the plan, by priority."""
    named = {
        (measure.name, CHART_ROWS[kind][0]): chart_name(measure, kind, titles)
        for measure in measures
        for kind in kinds_of_charts(measure)
    }
    blank = (None,) * schema.CHART_POINTS
    return [(*key, *blank, named.get(key), None) for key in chart_keys(measures)]


def placed_charts(measures: Sequence[MeasureRow], places: SeriesPlaces) -> list[list[PlacedChart]]:
    """Charts in the order of the sheet, in groups that begin on the left: those of months, each
    beside its way to the target; positions; surveys. Those whose rows are not there are left out.
    """
    charts = [
        PlacedChart(measure, kind)
        for measure in measures
        for kind in kinds_of_charts(measure)
        if (measure.name, CHART_ROWS[kind][0]) in places.rows
    ]
    months = (LineKind.SPC, LineKind.OFFENCES)
    of_months = [
        [chart for chart in charts if chart.measure is measure and chart.kind in months]
        for measure in measures
    ]
    others = [
        [chart for chart in charts if chart.kind is kind]
        for kind in (LineKind.POSITION, LineKind.SURVEY)
    ]
    return [group for group in (*of_months, *others) if group]


def write_charts_page(
    book: Workbook,
    look: WorkbookFormats,
    measures: Sequence[MeasureRow],
    places: SeriesPlaces,
    forces: int,
    with_figures: Collection[str],
    *,
    name: str = SHEET,
) -> None:
    """Add the sheet.

    `forces`: size of the group. `with_figures`: measures that have any. `name`: of the sheet.
    """
    sheet = book.add_worksheet(name)
    page = _Page(book, look, sheet, places, forces)
    # those without figures come last, where there is room for them to begin
    ordered = sorted(measures, key=lambda measure: measure.name not in with_figures)
    groups = placed_charts(ordered, places)
    page.head()
    charts = (chart for group in groups for chart in group)
    page.contact([chart for chart in charts if chart.measure.name in with_figures])
    for group in groups:
        page.group(group)
    page.finish()


class _Page:
    def __init__(
        self,
        book: Workbook,
        look: WorkbookFormats,
        sheet: Worksheet,
        places: SeriesPlaces,
        forces: int,
    ) -> None:
        self.book, self.look, self.sheet = book, look, sheet
        self.places, self.forces = places, forces
        self.row, self.on_page = HEAD_ROWS, 0
        self.breaks: list[int] = []

    def head(self) -> None:
        sheet = self.sheet
        sheet.hide_gridlines(2)
        sheet.set_column_pixels(0, 0, 12)
        for column in range(ACROSS):
            sheet.set_column_pixels(1 + 2 * column, 1 + 2 * column, COLUMN)
            sheet.set_column_pixels(2 + 2 * column, 2 + 2 * column, GAP)
        title = self.look(bold=True, font_size=16, font_color=INK)
        sheet.write_string(0, 1, "Charts", title)
        text = (
            "All in small first; then each with what it shows. A triangle is a signal for the"
            " worse, a diamond one for the better. Figures: sheet Chart data."
        )
        sheet.write_string(1, 1, text, self.look(font_color=GREY))

    def contact(self, charts: Sequence[PlacedChart]) -> None:
        """Draw the main chart of every measure in small, on one page if they are not too many."""
        shown = [c for c in charts if c.kind in (LineKind.SPC, LineKind.SURVEY)]
        for first in range(0, len(shown), MOST_SMALL):
            self.page_of_small(shown[first : first + MOST_SMALL])

    def page_of_small(self, shown: Sequence[PlacedChart]) -> None:
        """Draw a page of small charts."""
        across = max(3, ceil(sqrt(len(shown) * 1.1)))
        down = ceil(len(shown) / across)
        total = ACROSS * COLUMN + GAP
        width, height = total // across - 6, min(240, PAGE_HEIGHT // down - 6)
        room = ChartRoom(width, height, text=7, title=8, small=True)
        self.sheet.set_row_pixels(self.row, 20)
        for number, chart in enumerate(shown):
            place = (number % across * (width + 6), number // across * (height + 6))
            self.insert(self.row, 1, chart, room, place)
        rows = ceil((height + 6) * down / 20)
        for row in range(self.row, self.row + rows):
            self.sheet.set_row_pixels(row, 20)
        self.row += rows
        self.new_page()

    def group(self, charts: Sequence[PlacedChart]) -> None:
        """Draw charts side by side, each below what it shows in words."""
        for number, chart in enumerate(charts):
            column = 1 + 2 * (number % ACROSS)
            if column == 1:
                self.next_row()
            self.sentence(self.row - 3, column, chart)
            self.insert(self.row - 2, column, chart, ChartRoom(COLUMN, CHART_ROW - 4), (0, 0))

    def next_row(self) -> None:
        """Begin a row of charts, on a new page where the page is full."""
        if self.on_page == DOWN:
            self.new_page()
        for height in (SENTENCE_ROW, CHART_ROW, GAP_ROW):
            self.sheet.set_row_pixels(self.row, height)
            self.row += 1
        self.on_page += 1

    def new_page(self) -> None:
        self.breaks.append(self.row)
        self.on_page = 0

    def sentence(self, row: int, column: int, chart: PlacedChart) -> None:
        """Say above a chart what it shows."""
        if self.places.sentences is None:
            return
        first = self.places.rows[chart.measure.name, CHART_ROWS[chart.kind][0]]
        formula = sentence_formula(self.places.sheet, self.places.sentences + 1, first + 1)
        style = self.look(font_size=9, font_color=GREY, text_wrap=True, valign="bottom")
        self.sheet.write_formula(row, column, f"={formula}", style, "")

    def insert(
        self, row: int, column: int, chart: PlacedChart, room: ChartRoom, offset: tuple[int, int]
    ) -> None:
        """Put a chart onto the sheet."""
        drawn = chart_shape(self.book, chart.measure, chart.kind, self.places, room, self.forces)
        of = chart.measure.msg_measure if chart.kind is LineKind.POSITION else chart.measure.label
        text = DESCRIBED[chart.kind].format(f"{chart.measure.priority}, {of}")
        place = {"x_offset": offset[0], "y_offset": offset[1], "object_position": 2}
        described = {"description": text + (LARGER if room.small else SAID)}
        self.sheet.insert_chart(row, column, drawn, {**place, **described})

    def finish(self) -> None:
        """Set the pages up."""
        sheet = self.sheet
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.set_margins(left=0.35, right=0.35, top=0.4, bottom=0.5)
        sheet.set_print_scale(SCALE)
        sheet.center_horizontally()
        sheet.set_h_pagebreaks(self.breaks)
        sheet.print_area(0, 1, max(self.row - 1, HEAD_ROWS), 2 * ACROSS - 1)
        sheet.set_footer(FOOTER)
        sheet.freeze_panes(2, 0)
