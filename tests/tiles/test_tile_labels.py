"""Labels of lines: those of Measures where a refresh wrote the last one, else as a person typed."""

from __future__ import annotations

import asyncio
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl.workbook.defined_name import DefinedName

from tests.lite.client import Book
from tests.live.engine import install, open_book
from tests.openpyxl_books import openpyxl_book
from tests.shipped import of_priorities
from xlperf.cli import main
from xlperf.ending import DONE
from xlperf.excel.file import FileWorkbook
from xlperf.excel.live import LiveWorkbook
from xlperf.excel.port import SetRows, SetValue
from xlperf.lite import scripts
from xlperf.pipeline import Refreshed, refresh
from xlperf.tables import schema
from xlperf.tables.lines import cell_name, label_cell, title_cell
from xlperf.tables.problems import Code

if TYPE_CHECKING:
    from pathlib import Path

    from xlperf.excel.port import Workbook

LINE = "SP12_offences"
CELL = label_cell(LINE)
NEW = "Burglary of homes"
COLUMN, MEMORY, NAME = map(schema.MEASURES.titles.index, ("Line", "On the tile", "Measure"))


@pytest.fixture(scope="module")
def made() -> bytes:
    return of_priorities("SP12", "SP14A", "SP14B")


def run(book: Workbook, *, dry_run: bool = True) -> Refreshed:
    return refresh(
        book, now=datetime(2014, 11, 3, 9), who="a", seconds=lambda: 1.0, dry_run=dry_run
    )


def plan_says(book: Workbook, text: str = NEW, line: str = LINE) -> None:
    """What a person types into Measures."""
    rows = book.read([schema.MEASURES.name])[schema.MEASURES.name].rows
    new = [(text if row[NAME] == line else row[COLUMN],) for row in rows]
    book.apply([SetRows(schema.MEASURES.name, ("Line",), tuple(new))])


def said(result: Refreshed) -> list[str]:
    return [
        f"{item.sheet}!{item.cell} {item.found}"
        for item in result.assessed.problems
        if item.code is Code.LABEL_KEPT
    ]


def value(book: Workbook, name: str = CELL) -> Any:
    return book.cells([name])[name].value


def type_over(book: Workbook, label: str | int | None, line: str = LINE) -> None:
    """What a person types over the label of a line, which is the first text left of its figures."""
    figure = cell_name(line, "latest")
    book.call_cells({label_cell(line): book.texts_before([figure])[figure][0]})
    book.apply([SetValue(label_cell(line), label)])


def as_drawn_earlier(data: bytes) -> bytes:
    """A workbook whose table Measures has no memory of labels."""
    book: Any = openpyxl_book(data, keep_vba=True)
    sheet = book["Measures"]
    next(cell for cell in sheet[4] if cell.value == "On the tile").value = "Mine"
    table = sheet.tables[schema.MEASURES.name]
    next(item for item in table.tableColumns if item.name == "On the tile").name = "Mine"
    for row in range(5, sheet.max_row + 1):
        sheet.cell(row, MEMORY + 1).value = None
    out = BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.fixture(scope="module")
def earlier(made: bytes) -> bytes:
    """Such a workbook, refreshed."""
    book = FileWorkbook(as_drawn_earlier(made), "the workbook")
    run(book)
    assert not book.defined_names(CELL)
    return book.to_bytes()


@pytest.mark.parametrize("refreshed", [False, True])
def test_a_label_follows_measures_before_and_after_a_first_refresh(made, refreshed):
    book = FileWorkbook(made, "the workbook")
    if refreshed:
        run(book)
    for text in (NEW, "Homes"):
        plan_says(book, text)
        assert said(run(book)) == []
        assert value(book) == text
    assert not run(book).applied.has_changes


def test_a_label_that_a_person_typed_is_kept_and_reported_until_it_is_that_of_measures(made):
    book = FileWorkbook(made, "the workbook")
    run(book)
    type_over(book, "Homes, mine")
    (text,) = said(run(book))
    assert text.startswith("Dashboard!")
    assert "'Homes, mine', which no refresh wrote" in text
    plan_says(book)
    assert NEW in said(run(book))[0]
    assert value(book) == "Homes, mine"
    type_over(book, NEW)
    assert said(run(book)) == []
    plan_says(book, "Homes")
    assert said(run(book)) == []
    assert value(book) == "Homes"


@pytest.mark.parametrize("typed", [2014, None])
def test_a_number_or_nothing_as_a_label_is_a_persons_too(made, typed):
    book = FileWorkbook(made, "the workbook")
    run(book)
    type_over(book, typed)
    book = FileWorkbook(book.to_bytes(), "the workbook")
    plan_says(book)
    before = book.cells([cell_name(LINE, "rag")])
    assert said(run(book)) == []
    label = book.texts_before(before)[cell_name(LINE, "rag")]
    assert NEW not in {cell.text for cell in label}


