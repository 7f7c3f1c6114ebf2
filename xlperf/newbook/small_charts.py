"""Small charts in the tiles of a new workbook, of Excel's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.newbook.look import BLACK, FONT, GREY, INK, NAVY, WHITE
from xlperf.tables import schema

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

    from xlperf.newbook.charts_sheet import SeriesPlaces


def add_months(
    book: Workbook,
    sheet: Worksheet,
    cell: tuple[int, int],
    size: tuple[int, int],
    measure: str,
    name: str,
    places: SeriesPlaces,
) -> None:
    """Add the last months of a measure as differences from their centre, with their limits, the
    latest one marked; nothing where the Series sheet has none.

    `cell`: row and column of its corner, counted from 0. `size`: width and height, in pixels.
    `name`: what it is of, for those who cannot see it.
    """
    rows = [(measure, series) for series in schema.FROM_CENTRE]
    if not all(row in places.rows for row in rows):
        return
    chart = book.add_chart({"type": "line"})
    months, latest, *limits = rows
    ink = {"color": INK}
    dot = {"type": "circle", "size": 5, "fill": ink, "border": ink}
    looks = ({"color": NAVY, "width": 1.5}, {"none": True}), ({"type": "none"}, dot)
    for row, line, marker in zip((months, latest), *looks, strict=True):
        chart.add_series(
            {"name": row[1], "values": places.cells(row), "line": line, "marker": marker}
        )
    dashed = {"color": GREY, "width": 0.75, "dash_type": "dash"}
    unmarked = {"line": dashed, "marker": {"type": "none"}}
    for row in limits:
        chart.add_series({"name": row[1], "values": places.cells(row), **unmarked})
    chart.show_blanks_as("gap")
    chart.set_legend({"none": True})
    centre = {"color": GREY, "width": 0.5}
    ticks = {"label_position": "none", "major_tick_mark": "none", "minor_tick_mark": "none"}
    chart.set_x_axis({"line": centre, **ticks})
    chart.set_y_axis({"visible": False, "major_gridlines": {"visible": False}})
    chart.set_chartarea({"border": {"none": True}, "fill": {"none": True}})
    chart.set_plotarea(
        {"layout": {"x": 0.01, "y": 0.04, "width": 0.98, "height": 0.92}, "fill": {"none": True}}
    )
    chart.set_size({"width": size[0], "height": size[1]})
    description = (
        f"Small graph, {name}: the last {schema.SERIES_LENGTH} months around their mean, with the"
        " limits; the latest month is marked. Larger on the Charts sheet; figures on the Series"
        " sheet."
    )
    options = {"x_offset": 4, "y_offset": 2, "object_position": 1, "description": description}
    sheet.insert_chart(*cell, chart, options)


def add_savings(
    book: Workbook,
    sheet: Worksheet,
    cell: tuple[int, int],
    size: tuple[int, int],
    sum_label: tuple[int, int],
    amounts: int,
) -> None:
    """Add a bar of what the savings consist of, beside the amounts of a tile.

    `cell` and `size` as in `add_months`; `sum_label`: row and column of the label of the sum,
    below which its parts stand; `amounts`: how many columns to the right the amounts are.
    """
    chart = book.add_chart({"type": "bar", "subtype": "stacked"})
    shades = (INK, "#5B7FB0", "#C9D5E6")
    looks = zip(("Realised", "Identified", "To find"), shades, (WHITE, WHITE, BLACK), strict=True)
    for number, (name, shade, colour) in enumerate(looks, 1):
        part = (sum_label[0] + number, sum_label[1] + amounts)
        font = {"name": FONT, "size": 9, "color": colour}
        chart.add_series(
            {
                "name": name,
                "categories": [sheet.name, *sum_label, *sum_label],
                "values": [sheet.name, *part, *part],
                "fill": {"color": shade},
                "gap": 30,
                "data_labels": {"value": True, "num_format": "0.0", "font": font},
            }
        )
    chart.set_legend({"position": "bottom", "font": {"name": FONT, "size": 8, "color": GREY}})
    chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}, "min": 0})
    chart.set_y_axis({"visible": False})
    chart.set_chartarea({"border": {"none": True}, "fill": {"none": True}})
    chart.set_plotarea({"layout": {"x": 0.02, "y": 0.05, "width": 0.96, "height": 0.6}})
    chart.set_size({"width": size[0], "height": size[1]})
    description = (
        "Bar of the savings required: realised, identified and still to be found, in £ million. The"
        " amounts stand in the cells beside it."
    )
    options = {"x_offset": 6, "y_offset": 3, "object_position": 1, "description": description}
    sheet.insert_chart(*cell, chart, options)
