"""Tiles laid out in the open workbook: sheets are copied in, names follow, charts point home."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl.workbook.protection import WorkbookProtection

from tests.live.engine import install, open_book
from tests.newbook.test_laying_out import with_another_plan
from tests.shipped import of_priorities
from xlperf.errors import LayoutError, WorkbookError
from xlperf.excel.live import LiveWorkbook
from xlperf.newbook.laying_out import LaidOut, lay_out_tiles
from xlperf.pipeline import assess_workbook
from xlperf.tables.lines import cell_name

if TYPE_CHECKING:
    from pathlib import Path

TODAY = date(2014, 12, 1)
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "Dashboard.xlsm"
    made.write_bytes(of_priorities("SP2", "SP11", "SP12", "SP13"))
    with_another_plan(made)
    return made


def laid_out(book: Any, *, redraw: bool) -> LaidOut:
    live = LiveWorkbook(book)
    return lay_out_tiles(live, assess_workbook(live), redraw=redraw, today=TODAY)


def sheets(book: Any) -> list[str]:
    return [sheet.name for sheet in book.sheets]


def sheet_of(book: Any, name: str) -> str:
    return LiveWorkbook(book).cells([name])[name].sheet


@pytest.mark.slow
def test_new_tiles_come_on_sheets_of_their_own_beside_the_dashboard(path):
    engine = install()
    book = open_book(engine, path)
    result = laid_out(book, redraw=False)
    assert list(result.added) == ["SP12", "SP19"]
    assert sheets(book)[1:5] == ["Dashboard", "New tiles", "Charts", "New charts"]
    assert sheet_of(book, cell_name("SP12_more", "latest")) == "New tiles"
    assert not LiveWorkbook(book).defined_names("tile_SP2_")
    assert len(engine.apps[1].books) == 1, "the workbook they came from is closed"
    assert book.impl.links == [], "charts point at this workbook"
    assert not laid_out(book, redraw=False).has_changes


@pytest.mark.slow
def test_a_dashboard_drawn_anew_takes_the_place_of_the_old_one(path):
    engine = install()
    book = open_book(engine, path)
    laid_out(book, redraw=True)
    assert sheets(book)[1:3] == ["Dashboard", "Charts"]
    assert sheets(book)[-2:] == ["Dashboard (2014-12-01)", "Charts (2014-12-01)"]
    for name in LiveWorkbook(book).defined_names("tile_"):
        assert sheet_of(book, name) == "Dashboard"
    assert book.impl.active == "Dashboard"
    assert not laid_out(book, redraw=True).has_changes


@pytest.mark.slow
def test_where_excel_refuses_a_sheet_everything_is_as_it_was(path, monkeypatch):
    engine = install()
    book = open_book(engine, path)
    before = sheets(book), dict(book.impl.book.defined_names.items()).keys()
    live = LiveWorkbook(book)
    assessed = assess_workbook(live)
    calls: list[str] = []
    count = engine.count

    def refuse_the_second_copy(kind: str) -> None:
        calls.append(kind)
        if calls.count("write copy of sheet") == 2 and kind == "write copy of sheet":
            raise RuntimeError(kind)
        count(kind)

    monkeypatch.setattr(engine, "count", refuse_the_second_copy)
    with pytest.raises(WorkbookError, match="nothing was changed"):
        lay_out_tiles(live, assessed, redraw=True, today=TODAY)
    assert (sheets(book), dict(book.impl.book.defined_names.items()).keys()) == before
    assert book.app.display_alerts


@pytest.mark.slow
def test_where_excel_refuses_a_name_everything_is_as_it_was(path, monkeypatch):
    engine = install()
    book = open_book(engine, path)

    def state() -> tuple[list[str], dict[str, str]]:
        return sheets(book), {item.name: item.refers_to.replace("'", "") for item in book.names}

    before = state()
    live = LiveWorkbook(book)
    assessed = assess_workbook(live)
    calls: list[str] = []
    count = engine.count

    def refuse_the_third_name(kind: str) -> None:
        calls.append(kind)
        if kind == "write name" and calls.count(kind) == 3:
            raise RuntimeError(kind)
        count(kind)

    monkeypatch.setattr(engine, "count", refuse_the_third_name)
    with pytest.raises(WorkbookError, match="nothing was changed"):
        lay_out_tiles(live, assessed, redraw=True, today=TODAY)
    assert state() == before


@pytest.mark.slow
def test_a_workbook_whose_structure_is_protected_takes_no_sheets(path):
    engine = install()
    book = open_book(engine, path)
    book.impl.book.security = WorkbookProtection(lockStructure=True)
    with pytest.raises(LayoutError, match="structure of the workbook is protected"):
        laid_out(book, redraw=False)
    assert "New tiles" not in sheets(book)
