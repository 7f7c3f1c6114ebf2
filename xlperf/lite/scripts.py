"""What the scripts of `main.py` do: read the workbook, let the rest of xlperf work on it, write,
and say what happened.

Messages are printed: the add-in shows them in its pane Output (lite.xlwings.org, Async API).
"""

from __future__ import annotations

import time
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from xlperf import message_box
from xlperf.causes.what_changed import what_changed
from xlperf.errors import XlperfError
from xlperf.excel.lite import LiteWorkbook, answer, read_snapshot, write_edits
from xlperf.logbook import logged
from xlperf.pipeline import assess_workbook
from xlperf.pipeline import refresh as refresh_workbook
from xlperf.tables.lines import HEAD, PREFIX

if TYPE_CHECKING:
    from collections.abc import Awaitable

PREFIXES = (PREFIX, HEAD)
"""Beginnings of the names of cells that a refresh may write."""
WHO = "unknown (xlwings Lite)"
"""For the Log sheet: an add-in does not know whose Excel it is in."""
SAVED = (
    "With AutoSave on, as always in Excel for the web, the workbook is saved already; else it is"
    " not saved yet. The version before is in File, Info, Version History."
)
NO_SCIPY = "These data need SciPy, which the add-in has not loaded. Nothing was written. Add a line"
NOT_KNOWN = "look at the workbook before you go on: cells may have been written"


async def refresh(book: Any) -> None:
    """Fill and colour every tile, and report what changed."""
    await _run_and_report(_refresh(book))


async def check(book: Any) -> None:
    """Check the data sheets, and report the findings; writes nothing."""
    await _run_and_report(_check(book))


async def why(book: Any) -> None:
    """Report why the selected line has its colour; writes nothing."""
    await _run_and_report(_why(book))


async def changes(book: Any) -> None:
    """Report what changed since the period before; writes nothing."""
    await _run_and_report(_changes(book))


async def _run_and_report(script: Awaitable[str]) -> None:
    """Print the message of a script, or of the fault that stopped it."""
    try:
        text = await script
    except ModuleNotFoundError as error:
        text = (
            f"{NO_SCIPY} {(error.name or 'scipy').partition('.')[0]} to requirements.txt, then try"
            " again."
        )
    except XlperfError as error:
        text = str(error)
    except Exception as error:  # noqa: BLE001 - the last resort: a sentence for the analyst, the traceback for the log
        text = logged(error, state=NOT_KNOWN)
    print(text[:1].upper() + text[1:])


async def _read(book: Any) -> LiteWorkbook:
    print(f"{message_box.TITLE}: Reading the workbook …")
    return LiteWorkbook(await read_snapshot(book, prefixes=PREFIXES))


def _progress(step: str) -> None:
    print(f"{message_box.TITLE}: {step} …")


async def _refresh(book: Any) -> str:
    started = time.perf_counter()
    workbook = await _read(book)
    result = refresh_workbook(
        workbook,
        now=datetime.now().astimezone(),
        who=WHO,
        seconds=lambda: time.perf_counter() - started,
        progress=_progress,
    )
    await write_edits(book, workbook)
    return message_box.summary(result, SAVED)


async def _check(book: Any) -> str:
    workbook = await _read(book)
    return message_box.checks_found(
        assess_workbook(workbook, today=_today(), progress=_progress).problems
    )


async def _why(book: Any) -> str:
    selected = await answer(book.get_selection())
    workbook = await _read(book)
    assessed = assess_workbook(workbook, today=_today(), progress=_progress)
    place = None if selected is None else (selected.sheet.name, selected.row, selected.column)
    return message_box.explanation(place, assessed)


async def _changes(book: Any) -> str:
    return message_box.changes_found(what_changed(await _read(book)))


def _today() -> date:
    return datetime.now().astimezone().date()
