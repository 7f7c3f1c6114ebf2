"""The Charts sheet of a new workbook: control charts of monthly counts, and bars of each position
in the group.

The charts are Excel's own and point at rows of the Series sheet, which a refresh fills and keeps in
order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.newbook.look import FONT, GREY, INK, LINE, NAVY, OTHERS
from xlperf.tables import schema
from xlperf.tables.measure_kinds import FORMS, KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xlsxwriter import Workbook
    from xlsxwriter.chart import Chart
    from xlsxwriter.worksheet import Worksheet

    from xlperf.newbook.look import WorkbookFormats
    from xlperf.newbook.measures import MeasureRow

SHEET = "Charts"
WIDTH, HEIGHT = 620, 290
ROWS_EACH = 15
ROW_PIXELS = 20
AXIS_FONT = {"name": FONT, "size": 9, "color": GREY}
FIRST_POINT = 2
"""Column of the Series table, counted from 0, that holds the first point."""


def series_keys(measures: Sequence[MeasureRow]) -> list[tuple[str, str]]:
    """Keys of the rows of the Series table, in the order a refresh writes them."""
    counted = [measure.name for measure in measures if KINDS[measure.kind].monthly]
    compared = [measure.name for measure in measures if measure.msg_measure]
    return [(name, series) for name in counted for series in schema.CHART_SERIES] + [
        (name, series) for name in compared for series in schema.GROUP_SERIES
    ]


def row_reference(row: int, points: int = schema.SERIES_LENGTH) -> list[str | int]:
    """Cells of one row of the Series table, as XlsxWriter takes them; `row` is counted from 0 on
    the sheet.
    """
    return [schema.SERIES.sheet, row, FIRST_POINT, row, FIRST_POINT + points - 1]


def write_charts(
    book: Workbook,
    look: WorkbookFormats,
    measures: Sequence[MeasureRow],
    rows: Mapping[tuple[str, str], int],
    forces: int,
    titles: Mapping[str, str],
) -> None:
    """Add the sheet. `rows`: row of each series on the Series sheet, counted from 0; `forces`: size
    of the group; `titles`: by priority.
    """
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
    counted = [measure for measure in measures if (measure.name, "Count") in rows]
    for place, measure in enumerate(counted):
        text = (
            f"Control chart, {measure.priority}: offences of the last 18 months, their mean and"
            " limits."
        )
        _insert(sheet, place, _control_chart(book, measure, rows, titles), text)
    compared = [measure for measure in measures if (measure.name, "Force") in rows]
    for place, measure in enumerate(compared, len(counted) + len(counted) % 2):
        text = (
            f"Bars of {measure.msg_measure} for each force of the group, best first, with the"
            " limits of the group."
        )
        _insert(sheet, place, _group_chart(book, measure, rows, forces), text)
    sheet.set_landscape()
    sheet.set_paper(8)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&L&8&F, &A&R&8Page &P of &N")
    sheet.freeze_panes(2, 0)


def _insert(sheet: Worksheet, place: int, chart: Chart, text: str) -> None:
    row = 3 + (place // 2) * ROWS_EACH
    sheet.insert_chart(
        row,
        1,
        chart,
        {"x_offset": (place % 2) * (WIDTH + 16), "description": text, "object_position": 3},
    )


def _dashed(
    name: str, row: int, colour: str, points: int, categories: list[str | int]
) -> dict[str, object]:
    return {
        "name": name,
        "categories": categories,
        "values": row_reference(row, points),
        "line": {"color": colour, "width": 1.25, "dash_type": "dash"},
        "marker": {"type": "none"},
    }


def _control_chart(
    book: Workbook,
    measure: MeasureRow,
    rows: Mapping[tuple[str, str], int],
    titles: Mapping[str, str],
) -> Chart:
    chart = book.add_chart({"type": "line"})
    months = row_reference(rows[(measure.name, "Month")])
    chart.add_series(
        {
            "name": "Month",
            "categories": months,
            "values": row_reference(rows[(measure.name, "Count")]),
            "line": {"color": NAVY, "width": 2},
            "marker": {
                "type": "circle",
                "size": 5,
                "fill": {"color": NAVY},
                "border": {"color": NAVY},
            },
        }
    )
    chart.add_series(
        {
            "name": "Mean",
            "categories": months,
            "values": row_reference(rows[(measure.name, "Centre")]),
            "line": {"color": GREY, "width": 1.25},
            "marker": {"type": "none"},
        }
    )
    for name in ("Lower", "Upper"):
        chart.add_series(
            _dashed(f"{name} line", rows[(measure.name, name)], GREY, schema.SERIES_LENGTH, months)
        )
    _dress(
        chart,
        f"{measure.priority}  {titles.get(measure.priority) or measure.name}: number of offences",
    )
    return chart


def _group_chart(
    book: Workbook, measure: MeasureRow, rows: Mapping[tuple[str, str], int], forces: int
) -> Chart:
    chart = book.add_chart({"type": "column"})
    names = row_reference(rows[(measure.name, "Force")], forces)
    for series, colour in (("Others", OTHERS), ("Own", INK)):
        chart.add_series(
            {
                "name": "Other forces" if series == "Others" else "Own force",
                "categories": names,
                "values": row_reference(rows[(measure.name, series)], forces),
                "fill": {"color": colour},
                "overlap": 100,
                "gap": 40,
            }
        )
    lines = book.add_chart({"type": "line"})
    for series in ("Lower", "Upper"):
        row = rows[(measure.name, f"Group {series.lower()}")]
        lines.add_series(_dashed(f"{series} line", row, GREY, forces, names))
    chart.combine(lines)
    unit = FORMS[KINDS[measure.kind].form].axis
    _dress(chart, f"{measure.priority}  {measure.msg_measure}: position in the group, {unit}")
    return chart


def _dress(chart: Chart, title: str) -> None:
    chart.set_title(
        {
            "name": title,
            "overlay": False,
            "name_font": {"name": FONT, "size": 12, "color": INK, "bold": True},
        }
    )
    chart.set_x_axis({"num_font": AXIS_FONT, "line": {"color": LINE}})
    chart.set_y_axis(
        {
            "num_font": AXIS_FONT,
            "major_gridlines": {"visible": True, "line": {"color": LINE}},
            "line": {"none": True},
        }
    )
    chart.set_legend({"position": "bottom", "font": AXIS_FONT})
    chart.set_chartarea({"border": {"color": LINE}})
    chart.set_size({"width": WIDTH, "height": HEIGHT})
    chart.show_blanks_as("gap")
