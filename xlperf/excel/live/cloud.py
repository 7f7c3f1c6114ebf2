"""A workbook in OneDrive or SharePoint: its path on this computer, and what AutoSave means for
edits.

With AutoSave on, every edit is saved at once. Closing without saving undoes nothing, and others who
have the workbook open see each cell as it is written (documentation of Workbook.AutoSaveOn).
Therefore the user is asked before, and a copy is kept beside the workbook (Workbook.SaveCopyAs,
which does not change the open workbook). The edits can also be undone.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xlperf.errors import UsageError, WorkbookBusyError
from xlperf.excel.live.calls import native_object, retry_while_busy

if TYPE_CHECKING:
    from collections.abc import Callable

BY_HAND = "nothing was saved, so closing the workbook without saving brings back what it was"
AUTOSAVED = (
    "AutoSave is on, so the workbook is saved as it stands; how it was before is in File, Info,"
    " Version History"
)
NOT_KNOWN = (
    "nothing was saved unless AutoSave is on; if it is off, closing without saving brings back what"
    " it was"
)


def local_path(book: Any) -> Path:
    """Return the path of a workbook on this computer.

    Raises `UsageError` if xlwings does not find it for the web address that Excel returns for a
    workbook in OneDrive or SharePoint (documentation of xlwings: OneDrive and SharePoint).
    """
    try:
        return Path(retry_while_busy(lambda: book.fullname))
    except WorkbookBusyError:
        raise
    except Exception as error:
        raise UsageError(
            f"{retry_while_busy(lambda: book.name)} is in OneDrive or SharePoint, and its folder"
            " on this computer is not known. Have it synchronised (in the browser: Sync, or Add"
            " shortcut to OneDrive) and open it from that folder; or save a copy in a folder of"
            " this computer (File, Save a Copy), and use that."
        ) from error


def saves_itself(book: Any) -> bool | None:
    """Whether AutoSave is on; None if it is not known (Excel on a Mac). Excel before 2016 has no
    AutoSave.
    """
    try:
        return bool(retry_while_busy(lambda: native_object(book).AutoSaveOn))
    except AttributeError:
        return None if sys.platform == "darwin" else False


def saving_state(book: Any) -> str:
    """Return the end of a sentence that says what is saved of a workbook with edits."""
    try:
        return {True: AUTOSAVED, False: BY_HAND, None: NOT_KNOWN}[saves_itself(book)]
    except Exception:  # noqa: BLE001 - a sentence on a fault must not end in another
        return NOT_KNOWN


class AutoSave:
    """Steps before the first edit of a workbook with AutoSave."""

    def __init__(self, book: Any, agree: Callable[[str], bool] | None) -> None:
        """`agree` shows a text and returns whether to continue."""
        self._book, self._agree = book, agree
        self._prepared = False
        self.copy: Path | None = None
        """Path of the copy of the workbook before the edits; None if AutoSave is off."""

    def prepare(self) -> None:
        """Ask the user and keep a copy, once.

        Raises `UsageError` if the user does not agree, or if no copy can be made.
        """
        if self._prepared or not saves_itself(self._book):
            return
        copy = self._place()
        if self._agree is not None and not self._agree(
            "AutoSave is on: what is written now is saved at once, for all who have the workbook"
            f" open. A copy of it as it is now is kept first: {copy}"
        ):
            raise UsageError("Nothing was written.")
        self._keep(copy)
        self._prepared, self.copy = True, copy

    def _place(self) -> Path:
        from xlperf.excel.saving import backup_path

        try:
            path = local_path(self._book)
        except UsageError:
            documents = Path.home() / "Documents"
            path = (documents if documents.is_dir() else Path.home()) / retry_while_busy(
                lambda: self._book.name
            )
        return backup_path(path)

    def _keep(self, copy: Path) -> None:
        from xlperf.excel.saving import TEMPORARY

        temporary = copy.with_name(copy.name + TEMPORARY)
        try:
            retry_while_busy(lambda: native_object(self._book).SaveCopyAs(str(temporary)))
            temporary.replace(copy)
        except WorkbookBusyError:
            raise
        except Exception as error:
            raise UsageError(
                f"AutoSave is on, and no copy of the workbook could be kept as {copy}. Switch"
                " AutoSave off (at the top left of the window), then try again. Nothing was"
                " written."
            ) from error

    @property
    def recovery_advice(self) -> str:
        """Sentence that says what to do if cells could not be restored."""
        if self.copy is None:
            return "Close the workbook without saving, open it again, then refresh again."
        return (
            f"AutoSave has saved it so: open {self.copy}, see that it is right, and save it in"
            " place of this one."
        )
