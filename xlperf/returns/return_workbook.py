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

from xlperf.newbook.look import GREY, INK, LINE, MIST, NAVY, WHITE, WorkbookFormats
from xlperf.periods import Period, day_name, first_day, last_day
from xlperf.returns import form_places as places
from xlperf.returns.return_form import (
    COUNTINGS,
    FIGURES,
    FigureStatus,
    FormColumn,
    FormRow,
    ReturnForm,
    quarter_name,
)
from xlperf.tables.coercion import FIRST_YEAR, LAST_YEAR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

CREATED = datetime(2014, 12, 10, 9, 0, 0)  # noqa: DTZ001 - a fixed stamp: the same form, the same bytes
WIDTHS = {
    FormColumn.MEASURE: 27, FormColumn.LINE: 30, FormColumn.WHAT: 40, FormColumn.FROM: 12,
    FormColumn.TO: 12, FormColumn.COUNT: 10, FormColumn.OUT_OF: 10, FormColumn.PERCENT: 9,
    FormColumn.STATUS: 14, FormColumn.RULE: 30, FormColumn.CONTEXT: 42, FormColumn.BOARD: 24,
    FormColumn.SEEN: 13,
}  # fmt: skip
"""Widths of columns, in characters."""
DAY, DAYS_OF_EXCEL = "d mmm yyyy", (date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31))
PAPER = "#FFFDF3"
"""Cells to fill in: a pale ground, so that they are found at once, and on paper too."""
MOST_VERSIONS = 20
LONGEST_TEXT = 2000
"""Characters of a text: what the report has room for."""
LINE_HEIGHT = 15
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
        _write_row(sheet, look, row, item, last=_is_last(form.rows, row - places.FIRST_ROW))
    _lock(sheet, len(form.rows))
    _write_guide(book.add_worksheet(places.GUIDE), look, form)
    book.close()
    return memory.getvalue()


def _is_last(rows: Sequence[FormRow], place: int) -> bool:
    """Whether a row is the last of its measure."""
    return place + 1 == len(rows) or rows[place + 1].is_first


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
    sheet.data_validation(
        places.VERSION.address,
        _whole("Version", 1, MOST_VERSIONS, "1 the first time; one more each time you send it again."),
    )
    sheet.data_validation(
        places.ROLE.address,
        _text("Completed by", "Your role, such as Performance officer. No name, please."),
    )
    sheet.data_validation(
        places.AS_AT.address,
        _day("Figures taken on", "The day the figures were taken from your system."),
    )


def _write_head_cell(
    sheet: Worksheet, look: WorkbookFormats, head: places.HeadCell, value: Any
) -> None:
    style = _given(look, align="left") if head.given else _input(look, align="left")
    if isinstance(value, date):
        style = look(**_properties(head), num_format=DAY, align="left")
        sheet.write_datetime(head.row - 1, 1, value, style)
    elif isinstance(value, int):
        sheet.write_number(head.row - 1, 1, value, style)
    elif value is None:
        style = look(**_properties(head), num_format=DAY, align="left") if head is places.AS_AT else style
        sheet.write_blank(head.row - 1, 1, None, style)
    else:
        sheet.write_string(head.row - 1, 1, value, style)


def _properties(head: places.HeadCell) -> dict[str, Any]:
    return GIVEN if head.given else INPUT


INPUT: dict[str, Any] = {
    "bg_color": PAPER, "border": 1, "border_color": "#C9A227", "locked": False, "text_wrap": True,
    "valign": "top",
}  # fmt: skip
GIVEN: dict[str, Any] = {"border": 1, "border_color": LINE, "text_wrap": True, "valign": "top"}


def _input(look: WorkbookFormats, **more: Any) -> Format:
    return look(**INPUT, **more)


def _given(look: WorkbookFormats, **more: Any) -> Format:
    return look(**GIVEN, **more)


# The rows.


def _write_header(sheet: Worksheet, look: WorkbookFormats) -> None:
    style = look(
        bg_color=INK, font_color=WHITE, bold=True, text_wrap=True, valign="top", border=1,
        border_color=WHITE,
    )  # fmt: skip
    for title, place in places.COLUMNS.items():
        sheet.write_string(places.HEADER_ROW - 1, place - 1, title, style)
        sheet.set_column(place - 1, place - 1, WIDTHS[title])
    sheet.set_row(places.HEADER_ROW - 1, 2 * LINE_HEIGHT)


def _write_row(
    sheet: Worksheet, look: WorkbookFormats, row: int, item: FormRow, *, last: bool
) -> None:
    base = {**GIVEN, "bottom_color": INK if last else LINE, "bold": not item.is_part}
    texts = {
        FormColumn.MEASURE: item.measure,
        FormColumn.LINE: item.line,
        FormColumn.WHAT: item.what,
        FormColumn.BOARD: item.board,
    }
    for title, text in texts.items():
        faint = {"font_color": GREY} if title is FormColumn.LINE and not item.is_first else {}
        sheet.write_string(row - 1, places.COLUMNS[title] - 1, text, look(**base, **faint))
    days = {
        FormColumn.FROM: first_day(item.period.first),
        FormColumn.TO: last_day(item.period.last),
    }
    for title, day in days.items():
        style = look(**base, num_format=DAY, align="left")
        sheet.write_datetime(row - 1, places.COLUMNS[title] - 1, day, style)
    for title in inputs_of(item):
        _write_input(sheet, look, row, item, title)
    for title in (*FIGURES, FormColumn.STATUS, FormColumn.RULE, FormColumn.CONTEXT, FormColumn.SEEN):
        if title not in inputs_of(item):
            style = look(bg_color=MIST, border=1, border_color=LINE)
            sheet.write_blank(row - 1, places.COLUMNS[title] - 1, None, style)
    sheet.set_row(row - 1, LINE_HEIGHT * _lines(item) + 4)


