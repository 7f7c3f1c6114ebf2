"""Calls to Excel, which may be busy, and its settings while cells are written."""

from __future__ import annotations

import time
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from xlperf import outcome
from xlperf.errors import WorkbookBusyError, WorkbookError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

T = TypeVar("T")

BUSY = frozenset((-2147418111, -2147417846, -2146777998))
"""RPC_E_CALL_REJECTED, RPC_E_SERVERCALL_RETRYLATER, and Excel's own code while a cell is being
edited.
"""
EXCEPTION = -2147352567
"""DISP_E_EXCEPTION: the last of the details is Excel's own code."""
TRIES, FIRST_PAUSE, LONGEST_PAUSE = 8, 0.1, 1.0
"""Number of calls that are tried while Excel is busy, and seconds between them, doubled each time:
about five seconds in total.
"""
CANNOT = (
    "Excel is reached in a way that does not show which cells hold formulas, so nothing was"
    " written: one of yours could be written over. Close the workbook and run: python -m xlperf"
    " refresh FILE"
)
QUIET = (("screen_updating", False), ("enable_events", False), ("calculation", "manual"))
REMEDIES = {
    "screen_updating": "It does not redraw its window: close Excel and open it again.",
    "enable_events": "Macros that start by themselves do not: close Excel and open it again.",
    "calculation": "It calculates by hand: choose how in Formulas, Calculation Options.",
}
PATIENCE = 6
"""How often the calls are tried again until Excel has its settings back. A user may be typing for a
while.
"""


def retry_while_busy(call: Callable[[], T], *, pause: Callable[[float], None] = time.sleep) -> T:
    """Make a call; while Excel is busy, repeat it for some seconds. Returns the result of the call.

    Raises `WorkbookBusyError` if Excel stays busy, and `WorkbookError` if the engine cannot do this
    at all (some engines of xlwings get only values, without formulas). Other errors are not
    changed.
    """
    wait = FIRST_PAUSE
    for _ in range(TRIES):
        try:
            return call()
        except NotImplementedError as error:
            raise WorkbookError(CANNOT) from error
        except Exception as error:
            if not is_busy(error):
                raise
            pause(wait)
            wait = min(2 * wait, LONGEST_PAUSE)
    raise WorkbookBusyError(
        "Excel is busy, perhaps because a cell is being edited: press Enter or Esc there, then try"
        " again."
    )


def is_busy(error: Exception) -> bool:
    """Whether an error of Excel says that it is busy."""
    if (
        type(error).__name__ == "ExcelBusyError"
    ):  # of xlwings on Windows, which cannot be imported elsewhere
        return True
    arguments: tuple[Any, ...] = (*error.args, None, None, None)
    code, _, details = arguments[:3]
    if code == EXCEPTION and isinstance(details, tuple) and details:
        code = details[-1]
    return code in BUSY


def native_object(thing: Any) -> Any:
    """Return Excel's own object behind an object of xlwings; None if the engine has none."""
    try:
        return thing.api
    except NotImplementedError:
        return None


class QuietExcel:
    """Excel that neither redraws nor calculates nor fires events, from the first write on.

    Settings that the engine does not have are skipped.
    """

    def __init__(self, app: Any) -> None:
        self._app = app
        self._held = 0
        self._before: ExitStack | None = None

    @contextmanager
    def held(self) -> Iterator[None]:
        """Restore the settings only at the end, whatever happens, and not after each write."""
        self._held += 1
        try:
            yield
        finally:
            self._held -= 1
            if not self._held and self._before is not None:
                before, self._before = self._before, None
                before.close()

    @contextmanager
    def while_writing(self) -> Iterator[None]:
        """Set Excel quiet, unless it is; restore its settings, unless they are held."""
        with self.held():
            if self._before is None:
                self._before = ExitStack()
                self._set(self._before)
            yield

    def _set(self, stack: ExitStack) -> None:
        for name, value in QUIET:
            try:
                before = retry_while_busy(partial(getattr, self._app, name))
                retry_while_busy(partial(setattr, self._app, name, value))
            except (NotImplementedError, AttributeError):
                continue
            stack.callback(_set_back, self._app, name, before)


def quiet(app: Any) -> AbstractContextManager[None]:
    """Set Excel quiet for one write, and restore its settings."""
    return QuietExcel(app).while_writing()


def _set_back(app: Any, name: str, before: Any) -> None:
    """Restore a setting. If Excel refuses, a fault is recorded; the edits stay."""
    for attempts in reversed(range(PATIENCE)):
        try:
            retry_while_busy(partial(setattr, app, name, before))
        except Exception as error:  # noqa: BLE001 - whatever Excel says: the setting is not restored, and this is recorded
            if attempts and isinstance(error, WorkbookBusyError):
                continue
            outcome.current().faults.append(
                f"Excel could not be set back to how it was. {REMEDIES[name]}"
            )
        return
