"""Macros as a button calls them: on the workbook that calls, a message at the end, whatever
happens.
"""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from datetime import date
from io import BytesIO
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
import xlwings
from openpyxl.utils import range_boundaries

from tests.live.com import VALUES
from tests.live.engine import App, Engine, install, open_book
from tests.live.test_live import NORMAL, run
from tests.newbook.test_laying_out import with_another_plan
from tests.shipped import SHIPPED, few
from xlperf import logbook, message_box, ribbon
from xlperf.assessment.rag import Rag
from xlperf.excel.live import LiveWorkbook, retry_while_busy
from xlperf.excel.port import SetRows, SetValue
from xlperf.newbook.builder import workbook_bytes
from xlperf.pipeline import LineDifference, assess_workbook
from xlperf.tables import schema
from xlperf.tables.lines import cell_name
from xlperf.tiles.wording import STATUS

if TYPE_CHECKING:
    from collections.abc import Callable


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


@pytest.mark.slow
def test_refresh_fills_the_calling_workbook_and_says_so():
    engine = install()
    book = open_book(engine, SHIPPED)
    ribbon.refresh()
    mode, text = shown(engine)
    assert mode == "info"
    assert (
        text
        == "Twelve months to September 2014: 62 lines judged (RED 3, AMBER 29, GREEN 7, NA 23).\n"
        "Checks: 6 notes.\n"
        "The workbook is not saved yet."
    )
    assert (
        LiveWorkbook(book).cells(["tile_SP13_offences_rag"])["tile_SP13_offences_rag"].value
        == "■ Red"
    )
    steps = [text for name, text in app(engine).history if name == "status_bar"]
    assert steps[0] == "xlperf: Reading the data sheets …"
    assert app(engine).settings == NORMAL
    ribbon.refresh()
    assert shown(engine)[1].endswith("Nothing changed since the last refresh.")


@pytest.mark.slow
def test_a_changed_count_is_told_by_its_colour():
    engine = install()
    book = open_book(engine, few())
    ribbon.refresh()
    sheet = next(
        sheet for sheet in book.sheets if "tblSettings" in [table.name for table in sheet.tables]
    )
    cells = sheet.tables["tblSettings"].range
    row = [key for key, *_ in cells.value].index("fill_red")
    sheet.range((cells.row + row, cells.column + 1)).value = "#AA0000"
    app(engine).alerts.clear()
    ribbon.refresh()
    assert (
        "No colour changed; figures or texts did.\nThe workbook is not saved yet."
        in shown(engine)[1]
    )


def test_a_long_list_of_changes_is_cut_and_counted():
    engine = install()
    result = run(LiveWorkbook(open_book(engine, few())))
    changes = tuple(LineDifference(f"line{i}", "Label", "AMBER", "RED") for i in range(12))
    text = message_box.summary(replace(result, first=False, differences=changes))
    assert "line9: AMBER -> RED\n… and 2 more.\nThe workbook is not saved yet." in text
    assert "line10" not in text


@pytest.mark.parametrize("length", [20, 90, 250])
def test_what_stands_at_the_end_is_never_cut_off(length):
    engine = install()
    result = run(LiveWorkbook(open_book(engine, few())))
    changes = tuple(
        LineDifference(
            f"{i}" * length, "Label", "AMBER", "RED", "overruled by a person, worked out RED"
        )
        for i in range(9)
    )
    end = f"As it was: {'x' * 250}\nOK keeps this; Cancel puts back what it was."
    text = message_box.summary(replace(result, first=False, differences=changes), end)
    assert len(text) <= message_box.LONGEST_MESSAGE
    assert end in text
    told = sum(f"{i}" * length in text for i in range(9))
    assert told == 9 or f"… and {9 - told} more.\n" in text


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
    open_book(engine, few())
    engine.macros, engine.broken_writes = {}, {20}
    ribbon.refresh()
    mode, text = shown(engine)
    assert mode == "critical"
    assert text.startswith("A fault of the program stopped it (ComError); nothing was saved")
    assert str(logbook.path()) in text
    assert "Traceback" in logbook.path().read_text(encoding="utf-8")
    assert app(engine).settings == NORMAL


