"""Excel's side of xlwings' engine interface, over openpyxl: the live engine runs on it unchanged.

It does what Excel's object model does to values: numbers come back as floats, blanks as None, dates
as datetimes, errors as error codes; a text is taken as typed (``+2.5%`` becomes a number, ``Sep
2014`` a date) unless an apostrophe marks it; a text that begins with an equals sign is a formula.
It counts the calls that would cross to Excel.

It is no kinder than Excel:

- A block written over rows that a filter hides puts its first value into every cell that is seen
  and nothing into the others (xlwings, issues 747 and 679); a single cell is written wherever it
  is, and rows that are only hidden do not disturb (issue 679).
- A cell with a format for text keeps a number as a text; one with a format for money is given with
  four decimals, as Currency (documentation of Range.Value2). Other behaviour is described where it
  is, in `live.com`.
"""

from __future__ import annotations

import copy
import math
import re
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

import xlwings
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.workbook.defined_name import DefinedName
from xlwings import base_classes

from tests.live.com import (
    AppApi,
    AutoCorrect,
    BookApi,
    ComError,
    Filters,
    RangeApi,
    SheetApi,
    TableApi,
)
from tests.live.com import plain as plain_value
from tests.openpyxl_books import openpyxl_book

ERROR_CODES = {
    "#N/A": -2146826246,
    "#DIV/0!": -2146826281,
    "#VALUE!": -2146826273,
    "#REF!": -2146826265,
}
"""Codes by which COM hands over error values."""
VISIBLE = -1  # xlSheetVisible
MONEY, LOCALE = re.compile("[£$€]"), re.compile(r"\[\$-[^]]*\]")
LONGEST_ADDRESS = 255
ERROR_NAMES = {code: name for name, code in ERROR_CODES.items()}
MONTHS = {
    name: i
    for i, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1
    )
}


@dataclass
class ComTime:
    """A date in the form that COM takes."""

    moment: Any


class Engine:
    """The engine, named as Excel's."""

    name, type = "excel", "desktop"

    def __init__(self) -> None:
        self.apps = Apps(self)
        self.calls: Counter[str] = Counter()
        self.busy_at: set[int] = set()
        """Which calls, counted from 1, are refused because a cell is being edited."""
        self.broken_writes: set[int] = set()
        """Which writes, counted from 1, fail."""
        self.rich: set[str] = set()
        """Addresses of cells whose text has several colours."""
        self.takes_lists = True
        """Whether an address may list several areas; else the first is taken for all, as xlwings'
        remote engine does.
        """
        self.writes = 0
        self.stubborn: set[str] = set()
        """Names of tables that do not take another size: nothing happens."""
        self.refuses_lists = False
        """Whether a list that is filtered by is one of days, whose criteria cannot be asked for."""
        self.no_copies = False
        self.macros: dict[str, Any] = dict(MACROS)
        """What the macros of workbooks with a VBA project do; empty: they have none."""
        self.namesakes: set[str] = set()
        """Macros that a second module of each workbook has too."""
        self.decimal_separator = "."
        self.answers: list[str] = []
        """Buttons that will be pressed, in messages that have more than one."""
        self.chosen_files: list[str] = []
        """Files that the person chooses; none: cancelled."""
        self.typed: list[Any] = []
        """Answers to questions for a text; False: cancelled."""
        self.questions: list[tuple[str, str]] = []
        """Questions for a text, each with the answer that it proposes."""
        self.altered: dict[str, list[Any]] = {}
        """Cells by address that hold these, one after the other, whatever is written: as by
        another's edit or a macro.
        """

    def count(self, kind: str) -> None:
        self.calls[kind] += 1
        self.writes += kind.startswith("write")
        if kind.startswith("write") and self.writes in self.broken_writes:
            raise ComError(-2147352567, "Exception occurred.", None, None)
        if sum(self.calls.values()) in self.busy_at:
            raise ComError(-2146777998, "busy", None, None)

    @staticmethod
    def clean_value_data(data, datetime_builder, empty_as, number_builder, err_to_str):
        def clean(value: Any) -> Any:
            if value is None or value == "":
                return empty_as
            if isinstance(value, int) and value in ERROR_NAMES:
                return ERROR_NAMES[value] if err_to_str else None
            return value

        return [[clean(value) for value in row] for row in data]

    @staticmethod
    def prepare_xl_data_element(value, options):
        if value is None or (isinstance(value, float) and math.isnan(value)):
            return ""
        return ComTime(value) if isinstance(value, date) else value


