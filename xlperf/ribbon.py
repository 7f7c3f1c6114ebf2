"""Macros for a button in Excel: no arguments, on the workbook that calls.

A button's tag names its macro (`xlperf/newbook/ribbon.xml`), which `xlperf.button` runs in a Python
of its own. Where the Python of the functions serves the buttons too, ``RunPython "import
xlperf.ribbon; xlperf.ribbon.refresh()"`` does. What happened is said in one message, unless it is
seen; progress is in the status bar. Nothing is saved: that is for the person at the keyboard.
"""

from __future__ import annotations

import atexit
import time
from contextlib import suppress
from datetime import datetime
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from xlperf import outcome
from xlperf.errors import UsageError, WorkbookBusyError, XlperfError
from xlperf.logbook import logged, user
from xlperf.tables.lines import CHARTS_SHEET, GUIDE_SHEET

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from xlperf.assess.evidence import Assessment
    from xlperf.excel.port import Grid
    from xlperf.pipeline import Refreshed
    from xlperf.tables.problems import Problem
    from xlperf.tiles.assessed import Assessed
    from xlperf.tiles.changes import Changes

TITLE = "xlperf"
MOST_DIFFERENCES = 10
"""Changed colours in a message. All are in Workings."""
LONGEST_MESSAGE = 1000
"""Characters: a message box of VBA shows about 1,024 (documentation of MsgBox)."""
LONGEST_REST = 80
"""Characters kept for the last line, which says how much more there is."""
MOST_PLACES = 3
"""Cells named of one kind of check."""
PACK = "panel pack"
"""What the folder of a pack is called, after the workbook."""
NOT_SAVED = "The workbook is not saved yet."
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


def publish() -> None:
    """Make the panel pack of the calling workbook, in a folder beside it."""
    _run(_publish)


def settings() -> None:
    """Show the settings."""
    _run(lambda book, _progress: _show(book, _of_settings(book)))


def guide() -> None:
    """Show the guide."""
    _run(lambda book, _progress: _show(book, _of_name(book, GUIDE_SHEET, "help")))


BUTTONS = {
    macro.__name__: macro
    for macro in (refresh, check, why, charts, changes, publish, settings, guide)
}
"""Macros by the tags of their buttons."""


def _run(macro: Callable[[Any, Callable[[str], None]], str | None]) -> None:
    """Run a macro on the calling workbook; whatever happens, it is told or seen, and the status bar
    given back.

    What an Excel too busy to show a message should have shown goes to the error output, which
    xlwings shows.
    """
    try:
        _told(macro)
    except WorkbookBusyError as error:
        raise SystemExit(str(error)) from error


def _told(macro: Callable[[Any, Callable[[str], None]], str | None]) -> None:
    from xlperf.excel.light import xlwings_alone
    from xlperf.excel.live import as_it_stands, patiently

    xlwings = xlwings_alone()
    _tame(getattr(xlwings, "_xlwindows", None))
    book = patiently(xlwings.Book.caller)
    app = book.app

    def progress(step: str) -> None:
        patiently(lambda: setattr(app, "status_bar", f"{TITLE}: {step} …"))

    text: str | None = None
    mode = "critical"
    with outcome.recording() as record:
        try:
            text = macro(book, progress)
            mode = "info"
        except XlperfError as error:
            text = str(error)
            if error.__cause__ is not None:
                logged(error, state=as_it_stands(book))
        except Exception as error:  # noqa: BLE001 - the last resort: a sentence for the analyst, the traceback for the log
            text = logged(
                error,
                state=(
                    outcome.within(record.sentence).removesuffix(".")
                    if record.writes
                    else as_it_stands(book)
                ),
            )
        finally:
            with suppress(WorkbookBusyError):  # what there is to say is more than the status bar
                patiently(lambda: setattr(app, "status_bar", False))
    if text is not None:
        told = [
            text[:1].upper() + text[1:],
            *(fault for fault in record.faults if fault not in text),
        ]
        _show_message(app, "\n".join(told)[:LONGEST_MESSAGE], mode)


def _show_message(app: Any, message: str, mode: str) -> None:
    from xlperf.excel.live import patiently

    try:
        patiently(lambda: app.alert(message, title=TITLE, mode=mode))
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
    from xlperf.excel.live import LiveWorkbook
    from xlperf.pipeline import refresh as refresh_workbook

    live = LiveWorkbook(book, agree=lambda text: _agreed(book, text))
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
    if live.copy is None:
        return summary(result, "\n".join([*faults, NOT_SAVED]))
    saved = f"AutoSave is on: this is saved. As it was: {live.copy}"
    question = f"{saved}\nOK keeps this; Cancel puts back what it was."
    try:
        if _agreed(book, summary(result, "\n".join([*faults, question]))):
            return None
    except WorkbookBusyError:  # it cannot be asked
        return summary(result, "\n".join([*faults, saved]))
    live.put_back()
    return "What the workbook held before is put back."


