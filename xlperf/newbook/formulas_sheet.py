"""The sheet Formulas of a new workbook: Excel's own formulas on its tables, ready to be used and to
be copied.

What the formulas are, and what they give, is said in `xlperf.tiles.formulas`; here is where they
stand. Nothing else of the workbook needs this sheet. It is written with the results of the tables
as they are when the workbook is made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xlperf.newbook.datasheets import LINE_HEIGHT
from xlperf.newbook.lambdas import NAMED
from xlperf.newbook.look import GREY, INK, LINE, MIST, NAVY, WHITE
from xlperf.newbook.paper import A4, set_sideways
from xlperf.tables import schema
from xlperf.tiles import formulas

if TYPE_CHECKING:
    from xlsxwriter import Workbook

    from xlperf.newbook.look import WorkbookFormats
    from xlperf.tiles.formulas import Result

SHEET = "Formulas"
LINES_NAME = "list_lines"
FIRST, LAST = 1, 5
"""Columns of the sheet's content, counted from 0."""
WIDTHS = (2, 28, 16, 14, 44, 62)
PURPOSE = (
    "Answers by Excel's own formulas: they need neither Python nor macros, on the web and in mailed"
    " copies too."
)
NOTE = (
    "Choose in the two framed cells; all else follows. Every formula may be copied to a sheet of"
    " your own, and this sheet may be deleted: nothing needs it."
)
TALL = {"Explanation": 3, "To next colour": 2, "Caveats": 2}
"""Lines of text that a field may need, where more than one."""
FORMATS = {"Data as at": "d mmm yyyy", "Change %": "0.0", "Latest": "[>=1000]#,##0;General"}
FORMATS["Baseline"] = FORMATS["Latest"]
COUNTED = {"RED": "Red", "AMBER": "Amber", "GREEN": "Green", "NA": "No colour (NA)"}
NAMES_NOTE = (
    "Names that Excel 365 and Excel on the web work out by themselves, in any cell. Elsewhere they"
    " show #NAME?, so no cell of this workbook uses one. Where Python is set up, the functions XP_…"
    " do the same and more."
)
LIST_NOTE = (
    "The list grows downwards: leave the cells below it blank. It needs Excel 365, Excel 2021 or"
    " Excel on the web, and no error in the column Colour. Elsewhere filter that column on the"
    " sheet Workings; the number is right everywhere."
)


