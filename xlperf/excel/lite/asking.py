"""Requests to Excel through the add-in, and the meaning of its refusals."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from xlperf.errors import WorkbookBusyError, WorkbookError

if TYPE_CHECKING:
    from collections.abc import Awaitable

T = TypeVar("T")

EDITED = "celleditmode"
"""Part of the error code of Office.js while a cell is being edited, InvalidOperationInCellEditMode
(its list of error codes).
"""
TOO_OLD = (
    "xlwings in the add-in is too old for xlperf: put xlwings>=0.37.5 into requirements.txt, then"
    " restart it."
)
BUSY = (
    "Excel is busy, perhaps because a cell is being edited: press Enter or Esc there, then try"
    " again."
)


def is_busy(error: Exception) -> bool:
    """Whether Excel refused because a cell is being edited."""
    return (
        EDITED in str(error).replace(" ", "").lower()
        or "cell-editingmode" in str(error).replace(" ", "").lower()
    )


async def answer(question: Awaitable[T]) -> T:
    """Wait for the answer to a request and return it.

    Raises `WorkbookBusyError` while a cell is being edited, and `WorkbookError` for any other
    refusal of Excel.
    """
    try:
        return await question
    except Exception as error:
        if is_busy(error):
            raise WorkbookBusyError(BUSY) from error
        raise WorkbookError(
            f"Excel could not be asked about the workbook ({type(error).__name__}: {error}), so"
            " nothing was written. Save the workbook, restart the add-in (its menu, Restart), then"
            " try again."
        ) from error