class Apps(base_classes.Apps):
    def __init__(self, engine: Engine) -> None:
        self.apps = [App(engine)]

    def keys(self):
        return [1]

    def __iter__(self):
        return iter(self.apps)

    def __len__(self):
        return 1

    def __getitem__(self, pid):
        return self.apps[0]


class App(base_classes.App):
    engine = books = None

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.books = Books(self)
        self.settings: dict[str, Any] = {
            "screen_updating": True,
            "enable_events": True,
            "calculation": "automatic",
            "status_bar": False,
        }
        self.history: list[tuple[str, Any]] = []
        self.alerts: list[tuple[str, str]] = []
        """Messages shown: mode and text."""
        self.selected: Range | None = None
        self.pending: dict[tuple[str, str], Any] = {}
        """Results by sheet and cell that formulas have only once they are calculated."""
        self.correct = AutoCorrect()
        self.endless = False
        """Whether calculating comes to no end."""

    pid = 1
    display_alerts = True

    @property
    def api(self):
        return AppApi(self)

    def run(self, macro, args):
        """As Application.Run: what the macro returns; an error where there is none of the name, or
        macros are off (error 1004), or two modules have one and none is named.
        """
        kind = {"xlperf_read": "read", "xlperf_write": "write", "xlperf_resize": "write"}
        quoted, _, called = macro.rpartition("!")
        module, _, name = called.rpartition(".")
        self.engine.count(f"{kind.get(name, 'ask')} by macro")
        book = {"'{}'".format(each.name.replace("'", "''")): each for each in self.books}.get(
            quoted
        )
        ambiguous = not module and name in self.engine.namesakes
        known = module in ("", "xlperf_cells") and name in self.engine.macros
        if book is None or ambiguous or not known:
            raise ComError(-2147352567, "Exception occurred.", (0, "Microsoft Excel", macro), None)
        return self.engine.macros[name](book, *args)

    def calculate(self):
        self.engine.count("write calculate")
        if not self.endless:
            self.calculated()

    def calculated(self) -> None:
        for (sheet, address), value in self.pending.items():
            self.books.active.results[sheet][address] = value
        self.pending = {}

    def alert(self, prompt, title, buttons, mode, callback):
        self.engine.count(
            "ask window"
        )  # a message belongs to Excel's window (App.alert of xlwings on Windows)
        self.alerts.append((mode, prompt))
        return "ok" if buttons in (None, "ok") else self.engine.answers.pop(0)

    def activate(self, steal_focus):
        pass

    @property
    def selection(self):
        return self.selected


def _setting(name: str) -> property:
    def get(app: App) -> Any:
        app.engine.count("ask setting")
        return app.settings[name]

    def change(app: App, value: Any) -> None:
        app.engine.count("set setting")
        app.history.append((name, value))
        app.settings[name] = value
        if name == "calculation" and value != "manual" and not app.endless:
            app.calculated()

    return property(get, change)


for _name in ("screen_updating", "enable_events", "calculation", "status_bar"):
    setattr(App, _name, _setting(_name))


class Books(base_classes.Books):
    app = None

    def __init__(self, app: App) -> None:
        self.app = app
        self.books: list[Book] = []

    @property
    def active(self):
        return self.books[-1]

    def open(self, fullname, *_: Any, **__: Any):
        self.books.append(Book(self.app, fullname))
        return self.books[-1]

    def __call__(self, key):
        if isinstance(key, int):
            return self.books[key - 1]
        for book in self.books:
            if book.name == key:
                return book
        raise KeyError(key)

    def __len__(self):
        return len(self.books)

    def __iter__(self):
        return iter(self.books)


