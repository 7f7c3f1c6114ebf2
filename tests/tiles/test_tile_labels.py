"""Labels of lines: those of Measures where a refresh wrote the last one, else as a person typed."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from tests.live.engine import install, open_book
from tests.tools import validate
from xlperf.cli import DONE, main
from xlperf.excel.file import FileWorkbook
from xlperf.excel.live import LiveWorkbook
from xlperf.excel.port import SetRows, SetValue
from xlperf.newbook.builder import workbook_bytes
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
    return workbook_bytes()


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


def as_drawn_earlier(data: bytes) -> bytes:
    """A workbook whose labels have no names, and Measures no memory of them."""
    book: Any = openpyxl.load_workbook(BytesIO(data), keep_vba=True)
    for name in [name for name in book.defined_names if name.endswith("_label")]:
        del book.defined_names[name]
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


def test_a_label_that_a_person_typed_is_kept_and_reported_until_the_cell_is_cleared(made):
    book = FileWorkbook(made, "the workbook")
    run(book)
    book.apply([SetValue(CELL, "Homes, mine")])
    (text,) = said(run(book))
    assert text.startswith("Dashboard!")
    assert "'Homes, mine', which no refresh wrote" in text
    plan_says(book)
    assert NEW in said(run(book))[0]
    assert value(book) == "Homes, mine"
    book.apply([SetValue(CELL, None)])
    assert said(run(book)) == []
    assert value(book) == NEW


def test_a_number_as_a_label_is_a_persons_too(made):
    book = FileWorkbook(made, "the workbook")
    book.apply([SetValue(CELL, 2014)])
    assert "says '2014'" in said(run(book))[0]
    assert value(book) == 2014


def test_only_labels_of_measures_have_names(made):
    names = FileWorkbook(made, "the workbook").defined_names("tile_")
    labels = {name for name in names if name.endswith("_label")}
    assert CELL in labels
    assert not {name for name in labels if name.endswith(("_spc_label", "_position_label"))}


def test_a_dashboard_drawn_earlier_follows_and_gets_names_for_what_differs(earlier):
    book = FileWorkbook(earlier, "the workbook")
    before = book.to_bytes()
    assert not run(book).applied.has_changes
    assert book.to_bytes() == before
    plan_says(book)
    assert said(run(book)) == []
    assert value(book) == NEW
    assert [name for name in book.defined_names("tile_") if name.endswith("_label")] == [CELL]
    plan_says(book, "Homes")
    run(book)
    assert value(book) == "Homes"
    assert not run(book).applied.has_changes


def retyped(data: bytes, **more: str) -> bytes:
    """The label of the line typed over, and names deleted."""
    book: Any = openpyxl.load_workbook(BytesIO(data), keep_vba=True)
    at = book.defined_names[cell_name(LINE, "rag")].attr_text.split("!")[1].replace("$", "")
    sheet = book["Dashboard"]
    row = sheet[at].row
    label = next(
        cell for cell in reversed(sheet[row][: sheet[at].column - 3]) if isinstance(cell.value, str)
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
    assert not book.defined_names(CELL)


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


def test_names_of_labels_go_with_their_lines_and_the_file_is_sound(tmp_path: Path, made, capsys):
    path = tmp_path / "Dashboard.xlsm"
    book = FileWorkbook(made, "the workbook")
    rows = book.read([schema.MEASURES.name])[schema.MEASURES.name].rows
    kept = tuple(row for row in rows if row[NAME] != LINE)
    book.apply([SetRows(schema.MEASURES.name, schema.MEASURES.titles, kept)])
    path.write_bytes(book.to_bytes())
    assert main(["layout", str(path)]) == DONE
    assert LINE in capsys.readouterr().out
    assert not FileWorkbook.open(path).defined_names(f"tile_{LINE}")
    assert validate(path) in (None, [])