def log_protected(book: Any) -> None:
    book.impl.book["Log"].protection.sheet = True


def log_filtered_by_days(book: Any) -> None:
    book.app.impl.engine.refuses_lists = True
    book.sheets["Log"].tables["tblLog"].api.Range.AutoFilter(1, ["x"], VALUES)


def log_in_the_way(book: Any) -> None:
    sheet = book.impl.book["Log"]
    first = range_boundaries(sheet.tables["tblLog"].ref)[1] + 1
    for column in range(1, 13):
        sheet.cell(first, column).value = "=1+1"


def filled(book: Any) -> dict[Any, Any]:
    cells = [cell for sheet in book.impl.book for row in sheet.iter_rows() for cell in row]
    return {
        (cell.parent.title, cell.coordinate): cell.value for cell in cells if cell.value is not None
    }


@pytest.mark.parametrize("change", [log_protected, log_filtered_by_days, log_in_the_way])
@pytest.mark.parametrize("autosave", [False, True])
def test_where_the_log_cannot_be_written_nothing_else_is(change, autosave):
    engine = install()
    book = open_book(engine, few())
    change(book)
    engine.answers = ["ok", "ok"]
    book.impl.autosave = autosave
    before = filled(book)
    ribbon.refresh()
    mode, text = app(engine).alerts[-1]
    if mode == "critical":
        assert filled(book) == before
    assert (mode == "critical") is (change is not log_in_the_way), text


def test_on_windows_xlwings_neither_waits_for_ever_nor_ends_an_excel_at_exit(monkeypatch):
    windows = SimpleNamespace(N_COM_ATTEMPTS=0, cleanup=lambda: None)
    monkeypatch.setattr(xlwings, "_xlwindows", windows, raising=False)
    open_book(install(), SHIPPED)
    ribbon.guide()
    assert windows.N_COM_ATTEMPTS == 1
    script = (
        "import atexit, types, xlperf.ribbon\n"
        "windows = types.SimpleNamespace(cleanup=lambda: print('every Excel ended'))\n"
        "atexit.register(windows.cleanup)\n"
        "{}xlperf.ribbon._tame(windows)\n"
    )
    for tamed, printed in (("", ""), ("# ", "every Excel ended\n")):
        done = subprocess.run(
            [sys.executable, "-c", script.format(tamed)], capture_output=True, text=True, check=True
        )
        assert done.stdout == printed


def test_a_workbook_that_could_not_be_put_back_is_told_and_logged():
    engine = install()
    open_book(engine, few())
    engine.macros, engine.broken_writes = {}, set(range(20, 500))
    ribbon.refresh()
    mode, text = shown(engine)
    assert mode == "critical"
    assert text.startswith(
        "Excel stopped while cells were being written, and did not let them be put back."
    )
    assert "ComError" in logbook.path().read_text(encoding="utf-8")