class Book(base_classes.Book):
    app = None

    def __init__(self, app: App, path: Any) -> None:
        self.app, self.path = app, path
        self.book = openpyxl_book(path, keep_vba=True)
        self.results = openpyxl_book(path, data_only=True)
        """The same with the results of formulas, which are not worked out again."""
        self.active = self.book.active.title
        self.autosave = False
        self.cloud: str | None = None
        """Web address of a workbook in a cloud."""
        self.filters: dict[str, Filters] = {}
        self.links: list[str] = []
        """Workbooks that charts point at."""

    @property
    def api(self):
        return BookApi(self)

    @property
    def name(self):
        return str(self.cloud or self.path).replace("\\", "/").rsplit("/", 1)[-1]

    @property
    def fullname(self):
        """As on Windows: a web address is turned into a path, or cannot be."""
        self.app.engine.count("ask full name")
        return (
            xlwings.utils.fullname_url_to_local_path(self.cloud) if self.cloud else str(self.path)
        )

    @property
    def sheets(self):
        return Sheets(self)

    @property
    def names(self):
        return Names(self)

    def defined(self) -> dict[str, DefinedName]:
        """Names by what they are called: those of sheets with the sheet before them."""
        of_sheets = {
            f"'{sheet.title}'!{name}": item
            for sheet in self.book.worksheets
            for name, item in sheet.defined_names.items()
        }
        return {**self.book.defined_names, **of_sheets}

    def close(self):
        self.app.books.books.remove(self)

    def activate(self):
        self.app.books.books.sort(key=lambda book: book is self)  # the last is the active one

    def save(self, path=None, password=None):
        self.book.save(path or self.path)


class Sheets(base_classes.Sheets):
    def __init__(self, book: Book) -> None:
        self.book = book

    def __iter__(self):
        for name in self.book.book.sheetnames:
            self.book.app.engine.count("ask sheet")
            yield Sheet(self.book, name)

    def __len__(self):
        return len(self.book.book.sheetnames)

    def __call__(self, key):
        self.book.app.engine.count("ask sheet")
        names = self.book.book.sheetnames
        if isinstance(key, str) and key not in names:
            raise KeyError(key)
        return Sheet(self.book, names[key - 1] if isinstance(key, int) else key)

    @property
    def active(self):
        return Sheet(self.book, self.book.active)


