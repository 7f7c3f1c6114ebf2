"""The form of a partner as a workbook: one sheet to fill in, one that says how.

Locked but for the cells to fill in (without a password: the lock guards against slips, not against
people), lists and limits in those cells, no formulas, no macros, no links. The same form gives the
same bytes.
"""

from __future__ import annotations

from datetime import date, datetime
from io import BytesIO
from math import ceil
from typing import TYPE_CHECKING, Any

from xlsxwriter import Workbook

from xlperf.newbook.datasheets import write_value
from xlperf.newbook.look import GREY, INK, LINE, MIST, NAVY, WHITE, WorkbookFormats
from xlperf.periods import day_name, first_day, last_day
from xlperf.returns import form_places as places
from xlperf.returns import form_rules
from xlperf.returns.return_form import (
    FIGURES,
    FigureStatus,
    FormColumn,
    FormRow,
    ReturnForm,
    quarter_name,
)

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

CREATED = datetime(2014, 12, 10, 9, 0, 0)  # noqa: DTZ001 - a fixed stamp: the same form, the same bytes
WIDTHS = {
    FormColumn.MEASURE: 27, FormColumn.LINE: 30, FormColumn.WHAT: 40, FormColumn.FROM: 12,
    FormColumn.TO: 12, FormColumn.COUNT: 10, FormColumn.OUT_OF: 10, FormColumn.PERCENT: 9,
    FormColumn.STATUS: 14, FormColumn.RULE: 30, FormColumn.CONTEXT: 42, FormColumn.BOARD: 24,
    FormColumn.SEEN: 13,
}  # fmt: skip
"""Widths of columns, in characters."""
DAY = "d mmm yyyy"
PAPER = "#FFFDF3"
"""Cells to fill in: a pale ground, so that they are found at once, and on paper too."""
LINE_HEIGHT = 15


def return_bytes(form: ReturnForm) -> bytes:
    """Give the bytes of the workbook of a form."""
    memory = BytesIO()
    book = Workbook(memory, {"in_memory": True, "strings_to_formulas": False})
    book.set_properties(
        {
            "title": f"Return of {form.partner}, {quarter_name(form.quarter)}",
            "comments": "Made by xlperf.",
            "created": CREATED,
        }
    )
    look = WorkbookFormats(book)
    sheet = book.add_worksheet(places.SHEET)
    _write_head(sheet, look, form)
    _write_header(sheet, look)
    for row, item in enumerate(form.rows, places.FIRST_ROW):
        _write_row(sheet, look, row, item)
    _lock(sheet, len(form.rows))
    _write_guide(book.add_worksheet(places.GUIDE), look, form)
    book.close()
    return memory.getvalue()


# The head.


def _write_head(sheet: Worksheet, look: WorkbookFormats, form: ReturnForm) -> None:
    title = look(bold=True, font_size=16, font_color=INK)
    sheet.write_string(0, 0, f"Return of {form.partner}", title)
    mark = look(font_color=GREY, align="right")
    sheet.write_string(places.MARK_ROW - 1, places.MARK_COLUMN - 1, places.MARK, mark)
    about = f"For the {form.office}: {quarter_name(form.quarter)}"
    sheet.write_string(1, 0, about, look(font_size=12, font_color=NAVY))
    sheet.write_string(
        2,
        0,
        "Fill in the pale cells, row by row. Type numbers, no formulas. What a word means is on the"
        f" sheet '{places.GUIDE}'.",
        look(font_color=GREY, italic=True),
    )
    known: dict[places.HeadCell, Any] = {
        places.PARTNER: form.partner,
        places.QUARTER: last_day(form.quarter.last),
        places.DUE: form.due,
        places.VERSION: 1,
    }
    for head in places.HEAD:
        sheet.write_string(head.row - 1, 0, head.label, look(font_color=INK, bold=True))
        _write_head_cell(sheet, look, head, known.get(head))
    for head, rule in form_rules.HEAD_RULES.items():
        sheet.data_validation(head.address, rule)


