"""The sheets of tables in a new workbook: one table a sheet, with what each column means and what
it may hold.

Headers, validation, notes and formats come from `xlperf.tables.schema`, so that what is checked is
what is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING, Any

from xlsxwriter import Workbook

from xlperf.config import SETTINGS, SettingForm
from xlperf.excel.areas import quoted_sheet
from xlperf.excel.port import column_letters
from xlperf.newbook.look import FONT, GREY, INK, NAVY, WHITE, WorkbookFormats
from xlperf.newbook.paper import set_page
from xlperf.tables import schema
from xlperf.tables.coercion import FIRST_YEAR, LAST_YEAR
from xlperf.tables.schema import Column, Holds, Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

HEADER_ROW = 3
"""Row of a table's header, counted from 0: title, purpose and a blank row stand above."""
SPARE_ROWS = 2000
"""Rows below a table that its validation covers already: typed rows are checked too."""
LONGEST_LIST = 255
"""Characters Excel allows for the choices of a validation list."""
MEASURES_NAME, FORCES_NAME = "list_measures", "list_forces"
FORMATS = {
    Holds.WHOLE: "#,##0",
    Holds.DECIMAL: "0.0",
    Holds.PERCENT: "0.0",
    Holds.DATE: "d mmm yyyy",
    Holds.MONTH: "mmm yyyy",
    Holds.PERIOD: "mmm yyyy",
}
A_DATE: dict[str, Any] = {
    "validate": "date",
    "criteria": "between",
    "minimum": date(FIRST_YEAR, 1, 1),
    "maximum": date(LAST_YEAR, 12, 31),
}
"""Validation of a date: the years that the reader takes."""
CHANCE_COLUMN = "H"
"""Column of Workings in whose first row stands what chance alone would colour."""
LINE_HEIGHT, HEADER_HEIGHT = 15.0, 32.0
ROW_LINES = {schema.WORKINGS.name: 3, schema.CHECKS.name: 2, schema.COMMENTS.name: 2}
"""Lines of text in a row that a refresh adds, where more than one."""
ALIGNED = {schema.SETTINGS.name: "left", schema.INPUTS.name: "fill"}
"""Alignment of cells by table; fill: a long text stays within its cell."""
PRINTED_TO = {
    schema.WORKINGS.name: "Explanation",
    schema.CHECKS.name: "Severity",
    schema.HISTORY.name: "Worked out",
    schema.MEASURES.name: "Caveat",
    schema.PRIORITIES.name: "Period",
    schema.COMMENTS.name: "Period",
}
"""Last column that is printed, by table: those after it are for work on screen."""
PRINT_AREA, LAST_ROW = "_xlnm.Print_Area", 1_048_576
"""Excel's name of what is printed, and the last row of a sheet: an area of whole columns grows with
its table. XlsxWriter would write it as $A:$F, which openpyxl does not read.
"""
LETTERS_A_WIDTH = 1.05
"""Letters of 10 points that fit in one of a column's width, which is counted in digits of 11."""
WRAPPED_WIDTH = 20
"""Width from which a column of text is wrapped, in tables that people fill in."""
JUMP: dict[str, Any] = {"font_color": NAVY, "underline": 1}
"""Look of a cell that leads to another when clicked."""
TAB_COLOURS = {"data": NAVY, "owned": "#8FA3BC"}
DRAFTED_HERE = (
    "Type below, or choose accept, edit or reject beside what a refresh has drafted: only accepted"
    " and edited drafts are shown. Your rows stay as they are."
)
REMEMBERED_HERE = (
    "An import writes how it read the files of each source. Type the measure beside a label in the"
    " column Ours; clear it to leave the label out."
)
KEPT_HERE = "An import writes here what it replaced. Leave the rows as they are."
WRITTEN_HERE = (
    "xlperf writes this table at every refresh. Columns you add to it stay with their row."
)
WRAPPED = frozenset(
    {
        "Explanation",
        "Text",
        "Found",
        "To do",
        "Meaning",
        "Caveats",
        "Remark",
        "Reason",
        "Effect",
        "About",
    }
)


@dataclass(frozen=True, slots=True)
class TableSheet:
    """A table as written: its sheet, and the rows of its body, counted from 0."""

    table: Table
    first_row: int
    last_row: int