class Sheet(base_classes.Sheet):
    book = None

    def __init__(self, book: Book, name: str) -> None:
        self.book, self.sheet = book, book.book[name]

    @property
    def api(self):
        return SheetApi(self)

    @property
    def filters(self) -> Filters:
        return self.book.filters.setdefault(self.sheet.title, Filters(self.sheet))

    @property
    def name(self):
        self.book.app.engine.count("ask name of sheet")
        return self.sheet.title

    @name.setter
    def name(self, value):
        """Formulas and names that name the sheet follow."""
        self.book.app.engine.count("write name of sheet")
        old = self.sheet.title
        self.sheet.title = value
        for item in self.book.book.defined_names.values():
            for written in (f"{old}!", f"'{old}'!"):
                if item.attr_text.startswith(written):
                    item.attr_text = f"'{value}'!" + item.attr_text.removeprefix(written)

    def copy(self, before, after):
        """Into the workbook of another sheet, next to it. Charts go on pointing at the workbook
        they came from (see `live.com.BookApi.LinkSources`).
        """
        beside = before or after
        there = beside.book
        there.app.engine.count("write copy of sheet")
        names = there.book.sheetnames
        title, number = self.sheet.title, 1
        while title.lower() in map(str.lower, names):
            number += 1
            title = f"{self.sheet.title} ({number})"
        place = names.index(beside.sheet.title) + (after is not None)
        for book in (there.book, there.results):
            new = book.create_sheet(title, place)
            for row in self.sheet.iter_rows():
                for cell in row:
                    new.cell(cell.row, cell.column, cell.value)._style = copy.copy(cell._style)
            for merged in self.sheet.merged_cells.ranges:
                new.merge_cells(str(merged))
        if self.sheet._charts:
            there.links.append(str(self.book.path))

    def delete(self):
        self.book.app.engine.count("write delete sheet")
        assert not self.book.app.display_alerts, "Excel asks whether to delete"
        for book in (self.book.book, self.book.results):
            book.remove(book[self.sheet.title])

    @property
    def tables(self):
        return Tables(self)

    @property
    def used_range(self):
        self.book.app.engine.count("ask used range")
        left, top, right, bottom = range_boundaries(self.sheet.dimensions)
        return Range(self, top, left, bottom, right)

    def fill_column(self, cell: Any, formula: str) -> None:
        """Fill the column of a table with a formula put into it, where nothing else is in the
        column.
        """
        for table in self.sheet.tables.values():
            left, top, right, bottom = range_boundaries(table.ref)
            column = [self.sheet.cell(row, cell.column) for row in range(top + 1, bottom + 1)]
            inside = left <= cell.column <= right and top < cell.row <= bottom
            if inside and all(other.value is None for other in column if other.row != cell.row):
                for other in column:
                    other.value = formula

    def activate(self):
        if self.visible != VISIBLE:
            raise ComError(-2147352567, "Activate method of Worksheet class failed", None, None)
        self.book.active = self.sheet.title

    @property
    def visible(self):
        """As COM gives it: -1 shown, 0 hidden, 2 very hidden."""
        return {"visible": VISIBLE, "hidden": 0, "veryHidden": 2}[self.sheet.sheet_state]

    def range(self, first, last=None):
        self.book.app.engine.count("ask range")
        if isinstance(first, str):
            if len(first) > LONGEST_ADDRESS:
                raise ComError(-2147352567, "Exception occurred.", None, None)
            areas = [range_boundaries(part) for part in first.replace("$", "").split(",")]
            (left, top, right, bottom), *more = areas
            return Range(
                self, top, left, bottom, right, more if self.book.app.engine.takes_lists else ()
            )
        if isinstance(first, Range):
            return Range(self, first.top_row, first.left_column, last.bottom, last.right)
        last = last or first
        return Range(self, first[0], first[1], last[0], last[1])


