"""Workbooks in OneDrive or SharePoint: AutoSave is on there, and the path on this computer may not
be known.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
import xlwings

from tests.live.com import VALUES, BookApi, ComError
from tests.live.engine import App, Engine, install, open_book
from tests.live.test_live import NORMAL, cell, full, held, opened
from tests.shipped import few
from xlperf import ribbon
from xlperf.errors import UsageError, WorkbookBusyError, WorkbookError
from xlperf.excel.live import LiveWorkbook, local_path, retry_while_busy, saving_state
from xlperf.excel.live.cloud import NOT_KNOWN, saves_itself
from xlperf.excel.port import SetFill, SetRows, SetValue

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from xlperf.excel.port import Edit

ADDRESSES = (
    "https://d.docs.live.net/0123456789abcdef/Board/Dashboard.xlsm",
    "https://office-my.sharepoint.com/personal/a_b_example/Documents/Dashboard.xlsm",
    "https://office.sharepoint.com/sites/Performance/Shared%20Documents/Dashboard.xlsm",
    "https://files.example/Dashboard.xlsm",
)


@pytest.fixture(autouse=True)
def _home(tmp_path, monkeypatch):
    for name in ("HOME", "USERPROFILE", "XDG_STATE_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path))
    for name in ("OneDrive", "OneDriveConsumer", "OneDriveCommercial"):
        monkeypatch.delenv(name, raising=False)
    xlwings.utils.fullname_url_to_local_path.cache_clear()


def in_the_cloud(live: LiveWorkbook, address: str = ADDRESSES[1]) -> None:
    live.book.impl.cloud, live.book.impl.autosave = address, True


def app(engine: Engine) -> App:
    return next(iter(engine.apps))


BUTTONS = (ribbon.check, ribbon.why, ribbon.charts, ribbon.changes, ribbon.settings, ribbon.guide)


@pytest.mark.parametrize("button", [*BUTTONS, ribbon.refresh, ribbon.publish])
def test_no_button_breaks_on_a_workbook_whose_path_is_not_known(button):
    engine = install()
    engine.answers = ["ok", "ok"]
    in_the_cloud(LiveWorkbook(open_book(engine, few())))
    button()
    assert not any("fault of the program" in text for _, text in app(engine).alerts)


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_path_that_is_not_known_is_told_with_what_to_do(address):
    _, live = opened()
    in_the_cloud(live, address)
    with pytest.raises(UsageError) as caught:
        local_path(live.book)
    assert str(caught.value).startswith(
        "Dashboard.xlsm is in OneDrive or SharePoint, and its folder on this computer is"
    )
    assert "save a copy in a folder of this computer" in str(caught.value)


@pytest.mark.slow
def test_a_path_that_is_known_is_used(tmp_path, monkeypatch):
    shutil.copyfile(few(), tmp_path / "Dashboard.xlsm")
    monkeypatch.setenv("OneDriveCommercial", str(tmp_path))
    engine = install()
    engine.answers = ["ok", "ok"]
    in_the_cloud(LiveWorkbook(open_book(engine, tmp_path / "Dashboard.xlsm")))
    ribbon.refresh()
    assert (tmp_path / "Dashboard.xlperf-backup.xlsm").is_file()


def refreshed(*answers: str) -> tuple[Engine, LiveWorkbook, list[str]]:
    engine = install()
    engine.answers = list(answers)
    live = LiveWorkbook(open_book(engine, few()))
    in_the_cloud(live)
    ribbon.refresh()
    return engine, LiveWorkbook(live.book), [text for _, text in app(engine).alerts]


def status(live: LiveWorkbook) -> Any:
    return cell(live, "tile_SP13_offences_rag")


@pytest.mark.slow
def test_it_is_said_before_a_copy_is_kept_and_what_was_written_is_kept(tmp_path: Path):
    _, live, (before, after) = refreshed("ok", "ok")
    copy = tmp_path / "Dashboard.xlperf-backup.xlsm"
    assert before.startswith(
        "AutoSave is on: what is written now is saved at once, for all who have the workbook open."
    )
    assert str(copy) in before
    assert "lines judged (RED" in after
    assert "not saved yet" not in after
    assert after.endswith(f"As it was: {copy}\nOK keeps this; Cancel puts back what it was.")
    assert status(live) == "■ Red"
    kept = openpyxl.load_workbook(copy)
    assert LiveWorkbook(open_book(install(), copy)).cells(["tile_SP13_offences_rag"])
    assert kept.sheetnames
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".xlsm"]


@pytest.mark.slow
def test_what_was_written_can_be_put_back():
    engine, live, (_, _, last) = refreshed("ok", "cancel")
    assert last == "What the workbook held before is put back."
    assert status(live) is None
    assert app(engine).settings == NORMAL


def test_without_consent_nothing_is_written(tmp_path: Path):
    _, live, (_, text) = refreshed("cancel")
    assert text == "Nothing was written."
    assert status(live) is None
    assert list(tmp_path.iterdir()) == []


def test_without_a_copy_nothing_is_written():
    engine, live = opened()
    in_the_cloud(live)
    engine.no_copies = True
    with pytest.raises(
        UsageError, match=r"no copy of the workbook could be kept as .*Switch AutoSave off"
    ):
        live.apply([SetValue("here", 1)])
    assert cell(live) is None


def test_a_workbook_that_is_not_saved_by_itself_is_asked_once_and_not_copied(tmp_path: Path):
    engine, live = opened()
    asked: list[str] = []
    live = LiveWorkbook(live.book, agree=lambda text: bool(asked.append(text)))
    live.apply([SetValue("here", 1)])
    assert (asked, live.copy, engine.calls["write copy"]) == ([], None, 0)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("rows", [1, 2, 5])
def test_everything_that_was_written_is_put_back(rows):
    _, live = opened(full)
    before = held(live)
    edits: list[Edit] = [SetValue(name, f"new {name}") for name in ("here", "jump", "blank")]
    live.apply([*edits, SetFill("here", "#C00000", "#FFFFFF")])
    live.apply([SetRows("tblSmall", ("Number", "Name"), tuple((i, f"+{i}%") for i in range(rows)))])
    live.put_back()
    assert held(live) == before
    live.put_back()
    assert held(live) == before


def test_where_it_cannot_be_put_back_the_copy_is_named(tmp_path: Path):
    engine, live = opened()
    in_the_cloud(live)
    engine.altered = {"D2": ["mine"] * 9}
    with pytest.raises(
        WorkbookError, match=r"AutoSave has saved it so: open .*Dashboard\.xlperf-backup\.xlsm"
    ):
        live.apply([SetValue("here", 1)])


def pressed(answer: str, meanwhile: Callable[[Engine], None]) -> tuple[Engine, LiveWorkbook]:
    """Press Refresh, agree to AutoSave, and answer the question whether to keep it, before which
    something goes on.
    """
    engine = install()
    live = LiveWorkbook(open_book(engine, few()))
    in_the_cloud(live)

    class Answers(list[str]):
        def pop(self, _place: Any = 0) -> str:
            if len(self) == 1:
                meanwhile(engine)
            return super().pop(0)

    engine.answers = Answers(["ok", answer])
    return engine, live


def busy(engine: Engine) -> None:
    now = sum(engine.calls.values())
    engine.busy_at = set(range(now + 1, now + 1000))


def days_ticked(engine: Engine) -> None:
    table = next(iter(engine.apps)).books.active.sheets("Workings").tables("tblWorkings")
    table.api.Range.AutoFilter(1, ["x"], VALUES)
    engine.refuses_lists = True
    table.api.Range.AutoFilter(1, ["x"], VALUES)


@pytest.mark.parametrize("meanwhile", [busy, days_ticked])
def test_what_keeps_it_from_being_put_back_is_told_with_the_copy(
    tmp_path: Path, monkeypatch, meanwhile
):
    monkeypatch.setitem(retry_while_busy.__kwdefaults__, "pause", lambda _: None)
    engine, _ = pressed("cancel", meanwhile)
    try:
        ribbon.refresh()
        text = app(engine).alerts[-1][1]
    except SystemExit as stopped:  # too busy to show a message
        text = str(stopped)
    assert text.startswith(
        "Excel did not let what was written be put back. AutoSave has saved it so: open "
    )
    assert str(tmp_path / "Dashboard.xlperf-backup.xlsm") in text
    assert "Nothing was written" not in text


@pytest.mark.slow
def test_where_it_cannot_be_asked_what_was_written_is_kept_and_told(monkeypatch):
    monkeypatch.setitem(retry_while_busy.__kwdefaults__, "pause", lambda _: None)
    engine = install()
    live = LiveWorkbook(open_book(engine, few()))
    in_the_cloud(live)
    engine.answers = ["ok"]
    shown = App.alert

    def alert(shower: App, *arguments: Any) -> str:
        if not engine.answers:
            busy(engine)  # from the second message on
        return str(shown(shower, *arguments))

    monkeypatch.setattr(App, "alert", alert)
    with pytest.raises(SystemExit) as stopped:
        ribbon.refresh()
    assert "lines judged (RED" in str(stopped.value)
    assert "AutoSave is on: this is saved. As it was: " in str(stopped.value)
    assert "Cancel" not in str(stopped.value)
    engine.busy_at = set()
    assert status(live) == "■ Red"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (in_the_cloud, "AutoSave is on, so the workbook is saved as it stands"),
        (lambda _: None, "nothing was saved, so closing the workbook without saving brings back"),
    ],
)
def test_a_fault_says_what_is_saved(change: Callable[[LiveWorkbook], None], said):
    engine = install()
    engine.answers = ["ok"]
    change(LiveWorkbook(open_book(engine, few())))
    engine.macros, engine.broken_writes = {}, {20}
    ribbon.refresh()
    assert said in app(engine).alerts[-1][1]


@pytest.mark.parametrize(
    "error", [ComError(-2147418111, "Call was rejected by callee."), ValueError("x")]
)
def test_what_cannot_be_asked_is_said_to_be_unknown(monkeypatch, error):
    _, live = opened()

    def fault(_: Any) -> None:
        raise error

    monkeypatch.setattr(type(live.book.impl), "api", property(fault))
    monkeypatch.setattr(type(live.book.impl), "fullname", property(fault))
    monkeypatch.setitem(retry_while_busy.__kwdefaults__, "pause", lambda _: None)
    assert saving_state(live.book) == NOT_KNOWN
    with pytest.raises(WorkbookBusyError if isinstance(error, ComError) else UsageError):
        local_path(live.book)


def test_an_excel_that_is_busy_while_the_copy_is_made_is_told(monkeypatch):
    _, live = opened()
    in_the_cloud(live)

    def busy(*_: Any) -> None:
        raise ComError(-2147418111, "Call was rejected by callee.")

    monkeypatch.setattr(BookApi, "SaveCopyAs", busy)
    monkeypatch.setitem(retry_while_busy.__kwdefaults__, "pause", lambda _: None)
    with pytest.raises(WorkbookBusyError):
        live.apply([SetValue("here", 1)])
    assert cell(live) is None


def test_on_a_mac_it_is_not_known(monkeypatch):
    _, live = opened()
    monkeypatch.setattr(type(live.book.impl), "api", property(lambda _: object()))
    assert saves_itself(live.book) is False
    monkeypatch.setattr("sys.platform", "darwin")
    assert saves_itself(live.book) is None
    assert saving_state(live.book) == NOT_KNOWN