def write_table(
    book: Workbook,
    look: WorkbookFormats,
    table: Table,
    rows: Sequence[Sequence[Any]],
    note: str = "",
    *,
    name: str = "",
) -> TableSheet:
    """Add a sheet with one table. `note`: what stands above it instead of the usual; `name`: of the
    sheet, where it is not that of the table.
    """
    sheet = book.add_worksheet(name or table.sheet)
    _title(sheet, look, table, note)
    body = [tuple(row) for row in rows] or [(None,) * len(table.columns)]
    written = TableSheet(table, HEADER_ROW + 1, HEADER_ROW + len(body))
    styles = _styles(look, table)
    _add_table(sheet, look, written)
    for index, (column, style) in enumerate(zip(table.columns, styles, strict=True)):
        sheet.set_column(index, index, column.width, style)
        _validate(sheet, column, index, written, table)
    _heights(sheet, table)
    for number, row in enumerate(body, written.first_row):
        if table not in schema.OWNED:
            sheet.set_row(number, LINE_HEIGHT * _lines(table, row))
        for index, value in enumerate(row):
            if value is None and table is schema.CHART_DATA:
                continue  # most are blank: cells that are not there need not be read
            _write(sheet, number, index, value, styles[index], look)
    if table is schema.SETTINGS:
        _validate_settings(sheet, written)
    _page(book, sheet, written, (table.purpose, note or _note(table)))
    return written


def _title(sheet: Worksheet, look: WorkbookFormats, table: Table, note: str) -> None:
    owned = table in schema.OWNED
    sheet.set_tab_color(TAB_COLOURS["owned" if owned else "data"])
    sheet.hide_gridlines(2)
    sheet.write_string(0, 0, table.sheet, look(bold=True, font_size=16, font_color=INK))
    sheet.write_string(1, 0, table.purpose, look(font_color=GREY))
    note = WRITTEN_HERE if owned else note or _note(table)
    sheet.write_string(2, 0, note, look(font_color=GREY, italic=True))


def _styles(look: WorkbookFormats, table: Table) -> list[Format]:
    """Look of the cells of each column."""
    return [
        look(
            num_format=FORMATS.get(column.holds, "General"),
            valign="top",
            text_wrap=_wrapped(table, column),
            **_aligned(table, column),
            **(JUMP if table is schema.CHECKS and column.title == "Where" else {}),
        )
        for column in table.columns
    ]


def _aligned(table: Table, column: Column) -> dict[str, Any]:
    """Alignment of a column: texts keep away from the figures before them."""
    if table.name in ALIGNED:
        return {"align": ALIGNED[table.name]}
    if column.holds in (Holds.TEXT, Holds.KEY) and column is not table.columns[0]:
        return {"align": "left", "indent": 1}
    return {"align": "general"}


def _wrapped(table: Table, column: Column) -> bool:
    """Whether long texts of a column go on in a further line."""
    if table in schema.OWNED:
        return column.title in WRAPPED
    return column.holds is Holds.TEXT and column.width >= WRAPPED_WIDTH


def _add_table(sheet: Worksheet, look: WorkbookFormats, written: TableSheet) -> None:
    table = written.table
    heading = {"bg_color": INK, "font_color": WHITE, "bold": True, "text_wrap": True}
    heading |= {"valign": "top", "border": 1, "border_color": WHITE}
    columns = [
        {"header": column.title, "header_format": look(**heading, **_aligned(table, column))}
        for column in table.columns
    ]
    options = {"name": table.name, "style": "Table Style Light 1", "columns": columns}
    sheet.add_table(HEADER_ROW, 0, written.last_row, len(columns) - 1, options)


def _heights(sheet: Worksheet, table: Table) -> None:
    """Set the heights of the head, and of rows that a refresh will add: not every program fits rows
    to their text.
    """
    sheet.set_row(0, 24)
    sheet.set_row(HEADER_ROW, HEADER_HEIGHT)
    if table.name in ROW_LINES:
        sheet.set_default_row(LINE_HEIGHT * ROW_LINES[table.name])
        for row in (1, 2):
            sheet.set_row(row, LINE_HEIGHT)