def _agreed(book: Any, text: str) -> bool:
    from xlperf.excel.live import patiently

    return bool(
        patiently(lambda: book.app.alert(text[:LONGEST_MESSAGE], title=TITLE, buttons="ok_cancel"))
        == "ok"
    )


def summary(result: Refreshed, end: str = NOT_SAVED) -> str:
    """Say in a few lines what a refresh did, and which checks nobody may overlook."""
    from xlperf.periods import month_name
    from xlperf.terminal import told
    from xlperf.tiles.counting import checks_text, grouped
    from xlperf.tiles.layout import colour_counts

    assessed = result.assessed
    counts = ", ".join(
        f"{colour.value} {number}" for colour, number in colour_counts(assessed.lines).items()
    )
    text = [
        (
            f"Twelve months to {month_name(assessed.settings.latest.last)}: {len(assessed.lines)}"
            f" lines judged ({counts})."
        ),
        f"{checks_text(assessed.problems)}.",
    ]
    items = [
        told(group, MOST_PLACES) for group in grouped(assessed.problems) if group.must_be_shown
    ]
    rest = "… and {} more that change a colour or are always shown: see Checks."
    if not result.applied.changed:
        return _fitting("\n".join([*text, "Nothing changed since the last refresh."]), items, rest)
    if not result.first:
        told_all = [
            f"{item.line}: {item.before} -> {item.after}"
            + (f" ({item.decision})" if item.decision else "")
            for item in result.differences[:MOST_DIFFERENCES]
        ]
        shown = _as_many(
            told_all, LONGEST_MESSAGE - 2 * LONGEST_REST - len("\n".join([*text, end]))
        )
        text += shown
        if len(result.differences) > len(shown):
            text.append(f"… and {len(result.differences) - len(shown)} more.")
        if not result.differences:
            text.append("No colour changed; figures or texts did.")
    return _fitting("\n".join([*text, end]), items, rest)


def _as_many(items: Sequence[str], room: int) -> list[str]:
    """Give as many items, each on a line, as there is room for, in characters."""
    lengths = accumulate(len(item) + 1 for item in items)
    return [item for item, length in zip(items, lengths, strict=True) if length <= room]


def _fitting(head: str, items: Sequence[str], rest: str) -> str:
    """Put as many items below a head as a message box shows, then how many more there are: `rest`
    has a {} for it.
    """
    text = head
    for place, item in enumerate(items):
        longer = f"{text}\n{item}"
        if len(longer) > LONGEST_MESSAGE - LONGEST_REST:
            return f"{text}\n{rest.format(len(items) - place)}"
        text = longer
    return text


def _assessed(book: Any, progress: Callable[[str], None]) -> Assessed:
    from xlperf.excel.live import LiveWorkbook
    from xlperf.pipeline import assess_workbook

    return assess_workbook(
        LiveWorkbook(book), today=datetime.now().astimezone().date(), progress=progress
    )


def _check(book: Any, progress: Callable[[str], None]) -> str:
    return checks_found(_assessed(book, progress).problems)


def checks_found(problems: Sequence[Problem]) -> str:
    """Say what a check found, the gravest first."""
    from xlperf.terminal import told
    from xlperf.tiles.counting import checks_text, grouped

    if not problems:
        return "No checks raised."
    items = [told(group, MOST_PLACES) for group in grouped(problems)]
    head = f"{checks_text(problems)}. Nothing was written."
    return _fitting(head, items, "… and {} more: Refresh lists all in Checks.")


def _why(book: Any, progress: Callable[[str], None]) -> str:
    from xlperf.excel.live import patiently

    selected = patiently(lambda: _selected(book))
    return explanation(selected, _assessed(book, progress))


def explanation(selected: tuple[str, int, int] | None, assessed: Assessed) -> str:
    """Say why the line of a selected cell (sheet, row, column) has its colour."""
    name = _selected_line(selected, assessed)
    line = next((line for line in assessed.lines if line.line == name), None)
    if line is None:
        raise UsageError(
            f"No measure has the line {name} now, so there is nothing to explain. Look at Checks."
        )
    return _explanation(line, assessed)


def _selected(book: Any) -> tuple[str, int, int] | None:
    """Sheet, row and column of the first selected cell; None when it is not of this workbook, or no
    cell.
    """
    selection = book.selection
    if selection is None or selection.sheet.book.name != book.name:
        return None
    return selection.sheet.name, selection.row, selection.column