class Range(base_classes.Range):
    sheet = None

    def __init__(
        self, sheet: Sheet, top: int, left: int, bottom: int, right: int, more: Any = ()
    ) -> None:
        self.more = more
        """Bounds of further areas."""
        self.sheet, self.top_row, self.left_column, self.bottom, self.right = (
            sheet,
            top,
            left,
            bottom,
            right,
        )

    @property
    def api(self):
        return RangeApi(self)

    max_cells_per_read = max_cells_per_write = None

    @property
    def engine(self) -> Engine:
        return self.sheet.book.app.engine

    def __call__(self, row, column=None):
        return Range(self.sheet, *(2 * (self.top_row + row - 1, self.left_column + column - 1)))

    def __len__(self):
        return self.shape[0] * self.shape[1]

    @property
    def row(self):
        self.engine.count("ask row or column")
        return self.top_row

    @property
    def column(self):
        self.engine.count("ask row or column")
        return self.left_column

    shape = property(
        lambda self: (self.bottom - self.top_row + 1, self.right - self.left_column + 1)
    )

    def _cells(self):
        assert not self.more, "values are read and written in one area"
        return self.sheet.sheet.iter_rows(self.top_row, self.bottom, self.left_column, self.right)

    def _all_cells(self):
        for left, top, right, bottom in (
            (self.left_column, self.top_row, self.right, self.bottom),
            *self.more,
        ):
            for row in self.sheet.sheet.iter_rows(top, bottom, left, right):
                yield from row

    def get_address(self, row_absolute, col_absolute, external):
        self.engine.count("ask address")
        return self.address()

    def address(self) -> str:
        parts = []
        for left, top, right, bottom in (
            (self.left_column, self.top_row, self.right, self.bottom),
            *self.more,
        ):
            first, last = f"{get_column_letter(left)}{top}", f"{get_column_letter(right)}{bottom}"
            parts.append(first if first == last else f"{first}:{last}")
        return ",".join(parts)

    @property
    def raw_value(self):
        self.engine.count("read raw_value")
        return self.given()

    def given(self, *, plain: bool = False) -> list[tuple[Any, ...]]:
        """Values as COM gives them; plain: without the types Currency and Date."""
        results = self.sheet.book.results[self.sheet.sheet.title]
        return [tuple(_given(cell, results, plain=plain) for cell in row) for row in self._cells()]

    @raw_value.setter
    def raw_value(self, data):
        self.engine.count("write raw_value")
        self.put(data)

    def put(self, data: Any) -> None:
        """Put values into the cells."""
        rows = data if isinstance(data, (list, tuple)) else [[data]]
        hidden = self.sheet.filters.hidden & set(range(self.top_row, self.bottom + 1))
        if hidden and len(self) > 1:
            rows = [[rows[0][0]] * len(row) for row in rows]
        for cells, values in zip(self._cells(), rows, strict=True):
            for cell, value in zip(cells, values, strict=True):
                assert type(value) in (bool, int, float, str, ComTime), (
                    f"COM takes no {type(value)}"
                )
                if len(self) == 1 or cell.row not in hidden:
                    _take(cell, value.moment if isinstance(value, ComTime) else value)
                if cell.coordinate in self.engine.altered:
                    cell.value = self.engine.altered[cell.coordinate].pop(0)
                    self.engine.altered = {
                        at: left for at, left in self.engine.altered.items() if left
                    }

        if self.sheet.book.app.correct.AutoFillFormulasInLists:
            for cells, values in zip(self._cells(), rows, strict=True):
                for cell, value in zip(cells, values, strict=True):
                    if isinstance(value, str) and value.startswith("="):
                        self.sheet.fill_column(cell, value)

    @property
    def formula(self):
        self.engine.count("read formula")
        return self.formulas()

    def formulas(self) -> Any:
        """Formulas as COM gives them."""
        rows = tuple(
            tuple("" if cell.value is None else str(cell.value) for cell in row)
            for row in self._cells()
        )
        return rows[0][0] if len(self) == 1 else rows

    def clear_contents(self):
        self.engine.count("write clear_contents")
        for row in self._cells():
            for cell in row:
                cell.value = None

    @property
    def color(self):
        self.engine.count("read color")
        assert len(self) == 1
        assert not self.more, "what Excel says of cells of several colours is not known"
        cell = self.sheet.sheet.cell(self.top_row, self.left_column)
        if cell.fill.fill_type != "solid" or not isinstance(cell.fill.fgColor.rgb, str):
            return None
        return tuple(int(cell.fill.fgColor.rgb[i : i + 2], 16) for i in (2, 4, 6))

    @color.setter
    def color(self, value):
        self.engine.count("write color")
        for cell in self._all_cells():
            cell.fill = (
                PatternFill() if value is None else PatternFill("solid", fgColor=_argb(value))
            )

    @property
    def font(self):
        return RangeFont(self)

    @property
    def merge_cells(self):
        """True: one merged area and no more; None: some of it; False: none of it, as COM
        answers.
        """
        self.engine.count("read merge_cells")
        mine = (self.left_column, self.top_row, self.right, self.bottom)
        overlapping = [
            merged.bounds
            for merged in self.sheet.sheet.merged_cells.ranges
            if mine[0] <= merged.max_col and merged.min_col <= mine[2]
            if mine[1] <= merged.max_row and merged.min_row <= mine[3]
        ]
        if not overlapping:
            return False
        inside = any(
            b[0] <= mine[0] and b[1] <= mine[1] and mine[2] <= b[2] and mine[3] <= b[3]
            for b in overlapping
        )
        return True if inside else None

    @property
    def merge_area(self):
        self.engine.count("read merge_area")
        for merged in self.sheet.sheet.merged_cells.ranges:
            if (
                merged.min_row <= self.top_row <= merged.max_row
                and merged.min_col <= self.left_column <= merged.max_col
            ):
                return Range(
                    self.sheet, merged.min_row, merged.min_col, merged.max_row, merged.max_col
                )
        return self


