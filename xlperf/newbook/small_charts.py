"""Small charts in the tiles of a new workbook, of Excel's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.newbook.look import BLACK, FONT, GREY, INK, NAVY, WHITE

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
    places: SeriesPlaces,
) -> None:
    """Add the last 18 months of a measure with their limits; nothing where the Series sheet has
    none.

    `cell`: row and column of its corner, counted from 0. `size`: width and height, in pixels.
    """
    if (measure, "Count") not in places.rows:
        return
    chart = book.add_chart({"type": "line"})
    shapes = (("Count", NAVY, 1.5, "solid"), ("Centre", GREY, 0.5, "solid"))
    lines = (("Lower", GREY, 0.75, "dash"), ("Upper", GREY, 0.75, "dash"))
    for series, colour, width, dash in (*shapes, *lines):
        chart.add_series(
            {
                "name": series,
                "values": places.cells((measure, series)),
                "line": {"color": colour, "width": width, "dash_type": dash},
                "marker": {"type": "none"},
            }
        )
    chart.set_legend({"none": True})
    chart.set_x_axis({"visible": False})
    chart.set_y_axis({"visible": False, "major_gridlines": {"visible": False}})
    chart.set_chartarea({"border": {"none": True}, "fill": {"none": True}})
    chart.set_plotarea(
        {
            "layout": {"x": 0.01, "y": 0.04, "width": 0.98, "height": 0.92},
            "fill": {"none": True},
        }
    )
    chart.set_size({"width": size[0], "height": size[1]})
    sheet.insert_chart(
        *cell,
        chart,
        {
            "x_offset": 8,
            "y_offset": 2,
            "object_position": 1,
            "description": (
                f"Last 18 months of {measure}, with mean and limits. Larger on the Charts sheet;"
                " figures on the Series sheet."
            ),
        },
    )


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
    fonts = (WHITE, WHITE, BLACK)
    for number, (shade, font) in enumerate(zip(shades, fonts, strict=True), 1):
        part = (sum_label[0] + number, sum_label[1] + amounts)
        chart.add_series(
            {
                "name": ("Realised", "Identified", "To find")[number - 1],
                "categories": [sheet.name, *sum_label, *sum_label],
                "values": [sheet.name, *part, *part],
                "fill": {"color": shade},
                "gap": 30,
                "data_labels": {
                    "value": True,
                    "num_format": "0.0",
                    "font": {"name": FONT, "size": 9, "color": font},
                },
            }
        )
    chart.set_legend({"position": "bottom", "font": {"name": FONT, "size": 8, "color": GREY}})
    chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}, "min": 0})
    chart.set_y_axis({"visible": False})
    chart.set_chartarea({"border": {"none": True}, "fill": {"none": True}})
    chart.set_plotarea({"layout": {"x": 0.02, "y": 0.05, "width": 0.96, "height": 0.6}})
    chart.set_size({"width": size[0], "height": size[1]})
    sheet.insert_chart(
        *cell,
        chart,
        {
            "x_offset": 6,
            "y_offset": 3,
            "object_position": 1,
            "description": (
                "Bar of the savings required: realised, identified and still to be found, in £"
                " million. The amounts stand in the cells beside it."
            ),
        },
    )
