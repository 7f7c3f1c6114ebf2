"""Macros as a button calls them: on the workbook that calls, a message at the end, whatever happens."""

from __future__ import annotations

import atexit
from dataclasses import replace
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
import xlwings
from live.engine import App, Engine, install, open_book
from live.test_live import NORMAL, run
from shipped import SHIPPED

from xlperf import logbook, ribbon
from xlperf.excel.live import LiveWorkbook
from xlperf.pipeline import Difference


@pytest.fixture(autouse=True)
def _log_elsewhere(tmp_path, monkeypatch):
    monkeypatch.delenv("LOCALAPPDATA", raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))


def shown(engine: Engine) -> tuple[str, str]:
    (message,) = app(engine).alerts
    app(engine).alerts.clear()
    return message


def app(engine: Engine) -> App:
    return next(iter(engine.apps))


def test_refresh_fills_the_calling_workbook_and_says_so():
    engine = install()
    book = open_book(engine, SHIPPED)
    ribbon.refresh()
    mode, text = shown(engine)
    assert mode == "info"
    assert text == (
        "Twelve months to September 2014: 62 lines judged (RED 3, AMBER 29, GREEN 7, NA 23).\n"
        "Checks: 5 notes.\n"
        "The workbook is not saved yet."
    )
    assert LiveWorkbook(book).cells(["tile_SP13_offences_rag"])["tile_SP13_offences_rag"].value == "■ Red"
    steps = [text for name, text in app(engine).history if name == "status_bar"]
    assert steps[0] == "xlperf: Reading the data sheets …"
    assert app(engine).settings == NORMAL
    ribbon.refresh()
    assert shown(engine)[1].endswith("Nothing changed since the last refresh.")


def test_a_changed_count_is_told_by_its_colour():
    engine = install()
    book = open_book(engine, SHIPPED)
    ribbon.refresh()
    sheet = next(sheet for sheet in book.sheets if "tblSettings" in [table.name for table in sheet.tables])
    cells = sheet.tables["tblSettings"].range
    row = [key for key, *_ in cells.value].index("fill_red")
    sheet.range((cells.row + row, cells.column + 1)).value = "#AA0000"
    app(engine).alerts.clear()
    ribbon.refresh()
    assert "No colour changed; figures or texts did.\nThe workbook is not saved yet." in shown(engine)[1]


def test_a_long_list_of_changes_is_cut_and_counted():
    engine = install()
    result = run(LiveWorkbook(open_book(engine, SHIPPED)))
    changes = tuple(Difference(f"line{i}", "Label", "AMBER", "RED") for i in range(12))
    text = ribbon.summary(replace(result, first=False, differences=changes))
    assert "line9: AMBER -> RED\n… and 2 more.\nThe workbook is not saved yet." in text
    assert "line10" not in text


def test_a_workbook_that_is_no_dashboard_is_told_in_a_sentence():
    out = BytesIO()
    openpyxl.Workbook().save(out)
    engine = install()
    open_book(engine, out)
    ribbon.refresh()
    mode, text = shown(engine)
    assert mode == "critical"
    assert text.startswith("This is not an xlperf dashboard")
    assert app(engine).settings == NORMAL
    assert not logbook.path().exists()


def test_a_fault_is_logged_and_told_without_a_traceback():
    engine = install()
    open_book(engine, SHIPPED)
    engine.broken_writes = {50}
    ribbon.refresh()
    mode, text = shown(engine)
    assert mode == "critical"
    assert text.startswith("A fault of the program stopped it (ComError); nothing was saved")
    assert str(logbook.path()) in text
    assert "Traceback" in logbook.path().read_text(encoding="utf-8")
    assert app(engine).settings == NORMAL


def test_on_windows_xlwings_neither_waits_for_ever_nor_ends_an_excel_at_exit(monkeypatch):
    ended = []
    windows = SimpleNamespace(N_COM_ATTEMPTS=0, cleanup=lambda: ended.append("Excel"))
    atexit.register(windows.cleanup)
    monkeypatch.setattr(xlwings, "_xlwindows", windows, raising=False)
    engine = install()
    open_book(engine, SHIPPED)
    ribbon.refresh()
    assert windows.N_COM_ATTEMPTS == 1
    before = atexit._ncallbacks()
    atexit.unregister(windows.cleanup)
    assert atexit._ncallbacks() == before


def test_no_log_can_be_kept_is_told_too(tmp_path: Any, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    assert logbook.logged(ValueError("x"), state="all is well").endswith("all is well. No log could be kept.")
