"""A made-up office with many partners, the forms they are sent, and what comes back."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING, Any

import openpyxl

from xlperf.excel.file import FileWorkbook
from xlperf.newbook.builder import workbook_bytes
from xlperf.newbook.content import Content
from xlperf.periods import Period, first_day, last_day
from xlperf.returns import form_places as places
from xlperf.returns.collect_plan import plan_collection
from xlperf.returns.collecting import carry_out, files_in
from xlperf.returns.making_forms import form_name, plan_forms
from xlperf.returns.return_form import FormColumn
from xlperf.returns.return_workbook import return_bytes
from xlperf.tables import schema

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from xlperf.excel.port import Workbook
    from xlperf.returns.collect_plan import CollectPlan
    from xlperf.returns.collecting import CollectDone
    from xlperf.returns.return_form import ReturnForm

DECEMBER = 12 * 2014 + 11
QUARTER = Period(DECEMBER - 2, DECEMBER)
DUE, TODAY = date(2015, 1, 21), date(2015, 1, 20)
TAKEN_ON, SEEN_ON = date(2015, 1, 10), date(2015, 1, 14)
BOARD = "Safety Board"

Row = dict[str, Any]


@dataclass
class Office:
    """Rows of the tables of an office, by title."""

    measures: list[Row] = field(default_factory=list)
    returns: list[Row] = field(default_factory=list)
    others: dict[str, list[Row]] = field(default_factory=dict)

    def owes(self, partner: str, measure: str, kind: str = "total", **more: Any) -> Office:
        """Add a measure that a partner owes."""
        if all(row["Measure"] != measure for row in self.measures):
            self.measures.append(
                {
                    "Measure": measure,
                    "Priority": "P1",
                    "Line": f"Line of {measure}",
                    "Kind": kind,
                    "Direction": "down",
                    "Unit": "reports",
                    **{key: value for key, value in more.items() if key in schema.MEASURES.titles},
                }
            )
        owed = {"Measure": measure, "Owner": partner, "Due": DUE, "Status": "awaited"}
        self.returns.append(
            owed | {key: value for key, value in more.items() if key in schema.RETURNS.titles}
        )
        return self

    def with_rows(self, table: str, *rows: Row) -> Office:
        """Add rows of another table."""
        self.others.setdefault(table, []).extend(rows)
        return self

    def tables(self) -> dict[str, list[Row]]:
        """All rows by table."""
        return {
            schema.PRIORITIES.name: [{"Code": "P1", "Title": "Less of it", "Order": 1}],
            schema.MEASURES.name: self.measures,
            schema.RETURNS.name: self.returns,
            schema.FORCES.name: [{"Force": "Kent", "In group": "yes"}],
            **self.others,
        }

    def file(self, folder: Path, name: str = "Office.xlsm") -> Path:
        """Write the workbook."""
        rows = {
            name: tuple(tuple(row.get(title) for title in TABLES[name].titles) for row in rows)
            for name, rows in self.tables().items()
        }
        settings = {"period_end": date(2014, 12, 31), "own_force": "Kent", "office": "Our office"}
        path = folder / name
        path.write_bytes(workbook_bytes(Content(rows, settings), macros=False))
        return path


TABLES = {table.name: table for table in (*schema.ALL, *schema.INTAKE)}


def forms(book: Workbook) -> dict[str, ReturnForm]:
    """Forms by partner."""
    return {form.partner: form for form in plan_forms(book, period=DECEMBER).forms}


class Filling:
    """A form that somebody fills in, with openpyxl as another program."""

    def __init__(self, form: ReturnForm) -> None:
        self.form = form
        self.book = openpyxl.load_workbook(BytesIO(return_bytes(form)))
        self.sheet = self.book[places.SHEET]
        self.head(role="Performance officer", as_at=TAKEN_ON)

    def head(self, **given: Any) -> Filling:
        """Fill in the head."""
        cells = {
            "partner": places.PARTNER, "quarter": places.QUARTER, "version": places.VERSION,
            "role": places.ROLE, "as_at": places.AS_AT,
        }  # fmt: skip
        for name, value in given.items():
            self.sheet[cells[name].address] = value
        return self

    def cell(self, place: int, column: FormColumn) -> Any:
        """Cell of a row of the form, counted from 0."""
        return self.sheet[places.cell_of(places.FIRST_ROW + place, column)]

    def give(self, place: int, number: Any = None, **more: Any) -> Filling:
        """Fill in a row, counted from 0; its status is final if nothing else is given."""
        given = {
            FormColumn.COUNT: number,
            FormColumn.STATUS: more.pop("status", "final"),
            **{FormColumn[name.upper()]: value for name, value in more.items()},
        }
        for column, value in given.items():
            if value is not None:
                self.cell(place, column).value = value
        return self

    def all(self, *numbers: Any, seen: date | None = SEEN_ON, **more: Any) -> Filling:
        """Fill in the rows of a return of one measure, the first with what more is given."""
        for place, number in enumerate(numbers):
            self.give(place, number, **({"seen": seen, **more} if place == 0 else {}))
        return self

    def bytes(self) -> bytes:
        """The file."""
        memory = BytesIO()
        self.book.save(memory)
        return memory.getvalue()

    def save(self, folder: Path, name: str = "") -> Path:
        """Write the file."""
        folder.mkdir(exist_ok=True)
        path = folder / (name or form_name(self.form))
        path.write_bytes(self.bytes())
        return path


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """A package with a part more, or another content of one."""
    memory = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(data)) as old,
        zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for member in old.namelist():
            if member != name:
                new.writestr(member, old.read(member))
        new.writestr(name, content)
    return memory.getvalue()


def changed_part(data: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """A package with the content of a part changed."""
    with zipfile.ZipFile(BytesIO(data)) as package:
        return with_part(data, name, change(package.read(name)))


def collected(
    workbook: Path, *folders: Path, today: date = TODAY, period: int | None = None
) -> tuple[CollectPlan, CollectDone]:
    """Collect files into a closed workbook."""
    book = FileWorkbook.open(workbook)
    plan = plan_collection(book, files_in(folders), today=today, period=period)
    return plan, carry_out(book, plan, workbook)


def rows_of(book: Workbook | Path, table: Any) -> list[Row]:
    """Rows of a table that are not blank, each as title and value, without blanks."""
    if not hasattr(book, "read"):
        book = FileWorkbook.open(book)
    grid = book.read([table.name])[table.name]
    rows = [
        {title: value for title, value in zip(grid.header, row, strict=True) if value is not None}
        for row in grid.rows
    ]
    return [row for row in rows if row]


def year_of(quarter: Period = QUARTER) -> tuple[date, date]:
    """First and last day of the twelve months to a quarter."""
    return first_day(quarter.last - 11), last_day(quarter.last)