def _lines(item: FormRow) -> int:
    """Lines of text in a row; room for words where nothing else is asked."""
    texts = {FormColumn.WHAT: item.what, FormColumn.LINE: item.line, FormColumn.BOARD: item.board}
    needed = max(ceil(len(text) / (0.9 * WIDTHS[title])) for title, text in texts.items())
    return max(1 if item.figures else 4, needed)


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
    style = _input(look, num_format=formats.get(title, "General"), align="left"
                   if title not in FIGURES else "right")  # fmt: skip
    address = places.cell_of(row, title)
    sheet.write_blank(address, None, style)
    sheet.data_validation(address, _rule(item, title))


def _rule(item: FormRow, title: FormColumn) -> dict[str, Any]:
    match title:
        case FormColumn.COUNT:
            return _whole(title, 0, None, "A whole number. Not known: leave blank, and choose a status.")
        case FormColumn.OUT_OF:
            return _whole(title, 0, None, "The number it is out of, or that answered.")
        case FormColumn.PERCENT:
            message = "Only where the number is not known: 58 for 58 per cent, not 0.58."
            return _rule_of(title, message, validate="decimal", criteria="between",
                            minimum=0, maximum=100)  # fmt: skip
        case FormColumn.STATUS:
            return _rule_of(title, "Choose from the list.", validate="list",
                            source=[str(status) for status in FigureStatus])  # fmt: skip
        case FormColumn.RULE if item.item:
            message = "'and': both reductions are needed; 'or': one is enough."
            return _rule_of(title, message, validate="list", source=list(COUNTINGS))
        case FormColumn.SEEN:
            return _day(title, f"The day on which it was before: {item.board}")
        case FormColumn.RULE:
            return _text(title, "The same words each time, unless you count in another way now.")
        case _:
            return _text(title, "What explains the figure. No names of people.")


def _rule_of(title: str, message: str, **rule: Any) -> dict[str, Any]:
    return {
        **rule,
        "input_title": title[:32],
        "input_message": message[:255],
        "error_title": title[:32],
        "error_message": message[:255],
        "ignore_blank": True,
    }


def _whole(title: str, least: int, most: int | None, message: str) -> dict[str, Any]:
    if most is None:
        return _rule_of(title, message, validate="integer", criteria=">=", value=least)
    return _rule_of(
        title, message, validate="integer", criteria="between", minimum=least, maximum=most
    )


def _text(title: str, message: str) -> dict[str, Any]:
    return _rule_of(title, message, validate="length", criteria="<=", value=LONGEST_TEXT)


def _day(title: str, message: str) -> dict[str, Any]:
    first, last = DAYS_OF_EXCEL
    return _rule_of(
        title, message, validate="date", criteria="between", minimum=first, maximum=last
    )


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


def _write_guide(sheet: Worksheet, look: WorkbookFormats, form: ReturnForm) -> None:
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 100)
    sheet.write_string(0, 0, places.GUIDE, look(bold=True, font_size=16, font_color=INK))
    back = f"Send the file back by {day_name(form.due)}." if form.due else "Send the file back."
    lines = (
        ("A figure", "A whole number in the column Number. Of a survey, also how many answered."),
        ("Per cent", "Only where you do not know the number: 58 for 58 per cent."),
        ("Parts and the whole", "Parts (months, quarters) must add up to the row in bold below them."
                                " Earlier quarters may stay blank."),
        *((f"Status: {status}", MEANINGS[status]) for status in FigureStatus),
        ("How you count it", "What is counted, and when. Two partners that count in different ways"
                             " are never added together."),
        ("Board saw it on", "What its board has not seen is kept, and is not shown to the panel."),
        ("Sending it again", "Correct this same file, and raise 'Version of this return' by one."),
        ("Please do not", "merge cells, add rows or columns, change headings, type formulas, add"
                          " macros or links, or type names of people."),
        ("When it is done", f"{back} You get an answer that lists, cell by cell, what could not be"
                            " read."),
    )  # fmt: skip
    for row, (word, meaning) in enumerate(lines, 2):
        sheet.write_string(row, 0, word, look(bold=True, font_color=INK, valign="top"))
        sheet.write_string(row, 1, meaning, look(text_wrap=True, valign="top"))
        sheet.set_row(row, LINE_HEIGHT * (2 if len(meaning) > 105 else 1))
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 1)
    sheet.protect("")


def example_form() -> ReturnForm:
    """A form of an imaginary partner, with a row of each sort: the template that is shipped."""
    october = 12 * 2014 + 9
    quarter = Period(october, october + 2)
    count = frozenset({FormColumn.COUNT})
    year = Period(quarter.last - 11, quarter.last)

    def row(measure: str, line: str, what: str, period: Period, **more: Any) -> FormRow:
        return FormRow(measure, line, what, period, **{"figures": count, **more})

    rows = [
        row("P1_incidents", "Incidents", f"{name} 2014: incidents", Period(month, month),
            is_part=True, is_first=month == october, board="The board" if month == october else "")
        for name, month in zip(("October", "November", "December"), quarter.months, strict=True)
    ]  # fmt: skip
    rows += [
        row("P1_incidents", "Incidents", "The quarter: incidents", quarter),
        row("P2_satisfied", "People satisfied", "Twelve months: number satisfied, and out of how many",
            year, figures=frozenset(FIGURES), is_first=True, board="The board"),
        row("P3_training", "Training", "Words for the panel", quarter, figures=frozenset(),
            is_first=True),
    ]  # fmt: skip
    return ReturnForm(
        "Office of the Police and Crime Commissioner", "Name of the partner", quarter,
        date(2015, 1, 21), tuple(rows),
    )  # fmt: skip
