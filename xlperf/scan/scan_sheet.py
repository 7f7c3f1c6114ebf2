"""The workbook of a scan: what was found, small charts of the worst series, their months, and the
first faults.
"""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

from xlperf.assessment.chart import BEFORE, RECENT
from xlperf.newbook.look import FONT, GREY, INK, MIST, NAVY, WorkbookFormats
from xlperf.periods import first_day, last_day
from xlperf.scan.scan_sentences import scan_sentences
from xlperf.tables.data import Direction
from xlperf.tiles.figures import p_text

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

    from xlperf.scan.scan_result import ScanResult, WorstSeries

ACROSS = 4
"""Charts beside each other."""
WIDTH, HEIGHT = 262, 130
"""Of a chart, in pixels."""
TILE_ROWS = 11
"""Rows of a chart with its three lines of text."""
NAME_HEIGHT = 42
"""Of the row with the names of series, in points: three lines."""
COLUMN = 36
"""Width of a column with charts, in characters."""
SHOWN, MONTHS = "Worst", "Months"


def scan_sheet(result: ScanResult) -> bytes:
    """Make the workbook."""
    from xlsxwriter import Workbook

    stream = BytesIO()
    with Workbook(stream, {"in_memory": True, "strings_to_formulas": False}) as book:
        made = last_day(result.period.last)
        book.set_properties({"created": datetime(made.year, made.month, made.day)})  # noqa: DTZ001
        look = WorkbookFormats(book)
        sheet, months, faults = (book.add_worksheet(name) for name in (SHOWN, MONTHS, "Faults"))
        _write_months(months, look, result)
        _write_worst(book, sheet, look, result)
        _write_faults(faults, look, result)
    return stream.getvalue()


