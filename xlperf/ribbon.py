"""Macros for a button in Excel: no arguments, on the workbook that calls.

A button calls one through xlwings: ``RunPython "import xlperf.ribbon; xlperf.ribbon.refresh()"``. What happened is said
in one message; progress is in the status bar. Nothing is saved: that is for the person at the keyboard.
"""

from __future__ import annotations

import atexit
import time
from datetime import datetime
from typing import TYPE_CHECKING, Any

from xlperf.errors import XlperfError
from xlperf.logbook import logged, user

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlperf.pipeline import Refreshed

TITLE = "xlperf"
MOST_DIFFERENCES = 10
"""Changed colours in a message. All are in Workings."""
LONGEST_MESSAGE = 1000
"""Characters: a message box of VBA shows about 1,024 (documentation of MsgBox)."""
AS_IT_STANDS = "nothing was saved, so closing the workbook without saving brings back what it was"


def refresh() -> None:
    """Fill and colour every tile of the calling workbook, and say what changed."""
    _run(_refresh)


def _run(macro: Callable[[Any, Callable[[str], None]], str]) -> None:
    """Run a macro on the calling workbook; whatever happens, a sentence is shown and the status bar given back."""
    import xlwings

    from xlperf.excel.live import patiently

    _tame(getattr(xlwings, "_xlwindows", None))
    book = patiently(xlwings.Book.caller)
    app = book.app

    def progress(step: str) -> None:
        patiently(lambda: setattr(app, "status_bar", f"{TITLE}: {step} …"))

    mode = "critical"
    try:
        text = macro(book, progress)
        mode = "info"
    except XlperfError as error:
        text = str(error)
        if error.__cause__ is not None:
            logged(error, state=AS_IT_STANDS)
    except Exception as error:  # noqa: BLE001 - the last resort: a sentence for the analyst, the traceback for the log
        text = logged(error, state=AS_IT_STANDS)
    finally:
        patiently(lambda: setattr(app, "status_bar", False))
    message = (text[:1].upper() + text[1:])[:LONGEST_MESSAGE]
    patiently(lambda: app.alert(message, title=TITLE, mode=mode))


def _tame(windows: Any) -> None:
    """On Windows, keep xlwings from asking a busy Excel again for ever, and from ending, when Python does, every Excel
    it sees no window of: that may be the analyst's.
    """
    if windows is not None:
        windows.N_COM_ATTEMPTS = 1
        atexit.unregister(windows.cleanup)


def _refresh(book: Any, progress: Callable[[str], None]) -> str:
    started = time.perf_counter()
    from xlperf.excel.live import LiveWorkbook
    from xlperf.pipeline import refresh as refresh_workbook

    result = refresh_workbook(
        LiveWorkbook(book),
        now=datetime.now().astimezone(),
        who=user(),
        seconds=lambda: time.perf_counter() - started,
        progress=progress,
    )
    return summary(result)


def summary(result: Refreshed) -> str:
    """Say in a few lines what a refresh did."""
    from xlperf.periods import month_name
    from xlperf.tiles.layout import checks_text, colour_counts

    assessed = result.assessed
    counts = ", ".join(f"{colour.value} {number}" for colour, number in colour_counts(assessed.lines).items())
    text = [
        f"Twelve months to {month_name(assessed.settings.latest.last)}: {len(assessed.lines)} lines judged ({counts}).",
        f"{checks_text(assessed.problems)}.",
    ]
    if not result.applied.changed:
        return "\n".join([*text, "Nothing changed since the last refresh."])
    if not result.first:
        shown = result.differences[:MOST_DIFFERENCES]
        text += [f"{item.line}: {item.before} -> {item.after}" for item in shown]
        if len(result.differences) > len(shown):
            text.append(f"… and {len(result.differences) - len(shown)} more.")
        if not shown:
            text.append("No colour changed; figures or texts did.")
    return "\n".join([*text, "The workbook is not saved yet."])
