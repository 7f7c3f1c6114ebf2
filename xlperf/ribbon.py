"""Macros for a button in Excel: no arguments, on the workbook that calls.

A button's tag names its macro (`xlperf/newbook/ribbon.xml`), which `xlperf.button` runs in a Python
of its own. Where the Python of the functions serves the buttons too, ``RunPython "import
xlperf.ribbon; xlperf.ribbon.refresh()"`` does. What happened is said in one message, unless it is
seen; progress is in the status bar. Nothing is saved: that is for the person at the keyboard.
"""

from __future__ import annotations

import atexit
import sys
import time
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xlperf import message_box, outcome
from xlperf.errors import UsageError, WorkbookBusyError, XlperfError
from xlperf.logbook import logged, user
from xlperf.tables.lines import CHARTS_SHEET, GUIDE_SHEET

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    from xlperf.excel.live import LiveWorkbook
    from xlperf.excel.port import Workbook
    from xlperf.imports.import_plan import ImportPlan
    from xlperf.outcome import OutcomeRecord
    from xlperf.tiles.assessed import Assessed

    Macro: TypeAlias = Callable[[Any, Callable[[str], None]], str | None]
    """What a button does with the workbook, saying its steps. Gives the message, or None where the
    person sees the result.
    """

PACK = "panel pack"
"""What the folder of a pack is called, after the workbook."""
VISIBLE = (True, -1)
"""What a sheet that is shown says of it: true, or xlSheetVisible; one that is hidden may say 0 or
2.
"""


def refresh() -> None:
    """Fill and colour every tile of the calling workbook, and say what changed."""
    _run(_refresh)


def check() -> None:
    """Check the data sheets of the calling workbook, and say what was found; writes nothing."""
    _run(_check)


def why() -> None:
    """Say why the selected line has its colour; writes nothing."""
    _run(_why)


def charts() -> None:
    """Show the sheet of charts."""
    _run(lambda book, _progress: _show(book, _of_name(book, CHARTS_SHEET, "charts")))


def changes() -> None:
    """Say what changed since the period before; writes nothing."""
    _run(_changes)


def import_files() -> None:
    """Read files that others publish into the data sheets of the calling workbook."""
    _run(_import_files)


def collect_returns() -> None:
    """Take the figures of returns that partners sent into the calling workbook."""
    _run(_collect_returns)


def publish() -> None:
    """Make the panel pack of the calling workbook, in a folder beside it."""
    _run(_publish)


def layout() -> None:
    """Give lines of the plan that no sheet shows their tiles and charts, and fill them."""
    _run(_layout)


def settings() -> None:
    """Show the settings."""
    _run(lambda book, _progress: _show(book, _of_settings(book)))


def guide() -> None:
    """Show the guide."""
    _run(lambda book, _progress: _show(book, _of_name(book, GUIDE_SHEET, "help")))


BUTTONS = {
    macro.__name__: macro
    for macro in (
        refresh,
        check,
        why,
        charts,
        changes,
        layout,
        import_files,
        collect_returns,
        publish,
        settings,
        guide,
    )
}
"""Macros by the tags of their buttons."""


def _run(macro: Macro) -> None:
    """Run a macro on the calling workbook; whatever happens, the person sees it or reads it in a
    message, and the status bar is given back.

    What an Excel too busy to show a message should have shown goes to the error output, which
    xlwings shows.
    """
    try:
        _run_and_report(macro)
    except WorkbookBusyError as error:
        raise SystemExit(str(error)) from error


def _run_and_report(macro: Macro) -> None:
    from xlperf.excel.light import xlwings_alone
    from xlperf.excel.live import retry_while_busy

    xlwings = xlwings_alone()
    _tame(getattr(xlwings, "_xlwindows", None))
    book = retry_while_busy(xlwings.Book.caller)
    app = book.app

    def progress(step: str) -> None:
        retry_while_busy(lambda: setattr(app, "status_bar", f"{message_box.TITLE}: {step} …"))

    with outcome.recording() as record:
        try:
            text, mode = _result(macro, book, progress, record)
        finally:
            with suppress(WorkbookBusyError):  # what there is to say is more than the status bar
                retry_while_busy(lambda: setattr(app, "status_bar", False))
    if text is not None:
        faults = (fault for fault in record.faults if fault not in text)
        message = "\n".join([text[:1].upper() + text[1:], *faults])
        _show_message(app, message[: message_box.LONGEST_MESSAGE], mode)