def _write_worst(
    book: Workbook, sheet: Worksheet, look: WorkbookFormats, result: ScanResult
) -> None:
    """Write the summary, and below it a chart for each series."""
    sheet.hide_gridlines(2)
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 1)
    sheet.set_column(0, ACROSS - 1, COLUMN)
    title = look(bold=True, font_size=16, font_color=INK)
    sheet.write_string(0, 0, f"Scan of {result.source}, {result.latest}", title)
    sheet.set_row(0, 26)
    row = 1
    for text in scan_sentences(result):
        sheet.merge_range(row, 0, row, ACROSS - 1, "", look(text_wrap=True, valign="top"))
        sheet.write_string(row, 0, text, look(text_wrap=True, valign="top"))
        sheet.set_row(row, 14 * (1 + len(text) // 165) + 3)
        row += 1
    kind = "for the worse" if result.direction is not Direction.NONE else "most"
    head = f"Series that changed {kind}: those that count among all first, then by p"
    if not result.worst:
        head = f"No series changed {kind}, not even by itself"
    sheet.write_string(row + 1, 0, head, look(bold=True, font_size=12, font_color=INK))
    lines = (
        "Thin line: the twelve months before the latest six, their mean. Dashed: between these"
        " limits the average of the latest six is taken as unchanged. Figures: the sheet Months."
    )
    sheet.write_string(row + 2, 0, lines if result.worst else "", look(font_color=GREY))
    row += 1
    for place, series in enumerate(result.worst):
        down, across = divmod(place, ACROSS)
        at = row + 2 + down * TILE_ROWS
        title = " · ".join(series.names)
        sheet.set_row(at, NAME_HEIGHT)
        sheet.write_string(at, across, title, look(bold=True, font_color=NAVY, text_wrap=True))
        for line, text in enumerate(_said(series), start=1):
            sheet.write_string(at + line, across, text, look(font_size=9, font_color=GREY))
        chart = _chart(book, result, place)
        sheet.insert_chart(at + 3, across, chart, {
            "object_position": 1,
            "description": f"Months of {', '.join(series.names)}: {'; '.join(_said(series))}",
        })  # fmt: skip


def _said(series: WorstSeries) -> list[str]:
    """What was found of a series, a line a test."""
    answers, found = series.answers, []
    if answers["change"] in ("rise", "fall"):
        found.append(_part("Year", answers, "before", "latest", "change"))
    if answers["chart"] in ("above", "below"):
        found.append(_part("Six months", answers, "centre", "average", "chart"))
    return found


def _part(name: str, answers: dict[str, Any], before: str, now: str, test: str) -> str:
    alone = "" if answers[f"{test}_counts"] else ", judged alone"
    figures = f"{answers[before]:,.0f} → {answers[now]:,.0f}"
    return f"{name} {figures}, p {p_text(answers[f'{test}_p'])}{alone}"


def _write_months(sheet: Worksheet, look: WorkbookFormats, result: ScanResult) -> None:
    """Write what the charts draw: months in rows; of each series its counts, the mean of the twelve
    months before the latest six, and the limits of their average.
    """
    head, day = look(bold=True, bg_color=MIST, text_wrap=True), look(num_format="mmm yyyy")
    sheet.write_string(0, 0, "Month", head)
    sheet.set_column(0, 4 * len(result.worst), 12)
    sheet.freeze_panes(1, 1)
    for row, month in enumerate(result.period.months, start=1):
        sheet.write_datetime(row, 0, datetime.combine(first_day(month), datetime.min.time()), day)
    last, number = result.period.length, look(num_format="#,##0.##")
    for place, series in enumerate(result.worst):
        columns = range(4 * place + 1, 4 * place + 5)
        names = ("count", "mean", "lower limit", "upper limit")
        for column, name in zip(columns, names, strict=True):
            sheet.write_string(0, column, f"{' · '.join(series.names)}: {name}", head)
        for row, count in enumerate(series.counts, start=1):
            if count is not None:
                sheet.write_number(row, columns[0], count, number)
        begin = last - RECENT - BEFORE + 1
        for column, name, first, end in (
            (columns[1], "centre", begin, last - RECENT),
            (columns[2], "chart_lower", last - RECENT + 1, last),
            (columns[3], "chart_upper", last - RECENT + 1, last),
        ):
            value = series.answers[name]
            for row in range(first, end + 1):
                if value is not None:
                    sheet.write_number(row, column, value, number)


def _chart(book: Workbook, result: ScanResult, place: int) -> Any:
    """Draw one series: Excel's own chart of its columns in the sheet of months."""
    chart = book.add_chart({"type": "line"})
    last = result.period.length
    styles = ((NAVY, 1.5, "solid"), (INK, 1.0, "solid"), (GREY, 1.0, "dash"), (GREY, 1.0, "dash"))
    for offset, (colour, width, dash) in enumerate(styles, start=1):
        column = 4 * place + offset
        chart.add_series({
            "name": [MONTHS, 0, column],
            "categories": [MONTHS, 1, 0, last, 0],
            "values": [MONTHS, 1, column, last, column],
            "line": {"color": colour, "width": width, "dash_type": dash},
            "marker": {"type": "none"},
        })  # fmt: skip
    small = {"name": FONT, "size": 8, "color": GREY}
    chart.set_legend({"none": True})
    chart.set_x_axis({
        "date_axis": True, "num_format": "yyyy", "num_font": small, "major_unit": 1,
        "major_unit_type": "years", "major_tick_mark": "none",
    })  # fmt: skip
    chart.set_y_axis({
        "min": 0, "num_font": small, "num_format": "#,##0",
        "major_gridlines": {"visible": True, "line": {"color": MIST}}, "line": {"none": True},
    })  # fmt: skip
    chart.set_chartarea({"border": {"none": True}})
    chart.set_size({"width": WIDTH, "height": HEIGHT})
    chart.show_blanks_as("gap")
    return chart


def _write_faults(sheet: Worksheet, look: WorkbookFormats, result: ScanResult) -> None:
    """Write the first faults, and how many there are."""
    total = sum(result.faults.values())
    more = ""
    if total > len(result.first_faults):
        more = f", of which {len(result.first_faults):,} are here"
    head = f"{total:,} faults in the input{more}; all are in {result.files[1].name}"
    sheet.write_string(0, 0, head, look(bold=True, font_color=INK))
    titles = ("Data row", *result.titles, "Month", "Count", "Fault")
    for column, title in enumerate(titles):
        sheet.write_string(1, column, title, look(bold=True, bg_color=MIST))
        sheet.set_column(column, column, 44 if title == "Fault" else 20)
    sheet.freeze_panes(2, 0)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    for row, cells in enumerate(result.first_faults, start=2):
        for column, cell in enumerate(cells):
            if isinstance(cell, int):
                sheet.write_number(row, column, cell, look())
            elif cell is not None:
                sheet.write_string(row, column, str(cell), look())