def test_no_log_can_be_kept_is_told_too(tmp_path: Any, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    assert logbook.logged(ValueError("x"), state="all is well").endswith(
        "all is well. No log could be kept."
    )


# --- The other buttons
# ----------------------------------------------------------------------------------------------


@pytest.fixture
def engine() -> Engine:
    return install()


@pytest.fixture
def book(engine: Engine) -> xlwings.Book:
    return open_book(engine, few())


@pytest.fixture
def whole(engine: Engine) -> xlwings.Book:
    """The shipped workbook, with all its lines."""
    return open_book(engine, SHIPPED)


def select(engine: Engine, book: xlwings.Book, name: str) -> None:
    """Select the cell of a defined name."""
    state = LiveWorkbook(book).cells([name])[name]
    app(engine).selected = book.sheets[state.sheet].range(state.address).impl


def pressed(engine: Engine, macro: Callable[[], None]) -> tuple[str, str]:
    """Press a button that writes nothing: the message, with the status bar given back."""
    engine.writes = 0
    macro()
    assert engine.writes == 0
    assert app(engine).settings == NORMAL
    mode, text = shown(engine)
    assert len(text) <= message_box.LONGEST_MESSAGE
    return mode, text


def test_check_lists_what_was_found_and_writes_nothing(engine, whole):
    mode, text = pressed(engine, ribbon.check)
    assert mode == "info"
    assert (
        text
        == "Checks: 6 notes. Nothing was written.\nNOTE  Monthly!D68, D134, D200 and 2 more: 3 of"
        " the latest twelve months are provisional. Refresh again when they are final.\nNOTE "
        " Comments!D10: 11 drafts for a decision, from here on (a refresh puts them there). If"
        " nothing had changed anywhere, chance alone would still draft about 2.7 a quarter."
        " Choose accept, edit or reject beside each draft: only those accepted or edited are"
        " shown."
    )
    assert ("status_bar", "xlperf: Checking …") in app(engine).history


@pytest.mark.slow
def test_check_says_so_when_there_is_nothing(engine, whole):
    sheet = whole.sheets["Monthly"]
    cells = sheet.tables["tblMonthly"].range
    sheet.range((cells.row + 1, 4), (cells.row + cells.shape[0] - 1, 4)).value = [["final"]] * (
        cells.shape[0] - 1
    )
    ribbon.refresh()
    shown(engine)
    comments = whole.sheets["Comments"]
    drafted = comments.tables["tblComments"].range
    rows = range(drafted.row + 1, drafted.row + drafted.shape[0])
    for row in rows:
        if comments.range((row, drafted.column + 4)).value:
            comments.range((row, drafted.column + 3)).value = "reject"
    assert pressed(engine, ribbon.check) == ("info", "No checks raised.")


@pytest.mark.slow
def test_more_checks_than_a_message_shows_are_counted(engine, whole):
    sheet = whole.sheets["Monthly"]
    first = sheet.tables["tblMonthly"].range.row + 1
    faults = (
        (3, "'n/a"),
        (3, -5),
        (3, 9.5),
        (3, "'12"),
        (4, "prelim"),
        (5, "'03/10/2014"),
        (2, "'03/10/2014"),
        (1, "X"),
    )
    for row, (column, value) in enumerate(faults, first):
        sheet.range((row, column)).value = value
    _, text = pressed(engine, ribbon.check)
    head, *lines, rest = text.split("\n")
    assert (
        head
        == "Checks: 7 that change a colour, 3 about other periods, 6 notes. Nothing was written."
    )
    assert all("  Monthly!" in line for line in lines)
    assert re.fullmatch(r"… and \d more: Refresh lists all in Checks.", rest)


@pytest.mark.slow
def test_alike_checks_are_one_item_of_a_message(engine, whole):
    sheet = whole.sheets["Monthly"]
    first = sheet.tables["tblMonthly"].range.row + 1
    for row in range(first, first + 20):
        sheet.range((row, 3)).value = f"'text {row}"
    _, text = pressed(engine, ribbon.check)
    assert text.startswith(
        "Checks: 20 that change a colour, 7 notes. Nothing was written.\nERROR  20 like this"
        " (NOT_A_NUMBER): "
    )
    assert f"The others: Monthly!C{first + 1}, C{first + 2}, C{first + 3} and 16 more." in text


@pytest.mark.slow
def test_a_refresh_tells_overrides_whatever_else_there_is(engine, whole):
    table = whole.sheets["Overrides"].tables["tblOverrides"].range
    row = ["SP13_offences", "AMBER", "The board agreed.", "Head of performance", date(2014, 12, 31)]
    whole.sheets["Overrides"].range((table.row + 1, table.column)).value = row
    ribbon.refresh()
    _, text = shown(engine)
    assert "Checks: 1 that changes a colour, 6 notes." in text
    assert "SP13_offences is shown AMBER; worked out: " in text


@pytest.mark.slow
def test_why_explains_the_line_of_the_selected_cell(engine, whole):
    ribbon.refresh()
    shown(engine)
    for field in ("baseline", "latest", "change", "outlook", "rag"):
        select(engine, whole, cell_name("SP12_offences", field))
        mode, text = pressed(engine, ribbon.why)
        assert mode == "info"
        assert text.startswith(
            "SP12  Number of offences: ♦ Amber\nAMBER: 4,253 in the year to Sep 2014 against 3,935"
            " in 2012/13 (+8.1%)"
        )
        assert "\nTo another colour: RED with 216 more" in text
        assert "Three of the latest months are provisional and may change." in text
    select(engine, whole, cell_name("SP12_offences_position", "rag"))
    assert pressed(engine, ribbon.why)[1].startswith("SP12  Position v most similar forces: ")


@pytest.mark.slow
def test_why_takes_a_row_of_workings(engine, book):
    ribbon.refresh()
    shown(engine)
    sheet = book.sheets["Workings"]
    cells = sheet.tables["tblWorkings"].range
    lines = [row[0] for row in cells.value]
    row = cells.row + lines.index("SP6_satisfaction")
    app(engine).selected = sheet.range((row, 7)).impl
    assert pressed(engine, ribbon.why)[1].startswith("SP6  ")
    elsewhere = [(sheet, cells.row), (sheet, cells.row + len(lines)), (book.sheets["Monthly"], row)]
    for other, place in elsewhere:
        app(engine).selected = other.range((place, 1)).impl
        assert pressed(engine, ribbon.why) == (
            "critical",
            (
                "Select a figure or a status on a tile, or a row of Workings, then press the button"
                " again."
            ),
        )
    del book.impl.book["Workings"].tables["tblWorkings"]
    app(engine).selected = sheet.range((row, 7)).impl
    assert pressed(engine, ribbon.why)[1].startswith("Select a figure or a status on a tile")


@pytest.mark.slow
def test_why_says_when_the_tile_shows_something_else(engine, whole):
    name = cell_name("SP12_offences", "rag")
    select(engine, whole, name)
    assert "\nThe tile is not filled yet: press Refresh." in pressed(engine, ribbon.why)[1]
    ribbon.refresh()
    shown(engine)
    assert "The tile" not in pressed(engine, ribbon.why)[1]
    LiveWorkbook(whole).apply([SetValue(name, STATUS[Rag.GREEN])])
    assert "\nThe tile still shows ● Green: press Refresh." in pressed(engine, ribbon.why)[1]


def test_why_fits_a_message_for_every_line(engine, whole):
    assessed = assess_workbook(LiveWorkbook(whole))
    for line in assessed.lines:
        assert (
            len(message_box.line_explanation(line, assessed)) < message_box.LONGEST_MESSAGE
        )  # a longer one would be cut


@pytest.mark.slow
def test_why_needs_a_cell_of_a_tile_of_this_workbook(engine, whole):
    sentence = (
        "Select a figure or a status on a tile, or a row of Workings, then press the button again."
    )
    app(engine).selected = None  # a chart
    assert pressed(engine, ribbon.why)[1] == sentence
    app(engine).selected = whole.sheets["Dashboard"].range((1, 1)).impl
    assert pressed(engine, ribbon.why)[1] == sentence
    select(engine, whole, cell_name("SP12_offences", "rag"))
    assert pressed(engine, ribbon.why)[1] != sentence
    app(engine).selected.sheet.book = SimpleNamespace(name="Other.xlsm", app=app(engine))
    assert pressed(engine, ribbon.why)[1] == sentence


def test_why_says_when_the_line_has_no_measure(engine, book):
    sheet = book.sheets["Measures"]
    cells = sheet.tables["tblMeasures"].range
    row = [name for name, *_ in cells.value].index("SP6_satisfaction")
    sheet.range((cells.row + row, cells.column)).value = "SP6_renamed"
    select(engine, book, cell_name("SP6_satisfaction", "rag"))
    assert pressed(engine, ribbon.why) == (
        "critical",
        (
            "No measure has the line SP6_satisfaction now, so there is nothing to explain. Look at"
            " Checks."
        ),
    )


@pytest.mark.slow
def test_changes_tells_what_history_says(engine, book):
    assert (
        pressed(engine, ribbon.changes)[1]
        == "The History sheet has no period yet. Refresh the workbook first."
    )
    assert app(engine).history == [
        ("status_bar", "xlperf: Comparing with the period before …"),
        ("status_bar", False),
    ]
    ribbon.refresh()
    shown(engine)
    assert pressed(engine, ribbon.changes) == (
        "info",
        (
            "The History sheet has one period only, to 30 September 2014: there is nothing to"
            " compare it with."
        ),
    )
    rows = [
        (day, f"line_{number}", colour, "5th of 8", colour)
        for day, colour in ((date(2015, 3, 31), "GREEN"), (date(2015, 6, 30), "RED"))
        for number in range(62)
    ]
    columns = ("Period end", "Line", "Colour", "Position", "Worked out")
    LiveWorkbook(book).apply([SetRows(schema.HISTORY.name, columns, tuple(rows))])
    _, text = pressed(engine, ribbon.changes)
    head, why, first, *others, rest = text.split("\n")
    assert (
        head
        == "62 of 62 lines changed between the periods to 31 March 2015 and to 30 June 2015: 62"
        " worse."
    )
    assert why.startswith("No causes are known: ")
    assert first.startswith("Worse: line_0: GREEN -> RED")
    assert rest == f"… and {62 - 1 - len(others)} more: python -m xlperf changes lists all."


def test_changes_of_a_workbook_without_history_or_that_is_not_ours(engine, book):
    sheet = book.impl.book["History"]
    del sheet.tables["tblHistory"]
    assert pressed(engine, ribbon.changes)[1].startswith(
        "There is no table named tblHistory, so nothing is known"
    )
    del book.impl.book["Settings"].tables["tblSettings"]
    assert pressed(engine, ribbon.changes)[1].startswith("This is not an xlperf dashboard")


SHOWN = {"Charts": ribbon.charts, "Settings": ribbon.settings, "Guide": ribbon.guide}


@pytest.mark.parametrize("title", ["as it was", "Renamed 'by' hand"])
@pytest.mark.parametrize("name", SHOWN)
def test_a_sheet_is_shown_even_if_it_was_renamed_and_nothing_is_said(engine, book, name, title):
    if title == "as it was":
        title = name
    else:
        renamed(book.impl, name, title)
    engine.writes = 0
    SHOWN[name]()
    assert book.impl.active == title
    assert app(engine).alerts == []
    assert engine.writes == 0
    assert app(engine).settings == NORMAL


def renamed(book: Any, name: str, title: str) -> None:
    """Rename a sheet as Excel does: names that point to it follow."""
    book.book[name].title = title
    book.results[name].title = title
    for defined in book.book.defined_names.values():
        quoted = title.replace("'", "''")
        defined.attr_text = defined.attr_text.replace(f"{name}!", f"'{quoted}'!")


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
@pytest.mark.parametrize("name", SHOWN)
def test_a_hidden_sheet_is_told(engine, book, name, state):
    book.impl.book[name].sheet_state = state
    assert pressed(engine, SHOWN[name]) == (
        "critical",
        f"The sheet '{name}' is hidden. To see it: right-click a sheet's tab, Unhide.",
    )


@pytest.mark.parametrize(
    ("macro", "sentence"),
    [
        (
            ribbon.charts,
            (
                "The sheet of charts is not there. If it is only renamed, name one of its cells"
                " sheet_charts "
            ),
        ),
        (
            ribbon.guide,
            (
                "The sheet of help is not there. If it is only renamed, name one of its cells"
                " sheet_guide "
            ),
        ),
        (
            ribbon.settings,
            "There is no table named tblSettings: the sheet of settings was deleted.",
        ),
    ],
)
def test_a_sheet_that_is_gone_is_told(engine, book, macro, sentence):
    for name in ("sheet_charts", "sheet_guide"):
        book.impl.book.defined_names[name].attr_text = "#REF!"
    del book.impl.book["Settings"].tables["tblSettings"]
    mode, text = pressed(engine, macro)
    assert mode == "critical"
    assert text.startswith(sentence)


def test_an_excel_that_stays_busy_ends_in_a_sentence_on_the_error_output(engine, book, monkeypatch):
    # xlwings shows what Python leaves there in a message box.
    monkeypatch.setitem(retry_while_busy.__kwdefaults__, "pause", lambda _: None)

    engine.busy_at = set(range(1, 10_000))
    with pytest.raises(SystemExit) as stopped:
        ribbon.check()
    assert str(stopped.value).startswith("Excel is busy, perhaps because a cell is being edited")


@pytest.mark.slow
def test_the_panel_pack_is_made_beside_the_workbook_which_is_left_as_it_is(
    engine, book, tmp_path, monkeypatch
):
    monkeypatch.setenv("PATH", str(tmp_path / "no programs"))
    place = tmp_path / "Dashboard.xlsm"
    monkeypatch.setattr(type(book.impl), "fullname", property(lambda _self: str(place)))
    engine.answers = ["cancel"]
    ribbon.publish()
    question, refused = app(engine).alerts[-2:]
    assert "Was nothing ever published?" in question[1]
    assert refused[1].startswith("Nothing was published: the ledger ")
    app(engine).alerts.clear()
    engine.answers = ["ok"]
    ribbon.publish()
    mode, text = app(engine).alerts[-1]
    folder = tmp_path / "Dashboard panel pack"
    assert mode == "info"
    assert text.startswith(f"The panel pack is in {folder}:")
    assert sorted(path.suffix for path in folder.iterdir()) == [
        ".csv",
        ".docx",
        ".docx",
        ".json",
        ".json",
        ".pdf",
        ".pdf",
        ".pdf",
        ".txt",
        ".xlsx",
    ]
    assert ("status_bar", "xlperf: Looking for leaks …") in app(engine).history


def test_without_a_folder_beside_there_is_no_pack(engine, book, monkeypatch):
    address = "https://office.example/Dashboard.xlsm"
    monkeypatch.setattr(type(book.impl), "fullname", property(lambda _self: address))
    mode, text = pressed(engine, ribbon.publish)
    assert mode == "critical"
    assert "is not in a folder of this computer" in text


MONTHS = "Offence,Sep-14,Oct-14\nBurglary in homes,300,301\nCar crime,4,5\n"


def importing(tmp_path, text=MONTHS, name="crime_2014.csv"):
    """An Excel with a new workbook, and a file that the person chooses."""
    from xlperf.newbook.builder import workbook_bytes

    engine = install()
    book = open_book(engine, BytesIO(workbook_bytes()))
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    engine.chosen_files = [str(path)]
    return engine, book


def table_of(book, table):
    rows = LiveWorkbook(book).read([table.name])[table.name].rows
    return [row for row in rows if any(cell is not None for cell in row)]


@pytest.mark.slow
def test_import_asks_for_files_and_cancelling_is_quiet(tmp_path):
    engine, _ = importing(tmp_path)
    engine.chosen_files = []
    ribbon.import_files()
    assert app(engine).alerts == []


@pytest.mark.slow
def test_on_a_mac_the_command_is_said_that_does_the_same(tmp_path, monkeypatch):
    engine, _ = importing(tmp_path)
    monkeypatch.setattr("sys.platform", "darwin")
    ribbon.import_files()
    said = shown(engine)[1]
    assert said.endswith("FILE --as SOURCE")
    assert "python -m xlperf import" in said


@pytest.mark.slow
def test_labels_that_mean_nothing_are_listed_to_be_filled_in_and_then_imported(tmp_path):
    engine, book = importing(tmp_path)
    engine.typed, engine.answers = ["Our crime"], ["ok"]
    ribbon.import_files()
    assert engine.questions[0][1] == "Crime"
    asked, told = app(engine).alerts
    assert "none of its 2 labels is a name of a measure" in asked[1]
    assert told[1] == "The labels are in the sheet Sources.\nThe workbook is not saved yet."
    listed = table_of(book, schema.SOURCES)
    place = listed.index(("Our crime", "label", "Burglary in homes", None))
    area = book.sheets["Sources"].tables["tblSources"].range
    book.sheets["Sources"].range((area.row + 1 + place, area.column + 3)).value = "SP12_offences"
    app(engine).alerts.clear()
    engine.answers = ["ok"]
    ribbon.import_files()
    asked, told = app(engine).alerts
    assert "1 figure to add, 1 to change" in asked[1]
    assert "SP12_offences (Monthly) Sep 2014: 302 -> 300" in asked[1]
    assert "2 of labels that are mapped to no measure: Car crime." in asked[1]
    assert told[1].endswith("Revisions.\nThe workbook is not saved yet.")
    assert [row[-3:-1] for row in table_of(book, schema.REVISIONS)] == [("302", "300")]
    app(engine).alerts.clear()
    ribbon.import_files()
    assert shown(engine)[1].startswith("No figure is new")


@pytest.mark.slow
def test_an_import_that_is_not_agreed_to_writes_nothing(tmp_path):
    text = "12 months ending,Force,Domestic burglary\n31-12-2014,Kent,5000\n"
    engine, book = importing(tmp_path, text)
    engine.typed, engine.answers = ["Rolling"], ["cancel"]
    before = table_of(book, schema.PEERS)
    ribbon.import_files()
    asked, told = app(engine).alerts
    assert "Domestic burglary = Domestic burglary (Peers)" in asked[1]
    assert told[1] == "Nothing was imported."
    assert table_of(book, schema.PEERS) == before


@pytest.mark.slow
def test_a_file_that_cannot_be_read_is_told(tmp_path):
    engine, _ = importing(tmp_path, "Hello\n")
    engine.typed = ["Ours"]
    ribbon.import_files()
    mode, text = shown(engine)
    assert mode == "critical"
    assert "no table was found" in text


def returning(tmp_path):
    """An Excel with an office's workbook, and the return of a partner that the person chooses."""
    from tests.returns.offices import Filling, Office, forms

    path = Office().owes("North", "reports").file(tmp_path)
    engine = install()
    book = open_book(engine, str(path))
    sent = Filling(forms(LiveWorkbook(book))["North"]).all(10, 20, 30, 40, 100, seen=None)
    engine.chosen_files = [str(sent.save(tmp_path / "in"))]
    return engine, book


def test_returns_are_collected_after_a_question(tmp_path):
    engine, book = returning(tmp_path)
    engine.answers = ["ok"]
    ribbon.collect_returns()
    asked, told = app(engine).alerts
    assert "1 file: 1 taken, 0 not taken" in asked[1]
    assert "The workbook is not saved yet." in told[1]
    assert table_of(book, schema.TOTALS)[0][3] == 100
    assert len(list(tmp_path.glob("Office returns/2014-12/North v1 *.xlsx"))) == 1
    assert "received" in table_of(book, schema.RETURNS)[0]
    app(engine).alerts.clear()
    engine.answers = ["ok"]
    ribbon.collect_returns()
    assert app(engine).alerts[-1][1].startswith("Nothing is new")


def test_returns_that_are_not_agreed_to_change_nothing(tmp_path):
    engine, book = returning(tmp_path)
    engine.answers = ["cancel"]
    ribbon.collect_returns()
    assert app(engine).alerts[-1][1] == "Nothing was collected."
    assert table_of(book, schema.TOTALS) == []
    assert not (tmp_path / "Office returns").exists()


def test_lay_out_tiles_says_that_every_line_has_its_tile():
    engine = install()
    open_book(engine, few())
    ribbon.layout()
    assert shown(engine)[0] == "info"


@pytest.mark.slow
def test_lay_out_tiles_adds_what_is_new_and_refreshes(tmp_path):
    path = tmp_path / "Dashboard.xlsm"
    path.write_bytes(workbook_bytes())
    with_another_plan(path)
    engine = install()
    book = open_book(engine, path)
    ribbon.layout()
    mode, text = shown(engine)
    assert mode == "info"
    for part in ("New sheets: New tiles, New charts.", "64 lines judged", "not saved yet"):
        assert part in text
    cells = LiveWorkbook(book).cells([cell_name("SP19_new", "rag")])
    assert next(iter(cells.values())).value == STATUS[Rag.NA]