def _selected_line(selected: tuple[str, int, int] | None, assessed: Assessed) -> str:
    """Line of a cell: by the name of a tile's cell, or by its row in Workings."""
    from xlperf.excel.areas import address
    from xlperf.tables import schema
    from xlperf.tables.lines import line_of

    if selected is not None:
        sheet, row, column = selected
        cell = (sheet, address(row, column))
        named = (
            line_of(name)
            for name, state in assessed.cells.items()
            if (state.sheet, state.address) == cell
        )
        workings = assessed.grids.get(schema.WORKINGS.name)
        found = next(filter(None, named), None) or _line_in_row(workings, sheet, row)
        if found:
            return found
    raise UsageError(
        "Select a figure or a status on a tile, or a row of Workings, then press the button again."
    )


def _line_in_row(workings: Grid | None, sheet: str, row: int) -> str | None:
    from xlperf.excel.port import normalised

    if workings is None or workings.sheet != sheet:
        return None
    titles = [normalised(title) for title in workings.header]
    place = row - workings.header_row - 1
    if "line" not in titles or not 0 <= place < len(workings.rows):
        return None
    line = workings.rows[place][titles.index("line")]
    return None if line is None else str(line)


def _explanation(line: Assessment, assessed: Assessed) -> str:
    """Explain a line: the sentence, then as much of what stands behind it as a message box
    shows.
    """
    from xlperf.tables.lines import cell_name
    from xlperf.terminal import BEAR_IN_MIND, TO_ANOTHER_COLOUR, TRENDS, details
    from xlperf.tiles.wording import explain, status

    head = (
        f"{line.measure.priority}  {line.label}: {status(line)}\n{explain(line, assessed.settings)}"
    )
    tile = assessed.cells.get(cell_name(line.line, "rag"))
    if tile is not None and tile.value != status(line):
        shown = f"still shows {tile.value}" if tile.value else "is not filled yet"
        head += f"\nThe tile {shown}: press Refresh."
    texts = details(line, assessed.settings)
    items = [
        f"{title}: {texts[title]}"
        for title in (TO_ANOTHER_COLOUR, BEAR_IN_MIND, TRENDS)
        if title in texts
    ]
    return _fitting(head, items, "More is in the sheet Workings.")


def _changes(book: Any, progress: Callable[[str], None]) -> str:
    from xlperf.excel.live import LiveWorkbook
    from xlperf.tiles.changes import changes as changes_of

    progress("Reading the History sheet")
    return changes_found(changes_of(LiveWorkbook(book)))


def changes_found(found: Changes) -> str:
    """Say what changed since the period before."""
    return _fitting(
        str(found),
        [str(change) for change in found.changes],
        "… and {} more, in the History sheet.",
    )


def _publish(book: Any, progress: Callable[[str], None]) -> str:
    from xlperf.excel.live import LiveWorkbook, local_path
    from xlperf.release.publish import publish as publish_workbook
    from xlperf.release.publish_sentences import publish_output

    place = local_path(book)
    if not place.is_absolute() or not place.parent.is_dir():
        raise UsageError(
            f"{place.name} is not in a folder of this computer, so there is no place beside it."
            " Save a copy in one, or run: python -m xlperf publish FILE --to FOLDER"
        )
    made = publish_workbook(
        LiveWorkbook(book),
        place.with_name(f"{place.stem} {PACK}"),
        workbook=place.name,
        now=datetime.now().astimezone(),
        again=True,
        progress=progress,
    )
    record = outcome.current()
    return "\n".join([publish_output(made), *record.notes, *record.faults])


def _of_settings(book: Any) -> str:
    """Sheet of the settings, found by its table."""
    from xlperf.excel.live import LiveWorkbook
    from xlperf.tables import schema

    grid = LiveWorkbook(book).read([schema.SETTINGS.name]).get(schema.SETTINGS.name)
    if grid is None:
        raise UsageError(
            f"There is no table named {schema.SETTINGS.name}: the sheet of settings was deleted."
        )
    return grid.sheet


def _of_name(book: Any, name: str, what: str) -> str:
    """Sheet that holds the cell of a defined name."""
    from xlperf.excel.live import LiveWorkbook

    cell = LiveWorkbook(book).cells([name]).get(name)
    if cell is None:
        raise UsageError(
            f"The sheet of {what} is not there. If it is only renamed, name one of its cells {name}"
            " (Formulas, Name Manager)."
        )
    return cell.sheet


def _show(book: Any, name: str) -> None:
    from xlperf.excel.live import patiently

    sheet = patiently(lambda: book.sheets[name])
    if patiently(lambda: sheet.visible) not in VISIBLE:
        raise UsageError(
            f"The sheet '{name}' is hidden. To see it: right-click a sheet's tab, Unhide."
        )
    patiently(sheet.activate)
