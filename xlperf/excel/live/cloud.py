"""A workbook in OneDrive or SharePoint: where it is on this computer, and that AutoSave saves what
is written at once.

With AutoSave on, closing without saving brings nothing back, and others who have the workbook open
see each cell as it is written (documentation of Workbook.AutoSaveOn). So that is said before, a
copy is kept beside the workbook first (Workbook.SaveCopyAs, which leaves the open one as it is),
and what was written can be put back.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xlperf.errors import UsageError, WorkbookBusyError
from xlperf.excel.live.calls import excels_own, patiently

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
    """Path of a workbook on this computer.

    Raises `UsageError` where xlwings finds none for the web address that Excel gives of a workbook
    in OneDrive or SharePoint (documentation of xlwings: OneDrive and SharePoint), whatever it
    raises then.
    """
    try:
        return Path(patiently(lambda: book.fullname))
    except WorkbookBusyError:
        raise
    except Exception as error:
        raise UsageError(
            f"{patiently(lambda: book.name)} is in OneDrive or SharePoint, and its folder on this"
            " computer is not known. Have it synchronised (in the browser: Sync, or Add shortcut"
            " to OneDrive) and open it from that folder; or save a copy in a folder of this"
            " computer (File, Save a Copy), and use that."
        ) from error


def saves_itself(book: Any) -> bool | None:
    """Whether AutoSave is on; None where it cannot be asked: in Excel on a Mac. An Excel before
    2016 has none.
    """
    try:
        return bool(patiently(lambda: excels_own(book).AutoSaveOn))
    except AttributeError:
        return None if sys.platform == "darwin" else False


def as_it_stands(book: Any) -> str:
    """Say, as the end of a sentence, what is saved of a workbook that was written to."""
    try:
        return {True: AUTOSAVED, False: BY_HAND, None: NOT_KNOWN}[saves_itself(book)]
    except Exception:  # noqa: BLE001 - a sentence on a fault must not end in another
        return NOT_KNOWN


class AutoSave:
    """What is done before the first cell of a workbook that saves itself is written."""

    def __init__(self, book: Any, agree: Callable[[str], bool] | None) -> None:
        """`agree`: shows a text and says whether to go on."""
        self._book, self._agree = book, agree
        self._prepared = False
        self.copy: Path | None = None
        """Copy of the workbook as it was; None: it does not save itself."""

    def prepare(self) -> None:
        """Say it and keep a copy, once. Raises `UsageError` when it is not agreed to, or there can
        be no copy.
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
            path = (documents if documents.is_dir() else Path.home()) / patiently(
                lambda: self._book.name
            )
        return backup_path(path)

    def _keep(self, copy: Path) -> None:
        from xlperf.excel.saving import TEMPORARY

        temporary = copy.with_name(copy.name + TEMPORARY)
        try:
            patiently(lambda: excels_own(self._book).SaveCopyAs(str(temporary)))
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
    def way_back(self) -> str:
        """What to do where cells could not be put back."""
        if self.copy is None:
            return "Close the workbook without saving, open it again, then refresh again."
        return (
            f"AutoSave has saved it so: open {self.copy}, see that it is right, and save it in"
            " place of this one."
        )
