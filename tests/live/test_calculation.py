"""Figures that formulas give are read when Excel has worked them out, never before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.live.com import ComError
from tests.live.test_live import NORMAL, cell, opened
from xlperf import outcome
from xlperf.errors import WorkbookError
from xlperf.excel.live import retry_while_busy
from xlperf.excel.live.calculation import CHECKS, PAUSE, Calculation
from xlperf.excel.port import SetValue

if TYPE_CHECKING:
    import openpyxl

    from tests.live.engine import App, Engine
    from xlperf.excel.live import LiveWorkbook


def stale(mode: str) -> tuple[Engine, LiveWorkbook]:
    """A table whose first number is a formula: 1 when it was last worked out, 5 by now."""

    def formula(book: openpyxl.Workbook) -> None:
        book["Board"]["B2"] = "=2+3"

    engine, live = opened(formula)
    live.book.impl.results["Board"]["B2"] = 1
    app(live).settings["calculation"] = mode
    app(live).pending = {("Board", "B2"): 5}
    return engine, live


def app(live: LiveWorkbook) -> App:
    return live.book.app.impl


def number(live: LiveWorkbook) -> Any:
    return live.read(["tblSmall"])["tblSmall"].rows[0][1]


@pytest.mark.parametrize("mode", ["manual", "semiautomatic", "automatic"])
def test_what_waits_is_worked_out_before_it_is_read(mode):
    engine, live = stale(mode)
    assert number(live) == 5
    assert app(live).settings == {**NORMAL, "calculation": mode}
    number(live)
    assert engine.calls["write calculate"] == 1


def test_a_workbook_that_is_worked_out_is_asked_and_left_alone():
    engine, live = opened()
    live.read(["tblSmall"])
    assert "write calculate" not in engine.calls
    assert engine.calls["ask calculation state"] == 1


@pytest.mark.parametrize("mode", ["manual", "automatic"])
def test_figures_that_are_not_worked_out_are_refused(mode):
    _, live = stale(mode)
    app(live).endless = True
    pauses: list[float] = []
    with pytest.raises(WorkbookError, match=r"has not finished calculating.*Nothing was written"):
        Calculation(live.book.app).calculate_all(pause=pauses.append)
    assert pauses == [PAUSE] * (2 * CHECKS)


@pytest.mark.parametrize(("mode", "times"), [("manual", 2), ("automatic", 0)])
def test_what_depends_on_cells_written_is_worked_out_too(mode, times):
    engine, live = opened()
    app(live).settings["calculation"] = mode
    live.read(["tblSmall"])
    live.apply([SetValue("here", 1)])
    assert engine.calls["write calculate"] == times


def test_an_excel_that_is_too_busy_to_calculate_afterwards_is_told(monkeypatch):
    monkeypatch.setitem(retry_while_busy.__kwdefaults__, "pause", lambda _: None)
    _, live = opened()
    app(live).settings["calculation"] = "manual"
    live.read(["tblSmall"])

    def busy() -> None:
        raise ComError(-2146777998, "busy")

    monkeypatch.setattr(app(live), "calculate", busy)
    with outcome.recording() as record:
        assert live.apply([SetValue("here", 1)]).has_changes
    assert record.faults == ["What depends on the written cells is not calculated yet: press F9."]
    assert cell(live) == 1