def _result(
    macro: Macro, book: Any, progress: Callable[[str], None], record: OutcomeRecord
) -> tuple[str | None, str]:
    """What a macro has to say, or what stopped it, and the kind of message box."""
    from xlperf.excel.live import saving_state

    try:
        return macro(book, progress), "info"
    except XlperfError as error:
        if error.__cause__ is not None:
            logged(error, state=saving_state(book))
        return str(error), "critical"
    except Exception as error:  # noqa: BLE001 - the last resort: a sentence for the analyst, the traceback for the log
        written = outcome.within(record.sentence).removesuffix(".") if record.writes else ""
        return logged(error, state=written or saving_state(book)), "critical"


def _show_message(app: Any, message: str, mode: str) -> None:
    from xlperf.excel.live import retry_while_busy

    try:
        retry_while_busy(lambda: app.alert(message, title=message_box.TITLE, mode=mode))
    except WorkbookBusyError as error:
        raise SystemExit(message) from error


def _tame(windows: Any) -> None:
    """On Windows, keep xlwings from asking a busy Excel again for ever, and from ending, when
    Python does, every Excel it sees no window of: that may be the analyst's.
    """
    if windows is not None:
        windows.N_COM_ATTEMPTS = 1
        atexit.unregister(windows.cleanup)


def _refresh(book: Any, progress: Callable[[str], None]) -> str | None:
    started = time.perf_counter()
    from xlperf.pipeline import refresh as refresh_workbook

    live = _live(book)
    try:
        result = refresh_workbook(
            live,
            now=datetime.now().astimezone(),
            who=user(),
            seconds=lambda: time.perf_counter() - started,
            progress=progress,
        )
    except Exception:
        live.put_back()  # the tiles, where the row of the Log could not be written after them
        raise
    faults = outcome.current().faults
    saved = _saved(live)
    if live.copy is None:
        return message_box.summary(result, "\n".join([*faults, saved]))
    question = f"{saved}\nOK keeps this; Cancel puts back what it was."
    try:
        if _agreed(book, message_box.summary(result, "\n".join([*faults, question]))):
            return None
    except WorkbookBusyError:  # it cannot be asked
        return message_box.summary(result, "\n".join([*faults, saved]))
    live.put_back()
    return "What the workbook held before is put back."


def _layout(book: Any, progress: Callable[[str], None]) -> str | None:
    from xlperf.newbook.laying_out import lay_out_tiles
    from xlperf.newbook.layout_sentences import layout_sentences
    from xlperf.pipeline import connect_and_assess

    today = datetime.now().astimezone().date()
    live = _live(book)
    assessed = connect_and_assess(live, today=today, progress=progress)
    progress("Drawing")
    result = lay_out_tiles(live, assessed, redraw=False, today=today)
    text = "\n".join(layout_sentences(result))
    if not result.has_changes:
        return text
    message = _refresh(book, progress)
    return text if message is None else f"{text}\n{message}"


def _live(book: Any) -> LiveWorkbook:
    from xlperf.excel.live import LiveWorkbook

    return LiveWorkbook(book, agree=lambda text: _agreed(book, text))


def _saved(live: LiveWorkbook) -> str:
    """Say whether what was written is saved, and where the workbook is as it was."""
    if live.copy is None:
        return message_box.NOT_SAVED
    return f"AutoSave is on: this is saved. As it was: {live.copy}"


def _agreed(book: Any, text: str) -> bool:
    from xlperf.excel.live import retry_while_busy

    return bool(
        retry_while_busy(
            lambda: book.app.alert(
                text[: message_box.LONGEST_MESSAGE], title=message_box.TITLE, buttons="ok_cancel"
            )
        )
        == "ok"
    )


