"""Results of formulas are read only after Excel has calculated them.

With manual calculation, cells hold the results of the last press of F9; with "automatic except for
data tables", this is so for data tables. Calculate calculates everything that is pending
(documentation of Application.Calculate), and CalculationState says whether something is pending. If
something still is, a full calculation is tried. Formulas that refer to themselves (iterative
calculation) keep the results of their last iteration: only pending cells are calculated, so a
refresh does not add iterations.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from xlperf import outcome
from xlperf.errors import WorkbookBusyError, WorkbookError
from xlperf.excel.live.calls import native_object, retry_while_busy

if TYPE_CHECKING:
    from collections.abc import Callable

AUTOMATIC = "automatic"
DONE = 0
"""Value of the enumeration XlCalculationState."""
CHECKS, PAUSE = 100, 0.1
"""Number of checks whether Excel has finished, and seconds between them: ten seconds in total."""


class Calculation:
    """Calculation of the open workbooks of an Excel."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self._is_calculated = False
        self._by_hand = False

    def calculate_all(self, *, pause: Callable[[float], None] = time.sleep) -> bool:
        """Calculate everything, once. Returns whether something was calculated. Raises
        `WorkbookError` if Excel does not finish.
        """
        if self._is_calculated:
            return False
        self._by_hand = _mode(self._app) not in (AUTOMATIC, None)
        pending = self._by_hand or not self._is_done()
        if pending:
            self._calculate(pause)
        self._is_calculated = True
        return pending

    def calculate_dependents(self) -> None:
        """Calculate what depends on the written cells, if Excel would wait for F9.

        If Excel is too busy, this is noted in the record: the cells are written.
        """
        if not self._by_hand:
            return
        try:
            retry_while_busy(self._app.calculate)
        except WorkbookBusyError:
            outcome.current().faults.append(
                "What depends on the written cells is not calculated yet: press F9."
            )

    def _calculate(self, pause: Callable[[float], None]) -> None:
        for calculate in (
            self._app.calculate,
            getattr(native_object(self._app), "CalculateFull", self._app.calculate),
        ):
            retry_while_busy(calculate)
            for _ in range(CHECKS):
                if self._is_done():
                    return
                pause(PAUSE)
        raise WorkbookError(
            "Excel has not finished calculating, so figures that formulas give may be old. Wait"
            " until the status bar no longer says Calculate, or press Ctrl+Alt+F9, then try again."
            " Nothing was written."
        )

    def _is_done(self) -> bool:
        """Whether nothing is pending.

        Only Excel on Windows can be asked; elsewhere Calculate returns when it has finished.
        """
        return (
            retry_while_busy(lambda: getattr(native_object(self._app), "CalculationState", DONE))
            == DONE
        )


def _mode(app: Any) -> str | None:
    """Return how Excel calculates; None for an engine without such a setting."""
    try:
        return str(retry_while_busy(lambda: app.calculation))
    except (WorkbookError, AttributeError):
        return None