class RangeFont(base_classes.Font):
    def __init__(self, rng: Range) -> None:
        self.rng = rng

    @property
    def color(self):
        self.rng.engine.count("read font")
        texts = set(map(_font_argb, self.rng._all_cells()))
        if (
            len(texts) > 1
            or {cell.coordinate for cell in self.rng._all_cells()} & self.rng.engine.rich
        ):
            int(None)  # what xlwings does with Excel's Null
        (text,) = texts
        return tuple(int(text[i : i + 2], 16) for i in (2, 4, 6))

    @color.setter
    def color(self, value):
        self.rng.engine.count("write font")
        for cell in self.rng._all_cells():
            kept = {name: getattr(cell.font, name) for name in ("name", "sz", "b", "i", "u")}
            cell.font = Font(**kept, color=_argb(value))


class Tables(base_classes.Collection):
    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet

    def __iter__(self):
        self.sheet.book.app.engine.count("ask tables")
        for name in self.sheet.sheet.tables:
            self.sheet.book.app.engine.count("ask table")
            yield Table(self.sheet, name)

    def __len__(self):
        return len(self.sheet.sheet.tables)

    def __call__(self, key):
        self.sheet.book.app.engine.count("ask table")
        return Table(self.sheet, key)


class Table:
    def __init__(self, sheet: Sheet, name: str) -> None:
        self.parent, self.table = sheet, sheet.sheet.tables[name]

    @property
    def api(self):
        return TableApi(self)

    @property
    def name(self):
        self.parent.book.app.engine.count("ask name of table")
        return self.table.displayName

    @property
    def show_headers(self):
        self.parent.book.app.engine.count("ask headers of table")
        return self.table.headerRowCount != 0

    @property
    def show_totals(self):
        self.parent.book.app.engine.count("ask totals of table")
        return bool(self.table.totalsRowCount)

    @property
    def range(self):
        self.parent.book.app.engine.count("ask range of table")
        left, top, right, bottom = range_boundaries(self.table.ref)
        return Range(self.parent, top, left, bottom, right)

    def resize(self, rng):
        self.parent.book.app.engine.count("write resize")
        self.resize_to(rng.impl.address())

    def resize_to(self, address: str) -> None:
        """Take another size."""
        if self.table.name in self.parent.book.app.engine.stubborn:
            return
        _, _, _, bottom = range_boundaries(self.table.ref)
        self.table.ref = address
        left, _, _, now = range_boundaries(self.table.ref)
        for place, column in enumerate(
            self.table.tableColumns
        ):  # calculated columns grow with their table
            for row in range(bottom + 1, now + 1) if column.calculatedColumnFormula else ():
                self.parent.sheet.cell(
                    row, left + place
                ).value = f"={column.calculatedColumnFormula.attr_text}"
        if self.table.autoFilter is not None:
            self.table.autoFilter.ref = self.table.ref


class Names(base_classes.Names):
    def __init__(self, book: Book) -> None:
        self.book = book

    def snapshot(self):
        """Names of the workbook, and of its sheets with the sheet before them (documentation of
        Workbook.Names).
        """
        self.book.app.engine.count("ask names")
        return [(name, Name(self.book, name)) for name in self.book.defined()]

    def __call__(self, key):
        return Name(self.book, key)

    def __len__(self):
        return len(self.book.defined())

    def add(self, name, refers_to):
        self.book.app.engine.count("write name")
        text = refers_to.removeprefix("=")
        self.book.book.defined_names[name] = DefinedName(name, attr_text=text)
        return Name(self.book, name)