def _assessed(book: Any, progress: Callable[[str], None]) -> Assessed:
    from xlperf.pipeline import assess_workbook

    return assess_workbook(_live(book), today=datetime.now().astimezone().date(), progress=progress)


def _check(book: Any, progress: Callable[[str], None]) -> str:
    return message_box.checks_found(_assessed(book, progress).problems)


def _why(book: Any, progress: Callable[[str], None]) -> str:
    from xlperf.excel.live import retry_while_busy

    selected = retry_while_busy(lambda: _selected(book))
    return message_box.explanation(selected, _assessed(book, progress))


def _selected(book: Any) -> tuple[str, int, int] | None:
    """Sheet, row and column of the first selected cell; None when it is not of this workbook, or no
    cell.
    """
    selection = book.selection
    if selection is None or selection.sheet.book.name != book.name:
        return None
    return selection.sheet.name, selection.row, selection.column


def _changes(book: Any, progress: Callable[[str], None]) -> str:
    from xlperf.causes.what_changed import what_changed

    progress("Comparing with the period before")
    return message_box.changes_found(what_changed(_live(book)))


def _import_files(book: Any, progress: Callable[[str], None]) -> str | None:
    files = _chosen_files(book, "Files to import", FILES_FILTER, "import FILE --as SOURCE")
    if not files:
        return None
    from xlperf.imports.import_sentences import done_sentence
    from xlperf.imports.importing import carry_out

    live = _live(book)
    progress(f"Reading {files[0].name}")
    plan = _import_plan(book, live, files)
    if plan is None:
        return None
    if not plan.writes and plan.understood:
        return "\n".join([done_sentence(plan, str(book.name), ""), *plan.notes])
    question = (
        message_box.import_question(plan) if plan.understood else message_box.labels_question(plan)
    )
    if not _agreed(book, question):
        return "Nothing was imported."
    progress("Writing")
    try:
        carry_out(live, plan, today=datetime.now().astimezone().date())
    except Exception:
        live.put_back()  # what was written before a cell that takes no figure
        raise
    done = "The labels are in the sheet Sources."
    if plan.understood:
        done = done_sentence(plan, str(book.name), "")
    return f"{done}\n{_saved(live)}"


def _import_plan(book: Any, live: Workbook, files: tuple[Path, ...]) -> ImportPlan | None:
    """Plan an import; None where the person gives no name to a source that is new."""
    from xlperf.imports.importing import ImportRequest, plan_import
    from xlperf.imports.sources import UnknownSourceError, source_name_of

    request = ImportRequest(files, learn=True)
    try:
        return plan_import(live, request)
    except UnknownSourceError:
        name = _typed_name(book, source_name_of(files[0].name))
        return plan_import(live, request._replace(source=name)) if name else None


FILES_FILTER = (
    "Tables (*.xlsx;*.xlsm;*.xls;*.xlsb;*.ods;*.csv;*.gz;*.zip),"
    "*.xlsx;*.xlsm;*.xls;*.xlsb;*.ods;*.csv;*.gz;*.zip,All files (*.*),*.*"
)
"""Files that the window shows: pairs of a text and patterns (Application.GetOpenFilename)."""
TEXT_WANTED = 2
"""Kind of answer that a question takes: text (Application.InputBox, Type)."""


def _chosen_files(book: Any, title: str, shown: str, instead: str) -> tuple[Path, ...]:
    """Ask for files in a window of Excel; none where the person cancels. `instead`: the command
    that does the same, and what it takes.
    """
    from xlperf.excel.live import retry_while_busy

    if sys.platform == "darwin":
        command, what = instead.split(maxsplit=1)
        raise UsageError(
            "On a Mac the button cannot ask for files. Close the workbook, and type in Terminal,"
            f' in its folder:\npython -m xlperf {command} "{book.name}" {what}'
        )
    chosen = retry_while_busy(
        lambda: book.app.api.GetOpenFilename(FileFilter=shown, Title=title, MultiSelect=True)
    )
    return tuple(map(Path, chosen)) if isinstance(chosen, (tuple, list)) else ()