def _write_head_cell(
    sheet: Worksheet, look: WorkbookFormats, head: places.HeadCell, value: Any
) -> None:
    of_day = {"num_format": DAY} if isinstance(value, date) or head is places.AS_AT else {}
    style = look(**(GIVEN if head.given else INPUT), **of_day, align="left")
    write_value(sheet, head.row - 1, 1, value, style)


INPUT: dict[str, Any] = {
    "bg_color": PAPER, "border": 1, "border_color": "#C9A227", "locked": False, "text_wrap": True,
    "valign": "vcenter", "indent": 1,
}  # fmt: skip
GIVEN: dict[str, Any] = {
    "border": 1, "border_color": LINE, "text_wrap": True, "valign": "vcenter", "indent": 1,
}  # fmt: skip


# The rows.


def _write_header(sheet: Worksheet, look: WorkbookFormats) -> None:
    style = look(
        bg_color=INK, font_color=WHITE, bold=True, text_wrap=True, valign="vcenter", indent=1,
        border=1, border_color=WHITE,
    )  # fmt: skip
    for title, place in places.COLUMNS.items():
        sheet.write_string(places.HEADER_ROW - 1, place - 1, title, style)
        sheet.set_column(place - 1, place - 1, WIDTHS[title])
    sheet.set_row(places.HEADER_ROW - 1, 2 * LINE_HEIGHT)


def _write_row(sheet: Worksheet, look: WorkbookFormats, row: int, item: FormRow) -> None:
    top = {"top": 2, "top_color": INK} if item.is_first else {}
    _write_given(sheet, look, row, item, top)
    inputs = inputs_of(item)
    for title in inputs:
        _write_input(sheet, look, row, item, title)
    closed = look(bg_color=MIST, border=1, border_color=LINE, **top)
    for title in (*FIGURES, *OF_THE_MEASURE, FormColumn.STATUS):
        if title not in inputs:
            sheet.write_blank(row - 1, places.COLUMNS[title] - 1, None, closed)
    sheet.set_row(row - 1, LINE_HEIGHT * _lines(item) + 4)


OF_THE_MEASURE = (FormColumn.RULE, FormColumn.CONTEXT, FormColumn.SEEN)
"""Columns that the first row of a measure takes."""


def _write_given(
    sheet: Worksheet, look: WorkbookFormats, row: int, item: FormRow, top: dict[str, Any]
) -> None:
    """Write what the office says of a row; the name of the measure is faint after its first row."""
    base = {**GIVEN, **top, "bold": not item.is_part}
    faint = {} if item.is_first else {"font_color": GREY}
    texts = {
        FormColumn.MEASURE: (item.measure, faint),
        FormColumn.LINE: (item.line, faint),
        FormColumn.WHAT: (item.what, {}),
        FormColumn.BOARD: (item.board, {}),
    }
    for title, (text, more) in texts.items():
        sheet.write_string(row - 1, places.COLUMNS[title] - 1, text, look(**base, **more))
    days = {
        FormColumn.FROM: first_day(item.period.first),
        FormColumn.TO: last_day(item.period.last),
    }
    for title, day in days.items():
        style = look(**base, num_format=DAY, align="left")
        sheet.write_datetime(row - 1, places.COLUMNS[title] - 1, day, style)


LINES_OF_WORDS, LINES_OF_FIRST = 4, 2
"""Lines of text that a row has room for: where words alone are asked; where words are asked too."""


def _lines(item: FormRow) -> int:
    texts = {FormColumn.WHAT: item.what, FormColumn.LINE: item.line, FormColumn.BOARD: item.board}
    needed = max(ceil(len(text) / WIDTHS[title]) for title, text in texts.items())
    least = (LINES_OF_FIRST if item.figures else LINES_OF_WORDS) if item.is_first else 1
    return max(least, needed)