class Name(base_classes.Name):
    def __init__(self, book: Book, name: str) -> None:
        self.book, self.called = book, name

    name = property(lambda self: self.called)

    @property
    def refers_to(self):
        self.book.app.engine.count("ask what a name refers to")
        return "=" + self.book.defined()[self.called].attr_text

    @refers_to.setter
    def refers_to(self, value):
        self.book.app.engine.count("write name")
        self.book.book.defined_names[self.called].attr_text = value.removeprefix("=")

    def delete(self):
        self.book.app.engine.count("write name")
        del self.book.book.defined_names[self.called]


def structure(book: Book) -> str:
    """What `xlperf_structure` gives; LibreOffice runs the macros themselves in the tests of the
    VBA.
    """
    lines = []
    for sheet in book.book.worksheets:
        left, top, right, bottom = range_boundaries(sheet.dimensions)
        used = Range(Sheet(book, sheet.title), top, left, bottom, right).address()
        filters = Sheet(book, sheet.title).filters
        rows = [row for row, each in sheet.row_dimensions.items() if each.hidden]
        hidden = "unknown" if rows or filters.hidden else "no"
        merged = "unknown" if sheet.merged_cells.ranges else "no"
        lines.append(["sheet", sheet.title, used, hidden, merged, _yes(sheet.protection.sheet)])
        for table in sheet.tables.values():
            headers, totals = table.headerRowCount != 0, bool(table.totalsRowCount)
            facts = [table.displayName, sheet.title, table.ref, _yes(headers), _yes(totals)]
            lines.append(["table", *facts])
    areas: dict[str, dict[tuple[int, int], str]] = {}
    for name, item in book.defined().items():
        cell = ["", "", ""]
        match = re.fullmatch(r"(?:'(.+)'|([^'!]+))!(\$?[A-Z]+\$?\d+)(:.*)?", item.attr_text)
        title = (match[1] or match[2]).replace("''", "'") if match else None
        if title in book.book.sheetnames:
            sheet = book.book[title]
            if sheet.title not in areas:
                ranges = sheet.merged_cells.ranges
                areas[sheet.title] = {place: str(each) for each in ranges for place in each.cells}
            first = sheet[match[3].replace("$", "")]
            merged = areas[sheet.title].get((first.row, first.column), first.coordinate)
            fill = first.fill.fgColor.rgb if first.fill.fill_type == "solid" else None
            rich = first.coordinate in book.app.engine.rich
            font = None if rich else _font_argb(first)
            cell = [merged, _number(fill), _number(font)]
        lines.append(["name", name, f"={item.attr_text}", *cell])
    texts = ["\t".join(map(_escaped, line)) for line in lines]
    return "\n".join([f"xlperf_structure\tescaped\t{len(lines)}", *texts])


def _escaped(text: str) -> str:
    for letter, after in (("\\", "\\"), ("\t", "t"), ("\r", "r"), ("\n", "n")):
        text = text.replace(letter, f"\\{after}")
    return text


def read_places(book: Book, places: str) -> tuple[Any, ...]:
    """What `xlperf_read` gives: what Value and Formula give of each place, in one array."""
    return (places, *map(_held, _ranges(book, places)))


def write_places(book: Book, places: str, contents: tuple[Any, ...], dates: str) -> Any:
    """What `xlperf_write` does: one value after the other goes into blocks, each put in one
    step.
    """
    assert {type(value) for value in contents} <= {bool, float, str}, {type(v) for v in contents}
    days = {int(number) for number in dates.split(",") if number}
    sent = iter(
        ComTime(datetime(1899, 12, 30) + timedelta(value)) if at in days else value
        for at, value in enumerate(contents)
    )
    for rng in _ranges(book, places):
        rows, columns = rng.shape
        rng.put([[next(sent) for _ in range(columns)] for _ in range(rows)])
    return read_places(book, places)


def resize_table(book: Book, sheet: str, table: str, address: str) -> str:
    """What `xlperf_resize` does."""
    excels = Table(Sheet(book, sheet), table)
    excels.resize_to(address)
    return str(excels.table.ref)