RETURNS_FILTER = "Returns (*.xlsx),*.xlsx,All files (*.*),*.*"


def _collect_returns(book: Any, progress: Callable[[str], None]) -> str | None:
    from xlperf.excel.live import local_path
    from xlperf.returns.collect_plan import plan_collection
    from xlperf.returns.collecting import carry_out, files_in
    from xlperf.returns.return_sentences import done_sentence

    path = local_path(book)
    if not path.is_absolute():
        raise UsageError("Save the workbook first: the returns are kept in a folder beside it.")
    files = _chosen_files(book, "Returns to collect", RETURNS_FILTER, "collect FOLDER")
    if not files:
        return None
    live = _live(book)
    progress("Reading the returns")
    today = datetime.now().astimezone().date()
    plan = plan_collection(live, files_in(files), today=today)
    if not _agreed(book, message_box.collect_question(plan)):
        return "Nothing was collected."
    progress("Writing")
    done = carry_out(live, plan, path)
    text = done_sentence(plan, done, str(book.name))
    if done.applied is None:
        return text
    return f"{text}\n{_saved(live)}"


def _typed_name(book: Any, proposed: str) -> str:
    """Ask for the name of a source; empty where the person cancels."""
    from xlperf.excel.live import retry_while_busy

    answer = retry_while_busy(
        lambda: book.app.api.InputBox(
            Prompt=(
                "Where is this file from? The sheet Sources remembers under this name how it is"
                " read, so that next time the button finds its way."
            ),
            Title=message_box.TITLE,
            Default=proposed,
            Type=TEXT_WANTED,
        )
    )
    return answer.strip() if isinstance(answer, str) else ""


FIRST_ISSUE = (
    "There is no ledger of this workbook, so it is not known what was published of it before. Was"
    " nothing ever published? Then a ledger is begun beside the workbook. If something was, choose"
    " Cancel, and put the ledger back."
)


def _publish(book: Any, progress: Callable[[str], None]) -> str:
    from xlperf.excel.live import local_path
    from xlperf.release.ledger import ledger_path
    from xlperf.release.publish import publish as publish_workbook
    from xlperf.release.publish_sentences import publish_output

    place = local_path(book)
    if not place.is_absolute() or not place.parent.is_dir():
        raise UsageError(
            f"{place.name} is not in a folder of this computer, so there is no place beside it."
            " Save a copy in one, or run: python -m xlperf publish FILE --to FOLDER"
        )
    first = not ledger_path(place).exists() and _agreed(book, FIRST_ISSUE)
    pack = publish_workbook(
        _live(book),
        place.with_name(f"{place.stem} {PACK}"),
        workbook=place,
        now=datetime.now().astimezone(),
        again=True,
        first_issue=first,
        progress=progress,
    )
    record = outcome.current()
    return "\n".join([publish_output(pack), *record.notes, *record.faults])


def _of_settings(book: Any) -> str:
    """Sheet of the settings, found by its table."""
    from xlperf.tables import schema

    grid = _live(book).read([schema.SETTINGS.name]).get(schema.SETTINGS.name)
    if grid is None:
        raise UsageError(
            f"There is no table named {schema.SETTINGS.name}: the sheet of settings was deleted."
        )
    return grid.sheet


def _of_name(book: Any, name: str, what: str) -> str:
    """Sheet that holds the cell of a defined name."""
    cell = _live(book).cells([name]).get(name)
    if cell is None:
        raise UsageError(
            f"The sheet of {what} is not there. If it is only renamed, name one of its cells {name}"
            " (Formulas, Name Manager)."
        )
    return cell.sheet


def _show(book: Any, name: str) -> None:
    from xlperf.excel.live import retry_while_busy

    sheet = retry_while_busy(lambda: book.sheets[name])
    if retry_while_busy(lambda: sheet.visible) not in VISIBLE:
        raise UsageError(
            f"The sheet '{name}' is hidden. To see it: right-click a sheet's tab, Unhide."
        )
    retry_while_busy(sheet.activate)