def test_a_dashboard_drawn_earlier_follows_and_gets_no_names(earlier):
    book = FileWorkbook(earlier, "the workbook")
    before = book.to_bytes()
    assert not run(book).applied.has_changes
    assert book.to_bytes() == before
    plan_says(book)
    assert said(run(book)) == []
    assert value(book) == NEW
    assert not book.defined_names(CELL)
    plan_says(book, "Homes")
    run(book)
    assert value(book) == "Homes"
    assert not run(book).applied.has_changes


def retyped(data: bytes, **more: str) -> bytes:
    """The label of the line typed over, and names deleted."""
    book: Any = openpyxl_book(data, keep_vba=True)
    at = book.defined_names[cell_name(LINE, "rag")].attr_text.split("!")[1].replace("$", "")
    sheet = book["Dashboard"]
    row = sheet[at].row
    label = next(
        cell for cell in reversed(sheet[row][: sheet[at].column - 4]) if isinstance(cell.value, str)
    )
    label.value = "Homes, mine"
    for name in more.values():
        del book.defined_names[name]
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_label_typed_on_a_dashboard_drawn_earlier_is_kept_and_reported(earlier):
    book = FileWorkbook(retyped(earlier), "the workbook")
    assert len(said(run(book))) == 1
    assert value(book) == "Homes, mine"


def test_words_beside_figures_on_a_tile_that_we_did_not_draw_are_left_alone(earlier):
    book = FileWorkbook(retyped(earlier, title=title_cell("SP12")), "the workbook")
    plan_says(book)
    assert said(run(book)) == []
    assert CELL not in book.cells([CELL])


@pytest.mark.parametrize("typed", [None, "Cars, mine"])
def test_the_tile_beside_it_whose_measure_is_gone_is_left_alone(tmp_path, made, typed):
    """Its cells have no names any more, and its label is that of many lines."""
    path = tmp_path / "Dashboard.xlsm"
    gone, line = "SP14A_offences", "SP14B_offences"
    book = FileWorkbook(made, "the workbook")
    run(book)
    beside = book.texts_before([cell_name(gone, "rag")])[cell_name(gone, "rag")][-1]
    if typed:
        type_over(book, typed, line)
    rows = book.read([schema.MEASURES.name])[schema.MEASURES.name].rows
    kept = tuple(row for row in rows if row[NAME] != gone)
    book.apply([SetRows(schema.MEASURES.name, schema.MEASURES.titles, kept)])
    path.write_bytes(book.to_bytes())
    assert main(["layout", str(path)]) == DONE
    book = FileWorkbook.open(path)
    plan_says(book, "Cars", line)
    result = run(book)
    now = {
        cell.text: cell
        for cell in book.texts_before([cell_name(line, "rag")])[cell_name(line, "rag")]
    }
    assert now["Number of offences"] == beside
    assert ("Cars" in now) is (typed is None)
    assert not said(result)


@pytest.mark.slow
def test_open_in_excel_it_is_the_same(made, earlier):
    for data in (made, earlier):
        file = FileWorkbook(data, "the workbook")
        live = LiveWorkbook(open_book(install(), BytesIO(data)))
        for book in (live, file):
            plan_says(book)
            run(book)
        assert value(live) == value(file) == NEW
        live.apply([SetValue(CELL, "Homes, mine")])
        assert len(said(run(live))) == 1


def test_a_cell_that_a_person_named_is_the_label_and_the_name_goes_with_the_line(
    tmp_path: Path, made, capsys
):
    path = tmp_path / "Dashboard.xlsm"
    named: Any = openpyxl_book(made, keep_vba=True)
    named.defined_names[CELL] = DefinedName(CELL, attr_text="Dashboard!$AF$60")
    named.save(path)
    book = FileWorkbook.open(path)
    run(book)
    assert value(book) == "Number of offences"
    rows = book.read([schema.MEASURES.name])[schema.MEASURES.name].rows
    kept = tuple(row for row in rows if row[NAME] != LINE)
    book.apply([SetRows(schema.MEASURES.name, schema.MEASURES.titles, kept)])
    path.write_bytes(book.to_bytes())
    assert main(["layout", str(path)]) == DONE
    assert LINE in capsys.readouterr().out
    assert not FileWorkbook.open(path).defined_names(f"tile_{LINE}")


@pytest.mark.slow
def test_in_an_add_in_it_is_the_same(made):
    typed = FileWorkbook(made, "the workbook")
    run(typed)
    plan_says(typed)
    excel = Book(typed.to_bytes())
    asyncio.run(scripts.refresh(excel))
    book = FileWorkbook(excel.to_bytes(), "the workbook")
    status = cell_name(LINE, "rag")
    assert NEW in {cell.text for cell in book.texts_before([status])[status]}