def inputs_of(item: FormRow) -> tuple[FormColumn, ...]:
    """Columns of a row that a partner fills in."""
    first = (FormColumn.RULE,) if item.is_first and item.figures else ()
    words = (FormColumn.CONTEXT,) if item.is_first else ()
    seen = (FormColumn.SEEN,) if item.is_first and item.board else ()
    figures = tuple(title for title in FIGURES if title in item.figures)
    return (*figures, FormColumn.STATUS, *first, *words, *seen)


def _write_input(
    sheet: Worksheet, look: WorkbookFormats, row: int, item: FormRow, title: FormColumn
) -> None:
    formats = {
        FormColumn.COUNT: "#,##0",
        FormColumn.OUT_OF: "#,##0",
        FormColumn.PERCENT: "0.0",
        FormColumn.SEEN: DAY,
    }
    align = "right" if title in FIGURES else "left"
    style = look(**INPUT, num_format=formats.get(title, "General"), align=align)
    address = places.cell_of(row, title)
    sheet.write_blank(address, None, style)
    sheet.data_validation(address, form_rules.rule_of(item, title))


def _lock(sheet: Worksheet, rows: int) -> None:
    sheet.hide_gridlines(2)
    sheet.freeze_panes(places.HEADER_ROW, 2)
    sheet.set_landscape()
    sheet.set_paper(8)  # A3
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(places.HEADER_ROW - 1)
    sheet.print_area(0, 0, places.FIRST_ROW + rows - 2, len(places.COLUMNS) - 1)
    sheet.set_footer("&L&8&F&R&8Page &P of &N")
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.set_row(0, 24)
    sheet.set_selection(places.ROLE.address)
    sheet.protect("", {"format_columns": True, "format_rows": True})


# The guide.


MEANINGS = {
    FigureStatus.FINAL: "The figure is checked and will not change.",
    FigureStatus.PROVISIONAL: "The figure may still change.",
    FigureStatus.NOT_AVAILABLE: "There is no figure this time. Say why in the column K.",
    FigureStatus.NOT_APPLICABLE: "You do not do this, so there will be no figure.",
    FigureStatus.CONFIDENTIAL: (
        "There is a figure, and it must not be shown. Leave the number blank: do not send it."
    ),
}
"""What each status means, for partners."""
LESSONS = {
    "A figure": "A whole number in the column Number. Of a survey, also how many answered.",
    "Per cent": "Only where you do not know the number: 58 for 58 per cent.",
    "Parts and the whole": (
        "Parts (months, quarters) must add up to the row in bold below them. Earlier quarters may"
        " stay blank."
    ),
    **{f"Status: {status}": meaning for status, meaning in MEANINGS.items()},
    "How you count it": (
        "What is counted, and when. Partners that count in different ways are never added up."
    ),
    "Board saw it on": "What its board has not seen is kept, and is not shown to the panel.",
    "Sending it again": "Correct this same file, and raise 'Version of this return' by one.",
    "Please do not": (
        "merge cells, add rows or columns, change headings, type formulas, add macros or links, or"
        " type names of people."
    ),
}
"""What the second sheet says, a word and its meaning each."""
BACK = "You get an answer that lists, cell by cell, what could not be read."
LONG_LINE = 105
"""Letters that fit into a line of the second sheet."""


def _write_guide(sheet: Worksheet, look: WorkbookFormats, form: ReturnForm) -> None:
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 100)
    sheet.write_string(0, 0, places.GUIDE, look(bold=True, font_size=16, font_color=INK))
    back = f"Send the file back by {day_name(form.due)}." if form.due else "Send the file back."
    lessons = {**LESSONS, "When it is done": f"{back} {BACK}"}
    for row, (word, meaning) in enumerate(lessons.items(), 2):
        sheet.write_string(row, 0, word, look(bold=True, font_color=INK, valign="top"))
        sheet.write_string(row, 1, meaning, look(text_wrap=True, valign="top"))
        sheet.set_row(row, LINE_HEIGHT * (2 if len(meaning) > LONG_LINE else 1))
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 1)
    sheet.protect("")