def _lines(table: Table, row: Sequence[Any]) -> int:
    """Lines that the wrapped texts of a row need."""
    wrapped = [
        -(-len(str(value)) // int(column.width * LETTERS_A_WIDTH))
        for column, value in zip(table.columns, row, strict=True)
        if _wrapped(table, column) and value is not None
    ]
    return max(1, *wrapped) if wrapped else 1


def _note(table: Table) -> str:
    """What stands above a table that people fill in."""
    if table is schema.SETTINGS:
        return (
            "Change the values only; lists show what is allowed. Every choice is printed in"
            " Workings."
        )
    notes = {
        schema.COMMENTS.name: DRAFTED_HERE,
        schema.SOURCES.name: REMEMBERED_HERE,
        schema.REVISIONS.name: KEPT_HERE,
    }
    if table.name in notes:
        return notes[table.name]
    return (
        "Type or paste below; the table grows by itself. Hold the pointer over a cell to see what"
        " it needs."
    )


def _write(
    sheet: Worksheet, row: int, column: int, value: Any, style: Any, look: WorkbookFormats
) -> None:
    """Write a value; a date in a column of other things gets the look of one."""
    if isinstance(value, date) and "y" not in style.num_format:
        style = look(num_format=FORMATS[Holds.DATE], align="left")
    write_value(sheet, row, column, value, style)


def write_value(sheet: Worksheet, row: int, column: int, value: Any, style: Any) -> None:
    """Write a value as what it is; a text is a text whatever it looks like."""
    match value:
        case None:
            sheet.write_blank(row, column, None, style)
        case bool():
            sheet.write_boolean(row, column, value, style)
        case int() | float() | Decimal():
            sheet.write_number(row, column, float(value), style)
        case date():
            sheet.write_datetime(row, column, value, style)
        case _:
            sheet.write_string(row, column, str(value), style)


def _validate(
    sheet: Worksheet, column: Column, index: int, written: TableSheet, table: Table
) -> None:
    """Say what a column takes, and refuse what it cannot; nothing for tables that xlperf writes,
    nor for settings.
    """
    if table in schema.OWNED or table is schema.SETTINGS:
        return
    rule: dict[str, Any] = {"validate": "any"}
    choices = ",".join(column.choices)
    if column.choices and len(choices) <= LONGEST_LIST:
        rule = {"validate": "list", "source": list(column.choices)}
    elif column.holds is Holds.FLAG:
        rule = {"validate": "list", "source": ["yes", "no"]}
    elif column.holds is Holds.WHOLE:
        rule = {"validate": "integer", "criteria": ">=", "value": 0}
    elif column.holds is Holds.PERCENT:
        rule = {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 100}
    elif column.holds in (Holds.NUMBER, Holds.DECIMAL):
        rule = {"validate": "decimal", "criteria": "between", "minimum": -1e12, "maximum": 1e12}
    elif column.holds in (Holds.DATE, Holds.MONTH, Holds.PERIOD):
        rule = dict(A_DATE)
    elif column.title == "Measure" and column.holds is Holds.KEY and table is not schema.MEASURES:
        rule = {"validate": "list", "source": f"={MEASURES_NAME}", "error_type": "warning"}
    elif column.title == "Force" and table is schema.PEERS:
        rule = {"validate": "list", "source": f"={FORCES_NAME}", "error_type": "warning"}
    error = f"This column holds: {', '.join(column.choices) or column.holds}."
    rule = with_message(column.title, column.meaning, error, rule) | {"ignore_blank": True}
    sheet.data_validation(written.first_row, index, written.last_row + SPARE_ROWS, index, rule)


def with_message(title: str, message: str, error: str, rule: dict[str, Any]) -> dict[str, Any]:
    """Add to a validation what a person reads in the cell, and after an entry that is refused."""
    said = {"input_title": title[:32], "input_message": message[:255]}
    return {**rule, **said, "error_title": title[:32], "error_message": error[:255]}


def _validate_settings(sheet: Worksheet, written: TableSheet) -> None:
    for place, setting in enumerate(SETTINGS):
        rule: dict[str, Any]
        if setting.choices:
            rule = {"validate": "list", "source": list(setting.choices)}
        elif setting.form is SettingForm.NUMBER:
            rule = {
                "validate": "decimal",
                "criteria": "between",
                "minimum": setting.least if setting.least is not None else -1e12,
                "maximum": setting.most if setting.most is not None else 1e12,
            }
        elif setting.form is SettingForm.DATE:
            rule = dict(A_DATE)
        else:
            rule = {"validate": "any"}
        error = setting.sentence if len(setting.sentence) <= 255 else "See the column Meaning."
        rule = with_message(setting.key, setting.meaning, error, rule)
        sheet.data_validation(written.first_row + place, 1, written.first_row + place, 1, rule)


def tables_alone(
    names: Mapping[Table, str],
    rows: Mapping[Table, Sequence[Sequence[Any]]],
    defined: Mapping[str, str],
    *,
    date1904: bool,
) -> bytes:
    """Make a workbook of tables, to take their sheets from. `names`: of the sheets; `rows`: of the
    tables that are not blank; `defined`: names of the workbook.
    """
    memory = BytesIO()
    book = Workbook(memory, {"in_memory": True, "date_1904": date1904, "strings_to_urls": False})
    book.formats[0].set_font_name(FONT)
    look = WorkbookFormats(book)
    for table, name in names.items():
        write_table(book, look, table, rows.get(table, ()), name=name)
    for name, text in defined.items():
        book.define_name(name, f"={text}")
    book.close()
    return memory.getvalue()


def settings_rows() -> list[tuple[Any, ...]]:
    """Rows of the Settings table: every setting with its default and what it does."""
    return [(setting.key, setting.default, setting.sentence) for setting in SETTINGS]


def _page(book: Workbook, sheet: Worksheet, written: TableSheet, head: Sequence[str]) -> None:
    sheet.freeze_panes(written.first_row, 1)
    titles = written.table.titles
    last = PRINTED_TO.get(written.table.name, titles[-1])
    printed = written.table.columns[: titles.index(last) + 1]
    if len(printed) < len(titles):
        quoted, end = quoted_sheet(sheet.name), column_letters(len(printed))
        book.define_name(f"{quoted}!{PRINT_AREA}", f"={quoted}!$A$1:${end}${LAST_ROW}")
    set_page(sheet, [column.width for column in printed], head, HEADER_ROW)