class FormulasSheet:
    """Writes the sheet from top to bottom."""

    def __init__(self, book: Workbook, look: WorkbookFormats, line: str) -> None:
        self._book, self._look = book, look
        self._sheet = book.add_worksheet(SHEET)
        self._line, self._colour = line, formulas.COLOURS[0]
        self._results = formulas.results(line, self._colour, (), ())
        self._row = 0

    def write(self) -> None:
        """Write everything."""
        self._top()
        self._why()
        self._counts()
        self._history()
        self._named()
        self._list()
        self._page()

    def _top(self) -> None:
        sheet, look = self._sheet, self._look
        for column, width in enumerate(WIDTHS):
            style = look(align="left", indent=1) if column >= FIRST else None
            sheet.set_column(column, column, width, style)
        sheet.hide_gridlines(2)
        sheet.set_tab_color(NAVY)
        sheet.write_string(0, FIRST, SHEET, look(bold=True, font_size=16, font_color=INK))
        sheet.set_row(0, 24)
        sheet.write_string(1, FIRST, PURPOSE, look(font_color=GREY))
        sheet.write_string(2, FIRST, NOTE, look(font_color=GREY, italic=True))
        self._row = 4

    # -- parts

    def _why(self) -> None:
        self._heading("Why a line has its colour")
        self._choice("Line", formulas.LINE_CELL, self._line, f"={LINES_NAME}", formulas.found())
        for title in formulas.FIELDS:
            self._label(title)
            style = self._body(num_format=FORMATS.get(title, "General"))
            self._sheet.merge_range(self._row, FIRST + 1, self._row, LAST, "", style)
            self._formula(self._row, FIRST + 1, formulas.field(title), style)
            self._next(TALL.get(title, 1))
        self._next()

    def _counts(self) -> None:
        self._heading("How many lines have each colour")
        rows = [(label, formulas.count(colour)) for colour, label in COUNTED.items()]
        rows += [
            ("Anything else, or blank", formulas.count_others()),
            ("All lines", formulas.count_all()),
        ]
        for label, formula in rows:
            self._label(label)
            self._formula(self._row, FIRST + 1, formula, self._body(bold=label == "All lines"))
            self._rule(FIRST + 2)
            self._next()
        self._next()

    def _history(self) -> None:
        self._sheet.set_h_pagebreaks([self._row])
        self._heading(f"The line's last {formulas.PERIODS} periods")
        self._titles(("Period end", *formulas.PAST))
        for place in range(1, formulas.PERIODS + 1):
            style = self._body(num_format=FORMATS["Data as at"])
            self._formula(self._row, FIRST, formulas.period(place), style)
            for column, title in enumerate(formulas.PAST, FIRST + 1):
                style = self._body(num_format=FORMATS.get(title, "General"))
                self._formula(self._row, column, formulas.past(place, title), style)
            self._next()
        self._next()

    def _named(self) -> None:
        self._heading("Functions of Excel 365")
        self._note(NAMES_NOTE)
        for function in NAMED:
            self._book.define_name(function.name, f"={function.stored}")
            row, bold, wrapped = self._row, self._body(bold=True), self._body(text_wrap=True)
            self._sheet.merge_range(row, FIRST, row, LAST - 2, function.usage, bold)
            self._sheet.merge_range(row, LAST - 1, row, LAST, function.summary, wrapped)
            self._next()
        self._next()

    def _list(self) -> None:
        """Last, since it grows downwards."""
        self._heading("All lines of one colour")
        cell, colours = formulas.COLOUR_CELL, list(formulas.COLOURS)
        self._choice("Colour", cell, self._colour, colours, formulas.how_many())
        self._note(LIST_NOTE)
        self._titles(formulas.LISTED)
        for column, title in enumerate(formulas.LISTED, FIRST):
            formula = formulas.listed(title)
            (text,) = self._spilt(formula)
            area, style = (self._row, column, self._row, column), self._look(align="left", indent=1)
            self._sheet.write_dynamic_array_formula(*area, f"={formula}", style, text)

    # -- cells

    def _heading(self, text: str) -> None:
        style = self._look(bold=True, font_size=12, font_color=WHITE, bg_color=NAVY, indent=1)
        for column in range(FIRST, LAST + 1):
            self._sheet.write_blank(self._row, column, None, style)
        self._sheet.write_string(self._row, FIRST, text, style)
        self._next(1.3)

    def _titles(self, titles: tuple[str, ...]) -> None:
        style = self._look(
            bold=True, font_color=INK, bg_color=MIST, bottom=1, bottom_color=LINE, indent=1
        )
        for column, title in enumerate(titles, FIRST):
            self._sheet.write_string(self._row, column, title, style)
        self._next()

    def _choice(
        self, label: str, name: str, value: str, source: str | list[str], sentence: str
    ) -> None:
        """Framed cell to choose in, and beside it what follows from the choice."""
        self._label(label)
        framed = self._look(
            bold=True, font_color=INK, bg_color=MIST, border=1, border_color=NAVY, indent=1
        )
        self._sheet.merge_range(self._row, FIRST + 1, self._row, FIRST + 2, value, framed)
        self._book.define_name(name, f"={SHEET}!${chr(ord('A') + FIRST + 1)}${self._row + 1}")
        rule = {
            "validate": "list",
            "source": source,
            "show_error": False,  # the cell beside it says what is wrong
            "input_title": label,
            "input_message": f"Choose from the list, or type a {label.lower()}.",
        }
        self._sheet.data_validation(self._row, FIRST + 1, self._row, FIRST + 1, rule)
        style = self._body(font_color=GREY, italic=True)
        self._sheet.merge_range(self._row, LAST - 1, self._row, LAST, "", style)
        self._formula(self._row, LAST - 1, sentence, style)
        self._next(1.2)

    def _note(self, text: str) -> None:
        style = self._look(font_color=GREY, text_wrap=True, align="left", indent=1)
        self._sheet.merge_range(self._row, FIRST, self._row, LAST, text, style)
        self._next(2)

    def _label(self, text: str) -> None:
        self._sheet.write_string(self._row, FIRST, text, self._body(bold=True))

    def _rule(self, first: int) -> None:
        for column in range(first, LAST + 1):
            self._sheet.write_blank(self._row, column, None, self._body())

    def _body(self, **properties: Any) -> Any:
        plain = {"align": "left", "text_wrap": True, "indent": 1, "bottom": 1, "bottom_color": LINE}
        return self._look(**{**plain, **properties})

    def _formula(self, row: int, column: int, formula: str, style: Any) -> None:
        result = self._results[formula]
        self._sheet.write_formula(row, column, f"={formula}", style, result)

    def _spilt(self, formula: str) -> tuple[str, ...]:
        result: Result = self._results[formula]
        return result if isinstance(result, tuple) else ("",)

    def _next(self, lines: float = 1) -> None:
        self._sheet.set_row(self._row, LINE_HEIGHT * lines + 3)
        self._row += 1

    def _page(self) -> None:
        set_sideways(self._sheet, A4)
        self._sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)


def write_formulas(book: Workbook, look: WorkbookFormats, line: str) -> None:
    """Add the sheet, the names it needs, and the named functions; `line`: chosen at first."""
    book.define_name(LINES_NAME, f"={schema.WORKINGS.name}[Line]")
    FormulasSheet(book, look, line).write()