def _ranges(book: Book, places: str) -> list[Range]:
    ranges = []
    for line in places.split("\n"):
        sheet, address = line.split("\t")
        left, top, right, bottom = range_boundaries(address)
        ranges.append(Range(Sheet(book, sheet), top, left, bottom, right))
    return ranges


def _held(rng: Range) -> tuple[Any, ...]:
    values = tuple(rng.given())
    return rng.address(), values[0][0] if len(rng) == 1 else values, rng.formulas()


def _yes(value: Any) -> str:
    return "yes" if value else "no"


def _number(argb: Any) -> str:
    if not isinstance(argb, str):
        return "none"
    red, green, blue = (int(argb[at : at + 2], 16) for at in (2, 4, 6))
    return str(red + 256 * green + 65536 * blue)


def _font_argb(cell: Any) -> str:
    colour = cell.font.color
    return colour.rgb if colour is not None and isinstance(colour.rgb, str) else "FF000000"


MACROS = {
    "xlperf_structure": structure,
    "xlperf_read": read_places,
    "xlperf_write": write_places,
    "xlperf_resize": resize_table,
}


def _argb(colour: Any) -> str:
    return "FF" + (
        colour.removeprefix("#")
        if isinstance(colour, str)
        else "{:02X}{:02X}{:02X}".format(*colour)
    )


def _given(cell: Any, results: Any, *, plain: bool = False) -> Any:
    value = cell.value
    if cell.data_type == "f":
        jump = re.fullmatch(r'=HYPERLINK\("(?:[^"]|"")*","((?:[^"]|"")*)"\)', str(value))
        value = (
            jump.group(1).replace('""', '"') if jump else results.cell(cell.row, cell.column).value
        )
    if isinstance(value, str) and value in ERROR_CODES:
        return ERROR_CODES[value]
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if not plain and MONEY.search(LOCALE.sub("", cell.number_format)):
            return Decimal(value).quantize(Decimal("0.0001"), ROUND_HALF_EVEN)
        return float(value)
    return plain_value(value) if plain else value


def _take(cell: Any, value: Any) -> None:
    """Put a value into a cell as Excel does with what it is handed."""
    if (
        cell.number_format == "@"
        and isinstance(value, (int, float, date))
        and not isinstance(value, bool)
    ):
        cell.value, cell.data_type = (
            f"{value:g}" if not isinstance(value, date) else str(value),
            "s",
        )
        return
    if not isinstance(value, str):
        cell.value = value
        if isinstance(value, date) and cell.number_format == "General":
            cell.number_format = "dd/mm/yyyy"
        return
    if not value:
        cell.value = None
        return
    if value.startswith("'"):
        cell.value = value[1:] or None
        if cell.data_type in ("f", "e"):
            cell.data_type = "s"
        return
    percent = re.fullmatch(r"[+\-]?\d+(\.\d+)?%", value)
    number = re.fullmatch(r"[+\-]?\d+(\.\d+)?", value)
    month = re.fullmatch(r"([A-Za-z]{3}) (\d{4})", value)
    if percent:
        cell.value = float(value[:-1]) / 100
    elif number:
        cell.value = float(value)
    elif month and month.group(1).lower() in MONTHS:
        cell.value = datetime(int(month.group(2)), MONTHS[month.group(1).lower()], 1)
    else:
        cell.value = value


def install() -> Engine:
    """Make an engine the one that xlwings uses."""
    engine = Engine()
    wrapped = xlwings.main.Engine(impl=engine)
    xlwings.engines.engines = [wrapped]
    xlwings.engines.engines_by_name["excel"] = wrapped
    xlwings.engines.active = wrapped
    return engine


def open_book(engine: Engine, path: Any) -> xlwings.Book:
    """Open a workbook in it, and make it the one that macros are called from."""
    book = xlwings.Book(impl=next(iter(engine.apps)).books.open(path))
    book.set_mock_caller()
    return book
