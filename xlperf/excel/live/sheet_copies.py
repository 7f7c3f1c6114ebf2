"""Sheets put into a workbook that is open in Excel: copied from a workbook that is opened for it.

Charts on a copied sheet go on pointing at the workbook they came from; the link is then turned to
the workbook itself (documentation of Workbook.ChangeLink), so that they show its own cells. Where
something fails, sheets that were added are deleted and renamed ones get their names back.
"""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xlperf.errors import LayoutError, WorkbookBusyError, WorkbookError
from xlperf.excel.live.calls import native_object, quiet, retry_while_busy
from xlperf.excel.live.marked_cells import set_names, take_back

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlperf.excel.new_sheets import NewSheet, NewSheets

DONOR = "sheets of xlperf.xlsx"
EXCEL_LINKS = 1
"""Type of a link to another workbook (xlLinkTypeExcelLinks)."""


def put_sheets(book: Any, new: NewSheets) -> None:
    """Put sheets into a book and set its names. Raises `LayoutError` before anything changes, or
    `WorkbookError` once everything is as it was.
    """
    if getattr(native_object(book), "ProtectStructure", False):
        raise LayoutError(
            "The structure of the workbook is protected, so it takes no sheets. Take the protection"
            " off (Review, Protect Workbook), then try again; nothing was changed."
        )
    undo: list[Callable[[], object]] = []
    with quiet(book.app):
        try:
            _rename(book, new, undo)
            if new.sheets:
                _copy(book, new, undo)
            set_names(book, new.names, new.gone, undo)
        except WorkbookBusyError:
            take_back(undo)
            raise
        except Exception as error:
            take_back(undo)
            raise WorkbookError(
                "Excel did not take the new sheets, and nothing was changed. Close the workbook and"
                " run: python -m xlperf layout FILE"
            ) from error
    if new.charts_gone:
        _delete_charts(book, new)
    if new.sheets and new.kept_as:
        retry_while_busy(book.sheets[new.sheets[0].name].activate)


def _delete_charts(book: Any, new: NewSheets) -> None:
    """Delete charts by name, once everything else is done: what is deleted does not come back.

    Where Excel is reached in a way that knows no charts, they stay, and are blank.
    """
    for sheet in retry_while_busy(lambda: list(book.sheets)):
        try:
            charts = list(sheet.charts)
        except NotImplementedError:
            return
        for chart in charts:
            if chart.name in new.charts_gone:
                retry_while_busy(chart.delete)


def _rename(book: Any, new: NewSheets, undo: list[Callable[[], object]]) -> None:
    for old, kept in new.kept_as.items():
        sheet = retry_while_busy(lambda old=old: book.sheets[old])  # type: ignore[misc]
        retry_while_busy(partial(setattr, sheet, "name", kept))
        undo.append(partial(setattr, sheet, "name", old))


def _copy(book: Any, new: NewSheets, undo: list[Callable[[], object]]) -> None:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True)))
        path = folder / DONOR
        path.write_bytes(new.donor)
        donor = retry_while_busy(lambda: book.app.books.open(str(path), read_only=True))
        stack.callback(lambda: retry_while_busy(donor.close))
        for item in new.sheets:
            place = _place(book, item, new)
            copied = retry_while_busy(partial(donor.sheets[item.name].copy, **place))
            undo.append(partial(_delete, book, copied.name))
            if copied.name != item.name:
                raise WorkbookError(f"a sheet is called {copied.name}, not {item.name}")
        _turn_links(book, donor)
        for kept in new.kept_as.values():
            last = book.sheets[len(book.sheets) - 1]
            if last.name != kept:
                _move(book, kept, undo)


def _move(book: Any, name: str, undo: list[Callable[[], object]]) -> None:
    """Move a sheet to the end."""
    sheets = [sheet.name for sheet in book.sheets]
    native = native_object(book.sheets[name])
    if native is None:
        return
    after, follower = native_object(book.sheets[sheets[-1]]), sheets[sheets.index(name) + 1]
    undo.append(lambda: native.Move(Before=native_object(book.sheets[follower])))
    retry_while_busy(partial(native.Move, After=after))


def _place(book: Any, item: NewSheet, new: NewSheets) -> dict[str, Any]:
    if item.replaces is not None:
        return {"before": book.sheets[new.kept_as[item.replaces]]}
    if item.after is not None:
        return {"after": book.sheets[item.after]}
    return {"after": book.sheets[len(book.sheets) - 1]}


def _turn_links(book: Any, donor: Any) -> None:
    native, source = native_object(book), native_object(donor)
    if native is None or source is None:
        return
    links = retry_while_busy(lambda: native.LinkSources(EXCEL_LINKS)) or ()
    for link in links:
        if str(link).endswith(DONOR):
            retry_while_busy(partial(native.ChangeLink, link, native.FullName, EXCEL_LINKS))


def _delete(book: Any, name: str) -> None:
    sheet, app = book.sheets[name], book.app
    before = app.display_alerts
    app.display_alerts = False
    try:
        sheet.delete()
    finally:
        app.display_alerts = before
